//! Support for the cross-crate test tiers of Hufu, which live in `tests/tests/`; see `tests/README.md`.

pub mod documents;
pub mod fuzzing;
pub mod peer;
