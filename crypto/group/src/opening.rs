//! Opening: k of n openers say together who signed, for a warrant, and anybody can check that they said the truth.
//!
//! 1. Opener j computes D_j = z_j·E0 and proves log_P Z_j = log_E0 D_j (Chaum and Pedersen, CRYPTO 1992):
//!    R1 = k·P, R2 = k·E0, c = H(group, digest of signature and statement, warrant, j, D_j, R1, R2), s = k + c·z_j.
//! 2. From k valid parts Q = E1 − Σ λ_j·D_j with Lagrange's coefficients at 0.
//! 3. Q is looked up in the register.
//!
//! Only a [`Verified`] signature can be opened: an opener who decrypted what nobody signed would be an oracle.

use std::collections::BTreeMap;
use std::fmt;

use hufu_pairing::{Backend, Blst, G1, G1_BYTES, G1Affine, SCALAR_BYTES, Scalar, vartime_msm};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::labels::{OPENING, WARRANT};
use crate::openers::OpenerKey;
use crate::register::{Register, Registration};
use crate::transcript::{DIGEST, Transcript, declassify, same};
use crate::wire::{Reader, length_u16};
use crate::{Error, Group, MemberKey, Verified};

/// Why a signature is opened: the digest of a court's order, a vote's record. It is part of every partial opening's
/// proof, so that an opening cannot be passed off as made for another reason.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Warrant([u8; DIGEST]);

impl Warrant {
    /// Of the document itself.
    ///
    /// # Errors
    /// [`Error::Empty`] for a document of no bytes: an opening needs a reason.
    pub fn new(document: &[u8]) -> Result<Self, Error> {
        if document.is_empty() {
            return Err(Error::Empty { what: "a warrant" });
        }
        let mut transcript = Transcript::new(WARRANT);
        transcript.append("document", document);
        Ok(Self(transcript.challenge_bytes("warrant")))
    }

    /// 64 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; DIGEST] {
        &self.0
    }
}

impl fmt::Debug for Warrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Warrant(")?;
        crate::wire::hex(f, &self.0)?;
        f.write_str(")")
    }
}

/// One opener's part of an opening, with the proof that it is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialOpening<B: Backend = Blst> {
    opener: u16,
    point: G1Affine<B>,
    challenge: Scalar<B>,
    response: Scalar<B>,
}

impl<B: Backend> OpenerKey<B> {
    /// Step 1.
    ///
    /// # Errors
    /// [`Error::OtherGroup`] for a signature of another group, or a group of which this is no opener's key.
    ///
    /// # Security
    /// Constant time in the share and the nonce, as far as `hufu-pairing` is.
    pub fn open(
        &self,
        group: &Group<B>,
        signed: &Verified<B>,
        warrant: &Warrant,
        rng: &mut impl CryptoRng,
    ) -> Result<PartialOpening<B>, Error> {
        group.owns(signed.group, "the signature")?;
        let generator = &group.parameters().bases().p;
        let public = group.openers().key(self.opener)?;
        let point = (signed.e0 * self.share).to_affine();
        if !same(&generator.mul(&self.share).to_affine(), public) {
            return Err(Error::OtherGroup { what: "the opener's key" });
        }
        let mut transcript = begin(group, signed, warrant, self.opener, &point);
        let mut entropy = Zeroizing::new([0; 32]);
        rng.fill_bytes(entropy.as_mut());
        let k = Zeroizing::new(transcript.nonces(&[&self.share], &entropy).next::<B>());
        let challenge = challenge(&mut transcript, &[generator.mul(&k), signed.e0 * *k])?;
        Ok(PartialOpening { opener: self.opener, point, challenge, response: *k + challenge * self.share })
    }
}

impl<B: Backend> PartialOpening<B> {
    /// Bytes of a partial opening.
    pub const SIZE: usize = 2 + G1_BYTES + 2 * SCALAR_BYTES;

    /// Who made it.
    #[must_use]
    pub const fn opener(&self) -> u16 {
        self.opener
    }

    /// Checks it against the opener's public key.
    ///
    /// # Errors
    /// [`Error::OtherGroup`], [`Error::UnknownOpener`]; [`Error::FalseOpening`] with the one culprit.
    pub fn verify(&self, group: &Group<B>, signed: &Verified<B>, warrant: &Warrant) -> Result<(), Error> {
        group.owns(signed.group, "the signature")?;
        let public = group.openers().key(self.opener)?;
        let mut transcript = begin(group, signed, warrant, self.opener, &self.point);
        // R1 = s·P − c·Z_j, R2 = s·E0 − c·D_j.
        let mut sum = hufu_pairing::VartimeSum::new();
        group.parameters().bases().p.vartime_add(&self.response, &mut sum);
        let commitments = [
            sum.finish() + vartime_msm(&[(*public, -self.challenge)]),
            vartime_msm(&[(signed.e0, self.response), (self.point, -self.challenge)]),
        ];
        let expected = challenge(&mut transcript, &commitments)?;
        if declassify(expected.ct_eq(&self.challenge)) {
            Ok(())
        } else {
            Err(Error::FalseOpening { culprits: vec![self.opener] })
        }
    }

    /// Reads a partial opening.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Point`], [`Error::Scalar`]; [`Error::Zero`] for a zero challenge.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "a partial opening");
        let opening = Self::read(&mut reader)?;
        reader.end()?;
        Ok(opening)
    }

    /// Opener ‖ D ‖ c ‖ s.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (opener, point) = (self.opener.to_le_bytes(), self.point.to_bytes());
        [opener.as_slice(), &point, &self.challenge.to_bytes(), &self.response.to_bytes()].concat()
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            opener: reader.u16()?,
            point: reader.point("D")?,
            challenge: reader.nonzero("challenge")?,
            response: reader.scalar("s")?,
        })
    }
}

/// k partial openings of one signature for one warrant. It is checked against both: it does not contain them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening<B: Backend = Blst> {
    /// In ascending order of their openers.
    parts: Vec<PartialOpening<B>>,
}

/// What [`Opening::combine`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Combined<B: Backend = Blst> {
    /// The opening, of the first k valid parts.
    pub opening: Opening<B>,
    /// The signer's key.
    pub key: MemberKey<B>,
    /// Openers whose parts were false and left out, ascending.
    pub culprits: Vec<u16>,
}

impl<B: Backend> Opening<B> {
    /// Step 2. More than k parts may be given; false ones are left out, and their makers named.
    ///
    /// # Errors
    /// [`Error::OtherGroup`], [`Error::UnknownOpener`], [`Error::RepeatedOpener`]; [`Error::TooFewOpeners`] for fewer than
    /// k parts; [`Error::FalseOpening`] if fewer than k of them are valid.
    pub fn combine(
        group: &Group<B>,
        signed: &Verified<B>,
        warrant: &Warrant,
        parts: &[PartialOpening<B>],
    ) -> Result<Combined<B>, Error> {
        group.owns(signed.group, "the signature")?;
        let needed = usize::from(group.openers().threshold());
        let mut sorted = BTreeMap::new();
        for part in parts {
            group.openers().key(part.opener)?;
            if sorted.insert(part.opener, part).is_some() {
                return Err(Error::RepeatedOpener { opener: part.opener });
            }
        }
        if sorted.len() < needed {
            return Err(Error::TooFewOpeners { found: sorted.len(), needed });
        }
        let (valid, invalid): (Vec<_>, Vec<_>) =
            sorted.into_values().partition(|part| part.verify(group, signed, warrant).is_ok());
        let culprits: Vec<u16> = invalid.iter().map(|part| part.opener).collect();
        if valid.len() < needed {
            return Err(Error::FalseOpening { culprits });
        }
        let opening = Self { parts: valid.into_iter().take(needed).cloned().collect() };
        let key = opening.key(signed)?;
        Ok(Combined { opening, key, culprits })
    }

    /// Checks the opening as an outsider, and gives the signer's key.
    ///
    /// # Errors
    /// [`Error::OtherGroup`], [`Error::UnknownOpener`]; [`Error::TooFewOpeners`] unless there are k parts;
    /// [`Error::FalseOpening`] with the makers of those that do not hold.
    pub fn verify(
        &self,
        group: &Group<B>,
        signed: &Verified<B>,
        warrant: &Warrant,
    ) -> Result<MemberKey<B>, Error> {
        let combined = Self::combine(group, signed, warrant, &self.parts)?;
        if combined.culprits.is_empty() && combined.opening == *self {
            Ok(combined.key)
        } else {
            Err(Error::FalseOpening { culprits: combined.culprits })
        }
    }

    /// Step 3, after [`Opening::verify`]: one look-up, however many members there are.
    ///
    /// # Errors
    /// Those of [`Opening::verify`]; [`Error::UnknownMember`].
    pub fn identify(
        &self,
        group: &Group<B>,
        signed: &Verified<B>,
        warrant: &Warrant,
        register: &impl Register<B>,
    ) -> Result<Registration<B>, Error> {
        register.find(&self.verify(group, signed, warrant)?).ok_or(Error::UnknownMember)
    }

    /// The parts.
    #[must_use]
    pub fn parts(&self) -> &[PartialOpening<B>] {
        &self.parts
    }

    /// Reads an opening: at most [`MAX_OPENERS`](crate::MAX_OPENERS) parts, in strictly ascending order.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Point`], [`Error::Scalar`], [`Error::Zero`]; [`Error::TooMany`];
    /// [`Error::RepeatedOpener`] for parts that do not ascend.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "an opening");
        let (found, limit) = (reader.u16()?, crate::MAX_OPENERS);
        if found > limit {
            let (found, limit) = (usize::from(found), usize::from(limit));
            return Err(Error::TooMany { what: "partial openings", found, limit });
        }
        let mut parts: Vec<PartialOpening<B>> = Vec::with_capacity(usize::from(found));
        for _ in 0..found {
            let part = PartialOpening::read(&mut reader)?;
            if parts.last().is_some_and(|last| last.opener >= part.opener) {
                return Err(Error::RepeatedOpener { opener: part.opener });
            }
            parts.push(part);
        }
        reader.end()?;
        Ok(Self { parts })
    }

    /// Number of parts ‖ parts.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let count = length_u16(self.parts.len());
        let parts = self.parts.iter().flat_map(PartialOpening::to_bytes);
        count.to_le_bytes().into_iter().chain(parts).collect()
    }

    /// Q = E1 − Σ λ_j·D_j.
    fn key(&self, signed: &Verified<B>) -> Result<MemberKey<B>, Error> {
        let openers: Vec<u16> = self.parts.iter().map(|part| part.opener).collect();
        let terms = self
            .parts
            .iter()
            .map(|part| Ok((part.point, lagrange(part.opener, &openers)?)))
            .collect::<Result<Vec<_>, Error>>()?;
        let points = G1::normalise(&[signed.e1.lift() - vartime_msm(&terms)]);
        match points.as_slice() {
            // Q is published by an opening. The identity is a key that only a false issuer admits.
            [key] if !declassify(key.is_identity()) => Ok(MemberKey(*key)),
            _ => Err(Error::UnknownMember),
        }
    }
}

/// λ_j = Π_(i≠j) i/(i − j).
fn lagrange<B: Backend>(opener: u16, openers: &[u16]) -> Result<Scalar<B>, Error> {
    let number = |value: u16| Scalar::<B>::from(u64::from(value));
    let (mut above, mut below) = (Scalar::one(), Scalar::one());
    for other in openers.iter().filter(|other| **other != opener) {
        above *= number(*other);
        below *= number(*other) - number(opener);
    }
    let inverse: Option<Scalar<B>> = below.invert().into();
    inverse.map(|inverse| above * inverse).ok_or(Error::RepeatedOpener { opener })
}

/// The statement.
fn begin<B: Backend>(
    group: &Group<B>,
    signed: &Verified<B>,
    warrant: &Warrant,
    opener: u16,
    point: &G1Affine<B>,
) -> Transcript {
    let mut transcript = Transcript::new(OPENING);
    transcript.append("group", group.id().as_bytes());
    transcript.append("signature", signed.digest());
    transcript.append("warrant", warrant.as_bytes());
    transcript.append_u64("opener", opener.into());
    transcript.append_point("D", point);
    transcript
}

fn challenge<B: Backend>(transcript: &mut Transcript, commitments: &[G1<B>; 2]) -> Result<Scalar<B>, Error> {
    for (name, point) in ["R1", "R2"].iter().zip(G1::normalise(commitments)) {
        transcript.append_point(name, &point);
    }
    transcript.challenge("c")
}
