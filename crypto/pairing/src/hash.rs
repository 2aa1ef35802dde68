//! RFC 9380, section 5.3: `expand_message_xmd` with SHA-256 and `expand_message_xof` with SHAKE-256.

use crate::error::Error;
use sha2::{Digest, Sha256};
use shake::{ExtendableOutput, Shake256, Update, XofReader};

/// A way of making as many uniform bytes of a message as one asks for.
pub trait Expand: crate::backend::sealed::Sealed + 'static {
    /// Its name in a hash-to-curve suite: `XMD:SHA-256` or `XOF:SHAKE-256`.
    const NAME: &'static str;

    /// Fills `out` from the concatenation of `message` under the domain separation tag.
    ///
    /// # Errors
    /// [`Error::Tag`], or [`Error::Expansion`] for more than 8,160 bytes of SHA-256 or 65,535 of SHAKE-256.
    fn expand(message: &[&[u8]], tag: &[u8], out: &mut [u8]) -> Result<(), Error>;
}

/// Section 5.3.1 with SHA-256.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct XmdSha256;

/// Section 5.3.2 with SHAKE-256.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct XofShake256;

/// Bytes of a SHA-256 digest, and of its input block.
const DIGEST: usize = 32;
const BLOCK: usize = 64;

impl crate::backend::sealed::Sealed for XmdSha256 {}
impl crate::backend::sealed::Sealed for XofShake256 {}

impl Expand for XmdSha256 {
    const NAME: &'static str = "XMD:SHA-256";

    fn expand(message: &[&[u8]], tag: &[u8], out: &mut [u8]) -> Result<(), Error> {
        let tag_length = check_tag(tag)?;
        let length = expanded_length(out)?;
        // 1–2: ell = ceil(len / 32) must fit a byte.
        let too_long = Error::Expansion { found: out.len() };
        u8::try_from(out.len().div_ceil(DIGEST)).map_err(|_| too_long)?;
        // 3–7: b_0 over Z_pad, the message, the length and the tag.
        let mut hasher = Sha256::new();
        Digest::update(&mut hasher, [0; BLOCK]);
        message.iter().for_each(|part| Digest::update(&mut hasher, part));
        Digest::update(&mut hasher, length);
        Digest::update(&mut hasher, [0]);
        Digest::update(&mut hasher, tag);
        Digest::update(&mut hasher, [tag_length]);
        let first = hasher.finalize();
        // 8–12: b_i over b_0 xor b_(i-1), the counter and the tag; b_0 itself for the first.
        let mut previous = [0; DIGEST];
        for (counter, chunk) in (1u8..=255).zip(out.chunks_mut(DIGEST)) {
            previous.iter_mut().zip(first.iter()).for_each(|(byte, other)| *byte ^= other);
            let mut hasher = Sha256::new();
            Digest::update(&mut hasher, previous);
            Digest::update(&mut hasher, [counter]);
            Digest::update(&mut hasher, tag);
            Digest::update(&mut hasher, [tag_length]);
            previous = hasher.finalize().into();
            chunk.iter_mut().zip(previous).for_each(|(to, from)| *to = from);
        }
        Ok(())
    }
}

impl Expand for XofShake256 {
    const NAME: &'static str = "XOF:SHAKE-256";

    fn expand(message: &[&[u8]], tag: &[u8], out: &mut [u8]) -> Result<(), Error> {
        let tag_length = check_tag(tag)?;
        let length = expanded_length(out)?;
        let mut hasher = Shake256::default();
        message.iter().for_each(|part| hasher.update(part));
        hasher.update(&length);
        hasher.update(tag);
        hasher.update(&[tag_length]);
        hasher.finalize_xof().read(out);
        Ok(())
    }
}

/// The tag's length as the byte that follows it. Longer tags would be hashed first (section 5.3.3); nothing here
/// has one.
pub(crate) fn check_tag(tag: &[u8]) -> Result<u8, Error> {
    match u8::try_from(tag.len()) {
        Ok(length @ 1..) => Ok(length),
        _ => Err(Error::Tag { found: tag.len() }),
    }
}

fn expanded_length(out: &[u8]) -> Result<[u8; 2], Error> {
    u16::try_from(out.len()).map(u16::to_be_bytes).map_err(|_| Error::Expansion { found: out.len() })
}
