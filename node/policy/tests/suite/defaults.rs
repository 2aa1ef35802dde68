//! Each default policy: one request that it allows, one that it denies with the missing fact in words.

use std::collections::BTreeSet;

use crate::common::{ALICE, BOB, alice, document, endpoint, list_of, now};
use hufu_policy::{Action, ApiAction, Decision, Facts, PolicySet, Principal, Resource, decide};

/// The policy with this id allows `allowed`, and the denial of `denied` names it with words containing `words`.
struct Case {
    policy: &'static str,
    action: Action,
    allowed: Facts,
    denied: Facts,
    words: &'static str,
}

fn accreditation() -> Resource {
    Resource::Accreditation { subject: BOB.into(), credential_types: BTreeSet::from(["Licence".to_owned()]) }
}

fn ledger_cases() -> Vec<Case> {
    let node = |did: &str, role: &str| Resource::Node { did: did.into(), role: role.into() };
    let case = |policy, action, allowed, denied, words| Case { policy, action, allowed, denied, words };
    let registrar = || alice(document(BOB, &[BOB]));
    vec![
        case(
            "registrar-creates-dids",
            Action::DidCreate,
            registrar().on_list("registrars"),
            registrar(),
            "\"registrars\"",
        ),
        case(
            "controller-updates-did",
            Action::DidUpdate,
            alice(document(BOB, &[BOB, ALICE])),
            alice(document(BOB, &[BOB])),
            "one of its controllers",
        ),
        case(
            "controller-updates-did",
            Action::DidUpdate,
            alice(document(ALICE, &[])),
            registrar().on_list("registrars"),
            "the DID itself",
        ),
        case(
            "accredited-issuer-creates-status-list",
            Action::StatusCreateList,
            alice(list_of(ALICE)).accredited_for("Licence"),
            alice(list_of(ALICE)),
            "accredited for at least one",
        ),
        case(
            "accredited-issuer-creates-status-list",
            Action::StatusCreateList,
            alice(list_of(ALICE)).accredited_for("Licence"),
            alice(list_of(BOB)).accredited_for("Licence"),
            "owns the list",
        ),
        case(
            "owner-writes-status-list",
            Action::StatusWrite,
            alice(list_of(ALICE)),
            alice(list_of(BOB)),
            "owner of the status list",
        ),
        case(
            "member-proposes",
            Action::GovernancePropose,
            alice(Resource::Network).on_list("members"),
            alice(Resource::Network),
            "\"members\"",
        ),
        case(
            "member-votes",
            Action::GovernanceVote,
            alice(Resource::Network).on_list("members"),
            alice(Resource::Network).on_list("auditors"),
            "\"members\"",
        ),
        case(
            "vote-governs",
            Action::PolicyChange,
            proposal(Resource::Network),
            alice(Resource::Network).on_list("members"),
            "passed by vote",
        ),
        case(
            "vote-governs",
            Action::Accredit,
            proposal(accreditation()),
            alice(accreditation()).on_list("members"),
            "passed by vote",
        ),
        case(
            "vote-governs",
            Action::ListChange,
            proposal(Resource::Network),
            alice(Resource::Network),
            "passed by vote",
        ),
        case(
            "vote-governs",
            Action::RulesChange,
            proposal(Resource::Network),
            alice(Resource::Network),
            "passed by vote",
        ),
        case(
            "vote-governs",
            Action::ValidatorChange,
            proposal(Resource::Network),
            alice(Resource::Network),
            "passed by vote",
        ),
        case(
            "listed-node-joins",
            Action::NodeJoin,
            alice(node(ALICE, "validator")).with_role("nodes", "validator"),
            alice(node(ALICE, "validator")).with_role("nodes", "observer"),
            "the role that it asks for",
        ),
        // The same role on another list is another role, and a listed node does not vouch for an unlisted one.
        case(
            "listed-node-joins",
            Action::NodeJoin,
            alice(node(ALICE, "observer")).with_role("nodes", "observer"),
            alice(node(ALICE, "observer")).with_role("members", "observer").on_list("nodes"),
            "the role",
        ),
        case(
            "listed-node-joins",
            Action::NodeJoin,
            alice(node(ALICE, "observer")).with_role("nodes", "observer"),
            alice(node(BOB, "observer")).with_role("nodes", "observer"),
            "the node's DID",
        ),
    ]
}

fn proposal(resource: Resource) -> Facts {
    Facts::new(Principal::Proposal("ab12".into()), resource, now())
}

fn api_cases() -> Vec<Case> {
    let scoped = |policy, action, scope: &str, words| Case {
        policy,
        action: Action::Api(action),
        allowed: alice(endpoint()).of_tenant("acme").with_scope(scope),
        denied: alice(endpoint()).of_tenant("acme").with_scope("else"),
        words,
    };
    let on = |mut case: Case, list: &str| {
        case.allowed = case.allowed.on_list(list);
        case
    };
    let mut keys = scoped("api-keys-manage", ApiAction::KeysManage, "keys:manage", "\"keys:manage\"");
    let key = Resource::ApiKey { id: "k1".into(), tenant: "acme".into(), owner: BOB.into() };
    keys.allowed.resource = key.clone();
    keys.denied.resource = key;
    let mut auditor =
        scoped("api-audit-read", ApiAction::AuditRead, "audit:read", "on the list \"auditors\"");
    auditor.denied = auditor.denied.with_scope("audit:read");
    vec![
        scoped("api-issue", ApiAction::CredentialsIssue, "credentials:issue", "\"credentials:issue\""),
        scoped("api-verify", ApiAction::CredentialsVerify, "credentials:verify", "\"credentials:verify\""),
        scoped("api-verify", ApiAction::PresentationsVerify, "credentials:verify", "\"credentials:verify\""),
        scoped("api-revoke", ApiAction::CredentialsRevoke, "credentials:revoke", "\"credentials:revoke\""),
        scoped("api-status-list-create", ApiAction::StatusCreateList, "status:create", "\"status:create\""),
        scoped("api-hold", ApiAction::CredentialsRead, "credentials:hold", "\"credentials:hold\""),
        scoped("api-hold", ApiAction::CredentialsDerive, "credentials:hold", "\"credentials:hold\""),
        scoped("api-hold", ApiAction::PresentationsCreate, "credentials:hold", "\"credentials:hold\""),
        scoped("api-did-write", ApiAction::DidCreate, "dids:write", "\"dids:write\""),
        scoped("api-did-write", ApiAction::DidUpdate, "dids:write", "\"dids:write\""),
        on(
            scoped("api-governance-write", ApiAction::GovernanceWrite, "governance:write", "\"members\""),
            "members",
        ),
        scoped("api-ledger-read", ApiAction::LedgerRead, "ledger:read", "\"ledger:read\""),
        scoped("api-ledger-read", ApiAction::GovernanceRead, "ledger:read", "\"ledger:read\""),
        on(scoped("api-audit-read", ApiAction::AuditRead, "audit:read", "\"audit:read\""), "auditors"),
        on(auditor, "auditors"),
        scoped("api-jobs-manage", ApiAction::JobsManage, "jobs:manage", "\"jobs:manage\""),
        keys,
    ]
}

#[test]
fn each_default_policy_allows_one_and_denies_one_by_name() {
    let set = PolicySet::default_consortium();
    let mut seen = BTreeSet::from(["own-tenant-only", "public-reads"]); // tested below
    for case in ledger_cases().into_iter().chain(api_cases()) {
        let Case { policy, action, allowed, denied, words } = case;
        seen.insert(policy);
        match decide(&set, &allowed, action) {
            Decision::Allowed { policies, .. } => assert_eq!(policies, [policy], "{action}"),
            denied => panic!("{policy}: {denied}"),
        }
        let Decision::Denied { forbidden_by, missing, errors, .. } = decide(&set, &denied, action) else {
            panic!("{policy} allows {denied:?}")
        };
        assert!(forbidden_by.is_empty() && errors.is_empty(), "{policy}: {forbidden_by:?} {errors:?}");
        let named =
            missing.iter().find(|missing| missing.policy == policy).expect("the denial names the policy");
        assert!(named.requires.contains(words), "{policy}: {:?} lacks {words:?}", named.requires);
    }
    let all: BTreeSet<_> = set.policies().iter().map(|policy| policy.id.as_str()).collect();
    assert_eq!(seen, all, "every default policy has a case");
}

#[test]
fn another_tenants_resource_is_forbidden_whatever_the_scope() {
    let set = PolicySet::default_consortium();
    let stranger = alice(endpoint()).of_tenant("other").with_scope("credentials:issue");
    for facts in [stranger, alice(endpoint()).with_scope("credentials:issue")] {
        let decision = decide(&set, &facts, ApiAction::CredentialsIssue.into());
        let Decision::Denied { forbidden_by, .. } = &decision else { panic!("{decision}") };
        assert_eq!(forbidden_by[0].policy, "own-tenant-only");
        assert!(decision.to_string().contains("the tenant that owns the resource"), "{decision}");
    }
}

#[test]
fn guests_and_strangers_read_what_is_public_and_nothing_else() {
    let set = PolicySet::default_consortium();
    let public = [ApiAction::DidResolve, ApiAction::StatusRead];
    for &action in ApiAction::ALL.iter().filter(|action| **action != ApiAction::KeysManage) {
        let guest = Facts::new(Principal::Guest, endpoint(), now());
        let stranger = alice(endpoint()).of_tenant("other");
        assert_eq!(decide(&set, &guest, action.into()).is_allowed(), public.contains(&action), "{action:?}");
        assert_eq!(
            decide(&set, &stranger, action.into()).is_allowed(),
            public.contains(&action),
            "{action:?}"
        );
    }
}

#[test]
fn nothing_is_allowed_to_a_did_of_which_nothing_is_known_but_what_it_owns() {
    let set = PolicySet::default_consortium();
    for action in Action::all() {
        let resource = match action {
            Action::DidCreate | Action::DidUpdate => document(BOB, &[BOB]),
            Action::StatusCreateList | Action::StatusWrite => list_of(BOB),
            Action::Accredit => accreditation(),
            Action::NodeJoin => Resource::Node { did: ALICE.into(), role: "validator".into() },
            Action::Api(ApiAction::KeysManage) => {
                Resource::ApiKey { id: "k".into(), tenant: "acme".into(), owner: ALICE.into() }
            }
            Action::Api(ApiAction::DidResolve | ApiAction::StatusRead) => continue,
            Action::Api(_) => endpoint(),
            _ => Resource::Network,
        };
        let decision = decide(&set, &alice(resource).of_tenant("acme"), action);
        let Decision::Denied { missing, errors, .. } = &decision else { panic!("{decision}") };
        assert!(!missing.is_empty() && errors.is_empty(), "{decision}");
    }
}
