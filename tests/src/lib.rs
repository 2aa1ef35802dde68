//! The cross-crate test tiers of Hufu live in `tests/tests/`; see `tests/README.md`.
