//! Runs every case of SM2, SM3 and SM4 under valgrind's memcheck with its secrets marked as undefined; see `crypto/ct`.

mod sm2;
mod symmetric;

use std::process::ExitCode;

fn main() -> ExitCode {
    // One list per primitive. A new primitive is a module with a `CASES` and its name here.
    hufu_ct::run(&[sm2::CASES, symmetric::CASES].concat(), &[])
}
