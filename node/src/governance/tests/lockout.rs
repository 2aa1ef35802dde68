//! No vote may end all votes: members, rules and policies that would lock everyone out are refused by name.

use hufu_policy::DEFAULT_POLICIES;
use serde_json::json;

use crate::governance::tests::world::{World, action, add, did, genesis, refused, remove};
use crate::governance::{
    Fraction, GovernanceAction, PolicyHead, PolicyVersion, ProposalState, Refusal, Roll, RulesRecord, key,
};

fn policies(text: &str) -> GovernanceAction {
    GovernanceAction::SetPolicySet { text: text.to_owned() }
}

fn rules(quorum: (u32, u32), threshold: (u32, u32)) -> GovernanceAction {
    action(json!({ "type": "setRules", "rules": {
        "quorum": { "numerator": quorum.0, "denominator": quorum.1 },
        "threshold": { "numerator": threshold.0, "denominator": threshold.1 },
    } }))
}

/// The default policies, but with this in place of the one for votes.
fn who_votes(scope_and_condition: &str) -> String {
    let start = DEFAULT_POLICIES.find("@id(\"member-votes\")").expect("the policy is there");
    let rest = &DEFAULT_POLICIES[start..];
    let end = start + rest.find(';').expect("it ends") + 1;
    let mine = format!("@id(\"member-votes\") @requires(\"a right to vote\") permit {scope_and_condition};");
    format!("{}{mine}{}", &DEFAULT_POLICIES[..start], &DEFAULT_POLICIES[end..])
}

const CHAIRS_VOTE: &str =
    "(principal in Hufu::Role::\"members/chair\", action == Hufu::Action::\"governance.vote\", resource)";

#[test]
fn the_last_member_is_not_removed() {
    let mut world = World::new();
    let all = [remove("members", "a"), remove("members", "b"), remove("members", "c")];
    assert_eq!(world.refusal(&all), Refusal::LastMember);
    world.enact(&[remove("members", "b")]);
    world.enact(&[remove("members", "a")]);
    let refusal = refused(world.propose("c", &[remove("members", "c")]));
    assert_eq!(refusal, Refusal::LastMember);
    let others = [add("members", "d"), remove("members", "c")];
    world.propose("c", &others).expect("members may be replaced in one proposal");
}

#[test]
fn two_proposals_that_each_remove_the_other_leave_one_member() {
    let mut world = World::new();
    world.enact(&[
        remove("members", "b"),
        action(json!({ "type": "setRole", "list": "members", "did": did("a"), "weight": 2 })),
    ]);
    let first = world.propose("a", &[remove("members", "c")]).expect("fine by itself");
    let second = world.propose("c", &[remove("members", "a")]).expect("fine by itself");
    for voter in ["a", "c"] {
        world.vote(voter, &first, crate::governance::Choice::Yes).expect("a vote");
    }
    // a votes for its own removal too; c, no longer a member, cannot.
    world.vote("a", &second, crate::governance::Choice::Yes).expect("a vote");
    refused(world.vote("c", &second, crate::governance::Choice::Yes));
    assert_eq!(world.read(key::ROLL, Roll::from_bytes).0.len(), 1);
}

#[test]
fn rules_that_no_vote_can_meet_are_refused_by_name() {
    let mut world = World::new();
    for (bad, what) in [
        (rules((3, 2), (2, 3)), "quorum"),
        (rules((0, 5), (2, 3)), "quorum"),
        (rules((1, 2), (5, 4)), "threshold"),
        (rules((1, 2), (1, 2)), "threshold"),
        (rules((1, 2), (1, 0)), "threshold"),
    ] {
        let refusal = world.refusal(&[bad]);
        assert!(matches!(&refusal, Refusal::Fraction { what: named, .. } if *named == what), "{refusal}");
    }
    world.enact(&[rules((1, 1), (1, 1))]);
    let record = world.read(key::RULES, RulesRecord::from_bytes);
    assert_eq!((record.rules.threshold, record.set.proposer), (Fraction::new(1, 1), Some(did("a"))));
}

#[test]
fn open_proposals_keep_the_rules_they_were_made_under() {
    let mut world = World::new();
    let id = world.propose("a", &[add("registrars", "r")]).expect("a proposal");
    world.enact(&[rules((1, 1), (1, 1))]);
    world.vote("a", &id, crate::governance::Choice::Yes).expect("a votes");
    world.vote("c", &id, crate::governance::Choice::Yes).expect("c votes");
    assert!(matches!(world.proposal(&id).state, ProposalState::Executed { .. }), "two thirds still do");
}

#[test]
fn policies_are_replaced_and_every_version_is_kept() {
    let mut world = World::new();
    let text = format!("// second\n{DEFAULT_POLICIES}");
    world.enact(&[policies(&text)]);
    let head = world.read(key::POLICY, PolicyHead::from_bytes);
    assert_eq!(head.version, 2);
    assert_eq!(world.read(&key::policy_version(2), PolicyVersion::from_bytes).text, text);
    assert_eq!(world.read(&key::policy_version(1), PolicyVersion::from_bytes).text, DEFAULT_POLICIES);
    world.enact(&[policies(DEFAULT_POLICIES)]);
    assert_eq!(world.read(key::POLICY, PolicyHead::from_bytes).version, 3);
}

#[test]
fn policies_that_do_not_parse_are_refused_with_the_cause() {
    let mut world = World::new();
    let refusal = world.refusal(&[policies("permit (principal, action, resource);")]);
    assert!(refusal.to_string().contains("no @id"), "{refusal}");
    let refusal = world.refusal(&[policies(&"x".repeat(hufu_policy::MAX_SET_BYTES + 1))]);
    assert!(matches!(refusal, Refusal::Policies(hufu_policy::Error::TooLarge { .. })), "{refusal}");
}

#[test]
fn policies_that_lock_the_members_out_are_refused_by_name() {
    let mut world = World::new();
    let nobody_votes = who_votes(
        "(principal in Hufu::List::\"nobody\", action == Hufu::Action::\"governance.vote\", resource)",
    );
    assert_eq!(
        world.refusal(&[policies(&nobody_votes)]),
        Refusal::QuorumImpossible { able: 0, needed: 3, total: 4 }
    );
    // a is the only chair, of weight 1.
    assert_eq!(
        world.refusal(&[policies(&who_votes(CHAIRS_VOTE))]),
        Refusal::QuorumImpossible { able: 1, needed: 3, total: 4 }
    );
    let no_proposals = format!(
        "{DEFAULT_POLICIES}\n@id(\"stop\") @requires(\"nothing\")\n\
         forbid (principal, action == Hufu::Action::\"governance.propose\", resource);"
    );
    assert_eq!(world.refusal(&[policies(&no_proposals)]), Refusal::NobodyProposes);
    for action in ["policy.change", "list.change", "rules.change"] {
        let frozen = format!(
            "{DEFAULT_POLICIES}\n@id(\"for-ever\") @requires(\"a fork\")\n\
             forbid (principal, action == Hufu::Action::\"{action}\", resource);"
        );
        let refusal = world.refusal(&[policies(&frozen)]);
        assert!(matches!(&refusal, Refusal::Frozen(words) if words.contains("for-ever")), "{refusal}");
    }
}

#[test]
fn the_last_holder_of_a_right_keeps_it() {
    let mut world = World::new();
    let chair = |name: &str| {
        action(json!({ "type": "setRole", "list": "members", "did": did(name), "role": "chair" }))
    };
    let plain = |name: &str| action(json!({ "type": "setRole", "list": "members", "did": did(name) }));
    world.enact(&[chair("b"), chair("c"), policies(&who_votes(CHAIRS_VOTE))]);
    assert_eq!(world.refusal(&[plain("c")]), Refusal::QuorumImpossible { able: 2, needed: 3, total: 4 });
    assert_eq!(
        world.refusal(&[add("members", "d"), add("members", "e"), add("members", "f")]),
        Refusal::QuorumImpossible { able: 4, needed: 5, total: 7 }
    );
    world.enact(&[plain("b")]);
}

#[test]
fn the_policies_in_force_bind_what_a_vote_does() {
    let mut world = World::new();
    let text = format!(
        "{DEFAULT_POLICIES}\n@id(\"no-licences\") @requires(\"a type other than Licence\")\n\
         forbid (principal, action == Hufu::Action::\"accredit\", resource)\n\
         when {{ resource.credentialTypes.contains(\"Licence\") }};"
    );
    world.enact(&[policies(&text)]);
    let accredit =
        |name: &str| action(json!({ "type": "accredit", "did": did("s"), "credentialTypes": [name] }));
    let refusal = world.refusal(&[accredit("Licence")]);
    assert!(
        matches!(&refusal, Refusal::ForbiddenByPolicy(words) if words.contains("no-licences")),
        "{refusal}"
    );
    world.enact(&[accredit("Card")]);
}

#[test]
fn a_genesis_that_nobody_could_govern_is_refused_by_name() {
    let refusal = |change: fn(&mut crate::governance::GenesisGovernance)| {
        let mut genesis = genesis();
        change(&mut genesis);
        match World::from_genesis(&genesis) {
            Err(crate::governance::Error::Refused(refusal)) => refusal,
            _ => panic!("this genesis is sound"),
        }
    };
    assert_eq!(refusal(|genesis| genesis.members.clear()), Refusal::LastMember);
    assert_eq!(refusal(|genesis| genesis.validators.clear()), Refusal::LastValidator);
    let twice = refusal(|genesis| genesis.members.push(genesis.members[0].clone()));
    assert!(matches!(twice, Refusal::AlreadyListed { .. }), "{twice}");
    let shared = refusal(|genesis| {
        let mut copy = genesis.validators[0].clone();
        copy.did = did("m");
        genesis.validators.push(copy);
    });
    assert!(matches!(shared, Refusal::ValidatorKeyInUse { .. }), "{shared}");
    let fraction = refusal(|genesis| genesis.rules.threshold = Fraction::new(1, 2));
    assert!(matches!(fraction, Refusal::Fraction { what: "threshold", .. }), "{fraction}");
    let unparsable = refusal(|genesis| genesis.policies = Some("nonsense;".into()));
    assert!(matches!(unparsable, Refusal::Policies(_)), "{unparsable}");
    let locked = refusal(|genesis| genesis.policies = Some(who_votes(CHAIRS_VOTE)));
    assert!(matches!(locked, Refusal::QuorumImpossible { able: 1, .. }), "{locked}");
    let hidden = refusal(|genesis| {
        genesis.lists.insert(crate::governance::ListName::members(), genesis.members.clone());
    });
    assert!(matches!(hidden, Refusal::Malformed(_)), "{hidden}");
}
