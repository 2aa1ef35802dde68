//! Each default policy: one request that it allows, one that it denies with the missing fact in words.

use std::collections::BTreeSet;

use crate::common::{ALICE, BOB, alice, document, endpoint, issuing, list_of, now};
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
            registrar(),
            "the DID itself",
        ),
        case(
            "registrar-carries-did-changes",
            Action::DidUpdate,
            registrar().on_list("registrars"),
            registrar().on_list("members"),
            "\"registrars\"",
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
            "member-forms-ring",
            Action::RingForm,
            alice(Resource::Network).on_list("members"),
            alice(Resource::Network).on_list("auditors"),
            "\"members\"",
        ),
        case(
            "member-creates-group",
            Action::GroupCreate,
            alice(Resource::Network).on_list("members"),
            alice(Resource::Network).on_list("auditors"),
            "\"members\"",
        ),
        case(
            "manager-keeps-group",
            Action::GroupAdmit,
            alice(group(ALICE, &[BOB])),
            alice(group(BOB, &[ALICE])).on_list("members"),
            "manages the group",
        ),
        case(
            "manager-keeps-group",
            Action::GroupRevoke,
            alice(group(ALICE, &[BOB])),
            alice(group(BOB, &[ALICE])).on_list("members"),
            "manages the group",
        ),
        case(
            "group-member-reports",
            Action::GroupReport,
            member_of("press", group(BOB, &[])),
            member_of("other", group(BOB, &[])),
            "as a member of that group",
        ),
        case(
            "member-requests-opening",
            Action::GroupRequestOpening,
            alice(group(BOB, &[])).on_list("members"),
            alice(group(ALICE, &[ALICE])),
            "\"members\"",
        ),
        case(
            "opener-opens",
            Action::GroupOpen,
            alice(group(BOB, &[BOB, ALICE])),
            alice(group(ALICE, &[BOB])).on_list("members"),
            "one of the group's openers",
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

fn group(manager: &str, openers: &[&str]) -> Resource {
    let openers = openers.iter().map(ToString::to_string).collect();
    Resource::Group { name: "press".into(), manager: manager.into(), openers }
}

fn member_of(name: &str, resource: Resource) -> Facts {
    Facts::new(Principal::GroupMember(name.into()), resource, now())
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
    let mut issue =
        scoped("api-issue", ApiAction::CredentialsIssue, "credentials:issue", "\"credentials:issue\"");
    issue.allowed.resource = issuing(&["Licence"], &["Licence"]);
    issue.denied.resource = issuing(&["Licence"], &["Licence"]);
    vec![
        issue,
        scoped("api-issue", ApiAction::CredentialsDelete, "credentials:issue", "\"credentials:issue\""),
        scoped("api-ledger-write", ApiAction::LedgerWrite, "ledger:write", "\"ledger:write\""),
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
    // tested below
    let mut seen = BTreeSet::from([
        "own-tenant-only",
        "public-reads",
        "accredited-issuers-only",
        "ring-signed-is-carried",
        "group-signed-is-carried",
        "ring-signed-reads",
        "group-signed-reads",
    ]);
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
fn no_scope_stands_in_for_an_accreditation() {
    let set = PolicySet::default_consortium();
    let ask = |accredited: &[&str], types: &[&str], scope: &str| {
        let facts = alice(issuing(accredited, types)).of_tenant("acme").with_scope(scope);
        // what the key's own DID is accredited for is not what the issuer is
        decide(
            &set,
            &facts.accredited_for("Licence").accredited_for("Degree"),
            ApiAction::CredentialsIssue.into(),
        )
    };
    assert!(ask(&["Licence", "Degree"], &["Licence"], "credentials:issue").is_allowed());
    for (accredited, types) in [
        (&[][..], &["Licence"][..]),
        (&["Degree"], &["Licence"]),
        (&["Licence"], &["Licence", "Degree"]),
        (&["licence"], &["Licence"]),
        // no general word covers a type of its own, and a credential of no type is none
        (&["VerifiableCredential"], &["Licence"]),
        (&["Licence"], &[]),
    ] {
        let decision = ask(accredited, types, "credentials:issue");
        let Decision::Denied { forbidden_by, missing, .. } = &decision else {
            panic!("{accredited:?} {types:?}")
        };
        assert_eq!(forbidden_by[0].policy, "accredited-issuers-only");
        assert!(missing.is_empty(), "the scope is there and is not said to be missing: {decision}");
        assert!(decision.to_string().contains("accredited on the ledger"), "{decision}");
    }
    // both facts are missing, and both are named
    let neither = ask(&[], &["Licence"], "credentials:hold").to_string();
    assert!(
        neither.contains("accredited on the ledger") && neither.contains("credentials:issue"),
        "{neither}"
    );
}

#[test]
fn another_tenants_resource_is_forbidden_whatever_the_scope() {
    let set = PolicySet::default_consortium();
    let stranger = alice(endpoint()).of_tenant("other").with_scope("credentials:issue");
    for facts in [stranger, alice(endpoint()).with_scope("credentials:issue")] {
        let decision = decide(&set, &facts, ApiAction::CredentialsIssue.into());
        let Decision::Denied { forbidden_by, .. } = &decision else { panic!("{decision}") };
        assert!(forbidden_by.iter().any(|each| each.policy == "own-tenant-only"), "{decision}");
        assert!(decision.to_string().contains("the tenant that owns the resource"), "{decision}");
    }
}

/// What an API lets unnamed members do: what it lets everybody, have what they signed carried, and read ledger and governance.
const UNNAMED: [ApiAction; 6] = [
    ApiAction::DidResolve,
    ApiAction::StatusRead,
    ApiAction::AnchorRead,
    ApiAction::LedgerWrite,
    ApiAction::LedgerRead,
    ApiAction::GovernanceRead,
];

/// One of a ring votes as one of its list, has what it signed carried, reads the ledger, and does nothing else.
#[test]
fn one_of_a_ring_votes_for_its_list_and_does_nothing_else() {
    let set = PolicySet::default_consortium();
    let ring = |list: &str, resource| {
        Facts::new(Principal::Ring(format!("{list}/3")), resource, now()).on_list(list)
    };
    let allows = |facts: &Facts, action: Action| decide(&set, facts, action).is_allowed();
    assert!(allows(&ring("members", Resource::Network), Action::GovernanceVote));
    assert!(!allows(&ring("auditors", Resource::Network), Action::GovernanceVote));
    for action in UNNAMED {
        assert!(allows(&ring("auditors", endpoint()), action.into()), "{action:?}");
    }
    for action in Action::all().filter(|action| *action != Action::GovernanceVote) {
        assert!(!allows(&ring("members", Resource::Network), action), "{action}");
    }
    for action in ApiAction::ALL.iter().filter(|action| !UNNAMED.contains(action)) {
        assert!(!allows(&ring("members", endpoint()), (*action).into()), "{action:?}");
    }
}

/// A member of a group reports for it, has what it signed carried, reads the ledger, and does nothing else.
#[test]
fn one_of_a_group_reports_for_it_and_does_nothing_else() {
    let set = PolicySet::default_consortium();
    let allows = |facts: &Facts, action: Action| decide(&set, facts, action).is_allowed();
    for action in UNNAMED {
        assert!(allows(&member_of("press", endpoint()), action.into()), "{action:?}");
    }
    for action in Action::all().filter(|action| *action != Action::GroupReport) {
        for resource in [Resource::Network, group(BOB, &[BOB])] {
            assert!(!allows(&member_of("press", resource), action), "{action}");
        }
    }
    for action in ApiAction::ALL.iter().filter(|action| !UNNAMED.contains(action)) {
        assert!(!allows(&member_of("press", endpoint()), (*action).into()), "{action:?}");
    }
}

#[test]
fn guests_and_strangers_read_what_is_public_and_nothing_else() {
    let set = PolicySet::default_consortium();
    let public = [ApiAction::DidResolve, ApiAction::StatusRead, ApiAction::AnchorRead];
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
            Action::GroupAdmit | Action::GroupRevoke | Action::GroupRequestOpening | Action::GroupOpen => {
                group(BOB, &[BOB])
            }
            // not for DIDs at all
            Action::GroupReport => continue,
            Action::NodeJoin => Resource::Node { did: ALICE.into(), role: "validator".into() },
            Action::Api(ApiAction::KeysManage) => {
                Resource::ApiKey { id: "k".into(), tenant: "acme".into(), owner: ALICE.into() }
            }
            Action::Api(ApiAction::DidResolve | ApiAction::StatusRead | ApiAction::AnchorRead) => continue,
            Action::Api(_) => endpoint(),
            _ => Resource::Network,
        };
        let decision = decide(&set, &alice(resource).of_tenant("acme"), action);
        let Decision::Denied { missing, errors, .. } = &decision else { panic!("{decision}") };
        assert!(!missing.is_empty() && errors.is_empty(), "{decision}");
    }
}
