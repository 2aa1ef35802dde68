//! What the status of an entry was at a time, with who changed it, when and why.
//!
//! 1. The service answers with two certified answers: the list's record and the entry's.
//! 2. Both proofs are checked here, for exactly the keys that belong to the list and the index.
//! 3. Everything that is printed comes from the proven bytes, not from the service's words.

use std::fmt;

use hufu_credentials::status::{EntryRecord, ListRecord, entry_key, list_key};
use hufu_light::{TrustAnchor, Verified};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    certified::{AnchorSource, Certified, read, verify},
    segment, text,
};
use crate::{
    args::Service,
    exit::{Code, Failure},
};

/// The proven status of one entry.
pub(crate) struct Entry {
    list: ListRecord,
    index: u64,
    /// `None`: it is proven that nobody ever set it.
    record: Option<EntryRecord>,
    height: u64,
    time_ms: u64,
    /// Until when it held, if the next block is part of the proof.
    until_ms: Option<u64>,
    anchor: TrustAnchor,
    source: AnchorSource,
}

/// Asks for the status of an entry now, or at a time (RFC 3339) or height, and checks the proof.
///
/// # Errors
/// [`Code::No`] for a proof that does not verify or a list that does not exist.
pub(crate) async fn entry(
    service: &Service,
    list: &str,
    index: u64,
    at: Option<&str>,
) -> anyhow::Result<Entry> {
    let at = at.map(At::parse).transpose()?;
    let certified = Certified::of(service).await?;
    // 1.
    let query = at.as_ref().map_or_else(String::new, |at| format!("?at={}", segment(&at.to_string())));
    let body = certified.client().get(&format!("/v1/status/{}/{index}{query}", segment(list))).await?;
    let url = url_of(list, &body)?;
    // 2.
    let (anchor, source) = (certified.anchor().clone(), certified.source());
    let (of_list, of_entry) = (read(&body, "listAnswer")?, read(&body, "answer")?);
    let proven_list = verify(&of_list, &anchor, &list_key(&url))?;
    let proven_entry = verify(&of_entry, &anchor, &entry_key(&url, index))?;
    if let Some(at) = &at {
        at.check(&proven_list)?;
        at.check(&proven_entry)?;
    }
    // 3.
    let record = proven_list.value().ok_or_else(|| {
        Failure::with(Code::No, format!("it is proven that the list {url} did not exist then"))
    })?;
    let list = ListRecord::from_bytes(record)?;
    if index >= list.entries {
        return Err(Failure::with(
            Code::No,
            format!("the list {url} has {} entries, not {index}", list.entries),
        ));
    }
    let record = proven_entry.value().map(EntryRecord::from_bytes).transpose()?;
    let (height, time_ms, until_ms) =
        (proven_entry.height(), proven_entry.time_ms(), proven_entry.until_ms());
    Ok(Entry { list, index, record, height, time_ms, until_ms, anchor, source })
}

/// The list's URL; a short id is completed by the service, and must then still end in it.
fn url_of(list: &str, body: &Value) -> anyhow::Result<String> {
    if list.contains(':') {
        return Ok(list.to_owned());
    }
    let url = text(body, "/list");
    if url.ends_with(&format!("/{list}")) {
        return Ok(url);
    }
    Err(Failure::with(
        Code::Unavailable,
        format!("asked for the list {list}, the service answers about {url:?}"),
    ))
}

/// As of when.
enum At {
    Height(u64),
    Time(Timestamp),
}

impl At {
    fn parse(text: &str) -> anyhow::Result<Self> {
        if let Ok(height) = text.parse() {
            return Ok(Self::Height(height));
        }
        text.parse().map(Self::Time).map_err(|_| {
            Failure::with(
                Code::Input,
                format!("{text:?} is neither a block height nor a time such as 2026-01-31T12:00:00Z"),
            )
        })
    }

    /// The proof must cover what was asked for.
    fn check(&self, proven: &Verified<'_>) -> anyhow::Result<()> {
        let checked = match self {
            Self::Height(height) => proven.at_height(*height),
            Self::Time(time) => {
                let ms = u64::try_from(time.as_millisecond()).unwrap_or(0);
                // after the newest block nobody can prove anything; the answer says until when it holds
                if proven.until_ms().is_none() && ms > proven.time_ms() {
                    Ok(*proven)
                } else {
                    proven.at_time(ms)
                }
            }
        };
        checked.map(drop).map_err(|error| Failure::with(Code::No, error.to_string()))
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Height(height) => write!(f, "{height}"),
            Self::Time(time) => write!(f, "{time}"),
        }
    }
}

impl Entry {
    /// The value; 0 if it was never set.
    pub(crate) fn value(&self) -> u8 {
        self.record.as_ref().map_or(0, |record| record.value)
    }

    /// The value's meaning in the list's own words, or in a word of the purpose.
    fn meaning(&self) -> String {
        if let Some(message) = self.list.messages.get(usize::from(self.value())) {
            return message.clone();
        }
        let purposes: Vec<&str> = self.list.purposes.iter().map(|purpose| purpose.as_str()).collect();
        let set = if self.value() == 0 { "not set" } else { "set" };
        format!("{} {set}", purposes.join(", "))
    }

    /// Everything as JSON.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "list": self.list.id,
            "index": self.index,
            "purposes": self.list.purposes,
            "owner": self.list.owner,
            "value": self.value(),
            "set": self.value() != 0,
            "meaning": self.meaning(),
            "entry": self.record.as_ref().map(|record| json!({
                "value": record.value,
                "previous": record.previous,
                "by": record.by,
                "reason": record.reason,
                "height": record.height,
                "time": rfc3339(record.time_ms),
            })),
            "height": self.height,
            "time": rfc3339(self.time_ms),
            "until": self.until_ms.map(rfc3339),
            "verified": true,
            "anchor": {
                "network": self.anchor.network,
                "genesisHash": self.anchor.genesis_hash.to_string(),
                "source": self.source.as_str(),
            },
        })
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: entry {} of {}", self.meaning(), self.index, self.list.id)?;
        match &self.record {
            Some(record) => {
                writeln!(f, "  changed   {} at height {}", rfc3339(record.time_ms), record.height)?;
                writeln!(f, "  from      {} to {}", record.previous, record.value)?;
                writeln!(f, "  by        {}", record.by)?;
                writeln!(f, "  because   {}", if record.reason.is_empty() { "-" } else { &record.reason })?;
            }
            None => writeln!(f, "  changed   never, which is proven")?,
        }
        match self.until_ms {
            Some(until) => writeln!(
                f,
                "  held      from {} (height {}) until {}",
                rfc3339(self.time_ms),
                self.height,
                rfc3339(until)
            )?,
            None => {
                writeln!(f, "  as of     {} (height {}, the newest)", rfc3339(self.time_ms), self.height)?
            }
        }
        writeln!(
            f,
            "  proof     verified here, network {} {}",
            self.anchor.network, self.anchor.genesis_hash
        )?;
        write!(f, "  trusting  {}", self.source.words())
    }
}

/// A block's time as text.
pub(crate) fn rfc3339(ms: u64) -> String {
    let time = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    time.map_or_else(|| format!("{ms} ms"), |time| format!("{time:.3}"))
}

#[cfg(test)]
mod tests {
    use super::{At, rfc3339};

    #[test]
    fn a_moment_is_a_height_or_a_time() {
        assert!(matches!(At::parse("17").expect("a height"), At::Height(17)));
        assert!(matches!(At::parse("2026-01-31T12:00:00Z").expect("a time"), At::Time(_)));
        for bad in ["", "yesterday", "2026-01-31", "-1", "1.5"] {
            assert!(At::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn block_times_read_as_rfc_3339() {
        assert_eq!(rfc3339(1_795_392_000_123), "2026-11-23T00:00:00.123Z");
        assert_eq!(rfc3339(u64::MAX), format!("{} ms", u64::MAX));
    }
}
