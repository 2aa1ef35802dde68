//! Step B7 of verification for x₁ around n and p: as p > n, an x₁ in n..p is told by X = (v + n)·Z² and not by X = v·Z², which random
//! signatures meet once in 2¹²⁸.

use crate::common::{N, P, unhex};
use hufu_sm::sm2::hazmat::PrehashVerifier;
use hufu_sm::sm2::{Signature, VerifyingKey};
use num_bigint::BigUint;
use sm2::elliptic_curve::PrimeField;
use sm2::elliptic_curve::sec1::ToSec1Point;
use sm2::{ProjectivePoint, Scalar};

fn bytes(number: &BigUint) -> [u8; 32] {
    let number = number.to_bytes_be();
    let mut out = [0; 32];
    out[32 - number.len()..].copy_from_slice(&number);
    out
}

/// A point R whose x is given, and numbers s and t: for the key P = t⁻¹·(R − s·G) the verifier comes to s·G + t·P = R, and r = t − s and
/// e = r − x make a signature that is right.
#[test]
fn x1_between_n_and_p_verifies() {
    let (n, p) = (BigUint::from_bytes_be(&unhex(N)), BigUint::from_bytes_be(&unhex(P)));
    let scalar = |number: &BigUint| Scalar::from_repr(bytes(&(number % &n)).into()).unwrap();
    let (mut first, mut second) = (0, 0);
    for base in [n.clone(), &p - 60_u8, BigUint::ZERO, &n - 30_u8, &p - &n - 30_u8] {
        for offset in 0..60_u8 {
            let x = &base + offset;
            if x >= p {
                continue;
            }
            let compressed = [&[2], &bytes(&x)[..]].concat();
            let Ok(r_point) = sm2::PublicKey::from_sec1_bytes(&compressed) else { continue };
            for (s, t) in [(7_u32, 9_u32), (1, 2), (12_345, 3)] {
                let (s, t) = (BigUint::from(s), BigUint::from(t));
                let inverse = Option::<Scalar>::from(scalar(&t).invert()).unwrap();
                let key = (r_point.to_projective() - ProjectivePoint::GENERATOR * scalar(&s)) * inverse;
                let key = key.to_affine().to_sec1_point(false);
                let r = (&t + &n - &s) % &n;
                let e = (&r + &n + &n - &x % &n) % &n;
                let signature = [bytes(&r), bytes(&s)].concat();

                let ours = VerifyingKey::from_sec1_bytes(key.as_bytes()).unwrap();
                let theirs =
                    sm2::dsa::VerifyingKey::from_sec1_bytes("1234567812345678", key.as_bytes()).unwrap();
                let read = Signature::from_slice(&signature).unwrap();
                let read_theirs = sm2::dsa::Signature::from_slice(&signature).unwrap();
                assert!(theirs.verify_prehash(&bytes(&e), &read_theirs).is_ok(), "x = {x}: RustCrypto");
                assert!(ours.verify_prehash(&bytes(&e), &read).is_ok(), "x = {x}");
                assert!(ours.prepare().verify_prehash(&bytes(&e), &read).is_ok(), "x = {x}, prepared");
                let other = bytes(&((&e + 1_u8) % &n));
                assert!(ours.verify_prehash(&other, &read).is_err(), "x = {x}, another hash");
                assert!(
                    ours.prepare().verify_prehash(&other, &read).is_err(),
                    "x = {x}, another hash, prepared"
                );
                if x >= n { second += 1 } else { first += 1 }
            }
        }
    }
    eprintln!("x1 below n: {first}, from n on: {second}");
    assert!(first > 100 && second > 100);
}
