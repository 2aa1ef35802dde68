//! The secret number k of a signature, from the private key, the hash and, if there is one, a random number generator.
//!
//! * Without randomness: RFC 6979 §3.2 with HMAC-SM3. The same key and message give the same signature.
//! * With randomness: the key derivation function in counter mode of NIST SP 800-108r1 §4.1 over HMAC-SM3, keyed with d, whose
//!   context is 32 random bytes and the hash. k is unpredictable if d is secret and k is fresh if the generator is good; a
//!   generator that repeats itself makes signatures deterministic and betrays nothing, and a fault attack that needs the same
//!   k twice does not get it. Four times fewer blocks are hashed than in RFC 6979 §3.6.
//!
//! Both take 256 bits and throw values outside 1..n away, so that k is uniform.

use super::ct::Mask;
use super::scalar::Scalar;
use crate::sm3::Sm3;
use digest::Digest;
use zeroize::{Zeroize, Zeroizing};

/// HMAC-SM3 (RFC 2104) with the key's two blocks hashed.
#[derive(Clone)]
struct Hmac {
    inner: Sm3,
    outer: Sm3,
}

impl Hmac {
    fn new(key: &[u8; 32]) -> Self {
        let mut block = Zeroizing::new([0x36u8; 64]);
        let (mut inner, mut outer) = (Sm3::new(), Sm3::new());
        block.iter_mut().zip(key).for_each(|(b, k)| *b ^= k);
        inner.update(*block);
        block.iter_mut().for_each(|b| *b ^= 0x36 ^ 0x5c);
        outer.update(*block);
        Self { inner, outer }
    }

    fn finish(self) -> Zeroizing<[u8; 32]> {
        let inner = Zeroizing::new(<[u8; 32]>::from(self.inner.finalize()));
        let mut outer = self.outer;
        outer.update(*inner);
        Zeroizing::new(outer.finalize().into())
    }

    fn mac(&self, parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
        let mut hmac = self.clone();
        parts.iter().for_each(|part| hmac.inner.update(part));
        hmac.finish()
    }
}

/// What the two ways hash of a private key before they see the message.
#[derive(Clone)]
pub(crate) struct NonceKey {
    d: Zeroizing<[u8; 32]>,
    /// RFC 6979, step d: HMAC keyed with zeros, after V ‖ 0x00 ‖ d.
    first: Hmac,
    /// HMAC keyed with d.
    hedged: Hmac,
}

/// Distinguishes this use of the key from any other.
const LABEL: &[u8] = b"hufu-sm sm2 nonce";

impl NonceKey {
    pub(crate) fn new(d: &Scalar) -> Self {
        let d = Zeroizing::new(d.to_bytes());
        let mut first = Hmac::new(&[0; 32]);
        first.inner.update([1; 32]);
        first.inner.update([0]);
        first.inner.update(*d);
        Self { first, hedged: Hmac::new(&d), d }
    }

    /// The candidates of RFC 6979 §3.2 for the hash e, which is reduced modulo n.
    pub(crate) fn deterministic(&self, e: &[u8; 32]) -> Deterministic {
        // Steps b to g. V starts as 32 bytes 0x01, K as zeros.
        let mut step_d = self.first.clone();
        step_d.inner.update(e);
        let k = Hmac::new(&step_d.finish());
        let v = k.mac(&[&[1; 32]]);
        let k = Hmac::new(&k.mac(&[&*v, &[1], &*self.d, e]));
        let v = k.mac(&[&*v]);
        Deterministic { k, v, asked: false }
    }

    /// The candidates for the hash e and fresh random bytes.
    pub(crate) fn hedged<'a>(&'a self, random: &'a [u8; 32], e: &'a [u8; 32]) -> Hedged<'a> {
        Hedged { key: &self.hedged, random, e, counter: 0 }
    }
}

/// A source of candidates for k.
pub(crate) trait Candidates {
    /// The next 256 bits.
    fn next_bytes(&mut self) -> Zeroizing<[u8; 32]>;

    /// The next k in 1..n.
    fn next_scalar(&mut self) -> Scalar {
        loop {
            let (mut k, good): (Scalar, Mask) = Scalar::from_bytes(&self.next_bytes());
            // That a candidate is thrown away says nothing of the one that is kept.
            if good.declassify() {
                return k;
            }
            k.zeroize();
        }
    }
}

/// RFC 6979 §3.2, step h.
pub(crate) struct Deterministic {
    k: Hmac,
    v: Zeroizing<[u8; 32]>,
    asked: bool,
}

impl Candidates for Deterministic {
    fn next_bytes(&mut self) -> Zeroizing<[u8; 32]> {
        if self.asked {
            self.k = Hmac::new(&self.k.mac(&[&*self.v, &[0]]));
            self.v = self.k.mac(&[&*self.v]);
        }
        self.asked = true;
        self.v = self.k.mac(&[&*self.v]);
        self.v.clone()
    }
}

/// NIST SP 800-108r1 §4.1.
pub(crate) struct Hedged<'a> {
    key: &'a Hmac,
    random: &'a [u8; 32],
    e: &'a [u8; 32],
    counter: u32,
}

impl Candidates for Hedged<'_> {
    fn next_bytes(&mut self) -> Zeroizing<[u8; 32]> {
        self.counter = self.counter.wrapping_add(1);
        // [i]₂ ‖ Label ‖ 0x00 ‖ Context ‖ [L]₂ with one block of 256 bits a candidate.
        self.key.mac(&[&self.counter.to_be_bytes(), LABEL, &[0], self.random, self.e, &256u32.to_be_bytes()])
    }
}
