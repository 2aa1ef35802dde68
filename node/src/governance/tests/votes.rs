//! Proposals and votes.

use crate::governance::proposal::{MAX_OPEN_PROPOSALS, MAX_VOTING_BLOCKS, MAX_VOTING_MS};
use crate::governance::tests::world::{World, action, add, did, refused, remove};
use crate::governance::{
    Choice, Event, Expiry, ListName, Moment, OpenProposals, Operation, ProposalId, ProposalState, Refusal,
    Tally, VoteRecord, expire, facts_of, key,
};

#[test]
fn the_deciding_vote_carries_out_the_proposal() {
    let mut world = World::new();
    let id = world.propose("a", &[add("registrars", "r")]).expect("a member proposes");
    let on_list = |world: &World| {
        let standing = facts_of(&world.records, &did("r"), world.time_ms).expect("memory reads");
        standing.lists.contains_key(&"registrars".parse::<ListName>().expect("a name"))
    };
    world.vote("b", &id, Choice::Yes).expect("b votes");
    assert!(!on_list(&world) && world.proposal(&id).state == ProposalState::Open);
    let at = Moment { height: world.height, time_ms: world.time_ms };
    let changes = world.vote("c", &id, Choice::Yes).expect("c votes");
    assert!(on_list(&world));
    let proposal = world.proposal(&id);
    assert_eq!(proposal.state, ProposalState::Executed { at });
    assert_eq!(proposal.tally, Tally { yes: 3, no: 0, abstain: 0 });
    let names: Vec<_> = changes.events().iter().map(Event::name).collect();
    assert_eq!(names, ["governance.voted", "governance.executed", "list.changed"]);
    let vote = world.read(&key::vote(&id, &did("c")), VoteRecord::from_bytes);
    assert_eq!((vote.choice, vote.weight, vote.at), (Choice::Yes, 2, at));
    assert!(world.read(key::OPEN, OpenProposals::from_bytes).0.is_empty());
}

#[test]
fn a_proposal_that_cannot_pass_any_more_is_rejected() {
    let mut world = World::new();
    let id = world.propose("a", &[add("registrars", "r")]).expect("a member proposes");
    let changes = world.vote("c", &id, Choice::Abstain).expect("c abstains");
    assert!(
        matches!(world.proposal(&id).state, ProposalState::Rejected { .. }),
        "2 of 4 are left, 3 are needed"
    );
    assert_eq!(changes.events().last(), Some(&Event::Rejected { proposal: id.clone() }));
    let late = refused(world.vote("a", &id, Choice::Yes));
    assert_eq!(late, Refusal::Closed { proposal: id, state: "was rejected" });
}

#[test]
fn nobody_votes_twice() {
    let mut world = World::new();
    let id = world.propose("a", &[add("registrars", "r")]).expect("a member proposes");
    world.vote("a", &id, Choice::Yes).expect("a votes");
    for choice in [Choice::Yes, Choice::No] {
        let again = refused(world.vote("a", &id, choice));
        assert_eq!(
            again,
            Refusal::AlreadyVoted { voter: did("a"), proposal: id.clone(), choice: Choice::Yes }
        );
    }
    assert_eq!(world.proposal(&id).tally.yes, 1);
}

#[test]
fn only_members_propose_and_vote() {
    let mut world = World::new();
    assert_eq!(refused(world.propose("x", &[add("registrars", "r")])), Refusal::NotAMember(did("x")));
    let id = world.propose("a", &[add("registrars", "r")]).expect("a member proposes");
    assert_eq!(refused(world.vote("x", &id, Choice::Yes)), Refusal::NotAMember(did("x")));
    assert_eq!(refused(world.vote("nobody", &id, Choice::Yes)), Refusal::NotAMember(did("nobody")));
}

#[test]
fn a_vote_on_nothing_is_refused() {
    let mut world = World::new();
    let id: ProposalId = "f".repeat(64).parse().expect("an id");
    assert_eq!(refused(world.vote("a", &id, Choice::Yes)), Refusal::NoSuchProposal(id));
}

#[test]
fn a_closed_proposal_takes_no_votes() {
    let mut world = World::new();
    let id = world.propose("a", &[add("registrars", "r")]).expect("a member proposes");
    world.vote("a", &id, Choice::Yes).expect("a votes");
    world.vote("c", &id, Choice::Yes).expect("c votes");
    let late = refused(world.vote("b", &id, Choice::No));
    assert_eq!(late, Refusal::Closed { proposal: id, state: "was executed" });
}

#[test]
fn an_expired_proposal_takes_no_votes_and_is_closed_by_the_next_one() {
    for by_time in [false, true] {
        let mut world = World::new();
        let expires = if by_time {
            Expiry::at_time(world.time_ms + 5_000)
        } else {
            Expiry::at_height(world.height + 5)
        };
        let id = world.propose_until("a", &[add("registrars", "r")], expires).expect("a member proposes");
        world.vote("a", &id, Choice::Yes).expect("in time");
        (world.height, world.time_ms) = (world.height + 3, world.time_ms + 3_000);
        assert_eq!(refused(world.vote("c", &id, Choice::Yes)), Refusal::Expired(id.clone()));
        assert!(!world.proposal(&id).is_open(world.height, world.time_ms));
        let at = Moment { height: world.height, time_ms: world.time_ms };
        let other = world.propose("b", &[add("registrars", "s")]).expect("another");
        assert_eq!(world.proposal(&id).state, ProposalState::Expired { at });
        let late = refused(world.vote("c", &id, Choice::Yes));
        assert_eq!(late, Refusal::Closed { proposal: id, state: "expired" });
        let open = world.read(key::OPEN, OpenProposals::from_bytes);
        assert_eq!(open.0.into_keys().collect::<Vec<_>>(), [other]);
    }
}

#[test]
fn a_ledger_may_close_what_is_over_by_itself() {
    let mut world = World::new();
    let id = world.propose_until("a", &[add("registrars", "r")], Expiry::at_height(9)).expect("a proposal");
    let at = |height| Moment { height, time_ms: world.time_ms };
    assert_eq!(expire(&world.records, at(8)).expect("memory reads").entries().count(), 0);
    let changes = expire(&world.records, at(9)).expect("memory reads");
    assert_eq!(changes.events(), [Event::Expired { proposal: id.clone() }]);
    let at = at(9);
    world.records.extend(changes.entries());
    assert_eq!(world.proposal(&id).state, ProposalState::Expired { at });
    assert_eq!(expire(&world.records, at).expect("memory reads").entries().count(), 0, "once is enough");
}

#[test]
fn an_expiry_lies_ahead_and_not_too_far() {
    let mut world = World::new();
    let (height, time_ms) = (world.height, world.time_ms);
    let mut refusal = |expires| match refused(world.propose_until("a", &[add("registrars", "r")], expires)) {
        Refusal::Expiry(rule) => rule,
        other => panic!("{other}"),
    };
    assert_eq!(refusal(Expiry { height: None, time_ms: None }), "it has neither a height nor a time");
    for past in
        [Expiry::at_height(height), Expiry::at_height(0), Expiry::at_time(time_ms), Expiry::at_time(0)]
    {
        assert_eq!(refusal(past), "it is not in the future");
    }
    let both = Expiry { height: Some(height + 5), time_ms: Some(time_ms) };
    assert_eq!(refusal(both), "it is not in the future", "whichever comes first");
    let far = [
        Expiry::at_height(height + MAX_VOTING_BLOCKS + 1),
        Expiry::at_height(u64::MAX),
        Expiry::at_time(time_ms + MAX_VOTING_MS + 1),
        Expiry::at_time(u64::MAX),
    ];
    for expires in far {
        assert_eq!(refusal(expires), "it is more than 400 days ahead");
    }
    let furthest =
        Expiry { height: Some(height + MAX_VOTING_BLOCKS), time_ms: Some(time_ms + MAX_VOTING_MS) };
    world.propose_until("a", &[add("registrars", "r")], furthest).expect("the furthest");
}

#[test]
fn weights_are_those_of_the_time_of_the_proposal() {
    let mut world = World::new();
    let id = world.propose("a", &[add("registrars", "r")]).expect("a proposal");
    world.enact(&[action(serde_json::json!({
        "type": "setRole", "list": "members", "did": did("b"), "weight": 1_000
    }))]);
    world.vote("b", &id, Choice::Yes).expect("b votes");
    assert_eq!(world.proposal(&id).tally.yes, 1, "b had a weight of 1 when it was made");
    assert_eq!(world.proposal(&id).state, ProposalState::Open);
}

#[test]
fn who_joins_later_has_no_vote_on_what_was_open() {
    let mut world = World::new();
    let id = world.propose("a", &[add("registrars", "r")]).expect("a proposal");
    world.enact(&[add("members", "d")]);
    let refusal = refused(world.vote("d", &id, Choice::Yes));
    assert_eq!(refusal, Refusal::JoinedLater { voter: did("d"), proposal: id });
    let later = world.propose("d", &[add("registrars", "r")]).expect("d is a member now");
    world.vote("d", &later, Choice::Yes).expect("and votes");
}

#[test]
fn who_was_removed_has_no_vote_on_what_was_open() {
    let mut world = World::new();
    let id = world.propose("b", &[add("registrars", "r")]).expect("a proposal");
    world.enact(&[remove("members", "b")]);
    assert_eq!(refused(world.vote("b", &id, Choice::Yes)), Refusal::NotAMember(did("b")));
    world.enact(&[add("members", "b")]);
    world.vote("b", &id, Choice::Yes).expect("a member then and now");
}

#[test]
fn what_has_become_impossible_closes_the_proposal_as_failed_and_changes_nothing_else() {
    let mut world = World::new();
    let actions = [add("registrars", "s"), add("registrars", "r")];
    let id = world.propose("a", &actions).expect("possible when it was made");
    world.enact(&[add("registrars", "r")]);
    world.vote("a", &id, Choice::Yes).expect("a votes");
    let changes = world.vote("c", &id, Choice::Yes).expect("the deciding vote is a valid one");
    let ProposalState::Failed { cause, .. } = world.proposal(&id).state else {
        panic!("it cannot be executed")
    };
    assert!(cause.contains("did:web:r.example is already on the list \"registrars\""), "{cause}");
    assert_eq!(changes.events().last().map(Event::name), Some("governance.failed"));
    assert!(
        !changes
            .events()
            .iter()
            .any(|event| matches!(event, Event::ListChanged { .. } | Event::Executed { .. }))
    );
    let s = facts_of(&world.records, &did("s"), world.time_ms).expect("memory reads");
    assert!(s.lists.is_empty(), "nothing of it was carried out");
    assert!(!world.read(key::OPEN, OpenProposals::from_bytes).0.contains_key(&id));
}

#[test]
fn open_proposals_are_bounded_and_expiry_makes_room() {
    let mut world = World::new();
    let end = world.height + 500;
    for _ in 0..MAX_OPEN_PROPOSALS {
        world.propose_until("a", &[add("registrars", "r")], Expiry::at_height(end)).expect("there is room");
    }
    let refusal = refused(world.propose("a", &[add("registrars", "r")]));
    assert_eq!(refusal, Refusal::TooManyOpen(MAX_OPEN_PROPOSALS));
    world.height = end;
    world.propose("a", &[add("registrars", "r")]).expect("the others are over");
}

#[test]
fn one_transaction_makes_one_proposal() {
    let mut world = World::new();
    let policies = world.policies();
    let actor = did("a");
    let context = crate::governance::Context {
        network: "demo",
        height: 1,
        time_ms: world.time_ms,
        actor: (&actor).into(),
        transaction: [1; 32],
        policies: &policies,
    };
    let json = serde_json::json!({
        "type": "propose", "title": "t", "reason": "r", "expires": { "height": 9 },
        "actions": [ { "type": "addToList", "list": "registrars", "did": did("r") } ]
    });
    let operation = Operation::parse(json.to_string().as_bytes()).expect("an operation");
    let changes = crate::governance::apply(&world.records, &operation, &context).expect("a proposal");
    world.records.extend(changes.entries());
    let again = refused(crate::governance::apply(&world.records, &operation, &context));
    assert_eq!(again, Refusal::ProposalExists(ProposalId::of_transaction(&[1; 32])));
}
