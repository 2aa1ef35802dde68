//! What can be checked of a transaction before it is ordered, by many submitters at once.
//!
//! 1. sizes; 2. the payload's form; 3. network and genesis; 4. expiry; 5. the module exists; 6. the sender's
//!    keys, or the ring or group it is of; 7. every signature, or the ring's or group's.
//!
//! Step 7 is the expensive one and needs no order. Ordering then only checks that the keys have not
//! changed meanwhile, and the rest of what depends on order: replay, permission, rules.

use std::{collections::BTreeSet, sync::Arc};

use hufu_did::Did;
use hufu_light::{EpochHead, EpochRecord, GroupName, RingName, Transaction, TransactionId, TrustAnchor};
use hufu_wire::Payload;

use crate::{
    Error, GroupSender, Moment, Rejection, RingSender, Sender, groups, rings,
    senders::{SenderKeys, Senders},
    state::State,
};

/// How far ahead an expiry height may be: bounds how long a lost transaction can come back.
pub const MAX_EXPIRY_AHEAD: u64 = 100_000;

/// A transaction whose form and signatures are good.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) id: TransactionId,
    /// Canonical bytes, as stored.
    pub(crate) bytes: Vec<u8>,
    pub(crate) transaction: Transaction,
    pub(crate) payload: Payload,
    pub(crate) sender: Sender,
    /// The keys it was verified with; none for a ring or group, whose records never change.
    keys: Option<Arc<SenderKeys>>,
}

pub(crate) struct Admission {
    anchor: TrustAnchor,
    modules: BTreeSet<&'static str>,
    senders: Senders,
    rings: rings::Known,
    groups: Arc<groups::Known>,
}

impl Admission {
    pub(crate) fn new(
        anchor: TrustAnchor,
        modules: BTreeSet<&'static str>,
        groups: Arc<groups::Known>,
    ) -> Self {
        let (senders, rings) = (Senders::default(), rings::Known::default());
        Self { anchor, modules, senders, rings, groups }
    }

    /// Steps 1 to 7. `next`: the height of the next block, and the time of the newest.
    pub(crate) fn admit(
        &self,
        state: &dyn State,
        transaction: Transaction,
        next: Moment,
    ) -> Result<Admitted, Error> {
        // 1., 2.
        transaction.check_sizes().map_err(|e| Rejection::TooLarge(e.to_string()))?;
        let payload =
            Payload::parse(&transaction.payload).map_err(|e| Rejection::Malformed(e.to_string()))?;
        // 3.
        if payload.network != self.anchor.network {
            let (expected, found) = (self.anchor.network.to_string(), payload.network.to_string());
            return Err(Rejection::OtherNetwork { expected, found }.into());
        }
        if payload.genesis_hash != self.anchor.genesis_hash {
            return Err(Rejection::OtherGenesis { network: payload.network.to_string() }.into());
        }
        // 4.
        check_expiry(&payload, next.height)?;
        // 5.
        if !self.modules.contains(payload.module.as_str()) {
            return Err(Rejection::UnknownModule(payload.module).into());
        }
        // 6., 7.
        let (sender, keys) = if RingName::is_meant_by(&payload.sender) {
            (Sender::Ring(self.verify_ring(state, &transaction, &payload)?), None)
        } else if GroupName::is_meant_by(&payload.sender) {
            (Sender::Group(self.verify_group(state, &transaction, &payload)?), None)
        } else {
            let sender: Did = payload
                .sender
                .parse()
                .map_err(|e: hufu_did::Error| Rejection::Malformed(format!("the sender is {e}")))?;
            let keys = self.senders.keys(state, self.anchor.network.as_str(), &sender)?;
            verify(&transaction, &sender, &keys, next.time_ms)?;
            (Sender::Did(sender), Some(keys))
        };
        let (id, bytes) = (transaction.id(), transaction.to_bytes());
        Ok(Admitted { id, bytes, transaction, payload, sender, keys })
    }

    /// Steps 6 and 7 for a member of a ring.
    fn verify_ring(
        &self,
        state: &dyn State,
        transaction: &Transaction,
        payload: &Payload,
    ) -> Result<RingSender, Error> {
        let name: RingName = payload.sender.parse().map_err(|e: hufu_light::Error| Rejection::Ring {
            ring: payload.sender.clone(),
            reason: e.to_string(),
        })?;
        let read = |key: &str| state.get(key.as_bytes());
        let ring = self.rings.find(&name, &self.anchor, read, |e| Error::damaged("ring record", e))?;
        let ring = ring.ok_or_else(|| Rejection::Ring {
            ring: name.to_string(),
            reason: "there is no such ring: it has not been formed".to_owned(),
        })?;
        let tag = payload
            .verify_by_ring(transaction, &ring)
            .map_err(|e| Rejection::Ring { ring: name.to_string(), reason: e.to_string() })?;
        Ok(RingSender { ring: name, scope: payload.scope.clone(), tag: tag.to_bytes() })
    }

    /// Steps 6 and 7 for a member of a group: in the epoch in force.
    fn verify_group(
        &self,
        state: &dyn State,
        transaction: &Transaction,
        payload: &Payload,
    ) -> Result<GroupSender, Error> {
        let refused = |reason: String| Rejection::Group { group: payload.sender.clone(), reason };
        let name: GroupName =
            payload.sender.parse().map_err(|e: hufu_light::Error| refused(e.to_string()))?;
        let read = |key: &str| state.get(key.as_bytes()).map_err(|e| e.to_string());
        let known = self.groups.find(&name, &self.anchor, read).map_err(|e| Error::damaged("group", e))?;
        let known = known.ok_or_else(|| refused("there is no such group".to_owned()))?;
        let (_, group) = &*known;
        let found = payload.group_signature(transaction).map_err(|e| refused(e.to_string()))?.epoch();
        refuse_other_epoch(state, &name, found)?;
        let damaged = |e: &dyn std::fmt::Display| Error::damaged("epoch of a group", e);
        let record = state.get(name.epoch_key(found).as_bytes())?;
        let record = record.ok_or_else(|| damaged(&format!("{name} has no epoch {found}")))?;
        let epoch = EpochRecord::from_bytes(&record).and_then(|record| record.epoch(group));
        let epoch = epoch.map_err(|e| damaged(&e))?;
        let verified =
            payload.verify_by_group(transaction, group, &epoch).map_err(|e| refused(e.to_string()))?;
        let tag = verified.tag().ok_or_else(|| refused("the signature has no tag".to_owned()))?;
        Ok(GroupSender { group: name, scope: payload.scope.clone(), epoch: found, tag: tag.to_bytes() })
    }

    /// Checks again, against the state in which the transaction is applied, what may have changed.
    pub(crate) fn recheck(&self, state: &dyn State, admitted: &Admitted, next: Moment) -> Result<(), Error> {
        check_expiry(&admitted.payload, next.height)?;
        let Admitted { transaction, sender, keys, .. } = admitted;
        if let Sender::Group(member) = sender {
            return refuse_other_epoch(state, &member.group, member.epoch);
        }
        let (Sender::Did(sender), Some(keys)) = (sender, keys) else { return Ok(()) };
        if crate::senders::stamp(state, sender)? != keys.stamp {
            let keys = self.senders.keys(state, self.anchor.network.as_str(), sender)?;
            return Ok(verify(transaction, sender, &keys, next.time_ms)?);
        }
        // same keys: only time has passed
        let gone = transaction.signatures.iter().find(|s| keys.at(&s.method, next.time_ms).is_none());
        gone.map_or(Ok(()), |signature| Err(not_a_method(sender, &signature.method).into()))
    }
}

/// A member signs in the epoch in force: one that was revoked has none to sign in.
fn refuse_other_epoch(state: &dyn State, group: &GroupName, found: u64) -> Result<(), Error> {
    let key = group.epoch_head_key();
    let damaged = |e: String| Error::damaged("epochs of a group", e);
    let head = state.get(key.as_bytes())?.ok_or_else(|| damaged(format!("{key} is missing")))?;
    let current = EpochHead::from_bytes(&head).map_err(|e| damaged(e.to_string()))?.number;
    if current == found {
        return Ok(());
    }
    Err(Rejection::Epoch { group: group.to_string(), found, current }.into())
}

fn check_expiry(payload: &Payload, next: u64) -> Result<(), Rejection> {
    let (expiry, latest) = (payload.expiry_height, next.saturating_add(MAX_EXPIRY_AHEAD));
    if expiry < next {
        return Err(Rejection::Expired { expiry, next });
    }
    if expiry > latest { Err(Rejection::ExpiryTooFar { expiry, latest }) } else { Ok(()) }
}

fn verify(transaction: &Transaction, sender: &Did, keys: &SenderKeys, time_ms: u64) -> Result<(), Rejection> {
    if transaction.signatures.is_empty() {
        return Err(Rejection::NotSigned);
    }
    let mut seen = BTreeSet::new();
    for (index, signature) in transaction.signatures.iter().enumerate() {
        let method = || signature.method.clone();
        if !seen.insert(signature.method.as_str()) {
            return Err(Rejection::SignedTwice { method: method() });
        }
        let key =
            keys.at(&signature.method, time_ms).ok_or_else(|| not_a_method(sender, &signature.method))?;
        transaction.verify_signature(index, key).map_err(|_| Rejection::Signature { method: method() })?;
    }
    Ok(())
}

fn not_a_method(sender: &Did, method: &str) -> Rejection {
    Rejection::Method { sender: sender.to_string(), method: method.to_owned() }
}
