//! k of n: shares of k distinct members over one message.
//!
//! A share is a ring signature whose transcript also binds the threshold, so that a signature that stands alone is no
//! share, and a share for one threshold none for another. k shares with k different tags come from k different keys,
//! because a key has one tag in a scope. The signature is its shares, sorted by tag.
//!
//! What it reveals: the threshold, and k tags. Two threshold signatures in one scope show how many members signed
//! both, though not who; whoever sees single shares can tell which went in. Use a scope per message where that is
//! too much. Who collects the shares learns no more than who reads the result.

use rand_core::CryptoRng;

use crate::batch::{Claim, verify_batch};
use crate::group::Reader;
use crate::{Error, Ring, Scope, Signature, SigningKey, Tag};

/// Highest threshold: shares are kept and sent one by one, up to 150 KB together at this bound.
pub const MAX_THRESHOLD: usize = 128;

/// First byte of an encoding, beside the forms of [`Signature`].
const SHARE: u8 = 3;
const THRESHOLD: u8 = 4;

/// One member's part in a threshold signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    threshold: u16,
    signature: Signature,
}

/// "k members of this ring signed this message."
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThresholdSignature {
    /// In ascending order of their tags, as many as the threshold says.
    signatures: Vec<Signature>,
}

impl SigningKey {
    /// Makes this member's share of a signature by `threshold` members.
    ///
    /// # Errors
    ///
    /// [`Error::Threshold`] unless 2 ≤ threshold ≤ members and [`MAX_THRESHOLD`]; [`Error::NotAMember`].
    ///
    /// # Security
    ///
    /// As for [`SigningKey::sign`].
    pub fn sign_share(
        &self,
        ring: &Ring,
        scope: &Scope,
        threshold: usize,
        message: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Share, Error> {
        let threshold = checked(threshold, ring)?;
        Ok(Share { threshold, signature: Signature::make(self, ring, scope, threshold, message, rng)? })
    }
}

impl Share {
    /// The tag of the member who made it.
    #[must_use]
    pub const fn tag(&self) -> Tag {
        self.signature.tag()
    }

    /// The threshold it was made for.
    #[must_use]
    pub fn threshold(&self) -> usize {
        self.threshold.into()
    }

    /// Checks this share alone, as its collector does.
    ///
    /// # Errors
    ///
    /// [`Error::Threshold`], [`Error::Verification`], [`Error::OtherSize`].
    pub fn verify(&self, ring: &Ring, scope: &Scope, message: &[u8]) -> Result<Tag, Error> {
        let threshold = checked(self.threshold.into(), ring)?;
        self.signature.check(ring, scope, threshold, message)?;
        Ok(self.tag())
    }

    /// Reads a share.
    ///
    /// # Errors
    ///
    /// [`Error::Encoding`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "ring signature share");
        let (threshold, rest) = read_head(&mut reader, SHARE)?;
        Ok(Self { threshold, signature: Signature::from_bytes(rest)? })
    }

    /// The one encoding: 3, the threshold in two bytes little-endian, the signature.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![SHARE];
        out.extend_from_slice(&self.threshold.to_le_bytes());
        out.extend_from_slice(&self.signature.to_bytes());
        out
    }
}

impl ThresholdSignature {
    /// Puts shares together, in any order, exactly as many as their threshold.
    ///
    /// They are not verified here: check each with [`Share::verify`] when it comes in, or the result.
    ///
    /// # Errors
    ///
    /// [`Error::Shares`], [`Error::OtherThreshold`], [`Error::MixedShares`], [`Error::RepeatedTag`].
    pub fn combine(shares: Vec<Share>) -> Result<Self, Error> {
        let Some(threshold) = shares.first().map(Share::threshold) else {
            return Err(Error::Shares { found: 0, threshold: 2 });
        };
        if let Some(other) = shares.iter().find(|share| share.threshold() != threshold) {
            return Err(Error::OtherThreshold { found: other.threshold(), threshold });
        }
        if shares.len() != threshold {
            return Err(Error::Shares { found: shares.len(), threshold });
        }
        let mut signatures: Vec<_> = shares.into_iter().map(|share| share.signature).collect();
        if signatures.windows(2).any(|pair| pair[0].shape() != pair[1].shape()) {
            return Err(Error::MixedShares);
        }
        signatures.sort_by_key(Signature::tag);
        if signatures.is_sorted_by(|a, b| a.tag() < b.tag()) {
            Ok(Self { signatures })
        } else {
            Err(Error::RepeatedTag)
        }
    }

    /// How many members signed.
    #[must_use]
    pub fn threshold(&self) -> usize {
        self.signatures.len()
    }

    /// Checks that `threshold` distinct members of this ring signed this message in this scope; returns their tags
    /// in ascending order.
    ///
    /// # Errors
    ///
    /// [`Error::OtherThreshold`] if it was made for another one, higher or lower; [`Error::Threshold`];
    /// [`Error::Verification`].
    pub fn verify(
        &self,
        ring: &Ring,
        scope: &Scope,
        threshold: usize,
        message: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<Tag>, Error> {
        if self.threshold() != threshold {
            return Err(Error::OtherThreshold { found: self.threshold(), threshold });
        }
        let bound = checked(threshold, ring)?;
        let claims: Vec<_> = self
            .signatures
            .iter()
            .map(|signature| Claim::new(ring, scope, message, signature).of_share(bound))
            .collect();
        verify_batch(&claims, rng).map_err(|_| Error::Verification)
    }

    /// Reads a threshold signature.
    ///
    /// # Errors
    ///
    /// [`Error::Encoding`]: also when the shares are not in strictly ascending order of their tags.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "threshold ring signature");
        let (threshold, rest) = read_head(&mut reader, THRESHOLD)?;
        let count = usize::from(threshold);
        if !rest.len().is_multiple_of(count) {
            return Err(reader.error("no multiple of its threshold in length"));
        }
        let each = rest.len() / count;
        if each == 0 {
            return Err(reader.error("truncated"));
        }
        let signatures = rest.chunks_exact(each).map(Signature::from_bytes).collect::<Result<Vec<_>, _>>()?;
        if !signatures.is_sorted_by(|a, b| a.tag() < b.tag()) {
            return Err(reader.error("its tags are not in ascending order"));
        }
        Ok(Self { signatures })
    }

    /// The one encoding: 4, the threshold in two bytes little-endian, the signatures in ascending order of their
    /// tags, all of one length.
    #[must_use]
    #[allow(clippy::missing_panics_doc, reason = "a threshold is bounded where it comes in")]
    pub fn to_bytes(&self) -> Vec<u8> {
        let threshold = u16::try_from(self.threshold()).expect("fits because it is at most MAX_THRESHOLD");
        let mut out = vec![THRESHOLD];
        out.extend_from_slice(&threshold.to_le_bytes());
        for signature in &self.signatures {
            out.extend_from_slice(&signature.to_bytes());
        }
        out
    }
}

/// A threshold that the ring can have.
fn checked(threshold: usize, ring: &Ring) -> Result<u16, Error> {
    let members = ring.members().len();
    let limit = members.min(MAX_THRESHOLD);
    match u16::try_from(threshold) {
        Ok(bound) if (2..=limit).contains(&threshold) => Ok(bound),
        _ => Err(Error::Threshold { threshold, members, limit }),
    }
}

/// Reads the kind and the threshold; returns the rest.
fn read_head<'b>(reader: &mut Reader<'b>, kind: u8) -> Result<(u16, &'b [u8]), Error> {
    if reader.byte()? != kind {
        return Err(reader.error("unknown form"));
    }
    let threshold = u16::from_le_bytes(reader.array()?);
    if !(2..=MAX_THRESHOLD).contains(&usize::from(threshold)) {
        return Err(reader.error("its threshold is out of range"));
    }
    Ok((threshold, reader.bytes(reader.remaining())?))
}
