//! Signs under valgrind's memcheck with the key and the entropy marked as undefined: memcheck follows undefined values
//! through all arithmetic and reports each branch and each address that depends on one. The signer's place in the ring
//! is computed from the key, so it is followed as well. See `crypto/ct`.

use std::process::ExitCode;

use hufu_ct::{Case, Generator, memcheck, published};
use hufu_ring::{ProofOfPossession, Ring, Scope, Signature, SigningKey, VerifyingKey};

/// The entropy of a signer.
fn entropy() -> Generator {
    Generator::secret(0x5a)
}

fn bytes_of_key(at: usize) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&(at as u64 + 1000).to_le_bytes());
    bytes
}

fn secret_key(at: usize) -> SigningKey {
    let mut bytes = bytes_of_key(at);
    memcheck::secret(&mut bytes);
    SigningKey::from_bytes(&bytes).expect("a small number is a key")
}

fn ring(size: usize) -> Ring {
    let members =
        (0..size).map(|at| SigningKey::from_bytes(&bytes_of_key(at)).expect("a key").verifying_key());
    Ring::new(members.collect()).expect("distinct keys")
}

fn sign(size: usize, at: usize) -> Vec<u8> {
    let scope = Scope::new(b"scope").expect("a name");
    let signature = secret_key(at).sign(&ring(size), &scope, b"m", &mut entropy()).expect("a member");
    signature.to_bytes()
}

fn signs(size: usize, at: usize) {
    let bytes = published(&sign(size, at));
    let (ring, scope) = (ring(size), Scope::new(b"scope").expect("a name"));
    Signature::from_bytes(&bytes).and_then(|s| s.verify(&ring, &scope, b"m")).expect("a valid signature");
}

fn possesses() {
    let key = secret_key(3);
    let proof =
        published(&ProofOfPossession::new(&key, b"did", &mut entropy()).expect("a short context").to_bytes());
    let public = published(&key.verifying_key().to_bytes());
    let public = VerifyingKey::from_bytes(public.try_into().expect("32 bytes")).expect("a key");
    ProofOfPossession::from_bytes(&proof).and_then(|p| p.verify(&public, b"did")).expect("a valid proof");
}

/// Verification is variable-time: with a signature still marked it must be seen.
fn leaks_by_verification() {
    let scope = Scope::new(b"scope").expect("a name");
    let signature = secret_key(3).sign(&ring(16), &scope, b"m", &mut entropy()).expect("a member");
    let _ = std::hint::black_box(signature.verify(&ring(16), &scope, b"m"));
}

const CASES: &[Case] = &[
    Case { name: "ring::sign, 2 members, place 1", run: || signs(2, 1) },
    Case { name: "ring::sign, 8 members, place 0", run: || signs(8, 0) },
    Case { name: "ring::sign, 8 members, place 7", run: || signs(8, 7) },
    Case { name: "ring::sign, 9 members, place 8", run: || signs(9, 8) },
    Case { name: "ring::sign, 16 members, place 5", run: || signs(16, 5) },
    Case { name: "ring::sign, 65 members, place 64", run: || signs(65, 64) },
    Case { name: "ring::ProofOfPossession", run: possesses },
    Case { name: "ring::SigningKey::generate", run: || drop(SigningKey::generate(&mut entropy())) },
];

const LEAKS: &[Case] =
    &[Case { name: "planted::verification of a marked signature", run: leaks_by_verification }];

fn main() -> ExitCode {
    hufu_ct::run(CASES, LEAKS)
}
