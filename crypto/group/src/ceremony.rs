//! The openers make their key together: nobody deals it, and fewer than k of them never know it.
//!
//! Pedersen's distributed key generation (EUROCRYPT 1991) over Feldman's commitments, with proofs of possession as in
//! Komlo and Goldberg's FROST (SAC 2020, figure 1):
//!
//! 1. Opener i draws f_i of degree k − 1 and broadcasts a [`Dealing`]: F_(i,m) = a_(i,m)·P and a proof that a_(i,0) is
//!    known. A dealing whose proof fails is left out by everybody.
//! 2. i sends f_i(j) to each j in secret ([`Dealer::share`]). j checks f_i(j)·P = Σ jᵐ·F_(i,m).
//! 3. Whoever got a false share, or none, complains in public. i answers by publishing that share; everybody checks it
//!    ([`SecretShare::verify`]). If it is false or does not come, i's dealing is left out; if it is right, j uses it.
//! 4. z_j = Σ_i f_i(j), and Z_j, Z from the sum of the commitments, over the dealings that are left.
//!
//! The broadcast, secret channels and the time limit for answers are the caller's.
//!
//! # Why only f_i(0) is proven
//! Without the proof, whoever deals last could make F_0 his own. The other coefficients need none: a dealing with a commitment that
//! was made from others', so that a sum vanishes, has a polynomial that its dealer does not know. f_i(0), which he has proven to
//! know, and k − 1 shares that honest openers have verified would give it to him by interpolation; so at least one of them gets no
//! true share, complains, and the dealing is left out by name. Until then `openers` may answer with a degenerate value. With fewer
//! than k − 1 honest openers such a dealing may stay unnamed; but so few cannot open either, and those who stall the
//! ceremony could as well refuse every opening. With proofs for all coefficients `check` alone would name him, for a form of dealing
//! that is nobody else's.
//!
//! # What is not promised
//! Whoever deals last can choose among dealings and so bias some bits of Z (Gennaro, Jarecki, Krawczyk, Rabin,
//! EUROCRYPT 1999). For ElGamal that costs at most as many bits of security as the number of tries is worth: he learns
//! nothing about z, for the honest part of the sum stays uniform. Openers who want none of it publish hashes of their
//! dealings first.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hufu_pairing::{Backend, Blst, G1, G1Affine, SCALAR_BYTES, Scalar, vartime_msm};
use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use crate::Error;
use crate::labels::DEALING;
use crate::openers::{OpenerKey, Openers, check_threshold, evaluate, read_commitments};
use crate::transcript::{Transcript, declassify, same};
use crate::wire::{Reader, check_name};

/// Longest context of a ceremony in bytes.
pub const MAX_CONTEXT: usize = 1024;

/// What the openers agree on before: how many, how many are needed, and what for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    context: Vec<u8>,
    threshold: u16,
    openers: u16,
}

impl Ceremony {
    /// `context` names this ceremony and no other: a group's name and a number.
    ///
    /// # Errors
    /// [`Error::Empty`] or [`Error::TooLong`] for a context outside 1 ..= [`MAX_CONTEXT`] bytes; [`Error::Threshold`]
    /// unless 1 ≤ threshold ≤ openers ≤ [`MAX_OPENERS`](crate::MAX_OPENERS).
    pub fn new(context: &[u8], threshold: u16, openers: u16) -> Result<Self, Error> {
        check_name(context, "a ceremony's context", MAX_CONTEXT)?;
        check_threshold(threshold, openers)?;
        Ok(Self { context: context.to_vec(), threshold, openers })
    }

    /// Step 1, for one opener.
    ///
    /// # Errors
    /// [`Error::UnknownOpener`]; [`Error::Degenerate`] with probability 2⁻²⁵⁰.
    ///
    /// # Security
    /// Constant time in what is drawn, as far as `hufu-pairing` is.
    pub fn deal<B: Backend>(
        &self,
        opener: u16,
        rng: &mut impl CryptoRng,
    ) -> Result<(Dealer<B>, Dealing<B>), Error> {
        self.knows(opener)?;
        let coefficients: Vec<Scalar<B>> = (0..self.threshold).map(|_| Scalar::random(rng)).collect();
        let dealer = Dealer { opener, openers: self.openers, coefficients };
        let generator = G1Affine::generator();
        let commitments: Vec<_> = dealer.coefficients.iter().map(|scalar| generator * *scalar).collect();
        let commitments = G1::normalise(&commitments);
        if commitments.iter().any(|point| declassify(point.is_identity())) {
            return Err(Error::Degenerate("a coefficient"));
        }
        let secret = dealer.coefficients.first().copied().map(Zeroizing::new);
        let secret = secret.ok_or(Error::Degenerate("a coefficient"))?;
        let mut transcript = self.begin(opener, &commitments);
        let mut entropy = Zeroizing::new([0; 32]);
        rng.fill_bytes(entropy.as_mut());
        let k = Zeroizing::new(transcript.nonces(&[&*secret], &entropy).next::<B>());
        let commitment = (generator * *k).to_affine();
        transcript.append_point("R", &commitment);
        let challenge = transcript.challenge::<B>("c")?;
        let response = *k + challenge * *secret;
        Ok((dealer, Dealing { opener, commitments, commitment, response }))
    }

    /// The check of step 1.
    ///
    /// # Errors
    /// [`Error::UnknownOpener`], [`Error::FalseDealing`].
    pub fn check<B: Backend>(&self, dealing: &Dealing<B>) -> Result<(), Error> {
        self.knows(dealing.opener)?;
        let fault = Error::FalseDealing { dealer: dealing.opener };
        let Some(public) = dealing.commitments.first() else { return Err(fault) };
        if dealing.commitments.len() != usize::from(self.threshold) {
            return Err(fault);
        }
        let mut transcript = self.begin(dealing.opener, &dealing.commitments);
        transcript.append_point("R", &dealing.commitment);
        let challenge = transcript.challenge::<B>("c")?;
        let expected = vartime_msm(&[(G1Affine::generator(), dealing.response), (*public, -challenge)]);
        if expected.to_affine() == dealing.commitment { Ok(()) } else { Err(fault) }
    }

    /// Step 4, for everybody: the openers' public keys from the dealings that are left.
    ///
    /// # Errors
    /// [`Error::FalseDealing`], [`Error::RepeatedOpener`], [`Error::UnknownOpener`]; [`Error::TooFewOpeners`] for fewer
    /// dealings than the threshold: then those who dealt could open alone.
    ///
    /// [`Error::Degenerate`] if the dealings cancel, in a coefficient or in an opener's key. Beside one honest dealing that does not
    /// happen by chance, and the same dealings cancel again: one of them was made from the others', and whoever made it can
    /// give no shares of it. Settle the complaints first: steps 2 and 3 name the dealer ([`Error::MissingShare`],
    /// [`Error::FalseShare`]), and the dealings that are left do not cancel.
    pub fn openers<B: Backend>(&self, dealings: &[Dealing<B>]) -> Result<Openers<B>, Error> {
        self.accept(dealings)?;
        self.sum(dealings)
    }

    /// Step 4, for one opener: its key, from the shares that the dealings left sent to it, its own among them. The shares are
    /// verified before anything is summed, so that a dealer who has none to give is named.
    ///
    /// # Errors
    /// Those of [`Ceremony::openers`]; before its [`Error::Degenerate`], [`Error::MissingShare`], [`Error::FalseShare`], and
    /// [`Error::RepeatedOpener`] for two shares of one dealer. Shares of dealings that are left out are ignored.
    pub fn key<B: Backend>(
        &self,
        opener: u16,
        dealings: &[Dealing<B>],
        shares: &[SecretShare<B>],
    ) -> Result<OpenerKey<B>, Error> {
        self.accept(dealings)?;
        self.knows(opener)?;
        let mut of_dealer = BTreeMap::new();
        for share in shares.iter().filter(|share| share.opener == opener) {
            if of_dealer.insert(share.dealer, share).is_some() {
                return Err(Error::RepeatedOpener { opener: share.dealer });
            }
        }
        let mut sum = Zeroizing::new(Scalar::zero());
        for dealing in dealings {
            let dealer = dealing.opener;
            let share = of_dealer.get(&dealer).ok_or(Error::MissingShare { dealer })?;
            share.verify(dealing)?;
            *sum += share.value;
        }
        OpenerKey::of(&self.sum(dealings)?, opener, *sum)
    }

    /// One dealing of each, all of them proven, and enough.
    fn accept<B: Backend>(&self, dealings: &[Dealing<B>]) -> Result<(), Error> {
        let mut seen = BTreeSet::new();
        for dealing in dealings {
            self.check(dealing)?;
            if !seen.insert(dealing.opener) {
                return Err(Error::RepeatedOpener { opener: dealing.opener });
            }
        }
        let needed = usize::from(self.threshold);
        if seen.len() < needed { Err(Error::TooFewOpeners { found: seen.len(), needed }) } else { Ok(()) }
    }

    /// F_m = Σ F_(i,m).
    fn sum<B: Backend>(&self, dealings: &[Dealing<B>]) -> Result<Openers<B>, Error> {
        let sums: Vec<_> = (0..usize::from(self.threshold))
            .map(|place| {
                dealings.iter().filter_map(|one| one.commitments.get(place)).map(G1Affine::lift).sum()
            })
            .collect();
        Openers::new(self.openers, G1::normalise(&sums))
    }

    fn knows(&self, opener: u16) -> Result<(), Error> {
        if (1..=self.openers).contains(&opener) {
            Ok(())
        } else {
            Err(Error::UnknownOpener { opener, openers: self.openers })
        }
    }

    fn begin<B: Backend>(&self, opener: u16, commitments: &[G1Affine<B>]) -> Transcript {
        let mut transcript = Transcript::new(DEALING);
        transcript.append("context", &self.context);
        transcript.append_u64("threshold", self.threshold.into());
        transcript.append_u64("openers", self.openers.into());
        transcript.append_u64("dealer", opener.into());
        transcript.append("F", &commitments.iter().flat_map(G1Affine::to_bytes).collect::<Vec<_>>());
        transcript
    }
}

/// An opener's polynomial, kept until every share is sent and every complaint answered. Erased when dropped.
pub struct Dealer<B: Backend = Blst> {
    opener: u16,
    openers: u16,
    coefficients: Vec<Scalar<B>>,
}

impl<B: Backend> Dealer<B> {
    /// Step 2: the share for one opener, to be sent in secret; or published, if that opener complains.
    ///
    /// # Errors
    /// [`Error::UnknownOpener`].
    pub fn share(&self, opener: u16) -> Result<SecretShare<B>, Error> {
        if !(1..=self.openers).contains(&opener) {
            return Err(Error::UnknownOpener { opener, openers: self.openers });
        }
        let at = Scalar::from(u64::from(opener));
        let value = self.coefficients.iter().rev().fold(Scalar::zero(), |sum, next| sum * at + *next);
        Ok(SecretShare { dealer: self.opener, opener, value })
    }
}

impl<B: Backend> Drop for Dealer<B> {
    fn drop(&mut self) {
        self.coefficients.zeroize();
    }
}

impl<B: Backend> fmt::Debug for Dealer<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dealer").field("opener", &self.opener).finish_non_exhaustive()
    }
}

/// f_i(j), for opener j only. Erased when dropped.
pub struct SecretShare<B: Backend = Blst> {
    dealer: u16,
    opener: u16,
    value: Scalar<B>,
}

impl<B: Backend> SecretShare<B> {
    /// Bytes of a share.
    pub const SIZE: usize = 4 + SCALAR_BYTES;

    /// Who dealt it.
    #[must_use]
    pub const fn dealer(&self) -> u16 {
        self.dealer
    }

    /// Whom it is for.
    #[must_use]
    pub const fn opener(&self) -> u16 {
        self.opener
    }

    /// The check of steps 2 and 3, by the receiver or, of a published share, by anybody.
    ///
    /// # Errors
    /// [`Error::FalseShare`]; [`Error::FalseDealing`] for the dealing of another.
    pub fn verify(&self, dealing: &Dealing<B>) -> Result<(), Error> {
        if dealing.opener != self.dealer {
            return Err(Error::FalseDealing { dealer: dealing.opener });
        }
        let expected = evaluate(&dealing.commitments, self.opener).to_affine();
        let found = (G1Affine::generator() * self.value).to_affine();
        // A false share is complained of in public.
        if same(&found, &expected) { Ok(()) } else { Err(Error::FalseShare { dealer: self.dealer }) }
    }

    /// Reads a share.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Scalar`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "a share");
        let share = Self { dealer: reader.u16()?, opener: reader.u16()?, value: reader.scalar("f")? };
        reader.end()?;
        Ok(share)
    }

    /// Dealer ‖ opener ‖ f_i(j). Erased when dropped.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let value = Zeroizing::new(self.value.to_bytes());
        let (dealer, opener) = (self.dealer.to_le_bytes(), self.opener.to_le_bytes());
        Zeroizing::new([dealer.as_slice(), &opener, value.as_slice()].concat())
    }
}

impl<B: Backend> Drop for SecretShare<B> {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

impl<B: Backend> fmt::Debug for SecretShare<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretShare(from {} for {}, …)", self.dealer, self.opener)
    }
}

/// What an opener broadcasts: commitments to its polynomial, and the proof that it knows f_i(0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dealing<B: Backend = Blst> {
    opener: u16,
    commitments: Vec<G1Affine<B>>,
    commitment: G1Affine<B>,
    response: Scalar<B>,
}

impl<B: Backend> Dealing<B> {
    /// Who made it.
    #[must_use]
    pub const fn opener(&self) -> u16 {
        self.opener
    }

    /// Reads a dealing of this ceremony.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Point`], [`Error::Scalar`].
    pub fn from_bytes(ceremony: &Ceremony, bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "a dealing");
        let opener = reader.u16()?;
        let commitments = read_commitments(&mut reader, ceremony.threshold)?;
        let (commitment, response) = (reader.point("R")?, reader.scalar("s")?);
        reader.end()?;
        Ok(Self { opener, commitments, commitment, response })
    }

    /// Opener ‖ F_0 ‖ … ‖ F_(k−1) ‖ R ‖ s.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.opener.to_le_bytes().to_vec();
        self.commitments
            .iter()
            .chain([&self.commitment])
            .for_each(|point| out.extend_from_slice(&point.to_bytes()));
        out.extend_from_slice(&self.response.to_bytes());
        out
    }
}
