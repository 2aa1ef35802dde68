//! `hufu ring fetch`: the ring of a list, as the ledger has it.

use hufu_light::{RingName, RingRecord};
use hufu_node::governance::{List, ListName, key};
use serde_json::json;

use super::keys;
use crate::{
    args::RingFetch,
    commands::{certified::Certified, sink::Audience},
    exit::{Code, Failure},
    output::Output,
};

/// # Errors
/// [`Code::No`] if there is no such list, or its ring has not been formed.
pub(super) async fn fetch(options: &RingFetch, output: Output) -> anyhow::Result<()> {
    options.destination.check()?;
    let list: ListName =
        options.list.parse().map_err(|rule: &str| Failure::with(Code::Input, format!("the list: {rule}")))?;
    let certified = Certified::of(&options.service).await?;
    let version = match options.list_version {
        Some(version) => version,
        None => present_version(&certified, &list).await?,
    };
    let name = RingName::new(&options.list, version)?;
    let (record, _) = certified.value(name.key().as_bytes()).await?;
    let record = record.ok_or_else(|| Failure::with(Code::No, format!("{name} has not been formed")))?;
    let ring = RingRecord::from_bytes(&record)?.ring(certified.anchor())?;
    let members = ring.members().len();
    let value = json!({
        "name": name.to_string(),
        "members": members,
        "id": keys::id(&ring),
        "anchor": certified.source().as_str(),
    });
    options.destination.deliver(Audience::Everybody, &keys::ring_file(&ring), output, value, |path| {
        let words = certified.source().words();
        format!("{name} of {members} members in {path}; the network's anchor is from {words}")
    })
}

async fn present_version(certified: &Certified, list: &ListName) -> anyhow::Result<u64> {
    let key = key::list(list);
    let (head, _) = certified.value(key.as_bytes()).await?;
    let head = head.ok_or_else(|| Failure::with(Code::No, format!("there is no list {list}")))?;
    Ok(List::from_bytes(&key, &head)?.version)
}
