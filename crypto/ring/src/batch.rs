//! Many signatures at once.

use rand_core::CryptoRng;

use crate::labels::BATCH;
use crate::many::{Equations, Opened};
use crate::signature::ALONE;
use crate::transcript::{Nonces, Transcript};
use crate::{Error, Ring, Scope, Signature, Tag};

/// Most signatures of one batch: what it gains per signature has long been gained, and memory stays bounded.
pub const MAX_BATCH: usize = 1024;

/// That a signature is one of this ring over this message in this scope.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'s> {
    ring: &'s Ring,
    scope: &'s Scope,
    message: &'s [u8],
    signature: &'s Signature,
    threshold: u16,
}

impl<'s> Claim<'s> {
    /// The claim, not yet checked.
    #[must_use]
    pub const fn new(ring: &'s Ring, scope: &'s Scope, message: &'s [u8], signature: &'s Signature) -> Self {
        Self { ring, scope, message, signature, threshold: ALONE }
    }

    /// The same for a share of a threshold signature.
    pub(crate) const fn of_share(self, threshold: u16) -> Self {
        Self { threshold, ..self }
    }
}

/// Verifies many signatures for less than their sum, and returns their tags in order.
///
/// Signatures over one ring share the work that depends on the ring, which is most of it. Tags are not compared: a
/// tag may come twice here if the caller lets a member sign twice.
///
/// `rng` makes the weights unpredictable even to someone who could break the hash that they also come from.
///
/// # Errors
///
/// [`Error::EmptyBatch`]; [`Error::BatchTooLarge`] beyond [`MAX_BATCH`]; [`Error::InBatch`] with the position of the
/// first signature that does not verify, or that cannot be one of its ring.
pub fn verify_batch(claims: &[Claim<'_>], rng: &mut impl CryptoRng) -> Result<Vec<Tag>, Error> {
    if claims.is_empty() {
        return Err(Error::EmptyBatch);
    }
    if claims.len() > MAX_BATCH {
        return Err(Error::BatchTooLarge { found: claims.len(), limit: MAX_BATCH });
    }
    let mut small_failure = None;
    let mut opened = Vec::with_capacity(claims.len());
    for (index, claim) in claims.iter().enumerate() {
        match claim.signature.open(claim.ring, claim.scope, claim.threshold, claim.message) {
            Ok(Some(one)) => opened.push((index, one)),
            Ok(None) => {}
            Err(_) => {
                small_failure = Some(index);
                break;
            }
        }
    }
    let failure = first_failure(&opened, rng).or(small_failure);
    match failure {
        Some(index) => Err(Error::InBatch { index }),
        None => Ok(claims.iter().map(|claim| claim.signature.tag()).collect()),
    }
}

/// The position of the first signature whose equations do not hold, by halving.
fn first_failure(opened: &[(usize, Opened<'_>)], rng: &mut impl CryptoRng) -> Option<usize> {
    if opened.is_empty() || hold(opened, rng) {
        return None;
    }
    let mut suspects = opened;
    while suspects.len() > 1 {
        let (left, right) = suspects.split_at(suspects.len() / 2);
        suspects = if hold(left, rng) { right } else { left };
    }
    suspects.first().map(|(index, _)| *index)
}

/// Whether the weighted sum of all equations vanishes.
fn hold(opened: &[(usize, Opened<'_>)], rng: &mut impl CryptoRng) -> bool {
    // Every signature with all its responses is in before the first weight is drawn.
    let mut transcript = Transcript::new(BATCH);
    for (_, one) in opened {
        transcript.append("signature", &one.seed);
    }
    let mut entropy = [0; 32];
    rng.fill_bytes(&mut entropy);
    transcript.append("entropy", &entropy);
    let mut weights = Nonces::from_seed(transcript.challenge_bytes("weights"));

    let mut equations = Equations::default();
    for (_, one) in opened {
        equations.add(one, weights.next(), weights.next());
    }
    equations.hold()
}
