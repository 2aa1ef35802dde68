//! Credential schemas: Verifiable Credentials JSON Schema, types `JsonSchema` and `JsonSchemaCredential`.
//!
//! Schemas come through the [`SchemaSource`] port. References out of a schema are not followed, and patterns run on an
//! engine without backtracking: a schema from a stranger costs bounded time.

use crate::model::{excerpt, has_type};
use crate::resource::agrees;
use crate::verify::Report;
use jsonschema::{Draft, PatternOptions};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;

/// Longest schema in bytes.
pub const MAX_SCHEMA_BYTES: usize = 256 << 10;
/// Deepest nesting of a schema; validation recurses along it.
const MAX_SCHEMA_DEPTH: usize = 48;
/// Most violations that a report lists.
const MAX_VIOLATIONS: usize = 5;
/// Largest compiled pattern in bytes.
const MAX_PATTERN_BYTES: usize = 1 << 20;

/// Where a verifier finds schemas; the caller decides about network and cache.
pub trait SchemaSource {
    /// The bytes published at this URL: a JSON Schema, or a credential that holds one. `None` if not known here.
    fn schema(&self, url: &str) -> Option<Cow<'_, [u8]>>;
}

/// Knows no schema.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSchemas;

impl SchemaSource for NoSchemas {
    fn schema(&self, _url: &str) -> Option<Cow<'_, [u8]>> {
        None
    }
}

/// Schemas in memory, by URL.
#[derive(Debug, Clone, Default)]
pub struct MemorySchemas {
    schemas: HashMap<String, Vec<u8>>,
}

impl MemorySchemas {
    /// Adds or replaces what is published at a URL.
    pub fn insert(&mut self, url: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.schemas.insert(url.into(), bytes.into());
    }
}

impl SchemaSource for MemorySchemas {
    fn schema(&self, url: &str) -> Option<Cow<'_, [u8]>> {
        self.schemas.get(url).map(|bytes| Cow::Borrowed(bytes.as_slice()))
    }
}

/// What a schema says of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SchemaOutcome {
    Conforms,
    Violates(String),
    /// The schema is not known or of an unknown type: nothing can be said.
    Unknown(String),
    /// The schema itself cannot be trusted or used.
    Unusable(String),
}

/// Checks a credential against one entry of its `credentialSchema`. `verify` checks the proof of a schema credential.
pub(crate) fn check(
    credential: &Value,
    entry: &Value,
    source: &dyn SchemaSource,
    verify: &dyn Fn(&Value) -> Report,
) -> SchemaOutcome {
    let url = entry.get("id").and_then(Value::as_str).unwrap_or_default();
    let is = |name| entry.as_object().is_some_and(|e| has_type(e, name));
    let wrapped = is("JsonSchemaCredential");
    if !wrapped && !is("JsonSchema") {
        return SchemaOutcome::Unknown(format!("the type of schema {} is not supported", excerpt(url)));
    }
    let Some(bytes) = source.schema(url) else {
        return SchemaOutcome::Unknown(format!("schema {} is not known here", excerpt(url)));
    };
    let unusable = |text: String| SchemaOutcome::Unusable(format!("schema {}: {text}", excerpt(url)));
    if agrees(entry, &bytes) == Some(false) {
        return unusable("has another digest than the issuer stated".to_owned());
    }
    let limits = hufu_jcs::Limits { bytes: MAX_SCHEMA_BYTES, depth: MAX_SCHEMA_DEPTH };
    let document = match hufu_jcs::parse(&bytes, limits) {
        Ok(document) => document,
        Err(error) => return unusable(error.to_string()),
    };
    let schema = if wrapped {
        let report = verify(&document);
        if !report.verified {
            let cause = report.problems.first().map_or("unknown", |p| p.detail.as_str());
            return unusable(format!("its credential does not verify: {cause}"));
        }
        if !document.as_object().is_some_and(|d| has_type(d, "JsonSchemaCredential")) {
            return unusable("its credential is no JsonSchemaCredential".to_owned());
        }
        match document.pointer("/credentialSubject/jsonSchema") {
            Some(schema) => schema,
            None => return unusable("its credential holds no jsonSchema".to_owned()),
        }
    } else {
        &document
    };
    match validate(schema, credential) {
        Ok(violations) if violations.is_empty() => SchemaOutcome::Conforms,
        Ok(violations) => {
            SchemaOutcome::Violates(format!("schema {}: {}", excerpt(url), violations.join("; ")))
        }
        Err(error) => unusable(error.to_string()),
    }
}

/// Checks an instance against a JSON Schema, by default of draft 2020-12; the first few violations, each with its path.
///
/// # Errors
/// [`Error::Schema`](crate::Error::Schema) if the schema itself is not valid, of an unknown draft, or refers elsewhere.
pub fn validate(schema: &Value, instance: &Value) -> Result<Vec<String>, crate::Error> {
    let validator = jsonschema::options()
        .with_draft(draft(schema)?)
        .offline()
        .should_validate_formats(true)
        .with_pattern_options(PatternOptions::regex().size_limit(MAX_PATTERN_BYTES))
        .build(schema)
        .map_err(|e| crate::Error::Schema(e.to_string().chars().take(300).collect()))?;
    let violation = |error: jsonschema::ValidationError<'_>| {
        let text: String = error.to_string().chars().take(300).collect();
        format!("{}: {text}", error.instance_path())
    };
    Ok(validator.iter_errors(instance).take(MAX_VIOLATIONS).map(violation).collect())
}

/// The drafts that Verifiable Credentials JSON Schema §4 names; 2020-12 where none is stated.
fn draft(schema: &Value) -> Result<Draft, crate::Error> {
    match schema.get("$schema").map(|s| s.as_str().unwrap_or_default().trim_end_matches('#')) {
        None | Some("https://json-schema.org/draft/2020-12/schema") => Ok(Draft::Draft202012),
        Some("https://json-schema.org/draft/2019-09/schema") => Ok(Draft::Draft201909),
        Some("http://json-schema.org/draft-07/schema") => Ok(Draft::Draft7),
        Some(other) => Err(crate::Error::Schema(format!("draft {} is not supported", excerpt(other)))),
    }
}
