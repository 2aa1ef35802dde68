//! The libraries that the crate chose from, called as their documentation shows.
//!
//! `parse` reads the compressed form of a public key (Ed25519: its 32 bytes), as a Multikey carries it; `generate`
//! makes a private key and its public half.

use crate::{MESSAGE, name};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    self as aws, EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, Ed25519KeyPair, KeyPair,
    ParsedPublicKey,
};
use criterion::Criterion;
use hufu_keys::{Algorithm, SigningKey};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::hint::black_box;

pub(crate) fn bench(c: &mut Criterion, algorithm: Algorithm) {
    match algorithm {
        Algorithm::Ed25519 => {
            aws_ed25519(c);
            dalek(c);
        }
        Algorithm::P256 => {
            let (sign, verify) = (&aws::ECDSA_P256_SHA256_FIXED_SIGNING, &aws::ECDSA_P256_SHA256_FIXED);
            aws_ecdsa(c, algorithm, sign, verify);
            p256(c);
        }
        Algorithm::P384 => {
            let (sign, verify) = (&aws::ECDSA_P384_SHA384_FIXED_SIGNING, &aws::ECDSA_P384_SHA384_FIXED);
            aws_ecdsa(c, algorithm, sign, verify);
            p384(c);
        }
        Algorithm::Secp256k1 => {
            let (sign, verify) = (&aws::ECDSA_P256K1_SHA256_FIXED_SIGNING, &aws::ECDSA_P256K1_SHA256_FIXED);
            aws_ecdsa(c, algorithm, sign, verify);
            libsecp256k1(c);
            k256(c);
        }
        Algorithm::Sm2 => sm2(c),
        _ => unreachable!("every algorithm is named above"),
    }
}

/// A fresh key of ours: its private bytes and its compressed point.
fn key(algorithm: Algorithm) -> (Vec<u8>, Vec<u8>) {
    let key = SigningKey::generate(algorithm, &mut ChaCha20Rng::from_seed([2; 32]));
    (key.to_bytes().expose(Clone::clone), key.verifying_key().to_bytes())
}

fn measure<S, P>(
    c: &mut Criterion,
    algorithm: Algorithm,
    by: &str,
    sign: impl Fn() -> S,
    verify: impl Fn(&S) -> bool,
    parse: impl Fn() -> P,
    mut generate: impl FnMut(),
) {
    let signature = sign();
    assert!(verify(&signature), "{algorithm} {by}");
    c.bench_function(&name("sign", algorithm, by), |b| b.iter(&sign));
    c.bench_function(&name("verify", algorithm, by), |b| b.iter(|| assert!(verify(black_box(&signature)))));
    c.bench_function(&name("parse", algorithm, by), |b| b.iter(&parse));
    c.bench_function(&name("generate", algorithm, by), |b| b.iter(&mut generate));
}

fn aws_ed25519(c: &mut Criterion) {
    let (seed, public) = key(Algorithm::Ed25519);
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("a key");
    let parsed = ParsedPublicKey::new(&aws::ED25519, &public).expect("a key");
    let verify = |s: &aws::Signature| parsed.verify_sig(black_box(MESSAGE), s.as_ref()).is_ok();
    let parse = || ParsedPublicKey::new(&aws::ED25519, black_box(&public)).expect("a key");
    measure(
        c,
        Algorithm::Ed25519,
        "aws-lc-rs",
        || pair.sign(black_box(MESSAGE)),
        verify,
        parse,
        || {
            black_box(Ed25519KeyPair::generate().expect("a key"));
        },
    );
}

fn dalek(c: &mut Criterion) {
    use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
    let (seed, public) = key(Algorithm::Ed25519);
    let signing = SigningKey::from_bytes(&seed.try_into().expect("32 bytes"));
    let verifying = signing.verifying_key();
    let public: [u8; 32] = public.try_into().expect("32 bytes");
    let mut rng = ChaCha20Rng::from_seed([3; 32]);
    measure(
        c,
        Algorithm::Ed25519,
        "ed25519-dalek (strict)",
        || signing.sign(black_box(MESSAGE)),
        |s: &Signature| verifying.verify_strict(black_box(MESSAGE), s).is_ok(),
        || VerifyingKey::from_bytes(black_box(&public)).expect("a key"),
        || drop(black_box(SigningKey::generate(&mut rng))),
    );
}

fn aws_ecdsa(
    c: &mut Criterion,
    algorithm: Algorithm,
    signing: &'static EcdsaSigningAlgorithm,
    verifying: &'static EcdsaVerificationAlgorithm,
) {
    let (_, public) = key(algorithm);
    let pair = EcdsaKeyPair::generate(signing).expect("a key");
    let parsed = ParsedPublicKey::new(verifying, pair.public_key().as_ref()).expect("a key");
    let rng = SystemRandom::new();
    measure(
        c,
        algorithm,
        "aws-lc-rs",
        || pair.sign(&rng, black_box(MESSAGE)).expect("a signature"),
        |s: &aws::Signature| parsed.verify_sig(black_box(MESSAGE), s.as_ref()).is_ok(),
        || ParsedPublicKey::new(verifying, black_box(&public)).expect("a key"),
        || drop(black_box(EcdsaKeyPair::generate(signing).expect("a key"))),
    );
}

/// p256, p384 and k256 are instances of one library.
macro_rules! rustcrypto {
    ($name:ident, $algorithm:expr, $label:literal) => {
        fn $name(c: &mut Criterion) {
            use ::$name::ecdsa::signature::{Signer, Verifier};
            use ::$name::ecdsa::{Signature, SigningKey, VerifyingKey};
            let (scalar, public) = key($algorithm);
            let signing = SigningKey::from_slice(&scalar).expect("a key");
            let verifying = *signing.verifying_key();
            let mut rng = ChaCha20Rng::from_seed([4; 32]);
            let mut bytes = vec![0; scalar.len()];
            measure(
                c,
                $algorithm,
                $label,
                || -> Signature { signing.sign(black_box(MESSAGE)) },
                |s: &Signature| verifying.verify(black_box(MESSAGE), s).is_ok(),
                || VerifyingKey::from_sec1_bytes(black_box(&public)).expect("a key"),
                || {
                    rng.fill_bytes(&mut bytes);
                    drop(black_box(SigningKey::from_slice(&bytes)));
                },
            );
        }
    };
}

rustcrypto!(p256, Algorithm::P256, "RustCrypto p256");
rustcrypto!(p384, Algorithm::P384, "RustCrypto p384");
rustcrypto!(k256, Algorithm::Secp256k1, "RustCrypto k256");

fn libsecp256k1(c: &mut Criterion) {
    use secp256k1::{Message, PublicKey, SecretKey, ecdsa};
    use sha2::{Digest, Sha256};
    let (scalar, public) = key(Algorithm::Secp256k1);
    let secret = SecretKey::from_secret_bytes(scalar.try_into().expect("32 bytes")).expect("a key");
    let key = secret.public_key();
    let hashed = || Message::from_digest(Sha256::digest(black_box(MESSAGE)).into());
    let mut rng = ChaCha20Rng::from_seed([5; 32]);
    measure(
        c,
        Algorithm::Secp256k1,
        "libsecp256k1",
        || ecdsa::sign(hashed(), &secret),
        |s: &ecdsa::Signature| ecdsa::verify(s, hashed(), &key).is_ok(),
        || PublicKey::from_slice(black_box(&public)).expect("a key"),
        || {
            let mut bytes = [0; 32];
            rng.fill_bytes(&mut bytes);
            black_box(SecretKey::from_secret_bytes(bytes).expect("a key").public_key());
        },
    );
}

fn sm2(c: &mut Criterion) {
    use ::sm2::dsa::signature::{Signer, Verifier};
    use ::sm2::dsa::{Signature, SigningKey, VerifyingKey};
    let (scalar, public) = key(Algorithm::Sm2);
    let signing = SigningKey::from_slice(Algorithm::SM2_ID, &scalar).expect("a key");
    let verifying = signing.verifying_key().clone();
    let mut rng = ChaCha20Rng::from_seed([6; 32]);
    let mut bytes = [0; 32];
    measure(
        c,
        Algorithm::Sm2,
        "RustCrypto sm2",
        || -> Signature { signing.sign(black_box(MESSAGE)) },
        |s: &Signature| verifying.verify(black_box(MESSAGE), s).is_ok(),
        || VerifyingKey::from_sec1_bytes(Algorithm::SM2_ID, black_box(&public)).expect("a key"),
        || {
            rng.fill_bytes(&mut bytes);
            drop(black_box(SigningKey::from_slice(Algorithm::SM2_ID, &bytes)));
        },
    );
}
