//! The one place where a write is permitted or denied.
//!
//! 1. the policy set in force and the sender's identity facts are read from the state; of one who stays unnamed, only the list or
//!    group;
//! 2. the module has said what is to be done with what;
//! 3. [`hufu_policy::decide`] decides; a denial goes back to the submitter in its words.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use hufu_did::Did;
use hufu_policy::{Context, Decision, Facts, PolicySet, Principal, decide};

use crate::{
    Call, Error, Rejection, Request, RingSender, Sender,
    governance::Standing,
    identity,
    state::{Stamp, State},
};

/// Identities remembered within a block.
const MAX_REMEMBERED: usize = 1_024;

/// Decides whether the sender may do what its operation asks for.
///
/// # Errors
/// [`Rejection::Denied`] with the decision; [`Error::Storage`], [`Error::Damaged`].
pub(crate) fn authorise(
    cache: &Cache,
    state: &dyn State,
    call: &Call<'_>,
    request: &Request,
) -> Result<(), Error> {
    // 1.
    let policies = cache.policies(state)?;
    // 2.
    let context = Context { network: call.network.to_string(), height: call.height, time_ms: call.time_ms };
    let about = |principal| Facts::new(principal, request.resource.clone(), context);
    let facts = match call.sender {
        Sender::Did(did) => {
            let identity = cache.identity(state, did, call.time_ms)?;
            let facts = identity.add_to(about(Principal::Did(did.to_string())));
            facts.with_attribute("signatures", call.signatures.to_string())
        }
        Sender::Group(member) => about(Principal::GroupMember(member.group.name().to_owned())),
        // a member of the list in the ring's version: that is all that is known
        Sender::Ring(RingSender { ring, .. }) => {
            about(Principal::Ring(format!("{}/{}", ring.list(), ring.version()))).on_list(ring.list())
        }
    };
    // 3.
    match decide(&policies, &facts, request.action) {
        Decision::Allowed { .. } => Ok(()),
        denied => Err(Rejection::Denied(denied).into()),
    }
}

/// When the records were written, for which time they were read, and what they say.
type Remembered = (Vec<Stamp>, u64, Arc<Standing>);

/// What need not be read and parsed again while the state says it is unchanged.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    policies: Mutex<Option<(Stamp, Arc<PolicySet>)>>,
    identities: Mutex<HashMap<Did, Remembered>>,
}

impl Cache {
    /// The policy set in force in this state.
    pub(crate) fn policies(&self, state: &dyn State) -> Result<Arc<PolicySet>, Error> {
        let stamp = state.stamp(identity::POLICY_KEY.as_bytes())?;
        let mut cached = self.policies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, policies)) = &*cached
            && *at == stamp
            && stamp != Stamp::Pending
        {
            return Ok(Arc::clone(policies));
        }
        let policies = Arc::new(identity::policies(state)?);
        *cached = Some((stamp, Arc::clone(&policies)));
        Ok(policies)
    }

    /// What is known of a DID in this state.
    fn identity(&self, state: &dyn State, did: &Did, time_ms: u64) -> Result<Arc<Standing>, Error> {
        let stamps = identity::stamps(state, did)?;
        let mut cached = self.identities.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, read_for, identity)) = cached.get(did)
            && *at == stamps
            && !stamps.contains(&Stamp::Pending)
            && *read_for <= time_ms
            && identity.changes_at_ms.is_none_or(|end| time_ms < end)
        {
            return Ok(Arc::clone(identity));
        }
        let identity = Arc::new(identity::read(state, did, time_ms)?);
        if cached.len() >= MAX_REMEMBERED {
            cached.clear();
        }
        cached.insert(did.clone(), (stamps, time_ms, Arc::clone(&identity)));
        Ok(identity)
    }
}
