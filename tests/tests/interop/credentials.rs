//! Credentials, both ways.

use hufu_credentials::Suite;
use serde_json::{Value, json};

use crate::sides::{KINDS, Kind, Ours, SETS, Side, Theirs};
use crate::tamper;

#[test]
fn the_peer_verifies_what_we_issue() {
    let Some(mut theirs) = Theirs::start() else { return };
    println!("{} credentials verified by the peer", exchange(&mut Ours::new(), &mut theirs));
}

#[test]
fn we_verify_what_the_peer_issues() {
    let Some(mut theirs) = Theirs::start() else { return };
    println!("{} credentials of the peer verified", exchange(&mut theirs, &mut Ours::new()));
}

#[test]
fn both_refuse_what_was_changed() {
    let Some(mut theirs) = Theirs::start() else { return };
    let mut ours = Ours::new();
    let credential = &corpus()[1].1;
    let mut refusals = 0;
    for kind in KINDS {
        let signed = [ours.issue(kind, credential), theirs.issue(kind, credential)];
        for (signed, another) in [(&signed[0], &signed[1]), (&signed[1], &signed[0])] {
            for (name, changed) in tamper::credentials(signed, another) {
                for (who, verdict) in
                    [("we", ours.credential(&changed)), ("the peer", theirs.credential(&changed))]
                {
                    assert!(verdict.is_err(), "{who} accepted {kind:?} with: {name}\n{changed:#}");
                    refusals += 1;
                }
            }
        }
    }
    println!("{refusals} refusals of changed credentials");
}

/// Both verifiers look at the validity period, by their own clocks.
#[test]
fn both_refuse_outside_of_the_period() {
    let Some(mut theirs) = Theirs::start() else { return };
    let mut ours = Ours::new();
    for kind in KINDS {
        for (name, time) in [("validUntil", "2020-01-01T00:00:00Z"), ("validFrom", "2934-01-01T00:00:00Z")] {
            let mut credential = corpus()[0].1.clone();
            credential[name] = time.into();
            for signed in [ours.issue(kind, &credential), theirs.issue(kind, &credential)] {
                assert!(ours.credential(&signed).is_err(), "we accepted {kind:?} with {name} {time}");
                assert!(theirs.credential(&signed).is_err(), "the peer accepted {kind:?} with {name} {time}");
            }
        }
    }
}

/// Proof sets. (The peer has no proof chains; those are held to the specification's vectors in `hufu-credentials`.)
#[test]
fn sets_of_proofs_verify_both_ways() {
    let Some(mut theirs) = Theirs::start() else { return };
    let mut ours = Ours::new();
    for set in SETS {
        let signed = [ours.issue_set(set, &corpus()[1].1), theirs.issue_set(set, &corpus()[1].1)];
        for (by, signed) in ["us", "the peer"].into_iter().zip(signed) {
            assert_eq!(signed["proof"].as_array().map(Vec::len), Some(2), "{set:?}");
            for (who, verdict) in [("we", ours.credential(&signed)), ("the peer", theirs.credential(&signed))]
            {
                assert_eq!(verdict, Ok(()), "{who} refused a set by {by}: {set:?}\n{signed:#}");
            }
            for index in 0..2 {
                let mut changed = signed.clone();
                tamper::flip(&mut changed["proof"][index]["proofValue"]);
                for (who, verdict) in
                    [("we", ours.credential(&changed)), ("the peer", theirs.credential(&changed))]
                {
                    assert!(
                        verdict.is_err(),
                        "{who} accepted a set by {by} with a broken proof {index}: {set:?}"
                    );
                }
            }
        }
    }
}

/// Issues the corpus on one side and verifies it on the other.
fn exchange(issuer: &mut dyn Side, verifier: &mut dyn Side) -> usize {
    let mut count = 0;
    for kind in KINDS {
        for (name, credential) in corpus().into_iter().filter(|(name, _)| fits(kind, name)) {
            let signed = issuer.issue(kind, &credential);
            if let Err(reason) = verifier.credential(&signed) {
                panic!("{kind:?}, {name}: {reason}\n{signed:#}");
            }
            count += 1;
        }
    }
    count
}

/// The peer's JCS suites compare context entries by identity, so that an inline context never equals its
/// own copy in the proof.
fn fits((suite, ..): Kind, name: &str) -> bool {
    !name.contains("inline context") || matches!(suite, Suite::EddsaRdfc2022 | Suite::EcdsaRdfc2019)
}

fn corpus() -> Vec<(&'static str, Value)> {
    const V1: &str = "https://www.w3.org/2018/credentials/v1";
    const V2: &str = "https://www.w3.org/ns/credentials/v2";
    const EXAMPLES: &str = "https://www.w3.org/ns/credentials/examples/v2";
    vec![
        (
            "the least there is",
            json!({ "@context": [V2], "type": ["VerifiableCredential"], "credentialSubject": { "id": "did:example:alice" } }),
        ),
        (
            "what most have",
            json!({
                "@context": [V2, EXAMPLES],
                "id": "urn:uuid:58172aac-d8ba-4d00-83dd-0b3aef56cc33",
                "type": ["VerifiableCredential", "ExampleDegreeCredential"],
                "validFrom": "2024-02-26T01:02:58.447-06:00",
                "validUntil": "2934-12-31T23:59:59Z",
                "credentialSubject": {
                    "id": "did:example:alice",
                    "degree": { "type": "ExampleBachelorDegree", "name": "Bachelor of Science and Arts" },
                },
            }),
        ),
        (
            "languages, directions and scripts",
            json!({
                "@context": [V2, EXAMPLES],
                "type": ["VerifiableCredential"],
                "name": [{ "@value": "虎符", "@language": "zh" }, { "@value": "Tiger tally \"🐅\"\n", "@language": "en" }],
                "description": { "@value": "بطاقة", "@language": "ar", "@direction": "rtl" },
                "credentialSubject": { "familyName": "e\u{301}\u{2028}\t", "givenName": "Zoë" },
            }),
        ),
        (
            "numbers",
            json!({
                "@context": [V2, EXAMPLES],
                "type": ["VerifiableCredential"],
                "credentialSubject": {
                    "integer": 9_007_199_254_740_991_i64, "negative": -1, "whole": 10.0, "fraction": 5.5,
                    "small": 1.5e-7, "large": 1.5e300, "flag": true, "many": [1, 2.25, 3],
                },
            }),
        ),
        (
            "several subjects, no identifiers",
            json!({
                "@context": [V2, EXAMPLES],
                "type": ["VerifiableCredential"],
                "credentialSubject": [
                    { "knows": { "familyName": "A" } }, { "knows": { "familyName": "A" } },
                    { "knows": [{ "familyName": "B" }, { "familyName": "C" }] },
                ],
            }),
        ),
        (
            "terms, evidence and an inline context",
            json!({
                "@context": [V2, { "ex": "https://example.org/ns#", "Check": "ex:Check", "Policy": "ex:Policy" }],
                "type": ["VerifiableCredential"],
                "termsOfUse": { "type": "Policy", "id": "https://example.org/policy" },
                "evidence": [{ "type": "Check", "ex:by": { "id": "did:example:clerk" } }, { "type": ["Check", "Policy"] }],
                "credentialSubject": { "id": "did:example:alice", "ex:list": { "@list": ["b", "a", "b"] } },
            }),
        ),
        (
            "version 1.1",
            json!({
                "@context": [V1, "https://w3id.org/security/data-integrity/v2"],
                "id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d",
                "type": ["VerifiableCredential"],
                "issuanceDate": "2020-03-16T22:37:26Z",
                "credentialSubject": { "id": "did:example:alice" },
            }),
        ),
    ]
}
