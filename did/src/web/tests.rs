use super::*;

#[test]
fn maps_identifiers_to_urls() {
    for (id, expected) in [
        ("w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
        ("w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"),
        ("example.com%3A3000", "https://example.com:3000/.well-known/did.json"),
        ("example.com%3a3000:user:alice", "https://example.com:3000/user/alice/did.json"),
        ("localhost%3A8443", "https://localhost:8443/.well-known/did.json"),
        ("example.com:a.b:c_d:e%20f", "https://example.com/a.b/c_d/e%20f/did.json"),
        ("xn--bcher-kva.example", "https://xn--bcher-kva.example/.well-known/did.json"),
    ] {
        assert_eq!(url(&Did::from_parts("web", id).unwrap()).unwrap(), expected);
    }
}

#[test]
fn refuses_identifiers_that_hide_something() {
    let long = format!("{}.example", "a".repeat(64));
    for id in [
        "127.0.0.1",
        "127.0.0.1%3A80",
        "2130706433",
        "0x7f000001",
        "127.1",
        "a.0x1",
        "%5B%3A%3A1%5D",
        "user%40example.com",
        "example.com%2Fevil",
        "example.com%3A",
        "example.com%3A0",
        "example.com%3A99999",
        "example.com%3A080",
        "example.com%3A80%3A80",
        "example.com%3A80%2F",
        "example..com",
        "example.com.",
        ".example.com",
        "-example.com",
        "example-.com",
        "exa_mple.com",
        "example.com:..:x",
        "example.com:.",
        "example.com:%2e%2e:x",
        "example.com:a%2Fb",
        "example.com:a%5Cb",
        "example.com:a%3Fb",
        "example.com:a%23b",
        "example.com:a%252e",
        "example.com:a%00",
        "example.com:%ff",
        "example.com::x",
        ":x",
        &long,
    ] {
        let did = Did::from_parts("web", id).unwrap();
        assert!(url(&did).is_err(), "accepted {did} as {:?}", url(&did));
    }
    assert!(url(&"did:key:z6Mk".parse().unwrap()).is_err());
}

/// Answers every request in the same way.
struct Page(Result<Option<Vec<u8>>, String>);

impl Fetch for Page {
    fn fetch(&self, url: &str, max_bytes: usize) -> Result<Option<Vec<u8>>, String> {
        match (url, max_bytes) {
            ("https://example.com/.well-known/did.json", MAX_DOCUMENT_BYTES) => self.0.clone(),
            other => Err(format!("unexpected: {other:?}")),
        }
    }
}

fn resolve(
    page: Result<Option<Vec<u8>>, String>,
    options: &ResolutionOptions,
) -> Result<Resolution, ResolutionError> {
    WebMethod(Page(page)).resolve(&"did:web:example.com".parse().unwrap(), options)
}

#[test]
fn fetches_and_checks_the_document() {
    let page = br##"{"id":"did:web:example.com","verificationMethod":[{"id":"#k","type":"Multikey",
        "controller":"did:web:example.com","publicKeyMultibase":"z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"}]}"##;
    let found = resolve(Ok(Some(page.to_vec())), &ResolutionOptions::default()).unwrap();
    let document = found.document.unwrap();
    assert_eq!(document.verification_method().first().unwrap().id().as_str(), "did:web:example.com#k");
    assert_eq!(found.resolution_metadata.content_type.as_deref(), Some("application/did"));
}

#[test]
fn names_what_is_wrong_with_a_page() {
    let options = ResolutionOptions::default();
    let kind = |page: Result<Option<&str>, &str>| {
        let page = page.map(|text| text.map(|t| t.as_bytes().to_vec())).map_err(str::to_owned);
        resolve(page, &options).unwrap_err().kind()
    };
    assert_eq!(kind(Ok(None)), ErrorKind::NotFound);
    assert_eq!(kind(Err("connection refused")), ErrorKind::InternalError);
    assert_eq!(kind(Ok(Some("{}"))), ErrorKind::InvalidDidDocument);
    assert_eq!(kind(Ok(Some("<html>"))), ErrorKind::InvalidDidDocument);
    assert_eq!(kind(Ok(Some(r#"{"id":"did:web:other.example"}"#))), ErrorKind::InvalidDidDocument);
    assert_eq!(
        kind(Ok(Some(r#"{"id":"did:web:example.com","id":"did:web:example.com"}"#))),
        ErrorKind::InvalidDidDocument
    );
    let versioned = ResolutionOptions { version_id: Some("1".into()), ..ResolutionOptions::default() };
    assert_eq!(resolve(Ok(None), &versioned).unwrap_err().kind(), ErrorKind::FeatureNotSupported);
}
