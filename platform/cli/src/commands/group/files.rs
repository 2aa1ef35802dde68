//! What the files of a group have in common: their kinds, and the group itself with the epoch that a file is in.

use std::path::Path;

use hufu_group::{Epoch, Group, Openers};
use hufu_light::GroupRecord;
use serde_json::{Value, json};

use crate::{
    commands::{
        record::{self, Record},
        sink::{self, Audience},
    },
    exit::{Code, Failure},
    output::Output,
    private_file,
};

pub(super) const DEALER: &str = "hufu-group-dealer";
pub(super) const DEALING: &str = "hufu-group-dealing";
pub(super) const SHARE: &str = "hufu-group-share";
pub(super) const OPENER: &str = "hufu-group-opener";
const GROUP: &str = "hufu-group";
pub(super) const ISSUER: &str = "hufu-group-issuer";
pub(super) const REGISTER: &str = "hufu-group-register";
pub(super) const INVITATION: &str = "hufu-group-invitation";
pub(super) const SECRET: &str = "hufu-group-secret";
pub(super) const REQUEST: &str = "hufu-group-request";
pub(super) const CREDENTIAL: &str = "hufu-group-credential";
pub(super) const MEMBER: &str = "hufu-group-member";
pub(super) const SIGNATURE: &str = "hufu-group-signature";
pub(super) const UPDATE: &str = "hufu-group-update";
pub(super) const WITNESS: &str = "hufu-group-witness";
pub(super) const PART: &str = "hufu-group-part";

/// The largest file of all kinds but updates and registers: the keys of 64 openers, names of 1,024 bytes, and room.
pub(super) const MAX_FILE: usize = 64 << 10;

/// A group, in the epoch that a file has.
pub(super) struct Known {
    pub(super) group: Group,
    pub(super) epoch: Epoch,
}

impl Known {
    /// Reads a group's file.
    ///
    /// # Errors
    /// [`Code::Input`], naming what is wrong.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let mut record = Record::read(path, GROUP, MAX_FILE)?;
        let known = Self::take(&mut record)?;
        record.finish()?;
        Ok(known)
    }

    /// Takes group and epoch out of a file that has more.
    ///
    /// # Errors
    /// [`Code::Input`], naming what is wrong.
    pub(super) fn take(record: &mut Record) -> anyhow::Result<Self> {
        let group = GroupRecord::keys(&record.bytes("keys")?).map_err(|error| record.refused(error))?;
        let epoch =
            Epoch::from_bytes(&group, &record.bytes("epoch")?).map_err(|error| record.refused(error))?;
        let known = Self { group, epoch };
        // for whoever reads the file; software believes the keys
        for (member, expected) in known.told() {
            if record.take(member)? != expected {
                return Err(
                    record.refused(format_args!("its {member} is not that of its keys: it was altered"))
                );
            }
        }
        Ok(known)
    }

    /// What keys and epoch tell.
    fn told(&self) -> [(&'static str, Value); 5] {
        let openers = self.group.openers();
        [
            ("group", id(&self.group)),
            ("name", name(&self.group).into()),
            ("openers", openers.count().into()),
            ("threshold", openers.threshold().into()),
            ("epochNumber", self.epoch.number().into()),
        ]
    }

    /// The members of a file.
    pub(super) fn describe(&self) -> Value {
        let mut value = json!({
            "keys": record::encode(&self.group.to_bytes()),
            "epoch": record::encode(&self.epoch.to_bytes()),
        });
        for (member, told) in self.told() {
            value[member] = told;
        }
        value
    }

    /// Writes the group's file.
    ///
    /// # Errors
    /// As [`sink::write`].
    pub(super) fn write(&self, path: &Path, force: bool, output: Output) -> anyhow::Result<()> {
        sink::write(path, force, Audience::Everybody, &self.file(), output)
    }

    /// The text of the group's file.
    pub(super) fn file(&self) -> Vec<u8> {
        record::write(GROUP, self.describe())
    }

    /// Replaces the group's file as a whole.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn replace(&self, path: &Path) -> anyhow::Result<()> {
        private_file::replace_public(path, &self.file())
    }
}

/// The digest that names a group, as files have it.
pub(super) fn id(group: &Group) -> Value {
    record::encode(group.id().as_bytes())
}

/// A group's name for a person.
pub(super) fn name(group: &Group) -> String {
    String::from_utf8_lossy(group.name()).into_owned()
}

/// Openers' keys, as files have them.
pub(super) fn openers(openers: &Openers) -> Value {
    record::encode(&openers.to_bytes())
}

/// Takes the group of a file that must be of this one.
///
/// # Errors
/// [`Code::Input`] if it is of another.
pub(super) fn same_group(record: &mut Record, group: &Group) -> anyhow::Result<()> {
    if record.take("group")? == id(group) {
        Ok(())
    } else {
        Err(record.refused(format_args!("it is of another group than {}", name(group))))
    }
}

/// Writes a secret that is kept for long, under a passphrase if there is one.
///
/// # Errors
/// As [`sink::write`].
pub(super) fn write_secret(
    path: &Path,
    force: bool,
    kind: &str,
    members: Value,
    passphrase: Option<&hufu_keys::Secret<Vec<u8>>>,
    output: Output,
) -> anyhow::Result<()> {
    let file = record::write_secret(kind, members, passphrase)?;
    file.expose(|file| sink::write(path, force, Audience::Owner, file, output))
}

/// Writes a file that only its owner may read.
///
/// # Errors
/// As [`sink::write`].
pub(super) fn write_private(
    path: &Path,
    force: bool,
    kind: &str,
    members: Value,
    output: Output,
) -> anyhow::Result<()> {
    let file = hufu_keys::Secret::new(record::write(kind, members));
    file.expose(|file| sink::write(path, force, Audience::Owner, file, output))
}

/// What the input does not allow.
pub(super) fn input(error: impl std::fmt::Display) -> anyhow::Error {
    Failure::with(Code::Input, error.to_string())
}

/// What does not hold.
pub(super) fn no(error: impl std::fmt::Display) -> anyhow::Error {
    Failure::with(Code::No, error.to_string())
}
