//! The check that somebody can still govern: no vote may end all votes.
//!
//! Networks elsewhere were lost to a removal or a rule that left nobody able to undo it. After every change of members,
//! lists, rules, policies or accreditations, with all of it in force at once:
//!
//! 1. some member may propose;
//! 2. the members who may vote have the weight that a proposal needs;
//! 3. a proposal that passed may change lists, rules and policies.
//!
//! The policies are asked about the height and time of the change. One that denies only later, by its own clock, is not
//! noticed here.

use hufu_did::Did;
use hufu_policy::{Action, Context, Facts, PolicySet, Principal, Resource, decide};

use super::draft::Draft;
use super::facts::standing;
use super::{Error, Provenance, Records, Refusal, Roll, RulesRecord, key};

/// Checks that the draft leaves governance a way forward under `policies`.
///
/// # Errors
/// [`Refusal::NobodyProposes`], [`Refusal::QuorumImpossible`], [`Refusal::Frozen`].
pub(super) fn check<R: Records + ?Sized>(
    draft: &Draft<'_, R>,
    policies: &PolicySet,
    network: &str,
    at: &Provenance,
) -> Result<(), Error> {
    let ask = |principal: Principal, action: Action, complete: &dyn Fn(Facts) -> Facts| {
        let facts = Facts::new(principal, Resource::Network, policy_context(network, at));
        decide(policies, &complete(facts), action)
    };
    let roll: Roll = draft.required(key::ROLL)?;
    let rules: RulesRecord = draft.required(key::RULES)?;
    let total = roll.0.values().map(|weight| weight.value()).sum();
    let needed = rules.rules.needed(total);
    let (mut able, mut proposes) = (0_u64, false);
    for (did, weight) in &roll.0 {
        if proposes && able >= needed {
            break;
        }
        let damaged =
            |cause: hufu_did::Error| Error::Damaged { key: key::ROLL.to_owned(), cause: cause.to_string() };
        let standing = standing(draft, &did.parse::<Did>().map_err(damaged)?, at.time_ms)?;
        let may =
            |action| ask(Principal::Did(did.clone()), action, &|facts| standing.add_to(facts)).is_allowed();
        // 1.
        proposes = proposes || may(Action::GovernancePropose);
        // 2.
        if may(Action::GovernanceVote) {
            able = able.saturating_add(weight.value());
        }
    }
    if !proposes {
        return Err(Refusal::NobodyProposes.into());
    }
    if able < needed {
        return Err(Refusal::QuorumImpossible { able, needed, total }.into());
    }
    // 3.
    for action in [Action::ListChange, Action::RulesChange, Action::PolicyChange] {
        let proposal = at.proposal.as_ref().map_or_else(|| "0".repeat(64), ToString::to_string);
        let decision = ask(Principal::Proposal(proposal), action, &|facts| facts);
        if !decision.is_allowed() {
            return Err(Refusal::Frozen(decision.to_string()).into());
        }
    }
    Ok(())
}

/// The height and time that policies are asked about.
pub(super) fn policy_context(network: &str, at: &Provenance) -> Context {
    Context { network: network.to_owned(), height: at.height, time_ms: at.time_ms }
}
