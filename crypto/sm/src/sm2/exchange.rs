//! Key exchange with confirmation (GB/T 32918.3 §6).
//!
//! Two parties who know each other's public keys and identifiers agree on a key in three messages:
//!
//! ```text
//! initiator A                                   responder B
//!     Initiator::start   ── R_A ───────────────▶  Responder::respond
//!     Initiator::finish  ◀── Reply: R_B, S_B ──
//!                        ── S_A ───────────────▶  Responder::finish
//! ```
//!
//! Each step consumes the state before it, so that an ephemeral key is used once. The agreed key is given out when the peer's
//! confirmation tag has been checked and not before.
//!
//! ```
//! use hufu_sm::sm2::exchange::{Initiator, Responder};
//! use hufu_sm::sm2::{DistId, SigningKey};
//! # use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
//! # let mut rng = ChaCha20Rng::from_seed([7; 32]);
//!
//! let (alice, bob) = (SigningKey::generate(&mut rng)?, SigningKey::generate(&mut rng)?);
//! let (initiator, r_a) = Initiator::start(&mut rng, &alice, bob.verifying_key(), 16)?;
//! let (responder, reply) = Responder::respond(&mut rng, &bob, alice.verifying_key(), &r_a, 16)?;
//! let (key_a, s_a) = initiator.finish(&reply)?;
//! let key_b = responder.finish(&s_a)?;
//! assert_eq!(key_a, key_b);
//! # Ok::<(), hufu_sm::sm2::Error>(())
//! ```
//!
//! # Security
//! The time of each step depends on public values and on the length of the key asked for. The protocol authenticates both parties
//! and has forward secrecy; it does not hide who they are.

use super::comb::mul_base;
use super::multiply::{mul, vartime_mul};
use super::point::Jacobian;
use super::scalar::{ORDER, Scalar};
use super::secret::random_scalar;
use super::{Error, PublicKey, SecretKey, SigningKey, VerifyingKey};
use crate::sm3::{Sm3, kdf};
use digest::Digest;
use rand_core::TryCryptoRng;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// The longest key that is agreed on. Longer ones are derived from a short one.
pub const MAX_KEY_BYTES: usize = 1 << 16;

/// A confirmation tag, S_A or S_B.
pub type Tag = [u8; 32];

/// The responder's message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The responder's ephemeral public key R_B.
    pub ephemeral: PublicKey,
    /// The responder's confirmation tag S_B.
    pub tag: Tag,
}

/// A party's ephemeral key pair. Moving it moves a pointer, so that no copy of the secret is left behind.
struct Ephemeral {
    secret: Box<Zeroizing<Scalar>>,
    public: PublicKey,
}

impl Ephemeral {
    /// Steps A1 and A2, B1 and B2.
    fn generate<R: TryCryptoRng + ?Sized>(rng: &mut R) -> Result<Self, Error> {
        let secret = Box::new(Zeroizing::new(random_scalar(rng, &ORDER)?));
        let mut point = mul_base(&secret);
        let public = PublicKey::from_point(point.to_affine());
        point.zeroize();
        Ok(Self { secret, public })
    }
}

/// x̄ = 2^w + (x mod 2^w) for the x of a point, with w = 127 (steps A4 and B3).
fn reduced_x(point: &PublicKey) -> Scalar {
    let x = point.point().x.to_integer();
    Scalar::from_integer(&[x[0], x[1] | 1 << 63, 0, 0])
}

/// The shared point's coordinates: \[t\](P + \[x̄\]R) with t = d + x̄·r (steps A4 to A7, B3 to B6; the cofactor is 1).
fn shared_point(
    own: &SecretKey,
    own_ephemeral: &Ephemeral,
    peer: &PublicKey,
    peer_ephemeral: &PublicKey,
) -> Result<Zeroizing<[u8; 64]>, Error> {
    let t = own.scalar().add(&reduced_x(&own_ephemeral.public).mul(&own_ephemeral.secret));
    let t = Zeroizing::new(t);
    // Points of others are public.
    let sum: Jacobian =
        vartime_mul(&reduced_x(peer_ephemeral), peer_ephemeral.point()).vartime_add_mixed(peer.point());
    // A refusal is visible, and a t of zero has the probability of guessing the key.
    if t.is_zero().or(sum.is_infinity()).declassify() {
        return Err(Error::Exchange);
    }
    let mut product = mul(&sum.to_affine(), &t);
    let mut shared = PublicKey::from_point(product.to_affine());
    product.zeroize();
    let coordinates = Zeroizing::new(shared.coordinates());
    shared.zeroize();
    Ok(coordinates)
}

/// What both sides know of the exchange: Z_A, Z_B, R_A, R_B.
struct Transcript<'a> {
    z_a: &'a [u8; 32],
    z_b: &'a [u8; 32],
    r_a: &'a PublicKey,
    r_b: &'a PublicKey,
}

/// What both sides derive.
struct Agreed {
    key: Zeroizing<Vec<u8>>,
    s_b: Zeroizing<Tag>,
    s_a: Box<Zeroizing<Tag>>,
}

impl Agreed {
    /// Steps A8 to A10, B7, B8 and B10.
    fn new(shared: &[u8; 64], transcript: &Transcript<'_>, key_bytes: usize) -> Self {
        let Transcript { z_a, z_b, r_a, r_b } = transcript;
        let mut key = Zeroizing::new(vec![0; key_bytes]);
        kdf(&[shared, *z_a, *z_b], &mut key).expect("a key, because its length is bounded");
        let (x, y) = shared.split_at(32);
        let inner = Sm3::new()
            .chain_update(x)
            .chain_update(z_a)
            .chain_update(z_b)
            .chain_update(r_a.coordinates())
            .chain_update(r_b.coordinates())
            .finalize();
        let tag = |label: u8| {
            let hash = Sm3::new().chain_update([label]).chain_update(y).chain_update(inner).finalize();
            Zeroizing::new(hash.into())
        };
        Self { key, s_b: tag(2), s_a: Box::new(tag(3)) }
    }
}

fn check_length(key_bytes: usize) -> Result<(), Error> {
    if (1..=MAX_KEY_BYTES).contains(&key_bytes) { Ok(()) } else { Err(Error::KeyLength { found: key_bytes }) }
}

/// Compares tags in constant time.
fn check_tag(expected: &Tag, found: &Tag) -> Result<(), Error> {
    let equal = super::ct::Mask::from_bit(expected.ct_eq(found).unwrap_u8().into());
    // Whether the peer is accepted is the answer.
    if equal.declassify() { Ok(()) } else { Err(Error::Confirmation) }
}

/// The party that sends first, waiting for the [`Reply`].
pub struct Initiator {
    own: SecretKey,
    own_z: [u8; 32],
    peer: VerifyingKey,
    ephemeral: Ephemeral,
    key_bytes: usize,
}

impl Initiator {
    /// Starts an exchange with `peer` for a key of `key_bytes` bytes, and gives R_A to be sent (steps A1 to A3).
    ///
    /// # Errors
    /// [`Error::KeyLength`] for zero bytes or more than [`MAX_KEY_BYTES`]; [`Error::Rng`] and [`Error::RngStuck`] if the
    /// generator fails.
    pub fn start<R: TryCryptoRng + ?Sized>(
        rng: &mut R,
        own: &SigningKey,
        peer: &VerifyingKey,
        key_bytes: usize,
    ) -> Result<(Self, PublicKey), Error> {
        check_length(key_bytes)?;
        let ephemeral = Ephemeral::generate(rng)?;
        let public = ephemeral.public;
        let own_z = *own.verifying_key().z();
        Ok((Self { own: own.secret_key().clone(), own_z, peer: peer.clone(), ephemeral, key_bytes }, public))
    }

    fn agree(&self, r_b: &PublicKey) -> Result<Agreed, Error> {
        let shared = shared_point(&self.own, &self.ephemeral, self.peer.public_key(), r_b)?;
        let transcript =
            Transcript { z_a: &self.own_z, z_b: self.peer.z(), r_a: &self.ephemeral.public, r_b };
        Ok(Agreed::new(&shared, &transcript, self.key_bytes))
    }

    /// Checks S_B, and gives the key and S_A to be sent (steps A4 to A10).
    ///
    /// # Errors
    /// [`Error::Confirmation`] if S_B is another one; [`Error::Exchange`] if there is no shared point.
    pub fn finish(self, reply: &Reply) -> Result<(Zeroizing<Vec<u8>>, Tag), Error> {
        let agreed = self.agree(&reply.ephemeral)?;
        check_tag(&agreed.s_b, &reply.tag)?;
        Ok((agreed.key, **agreed.s_a))
    }

    /// The key, for a peer that sends no confirmation tag. Nothing shows that the peer holds its private key and has the same
    /// key until the key is used.
    ///
    /// # Errors
    /// [`Error::Exchange`] if there is no shared point.
    pub fn dangerous_finish_unconfirmed(self, r_b: &PublicKey) -> Result<Zeroizing<Vec<u8>>, Error> {
        Ok(self.agree(r_b)?.key)
    }
}

/// The party that answers, waiting for S_A.
pub struct Responder {
    key: Zeroizing<Vec<u8>>,
    s_a: Box<Zeroizing<Tag>>,
}

impl Responder {
    /// Answers R_A of `peer` for a key of `key_bytes` bytes, and gives R_B and S_B to be sent (steps B1 to B9).
    ///
    /// # Errors
    /// [`Error::KeyLength`] for zero bytes or more than [`MAX_KEY_BYTES`]; [`Error::Exchange`] if there is no shared point;
    /// [`Error::Rng`] and [`Error::RngStuck`] if the generator fails.
    pub fn respond<R: TryCryptoRng + ?Sized>(
        rng: &mut R,
        own: &SigningKey,
        peer: &VerifyingKey,
        r_a: &PublicKey,
        key_bytes: usize,
    ) -> Result<(Self, Reply), Error> {
        check_length(key_bytes)?;
        let ephemeral = Ephemeral::generate(rng)?;
        let shared = shared_point(own.secret_key(), &ephemeral, peer.public_key(), r_a)?;
        let transcript =
            Transcript { z_a: peer.z(), z_b: own.verifying_key().z(), r_a, r_b: &ephemeral.public };
        let Agreed { key, s_b, s_a } = Agreed::new(&shared, &transcript, key_bytes);
        Ok((Self { key, s_a }, Reply { ephemeral: ephemeral.public, tag: *s_b }))
    }

    /// Checks S_A and gives the key (step B10).
    ///
    /// # Errors
    /// [`Error::Confirmation`] if S_A is another one.
    pub fn finish(self, s_a: &Tag) -> Result<Zeroizing<Vec<u8>>, Error> {
        check_tag(&self.s_a, s_a)?;
        Ok(self.key)
    }

    /// The key, for a peer that sends no confirmation tag; see [`Initiator::dangerous_finish_unconfirmed`].
    #[must_use]
    pub fn dangerous_finish_unconfirmed(self) -> Zeroizing<Vec<u8>> {
        self.key
    }
}

macro_rules! redacted {
    ($($state:ident),*) => {$(
        impl core::fmt::Debug for $state {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_struct(stringify!($state)).finish_non_exhaustive()
            }
        }
    )*};
}

redacted!(Initiator, Responder);
