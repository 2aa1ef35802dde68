//! What the vector implementations of SM4 share: the frame of the rounds around an instruction set's own S-box.
//!
//! A vector has a word of 4, 8 or 16 blocks: four blocks in each of its 128-bit parts. Rows to columns within these parts
//! makes from four vectors of blocks the four words of the state (GB/T 32907 §7.1), and the same again takes them back, so
//! no instruction that crosses the parts is needed.

/// Writes the function `crypt(rk, blocks)` for an instruction set. The place of use provides
/// - `PER_VECTOR`: blocks in a vector,
/// - `load`, `store`: a vector from and to `[[u8; 16]; PER_VECTOR]`,
/// - `swap`: the bytes of each 32-bit word reversed,
/// - `transpose`: rows to columns in each 128-bit part of four vectors,
/// - `Tables` with `Tables::new()`: what rounds keep in registers,
/// - `round(tables, x0, x1, x2, x3, rk)`: x0 ⊕ L(τ(x1 ⊕ x2 ⊕ x3 ⊕ rk)).
///
/// `$groups` times four vectors run side by side, to fill the time that one waits for the result of an instruction.
macro_rules! crypt_in_vectors {
    ($features:literal, $groups:literal) => {
        /// Encrypts with round keys in their order, decrypts with them reversed.
        #[target_feature(enable = $features)]
        fn crypt_all(rk: &[u32; 32], blocks: &mut [[u8; 16]]) {
            let (wide, rest) = blocks.as_chunks_mut::<{ 4 * PER_VECTOR * $groups }>();
            for batch in wide {
                crypt_groups::<$groups>(rk, batch.as_chunks_mut().0);
            }
            let (narrow, rest) = rest.as_chunks_mut::<{ 4 * PER_VECTOR }>();
            for batch in narrow {
                crypt_groups::<1>(rk, batch.as_chunks_mut().0);
            }
            if !rest.is_empty() {
                let mut batch = [[0; 16]; 4 * PER_VECTOR];
                batch[..rest.len()].copy_from_slice(rest);
                crypt_groups::<1>(rk, batch.as_chunks_mut().0);
                rest.copy_from_slice(&batch[..rest.len()]);
            }
        }

        /// `G` groups of four vectors.
        #[inline]
        #[target_feature(enable = $features)]
        fn crypt_groups<const G: usize>(rk: &[u32; 32], vectors: &mut [[[u8; 16]; PER_VECTOR]]) {
            let tables = Tables::new();
            let mut state = [[zero(); 4]; G];
            for (x, four) in state.iter_mut().zip(vectors.as_chunks::<4>().0) {
                *x = transpose([
                    swap(&tables, load(&four[0])),
                    swap(&tables, load(&four[1])),
                    swap(&tables, load(&four[2])),
                    swap(&tables, load(&four[3])),
                ]);
            }
            for rk in rk.as_chunks::<4>().0 {
                for [x0, x1, x2, x3] in &mut state {
                    *x0 = round(&tables, *x0, *x1, *x2, *x3, rk[0]);
                }
                for [x0, x1, x2, x3] in &mut state {
                    *x1 = round(&tables, *x1, *x2, *x3, *x0, rk[1]);
                }
                for [x0, x1, x2, x3] in &mut state {
                    *x2 = round(&tables, *x2, *x3, *x0, *x1, rk[2]);
                }
                for [x0, x1, x2, x3] in &mut state {
                    *x3 = round(&tables, *x3, *x0, *x1, *x2, rk[3]);
                }
            }
            for ([x0, x1, x2, x3], four) in state.into_iter().zip(vectors.as_chunks_mut::<4>().0) {
                // R, the reversal of §7.1.
                let rows = transpose([x3, x2, x1, x0]);
                for (bytes, row) in four.iter_mut().zip(rows) {
                    store(bytes, swap(&tables, row));
                }
            }
        }
    };
}
pub(super) use crypt_in_vectors;

/// The S-box through the inversion of AES, for [`AESENCLAST`](https://www.intel.com/content/www/us/en/docs/intrinsics-guide):
/// S(x) = `POST`(SubBytes(`PRE`(x))), both affine over GF(2), each as two tables of sixteen bytes that are indexed in
/// registers: by the lower and by the upper half of a byte. See `sbox.rs` for the derivation.
pub(super) mod affine {
    pub(in super::super) const PRE_LOW: [u8; 16] =
        [0x3e, 0xb2, 0x0e, 0x82, 0xbb, 0x37, 0x8b, 0x07, 0xa1, 0x2d, 0x91, 0x1d, 0x24, 0xa8, 0x14, 0x98];
    pub(in super::super) const PRE_HIGH: [u8; 16] =
        [0x00, 0xdc, 0x2e, 0xf2, 0xc5, 0x19, 0xeb, 0x37, 0x08, 0xd4, 0x26, 0xfa, 0xcd, 0x11, 0xe3, 0x3f];
    pub(in super::super) const POST_LOW: [u8; 16] =
        [0x6c, 0xd4, 0xa6, 0x1e, 0x52, 0xea, 0x98, 0x20, 0x0b, 0xb3, 0xc1, 0x79, 0x35, 0x8d, 0xff, 0x47];
    pub(in super::super) const POST_HIGH: [u8; 16] =
        [0x00, 0xe0, 0x50, 0xb0, 0x9d, 0x7d, 0xcd, 0x2d, 0xc0, 0x20, 0x90, 0x70, 0x5d, 0xbd, 0x0d, 0xed];

    /// ShiftRows of AES backwards: where the byte at each place has gone. Rotations of words by 8, 16 and 24 bits are
    /// permutations of bytes too, and are taken in the same step.
    pub(in super::super) const UNSHIFT: [u8; 16] = rotated(0);
    pub(in super::super) const UNSHIFT_8: [u8; 16] = rotated(1);
    pub(in super::super) const UNSHIFT_16: [u8; 16] = rotated(2);
    pub(in super::super) const UNSHIFT_24: [u8; 16] = rotated(3);

    /// The permutation that undoes ShiftRows and then rotates each word left by `bytes`.
    const fn rotated(bytes: usize) -> [u8; 16] {
        let mut table = [0; 16];
        let mut i = 0;
        while i < 16 {
            // Byte i of the result comes from byte j of the state: j is i with its place in the word moved.
            let j = i / 4 * 4 + (i + 4 - bytes) % 4;
            // ShiftRows brings the byte at column c, row r to column c − r: byte j is found at j − 4·(j mod 4).
            #[allow(clippy::cast_possible_truncation)] // below 16
            let from = ((j + 16 - 4 * (j % 4)) % 16) as u8;
            table[i] = from;
            i += 1;
        }
        table
    }

    /// The bytes of each word reversed.
    pub(in super::super) const SWAP: [u8; 16] = [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12];
}
