//! Signing, steps 1 to 5.
//!
//! # Security
//!
//! The index, the key and all nonces are secret; ring, scope, tag and message are not. No branch and no address
//! depends on a secret: digits are masks (`subtle::Choice`), every sum with secret scalars is dalek's constant-time
//! `MultiscalarMul`. Not promised: anything about the machine below (power, faults), and that the compiler keeps it.

use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::traits::MultiscalarMul;
use curve25519_dalek::{Scalar, traits::Identity};
use subtle::{Choice, ConditionallySelectable};
use zeroize::Zeroizing;

use super::generators::{self, BLIND, LIST};
use super::sum::{Blinding, Digit, coefficients};
use super::{BASE, DIGIT_BITS, Proof, SENT, WHAT, digits};
use crate::group::Element;
use crate::transcript::{Nonces, Transcript};
use crate::{Error, Ring, Scope, SigningKey};

/// Proves that the key at `index` of the ring made the tag that `transcript` has absorbed.
pub(crate) fn prove(
    mut transcript: Transcript,
    ring: &Ring,
    scope: &Scope,
    key: &SigningKey,
    index: u32,
    entropy: &[u8; 32],
) -> Result<Proof, Error> {
    let m = digits(ring.size());
    let secrets = Secrets::draw(index, m, &mut transcript.nonces(key.scalar(), entropy));

    // 1. The commitments.
    let a = Element::new(secrets.commit_masks(), WHAT)?;
    let b = Element::new(secrets.commit_digits(), WHAT)?;
    // 2. The fold.
    let mu = Proof::fold_challenge(&mut transcript, &a, &b)?;
    // 3. The coefficients, each with ρ_j·(G + μH).
    let folded_base = LIST[generators::G] + scope.base().point * mu;
    let blinding = Blinding { scalars: &secrets.rho, point: folded_base };
    let points = ring.elements().map(|member| member.point).collect();
    let sums = coefficients(points, &secrets.digits, &blinding);
    let x = sums.iter().map(|sum| Element::new(*sum, WHAT)).collect::<Result<Vec<_>, _>>()?;
    // 4. The challenge.
    let xi = Proof::challenge(&mut transcript, &x)?;
    // 5. The responses.
    Ok(secrets.respond(key, xi, Commitments { a, b, x }))
}

/// What the signer has sent by step 4.
struct Commitments {
    a: Element,
    b: Element,
    x: Vec<Element>,
}

/// The signer's nonces and the digits of his index. Wiped when dropped.
struct Secrets {
    digits: Vec<Digit>,
    blind_a: Zeroizing<Scalar>,
    blind_b: Zeroizing<Scalar>,
    rho: Zeroizing<Vec<Scalar>>,
}

impl Secrets {
    /// Draws, in this order: a_(0,1) a_(0,2) a_(0,3) a_(1,1) …, r_A, r_B, ρ_0 ….
    fn draw(index: u32, m: usize, nonces: &mut Nonces) -> Self {
        let digits = (0..m)
            .map(|j| {
                let mut masks = Zeroizing::new([Scalar::ZERO; BASE]);
                for value in 1..BASE {
                    masks[value] = nonces.next();
                    // The masks of a digit sum to zero, as its one-hot form sums to one.
                    let mask = masks[value];
                    masks[0] -= mask;
                }
                let value = index >> (DIGIT_BITS * j) & 3;
                Digit::new(value, masks)
            })
            .collect();
        let blind_a = Zeroizing::new(nonces.next());
        let blind_b = Zeroizing::new(nonces.next());
        let rho = Zeroizing::new((0..m).map(|_| nonces.next()).collect());
        Self { digits, blind_a, blind_b, rho }
    }

    /// A = Σ a·D_(j,i) − Σ a²·E_(j,i) + r_A·B.
    fn commit_masks(&self) -> RistrettoPoint {
        // Never grown: the old block of a list that grows is given back as it is.
        let mut scalars = Zeroizing::new(Vec::with_capacity(1 + (SENT + BASE) * self.digits.len()));
        scalars.push(*self.blind_a);
        for digit in &self.digits {
            scalars.extend_from_slice(&digit.masks()[1..]);
            scalars.extend(digit.masks().iter().map(|mask| -(mask * mask)));
        }
        // Constant time. The list from its second entry on has exactly this order.
        RistrettoPoint::multiscalar_mul(scalars.iter(), &LIST[BLIND..=scalars.len()])
    }

    /// B = Σ σ·D_(j,i) + Σ a·(1 − 2σ)·E_(j,i) + r_B·B.
    fn commit_digits(&self) -> RistrettoPoint {
        let count = 1 + BASE * self.digits.len();
        let mut scalars = Zeroizing::new(Vec::with_capacity(count));
        let mut points = Vec::with_capacity(count);
        scalars.push(*self.blind_b);
        points.push(LIST[BLIND]);
        let mut ones = RistrettoPoint::identity();
        for (j, digit) in self.digits.iter().enumerate() {
            let mut chosen = RistrettoPoint::identity();
            for (value, is) in digit.is().enumerate().skip(1) {
                chosen.conditional_assign(&LIST[generators::digit(j, value)], is);
            }
            ones += chosen;
            for (value, (mask, is)) in digit.masks().iter().zip(digit.is()).enumerate() {
                scalars.push(Scalar::conditional_select(mask, &-mask, is));
                points.push(LIST[generators::product(j, value)]);
            }
        }
        // Constant time.
        ones + RistrettoPoint::multiscalar_mul(scalars.iter(), &points)
    }

    /// f = a + ξσ, z_A = r_A + ξ·r_B, z = x·ξ^m − Σ ρ_j·ξ^j.
    fn respond(&self, key: &SigningKey, xi: Scalar, sent: Commitments) -> Proof {
        let f = self
            .digits
            .iter()
            .map(|digit| {
                let mut f = [Scalar::ZERO; SENT];
                for (f, (mask, is)) in f.iter_mut().zip(digit.masks().iter().zip(digit.is()).skip(1)) {
                    *f = mask + select(xi, is);
                }
                f
            })
            .collect();
        let z_a = *self.blind_a + xi * *self.blind_b;
        let mut power = Scalar::ONE;
        let mut z = Zeroizing::new(Scalar::ZERO);
        for rho in self.rho.iter() {
            *z -= rho * power;
            power *= xi;
        }
        *z += key.scalar() * power;
        Proof { a: sent.a, b: sent.b, x: sent.x, f, z_a, z: *z }
    }
}

/// The scalar if chosen, else zero.
fn select(scalar: Scalar, choice: Choice) -> Scalar {
    Scalar::conditional_select(&Scalar::ZERO, &scalar, choice)
}
