//! The manager's register of members: whose each member key is, by the account's consent, and who was revoked.
//!
//! Whoever reads it knows all members, and after an opening who signed; it has no secret with which to sign.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use hufu_did::Did;
use hufu_group::{Enrolment, Group, MemberKey, MemoryRegister};
use serde_json::{Value, json};

use super::{
    consent,
    files::{self, input, no},
};
use crate::{
    commands::record::{self, Record},
    exit::{Code, Failure},
    private_file,
};

/// The largest register: about a hundred thousand members.
const MAX_REGISTER_FILE: usize = 128 << 20;

/// A register, as its file has it.
pub(super) struct Register {
    path: PathBuf,
    group: Group,
    pub(super) entries: Vec<Entry>,
    /// Held while the register is changed.
    _lock: Option<File>,
}

/// A member.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) account: String,
    pub(super) method: String,
    pub(super) consent: Vec<u8>,
    pub(super) enrolment: Enrolment,
    /// The first epoch without the member.
    pub(super) revoked: Option<u64>,
}

impl Register {
    /// An empty one; nothing is written yet.
    pub(super) fn new(path: &Path, group: &Group) -> Self {
        Self { path: path.to_owned(), group: group.clone(), entries: Vec::new(), _lock: None }
    }

    /// Reads a register of this group.
    ///
    /// # Errors
    /// [`Code::Input`], also if the file is open to others.
    pub(super) fn read(path: &Path, group: &Group) -> anyhow::Result<Self> {
        let mut record = Record::read_private(path, files::REGISTER, MAX_REGISTER_FILE)?;
        files::same_group(&mut record, group)?;
        let Value::Array(members) = record.take("members")? else {
            return Err(record.refused("\"members\" is no list"));
        };
        let entries = members.iter().enumerate().map(|(at, member)| {
            Entry::read(&record, group, member)
                .ok_or_else(|| record.refused(format_args!("member {at} is malformed")))
        });
        let entries = entries.collect::<anyhow::Result<_>>()?;
        record.finish()?;
        Ok(Self { entries, ..Self::new(path, group) })
    }

    /// Reads a register that is going to be changed; nobody else changes it meanwhile.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(super) fn to_change(path: &Path, group: &Group) -> anyhow::Result<Self> {
        let lock = private_file::lock(path)?;
        Ok(Self { _lock: Some(lock), ..Self::read(path, group)? })
    }

    /// The text of its file.
    pub(super) fn describe(&self) -> Value {
        let members: Vec<Value> = self.entries.iter().map(Entry::describe).collect();
        json!({ "group": files::id(&self.group), "members": members })
    }

    /// Replaces its file as a whole.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn save(&self) -> anyhow::Result<()> {
        private_file::replace(&self.path, &record::write(files::REGISTER, self.describe()))
    }

    /// As `hufu-group` has it.
    ///
    /// # Errors
    /// [`Code::Input`] if a member key is there twice.
    pub(super) fn in_memory(&self) -> anyhow::Result<MemoryRegister> {
        let mut register = MemoryRegister::new();
        for entry in &self.entries {
            let added = register.insert(entry.account.as_bytes(), &entry.consent, entry.enrolment);
            added.map_err(|error| input(format_args!("{}: {error}", self.path.display())))?;
        }
        Ok(register)
    }

    /// Refuses an account that is a member.
    ///
    /// # Errors
    /// [`Code::No`].
    pub(super) fn check_new(&self, account: &str) -> anyhow::Result<()> {
        match self.entries.iter().find(|entry| entry.account == account && entry.revoked.is_none()) {
            None => Ok(()),
            Some(_) => Err(no(format_args!("{account} is a member already"))),
        }
    }

    /// The newest member of this DID or member key, who has not been revoked.
    ///
    /// # Errors
    /// [`Code::No`] for whoever is no member, or no longer.
    pub(super) fn present(&self, member: &str) -> anyhow::Result<&Entry> {
        let newest = self.entries.iter().rev().find(|entry| entry.is(member));
        let entry = newest.ok_or_else(|| no(format_args!("{member} is no member")))?;
        match entry.revoked {
            None => Ok(entry),
            Some(epoch) => Err(no(format_args!("{member} was revoked in epoch {epoch}"))),
        }
    }

    /// Finds members by DID or member key, and notes that they are revoked as of an epoch, which is the next.
    ///
    /// A second time for the same epoch finds the same: after a crash between this and publishing, both are done again.
    ///
    /// # Errors
    /// [`Code::No`] for whoever is no member, or was revoked before; [`Code::Input`] for one who is named twice, or who is missing
    /// after such a crash.
    ///
    /// # Security
    /// What a removal publishes is a witness of the removed member for the epoch before. Of a member that was not in that epoch it
    /// would give back what the first removal took.
    pub(super) fn revoke(&mut self, members: &[String], epoch: u64) -> anyhow::Result<Vec<Entry>> {
        let mut revoked: Vec<Entry> = Vec::with_capacity(members.len());
        for member in members {
            let newest = self.entries.iter_mut().rev().find(|entry| entry.is(member));
            let entry = newest.ok_or_else(|| no(format_args!("{member} is no member")))?;
            if revoked.iter().any(|named| named.enrolment == entry.enrolment) {
                return Err(input(format_args!("{member} is named twice")));
            }
            if let Some(before) = entry.revoked.replace(epoch).filter(|before| *before != epoch) {
                return Err(no(format_args!("{member} was revoked in epoch {before}")));
            }
            revoked.push(entry.clone());
        }
        let named = |entry: &Entry| revoked.iter().any(|named| named.enrolment == entry.enrolment);
        match self.entries.iter().find(|entry| entry.revoked == Some(epoch) && !named(entry)) {
            None => Ok(revoked),
            Some(left) => Err(input(format_args!(
                "{} was to be revoked in epoch {epoch} too, which was not finished: name it as well",
                left.account
            ))),
        }
    }

    /// Whose a member key is. The account's consent is checked where its DID tells its key.
    ///
    /// # Errors
    /// [`Code::No`] if it is nobody's, or the account has not consented.
    pub(super) fn find(&self, key: &MemberKey) -> anyhow::Result<&Entry> {
        let entry = self.entries.iter().find(|entry| entry.enrolment.key() == *key);
        let entry = entry.ok_or_else(|| {
            Failure::with(
                Code::No,
                format!("the member key {} is registered to nobody", hex::encode(key.to_bytes())),
            )
        })?;
        let account: Did = entry.account.parse().map_err(input)?;
        if let Some(document) = consent::own_document(&account)? {
            let message = self.group.consent(entry.account.as_bytes(), key);
            consent::check(&document, &entry.method, &message, &entry.consent)?;
        }
        Ok(entry)
    }
}

impl Entry {
    /// Whether a DID or member key means this one.
    fn is(&self, member: &str) -> bool {
        self.account == member || self.key() == member
    }

    /// The member key in hexadecimal.
    pub(super) fn key(&self) -> String {
        hex::encode(self.enrolment.key().to_bytes())
    }

    fn read(record: &Record, group: &Group, member: &Value) -> Option<Self> {
        let text = |name: &str| member.get(name).and_then(Value::as_str);
        let bytes = |name: &str| record.decode("members", text(name)?).ok();
        let entry = Self {
            account: text("account")?.to_owned(),
            method: text("method")?.to_owned(),
            consent: bytes("consent")?,
            enrolment: Enrolment::from_bytes(group, &bytes("enrolment")?).ok()?,
            revoked: match member.get("revoked")? {
                Value::Null => None,
                number => Some(number.as_u64()?),
            },
        };
        // nothing more, and the key is that of the enrolment
        (entry.describe() == *member).then_some(entry)
    }

    fn describe(&self) -> Value {
        json!({
            "account": self.account,
            "key": self.key(),
            "method": self.method,
            "consent": record::encode(&self.consent),
            "enrolment": record::encode(&self.enrolment.to_bytes()),
            "revoked": self.revoked,
        })
    }
}
