//! Issuer instances: which suite, which key.
//!
//! Unbound paths sign with whatever key the credential's issuer has here. Bound ones (`/{suite}/…`)
//! require one suite and key algorithm. In conformance mode each instance has a `did:key` of its own,
//! kept in the vault, and signs in its name only; `GET /keys` lists them.

use axum::{Json, extract::State};
use hufu_credentials::Suite;
use hufu_did::{
    Did,
    key::{did, verification_method},
};
use hufu_keys::{Algorithm, SigningKey};
use serde_json::{Map, Value, json};

use crate::{
    app::App,
    caller::Caller,
    error::{Kind, Problem},
    store::Writes,
    vault::{Held, HeldKey, Role, Signer},
};

/// An issuer instance bound to a suite.
#[derive(Debug)]
pub(crate) struct Binding {
    /// The first segment of its paths.
    pub(crate) name: &'static str,
    /// Its suite.
    pub(crate) suite: Suite,
    /// The algorithm of its key.
    pub(crate) algorithm: Algorithm,
    /// Whether every credential it issues gets status entries.
    pub(crate) with_status: bool,
}

const fn bind(name: &'static str, suite: Suite, algorithm: Algorithm) -> Binding {
    Binding { name, suite, algorithm, with_status: false }
}

/// Every bound instance.
pub(crate) static INSTANCES: [Binding; 10] = [
    bind("eddsa-rdfc-2022", Suite::EddsaRdfc2022, Algorithm::Ed25519),
    bind("eddsa-jcs-2022", Suite::EddsaJcs2022, Algorithm::Ed25519),
    bind("ecdsa-rdfc-2019-p256", Suite::EcdsaRdfc2019, Algorithm::P256),
    bind("ecdsa-rdfc-2019-p384", Suite::EcdsaRdfc2019, Algorithm::P384),
    bind("ecdsa-jcs-2019-p256", Suite::EcdsaJcs2019, Algorithm::P256),
    bind("ecdsa-jcs-2019-p384", Suite::EcdsaJcs2019, Algorithm::P384),
    bind("sm2-rdfc-2026", Suite::Sm2Rdfc2026, Algorithm::Sm2),
    bind("sm2-jcs-2026", Suite::Sm2Jcs2026, Algorithm::Sm2),
    Binding { with_status: true, ..bind("status", Suite::EddsaRdfc2022, Algorithm::Ed25519) },
    bind("any", Suite::EddsaRdfc2022, Algorithm::Ed25519),
];

/// Where a handler was mounted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Instance {
    /// At the root.
    Unbound,
    /// Under a suite.
    Bound(&'static Binding),
}

/// Who signs, and with which suite.
#[derive(Clone, Debug)]
pub(crate) struct Issuing {
    pub(crate) signer: Signer,
    pub(crate) suite: Suite,
}

impl Instance {
    /// Whether every credential gets status entries.
    pub(crate) const fn with_status(self) -> bool {
        matches!(self, Self::Bound(Binding { with_status: true, .. }))
    }

    /// Who signs a credential by `issuer`, or a presentation by a holder.
    ///
    /// # Errors
    /// [`Kind::Unauthenticated`] for a guest, for whom no keys are held; [`Kind::InvalidInput`] when the issuer is not
    /// one this instance can sign for; the words say which.
    pub(crate) fn issuing(
        self,
        app: &App,
        caller: &Caller,
        issuer: &str,
        wanted: Option<Suite>,
    ) -> Result<Issuing, Problem> {
        if matches!(caller, Caller::Guest) {
            return Err(Problem::new(
                Kind::Unauthenticated,
                "keys are held for tenants; this caller is none",
            ));
        }
        if let (Self::Bound(binding), Some(wanted)) = (self, wanted)
            && wanted != binding.suite
        {
            return Err(Problem::invalid(format!(
                "this instance signs with {}, not with {wanted}",
                binding.suite
            )));
        }
        if matches!(caller, Caller::Conformance) && !issuer.starts_with("did:hufu:") {
            return self.conformance(app, issuer);
        }
        let foreign = || Problem::invalid(format!("{issuer} is not a DID whose keys are held here for you"));
        let issuer: Did = issuer.parse().map_err(|_| foreign())?;
        let held = app.vault().held(&issuer)?.filter(|held| held.is_of(caller)).ok_or_else(foreign)?;
        let signer =
            app.vault().signer(&issuer, |key| self.admits(key.algorithm(), wanted))?.ok_or_else(|| {
                Problem::invalid(format!("{} has no key here that fits {}", held.did, self.describe(wanted)))
            })?;
        let algorithm = signer.key.algorithm();
        let suite = match (self, wanted) {
            (Self::Bound(binding), _) => Some(binding.suite),
            (Self::Unbound, Some(wanted)) => Some(wanted),
            (Self::Unbound, None) => Suite::for_algorithm(algorithm).next(),
        };
        let suite =
            suite.ok_or_else(|| Problem::invalid(format!("there is no suite for {algorithm} keys")))?;
        Ok(Issuing { signer, suite })
    }

    fn admits(self, algorithm: Algorithm, wanted: Option<Suite>) -> bool {
        match (self, wanted) {
            (Self::Bound(binding), _) => algorithm == binding.algorithm,
            (Self::Unbound, Some(suite)) => suite.can_issue() && suite.algorithms().contains(&algorithm),
            (Self::Unbound, None) => Suite::for_algorithm(algorithm).next().is_some(),
        }
    }

    fn describe(self, wanted: Option<Suite>) -> String {
        match (self, wanted) {
            (Self::Bound(binding), _) => format!("{} with {}", binding.suite, binding.algorithm),
            (Self::Unbound, Some(suite)) => suite.to_string(),
            (Self::Unbound, None) => "any suite".to_owned(),
        }
    }

    fn conformance(self, app: &App, issuer: &str) -> Result<Issuing, Problem> {
        let binding = match self {
            Self::Bound(binding) => binding,
            Self::Unbound => any(),
        };
        let signer = app.conformance_signer(binding.name).ok_or_else(|| {
            Problem::new(Kind::Internal, "this instance has no key; start again with --conformance")
        })?;
        if signer.method.did().as_str() != issuer {
            return Err(Problem::invalid(format!(
                "issuer is {issuer:?}; this instance issues as {}",
                signer.method.did()
            )));
        }
        Ok(Issuing { signer, suite: binding.suite })
    }
}

fn any() -> &'static Binding {
    let [.., any] = &INSTANCES;
    any
}

/// The vault's name for an instance's key: a DID of no method that anybody resolves.
fn vault_name(instance: &str) -> Result<Did, Problem> {
    Did::from_parts("conformance", instance).map_err(Problem::internal)
}

/// The signers of all instances; made and kept at the first start in conformance mode.
pub(crate) async fn bootstrap_conformance(app: &App) -> Result<Vec<(&'static str, Signer)>, Problem> {
    let mut signers = Vec::new();
    for binding in &INSTANCES {
        let name = vault_name(binding.name)?;
        if app.vault().held(&name)?.is_none() {
            let key = SigningKey::generate(binding.algorithm, &mut rand::rng());
            let public = key.verifying_key();
            let held = HeldKey {
                method: Some(verification_method(&public)),
                public: public.to_multikey(),
                role: Role::Method,
            };
            let held = Held { did: name.clone(), tenant: "conformance".to_owned(), keys: vec![held] };
            app.store().commit(app.vault().keep(&held, &[&key], Writes::new())?).await?;
        }
        let signer = app.vault().signer(&name, |_| true)?;
        signers.push((binding.name, signer.ok_or_else(|| Problem::internal("a kept key is not there"))?));
    }
    Ok(signers)
}

/// `GET /keys`: the `did:key` of each instance, in conformance mode.
#[utoipa::path(
    get,
    path = "/keys",
    tag = "VC-API",
    responses((status = 200, description = "{suite: did:key}"), (status = 404, description = "Not in conformance mode")),
)]
pub(crate) async fn keys(State(app): State<App>) -> Result<Json<Value>, Problem> {
    if !app.config().conformance() {
        return Err(Problem::not_found(
            "issuers are listed in conformance mode only; DIDs of yours are at /v1/dids",
        ));
    }
    let listed = app
        .conformance_signers()
        .map(|(name, signer)| (name.to_owned(), json!(did(&signer.key.verifying_key()).as_str())));
    Ok(Json(Value::Object(listed.collect::<Map<_, _>>())))
}
