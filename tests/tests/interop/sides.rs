//! Both implementations behind the same four verbs.

use hufu_credentials::sd::{self, Disclosure, IssuerKey, Pointer};
use hufu_credentials::{Checks, Credential, Presentation, ProofOptions, Suite, Verifier, issue, present};
use hufu_did::key::{KeyMethod, bbs_did, bbs_verification_method, did, verification_method};
use hufu_jsonld::Contexts;
use hufu_keys::{Algorithm, SigningKey};
use hufu_tests::peer::Peer;
use jiff::Timestamp;
use serde_json::{Value, json};

/// A suite with a kind of key, and the curve by which the peer knows that kind.
pub(crate) type Kind = (Suite, Algorithm, Option<&'static str>);

/// Every kind that both sides have.
pub(crate) const KINDS: [Kind; 6] = [
    (Suite::EddsaRdfc2022, Algorithm::Ed25519, None),
    (Suite::EddsaJcs2022, Algorithm::Ed25519, None),
    (Suite::EcdsaRdfc2019, Algorithm::P256, Some("P-256")),
    (Suite::EcdsaRdfc2019, Algorithm::P384, Some("P-384")),
    (Suite::EcdsaJcs2019, Algorithm::P256, Some("P-256")),
    (Suite::EcdsaJcs2019, Algorithm::P384, Some("P-384")),
];

/// Two suites that one kind of key makes proofs with.
pub(crate) type Set = ([Suite; 2], Algorithm, Option<&'static str>);

/// The sets, both orders of canonical forms among them.
pub(crate) const SETS: [Set; 3] = [
    ([Suite::EddsaRdfc2022, Suite::EddsaJcs2022], Algorithm::Ed25519, None),
    ([Suite::EcdsaJcs2019, Suite::EcdsaRdfc2019], Algorithm::P256, Some("P-256")),
    ([Suite::EcdsaRdfc2019, Suite::EcdsaJcs2019], Algorithm::P384, Some("P-384")),
];

/// What a presentation is made for.
pub(crate) const CHALLENGE: &str = "b3b7c1a2-not-to-be-used-twice";
pub(crate) const DOMAIN: &str = "verifier.example";

/// Contexts that the peer does not bring itself.
const PEER_CONTEXTS: [(&str, &str); 2] = [
    (
        "https://www.w3.org/ns/credentials/examples/v2",
        include_str!("../../../credentials/jsonld/contexts/credentials-examples-v2.jsonld"),
    ),
    (
        "https://w3id.org/security/data-integrity/v2",
        include_str!("../../../credentials/jsonld/contexts/data-integrity-v2.jsonld"),
    ),
];

/// Somebody who issues, presents and verifies.
pub(crate) trait Side {
    /// Signs with a key made for this call; the issuer is its did:key.
    fn issue(&mut self, kind: Kind, credential: &Value) -> Value;
    /// A proof set: one key made for this call makes a proof of each suite.
    fn issue_set(&mut self, set: Set, credential: &Value) -> Value;
    /// Signs for [`CHALLENGE`] and [`DOMAIN`] with a key made for this call; the holder is its did:key.
    fn present(&mut self, kind: Kind, presentation: &Value) -> Value;
    /// Why the credential is refused, if it is.
    fn credential(&mut self, credential: &Value) -> Result<(), String>;
    /// Why the presentation is refused, if it is.
    fn presentation(&mut self, presentation: &Value, challenge: &str, domain: &str) -> Result<(), String>;
}

/// This project.
pub(crate) struct Ours {
    contexts: Contexts,
}

impl Ours {
    pub(crate) fn new() -> Self {
        Self { contexts: Contexts::bundled() }
    }

    fn key((suite, algorithm, _): Kind) -> (SigningKey, String, String, Suite) {
        let key = SigningKey::generate(algorithm, &mut rand::rng());
        let public = key.verifying_key();
        (key, did(&public).as_str().to_owned(), verification_method(&public).as_str().to_owned(), suite)
    }

    fn verifier(&self) -> Verifier<'_> {
        Verifier::new(&KeyMethod, &self.contexts, Timestamp::now())
    }
}

impl Side for Ours {
    fn issue(&mut self, kind: Kind, credential: &Value) -> Value {
        let (key, did, method, suite) = Self::key(kind);
        let mut credential = credential.clone();
        credential["issuer"] = did.into();
        let credential = Credential::parse(credential).expect("the corpus conforms");
        let options = ProofOptions::new(suite, method).created_at(Timestamp::now());
        issue(credential, &key, &options, &self.contexts).expect("the corpus is issued").into_value()
    }

    fn issue_set(&mut self, (suites, algorithm, curve): Set, credential: &Value) -> Value {
        let (key, did, method, _) = Self::key((suites[0], algorithm, curve));
        let mut document = credential.clone();
        document["issuer"] = did.into();
        for suite in suites {
            let credential = Credential::parse(document).expect("the corpus conforms");
            let options = ProofOptions::new(suite, method.clone()).created_at(Timestamp::now());
            document =
                issue(credential, &key, &options, &self.contexts).expect("the corpus is issued").into_value();
        }
        document
    }

    fn present(&mut self, kind: Kind, presentation: &Value) -> Value {
        let (key, did, method, suite) = Self::key(kind);
        let mut presentation = presentation.clone();
        presentation["holder"] = did.into();
        let presentation = Presentation::parse(presentation).expect("the corpus conforms");
        let options =
            ProofOptions::authentication(suite, method, CHALLENGE, DOMAIN).created_at(Timestamp::now());
        present(presentation, &key, &options, &self.contexts).expect("the corpus is presented").into_value()
    }

    fn credential(&mut self, credential: &Value) -> Result<(), String> {
        let report = self.verifier().credential(credential, &Checks::default());
        if report.verified { Ok(()) } else { Err(format!("{:?}", report.problems)) }
    }

    fn presentation(&mut self, presentation: &Value, challenge: &str, domain: &str) -> Result<(), String> {
        let checks = Checks {
            challenge: Some(challenge.to_owned()),
            domain: vec![domain.to_owned()],
            ..Checks::default()
        };
        let report = self.verifier().presentation(presentation, &checks);
        if report.verified { Ok(()) } else { Err(format!("{:?}", report.problems)) }
    }
}

/// The npm libraries.
pub(crate) struct Theirs(Peer);

/// The suites for selective disclosure.
pub(crate) const SELECTIVE: [Suite; 2] = [Suite::EcdsaSd2023, Suite::Bbs2023];

/// Somebody who issues for selective disclosure, and shows a part.
pub(crate) trait Discloser {
    /// Issues with a base proof by a key made for this call; the issuer is its did:key.
    fn issue_base(&mut self, suite: Suite, credential: &Value, mandatory: &[&str]) -> Value;
    /// Why nothing can be derived, or what is.
    fn derive(&mut self, suite: Suite, credential: &Value, pointers: &[&str]) -> Result<Value, String>;
}

fn put_issuer(credential: &mut Value, did: &str) {
    match credential.get_mut("issuer").filter(|issuer| issuer.is_object()) {
        Some(issuer) => issuer["id"] = did.into(),
        None => credential["issuer"] = did.into(),
    }
}

impl Discloser for Ours {
    fn issue_base(&mut self, suite: Suite, credential: &Value, mandatory: &[&str]) -> Value {
        let mut rng = rand::rng();
        let mandatory: Vec<Pointer> = mandatory.iter().map(|text| text.parse().expect("a pointer")).collect();
        let mut credential = credential.clone();
        let mut issue = |did: &str, method: &str, key: IssuerKey<'_>| {
            put_issuer(&mut credential, did);
            let credential = Credential::parse(credential.clone()).expect("the corpus conforms");
            let options = ProofOptions::new(suite, method).created_at(Timestamp::now());
            let signed = sd::issue(credential, key, &options, &mandatory, &self.contexts, &mut rand::rng());
            signed.expect("the corpus is issued").into_value()
        };
        if suite == Suite::Bbs2023 {
            let key = hufu_bbs::SecretKey::random::<hufu_bbs::Sha256>(&mut rng).expect("a key");
            let public = key.public_key();
            issue(bbs_did(public).as_str(), bbs_verification_method(public).as_str(), IssuerKey::Bbs(&key))
        } else {
            let key = SigningKey::generate(Algorithm::P256, &mut rng);
            let public = key.verifying_key();
            issue(did(&public).as_str(), verification_method(&public).as_str(), IssuerKey::Ecdsa(&key))
        }
    }

    fn derive(&mut self, _: Suite, credential: &Value, pointers: &[&str]) -> Result<Value, String> {
        let credential = Credential::parse(credential.clone()).map_err(|error| error.to_string())?;
        let disclosure = Disclosure::of(pointers.iter().copied()).map_err(|error| error.to_string())?;
        let derived = sd::derive(&credential, &disclosure, &self.contexts, &mut rand::rng());
        derived.map(|derived| derived.into_value()).map_err(|error| error.to_string())
    }
}

impl Discloser for Theirs {
    fn issue_base(&mut self, suite: Suite, credential: &Value, mandatory: &[&str]) -> Value {
        let request = json!({
            "op": "issueBase", "cryptosuite": suite.name(), "mandatoryPointers": mandatory, "credential": credential,
        });
        let answer =
            self.0.ask(&request).unwrap_or_else(|refusal| panic!("the peer refused to issue: {refusal}"));
        answer["signed"].clone()
    }

    fn derive(&mut self, suite: Suite, credential: &Value, pointers: &[&str]) -> Result<Value, String> {
        let request = json!({
            "op": "derive", "cryptosuite": suite.name(), "selectivePointers": pointers, "credential": credential,
        });
        Ok(self.0.ask(&request)?["signed"].clone())
    }
}

impl Theirs {
    /// `None` where the tier is skipped.
    pub(crate) fn start() -> Option<Self> {
        let mut peer = Peer::start()?;
        for (url, document) in PEER_CONTEXTS {
            let document: Value = serde_json::from_str(document).expect("a bundled context is JSON");
            peer.ask(&json!({ "op": "context", "url": url, "document": document })).expect("it is taken");
        }
        Some(Self(peer))
    }

    fn sign(&mut self, op: &str, (suite, _, curve): Kind, what: &str, document: &Value) -> Value {
        let request = json!({
            "op": op, "cryptosuite": suite.name(), "curve": curve, what: document,
            "challenge": CHALLENGE, "domain": DOMAIN,
        });
        let answer =
            self.0.ask(&request).unwrap_or_else(|refusal| panic!("the peer refused to {op}: {refusal}"));
        answer["signed"].clone()
    }

    fn verify(&mut self, request: &Value) -> Result<(), String> {
        let answer = self.0.ask(request)?;
        if answer["verified"] == true { Ok(()) } else { Err(answer["reason"].to_string()) }
    }
}

impl Side for Theirs {
    fn issue(&mut self, kind: Kind, credential: &Value) -> Value {
        self.sign("issue", kind, "credential", credential)
    }

    fn issue_set(&mut self, (suites, _, curve): Set, credential: &Value) -> Value {
        let names = suites.map(Suite::name);
        let request =
            json!({ "op": "issueSet", "cryptosuites": names, "curve": curve, "credential": credential });
        let answer =
            self.0.ask(&request).unwrap_or_else(|refusal| panic!("the peer refused to issue: {refusal}"));
        answer["signed"].clone()
    }

    fn present(&mut self, kind: Kind, presentation: &Value) -> Value {
        self.sign("present", kind, "presentation", presentation)
    }

    fn credential(&mut self, credential: &Value) -> Result<(), String> {
        self.verify(&json!({ "op": "verifyCredential", "credential": credential }))
    }

    fn presentation(&mut self, presentation: &Value, challenge: &str, domain: &str) -> Result<(), String> {
        self.verify(&json!({
            "op": "verifyPresentation", "presentation": presentation, "challenge": challenge, "domain": domain,
        }))
    }
}
