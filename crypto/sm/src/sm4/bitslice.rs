//! SM4 on any CPU without tables: sixteen blocks at once, each bit of a byte in a word of its own.
//!
//! The state is four words of each block (GB/T 32907 §7.1). Word i of all sixteen blocks is eight planes of 64 bits: bit
//! 16·k + b of plane p is bit p of byte k of that word of block b, where byte 0 is the lowest. A rotation of the words by
//! 8 bits is then a rotation of the planes by 16.

use super::sbox::{sbox, tau2};

/// Blocks that are done at once.
const BLOCKS: usize = 16;

/// One word of every block.
type Planes = [u64; 8];

/// Encrypts with round keys in their order, decrypts with them reversed.
pub(super) fn crypt(rk: &[u32; 32], blocks: &mut [[u8; 16]]) {
    let (batches, rest) = blocks.as_chunks_mut::<BLOCKS>();
    for batch in batches {
        crypt_batch(rk, batch);
    }
    if rest.len() <= FEW {
        for pair in rest.chunks_mut(2) {
            crypt_pair(rk, pair);
        }
    } else {
        let mut batch = [[0; 16]; BLOCKS];
        batch[..rest.len()].copy_from_slice(rest);
        crypt_batch(rk, &mut batch);
        rest.copy_from_slice(&batch[..rest.len()]);
    }
}

/// So many blocks are done faster two by two.
const FEW: usize = 8;

/// One block or two, whose words stand side by side in 64 bits.
fn crypt_pair(rk: &[u32; 32], blocks: &mut [[u8; 16]]) {
    let pair = |i| blocks.iter().fold(0, |words, block| (words << 32) | u64::from(word(block, i)));
    let mut x = [pair(0), pair(1), pair(2), pair(3)];
    for rk in rk {
        let t = tau2(x[1] ^ x[2] ^ x[3] ^ (u64::from(*rk) | (u64::from(*rk) << 32)));
        let rotl = |x: u64, n: u32| {
            // What leaves a word at its upper end comes in at its lower one, in each half.
            let low = (u64::MAX >> (64 - n) << 32) | (u64::MAX >> (64 - n));
            ((x << n) & !low) | ((x >> (32 - n)) & low)
        };
        let l = t ^ rotl(t, 2) ^ rotl(t, 10) ^ rotl(t, 18) ^ rotl(t, 24);
        x = [x[1], x[2], x[3], x[0] ^ l];
    }
    for (k, block) in blocks.iter_mut().rev().enumerate() {
        for (out, x) in block.as_chunks_mut::<4>().0.iter_mut().zip(x.iter().rev()) {
            #[allow(clippy::cast_possible_truncation)] // the word of this block
            let word = (x >> (32 * k)) as u32;
            *out = word.to_be_bytes();
        }
    }
}

fn crypt_batch(rk: &[u32; 32], blocks: &mut [[u8; 16]; BLOCKS]) {
    let [mut x0, mut x1, mut x2, mut x3] = [0, 1, 2, 3].map(|i| pack(&blocks.each_ref().map(|b| word(b, i))));
    for quad in rk.as_chunks::<4>().0 {
        round(&mut x0, &x1, &x2, &x3, quad[0]);
        round(&mut x1, &x2, &x3, &x0, quad[1]);
        round(&mut x2, &x3, &x0, &x1, quad[2]);
        round(&mut x3, &x0, &x1, &x2, quad[3]);
    }
    // R, the reversal of §7.1.
    for (i, x) in [x3, x2, x1, x0].into_iter().enumerate() {
        for (block, word) in blocks.iter_mut().zip(unpack(x)) {
            block[4 * i..4 * i + 4].copy_from_slice(&word.to_be_bytes());
        }
    }
}

fn word(block: &[u8; 16], i: usize) -> u32 {
    u32::from_be_bytes(block.as_chunks().0[i])
}

/// The round function F of §6.1: x0 ⊕ L(τ(x1 ⊕ x2 ⊕ x3 ⊕ rk)).
#[inline(always)]
fn round(x0: &mut Planes, x1: &Planes, x2: &Planes, x3: &Planes, rk: u32) {
    let mut t = [0; 8];
    for (p, t) in t.iter_mut().enumerate() {
        *t = x1[p] ^ x2[p] ^ x3[p] ^ key_plane(rk, p);
    }
    let s = sbox(t);
    // L(s) = s ⊕ (s <<< 24) ⊕ (u <<< 2) with u = s ⊕ (s <<< 8) ⊕ (s <<< 16): the five terms of §6.2.
    let u = s.map(|s| s ^ s.rotate_left(16) ^ s.rotate_left(32));
    for p in 0..8 {
        // Two bits up: within the byte from the plane two below, else from the byte before.
        let u2 = if p >= 2 { u[p - 2] } else { u[p + 6].rotate_left(16) };
        x0[p] ^= s[p] ^ s[p].rotate_left(48) ^ u2;
    }
}

/// Bit p of each byte of the round key, for every block.
#[inline(always)]
fn key_plane(rk: u32, p: usize) -> u64 {
    // 0 − 1 is all ones: the bit becomes sixteen.
    let bit = |k: usize| u64::from(rk >> (8 * k + p) & 1) << (16 * k);
    (bit(0) | bit(1) | bit(2) | bit(3)).wrapping_mul(0xffff)
}

/// Sixteen words to planes.
fn pack(words: &[u32; BLOCKS]) -> Planes {
    let mut q = [0; 8];
    for (r, q) in q.iter_mut().enumerate() {
        *q = spread(words[r]) | spread(words[r + 8]) << 8;
    }
    transpose(&mut q);
    q
}

/// Planes to sixteen words: [`pack`] backwards.
fn unpack(mut q: Planes) -> [u32; BLOCKS] {
    transpose(&mut q);
    let mut words = [0; BLOCKS];
    for (r, q) in q.into_iter().enumerate() {
        words[r] = gather(q);
        words[r + 8] = gather(q >> 8);
    }
    words
}

/// Byte k of a word to byte 2k.
fn spread(word: u32) -> u64 {
    let x = u64::from(word);
    let x = (x | x << 16) & 0x0000_ffff_0000_ffff;
    (x | x << 8) & 0x00ff_00ff_00ff_00ff
}

/// Byte 2k to byte k of a word: [`spread`] backwards.
#[allow(clippy::cast_possible_truncation)] // the lower half is what is wanted
fn gather(x: u64) -> u32 {
    let x = x & 0x00ff_00ff_00ff_00ff;
    let x = (x | x >> 8) & 0x0000_ffff_0000_ffff;
    (x | x >> 16) as u32
}

/// In each of the eight byte columns, rows to columns of the 8 × 8 bits: bit r of plane p is bit p of row r.
fn transpose(q: &mut Planes) {
    for (shift, mask) in [(1, 0x5555_5555_5555_5555), (2, 0x3333_3333_3333_3333), (4, 0x0f0f_0f0f_0f0f_0f0f)]
    {
        for low in (0..8).filter(|i| i & shift == 0) {
            let high = low + shift;
            let (a, b): (u64, u64) = (q[low], q[high]);
            q[low] = (a & mask) | (b & mask) << shift;
            q[high] = (a >> shift & mask) | (b & !mask);
        }
    }
}
