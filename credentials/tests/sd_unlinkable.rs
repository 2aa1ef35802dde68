//! Two parts of one `bbs-2023` credential cannot be linked: nothing in the bytes is the same that is not disclosed, and what is
//! the same is the same for other holders, too. Those of `ecdsa-sd-2023` can, which shows that the test would see it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::HashMap;

use hufu_credentials::{
    Credential, ProofOptions, Suite,
    sd::{Disclosure, IssuerKey, derive, issue},
};
use hufu_did::key::{bbs_did, bbs_verification_method, did, verification_method};
use hufu_jsonld::Contexts;
use hufu_keys::{Algorithm, SigningKey};
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use serde_json::{Value, json};

/// Bytes in a row that are no chance.
const RUN: usize = 8;

fn card(issuer: &str, name: &str) -> Credential {
    Credential::parse(json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "type": ["VerifiableCredential", "AlumniCredential"],
        "issuer": issuer,
        "credentialSubject": { "name": name, "alumniOf": { "id": "did:example:school", "name": "The School" } },
    }))
    .unwrap()
}

/// What a verifier gets: the document without the proof's value, and the value.
fn shown(base: &Credential, rng: &mut ChaCha20Rng) -> (Value, Vec<u8>) {
    let disclosure = Disclosure::of(["/credentialSubject/alumniOf/name"]).unwrap();
    let mut derived = derive(base, &disclosure, &Contexts::bundled(), rng).unwrap().into_value();
    let value = derived["proof"].as_object_mut().unwrap().remove("proofValue").unwrap();
    (derived, multibase(value.as_str().unwrap()))
}

fn multibase(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text.strip_prefix('u').unwrap()).unwrap()
}

/// A derived value of bbs-2023 begins with three bytes that say so, an array of five and a byte string: the BBS proof.
fn parts(value: &[u8]) -> (&[u8], &[u8]) {
    assert_eq!(value[..5], [0xd9, 0x5d, 0x03, 0x85, 0x59]);
    let length = usize::from(u16::from_be_bytes([value[5], value[6]]));
    value[7..].split_at(length)
}

fn common_run(one: &[u8], two: &[u8]) -> bool {
    one.windows(RUN).any(|run| two.windows(RUN).any(|other| other == run))
}

#[test]
fn two_parts_of_a_bbs_card_have_nothing_in_common_that_others_have_not() {
    let mut rng = ChaCha20Rng::seed_from_u64(41);
    let key = hufu_bbs::SecretKey::random::<hufu_bbs::Sha256>(&mut rng).unwrap();
    let method = bbs_verification_method(key.public_key());
    let options = ProofOptions::new(Suite::Bbs2023, method.as_str());
    let mandatory = ["/issuer".parse().unwrap()];
    let issuer = bbs_did(key.public_key());
    let mut cards = Vec::new();
    for number in 0..24 {
        let card = card(issuer.as_str(), &format!("Holder {number}"));
        let base = issue(card, IssuerKey::Bbs(&key), &options, &mandatory, &Contexts::bundled(), &mut rng);
        cards.push(base.unwrap().into_document());
    }
    // each card twice
    let seen: Vec<Vec<_>> =
        cards.iter().map(|base| (0..2).map(|_| shown(base, &mut rng)).collect()).collect();
    let mut rests: HashMap<Vec<u8>, usize> = HashMap::new();
    for views in &seen {
        let ((document, one), (again, two)) = (&views[0], &views[1]);
        assert_eq!(document, again);
        assert_eq!(*document, seen[0][0].0, "every holder shows the same document");
        let ((proof, rest), (other_proof, other_rest)) = (parts(one), parts(two));
        assert!(!common_run(proof, other_proof), "two proofs of one card share bytes");
        assert_eq!(rest, other_rest);
        *rests.entry(rest.to_vec()).or_default() += 1;
    }
    // labels and indexes depend on the order of two blank nodes, which an HMAC shuffles: a coin for each card, and no more
    assert!(rests.len() <= 2, "{rests:?}");
    assert!(rests.values().all(|holders| *holders >= 2), "each is of several holders: {rests:?}");
}

#[test]
fn two_parts_of_an_ecdsa_card_share_signatures() {
    let mut rng = ChaCha20Rng::seed_from_u64(42);
    let key = SigningKey::generate(Algorithm::P256, &mut rng);
    let public = key.verifying_key();
    let options = ProofOptions::new(Suite::EcdsaSd2023, verification_method(&public).as_str());
    let card = card(did(&public).as_str(), "Ada");
    let mandatory = ["/issuer".parse().unwrap()];
    let base = issue(card, IssuerKey::Ecdsa(&key), &options, &mandatory, &Contexts::bundled(), &mut rng);
    let base = base.unwrap().into_document();
    let ((_, one), (_, two)) = (shown(&base, &mut rng), shown(&base, &mut rng));
    assert!(common_run(&one, &two));
}
