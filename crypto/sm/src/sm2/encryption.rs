//! Public-key encryption (GB/T 32918.4).
//!
//! A ciphertext is C1 (an ephemeral point), C2 (the message under a key stream) and C3 (a hash of the message and the shared
//! point). The order C1 ‖ C3 ‖ C2 of the standard's current edition is written; the older C1 ‖ C2 ‖ C3 is read too. GM/T 0009
//! §7.2 wraps the parts in DER: `SEQUENCE { x INTEGER, y INTEGER, hash OCTET STRING, ciphertext OCTET STRING }`.
//!
//! ```
//! use hufu_sm::sm2::SecretKey;
//! use hufu_sm::sm2::encryption::Ciphertext;
//! # use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
//! # let mut rng = ChaCha20Rng::from_seed([7; 32]);
//!
//! let key = SecretKey::generate(&mut rng)?;
//! let ciphertext = key.public_key().encrypt(&mut rng, b"encryption standard")?;
//! let sent = ciphertext.to_der();
//! assert_eq!(*key.decrypt(&Ciphertext::from_der(&sent)?)?, b"encryption standard");
//! # Ok::<(), hufu_sm::sm2::Error>(())
//! ```
//!
//! # What is defined here
//! * **The empty message is refused**, when encrypting and when decrypting. Its key stream is the empty string, and the
//!   standard's step A5, which starts again while the key stream is all zeros, has no end.
//! * An all-zero key stream (one in 256 for a message of one byte) makes encryption start again with another k, and decryption
//!   refuse the ciphertext (step B4).
//! * Decryption has one error for every reason that depends on the private key.
//!
//! # Security
//! The time of decryption depends on the length of the ciphertext and on whether it is accepted. Not promised: the ephemeral
//! point is checked by a root and a comparison of public values in variable time.

use super::comb::mul_base;
use super::ct::Mask;
use super::multiply;
use super::scalar::{ORDER, Scalar};
use super::secret::random_scalar;
use super::{Error, PublicKey, SecretKey};
use crate::sm3::{Sm3, kdf};
use der::asn1::{OctetStringRef, UintRef};
use der::{Decode, Encode, Sequence};
use digest::Digest;
use rand_core::TryCryptoRng;
use zeroize::{Zeroize, Zeroizing};

/// The longest message, 16 MiB. SM2 encrypts keys; who has more to encrypt encrypts a key for SM4 with it.
pub const MAX_PLAINTEXT_BYTES: usize = 1 << 24;

/// Bytes of C3.
const HASH_BYTES: usize = 32;

/// Ephemeral keys that are tried before the generator is called broken: for a message of one byte each is useless with probability
/// 1/256.
const ATTEMPTS: usize = 64;

/// An encrypted message whose point is on the curve; nothing more of it has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ciphertext {
    c1: PublicKey,
    c3: [u8; HASH_BYTES],
    c2: Vec<u8>,
}

/// What GM/T 0009 §7.2 calls SM2Cipher.
#[derive(Sequence)]
struct Der<'a> {
    x: UintRef<'a>,
    y: UintRef<'a>,
    hash: &'a OctetStringRef,
    ciphertext: &'a OctetStringRef,
}

impl Ciphertext {
    fn new(c1: PublicKey, c3: &[u8; HASH_BYTES], c2: &[u8]) -> Result<Self, Error> {
        if c2.is_empty() {
            return Err(Error::Ciphertext("it holds no message"));
        }
        if c2.len() > MAX_PLAINTEXT_BYTES {
            return Err(Error::Ciphertext("it is longer than this implementation reads"));
        }
        Ok(Self { c1, c3: *c3, c2: c2.to_vec() })
    }

    /// Splits C1 off.
    fn point(bytes: &[u8]) -> Result<(PublicKey, &[u8]), Error> {
        let length = match bytes.first() {
            Some(2 | 3) => PublicKey::COMPRESSED_BYTES,
            Some(_) => PublicKey::UNCOMPRESSED_BYTES,
            None => return Err(Error::Ciphertext("it is empty")),
        };
        let (point, rest) = bytes.split_at_checked(length).ok_or(Error::Ciphertext("it ends within C1"))?;
        Ok((PublicKey::from_sec1_bytes(point)?, rest))
    }

    /// Reads C1 ‖ C3 ‖ C2, C1 in SEC 1 form.
    ///
    /// # Errors
    /// [`Error::Ciphertext`] if it is too short or too long, and those of [`PublicKey::from_sec1_bytes`] for C1.
    pub fn from_c1c3c2(bytes: &[u8]) -> Result<Self, Error> {
        let (c1, rest) = Self::point(bytes)?;
        let (c3, c2) = rest.split_first_chunk().ok_or(Error::Ciphertext("it ends within C3"))?;
        Self::new(c1, c3, c2)
    }

    /// Reads C1 ‖ C2 ‖ C3, the order of the first edition (GM/T 0003.4-2012), C1 in SEC 1 form.
    ///
    /// # Errors
    /// [`Error::Ciphertext`] if it is too short or too long, and those of [`PublicKey::from_sec1_bytes`] for C1.
    pub fn from_c1c2c3(bytes: &[u8]) -> Result<Self, Error> {
        let (c1, rest) = Self::point(bytes)?;
        let (c2, c3) = rest.split_last_chunk().ok_or(Error::Ciphertext("it ends within C3"))?;
        Self::new(c1, c3, c2)
    }

    /// Reads the DER form, strictly.
    ///
    /// # Errors
    /// [`Error::Ciphertext`] for anything but minimal DER without trailing bytes, and those of [`PublicKey`] for a point that is not
    /// on the curve.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let Der { x, y, hash, ciphertext } =
            Der::from_der(der).map_err(|_| Error::Ciphertext("it is not a strict DER SM2Cipher"))?;
        let mut xy = [0; 64];
        for (half, number) in xy.chunks_exact_mut(32).zip([x, y]) {
            let number = number.as_bytes();
            let start = half.len().checked_sub(number.len());
            half[start.ok_or(Error::Ciphertext("a coordinate has more than 256 bits"))?..]
                .copy_from_slice(number);
        }
        let hash = hash.as_bytes().try_into().map_err(|_| Error::Ciphertext("its hash has not 32 bytes"))?;
        Self::new(PublicKey::from_coordinates(&xy)?, hash, ciphertext.as_bytes())
    }

    /// C1 ‖ C3 ‖ C2, C1 uncompressed.
    #[must_use]
    pub fn to_c1c3c2(&self) -> Vec<u8> {
        [&self.c1.to_sec1_bytes()[..], &self.c3, &self.c2].concat()
    }

    /// The DER form.
    ///
    /// # Panics
    /// Never: what has passed the constructors' bounds always has a DER form.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let xy = self.c1.coordinates();
        let encode = || {
            let (x, y) = (UintRef::new(&xy[..32])?, UintRef::new(&xy[32..])?);
            Der { x, y, hash: OctetStringRef::new(&self.c3)?, ciphertext: OctetStringRef::new(&self.c2)? }
                .to_der()
        };
        encode().expect("DER, because the constructors bound the length")
    }
}

/// The key stream t and the hash C3 for the coordinates x2 ‖ y2 of the shared point.
struct Shared(Zeroizing<[u8; 64]>);

impl Shared {
    /// \[k\]P, whose order is n, so that it is not infinity (steps A3 and B2 with the cofactor 1).
    fn new(point: &PublicKey, k: &Scalar) -> Self {
        let mut product = multiply::mul(point.point(), k);
        let mut shared = PublicKey::from_point(product.to_affine());
        product.zeroize();
        let coordinates = Zeroizing::new(shared.coordinates());
        shared.zeroize();
        Self(coordinates)
    }

    /// Message ⊕ t, or the other way round, and whether t is all zeros.
    fn apply(&self, text: &[u8]) -> (Zeroizing<Vec<u8>>, Mask) {
        let mut out = Zeroizing::new(vec![0; text.len()]);
        kdf(&[&*self.0], &mut out).expect("a key stream, because texts are bounded");
        let any = out.iter().fold(0, |any, byte| any | byte);
        out.iter_mut().zip(text).for_each(|(out, byte)| *out ^= byte);
        (out, Mask::is_zero(any.into()))
    }

    /// C3 = SM3(x2 ‖ M ‖ y2).
    fn hash(&self, message: &[u8]) -> [u8; HASH_BYTES] {
        let (x2, y2) = self.0.split_at(32);
        Sm3::new().chain_update(x2).chain_update(message).chain_update(y2).finalize().into()
    }
}

impl PublicKey {
    /// Encrypts a message (GB/T 32918.4 §6.1).
    ///
    /// # Errors
    /// [`Error::PlaintextLength`] if the message is empty or longer than [`MAX_PLAINTEXT_BYTES`]; [`Error::Rng`] and
    /// [`Error::RngStuck`] if the generator fails.
    pub fn encrypt<R: TryCryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        message: &[u8],
    ) -> Result<Ciphertext, Error> {
        if message.is_empty() || message.len() > MAX_PLAINTEXT_BYTES {
            return Err(Error::PlaintextLength { found: message.len() });
        }
        for _ in 0..ATTEMPTS {
            // A1 to A5.
            let k = Zeroizing::new(random_scalar(rng, &ORDER)?);
            let mut point = mul_base(&k);
            let c1 = Self::from_point(point.to_affine());
            point.zeroize();
            let shared = Shared::new(self, &k);
            let (mut c2, zero) = shared.apply(message);
            // That a k is thrown away says nothing of the one that is kept.
            if !zero.declassify() {
                // A6 to A8.
                return Ok(Ciphertext { c1, c3: shared.hash(message), c2: std::mem::take(&mut *c2) });
            }
        }
        Err(Error::RngStuck)
    }
}

impl SecretKey {
    /// Decrypts a message (GB/T 32918.4 §7.1).
    ///
    /// # Errors
    /// [`Error::Decryption`], for every reason.
    pub fn decrypt(&self, ciphertext: &Ciphertext) -> Result<Zeroizing<Vec<u8>>, Error> {
        // B1 was done when the ciphertext was read. B2 to B4.
        let shared = Shared::new(&ciphertext.c1, self.scalar());
        let (message, zero) = shared.apply(&ciphertext.c2);
        // B5 to B7.
        let hash = shared.hash(&message);
        let different = hash.iter().zip(&ciphertext.c3).fold(0, |different, (a, b)| different | (a ^ b));
        // Whether a ciphertext is accepted is the answer; the reason and the message stay secret.
        if Mask::is_zero(different.into()).and(zero.not()).declassify() {
            Ok(message)
        } else {
            Err(Error::Decryption)
        }
    }
}
