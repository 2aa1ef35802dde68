//! Ring signatures: keys, tags, signatures of both forms, shares, threshold signatures, proofs of possession.

use std::sync::LazyLock;

use hufu_ring::{
    Claim, ProofOfPossession, Ring, RingContext, Scope, Share, Signature, SigningKey, Tag,
    ThresholdSignature, VerifyingKey, verify_batch,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

const MESSAGE: &[u8] = b"message";
const THRESHOLD: usize = 2;
/// One size of each form of signature.
const SIZES: [usize; 2] = [3, 9];

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// A ring, and all that its members ever signed.
struct Known {
    ring: Ring,
    scope: Scope,
    signature: Signature,
    shares: Vec<Share>,
    together: ThresholdSignature,
}

static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| SIZES.iter().map(|size| known(*size)).collect());

fn known(size: usize) -> Known {
    let rng = &mut rng(1);
    let keys: Vec<SigningKey> = (0..size).map(|_| SigningKey::generate(rng)).collect();
    let context = RingContext::new(b"list", 7).expect("a short name");
    let ring = Ring::of_list(context, keys.iter().map(SigningKey::verifying_key).collect()).expect("a ring");
    let scope = Scope::new(b"scope").expect("a short scope");
    let signature = keys[1].sign(&ring, &scope, MESSAGE, rng).expect("a member signs");
    let share = |key: &SigningKey, rng: &mut _| {
        key.sign_share(&ring, &scope, THRESHOLD, MESSAGE, rng).expect("a share")
    };
    let shares = vec![share(&keys[0], rng), share(&keys[2], rng)];
    let again = shares.iter().map(|share| Share::from_bytes(&share.to_bytes()).expect("our own share"));
    let together = ThresholdSignature::combine(again.collect()).expect("two shares of two");
    Known { ring, scope, signature, shares, together }
}

fn possession() -> (SigningKey, ProofOfPossession) {
    let key = SigningKey::generate(&mut rng(2));
    let proof = ProofOfPossession::new(&key, b"context", &mut rng(3)).expect("a short context");
    (key, proof)
}

/// Keys, tags, proofs of possession, and lists of keys: each is its bytes.
pub(super) fn keys(data: &[u8]) {
    if let Ok(bytes) = <[u8; 32]>::try_from(data) {
        let public = VerifyingKey::from_bytes(bytes);
        public.iter().for_each(|key| assert_eq!(key.to_bytes(), bytes));
        let tag = Tag::from_bytes(bytes);
        tag.iter().for_each(|tag| assert_eq!(tag.to_bytes(), bytes));
        assert_eq!(public.is_ok(), tag.is_ok());
        if let Ok(key) = SigningKey::from_bytes(&bytes) {
            assert_eq!(*key.to_bytes(), bytes);
            let public = key.verifying_key();
            assert_eq!(VerifyingKey::from_bytes(public.to_bytes()), Ok(public));
        }
    }
    if let Ok(proof) = ProofOfPossession::from_bytes(data) {
        assert_eq!(proof.to_bytes(), data);
        let (key, known) = possession();
        assert_eq!(proof.verify(&key.verifying_key(), b"context").is_ok(), known.to_bytes() == data);
    }
    members(data);
}

/// A ring of the keys that stand one after another.
fn members(data: &[u8]) {
    let (chunks, rest) = data.as_chunks();
    if !rest.is_empty() {
        return;
    }
    let keys: Result<Vec<_>, _> = chunks.iter().map(|bytes| VerifyingKey::from_bytes(*bytes)).collect();
    let Ok(keys) = keys else { return };
    let twice = (1..chunks.len()).any(|place| chunks[..place].contains(&chunks[place]));
    let ring = Ring::new(keys);
    assert_eq!(ring.is_ok(), chunks.len() >= 2 && !twice);
    if let Ok(ring) = ring {
        let again: Vec<[u8; 32]> = ring.members().iter().map(VerifyingKey::to_bytes).collect();
        assert_eq!(again, chunks);
    }
}

/// A signature is its bytes; the one that a member made verifies, and no other. A batch says the same.
pub(super) fn signature(data: &[u8]) {
    let Ok(signature) = Signature::from_bytes(data) else { return };
    assert_eq!(signature.to_bytes(), data);
    assert_eq!(Tag::from_bytes(signature.tag().to_bytes()), Ok(signature.tag()));
    for known in &*KNOWN {
        let Known { ring, scope, .. } = known;
        let made = known.signature.to_bytes() == data;
        assert_eq!(signature.verify(ring, scope, MESSAGE).is_ok(), made);
        let other = Scope::new(b"another").expect("a short scope");
        assert!(signature.verify(ring, &other, MESSAGE).is_err());
        let claims = [&known.signature, &signature].map(|s| Claim::new(ring, scope, MESSAGE, s));
        assert_eq!(verify_batch(&claims, &mut rng(4)).is_ok(), made);
    }
}

/// Shares and threshold signatures: each is its bytes, and verifies if members made it.
pub(super) fn threshold(data: &[u8]) {
    if let Ok(share) = Share::from_bytes(data) {
        assert_eq!(share.to_bytes(), data);
        for known in &*KNOWN {
            let made = known.shares.iter().any(|share| share.to_bytes() == data);
            assert_eq!(share.verify(&known.ring, &known.scope, MESSAGE).is_ok(), made);
        }
    }
    if let Ok(together) = ThresholdSignature::from_bytes(data) {
        assert_eq!(together.to_bytes(), data);
        for known in &*KNOWN {
            let made = known.together.to_bytes() == data;
            let verify = |k| together.verify(&known.ring, &known.scope, k, MESSAGE, &mut rng(5)).is_ok();
            assert_eq!(verify(THRESHOLD), made);
            assert!(!verify(THRESHOLD + 1));
        }
    }
}

pub(super) fn seeds(name: &str) -> Vec<Vec<u8>> {
    match name {
        "ring_keys" => {
            let (key, proof) = possession();
            let members: Vec<u8> = KNOWN[0].ring.members().iter().flat_map(VerifyingKey::to_bytes).collect();
            vec![
                key.to_bytes().to_vec(),
                key.verifying_key().to_bytes().to_vec(),
                KNOWN[0].signature.tag().to_bytes().to_vec(),
                proof.to_bytes().to_vec(),
                [&members[..32], &members[..32]].concat(),
                members,
            ]
        }
        "ring_signature" => KNOWN.iter().map(|known| known.signature.to_bytes()).collect(),
        "ring_threshold" => KNOWN
            .iter()
            .flat_map(|known| known.shares.iter().map(Share::to_bytes).chain([known.together.to_bytes()]))
            .collect(),
        _ => Vec::new(),
    }
}
