//! Frozen: the interface of our own with integers, its generators, and a proof with commitments, in
//! `vectors/attributes.json` with every value on the way. Other crates state what they prove over these commitments, so
//! changing a byte here is changing a format.
//!
//! The file is made again by [`plain`], which follows the drafts' formulas one by one over scalars and points of the
//! reference, and by the crate over blst. Where it differs, the failing test shows both.

#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;
#[path = "frozen/plain.rs"]
mod plain;

use common::{MockedRng, json};
use hufu_bbs::{
    Attribute, Attributes, Bbs, CommittedPresented, CommittedProof, Header, Opening, PresentationHeader,
    SecretKey, Sha256, Signature, Signed,
};
use hufu_pairing::{Backend, Blst, G1Affine, Scalar, Zkcrypto};
use serde_json::Value;

/// Of the frozen proof: the holder's name and the last, empty attribute are shown, two integers are committed to.
pub(crate) const DISCLOSED: [usize; 2] = [0, 4];
pub(crate) const COMMITTED: [usize; 2] = [1, 2];
pub(crate) const HEADER: &[u8] = b"cards of 2026: name, born, most, least, note";
pub(crate) const PRESENTATION_HEADER: &[u8] = b"a verifier's nonce";
pub(crate) const KEY_MATERIAL: [u8; 32] = [7; 32];

/// Octets and the ends of the integers' range.
pub(crate) fn attributes() -> [Attribute; 5] {
    [
        Attribute::Octets(b"Ada".to_vec()),
        Attribute::Integer(1815),
        Attribute::Integer(u64::MAX),
        Attribute::Integer(0),
        Attribute::Octets(Vec::new()),
    ]
}

/// The drafts' mocked random scalars: 5, one for each hidden attribute, and two for each commitment.
pub(crate) fn randomness() -> MockedRng {
    let tag = format!("{}MOCK_RANDOM_SCALARS_DST_", plain::API_ID);
    let hidden = attributes().len() - DISCLOSED.len();
    MockedRng::new::<Sha256>(b"3.141592653589793238462643383279", &tag, 5 + hidden + 2 * COMMITTED.len())
}

fn frozen() -> Value {
    json(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/attributes.json").as_ref())
}

fn points<B: Backend>(points: &[G1Affine<B>]) -> Value {
    points.iter().map(|point| hex::encode(point.to_bytes())).collect()
}

fn scalars<'a, B: Backend>(scalars: impl IntoIterator<Item = &'a Scalar<B>>) -> Value {
    scalars.into_iter().map(|scalar| hex::encode(scalar.to_bytes())).collect()
}

#[test]
fn the_frozen_values_are_those_of_the_formulas() {
    let (made, frozen) = (plain::everything(), frozen());
    assert_eq!(made, frozen, "made: {made:#}");
}

fn crate_makes_the_frozen_values<B: Backend>() {
    let (frozen, bbs) = (frozen(), Bbs::<Sha256, Attributes, B>::new());
    assert_eq!(format!("{bbs:?}"), format!("Bbs({} on {})", frozen["api_id"].as_str().unwrap(), B::NAME));
    let key = SecretKey::<B>::generate::<Sha256>(&KEY_MATERIAL, b"").unwrap();
    assert_eq!(hex::encode(key.to_bytes()), frozen["secret_key"]);
    assert_eq!(hex::encode(key.public_key().to_bytes()), frozen["public_key"]);
    assert_eq!(points(&bbs.generators(5).unwrap()), frozen["generators"]);
    assert_eq!(points(&bbs.commitment_bases()), frozen["commitment_bases"]);

    let (card, header) = (attributes(), Header::new(HEADER));
    let signature = bbs.sign(&key, header, &card).unwrap();
    assert_eq!(hex::encode(signature.to_bytes()), frozen["signature"]);
    let signed = Signed { key: key.public_key(), signature: &signature, header, messages: &card };
    let presentation_header = PresentationHeader::new(PRESENTATION_HEADER);
    let mut rng = randomness();
    let (proof, openings) =
        bbs.prove_committed(&signed, presentation_header, &DISCLOSED, &COMMITTED, &mut rng).unwrap();
    assert!(rng.exhausted());
    assert_eq!(hex::encode(proof.to_bytes()), frozen["committed_proof"]);
    assert_eq!(scalars(openings.iter().map(Opening::blinding)), frozen["s"]);
    assert!(openings.iter().map(Opening::index).eq(COMMITTED));
}

#[test]
fn blst_makes_the_frozen_values() {
    crate_makes_the_frozen_values::<Blst>();
}

#[test]
fn the_reference_makes_the_frozen_values() {
    crate_makes_the_frozen_values::<Zkcrypto>();
}

/// What is kept on disk or sent must be read for good.
#[test]
fn the_frozen_bytes_are_read_and_verify() {
    let (frozen, bbs, card) = (frozen(), Bbs::<Sha256, Attributes>::new(), attributes());
    let bytes = |name: &str| common::bytes(&frozen[name]);
    let key = hufu_bbs::PublicKey::from_bytes(&bytes("public_key")).unwrap();
    let (signature, header) = (Signature::from_bytes(&bytes("signature")).unwrap(), Header::new(HEADER));
    bbs.verify(&Signed { key: &key, signature: &signature, header, messages: &card }).unwrap();
    let proof = CommittedProof::from_bytes(&bytes("committed_proof")).unwrap();
    let commitments: Vec<_> = proof.commitments().iter().map(|(_, point)| *point).collect();
    assert_eq!(points(&commitments), frozen["C"]);
    let presentation_header = PresentationHeader::new(PRESENTATION_HEADER);
    let disclosed = DISCLOSED.map(|index| (index, card[index].clone()));
    let (key, proof) = (&key, &proof);
    bbs.verify_committed(&CommittedPresented {
        key,
        proof,
        header,
        presentation_header,
        disclosed: &disclosed,
    })
    .unwrap();
}
