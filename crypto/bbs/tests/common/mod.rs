//! What several test binaries share: randomness, the drafts' mocked random scalars, the folder of vectors.
#![allow(dead_code, clippy::mod_module_files, clippy::unwrap_used)] // each binary uses a part; `common.rs` would be a test of its own

use core::convert::Infallible;
use hufu_bbs::{Message, Suite};
use hufu_pairing::{Error as Encoding, Expand};
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

/// p, the field's prime, as the x-coordinate of a compressed point of G1.
pub(crate) const PRIME: &str =
    "9a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";

/// What is no point of G1's subgroup though it looks like one, with the reason.
pub(crate) fn no_g1_points() -> Vec<(&'static str, Vec<u8>, Encoding)> {
    let not_canonical = Encoding::Encoding {
        group: "G1",
        reason: "no point of the curve has this x-coordinate below the field's prime",
    };
    let outside = Encoding::Subgroup { group: "G1" };
    let of = |hex: &str| hex::decode(hex).unwrap();
    let small = |first: u8, last: u8| [&[first], &[0; 46][..], &[last]].concat();
    let mut above = of(PRIME);
    above[47] += 4;
    let mut greatest = vec![0xff; 48];
    greatest[0] = 0x9f;
    // Multiplied out of the curve's other points by r and the rest of the cofactor, with another program.
    let order_11 = "b9b3e2c8c6bbf59d3c326b531fc1e639d29200c28624ac604f251a12908c9b7f\
                    735318617f625954cc71cdf03229b1ef";
    vec![
        ("the identity", small(0xc0, 0), Encoding::Identity { group: "G1" }),
        ("x = p", of(PRIME), not_canonical),
        ("x = p + 4, where x = 4 is a point", above, not_canonical),
        ("x with all bits", greatest, not_canonical),
        ("x = 4, outside the subgroup", small(0x80, 4), outside),
        ("(0, 2), of order 3", small(0x80, 0), outside),
        ("(0, -2), of order 3", small(0xa0, 0), outside),
        ("a point of order 11", of(order_11), outside),
    ]
}

/// The same for G2.
pub(crate) fn no_g2_points() -> Vec<(&'static str, Vec<u8>, Encoding)> {
    let not_canonical = Encoding::Encoding {
        group: "G2",
        reason: "no point of the curve has this x-coordinate below the field's prime",
    };
    let outside = Encoding::Subgroup { group: "G2" };
    let of = |hex: &str| hex::decode(hex).unwrap();
    let small = |first: u8, last: u8| [&[first], &[0; 94][..], &[last]].concat();
    let second = [&[0x80], &[0; 47][..], &[0x1a], &of(PRIME)[1..]].concat();
    let order_13 = "8e074268358ced055a27ab8de3bbdeb6d0c2949685103095e491dc537fc8ee47\
                    4a73ce0b2826fae8eabfb3078a910b64157573f4c77585787c2c988585c1f6af\
                    e39f5b91aacb37509b42ec71fceb51a1576fda15dac1031f8d26785d6b139784";
    let order_23 = "aff3f478d8ed84cc3d3f3819467a3b65f19ec8ff59956fb83c3ac2592b9fd5c6\
                    ead1fd9a5c92dcfb2b20e10c7ce1243209219e07fc8c99dfaf266b69bc613d51\
                    1313bd5dd594e7388635b2f96dbb3902fd0064110deb91b11003d8404f241db4";
    vec![
        ("the identity", small(0xc0, 0), Encoding::Identity { group: "G2" }),
        ("x = p·u", [of(PRIME), vec![0; 48]].concat(), not_canonical),
        ("x = p", second, not_canonical),
        ("x = 2, outside the subgroup", small(0x80, 2), outside),
        ("a point of order 13", of(order_13), outside),
        ("a point of order 23", of(order_23), outside),
    ]
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
