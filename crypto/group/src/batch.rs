//! Many signatures at once: their pairings become one product.

use std::collections::BTreeMap;

use hufu_pairing::{Backend, Blst, G1Affine, product_is_one, vartime_msm};
use rand_core::CryptoRng;

use crate::labels::BATCH;
use crate::transcript::Transcript;
use crate::{Epoch, Error, Group, Scope, Signature, Verified};

/// Most signatures of one batch: what it gains per signature has long been gained, and memory stays bounded.
pub const MAX_BATCH: usize = 1024;

/// That a signature is one of this group in this epoch, over this message, in this scope.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'s, B: Backend = Blst> {
    /// The group.
    pub group: &'s Group<B>,
    /// The epoch asked for.
    pub epoch: &'s Epoch<B>,
    /// The scope, if the signature is to carry a tag.
    pub scope: Option<&'s Scope<B>>,
    /// The message.
    pub message: &'s [u8],
    /// The signature.
    pub signature: &'s Signature<B>,
}

/// Verifies many signatures for less than their sum. Groups, epochs, scopes and messages may differ; signatures of one
/// issuer share most.
///
/// `rng` makes the weights unpredictable even to someone who could break the hash that they also come from.
///
/// # Errors
/// [`Error::EmptyBatch`]; [`Error::TooMany`] beyond [`MAX_BATCH`]; [`Error::InBatch`] with the positions of all that do
/// not verify, for whatever reason.
pub fn verify_batch<B: Backend>(
    claims: &[Claim<'_, B>],
    rng: &mut impl CryptoRng,
) -> Result<Vec<Verified<B>>, Error> {
    if claims.is_empty() {
        return Err(Error::EmptyBatch);
    }
    if claims.len() > MAX_BATCH {
        return Err(Error::TooMany { what: "signatures in a batch", found: claims.len(), limit: MAX_BATCH });
    }
    let mut culprits = Vec::new();
    let mut verified = Vec::with_capacity(claims.len());
    let mut rest = Vec::with_capacity(claims.len());
    for (index, claim) in claims.iter().enumerate() {
        match claim.signature.check(claim.group, claim.epoch, claim.scope, claim.message) {
            Ok(one) => {
                rest.push((index, claim, *one.digest()));
                verified.push(one);
            }
            Err(_) => culprits.push(index),
        }
    }
    search(&rest, rng, &mut culprits);
    culprits.sort_unstable();
    if culprits.is_empty() { Ok(verified) } else { Err(Error::InBatch { culprits }) }
}

type Entry<'s, 'c, B> = (usize, &'c Claim<'s, B>, [u8; 64]);

/// Names those whose pairings do not agree, by halving.
fn search<B: Backend>(entries: &[Entry<'_, '_, B>], rng: &mut impl CryptoRng, culprits: &mut Vec<usize>) {
    if entries.is_empty() || holds(entries, rng) {
        return;
    }
    if let [(index, ..)] = entries {
        culprits.push(*index);
        return;
    }
    let (left, right) = entries.split_at(entries.len() / 2);
    search(left, rng, culprits);
    search(right, rng, culprits);
}

/// Π (e(Rᵢ, Xᵢ)·e(Sᵢ, −P₂))^wᵢ = 1, with the Rᵢ of one issuer and all Sᵢ taken together.
fn holds<B: Backend>(entries: &[Entry<'_, '_, B>], rng: &mut impl CryptoRng) -> bool {
    // Every signature with its statement and all its responses is in before the first weight is drawn.
    let mut transcript = Transcript::new(BATCH);
    for (_, _, digest) in entries {
        transcript.append("signature", digest);
    }
    let mut entropy = [0; 32];
    rng.fill_bytes(&mut entropy);
    transcript.append("entropy", &entropy);
    let mut weights = transcript.weights();

    let mut left: BTreeMap<[u8; 96], (&Group<B>, Vec<_>)> = BTreeMap::new();
    let mut right = Vec::with_capacity(entries.len());
    for (_, claim, _) in entries {
        let weight = weights.weight::<B>();
        let [r, s] = claim.signature.pair();
        let group = left.entry(claim.group.issuer().to_bytes()).or_insert((claim.group, Vec::new()));
        group.1.push((*r, weight));
        right.push((*s, weight));
    }
    let Some((_, claim, _)) = entries.first() else { return true };
    let minus_p2 = &claim.group.parameters().bases().minus_p2;
    let right = vartime_msm(&right).to_affine();
    let left: Vec<(G1Affine<B>, _)> = left
        .into_values()
        .map(|(group, terms)| (vartime_msm(&terms).to_affine(), group.prepared()))
        .collect();
    let terms: Vec<_> = left.iter().map(|(point, key)| (point, *key)).chain([(&right, minus_p2)]).collect();
    product_is_one(&terms)
}
