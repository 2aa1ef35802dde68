//! Derivation and stealth addresses once more, plainly: on RustCrypto's curves and AWS-LC's HMAC, without retries, constant
//! time or wiping. It shares no code with `src/`.
#![allow(dead_code, clippy::mod_module_files)] // each test binary uses a part

use aws_lc_rs::hmac;
use hufu_keys::Algorithm;
use ripemd::Ripemd160;
use sha2::{Digest, Sha256};

/// The three operations on one curve.
pub(crate) struct Curve {
    pub(crate) public: fn(&[u8]) -> Vec<u8>,
    pub(crate) add: fn(&[u8], &[u8]) -> Vec<u8>,
    pub(crate) add_public: fn(&[u8], &[u8]) -> Vec<u8>,
    pub(crate) multiply: fn(&[u8], &[u8]) -> Vec<u8>,
}

macro_rules! curve {
    ($library:ident) => {{
        use $library::elliptic_curve::ff::PrimeField;
        use $library::elliptic_curve::sec1::ToSec1Point;
        use $library::{FieldBytes, ProjectivePoint, PublicKey, Scalar};
        fn scalar(bytes: &[u8]) -> Scalar {
            let repr = FieldBytes::try_from(bytes).expect("32 bytes");
            Option::from(Scalar::from_repr(repr)).expect("below n")
        }
        fn point(bytes: &[u8]) -> ProjectivePoint {
            PublicKey::from_sec1_bytes(bytes).expect("a point").to_projective()
        }
        fn write(point: ProjectivePoint) -> Vec<u8> {
            point.to_affine().to_sec1_point(true).as_bytes().to_vec()
        }
        Curve {
            public: |k| write(ProjectivePoint::GENERATOR * scalar(k)),
            add: |k, t| (scalar(k) + scalar(t)).to_bytes().to_vec(),
            add_public: |point_, t| write(point(point_) + ProjectivePoint::GENERATOR * scalar(t)),
            multiply: |k, point_| write(point(point_) * scalar(k)),
        }
    }};
}

pub(crate) fn curve(algorithm: Algorithm) -> Curve {
    match algorithm {
        Algorithm::Secp256k1 => curve!(k256),
        Algorithm::P256 => curve!(p256),
        Algorithm::Sm2 => curve!(sm2),
        other => panic!("no additions on {other}"),
    }
}

/// A private key, its chain code and its parent's fingerprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) private: Vec<u8>,
    pub(crate) chain_code: Vec<u8>,
    pub(crate) parent_fingerprint: Vec<u8>,
}

fn hmac(key: &[u8], data: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA512, key), data);
    let (left, right) = tag.as_ref().split_at(32);
    (left.to_vec(), right.to_vec())
}

pub(crate) fn master(algorithm: Algorithm, seed: &[u8]) -> Node {
    let label: &[u8] = match algorithm {
        Algorithm::Secp256k1 => b"Bitcoin seed",
        Algorithm::P256 => b"Nist256p1 seed",
        Algorithm::Ed25519 => b"ed25519 seed",
        Algorithm::Sm2 => b"hufu/sm2-seed/v1",
        other => panic!("no tree of {other}"),
    };
    let (private, chain_code) = hmac(label, seed);
    Node { private, chain_code, parent_fingerprint: vec![0; 4] }
}

/// The public key as it is hashed.
pub(crate) fn public(algorithm: Algorithm, private: &[u8]) -> Vec<u8> {
    if algorithm == Algorithm::Ed25519 {
        let key = ed25519_dalek::SigningKey::from_bytes(private.try_into().expect("32 bytes"));
        return [&[0][..], key.verifying_key().as_bytes()].concat();
    }
    (curve(algorithm).public)(private)
}

pub(crate) fn child(algorithm: Algorithm, parent: &Node, number: u32) -> Node {
    let public = public(algorithm, &parent.private);
    let mut data = if number >> 31 == 1 { [&[0][..], &parent.private].concat() } else { public.clone() };
    data.extend_from_slice(&number.to_be_bytes());
    let (left, chain_code) = hmac(&parent.chain_code, &data);
    let private =
        if algorithm == Algorithm::Ed25519 { left } else { (curve(algorithm).add)(&parent.private, &left) };
    let fingerprint = Ripemd160::digest(Sha256::digest(&public));
    Node { private, chain_code, parent_fingerprint: fingerprint[..4].to_vec() }
}
