//! Signs under valgrind's memcheck with the key and the entropy marked as undefined: memcheck follows undefined values
//! through all arithmetic and reports each branch and each address that depends on one. The signer's place in the ring
//! is computed from the key, so it is followed as well.
//!
//! A case is good if it causes no report. The planted leaks are good if they do.

mod memcheck;

use std::convert::Infallible;
use std::process::ExitCode;

use hufu_ring::{ProofOfPossession, Ring, Scope, Signature, SigningKey, VerifyingKey};
use rand_core::{TryCryptoRng, TryRng};

/// A generator of secret bytes.
struct Secret;

impl TryRng for Secret {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes).map(|()| u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes).map(|()| u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        out.fill(0x5a);
        memcheck::secret(out);
        Ok(())
    }
}

impl TryCryptoRng for Secret {}

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
    let signature = secret_key(at).sign(&ring(size), &scope, b"m", &mut Secret).expect("a member");
    signature.to_bytes()
}

/// What is sent: a copy on the heap, so that the compiler keeps no marked one beside it.
fn published(bytes: &[u8]) -> Vec<u8> {
    let bytes = bytes.to_vec();
    memcheck::public(&bytes);
    std::hint::black_box(bytes)
}

fn signs(size: usize, at: usize) {
    let bytes = published(&sign(size, at));
    let (ring, scope) = (ring(size), Scope::new(b"scope").expect("a name"));
    Signature::from_bytes(&bytes).and_then(|s| s.verify(&ring, &scope, b"m")).expect("a valid signature");
}

fn possesses() {
    let key = secret_key(3);
    let proof =
        published(&ProofOfPossession::new(&key, b"did", &mut Secret).expect("a short context").to_bytes());
    let public = published(&key.verifying_key().to_bytes());
    let public = VerifyingKey::from_bytes(public.try_into().expect("32 bytes")).expect("a key");
    ProofOfPossession::from_bytes(&proof).and_then(|p| p.verify(&public, b"did")).expect("a valid proof");
}

/// Verification is variable-time: with a signature still marked it must be seen.
fn leaks_by_verification() {
    let scope = Scope::new(b"scope").expect("a name");
    let signature = secret_key(3).sign(&ring(16), &scope, b"m", &mut Secret).expect("a member");
    let _ = std::hint::black_box(signature.verify(&ring(16), &scope, b"m"));
}

fn leaks_by_branch() {
    let mut bytes = [7; 1];
    memcheck::secret(&mut bytes);
    if std::hint::black_box(bytes[0]) == 8 {
        println!("never");
    }
}

type Case = (&'static str, fn());

const CLEAN: &[Case] = &[
    ("ring::sign, 2 members, place 1", || signs(2, 1)),
    ("ring::sign, 8 members, place 0", || signs(8, 0)),
    ("ring::sign, 8 members, place 7", || signs(8, 7)),
    ("ring::sign, 9 members, place 8", || signs(9, 8)),
    ("ring::sign, 16 members, place 5", || signs(16, 5)),
    ("ring::sign, 65 members, place 64", || signs(65, 64)),
    ("ring::ProofOfPossession", possesses),
    ("ring::SigningKey::generate", || drop(SigningKey::generate(&mut Secret))),
];

const PLANTED: &[Case] = &[
    ("planted: verification of a marked signature", leaks_by_verification),
    ("planted: a branch", leaks_by_branch),
];

/// Reports of a case.
fn run((name, case): &Case) -> u64 {
    let before = memcheck::errors();
    case();
    let reports = memcheck::errors() - before;
    println!("ct: {name:<44} {reports} secret-dependent branches or addresses");
    reports
}

fn main() -> ExitCode {
    if !memcheck::running() {
        eprintln!("ct: not under valgrind: nothing would be seen. Run scripts/constant-time-ring.sh");
        return ExitCode::FAILURE;
    }
    let leaking = CLEAN.iter().filter(|case| run(case) != 0).count();
    let unseen = PLANTED.iter().filter(|case| run(case) == 0).count();
    println!("ct: {} cases, {leaking} leak; {} planted leaks, {unseen} not seen", CLEAN.len(), PLANTED.len());
    if leaking + unseen == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
