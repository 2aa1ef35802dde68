//! The bytes of operations: what is refused before any rule is asked.

use serde_json::{Value, json};

use crate::governance::operation::{MAX_ACTIONS, MAX_OPERATION_BYTES};
use crate::governance::tests::world::{KEYS, did};
use crate::governance::{GovernanceAction, MAX_REASON_BYTES, MAX_TITLE_BYTES, Operation, Refusal};

fn valid() -> Value {
    json!({
        "type": "propose", "title": "t", "reason": "r", "expires": { "height": 9 },
        "actions": [ { "type": "addToList", "list": "registrars", "did": did("r") } ]
    })
}

fn cause(bytes: &[u8]) -> String {
    Operation::parse(bytes).expect_err("this is no operation").to_string()
}

#[test]
fn malformed_operations_are_refused_with_the_cause() {
    let vote = format!("{{\"type\":\"vote\",\"proposal\":\"{}\",\"choice\":\"yes\"", "a".repeat(64));
    assert!(Operation::parse(format!("{vote}}}").as_bytes()).is_ok());
    for (bytes, words) in [
        (String::new(), "EOF"),
        ("null".into(), "invalid type"),
        ("[]".into(), "missing field `type`"),
        ("{}".into(), "missing field `type`"),
        ("{\"type\":\"abolish\"}".into(), "unknown variant"),
        (format!("{vote}}} "), ""),
        (format!("{vote}}}x"), "trailing"),
        (format!("{vote},\"weight\":9}}"), "unknown field `weight`"),
        (format!("{vote},\"choice\":\"no\"}}"), "duplicate field"),
        (format!("{vote},\"type\":\"propose\"}}"), "duplicate field"),
        (vote.replace("yes", "maybe") + "}", "unknown variant `maybe`"),
        (vote.replace("aaaa", "AAAA") + "}", "64 lower-case hexadecimal digits"),
        ("{\"type\":".repeat(10_000), ""),
        ("[".repeat(100_000), ""),
    ] {
        if words.is_empty() && bytes.ends_with("} ") {
            assert!(Operation::parse(bytes.as_bytes()).is_ok(), "white space may follow");
            continue;
        }
        let cause = cause(bytes.as_bytes());
        assert!(
            cause.starts_with("malformed governance operation") && cause.contains(words),
            "{words}: {cause}"
        );
    }
    assert!(cause(b"\xff\xfe").contains("malformed"));
    let huge = vec![b' '; MAX_OPERATION_BYTES + 1];
    assert!(cause(&huge).contains("at most"), "{}", cause(&huge));
}

#[test]
fn an_operation_survives_its_bytes() {
    let json = json!({
        "type": "propose", "title": "t", "reason": "two\nlines", "expires": { "height": 9, "timeMs": 10 },
        "actions": [
            { "type": "addToList", "list": "registrars", "did": did("r"), "role": "clerk", "weight": 2 },
            { "type": "removeFromList", "list": "registrars", "did": did("s") },
            { "type": "setRole", "list": "registrars", "did": did("r"), "role": "head", "weight": 3 },
            { "type": "setPolicySet", "text": "permit…" },
            { "type": "setRules", "rules": {
                "quorum": { "numerator": 1, "denominator": 2 }, "threshold": { "numerator": 2, "denominator": 3 }
            } },
            { "type": "accredit", "did": did("r"), "credentialTypes": ["A", "B"], "validFromMs": 1, "validUntilMs": 2 },
            { "type": "revokeAccreditation", "did": did("r"), "credentialTypes": ["A"] },
            { "type": "addValidator", "did": did("r"), "key": KEYS[0], "power": 4 },
            { "type": "removeValidator", "did": did("r") },
        ]
    });
    let operation = Operation::parse(json.to_string().as_bytes()).expect("an operation");
    assert_eq!(Operation::parse(&operation.to_bytes()), Ok(operation.clone()));
    assert_eq!(serde_json::from_slice::<Value>(&operation.to_bytes()).expect("JSON"), json);
}

#[test]
fn fields_out_of_bounds_are_refused_with_the_rule() {
    assert!(Operation::parse(valid().to_string().as_bytes()).is_ok());
    let action = |value: Value| {
        let mut operation = valid();
        operation["actions"] = json!([value]);
        operation
    };
    let with = |path: &str, value: Value| {
        let mut operation = valid();
        *operation.pointer_mut(path).expect("the field is there") = value;
        operation
    };
    let many: Vec<_> = (0..65).map(|n| format!("T{n}")).collect();
    for (operation, words) in [
        (with("/title", json!("")), "a title is"),
        (with("/title", json!("  ")), "a title is"),
        (with("/title", json!("two\nlines")), "a title is"),
        (with("/title", json!("x".repeat(MAX_TITLE_BYTES + 1))), "a title is"),
        (with("/reason", json!("")), "a reason is"),
        (with("/reason", json!("nul\0")), "a reason is"),
        (with("/reason", json!("x".repeat(MAX_REASON_BYTES + 1))), "a reason is"),
        (with("/actions", json!([])), "1 to 32 actions"),
        (with("/actions", json!(vec![valid()["actions"][0].clone(); MAX_ACTIONS + 1])), "1 to 32 actions"),
        (with("/expires", json!({})), "neither a height nor a time"),
        (with("/expires", json!({ "height": -1 })), "invalid value"),
        (with("/expires", json!({ "height": 1.5 })), "invalid type"),
        (with("/expires", json!({ "height": 9, "blocks": 1 })), "unknown field `blocks`"),
        (with("/actions/0/list", json!("Members")), "a list name is"),
        (with("/actions/0/list", json!("a/m/b")), "a list name is"),
        (with("/actions/0/list", json!("")), "a list name is"),
        (with("/actions/0/list", json!("x".repeat(33))), "a list name is"),
        (with("/actions/0/did", json!("alice")), "not a DID"),
        (with("/actions/0/did", json!("did:web:a/../b")), "not a DID"),
        (with("/actions/0/did", json!(format!("did:web:{}", "x".repeat(300)))), "at most 256 bytes"),
        (with("/actions/0/type", json!("addtolist")), "unknown variant"),
        (action(json!({ "type": "addToList", "list": "l", "did": did("r"), "weight": 0 })), "1 to 1,000,000"),
        (
            action(json!({ "type": "addToList", "list": "l", "did": did("r"), "weight": 1_000_001 })),
            "1 to 1,000,000",
        ),
        (action(json!({ "type": "addToList", "list": "l", "did": did("r"), "role": "A B" })), "a role is"),
        (
            action(json!({ "type": "addToList", "list": "l", "did": did("r"), "power": 1 })),
            "unknown field `power`",
        ),
        (action(json!({ "type": "removeFromList", "list": "l" })), "missing field `did`"),
        (
            action(json!({ "type": "accredit", "did": did("r"), "credentialTypes": [] })),
            "1 to 64 credential types",
        ),
        (
            action(json!({ "type": "accredit", "did": did("r"), "credentialTypes": many })),
            "1 to 64 credential types",
        ),
        (
            action(json!({ "type": "accredit", "did": did("r"), "credentialTypes": ["a b"] })),
            "a credential type is",
        ),
        (action(json!({ "type": "revokeAccreditation", "did": did("r"), "credentialTypes": [] })), "1 to 64"),
        (
            action(json!({ "type": "addValidator", "did": did("r"), "key": "z6Mk", "power": 1 })),
            "a validator key is",
        ),
        (
            action(json!({ "type": "addValidator", "did": did("r"), "key": KEYS[0], "power": 0 })),
            "1 to 1,000,000",
        ),
        (
            action(
                json!({ "type": "setRules", "rules": { "quorum": { "numerator": 1, "denominator": 2 } } }),
            ),
            "threshold",
        ),
    ] {
        let cause = cause(operation.to_string().as_bytes());
        assert!(cause.contains(words), "{words:?} is not in {cause:?}");
    }
}

#[test]
fn a_policy_set_of_full_size_fits_into_an_operation() {
    let mut operation = valid();
    // The worst that a valid set escapes to: every byte of it a quotation mark or a line break.
    let text = "\"\n".repeat(hufu_policy::MAX_SET_BYTES / 2);
    operation["actions"] = json!([{ "type": "setPolicySet", "text": text }]);
    let Ok(Operation::Propose(propose)) = Operation::parse(operation.to_string().as_bytes()) else {
        panic!("it fits")
    };
    assert!(
        matches!(&propose.actions[0], GovernanceAction::SetPolicySet { text } if text.len() == hufu_policy::MAX_SET_BYTES)
    );
    operation["actions"][0]["text"] = json!("x".repeat(hufu_policy::MAX_SET_BYTES + 1));
    let refusal = Operation::parse(operation.to_string().as_bytes());
    assert!(matches!(refusal, Err(Refusal::Policies(hufu_policy::Error::TooLarge { .. }))));
}
