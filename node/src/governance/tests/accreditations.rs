//! Accreditations: validity, revocation, history.

use serde_json::{Value, json};

use crate::governance::tests::world::{World, action, did};
use crate::governance::{Accreditation, GovernanceAction, ProposalState, Refusal, facts_of, key};

fn accredit(types: Value, from: Option<u64>, until: Option<u64>) -> GovernanceAction {
    let mut json = json!({ "type": "accredit", "did": did("school"), "credentialTypes": types });
    for (field, value) in [("validFromMs", from), ("validUntilMs", until)] {
        if let Some(value) = value {
            json[field] = json!(value);
        }
    }
    action(json)
}

fn revoke(types: Value) -> GovernanceAction {
    action(json!({ "type": "revokeAccreditation", "did": did("school"), "credentialTypes": types }))
}

fn at(world: &World, time_ms: u64) -> Vec<String> {
    let standing = facts_of(&world.records, &did("school"), time_ms).expect("memory reads");
    standing.accreditations.iter().map(ToString::to_string).collect()
}

fn record(world: &World) -> Accreditation {
    world.read(&key::accreditation(&did("school")), Accreditation::from_bytes)
}

#[test]
fn an_accreditation_holds_from_its_execution_until_revoked_and_its_history_stays() {
    let mut world = World::new();
    let before = world.time_ms;
    world.enact(&[accredit(json!(["Card", "Diploma"]), None, None)]);
    let granted = world.time_ms - 1_000;
    assert!(at(&world, before).is_empty() && at(&world, granted - 1).is_empty(), "not in hindsight");
    assert_eq!(at(&world, granted), ["Card", "Diploma"]);
    world.enact(&[revoke(json!(["Card"]))]);
    let revoked = world.time_ms - 1_000;
    assert_eq!(at(&world, revoked - 1), ["Card", "Diploma"], "what held then still held then");
    assert_eq!(at(&world, revoked), ["Diploma"]);
    world.enact(&[accredit(json!(["Card"]), None, None)]);
    assert_eq!(at(&world, world.time_ms), ["Card", "Diploma"]);
    let grants = &record(&world).types[&"Card".parse().expect("a type")];
    assert_eq!(grants.len(), 2);
    let end = grants[0].revoked.as_ref().expect("the first was revoked");
    assert_eq!((end.proposer.clone(), end.time_ms), (Some(did("a")), revoked));
}

#[test]
fn a_validity_period_is_kept_to_the_millisecond() {
    let mut world = World::new();
    let (from, until) = (world.time_ms + 100_000, world.time_ms + 200_000);
    world.enact(&[accredit(json!(["Card"]), Some(from), Some(until))]);
    assert_eq!([from - 1, from, until - 1, until].map(|time| at(&world, time).len()), [0, 1, 1, 0]);
    let changes = |time| facts_of(&world.records, &did("school"), time).expect("memory reads").changes_at_ms;
    assert_eq!([from - 1, from, until].map(changes), [Some(from), Some(until), None]);
}

#[test]
fn a_start_in_the_past_counts_from_now() {
    let mut world = World::new();
    world.enact(&[accredit(json!(["Card"]), Some(0), None)]);
    assert!(at(&world, world.time_ms - 1_001).is_empty());
    assert_eq!(at(&world, world.time_ms), ["Card"]);
}

#[test]
fn an_empty_or_past_validity_is_refused() {
    let mut world = World::new();
    let now = world.time_ms;
    for (from, until) in [
        (None, Some(now)),
        (None, Some(0)),
        (Some(now + 50), Some(now + 50)),
        (Some(now + 50), Some(now + 9)),
    ] {
        let refusal = world.refusal(&[accredit(json!(["Card"]), from, until)]);
        assert_eq!(refusal, Refusal::Validity("it would be over before it begins"));
    }
}

#[test]
fn a_validity_that_is_over_when_the_vote_ends_fails_the_proposal() {
    let mut world = World::new();
    let actions = [accredit(json!(["Card"]), None, Some(world.time_ms + 1))];
    let state = world.pass(&actions).expect("valid when it was proposed");
    assert!(
        matches!(&state, ProposalState::Failed { cause, .. } if cause.contains("over before it begins")),
        "{state:?}"
    );
    assert!(world.find(&key::accreditation(&did("school")), Accreditation::from_bytes).is_none());
}

#[test]
fn what_is_not_in_force_cannot_be_revoked() {
    let mut world = World::new();
    let not = |credential_type: &str| Refusal::NotAccredited {
        did: did("school"),
        credential_type: credential_type.into(),
    };
    assert_eq!(world.refusal(&[revoke(json!(["Card"]))]), not("Card"));
    world.enact(&[accredit(json!(["Card"]), None, Some(world.time_ms + 10_000))]);
    assert_eq!(world.refusal(&[revoke(json!(["Card", "Diploma"]))]), not("Diploma"));
    world.time_ms += 60_000;
    assert_eq!(world.refusal(&[revoke(json!(["Card"]))]), not("Card"), "it is over by itself");
}

#[test]
fn what_has_not_begun_can_be_revoked() {
    let mut world = World::new();
    let from = world.time_ms + 1_000_000;
    world.enact(&[accredit(json!(["Card"]), Some(from), None)]);
    world.enact(&[revoke(json!(["Card"]))]);
    assert!(at(&world, from).is_empty() && at(&world, u64::MAX).is_empty());
}
