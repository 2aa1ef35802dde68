//! How long a decision takes, and how long a policy set takes to parse.

use std::collections::BTreeSet;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use hufu_policy::{
    Action, ApiAction, Context, DEFAULT_POLICIES, Facts, PolicySet, Principal, Resource, decide,
};

fn decisions(criterion: &mut Criterion) {
    let set = PolicySet::default_consortium();
    let now = Context { network: "demo".into(), height: 7, time_ms: 1_760_000_000_000 };
    let alice = "did:hufu:demo:zQmAlice1111111111111111111111111111111111111";
    let list = Resource::StatusList { id: "1".into(), owner: alice.into() };
    let writer = Facts::new(Principal::Did(alice.into()), list, now.clone())
        .with_role("members", "chair")
        .accredited_for("DrivingLicenceCredential");
    criterion.bench_function("decide::allowed/action=status.write", |bench| {
        bench.iter(|| decide(&set, black_box(&writer), Action::StatusWrite));
    });

    let voter = Facts::new(Principal::Did(alice.into()), Resource::Network, now.clone());
    criterion.bench_function("decide::denied/action=governance.vote", |bench| {
        bench.iter(|| decide(&set, black_box(&voter), Action::GovernanceVote));
    });

    let endpoint = Resource::Endpoint {
        id: "e".into(),
        tenant: "acme".into(),
        issuer: Some(alice.into()),
        issuer_accreditations: BTreeSet::from(["DrivingLicenceCredential".to_owned()]),
        credential_types: BTreeSet::from(["DrivingLicenceCredential".to_owned()]),
    };
    let caller = Facts::new(Principal::Did(alice.into()), endpoint, now)
        .of_tenant("acme")
        .with_scope("credentials:issue")
        .with_scope("credentials:verify");
    criterion.bench_function("decide::allowed/action=api.credentials.issue", |bench| {
        bench.iter(|| decide(&set, black_box(&caller), ApiAction::CredentialsIssue.into()));
    });

    criterion.bench_function("set::parse/policies=default", |bench| {
        bench.iter(|| PolicySet::parse(black_box(DEFAULT_POLICIES)));
    });
}

criterion_group!(benches, decisions);
criterion_main!(benches);
