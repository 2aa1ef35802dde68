//! `POST /credentials/issue`: from a credential to a signed one.
//!
//! 1. The credential must follow the data model, and name as its issuer a DID that this instance signs
//!    for. Without an `@context`, the base context is put in front.
//! 2. Permission is asked with the issuer and the credential's types.
//! 3. Status entries are added where they are wanted: an index of a list, in an order that tells nothing.
//! 4. Related resources whose digests are known here must have the stated ones.
//! 5. The credential is signed, with a proof inside of it or as `vc+jwt` in an envelope, and stored under its id for the tenant, before it is answered.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use hufu_credentials::{
    Credential, ProofOptions, Signed, Suite,
    envelope::{EnvelopeOptions, VC_JWT, envelope},
    issue as sign, resource,
    sd::{self, IssuerKey, Pointer},
};
use hufu_jsonld::Contexts;
use hufu_policy::ApiAction;
use jiff::Timestamp;
use rand::Rng as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    instance::{Instance, Issuing, IssuingKey, Securing, Wanted},
    lists,
    stored::{self, Stored},
    verify::Bundled,
};
use crate::{
    app::{App, blocking},
    audit::Outcome,
    authorise::{Endpoint, authorise},
    body::Body,
    caller::Caller,
    error::Problem,
    live::Live,
    store::Writes,
    time,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct IssueRequest {
    credential: Value,
    #[serde(default)]
    options: IssueOptions,
}

/// How a credential is to be issued.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct IssueOptions {
    /// An id for the credential when it has none; it is put into the credential.
    credential_id: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    /// `application/vc`, a proof inside of the credential, or `application/vc+jwt`, the credential inside of a JWS.
    media_type: Option<String>,
    cryptosuite: Option<String>,
    created: Option<String>,
    expires: Option<String>,
    challenge: Option<String>,
    domain: Option<OneOrMany>,
    /// For suites of selective disclosure: what every derived credential shows. Without it: issuer, validity period,
    /// status and the like; status entries that are added here are shown in any case.
    mandatory_pointers: Option<Vec<String>>,
    /// Which status entries to add.
    status: Option<StatusWish>,
}

/// One text, or some.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(super) fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

/// Which status entries a new credential gets.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct StatusWish {
    /// A list of the tenant's; without it the issuer's own list for the purpose is used, or made.
    #[serde(default)]
    pub(super) list: Option<String>,
    /// What the status is to tell: one entry for each.
    #[serde(default)]
    pub(super) purposes: Option<Vec<String>>,
}

/// `POST /credentials/issue`: signs a credential.
#[utoipa::path(
    post,
    path = "/credentials/issue",
    tag = "VC-API",
    request_body(content_type = "application/json", description = "The credential, and options: credentialId, mediaType (application/vc or application/vc+jwt), cryptosuite, mandatoryPointers (ecdsa-sd-2023, bbs-2023), created (by default now; for bbs-2023 none, since it would link what is derived), expires, challenge, domain, status.purposes", example = json!({"credential": {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"], "issuer": "did:hufu:dev:z…", "credentialSubject": {"id": "did:example:alice"}}, "options": {"status": {"purposes": ["revocation"]}}})),
    responses((status = 201, description = "{verifiableCredential}, or with Accept: application/vc the credential itself; Location names it"), (status = 400, description = "The credential breaks a rule that the words name"), (status = 403, description = "The key may not issue it")),
    security(("api_key" = [])),
)]
pub(crate) async fn issue(
    State(app): State<App>,
    caller: Caller,
    Extension(instance): Extension<Instance>,
    headers: HeaderMap,
    Body(request): Body<IssueRequest>,
) -> Result<Response, Problem> {
    let bare = wants_bare(&headers, app.config().conformance());
    let IssueRequest { credential, options } = request;
    let made = make(&app, &caller, instance, credential, &options).await?;
    app.store().commit(made.writes).await?;
    app.live().publish(Live::credential(caller.tenant(), made.summary));

    let mut response = match bare {
        true => (StatusCode::CREATED, Json(made.credential)).into_response(),
        false => {
            (StatusCode::CREATED, Json(json!({ "verifiableCredential": made.credential }))).into_response()
        }
    };
    if let Ok(location) = HeaderValue::from_str(&format!("/credentials/{}", stored::escape(&made.id))) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// A signed credential that is not stored yet.
pub(crate) struct Made {
    /// Its id; one of ours where it has none.
    pub(crate) id: String,
    /// The signed credential.
    pub(crate) credential: Value,
    /// What lists and the console show of it.
    pub(crate) summary: Value,
    /// What keeps it, with its audit record: to be committed before anybody gets it.
    pub(crate) writes: Writes,
}

/// Steps 1 to 5, up to the storing.
pub(crate) async fn make(
    app: &App,
    caller: &Caller,
    instance: Instance,
    credential: Value,
    options: &IssueOptions,
) -> Result<Made, Problem> {
    options.check(instance)?;
    // Step 1
    let credential = with_id(credential, options.credential_id.as_deref())?;
    let mut credential = Credential::parse_with_context(credential).map_err(refused)?;
    let issuing = instance.issuing(app, caller, credential.issuer(), options.wanted()?)?;
    // Step 2
    let endpoint =
        Endpoint::of(credential.id().unwrap_or("new")).about(credential.issuer(), credential.types());
    let permit = authorise(app, caller, ApiAction::CredentialsIssue, &endpoint)?;
    if let Some(id) = credential.id() {
        stored::free(app, caller, id)?;
    }
    let mut how = options.securing(&issuing, &credential)?;
    // Step 3
    let wish = options.status.clone().or_else(|| instance.with_status().then(lists::default_wish));
    if let Some(wish) = wish {
        let owner = issuing.list_signer(app)?;
        let entries = lists::allocate(app, caller, instance, &owner, &wish).await?;
        credential = with_status(credential, entries)?;
        how.show_status();
    }
    let id = credential.id().map_or_else(random_id, str::to_owned);
    // Steps 4 and 5
    let record = Stored::new(&id, &credential, issuing.securing, time::now_ms());
    let contexts = app.contexts_arc();
    let key = issuing.key.clone();
    let signed = blocking(move || {
        check_resources(&credential, &contexts)?;
        secured(credential, &key, &how, &contexts).map_err(refused)
    })
    .await??;
    let summary = record.summary();
    let writes = stored::writes(caller, &record, signed.clone());
    let writes = writes.record(permit.about(&id).record(Outcome::Done));
    Ok(Made { id, credential: signed, summary, writes })
}

/// Step 5, without the storing.
fn secured(
    credential: Credential,
    key: &IssuingKey,
    how: &How,
    contexts: &Contexts,
) -> Result<Value, hufu_credentials::Error> {
    match (how, key) {
        (How::Proof(options), IssuingKey::Signing(signer)) => {
            sign(credential, &signer.key, options, contexts).map(Signed::<Credential>::into_value)
        }
        (How::Envelope(options), IssuingKey::Signing(signer)) => {
            envelope(&credential, &signer.key, options, contexts)
        }
        (How::Base(options, mandatory), key) => {
            let key = match key {
                IssuingKey::Signing(signer) => IssuerKey::Ecdsa(&signer.key),
                IssuingKey::Bbs(signer) => IssuerKey::Bbs(&signer.key),
            };
            sd::issue(credential, key, options, mandatory, contexts, &mut rand::rng())
                .map(Signed::<Credential>::into_value)
        }
        (How::Proof(_) | How::Envelope(_), IssuingKey::Bbs(_)) => Err(hufu_credentials::Error::KeyMismatch {
            suite: "every other",
            algorithm: Suite::BBS_KEY.to_owned(),
        }),
    }
}

/// Whether the answer is the credential itself, without the VC-API's wrapper: for `Accept: application/vc`, and in
/// conformance mode also for a caller that accepts `application/json` alone, as the suite of the data model does.
fn wants_bare(headers: &HeaderMap, conformance: bool) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    match accept.trim() {
        "application/vc" => true,
        "application/json" => conformance,
        _ => false,
    }
}

impl IssueOptions {
    /// Whether every credential would get this one's id.
    pub(crate) fn names_a_credential(&self) -> bool {
        self.credential_id.is_some()
    }

    pub(crate) fn check(&self, instance: Instance) -> Result<(), Problem> {
        let named = self.cryptosuite.as_deref().and_then(|name| name.parse::<Suite>().ok());
        let suite = named.or_else(|| instance.suite());
        if self.mandatory_pointers.is_some() && !suite.is_some_and(Suite::is_selective) {
            return Err(Problem::invalid(
                "options.mandatoryPointers are for selective disclosure: options.cryptosuite is ecdsa-sd-2023 or bbs-2023 then",
            ));
        }
        match self.kind.as_deref() {
            None | Some("DataIntegrityProof") => Ok(()),
            Some(other) => Err(Problem::invalid(format!(
                "options.type is {other:?}; proofs made here are DataIntegrityProof"
            ))),
        }
    }

    fn wanted(&self) -> Result<Wanted, Problem> {
        Wanted::new(self.media_type.as_deref(), self.cryptosuite.as_deref(), "application/vc", VC_JWT)
    }

    fn securing(&self, issuing: &Issuing, credential: &Credential) -> Result<How, Problem> {
        let read = |name: &str, text: &str| {
            text.parse::<Timestamp>()
                .map_err(|_| Problem::invalid(format!("options.{name} is not an RFC 3339 time")))
        };
        let created = self.created.as_deref().map(|text| read("created", text)).transpose()?;
        let expires = self.expires.as_deref().map(|text| read("expires", text)).transpose()?;
        let method = issuing.key.method().as_str();
        let Securing::Embedded(suite) = issuing.securing else {
            let set = [
                ("type", self.kind.is_some()),
                ("challenge", self.challenge.is_some()),
                ("domain", self.domain.is_some()),
            ];
            if let Some((name, _)) = set.into_iter().find(|(_, is_set)| *is_set) {
                return Err(Problem::invalid(format!(
                    "options.{name} is for Data Integrity proofs; a credential as {VC_JWT} has none"
                )));
            }
            let created = Some(created.unwrap_or_else(Timestamp::now));
            return Ok(How::Envelope(EnvelopeOptions { created, expires, ..EnvelopeOptions::new(method) }));
        };
        let mut options = ProofOptions::new(suite, method);
        // every proof that is derived from a base proof shows its time: to the millisecond it would link them
        if created.is_some() || suite != Suite::Bbs2023 {
            options = options.created_at(created.unwrap_or_else(Timestamp::now));
        }
        options.expires = expires;
        options.challenge.clone_from(&self.challenge);
        options.domain = self.domain.clone().map(OneOrMany::into_vec).unwrap_or_default();
        if !suite.is_selective() {
            return Ok(How::Proof(options));
        }
        let mandatory = match &self.mandatory_pointers {
            Some(pointers) => {
                let pointers = pointers.iter().map(|text| text.parse::<Pointer>());
                pointers.collect::<Result<Vec<_>, _>>().map_err(refused)?
            }
            None => sd::defaults(credential),
        };
        Ok(How::Base(options, mandatory))
    }
}

/// How a credential is secured, with all that is chosen.
enum How {
    Proof(ProofOptions),
    /// A base proof, and what holders always show.
    Base(ProofOptions, Vec<Pointer>),
    Envelope(EnvelopeOptions),
}

impl How {
    /// A status that was added here is for verifiers: a holder who could leave it out could not be revoked.
    fn show_status(&mut self) {
        if let Self::Base(_, mandatory) = self {
            let status = "/credentialStatus".parse::<Pointer>().ok();
            let missing = status.filter(|status| !mandatory.contains(status));
            mandatory.extend(missing);
        }
    }
}

/// Puts `options.credentialId` into a credential without an id; two different ids are a mistake of the caller's.
fn with_id(mut credential: Value, id: Option<&str>) -> Result<Value, Problem> {
    if let (Some(object), Some(id)) = (credential.as_object_mut(), id) {
        let own = object.entry("id").or_insert_with(|| json!(id));
        if own != id {
            return Err(Problem::invalid(format!(
                "options.credentialId is {id:?}, but the credential has an id of its own"
            )));
        }
    }
    Ok(credential)
}

fn with_status(credential: Credential, entries: Vec<Value>) -> Result<Credential, Problem> {
    let mut value = credential.into_value();
    if let Some(object) = value.as_object_mut() {
        let mut all = match object.remove("credentialStatus") {
            None => Vec::new(),
            Some(Value::Array(items)) => items,
            Some(one) => vec![one],
        };
        all.extend(entries);
        let all = if all.len() == 1 { all.remove(0) } else { Value::Array(all) };
        object.insert("credentialStatus".to_owned(), all);
    }
    Credential::parse(value).map_err(refused)
}

/// Step 4: an issuer that signs a wrong digest makes a credential that nobody can accept.
fn check_resources(credential: &Credential, contexts: &Contexts) -> Result<(), Problem> {
    let outcome = resource::check(credential.object(), &Bundled(contexts));
    match outcome.mismatched.first() {
        None => Ok(()),
        Some(url) => Err(Problem::invalid(format!("relatedResource: {url} does not have the stated digest"))),
    }
}

fn random_id() -> String {
    let mut bytes = [0_u8; 16];
    rand::rng().fill_bytes(&mut bytes);
    // RFC 9562 §5.4: version 4, variant 10
    let number = u128::from_be_bytes(bytes) & !(0xf << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let hex = format!("{number:032x}");
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default();
    format!("urn:uuid:{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32))
}

/// A refusal of the credentials crate, with its problem type.
pub(super) fn refused(error: hufu_credentials::Error) -> Problem {
    let problem = error.problem();
    Problem::invalid(problem.detail.clone()).with("problemDetails", json!([problem]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_ids_are_uuids_of_version_4() {
        let id = random_id();
        assert_eq!(id.len(), "urn:uuid:".len() + 36);
        let uuid = id.strip_prefix("urn:uuid:").expect("prefix");
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
        assert_ne!(id, random_id());
    }
}
