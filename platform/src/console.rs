//! The console: one page at `/`, embedded in the program, that shows what is running, live.
//!
//! The page needs nothing but this service: no file, no font, no script from elsewhere. Its content
//! security policy allows exactly its own style and script, by their hashes, and requests to its own
//! origin. It asks `GET /v1/overview` and `GET /v1/events` with the key that the reader gives.

use std::sync::LazyLock;

use axum::{
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

const PAGE: &str = include_str!("console/index.html");

static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; connect-src 'self'; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hash_of("<style>", "</style>"),
        hash_of("<script>", "</script>"),
    )
});

/// The CSP source expression for what stands between two tags of the page.
fn hash_of(open: &str, close: &str) -> String {
    let inner =
        PAGE.split_once(open).and_then(|(_, rest)| rest.split_once(close)).map_or("", |(inner, _)| inner);
    format!("sha256-{}", STANDARD.encode(Sha256::digest(inner)))
}

/// `GET /`
pub(crate) async fn page() -> Response {
    let headers: [(HeaderName, &str); 5] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY.as_str()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, PAGE).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_needs_nothing_from_elsewhere() {
        for foreign in ["https://", "//cdn", "@import", "url(", "innerHTML", " onclick=", "eval("] {
            assert!(!PAGE.contains(foreign), "the page has {foreign}");
        }
        // the only http: is the namespace of the icon
        assert_eq!(PAGE.matches("http://").count(), PAGE.matches("http://www.w3.org/2000/svg").count());
        assert_eq!(PAGE.matches("<script").count(), 1);
        assert_eq!(PAGE.matches("<style").count(), 1);
    }
}
