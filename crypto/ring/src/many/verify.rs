//! Verification: two equations per signature, all of a batch in one multiscalar multiplication.
//!
//! (1) A + ξB = Σ f·D_(j,i) + Σ f·(ξ − f)·E_(j,i) + z_A·B*, B* the blinding generator
//! (2) Σ_k p_k·P_k + μ·ξ^m·J = Σ_j ξ^j·X_j + z·(G + μH), p_k = Π_j f_(j,k_j)
//!
//! Each is weighted by a random scalar that depends on every response of the batch, and the sum must be the
//! identity. Nothing here is secret: `Vartime…` throughout.

use std::collections::BTreeMap;
use std::iter::once;

use curve25519_dalek::Scalar;
use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::traits::{IsIdentity, VartimeMultiscalarMul, VartimePrecomputedMultiscalarMul};

use super::generators::{self, BLIND, G, LIST, TABLES};
use super::{BASE, Proof, digits, power};
use crate::group::Element;
use crate::transcript::Transcript;
use crate::{Error, Ring, RingId, Scope};

/// From how many points without tables on the bucket method is faster than Straus with tables for the rest.
const BUCKETS_FROM: usize = 190;

/// A signature whose challenges have been drawn.
pub(crate) struct Opened<'s> {
    ring: &'s Ring,
    scope: &'s Scope,
    tag: &'s Element,
    proof: &'s Proof,
    mu: Scalar,
    xi: Scalar,
    /// Depends on everything of this signature.
    pub(crate) seed: [u8; 64],
}

impl<'s> Opened<'s> {
    /// Replays steps 1 to 5 on a transcript that has absorbed the statement.
    pub(crate) fn new(
        mut transcript: Transcript,
        ring: &'s Ring,
        scope: &'s Scope,
        tag: &'s Element,
        proof: &'s Proof,
    ) -> Result<Self, Error> {
        if proof.digits() != digits(ring.size()) {
            let (from, to) = super::members(proof.digits());
            return Err(Error::OtherSize { from, to, members: ring.size() });
        }
        let mu = Proof::fold_challenge(&mut transcript, &proof.a, &proof.b)?;
        let xi = Proof::challenge(&mut transcript, &proof.x)?;
        let seed = proof.weight_seed(&mut transcript);
        Ok(Self { ring, scope, tag, proof, mu, xi, seed })
    }
}

/// A weighted sum of verification equations.
#[derive(Default)]
pub(crate) struct Equations<'s> {
    /// Scalars of [`LIST`]'s prefix.
    fixed: Vec<Scalar>,
    scalars: Vec<Scalar>,
    points: Vec<RistrettoPoint>,
    /// Scalars of each ring's members: signatures over one ring share them.
    rings: BTreeMap<RingId, (&'s Ring, Vec<Scalar>)>,
}

impl<'s> Equations<'s> {
    /// Adds a signature's equations, (1) with weight `first` and (2) with weight `second`.
    pub(crate) fn add(&mut self, opened: &Opened<'s>, first: Scalar, second: Scalar) {
        let Opened { ring, scope, tag, proof, mu, xi, .. } = opened;
        let m = proof.digits();
        if self.fixed.len() < generators::count(m) {
            self.fixed.resize(generators::count(m), Scalar::ZERO);
        }
        let f = all_values(proof, xi);

        // (1)
        self.fixed[BLIND] -= first * proof.z_a;
        for (j, f) in f.iter().enumerate() {
            for (value, f) in f.iter().enumerate() {
                let weighted = first * f;
                if value > 0 {
                    self.fixed[generators::digit(j, value)] -= weighted;
                }
                self.fixed[generators::product(j, value)] -= weighted * (xi - f);
            }
        }
        self.push(first, &proof.a.point);
        self.push(first * xi, &proof.b.point);

        // (2)
        let z = second * proof.z;
        self.fixed[G] -= z;
        self.push(-(z * mu), &scope.base().point);
        let mut powers = vec![second];
        for x in &proof.x {
            let power = powers[powers.len() - 1];
            self.push(-power, &x.point);
            powers.push(power * xi);
        }
        self.push(powers[m] * mu, &tag.point);
        let (_, members) =
            self.rings.entry(ring.id()).or_insert_with(|| (ring, vec![Scalar::ZERO; ring.size()]));
        Weights { f: &f, xi, out: members }.add(m, second, 0);
    }

    /// Whether the sum is the identity.
    pub(crate) fn hold(&self) -> bool {
        let mut scalars: Vec<&Scalar> = self.scalars.iter().collect();
        let mut points: Vec<&RistrettoPoint> = self.points.iter().collect();
        for (ring, members) in self.rings.values() {
            scalars.extend(members);
            points.extend(ring.elements().map(|element| &element.point));
        }
        let sum = if points.len() < BUCKETS_FROM {
            TABLES.vartime_mixed_multiscalar_mul(&self.fixed, scalars, points)
        } else {
            scalars.extend(&self.fixed);
            points.extend(&LIST[..self.fixed.len()]);
            RistrettoPoint::vartime_multiscalar_mul(scalars, points)
        };
        sum.is_identity()
    }

    fn push(&mut self, scalar: Scalar, point: &RistrettoPoint) {
        self.scalars.push(scalar);
        self.points.push(*point);
    }
}

/// f with the value 0 of each digit: the values of a digit sum to ξ.
fn all_values(proof: &Proof, xi: &Scalar) -> Vec<[Scalar; BASE]> {
    proof
        .f
        .iter()
        .map(|sent| {
            let [one, two, three] = *sent;
            [xi - (one + two + three), one, two, three]
        })
        .collect()
}

/// Adds the products p_k to the scalars of a ring's members.
struct Weights<'w> {
    f: &'w [[Scalar; BASE]],
    xi: &'w Scalar,
    out: &'w mut [Scalar],
}

impl Weights<'_> {
    /// Members `start` to `start + 4^level`, whose higher digits have the product `prefix`. At most eight deep.
    fn add(&mut self, level: usize, prefix: Scalar, start: usize) {
        let last = self.out.len() - 1;
        if start >= last {
            // All of these are the last member, and all values of a digit sum to ξ.
            self.out[last] += once(prefix).chain((0..level).map(|_| *self.xi)).product::<Scalar>();
            return;
        }
        let Some(below) = level.checked_sub(1) else {
            self.out[start] += prefix;
            return;
        };
        for (value, f) in self.f[below].iter().enumerate() {
            self.add(below, prefix * f, start + value * power(below));
        }
    }
}
