//! JSON files that say what they are: `{ "kind": "hufu-ring-key", "version": 1, … }`.
//!
//! 1. The text is bounded and read strictly: a name twice is refused.
//! 2. Another kind or a newer version is told apart from damage.
//! 3. Every member is taken by name; one that is left over is refused, so that no misspelt one is passed over.
//!
//! Secrets that are kept for long may be encrypted under a passphrase ([`super::sealed`]).
//!
//! Bytes are base64url without padding. Private members pass through a JSON value, which cannot be wiped.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_keys::Secret;
use serde_json::{Map, Value};

use super::{
    sealed::{self, Opened},
    source,
};
use crate::{
    args::{Seal, Unlock},
    exit::{Code, Failure},
    output::pretty,
    passphrase::{self, Purpose},
};

/// The version of every file here.
const VERSION: u64 = 1;

/// The members of a file that are not taken yet.
pub(super) struct Record {
    file: String,
    members: Map<String, Value>,
}

impl Record {
    /// Reads a file of this kind, of at most `limit` bytes.
    ///
    /// # Errors
    /// [`Code::Input`], naming the file and what it is instead.
    pub(super) fn read(path: &Path, kind: &str, limit: usize) -> anyhow::Result<Self> {
        let (bytes, _) = source::read(path, limit, kind)?;
        Self::parse(path, &bytes, kind, limit)
    }

    /// Reads a file of this kind that only its owner may read.
    ///
    /// # Errors
    /// As [`Self::read`], and [`Code::Input`] for a file that is open to others.
    pub(super) fn read_private(path: &Path, kind: &str, limit: usize) -> anyhow::Result<Self> {
        let (bytes, open_mode) = source::read(path, limit, kind)?;
        let record = Self::parse(path, &bytes, kind, limit)?;
        record.check_mode(open_mode)?;
        Ok(record)
    }

    /// Reads a file of this kind that only its owner may read and that may be encrypted: then the passphrase is obtained, and told
    /// for whoever writes the file again.
    ///
    /// # Errors
    /// As [`Self::read_private`], and those of [`super::sealed`].
    pub(super) fn read_secret(
        path: &Path,
        kind: &str,
        limit: usize,
        unlock: &Unlock,
    ) -> anyhow::Result<(Self, Option<Secret<Vec<u8>>>)> {
        let (bytes, open_mode) = source::read(path, limit, kind)?;
        let (mut record, version) = Self::begin(path, &bytes, kind, limit)?;
        record.check_mode(open_mode)?;
        if version != Some(sealed::VERSION) {
            return Ok((record.plain(version)?, None));
        }
        let sealed = record.take("sealed")?;
        let file = record.file.clone();
        record.finish()?;
        let ask = || passphrase::obtain(unlock.passphrase_file.as_deref(), path, Purpose::Open);
        let Opened { file: bytes, passphrase } = sealed::open(kind, sealed, ask)
            .map_err(|error| Failure::with(Code::Input, format!("{file}: {error:#}")))?;
        let record = bytes.expose(|bytes| Self::parse(path, bytes, kind, limit))?;
        Ok((record, Some(passphrase)))
    }

    fn parse(path: &Path, bytes: &[u8], kind: &str, limit: usize) -> anyhow::Result<Self> {
        let (record, version) = Self::begin(path, bytes, kind, limit)?;
        record.plain(version)
    }

    /// The record if its version is that of files that are not encrypted.
    fn plain(self, version: Option<u64>) -> anyhow::Result<Self> {
        match version {
            Some(VERSION) => Ok(self),
            Some(newer) if newer > VERSION => Err(self.refused(format_args!(
                "it has version {newer}, this software reads up to {VERSION}: use a newer one"
            ))),
            _ => Err(self.refused("its version is no number that is known")),
        }
    }

    fn check_mode(&self, open_mode: Option<u32>) -> anyhow::Result<()> {
        open_mode.map_or(Ok(()), |mode| {
            Err(self.refused(format_args!(
                "it is open to other users of this machine (mode {mode:04o}): chmod 600 it"
            )))
        })
    }

    fn begin(path: &Path, bytes: &[u8], kind: &str, limit: usize) -> anyhow::Result<(Self, Option<u64>)> {
        let mut record = Self { file: source::name(path), members: Map::new() };
        // 1.
        match hufu_jcs::parse(bytes, hufu_jcs::Limits::bytes(limit)) {
            Ok(Value::Object(members)) => record.members = members,
            Ok(_) => return Err(record.refused("it is no JSON object")),
            Err(error) => return Err(record.refused(format_args!("it is no acceptable JSON: {error}"))),
        }
        // 2.
        let found = record.text("kind")?;
        if found != kind {
            return Err(
                record.refused(format_args!("it is a {}, and a {kind} is needed here", shown(&found)))
            );
        }
        let version = record.take("version")?.as_u64();
        Ok((record, version))
    }

    /// Takes a member that must be there.
    ///
    /// # Errors
    /// [`Code::Input`], naming it.
    pub(super) fn take(&mut self, member: &str) -> anyhow::Result<Value> {
        self.members.remove(member).ok_or_else(|| self.refused(format_args!("{member:?} is missing")))
    }

    /// Takes a member that may be missing.
    pub(super) fn take_optional(&mut self, member: &str) -> Option<Value> {
        self.members.remove(member)
    }

    /// Takes a member that is text.
    ///
    /// # Errors
    /// [`Code::Input`], naming it.
    pub(super) fn text(&mut self, member: &str) -> anyhow::Result<String> {
        match self.take(member)? {
            Value::String(text) => Ok(text),
            _ => Err(self.refused(format_args!("{member:?} is no text"))),
        }
    }

    /// Takes a member that is bytes.
    ///
    /// # Errors
    /// [`Code::Input`], naming it.
    pub(super) fn bytes(&mut self, member: &str) -> anyhow::Result<Vec<u8>> {
        let text = self.text(member)?;
        self.decode(member, &text)
    }

    /// Takes a member that is that many bytes.
    ///
    /// # Errors
    /// [`Code::Input`], naming it.
    pub(super) fn array<const N: usize>(&mut self, member: &str) -> anyhow::Result<[u8; N]> {
        let bytes = self.bytes(member)?;
        let found = bytes.len();
        bytes
            .try_into()
            .map_err(|_| self.refused(format_args!("{member:?} has {found} bytes, and {N} are right")))
    }

    /// Base64url of this file.
    ///
    /// # Errors
    /// [`Code::Input`], naming the member.
    pub(super) fn decode(&self, member: &str, text: &str) -> anyhow::Result<Vec<u8>> {
        URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| self.refused(format_args!("{member:?} is not base64url without padding")))
    }

    /// That everything was taken.
    ///
    /// # Errors
    /// [`Code::Input`], naming what is left.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self.members.keys().next() {
            None => Ok(()),
            Some(left) => Err(self.refused(format_args!("it has an unknown member {:?}", shown(left)))),
        }
    }

    /// What is wrong with this file.
    pub(super) fn refused(&self, why: impl std::fmt::Display) -> anyhow::Error {
        Failure::with(Code::Input, format!("{}: {why}", self.file))
    }
}

/// As much of a name in a file as an error message repeats.
pub(super) fn shown(name: &str) -> String {
    name.chars().take(40).collect()
}

/// The text of a file of this kind.
pub(super) fn write(kind: &str, mut members: Value) -> Vec<u8> {
    members["kind"] = kind.into();
    members["version"] = VERSION.into();
    format!("{}\n", pretty(&members)).into_bytes()
}

/// The text of a secret file of this kind, under a passphrase if there is one.
///
/// # Errors
/// As [`sealed::seal`].
pub(super) fn write_secret(
    kind: &str,
    members: Value,
    passphrase: Option<&Secret<Vec<u8>>>,
) -> anyhow::Result<Secret<Vec<u8>>> {
    let file = Secret::new(write(kind, members));
    let Some(passphrase) = passphrase else { return Ok(file) };
    let mut value = file.expose(|file| sealed::seal(kind, file, passphrase))?;
    value["kind"] = kind.into();
    value["version"] = sealed::VERSION.into();
    Ok(Secret::new(format!("{}\n", pretty(&value)).into_bytes()))
}

impl Seal {
    /// The passphrase of a new file, if it is to have one; before anything is made.
    ///
    /// # Errors
    /// As [`passphrase::obtain`].
    pub(super) fn passphrase(&self, path: &Path) -> anyhow::Result<Option<Secret<Vec<u8>>>> {
        let file = self.unlock.passphrase_file.as_deref();
        if !self.encrypt && file.is_some() {
            let why = "--passphrase-file is given and --encrypt is not: the file would not be encrypted";
            return Err(Failure::with(Code::Input, why));
        }
        self.encrypt.then(|| passphrase::obtain(file, path, Purpose::Seal)).transpose()
    }
}

/// Bytes as a member.
pub(super) fn encode(bytes: &[u8]) -> Value {
    base64url(bytes).into()
}

/// Bytes as text.
pub(super) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
