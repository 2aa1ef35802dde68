use super::*;

#[test]
fn negotiates_by_weight_and_specificity() {
    for (accept, expected) in [
        (None, "application/did"),
        (Some(""), "application/did"),
        (Some("*/*"), "application/did"),
        (Some("application/*"), "application/did"),
        (Some("application/did"), "application/did"),
        (Some("application/did+json"), "application/did+json"),
        (Some("application/did+ld+json"), "application/did+ld+json"),
        (Some("APPLICATION/LD+JSON; profile=\"https://w3id.org/did\""), "application/ld+json"),
        (Some("application/json, application/did;q=0.5"), "application/json"),
        (Some("application/did;q=0, */*;q=0.1"), "application/did+json"),
        (Some("text/html, application/did+json;q=0.001"), "application/did+json"),
        (Some("application/did-resolution"), "application/did"),
        (Some("application/did-url-dereferencing"), "application/did"),
    ] {
        assert_eq!(negotiate(accept).unwrap().as_str(), expected, "{accept:?}");
    }
}

#[test]
fn refuses_what_it_cannot_deliver_or_read() {
    for accept in [
        "text/html",
        "application/x-unsupported-did-representation-99999",
        "application/did;q=0",
        "*/*;q=0.0",
    ] {
        assert_eq!(
            negotiate(Some(accept)).unwrap_err().kind(),
            ErrorKind::RepresentationNotSupported,
            "{accept}"
        );
    }
    let long = "a/b,".repeat(400);
    for accept in [
        "did",
        "application/",
        "/json",
        "*/json",
        "a b/c",
        "a/b;q=2",
        "a/b;q=0.1234",
        "a/b;q=x",
        "a/b;q=-1",
        &long,
    ] {
        assert_eq!(negotiate(Some(accept)).unwrap_err().kind(), ErrorKind::InvalidOptions, "{accept}");
    }
}

#[test]
fn reads_options_strictly() {
    let options = ResolutionOptions::from_pairs([
        ("accept", "application/did"),
        ("versionId", "3"),
        ("versionTime", "2021-05-10T17:00:00Z"),
        ("noCache", "true"),
        ("expandRelativeUrls", "false"),
    ])
    .unwrap();
    assert_eq!(options.version_id.as_deref(), Some("3"));
    assert_eq!(options.version_time.unwrap().as_second(), 1_620_666_000);
    assert!(options.no_cache && !options.expand_relative_urls);

    let kind = |pairs: &[(&'static str, &'static str)]| {
        ResolutionOptions::from_pairs(pairs.iter().copied()).unwrap_err().kind()
    };
    assert_eq!(kind(&[("nonsense", "1")]), ErrorKind::FeatureNotSupported);
    for pairs in [
        &[("versionId", "1"), ("versionId", "1")][..],
        &[("versionId", "")],
        &[("versionId", "ä")],
        &[("versionId", "01234567890123456789012345678901234567890123456789012345678901234")],
        &[("noCache", "yes")],
        &[("versionTime", "2021-05-10")],
        &[("versionTime", "2021-05-10T17:00:00")],
        &[("versionTime", "2021-05-10T17:00:00+02:00")],
        &[("versionTime", "2021-05-10T17:00:00.5Z")],
        &[("versionTime", "2021-05-10t17:00:00z")],
        &[("versionTime", "2021-13-10T17:00:00Z")],
        &[("versionTime", "2021-02-30T17:00:00Z")],
        &[("versionTime", "2021-05-10T25:00:00Z")],
        &[("versionTime", "+021-05-10T17:00:00Z")],
    ] {
        assert_eq!(kind(pairs), ErrorKind::InvalidOptions, "{pairs:?}");
    }
}

/// The table of the HTTP binding, §10.1.
#[test]
fn errors_have_the_binding_s_status_and_type() {
    for (code, status) in [
        ("INVALID_DID", 400),
        ("INVALID_DID_URL", 400),
        ("INVALID_OPTIONS", 400),
        ("NOT_FOUND", 404),
        ("REPRESENTATION_NOT_SUPPORTED", 406),
        ("INVALID_DID_DOCUMENT", 500),
        ("METHOD_NOT_SUPPORTED", 501),
        ("FEATURE_NOT_SUPPORTED", 501),
        ("INTERNAL_ERROR", 500),
    ] {
        let kind = ErrorKind::ALL.into_iter().find(|kind| kind.code() == code).unwrap();
        assert_eq!(kind.http_status(), status, "{code}");
        assert_eq!(kind.type_url(), format!("https://www.w3.org/ns/did#{code}"));
    }
    assert_eq!(
        ErrorKind::InvalidRelationship.type_url(),
        "https://w3id.org/security#INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD"
    );
}

#[test]
fn a_failed_resolution_has_null_document_and_empty_metadata() {
    let error: ResolutionError = "not-a-did".parse::<Did>().unwrap_err().into();
    let body = error.to_resolution_value();
    assert_eq!(body["didDocument"], Value::Null);
    assert_eq!(body["didDocumentMetadata"], serde_json::json!({}));
    let problem = &body["didResolutionMetadata"]["error"];
    assert_eq!(problem["type"], "https://www.w3.org/ns/did#INVALID_DID");
    assert!(problem["title"].is_string() && problem["detail"].is_string());
    let body = error.to_dereferencing_value();
    assert_eq!(body["contentStream"], Value::Null);
    assert_eq!(body["contentMetadata"], serde_json::json!({}));
    assert!(body["dereferencingMetadata"]["error"]["type"].is_string());
}

#[test]
fn metadata_times_are_whole_seconds_in_utc() {
    assert_eq!(metadata_time(1_620_666_000_999).as_deref(), Some("2021-05-10T17:00:00Z"));
    assert_eq!(metadata_time(0).as_deref(), Some("1970-01-01T00:00:00Z"));
    assert_eq!(metadata_time(u64::MAX), None);
}
