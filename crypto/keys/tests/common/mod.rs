//! What several test binaries share: reproducible randomness and the folder of published vectors.
#![allow(dead_code, clippy::mod_module_files)] // each binary uses a part; `common.rs` would be a test of its own

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::Value;
use std::path::PathBuf;

pub(crate) fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// A published vector file as text; nothing if the vectors are not installed, which is a failure under CI.
pub(crate) fn vectors(path: &str) -> Option<String> {
    let folder = std::env::var_os("HUFU_VECTORS").map_or_else(
        || concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors").into(),
        PathBuf::from,
    );
    match std::fs::read_to_string(folder.join(path)) {
        Ok(text) => Some(text),
        Err(error) if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("{path}: {error}"),
        Err(error) => {
            eprintln!("skipped, no vectors: {path}: {error}");
            None
        }
    }
}

pub(crate) fn json(path: &str) -> Option<Value> {
    vectors(path).map(|text| serde_json::from_str(&text).expect("vectors are JSON"))
}
