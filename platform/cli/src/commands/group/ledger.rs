//! A group as the ledger has it: every record read with its proof, which is checked here.

use hufu_group::{Epoch, Group, Member, Update};
use hufu_light::{
    EpochHead, EpochRecord, GroupName, GroupRecord, Hash, MEMBER_KEY_BYTES, MemberRecord, OpeningRecord,
    ReportRecord,
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
        let full = String::from_utf8_lossy(group.name());
        let name = full.rsplit('/').next().and_then(|name| GroupName::new(name).ok());
        let name = name.filter(|name| name.full(certified.anchor()) == full).ok_or_else(|| {
            let network = &certified.anchor().network;
            Failure::with(Code::Input, format!("{full} is no group of the ledger of {network}"))
        })?;
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

    /// Takes a member to the epoch in force.
    ///
    /// # Errors
    /// [`Code::No`] if the member was revoked.
    pub(in crate::commands) async fn follow(&self, member: &mut Member) -> anyhow::Result<u64> {
        let number = self.epoch_number().await?;
        let mut updates: Vec<Update> = Vec::new();
        for number in member.epoch().number() + 1..=number {
            let record = self.epoch_record(number).await?;
            updates.push(
                record.update()?.ok_or_else(|| {
                    Failure::with(Code::No, format!("epoch {number} came without an update"))
                })?,
            );
        }
        member.follow(&updates).map_err(|error| Failure::with(Code::No, error.to_string()))?;
        Ok(number)
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
