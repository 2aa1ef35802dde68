//! A group as the ledger has it: every record read with its proof, which is checked here.

use hufu_group::{Epoch, Group, MAX_REMOVALS, Member, Update};
use hufu_light::{
    EpochHead, EpochRecord, GroupName, GroupRecord, Hash, MEMBER_KEY_BYTES, MemberRecord, OpeningRecord,
    ReportRecord, TrustAnchor,
};

use crate::{
    commands::certified::Certified,
    exit::{Code, Failure},
};

/// A group, and where to read more of it.
pub(in crate::commands) struct OnLedger<'a> {
    certified: &'a Certified,
    /// The height at which its record was read.
    pub(in crate::commands) height: u64,
    pub(in crate::commands) name: GroupName,
    pub(in crate::commands) record: GroupRecord,
    pub(in crate::commands) group: Group,
}

impl<'a> OnLedger<'a> {
    /// # Errors
    /// [`Code::No`] if there is no such group.
    pub(in crate::commands) async fn read(certified: &'a Certified, name: GroupName) -> anyhow::Result<Self> {
        let (bytes, height) = certified.value(name.key().as_bytes()).await?;
        let bytes = bytes.ok_or_else(|| Failure::with(Code::No, format!("there is no {name}")))?;
        let record = GroupRecord::from_bytes(&bytes)?;
        let group = record.group(certified.anchor())?;
        Ok(Self { certified, height, name, record, group })
    }

    /// The ledger's group whose keys are these.
    ///
    /// # Errors
    /// [`Code::Input`] for a group that is not of this network, [`Code::No`] if the ledger has other keys under its name.
    pub(in crate::commands) async fn of(certified: &'a Certified, group: &Group) -> anyhow::Result<Self> {
        let name = name_of(group, certified.anchor())?;
        let ledger = Self::read(certified, name).await?;
        if ledger.group == *group {
            Ok(ledger)
        } else {
            Err(Failure::with(Code::No, format!("the ledger has another {}", ledger.name)))
        }
    }

    async fn value<T>(
        &self,
        key: &str,
        parse: impl FnOnce(&[u8]) -> Result<T, hufu_light::Error>,
    ) -> anyhow::Result<Option<T>> {
        let (bytes, _) = self.certified.value(key.as_bytes()).await?;
        Ok(bytes.map(|bytes| parse(&bytes)).transpose()?)
    }

    async fn required<T>(
        &self,
        key: &str,
        what: &str,
        parse: impl FnOnce(&[u8]) -> Result<T, hufu_light::Error>,
    ) -> anyhow::Result<T> {
        let found = self.value(key, parse).await?;
        found.ok_or_else(|| Failure::with(Code::No, format!("{} has no {what}", self.name)))
    }

    /// The number of the epoch in force.
    pub(in crate::commands) async fn epoch_number(&self) -> anyhow::Result<u64> {
        let key = self.name.epoch_head_key();
        Ok(self.required(&key, "epochs", EpochHead::from_bytes).await?.number)
    }

    pub(in crate::commands) async fn epoch_record(&self, number: u64) -> anyhow::Result<EpochRecord> {
        self.required(&self.name.epoch_key(number), &format!("epoch {number}"), EpochRecord::from_bytes).await
    }

    /// The epoch in force.
    pub(in crate::commands) async fn epoch(&self) -> anyhow::Result<Epoch> {
        let number = self.epoch_number().await?;
        Ok(self.epoch_record(number).await?.epoch(&self.group)?)
    }

    /// Takes a member to the epoch in force, however many were removed meanwhile.
    ///
    /// # Errors
    /// [`Code::No`] if the member was revoked.
    pub(in crate::commands) async fn follow(&self, member: &mut Member) -> anyhow::Result<u64> {
        self.follow_in_steps(member, |_| Ok(())).await
    }

    /// The same; `reached` is told of the member after each step, so that a long way is not gone twice.
    ///
    /// # Errors
    /// As [`Self::follow`], and what `reached` says.
    pub(super) async fn follow_in_steps(
        &self,
        member: &mut Member,
        mut reached: impl FnMut(&Member) -> anyhow::Result<()>,
    ) -> anyhow::Result<u64> {
        let last = self.epoch_number().await?;
        let mut step = Step::default();
        for number in member.epoch().number() + 1..=last {
            let update =
                self.epoch_record(number).await?.update()?.ok_or_else(|| {
                    Failure::with(Code::No, format!("epoch {number} came without an update"))
                })?;
            if !step.has_room_for(&update) {
                step.go(member)?;
                reached(member)?;
            }
            step.add(update);
        }
        step.go(member)?;
        reached(member)?;
        Ok(last)
    }

    pub(in crate::commands) async fn report(&self, id: &Hash) -> anyhow::Result<ReportRecord> {
        self.required(&self.name.report_key(id), &format!("report {id}"), ReportRecord::from_bytes).await
    }

    pub(in crate::commands) async fn opening(&self, id: &Hash) -> anyhow::Result<OpeningRecord> {
        self.required(&self.name.opening_key(id), &format!("opening {id}"), OpeningRecord::from_bytes).await
    }

    pub(in crate::commands) async fn member(
        &self,
        key: &[u8; MEMBER_KEY_BYTES],
    ) -> anyhow::Result<Option<MemberRecord>> {
        self.value(&self.name.member_key(key), MemberRecord::from_bytes).await
    }

    pub(in crate::commands) fn certified(&self) -> &Certified {
        self.certified
    }
}

/// Updates that a member follows at once: a member takes [`MAX_REMOVALS`] in one step, and this is one.
#[derive(Default)]
struct Step {
    updates: Vec<Update>,
    removals: usize,
}

impl Step {
    /// An update alone always has.
    fn has_room_for(&self, update: &Update) -> bool {
        self.updates.is_empty() || self.removals.saturating_add(update.count()) <= MAX_REMOVALS
    }

    fn add(&mut self, update: Update) {
        self.removals = self.removals.saturating_add(update.count());
        self.updates.push(update);
    }

    /// Takes the member over what was added, and is empty.
    fn go(&mut self, member: &mut Member) -> anyhow::Result<()> {
        let Self { updates, .. } = std::mem::take(self);
        member.follow(&updates).map_err(|error| Failure::with(Code::No, error.to_string()))
    }
}

/// The name on the ledger of the group whose keys these are.
///
/// # Errors
/// [`Code::Input`] for a group that is not of this network.
pub(super) fn name_of(group: &Group, anchor: &TrustAnchor) -> anyhow::Result<GroupName> {
    let full = String::from_utf8_lossy(group.name());
    let name = full.rsplit('/').next().and_then(|name| GroupName::new(name).ok());
    name.filter(|name| name.full(anchor) == full).ok_or_else(|| {
        let words = format!("{full} is no group of the ledger of {}", anchor.network);
        Failure::with(Code::Input, words)
    })
}

#[cfg(test)]
mod tests {
    use hufu_group::{Ceremony, Enrolment, Invitation, Issuer, MemberSecret, MemoryRegister};

    use super::*;

    #[test]
    fn a_member_that_was_away_for_more_removals_than_one_step_takes_arrives() {
        let mut rng = rand::rng();
        let ceremony = Ceremony::new(b"openers", 1, 1).expect("a threshold");
        let (_, dealing) = ceremony.deal(1, &mut rng).expect("a dealing");
        let issuer: Issuer = Issuer::generate(&mut rng).expect("a key");
        let openers = ceremony.openers(&[dealing]).expect("openers");
        let group = Group::new(GroupRecord::parameters(), b"test", issuer.key(), openers).expect("a group");
        let mut epoch = group.first_epoch();
        let invitation = Invitation::new(b"did:example:ada", [7; 32]).expect("an account");
        let secret = MemberSecret::generate(&mut rng).expect("a secret");
        let request = secret.request(&group, &invitation, &mut rng).expect("a request");
        let register = MemoryRegister::new();
        let admitted = issuer.admit(&group, &epoch, &request, &invitation, &register, &mut rng);
        let (credential, enrolment) = admitted.expect("admitted");
        let mut member = Member::new(&group, &epoch, secret, credential).expect("a member");

        // others, of whom only the identifiers matter: the last 32 bytes
        let mut bytes = enrolment.to_bytes().to_vec();
        let start = bytes.len() - 8;
        let mut number = 0_u64;
        let mut others = |count: usize| -> Vec<Enrolment> {
            let next = |_| {
                number += 1;
                bytes[start..].copy_from_slice(&number.to_le_bytes());
                Enrolment::from_bytes(&group, &bytes).expect("an enrolment")
            };
            (0..count).map(next).collect()
        };
        let mut step = Step::default();
        let mut steps = 0;
        for count in [6_000, 4_000, 1, MAX_REMOVALS, 2] {
            let (update, next) = issuer.revoke(&group, &epoch, &others(count)).expect("revoked");
            epoch = next;
            if !step.has_room_for(&update) {
                step.go(&mut member).expect("a step");
                steps += 1;
            }
            step.add(update);
        }
        step.go(&mut member).expect("the last step");
        assert_eq!((member.epoch(), steps), (&epoch, 3), "10,000, then 1, then 10,000, then 2");
        let signature = member.sign(None, b"here", &mut rng).expect("signs");
        assert!(signature.verify(&group, &epoch, None, b"here").is_ok());
    }
}
