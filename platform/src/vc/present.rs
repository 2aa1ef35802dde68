//! `POST /presentations`: a presentation signed in the name of a holder whose keys are held here.

use axum::{
    Extension, Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use hufu_credentials::{
    Presentation, ProofOptions, Signed,
    envelope::{EnvelopeOptions, VP_JWT, envelope_presentation},
    present,
};
use hufu_did::Relationship;
use hufu_policy::ApiAction;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    instance::{Instance, Issuing, IssuingKey, Securing, Wanted},
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
    /// `application/vp`, a proof inside of the presentation, or `application/vp+jwt`, the presentation inside of a JWS.
    media_type: Option<String>,
    cryptosuite: Option<String>,
    challenge: Option<String>,
    domain: Option<OneOrMany>,
}

/// `POST /presentations`: signs a presentation.
#[utoipa::path(
    post,
    path = "/presentations",
    tag = "VC-API",
    request_body(content_type = "application/json", description = "The presentation with its holder, and options: challenge, domain, mediaType (application/vp or application/vp+jwt), cryptosuite"),
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
    let PresentOptions { media_type, cryptosuite, challenge, domain } = request.options;
    let wanted = Wanted::new(media_type.as_deref(), cryptosuite.as_deref(), "application/vp", VP_JWT)?;
    let Issuing { key, securing } = instance.issuing(&app, &caller, &holder, wanted)?;
    let IssuingKey::Signing(signer) = key else {
        return Err(Problem::invalid(format!(
            "{securing} is for credentials; a presentation needs another suite"
        )));
    };
    let domain = domain.map(OneOrMany::into_vec).unwrap_or_default();
    let contexts = app.contexts_arc();
    let signed = blocking(move || {
        let (method, created) = (signer.method.as_str(), Timestamp::now());
        match securing {
            Securing::Embedded(suite) => {
                let options = ProofOptions {
                    purpose: Relationship::Authentication,
                    challenge,
                    domain,
                    ..ProofOptions::new(suite, method).created_at(created)
                };
                present(presentation, &signer.key, &options, &contexts)
                    .map(Signed::<Presentation>::into_value)
            }
            Securing::Enveloped => {
                let options = EnvelopeOptions { created: Some(created), ..EnvelopeOptions::new(method) };
                let nonce = challenge.as_deref();
                envelope_presentation(&presentation, &signer.key, &options, nonce, &domain, &contexts)
            }
        }
        .map_err(refused)
    })
    .await??;
    app.store().commit(Writes::new().record(permit.record(Outcome::Done))).await?;
    Ok((StatusCode::CREATED, Json(json!({ "verifiablePresentation": signed }))).into_response())
}
