//! DID documents: what is parsed, what is kept, what is refused, and which key may do what.

use hufu_did::{Did, DidUrl, Document, Error, Relationship};
use serde_json::{Value, json};

use super::world::key;

const DID: &str = "did:example:123";

fn multikey(id: &str) -> Value {
    json!({"id": id, "type": "Multikey", "controller": DID, "publicKeyMultibase": key(1).verifying_key().to_multikey()})
}

fn parse(value: Value) -> Result<Document, Error> {
    Document::from_value(value)
}

fn may(document: &Document, url: &str, relationship: Relationship) -> bool {
    document.authorised(&url.parse::<DidUrl>().unwrap(), relationship).is_some()
}

#[test]
fn a_full_document_survives_a_round_trip() {
    let value = json!({
        "@context": ["https://www.w3.org/ns/did/v1.1", {"x": "https://x.example/"}],
        "id": DID,
        "controller": ["did:example:a", "did:example:b"],
        "alsoKnownAs": ["https://a.example/", "urn:x:y"],
        "verificationMethod": [
            multikey("did:example:123#k1"),
            {"id": "did:example:123#k2", "type": "JsonWebKey", "controller": DID, "publicKeyJwk": key(2).verifying_key().to_jwk()},
            {"id": "did:example:123#k3", "type": "EcdsaSecp256k1RecoveryMethod2020", "controller": DID, "blockchainAccountId": "eip155:1:0xab"},
        ],
        "authentication": ["did:example:123#k1", multikey("did:example:123#k4")],
        "assertionMethod": ["did:example:other#k9"],
        "keyAgreement": [],
        "service": [
            {"id": "did:example:123#s1", "type": ["A", "B"], "serviceEndpoint": ["https://a.example/", {"uri": "https://b.example/"}], "priority": 1},
            {"id": "https://services.example/1", "type": "C", "serviceEndpoint": {"any": "thing"}},
        ],
        "unknown": {"kept": [1, 2.5, null]},
    });
    let document = parse(value.clone()).unwrap();
    let mut expected = value;
    expected.as_object_mut().unwrap().remove("keyAgreement");
    assert_eq!(document.to_value(), expected);
    assert_eq!(
        serde_json::from_str::<Document>(&serde_json::to_string(&document).unwrap()).unwrap(),
        document
    );
    assert_eq!(Document::from_json(expected.to_string().as_bytes()).unwrap(), document);
    assert_eq!(document.all_methods().count(), 4);
    assert_eq!(document.service()[0].types(), ["A", "B"]);
    assert_eq!(document.service()[0].endpoint_uris().collect::<Vec<_>>(), ["https://a.example/"]);
    let key_of = |n: usize| document.verification_method()[n].verifying_key();
    assert_eq!(key_of(0).unwrap(), key(1).verifying_key());
    assert_eq!(key_of(1).unwrap(), key(2).verifying_key());
    assert!(matches!(key_of(2), Err(Error::NoVerifyingKey { .. })));
}

#[test]
fn relative_ids_become_absolute() {
    let document = parse(json!({
        "id": DID,
        "verificationMethod": [multikey("#k1")],
        "authentication": ["#k1"],
        "service": [{"id": "#s", "type": "T", "serviceEndpoint": "https://a.example"}],
    }))
    .unwrap();
    let value = document.to_value();
    assert_eq!(value["verificationMethod"][0]["id"], "did:example:123#k1");
    assert_eq!(value["authentication"][0], "did:example:123#k1");
    assert_eq!(value["service"][0]["id"], "did:example:123#s");
    assert!(may(&document, "did:example:123#k1", Relationship::Authentication));
}

#[test]
fn a_key_may_do_only_what_the_document_says_in_its_own_name() {
    let mut foreign = multikey("did:example:123#foreign");
    foreign["controller"] = json!("did:example:mallory");
    let document = parse(json!({
        "id": DID,
        "verificationMethod": [multikey("#k1"), multikey("#unlisted"), foreign, multikey("did:example:other#k2")],
        "authentication": ["#k1", "#missing", "#foreign", "did:example:other#k2", "did:example:123?x=1#k1"],
        "assertionMethod": [multikey("#embedded")],
    }))
    .unwrap();
    use Relationship::{AssertionMethod, Authentication, CapabilityInvocation, KeyAgreement};
    for (url, relationship, expected) in [
        ("did:example:123#k1", Authentication, true),
        ("did:example:123#k1", AssertionMethod, false),
        ("did:example:123#k1", KeyAgreement, false),
        ("did:example:123#embedded", AssertionMethod, true),
        ("did:example:123#embedded", Authentication, false),
        ("did:example:123#unlisted", Authentication, false),
        ("did:example:123#unlisted", CapabilityInvocation, false),
        ("did:example:123#missing", Authentication, false),
        // The controller of the key is somebody else.
        ("did:example:123#foreign", Authentication, false),
        // The key belongs to another DID's document.
        ("did:example:other#k2", Authentication, false),
        // Only did#fragment names a key.
        ("did:example:123", Authentication, false),
        ("did:example:123#", Authentication, false),
        ("did:example:123?x=1#k1", Authentication, false),
        ("did:example:123/p#k1", Authentication, false),
        ("did:example:1234#k1", Authentication, false),
        ("did:example:123#K1", Authentication, false),
        ("did:example:123#%6b1", Authentication, false),
    ] {
        assert_eq!(may(&document, url, relationship), expected, "{url} {relationship}");
    }
}

#[test]
fn types_and_keys_must_belong_together() {
    let k = key(1).verifying_key();
    let p256 = "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv";
    for (type_, name, material, good) in [
        ("Multikey", "publicKeyMultibase", json!(k.to_multikey()), true),
        ("Multikey", "publicKeyMultibase", json!(p256), true),
        ("Ed25519VerificationKey2020", "publicKeyMultibase", json!(k.to_multikey()), true),
        ("Ed25519VerificationKey2020", "publicKeyMultibase", json!(p256), false),
        ("JsonWebKey", "publicKeyJwk", k.to_jwk(), true),
        ("JsonWebKey2020", "publicKeyJwk", k.to_jwk(), true),
        ("Multikey", "publicKeyJwk", k.to_jwk(), false),
        ("JsonWebKey", "publicKeyMultibase", json!(k.to_multikey()), false),
        ("Multikey", "publicKeyMultibase", json!("z6LSj72tK8brWgZja8NLRwPigth2T9QRiG1uH9oKZuKjdh9p"), false),
        ("Multikey", "publicKeyMultibase", json!("nonsense"), false),
        ("JsonWebKey", "publicKeyJwk", json!({"kty": "EC"}), false),
        ("Other", "publicKeyMultibase", json!(k.to_multikey()), false),
    ] {
        let method = json!({"id": "#k", "type": type_, "controller": DID, name: material});
        let document = parse(json!({"id": DID, "verificationMethod": [method]})).unwrap();
        assert_eq!(document.verification_method()[0].verifying_key().is_ok(), good, "{type_} {name}");
    }
}

#[test]
fn expiry_and_revocation_are_dates() {
    let mut method = multikey("#k");
    method["expires"] = json!("2026-01-02T00:00:00Z");
    method["revoked"] = json!("2026-01-01T12:00:00Z");
    let document = parse(json!({"id": DID, "verificationMethod": [method.clone()]})).unwrap();
    let usable = |text: &str| document.verification_method()[0].usable_at(text.parse().unwrap());
    assert!(usable("2026-01-01T11:59:59Z"));
    assert!(!usable("2026-01-01T12:00:00Z"));
    assert_eq!(document.to_value()["verificationMethod"][0]["expires"], "2026-01-02T00:00:00Z");
    method["expires"] = json!("tomorrow");
    assert!(parse(json!({"id": DID, "verificationMethod": [method]})).is_err());
}

#[test]
fn refused_by_name() {
    let with = |name: &str, value: Value| {
        let mut document = json!({"id": DID});
        document[name] = value;
        document
    };
    let method = |name: &str, value: Value| {
        let mut method = multikey("#k");
        method[name] = value;
        with("verificationMethod", json!([method]))
    };
    let without = |name: &str| {
        let mut method = multikey("#k");
        method.as_object_mut().unwrap().remove(name);
        with("verificationMethod", json!([method]))
    };
    let service = |value: Value| with("service", json!([value]));
    let many = |n: usize| (0..n).map(|i| multikey(&format!("#k{i}"))).collect::<Vec<_>>();
    let jwk = |extra: &str| {
        let mut jwk = key(1).verifying_key().to_jwk();
        jwk[extra] = json!("AAAA");
        json!({"id": "#k", "type": "JsonWebKey", "controller": DID, "publicKeyJwk": jwk})
    };
    let mut both = jwk("kid");
    both["publicKeyMultibase"] = json!("z6Mk");
    let cases = [
        json!([]),
        json!("x"),
        json!({}),
        json!({"id": 1}),
        json!({"id": "nobody"}),
        json!({"id": "did:example:123#k"}),
        with("controller", json!("nobody")),
        with("controller", json!([1])),
        with("controller", json!({})),
        with("controller", json!(vec!["did:a:1"; 65])),
        with("alsoKnownAs", json!(["no uri"])),
        with("alsoKnownAs", json!([1])),
        with("verificationMethod", json!({})),
        with("verificationMethod", json!(["#k"])),
        with("verificationMethod", json!(many(257))),
        with("verificationMethod", json!([multikey("#k"), multikey("did:example:123#k")])),
        json!({"id": DID, "verificationMethod": [multikey("#k")], "authentication": [multikey("#k")]}),
        without("id"),
        without("type"),
        without("controller"),
        method("id", json!("k")),
        method("id", json!(1)),
        method("type", json!(["Multikey"])),
        method("controller", json!("nobody")),
        method("controller", json!(["did:example:123"])),
        method("publicKeyMultibase", json!(1)),
        method("publicKeyMultibase", json!("z".repeat(5_000))),
        method("secretKeyMultibase", json!("z3u2")),
        method("privateKeyBase58", json!("z3u2")),
        with("verificationMethod", json!([both])),
        with("verificationMethod", json!([jwk("d")])),
        with("verificationMethod", json!([jwk("k")])),
        with(
            "verificationMethod",
            json!([{"id": "#k", "type": "JsonWebKey", "controller": DID, "publicKeyJwk": "x"}]),
        ),
        with("authentication", json!("#k")),
        with("authentication", json!([1])),
        with("authentication", json!(["k"])),
        with("authentication", json!(vec!["#k"; 257])),
        service(json!("x")),
        service(json!({"type": "T", "serviceEndpoint": "https://a.example"})),
        service(json!({"id": "s", "type": "T", "serviceEndpoint": "https://a.example"})),
        service(json!({"id": "#s", "serviceEndpoint": "https://a.example"})),
        service(json!({"id": "#s", "type": [], "serviceEndpoint": "https://a.example"})),
        service(json!({"id": "#s", "type": "T"})),
        service(json!({"id": "#s", "type": "T", "serviceEndpoint": "no uri"})),
        service(json!({"id": "#s", "type": "T", "serviceEndpoint": 1})),
        service(json!({"id": "#s", "type": "T", "serviceEndpoint": []})),
        service(json!({"id": "#s", "type": "T", "serviceEndpoint": [["https://a.example"]]})),
        with(
            "service",
            json!([
                {"id": "#s", "type": "T", "serviceEndpoint": "https://a.example"},
                {"id": "#s", "type": "T", "serviceEndpoint": "https://b.example"},
            ]),
        ),
    ];
    for case in cases {
        assert!(
            parse(case.clone()).is_err(),
            "accepted {}",
            case.to_string().chars().take(300).collect::<String>()
        );
    }
    for text in ["", "{", r#"{"id":"did:a:1","id":"did:a:2"}"#, r#"{"id":"did:a:1"} x"#, "\u{feff}{}"] {
        assert!(matches!(Document::from_json(text.as_bytes()), Err(Error::Document { .. })), "{text}");
    }
    let deep = format!(r#"{{"id":"did:a:1","x":{}1{}}}"#, "[".repeat(40), "]".repeat(40));
    assert!(Document::from_json(deep.as_bytes()).is_err());
    let large = json!({"id": DID, "x": "y".repeat(hufu_did::MAX_DOCUMENT_BYTES)}).to_string();
    assert!(Document::from_json(large.as_bytes()).is_err());
    assert!(parse(with("verificationMethod", json!(many(256)))).is_ok());
}

#[test]
fn errors_name_the_property() {
    let error =
        parse(json!({"id": DID, "service": [{"id": "#s", "type": "T", "serviceEndpoint": 1}]})).unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid DID document: service.serviceEndpoint: it is neither a URI nor an object nor a set of these"
    );
    let did: Did = DID.parse().unwrap();
    assert_eq!(
        Document::new(did).to_value(),
        json!({"@context": ["https://www.w3.org/ns/did/v1"], "id": DID})
    );
}
