//! Writes the seeds and the kept corpus of every fuzz target, where libFuzzer looks for them:
//! `cargo run -p hufu-tests --example fuzz_seeds -- FOLDER`.

use std::{fs, path::Path};

use hufu_tests::fuzzing::{TARGETS, kept, seeds};

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "fuzz/corpus".to_owned());
    for (name, _) in TARGETS {
        let folder = Path::new(&folder).join(name);
        fs::create_dir_all(&folder)?;
        for (kind, inputs) in [("seed", seeds(name)), ("kept", kept(name))] {
            for (number, input) in inputs.into_iter().enumerate() {
                fs::write(folder.join(format!("{kind}-{number:03}")), input)?;
            }
        }
    }
    Ok(())
}
