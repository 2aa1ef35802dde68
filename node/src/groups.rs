//! Groups: who manages one, who is a member, who was revoked, what members say unnamed, and whose words were opened and why.
//!
//! Keys are made and credentials are given outside of the ledger, with `hufu-group`. The ledger keeps what others must be able
//! to rely on, and checks it:
//!
//! | operation | by | rules |
//! |---|---|---|
//! | `create` | the manager | the name is free; the keys are a group's of this name and network; each opener is a DID of its own |
//! | `admit` | the manager | the account's own key has consented; the member key is new; a DID has one that is not revoked |
//! | `revoke` | the manager | the update follows from the epoch in force, and revokes as many as are named |
//! | `report` | a member, unnamed | once on a subject: the scope is [`report_scope`] |
//! | `requestOpening` | whom the policies permit | the report exists |
//! | `open` | an opener | the part is the opener's own and its proof holds; nobody gives two |
//!
//! With the part that fills the threshold the member key is known, and the account that consented to it. Nothing of this is ever
//! deleted: who asked whose report it was, and why, stays on record, as does whom the answer named.

mod apply;
mod known;
mod operation;
mod refusal;

pub(crate) use apply::apply_with;
pub use apply::{Changes, Context, Event, Source, apply};
pub use known::{Found, Known};
pub use operation::{
    Admit, Create, MAX_REPORT_BYTES, MAX_REVOKED, Open, Operation, Report, RequestOpening, Revoke, Subject,
    report_scope,
};
pub use refusal::{Error, Refusal};
