//! Signing: a proof of a credential C = (G + V + u·K)/(γ+e) together with an encryption of u·K to the openers.
//!
//! 1. R = r·C, S = r·γ·C; E0 = t·P, E1 = Q + t·Z, E2 = Q + t·Y; J = u·H with H = H(group, scope), if there is a scope.
//! 2. μ from everything so far.
//! 3. With ρ = 1/r and ε = e/r: G + V = ρ·S + ε·R − u·K. Commitments
//!    T1 = ρ~·S + ε~·R − u~·K, T2 = u~·K + t~·Y, T3 = t~·P + μ·(u~·K + t~·Z) + μ²·u~·H.
//! 4. c from everything so far; responses ρ^ = ρ~ + c·ρ, ε^ = ε~ + c·ε, u^ = u~ + c·u, t^ = t~ + c·t.

use hufu_pairing::{Backend, G1, Scalar};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::signature::{Points, begin};
use crate::transcript::declassify;
use crate::{Error, Member, Scope, Signature};

impl<B: Backend> Member<B> {
    /// Signs a message for the group. With a scope the signature carries the member's tag there.
    ///
    /// The nonces depend on `rng`, the secret, the credential and everything signed: a broken `rng` costs anonymity at worst where two
    /// signatures are the same, not the secret.
    ///
    /// # Errors
    /// [`Error::Degenerate`] or [`Error::Zero`] with probability 2⁻²⁵⁰.
    ///
    /// # Security
    /// Constant time in secret, credential and nonces, as far as `hufu-pairing` is.
    pub fn sign(
        &self,
        scope: Option<&Scope<B>>,
        message: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Signature<B>, Error> {
        let bases = self.group.parameters().bases();
        let escrow = self.group.escrow();
        let [sum, shifted] = &self.sum;
        let u = self.secret.scalar();
        let e = &self.credential.identifier;

        let mut transcript = begin(&self.group, &self.epoch, scope, message);
        let mut entropy = Zeroizing::new([0; 32]);
        rng.fill_bytes(entropy.as_mut());
        let mut nonces = transcript.nonces(&[u, e], &entropy);
        let drawn: Zeroizing<[Scalar<B>; 6]> = Zeroizing::new(core::array::from_fn(|_| nonces.next()));
        let [r, t, rho_tilde, epsilon_tilde, u_tilde, t_tilde] = &*drawn;
        let inverse = r.invert();
        // Zero with probability 2⁻²⁵⁵; whether it is tells nothing.
        if !declassify(inverse.is_some()) {
            return Err(Error::Degenerate("r"));
        }
        let rho = Zeroizing::new(inverse.unwrap_or(Scalar::zero()));

        // 1.
        let mut points = vec![*sum * *r, *shifted * *r, bases.p.mul(t)];
        for key in [escrow, &bases.y] {
            let mut ciphertext = self.key.0.lift();
            key.add(t, &mut ciphertext);
            points.push(ciphertext);
        }
        let base = scope.map(|scope| scope.base(self.group.id()));
        if let Some(base) = base {
            points.push(base * *u);
        }
        let points = Points::new(&G1::normalise(&points))?;
        // 2.
        let mu = points.absorb(&mut transcript)?;

        // 3.
        let u_key = bases.k.mul(u_tilde);
        let t1 = *shifted * (*rho_tilde * *r) + *sum * (*epsilon_tilde * *r) - u_key;
        let mut t2 = u_key;
        bases.y.add(t_tilde, &mut t2);
        let mut t3 = bases.p.mul(t_tilde);
        bases.k.add(&(mu * *u_tilde), &mut t3);
        escrow.add(&(mu * *t_tilde), &mut t3);
        if let Some(base) = base {
            t3 += base * (mu * mu * *u_tilde);
        }
        // 4.
        let commitments = G1::normalise(&[t1, t2, t3]);
        let commitments = *commitments.first_chunk().ok_or(Error::Degenerate("commitments"))?;
        // About to be published, too.
        if commitments.iter().any(|point| declassify(point.is_identity())) {
            return Err(Error::Degenerate("a commitment"));
        }
        let c = crate::signature::challenge(&mut transcript, &commitments)?;
        let responses =
            [*rho_tilde + c * *rho, *epsilon_tilde + c * (*e * *rho), *u_tilde + c * *u, *t_tilde + c * *t];
        Ok(Signature { epoch: self.epoch.number(), points, commitments, responses })
    }
}
