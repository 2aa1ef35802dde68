//! The byte forms that come from outside: operations and signed operations.

use hufu_did::{
    Error,
    hufu::{
        Builder, MAX_OPERATION_BYTES, MAX_SIGNED_BYTES, MethodSpec, Operation, OperationHash, Refusal,
        SignedOperation,
    },
};
use serde_json::{Value, json};

use super::world::{World, key};

fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

fn create() -> Value {
    let k = key(1).verifying_key();
    json!({
        "format": 1, "type": "create", "network": "test", "nonce": "000102030405060708090a0b0c0d0e0f",
        "keys": { "threshold": 1, "keys": [k.to_multikey()] },
    })
}

fn bytes(value: &Value) -> Vec<u8> {
    hufu_jcs::canonicalize(value).unwrap()
}

#[test]
fn every_operation_survives_a_round_trip() {
    let mut world = World::new();
    let k = key(1);
    let did = world.simple(&k);
    let head = world.head(&did);
    let v = k.verifying_key();
    let spec = MethodSpec::multikey("#a", &v, &[hufu_did::Relationship::Authentication]);
    assert!(spec.is_ok());
    for draft in [
        world.create().keys(1, [&v]).next_keys(1, [&v]).recovery(1, [&v]).controllers([did]).build(),
        Builder::update(&head).remove_method("#key-1").also_known_as([]).controllers([]).build(),
        Builder::rotate(&head)
            .keys(1, [&v])
            .next_keys(1, [&v])
            .recovery(1, [&v])
            .service("#a", "T", "x:y")
            .build(),
        Builder::recover(&head).keys(1, [&v]).build(),
        Builder::deactivate(&head).build(),
    ] {
        let draft = draft.unwrap();
        assert_eq!(Operation::parse(draft.bytes()).unwrap().to_bytes().unwrap(), draft.bytes());
        let signed = draft.sign(&k).finish();
        assert_eq!(SignedOperation::from_bytes(&signed.to_bytes()).unwrap(), signed);
        assert_eq!(SignedOperation::from_value(signed.to_value()).unwrap(), signed);
    }
}

#[test]
fn builders_refuse_what_does_not_belong() {
    let mut world = World::new();
    let k = key(1);
    let v = k.verifying_key();
    let did = world.simple(&k);
    let head = world.head(&did);
    for builder in [
        Builder::update(&head).keys(1, [&v]),
        Builder::update(&head).next_keys(1, [&v]),
        Builder::update(&head).recovery(1, [&v]),
        Builder::deactivate(&head).keys(1, [&v]),
        Builder::deactivate(&head).also_known_as([]),
        Builder::rotate(&head),
        Builder::recover(&head),
    ] {
        assert!(matches!(refused(builder.build()), Refusal::Malformed { .. }));
    }
}

#[test]
fn only_the_canonical_form_is_an_operation() {
    let good = bytes(&create());
    Operation::parse(&good).unwrap();
    let text = String::from_utf8(good).unwrap();
    let nonce = "000102030405060708090a0b0c0d0e0f";
    for other in [
        text.replace(':', ": "),
        format!(" {text}"),
        format!("{text}\n"),
        text.replace("\"format\":1", "\"format\":1.0"),
        text.replace("test", "te\\u0073t"),
        text.replacen("\"format\":1,", "", 1).replacen('}', "},\"format\":1", 1),
    ] {
        assert_eq!(refused(Operation::parse(other.as_bytes())), Refusal::NotCanonical, "{other}");
    }
    for other in [
        String::new(),
        "{".into(),
        "[]".into(),
        "null".into(),
        "1".into(),
        format!("{text}x"),
        text.replacen('{', "{\"format\":1,", 1),
        text.replace(nonce, &nonce.to_uppercase()),
        text.replace(nonce, &nonce[2..]),
        text.replace(nonce, "000102030405060708090a0b0c0d0eXX"),
    ] {
        let refusal = refused(Operation::parse(other.as_bytes()));
        assert!(matches!(refusal, Refusal::Malformed { .. }), "{other}: {refusal}");
    }
    assert!(matches!(refused(Operation::parse(b"\xff")), Refusal::Malformed { .. }));
}

#[test]
fn unknown_missing_and_mistyped_members_are_named() {
    let with = |name: &str, value: Value| {
        let mut operation = create();
        operation[name] = value;
        refused(Operation::parse(&bytes(&operation)))
    };
    assert_eq!(with("format", json!(2)), Refusal::UnknownFormat(2));
    for (name, value) in [
        ("extra", json!(1)),
        ("did", json!("did:a:1")),
        ("type", json!("transfer")),
        ("type", json!(1)),
        ("format", json!("1")),
        ("network", json!("Test")),
        ("network", json!("")),
        ("network", json!("a".repeat(33))),
        ("network", json!("a/b")),
        ("keys", json!([])),
        ("keys", json!({"threshold": 1})),
        ("keys", json!({"threshold": 1, "keys": "z"})),
        ("keys", json!({"threshold": 1, "keys": [1]})),
        ("keys", json!({"threshold": 1, "keys": [key(1).verifying_key().to_multikey()], "x": 1})),
        ("next", json!(null)),
        ("recovery", json!("z")),
        ("document", json!({"services": []})),
        ("document", json!({"addServices": {}})),
        ("document", json!({"controllers": ["nobody"]})),
        ("document", json!({"controllers": ["did:hufu:test:z1", "did:hufu:test:z1"]})),
        ("document", json!({"addVerificationMethods": [{"id": "#a"}]})),
        ("document", json!({"addVerificationMethods": [1]})),
    ] {
        let refusal = with(name, value.clone());
        let bad_set = matches!(refusal, Refusal::Threshold { .. });
        assert!(matches!(refusal, Refusal::Malformed { .. }) || bad_set, "{name} {value}: {refusal}");
    }
    for name in ["format", "type", "network", "nonce"] {
        let mut operation = create();
        operation.as_object_mut().unwrap().remove(name);
        let refusal = refused(Operation::parse(&bytes(&operation)));
        assert!(refusal.to_string().contains(name), "{name}: {refusal}");
    }
    let many: Vec<_> = (0..9).map(|n| format!("did:hufu:test:z{n}")).collect();
    let refusal = with("document", json!({"controllers": many}));
    assert_eq!(refusal, Refusal::TooMany { what: "controllers", most: 8 });
}

#[test]
fn verification_methods_hold_good_public_keys() {
    let multikey = key(1).verifying_key().to_multikey();
    let jwk = key(1).verifying_key().to_jwk();
    let mut private = jwk.clone();
    private["d"] = json!("AAAA");
    let x25519 = "z6LSj72tK8brWgZja8NLRwPigth2T9QRiG1uH9oKZuKjdh9p";
    let with = |method: Value| {
        let mut operation = create();
        operation["document"] = json!({ "addVerificationMethods": [method] });
        Operation::parse(&bytes(&operation))
    };
    let method = |type_: &str, name: &str, key: &Value, purpose: &str| json!({ "id": "#k", "type": type_, name: key, "purposes": [purpose] });
    with(method("Multikey", "publicKeyMultibase", &json!(multikey), "authentication")).unwrap();
    with(method("JsonWebKey", "publicKeyJwk", &jwk, "assertionMethod")).unwrap();
    with(method("Multikey", "publicKeyMultibase", &json!(x25519), "keyAgreement")).unwrap();
    for bad in [
        method("Multikey", "publicKeyMultibase", &json!(x25519), "authentication"),
        method("Multikey", "publicKeyMultibase", &json!(multikey), "keyAgreement"),
        method("Multikey", "publicKeyMultibase", &json!(multikey), "signing"),
        method("Multikey", "publicKeyMultibase", &json!("z6Mk"), "authentication"),
        method("Multikey", "publicKeyJwk", &jwk, "authentication"),
        method("JsonWebKey", "publicKeyJwk", &private, "authentication"),
        method("JsonWebKey", "publicKeyJwk", &json!("x"), "authentication"),
        method(
            "JsonWebKey",
            "publicKeyJwk",
            &json!({"kty": "RSA", "n": "AQAB", "e": "AQAB"}),
            "authentication",
        ),
        method("Ed25519VerificationKey2020", "publicKeyMultibase", &json!(multikey), "authentication"),
    ] {
        let refusal = refused(with(bad.clone()));
        assert!(matches!(refusal, Refusal::BadEntry { .. } | Refusal::Malformed { .. }), "{bad}: {refusal}");
    }
}

#[test]
fn sizes_are_bounded() {
    let mut operation = create();
    operation["x"] = json!("a".repeat(MAX_OPERATION_BYTES));
    let large = bytes(&operation);
    let expected = Refusal::TooLarge { size: large.len(), most: MAX_OPERATION_BYTES };
    assert_eq!(refused(Operation::parse(&large)), expected);
    let signed = SignedOperation::unsigned(large);
    assert!(matches!(refused(SignedOperation::from_bytes(&signed.to_bytes())), Refusal::TooLarge { .. }));
    assert!(matches!(refused(SignedOperation::from_value(signed.to_value())), Refusal::TooLarge { .. }));
    assert!(matches!(
        refused(SignedOperation::from_bytes(&vec![1; MAX_SIGNED_BYTES + 1])),
        Refusal::TooLarge { .. }
    ));
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    assert!(matches!(refused(Operation::parse(deep.as_bytes())), Refusal::Malformed { .. }));
}

#[test]
fn signed_operations_are_read_strictly() {
    let mut world = World::new();
    let k = key(1);
    let signed = world.create().keys(1, [&k.verifying_key()]).build().unwrap().sign(&k).finish();
    let good = signed.to_bytes();
    assert!(matches!(refused(SignedOperation::from_bytes(&[])), Refusal::Malformed { .. }));
    assert_eq!(refused(SignedOperation::from_bytes(&[2])), Refusal::UnknownFormat(2));
    for cut in 1..good.len() {
        assert!(
            matches!(refused(SignedOperation::from_bytes(&good[..cut])), Refusal::Malformed { .. }),
            "{cut}"
        );
    }
    let mut longer = good.clone();
    longer.push(0);
    assert!(matches!(refused(SignedOperation::from_bytes(&longer)), Refusal::Malformed { .. }));
    // A length field that promises four gigabytes.
    assert!(matches!(
        refused(SignedOperation::from_bytes(&[1, 255, 255, 255, 255])),
        Refusal::Malformed { .. }
    ));
    for value in [
        json!([]),
        json!({}),
        json!({"operation": 1}),
        json!({"operation": "e30="}),
        json!({"operation": "e30", "signatures": [{}]}),
        json!({"operation": "e30", "signatures": [{"key": "z", "signature": "!"}]}),
        json!({"operation": "e30", "signatures": [{"key": "z", "signature": "AA", "x": 1}]}),
        json!({"operation": "e30", "signatures": [], "x": 1}),
        json!({"operation": "e30", "signatures": [{"key": "z".repeat(200), "signature": "AA"}]}),
    ] {
        assert!(
            matches!(refused(SignedOperation::from_value(value.clone())), Refusal::Malformed { .. }),
            "{value}"
        );
    }
}

#[test]
fn a_hash_has_one_spelling() {
    let hash = OperationHash::of(b"x");
    let text = hash.to_string();
    assert_eq!(text.parse::<OperationHash>().unwrap(), hash);
    assert!(text.starts_with("zQm") && text.len() == 47);
    for bad in [
        "",
        "z",
        "zQm",
        &text[..46],
        &format!("{text}1"),
        &text[1..],
        "u",
        "uEiA",
        &format!("z1{}", &text[1..]),
    ] {
        assert!(bad.parse::<OperationHash>().is_err(), "{bad}");
    }
}
