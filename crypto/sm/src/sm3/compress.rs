//! The compression function CF of GB/T 32905 §5.3.3 with the message expansion of §5.3.2, portable.

/// The initial value of §4.1.
pub(super) const IV: [u32; 8] =
    [0x7380_166f, 0x4914_b2b9, 0x1724_42d7, 0xda8a_0600, 0xa96f_30bc, 0x1631_38aa, 0xe38d_ee4d, 0xb0fb_0e4e];

/// `T_j <<< (j mod 32)` of §4.2 and §5.3.3: the only form in which the constants enter a round.
pub(super) const T: [u32; 64] = {
    let mut t = [0; 64];
    let mut j = 0_u32;
    while j < 64 {
        let constant: u32 = if j < 16 { 0x79cc_4519 } else { 0x7a87_9d8a };
        t[j as usize] = constant.rotate_left(j % 32);
        j += 1;
    }
    t
};

/// Takes blocks into the chaining value, one after the other.
pub(super) fn compress(state: &mut [u32; 8], blocks: &[[u8; 64]]) {
    for block in blocks {
        let w = expand(block);
        rounds(state, |j| (w[j], w[j] ^ w[j + 4]));
    }
}

/// The message expansion of §5.3.2: W_0 … W_67. W'_j is W_j ⊕ W_(j+4).
#[inline(always)]
fn expand(block: &[u8; 64]) -> [u32; 68] {
    let mut w = [0; 68];
    for (word, bytes) in w.iter_mut().zip(block.chunks_exact(4)) {
        *word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    for j in 16..68 {
        w[j] = p1(w[j - 16] ^ w[j - 9] ^ w[j - 3].rotate_left(15)) ^ w[j - 13].rotate_left(7) ^ w[j - 6];
    }
    w
}

/// The 64 rounds of §5.3.3 over the words `(W_j, W'_j)` that `words(j)` gives.
#[inline(always)]
pub(super) fn rounds(state: &mut [u32; 8], words: impl Fn(usize) -> (u32, u32)) {
    let mut v = *state;
    // Four rounds at a time: then every word is back in the variable that it started in, and no word is moved.
    for j in (0..16).step_by(4) {
        v = round(v, j, parity, parity, &words);
        v = round(v, j + 1, parity, parity, &words);
        v = round(v, j + 2, parity, parity, &words);
        v = round(v, j + 3, parity, parity, &words);
    }
    for j in (16..64).step_by(4) {
        v = round(v, j, majority, choose, &words);
        v = round(v, j + 1, majority, choose, &words);
        v = round(v, j + 2, majority, choose, &words);
        v = round(v, j + 3, majority, choose, &words);
    }
    for (out, word) in state.iter_mut().zip(v) {
        *out ^= word;
    }
}

/// Round `j`.
#[inline(always)]
fn round(
    [a, b, c, d, e, f, g, h]: [u32; 8],
    j: usize,
    ff: impl Fn(u32, u32, u32) -> u32,
    gg: impl Fn(u32, u32, u32) -> u32,
    words: impl Fn(usize) -> (u32, u32),
) -> [u32; 8] {
    let (w, w1) = words(j);
    let a12 = a.rotate_left(12);
    let ss1 = a12.wrapping_add(e).wrapping_add(T[j]).rotate_left(7);
    let ss2 = ss1 ^ a12;
    let tt1 = ff(a, b, c).wrapping_add(d.wrapping_add(w1)).wrapping_add(ss2);
    let tt2 = gg(e, f, g).wrapping_add(h.wrapping_add(w)).wrapping_add(ss1);
    [tt1, a, b.rotate_left(9), c, p0(tt2), e, f.rotate_left(19), g]
}

/// The Boolean functions FF_j and GG_j for 0 ≤ j ≤ 15 (§4.3).
#[inline(always)]
fn parity(x: u32, y: u32, z: u32) -> u32 {
    x ^ y ^ z
}

/// FF_j for 16 ≤ j ≤ 63: the majority of the three.
#[inline(always)]
fn majority(x: u32, y: u32, z: u32) -> u32 {
    (x & y) | ((x | y) & z)
}

/// GG_j for 16 ≤ j ≤ 63: x chooses between y and z.
#[inline(always)]
fn choose(x: u32, y: u32, z: u32) -> u32 {
    (x & y) | (!x & z)
}

/// The permutation P0 of §4.4.
#[inline(always)]
fn p0(x: u32) -> u32 {
    x ^ x.rotate_left(9) ^ x.rotate_left(17)
}

/// The permutation P1 of §4.4.
#[inline(always)]
fn p1(x: u32) -> u32 {
    x ^ x.rotate_left(15) ^ x.rotate_left(23)
}
