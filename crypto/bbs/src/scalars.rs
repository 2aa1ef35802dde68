//! Sections 4.1.2, 4.2.2 and 4.2.4.1 of the core draft: hashing to scalars, and serialization into what is hashed.

use crate::suite::Suite;
use hufu_pairing::{Backend, Expand, G1Affine, Scalar, WIDE_BYTES};
use zeroize::{Zeroize, Zeroizing};

/// `hash_to_scalar`, over the concatenation of `message`.
///
/// Tags of this crate are short constants, and 48 bytes can always be expanded.
pub(crate) fn hash_to_scalar<S: Suite, B: Backend>(message: &[&[u8]], tag: &[u8]) -> Scalar<B> {
    let mut uniform = Zeroizing::new([0; WIDE_BYTES]);
    S::Expand::expand(message, tag, uniform.as_mut())
        .expect("a tag of an interface has 1 to 255 bytes because its parts are constants");
    Scalar::from_wide(&uniform)
}

/// `serialize`: what is about to be hashed. Erased when dropped, because a secret key can be part of it.
pub(crate) struct Transcript(Zeroizing<Vec<u8>>);

impl Transcript {
    pub(crate) fn new() -> Self {
        Self(Zeroizing::new(Vec::new()))
    }

    pub(crate) fn octets(&mut self, octets: &[u8]) -> &mut Self {
        reserve(&mut self.0, octets.len());
        self.0.extend_from_slice(octets);
        self
    }

    /// I2OSP(value, 8).
    pub(crate) fn count(&mut self, value: usize) -> &mut Self {
        self.octets(&octets_of(value))
    }

    /// I2OSP(length, 8), then the octets.
    pub(crate) fn framed(&mut self, octets: &[u8]) -> &mut Self {
        self.count(octets.len()).octets(octets)
    }

    pub(crate) fn scalar<B: Backend>(&mut self, scalar: &Scalar<B>) -> &mut Self {
        let bytes = Zeroizing::new(scalar.to_bytes());
        self.octets(bytes.as_ref())
    }

    pub(crate) fn point<B: Backend>(&mut self, point: &G1Affine<B>) -> &mut Self {
        self.octets(&point.to_bytes())
    }

    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        core::mem::take(&mut *self.0)
    }

    pub(crate) fn hash<S: Suite, B: Backend>(&self, tag: &[u8]) -> Scalar<B> {
        hash_to_scalar::<S, B>(&[&self.0], tag)
    }
}

/// Room for `more`. Where a vector would give its old block back as it is, here it is erased first.
pub(crate) fn reserve<T: Copy + Zeroize>(list: &mut Zeroizing<Vec<T>>, more: usize) {
    let needed = list.len().saturating_add(more);
    if needed > list.capacity() {
        let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(2 * list.capacity())));
        larger.extend_from_slice(list);
        *list = larger;
    }
}

/// I2OSP(value, 8).
pub(crate) fn octets_of(value: usize) -> [u8; 8] {
    u64::try_from(value).unwrap_or(u64::MAX).to_be_bytes()
}
