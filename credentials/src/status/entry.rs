//! `BitstringStatusListEntry`: what a credential says about its status (§2.1).

use super::StatusPurpose;
use crate::error::Error;
use crate::model::{is_url, one_or_many};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The value of `type`.
const TYPE: &str = "BitstringStatusListEntry";
/// Most bits per entry that this crate handles.
const MAX_STATUS_SIZE: u64 = 8;

/// One message of a status list: what a value means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusMessage {
    /// The value in hexadecimal behind `0x`.
    pub status: String,
    /// Words for developers.
    pub message: String,
}

/// A status entry that follows the specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusEntry {
    /// Identifies the entry; never the list's URL.
    pub id: Option<String>,
    /// Why the status is kept. A purpose that the specification does not name is refused.
    pub purpose: StatusPurpose,
    /// Position in the list.
    pub index: u64,
    /// URL of the status list credential.
    pub list: String,
    /// Bits of the status.
    pub size: u8,
    /// What each value means; `2^size` of them, or none if `size` is 1.
    pub messages: Vec<StatusMessage>,
    /// URLs of material about the status.
    pub reference: Vec<String>,
}

/// Whether a `credentialStatus` value calls itself a bitstring entry.
#[must_use]
pub fn is_bitstring_entry(value: &Value) -> bool {
    value.get("type").is_some_and(|t| one_or_many(t).iter().any(|item| item.as_str() == Some(TYPE)))
}

impl StatusEntry {
    /// An entry for one index of a list, with the list's URL and index as its id.
    #[must_use]
    pub fn new(list: &str, purpose: StatusPurpose, index: u64) -> Self {
        Self {
            id: Some(format!("{list}#{index}")),
            purpose,
            index,
            list: list.to_owned(),
            size: 1,
            messages: Vec::new(),
            reference: Vec::new(),
        }
    }

    /// The same with messages, one per value; their number must be a power of two between 2 and 256.
    ///
    /// # Errors
    /// [`Error::Malformed`] for another number.
    pub fn with_messages<S: AsRef<str>>(mut self, messages: &[S]) -> Result<Self, Error> {
        let size = messages
            .len()
            .checked_ilog2()
            .filter(|s| messages.len().is_power_of_two() && (1..=8).contains(s));
        self.size = size
            .and_then(|s| u8::try_from(s).ok())
            .ok_or_else(|| Error::malformed("statusMessage", "must have 2, 4, 8, … 256 messages"))?;
        self.messages = messages
            .iter()
            .enumerate()
            .map(|(value, message)| StatusMessage {
                status: format!("{value:#x}"),
                message: message.as_ref().to_owned(),
            })
            .collect();
        Ok(self)
    }

    /// Reads an entry.
    ///
    /// # Errors
    /// [`Error::Malformed`] naming the property; [`Error::Range`] for an index beyond 2⁶⁴.
    pub fn parse(value: &Value) -> Result<Self, Error> {
        let bad = |name: &str, reason: &str| Error::malformed(format!("credentialStatus.{name}"), reason);
        let object = value.as_object().ok_or_else(|| bad("", "must be an object"))?;
        if object.get("type").and_then(Value::as_str) != Some(TYPE) {
            return Err(bad("type", "must be BitstringStatusListEntry"));
        }
        let text = |name: &str| object.get(name).and_then(Value::as_str);
        let list = text("statusListCredential")
            .filter(|url| is_url(url))
            .ok_or_else(|| bad("statusListCredential", "must be a URL"))?;
        let id = match object.get("id") {
            None => None,
            Some(Value::String(id)) if is_url(id) && id != list => Some(id.clone()),
            Some(_) => return Err(bad("id", "must be a URL other than the list's")),
        };
        let purpose =
            text("statusPurpose").ok_or_else(|| bad("statusPurpose", "must be a string"))?.parse()?;
        let index = text("statusListIndex")
            .filter(|t| {
                !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit()) && (*t == "0" || !t.starts_with('0'))
            })
            .ok_or_else(|| {
                bad("statusListIndex", "must be a non-negative integer in base 10, as a string")
            })?;
        let index = index.parse().map_err(|_| Error::Range {
            path: "credentialStatus.statusListIndex".to_owned(),
            reason: "is beyond any list".to_owned(),
        })?;
        let size = match object.get("statusSize") {
            None => 1,
            Some(size) => size
                .as_u64()
                .filter(|s| (1..=MAX_STATUS_SIZE).contains(s))
                .and_then(|s| u8::try_from(s).ok())
                .ok_or_else(|| bad("statusSize", "must be an integer from 1 to 8"))?,
        };
        let messages = messages(object, size)?;
        let reference = match object.get("statusReference") {
            None => Vec::new(),
            Some(value) => one_or_many(value)
                .iter()
                .map(|url| url.as_str().filter(|u| is_url(u)).map(str::to_owned))
                .collect::<Option<_>>()
                .ok_or_else(|| bad("statusReference", "must be a URL or URLs"))?,
        };
        Ok(Self { id, purpose, index, list: list.to_owned(), size, messages, reference })
    }

    /// The entry as JSON.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut object = Map::new();
        if let Some(id) = &self.id {
            object.insert("id".to_owned(), json!(id));
        }
        object.insert("type".to_owned(), json!(TYPE));
        object.insert("statusPurpose".to_owned(), json!(self.purpose.as_str()));
        object.insert("statusListIndex".to_owned(), json!(self.index.to_string()));
        object.insert("statusListCredential".to_owned(), json!(self.list));
        if self.size > 1 {
            object.insert("statusSize".to_owned(), json!(self.size));
        }
        if !self.messages.is_empty() {
            object.insert("statusMessage".to_owned(), json!(self.messages));
        }
        match self.reference.as_slice() {
            [] => {}
            [one] => drop(object.insert("statusReference".to_owned(), json!(one))),
            many => drop(object.insert("statusReference".to_owned(), json!(many))),
        }
        Value::Object(object)
    }

    /// What a value means in words: the message, or `set` / `unset` where none is given.
    #[must_use]
    pub fn message(&self, value: u8) -> Option<&str> {
        let parsed =
            |m: &StatusMessage| m.status.strip_prefix("0x").and_then(|h| u8::from_str_radix(h, 16).ok());
        match self.messages.iter().find(|m| parsed(m) == Some(value)) {
            Some(found) => Some(&found.message),
            None if self.size == 1 => Some(if value == 0 { "unset" } else { "set" }),
            None => None,
        }
    }
}

/// `statusMessage`: as many as there are values, each value once.
fn messages(object: &Map<String, Value>, size: u8) -> Result<Vec<StatusMessage>, Error> {
    let bad = |reason: String| Error::malformed("credentialStatus.statusMessage", reason);
    let possible = 1usize << size;
    let Some(value) = object.get("statusMessage") else {
        return if size > 1 {
            Err(bad("is missing although statusSize is greater than 1".to_owned()))
        } else {
            Ok(Vec::new())
        };
    };
    let Some(items) = value.as_array().filter(|items| items.len() == possible) else {
        return Err(bad(format!("must be an array of {possible} messages")));
    };
    let mut seen = [false; 256];
    items
        .iter()
        .map(|item| {
            let status = item.get("status").and_then(Value::as_str);
            let message = item.get("message").and_then(Value::as_str);
            let (Some(status), Some(message)) = (status, message) else {
                return Err(bad("needs the strings status and message in each element".to_owned()));
            };
            let number = status
                .strip_prefix("0x")
                .filter(|hex| (1..=2).contains(&hex.len()) && hex.bytes().all(|b| b.is_ascii_hexdigit()))
                .and_then(|hex| usize::from_str_radix(hex, 16).ok())
                .filter(|n| *n < possible);
            match number.and_then(|n| seen.get_mut(n)) {
                Some(first) if !*first => *first = true,
                _ => return Err(bad(format!("needs each value from 0x0 to {:#x} once", possible - 1))),
            }
            Ok(StatusMessage { status: status.to_owned(), message: message.to_owned() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valid() -> Value {
        json!({
            "type": TYPE, "statusPurpose": "message", "statusListIndex": "5", "statusListCredential": "https://a.example/1",
            "statusSize": 2, "statusMessage": [
                { "status": "0x0", "message": "a" }, { "status": "0x1", "message": "b" },
                { "status": "0x2", "message": "c" }, { "status": "0x3", "message": "d" } ],
        })
    }

    #[test]
    fn reads_and_writes_the_same_entry() {
        let entry = StatusEntry::parse(&valid()).expect("valid");
        assert_eq!(entry.to_value(), valid());
        assert_eq!(entry.message(2), Some("c"));
        let entry = StatusEntry::new("https://a.example/1", StatusPurpose::Revocation, 0);
        assert_eq!(StatusEntry::parse(&entry.to_value()).expect("valid"), entry);
        assert_eq!((entry.message(0), entry.message(1)), (Some("unset"), Some("set")));
        let entry = entry.with_messages(&["ok", "held"]).expect("two");
        assert_eq!(StatusEntry::parse(&entry.to_value()).expect("valid"), entry);
    }

    #[test]
    fn every_broken_rule_is_refused() {
        for (name, value) in [
            ("type", json!("StatusList2021Entry")),
            ("type", json!([TYPE])),
            ("statusPurpose", json!(1)),
            ("statusPurpose", json!("whim")),
            ("statusListIndex", json!(true)),
            ("statusListIndex", json!(5)),
            ("statusListIndex", json!("")),
            ("statusListIndex", json!("-1")),
            ("statusListIndex", json!("+1")),
            ("statusListIndex", json!("05")),
            ("statusListIndex", json!("1e3")),
            ("statusListIndex", json!("18446744073709551616")),
            ("statusListCredential", json!("nowhere")),
            ("statusListCredential", json!(null)),
            ("id", json!("https://a.example/1")),
            ("id", json!("x")),
            ("statusSize", json!(0)),
            ("statusSize", json!(3)),
            ("statusSize", json!(9)),
            ("statusSize", json!("2")),
            ("statusSize", json!(1.5)),
            ("statusMessage", json!([])),
            ("statusMessage", json!(null)),
            ("statusMessage", json!([{}, {}, {}, {}])),
            (
                "statusMessage",
                json!([{ "status": "0x0", "message": "a" }, { "status": "0x0", "message": "b" },
                { "status": "0x2", "message": "c" }, { "status": "0x3", "message": "d" }]),
            ),
            (
                "statusMessage",
                json!([{ "status": "0x0", "message": "a" }, { "status": "0x1", "message": "b" },
                { "status": "0x2", "message": "c" }, { "status": "0x4", "message": "d" }]),
            ),
            ("statusReference", json!("x")),
            ("statusReference", json!([1])),
        ] {
            let mut entry = valid();
            entry[name] = value.clone();
            assert!(StatusEntry::parse(&entry).is_err(), "{name} = {value}");
        }
        for name in ["type", "statusPurpose", "statusListIndex", "statusListCredential", "statusMessage"] {
            let mut entry = valid();
            entry.as_object_mut().expect("object").remove(name);
            assert!(StatusEntry::parse(&entry).is_err(), "without {name}");
        }
    }
}
