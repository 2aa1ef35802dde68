//! A ring signature of either form, and what it says.

use std::fmt;

use rand_core::CryptoRng;

use crate::group::{Element, Reader, SIZE};
use crate::labels::SIGNATURE;
use crate::lsag::{self, MAX_SMALL};
use crate::many;
use crate::transcript::{Nonces, Transcript};
use crate::{Error, Ring, Scope, SigningKey, Tag};

/// First byte of an encoding: the form.
const SMALL: u8 = 1;
const LOGARITHMIC: u8 = 2;

/// In the transcript of a signature that stands alone, where a share has its threshold.
pub(crate) const ALONE: u16 = 0;

/// "One of this ring signed this message", and a tag that shows if he does so again in the scope.
///
/// Small rings have a form of their own; size and form follow from the ring's size alone:
///
/// | members | bytes |
/// |---|---|
/// | 2 to 8 | 65 + 32·members |
/// | 9 to 16 | 417 |
/// | 17 to 64 | 545 |
/// | 65 to 256 | 673 |
/// | 257 to 1,024 | 801 |
/// | 1,025 to 4,096 | 929 |
/// | 4,097 to 16,384 | 1,057 |
/// | 16,385 to 65,536 | 1,185 |
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    tag: Tag,
    proof: Proof,
}

/// The two forms.
#[derive(Clone, PartialEq, Eq)]
enum Proof {
    Small(lsag::Proof),
    Logarithmic(Box<many::Proof>),
}

impl SigningKey {
    /// Signs a message as one of the ring.
    ///
    /// The nonces depend on `rng`, the key and everything signed: a broken `rng` costs anonymity at worst where two
    /// signatures are the same, not the key.
    ///
    /// # Errors
    ///
    /// [`Error::NotAMember`].
    ///
    /// # Security
    ///
    /// Constant time in the key and its position in the ring.
    pub fn sign(
        &self,
        ring: &Ring,
        scope: &Scope,
        message: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Signature, Error> {
        Signature::make(self, ring, scope, ALONE, message, rng)
    }
}

impl Signature {
    /// The tag it carries. Only [`Signature::verify`] makes it mean anything.
    #[must_use]
    pub const fn tag(&self) -> Tag {
        self.tag
    }

    /// Checks that a member of this ring signed this message in this scope.
    ///
    /// Give the tag to a set of tags of the scope: if it is there already, that member has signed before.
    ///
    /// # Errors
    ///
    /// [`Error::Verification`]; [`Error::OtherSize`] when the ring has a size for which the signature cannot be.
    pub fn verify(&self, ring: &Ring, scope: &Scope, message: &[u8]) -> Result<Tag, Error> {
        self.check(ring, scope, ALONE, message)?;
        Ok(self.tag)
    }

    /// Reads a signature of either form.
    ///
    /// # Errors
    ///
    /// [`Error::Encoding`] for an unknown form, a wrong length, a non-canonical element, the identity, a scalar that
    /// is not reduced or a zero challenge.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "ring signature");
        let form = reader.byte()?;
        if form != SMALL && form != LOGARITHMIC {
            return Err(reader.error("unknown form"));
        }
        let tag = Tag::new(reader.element()?);
        let proof = match form {
            SMALL => Proof::Small(lsag::Proof::read(&mut reader)?),
            _ => Proof::Logarithmic(Box::new(many::Proof::read(&mut reader)?)),
        };
        reader.finish()?;
        Ok(Self { tag, proof })
    }

    /// The one encoding: the form's byte, the tag, then elements and scalars of 32 bytes each.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (form, parts) = self.shape();
        let mut out = Vec::with_capacity(1 + SIZE * parts);
        out.push(form);
        out.extend_from_slice(&self.tag.to_bytes());
        match &self.proof {
            Proof::Small(proof) => proof.write(&mut out),
            Proof::Logarithmic(proof) => proof.write(&mut out),
        }
        out
    }

    /// Form and number of 32-byte parts.
    pub(crate) fn shape(&self) -> (u8, usize) {
        match &self.proof {
            Proof::Small(proof) => (SMALL, 2 + proof.members()),
            Proof::Logarithmic(proof) => (LOGARITHMIC, 5 + 4 * proof.digits()),
        }
    }

    pub(crate) fn make(
        key: &SigningKey,
        ring: &Ring,
        scope: &Scope,
        threshold: u16,
        message: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Self, Error> {
        let index = ring.position(&key.verifying_key())?;
        let tag = key.tag(scope);
        let mut entropy = [0; 32];
        rng.fill_bytes(&mut entropy);
        let proof = if ring.size() <= MAX_SMALL {
            let transcript = begin(SMALL, ring, scope, threshold, message, &tag);
            Proof::Small(lsag::prove(&transcript, ring, scope, key, index, &entropy)?)
        } else {
            let transcript = begin(LOGARITHMIC, ring, scope, threshold, message, &tag);
            Proof::Logarithmic(Box::new(many::prove(transcript, ring, scope, key, index, &entropy)?))
        };
        Ok(Self { tag, proof })
    }

    pub(crate) fn check(
        &self,
        ring: &Ring,
        scope: &Scope,
        threshold: u16,
        message: &[u8],
    ) -> Result<(), Error> {
        let Some(opened) = self.open(ring, scope, threshold, message)? else { return Ok(()) };
        // One weight is enough for two equations; it comes from the responses too, so it cannot be aimed at.
        let mut equations = many::Equations::default();
        equations.add(&opened, Nonces::from_seed(opened.seed).next(), curve25519_dalek::Scalar::ONE);
        if equations.hold() { Ok(()) } else { Err(Error::Verification) }
    }

    /// Checks a signature of the small form at once; prepares one of the logarithmic form for its equations.
    pub(crate) fn open<'s>(
        &'s self,
        ring: &'s Ring,
        scope: &'s Scope,
        threshold: u16,
        message: &[u8],
    ) -> Result<Option<many::Opened<'s>>, Error> {
        let tag: &Element = self.tag.element();
        match &self.proof {
            Proof::Small(proof) => {
                let transcript = begin(SMALL, ring, scope, threshold, message, &self.tag);
                lsag::verify(&transcript, ring, scope, tag, proof).map(|()| None)
            }
            Proof::Logarithmic(proof) if ring.size() <= MAX_SMALL => {
                // One form for each size: no statement has signatures of two.
                let (from, to) = many::members(proof.digits());
                Err(Error::OtherSize { from, to, members: ring.size() })
            }
            Proof::Logarithmic(proof) => {
                let transcript = begin(LOGARITHMIC, ring, scope, threshold, message, &self.tag);
                many::Opened::new(transcript, ring, scope, tag, proof).map(Some)
            }
        }
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (form, parts) = self.shape();
        f.debug_struct("Signature")
            .field("form", &if form == SMALL { "small" } else { "logarithmic" })
            .field("tag", &self.tag)
            .field("bytes", &(1 + SIZE * parts))
            .finish()
    }
}

/// The statement: everything that a signature speaks of.
fn begin(form: u8, ring: &Ring, scope: &Scope, threshold: u16, message: &[u8], tag: &Tag) -> Transcript {
    let mut transcript = Transcript::new(SIGNATURE);
    transcript.append("form", &[form]);
    transcript.append("threshold", &threshold.to_le_bytes());
    transcript.append("scope", scope.as_bytes());
    transcript.append("ring", ring.id().as_bytes());
    transcript.append("message", message);
    transcript.append("J", &tag.to_bytes());
    transcript
}
