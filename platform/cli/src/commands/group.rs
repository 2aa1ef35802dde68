//! `hufu group`: groups whose members sign unnamed.

pub(super) mod check;
pub(super) mod ledger;
