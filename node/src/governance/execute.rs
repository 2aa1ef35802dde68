//! Carrying out a proposal: each action changes records, and at the end somebody must still be able to govern.
//!
//! 1. The policies in force allow each action to a proposal.
//! 2. The actions are carried out in order; later ones see what earlier ones did.
//! 3. If they touched members, roles, rules or policies, governance is checked for a way forward (`liveness`).

use std::collections::BTreeSet;

use hufu_did::Did;
use hufu_policy::{Decision, Facts, PolicySet, Principal, Resource, decide};
use sha2::{Digest, Sha256};

use super::accreditation::{MAX_GRANTS, MAX_TYPES_PER_DID};
use super::draft::Draft;
use super::validator::MAX_VALIDATORS;
use super::{
    Accreditation, Appointment, CredentialType, Error, Event, GovernanceAction, Grant, Multikey, PolicyHead,
    PolicyVersion, Provenance, Records, Refusal, Rules, RulesRecord, Validators, Weight, key, listing,
    liveness,
};

/// In whose name and when something is done.
pub(super) struct Mandate<'a> {
    pub(super) provenance: Provenance,
    pub(super) network: &'a str,
    /// The policy set in force; none at genesis, where nothing is in force yet.
    pub(super) policies: Option<&'a PolicySet>,
}

/// Carries out all actions, or refuses. After a refusal the draft is of no use.
///
/// # Errors
/// [`Error::Refused`] with the first action that cannot be carried out.
pub(super) fn carry_out<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    actions: &[GovernanceAction],
    mandate: &Mandate<'_>,
) -> Result<(), Error> {
    // 1.
    actions.iter().try_for_each(|action| permitted(action, mandate))?;
    // 2.
    let mut policies = mandate.policies.cloned();
    for action in actions {
        perform(draft, action, &mandate.provenance, &mut policies)?;
    }
    // 3.
    match policies {
        Some(policies) if actions.iter().any(can_end_governance) => {
            liveness::check(draft, &policies, mandate.network, &mandate.provenance)
        }
        _ => Ok(()),
    }
}

fn permitted(action: &GovernanceAction, mandate: &Mandate<'_>) -> Result<(), Error> {
    let (Some(policies), Some(proposal)) = (mandate.policies, &mandate.provenance.proposal) else {
        return Ok(());
    };
    let resource = match action {
        GovernanceAction::Accredit { did, credential_types, .. }
        | GovernanceAction::RevokeAccreditation { did, credential_types } => Resource::Accreditation {
            subject: did.to_string(),
            credential_types: credential_types.iter().map(ToString::to_string).collect(),
        },
        _ => Resource::Network,
    };
    let context = liveness::policy_context(mandate.network, &mandate.provenance);
    let facts = Facts::new(Principal::Proposal(proposal.to_string()), resource, context);
    match decide(policies, &facts, action.policy_action()) {
        Decision::Allowed { .. } => Ok(()),
        denied => Err(Refusal::ForbiddenByPolicy(denied.to_string()).into()),
    }
}

/// Whether the action may leave nobody able to govern. Lists other than "members" and accreditations count too:
/// policies may rest on them.
fn can_end_governance(action: &GovernanceAction) -> bool {
    !matches!(action, GovernanceAction::AddValidator { .. } | GovernanceAction::RemoveValidator { .. })
}

pub(super) fn perform<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    action: &GovernanceAction,
    by: &Provenance,
    policies: &mut Option<PolicySet>,
) -> Result<(), Error> {
    match action {
        GovernanceAction::AddToList { list, did, role, weight } => {
            listing::add(draft, list, did, role.as_ref(), *weight, by)
        }
        GovernanceAction::RemoveFromList { list, did } => listing::remove(draft, list, did, by),
        GovernanceAction::SetRole { list, did, role, weight } => {
            listing::set_role(draft, list, did, role.as_ref(), *weight, by)
        }
        GovernanceAction::SetPolicySet { text } => {
            *policies = Some(set_policies(draft, text, by)?);
            Ok(())
        }
        GovernanceAction::SetRules { rules } => set_rules(draft, *rules, by),
        GovernanceAction::Accredit { did, credential_types, valid_from_ms, valid_until_ms } => {
            accredit(draft, did, credential_types, (*valid_from_ms, *valid_until_ms), by)
        }
        GovernanceAction::RevokeAccreditation { did, credential_types } => {
            revoke(draft, did, credential_types, by)
        }
        GovernanceAction::AddValidator { did, key, power } => add_validator(draft, did, key, *power, by),
        GovernanceAction::RemoveValidator { did } => remove_validator(draft, did, by),
    }
}

pub(super) fn set_policies<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    text: &str,
    by: &Provenance,
) -> Result<PolicySet, Error> {
    let policies = PolicySet::parse(text).map_err(Refusal::Policies)?;
    let head: Option<PolicyHead> = draft.read(key::POLICY)?;
    let version = head.map_or(1, |head| head.version + 1);
    let record = PolicyVersion { version, text: text.to_owned(), set: by.clone() };
    draft.write(key::policy_version(version), &record);
    let sha256 = hex::encode(Sha256::digest(text.as_bytes()));
    draft.write(key::POLICY.to_owned(), &PolicyHead { version, sha256 });
    draft.tell(Event::PolicyChanged { version });
    Ok(policies)
}

pub(super) fn set_rules<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    rules: Rules,
    by: &Provenance,
) -> Result<(), Error> {
    let rules = rules.check()?;
    draft.write(key::RULES.to_owned(), &RulesRecord { rules, set: by.clone() });
    draft.tell(Event::RulesChanged);
    Ok(())
}

fn accredit<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    did: &Did,
    credential_types: &BTreeSet<CredentialType>,
    (from_ms, until_ms): (Option<u64>, Option<u64>),
    by: &Provenance,
) -> Result<(), Error> {
    // What was not accredited in the past cannot become so in hindsight.
    let valid_from_ms = from_ms.unwrap_or(0).max(by.time_ms);
    if until_ms.is_some_and(|until| until <= valid_from_ms) {
        return Err(Refusal::Validity("it would be over before it begins").into());
    }
    let grant = Grant { valid_from_ms, valid_until_ms: until_ms, granted: by.clone(), revoked: None };
    let key = key::accreditation(did);
    let known: Option<Accreditation> = draft.read(&key)?;
    let mut record = known.unwrap_or_else(|| Accreditation { did: did.clone(), types: Default::default() });
    for name in credential_types {
        let grants = record.types.entry(name.clone()).or_default();
        if grants.len() >= MAX_GRANTS {
            return Err(
                Refusal::Full { what: "accreditations of one DID for one type", limit: MAX_GRANTS }.into()
            );
        }
        grants.push(grant.clone());
    }
    if record.types.len() > MAX_TYPES_PER_DID {
        return Err(Refusal::Full { what: "credential types of one DID", limit: MAX_TYPES_PER_DID }.into());
    }
    draft.write(key, &record);
    draft.tell(Event::Accredited { did: did.clone(), credential_types: credential_types.clone() });
    Ok(())
}

fn revoke<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    did: &Did,
    credential_types: &BTreeSet<CredentialType>,
    by: &Provenance,
) -> Result<(), Error> {
    let not_accredited = |name: &CredentialType| Refusal::NotAccredited {
        did: did.clone(),
        credential_type: name.to_string(),
    };
    let key = key::accreditation(did);
    let mut record: Option<Accreditation> = draft.read(&key)?;
    for name in credential_types {
        let grants = record.as_mut().and_then(|record| record.types.get_mut(name));
        let mut found = false;
        for grant in grants.into_iter().flatten() {
            // Also one that has not begun yet.
            if grant.over_at_ms().is_none_or(|over| by.time_ms < over) {
                grant.revoked = Some(by.clone());
                found = true;
            }
        }
        if !found {
            return Err(not_accredited(name).into());
        }
    }
    if let Some(record) = record {
        draft.write(key, &record);
    }
    draft.tell(Event::AccreditationRevoked { did: did.clone(), credential_types: credential_types.clone() });
    Ok(())
}

fn add_validator<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    did: &Did,
    key: &Multikey,
    power: Weight,
    by: &Provenance,
) -> Result<(), Error> {
    let known: Option<Validators> = draft.read(key::VALIDATORS)?;
    let (version, mut validators) =
        known.map_or_else(Default::default, |known| (known.version, known.validators));
    if validators.contains_key(did.as_str()) {
        return Err(Refusal::AlreadyValidator(did.clone()).into());
    }
    if let Some((other, _)) = validators.iter().find(|(_, known)| known.key == *key) {
        let other = other.parse().unwrap_or_else(|_| did.clone());
        return Err(Refusal::ValidatorKeyInUse { did: did.clone(), other }.into());
    }
    if validators.len() >= MAX_VALIDATORS {
        return Err(Refusal::Full { what: "validators", limit: MAX_VALIDATORS }.into());
    }
    let appointed = Appointment { key: key.clone(), power, appointed: by.clone() };
    validators.insert(did.to_string(), appointed);
    write_validators(draft, version, validators, by);
    Ok(())
}

fn remove_validator<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    did: &Did,
    by: &Provenance,
) -> Result<(), Error> {
    let Validators { version, mut validators, .. } = draft.required(key::VALIDATORS)?;
    if validators.remove(did.as_str()).is_none() {
        return Err(Refusal::NotValidator(did.clone()).into());
    }
    if validators.is_empty() {
        return Err(Refusal::LastValidator.into());
    }
    write_validators(draft, version, validators, by);
    Ok(())
}

fn write_validators<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    version: u64,
    validators: std::collections::BTreeMap<String, Appointment>,
    by: &Provenance,
) {
    let version = version + 1;
    draft.write(key::VALIDATORS.to_owned(), &Validators { version, validators, changed: by.clone() });
    draft.tell(Event::ValidatorsChanged { version });
}
