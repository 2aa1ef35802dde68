//! The compression function CF of GB/T 32905 §5.3.3 with the message expansion of §5.3.2, portable.

/// The initial value of §4.1.
pub(super) const IV: [u32; 8] =
    [0x7380_166f, 0x4914_b2b9, 0x1724_42d7, 0xda8a_0600, 0xa96f_30bc, 0x1631_38aa, 0xe38d_ee4d, 0xb0fb_0e4e];

/// `T_j <<< (j mod 32)` of §4.2 and §5.3.3: the only form in which the constants enter a round.
pub(super) static T: [u32; 64] = {
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
        compress_block(state, block);
    }
}

/// Takes one block.
///
/// The message is expanded (§5.3.2) as the rounds go: sixteen words stand in a ring, and W_(j+4) takes the place of
/// W_(j−12) in round j, which needs it for W'_j = W_j ⊕ W_(j+4).
fn compress_block(state: &mut [u32; 8], block: &[u8; 64]) {
    let mut w = [0; 16];
    for (word, bytes) in w.iter_mut().zip(block.chunks_exact(4)) {
        *word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    let mut v = *state;
    macro_rules! rounds {
        ($ff:ident, $gg:ident, $($j:literal)+) => {$(
            let word = w[$j % 16];
            if $j + 4 >= 16 {
                w[($j + 4) % 16] = next_word(&w, $j + 4);
            }
            v = round(v, T[$j], word, word ^ w[($j + 4) % 16], $ff, $gg);
        )+};
    }
    rounds!(parity, parity, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    rounds!(majority, choose, 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39);
    rounds!(majority, choose, 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63);
    for (out, word) in state.iter_mut().zip(v) {
        *out ^= word;
    }
}

/// W_j from the sixteen words before it, in a ring where W_i stands at i mod 16.
#[inline(always)]
fn next_word(w: &[u32; 16], j: usize) -> u32 {
    let t = w[j % 16] ^ w[(j + 7) % 16] ^ w[(j + 13) % 16].rotate_left(15);
    t ^ t.rotate_left(15) ^ t.rotate_left(23) ^ w[(j + 3) % 16].rotate_left(7) ^ w[(j + 10) % 16]
}

/// One round with the constant `T_j <<< j`, W_j and W'_j.
#[inline(always)]
pub(super) fn round(
    [a, b, c, d, e, f, g, h]: [u32; 8],
    t: u32,
    w: u32,
    w1: u32,
    ff: impl Fn(u32, u32, u32) -> u32,
    gg: impl Fn(u32, u32, u32) -> u32,
) -> [u32; 8] {
    let a12 = a.rotate_left(12);
    let ss1 = a12.wrapping_add(t).wrapping_add(e).rotate_left(7);
    let ss2 = ss1 ^ a12;
    let tt1 = ff(a, b, c).wrapping_add(d.wrapping_add(w1)).wrapping_add(ss2);
    let tt2 = gg(e, f, g).wrapping_add(h.wrapping_add(w)).wrapping_add(ss1);
    [tt1, a, b.rotate_left(9), c, p0(tt2), e, f.rotate_left(19), g]
}

/// The Boolean functions FF_j and GG_j for 0 ≤ j ≤ 15 (§4.3).
#[inline(always)]
pub(super) fn parity(x: u32, y: u32, z: u32) -> u32 {
    x ^ y ^ z
}

/// FF_j for 16 ≤ j ≤ 63: the majority of the three.
#[inline(always)]
pub(super) fn majority(x: u32, y: u32, z: u32) -> u32 {
    ((x ^ z) & (x ^ y)) ^ x
}

/// GG_j for 16 ≤ j ≤ 63: x chooses between y and z.
#[inline(always)]
pub(super) fn choose(x: u32, y: u32, z: u32) -> u32 {
    z ^ (x & (y ^ z))
}

/// The permutation P0 of §4.4.
#[inline(always)]
fn p0(x: u32) -> u32 {
    x ^ x.rotate_left(9) ^ x.rotate_left(17)
}
