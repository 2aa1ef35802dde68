//! The test vectors of `ecdsa-sd-2023` and `bbs-2023`, as published by W3C.
//!
//! Published base proofs are verified as a holder does, published derived ones as anybody does. A `bbs-2023` base proof and an
//! `ecdsa-sd-2023` derived proof are deterministic once their keys are given: these are made again, byte for byte. Of the
//! other two everything is compared that is not random.

mod common;

use ciborium::Value as Cbor;
use common::{CONTEXTS, read_json, verifier};
use hufu_credentials::sd::{Disclosure, IssuerKey, Pointer, derive, issue};
use hufu_credentials::{CheckName, Checks, Credential, Outcome, ProofOptions, Suite};
use hufu_keys::SigningKey;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{SeedableRng as _, TryCryptoRng, TryRng};
use serde_json::Value;
use std::convert::Infallible;
use std::path::PathBuf;

/// Gives what a vector used, and nothing beyond.
struct Script(Vec<u8>);

#[allow(clippy::panic_in_result_fn, reason = "a test that draws what it should not has failed")]
impl TryRng for Script {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        panic!("numbers are not drawn")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        panic!("numbers are not drawn")
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        let bytes: Vec<u8> = self.0.drain(..out.len()).collect();
        out.copy_from_slice(&bytes);
        Ok(())
    }
}

impl TryCryptoRng for Script {}

fn vectors(path: &str) -> Value {
    read_json(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors")).join(path))
}

fn pointers(value: &Value) -> Vec<Pointer> {
    let texts = value.as_array().expect("an array").iter().map(|text| text.as_str().expect("a text"));
    texts.map(|text| text.parse().expect("a pointer")).collect()
}

/// The array in a proof's value, and the header before it.
fn parts(signed: &Value) -> ([u8; 3], Vec<Cbor>) {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let text = signed["proof"]["proofValue"].as_str().expect("a text");
    let bytes = URL_SAFE_NO_PAD.decode(&text[1..]).expect("base64url");
    let value: Cbor = ciborium::from_reader(&bytes[3..]).expect("CBOR");
    (bytes[..3].try_into().expect("a header"), value.into_array().expect("an array"))
}

/// The proof holds; that the examples' issuers do not control the key is all that may be wrong with them, beside their period.
fn assert_holds(signed: &Value, checks: &Checks) {
    let report = verifier().credential(signed, checks);
    assert!(report.proofs.len() == 1 && report.proofs[0].verified, "{report:#?}");
    assert_eq!(report.outcome(CheckName::Proof), Some(Outcome::Passed), "{report:#?}");
    assert_eq!(report.outcome(CheckName::Issuer), Some(Outcome::Failed), "{report:#?}");
}

fn assert_fails(signed: &Value, checks: &Checks, words: &str) {
    let report = verifier().credential(signed, checks);
    let detail = &report.problems.first().expect("a problem").detail;
    assert!(!report.verified && !report.proofs[0].verified && detail.contains(words), "{report:#?}");
}

fn holder() -> Checks {
    Checks { base_proofs: true, ..Checks::default() }
}

fn unsigned(signed: &Value) -> Credential {
    let mut value = signed.clone();
    value.as_object_mut().expect("an object").remove("proof");
    Credential::parse(value).expect("conforming")
}

fn options(suite: Suite, proof: &Value) -> ProofOptions {
    let text = |name: &str| proof[name].as_str().expect("a text");
    ProofOptions::new(suite, text("verificationMethod")).created_at(text("created").parse().expect("a time"))
}

#[test]
fn ecdsa_sd_examples_are_verified_derived_from_and_made_again() {
    let keys = vectors("vc-di-ecdsa-sd/SDKeyMaterial.json");
    let secret = |pair: &str| {
        let text = keys[pair]["secretKeyMultibase"].as_str().expect("a text");
        SigningKey::from_multikey(text).expect("a key")
    };
    let (issuer, ephemeral) = (secret("baseKeyPair"), secret("proofKeyPair"));
    let hmac_key = hex::decode(keys["hmacKeyString"].as_str().expect("a text")).expect("hex");
    let selective =
        Disclosure { pointers: pointers(&vectors("vc-di-ecdsa-sd/selective.json")), ..Disclosure::default() };
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    for folder in ["employ", "prc"] {
        let file = |name: &str| vectors(&format!("vc-di-ecdsa-sd/{folder}/{name}.json"));
        let (base, expected) = (file("addSignedSDBase"), file("derivedRevealDocument"));
        assert_holds(&base, &holder());
        assert_fails(&base, &Checks::default(), "this is a base proof");
        assert_holds(&expected, &Checks::default());

        let credential = Credential::parse(base.clone()).expect("conforming");
        let derived = derive(&credential, &selective, &CONTEXTS, &mut rng).expect("derives").into_value();
        assert_eq!(derived, expected, "{folder}");

        // Made again with the keys of the vector: all but the signatures, which are random, is the same.
        let mut script = Script([&hmac_key[..], &ephemeral.to_bytes().expose(Clone::clone)].concat());
        let options = options(Suite::EcdsaSd2023, &base["proof"]);
        let mandatory = pointers(&serde_json::json!(["/issuer"]));
        let again =
            issue(unsigned(&base), IssuerKey::Ecdsa(&issuer), &options, &mandatory, &CONTEXTS, &mut script)
                .expect("issues")
                .into_value();
        assert!(script.0.is_empty());
        let ((header, ours), (_, theirs)) = (parts(&again), parts(&base));
        assert_eq!(header, [0xd9, 0x5d, 0x00]);
        assert_eq!(ours.len(), 5);
        for at in [1, 2, 4] {
            assert_eq!(ours[at], theirs[at], "{folder}: member {at}");
        }
        assert_eq!(ours[3].as_array().map(Vec::len), theirs[3].as_array().map(Vec::len));
        assert_holds(&again, &holder());
        let again = Credential::parse(again).expect("conforming");
        assert_holds(
            &derive(&again, &selective, &CONTEXTS, &mut rng).expect("derives").into_value(),
            &Checks::default(),
        );
    }
}

#[test]
fn bbs_examples_are_verified_derived_from_and_made_again() {
    let keys = vectors("vc-di-bbs/BBSKeyMaterial.json");
    let bytes = |name: &str| hex::decode(keys[name].as_str().expect("a text")).expect("hex");
    let key = hufu_bbs::SecretKey::from_bytes(&bytes("privateKeyHex")).expect("a key");
    assert_eq!(key.public_key().to_bytes().to_vec(), bytes("publicKeyHex"));
    let mut rng = ChaCha20Rng::from_seed([2; 32]);
    let cases = [("", "windMandatory", "windSelective"), ("prc/", "", "prCredSelective")];
    for (folder, mandatory, selective) in cases {
        let file = |name: &str| vectors(&format!("vc-di-bbs/{folder}{name}.json"));
        let (base, expected) = (file("addSignedSDBase"), file("derivedRevealDocument"));
        assert_holds(&base, &holder());
        assert_fails(&base, &Checks::default(), "this is a base proof");
        assert_holds(&expected, &Checks::default());

        // The hashes that the vector prints are the header.
        let (header, theirs) = parts(&base);
        assert_eq!(header, [0xd9, 0x5d, 0x02]);
        let hashes = file("addHashData");
        let printed = ["proofHash", "mandatoryHash"].map(|name| hashes[name].as_str().expect("a text"));
        assert_eq!(theirs[1].as_bytes().expect("bytes"), &hex::decode(printed.concat()).expect("hex"));

        let mandatory = match mandatory {
            "" => pointers(&serde_json::json!(["/issuer"])),
            name => pointers(&vectors(&format!("vc-di-bbs/{name}.json"))),
        };
        let options = options(Suite::Bbs2023, &base["proof"]);
        let mut script = Script(bytes("hmacKeyString"));
        let again =
            issue(unsigned(&base), IssuerKey::Bbs(&key), &options, &mandatory, &CONTEXTS, &mut script);
        assert_eq!(again.expect("issues").into_value(), base, "{folder}");

        let credential = Credential::parse(base).expect("conforming");
        let (header, theirs) = parts(&expected);
        assert_eq!(header, [0xd9, 0x5d, 0x03]);
        let disclosure = Disclosure {
            pointers: pointers(&vectors(&format!("vc-di-bbs/{selective}.json"))),
            presentation_header: theirs[4].as_bytes().expect("bytes").clone(),
            proof_id: None,
        };
        let derived = derive(&credential, &disclosure, &CONTEXTS, &mut rng).expect("derives").into_value();
        assert_holds(&derived, &Checks::default());
        let (_, ours) = parts(&derived);
        assert_eq!(ours[1..], theirs[1..], "{folder}: label map, indexes, presentation header");
        assert_eq!(ours[0].as_bytes().map(Vec::len), theirs[0].as_bytes().map(Vec::len));
        let shown = |mut value: Value| {
            value.as_object_mut().expect("an object").remove("proof");
            value
        };
        assert_eq!(shown(derived), shown(expected), "{folder}");
    }
}
