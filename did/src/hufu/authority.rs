//! Who decides about a DID: its own keys, or a controller's, and who controls that.
//!
//! Controllers form a graph without cycles: an edge that would close one is refused when it is made
//! ([`check_controllers`]). The walk that decides ([`authority`]) is bounded all the same.

use std::collections::{BTreeSet, VecDeque};

use super::{
    Authority, Head, MAX_CONTROLLER_DEPTH, MAX_CONTROLLER_LOOKUPS, Network, Records, Refusal,
    identifier::parts_of,
};
use crate::{Did, Error};

/// Decides whether the signers may act for `head`, and in whose name they do.
///
/// # Errors
/// [`Refusal::NotAuthorised`] if neither the DID's own keys nor a controller's reach their threshold.
pub(crate) fn authority(
    records: &impl Records,
    head: &Head,
    signers: &BTreeSet<String>,
) -> Result<(Did, Authority), Error> {
    if head.keys.as_ref().is_some_and(|keys| keys.is_met(signers)) {
        return Ok((head.did.clone(), Authority::Keys));
    }
    if let Some(actor) = controlled_by(records, &head.did, &head.controllers, signers)? {
        return Ok((actor, Authority::Controller));
    }
    match &head.keys {
        Some(keys) => keys.require("update", signers)?,
        None => return Err(Refusal::NotAuthorised { whose: "controller", need: 1, have: 0 }.into()),
    }
    Ok((head.did.clone(), Authority::Keys))
}

/// The nearest controller whose own keys reach their threshold among the signers.
pub(crate) fn controlled_by(
    records: &impl Records,
    did: &Did,
    controllers: &[Did],
    signers: &BTreeSet<String>,
) -> Result<Option<Did>, Error> {
    let mut found = None;
    walk(records, did, controllers, |head, _| {
        if head.keys.as_ref().is_some_and(|keys| keys.is_met(signers)) {
            found = Some(head.did.clone());
        }
        Ok(found.is_none())
    })?;
    Ok(found)
}

/// Checks a new set of controllers: they exist, belong to the network, and do not lead back to `did`.
///
/// # Errors
/// [`Error::Refused`], naming the controller.
pub(crate) fn check_controllers(
    records: &impl Records,
    network: &Network,
    did: &Did,
    controllers: &[Did],
) -> Result<(), Error> {
    for controller in controllers {
        match parts_of(controller) {
            Ok((other, _)) if other == *network => {}
            _ => return Err(Refusal::ControllerUnsupported(controller.clone()).into()),
        }
        if controller == did {
            return Err(Refusal::ControllerCycle(did.clone()).into());
        }
        if records.head(controller)?.is_none_or(|head| head.deactivated) {
            return Err(Refusal::ControllerUnusable(controller.clone()).into());
        }
    }
    let complete = walk(records, did, controllers, |head, depth| {
        if head.controllers.contains(did) {
            return Err(Refusal::ControllerCycle(did.clone()).into());
        }
        if depth == MAX_CONTROLLER_DEPTH && !head.controllers.is_empty() {
            return Err(Refusal::ControllersTooDeep.into());
        }
        Ok(true)
    })?;
    if complete { Ok(()) } else { Err(Refusal::ControllersTooDeep.into()) }
}

/// Visits the controllers above `did`, nearest first, each once, until `visit` says no.
///
/// Deactivated controllers are passed over. `Ok(false)` if [`MAX_CONTROLLER_LOOKUPS`] ended it.
fn walk(
    records: &impl Records,
    did: &Did,
    controllers: &[Did],
    mut visit: impl FnMut(&Head, usize) -> Result<bool, Error>,
) -> Result<bool, Error> {
    let mut seen = BTreeSet::from([did.clone()]);
    let mut queue: VecDeque<(Did, usize)> =
        controllers.iter().map(|controller| (controller.clone(), 1)).collect();
    let mut lookups = 0;
    while let Some((next, depth)) = queue.pop_front() {
        if !seen.insert(next.clone()) {
            continue;
        }
        lookups += 1;
        if lookups > MAX_CONTROLLER_LOOKUPS {
            return Ok(false);
        }
        let Some(head) = records.head(&next)?.filter(|head| !head.deactivated) else { continue };
        if !visit(&head, depth)? {
            return Ok(true);
        }
        if depth < MAX_CONTROLLER_DEPTH {
            queue.extend(head.controllers.into_iter().map(|above| (above, depth + 1)));
        }
    }
    Ok(true)
}
