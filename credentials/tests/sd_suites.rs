//! Selective disclosure by our own keys: what is shown, what is not, and what nobody can tell.

mod common;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use common::{CONTEXTS, did, key, method, verifier};
use hufu_bbs::{SecretKey, Sha256};
use hufu_credentials::sd::{self, Disclosure, IssuerKey, Pointer, derive, issue};
use hufu_credentials::{Checks, Credential, Error, ProblemType, ProofOptions, Suite, issue as sign};
use hufu_did::key::{bbs_did, bbs_verification_method};
use hufu_keys::{Algorithm, SigningKey};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde_json::{Value, json};
use std::collections::HashSet;

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// An issuer of one of the suites.
enum Issuer {
    Ecdsa(SigningKey),
    Bbs(Box<SecretKey>),
}

impl Issuer {
    fn both() -> [Self; 2] {
        let bbs = SecretKey::random::<Sha256>(&mut rng(9)).expect("a key");
        [Self::Ecdsa(key(Algorithm::P256, 8)), Self::Bbs(Box::new(bbs))]
    }

    fn suite(&self) -> Suite {
        match self {
            Self::Ecdsa(_) => Suite::EcdsaSd2023,
            Self::Bbs(_) => Suite::Bbs2023,
        }
    }

    fn did(&self) -> String {
        match self {
            Self::Ecdsa(key) => did(key),
            Self::Bbs(key) => bbs_did(key.public_key()).to_string(),
        }
    }

    fn method(&self) -> String {
        match self {
            Self::Ecdsa(key) => method(key),
            Self::Bbs(key) => bbs_verification_method(key.public_key()).to_string(),
        }
    }

    fn key(&self) -> IssuerKey<'_> {
        match self {
            Self::Ecdsa(key) => IssuerKey::Ecdsa(key),
            Self::Bbs(key) => IssuerKey::Bbs(key),
        }
    }

    fn options(&self) -> ProofOptions {
        ProofOptions::new(self.suite(), self.method())
            .created_at("2025-06-01T00:00:00Z".parse().expect("a time"))
    }

    fn issue(&self, document: Value, mandatory: &[&str]) -> Result<Credential, Error> {
        let mandatory = mandatory.iter().map(|text| text.parse()).collect::<Result<Vec<Pointer>, _>>()?;
        let credential = Credential::parse(document)?;
        issue(credential, self.key(), &self.options(), &mandatory, &CONTEXTS, &mut rng(3))
            .map(|s| s.into_document())
    }
}

/// A credential with everything that a selection can meet.
fn document(issuer: &str) -> Value {
    json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            {
                "@vocab": "urn:example:",
                "ordered": { "@id": "urn:example:ordered", "@container": "@list" },
                "settings": { "@id": "urn:example:settings", "@type": "@json" },
                "by": { "@id": "urn:example:by", "@container": "@index" },
                "tongues": { "@id": "urn:example:tongues", "@container": "@language" },
                "Scoped": { "@id": "urn:example:Scoped", "@context": { "grade": "urn:example:scoped-grade" } },
            },
        ],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "Pass"],
        "issuer": { "id": issuer, "name": "The issuer" },
        "name": { "@value": "Ausweis", "@language": "de" },
        "validFrom": "2025-01-01T00:00:00Z",
        "validUntil": "2030-01-01T00:00:00Z",
        "credentialSubject": {
            "type": "Person",
            "given": "Ada",
            "family": "Lovelace",
            "born": "1815-12-10",
            "sails": [{ "size": 5.5, "year": 2023 }, { "size": 6.1, "year": 2023 }, { "size": 7, "year": 2020 }],
            "tags": ["red", "green", "blue"],
            "ordered": ["first", { "nested": "second" }, "third"],
            "settings": { "a": [1, 2, { "b": null }] },
            "by": { "home": { "street": "A" }, "work": { "street": "B" } },
            "tongues": { "en": "hello", "zh": ["你好", "您好"] },
            "course": { "type": "Scoped", "grade": "A", "hours": 12 },
            "friend": { "id": "did:example:friend", "given": "Charles" },
            "empty": {},
            "a/b~c": "escaped",
        },
    })
}

#[test]
fn what_is_selected_is_shown_and_nothing_else() {
    let part = |pointers: &[&str]| -> Vec<(Suite, Value)> {
        let derive_with = |issuer: &Issuer| {
            let base = issuer.issue(document(&issuer.did()), &["/issuer"]).expect("issues");
            let disclosure = Disclosure::of(pointers.iter().copied()).expect("pointers");
            let derived = derive(&base, &disclosure, &CONTEXTS, &mut rng(4)).expect("derives").into_value();
            let report = verifier().credential(&derived, &Checks::default());
            assert!(report.verified, "{pointers:?}: {report:#?}");
            (issuer.suite(), derived)
        };
        Issuer::both().iter().map(derive_with).collect()
    };
    let subject = |rest: Value| {
        let mut subject = json!({ "type": "Person" });
        subject.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        subject
    };
    for (pointers, expected) in [
        (&["/credentialSubject/given"][..], json!({ "given": "Ada" })),
        (
            &["/credentialSubject/sails/2", "/credentialSubject/sails/0/year"],
            json!({ "sails": [{ "year": 2023 }, { "size": 7, "year": 2020 }] }),
        ),
        (&["/credentialSubject/tags/1"], json!({ "tags": ["green"] })),
        (&["/credentialSubject/tags"], json!({ "tags": ["red", "green", "blue"] })),
        (&["/credentialSubject/ordered"], json!({ "ordered": ["first", { "nested": "second" }, "third"] })),
        (&["/credentialSubject/settings"], json!({ "settings": { "a": [1, 2, { "b": null }] } })),
        (&["/credentialSubject/by/work/street"], json!({ "by": { "work": { "street": "B" } } })),
        (&["/credentialSubject/tongues/zh/1"], json!({ "tongues": { "zh": ["您好"] } })),
        (&["/credentialSubject/course/grade"], json!({ "course": { "type": "Scoped", "grade": "A" } })),
        (&["/credentialSubject/friend/id"], json!({ "friend": { "id": "did:example:friend" } })),
        (
            &["/credentialSubject/friend/given"],
            json!({ "friend": { "id": "did:example:friend", "given": "Charles" } }),
        ),
        (&["/credentialSubject/empty"], json!({ "empty": {} })),
        (&["/credentialSubject/a~1b~0c"], json!({ "a/b~c": "escaped" })),
    ] {
        for (suite, derived) in part(pointers) {
            assert_eq!(derived["credentialSubject"], subject(expected.clone()), "{suite} {pointers:?}");
            assert_eq!(derived["issuer"]["name"], "The issuer");
            assert!(derived.get("validUntil").is_none() && derived.get("name").is_none());
        }
    }
    for (_, derived) in part(&["/credentialSubject/given", "/name"]) {
        assert_eq!(derived["name"], json!({ "@value": "Ausweis", "@language": "de" }));
    }
    for (_, derived) in part(&[""]) {
        assert_eq!(derived["credentialSubject"], document("x")["credentialSubject"]);
    }
}

#[test]
fn what_cannot_be_shown_is_refused_with_the_reason() {
    for issuer in Issuer::both() {
        let base = issuer.issue(document(&issuer.did()), &["/issuer"]).expect("issues");
        let refused = |pointers: &[&str]| {
            let disclosure = Disclosure::of(pointers.iter().copied()).expect("pointers");
            derive(&base, &disclosure, &CONTEXTS, &mut rng(4)).expect_err("refused").to_string()
        };
        for (pointer, words) in [
            ("/credentialSubject/nothing", "\"nothing\" is not there"),
            ("/credentialSubject/tags/3", "\"3\" is not there"),
            ("/credentialSubject/tags/01", "\"01\" is not there"),
            ("/credentialSubject/given/0", "\"0\" is not there"),
            ("/proof", "\"proof\" is not there"),
            ("/name/@value", "a pointer goes into /name, which is signed as one value"),
            ("/credentialSubject/ordered/0", "a pointer goes into /credentialSubject/ordered"),
            ("/credentialSubject/ordered/1/nested", "a pointer goes into /credentialSubject/ordered"),
            ("/credentialSubject/settings/a", "a pointer goes into /credentialSubject/settings"),
            // without a subject it is no credential
            ("/validUntil", "credentialSubject: is missing"),
        ] {
            let error = refused(&[pointer]);
            assert!(error.contains(words), "{pointer}: {error}");
        }
        // mandatory pointers as well, when it is issued
        for (pointer, words) in
            [("/nothing", "is not there"), ("/name/@value", "signed as one value"), ("x", "no JSON pointer")]
        {
            let error = issuer.issue(document(&issuer.did()), &[pointer]).expect_err("refused").to_string();
            assert!(error.contains(words), "{error}");
        }
        // nothing mandatory and nothing selected
        let bare = issuer.issue(document(&issuer.did()), &[]).expect("issues");
        let error = derive(&bare, &Disclosure::default(), &CONTEXTS, &mut rng(4)).expect_err("refused");
        assert!(error.to_string().contains("nothing is selected"), "{error}");
        // without an issuer it is no credential
        let disclosure = Disclosure::of(["/credentialSubject/given"]).expect("pointers");
        let error = derive(&bare, &disclosure, &CONTEXTS, &mut rng(4)).expect_err("refused");
        assert!(error.to_string().contains("issuer: is missing"), "{error}");
    }
}

#[test]
fn a_part_that_means_something_else_alone_is_refused() {
    // Both mentions are one blank node, whose label is not shown on the way to something inside of it.
    for issuer in Issuer::both() {
        let mut value = document(&issuer.did());
        value["credentialSubject"]["one"] = json!({ "id": "_:shared", "x": 1, "y": 2 });
        value["credentialSubject"]["two"] = json!({ "id": "_:shared", "z": 3 });
        let base = issuer.issue(value, &["/issuer"]).expect("issues");
        let with = |pointers: [&'static str; 2]| {
            derive(&base, &Disclosure::of(pointers).expect("pointers"), &CONTEXTS, &mut rng(4))
        };
        let error = with(["/credentialSubject/one/x", "/credentialSubject/two/z"]).expect_err("refused");
        assert!(error.to_string().contains("cannot be shown alone"), "{error}");
        // as wholes they keep the label
        let derived =
            with(["/credentialSubject/one", "/credentialSubject/two"]).expect("derives").into_value();
        assert!(verifier().credential(&derived, &Checks::default()).verified);
    }
}

#[test]
fn derived_credentials_are_of_their_issuer() {
    for issuer in Issuer::both() {
        // signed by the key, in somebody else's name
        let base = issuer.issue(document("did:example:somebody"), &["/issuer"]).expect("issues");
        let disclosure = Disclosure::of(["/credentialSubject/given"]).expect("pointers");
        let derived = derive(&base, &disclosure, &CONTEXTS, &mut rng(4)).expect("derives").into_value();
        let report = verifier().credential(&derived, &Checks::default());
        assert!(!report.verified && report.proofs[0].verified, "{report:#?}");
        assert!(report.problems[0].detail.contains("not by did:example:somebody"), "{report:#?}");
    }
}

#[test]
fn base_proofs_are_for_their_holder() {
    for issuer in Issuer::both() {
        let base = issuer.issue(document(&issuer.did()), &["/issuer"]).expect("issues").into_value();
        let report = verifier().credential(&base, &Checks::default());
        assert!(
            !report.verified && report.problems[0].detail.contains("this is a base proof"),
            "{report:#?}"
        );
        let holder = Checks { base_proofs: true, ..Checks::default() };
        assert!(verifier().credential(&base, &holder).verified);

        for (at, value) in [
            ("/credentialSubject/given", json!("Eve")),
            ("/issuer/name", json!("Another")),
            ("/proof/created", json!("2025-07-01T00:00:00Z")),
        ] {
            let mut changed = base.clone();
            *changed.pointer_mut(at).expect("there") = value;
            let report = verifier().credential(&changed, &holder);
            assert!(!report.verified, "{at}");
            // and the holder's own software says so as well
            let disclosure = Disclosure::of(["/credentialSubject/given"]).expect("pointers");
            let derived =
                derive(&Credential::parse(changed).expect("conforming"), &disclosure, &CONTEXTS, &mut rng(4));
            match derived {
                Err(error) => assert!(error.to_string().contains("base proof does not fit"), "{error}"),
                // An ecdsa-sd-2023 holder without the issuer's key sees changes of signed statements only.
                Ok(derived) => {
                    assert!(issuer.suite() == Suite::EcdsaSd2023 && at != "/credentialSubject/given");
                    assert!(!verifier().credential(&derived.into_value(), &Checks::default()).verified);
                }
            }
        }
    }
}

#[test]
fn keys_and_options_that_do_not_fit_are_refused() {
    let [ecdsa, bbs] = Issuer::both();
    let credential = || Credential::parse(document(&ecdsa.did())).expect("conforming");
    let p384 = key(Algorithm::P384, 5);
    let with = |key: IssuerKey<'_>, options: &ProofOptions| {
        issue(credential(), key, options, &[], &CONTEXTS, &mut rng(1)).expect_err("refused").to_string()
    };
    for (key, suite, words) in [
        (
            bbs.key(),
            Suite::EcdsaSd2023,
            "suite ecdsa-sd-2023 cannot be used with a key of algorithm BLS12-381 G2",
        ),
        (ecdsa.key(), Suite::Bbs2023, "suite bbs-2023 cannot be used with a key of algorithm P-256"),
        (
            IssuerKey::Ecdsa(&p384),
            Suite::EcdsaSd2023,
            "suite ecdsa-sd-2023 cannot be used with a key of algorithm P-384",
        ),
        (ecdsa.key(), Suite::EcdsaRdfc2019, "ecdsa-rdfc-2019 is no suite for selective disclosure"),
    ] {
        let error = with(key, &ProofOptions::new(suite, ecdsa.method()));
        assert!(error.contains(words), "{error}");
    }
    let chained = ProofOptions { previous_proof: vec!["urn:x".into()], ..ecdsa.options() };
    assert!(with(ecdsa.key(), &chained).contains("does not build on other proofs"));
    // and the ordinary way of signing does not make base proofs
    let Issuer::Ecdsa(key) = &ecdsa else { unreachable!() };
    let error = sign(credential(), key, &ecdsa.options(), &CONTEXTS).expect_err("refused").to_string();
    assert!(error.contains("selective disclosure only"), "{error}");

    let base = ecdsa.issue(document(&ecdsa.did()), &["/issuer"]).expect("issues");
    let bound = Disclosure {
        presentation_header: b"nonce".to_vec(),
        ..Disclosure::of(["/credentialSubject/given"]).expect("pointers")
    };
    let error = derive(&base, &bound, &CONTEXTS, &mut rng(1)).expect_err("refused").to_string();
    assert!(error.contains("no presentation header"), "{error}");
    let derived =
        derive(&base, &Disclosure::of(["/credentialSubject/given"]).unwrap(), &CONTEXTS, &mut rng(1))
            .unwrap();
    let error =
        derive(derived.document(), &Disclosure::default(), &CONTEXTS, &mut rng(1)).expect_err("refused");
    assert!(error.to_string().contains("derived already"), "{error}");
    let error = derive(&credential(), &Disclosure::default(), &CONTEXTS, &mut rng(1)).expect_err("refused");
    assert!(error.to_string().contains("no base proof"), "{error}");
}

#[test]
fn a_derived_bbs_proof_answers_the_challenge_it_was_made_for_and_no_other() {
    let [ecdsa, bbs] = Issuer::both();
    let base = bbs.issue(document(&bbs.did()), &["/issuer"]).expect("issues");
    let verified = |value: &Value, challenge: &str| {
        verifier().credential(value, &Checks { challenge: Some(challenge.into()), ..Checks::default() })
    };
    let refused = |value: &Value, challenge: &str| {
        let report = verified(value, challenge);
        assert!(
            !report.verified && report.problems.iter().any(|p| p.is(ProblemType::InvalidChallenge)),
            "{report:#?}"
        );
    };
    let bound = |header: &[u8]| {
        let pointers = Disclosure::of(["/credentialSubject/given"]).expect("pointers");
        let disclosure = Disclosure { presentation_header: header.to_vec(), ..pointers };
        derive(&base, &disclosure, &CONTEXTS, &mut rng(3)).expect("derives").into_value()
    };
    let shown = bound(b"uA1b2");
    let report = verified(&shown, "uA1b2");
    assert!(report.verified, "{report:#?}");
    assert_eq!(report.proofs[0].presentation_header.as_deref(), Some("dUExYjI"));
    assert!(
        verifier().credential(&shown, &Checks::default()).verified,
        "who asks for nothing reads the report"
    );
    refused(&shown, "uA1b3");
    refused(&bound(b""), "uA1b2");
    // what the issuer signed as a member of the proof is no answer, nor is a base proof one
    let mut relabelled = bound(b"");
    relabelled["proof"]["challenge"] = json!("uA1b2");
    refused(&relabelled, "uA1b2");
    let own = Checks { base_proofs: true, challenge: Some("uA1b2".into()), ..Checks::default() };
    assert!(!verifier().credential(&base.into_value(), &own).verified);
    // and of ecdsa-sd-2023 no derived proof is made for anybody
    let base = ecdsa.issue(document(&ecdsa.did()), &["/issuer"]).expect("issues");
    let pointers = Disclosure::of(["/credentialSubject/given"]).expect("pointers");
    refused(&derive(&base, &pointers, &CONTEXTS, &mut rng(3)).expect("derives").into_value(), "uA1b2");
}

#[test]
fn other_proofs_stay_and_are_left_out_of_what_is_derived() {
    let [ecdsa, bbs] = Issuer::both();
    let ed25519 = key(Algorithm::Ed25519, 1);
    let whole = Credential::parse(document(&ecdsa.did())).expect("conforming");
    let signed =
        sign(whole, &ed25519, &common::options(Suite::EddsaRdfc2022, &ed25519), &CONTEXTS).expect("issues");
    let one = ecdsa.issue(signed.into_value(), &["/issuer"]).expect("issues");
    assert_eq!(one.object()["proof"].as_array().expect("two").len(), 2);
    let disclosure = Disclosure::of(["/credentialSubject/given"]).expect("pointers");
    let derived = derive(&one, &disclosure, &CONTEXTS, &mut rng(4)).expect("derives").into_value();
    assert!(derived["proof"].is_object());
    assert!(verifier().credential(&derived, &Checks::default()).verified);

    // two base proofs: one must be named
    let options = ProofOptions { id: Some("urn:proof:bbs".into()), ..bbs.options() };
    let two = issue(one, bbs.key(), &options, &["/issuer".parse().unwrap()], &CONTEXTS, &mut rng(5))
        .expect("issues");
    let error = derive(two.document(), &disclosure, &CONTEXTS, &mut rng(4)).expect_err("refused").to_string();
    assert!(error.contains("several base proofs"), "{error}");
    let named = Disclosure { proof_id: Some("urn:proof:bbs".into()), ..disclosure.clone() };
    let derived = derive(two.document(), &named, &CONTEXTS, &mut rng(4)).expect("derives").into_value();
    assert_eq!(derived["proof"]["cryptosuite"], "bbs-2023");
    let unknown = Disclosure { proof_id: Some("urn:proof:none".into()), ..disclosure };
    assert!(derive(two.document(), &unknown, &CONTEXTS, &mut rng(4)).is_err());
}

#[test]
fn by_default_nothing_can_be_left_out_that_a_verifier_must_know() {
    for issuer in Issuer::both() {
        let credential = Credential::parse(document(&issuer.did())).expect("conforming");
        let defaults = sd::defaults(&credential);
        let texts: Vec<&str> = defaults.iter().map(Pointer::as_str).collect();
        assert_eq!(texts, ["/issuer", "/validFrom", "/validUntil"]);
        let base = issuer.issue(document(&issuer.did()), &texts).expect("issues");
        let disclosure = Disclosure::of(["/credentialSubject/given"]).expect("pointers");
        let derived = derive(&base, &disclosure, &CONTEXTS, &mut rng(4)).expect("derives").into_value();
        let (late, checks) = ("2031-01-01T00:00:00Z".parse().expect("a time"), Checks::default());
        let at = hufu_credentials::Verifier::new(&hufu_did::key::KeyMethod, &CONTEXTS, late);
        assert!(!at.credential(&derived, &checks).verified);
        assert!(verifier().credential(&derived, &checks).verified);
    }
}

#[test]
fn version_1_credentials_work_as_well() {
    for issuer in Issuer::both() {
        let value = json!({
            "@context": ["https://www.w3.org/2018/credentials/v1", "https://www.w3.org/2018/credentials/examples/v1"],
            "type": ["VerifiableCredential"],
            "issuer": issuer.did(),
            "issuanceDate": "2025-01-01T00:00:00Z",
            "credentialSubject": { "id": "did:example:alice", "alumniOf": "A school" },
        });
        let base = issuer.issue(value, &["/issuer", "/issuanceDate"]).expect("issues");
        let disclosure = Disclosure::of(["/credentialSubject/id"]).expect("pointers");
        let derived = derive(&base, &disclosure, &CONTEXTS, &mut rng(4)).expect("derives").into_value();
        assert!(derived["credentialSubject"].get("alumniOf").is_none());
        let report = verifier().credential(&derived, &Checks::default());
        assert!(report.verified, "{report:#?}");
    }
}

/// A derived credential's proof value in bytes.
fn proof_bytes(derived: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(&derived["proof"]["proofValue"].as_str().expect("a text")[1..]).expect("base64url")
}

/// Byte strings of this length that two proofs have in common.
fn common_strings(a: &[u8], b: &[u8], length: usize) -> usize {
    let seen: HashSet<&[u8]> = a.windows(length).collect();
    b.windows(length).filter(|window| seen.contains(window)).count()
}

/// 16 bytes: what random values share by chance has probability 2^-100 and less.
#[test]
fn two_bbs_proofs_share_nothing_and_two_ecdsa_proofs_do() {
    const LENGTH: usize = 16;
    for issuer in Issuer::both() {
        // A list with names for several blank nodes, so that label maps could be told apart.
        let base = issuer.issue(document(&issuer.did()), &["/issuer"]).expect("issues");
        let show = |pointers: [&'static str; 2], header: &[u8], seed: u8| {
            let disclosure = Disclosure {
                presentation_header: if issuer.suite() == Suite::Bbs2023 {
                    header.to_vec()
                } else {
                    Vec::new()
                },
                ..Disclosure::of(pointers).expect("pointers")
            };
            derive(&base, &disclosure, &CONTEXTS, &mut rng(seed)).expect("derives").into_value()
        };
        let same = ["/credentialSubject/given", "/credentialSubject/sails/1"];
        let other = ["/credentialSubject/family", "/credentialSubject/sails/1"];
        let (first, second) = (show(same, b"verifier one", 20), show(same, b"verifier two", 21));
        let third = show(other, b"verifier three", 22);
        for (a, b) in [(&first, &second), (&first, &third)] {
            let (a, b) = (proof_bytes(a), proof_bytes(b));
            let shared = common_strings(&a, &b, LENGTH);
            match issuer.suite() {
                Suite::Bbs2023 => {
                    // What both disclose are indexes: small numbers in CBOR, a byte or two each. They are parsed and taken
                    // out; the proofs themselves must not share a string.
                    let proof = |bytes: &[u8]| {
                        let value: ciborium::Value = ciborium::from_reader(&bytes[3..]).expect("CBOR");
                        value.as_array().expect("an array")[0].as_bytes().expect("bytes").clone()
                    };
                    assert_eq!(common_strings(&proof(&a), &proof(&b), LENGTH), 0);
                    let header = |bytes: &[u8]| {
                        let value: ciborium::Value = ciborium::from_reader(&bytes[3..]).expect("CBOR");
                        value.as_array().expect("an array")[4].as_bytes().expect("bytes").clone()
                    };
                    assert_ne!(header(&a), header(&b));
                }
                _ => assert!(shared > 64, "the issuer's signature is in both"),
            }
        }
        // Nothing of the base proof that could be recognised is in a derived one.
        if issuer.suite() == Suite::Bbs2023 {
            let base = proof_bytes(&base.clone().into_value());
            for derived in [&first, &second, &third] {
                assert_eq!(common_strings(&base, &proof_bytes(derived), LENGTH), 0);
            }
        }
    }
}

/// The names of blank nodes must not tell of what is hidden: with the shuffled ones the same part of two credentials, which
/// differ in what is hidden only, has names by chance.
#[test]
fn names_of_blank_nodes_do_not_depend_on_the_order_in_the_document() {
    let [_, bbs] = Issuer::both();
    let mut seen = HashSet::new();
    for seed in 0..12 {
        let credential = Credential::parse(document(&bbs.did())).expect("conforming");
        let mandatory = ["/issuer".parse().expect("a pointer")];
        let base = issue(credential, bbs.key(), &bbs.options(), &mandatory, &CONTEXTS, &mut rng(seed))
            .expect("issues");
        let disclosure = Disclosure::of(["/credentialSubject/sails/1"]).expect("pointers");
        let derived =
            derive(base.document(), &disclosure, &CONTEXTS, &mut rng(4)).expect("derives").into_value();
        let value: ciborium::Value = ciborium::from_reader(&proof_bytes(&derived)[3..]).expect("CBOR");
        seen.insert(format!("{:?}", value.as_array().expect("an array")[1]));
    }
    assert!(seen.len() > 6, "{seen:?}");
}

#[test]
fn every_statement_counts_towards_the_bound() {
    for issuer in Issuer::both() {
        let mut value = document(&issuer.did());
        let many: Vec<Value> = (0..sd::MAX_STATEMENTS).map(|n| json!(format!("value {n}"))).collect();
        value["credentialSubject"]["many"] = Value::Array(many);
        let error = issuer.issue(value, &["/issuer"]).expect_err("refused").to_string();
        assert!(error.contains("statements, more than 2048"), "{error}");
        let error = issuer.issue(document(&issuer.did()), &vec!["/issuer"; sd::MAX_POINTERS + 1]);
        assert!(error.expect_err("refused").to_string().contains("more than 512 mandatory pointers"));
    }
}
