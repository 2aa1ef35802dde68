//! The scheme once more, from `docs/scheme.md` and `docs/encoding.md` alone, as slowly as they read.
//!
//! Every equation is checked by itself and both of its sides are computed; a product of points is a product, a pairing
//! a pairing. Nothing is batched, tabulated or constant-time, and no line is shared with the crate. The curve and its
//! scalars are bls12_381's, the hashes are `sha2`'s.

mod curve;
mod group;
mod joining;
mod opening;
mod reader;
mod signing;
mod traced;
mod transcript;

pub(super) use curve::{scalar, wide};
pub(super) use group::{
    Epoch, Group, apply, consent, decode_epoch, decode_group, decode_openers, decode_update, encode_epoch,
    encode_group, encode_update, epoch_scope, first_epoch, group_id, issuer_key, renewed, revoke,
};
pub(super) use joining::{Member, admit, follow, join, renew, request, verify_request, witness};
pub(super) use opening::{
    Dealer, check_dealing, check_share, combine, deal, decode_opening, decode_part, opener_key, openers,
    part, part_without_nonce, verify_opening, verify_part,
};
pub(super) use signing::{Deviation, Statement, decode, sign, sign_falsely, tag, verify};
pub(super) use traced::{Inputs, Signed, case};

/// A result, or what is wrong in words.
pub(super) type Checked<T> = Result<T, &'static str>;

/// An error unless something holds.
fn ensure(holds: bool, otherwise: &'static str) -> Checked<()> {
    if holds { Ok(()) } else { Err(otherwise) }
}
