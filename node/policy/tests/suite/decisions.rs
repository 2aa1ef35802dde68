//! How decisions are made and told: forbid over permit, facts that do not fit, failing policies, hostile strings.

use crate::common::{ALICE, BOB, alice, endpoint, list_of, now};
use hufu_policy::{Action, ApiAction, Decision, Facts, PolicySet, Principal, Resource, decide};

fn set(text: &str) -> PolicySet {
    PolicySet::parse(text).expect("the test's policies parse")
}

const FROZEN: &str = r#"
@id("owner-writes") @requires("the sender owns the list")
permit (principal, action == Hufu::Action::"status.write", resource) when { resource.owner == principal };
@id("no-writes-when-frozen") @requires("the sender is not on the list \"frozen\"")
forbid (principal in Hufu::List::"frozen", action in Hufu::Action::"ledger", resource);
"#;

#[test]
fn forbid_beats_permit_and_is_named_with_its_words() {
    let set = set(FROZEN);
    assert!(decide(&set, &alice(list_of(ALICE)), Action::StatusWrite).is_allowed());
    let decision = decide(&set, &alice(list_of(ALICE)).on_list("frozen"), Action::StatusWrite);
    let Decision::Denied { forbidden_by, .. } = &decision else { panic!("{decision}") };
    assert_eq!(forbidden_by[0].policy, "no-writes-when-frozen");
    assert!(
        decision.to_string().starts_with(
            "status.write is denied: policy \"no-writes-when-frozen\" forbids it unless: the sender is not on the list"
        ),
        "{decision}"
    );
}

#[test]
fn an_action_that_nothing_permits_is_denied_in_words() {
    let decision = decide(&set(FROZEN), &alice(Resource::Network).on_list("members"), Action::GovernanceVote);
    assert_eq!(decision.to_string(), "governance.vote is denied: no policy permits it to anyone");
}

#[test]
fn facts_that_do_not_fit_the_action_are_denied_with_the_misfit() {
    let any = set("@id(\"any\") @requires(\"nothing\") permit (principal, action, resource);");
    let wrong_resource = decide(&any, &alice(Resource::Network), Action::StatusWrite);
    assert_eq!(
        wrong_resource.to_string(),
        "status.write is denied: it is not about a resource of type Hufu::Network"
    );
    let guest = Facts::new(Principal::Guest, list_of(ALICE), now());
    let wrong_principal = decide(&any, &guest, Action::StatusWrite);
    assert_eq!(
        wrong_principal.to_string(),
        "status.write is denied: it is not for a principal of type Hufu::Guest"
    );
    let proposal = Facts::new(Principal::Proposal(ALICE.into()), Resource::Network, now());
    assert!(!decide(&any, &proposal, Action::GovernanceVote).is_allowed(), "a proposal does not vote");
}

#[test]
fn a_forbid_that_cannot_be_evaluated_denies() {
    let overflowing = r#"
        @id("any") @requires("nothing") permit (principal, action, resource);
        @id("late") @requires("an early block")
        forbid (principal, action, resource) when { context.height + 9223372036854775807 > 0 };"#;
    let decision = decide(&set(overflowing), &alice(list_of(ALICE)), Action::StatusWrite);
    let Decision::Denied { errors, .. } = &decision else { panic!("{decision}") };
    assert!(errors[0].contains("late") && errors[0].contains("overflow"), "{errors:?}");
}

#[test]
fn heights_beyond_cedars_integers_count_as_the_largest() {
    let late = set(
        "@id(\"late\") @requires(\"a late block\") permit (principal, action, resource) when { context.height > 100 };",
    );
    let mut facts = alice(list_of(ALICE));
    facts.context.height = u64::MAX;
    assert!(decide(&late, &facts, Action::StatusWrite).is_allowed());
}

#[test]
fn attributes_are_tags() {
    let adults =
        set("@id(\"adults\") @requires(\"proof of age\") permit (principal is Hufu::Did, action, resource) \
         when { principal.hasTag(\"adult\") && principal.getTag(\"adult\") == \"true\" };");
    assert!(
        decide(&adults, &alice(list_of(BOB)).with_attribute("adult", "true"), Action::StatusWrite)
            .is_allowed()
    );
    assert!(
        !decide(&adults, &alice(list_of(BOB)).with_attribute("adult", "no"), Action::StatusWrite)
            .is_allowed()
    );
    assert!(!decide(&adults, &alice(list_of(BOB)), Action::StatusWrite).is_allowed());
}

#[test]
fn a_decision_travels_as_json() {
    let set = PolicySet::default_consortium();
    for facts in [alice(Resource::Network), alice(Resource::Network).on_list("members")] {
        let decision = decide(&set, &facts, Action::GovernanceVote);
        let json = serde_json::to_string(&decision).expect("a decision serialises");
        assert_eq!(serde_json::from_str::<Decision>(&json).expect("and parses back"), decision);
    }
    let json =
        serde_json::to_value(decide(&set, &alice(Resource::Network), Action::GovernanceVote)).expect("JSON");
    assert_eq!(json["decision"], "denied");
    assert_eq!(json["action"], "governance.vote");
    assert_eq!(json["missing"][0]["policy"], "member-votes");
    assert!(json["forbiddenBy"].is_array());
}

/// Strings that would change the meaning of a policy, entity or request if any of them were ever pasted into text.
fn hostile() -> Vec<String> {
    let mut strings: Vec<String> = [
        "\"",
        "\\",
        "\\\"",
        "members\"",
        "\") || true || (\"",
        "x\" || principal in Hufu::List::\"members",
        "Hufu::List::\"members\"",
        "Hufu::Proposal::\"1\"",
        "line\nbreak",
        "nul\0byte",
        "\u{202e}evil",
        "*",
        "members/*",
        "{\"__entity\":{\"type\":\"Hufu::List\",\"id\":\"members\"}}",
        "__entity",
        "__extn",
        "}{",
        "// ;",
        "",
    ]
    .map(String::from)
    .into();
    strings.push("\"\\\n{([".repeat(2_000)); // 12 kB
    strings.push("members".repeat(1_500));
    strings
}

#[test]
fn hostile_strings_in_any_fact_gain_nothing() {
    let set = PolicySet::default_consortium();
    for text in hostile() {
        let saturated = |resource: Resource| {
            let mut facts = Facts::new(Principal::Did(text.clone()), resource, now())
                .with_role(&text, &text)
                .accredited_for(&text)
                .with_scope(&text)
                .of_tenant(&text)
                .with_attribute(&text, &text);
            facts.context.network.clone_from(&text);
            facts
        };
        let denied = |facts: Facts, action: Action| {
            let decision = decide(&set, &facts, action);
            let Decision::Denied { errors, .. } = &decision else { panic!("{text:?} gained {action}") };
            assert!(errors.is_empty(), "{text:?} broke {action}: {errors:?}");
        };
        denied(saturated(Resource::Network), Action::GovernancePropose);
        denied(saturated(Resource::Network), Action::GovernanceVote);
        denied(saturated(Resource::Network), Action::PolicyChange);
        denied(saturated(list_of(ALICE)), Action::StatusWrite);
        denied(saturated(endpoint()), ApiAction::CredentialsIssue.into());
        let node = Resource::Node { did: text.clone(), role: "validator".into() };
        denied(saturated(node), Action::NodeJoin);
        // And a hostile name is still an ordinary name: its owner may write what it owns.
        assert!(decide(&set, &saturated(list_of(&text)), Action::StatusWrite).is_allowed(), "{text:?}");
    }
}

#[test]
fn a_principals_kind_is_not_its_name() {
    let set = PolicySet::default_consortium();
    for name in ["ab12", "Hufu::Proposal::\"ab12\"", "guest"] {
        let facts = Facts::new(Principal::Did(name.into()), Resource::Network, now());
        assert!(!decide(&set, &facts, Action::PolicyChange).is_allowed(), "{name}");
    }
}

/// A generous bound on any machine; the bench tells the real figure.
#[test]
fn a_decision_takes_far_less_than_a_millisecond() {
    let set = PolicySet::default_consortium();
    let facts = alice(list_of(ALICE)).with_role("members", "chair").accredited_for("Licence");
    // the best of many short batches: whatever else the machine does is not what is measured
    let (batches, runs) = (100, 20_u32);
    let batch = || {
        let start = std::time::Instant::now();
        for _ in 0..runs {
            assert!(decide(&set, &facts, Action::StatusWrite).is_allowed());
        }
        start.elapsed() / runs
    };
    let each = (0..batches).map(|_| batch()).min().expect("batches");
    println!("one decision: {each:?}");
    assert!(each < std::time::Duration::from_micros(500), "{each:?}");
}
