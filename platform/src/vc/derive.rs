//! `POST /credentials/derive`: a holder's part of a credential that was issued for selective disclosure.
//!
//! 1. The credential has a base proof; under a suite's path it is of that suite.
//! 2. What `options.selectivePointers` select is shown beside what the issuer made mandatory.
//! 3. Nothing is stored, and no key is needed: whoever has the base proof can derive.

use axum::{
    Extension, Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_credentials::{
    Credential, Signed, Suite,
    sd::{Disclosure, derive as derive_part},
};
use hufu_policy::ApiAction;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{instance::Instance, issue::refused};
use crate::{
    app::{App, blocking},
    authorise::{Endpoint, authorise},
    body::Body,
    caller::Caller,
    error::Problem,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct DeriveRequest {
    verifiable_credential: Value,
    #[serde(default)]
    options: DeriveOptions,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct DeriveOptions {
    /// JSON pointers to what is shown.
    selective_pointers: Vec<String>,
    /// For `bbs-2023`: what the proof is bound to, in base64url without padding.
    presentation_header: Option<String>,
    /// The id of the base proof, where there are several.
    proof_id: Option<String>,
}

/// `POST /credentials/derive`: shows a part of a credential.
#[utoipa::path(
    post,
    path = "/credentials/derive",
    tag = "VC-API",
    request_body(content_type = "application/json", description = "verifiableCredential with a base proof (ecdsa-sd-2023, bbs-2023), and options: selectivePointers, presentationHeader (bbs-2023, base64url), proofId", example = json!({"verifiableCredential": {"@context": ["https://www.w3.org/ns/credentials/v2"]}, "options": {"selectivePointers": ["/credentialSubject/birthCountry"]}})),
    responses((status = 201, description = "{verifiableCredential}, derived"), (status = 400, description = "There is no base proof, or a pointer does not fit")),
    security(("api_key" = [])),
)]
pub(crate) async fn derive(
    State(app): State<App>,
    caller: Caller,
    Extension(instance): Extension<Instance>,
    Body(request): Body<DeriveRequest>,
) -> Result<Response, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::CredentialsDerive, &Endpoint::of("derive"))?;
    let DeriveRequest { verifiable_credential, options } = request;
    let credential = Credential::parse(verifiable_credential).map_err(refused)?;
    // Step 1
    if let Some(suite) = instance.suite().filter(|suite| suite.is_selective()) {
        check_suite(&credential, suite)?;
    }
    // Step 2
    let disclosure = Disclosure {
        presentation_header: options.presentation_header.as_deref().map_or(Ok(Vec::new()), header)?,
        proof_id: options.proof_id,
        ..Disclosure::of(options.selective_pointers.iter().map(String::as_str)).map_err(refused)?
    };
    let contexts = app.contexts_arc();
    let derived =
        blocking(move || derive_part(&credential, &disclosure, &contexts, &mut rand::rng()).map_err(refused))
            .await??;
    let derived = Signed::<Credential>::into_value(derived);
    Ok((StatusCode::CREATED, Json(json!({ "verifiableCredential": derived }))).into_response())
}

fn header(text: &str) -> Result<Vec<u8>, Problem> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| Problem::invalid("options.presentationHeader is not base64url without padding"))
}

/// An instance derives from proofs of its own suite.
fn check_suite(credential: &Credential, suite: Suite) -> Result<(), Problem> {
    let proofs = match credential.object().get("proof") {
        Some(Value::Array(proofs)) => proofs.as_slice(),
        Some(proof) => std::slice::from_ref(proof),
        None => &[],
    };
    let of_suite = |proof: &Value| proof.get("cryptosuite").and_then(Value::as_str) == Some(suite.name());
    if proofs.iter().any(of_suite) {
        return Ok(());
    }
    Err(Problem::invalid(format!(
        "the credential has no {suite} proof; this instance derives from those only"
    )))
}
