//! Installs the npm peer of the interop tier and prints where it is, for `make bench-peers`.
#![allow(clippy::print_stdout, reason = "the path is what this program is for")]

fn main() -> std::process::ExitCode {
    match hufu_tests::peer::installed() {
        Ok(path) => {
            println!("{}", path.display());
            std::process::ExitCode::SUCCESS
        }
        Err(reason) => {
            eprintln!("interop-peer: {reason}");
            std::process::ExitCode::FAILURE
        }
    }
}
