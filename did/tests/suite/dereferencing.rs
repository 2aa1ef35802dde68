//! Dereferencing of DID URLs: documents, methods, services, URLs, and errors.

use hufu_did::{
    Content, Dereferenced, DereferencingOptions, Did, DidUrl, Document, ErrorKind, MethodRouter, Resolution,
    ResolutionError, ResolutionOptions, Resolver, dereference,
};
use serde_json::{Value, json};

use super::world::{World, key};

/// Answers for one DID.
struct One(Document);

impl Resolver for One {
    fn resolve(&self, did: &Did, options: &ResolutionOptions) -> Result<Resolution, ResolutionError> {
        if did != self.0.id() {
            return Err(ResolutionError::new(ErrorKind::NotFound, "another DID"));
        }
        let content_type = hufu_did::negotiate(options.accept.as_deref())?.as_str();
        Ok(Resolution::of(self.0.clone(), content_type))
    }
}

fn one() -> One {
    let multikey = key(1).verifying_key().to_multikey();
    let method = |id: &str| json!({"id": id, "type": "Multikey", "controller": "did:a:1", "publicKeyMultibase": multikey});
    One(Document::from_value(json!({
        "@context": "https://www.w3.org/ns/did/v1",
        "id": "did:a:1",
        "verificationMethod": [method("#k1")],
        "assertionMethod": ["#k1"],
        "keyAgreement": [method("#k2")],
        "service": [
            {"id": "#files", "type": "Files", "serviceEndpoint": "https://files.example/x/y"},
            {"id": "#many", "type": ["Files", "Many"], "serviceEndpoint": ["https://m1.example/", {"a": 1}, "https://m2.example/?q"]},
            {"id": "#map", "type": "Map", "serviceEndpoint": {"uri": "https://map.example/"}},
            {"id": "#frag", "type": "Frag", "serviceEndpoint": "https://frag.example/#there"},
            {"id": "https://elsewhere.example/s", "type": "Else", "serviceEndpoint": "did:b:2"},
        ],
    }))
    .unwrap())
}

fn ask(url: &str, pairs: &[(&str, &str)]) -> Result<Dereferenced, ErrorKind> {
    let options = DereferencingOptions::from_pairs(pairs.iter().copied()).map_err(|error| error.kind())?;
    dereference(&one(), &url.parse::<DidUrl>().unwrap(), &options).map_err(|error| error.kind())
}

fn urls(url: &str) -> Vec<String> {
    match ask(url, &[]).unwrap() {
        Dereferenced { content: Content::Urls(urls), metadata, .. } => {
            assert_eq!(metadata.content_type.as_deref(), Some("text/uri-list"));
            urls
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_bare_did_is_its_document() {
    let found = ask("did:a:1", &[]).unwrap();
    assert_eq!(found.http_status(), 200);
    let value = found.to_value();
    assert_eq!(value["contentStream"]["id"], "did:a:1");
    assert_eq!(value["dereferencingMetadata"], json!({"contentType": "application/did"}));
    assert_eq!(value["contentMetadata"], json!({}));
    let found = ask("did:a:1", &[("accept", "application/did+ld+json")]).unwrap();
    assert_eq!(found.metadata.content_type.as_deref(), Some("application/did+ld+json"));
    assert_eq!(
        ask("did:a:1", &[("accept", "text/html")]).unwrap_err(),
        ErrorKind::RepresentationNotSupported
    );
    assert_eq!(ask("did:a:2", &[]).unwrap_err(), ErrorKind::NotFound);
}

#[test]
fn fragments_name_methods_and_services() {
    for (url, id) in
        [("did:a:1#k1", "did:a:1#k1"), ("did:a:1#k2", "did:a:1#k2"), ("did:a:1#files", "did:a:1#files")]
    {
        assert_eq!(ask(url, &[]).unwrap().content_value()["id"], id);
    }
    assert!(matches!(ask("did:a:1#k1", &[]).unwrap().content, Content::Method(_)));
    assert!(matches!(ask("did:a:1#files", &[]).unwrap().content, Content::Service(_)));
    for url in ["did:a:1#", "did:a:1#nope", "did:a:1#K1", "did:a:1#%6b1"] {
        assert_eq!(ask(url, &[]).unwrap_err(), ErrorKind::NotFound, "{url}");
    }
}

#[test]
fn a_relationship_can_be_demanded() {
    let demand = |url: &str, relationship: &str| ask(url, &[("verificationRelationship", relationship)]);
    assert!(matches!(demand("did:a:1#k1", "assertionMethod").unwrap().content, Content::Method(_)));
    assert!(matches!(demand("did:a:1#k2", "keyAgreement").unwrap().content, Content::Method(_)));
    for (url, relationship, expected) in [
        ("did:a:1#k1", "authentication", ErrorKind::InvalidRelationship),
        ("did:a:1#k2", "assertionMethod", ErrorKind::InvalidRelationship),
        ("did:a:1#files", "assertionMethod", ErrorKind::InvalidVerificationMethod),
        ("did:a:1#nope", "assertionMethod", ErrorKind::InvalidVerificationMethod),
        ("did:a:1", "assertionMethod", ErrorKind::InvalidVerificationMethod),
        ("did:a:1?service=files", "assertionMethod", ErrorKind::InvalidVerificationMethod),
        ("did:a:1#k1", "signing", ErrorKind::InvalidOptions),
    ] {
        assert_eq!(demand(url, relationship).unwrap_err(), expected, "{url} {relationship}");
    }
    let twice = ask("did:a:1#k1", &[("verificationRelationship", "authentication"); 2]);
    assert_eq!(twice.unwrap_err(), ErrorKind::InvalidOptions);
}

#[test]
fn services_lead_to_their_endpoints() {
    for (url, expected) in [
        ("did:a:1?service=files", &["https://files.example/x/y"][..]),
        ("did:a:1?service=%23files", &["https://files.example/x/y"]),
        ("did:a:1?service=did:a:1%23files", &["https://files.example/x/y"]),
        ("did:a:1?service=files&relativeRef=%2Fresume.pdf", &["https://files.example/resume.pdf"]),
        ("did:a:1?service=files&relativeRef=z%3Fv%3D2", &["https://files.example/x/z?v=2"]),
        ("did:a:1?service=files&relativeRef=..%2F..%2F..%2Fz", &["https://files.example/z"]),
        ("did:a:1?service=files&relativeRef=%2Fa#intro", &["https://files.example/a#intro"]),
        ("did:a:1?service=files#intro", &["https://files.example/x/y#intro"]),
        ("did:a:1?service=many", &["https://m1.example/", "https://m2.example/?q"]),
        (
            "did:a:1?serviceType=Files",
            &["https://files.example/x/y", "https://m1.example/", "https://m2.example/?q"],
        ),
        (
            "did:a:1?serviceType=Files&service=many&relativeRef=p",
            &["https://m1.example/p", "https://m2.example/p"],
        ),
        ("did:a:1?service=https://elsewhere.example/s", &["did:b:2"]),
    ] {
        assert_eq!(urls(url), expected, "{url}");
    }
    let found = ask("did:a:1?service=many", &[]).unwrap();
    assert_eq!(found.http_status(), 303);
    assert_eq!(found.content_value(), "https://m1.example/\r\nhttps://m2.example/?q");
}

#[test]
fn services_can_stay_in_the_document() {
    let found = ask("did:a:1?serviceType=Files", &[("accept", "application/did")]).unwrap();
    let ids: Vec<Value> =
        found.content_value()["service"].as_array().unwrap().iter().map(|s| s["id"].clone()).collect();
    assert_eq!(ids, ["did:a:1#files", "did:a:1#many"]);
    assert_eq!(found.http_status(), 200);
    for accept in ["text/uri-list", "*/*", "application/did-url-dereferencing"] {
        assert_eq!(
            ask("did:a:1?service=files", &[("accept", accept)]).unwrap().http_status(),
            303,
            "{accept}"
        );
    }
    let error = ask("did:a:1?service=files", &[("accept", "text/html")]).unwrap_err();
    assert_eq!(error, ErrorKind::RepresentationNotSupported);
}

#[test]
fn what_leads_nowhere_is_named() {
    for (url, expected) in [
        ("did:a:1/path", ErrorKind::NotFound),
        ("did:a:1/path#k1", ErrorKind::NotFound),
        ("did:a:1/", ErrorKind::NotFound),
        ("did:a:1?transformKey=x", ErrorKind::NotFound),
        ("did:a:1?service=nope", ErrorKind::NotFound),
        ("did:a:1?service=file", ErrorKind::NotFound),
        ("did:a:1?service=", ErrorKind::NotFound),
        ("did:a:1?service=map", ErrorKind::NotFound),
        ("did:a:1?service=files&serviceType=Map", ErrorKind::NotFound),
        ("did:a:1?relativeRef=%2Fx", ErrorKind::InvalidDidUrl),
        ("did:a:1?service=files&service=many", ErrorKind::InvalidDidUrl),
        ("did:a:1?service=frag#here", ErrorKind::InvalidDidUrl),
        ("did:a:1?service=files&relativeRef=//evil.example/", ErrorKind::InvalidDidUrl),
        ("did:a:1?service=files&relativeRef=https:%2F%2Fevil.example%2F", ErrorKind::InvalidDidUrl),
        ("did:a:1?service=files&relativeRef=%5C%5Cevil.example", ErrorKind::InvalidDidUrl),
        ("did:a:1?service=files&relativeRef=a%0d%0ab", ErrorKind::InvalidDidUrl),
        ("did:a:1?hl=zQmWvQx", ErrorKind::FeatureNotSupported),
        ("did:a:1?versionTime=yesterday", ErrorKind::InvalidOptions),
        ("did:a:1?versionId=", ErrorKind::InvalidOptions),
    ] {
        assert_eq!(ask(url, &[]).unwrap_err(), expected, "{url}");
    }
}

/// The URL that made another library panic, and its relatives.
#[test]
fn a_query_in_front_of_a_key_is_refused() {
    let router = MethodRouter::offline();
    let id = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
    for (query, fragment, expected) in [
        ("?accept=bogus", id, ErrorKind::NotFound),
        ("?accept=application/did&accept=x", id, ErrorKind::InvalidDidUrl),
        ("?service=x", id, ErrorKind::NotFound),
        ("?versionId=1", id, ErrorKind::FeatureNotSupported),
        ("?versionTime=2021-05-10T17:00:00Z", id, ErrorKind::FeatureNotSupported),
        ("/path", id, ErrorKind::NotFound),
        ("", "", ErrorKind::NotFound),
        ("", "z6Mk", ErrorKind::NotFound),
    ] {
        let url: DidUrl = format!("did:key:{id}{query}#{fragment}").parse().unwrap();
        let error = dereference(&router, &url, &DereferencingOptions::default()).unwrap_err();
        assert_eq!(error.kind(), expected, "{url}");
    }
    let url: DidUrl = format!("did:key:{id}#{id}").parse().unwrap();
    assert!(dereference(&router, &url, &DereferencingOptions::default()).is_ok());
}

#[test]
fn versions_of_the_url_reach_the_resolver() {
    use hufu_did::hufu::{Builder, HufuMethod};
    let mut world = World::new();
    let k = key(1);
    let did = world.simple(&k);
    let change = Builder::update(&world.head(&did)).remove_method("#key-1");
    world.submit(&change.build().unwrap().sign(&k).finish()).unwrap();
    let resolver = HufuMethod(&world.records);
    let ask = |tail: &str, options: &DereferencingOptions| {
        dereference(&resolver, &format!("{did}{tail}").parse().unwrap(), options)
            .map_err(|error| error.kind())
    };
    let none = DereferencingOptions::default();
    let found = ask("?versionId=1#key-1", &none).unwrap();
    assert_eq!(found.content_value()["id"], format!("{did}#key-1"));
    assert_eq!(found.content_metadata.version_id.as_deref(), Some("1"));
    assert_eq!(ask("#key-1", &none).unwrap_err(), ErrorKind::NotFound);
    assert_eq!(ask("?versionId=3", &none).unwrap_err(), ErrorKind::NotFound);
    let options = DereferencingOptions::from_pairs([("versionId", "2")]).unwrap();
    assert_eq!(ask("?versionId=1", &options).unwrap_err(), ErrorKind::InvalidOptions);
    assert!(ask("?versionId=2", &options).is_ok());

    world.submit(&Builder::deactivate(&world.head(&did)).build().unwrap().sign(&k).finish()).unwrap();
    let resolver = HufuMethod(&world.records);
    let gone = dereference(&resolver, &format!("{did}#key-1").parse().unwrap(), &none).unwrap();
    assert_eq!((gone.http_status(), gone.content_value()), (410, Value::Null));
}
