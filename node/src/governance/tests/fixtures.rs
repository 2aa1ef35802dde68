//! Frozen bytes: every kind of record as it is stored. A change here is a change of the stored format.

use serde_json::json;

use crate::governance::tests::world::{KEYS, World, action, add, did, genesis, remove};
use crate::governance::{
    Accreditation, Choice, Entry, Error, GenesisGovernance, List, ListNames, Memberships, OpenProposals,
    PolicyHead, PolicyVersion, Proposal, Roll, RulesRecord, Validators, VoteRecord, key, record,
};

/// All records of [`history`] but the policy text: `<key> <bytes>` per line.
const FROZEN: &str = include_str!("fixtures/records.txt");

/// A short history that makes every kind of record in several of its forms.
fn history() -> World {
    // Not the default policies: their text may change, and its hash is among the records.
    let policies = "@id(\"any\") @requires(\"nothing\") permit (principal, action, resource);";
    let genesis = GenesisGovernance { policies: Some(policies.into()), ..genesis() };
    let mut world = World::from_genesis(&genesis).expect("the genesis is sound");
    world.enact(&[
        action(json!({ "type": "accredit", "did": did("s"), "credentialTypes": ["Card"], "validUntilMs": 1_900_000_000_000_u64 })),
        action(json!({ "type": "addValidator", "did": did("m"), "key": KEYS[1], "power": 3 })),
        action(json!({ "type": "setRules", "rules": {
            "quorum": { "numerator": 1, "denominator": 2 }, "threshold": { "numerator": 3, "denominator": 4 }
        } })),
    ]);
    world.enact(&[
        action(json!({ "type": "revokeAccreditation", "did": did("s"), "credentialTypes": ["Card"] })),
        remove("auditors", "x"),
    ]);
    let rejected = world.propose("b", &[add("registrars", "r")]).expect("a proposal");
    world.vote("c", &rejected, Choice::No).expect("a vote");
    let open = world.propose("c", &[add("registrars", "r")]).expect("a proposal");
    world.vote("b", &open, Choice::Abstain).expect("a vote");
    world
}

fn lines(world: &World) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("keys and records are text");
    let records = world.records.iter().filter(|(key, _)| !key.starts_with(b"gov/policy/v/"));
    records.map(|(key, value)| format!("{} {}\n", text(key), text(value))).collect()
}

/// A line at a time, so that a difference is readable. With `HUFU_FREEZE` set, prints what it should be.
#[test]
fn records_are_stored_as_they_always_were() {
    let now = lines(&history());
    if std::env::var_os("HUFU_FREEZE").is_some() {
        println!("{now}");
    }
    for (now, frozen) in now.lines().zip(FROZEN.lines()) {
        assert_eq!(now, frozen);
    }
    assert_eq!(now.lines().count(), FROZEN.lines().count());
}

#[test]
fn every_frozen_record_parses_and_serialises_to_the_same_bytes() {
    let mut kinds = std::collections::BTreeSet::new();
    for line in FROZEN.lines() {
        let (key, bytes) = line.split_once(' ').expect("a key and a record");
        let parts: Vec<_> = key.split('/').collect();
        let again = match parts.as_slice() {
            ["gov", "lists"] => ListNames::from_bytes(key, bytes.as_bytes()).map(|r| r.to_bytes()),
            ["gov", "list", _] => List::from_bytes(key, bytes.as_bytes()).map(|r| r.to_bytes()),
            ["gov", "list", _, "m", _] => Entry::from_bytes(key, bytes.as_bytes()).map(|r| r.to_bytes()),
            ["gov", "did", _] => Memberships::from_bytes(key, bytes.as_bytes()).map(|r| r.to_bytes()),
            ["gov", "roll"] => Roll::from_bytes(key, bytes.as_bytes()).map(|r| r.to_bytes()),
            ["gov", "rules"] => RulesRecord::from_bytes(key, bytes.as_bytes()).map(|r| r.to_bytes()),
            ["gov", "proposal", _] => Proposal::from_bytes(key, bytes.as_bytes()).map(|r| r.to_bytes()),
            ["gov", "vote", _, _] => VoteRecord::from_bytes(key, bytes.as_bytes()).map(|r| r.to_bytes()),
            ["gov", "open"] => OpenProposals::from_bytes(key, bytes.as_bytes()).map(|r| r.to_bytes()),
            ["gov", "policy"] => PolicyHead::from_bytes(key, bytes.as_bytes()).map(|r| r.to_bytes()),
            ["gov", "accreditation", _] => {
                Accreditation::from_bytes(key, bytes.as_bytes()).map(|r| r.to_bytes())
            }
            ["gov", "validators"] => Validators::from_bytes(key, bytes.as_bytes()).map(|r| r.to_bytes()),
            _ => panic!("{key} is no key of governance"),
        };
        assert_eq!(again.expect("it parses"), bytes.as_bytes(), "{key}");
        kinds.insert((parts[1].to_owned(), parts.len()));
    }
    assert_eq!(kinds.len(), 12, "every kind but the policy text is among them: {kinds:?}");
}

#[test]
fn the_policy_text_is_stored_as_it_always_was() {
    let world = World::new();
    let key = key::policy_version(1);
    let record = world.read(&key, PolicyVersion::from_bytes);
    let short = PolicyVersion { text: "permit…".into(), ..record };
    let frozen = "{\"format\":1,\"record\":{\"version\":1,\"text\":\"permit…\",\
                  \"set\":{\"height\":0,\"timeMs\":1760000000000,\"reason\":\"genesis\"}}}";
    assert_eq!(String::from_utf8(short.to_bytes()).expect("text"), frozen);
}

#[test]
fn a_damaged_or_newer_record_is_refused_with_its_key() {
    let parse = |bytes: &[u8]| record::from_bytes::<OpenProposals>("gov/open", bytes);
    assert!(parse(b"{\"format\":1,\"record\":{}}").is_ok());
    let newer = "the record gov/open has format 2; this version reads up to format 1";
    for bytes in [
        &b"{\"format\":2,\"record\":{}}"[..],
        b"{\"format\":2,\"record\":[1],\"more\":true}",
        b"{\"format\":2}",
    ] {
        assert_eq!(parse(bytes).expect_err("newer").to_string(), newer);
    }
    for bytes in [
        &b""[..],
        b"{",
        b"null",
        b"{\"format\":0,\"record\":{}}",
        b"{\"format\":1}",
        b"{\"format\":1,\"record\":{},\"x\":1}",
        b"{\"format\":-1,\"record\":{}}",
        b"\xff",
    ] {
        let error = parse(bytes).expect_err("damaged");
        assert!(matches!(&error, Error::Damaged { key, .. } if key == "gov/open"), "{error}");
    }
}
