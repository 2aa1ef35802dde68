//! A small network to govern: three members of weights 1, 1 and 2, one validator.

use hufu_did::Did;
use hufu_policy::PolicySet;
use serde_json::{Value, json};

use crate::governance::{
    Changes, Choice, Context, Error, Expiry, GenesisGovernance, GovernanceAction, MemoryRecords, Moment,
    Operation, PolicyHead, PolicyVersion, Proposal, ProposalId, ProposalState, Propose, Records, Refusal,
    Vote, apply, genesis_records, key,
};

/// Ed25519 keys, in Multikey.
pub(super) const KEYS: [&str; 2] =
    ["z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp", "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"];
/// When the network begins.
pub(super) const START_MS: u64 = 1_760_000_000_000;

/// The DID of somebody called `name`.
pub(super) fn did(name: &str) -> Did {
    format!("did:web:{name}.example").parse().expect("a DID")
}

/// An action from JSON.
pub(super) fn action(json: Value) -> GovernanceAction {
    serde_json::from_value(json).expect("an action")
}

pub(super) fn add(list: &str, name: &str) -> GovernanceAction {
    action(json!({ "type": "addToList", "list": list, "did": did(name) }))
}

pub(super) fn remove(list: &str, name: &str) -> GovernanceAction {
    action(json!({ "type": "removeFromList", "list": list, "did": did(name) }))
}

/// The genesis of the network: members a (1), b (1) and c (2), validator n, auditor x.
pub(super) fn genesis() -> GenesisGovernance {
    serde_json::from_value(json!({
        "members": [
            { "did": did("a"), "role": "chair" },
            { "did": did("b") },
            { "did": did("c"), "weight": 2 },
        ],
        "lists": { "auditors": [ { "did": did("x") } ], "nodes": [ { "did": did("n"), "role": "validator" } ] },
        "validators": [ { "did": did("n"), "key": KEYS[0], "power": 10 } ],
        "rules": { "quorum": { "numerator": 1, "denominator": 2 }, "threshold": { "numerator": 2, "denominator": 3 } },
    }))
    .expect("a genesis")
}

/// The network, and where it stands.
pub(super) struct World {
    pub(super) records: MemoryRecords,
    pub(super) height: u64,
    pub(super) time_ms: u64,
    transactions: u64,
}

impl World {
    pub(super) fn new() -> Self {
        Self::from_genesis(&genesis()).expect("the genesis is sound")
    }

    pub(super) fn from_genesis(genesis: &GenesisGovernance) -> Result<Self, Error> {
        let mut records = MemoryRecords::default();
        let at = Moment { height: 0, time_ms: START_MS };
        records.extend(genesis_records(genesis, "demo", at)?.entries());
        Ok(Self { records, height: 1, time_ms: START_MS + 1_000, transactions: 0 })
    }

    /// A record that must be there.
    pub(super) fn read<T>(&self, key: &str, parse: fn(&str, &[u8]) -> Result<T, Error>) -> T {
        self.find(key, parse).unwrap_or_else(|| panic!("{key} is missing"))
    }

    pub(super) fn find<T>(&self, key: &str, parse: fn(&str, &[u8]) -> Result<T, Error>) -> Option<T> {
        let bytes = self.records.get(key.as_bytes()).expect("memory reads");
        bytes.map(|bytes| parse(key, &bytes).expect("the record parses"))
    }

    pub(super) fn policies(&self) -> PolicySet {
        let head = self.read(key::POLICY, PolicyHead::from_bytes);
        let version = self.read(&key::policy_version(head.version), PolicyVersion::from_bytes);
        PolicySet::parse(&version.text).expect("the policies in force parse")
    }

    /// Applies an operation in a block of its own; the id is that of a proposal it makes.
    pub(super) fn apply(
        &mut self,
        actor: &str,
        operation: &Operation,
    ) -> Result<(ProposalId, Changes), Error> {
        self.transactions += 1;
        let mut transaction = [0; 32];
        transaction[..8].copy_from_slice(&self.transactions.to_be_bytes());
        let (policies, actor) = (self.policies(), did(actor));
        let (height, time_ms) = (self.height, self.time_ms);
        let context = Context {
            network: "demo",
            height,
            time_ms,
            actor: (&actor).into(),
            transaction,
            policies: &policies,
        };
        // As a ledger does it: from bytes.
        let operation = Operation::parse(&operation.to_bytes())?;
        let changes = apply(&self.records, &operation, &context)?;
        self.records.extend(changes.entries());
        self.height += 1;
        self.time_ms += 1_000;
        Ok((ProposalId::of_transaction(&transaction), changes))
    }

    pub(super) fn propose(&mut self, actor: &str, actions: &[GovernanceAction]) -> Result<ProposalId, Error> {
        self.propose_until(actor, actions, Expiry::at_height(self.height + 1_000))
    }

    pub(super) fn propose_until(
        &mut self,
        actor: &str,
        actions: &[GovernanceAction],
        expires: Expiry,
    ) -> Result<ProposalId, Error> {
        let operation = Operation::Propose(Propose {
            title: "A change".parse().expect("a title"),
            reason: "It is time.".parse().expect("a reason"),
            actions: actions.to_vec(),
            expires,
            secret: false,
        });
        self.apply(actor, &operation).map(|(id, _)| id)
    }

    pub(super) fn vote(
        &mut self,
        actor: &str,
        proposal: &ProposalId,
        choice: Choice,
    ) -> Result<Changes, Error> {
        let operation = Operation::Vote(Vote { proposal: proposal.clone(), choice });
        self.apply(actor, &operation).map(|(_, changes)| changes)
    }

    pub(super) fn proposal(&self, id: &ProposalId) -> Proposal {
        self.read(&key::proposal(id), Proposal::from_bytes)
    }

    /// Proposes as a, and lets a and c vote yes: three of four.
    pub(super) fn pass(&mut self, actions: &[GovernanceAction]) -> Result<ProposalState, Error> {
        let id = self.propose("a", actions)?;
        self.vote("a", &id, Choice::Yes)?;
        self.vote("c", &id, Choice::Yes)?;
        Ok(self.proposal(&id).state)
    }

    /// Carries out what must succeed.
    pub(super) fn enact(&mut self, actions: &[GovernanceAction]) {
        let state = self.pass(actions).expect("the proposal is accepted");
        assert!(matches!(state, ProposalState::Executed { .. }), "{state:?}");
    }

    /// The refusal of what must not even be put to the vote.
    pub(super) fn refusal(&mut self, actions: &[GovernanceAction]) -> Refusal {
        let before = self.records.clone();
        let Err(Error::Refused(refusal)) = self.propose("a", actions) else {
            panic!("{actions:?} is accepted")
        };
        assert_eq!(self.records, before, "a refusal changes nothing");
        refusal
    }
}

/// The refusal in an error.
pub(super) fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, not {other:?}"),
    }
}
