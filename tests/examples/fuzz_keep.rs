//! Packs what libFuzzer left after minimising into `fuzz/kept`, which is in git:
//! `cargo run -p hufu-tests --example fuzz_keep -- FOLDER [TARGET...]`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use hufu_tests::fuzzing::{MAX_KEPT_BYTES, TARGETS, kept_file, pack, seeds};

/// Inputs of one target at most, the shortest first.
const MOST: usize = 1000;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| "fuzz/corpus".to_owned());
    let only: Vec<String> = arguments.collect();
    for (name, _) in TARGETS {
        if !only.is_empty() && !only.iter().any(|wanted| wanted == name) {
            continue;
        }
        let inputs = inputs(&Path::new(&folder).join(name), &seeds(name))?;
        if inputs.is_empty() {
            continue;
        }
        let file = kept_file(name);
        file.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(file, pack(&inputs)?)?;
    }
    Ok(())
}

/// The inputs of a folder that are no seeds, in an order that does not depend on names.
fn inputs(folder: &Path, seeds: &[Vec<u8>]) -> std::io::Result<Vec<Vec<u8>>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    let mut inputs = paths.iter().map(fs::read).collect::<Result<Vec<_>, _>>()?;
    inputs.retain(|input| input.len() <= MAX_KEPT_BYTES && !seeds.contains(input));
    inputs.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    inputs.dedup();
    inputs.truncate(MOST);
    Ok(inputs)
}
