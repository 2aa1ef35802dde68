//! Selective disclosure: proof values of both suites, pointers, and documents of any shape.

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ciborium::Value as Cbor;
use hufu_bbs::{SecretKey, Sha256};
use hufu_credentials::{
    Checks, Credential, Problem, ProofOptions, Report, Suite, Verifier,
    sd::{Disclosure, IssuerKey, Pointer, derive, issue},
};
use hufu_did::key::{self, KeyMethod};
use hufu_jcs::{Limits, parse};
use hufu_jsonld::Contexts;
use hufu_keys::{Algorithm, SigningKey};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Value, json};

/// More pointers are tried in the crate's own tests.
const MOST_POINTERS: usize = 8;
/// What a verifier says of a signature that does not hold.
const CHANGED: &str = "one of them was changed";
/// The header's last byte of a derived ECDSA proof, and where the signatures stand in it.
const ECDSA_DERIVED: u8 = 1;
const ECDSA_SIGNATURES: [usize; 2] = [0, 2];
const SUITES: [Suite; 2] = [Suite::EcdsaSd2023, Suite::Bbs2023];

static CONTEXTS: LazyLock<Contexts> = LazyLock::new(Contexts::bundled);
static KEYS: LazyLock<(SigningKey, SecretKey)> = LazyLock::new(|| {
    let key = SecretKey::random::<Sha256>(&mut rng(2)).expect("a key");
    (SigningKey::generate(Algorithm::P256, &mut rng(1)), key)
});
static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| SUITES.into_iter().map(known).collect());

/// A base proof, and a derived one.
struct Known {
    base: Credential,
    derived: Value,
}

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// The issuer's DID and its verification method.
fn names(suite: Suite) -> [String; 2] {
    let (p256, bbs) = &*KEYS;
    if suite == Suite::Bbs2023 {
        let key = bbs.public_key();
        return [key::bbs_did(key).to_string(), key::bbs_verification_method(key).to_string()];
    }
    let key = p256.verifying_key();
    [key::did(&key).to_string(), key::verification_method(&key).to_string()]
}

fn issued(suite: Suite, credential: Credential, mandatory: &[Pointer]) -> Option<Credential> {
    let (p256, bbs) = &*KEYS;
    let key = if suite == Suite::Bbs2023 { IssuerKey::Bbs(bbs) } else { IssuerKey::Ecdsa(p256) };
    let [_, method] = names(suite);
    let options = ProofOptions::new(suite, method.as_str());
    Some(issue(credential, key, &options, mandatory, &CONTEXTS, &mut rng(3)).ok()?.into_document())
}

fn derived(base: &Credential, pointers: Vec<Pointer>) -> Option<Value> {
    let disclosure = Disclosure { pointers, ..Disclosure::default() };
    Some(derive(base, &disclosure, &CONTEXTS, &mut rng(4)).ok()?.into_value())
}

fn verified(value: &Value) -> Report {
    let now = jiff::Timestamp::from_second(1_800_000_000).expect("a time");
    Verifier::new(&KeyMethod, &CONTEXTS, now).credential(value, &Checks::default())
}

fn pointers_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Vec<Pointer>> {
    texts.into_iter().map(|text| text.parse().ok()).collect()
}

fn document(suite: Suite) -> Value {
    let [issuer, _] = names(suite);
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", { "@vocab": "urn:example:" }],
        "type": ["VerifiableCredential", "Pass"],
        "issuer": issuer,
        "validUntil": "2090-01-01T00:00:00Z",
        "credentialSubject": {
            "given": "Ada",
            "a/b": { "~": 1.5 },
            "sails": [{ "size": 5.5, "year": 2023 }, { "size": 7, "year": 2020 }],
        },
    })
}

fn known(suite: Suite) -> Known {
    let credential = Credential::parse(document(suite)).expect("a credential");
    let mandatory = pointers_of(["/issuer", "/validUntil"]).expect("pointers");
    let base = issued(suite, credential, &mandatory).expect("issues");
    let shown = pointers_of(["/credentialSubject/given", "/credentialSubject/sails/1"]).expect("pointers");
    let derived = derived(&base, shown).expect("derives");
    assert!(verified(&derived).verified);
    Known { base, derived }
}

fn text_of(signed: &Value) -> &str {
    signed["proof"]["proofValue"].as_str().expect("a text")
}

/// The bytes of a proof value: header and CBOR.
fn bytes_of(signed: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text_of(signed).trim_start_matches('u')).expect("base64url")
}

fn with(signed: &Value, bytes: &[u8]) -> Value {
    let mut changed = signed.clone();
    changed["proof"]["proofValue"] = json!(format!("u{}", URL_SAFE_NO_PAD.encode(bytes)));
    changed
}

/// What a proof value says: without the order of its label map, which is free, and without ECDSA signatures, which are others
/// each time that they are made.
fn said(bytes: &[u8]) -> Option<(Vec<u8>, Vec<Cbor>)> {
    let (header, mut body) = bytes.split_at_checked(3)?;
    let mut parts = ciborium::from_reader::<Cbor, _>(&mut body).ok()?.into_array().ok()?;
    if header.ends_with(&[ECDSA_DERIVED]) {
        for at in ECDSA_SIGNATURES {
            *parts.get_mut(at)? = Cbor::Null;
        }
    }
    for part in &mut parts {
        if let Cbor::Map(entries) = part {
            entries.sort_by_key(|(key, _)| key.as_integer().and_then(|key| u64::try_from(key).ok()));
        }
    }
    Some((header.to_vec(), parts))
}

/// Header and CBOR of a proof value. In a derived credential it verifies if it is the one that was derived; a base proof never
/// does, and from one that is whole a part can be shown.
pub(super) fn proof(data: &[u8]) {
    for Known { base, derived: good } in &*KNOWN {
        let report = verified(&with(good, data));
        let made = said(data).is_some_and(|said| Some(said) == self::said(&bytes_of(good)));
        // What is written in another form is refused although it says the same.
        assert!(!report.verified || made);
        assert!(report.verified || bytes_of(good) != data);

        let original = base.clone().into_value();
        let changed = with(&original, data);
        assert!(!verified(&changed).verified);
        let Ok(credential) = Credential::parse(changed) else { continue };
        let shown = pointers_of(["/credentialSubject/sails"]).expect("a pointer");
        let shown = derived(&credential, shown);
        let whole = bytes_of(&original) == data;
        assert!(!whole || shown.is_some());
        if let Some(shown) = shown {
            assert!(verified(&shown).verified || !whole);
        }
    }
}

/// A pointer on each line: each is its text, and what they select verifies.
pub(super) fn pointers(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for line in text.split('\n') {
        let Ok(pointer) = line.parse::<Pointer>() else { continue };
        assert_eq!(pointer.as_str(), line);
        let escaped =
            pointer.tokens().map(|token| format!("/{}", token.replace('~', "~0").replace('/', "~1")));
        assert_eq!(escaped.collect::<String>(), line);
    }
    let Some(pointers) = pointers_of(text.split('\n').take(MOST_POINTERS)) else { return };
    for Known { base, .. } in &*KNOWN {
        if let Some(shown) = derived(base, pointers.clone()) {
            assert!(verified(&shown).verified);
        }
    }
}

/// `{"document", "mandatory", "pointers"}`: whatever can be issued and derived has a proof that holds.
pub(super) fn documents(data: &[u8]) {
    let Ok(mut value) = parse(data, Limits::DEFAULT) else { return };
    let Some(members) = value.as_object_mut() else { return };
    let Ok(credential) = Credential::parse(members.remove("document").unwrap_or_default()) else { return };
    let texts = |name: &str| {
        let texts = members.get(name)?.as_array()?.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?;
        pointers_of(texts.into_iter().take(MOST_POINTERS))
    };
    let (Some(mandatory), Some(pointers)) = (texts("mandatory"), texts("pointers")) else { return };
    for suite in SUITES {
        let Some(base) = issued(suite, credential.clone(), &mandatory) else { continue };
        let Some(shown) = derived(&base, pointers.clone()) else { continue };
        let report = verified(&shown);
        let changed = |problem: &Problem| problem.detail.contains(CHANGED);
        assert!(!report.problems.iter().any(changed), "{:?}", report.problems);
    }
}

pub(super) fn seeds(name: &str) -> Vec<Vec<u8>> {
    match name {
        "sd_proof" => KNOWN
            .iter()
            .flat_map(|known| [bytes_of(&known.base.clone().into_value()), bytes_of(&known.derived)])
            .collect(),
        "sd_pointers" => [
            "/credentialSubject/given\n/credentialSubject/a~1b/~0",
            "/credentialSubject/sails/0/size",
            "",
            "/type",
        ]
        .map(|text| text.as_bytes().to_vec())
        .into(),
        "sd_document" => SUITES
            .map(|suite| {
                json!({
                    "document": document(suite),
                    "mandatory": ["/issuer"],
                    "pointers": ["/credentialSubject/sails/1/year"],
                })
                .to_string()
                .into_bytes()
            })
            .into(),
        _ => Vec::new(),
    }
}
