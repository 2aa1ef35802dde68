//! Every entry point of untrusted bytes, on its seeds, on the kept corpus, and on mutations of both.
//!
//! The same functions run under libFuzzer (`fuzz/`). This tier needs neither a sanitizer nor a fuzzer, so that every run
//! of the tests holds what fuzzing found once. `HUFU_SEED=<seed>` repeats the mutations of a failed run.

use std::{fs, panic, path::Path};

use hufu_tests::fuzzing::{TARGETS, kept, run, seeds};
use rand::{RngExt, SeedableRng, rngs::StdRng};

/// Mutations of each seed; libFuzzer makes millions, this catches what became wrong near a known input.
const MUTATIONS: usize = 60;
/// Mutations of each kept input: there are many more of them.
const MUTATIONS_OF_KEPT: usize = 2;
/// Longest mutated input, in bytes.
const MAX_BYTES: usize = 64 << 10;

/// One to three small changes: a bit, a byte, a cut, a repeated or a removed part.
fn mutate(input: &[u8], rng: &mut StdRng) -> Vec<u8> {
    let mut bytes = input.to_vec();
    bytes.truncate(MAX_BYTES);
    for _ in 0..rng.random_range(1..=3) {
        if bytes.is_empty() {
            bytes.push(rng.random());
        }
        let at = rng.random_range(0..bytes.len());
        match rng.random_range(0..5) {
            0 => bytes[at] ^= 1 << rng.random_range(0..8),
            1 => bytes[at] = rng.random(),
            2 => bytes.truncate(at),
            3 => {
                let part = bytes[at..(at + 16).min(bytes.len())].to_vec();
                let to = rng.random_range(0..=bytes.len());
                bytes.splice(to..to, part);
            }
            _ => drop(bytes.drain(at..(at + 8).min(bytes.len()))),
        }
    }
    bytes
}

#[test]
fn known_inputs_and_their_neighbours_keep_the_laws() {
    let seed =
        std::env::var("HUFU_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(rand::random);
    println!("HUFU_SEED={seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    for (name, target) in TARGETS {
        let (seeds, kept) = (seeds(name), kept(name));
        assert!(!seeds.is_empty(), "{name} has no seeds");
        let mut count = 0;
        for (inputs, mutations) in [(seeds, MUTATIONS), (kept, MUTATIONS_OF_KEPT)] {
            for input in &inputs {
                target(input);
                for _ in 0..mutations {
                    let mutated = mutate(input, &mut rng);
                    let result = panic::catch_unwind(|| run(name, &mutated));
                    assert!(result.is_ok(), "{name} fails on {}", hex(&mutated));
                }
                count += 1 + mutations;
            }
        }
        println!("{name}: {count} inputs");
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A target that nobody can run, or a runnable one that nobody lists, would be a hole.
#[test]
fn the_fuzz_workspace_has_exactly_these_targets() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/fuzz_targets");
    let mut files: Vec<String> = fs::read_dir(folder)
        .expect("fuzz/fuzz_targets exists")
        .map(|entry| {
            entry.expect("an entry").path().file_stem().expect("a name").to_string_lossy().into_owned()
        })
        .collect();
    let mut names: Vec<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    files.sort();
    names.sort();
    assert_eq!(files, names);
}
