//! The three equations of any number of signatures as one sum that vanishes.
//!
//! With weights w1, w2, w3 for each signature, w1·T1 + w2·T2 + w3·T3 less the weighted right-hand sides. Bases that signatures share
//! (P, K, Y, each group's Z, each epoch's G + V, each scope's H) are collected: a large batch pays for them once.

use std::collections::BTreeMap;

use hufu_pairing::{Backend, G1Affine, Scalar, VartimeSum, vartime_msm};

use crate::group::GroupId;
use crate::signature::Opened;
use crate::transcript::declassify;
use crate::{Group, Parameters};

/// The sum so far.
pub(crate) struct Equations<'s, B: Backend> {
    parameters: Option<&'s Parameters<B>>,
    p: Scalar<B>,
    k: Scalar<B>,
    y: Scalar<B>,
    escrow: BTreeMap<GroupId, (&'s Group<B>, Scalar<B>)>,
    /// G + V of an epoch, and H of a scope, by their points' bytes.
    shared: BTreeMap<[u8; 48], (G1Affine<B>, Scalar<B>)>,
    own: Vec<(G1Affine<B>, Scalar<B>)>,
}

impl<B: Backend> Default for Equations<'_, B> {
    fn default() -> Self {
        let zero = Scalar::zero();
        let (escrow, shared) = (BTreeMap::new(), BTreeMap::new());
        Self { parameters: None, p: zero, k: zero, y: zero, escrow, shared, own: Vec::new() }
    }
}

impl<'s, B: Backend> Equations<'s, B> {
    /// Adds a signature's.
    pub(crate) fn add(&mut self, opened: &Opened<'s, B>, weights: [Scalar<B>; 3]) {
        let signature = opened.signature;
        let [w1, w2, w3] = weights;
        let [rho, epsilon, u, t] = signature.responses;
        let (mu, c) = (opened.mu, opened.challenge);
        self.parameters.get_or_insert(opened.group.parameters());

        self.k += w1 * u - w2 * u - w3 * mu * u;
        self.y -= w2 * t;
        self.p -= w3 * t;
        let escrow = self.escrow.entry(opened.group.id()).or_insert((opened.group, Scalar::zero()));
        escrow.1 -= w3 * mu * t;
        self.share(opened.epoch.constant(), w1 * c);

        let [r, s, e0, e1, e2] = signature.points.fixed;
        let terms = [(r, -(w1 * epsilon)), (s, -(w1 * rho)), (e2, w2 * c), (e0, w3 * c), (e1, w3 * c * mu)];
        self.own.extend(terms);
        self.own.extend(signature.commitments.into_iter().zip(weights));
        if let (Some(tag), Some(scope)) = (signature.points.tag, opened.scope) {
            self.own.push((tag, w3 * c * mu * mu));
            self.share(&scope.base(opened.group.id()), -(w3 * mu * mu * u));
        }
    }

    /// Whether the sum vanishes.
    pub(crate) fn hold(self) -> bool {
        let mut sum = VartimeSum::new();
        if let Some(parameters) = self.parameters {
            let bases = parameters.bases();
            for (base, scalar) in [(&bases.p, self.p), (&bases.k, self.k), (&bases.y, self.y)] {
                base.vartime_add(&scalar, &mut sum);
            }
        }
        for (group, scalar) in self.escrow.values() {
            group.escrow().vartime_add(scalar, &mut sum);
        }
        let mut terms = self.own;
        terms.extend(self.shared.into_values());
        declassify((sum.finish() + vartime_msm(&terms)).to_affine().is_identity())
    }

    fn share(&mut self, point: &G1Affine<B>, scalar: Scalar<B>) {
        self.shared.entry(point.to_bytes()).or_insert((*point, Scalar::zero())).1 += scalar;
    }
}
