//! Vectors, generators, and small numbers that are written in hexadecimal.

use der::Encode;
use num_bigint::BigUint;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Infallible, SeedableRng, TryCryptoRng, TryRng};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// The group order n.
pub(crate) const N: &str = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
/// The field's p.
pub(crate) const P: &str = "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff";

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    hex::decode(text).expect("hexadecimal")
}

/// The text of a vector file; nothing if the folder is missing, which is a failure under CI.
pub(crate) fn vectors(name: &str) -> Option<String> {
    let folder = std::env::var_os("HUFU_VECTORS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors")),
        PathBuf::from,
    );
    let path = folder.join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if std::env::var("CI").is_ok_and(|ci| ci == "true") => {
            panic!("{}: {error}", path.display())
        }
        Err(error) => {
            eprintln!("skipped, no vectors: {}: {error}", path.display());
            None
        }
    }
}

/// A generator with a fresh seed, which is printed: `HUFU_SEED=<seed>` repeats a run.
pub(crate) fn fresh_rng(test: &str) -> ChaCha20Rng {
    let seed = std::env::var("HUFU_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
        now.as_secs() ^ u64::from(now.subsec_nanos()) << 32
    });
    eprintln!("{test}: HUFU_SEED={seed}");
    ChaCha20Rng::seed_from_u64(seed)
}

/// A generator that gives what it was told to give, and then fails.
pub(crate) struct Script(Vec<u8>);

impl Script {
    pub(crate) fn new(parts: &[&str]) -> Self {
        let mut bytes: Vec<u8> = parts.iter().flat_map(|part| unhex(part)).collect();
        bytes.reverse();
        Self(bytes)
    }

    pub(crate) fn is_used_up(&self) -> bool {
        self.0.is_empty()
    }
}

/// The script is used up.
#[derive(Debug)]
pub(crate) struct UsedUp;

impl std::fmt::Display for UsedUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the script is used up")
    }
}

impl std::error::Error for UsedUp {}

impl TryRng for Script {
    type Error = UsedUp;

    fn try_next_u32(&mut self) -> Result<u32, UsedUp> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, UsedUp> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), UsedUp> {
        for byte in out {
            *byte = self.0.pop().ok_or(UsedUp)?;
        }
        Ok(())
    }
}

impl TryCryptoRng for Script {}

/// A generator that always gives the same byte.
pub(crate) struct Stuck(pub(crate) u8);

impl TryRng for Stuck {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes([self.0; 4]))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes([self.0; 8]))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        out.fill(self.0);
        Ok(())
    }
}

impl TryCryptoRng for Stuck {}

/// `number + offset` as 32 bytes.
pub(crate) fn offset(number: &str, offset: i64) -> [u8; 32] {
    let number = BigUint::parse_bytes(number.as_bytes(), 16).expect("hexadecimal");
    let moved = if offset < 0 { number - offset.unsigned_abs() } else { number + offset.unsigned_abs() };
    let bytes = moved.to_bytes_be();
    let mut out = [0; 32];
    out[32 - bytes.len()..].copy_from_slice(&bytes);
    out
}

/// DER of one value.
pub(crate) fn tlv(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = match u16::try_from(contents.len()).unwrap() {
        short @ 0..0x80 => vec![short.to_le_bytes()[0]],
        middle @ 0x80..0x100 => vec![0x81, middle.to_le_bytes()[0]],
        long => [&[0x82], &long.to_be_bytes()[..]].concat(),
    };
    [&[tag], &length[..], contents].concat()
}

/// DER of a SEQUENCE.
pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

/// DER of an OBJECT IDENTIFIER.
pub(crate) fn object(text: &str) -> Vec<u8> {
    der::asn1::ObjectIdentifier::new_unwrap(text).to_der().unwrap()
}

/// A generator that gives the same 32 bytes again and again.
pub(crate) struct Repeats(pub(crate) [u8; 32]);

impl TryRng for Repeats {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes([self.0[0]; 4]))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes([self.0[0]; 8]))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        out.iter_mut().zip(self.0.iter().cycle()).for_each(|(out, byte)| *out = *byte);
        Ok(())
    }
}

impl TryCryptoRng for Repeats {}
