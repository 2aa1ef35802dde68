//! The documentation of the HTTP interface: OpenAPI 3.1 at `/openapi.json`, Swagger UI at `/docs`.

use axum::{Json, Router, extract::State, routing::get};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_swagger_ui::SwaggerUi;

use crate::{app::App, health, identifiers, registrar, v1, vc};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hufu",
        description = "DIDs, credentials and their status on a permissioned ledger. Paths of the VC-API exist at the root and under /{suite}/…, which binds an issuer instance to one suite. Every refusal is application/problem+json; POST and DELETE take an Idempotency-Key.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        identifiers::resolve,
        registrar::create,
        registrar::update,
        registrar::deactivate,
        health::live,
        health::ready,
        health::metrics,
        health::problem,
    ),
    modifiers(&ApiKeys),
    tags(
        (name = "VC-API", description = "Credentials and presentations (W3C VC-API)"),
        (name = "DID Resolution", description = "W3C DID Resolution, HTTP binding"),
        (name = "DID registration", description = "Universal Registrar"),
        (name = "Ledger", description = "Blocks, transactions, certified answers"),
        (name = "Governance", description = "Lists, proposals, votes, accreditations, policies"),
        (name = "Operation", description = "API keys, audit log, events, health"),
    ),
)]
struct Documentation;

struct ApiKeys;

impl Modify for ApiKeys {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("api_key", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    }
}

/// The whole document.
pub(crate) fn document() -> Document {
    let mut document = Documentation::openapi();
    document.merge(vc::Documentation::openapi());
    document.merge(v1::Documentation::openapi());
    document
}

/// The paths of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(SwaggerUi::new("/docs").config(utoipa_swagger_ui::Config::from("/openapi.json")))
        .route("/openapi.json", get(json))
}

async fn json(State(_): State<App>) -> Json<Document> {
    Json(document())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_openapi_3_1_and_knows_the_paths() {
        let json = serde_json::to_value(document()).expect("serialises");
        assert!(
            json["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")),
            "{}",
            json["openapi"]
        );
        for path in [
            "/credentials/issue",
            "/1.0/identifiers/{did}",
            "/v1/status/{list}/{index}",
            "/status-lists/{id}",
            "/v1/audit/export",
        ] {
            assert!(json["paths"][path].is_object(), "{path}");
        }
    }
}
