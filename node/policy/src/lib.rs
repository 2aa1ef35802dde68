//! Permissions as data: identity facts in, an explained decision out.
//!
//! A permission is decided in one place, on facts about an identity (its lists, roles, accreditations, the scopes of
//! its key), by policies written in [Cedar](https://www.cedarpolicy.com). The policies are ledger state: governance
//! replaces them by a vote, every node evaluates the same text, and each answer says which policy allowed it or which
//! fact was missing.
//!
//! | module | what |
//! |---|---|
//! | `schema` | what policies may speak about (`hufu.cedarschema`) |
//! | `set` | [`PolicySet::parse`]: bounds, annotations, strict validation; [`DEFAULT_POLICIES`] |
//! | `facts` | [`Facts`]: what is known about a request |
//! | `decision` | [`decide`] and its explained [`Decision`] |
//!
//! ```
//! use hufu_policy::{Action, Context, Facts, PolicySet, Principal, Resource, decide};
//!
//! let policies = PolicySet::parse(
//!     r#"@id("owner-writes")
//!        @requires("the sender owns the status list")
//!        permit (principal, action == Hufu::Action::"status.write", resource)
//!        when { resource.owner == principal };"#,
//! )?;
//! let now = Context { network: "demo".into(), height: 1, time_ms: 0 };
//! let list = Resource::StatusList { id: "1".into(), owner: "did:hufu:demo:school".into() };
//! let facts = Facts::new(Principal::Did("did:hufu:demo:school".into()), list, now);
//! assert!(decide(&policies, &facts, Action::StatusWrite).is_allowed());
//! # Ok::<(), hufu_policy::Error>(())
//! ```

mod action;
mod decision;
mod entities;
mod error;
mod facts;
mod schema;
mod set;
mod statements;

pub use action::{Action, ApiAction};
pub use decision::{Decision, Missing, decide};
pub use error::Error;
pub use facts::{Context, Facts, Principal, Resource};
pub use schema::SCHEMA;
pub use set::{
    DEFAULT_POLICIES, MAX_ID_BYTES, MAX_POLICIES, MAX_REQUIRES_BYTES, MAX_SET_BYTES, PolicySet, PolicySummary,
};
pub use statements::{MAX_POLICY_BYTES, MAX_POLICY_DEPTH, MAX_POLICY_TOKENS};
