//! 1,000 random cases between the crate and a second implementation, made from `docs/` alone (`independent/slow.rs`).
//!
//! Either signs, the other verifies; with the same entropy both make the same bytes; changed signatures and changed
//! statements are refused by both, by both at the same step. `HUFU_SEED=<seed>` repeats a failed run.

#[path = "independent/cases.rs"]
mod cases;
#[path = "independent/slow.rs"]
mod slow;

use cases::{Case, Public, below, bytes, mutated, next_entropy};
use curve25519_dalek::{
    RistrettoPoint, Scalar, constants::RISTRETTO_BASEPOINT_POINT as G, traits::Identity as _,
};
use hufu_ring::{
    Claim, ProofOfPossession, Share, Signature, SigningKey, Tag, ThresholdSignature, VerifyingKey,
    verify_batch,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng};

/// Signatures that stand alone; in four tests, which run side by side.
const ALONE: usize = 4 * 200;
const THRESHOLDS: usize = 200;
/// Changed signatures and changed statements of each case.
const MUTATIONS: usize = 6;
const CHANGES: usize = 2;

/// A generator of this run, and its seed on the output.
fn rng(stream: u64) -> ChaCha20Rng {
    let given = std::env::var("HUFU_SEED").ok().and_then(|text| text.parse().ok());
    let seed: u64 = given.unwrap_or_else(|| {
        let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        u64::from(time.subsec_nanos()) ^ time.as_secs()
    });
    eprintln!("HUFU_SEED={seed}");
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    rng
}

fn fresh(rng: &mut ChaCha20Rng) -> [u8; 32] {
    let mut entropy = [0; 32];
    rng.fill_bytes(&mut entropy);
    entropy
}

fn scalar_of(key: &SigningKey) -> Scalar {
    slow::scalar(key.to_bytes().as_slice()).expect("the crate's key is a scalar below q")
}

/// Half of the rings are LSAG's, a few are large.
fn members(rng: &mut ChaCha20Rng) -> usize {
    match below(64, rng) {
        0..=31 => 2 + below(7, rng),
        32..=55 => 9 + below(24, rng),
        56..=61 => 33 + below(32, rng),
        62 => [63, 64, 65, 66][below(4, rng)],
        _ => [100, 128, 129, 255, 256][below(5, rng)],
    }
}

/// The tag by the crate, or that it refuses somewhere.
fn by_crate(signature: &[u8], public: &Public) -> Option<[u8; 32]> {
    let (ring, scope) = public.parts()?;
    Signature::from_bytes(signature)
        .ok()?
        .verify(&ring, &scope, &public.message)
        .ok()
        .map(|tag| tag.to_bytes())
}

fn alone(stream: u64) {
    let rng = &mut rng(stream);
    for number in 0..ALONE / 4 {
        let case = Case::random(members(rng), rng);
        let (public, statement) = (&case.public, case.public.slow(0));
        let (ring, scope) = public.parts().expect("a good statement");
        let signer = &case.keys[below(case.keys.len(), rng)];
        let secret = scalar_of(signer);

        // The crate signs. The nonces are the documented ones: the same entropy makes the same bytes.
        let entropy = next_entropy(rng);
        let theirs = signer.sign(&ring, &scope, &public.message, rng).expect("a member signs").to_bytes();
        assert_eq!(slow::sign(&statement, &secret, &entropy).as_ref(), Ok(&theirs), "case {number}");
        let tag = signer.tag(&scope).to_bytes();
        assert_eq!(tag, (secret * slow::base_of_scope(&public.scope)).compress().to_bytes(), "case {number}");
        assert_eq!(slow::verify(&theirs, &statement), Ok(tag), "case {number}");

        // The other signs.
        let ours = slow::sign(&statement, &secret, &fresh(rng)).expect("a member signs");
        assert_ne!(ours, theirs);
        assert_eq!(by_crate(&ours, public), Some(tag), "case {number}");
        let read = Signature::from_bytes(&ours).expect("read just now");
        assert_eq!(read.to_bytes(), ours);

        // One signature is changed, then the statement.
        for _ in 0..MUTATIONS {
            let other = mutated(&ours, 1, rng);
            if other != ours {
                refused(&other, public, number);
            }
        }
        for _ in 0..CHANGES {
            let other = public.changed(rng);
            assert!(slow::verify(&ours, &other.slow(0)).is_err(), "case {number}: {other:?}");
            assert_eq!(by_crate(&ours, &other), None, "case {number}: {other:?}");
        }

        // In a batch: both good, then one of them over another message.
        let first = Signature::from_bytes(&theirs).expect("the crate's own");
        let good = [&first, &read].map(|signature| Claim::new(&ring, &scope, &public.message, signature));
        let tags = verify_batch(&good, rng).expect("two good signatures");
        assert_eq!(tags.iter().map(Tag::to_bytes).collect::<Vec<_>>(), [tag, tag]);
        let longer = [&public.message[..], b"."].concat();
        let bad = [&public.message, &longer].map(|message| Claim::new(&ring, &scope, message, &read));
        assert!(verify_batch(&bad, rng).is_err(), "case {number}");
    }
}

/// Neither verifies it, and what one cannot even read the other cannot.
fn refused(signature: &[u8], public: &Public, number: usize) {
    let text = hex::encode(signature);
    assert_eq!(
        slow::decode(signature).is_ok(),
        Signature::from_bytes(signature).is_ok(),
        "case {number}: {text}"
    );
    assert!(slow::verify(signature, &public.slow(0)).is_err(), "case {number}: {text}");
    assert_eq!(by_crate(signature, public), None, "case {number}: {text}");
}

#[test]
fn signatures_first_quarter() {
    alone(0);
}

#[test]
fn signatures_second_quarter() {
    alone(1);
}

#[test]
fn signatures_third_quarter() {
    alone(2);
}

#[test]
fn signatures_fourth_quarter() {
    alone(3);
}

/// The tags by the crate, or that it refuses somewhere.
fn threshold_by_crate(
    signature: &[u8],
    public: &Public,
    threshold: usize,
    rng: &mut ChaCha20Rng,
) -> Option<Vec<[u8; 32]>> {
    let (ring, scope) = public.parts()?;
    let read = ThresholdSignature::from_bytes(signature).ok()?;
    let tags = read.verify(&ring, &scope, threshold, &public.message, rng).ok()?;
    Some(tags.iter().map(Tag::to_bytes).collect())
}

fn share_by_crate(share: &[u8], public: &Public) -> Option<[u8; 32]> {
    let (ring, scope) = public.parts()?;
    Share::from_bytes(share).ok()?.verify(&ring, &scope, &public.message).ok().map(|tag| tag.to_bytes())
}

#[test]
fn thresholds() {
    let rng = &mut rng(4);
    for number in 0..THRESHOLDS {
        let case = Case::random(2 + below(if number % 4 == 0 { 23 } else { 7 }, rng), rng);
        let threshold = 2 + below(case.keys.len().min(5) - 1, rng);
        let k = u16::try_from(threshold).expect("at most 5");
        let (public, statement) = (&case.public, case.public.slow(k));
        let (ring, scope) = public.parts().expect("a good statement");

        // Shares of k members, by the crate and by the other in turn.
        let first = below(case.keys.len(), rng);
        let mut shares = Vec::new();
        for step in 0..threshold {
            let signer = &case.keys[(first + step) % case.keys.len()];
            let entropy = next_entropy(rng);
            let share = signer.sign_share(&ring, &scope, threshold, &public.message, rng);
            let share = share.expect("a member signs a share").to_bytes();
            assert_eq!(slow::sign_share(&statement, &scalar_of(signer), &entropy).as_ref(), Ok(&share));
            shares.push(if step % 2 == 0 {
                share
            } else {
                slow::sign_share(&statement, &scalar_of(signer), &fresh(rng)).expect("a member signs a share")
            });
        }
        for share in &shares {
            let tag = slow::verify_share(share, &statement);
            assert_eq!(tag.ok(), share_by_crate(share, public), "case {number}");
            assert!(tag.is_ok(), "case {number}");
            let other = mutated(share, 4, rng);
            if other != *share {
                let text = hex::encode(&other);
                assert!(slow::verify_share(&other, &statement).is_err(), "case {number}: {text}");
                assert_eq!(share_by_crate(&other, public), None, "case {number}: {text}");
            }
        }

        // Together.
        let together = slow::combine(&shares).expect("k shares");
        let read: Result<Vec<Share>, _> = shares.iter().map(|share| Share::from_bytes(share)).collect();
        let by_the_crate = ThresholdSignature::combine(read.expect("good shares")).expect("k shares");
        assert_eq!(by_the_crate.to_bytes(), together, "case {number}");
        let tags = slow::verify_threshold(&together, &statement).expect("k good shares");
        assert_eq!(tags.len(), threshold);
        assert_eq!(threshold_by_crate(&together, public, threshold, rng), Some(tags), "case {number}");

        for change in 0..MUTATIONS + CHANGES {
            let (mut other, mut asked) = (mutated(&together, 4, rng), threshold);
            match change {
                0 => other = swapped(&together, threshold),
                1 => other = repeated(&together, threshold),
                2 => {
                    other = together.clone();
                    other[1] ^= 1;
                }
                3 => (other, asked) = (together.clone(), threshold + 1),
                4 => (other, asked) = (together.clone(), threshold - 1),
                _ => {}
            }
            if other == together && asked == threshold {
                continue;
            }
            let text = hex::encode(&other);
            let (statement, k) = (public.slow(u16::try_from(asked).expect("at most 6")), asked);
            let read = ThresholdSignature::from_bytes(&other).is_ok();
            assert_eq!(slow::decode_threshold(&other).is_ok(), read, "case {number}, {change}: {text}");
            assert!(slow::verify_threshold(&other, &statement).is_err(), "case {number}, {change}: {text}");
            assert_eq!(threshold_by_crate(&other, public, k, rng), None, "case {number}, {change}: {text}");
        }
    }
}

/// The first two signatures in the other order.
fn swapped(threshold_signature: &[u8], count: usize) -> Vec<u8> {
    let mut other = threshold_signature.to_vec();
    let one = (other.len() - 3) / count;
    other[3..3 + 2 * one].rotate_left(one);
    other
}

/// The first signature in the second's place, too.
fn repeated(threshold_signature: &[u8], count: usize) -> Vec<u8> {
    let mut other = threshold_signature.to_vec();
    let one = (other.len() - 3) / count;
    other.copy_within(3..3 + one, 3 + one);
    other
}

#[test]
fn proofs_of_possession() {
    let rng = &mut rng(5);
    for number in 0..300 {
        let key = SigningKey::generate(rng);
        let (secret, public) = (scalar_of(&key), key.verifying_key());
        let length = [0, 1, 4096][number % 3].max(below(100, rng) * usize::from(number % 2 == 0));
        let context = bytes(length, rng);
        let entropy = next_entropy(rng);
        let theirs = ProofOfPossession::new(&key, &context, rng).expect("a context within bounds").to_bytes();
        let same = slow::prove_possession(&secret, &context, &entropy).expect("a context within bounds");
        assert_eq!(same, theirs, "case {number}");
        assert_eq!(slow::verify_possession(&theirs, &public.to_bytes(), &context), Ok(()), "case {number}");
        let ours = slow::prove_possession(&secret, &context, &fresh(rng)).expect("a context within bounds");
        let by_crate = |proof: &[u8], key: &VerifyingKey, context: &[u8]| {
            ProofOfPossession::from_bytes(proof).and_then(|proof| proof.verify(key, context)).is_ok()
        };
        assert!(by_crate(&ours, &public, &context), "case {number}");
        for _ in 0..MUTATIONS {
            let other = mutated(&ours, 0, rng);
            if other == ours {
                continue;
            }
            let text = hex::encode(&other);
            let refusal = slow::verify_possession(&other, &public.to_bytes(), &context);
            assert!(refusal.is_err(), "case {number}: {text}");
            assert!(!by_crate(&other, &public, &context), "case {number}: {text}");
        }
        let (stranger, longer) = (SigningKey::generate(rng).verifying_key(), [&context[..], &[0]].concat());
        assert!(slow::verify_possession(&ours, &stranger.to_bytes(), &context).is_err());
        assert!(!by_crate(&ours, &stranger, &context));
        assert!(slow::verify_possession(&ours, &public.to_bytes(), &longer).is_err());
        assert!(!by_crate(&ours, &public, &longer));
    }
}

/// A signer who knows another member's key can choose that member's response so that L, or R, is the identity. It is
/// hashed as its 32 zero bytes, and what he says is true: both accept.
#[test]
fn an_identity_inside_the_ring_is_hashed_as_it_is() {
    let rng = &mut rng(6);
    for number in 0..40 {
        let case = Case::random(2 + below(7, rng), rng);
        let (public, statement) = (&case.public, case.public.slow(0));
        let count = case.keys.len();
        let signer = below(count, rng);
        let chosen = (signer + 1 + below(count - 1, rng)) % count;
        let (secret, other) = (scalar_of(&case.keys[signer]), scalar_of(&case.keys[chosen]));
        let known = if number % 2 == 0 { other } else { secret };
        let mut identities = 0;
        let decoys: Vec<Scalar> = (0..count).map(|_| scalar_of(&SigningKey::generate(rng))).collect();
        let signature = slow::lsag_with(&statement, &secret, &decoys[signer], &mut |member, challenge| {
            if member != chosen {
                return decoys[member];
            }
            // L = s·G + c·P for this member's key, R = s·H + c·J for the signer's.
            let response = -(challenge * known);
            let base = slow::base_of_scope(&public.scope);
            let left = response * G + challenge * (other * G);
            let right = response * base + challenge * (secret * base);
            identities += [left, right].iter().filter(|point| **point == RistrettoPoint::identity()).count();
            response
        });
        let signature = signature.expect("a member signs");
        assert_eq!(identities, 1);
        let tag = slow::verify(&signature, &statement);
        assert!(tag.is_ok());
        assert_eq!(by_crate(&signature, public), tag.ok(), "case {number}");
    }
}
