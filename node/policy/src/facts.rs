//! Identity facts: who asks, what is known about them, and what they ask for.
//!
//! Facts are what the caller has *established* (from ledger state and verified signatures), never what a request
//! claims. Every string is only ever a name or a value; none is parsed, so none can change what a policy means.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "id", rename_all = "camelCase")]
#[non_exhaustive]
pub enum Principal {
    /// Whoever proved control of this DID.
    Did(String),
    /// A member of a ring, who stays unnamed; by the list and version that the ring is of, as `<list>/<version>`.
    Ring(String),
    /// A member of a group, who stays unnamed; by the group's name.
    GroupMember(String),
    /// A proposal that passed and is being executed, by its id.
    Proposal(String),
    /// A caller who presented no key.
    Guest,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Resource {
    /// The network itself: its governance.
    Network,
    /// A DID document, with its current controllers; for a creation, those that it will have.
    Document {
        /// The DID.
        did: String,
        /// Its controllers.
        controllers: BTreeSet<String>,
    },
    /// A group whose members sign unnamed.
    Group {
        /// Its name.
        name: String,
        /// The DID that manages it.
        manager: String,
        /// The DIDs that open together.
        openers: BTreeSet<String>,
    },
    /// A status list.
    StatusList {
        /// Its id.
        id: String,
        /// The DID that owns it; for a creation, the one that will.
        owner: String,
    },
    /// An accreditation to be given or ended.
    Accreditation {
        /// The DID it is about.
        subject: String,
        /// The credential types it is about.
        credential_types: BTreeSet<String>,
    },
    /// A node that asks to join.
    Node {
        /// The node's DID.
        did: String,
        /// The role that it asks for, one of the list "nodes".
        role: String,
    },
    /// What is behind an API path.
    Endpoint {
        /// The thing asked for, by the name it has in the API.
        id: String,
        /// The tenant that it belongs to.
        tenant: String,
        /// The issuer of the credential concerned, where there is one.
        issuer: Option<String>,
        /// What that issuer is accredited for now.
        issuer_accreditations: BTreeSet<String>,
        /// The types of the credential concerned; `VerifiableCredential` only if it has no other.
        credential_types: BTreeSet<String>,
    },
    /// An API key.
    ApiKey {
        /// Its public id.
        id: String,
        /// The tenant that it belongs to.
        tenant: String,
        /// The DID that it acts for.
        owner: String,
    },
}

/// When and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Context {
    /// The network's name.
    pub network: String,
    /// Height of the block being made; for API calls, of the last one.
    pub height: u64,
    /// Its time, in milliseconds since 1970.
    pub time_ms: u64,
}

/// Everything a decision is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Facts {
    /// Who asks.
    pub principal: Principal,
    /// The lists it is on.
    pub lists: BTreeSet<String>,
    /// The roles it has, each with the list that gives it: `(list, role)`.
    pub roles: BTreeSet<(String, String)>,
    /// The credential types it is accredited for now.
    pub accreditations: BTreeSet<String>,
    /// What its API key may do.
    pub scopes: BTreeSet<String>,
    /// The tenant its API key belongs to.
    pub tenant: Option<String>,
    /// Further attributes proven about it.
    pub attributes: BTreeMap<String, String>,
    /// What is asked for.
    pub resource: Resource,
    /// When and where.
    pub context: Context,
}

impl Facts {
    /// A principal about which nothing else is known.
    pub fn new(principal: Principal, resource: Resource, context: Context) -> Self {
        Self {
            principal,
            lists: BTreeSet::new(),
            roles: BTreeSet::new(),
            accreditations: BTreeSet::new(),
            scopes: BTreeSet::new(),
            tenant: None,
            attributes: BTreeMap::new(),
            resource,
            context,
        }
    }

    /// Adds a list that the principal is on.
    #[must_use]
    pub fn on_list(mut self, list: impl Into<String>) -> Self {
        self.lists.insert(list.into());
        self
    }

    /// Adds a list that the principal is on, and the role it has there.
    #[must_use]
    pub fn with_role(mut self, list: impl Into<String>, role: impl Into<String>) -> Self {
        let list = list.into();
        self.lists.insert(list.clone());
        self.roles.insert((list, role.into()));
        self
    }

    /// Adds a credential type that the principal is accredited for.
    #[must_use]
    pub fn accredited_for(mut self, credential_type: impl Into<String>) -> Self {
        self.accreditations.insert(credential_type.into());
        self
    }

    /// Adds a scope of the principal's API key.
    #[must_use]
    pub fn with_scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.insert(scope.into());
        self
    }

    /// Sets the tenant of the principal's API key.
    #[must_use]
    pub fn of_tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// Adds an attribute proven about the principal.
    #[must_use]
    pub fn with_attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.attributes.insert(name.into(), value.into());
        self
    }
}
