//! Where a secret becomes public on purpose: whether a tag was right, how long a padding was, whether two halves of a key are
//! equal. The caller is told these by what is returned, so that they are no secret afterwards.
//!
//! The check for secret-dependent branches and addresses follows secrets up to here and no further: each of these functions
//! reads its answer from a small table, which that check is told to let pass.

use subtle::Choice;

/// The answer to a question, made public.
#[inline(never)]
pub(super) fn declassify(answer: Choice) -> bool {
    static ANSWERS: [bool; 2] = [false, true];
    ANSWERS[usize::from(answer.unwrap_u8() & 1)]
}

/// The length of a padding, 0 to 16, made public.
#[inline(never)]
pub(super) fn declassify_length(length: u8) -> usize {
    static LENGTHS: [u8; 32] = [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];
    usize::from(LENGTHS[usize::from(length & 31)])
}
