//! Rings and groups as the ledger has them now, for whoever shows to be of one without saying who.

use hufu_light::{EpochHead, EpochRecord, GroupName, RingName};
use hufu_node::{
    governance::{List, ListName, key},
    groups, rings,
};

use crate::{app::App, error::Problem};

/// A ring, if it has been formed.
pub(crate) fn ring(app: &App, name: &RingName) -> Result<Option<rings::Found>, Problem> {
    let ledger = app.ledger();
    let read = |key: &str| ledger.read(key.as_bytes()).map_err(Problem::from);
    app.rings().find(name, ledger.anchor(), read, Problem::internal)
}

/// The present version of a ring's list, if there is such a list: who has left it since is in the ring still.
pub(crate) fn present_version(app: &App, name: &RingName) -> Result<Option<u64>, Problem> {
    let Ok(list) = name.list().parse::<ListName>() else { return Ok(None) };
    let key = key::list(&list);
    let Some(head) = app.ledger().read(key.as_bytes())? else { return Ok(None) };
    Ok(Some(List::from_bytes(&key, &head).map_err(Problem::internal)?.version))
}

/// A group, if there is one of this name.
pub(crate) fn group(app: &App, name: &GroupName) -> Result<Option<groups::Found>, Problem> {
    let ledger = app.ledger();
    let read = |key: &str| ledger.read(key.as_bytes()).map_err(|e| e.to_string());
    app.groups().find(name, ledger.anchor(), read).map_err(Problem::internal)
}

/// The number of the epoch in force of a group that is on the ledger: who was revoked before it is no member.
pub(crate) fn epoch_in_force(app: &App, name: &GroupName) -> Result<u64, Problem> {
    let head = app.ledger().read(name.epoch_head_key().as_bytes())?;
    let head = head.ok_or_else(|| Problem::internal(format!("{name} has no epoch")))?;
    Ok(EpochHead::from_bytes(&head).map_err(Problem::internal)?.number)
}

/// An epoch of a group, if it has begun.
pub(crate) fn epoch(app: &App, name: &GroupName, number: u64) -> Result<Option<EpochRecord>, Problem> {
    let record = app.ledger().read(name.epoch_key(number).as_bytes())?;
    record.map(|bytes| EpochRecord::from_bytes(&bytes).map_err(Problem::internal)).transpose()
}
