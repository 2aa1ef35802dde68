//! Laws that hold after any sequence of valid and invalid operations.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use crate::governance::rules::Outcome;
use crate::governance::tests::world::{KEYS, World, action, add, did, remove};
use crate::governance::{
    Choice, Entry, Error, Expiry, GovernanceAction, List, ListName, Memberships, Proposal, ProposalId,
    ProposalState, Roll, Validators, VoteRecord, key,
};

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "x"];

#[derive(Debug, Clone)]
enum Step {
    Propose { by: usize, actions: Vec<GovernanceAction>, blocks: u64 },
    Vote { by: usize, proposal: usize, choice: Choice },
    Wait { blocks: u64 },
}

fn arb_action() -> impl Strategy<Value = GovernanceAction> {
    let who = (0..NAMES.len()).prop_map(|n| NAMES[n]);
    let list = prop_oneof![4 => Just("members"), 1 => Just("auditors"), 1 => Just("nodes")];
    let weight = 1_u64..4;
    prop_oneof![
        4 => (list.clone(), who.clone(), weight.clone()).prop_map(|(list, who, weight)| action(json!({
            "type": "addToList", "list": list, "did": did(who), "weight": weight
        }))),
        6 => (list.clone(), who.clone()).prop_map(|(list, who)| remove(list, who)),
        2 => (list, who.clone(), weight).prop_map(|(list, who, weight)| action(json!({
            "type": "setRole", "list": list, "did": did(who), "weight": weight
        }))),
        1 => (1_u32..5, 1_u32..5, 1_u32..5, 1_u32..5).prop_map(|(a, b, c, d)| action(json!({
            "type": "setRules", "rules": {
                "quorum": { "numerator": a, "denominator": b }, "threshold": { "numerator": c, "denominator": d }
            }
        }))),
        1 => (who.clone(), 0..KEYS.len()).prop_map(|(who, n)| action(json!({
            "type": "addValidator", "did": did(who), "key": KEYS[n], "power": 1
        }))),
        2 => prop_oneof![who.clone(), Just("n")].prop_map(|who| action(json!({
            "type": "removeValidator", "did": did(who)
        }))),
        1 => who.clone().prop_map(|who| action(json!({
            "type": "accredit", "did": did(who), "credentialTypes": ["Card"]
        }))),
        1 => who.prop_map(|who| action(json!({
            "type": "revokeAccreditation", "did": did(who), "credentialTypes": ["Card"]
        }))),
    ]
}

fn arb_step() -> impl Strategy<Value = Step> {
    let choice = prop_oneof![6 => Just(Choice::Yes), 1 => Just(Choice::No), 1 => Just(Choice::Abstain)];
    prop_oneof![
        2 => (0..NAMES.len(), prop::collection::vec(arb_action(), 1..4), 0_u64..60)
            .prop_map(|(by, actions, blocks)| Step::Propose { by, actions, blocks }),
        6 => (0..NAMES.len(), 0_usize..4, choice).prop_map(|(by, proposal, choice)| Step::Vote { by, proposal, choice }),
        1 => (0_u64..10).prop_map(|blocks| Step::Wait { blocks }),
    ]
}

/// Applies a step; a refusal must change nothing, and no other error may occur.
fn apply(world: &mut World, step: &Step, proposals: &mut Vec<ProposalId>) {
    let before = world.records.clone();
    let result = match step {
        Step::Propose { by, actions, blocks } => {
            let expires = Expiry::at_height(world.height + blocks);
            world.propose_until(NAMES[*by], actions, expires).map(|id| proposals.push(id))
        }
        Step::Vote { by, proposal, choice } => match proposals.iter().rev().nth(*proposal).cloned() {
            Some(id) => world.vote(NAMES[*by], &id, *choice).map(|_| ()),
            None => Ok(()),
        },
        Step::Wait { blocks } => {
            world.height += blocks;
            Ok(())
        }
    };
    match result {
        Ok(()) => {}
        Err(Error::Refused(_)) => assert_eq!(world.records, before, "a refusal changes nothing"),
        Err(fault) => panic!("{fault}"),
    }
}

/// What must hold whatever was done.
fn check(world: &World, proposals: &[ProposalId]) {
    let roll = world.read(key::ROLL, Roll::from_bytes);
    assert!(!roll.0.is_empty(), "there is always a member");
    assert!(!world.read(key::VALIDATORS, Validators::from_bytes).validators.is_empty(), "and a validator");
    let members = world.read(&key::list(&ListName::members()), List::from_bytes);
    assert_eq!(members.entries, u64::try_from(roll.0.len()).expect("few"));
    assert_eq!(members.weight, roll.0.values().map(|weight| weight.value()).sum::<u64>());
    for name in NAMES {
        let entry = world.find(&key::entry(&ListName::members(), &did(name)), Entry::from_bytes);
        let current = entry.as_ref().and_then(Entry::current).map(|period| period.weight);
        assert_eq!(current, roll.0.get(did(name).as_str()).copied(), "entry and roll agree on {name}");
        let index = world.find(&key::memberships(&did(name)), Memberships::from_bytes).unwrap_or_default();
        assert_eq!(index.0.contains_key(&ListName::members()), current.is_some(), "so does the index");
    }
    for id in proposals {
        check_proposal(world, &world.proposal(id));
    }
}

/// The tally is the sum of the recorded votes, and the state is what the tally says.
fn check_proposal(world: &World, proposal: &Proposal) {
    let votes = NAMES
        .iter()
        .filter_map(|name| world.find(&key::vote(&proposal.id, &did(name)), VoteRecord::from_bytes));
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    for vote in votes {
        *sums.entry(vote.choice.to_string()).or_default() += vote.weight;
    }
    let sum = |choice: Choice| sums.get(&choice.to_string()).copied().unwrap_or_default();
    let tally = proposal.tally;
    assert_eq!(
        (tally.yes, tally.no, tally.abstain),
        (sum(Choice::Yes), sum(Choice::No), sum(Choice::Abstain))
    );
    assert!(tally.yes + tally.no + tally.abstain <= proposal.total_weight);
    // Independently of `Tally::outcome`: the fractions, multiplied out.
    let (q, t) = (proposal.rules.quorum, proposal.rules.threshold);
    let (n, d) = (u64::from(t.numerator), u64::from(t.denominator));
    let reached = tally.yes * d >= n * proposal.total_weight
        && (tally.yes + tally.no + tally.abstain) * u64::from(q.denominator)
            >= u64::from(q.numerator) * proposal.total_weight;
    assert_eq!(tally.outcome(proposal.rules, proposal.total_weight) == Outcome::Passed, reached);
    let passed = matches!(proposal.state, ProposalState::Executed { .. } | ProposalState::Failed { .. });
    assert_eq!(passed, reached, "carried out exactly if quorum and threshold are reached: {proposal:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_operations_ends_governance_or_bypasses_the_threshold(
        steps in prop::collection::vec(arb_step(), 1..60)
    ) {
        let mut world = World::new();
        let mut proposals = Vec::new();
        for step in &steps {
            apply(&mut world, step, &mut proposals);
        }
        check(&world, &proposals);
        // Whoever is left can still change something.
        let roll = world.read(key::ROLL, Roll::from_bytes);
        let names: Vec<_> = NAMES.into_iter().filter(|name| roll.0.contains_key(did(name).as_str())).collect();
        world.height += 100;
        let id = world.propose(names[0], &[add("fresh", "z")]).expect("a member proposes");
        for name in &names {
            if world.proposal(&id).state == ProposalState::Open {
                world.vote(name, &id, Choice::Yes).expect("a member votes");
            }
        }
        let executed = matches!(world.proposal(&id).state, ProposalState::Executed { .. });
        prop_assert!(executed);
    }
}
