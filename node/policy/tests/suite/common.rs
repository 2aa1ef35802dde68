//! Facts that several tests start from.

use hufu_policy::{Context, Facts, Principal, Resource};

/// Whoever the tests call Alice.
pub(crate) const ALICE: &str = "did:hufu:demo:alice";
/// Somebody else.
pub(crate) const BOB: &str = "did:hufu:demo:bob";

/// Height 7 of the network "demo".
pub(crate) fn now() -> Context {
    Context { network: "demo".into(), height: 7, time_ms: 1_760_000_000_000 }
}

/// Alice asks for `resource`, and nothing else is known of her.
pub(crate) fn alice(resource: Resource) -> Facts {
    Facts::new(Principal::Did(ALICE.into()), resource, now())
}

/// The status list "1" of `owner`.
pub(crate) fn list_of(owner: &str) -> Resource {
    Resource::StatusList { id: "1".into(), owner: owner.into() }
}

/// A DID document under the control of `controllers`.
pub(crate) fn document(did: &str, controllers: &[&str]) -> Resource {
    let controllers = controllers.iter().map(|&did| did.to_owned()).collect();
    Resource::Document { did: did.into(), controllers }
}

/// The issuing of a credential of `types` by Bob, who is accredited for `accredited`, by the tenant "acme".
pub(crate) fn issuing(accredited: &[&str], types: &[&str]) -> Resource {
    let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Resource::Endpoint {
        id: "new".into(),
        tenant: "acme".into(),
        issuer: Some(BOB.into()),
        issuer_accreditations: set(accredited),
        credential_types: set(types),
    }
}

/// An endpoint of the tenant "acme".
pub(crate) fn endpoint() -> Resource {
    Resource::Endpoint {
        id: "e".into(),
        tenant: "acme".into(),
        issuer: None,
        issuer_accreditations: Default::default(),
        credential_types: Default::default(),
    }
}
