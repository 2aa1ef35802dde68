//! Making signatures (GB/T 32918.2 §6).
//!
//! * A1: M̄ = Z_A ‖ M.
//! * A2: e = SM3(M̄), as an integer.
//! * A3: k in 1..n ([`nonce`](super::nonce)).
//! * A4: (x₁, y₁) = k·G.
//! * A5: r = (e + x₁) mod n; back to A3 if r = 0 or r + k = n.
//! * A6: s = (1 + d)⁻¹·(k − r·d) mod n; back to A3 if s = 0.
//!
//! As k − r·d = k + r − r·(1 + d), step A6 is s = (1 + d)⁻¹·(k + r) − r: with (1 + d)⁻¹ kept in the key, a signature needs one
//! multiplication and no inversion modulo n. It also shows that k + r ≠ 0 of step A5 is what keeps s from being −r.
//!
//! # Security
//! Signing takes the same time and reads the same addresses for every key, message and k; the length of the message and the
//! (in practice impossible) return to step A3 are visible.

use super::comb::mul_base;
use super::field::FieldElement;
use super::nonce::{Candidates, NonceKey};
use super::point::{Jacobian, batch_invert};
use super::scalar::{Factor, Scalar};
use super::{DistId, Error, SecretKey, Signature, VerifyingKey};
use rand_core::TryCryptoRng;
use zeroize::{Zeroize, Zeroizing};

/// A private key that signs on behalf of an identifier.
///
/// ```
/// use hufu_sm::sm2::{DistId, SecretKey, SigningKey};
/// use signature::{Signer, Verifier};
///
/// let secret = SecretKey::from_bytes(&[7; 32]).expect("a number below n");
/// let key = SigningKey::new(secret, DistId::default());
/// let signature = key.sign(b"message digest");
/// assert!(key.verifying_key().verify(b"message digest", &signature).is_ok());
/// assert!(key.verifying_key().verify(b"another message", &signature).is_err());
/// ```
///
/// # Security
/// Everything secret lives in one allocation, which is overwritten on drop; moving the key moves a pointer. Not promised:
/// copies that the compiler spilled to the stack, swap, and core dumps.
#[derive(Clone)]
pub struct SigningKey {
    secret: SecretKey,
    kept: Box<Kept>,
    verifying: VerifyingKey,
}

/// What is computed once per key.
#[derive(Clone)]
struct Kept {
    /// (1 + d)⁻¹ mod n.
    inverse: Zeroizing<Factor>,
    nonce: NonceKey,
}

/// Step A4's outcome and what steps A5 and A6 still need.
#[derive(Clone, Copy)]
struct Commitment {
    k: Scalar,
    point: Jacobian,
}

impl Default for Commitment {
    fn default() -> Self {
        Self { k: Scalar::ZERO, point: Jacobian::INFINITY }
    }
}

impl zeroize::DefaultIsZeroes for Commitment {}

impl SigningKey {
    /// A key that signs for `distid`.
    #[must_use]
    pub fn new(secret: SecretKey, distid: DistId) -> Self {
        // 1 + d is not zero, as d ≤ n − 2.
        let inverse = Zeroizing::new(secret.scalar().add(&Scalar::ONE).invert().to_factor());
        let nonce = NonceKey::new(secret.scalar());
        let verifying = VerifyingKey::new(*secret.public_key(), distid);
        Self { kept: Box::new(Kept { inverse, nonce }), secret, verifying }
    }

    /// Makes a key that signs for the default identifier.
    ///
    /// # Errors
    /// [`Error::Rng`] and [`Error::RngStuck`] if the generator fails.
    pub fn generate<R: TryCryptoRng + ?Sized>(rng: &mut R) -> Result<Self, Error> {
        Ok(Self::new(SecretKey::generate(rng)?, DistId::DEFAULT))
    }

    /// The private key.
    #[must_use]
    pub const fn secret_key(&self) -> &SecretKey {
        &self.secret
    }

    /// The key that verifies.
    #[must_use]
    pub const fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// Steps A3 and A4.
    fn commit(candidates: &mut impl Candidates) -> Zeroizing<Commitment> {
        let k = candidates.next_scalar();
        Zeroizing::new(Commitment { k, point: mul_base(&k) })
    }

    /// Steps A5 and A6, given 1/Z of the point; nothing if A3 is to be done again.
    fn finish(&self, e: &Scalar, commitment: &Commitment, z_inverse: &FieldElement) -> Option<Signature> {
        let x1 = commitment.point.x.mul(&z_inverse.square());
        let r = e.add(&Scalar::from_integer(&x1.to_integer()));
        let mut sum = commitment.k.add(&r);
        let s = self.kept.inverse.mul(&sum).sub(&r);
        let again = r.is_zero().or(sum.is_zero()).or(s.is_zero());
        sum.zeroize();
        // That a k is thrown away says nothing of the one that is kept.
        (!again.declassify()).then(|| Signature::from_scalars(&r, &s))
    }

    fn sign_with(&self, e: &Scalar, candidates: &mut impl Candidates) -> Signature {
        loop {
            let commitment = Self::commit(candidates);
            let z_inverse = Zeroizing::new(commitment.point.z.invert());
            if let Some(signature) = self.finish(e, &commitment, &z_inverse) {
                return signature;
            }
        }
    }

    /// Signs the hash e = SM3(Z ‖ M); see [`hazmat`](super::hazmat).
    pub(crate) fn sign_hash(&self, hash: &[u8; 32]) -> Signature {
        let e = Scalar::from_bytes_reduced(hash);
        self.sign_with(&e, &mut self.kept.nonce.deterministic(&e.to_bytes()))
    }

    /// Signs the hash e = SM3(Z ‖ M) with a hedged k; see [`hazmat`](super::hazmat).
    pub(crate) fn sign_hash_hedged<R: TryCryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        hash: &[u8; 32],
    ) -> Result<Signature, Error> {
        let mut random = Zeroizing::new([0; 32]);
        rng.try_fill_bytes(&mut *random).map_err(|_| Error::Rng)?;
        let e = Scalar::from_bytes_reduced(hash);
        Ok(self.sign_with(&e, &mut self.kept.nonce.hedged(&random, hash)))
    }

    /// Signs several messages with hedged nonces; they share one field inversion, which makes each about an eighth cheaper. The
    /// signatures are independent of one another and come in the order of the messages.
    ///
    /// # Errors
    /// [`Error::Rng`] if the generator fails.
    pub fn sign_batch<R: TryCryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        messages: &[&[u8]],
    ) -> Result<Vec<Signature>, Error> {
        let mut hashes = Vec::with_capacity(messages.len());
        let mut commitments = Zeroizing::new(Vec::with_capacity(messages.len()));
        let mut random = Zeroizing::new([0; 32]);
        for message in messages {
            let hash = self.verifying.hash(&[message]);
            rng.try_fill_bytes(&mut *random).map_err(|_| Error::Rng)?;
            commitments.push(*Self::commit(&mut self.kept.nonce.hedged(&random, &hash)));
            hashes.push(hash);
        }
        self.finish_batch(rng, &hashes, &commitments)
    }

    /// Steps A5 and A6 for several; what is to be done again is done alone.
    fn finish_batch<R: TryCryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        hashes: &[[u8; 32]],
        commitments: &[Commitment],
    ) -> Result<Vec<Signature>, Error> {
        let inverses = batch_invert(commitments.iter().map(|c| c.point.z).collect());
        hashes
            .iter()
            .zip(commitments.iter())
            .zip(inverses.iter())
            .map(|((hash, commitment), z_inverse)| {
                let e = Scalar::from_bytes_reduced(hash);
                match self.finish(&e, commitment, z_inverse) {
                    Some(signature) => Ok(signature),
                    None => self.sign_hash_hedged(rng, hash),
                }
            })
            .collect()
    }
}

impl core::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SigningKey").field("verifying_key", &self.verifying).finish_non_exhaustive()
    }
}

impl subtle::ConstantTimeEq for SigningKey {
    /// Constant time in the private keys; identifiers are public.
    fn ct_eq(&self, other: &Self) -> subtle::Choice {
        let same_owner = self.verifying.distid() == other.verifying.distid();
        self.secret.ct_eq(&other.secret) & u8::from(same_owner).into()
    }
}

impl PartialEq for SigningKey {
    /// The same private key for the same identifier, in constant time.
    fn eq(&self, other: &Self) -> bool {
        self.verifying.distid() == other.verifying.distid() && self.secret == other.secret
    }
}

impl Eq for SigningKey {}

impl zeroize::ZeroizeOnDrop for SigningKey {}

impl signature::KeypairRef for SigningKey {
    type VerifyingKey = VerifyingKey;
}

impl AsRef<VerifyingKey> for SigningKey {
    fn as_ref(&self) -> &VerifyingKey {
        &self.verifying
    }
}

impl signature::Signer<Signature> for SigningKey {
    /// Deterministic (RFC 6979 with SM3), the same bits as RustCrypto's `sm2`. Never fails.
    fn try_sign(&self, message: &[u8]) -> Result<Signature, signature::Error> {
        Ok(self.sign_hash(&self.verifying.hash(&[message])))
    }
}

impl signature::MultipartSigner<Signature> for SigningKey {
    fn try_multipart_sign(&self, message: &[&[u8]]) -> Result<Signature, signature::Error> {
        Ok(self.sign_hash(&self.verifying.hash(message)))
    }
}

impl signature::RandomizedSigner<Signature> for SigningKey {
    /// Hedged: from the generator, the key and the message. To be preferred where there is a generator.
    fn try_sign_with_rng<R: TryCryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        message: &[u8],
    ) -> Result<Signature, signature::Error> {
        Ok(self.sign_hash_hedged(rng, &self.verifying.hash(&[message]))?)
    }
}

impl signature::RandomizedMultipartSigner<Signature> for SigningKey {
    fn try_multipart_sign_with_rng<R: TryCryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        message: &[&[u8]],
    ) -> Result<Signature, signature::Error> {
        Ok(self.sign_hash_hedged(rng, &self.verifying.hash(message))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that gives what it was told to give.
    struct Given(Vec<[u8; 32]>);

    impl Candidates for Given {
        fn next_bytes(&mut self) -> Zeroizing<[u8; 32]> {
            Zeroizing::new(self.0.remove(0))
        }
    }

    fn bytes(text: &str) -> [u8; 32] {
        let mut out = [0; 32];
        hex::decode_to_slice(text, &mut out).unwrap();
        out
    }

    fn key(d: &str) -> SigningKey {
        SigningKey::new(SecretKey::from_bytes(&bytes(d)).unwrap(), DistId::DEFAULT)
    }

    /// GB/T 32918.5 annex A, with its k.
    #[test]
    fn the_annex_with_its_k() {
        let key = key("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
        let hash = key.verifying.hash(&[b"message digest"]);
        assert_eq!(hash, bytes("f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"));
        let k = bytes("59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21");
        let signature = key.sign_with(&Scalar::from_bytes_reduced(&hash), &mut Given(vec![k]));
        let (r, s) = (
            "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3",
            "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
        );
        assert_eq!(hex::encode(signature.to_bytes()), format!("{r}{s}"));
    }

    /// Of Botan's sm2_sig.vec, the case on the recommended curve, with its k.
    #[test]
    fn botan_with_its_k() {
        let d = bytes("110e7973206f68c19ee5f7328c036f26911c8c73b4e4f36ae3291097f8984ffc");
        let id = DistId::new("sm2test@example.com").unwrap();
        let key = SigningKey::new(SecretKey::from_bytes(&d).unwrap(), id);
        let e = Scalar::from_bytes_reduced(&key.verifying.hash(&[b"hi chappy"]));
        let k = bytes("3174c6ffc3c279d2422f3fc0a9f3e574674a4490fe45a5325caf7d3ec4c8f96c");
        let signature = key.sign_with(&e, &mut Given(vec![k]));
        let (r, s) = (
            "05890b9077b92e47b17a1ff42a814280e556afd92b4a98b9670bf8b1a274c2fa",
            "e3abbb8db2b6ecd9b24eccea7f679fb9a4b1db52f4aa985e443ad73237fa1993",
        );
        assert_eq!(hex::encode(signature.to_bytes()), format!("{r}{s}"));
    }

    /// k, its point's x and the hash that makes r what the test wants.
    fn hash_for(k: &Scalar, r: &Scalar) -> Scalar {
        r.sub(&Scalar::from_integer(&mul_base(k).to_affine().x.to_integer()))
    }

    #[test]
    fn a_k_with_r_zero_is_thrown_away() {
        let (key, first, second) = (key(&"42".repeat(32)), Scalar::from_integer(&[7, 0, 0, 0]), [9; 32]);
        let e = hash_for(&first, &Scalar::ZERO);
        let signature = key.sign_with(&e, &mut Given(vec![first.to_bytes(), second]));
        assert_eq!(signature, key.sign_with(&e, &mut Given(vec![second])));
        assert!(key.verifying.verify_hash(&e.to_bytes(), &signature).is_ok());
    }

    #[test]
    fn a_k_with_r_plus_k_equal_n_is_thrown_away() {
        let (key, first, second) = (key(&"42".repeat(32)), Scalar::from_integer(&[7, 0, 0, 0]), [9; 32]);
        let e = hash_for(&first, &first.negate());
        let signature = key.sign_with(&e, &mut Given(vec![first.to_bytes(), second]));
        assert_eq!(signature, key.sign_with(&e, &mut Given(vec![second])));
        assert!(key.verifying.verify_hash(&e.to_bytes(), &signature).is_ok());
    }

    #[test]
    fn a_k_with_s_zero_is_thrown_away() {
        // s = 0 for k = r·d.
        let (key, second) = (key(&"42".repeat(32)), [9; 32]);
        let r = Scalar::from_integer(&[5, 0, 0, 0]);
        let first = r.mul(key.secret.scalar());
        let e = hash_for(&first, &r);
        let signature = key.sign_with(&e, &mut Given(vec![first.to_bytes(), second]));
        assert_eq!(signature, key.sign_with(&e, &mut Given(vec![second])));
        assert!(key.verifying.verify_hash(&e.to_bytes(), &signature).is_ok());
    }

    #[test]
    fn a_batch_does_again_what_gives_no_signature() {
        use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
        let key = key(&"42".repeat(32));
        let (first, good) = (Scalar::from_integer(&[7, 0, 0, 0]), [9; 32]);
        let commitments: Vec<Commitment> =
            [good, first.to_bytes(), good].map(|k| *SigningKey::commit(&mut Given(vec![k]))).to_vec();
        // The hash for which the one in the middle gives r = 0; with it r + k = n, and s = 0, go the same way.
        let again = hash_for(&first, &Scalar::ZERO).to_bytes();
        let hashes = [[1; 32], again, [3; 32]];
        let rng = || ChaCha20Rng::from_seed([5; 32]);
        let signatures = key.finish_batch(&mut rng(), &hashes, &commitments).unwrap();
        for (hash, signature) in hashes.iter().zip(&signatures) {
            assert!(key.verifying.verify_hash(hash, signature).is_ok());
        }
        assert_eq!(
            signatures[1],
            key.sign_hash_hedged(&mut rng(), &again).unwrap(),
            "alone, with fresh randomness"
        );
        assert_eq!(
            signatures[0],
            key.sign_with(&Scalar::from_bytes_reduced(&[1; 32]), &mut Given(vec![good]))
        );
    }

    #[test]
    fn candidates_outside_1_to_n_are_thrown_away() {
        let (key, good) = (key(&"42".repeat(32)), [9; 32]);
        let n = bytes("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123");
        let signature = key.sign_with(&Scalar::ONE, &mut Given(vec![[0; 32], n, [0xff; 32], good]));
        assert_eq!(signature, key.sign_with(&Scalar::ONE, &mut Given(vec![good])));
    }
}
