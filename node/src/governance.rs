//! Governance: who is on which list, who validates, who is accredited, which policies and voting rules hold, and
//! how the members change all of it by vote.
//!
//! The rules are pure, like those of DIDs and status lists: [`apply()`] reads through [`Records`] and returns
//! [`Changes`]; [`genesis_records`] makes the first records, [`facts_of`] tells a policy decision what is known about
//! a DID. Whether a sender may propose or vote at all is the policies' decision and made before.
//!
//! | file | what |
//! |---|---|
//! | `operation` | what members send: [`Operation`], [`GovernanceAction`] |
//! | `name`, `rules` | names, texts, weights; quorum and threshold |
//! | `record` | keys, formats, [`Records`] |
//! | `list`, `proposal`, `accreditation`, `validator`, `policy` | the records |
//! | `apply` | proposing, voting, expiry |
//! | `execute`, `listing` | carrying out what was voted |
//! | `liveness` | no vote may end all votes |
//! | `genesis`, `facts`, `event` | the first records; what is known of a DID; what is told to the world |
//!
//! ```
//! use hufu_node::governance::{
//!     Context, GenesisGovernance, MemoryRecords, Moment, Operation, ProposalId, apply, facts_of, genesis_records,
//! };
//! use hufu_policy::PolicySet;
//!
//! let genesis: GenesisGovernance = serde_json::from_value(serde_json::json!({
//!     "members": [ { "did": "did:web:authority.example" } ],
//!     "validators": [ {
//!         "did": "did:web:node.example", "power": 1,
//!         "key": "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
//!     } ],
//! }))?;
//! let mut records = MemoryRecords::default();
//! records.extend(genesis_records(&genesis, "demo", Moment { height: 0, time_ms: 0 })?.entries());
//!
//! let policies = PolicySet::default_consortium();
//! let actor: hufu_did::Did = "did:web:authority.example".parse()?;
//! let context = Context {
//!     network: "demo", height: 1, time_ms: 1_000, actor: (&actor).into(), transaction: [7; 32], policies: &policies,
//! };
//! let proposal = br#"{
//!     "type": "propose", "title": "Accredit the school", "reason": "It issues student cards.",
//!     "expires": { "height": 100 },
//!     "actions": [ { "type": "accredit", "did": "did:web:school.example", "credentialTypes": ["StudentCard"] } ]
//! }"#;
//! records.extend(apply(&records, &Operation::parse(proposal)?, &context)?.entries());
//!
//! let id = ProposalId::of_transaction(&[7; 32]);
//! let vote = format!(r#"{{"type":"vote","proposal":"{id}","choice":"yes"}}"#);
//! records.extend(apply(&records, &Operation::parse(vote.as_bytes())?, &context)?.entries());
//!
//! let school = facts_of(&records, &"did:web:school.example".parse()?, 1_000)?;
//! assert!(school.accreditations.iter().any(|name| name.as_str() == "StudentCard"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod accreditation;
mod apply;
mod draft;
mod event;
mod execute;
mod facts;
mod genesis;
mod list;
mod listing;
mod liveness;
mod name;
mod operation;
mod policy;
mod proposal;
mod record;
mod refusal;
mod rules;
#[cfg(test)]
mod tests;
mod validator;

pub use accreditation::{Accreditation, Grant, MAX_GRANTS, MAX_TYPES_PER_DID};
pub use apply::{Actor, Context, apply, ballot_scope, expire};
pub use draft::Changes;
pub use event::Event;
pub use facts::{Standing, facts_keys, facts_of};
pub use genesis::{GenesisEntry, GenesisGovernance, GenesisValidator, genesis_records};
pub use list::{
    Entry, List, ListNames, MAX_LISTS, MAX_MEMBERS, MAX_PERIODS, Memberships, Period, Provenance, Roll,
};
pub use name::{
    CredentialType, ListName, MAX_CREDENTIAL_TYPE_BYTES, MAX_DID_BYTES, MAX_NAME_BYTES, MAX_REASON_BYTES,
    MAX_TITLE_BYTES, MAX_WEIGHT, Multikey, ProposalId, Reason, RoleName, Title, Weight,
};
pub use operation::{
    Choice, Expiry, GovernanceAction, MAX_ACTIONS, MAX_CREDENTIAL_TYPES, MAX_OPERATION_BYTES, Operation,
    Propose, Vote,
};
pub use policy::{PolicyHead, PolicyVersion, RulesRecord};
pub use proposal::{
    BallotRecord, MAX_OPEN_PROPOSALS, MAX_VOTING_BLOCKS, MAX_VOTING_MS, Moment, OpenProposals, Proposal,
    ProposalState, VoteRecord,
};
pub use record::{MemoryRecords, RECORD_FORMAT, Records, key};
pub use refusal::{Error, Refusal};
pub use rules::{Fraction, Outcome, Rules, Tally};
pub use validator::{Appointment, MAX_VALIDATORS, Validators};
