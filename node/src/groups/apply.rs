//! The rules of groups: an operation and the records before it give the records after it.

use std::collections::BTreeSet;

use hufu_did::Did;
use hufu_group::{Epoch, Group, MemberKey, Opening, PartialOpening, Update};
use hufu_light::{
    AccountRecord, EpochHead, EpochRecord, GroupName, GroupRecord, Hash, MEMBER_KEY_BYTES, MemberRecord,
    OpenedSigner, OpeningPart, OpeningRecord, ReportRecord, Revocation, TrustAnchor,
};

use super::{
    Admit, Create, Error, MAX_REPORT_BYTES, MAX_REVOKED, Open, Operation, Refusal, Report, RequestOpening,
    Revoke,
    known::{Found, Known},
    report_scope,
};
use crate::{GroupSender, Sender};

/// What the rules read.
pub trait Source {
    /// The record under a key.
    ///
    /// # Errors
    /// In words, if the store cannot be read.
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, String>;

    /// Checks a signature of a DID's method, which must be one of those that may sign its transactions.
    ///
    /// # Errors
    /// What is wrong with it; the outer one as [`Self::get`].
    fn signed_by(
        &self,
        did: &Did,
        method: &str,
        message: &[u8],
        signature: &[u8],
    ) -> Result<Result<(), String>, String>;
}

/// Who acts, and where in the ledger.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The network.
    pub anchor: &'a TrustAnchor,
    /// Who; its signature is verified, and the policies permit it.
    pub sender: &'a Sender,
    /// The id of the transaction.
    pub transaction: Hash,
    /// The transaction as it was sent.
    pub bytes: &'a [u8],
    /// Height of the block.
    pub height: u64,
    /// Its time, in milliseconds since 1970.
    pub time_ms: u64,
}

/// What an operation does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Records to set.
    pub writes: Vec<(String, Vec<u8>)>,
    /// What to tell the world.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A group was made.
    Created {
        /// Which.
        group: GroupName,
        /// Its openers.
        openers: usize,
        /// How many of them open together.
        threshold: u16,
    },
    /// A member was admitted.
    Admitted {
        /// Into which group.
        group: GroupName,
        /// Who.
        account: Did,
    },
    /// Members were revoked.
    Revoked {
        /// Of which group.
        group: GroupName,
        /// The epoch that began.
        epoch: u64,
        /// Whose member keys they were.
        accounts: Vec<String>,
        /// Why.
        reason: String,
    },
    /// A member said something.
    Reported {
        /// Of which group.
        group: GroupName,
        /// The report.
        report: Hash,
        /// About what.
        subject: String,
    },
    /// Somebody asked whose report it was.
    OpeningRequested {
        /// Of which group.
        group: GroupName,
        /// The opening.
        opening: Hash,
        /// The report.
        report: Hash,
        /// Why.
        reason: String,
    },
    /// An opener gave its part.
    PartGiven {
        /// Of which group.
        group: GroupName,
        /// The opening.
        opening: Hash,
        /// How many are there now.
        parts: usize,
    },
    /// It is known whose report it was.
    Opened {
        /// Of which group.
        group: GroupName,
        /// The opening.
        opening: Hash,
        /// The report.
        report: Hash,
        /// Who; none if the member key is registered to nobody.
        account: Option<String>,
    },
}

fn cryptography(what: &'static str) -> impl Fn(hufu_group::Error) -> Refusal {
    move |e| Refusal::Cryptography { what, reason: e.to_string() }
}

fn damaged(e: impl std::fmt::Display) -> Error {
    Error::Records(e.to_string())
}

/// Applies an operation.
///
/// # Errors
/// [`Error::Refused`] with the broken rule.
pub(crate) fn apply_with<S: Source + ?Sized>(
    known: &Known,
    source: &S,
    operation: &Operation,
    context: &Context<'_>,
) -> Result<Changes, Error> {
    let rules = Rules { known, source, context };
    match operation {
        Operation::Create(create) => rules.create(create),
        Operation::Admit(admit) => rules.admit(admit),
        Operation::Revoke(revoke) => rules.revoke(revoke),
        Operation::Report(report) => rules.report(report),
        Operation::RequestOpening(request) => rules.request_opening(request),
        Operation::Open(open) => rules.open(open),
    }
}

/// Applies an operation, without a memory of groups.
///
/// # Errors
/// [`Error::Refused`] with the broken rule.
pub fn apply<S: Source + ?Sized>(
    source: &S,
    operation: &Operation,
    context: &Context<'_>,
) -> Result<Changes, Error> {
    apply_with(&Known::default(), source, operation, context)
}

struct Rules<'a, S: ?Sized> {
    known: &'a Known,
    source: &'a S,
    context: &'a Context<'a>,
}

impl<S: Source + ?Sized> Rules<'_, S> {
    fn create(&self, create: &Create) -> Result<Changes, Error> {
        let name = &create.name;
        if self.source.get(&name.key()).map_err(Error::Records)?.is_some() {
            return Err(Refusal::Exists(name.clone()).into());
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = create.openers.iter().find(|did| !seen.insert(*did)) {
            return Err(Refusal::RepeatedOpener(twice.clone()).into());
        }
        let refused = |reason: String| Refusal::Cryptography { what: "group", reason };
        let keys = GroupRecord::keys(&create.group).map_err(|e| refused(e.to_string()))?;
        let record = GroupRecord {
            name: name.clone(),
            manager: self.sender_did()?,
            openers: create.openers.iter().map(ToString::to_string).collect(),
            threshold: keys.openers().threshold(),
            group: create.group.clone(),
            height: self.context.height,
            time_ms: self.context.time_ms,
        };
        let group = record.group(self.context.anchor).map_err(|e| refused(e.to_string()))?;
        if group.to_bytes() != create.group {
            return Err(refused("its bytes are not in their one form".to_owned()).into());
        }
        let epoch = self.epoch_record(&group.first_epoch(), None);
        let event = Event::Created {
            group: name.clone(),
            openers: record.openers.len(),
            threshold: record.threshold,
        };
        Ok(Changes {
            writes: vec![
                (name.key(), record.to_bytes()),
                (name.epoch_key(0), epoch.to_bytes()),
                (name.epoch_head_key(), EpochHead { number: 0 }.to_bytes()),
            ],
            event,
        })
    }

    fn admit(&self, admit: &Admit) -> Result<Changes, Error> {
        let known = self.group(&admit.group)?;
        let (_, group) = &*known;
        let _: MemberKey = MemberKey::from_bytes(&admit.key).map_err(cryptography("member key"))?;
        let key = admit.group.member_key(&admit.key);
        if let Some(member) = self.read(&key, MemberRecord::from_bytes)? {
            return Err(Refusal::KeyTaken(member.account).into());
        }
        let account_key = admit.group.account_key(admit.account.as_str());
        if let Some(account) = self.read(&account_key, AccountRecord::from_bytes)?
            && self.member(&admit.group, &account.key)?.revoked.is_none()
        {
            return Err(Refusal::AlreadyMember {
                account: admit.account.clone(),
                group: admit.group.clone(),
            }
            .into());
        }
        let member = MemberRecord {
            key: admit.key,
            account: admit.account.to_string(),
            method: admit.method.clone(),
            consent: admit.consent.clone(),
            height: self.context.height,
            time_ms: self.context.time_ms,
            revoked: None,
        };
        let message = member.consent(group).map_err(damaged)?;
        self.source
            .signed_by(&admit.account, &admit.method, &message, &admit.consent)
            .map_err(Error::Records)?
            .map_err(|reason| Refusal::Consent { account: admit.account.clone(), reason })?;
        Ok(Changes {
            writes: vec![
                (key, member.to_bytes()),
                (account_key, AccountRecord { key: admit.key }.to_bytes()),
            ],
            event: Event::Admitted { group: admit.group.clone(), account: admit.account.clone() },
        })
    }

    fn revoke(&self, revoke: &Revoke) -> Result<Changes, Error> {
        let name = &revoke.group;
        let known = self.group(name)?;
        let (_, group) = &*known;
        let update: Update = Update::from_bytes(&revoke.update).map_err(cryptography("update"))?;
        let (named, revoked) = (revoke.members.len(), update.count());
        if named != revoked || named > MAX_REVOKED {
            return Err(Refusal::Count { named, revoked }.into());
        }
        let epoch = self.current_epoch(name, group)?;
        let next = update.apply(group, &epoch).map_err(cryptography("update"))?;
        let number = next.number();
        let mut writes = Vec::with_capacity(2 * named + 2);
        let mut accounts = Vec::with_capacity(named);
        let mut seen = BTreeSet::new();
        for key in &revoke.members {
            let not_a_member = |reason| Refusal::NotAMember { key: hex::encode(key), reason };
            if !seen.insert(key) {
                return Err(not_a_member("it is named twice").into());
            }
            let record_key = name.member_key(key);
            let mut member = self
                .read(&record_key, MemberRecord::from_bytes)?
                .ok_or_else(|| not_a_member("it was never registered"))?;
            if member.revoked.is_some() {
                return Err(not_a_member("it was revoked before").into());
            }
            let (height, time_ms) = (self.context.height, self.context.time_ms);
            member.revoked = Some(Revocation { epoch: number, height, time_ms });
            writes.push((record_key, member.to_bytes()));
            accounts.push(member.account);
        }
        for identifier in update.identifiers() {
            let key = name.removed_key(&identifier);
            if let Some(EpochHead { number: epoch }) = self.read(&key, EpochHead::from_bytes)? {
                return Err(Refusal::RemovedBefore { identifier: hex::encode(identifier), epoch }.into());
            }
            writes.push((key, EpochHead { number }.to_bytes()));
        }
        let mut record = self.epoch_record(&next, Some(revoke.update.clone()));
        record.reason = Some(revoke.reason.to_string());
        writes.push((name.epoch_key(number), record.to_bytes()));
        writes.push((name.epoch_head_key(), EpochHead { number }.to_bytes()));
        let event = Event::Revoked {
            group: name.clone(),
            epoch: number,
            accounts,
            reason: revoke.reason.to_string(),
        };
        Ok(Changes { writes, event })
    }

    fn report(&self, report: &Report) -> Result<Changes, Error> {
        let Sender::Group(GroupSender { group, scope, epoch, tag }) = self.context.sender else {
            return Err(Refusal::Named(self.context.sender.to_string()).into());
        };
        let expected = report_scope(&report.subject);
        if *scope != expected {
            return Err(Refusal::Scope { expected, found: scope.clone() }.into());
        }
        if report.text.is_empty() || report.text.len() > MAX_REPORT_BYTES {
            return Err(Refusal::Text(report.text.len()).into());
        }
        let id = self.context.transaction;
        let record = ReportRecord {
            subject: report.subject.as_str().to_owned(),
            epoch: *epoch,
            tag: *tag,
            transaction: self.context.bytes.to_vec(),
            height: self.context.height,
            time_ms: self.context.time_ms,
        };
        Ok(Changes {
            writes: vec![(group.report_key(&id), record.to_bytes())],
            event: Event::Reported { group: group.clone(), report: id, subject: record.subject },
        })
    }

    fn request_opening(&self, request: &RequestOpening) -> Result<Changes, Error> {
        let name = &request.group;
        self.group(name)?;
        if self.read(&name.report_key(&request.report), ReportRecord::from_bytes)?.is_none() {
            return Err(Refusal::NoSuchReport { group: name.clone(), report: request.report }.into());
        }
        let id = self.context.transaction;
        let record = OpeningRecord {
            id,
            report: request.report,
            requester: self.sender_did()?,
            reason: request.reason.to_string(),
            warrant: request.warrant,
            height: self.context.height,
            time_ms: self.context.time_ms,
            parts: Vec::new(),
            opened: None,
        };
        let event = Event::OpeningRequested {
            group: name.clone(),
            opening: id,
            report: request.report,
            reason: record.reason.clone(),
        };
        Ok(Changes { writes: vec![(name.opening_key(&id), record.to_bytes())], event })
    }

    fn open(&self, open: &Open) -> Result<Changes, Error> {
        let name = &open.group;
        let known = self.group(name)?;
        let (record, group) = &*known;
        let key = name.opening_key(&open.opening);
        let mut opening = self
            .read(&key, OpeningRecord::from_bytes)?
            .ok_or_else(|| Refusal::NoSuchOpening { group: name.clone(), opening: open.opening })?;
        if opening.opened.is_some() {
            return Err(Refusal::Complete.into());
        }
        // the part is of the opener that sends it
        let part: PartialOpening = PartialOpening::from_bytes(&open.part).map_err(cryptography("part"))?;
        let sender = self.sender_did()?;
        let expected = usize::from(part.opener()).checked_sub(1).and_then(|at| record.openers.get(at));
        if expected != Some(&sender) {
            return Err(Refusal::OtherOpener { opener: part.opener(), expected: expected.cloned() }.into());
        }
        if opening.parts.iter().any(|given| given.opener == sender) {
            let did: Did = sender.parse().map_err(damaged)?;
            return Err(Refusal::PartGiven(did).into());
        }
        // its proof holds
        let report = self
            .read(&name.report_key(&opening.report), ReportRecord::from_bytes)?
            .ok_or_else(|| damaged(format_args!("report {} is missing", opening.report)))?;
        let epoch = self.epoch(name, report.epoch)?;
        let (_, _, verified) =
            hufu_wire::check_report(self.context.anchor, name, group, &epoch, &report).map_err(damaged)?;
        let warrant = OpeningRecord::warrant_of(self.context.anchor, name, &opening.id);
        part.verify(group, &verified, &warrant).map_err(cryptography("part"))?;
        let (height, time_ms) = (self.context.height, self.context.time_ms);
        opening.parts.push(OpeningPart { opener: sender, part: open.part.clone(), height, time_ms });
        let mut parts = opening.partial_openings().map_err(damaged)?;
        if parts.len() < usize::from(record.threshold) {
            let event =
                Event::PartGiven { group: name.clone(), opening: opening.id, parts: opening.parts.len() };
            return Ok(Changes { writes: vec![(key, opening.to_bytes())], event });
        }
        // the last one
        parts.sort_by_key(PartialOpening::opener);
        opening.parts.sort_by_key(|given| record.openers.iter().position(|did| *did == given.opener));
        let combined = Opening::combine(group, &verified, &warrant, &parts).map_err(damaged)?;
        let member_key = combined.key.to_bytes();
        let member = self.read(&name.member_key(&member_key), MemberRecord::from_bytes)?;
        let account = member.map(|member| member.account);
        opening.opened = Some(OpenedSigner { key: member_key, account: account.clone(), height, time_ms });
        let event =
            Event::Opened { group: name.clone(), opening: opening.id, report: opening.report, account };
        Ok(Changes { writes: vec![(key, opening.to_bytes())], event })
    }

    fn sender_did(&self) -> Result<String, Error> {
        match self.context.sender {
            Sender::Did(did) => Ok(did.to_string()),
            // the policies permit no other; this is the second lock
            Sender::Ring(_) | Sender::Group(_) => {
                Err(Refusal::Malformed("it must be sent by a DID".to_owned()).into())
            }
        }
    }

    fn group(&self, name: &GroupName) -> Result<Found, Error> {
        self.known
            .find(name, self.context.anchor, |key| self.source.get(key))
            .map_err(Error::Records)?
            .ok_or_else(|| Refusal::NoSuchGroup(name.clone()).into())
    }

    fn read<T>(
        &self,
        key: &str,
        parse: impl FnOnce(&[u8]) -> Result<T, hufu_light::Error>,
    ) -> Result<Option<T>, Error> {
        let bytes = self.source.get(key).map_err(Error::Records)?;
        bytes.map(|bytes| parse(&bytes)).transpose().map_err(damaged)
    }

    fn member(&self, name: &GroupName, key: &[u8; MEMBER_KEY_BYTES]) -> Result<MemberRecord, Error> {
        let key = name.member_key(key);
        self.read(&key, MemberRecord::from_bytes)?.ok_or_else(|| damaged(format_args!("{key} is missing")))
    }

    fn epoch(&self, name: &GroupName, number: u64) -> Result<EpochRecord, Error> {
        let key = name.epoch_key(number);
        self.read(&key, EpochRecord::from_bytes)?.ok_or_else(|| damaged(format_args!("{key} is missing")))
    }

    fn current_epoch(&self, name: &GroupName, group: &Group) -> Result<Epoch, Error> {
        let key = name.epoch_head_key();
        let head = self.read(&key, EpochHead::from_bytes)?;
        let head = head.ok_or_else(|| damaged(format_args!("{key} is missing")))?;
        self.epoch(name, head.number)?.epoch(group).map_err(damaged)
    }

    fn epoch_record(&self, epoch: &Epoch, update: Option<Vec<u8>>) -> EpochRecord {
        EpochRecord {
            number: epoch.number(),
            epoch: epoch.to_bytes().to_vec(),
            update,
            reason: None,
            height: self.context.height,
            time_ms: self.context.time_ms,
        }
    }
}
