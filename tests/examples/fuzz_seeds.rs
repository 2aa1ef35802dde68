//! Writes the seeds of every fuzz target: `cargo run -p hufu-tests --example fuzz_seeds -- FOLDER`.

use std::{fs, path::Path};

use hufu_tests::fuzzing::{TARGETS, seeds};

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "fuzz/corpus".to_owned());
    for (name, _) in TARGETS {
        let folder = Path::new(&folder).join(name);
        fs::create_dir_all(&folder)?;
        for (number, seed) in seeds(name).into_iter().enumerate() {
            fs::write(folder.join(format!("seed-{number:03}")), seed)?;
        }
    }
    Ok(())
}
