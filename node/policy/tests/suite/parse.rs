//! What `PolicySet::parse` refuses, each with the cause named.

use hufu_policy::{
    Action, DEFAULT_POLICIES, Error, MAX_POLICIES, MAX_POLICY_DEPTH, MAX_POLICY_TOKENS, MAX_SET_BYTES,
    PolicySet,
};

/// A policy with this id, scope (`None`: any) and condition.
fn policy(id: &str, condition: &str) -> String {
    format!(
        "@id(\"{id}\")\n@requires(\"luck\")\npermit (principal, action == Hufu::Action::\"status.write\", resource)\n{condition};\n"
    )
}

fn refused(text: &str) -> Error {
    PolicySet::parse(text).expect_err("this set must be refused")
}

#[test]
fn the_default_policies_parse() {
    let set = PolicySet::parse(DEFAULT_POLICIES).expect("the default policies parse");
    assert_eq!(set.text(), DEFAULT_POLICIES);
    let first = &set.policies()[0];
    assert_eq!(first.id, "registrar-creates-dids");
    assert_eq!(first.actions.iter().copied().collect::<Vec<_>>(), [Action::DidCreate]);
    assert!(first.text.ends_with(';') && !first.forbids);
}

#[test]
fn an_empty_set_is_refused() {
    assert_eq!(refused(""), Error::Empty);
    assert_eq!(refused("  // nothing; at all\n"), Error::Empty);
}

#[test]
fn what_is_not_cedar_is_refused_with_its_line() {
    let text = policy("fine", "") + "\npermit (everything);";
    let error = refused(&text);
    assert!(matches!(error, Error::Syntax { line: 6, .. }), "{error}");
    assert!(matches!(refused("}{"), Error::Unterminated { line: 1, what: "a policy" }));
    assert!(matches!(refused("permit \"x;"), Error::Unterminated { what: "a string", .. }));
    assert!(matches!(refused(";;"), Error::Syntax { .. }));
    assert!(matches!(refused("\u{0}\u{1};"), Error::Syntax { .. }));
}

#[test]
fn a_template_is_refused() {
    let text = "@id(\"t\") @requires(\"luck\") permit (principal == ?principal, action, resource);";
    assert!(matches!(refused(text), Error::Syntax { .. }));
}

#[test]
fn annotations_are_required() {
    let bare = "permit (principal, action, resource);";
    assert_eq!(refused(bare), Error::MissingAnnotation { line: 1, annotation: "id" });
    assert_eq!(
        refused(&format!("\n@id(\"x\") {bare}")),
        Error::MissingAnnotation { line: 2, annotation: "requires" }
    );
    for (id, words) in [("", "w"), ("A", "w"), ("a b", "w"), (&*"x".repeat(65), "w")] {
        let error = refused(&format!("@id(\"{id}\") @requires(\"{words}\") {bare}"));
        assert!(matches!(error, Error::BadAnnotation { annotation: "id", .. }), "{error}");
    }
    for words in ["", " ", "two\\nlines", &*"x".repeat(301)] {
        let error = refused(&format!("@id(\"x\") @requires(\"{words}\") {bare}"));
        assert!(matches!(error, Error::BadAnnotation { annotation: "requires", .. }), "{error}");
    }
}

#[test]
fn a_repeated_id_is_refused() {
    let error = refused(&(policy("twice", "") + &policy("twice", "")));
    assert_eq!(error, Error::DuplicateId { line: 5, policy: "twice".into() });
}

#[test]
fn what_does_not_fit_the_schema_is_refused_by_policy() {
    let scopes = [
        ("unknown-action", "principal, action == Hufu::Action::\"did.destroy\", resource"),
        ("unknown-type", "principal is Hufu::Alien, action, resource"),
        ("other-namespace", "principal, action == Action::\"did.create\", resource"),
        (
            "not-about-lists",
            "principal, action == Hufu::Action::\"did.create\", resource is Hufu::StatusList",
        ),
    ];
    for (id, scope) in scopes {
        let error = refused(&format!("@id(\"{id}\") @requires(\"luck\") permit ({scope});"));
        let (Error::Schema { policy, cause } | Error::Suspicious { policy, cause }) = &error else {
            panic!("{id}: {error}")
        };
        assert_eq!(policy, id);
        assert!(!cause.is_empty());
    }
    let conditions = [
        ("unknown-attribute", "when { principal.height == 3 }"),
        ("mistyped", "when { resource.owner == \"did:hufu:demo:alice\" }"),
        ("not-a-condition", "when { 1 + 1 }"),
        ("unguarded-tag", "when { principal.getTag(\"country\") == \"NO\" }"),
        ("computed-extension", "when { ip(principal.getTag(\"ip\")).isIpv4() }"),
    ];
    for (id, condition) in conditions {
        let error = refused(&policy(id, condition));
        assert!(matches!(&error, Error::Schema { policy, .. } if policy == id), "{id}: {error}");
    }
}

#[test]
fn what_cedar_only_warns_of_is_refused_too() {
    let never = refused(&policy("never", "when { context.height > 3 && false }"));
    assert!(matches!(&never, Error::Suspicious { policy, .. } if policy == "never"), "{never}");
    let bidi = policy("bidi", "when { principal.scopes.contains(\"a\u{202e}b\") }");
    let bidi = refused(&bidi);
    assert!(matches!(&bidi, Error::Suspicious { policy, .. } if policy == "bidi"), "{bidi}");
}

#[test]
fn guarded_tags_and_unions_are_accepted() {
    let condition = "when { principal.hasTag(\"country\") && principal.getTag(\"country\") == \"NO\" }";
    PolicySet::parse(&policy("tagged", condition)).expect("a guarded tag type-checks");
}

#[test]
fn oversized_sets_are_refused() {
    let huge = " ".repeat(MAX_SET_BYTES + 1);
    assert_eq!(refused(&huge), Error::TooLarge { bytes: MAX_SET_BYTES + 1, limit: MAX_SET_BYTES });
    assert_eq!(refused(&"x;".repeat(MAX_POLICIES + 1)), Error::TooManyPolicies { limit: MAX_POLICIES });
    let long = policy("long", &format!("when {{ principal.scopes.contains(\"{}\") }}", "x".repeat(9_000)));
    assert!(matches!(refused(&long), Error::TooLong { line: 1, unit: "bytes", .. }));
}

#[test]
fn the_most_policies_are_accepted_at_once() {
    let text: String = (0..MAX_POLICIES).map(|n| policy(&format!("p{n}"), "")).collect();
    assert_eq!(PolicySet::parse(&text).expect("the limit itself is accepted").policies().len(), MAX_POLICIES);
}

/// Chains and nestings that recurse in the parser, the type checker, the evaluator and on drop, at the limits,
/// on a thread with a small stack.
#[test]
fn hostile_depth_does_not_overflow_a_small_stack() {
    /// A quarter of what threads have by default.
    const STACK_BYTES: usize = 512 * 1024;
    let chain = |unit: &str, n: usize| unit.repeat(n);
    let tokens_left = MAX_POLICY_TOKENS - 40;
    let conditions = [
        format!("when {{ context.height == {}1 }}", chain("1+", tokens_left / 2)),
        format!("when {{ {}true }}", chain("true&&", tokens_left / 3)),
        format!("when {{ {}context.height > 3 }}", chain("context.height == 3 || ", tokens_left / 6)),
        format!("when {{ {}true }}", chain("if true then true else ", tokens_left / 5)),
        format!("when {{ resource{} }}", chain(".a", tokens_left / 2)),
        format!("when {{ {}true }}", chain("!", 200)),
        format!("when {{ context.height == {}1 }}", chain("-", 200)),
        format!("when {{ {}true{} }}", chain("(", MAX_POLICY_DEPTH - 2), chain(")", MAX_POLICY_DEPTH - 2)),
        chain("when { true }\n", tokens_left / 4),
    ];
    let work = move || {
        conditions.iter().filter(|condition| PolicySet::parse(&policy("deep", condition)).is_ok()).count()
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work).expect("a thread starts");
    let accepted = thread.join().expect("no overflow");
    assert!(accepted >= 3, "the legal ones are accepted, so the depth was really reached: {accepted}");
}

#[test]
fn an_unknown_action_has_a_name_that_is_quoted_back_in_part() {
    assert_eq!("did.destroy".parse::<Action>(), Err(Error::UnknownAction("did.destroy".into())));
    let long = "x".repeat(10_000);
    let Err(Error::UnknownAction(quoted)) = long.parse::<Action>() else { panic!("10 kB is no action") };
    assert_eq!(quoted.len(), 64);
    assert!(serde_json::from_str::<Action>("\"api.credentials.issue\"").is_ok());
    assert!(serde_json::from_str::<Action>("\"api.credentials.ISSUE\"").is_err());
}
