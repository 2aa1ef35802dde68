//! The W3C JSON-LD API test suite, "transform JSON-LD to RDF", for development: the tests are not part of this
//! repository. Point `HUFU_JSONLD_TESTS` at the `tests` folder of a checkout of w3c/json-ld-api.
//!
//! Left out: JSON-LD 1.0 (`specVersion` or `processingMode`), generalised RDF, `expandContext`. Tests of [`DEPARTURES`]
//! must go the other way: one that began to pass would have to leave that list, and the crate's documentation.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its suite has failed")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hufu_jsonld::{Contexts, Limits, Options, RdfDirection, parse_nquads, rdfc, to_rdf};
use serde_json::Value;

/// Tests that this crate does not pass on purpose; see the crate's documentation.
const DEPARTURES: [&str; 1] = ["#ter56"];

/// Every JSON file of the suite, as a document that contexts may be loaded from.
fn contexts(root: &Path, base: &str) -> Contexts {
    let mut contexts = Contexts::empty();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "jsonld" || e == "json")
                && let Ok(json) = serde_json::from_str(&std::fs::read_to_string(&path).unwrap())
            {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                contexts = contexts.with(format!("{base}{name}"), json);
            }
        }
    }
    contexts
}

#[test]
fn to_rdf_manifest() {
    let Some(root) = std::env::var_os("HUFU_JSONLD_TESTS").map(PathBuf::from) else {
        eprintln!("skipped: HUFU_JSONLD_TESTS is not set");
        return;
    };
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let manifest: Value = serde_json::from_str(&read("toRdf-manifest.jsonld")).unwrap();
    let base = manifest["baseIri"].as_str().unwrap();
    let contexts = contexts(&root, base);
    let (mut passed, mut skipped) = (BTreeMap::<&str, usize>::new(), BTreeMap::<&str, usize>::new());
    let (mut failed, mut departed) = (Vec::new(), Vec::new());
    for test in manifest["sequence"].as_array().unwrap() {
        let option = &test["option"];
        let skip = if option["specVersion"] == "json-ld-1.0" || option["processingMode"] == "json-ld-1.0" {
            Some("JSON-LD 1.0")
        } else if option["produceGeneralizedRdf"] == true {
            Some("generalized RDF")
        } else if option.get("expandContext").is_some() {
            Some("expandContext")
        } else {
            None
        };
        if let Some(reason) = skip {
            *skipped.entry(reason).or_default() += 1;
            continue;
        }
        let id = test["@id"].as_str().unwrap();
        let kind = test["@type"][0].as_str().unwrap();
        let input = test["input"].as_str().unwrap();
        let options = Options {
            safe: false,
            base: Some(option["base"].as_str().map_or_else(|| format!("{base}{input}"), str::to_owned)),
            rdf_direction: match option["rdfDirection"].as_str() {
                Some("i18n-datatype") => Some(RdfDirection::I18nDatatype),
                Some("compound-literal") => Some(RdfDirection::CompoundLiteral),
                _ => None,
            },
            ..Options::default()
        };
        let document = hufu_jcs::parse(read(input).as_bytes(), hufu_jcs::Limits::default()).unwrap();
        let result = to_rdf(&contexts, &document, &options);
        let problem = match kind {
            "jld:PositiveEvaluationTest" => {
                let expected = parse_nquads(&read(test["expect"].as_str().unwrap()));
                let canonical =
                    |dataset| rdfc::canonicalize(&dataset, rdfc::Hash::Sha256, &Limits::default());
                match (result.and_then(canonical), expected.and_then(canonical)) {
                    (Ok(ours), Ok(theirs)) if ours == theirs => None,
                    (Ok(ours), Ok(theirs)) => {
                        let ours: Vec<_> = ours.lines().map(str::to_owned).collect();
                        let theirs: Vec<_> = theirs.lines().map(str::to_owned).collect();
                        (ours != theirs).then(|| format!("\n  ours   {ours:#?}\n  theirs {theirs:#?}"))
                    }
                    (ours, theirs) => Some(format!("{ours:?} / {theirs:?}")),
                }
            }
            "jld:PositiveSyntaxTest" => result.err().map(|error| error.to_string()),
            _ => {
                let expected = test["expectErrorCode"].as_str().unwrap();
                match result {
                    Err(error) if error.code().is_some_and(|code| code.as_str() == expected) => None,
                    Err(error) => Some(format!("expected {expected}, got {error}")),
                    Ok(dataset) => Some(format!("expected {expected}, got {dataset:?}")),
                }
            }
        };
        match problem {
            Some(_) if DEPARTURES.contains(&id) => departed.push(id),
            None => *passed.entry(kind).or_default() += 1,
            Some(problem) => failed.push(format!("{id} {}: {problem}", test["name"])),
        }
    }
    println!("toRdf: passed {passed:?}, skipped {skipped:?}, departed {departed:?}, failed {}", failed.len());
    for failure in &failed {
        println!("FAILED {failure}");
    }
    assert!(failed.is_empty());
    assert_eq!(departed, DEPARTURES);
}
