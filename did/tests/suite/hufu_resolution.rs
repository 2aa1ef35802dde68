//! Resolving `did:hufu`: versions by id and time, metadata, deactivation.

use hufu_did::{
    Did, ErrorKind, MethodRouter, Resolution, ResolutionOptions, Resolver,
    hufu::{Builder, HufuMethod, resolve},
};
use serde_json::json;

use super::world::{START_MS, World, key};

/// Four versions, the last of which ends the DID: made at +10 s, +20 s, +30.5 s and +30.9 s.
fn history() -> (World, Did) {
    let mut world = World::new();
    let k = key(1);
    let did = world.simple(&k);
    let update = |world: &World, name: &str| {
        Builder::update(&world.head(&did)).also_known_as([name.to_owned()]).build().unwrap().sign(&k).finish()
    };
    let op = update(&world, "name:two");
    world.submit(&op).unwrap();
    world.time_ms = START_MS + 20_500;
    let op = update(&world, "name:three");
    world.submit(&op).unwrap();
    world.time_ms = START_MS + 20_900;
    world.submit(&Builder::deactivate(&world.head(&did)).build().unwrap().sign(&k).finish()).unwrap();
    (world, did)
}

fn at(seconds_after_start: u64) -> String {
    jiff::Timestamp::from_second(i64::try_from(START_MS / 1_000 + seconds_after_start).unwrap())
        .unwrap()
        .to_string()
}

fn ask(world: &World, did: &Did, pairs: &[(&str, &str)]) -> Result<Resolution, ErrorKind> {
    let options = ResolutionOptions::from_pairs(pairs.iter().copied()).unwrap();
    resolve(&world.records, did, &options).map_err(|error| error.kind())
}

fn version(found: &Resolution) -> &str {
    found.document_metadata.version_id.as_deref().unwrap()
}

#[test]
fn metadata_tell_the_whole_story() {
    let (world, did) = history();
    let first = ask(&world, &did, &[("versionId", "1")]).unwrap().to_value();
    let metadata = &first["didDocumentMetadata"];
    assert_eq!(metadata["created"], at(10));
    assert_eq!(metadata["updated"], json!(null), "absent for the first version");
    assert_eq!(metadata["versionId"], "1");
    assert_eq!((&metadata["nextVersionId"], &metadata["nextUpdate"]), (&json!("2"), &json!(at(20))));
    assert_eq!(metadata["deactivated"], false);
    assert_eq!(metadata["method"]["height"], 1);
    assert_eq!(metadata["method"]["actor"], did.as_str());
    assert_eq!(metadata["method"]["versionHash"], did.method_specific_id().split_once(':').unwrap().1);
    assert_eq!(first["didResolutionMetadata"], json!({"contentType": "application/did"}));
    assert_eq!(first["didDocument"]["id"], did.as_str());
    assert_eq!(first["didDocument"]["authentication"], json!([format!("{did}#key-1")]));

    let second = ask(&world, &did, &[("versionId", "2")]).unwrap();
    assert_eq!(second.document_metadata.updated.as_deref(), Some(at(20).as_str()));
    assert_eq!(second.document.unwrap().also_known_as(), ["name:two"]);
}

#[test]
fn a_deactivated_did_is_410_with_a_body_and_a_past() {
    let (world, did) = history();
    let now = ask(&world, &did, &[]).unwrap();
    assert!(now.is_deactivated() && now.document.is_none());
    assert_eq!(now.http_status(), 410);
    let body = now.to_value();
    assert_eq!(body["didDocument"], json!(null));
    assert_eq!(body["didDocumentMetadata"]["deactivated"], true);
    assert_eq!(body["didDocumentMetadata"]["versionId"], "4");
    assert_eq!(body["didDocumentMetadata"]["nextVersionId"], json!(null));
    let before = ask(&world, &did, &[("versionId", "3")]).unwrap();
    assert_eq!((before.http_status(), before.document_metadata.next_version_id.as_deref()), (200, Some("4")));
}

#[test]
fn version_time_at_its_boundaries() {
    let (world, did) = history();
    for (second, expected) in
        [(10, "1"), (11, "1"), (19, "1"), (20, "2"), (29, "2"), (30, "4"), (31, "4"), (100_000, "4")]
    {
        let found = ask(&world, &did, &[("versionTime", &at(second))]).unwrap();
        assert_eq!(version(&found), expected, "+{second} s");
    }
    for before in [at(9), at(0), "1970-01-01T00:00:00Z".into(), "0001-01-01T00:00:00Z".into()] {
        assert_eq!(
            ask(&world, &did, &[("versionTime", &before)]).unwrap_err(),
            ErrorKind::NotFound,
            "{before}"
        );
    }
    // Asking with the time a version says it was made at finds that version, or a later one of the same second.
    for n in ["1", "2", "3", "4"] {
        let metadata = ask(&world, &did, &[("versionId", n)]).unwrap().document_metadata;
        let made = metadata.updated.or(metadata.created).unwrap();
        let found = ask(&world, &did, &[("versionTime", &made)]).unwrap();
        assert!(version(&found) == n || (n, version(&found)) == ("3", "4"), "{n}");
    }
}

#[test]
fn version_time_agrees_with_a_linear_search() {
    let mut world = World::new();
    let k = key(1);
    let did = world.simple(&k);
    let mut times = vec![world.time_ms];
    for n in 0u64..30 {
        world.time_ms -= 10_000;
        world.time_ms += [0, 1, 400, 999, 1_000, 7_777][usize::try_from(n % 6).unwrap()];
        let op = Builder::update(&world.head(&did))
            .also_known_as([format!("n:{n}")])
            .build()
            .unwrap()
            .sign(&k)
            .finish();
        world.submit(&op).unwrap();
        times.push(world.time_ms);
    }
    for second in (START_MS / 1_000)..=(world.time_ms / 1_000 + 2) {
        let expected = times.iter().filter(|ms| **ms / 1_000 <= second).count();
        let text = jiff::Timestamp::from_second(i64::try_from(second).unwrap()).unwrap().to_string();
        match ask(&world, &did, &[("versionTime", &text)]) {
            Ok(found) => assert_eq!(version(&found), expected.to_string(), "{text}"),
            Err(kind) => assert_eq!((kind, expected), (ErrorKind::NotFound, 0), "{text}"),
        }
    }
}

#[test]
fn versions_that_are_not_there_are_named() {
    let (world, did) = history();
    for (id, expected) in [
        ("0", ErrorKind::NotFound),
        ("5", ErrorKind::NotFound),
        ("18446744073709551615", ErrorKind::NotFound),
        ("18446744073709551616", ErrorKind::InvalidOptions),
        ("01", ErrorKind::InvalidOptions),
        ("+1", ErrorKind::InvalidOptions),
        ("-1", ErrorKind::InvalidOptions),
        ("one", ErrorKind::InvalidOptions),
        ("1.0", ErrorKind::InvalidOptions),
    ] {
        assert_eq!(ask(&world, &did, &[("versionId", id)]).unwrap_err(), expected, "{id}");
    }
    assert!(ask(&world, &did, &[("versionId", "2"), ("versionTime", &at(25))]).is_ok());
    let contradiction = ask(&world, &did, &[("versionId", "1"), ("versionTime", &at(25))]);
    assert_eq!(contradiction.unwrap_err(), ErrorKind::InvalidOptions);
}

#[test]
fn malformed_and_unknown_dids_are_told_apart() {
    let (world, did) = history();
    let kind = |text: &str| ask(&world, &text.parse().unwrap(), &[]).unwrap_err();
    let hash = did.method_specific_id().split_once(':').unwrap().1;
    assert_eq!(kind(&format!("did:hufu:other:{hash}")), ErrorKind::NotFound);
    for bad in [
        "did:hufu:test",
        "did:hufu:test:abc",
        "did:hufu:TEST:zQm",
        &format!("did:hufu:{hash}"),
        &format!("{did}1"),
        &format!("did:hufu:test:a:{hash}"),
    ] {
        assert_eq!(kind(bad), ErrorKind::InvalidDid, "{bad}");
    }
    let options = ResolutionOptions { accept: Some("text/html".into()), ..ResolutionOptions::default() };
    let error = resolve(&world.records, &did, &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RepresentationNotSupported);
}

#[test]
fn missing_versions_are_our_fault() {
    let (world, did) = history();
    let mut damaged = hufu_did::hufu::MemoryRecords::new();
    damaged.insert(hufu_did::hufu::head_key(&did), world.head(&did).to_bytes());
    let error = resolve(&damaged, &did, &ResolutionOptions::default()).unwrap_err();
    assert_eq!((error.kind(), error.kind().http_status()), (ErrorKind::InternalError, 500));
}

#[test]
fn the_router_knows_its_methods() {
    let (world, did) = history();
    let router = MethodRouter::offline().with("hufu", HufuMethod(world.records));
    assert_eq!(router.methods().collect::<Vec<_>>(), ["hufu", "jwk", "key"]);
    assert!(router.resolve(&did, &ResolutionOptions::default()).unwrap().is_deactivated());
    let unknown =
        router.resolve(&"did:unsupported:123456789abcdefghi".parse().unwrap(), &ResolutionOptions::default());
    assert_eq!(unknown.unwrap_err().kind(), ErrorKind::MethodNotSupported);
}
