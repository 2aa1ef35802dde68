//! Runs every case under valgrind's memcheck with its secrets marked as undefined: memcheck follows undefined values through
//! all of the arithmetic and reports each branch and each address that depends on one.
//!
//! A case is good if it causes no report; a case of `planted` is a leak on purpose and is good if it does. Prints a line per case
//! and fails if any is not good.

mod case;
mod memcheck;
mod planted;
mod sm2;
mod symmetric;

use case::Case;
use std::process::ExitCode;

fn main() -> ExitCode {
    if !memcheck::running() {
        eprintln!("ct: not under valgrind: nothing would be seen. Run scripts/constant-time.sh");
        return ExitCode::FAILURE;
    }
    // One list per primitive. A new primitive is a module with a `CASES` and a line here.
    let clean = [sm2::CASES, symmetric::CASES].concat();
    let mut bad = 0;
    for case in &clean {
        bad += usize::from(run(case) != 0);
    }
    for case in planted::CASES {
        bad += usize::from(run(case) == 0);
    }
    println!(
        "ct: {} cases, {} planted leaks, {bad} not as they should be",
        clean.len(),
        planted::CASES.len()
    );
    if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The number of reports that a case caused.
fn run(case: &Case) -> u64 {
    let before = memcheck::errors();
    (case.run)();
    let reports = memcheck::errors() - before;
    println!("ct: {:<44} {reports} secret-dependent branches or addresses", case.name);
    reports
}
