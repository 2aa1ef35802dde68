//! Query parameters that nobody documented are refused by name: a misspelt option must not be passed over.
//!
//! What an endpoint takes is read from the OpenAPI document, so that the two cannot differ. Paths outside of it (the
//! console, the documentation) are left alone, and so is DID Resolution, whose options are open and refused in its
//! own words.

use std::{
    collections::{BTreeSet, HashMap},
    sync::LazyLock,
};

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde_json::Value;

use crate::{
    error::Problem,
    identifiers::{self, percent_decode},
    openapi,
    vc::INSTANCES,
};

/// The names of the query parameters, by method and path template.
static KNOWN: LazyLock<HashMap<(String, String), BTreeSet<String>>> = LazyLock::new(|| {
    let document = serde_json::to_value(openapi::document()).unwrap_or_default();
    let mut known = HashMap::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
            let of_query = parameters.iter().filter(|parameter| parameter["in"] == "query");
            let names = of_query.filter_map(|parameter| parameter["name"].as_str().map(str::to_owned));
            known.insert((method.to_uppercase(), path.clone()), names.collect());
        }
    }
    known
});

/// The middleware.
pub(crate) async fn only_known(request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    if query.is_empty() {
        return next.run(request).await;
    }
    let path =
        request.extensions().get::<MatchedPath>().map(|path| template(path.as_str())).unwrap_or_default();
    let unknown = match KNOWN.get(&(request.method().as_str().to_owned(), path.clone())) {
        Some(known) if !path.starts_with(identifiers::PREFIX) => {
            let names = query.split('&').filter(|pair| !pair.is_empty());
            let mut names = names.map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
            names.find(|name| !known.contains(*name)).map(|name| (name.to_owned(), known))
        }
        _ => None,
    };
    match unknown {
        None => next.run(request).await,
        Some((name, known)) => {
            let name = percent_decode(&name).unwrap_or(name);
            let name: String = name.chars().take(MAX_QUOTED).collect();
            let takes = match known.is_empty() {
                true => "none".to_owned(),
                false => known.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
            };
            Problem::parameter(format!("there is no parameter {name:?} here; this path takes {takes}"))
                .with("parameter", Value::String(name))
                .into_response()
        }
    }
}

/// Longest piece of an unknown name that is quoted back, in characters.
const MAX_QUOTED: usize = 64;

/// A matched path as the document writes it: without the suite it is mounted under.
fn template(matched: &str) -> String {
    let rest = matched.strip_prefix('/').and_then(|path| path.split_once('/'));
    let path = match rest {
        Some((first, rest)) if INSTANCES.iter().any(|binding| binding.name == first) => format!("/{rest}"),
        _ => matched.to_owned(),
    };
    path.replace("{*", "{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_those_of_the_document() {
        assert_eq!(template("/v1/state/{*key}"), "/v1/state/{key}");
        assert_eq!(template("/eddsa-jcs-2022/credentials/{id}"), "/credentials/{id}");
        assert_eq!(template("/v1/blocks"), "/v1/blocks");
        let of = |method: &str, path: &str| KNOWN.get(&(method.into(), path.into())).cloned().expect(path);
        assert!(of("GET", "/v1/blocks").contains("limit"));
        assert!(of("GET", "/v1/overview").is_empty());
        assert!(of("POST", "/credentials/issue").is_empty());
    }
}
