//! `POST /challenges`: a value that a presentation must sign, good once.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use hufu_policy::ApiAction;
use serde_json::json;

use crate::{
    app::App,
    authorise::{Endpoint, authorise},
    body::Nothing,
    caller::Caller,
    error::Problem,
    time,
};

/// `POST /challenges`: gives out a challenge.
#[utoipa::path(
    post,
    path = "/challenges",
    tag = "VC-API",
    request_body(content_type = "application/json", description = "Nothing, or {}", example = json!({})),
    responses((status = 201, description = "{challenge, expires}")),
    security(("api_key" = [])),
)]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    _body: Nothing,
) -> Result<Response, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::PresentationsVerify, &Endpoint::of("challenges"))?;
    let (challenge, expires_ms) = app.challenges().issue(caller.tenant()).await?;
    let body = json!({ "challenge": challenge, "expires": time::rfc3339(expires_ms) });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}
