//! What the harnesses `crypto/*/ct` share: they run what works with secrets under valgrind's memcheck, with the secrets marked
//! as undefined. Memcheck follows undefined values through all of the arithmetic and reports each branch and each address
//! that depends on one.
//!
//! A case is good if it causes no report; a planted one is a leak on purpose and is good if it does.

pub mod memcheck;
mod planted;
mod random;

use std::process::ExitCode;

pub use random::Generator;

/// Something that is done with secrets.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// `primitive::operation`.
    pub name: &'static str,
    /// Marks the secrets with [`memcheck::secret`], does the operation, gives the results free with [`memcheck::public`] or
    /// [`published`], and asserts that they are right.
    pub run: fn(),
}

/// What is sent: a copy on the heap, so that the compiler keeps no marked one beside it.
#[must_use]
pub fn published(bytes: &[u8]) -> Vec<u8> {
    let bytes = bytes.to_vec();
    memcheck::public(&bytes[..]);
    std::hint::black_box(bytes)
}

/// Runs the cases, the leaks of a harness's own and those that are planted for all; prints a line for each, and fails if any
/// is not as it should be.
#[must_use]
pub fn run(cases: &[Case], leaks: &[Case]) -> ExitCode {
    if !memcheck::running() {
        eprintln!("ct: not under valgrind: nothing would be seen. See scripts/constant-time.sh");
        return ExitCode::FAILURE;
    }
    let leaking = cases.iter().filter(|case| reports(case) != 0).count();
    let planted = [leaks, planted::CASES].concat();
    let unseen = planted.iter().filter(|case| reports(case) == 0).count();
    println!("ct: {} cases, {leaking} leak; {} planted leaks, {unseen} not seen", cases.len(), planted.len());
    if leaking + unseen == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The number of reports that a case caused.
fn reports(case: &Case) -> u64 {
    let before = memcheck::errors();
    (case.run)();
    let reports = memcheck::errors() - before;
    println!("ct: {:<58} {reports} secret-dependent branches or addresses", case.name);
    reports
}
