//! The closed list of things that policies decide about.
//!
//! Each name is also an action of the schema (`hufu.cedarschema`); a test holds the two lists together.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// Declares an enum whose variants have a fixed text form, and the list of all of them.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name that policies use.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

named! {
    /// What an API call asks for. The name in policies starts with `api.`.
    ApiAction {
        /// Issue a credential.
        CredentialsIssue = "api.credentials.issue",
        /// Derive a selective disclosure from a credential.
        CredentialsDerive = "api.credentials.derive",
        /// Verify a credential.
        CredentialsVerify = "api.credentials.verify",
        /// Change the status of a credential.
        CredentialsRevoke = "api.credentials.revoke",
        /// Read a stored credential.
        CredentialsRead = "api.credentials.read",
        /// Forget a stored credential.
        CredentialsDelete = "api.credentials.delete",
        /// Make a presentation.
        PresentationsCreate = "api.presentations.create",
        /// Verify a presentation.
        PresentationsVerify = "api.presentations.verify",
        /// Create a DID through the platform.
        DidCreate = "api.did.create",
        /// Update or deactivate a DID through the platform.
        DidUpdate = "api.did.update",
        /// Resolve a DID, or read its records with proof.
        DidResolve = "api.did.resolve",
        /// Create a status list through the platform.
        StatusCreateList = "api.status.createList",
        /// Read a status list, or the status of an entry with proof.
        StatusRead = "api.status.read",
        /// Read the trust anchor.
        AnchorRead = "api.anchor.read",
        /// Read lists, proposals, votes and accreditations.
        GovernanceRead = "api.governance.read",
        /// Propose and vote through the platform.
        GovernanceWrite = "api.governance.write",
        /// Read blocks, transactions and proofs.
        LedgerRead = "api.ledger.read",
        /// Have a signed transaction carried to the ledger.
        LedgerWrite = "api.ledger.write",
        /// Read the audit log.
        AuditRead = "api.audit.read",
        /// Start, watch and cancel bulk jobs.
        JobsManage = "api.jobs.manage",
        /// Make, list and withdraw API keys.
        KeysManage = "api.keys.manage",
    }
}

/// Something that policies decide about: a ledger write, a part of an executed proposal, or an API call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Action {
    /// `did.create`
    DidCreate,
    /// `did.update`: update, rotate, recover or deactivate a DID.
    DidUpdate,
    /// `status.createList`
    StatusCreateList,
    /// `status.write`: write entries of a status list.
    StatusWrite,
    /// `governance.propose`
    GovernancePropose,
    /// `governance.vote`
    GovernanceVote,
    /// `ring.form`: form the ring of a list.
    RingForm,
    /// `group.create`: make a group, and manage it.
    GroupCreate,
    /// `group.admit`: register a member of a group.
    GroupAdmit,
    /// `group.revoke`: revoke members of a group.
    GroupRevoke,
    /// `group.report`: say something as an unnamed member of a group.
    GroupReport,
    /// `group.requestOpening`: ask which member of a group made a report.
    GroupRequestOpening,
    /// `group.open`: give an opener's part of the answer.
    GroupOpen,
    /// `policy.change`: replace the policy set.
    PolicyChange,
    /// `list.change`: change who is on a list, and as what.
    ListChange,
    /// `rules.change`: change quorum and threshold.
    RulesChange,
    /// `validator.change`: change the validator set.
    ValidatorChange,
    /// `accredit`: accredit an issuer, or end an accreditation.
    Accredit,
    /// `node.join`
    NodeJoin,
    /// An API call.
    Api(ApiAction),
}

impl Action {
    /// The actions that are no API calls, in the order of declaration.
    const LEDGER: [Self; 19] = [
        Self::DidCreate,
        Self::DidUpdate,
        Self::StatusCreateList,
        Self::StatusWrite,
        Self::GovernancePropose,
        Self::GovernanceVote,
        Self::RingForm,
        Self::GroupCreate,
        Self::GroupAdmit,
        Self::GroupRevoke,
        Self::GroupReport,
        Self::GroupRequestOpening,
        Self::GroupOpen,
        Self::PolicyChange,
        Self::ListChange,
        Self::RulesChange,
        Self::ValidatorChange,
        Self::Accredit,
        Self::NodeJoin,
    ];

    /// Every action, ledger writes first.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::LEDGER.into_iter().chain(ApiAction::ALL.iter().copied().map(Self::Api))
    }

    /// The name that policies use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DidCreate => "did.create",
            Self::DidUpdate => "did.update",
            Self::StatusCreateList => "status.createList",
            Self::StatusWrite => "status.write",
            Self::GovernancePropose => "governance.propose",
            Self::GovernanceVote => "governance.vote",
            Self::RingForm => "ring.form",
            Self::GroupCreate => "group.create",
            Self::GroupAdmit => "group.admit",
            Self::GroupRevoke => "group.revoke",
            Self::GroupReport => "group.report",
            Self::GroupRequestOpening => "group.requestOpening",
            Self::GroupOpen => "group.open",
            Self::PolicyChange => "policy.change",
            Self::ListChange => "list.change",
            Self::RulesChange => "rules.change",
            Self::ValidatorChange => "validator.change",
            Self::Accredit => "accredit",
            Self::NodeJoin => "node.join",
            Self::Api(action) => action.as_str(),
        }
    }
}

impl From<ApiAction> for Action {
    fn from(action: ApiAction) -> Self {
        Self::Api(action)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Action {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        /// Longest piece of an unknown name that is quoted back.
        const QUOTED_CHARS: usize = 64;
        Self::all()
            .find(|action| action.as_str() == name)
            .ok_or_else(|| Error::UnknownAction(name.chars().take(QUOTED_CHARS).collect()))
    }
}

impl TryFrom<String> for Action {
    type Error = Error;

    fn try_from(name: String) -> Result<Self, Error> {
        name.parse()
    }
}

impl From<Action> for String {
    fn from(action: Action) -> Self {
        action.as_str().to_owned()
    }
}
