//! The kept corpus: what fuzzing found worth keeping, one file in `fuzz/kept` for each entry point.
//!
//! A file is the gzip of its inputs, each with its length before it (four bytes, little-endian). `fuzz/corpus`, where
//! libFuzzer works, is unpacked from it by the example `fuzz_seeds` and packed into it by `fuzz_keep`.

use std::{
    io::{self, Read, Write},
    path::PathBuf,
};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};

/// Inputs longer than this are not kept.
pub const MAX_KEPT_BYTES: usize = 8 << 10;

/// The file of one entry point.
#[must_use]
pub fn kept_file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fuzz/kept").join(format!("{name}.gz"))
}

/// The kept inputs of one entry point; none if nothing has been kept.
///
/// # Panics
/// If the file is there and is not what [`pack`] writes.
#[must_use]
pub fn kept(name: &str) -> Vec<Vec<u8>> {
    std::fs::read(kept_file(name))
        .map(|packed| unpack(&packed).expect("a file of fuzz/kept"))
        .unwrap_or_default()
}

/// Packs inputs.
///
/// # Errors
/// For an input of 4 GiB.
pub fn pack(inputs: &[Vec<u8>]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for input in inputs {
        let length = u32::try_from(input.len()).map_err(io::Error::other)?;
        encoder.write_all(&length.to_le_bytes())?;
        encoder.write_all(input)?;
    }
    encoder.finish()
}

/// Unpacks what [`pack`] wrote.
///
/// # Errors
/// For anything else.
pub fn unpack(packed: &[u8]) -> io::Result<Vec<Vec<u8>>> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut bytes)?;
    let (mut inputs, mut rest) = (Vec::new(), &bytes[..]);
    while !rest.is_empty() {
        let ended = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let (length, after) = rest.split_first_chunk().ok_or_else(ended)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(io::Error::other)?;
        let (input, after) = after.split_at_checked(length).ok_or_else(ended)?;
        inputs.push(input.to_vec());
        rest = after;
    }
    Ok(inputs)
}

#[cfg(test)]
mod tests {
    use super::{pack, unpack};

    #[test]
    fn what_is_packed_is_unpacked() {
        let inputs = [Vec::new(), vec![1, 2, 3], vec![0; 70_000]];
        let packed = pack(&inputs).expect("packs");
        assert_eq!(unpack(&packed).expect("unpacks"), inputs);
        assert!(unpack(&packed[..packed.len() - 20]).is_err());
    }
}
