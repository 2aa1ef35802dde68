//! Many signatures at once: their equations become one sum, and their pairings one product.

use std::collections::BTreeMap;

use hufu_pairing::{Backend, Blst, G1Affine, product_is_one, vartime_msm};
use rand_core::CryptoRng;

use crate::equations::Equations;
use crate::labels::BATCH;
use crate::signature::Opened;
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
    let mut rest = Vec::with_capacity(claims.len());
    for (index, claim) in claims.iter().enumerate() {
        match claim.signature.open(claim.group, claim.epoch, claim.scope, claim.message) {
            Ok(opened) => rest.push((index, opened)),
            Err(_) => culprits.push(index),
        }
    }
    search(&rest, rng, &mut culprits);
    culprits.sort_unstable();
    if culprits.is_empty() {
        Ok(rest.into_iter().map(|(_, opened)| opened.verified).collect())
    } else {
        Err(Error::InBatch { culprits })
    }
}

type Entry<'s, B> = (usize, Opened<'s, B>);

/// Names those whose equations or pairings do not hold, by halving.
fn search<B: Backend>(entries: &[Entry<'_, B>], rng: &mut impl CryptoRng, culprits: &mut Vec<usize>) {
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

/// All equations in one sum; and Π (e(Rᵢ, Xᵢ)·e(Sᵢ, −P₂))^wᵢ = 1, with the Rᵢ of one issuer and all Sᵢ taken together.
fn holds<B: Backend>(entries: &[Entry<'_, B>], rng: &mut impl CryptoRng) -> bool {
    // Every signature with its statement and all its responses is in before the first weight is drawn.
    let mut transcript = Transcript::new(BATCH);
    for (_, opened) in entries {
        transcript.append("signature", opened.verified.digest());
    }
    let mut entropy = [0; 32];
    rng.fill_bytes(&mut entropy);
    transcript.append("entropy", &entropy);
    let mut weights = transcript.weights();

    let mut equations = Equations::default();
    let mut left: BTreeMap<[u8; 96], (&Group<B>, Vec<_>)> = BTreeMap::new();
    let mut right = Vec::with_capacity(entries.len());
    for (_, opened) in entries {
        let weight = weights.weight::<B>();
        let [r, s] = opened.signature.pair();
        let issuer = opened.group.issuer().to_bytes();
        left.entry(issuer).or_insert((opened.group, Vec::new())).1.push((*r, weight));
        right.push((*s, weight));
        equations.add(opened, core::array::from_fn(|_| weights.weight()));
    }
    let Some((_, first)) = entries.first() else { return true };
    let minus_p2 = &first.group.parameters().bases().minus_p2;
    let right = vartime_msm(&right).to_affine();
    let left: Vec<(G1Affine<B>, _)> = left
        .into_values()
        .map(|(group, terms)| (vartime_msm(&terms).to_affine(), group.prepared()))
        .collect();
    let terms: Vec<_> = left.iter().map(|(point, key)| (point, *key)).chain([(&right, minus_p2)]).collect();
    equations.hold() && product_is_one(&terms)
}
