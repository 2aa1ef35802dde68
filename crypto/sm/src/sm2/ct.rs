//! Decisions about secrets without branches.
//!
//! A decision is a mask that the compiler knows nothing of, so that it can but compute with it.

mod opaque;

use opaque::opaque;

/// All ones or all zeros: the answer to a question about a secret, in a form that the compiler cannot branch on.
#[derive(Clone, Copy)]
pub(crate) struct Mask(u64);

impl Mask {
    /// From a bit that is 0 or 1.
    #[inline(always)]
    pub(crate) fn from_bit(bit: u64) -> Self {
        // If LLVM knows that the value is 0 or -1, it turns a plain mask-select into a branch where it thinks that the branch
        // is cheaper (seen in the portable build).
        Self(opaque(bit.wrapping_neg()))
    }

    /// Whether `word` is zero.
    #[inline(always)]
    pub(crate) fn is_zero(word: u64) -> Self {
        Self::from_bit(((word | word.wrapping_neg()) >> 63) ^ 1)
    }

    /// Whether the words are equal.
    #[inline(always)]
    pub(crate) fn eq(a: u64, b: u64) -> Self {
        Self::is_zero(a ^ b)
    }

    /// `a` if the mask is all ones, else `b`.
    #[inline(always)]
    pub(crate) fn select(self, a: u64, b: u64) -> u64 {
        b ^ (self.0 & (a ^ b))
    }

    /// The mask as a word.
    #[inline(always)]
    pub(crate) const fn word(self) -> u64 {
        self.0
    }

    #[inline(always)]
    pub(crate) const fn not(self) -> Self {
        Self(!self.0)
    }

    #[inline(always)]
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    #[inline(always)]
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[inline(always)]
    pub(crate) const fn xor(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }

    /// Makes the answer public, so that the caller may branch on it.
    ///
    /// Every call states why the answer is no secret. The check of `scripts/constant-time.sh` follows secrets through the
    /// whole program and would report the branch; the table look-up here is the one place that it is told to overlook.
    #[inline(never)]
    pub(crate) fn declassify(self) -> bool {
        const ANSWER: [bool; 2] = [false, true];
        core::hint::black_box(&ANSWER)[usize::from(self.0 & 1 == 1)]
    }
}

/// Two 256-bit integers in one line of the cache: an entry of a table that is read whole.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Pair(pub(crate) [u64; 8]);

/// Entry `index`, by reading all of them.
#[inline(always)]
pub(crate) fn look_up(entries: &[Pair], index: u64) -> [u64; 8] {
    let mut out = [0; 8];
    for (j, Pair(entry)) in (0u64..).zip(entries) {
        let mask = Mask::eq(j, index).word();
        for (out, word) in out.iter_mut().zip(entry) {
            *out |= word & mask;
        }
    }
    out
}
