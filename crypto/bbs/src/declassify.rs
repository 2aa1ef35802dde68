//! Where an answer about a secret becomes public on purpose.

use subtle::{Choice, CtOption};

/// Makes a decision about a secret public; each caller says why the answer is none.
///
/// A table of two is looked up, so that a checker that follows secrets sees them end at exactly this place.
#[inline(never)]
pub(crate) fn declassify(choice: Choice) -> bool {
    const ANSWERS: [bool; 2] = [false, true];
    let index = usize::from(choice.unwrap_u8() & 1);
    core::hint::black_box(&ANSWERS).get(index).copied().unwrap_or_default()
}

/// What is there unless something of negligible probability came up; only whether it is there becomes public.
pub(crate) fn present<T: Default + subtle::ConditionallySelectable>(value: CtOption<T>) -> Option<T> {
    declassify(value.is_some()).then(|| value.unwrap_or(T::default()))
}
