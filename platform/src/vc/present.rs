//! `POST /presentations`: a presentation signed in the name of a holder whose keys are held here.

use axum::{
    Extension, Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use hufu_credentials::{Presentation, ProofOptions, present};
use hufu_did::Relationship;
use hufu_policy::ApiAction;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    instance::Instance,
    issue::{OneOrMany, refused},
};
use crate::{
    app::{App, blocking},
    audit::Outcome,
    authorise::{Endpoint, authorise},
    body::Body,
    caller::Caller,
    error::Problem,
    store::Writes,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct PresentRequest {
    presentation: Value,
    #[serde(default)]
    options: PresentOptions,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct PresentOptions {
    cryptosuite: Option<String>,
    challenge: Option<String>,
    domain: Option<OneOrMany>,
}

/// `POST /presentations`: signs a presentation.
#[utoipa::path(
    post,
    path = "/presentations",
    tag = "VC-API",
    request_body(content_type = "application/json", description = "The presentation with its holder, and options: challenge, domain, cryptosuite"),
    responses((status = 201, description = "{verifiablePresentation}"), (status = 400, description = "The presentation breaks a rule, or its holder's keys are not held here")),
    security(("api_key" = [])),
)]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    Extension(instance): Extension<Instance>,
    Body(request): Body<PresentRequest>,
) -> Result<Response, Problem> {
    let presentation = Presentation::parse(request.presentation).map_err(refused)?;
    let holder = presentation
        .holder()
        .ok_or_else(|| Problem::invalid("presentation.holder is missing: it says in whose name to sign"))?
        .to_owned();
    let permit = authorise(&app, &caller, ApiAction::PresentationsCreate, &Endpoint::of(&holder))?;
    let suite =
        request.options.cryptosuite.as_deref().map(|name| name.parse().map_err(refused)).transpose()?;
    let issuing = instance.issuing(&app, &caller, &holder, suite)?;
    let options = ProofOptions {
        purpose: Relationship::Authentication,
        challenge: request.options.challenge,
        domain: request.options.domain.map(OneOrMany::into_vec).unwrap_or_default(),
        ..ProofOptions::new(issuing.suite, issuing.signer.method.as_str()).created_at(Timestamp::now())
    };
    let contexts = app.contexts_arc();
    let key = issuing.signer.key;
    let signed =
        blocking(move || present(presentation, &key, &options, &contexts).map_err(refused)).await??;
    app.store().commit(Writes::new().record(permit.record(Outcome::Done))).await?;
    Ok((StatusCode::CREATED, Json(json!({ "verifiablePresentation": signed.into_value() }))).into_response())
}
