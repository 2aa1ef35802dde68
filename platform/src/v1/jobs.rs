//! Bulk jobs over HTTP: made, given rows, watched, their results read, ended.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use hufu_policy::ApiAction;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    app::App,
    audit::Outcome,
    authorise::{Endpoint, authorise},
    body::{Body, Listing, Page, Path, Query, cursor},
    caller::Caller,
    error::Problem,
    jobs,
    store::Writes,
    vc::IssueOptions,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobRequest {
    /// The unsigned credential that all rows share.
    template: Map<String, Value>,
    #[serde(default)]
    options: IssueOptions,
    /// Members that stand in for the template's of the same name, a credential for each row.
    #[serde(default)]
    rows: Vec<Map<String, Value>>,
    /// Whether more rows will come.
    #[serde(default)]
    more: bool,
}

/// `POST /v1/jobs`: begins to issue many credentials.
#[utoipa::path(
    post,
    path = "/v1/jobs",
    tag = "Operation",
    request_body(content_type = "application/json", description = "A template, options as of /credentials/issue, rows, and whether more will come", example = json!({"template": {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"], "issuer": "did:hufu:dev:z…"}, "options": {"status": {"purposes": ["revocation"]}}, "rows": [{"credentialSubject": {"id": "did:example:alice"}}, {"credentialSubject": {"id": "did:example:bob"}}]})),
    responses((status = 201, description = "The job; Location names it"), (status = 422, description = "There are too many jobs")),
    security(("api_key" = [])),
)]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<JobRequest>,
) -> Result<Response, Problem> {
    let permit = authorise(&app, &caller, ApiAction::JobsManage, &Endpoint::of("new"))?;
    let JobRequest { template, options, rows, more } = request;
    let record = |id: &str| Writes::new().record(permit.clone().about(id).record(Outcome::Done));
    let job = jobs::create(&app, &caller, template, options, rows, more, record).await?;
    let mut response = (StatusCode::CREATED, Json(job.to_public())).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("/v1/jobs/{}", job.id)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// `GET /v1/jobs`: the caller's jobs.
#[utoipa::path(
    get,
    path = "/v1/jobs",
    tag = "Operation",
    params(Page),
    responses((status = 200, description = "{items, next}")),
    security(("api_key" = [])),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Listing<Value>>, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::JobsManage, &Endpoint::of("jobs"))?;
    let limit = page.limit()?;
    let found = jobs::list(&app, &caller, page.after()?.as_deref(), limit)?;
    let next = (found.len() == limit).then(|| found.last().map(|(position, _)| cursor(position))).flatten();
    Ok(Json(Listing { items: found.iter().map(|(_, job)| job.to_public()).collect(), next }))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Id {
    id: String,
}

/// `GET /v1/jobs/{id}`: how far a job has come.
#[utoipa::path(
    get,
    path = "/v1/jobs/{id}",
    tag = "Operation",
    params(("id" = String, Path, description = "The job's id")),
    responses((status = 200, description = "{id, state, rows, done, refused, …}"), (status = 404, description = "No such job")),
    security(("api_key" = [])),
)]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(Id { id }): Path<Id>,
) -> Result<Json<Value>, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::JobsManage, &Endpoint::of(&id))?;
    Ok(Json(jobs::find(&app, &caller, &id)?.to_public()))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowsRequest {
    rows: Vec<Map<String, Value>>,
    /// Whether more rows will come.
    #[serde(default)]
    more: bool,
}

/// `POST /v1/jobs/{id}/rows`: adds rows to an open job.
#[utoipa::path(
    post,
    path = "/v1/jobs/{id}/rows",
    tag = "Operation",
    params(("id" = String, Path, description = "The job's id")),
    request_body(content_type = "application/json", description = "Rows, and whether more will come", example = json!({"rows": [{"credentialSubject": {"id": "did:example:carol"}}], "more": false})),
    responses((status = 200, description = "The job"), (status = 404, description = "No such job"), (status = 409, description = "It takes no more rows")),
    security(("api_key" = [])),
)]
pub(crate) async fn rows(
    State(app): State<App>,
    caller: Caller,
    Path(Id { id }): Path<Id>,
    Body(request): Body<RowsRequest>,
) -> Result<Json<Value>, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::JobsManage, &Endpoint::of(&id))?;
    let job = jobs::append(&app, &caller, &id, request.rows, request.more).await?;
    Ok(Json(job.to_public()))
}

/// `GET /v1/jobs/{id}/results`: what became of each row, in order.
#[utoipa::path(
    get,
    path = "/v1/jobs/{id}/results",
    tag = "Operation",
    params(("id" = String, Path, description = "The job's id"), Page),
    responses((status = 200, description = "{items: [{row, credentialId, verifiableCredential} or {row, problem}], next}"), (status = 404, description = "No such job")),
    security(("api_key" = [])),
)]
pub(crate) async fn results(
    State(app): State<App>,
    caller: Caller,
    Path(Id { id }): Path<Id>,
    Query(page): Query<Page>,
) -> Result<Json<Listing<Value>>, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::JobsManage, &Endpoint::of(&id))?;
    let limit = page.limit()?;
    let job = jobs::find(&app, &caller, &id)?;
    let after = match page.after()? {
        None => None,
        Some(position) => Some(
            position
                .try_into()
                .map(u64::from_be_bytes)
                .map_err(|_| Problem::parameter("cursor is of another list"))?,
        ),
    };
    let found = jobs::results(&app, &job, after, limit)?;
    let next = match found.last() {
        Some((row, _)) if found.len() == limit => Some(cursor(&row.to_be_bytes())),
        _ => None,
    };
    Ok(Json(Listing { items: found.into_iter().map(|(_, item)| item).collect(), next }))
}

/// `DELETE /v1/jobs/{id}`: ends a job and forgets it and its results; the credentials stay.
#[utoipa::path(
    delete,
    path = "/v1/jobs/{id}",
    tag = "Operation",
    params(("id" = String, Path, description = "The job's id")),
    responses((status = 204, description = "Forgotten"), (status = 404, description = "No such job")),
    security(("api_key" = [])),
)]
pub(crate) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(Id { id }): Path<Id>,
) -> Result<StatusCode, Problem> {
    let permit = authorise(&app, &caller, ApiAction::JobsManage, &Endpoint::of(&id))?;
    let job = jobs::find(&app, &caller, &id)?;
    jobs::delete(&app, &job, Writes::new().record(permit.record(Outcome::Done))).await?;
    Ok(StatusCode::NO_CONTENT)
}
