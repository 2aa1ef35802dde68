//! Distinguishing identifiers and Z (GB/T 32918.2 §5.5).

use super::{Error, PublicKey};
use crate::sm3::Sm3;
use digest::Digest;
use std::borrow::Cow;

/// The distinguishing identifier of a key's owner, which is hashed with every message that it signs.
///
/// ```
/// use hufu_sm::sm2::DistId;
///
/// assert_eq!(DistId::default().as_bytes(), b"1234567812345678");
/// assert!(DistId::new("ALICE123@YAHOO.COM").is_ok());
/// assert!(DistId::new(vec![0; 8192]).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DistId(Cow<'static, [u8]>);

impl DistId {
    /// The most bytes of an identifier: its length in bits is hashed as 16 bits (ENTL).
    pub const MAX_BYTES: usize = 8191;

    /// The identifier of GM/T 0009 §10 for owners who agreed on no other one: `1234567812345678`. Certificates are signed for it.
    pub const DEFAULT: Self = Self(Cow::Borrowed(b"1234567812345678"));

    /// The identifier for which TLS 1.3 signs its handshake (RFC 8998 §3.2.1): `TLSv1.3+GM+Cipher+Suite`.
    pub const TLS13: Self = Self(Cow::Borrowed(b"TLSv1.3+GM+Cipher+Suite"));

    /// Takes the bytes of an identifier. It may be empty, as the standard does not forbid it.
    ///
    /// # Errors
    /// [`Error::DistIdTooLong`] above [`MAX_BYTES`](Self::MAX_BYTES).
    pub fn new(id: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let id = id.into();
        if id.len() > Self::MAX_BYTES {
            return Err(Error::DistIdTooLong { found: id.len() });
        }
        Ok(Self(Cow::Owned(id)))
    }

    /// The identifier's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Z = SM3(ENTL ‖ ID ‖ a ‖ b ‖ x_G ‖ y_G ‖ x ‖ y) for the owner of this identifier and key.
    ///
    /// # Panics
    /// Never: the constructor bounds the length of the identifier.
    #[must_use]
    pub fn z(&self, key: &PublicKey) -> [u8; 32] {
        let bits =
            u16::try_from(8 * self.0.len()).expect("16 bits, because the constructor bounds the length");
        let mut hash = Sm3::new();
        hash.update(bits.to_be_bytes());
        hash.update(&self.0);
        hash.update(CURVE);
        hash.update(key.coordinates());
        hash.finalize().into()
    }
}

impl Default for DistId {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// a ‖ b ‖ x_G ‖ y_G of the recommended curve (GB/T 32918.5 §2), big-endian.
const CURVE: [u8; 128] = *b"\
\xff\xff\xff\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xfc\
\x28\xe9\xfa\x9e\x9d\x9f\x5e\x34\x4d\x5a\x9e\x4b\xcf\x65\x09\xa7\xf3\x97\x89\xf5\x15\xab\x8f\x92\xdd\xbc\xbd\x41\x4d\x94\x0e\x93\
\x32\xc4\xae\x2c\x1f\x19\x81\x19\x5f\x99\x04\x46\x6a\x39\xc9\x94\x8f\xe3\x0b\xbf\xf2\x66\x0b\xe1\x71\x5a\x45\x89\x33\x4c\x74\xc7\
\xbc\x37\x36\xa2\xf4\xf6\x77\x9c\x59\xbd\xce\xe3\x6b\x69\x21\x53\xd0\xa9\x87\x7c\xc6\x2a\x47\x40\x02\xdf\x32\xe5\x21\x39\xf0\xa0";
