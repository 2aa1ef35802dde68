//! Leaks on purpose: if memcheck does not see them, its silence about the rest means nothing.

use std::hint::black_box;

use crate::Case;
use crate::memcheck::secret;

pub(crate) const CASES: &[Case] =
    &[Case { name: "planted::branch", run: branch }, Case { name: "planted::address", run: address }];

fn branch() {
    let mut key = [7u8; 32];
    secret(&mut key);
    // A comparison that stops at the first difference.
    let other = black_box([7u8; 32]);
    black_box(key.iter().zip(&other).position(|(a, b)| a != b));
}

fn address() {
    static TABLE: [u8; 256] = [1; 256];
    let mut key = 7u8;
    secret(&mut key);
    black_box(black_box(&TABLE)[usize::from(black_box(key))]);
}
