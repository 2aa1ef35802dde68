//! Issuer instances: which securing mechanism, which key.
//!
//! Unbound paths sign with whatever key the credential's issuer has here. Bound ones (`/{suite}/…`)
//! require one mechanism and key algorithm. In conformance mode each instance has a `did:key` of its own,
//! kept in the vault, and signs in its name only; `GET /keys` lists them.

use std::fmt;

use axum::{Json, extract::State};
use hufu_credentials::{Suite, envelope};
use hufu_did::{
    Did, DidUrl,
    key::{bbs_multikey, bbs_verification_method, verification_method},
};
use hufu_keys::{Algorithm, SigningKey};
use serde_json::{Map, Value, json};

use super::issue::refused;
use crate::{
    app::App,
    caller::Caller,
    error::{Kind, Problem},
    store::Writes,
    vault::{BbsSigner, Held, HeldKey, Role, Signer},
};

/// How a document is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Securing {
    /// With a Data Integrity proof inside of it.
    Embedded(Suite),
    /// Inside of a JWS: `vc+jwt`, `vp+jwt`.
    Enveloped,
}

impl fmt::Display for Securing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded(suite) => suite.fmt(f),
            Self::Enveloped => f.write_str("jwt"),
        }
    }
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Whatever the instance does.
    Anything,
    /// A Data Integrity proof, perhaps of this suite.
    Embedded(Option<Suite>),
    /// A JWS.
    Enveloped,
}

impl Wanted {
    /// What `options.mediaType` and `options.cryptosuite` ask for; `enveloped` is the media type of a JWS at this endpoint,
    /// `plain` the one of a document with its proof inside.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`] for another media type, an unknown suite, or both options at odds.
    pub(crate) fn new(
        media_type: Option<&str>,
        cryptosuite: Option<&str>,
        plain: &str,
        enveloped: &str,
    ) -> Result<Self, Problem> {
        let suite = cryptosuite.map(|name| name.parse().map_err(refused)).transpose()?;
        match (media_type, suite) {
            (None, None) => Ok(Self::Anything),
            (None, Some(_)) => Ok(Self::Embedded(suite)),
            (Some(media_type), _) if media_type == plain => Ok(Self::Embedded(suite)),
            (Some(media_type), None) if media_type == enveloped => Ok(Self::Enveloped),
            (Some(media_type), Some(suite)) if media_type == enveloped => Err(Problem::invalid(format!(
                "options.cryptosuite is {suite}, a Data Integrity suite; {enveloped} has none"
            ))),
            (Some(other), _) => Err(Problem::invalid(format!(
                "options.mediaType is {other:?}; this endpoint makes {plain} and {enveloped}"
            ))),
        }
    }

    fn admits(self, securing: Securing) -> bool {
        match (self, securing) {
            (Self::Anything, _)
            | (Self::Embedded(None), Securing::Embedded(_))
            | (Self::Enveloped, Securing::Enveloped) => true,
            (Self::Embedded(Some(wanted)), Securing::Embedded(suite)) => wanted == suite,
            _ => false,
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anything => f.write_str("any mechanism"),
            Self::Embedded(None) => f.write_str("any Data Integrity suite"),
            Self::Embedded(Some(suite)) => suite.fmt(f),
            Self::Enveloped => f.write_str("jwt"),
        }
    }
}

/// What kind of key an instance has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// One that signs.
    Signing(Algorithm),
    /// One for BBS signatures.
    Bbs,
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signing(algorithm) => algorithm.fmt(f),
            Self::Bbs => f.write_str(Suite::BBS_KEY),
        }
    }
}

/// An issuer instance bound to a mechanism.
#[derive(Debug)]
pub(crate) struct Binding {
    /// The first segment of its paths.
    pub(crate) name: &'static str,
    /// Its mechanism.
    pub(crate) securing: Securing,
    /// Its key.
    pub(crate) key: KeyKind,
    /// Whether every credential it issues gets status entries.
    pub(crate) with_status: bool,
}

const fn bind(name: &'static str, suite: Suite, algorithm: Algorithm) -> Binding {
    Binding {
        name,
        securing: Securing::Embedded(suite),
        key: KeyKind::Signing(algorithm),
        with_status: false,
    }
}

const fn bind_jwt(name: &'static str, algorithm: Algorithm) -> Binding {
    Binding { name, securing: Securing::Enveloped, key: KeyKind::Signing(algorithm), with_status: false }
}

const BBS: Binding = Binding {
    name: "bbs-2023",
    securing: Securing::Embedded(Suite::Bbs2023),
    key: KeyKind::Bbs,
    with_status: false,
};

/// Every bound instance.
pub(crate) static INSTANCES: [Binding; 14] = [
    bind("eddsa-rdfc-2022", Suite::EddsaRdfc2022, Algorithm::Ed25519),
    bind("eddsa-jcs-2022", Suite::EddsaJcs2022, Algorithm::Ed25519),
    bind("ecdsa-rdfc-2019-p256", Suite::EcdsaRdfc2019, Algorithm::P256),
    bind("ecdsa-rdfc-2019-p384", Suite::EcdsaRdfc2019, Algorithm::P384),
    bind("ecdsa-jcs-2019-p256", Suite::EcdsaJcs2019, Algorithm::P256),
    bind("ecdsa-jcs-2019-p384", Suite::EcdsaJcs2019, Algorithm::P384),
    bind("sm2-rdfc-2026", Suite::Sm2Rdfc2026, Algorithm::Sm2),
    bind("sm2-jcs-2026", Suite::Sm2Jcs2026, Algorithm::Sm2),
    bind("ecdsa-sd-2023", Suite::EcdsaSd2023, Algorithm::P256),
    BBS,
    bind_jwt("vc-jwt-eddsa", Algorithm::Ed25519),
    bind_jwt("vc-jwt-es256", Algorithm::P256),
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

/// Who signs, and how.
#[derive(Clone, Debug)]
pub(crate) struct Issuing {
    pub(crate) key: IssuingKey,
    pub(crate) securing: Securing,
}

/// A key that is ready to issue.
#[derive(Clone, Debug)]
pub(crate) enum IssuingKey {
    /// It signs.
    Signing(Signer),
    /// It makes BBS signatures.
    Bbs(BbsSigner),
}

impl IssuingKey {
    /// The name that verifiers find it by.
    pub(crate) const fn method(&self) -> &DidUrl {
        match self {
            Self::Signing(signer) => &signer.method,
            Self::Bbs(signer) => &signer.method,
        }
    }

    /// The signer, unless it is for BBS signatures.
    pub(crate) const fn signer(&self) -> Option<&Signer> {
        match self {
            Self::Signing(signer) => Some(signer),
            Self::Bbs(_) => None,
        }
    }
}

impl Issuing {
    /// Who signs status lists of the issuer: lists are public, and shown whole.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`] if the issuer has no key for that.
    pub(crate) fn list_signer(&self, app: &App) -> Result<Signer, Problem> {
        let did = self.key.method().did();
        let signer = match &self.key {
            IssuingKey::Signing(signer) => Some(signer.clone()),
            IssuingKey::Bbs(_) => app.vault().signer(did, |_| true)?,
        };
        signer.ok_or_else(|| {
            Problem::invalid(format!("{did} has BBS keys only; a status list needs a key that signs"))
        })
    }
}

impl Instance {
    /// Whether every credential gets status entries.
    pub(crate) const fn with_status(self) -> bool {
        matches!(self, Self::Bound(Binding { with_status: true, .. }))
    }

    /// The suite that it is bound to.
    pub(crate) const fn suite(self) -> Option<Suite> {
        match self {
            Self::Bound(Binding { securing: Securing::Embedded(suite), .. }) => Some(*suite),
            _ => None,
        }
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
        wanted: Wanted,
    ) -> Result<Issuing, Problem> {
        if matches!(caller, Caller::Guest) {
            return Err(Problem::new(
                Kind::Unauthenticated,
                "keys are held for tenants; this caller is none",
            ));
        }
        if let Self::Bound(binding) = self {
            binding.check(wanted)?;
        }
        if matches!(caller, Caller::Conformance) && !issuer.starts_with("did:hufu:") {
            return self.conformance(app, issuer, wanted);
        }
        let foreign = || Problem::invalid(format!("{issuer} is not a DID whose keys are held here for you"));
        let issuer: Did = issuer.parse().map_err(|_| foreign())?;
        let held = app.vault().held(&issuer)?.filter(|held| held.is_of(caller)).ok_or_else(foreign)?;
        if self.is_bbs(wanted) {
            let signer = app.vault().bbs_signer(&issuer)?.ok_or_else(|| {
                Problem::invalid(format!("{} has no key here that fits {}", held.did, self.describe(wanted)))
            })?;
            let securing = Securing::Embedded(Suite::Bbs2023);
            return Ok(Issuing { key: IssuingKey::Bbs(signer), securing });
        }
        let fits = |algorithm: Algorithm| self.securing(algorithm, wanted).is_some();
        let signer = app.vault().signer(&issuer, |key| fits(key.algorithm()))?.ok_or_else(|| {
            Problem::invalid(format!("{} has no key here that fits {}", held.did, self.describe(wanted)))
        })?;
        let algorithm = signer.key.algorithm();
        let securing = self
            .securing(algorithm, wanted)
            .ok_or_else(|| Problem::invalid(format!("there is no suite for {algorithm} keys")))?;
        Ok(Issuing { key: IssuingKey::Signing(signer), securing })
    }

    /// Whether a BBS signature is wanted here.
    fn is_bbs(self, wanted: Wanted) -> bool {
        match self {
            Self::Bound(binding) => binding.key == KeyKind::Bbs,
            Self::Unbound => wanted == Wanted::Embedded(Some(Suite::Bbs2023)),
        }
    }

    /// How a key of this algorithm secures what is wanted here, if it can.
    fn securing(self, algorithm: Algorithm, wanted: Wanted) -> Option<Securing> {
        match (self, wanted) {
            (Self::Bound(binding), _) => {
                (KeyKind::Signing(algorithm) == binding.key).then_some(binding.securing)
            }
            (Self::Unbound, Wanted::Embedded(Some(suite))) => (suite.can_issue()
                && suite.algorithms().contains(&algorithm))
            .then_some(Securing::Embedded(suite)),
            (Self::Unbound, Wanted::Anything | Wanted::Embedded(None)) => {
                Suite::for_algorithm(algorithm).next().map(Securing::Embedded)
            }
            (Self::Unbound, Wanted::Enveloped) => {
                envelope::is_supported(algorithm).then_some(Securing::Enveloped)
            }
        }
    }

    fn describe(self, wanted: Wanted) -> String {
        match self {
            Self::Bound(binding) => format!("{} with {}", binding.securing, binding.key),
            Self::Unbound => wanted.to_string(),
        }
    }

    fn conformance(self, app: &App, issuer: &str, wanted: Wanted) -> Result<Issuing, Problem> {
        let binding = match self {
            Self::Bound(binding) => binding,
            Self::Unbound => any(),
        };
        binding.check(wanted)?;
        let key = app.conformance_key(binding.name).ok_or_else(|| {
            Problem::new(Kind::Internal, "this instance has no key; start again with --conformance")
        })?;
        if key.method().did().as_str() != issuer {
            return Err(Problem::invalid(format!(
                "issuer is {issuer:?}; this instance issues as {}",
                key.method().did()
            )));
        }
        Ok(Issuing { key: key.clone(), securing: binding.securing })
    }
}

impl Binding {
    /// Refuses what this instance does not do, rather than doing something else.
    fn check(&self, wanted: Wanted) -> Result<(), Problem> {
        if wanted.admits(self.securing) {
            Ok(())
        } else {
            Err(Problem::invalid(format!("this instance signs with {}, not with {wanted}", self.securing)))
        }
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
pub(crate) async fn bootstrap_conformance(app: &App) -> Result<Vec<(&'static str, IssuingKey)>, Problem> {
    let mut keys = Vec::new();
    for binding in &INSTANCES {
        let name = vault_name(binding.name)?;
        if app.vault().held(&name)?.is_none() {
            app.store().commit(new_key(app, &name, binding.key)?).await?;
        }
        let key = match binding.key {
            KeyKind::Signing(_) => app.vault().signer(&name, |_| true)?.map(IssuingKey::Signing),
            KeyKind::Bbs => app.vault().bbs_signer(&name)?.map(IssuingKey::Bbs),
        };
        keys.push((binding.name, key.ok_or_else(|| Problem::internal("a kept key is not there"))?));
    }
    Ok(keys)
}

/// The writes that keep a new key under an instance's name, as its own `did:key`.
fn new_key(app: &App, name: &Did, kind: KeyKind) -> Result<Writes, Problem> {
    let mut rng = rand::rng();
    let held = |method: DidUrl, public: String| {
        let key = HeldKey { method: Some(method), public, role: Role::Method };
        Held { did: name.clone(), tenant: "conformance".to_owned(), keys: vec![key] }
    };
    match kind {
        KeyKind::Signing(algorithm) => {
            let key = SigningKey::generate(algorithm, &mut rng);
            let public = key.verifying_key();
            app.vault().keep(
                &held(verification_method(&public), public.to_multikey()),
                &[&key],
                Writes::new(),
            )
        }
        KeyKind::Bbs => {
            // The suite's own driver of `did:key` refuses one key in 250 for its first characters.
            let key = loop {
                let key =
                    hufu_bbs::SecretKey::random::<hufu_bbs::Sha256>(&mut rng).map_err(Problem::internal)?;
                if bbs_multikey(key.public_key()).starts_with("zUC7") {
                    break key;
                }
            };
            let public = key.public_key();
            let held = held(bbs_verification_method(public), bbs_multikey(public));
            app.vault().keep_bbs(&key, app.vault().keep(&held, &[], Writes::new())?)
        }
    }
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
    let listed =
        app.conformance_keys().map(|(name, key)| (name.to_owned(), json!(key.method().did().as_str())));
    Ok(Json(Value::Object(listed.collect::<Map<_, _>>())))
}
