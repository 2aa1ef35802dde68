//! GHASH, the universal hash of GCM (NIST SP 800-38D §6.4): Y ← (Y ⊕ X)·H in GF(2¹²⁸), block after block.

#[cfg(target_arch = "x86_64")]
mod clmul;
mod portable;
#[cfg(target_arch = "x86_64")]
mod vclmul;

use super::backend::Ghash;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The hash key H, in the form that the instructions want, overwritten when dropped. It lives in a box: moving it leaves no copy
/// behind.
#[derive(Clone)]
pub(super) struct GhashKey(Form);

#[derive(Clone)]
enum Form {
    Portable(Box<portable::HashKey>),
    #[cfg(target_arch = "x86_64")]
    Clmul(crate::cpu::Clmul, Box<clmul::Powers>),
    #[cfg(target_arch = "x86_64")]
    Vclmul(crate::cpu::Vclmul, crate::cpu::Clmul, Box<clmul::Powers>),
}

impl GhashKey {
    /// The key from the block H = E_K(0).
    pub(super) fn new(backend: Ghash, h: &[u8; 16]) -> Self {
        Self(match backend {
            Ghash::Portable => Form::Portable(Box::new(portable::HashKey::new(h))),
            #[cfg(target_arch = "x86_64")]
            Ghash::Clmul(proof) => Form::Clmul(proof, Box::new(clmul::Powers::new(proof, h))),
            #[cfg(target_arch = "x86_64")]
            Ghash::Vclmul(wide, narrow) => {
                Form::Vclmul(wide, narrow, Box::new(clmul::Powers::new(narrow, h)))
            }
        })
    }

    /// Takes whole blocks into the hash value.
    fn update(&self, y: &mut [u8; 16], blocks: &[[u8; 16]]) {
        match &self.0 {
            Form::Portable(key) => key.update(y, blocks),
            #[cfg(target_arch = "x86_64")]
            Form::Clmul(proof, powers) => powers.update(*proof, y, blocks),
            #[cfg(target_arch = "x86_64")]
            Form::Vclmul(wide, narrow, powers) => vclmul::update(*wide, *narrow, powers, y, blocks),
        }
    }
}

impl Drop for GhashKey {
    fn drop(&mut self) {
        match &mut self.0 {
            Form::Portable(key) => key.zeroize(),
            #[cfg(target_arch = "x86_64")]
            Form::Clmul(_, powers) | Form::Vclmul(_, _, powers) => powers.zeroize(),
        }
    }
}

impl ZeroizeOnDrop for GhashKey {}

/// A hash in the making.
pub(super) struct GhashState<'k> {
    key: &'k GhashKey,
    y: [u8; 16],
}

impl<'k> GhashState<'k> {
    pub(super) fn new(key: &'k GhashKey) -> Self {
        Self { key, y: [0; 16] }
    }

    /// Takes bytes, with zeros after them up to a whole block.
    pub(super) fn update_padded(&mut self, data: &[u8]) {
        let (blocks, rest) = data.as_chunks();
        self.key.update(&mut self.y, blocks);
        if !rest.is_empty() {
            let mut last = [0; 16];
            last[..rest.len()].copy_from_slice(rest);
            self.key.update(&mut self.y, &[last]);
        }
    }

    /// Takes the block of the lengths, in bytes here and in bits there, and gives the hash.
    pub(super) fn finish(mut self, aad_bytes: u64, data_bytes: u64) -> [u8; 16] {
        let mut lengths = [0; 16];
        lengths[..8].copy_from_slice(&aad_bytes.wrapping_mul(8).to_be_bytes());
        lengths[8..].copy_from_slice(&data_bytes.wrapping_mul(8).to_be_bytes());
        self.key.update(&mut self.y, &[lengths]);
        self.y
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sm4::Backend;

    /// Bit by bit, as SP 800-38D algorithm 1 has it.
    fn multiply(x: u128, h: u128) -> u128 {
        let (mut z, mut v) = (0, h);
        for i in 0..128 {
            if x >> (127 - i) & 1 == 1 {
                z ^= v;
            }
            v = if v & 1 == 1 { v >> 1 ^ 0xe1 << 120 } else { v >> 1 };
        }
        z
    }

    #[test]
    fn every_form_is_the_definition() {
        let mut x = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834_u128;
        let mut next = || {
            x = x.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(1);
            x ^ x >> 71
        };
        for (edge, h) in [0, 1, 1 << 127, u128::MAX]
            .into_iter()
            .map(|h| (true, h))
            .chain((0..20).map(|_| (false, next())))
            .collect::<Vec<_>>()
        {
            let blocks: Vec<[u8; 16]> =
                (0..70).map(|i| if edge && i % 3 == 0 { [0xff; 16] } else { next().to_be_bytes() }).collect();
            for n in 0..=blocks.len() {
                let expected = blocks[..n].iter().fold(0, |y, b| multiply(y ^ u128::from_be_bytes(*b), h));
                for backend in Backend::available() {
                    let key = GhashKey::new(backend.ghash, &h.to_be_bytes());
                    let mut y = [0; 16];
                    let (first, second) = blocks[..n].split_at(n / 3);
                    key.update(&mut y, first);
                    key.update(&mut y, second);
                    assert_eq!(u128::from_be_bytes(y), expected, "{backend:?}, {n} blocks, H = {h:032x}");
                }
            }
        }
    }
}
