//! What several test binaries share: randomness, the drafts' mocked random scalars, the folder of vectors.
#![allow(dead_code, clippy::mod_module_files, clippy::unwrap_used)] // each binary uses a part; `common.rs` would be a test of its own

use core::convert::Infallible;
use hufu_bbs::{Message, Suite};
use hufu_pairing::Expand;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{SeedableRng, TryCryptoRng, TryRng};
use serde_json::Value;
use std::path::PathBuf;

pub(crate) fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// The drafts' `mocked_calculate_random_scalars` as a generator: `expand_message` of the seed, 48 bytes a scalar.
/// It panics when more is drawn than the vector says.
pub(crate) struct MockedRng {
    bytes: Vec<u8>,
    drawn: usize,
}

impl MockedRng {
    pub(crate) fn new<S: Suite>(seed: &[u8], dst: &str, count: usize) -> Self {
        let mut bytes = vec![0; 48 * count];
        S::Expand::expand(&[seed], dst.as_bytes(), &mut bytes).unwrap();
        Self { bytes, drawn: 0 }
    }

    /// Whether exactly as many scalars were drawn as the vector says.
    pub(crate) fn exhausted(&self) -> bool {
        self.drawn == self.bytes.len()
    }
}

impl TryRng for MockedRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("scalars are drawn as bytes")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("scalars are drawn as bytes")
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        to.copy_from_slice(&self.bytes[self.drawn..self.drawn + to.len()]);
        self.drawn += to.len();
        Ok(())
    }
}

impl TryCryptoRng for MockedRng {}

/// A folder of published vectors; nothing if it is not installed, which is a failure under CI.
pub(crate) fn folder(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("HUFU_VECTORS").map_or_else(
        || concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors").into(),
        PathBuf::from,
    );
    let folder = root.join(path);
    if folder.is_dir() {
        return Some(folder);
    }
    let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(!ci, "no vectors: {}", folder.display());
    eprintln!("skipped, no vectors: {}", folder.display());
    None
}

pub(crate) fn json(path: &std::path::Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("vectors are JSON")
}

/// Every vector of a folder, by name.
pub(crate) fn all(folder: &std::path::Path) -> Vec<(String, Value)> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), json(path))).collect()
}

pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap_or_default()).unwrap()
}

pub(crate) fn messages(value: &Value) -> Vec<Message> {
    value.as_array().into_iter().flatten().map(|message| Message::new(bytes(message))).collect()
}
