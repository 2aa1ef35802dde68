//! The bundled contexts are the published ones, and each of them compiles.

use hufu_jsonld::{Contexts, Error, Options, to_rdf};
use serde_json::json;
use sha2::Digest as _;

/// Digests that the specifications print (VC Data Model 2.0 B.1, 1.1 B.1, Data Integrity 1.0 §2.4.1), and those
/// of the other files in `contexts/`, frozen.
const DIGESTS: [(&str, &str); 13] = [
    (
        "https://www.w3.org/ns/credentials/v2",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    (
        "https://www.w3.org/2018/credentials/v1",
        "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
    ),
    (
        "https://w3id.org/security/data-integrity/v2",
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
    (
        "https://w3id.org/security/multikey/v1",
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    ),
    ("https://w3id.org/security/jwk/v1", "0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece"),
    (
        "https://www.w3.org/ns/credentials/examples/v2",
        "57393fbc69d6efb9b9b5dc9cb6b9880b0944360abfe2eaf459c9e58cf2279d7c",
    ),
    (
        "https://www.w3.org/ns/credentials/undefined-terms/v2",
        "82dab514ba44eb18f5d1b0f638c5e140c6a556fbfb5089601bdc0fa5eb8b2581",
    ),
    ("https://www.w3.org/ns/cid/v1", "ea216ecc1cb02cd39b693dba2250141e270ba0bf95890be107dd9a9e8e43de85"),
    ("https://www.w3.org/ns/did/v1", "4f3eae5568c9c5f036a082088f9e192019ee06faa78973c87ff91d5421b88dad"),
    (
        "https://w3id.org/security/data-integrity/v1",
        "b5d829bd09aa7c42abc6efa0c8ed7635313b5487f37ccfce3ecd149ca9418554",
    ),
    ("https://w3id.org/citizenship/v2", "4b50a8580f99ddb2df2ad94e93eee1725f6c185a34306e1c98f4d631b160a9fc"),
    ("https://w3id.org/citizenship/v3", "b8fa8872d5af1686f13c1d17a663a78334a93becba1407c41548f10b515ad7fa"),
    (
        "https://w3id.org/citizenship/v4rc1",
        "5038c7383afd7ab2158f1b997913a8f60978a0abcf96e0b0d08e29f146d2db1e",
    ),
];

#[test]
fn published_texts_are_unchanged() {
    let contexts = Contexts::bundled();
    for (url, expected) in DIGESTS {
        let text = contexts.published_text(url).unwrap();
        assert_eq!(hex::encode(sha2::Sha256::digest(text)), expected, "{url}");
    }
}

/// Within a tenth of the default budget, so that no honest combination of contexts is refused.
#[test]
fn every_bundled_context_compiles_with_room_to_spare() {
    let mut options = Options { safe: false, ..Options::default() };
    options.limits.context_work /= 10;
    let contexts = Contexts::bundled();
    let urls: Vec<String> = contexts.urls().into_iter().map(str::to_owned).collect();
    assert!(urls.len() >= 36);
    for url in urls {
        let alone = json!({ "@context": url, "@id": "urn:a", "@type": "urn:b" });
        assert_eq!(to_rdf(&contexts, &alone, &options).unwrap().len(), 1, "{url}");
        let after = json!({ "@context": ["https://www.w3.org/ns/credentials/v2", url], "@id": "urn:a" });
        match to_rdf(&contexts, &after, &options) {
            // Some contexts cannot follow the data model, and say so; none may run out of budget.
            Ok(_) | Err(Error::Context { .. }) => {}
            Err(other) => panic!("{url}: {other}"),
        }
    }
}

#[test]
fn an_unknown_context_is_named() {
    let document =
        json!({ "@context": ["https://www.w3.org/ns/credentials/v2", "https://example.org/mine"] });
    let error = to_rdf(&Contexts::bundled(), &document, &Options::default()).unwrap_err();
    assert_eq!(error, Error::UnknownContext("https://example.org/mine".into()));
    assert!(error.to_string().contains("https://example.org/mine"));
}

#[test]
fn a_context_added_later_replaces_what_was_compiled() {
    let document = json!({ "@context": "https://example.org/c", "@id": "urn:s", "name": "x" });
    let options = Options::default();
    let define = |iri: &str| json!({ "@context": { "name": iri } });
    let contexts = Contexts::empty().with("https://example.org/c", define("urn:one"));
    assert!(to_rdf(&contexts, &document, &options).unwrap().to_nquads().contains("<urn:one>"));
    let contexts = contexts.with("https://example.org/c", define("urn:two"));
    assert!(to_rdf(&contexts, &document, &options).unwrap().to_nquads().contains("<urn:two>"));
}

#[test]
fn text_that_is_not_json_is_refused() {
    let error = Contexts::empty().with_text("https://example.org/c", "{").unwrap_err();
    assert!(matches!(error, Error::ContextNotJson { .. }), "{error}");
}
