//! Lists and validators.

use serde_json::json;

use crate::governance::list::MAX_MEMBERS;
use crate::governance::tests::world::{KEYS, START_MS, World, action, add, did, remove};
use crate::governance::{
    Entry, GovernanceAction, List, ListName, ListNames, Refusal, Roll, Validators, Weight, facts_keys,
    facts_of, key,
};

fn name(text: &str) -> ListName {
    text.parse().expect("a list name")
}

#[test]
fn each_change_makes_a_version_and_says_who_when_why() {
    let mut world = World::new();
    let registrars = name("registrars");
    world.enact(&[add("registrars", "r"), add("registrars", "s")]);
    world.enact(&[remove("registrars", "r")]);
    world.enact(&[add("registrars", "r")]);
    let list = world.read(&key::list(&registrars), List::from_bytes);
    assert_eq!((list.version, list.entries, list.weight), (4, 2, 2));
    let entry = world.read(&key::entry(&registrars, &did("r")), Entry::from_bytes);
    let versions: Vec<_> =
        entry.periods.iter().map(|period| (period.from_version, period.until_version)).collect();
    assert_eq!(versions, [(1, Some(3)), (4, None)]);
    let first = &entry.periods[0];
    assert_eq!(first.began.proposer, Some(did("a")));
    assert_eq!(first.began.reason.as_str(), "It is time.");
    let ended = first.ended.as_ref().expect("it was removed");
    assert!(
        ended.height > first.began.height
            && ended.time_ms > START_MS
            && ended.proposal != first.began.proposal
    );
    let names = world.read(key::LISTS, ListNames::from_bytes);
    let names: Vec<_> = names.0.iter().map(ListName::as_str).collect();
    assert_eq!(names, ["auditors", "members", "nodes", "registrars"]);
}

#[test]
fn a_role_changes_with_or_without_the_weight() {
    let mut world = World::new();
    world
        .enact(&[action(json!({ "type": "setRole", "list": "nodes", "did": did("n"), "role": "observer" }))]);
    let facts = facts_of(&world.records, &did("n"), world.time_ms).expect("memory reads");
    assert_eq!(facts.lists[&name("nodes")].as_ref().map(|role| role.as_str()), Some("observer"));
    world.enact(&[action(json!({ "type": "setRole", "list": "members", "did": did("b"), "weight": 3 }))]);
    let roll = world.read(key::ROLL, Roll::from_bytes);
    assert_eq!(roll.0["did:web:b.example"].value(), 3);
    assert_eq!(world.read(&key::list(&ListName::members()), List::from_bytes).weight, 6);
}

#[test]
fn changes_that_change_nothing_are_refused_by_name() {
    let mut world = World::new();
    let twice = world.refusal(&[add("auditors", "x")]);
    assert_eq!(twice, Refusal::AlreadyListed { did: did("x"), list: name("auditors") });
    let absent = world.refusal(&[remove("auditors", "y")]);
    assert_eq!(absent, Refusal::NotListed { did: did("y"), list: name("auditors") });
    let nowhere = world.refusal(&[remove("no-such-list", "y")]);
    assert_eq!(nowhere, Refusal::NotListed { did: did("y"), list: name("no-such-list") });
    let stranger = action(json!({ "type": "setRole", "list": "nodes", "did": did("y"), "role": "observer" }));
    assert_eq!(world.refusal(&[stranger]), Refusal::NotListed { did: did("y"), list: name("nodes") });
    let same = action(
        json!({ "type": "setRole", "list": "nodes", "did": did("n"), "role": "validator", "weight": 1 }),
    );
    let role = Some("validator".parse().expect("a role"));
    assert_eq!(world.refusal(&[same]), Refusal::SameRole { did: did("n"), list: name("nodes"), role });
    let within = world.refusal(&[add("registrars", "r"), add("registrars", "r")]);
    assert_eq!(within, Refusal::AlreadyListed { did: did("r"), list: name("registrars") });
}

#[test]
fn members_are_bounded() {
    let mut world = World::new();
    let mut left = MAX_MEMBERS - 3;
    while left > 0 {
        let actions: Vec<_> = (0..left.min(32)).map(|n| add("members", &format!("m{left}-{n}"))).collect();
        // Weightless against c, so that a and c still decide.
        let heavy = action(
            json!({ "type": "setRole", "list": "members", "did": did("c"), "weight": 100_000 - left }),
        );
        left -= actions.len().min(31);
        let actions: Vec<_> = actions.into_iter().take(31).chain([heavy]).collect();
        world.enact(&actions);
    }
    assert_eq!(world.read(key::ROLL, Roll::from_bytes).0.len(), MAX_MEMBERS);
    let refusal = world.refusal(&[add("members", "one-too-many")]);
    assert_eq!(refusal, Refusal::Full { what: "members", limit: MAX_MEMBERS });
}

fn validator(name: &str, key: &str) -> GovernanceAction {
    action(json!({ "type": "addValidator", "did": did(name), "key": key, "power": 5 }))
}

fn without(name: &str) -> GovernanceAction {
    action(json!({ "type": "removeValidator", "did": did(name) }))
}

#[test]
fn validators_come_and_go_by_vote() {
    let mut world = World::new();
    let id = world.propose("a", &[validator("m", KEYS[1]), without("n")]).expect("a proposal");
    world.vote("a", &id, crate::governance::Choice::Yes).expect("a votes");
    let changes = world.vote("c", &id, crate::governance::Choice::Yes).expect("c votes");
    let validators = changes.validators().expect("our own record").expect("it changed");
    assert_eq!(validators, world.read(key::VALIDATORS, Validators::from_bytes));
    assert_eq!(validators.version, 3);
    let (did, appointment) = validators.validators.first_key_value().expect("one");
    assert_eq!(
        (did.as_str(), appointment.power),
        ("did:web:m.example", Weight::try_from(5).expect("a weight"))
    );
}

#[test]
fn validators_are_refused_by_name() {
    let mut world = World::new();
    assert_eq!(world.refusal(&[without("n")]), Refusal::LastValidator);
    assert_eq!(world.refusal(&[without("m")]), Refusal::NotValidator(did("m")));
    assert_eq!(world.refusal(&[validator("n", KEYS[1])]), Refusal::AlreadyValidator(did("n")));
    let shared = world.refusal(&[validator("m", KEYS[0])]);
    assert_eq!(shared, Refusal::ValidatorKeyInUse { did: did("m"), other: did("n") });
}

#[test]
fn facts_name_the_records_they_are_read_from() {
    let world = World::new();
    let standing = facts_of(&world.records, &did("a"), world.time_ms).expect("memory reads");
    assert_eq!(standing.lists[&ListName::members()].as_ref().map(|role| role.as_str()), Some("chair"));
    assert_eq!(facts_keys(&did("a"))[0], b"gov/did/did:web:a.example");
    let nobody = facts_of(&world.records, &did("nobody"), world.time_ms).expect("memory reads");
    assert_eq!(nobody, Default::default());
}
