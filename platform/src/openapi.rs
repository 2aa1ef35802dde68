//! The documentation of the HTTP interface: OpenAPI 3.1 at `/openapi.json`, Swagger UI at `/docs`.

use axum::{Json, Router, extract::State, routing::get};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Content, Object, ObjectBuilder, OpenApi as Document, RefOr, Response, ResponseBuilder, Type,
        security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_swagger_ui::SwaggerUi;

use crate::{app::App, error::PROBLEM_JSON, health, identifiers, registrar, v1, vc};

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
    modifiers(&Schemes),
    tags(
        (name = "VC-API", description = "Credentials and presentations (W3C VC-API)"),
        (name = "DID Resolution", description = "W3C DID Resolution, HTTP binding"),
        (name = "DID registration", description = "Universal Registrar"),
        (name = "Ledger", description = "Blocks, transactions, certified answers"),
        (name = "Governance", description = "Lists, proposals, votes, accreditations, policies"),
        (name = "Groups", description = "Groups whose members report unnamed, openings, presentations of membership"),
        (name = "Operation", description = "API keys, audit log, events, health"),
    ),
)]
struct Documentation;

/// How an unnamed caller asks; OpenAPI has no word for schemes that are not registered, so it is told as the header that it is.
const UNNAMED: &str = "As one of a ring or a member of a group, without an API key: `Hufu-Unnamed <base64url>` of {of, timeMs, nonce, signature}, signed for network, ring or group, URL, time and nonce, for GET only, and good once.";

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("api_key", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        let unnamed = ApiKeyValue::with_description("Authorization", UNNAMED);
        components.add_security_scheme("unnamed", SecurityScheme::ApiKey(ApiKey::Header(unnamed)));
    }
}

/// The whole document.
pub(crate) fn document() -> Document {
    let mut document = Documentation::openapi();
    document.merge(vc::Documentation::openapi());
    document.merge(v1::Documentation::openapi());
    complete_operations(&mut document);
    document
}

/// What is the same for every operation: an id of its own (OpenAPI 3.1 §4.8.10; the names of the handlers are not
/// unique), and that whatever else is answered is a problem.
fn complete_operations(document: &mut Document) {
    for (path, item) in &mut document.paths.paths {
        let words: Vec<&str> =
            path.split(['/', '{', '}', '-', '.']).filter(|word| !word.is_empty()).collect();
        let operations =
            [("get", &mut item.get), ("post", &mut item.post), ("delete", &mut item.delete)].into_iter();
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(format!("{method}_{}", words.join("_")));
                let others = operation.responses.responses.entry("default".to_owned());
                others.or_insert_with(|| RefOr::T(refusal()));
            }
        }
    }
}

/// Any refusal, RFC 9457; the members are those of `error`.
fn refusal() -> Response {
    let text = || Object::with_type(Type::String);
    let schema = ObjectBuilder::new()
        .property("type", text())
        .property("title", text())
        .property("status", Object::with_type(Type::Integer))
        .property("detail", text())
        .property("instance", text());
    let schema =
        ["type", "title", "status", "detail", "instance"].into_iter().fold(schema, ObjectBuilder::required);
    ResponseBuilder::new()
        .description("A problem whose words name the cause")
        .content(PROBLEM_JSON, Content::new(Some(schema)))
        .build()
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
        let mut ids = std::collections::BTreeSet::new();
        for (path, methods) in json["paths"].as_object().expect("paths") {
            for (method, operation) in methods.as_object().expect("methods") {
                let id = operation["operationId"].as_str().unwrap_or_default();
                assert!(!id.is_empty() && ids.insert(id), "{method} {path}: {id:?}");
            }
        }
        let unnamed = &json["components"]["securitySchemes"]["unnamed"];
        assert!(
            unnamed["description"].as_str().is_some_and(|text| text.contains(hufu_wire::UNNAMED_SCHEME)),
            "{unnamed}"
        );
        let declared: Vec<_> =
            json["tags"].as_array().expect("tags").iter().map(|tag| &tag["name"]).collect();
        for (path, methods) in json["paths"].as_object().expect("paths") {
            for (method, operation) in methods.as_object().expect("methods") {
                for tag in operation["tags"].as_array().expect("tags") {
                    assert!(declared.contains(&tag), "{method} {path}: {tag}");
                }
            }
        }
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
