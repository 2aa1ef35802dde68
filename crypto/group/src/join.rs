//! Joining, the member's side before it is one: the secret u, the key Q = u·K, and the proof that u is known.
//!
//! 1. The issuer gives a nonce that it has not given before.
//! 2. The member draws u and sends Q with a Schnorr proof over group, account and nonce: R = k·K,
//!    c = H(…, Q, R), s = k + c·u.
//! 3. The issuer answers with a [`Credential`](crate::Credential) on G + Q, and never sees u.
//!
//! The blind commitment of other schemes and the registered key are one point here: the issuer signs Q itself. One
//! message each way and nothing kept in between, so any number of joins may run at the same time.

use std::fmt;

use hufu_pairing::{Backend, Blst, G1_BYTES, G1Affine, SCALAR_BYTES, Scalar, VartimeSum, vartime_msm};
use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use crate::group::MAX_ACCOUNT;
use crate::labels::JOIN;
use crate::transcript::{Transcript, declassify};
use crate::wire::{Reader, check_name};
use crate::{Error, Group, MemberKey};

/// Bytes of the issuer's nonce.
pub const NONCE_BYTES: usize = 32;

/// For whom the issuer is ready to admit a key: the account that registers it, and a nonce of the issuer's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    account: Vec<u8>,
    nonce: [u8; NONCE_BYTES],
}

impl Invitation {
    /// `account` is a DID; the nonce is the issuer's to draw, and not to give twice.
    ///
    /// # Errors
    /// [`Error::Empty`] or [`Error::TooLong`] for an account outside 1 ..= [`MAX_ACCOUNT`] bytes.
    pub fn new(account: &[u8], nonce: [u8; NONCE_BYTES]) -> Result<Self, Error> {
        check_name(account, "an account", MAX_ACCOUNT)?;
        Ok(Self { account: account.to_vec(), nonce })
    }

    /// Who is invited.
    #[must_use]
    pub fn account(&self) -> &[u8] {
        &self.account
    }
}

/// A member's secret u. Erased when dropped, never printed.
///
/// # Security
/// One secret for one group: tags of two groups differ, but the key Q = u·K, which registers have and openings show, is the
/// same wherever the secret is used.
pub struct MemberSecret<B: Backend = Blst>(Scalar<B>);

impl<B: Backend> MemberSecret<B> {
    /// A fresh secret.
    ///
    /// # Errors
    /// [`Error::Zero`] with probability 2⁻²⁵⁵.
    pub fn generate(rng: &mut impl CryptoRng) -> Result<Self, Error> {
        Self::of(Scalar::random(rng))
    }

    /// Reads 32 big-endian bytes.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Scalar`] or [`Error::Zero`] for what is outside 1..r.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() != SCALAR_BYTES {
            return Err(Error::Length { what: "a member secret", found: bytes.len() });
        }
        Self::of(Reader::new(bytes, "a member secret").scalar("u")?)
    }

    /// 32 big-endian bytes, to be kept in a keystore. Erased when dropped.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; SCALAR_BYTES]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// Q = u·K.
    #[must_use]
    pub fn key(&self, group: &Group<B>) -> MemberKey<B> {
        MemberKey(group.parameters().bases().k.mul(&self.0).to_affine())
    }

    /// Asks to be admitted.
    ///
    /// # Errors
    /// [`Error::Zero`] with probability 2⁻²⁵⁵.
    ///
    /// # Security
    /// Constant time in the secret and the nonces, as far as `hufu-pairing` is.
    pub fn request(
        &self,
        group: &Group<B>,
        invitation: &Invitation,
        rng: &mut impl CryptoRng,
    ) -> Result<JoinRequest<B>, Error> {
        let key = self.key(group);
        let mut transcript = begin(group, invitation, &key);
        let mut entropy = Zeroizing::new([0; 32]);
        rng.fill_bytes(entropy.as_mut());
        let k = Zeroizing::new(transcript.nonces(&[&self.0], &entropy).next::<B>());
        let commitment = group.parameters().bases().k.mul(&k).to_affine();
        transcript.append_point("R", &commitment);
        let challenge = transcript.challenge::<B>("c")?;
        Ok(JoinRequest { key, commitment, response: *k + challenge * self.0 })
    }

    pub(crate) const fn scalar(&self) -> &Scalar<B> {
        &self.0
    }

    fn of(scalar: Scalar<B>) -> Result<Self, Error> {
        // Whether a drawn or stored secret is zero is no secret.
        if declassify(scalar.is_zero()) { Err(Error::Zero { what: "u" }) } else { Ok(Self(scalar)) }
    }
}

impl<B: Backend> Drop for MemberSecret<B> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<B: Backend> fmt::Debug for MemberSecret<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemberSecret(…)")
    }
}

/// Q with the proof that its secret is known, bound to group, account and nonce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinRequest<B: Backend = Blst> {
    key: MemberKey<B>,
    commitment: G1Affine<B>,
    response: Scalar<B>,
}

impl<B: Backend> JoinRequest<B> {
    /// Bytes of a request.
    pub const SIZE: usize = 2 * G1_BYTES + SCALAR_BYTES;

    /// The key that asks to be admitted.
    #[must_use]
    pub const fn key(&self) -> MemberKey<B> {
        self.key
    }

    /// Checks the proof: s·K = R + c·Q. [`Issuer::admit`](crate::Issuer::admit) does it too.
    ///
    /// # Errors
    /// [`Error::JoinProof`].
    pub fn verify(&self, group: &Group<B>, invitation: &Invitation) -> Result<(), Error> {
        let mut transcript = begin(group, invitation, &self.key);
        transcript.append_point("R", &self.commitment);
        let challenge = transcript.challenge::<B>("c")?;
        let mut sum = VartimeSum::new();
        group.parameters().bases().k.vartime_add(&self.response, &mut sum);
        let expected = sum.finish() - vartime_msm(&[(self.key.0, challenge)]);
        if expected.to_affine() == self.commitment { Ok(()) } else { Err(Error::JoinProof) }
    }

    /// Reads a request.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Point`], [`Error::Scalar`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "a join request");
        let (key, commitment) = (MemberKey(reader.point("Q")?), reader.point("R")?);
        let response = reader.scalar("s")?;
        reader.end()?;
        Ok(Self { key, commitment, response })
    }

    /// Q ‖ R ‖ s.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.key.to_bytes().as_slice(), &self.commitment.to_bytes(), &self.response.to_bytes()].concat()
    }
}

/// The transcript up to the commitment.
fn begin<B: Backend>(group: &Group<B>, invitation: &Invitation, key: &MemberKey<B>) -> Transcript {
    let mut transcript = Transcript::new(JOIN);
    transcript.append("group", group.id().as_bytes());
    transcript.append("account", &invitation.account);
    transcript.append("nonce", &invitation.nonce);
    transcript.append_point("Q", &key.0);
    transcript
}
