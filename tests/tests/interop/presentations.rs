//! Presentations with challenge and domain, both ways, of credentials of both sides.

use serde_json::{Value, json};

use crate::sides::{CHALLENGE, DOMAIN, KINDS, Ours, Side, Theirs};

#[test]
fn the_peer_verifies_what_we_present() {
    let Some(mut theirs) = Theirs::start() else { return };
    let mut ours = Ours::new();
    for kind in KINDS {
        let credentials = [ours.issue(kind, &credential()), theirs.issue(kind, &credential())];
        let presentation = ours.present(kind, &presentation(&credentials));
        check(&mut theirs, &presentation, &format!("{kind:?}"));
    }
}

#[test]
fn we_verify_what_the_peer_presents() {
    let Some(mut theirs) = Theirs::start() else { return };
    let mut ours = Ours::new();
    for kind in KINDS {
        let credentials = [ours.issue(kind, &credential()), theirs.issue(kind, &credential())];
        let presentation = theirs.present(kind, &presentation(&credentials));
        check(&mut ours, &presentation, &format!("{kind:?}"));
    }
}

/// The presentation is accepted as it is, and refused for another verifier or once changed.
fn check(verifier: &mut dyn Side, presentation: &Value, kind: &str) {
    if let Err(reason) = verifier.presentation(presentation, CHALLENGE, DOMAIN) {
        panic!("{kind}: {reason}\n{presentation:#}");
    }
    let mut refused = |name: &str, changed: &Value, challenge: &str, domain: &str| {
        assert!(verifier.presentation(changed, challenge, domain).is_err(), "{kind} accepted with: {name}");
    };
    refused("another challenge", presentation, "another challenge", DOMAIN);
    refused("another domain", presentation, CHALLENGE, "another.example");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut copy = presentation.clone();
        change(&mut copy);
        copy
    };
    let changes: [(&str, Value); 6] = [
        ("challenge replaced in the proof", with(&|p| p["proof"]["challenge"] = "another challenge".into())),
        (
            "a credential's claim changed",
            with(&|p| {
                p["verifiableCredential"][0]["credentialSubject"]["id"] = "did:example:mallory".into();
            }),
        ),
        ("a credential left out", with(&|p| drop(p["verifiableCredential"].as_array_mut().unwrap().pop()))),
        ("holder changed", with(&|p| p["holder"] = "did:example:mallory".into())),
        ("purpose changed", with(&|p| p["proof"]["proofPurpose"] = "assertionMethod".into())),
        ("no proof", with(&|p| drop(p.as_object_mut().unwrap().remove("proof")))),
    ];
    for (name, changed) in changes {
        let challenge = changed["proof"]["challenge"].as_str().unwrap_or(CHALLENGE).to_owned();
        refused(name, &changed, &challenge, DOMAIN);
    }
}

fn credential() -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "type": ["VerifiableCredential", "AlumniCredential"],
        "credentialSubject": { "id": "did:example:alice", "alumniOf": "The School of Examples" },
    })
}

fn presentation(credentials: &[Value]) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008",
        "type": ["VerifiablePresentation"],
        "verifiableCredential": credentials,
    })
}
