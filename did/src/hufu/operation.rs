//! The five operations: their JSON form, read strictly.
//!
//! ```json
//! {"document":{…patch…},"format":1,"keys":{"keys":["z6Mk…"],"threshold":1},"network":"dev","nonce":"…","type":"create"}
//! {"did":"did:hufu:dev:zQm…","format":1,"patch":{…},"previous":"zQm…","type":"update","version":2}
//! ```
//!
//! `create` and `rotate` may have `next` and `recovery`, `recover` too; `rotate` and `recover` have `keys` and
//! may have a `patch`. Unknown members are refused, so no two readers can disagree about what was signed.

use serde_json::{Map, Value};

use super::{KeySet, Network, NextKeys, OperationHash, Patch, Refusal};
use crate::{Did, Error};

/// The most bytes of an operation.
pub const MAX_OPERATION_BYTES: usize = 64 * 1024;
/// The version of this format.
pub const OPERATION_FORMAT: u64 = 1;
/// Bytes of a nonce, in characters of hex: 16 bytes make two DIDs with the same content differ.
pub(crate) const NONCE_LENGTH: usize = 32;

/// An operation, as read from its bytes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Operation {
    /// Makes a DID.
    Create(Create),
    /// Changes the document.
    Update(Update),
    /// Changes the update keys.
    Rotate(Rotate),
    /// Changes the update keys with the recovery keys.
    Recover(Recover),
    /// Ends the DID.
    Deactivate(Deactivate),
}

/// `create`: the first operation. The DID is its hash.
#[derive(Clone, Debug, PartialEq)]
pub struct Create {
    /// The network it is for.
    pub network: Network,
    /// 32 characters of lower-case hex.
    pub nonce: String,
    /// The update keys; `None` if only the controllers decide.
    pub keys: Option<KeySet>,
    /// A commitment to the next update keys.
    pub next: Option<NextKeys>,
    /// The recovery keys.
    pub recovery: Option<KeySet>,
    /// The document, as a patch to an empty one.
    pub document: Patch,
}

/// What ties an operation to the version before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The DID that is changed.
    pub did: Did,
    /// The number that the new version will have.
    pub version: u64,
    /// The hash of the operation that made the version before.
    pub previous: OperationHash,
}

/// `update`: changes the document.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// Where it applies.
    pub link: Link,
    /// The change.
    pub patch: Patch,
}

/// `rotate`: installs new update keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Rotate {
    /// Where it applies.
    pub link: Link,
    /// The new update keys.
    pub keys: KeySet,
    /// The next commitment; `None` ends pre-rotation.
    pub next: Option<NextKeys>,
    /// Recovery keys, for a DID that has none.
    pub recovery: Option<KeySet>,
    /// A change of the document in the same step.
    pub patch: Patch,
}

/// `recover`: installs new update keys by the recovery keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Recover {
    /// Where it applies.
    pub link: Link,
    /// The new update keys.
    pub keys: KeySet,
    /// The next commitment; `None` ends pre-rotation.
    pub next: Option<NextKeys>,
    /// New recovery keys; `None` keeps them.
    pub recovery: Option<KeySet>,
    /// A change of the document in the same step. Controllers that it does not name are gone.
    pub patch: Patch,
}

/// `deactivate`: ends the DID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deactivate {
    /// Where it applies.
    pub link: Link,
}

impl Operation {
    /// Reads an operation from its exact bytes.
    ///
    /// # Errors
    /// [`Error::Refused`] if the bytes are too many, not in canonical form, or break a rule that can be seen
    /// without any state.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_OPERATION_BYTES {
            return Err(Refusal::TooLarge { size: bytes.len(), most: MAX_OPERATION_BYTES }.into());
        }
        let value = crate::document::strict_json(bytes, MAX_OPERATION_BYTES)
            .map_err(|error| Refusal::malformed(error.to_string()))?;
        let canonical =
            hufu_jcs::canonicalize(&value).map_err(|error| Refusal::malformed(error.to_string()))?;
        if canonical != bytes {
            return Err(Refusal::NotCanonical.into());
        }
        let mut members = Members::of("operation", value)?;
        match members.number("format")? {
            OPERATION_FORMAT => {}
            other => return Err(Refusal::UnknownFormat(other).into()),
        }
        let operation = match members.string("type")?.as_str() {
            "create" => Self::Create(Create {
                network: members
                    .string("network")?
                    .parse()
                    .map_err(|e: Error| Refusal::malformed(format!("network: {e}")))?,
                nonce: nonce(members.string("nonce")?)?,
                keys: members.take("keys").map(KeySet::from_value).transpose()?,
                next: members.take("next").map(NextKeys::from_value).transpose()?,
                recovery: members.take("recovery").map(KeySet::from_value).transpose()?,
                document: members.take("document").map_or_else(|| Ok(Patch::default()), Patch::from_value)?,
            }),
            "update" => Self::Update(Update {
                link: Link::take_from(&mut members)?,
                patch: Patch::from_value(members.required("patch")?)?,
            }),
            "rotate" => Self::Rotate(Rotate {
                link: Link::take_from(&mut members)?,
                keys: KeySet::from_value(members.required("keys")?)?,
                next: members.take("next").map(NextKeys::from_value).transpose()?,
                recovery: members.take("recovery").map(KeySet::from_value).transpose()?,
                patch: members.take("patch").map_or_else(|| Ok(Patch::default()), Patch::from_value)?,
            }),
            "recover" => Self::Recover(Recover {
                link: Link::take_from(&mut members)?,
                keys: KeySet::from_value(members.required("keys")?)?,
                next: members.take("next").map(NextKeys::from_value).transpose()?,
                recovery: members.take("recovery").map(KeySet::from_value).transpose()?,
                patch: members.take("patch").map_or_else(|| Ok(Patch::default()), Patch::from_value)?,
            }),
            "deactivate" => Self::Deactivate(Deactivate { link: Link::take_from(&mut members)? }),
            other => {
                let other: String = other.chars().take(32).collect();
                return Err(Refusal::malformed(format!("the type {other:?} is unknown")).into());
            }
        };
        members.finish()?;
        Ok(operation)
    }

    /// The operation's bytes: what is hashed, signed and sent.
    ///
    /// # Errors
    /// [`Error::Refused`] if the result breaks a rule, as [`Operation::parse`] would say.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let bytes = hufu_jcs::canonicalize(&self.to_value())
            .map_err(|error| Refusal::malformed(error.to_string()))?;
        // A round trip, so that nothing can be built that the other side would refuse to read.
        Self::parse(&bytes).map(|_| bytes)
    }

    /// What the operation is called.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::Update(_) => "update",
            Self::Rotate(_) => "rotate",
            Self::Recover(_) => "recover",
            Self::Deactivate(_) => "deactivate",
        }
    }

    /// The link to the version before; `None` for `create`.
    #[must_use]
    pub const fn link(&self) -> Option<&Link> {
        match self {
            Self::Create(_) => None,
            Self::Update(update) => Some(&update.link),
            Self::Rotate(rotate) => Some(&rotate.link),
            Self::Recover(recover) => Some(&recover.link),
            Self::Deactivate(deactivate) => Some(&deactivate.link),
        }
    }

    fn to_value(&self) -> Value {
        let mut map = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                map.insert(name.to_owned(), value);
            }
        };
        put("format", Some(OPERATION_FORMAT.into()));
        put("type", Some(self.name().into()));
        if let Some(link) = self.link() {
            put("did", Some(link.did.as_str().into()));
            put("version", Some(link.version.into()));
            put("previous", Some(link.previous.to_string().into()));
        }
        let (keys, next, recovery) = match self {
            Self::Create(c) => (c.keys.as_ref(), c.next.as_ref(), c.recovery.as_ref()),
            Self::Rotate(r) => (Some(&r.keys), r.next.as_ref(), r.recovery.as_ref()),
            Self::Recover(r) => (Some(&r.keys), r.next.as_ref(), r.recovery.as_ref()),
            Self::Update(_) | Self::Deactivate(_) => (None, None, None),
        };
        put("keys", keys.map(KeySet::to_value));
        put("next", next.map(NextKeys::to_value));
        put("recovery", recovery.map(KeySet::to_value));
        let unless_empty = |patch: &Patch| (!patch.is_empty()).then(|| patch.to_value());
        match self {
            Self::Create(create) => {
                put("network", Some(create.network.as_str().into()));
                put("nonce", Some(create.nonce.as_str().into()));
                put("document", unless_empty(&create.document));
            }
            Self::Update(update) => put("patch", Some(update.patch.to_value())),
            Self::Rotate(rotate) => put("patch", unless_empty(&rotate.patch)),
            Self::Recover(recover) => put("patch", unless_empty(&recover.patch)),
            Self::Deactivate(_) => {}
        }
        Value::Object(map)
    }
}

impl Link {
    fn take_from(members: &mut Members) -> Result<Self, Refusal> {
        let malformed = |error: Error| Refusal::malformed(error.to_string());
        Ok(Self {
            did: members.string("did")?.parse().map_err(malformed)?,
            version: members.number("version")?,
            previous: members.string("previous")?.parse().map_err(malformed)?,
        })
    }
}

fn nonce(text: String) -> Result<String, Refusal> {
    let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if text.len() == NONCE_LENGTH && text.bytes().all(digit) {
        Ok(text)
    } else {
        Err(Refusal::malformed("nonce: it is not 32 characters of lower-case hex"))
    }
}

/// The members of a JSON object, taken out one by one; what is left at the end is refused.
pub(crate) struct Members {
    what: &'static str,
    map: Map<String, Value>,
}

impl Members {
    pub(crate) fn of(what: &'static str, value: Value) -> Result<Self, Refusal> {
        match value {
            Value::Object(map) => Ok(Self { what, map }),
            _ => Err(Refusal::malformed(format!("{what} is not an object"))),
        }
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.map.remove(name)
    }

    pub(crate) fn required(&mut self, name: &str) -> Result<Value, Refusal> {
        self.take(name).ok_or_else(|| self.wrong(name, "is missing"))
    }

    pub(crate) fn string(&mut self, name: &str) -> Result<String, Refusal> {
        match self.required(name)? {
            Value::String(text) => Ok(text),
            _ => Err(self.wrong(name, "is not a string")),
        }
    }

    pub(crate) fn number(&mut self, name: &str) -> Result<u64, Refusal> {
        self.required(name)?.as_u64().ok_or_else(|| self.wrong(name, "is not a whole number"))
    }

    pub(crate) fn array(&mut self, name: &str) -> Result<Vec<Value>, Refusal> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(self.wrong(name, "is not an array")),
        }
    }

    /// Empty if absent.
    pub(crate) fn strings(&mut self, name: &str) -> Result<Vec<String>, Refusal> {
        self.array(name)?
            .into_iter()
            .map(|item| match item {
                Value::String(text) => Ok(text),
                _ => Err(self.wrong(name, "has an entry that is not a string")),
            })
            .collect()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    pub(crate) fn finish(self) -> Result<(), Refusal> {
        match self.map.keys().next() {
            None => Ok(()),
            Some(name) => {
                let name: String = name.chars().take(64).collect();
                Err(Refusal::malformed(format!("{} has the unknown member {name:?}", self.what)))
            }
        }
    }

    fn wrong(&self, name: &str, how: &str) -> Refusal {
        Refusal::malformed(format!("{}: {name} {how}", self.what))
    }
}
