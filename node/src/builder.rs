//! Makes a block: applies transactions to the newest state, one after the other, each whole or not at all.
//!
//! For each transaction, in order:
//!
//! 1. it is not in a block already, nor the same payload by another unnamed sender;
//! 2. it has not expired, and its signatures hold in this state;
//! 3. its sequence number is unused, or the tag of its unnamed sender in its scope;
//! 4. the policies allow what it asks for;
//! 5. the module's rules accept it; their writes become visible to the next one.
//!
//! One that fails any step is answered with the cause and is not in the block.

use std::sync::Arc;

use hufu_did::hufu::Network;
use hufu_light::{CertifiedHeader, HEADER_VERSION, Hash, Header, ValidatorChange, ValidatorSet, merkle};
use hufu_store::{Batch, Kv};

use crate::{
    Call, Effects, Error, Event, Module, Moment, Receipt, Rejection, Sender,
    admission::{Admission, Admitted},
    authorise::{Cache, authorise},
    block::Body,
    chain,
    layout::{BODIES, CHANGES, EVENTS, HEADERS, META, NEWEST, TIMES, TRANSACTIONS},
    mempool::Candidate,
    speculate::{Outcome, attempt, in_parallel},
    state::{
        Latest, State,
        overlay::{Overlay, Writes},
        tree,
    },
    tags,
    trials::{self, Trials},
    window,
};

/// The newest block, and who certifies the next one.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) certified: CertifiedHeader,
    /// The set that certifies the next header.
    pub(crate) validators: ValidatorSet,
}

/// A block that has been made but not certified or stored.
pub(crate) struct Proposal {
    /// To be certified.
    pub(crate) header: Header,
    /// The set that certifies the header.
    pub(crate) validators: ValidatorSet,
    /// The set that certifies the next one.
    pub(crate) next_validators: ValidatorSet,
    /// Who waits for it.
    pub(crate) accepted: Vec<(Candidate, Receipt)>,
    /// Everything to store but the certified header.
    batch: Batch,
}

impl Proposal {
    /// Everything to store.
    pub(crate) fn into_batch(
        self,
        certified: &CertifiedHeader,
    ) -> (Batch, Vec<(Candidate, Receipt)>, ValidatorSet) {
        let mut batch = self.batch;
        let height = certified.header.height.to_be_bytes();
        batch.put(HEADERS, height, certified.to_bytes());
        batch.put(TIMES, certified.header.time_ms.to_be_bytes(), height);
        batch.put(META, NEWEST, height);
        if certified.header.validators_hash != certified.header.next_validators_hash {
            let change = ValidatorChange { header: certified.clone(), next: self.next_validators.clone() };
            let change =
                borsh::to_vec(&change).expect("writing to a Vec cannot fail because lengths fit u32");
            batch.put(CHANGES, height, change);
        }
        (batch, self.accepted, self.next_validators)
    }
}

/// A transaction that is not in the block, and why.
pub(crate) type Refused = (Candidate, Error);

/// A block, unless nothing was acceptable, and what was not.
pub(crate) type Built = (Option<Proposal>, Vec<Refused>);

/// What limits a change of validators: the engine that has to work with them.
pub(crate) type Acceptable = dyn Fn(&ValidatorSet) -> Result<(), String> + Send + Sync;

pub(crate) struct Builder {
    pub(crate) network: Network,
    pub(crate) modules: Vec<Box<dyn Module>>,
    pub(crate) admission: Arc<Admission>,
    pub(crate) cache: Arc<Cache>,
    pub(crate) acceptable: Box<Acceptable>,
    pub(crate) trials: Trials,
}

impl Builder {
    /// Makes the block after `head` out of what is acceptable; `None` when nothing is.
    ///
    /// # Errors
    /// Only what stops the ledger: storage and damage.
    pub(crate) fn build(
        &self,
        store: &dyn Kv,
        head: &Head,
        candidates: Vec<Candidate>,
        now_ms: u64,
    ) -> Result<Built, (Error, Vec<Candidate>)> {
        let parent = &head.certified.header;
        // strictly later than the parent, whatever the clock says
        let next = Moment { height: parent.height + 1, time_ms: now_ms.max(parent.time_ms + 1) };
        let base = Latest(store);
        let mut block = Draft::new(&base, next);
        for module in &self.modules {
            match module.begin(&block.state, next) {
                Ok(effects) => block.effects(effects, None),
                Err(fatal) => return Err((fatal, candidates)),
            }
        }
        // steps 2, 4 and 5 side by side, on the state before the block
        let outcomes = in_parallel(&candidates.iter().map(|c| &c.admitted).collect::<Vec<_>>(), |admitted| {
            attempt(&Latest(store), |state| self.effects(state, admitted, next))
        });
        let mut accepted = Vec::new();
        let mut refused = Vec::new();
        let mut candidates = candidates.into_iter();
        let mut outcomes = outcomes.into_iter();
        while let Some(candidate) = candidates.next() {
            let outcome = outcomes.next().flatten();
            match self.apply(store, &mut block, &candidate.admitted, outcome) {
                Ok(receipt) => accepted.push((candidate, receipt)),
                Err(error @ Error::Rejected(_)) => refused.push((candidate, error)),
                Err(fatal) => {
                    let rest = accepted.into_iter().map(|(candidate, _)| candidate).chain([candidate]);
                    let rest =
                        rest.chain(refused.into_iter().map(|(candidate, _)| candidate)).chain(candidates);
                    return Err((fatal, rest.collect()));
                }
            }
        }
        if accepted.is_empty() {
            return Ok((None, refused));
        }
        let genesis = (parent.network.clone(), parent.genesis_hash);
        match block.seal(store, genesis, Some(head), None) {
            Ok(proposal) => Ok((Some(Proposal { accepted, ..proposal }), refused)),
            Err(fatal) => {
                let rest = accepted.into_iter().map(|(candidate, _)| candidate);
                Err((fatal, rest.chain(refused.into_iter().map(|(candidate, _)| candidate)).collect()))
            }
        }
    }

    fn apply(
        &self,
        store: &dyn Kv,
        block: &mut Draft<'_>,
        admitted: &Admitted,
        outcome: Option<Outcome>,
    ) -> Result<Receipt, Error> {
        // 1.
        if let Some(receipt) = chain::receipt(store, &admitted.id)? {
            return Err(included(&block.state, admitted, receipt));
        }
        // 3.
        let once = match &admitted.sender {
            Sender::Did(did) => window::take(&block.state, did.as_str(), admitted.payload.sequence)?,
            Sender::Ring(member) => tags::take(&block.state, &member.scope, &member.tag, block.next.height)?,
            Sender::Group(member) => tags::take(&block.state, &member.scope, &member.tag, block.next.height)?,
        };
        // 2., 4., 5.
        let state = &block.state;
        let holds = |outcome: &Outcome| {
            outcome.holds(|key| state.has_written(key), |prefix| state.has_written_under(prefix))
        };
        let mut effects = match outcome.filter(holds) {
            Some(outcome) => outcome.result?,
            None => self.effects(state, admitted, block.next)?,
        };
        effects.writes.push(once);
        Ok(block.add(admitted, effects))
    }

    /// Steps 2, 4 and 5: depends on nothing but what it reads from `state`.
    fn effects(&self, state: &dyn State, admitted: &Admitted, next: Moment) -> Result<Effects, Error> {
        // 2.
        self.admission.recheck(state, admitted, next)?;
        // 4.
        let module = self.modules.iter().find(|module| module.name() == admitted.payload.module);
        let module = module.ok_or_else(|| Rejection::UnknownModule(admitted.payload.module.clone()))?;
        let call = Call {
            sender: &admitted.sender,
            signatures: admitted.transaction.signatures.len(),
            transaction: admitted.id,
            bytes: &admitted.bytes,
            operation: &admitted.payload.operation,
            network: &self.network,
            height: next.height,
            time_ms: next.time_ms,
        };
        let operation = module.read(&call)?;
        let request = operation.request(state, &call)?;
        authorise(&self.cache, state, &call, &request)?;
        // 5.
        let apply = || -> Result<Effects, Error> {
            let effects = operation.apply(state, &call)?;
            if let Some(set) = &effects.validators {
                (self.acceptable)(set).map_err(Rejection::Malformed)?;
            }
            check_writes(&effects)?;
            Ok(effects)
        };
        if trials::is_costly(request.action) { self.trials.count(&call, apply) } else { apply() }
    }
}

/// A transaction is in a block already. Of members who stay unnamed another one may have signed the same payload: whoever sees it before
/// it is in a block can. Then the tag of this one was not used, and nobody must tell it that it is done.
fn included(state: &dyn State, admitted: &Admitted, receipt: Receipt) -> Error {
    let reason = format!(
        "another member sent this payload, in block {}: sign again with another nonce",
        receipt.height
    );
    let (scope, tag, another) = match &admitted.sender {
        Sender::Did(_) => return Rejection::Included(receipt).into(),
        Sender::Ring(member) => {
            let ring = member.ring.to_string();
            (&member.scope, member.tag.as_slice(), Rejection::Ring { ring, reason })
        }
        Sender::Group(member) => {
            let group = member.group.to_string();
            (&member.scope, member.tag.as_slice(), Rejection::Group { group, reason })
        }
    };
    match tags::take(state, scope, tag, receipt.height) {
        Ok(_) => another.into(),
        Err(Error::Rejected(Rejection::TagUsed { .. })) => Rejection::Included(receipt).into(),
        Err(error) => error,
    }
}

/// Rules are ours: a record that no proof could carry is a mistake of theirs, not of the sender.
fn check_writes(effects: &Effects) -> Result<(), Error> {
    let fits = |(key, value): &(Vec<u8>, Vec<u8>)| {
        !key.is_empty()
            && key.len() <= hufu_light::state::MAX_KEY_BYTES
            && value.len() <= hufu_light::state::MAX_VALUE_BYTES
    };
    if effects.writes.iter().all(fits) {
        return Ok(());
    }
    Err(Rejection::TooLarge("the operation would write a record that is too large".into()).into())
}

/// A block being made.
pub(crate) struct Draft<'a> {
    state: Overlay<'a>,
    next: Moment,
    transactions: Vec<Vec<u8>>,
    events: Vec<Event>,
    validators: Option<ValidatorSet>,
    batch: Batch,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(base: &'a dyn State, next: Moment) -> Self {
        Self {
            state: Overlay::new(base),
            next,
            transactions: Vec::new(),
            events: Vec::new(),
            validators: None,
            batch: Batch::new(),
        }
    }

    fn add(&mut self, admitted: &Admitted, effects: Effects) -> Receipt {
        let index = u32::try_from(self.transactions.len()).unwrap_or(u32::MAX);
        let Moment { height, time_ms } = self.next;
        self.effects(effects, Some(admitted));
        self.transactions.push(admitted.bytes.clone());
        let place = [height.to_be_bytes().as_slice(), &index.to_be_bytes()].concat();
        self.batch.put(TRANSACTIONS, *admitted.id.as_bytes(), place);
        Receipt { transaction: admitted.id, height, index, time_ms }
    }

    /// Takes over what a transaction, or the genesis, does.
    pub(crate) fn effects(&mut self, effects: Effects, by: Option<&Admitted>) {
        let Moment { height, time_ms } = self.next;
        for emitted in effects.events {
            self.events.push(Event {
                height,
                index: u32::try_from(self.events.len()).unwrap_or(u32::MAX),
                time_ms,
                transaction: by.map(|admitted| admitted.id),
                kind: emitted.kind.to_owned(),
                subject: emitted.subject,
                actor: by.map(|admitted| admitted.sender.to_string()).unwrap_or_default(),
                json: emitted.data.to_string(),
            });
        }
        if effects.validators.is_some() {
            self.validators = effects.validators;
        }
        let writes: Writes = effects.writes.into_iter().map(|(key, value)| (key, Some(value))).collect();
        self.state.extend(writes);
    }

    /// Computes the roots. `first` is the genesis' validator set, for the block without a head.
    pub(crate) fn seal(
        mut self,
        store: &dyn Kv,
        (network, genesis_hash): (hufu_light::Network, Hash),
        head: Option<&Head>,
        first: Option<&ValidatorSet>,
    ) -> Result<Proposal, Error> {
        let Moment { height, time_ms } = self.next;
        let validators = head.map(|head| &head.validators).or(first).cloned();
        let validators = validators.ok_or_else(|| Error::Genesis("no validators".into()))?;
        let next_validators = self.validators.unwrap_or_else(|| validators.clone());
        let writes = self.state.into_writes();
        let state_root = tree::update(store, height, &writes, &mut self.batch)?;
        let body = Body { transactions: self.transactions };
        let header = Header {
            version: HEADER_VERSION,
            network,
            genesis_hash,
            height,
            time_ms,
            parent: head.map_or(Hash::ZERO, |head| head.certified.header.hash()),
            transactions_root: merkle::root(&body.transactions),
            events_root: chain::events_root(&self.events),
            state_root,
            validators_hash: validators.hash(),
            next_validators_hash: next_validators.hash(),
            // every engine so far lets the first member propose
            proposer: validators.members().first().map(|member| member.did.clone()).unwrap_or_default(),
        };
        let encoded = borsh::to_vec(&body).expect("writing to a Vec cannot fail because lengths fit u32");
        self.batch.put(BODIES, height.to_be_bytes(), encoded);
        for event in &self.events {
            self.batch.put(EVENTS, chain::event_key(height, event.index), event.to_bytes());
        }
        Ok(Proposal { header, validators, next_validators, accepted: Vec::new(), batch: self.batch })
    }
}
