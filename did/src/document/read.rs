//! Taking JSON objects apart: every property is taken once, what is left over is kept.

use hufu_jcs::Limits;
use serde_json::{Map, Value};

use crate::Error;

/// An object whose properties are taken out one by one.
pub(crate) struct Fields {
    what: String,
    map: Map<String, Value>,
}

impl Fields {
    pub(crate) fn of(what: &str, value: Value) -> Result<Self, Error> {
        match value {
            Value::Object(map) => Ok(Self { what: what.to_owned(), map }),
            _ => Err(Error::document(what, "it is not an object")),
        }
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.map.remove(name)
    }

    pub(crate) fn string(&mut self, name: &str) -> Result<Option<String>, Error> {
        match self.map.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Error::document(self.at(name), "it is not a string")),
        }
    }

    pub(crate) fn required_string(&mut self, name: &str) -> Result<String, Error> {
        self.string(name)?.ok_or_else(|| Error::document(self.at(name), "it is missing"))
    }

    pub(crate) fn array(&mut self, name: &str, most: usize) -> Result<Vec<Value>, Error> {
        match self.map.remove(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) if items.len() <= most => Ok(items),
            Some(Value::Array(_)) => {
                Err(Error::document(self.at(name), format!("it has more than {most} entries")))
            }
            Some(_) => Err(Error::document(self.at(name), "it is not an array")),
        }
    }

    pub(crate) fn rest(self) -> Map<String, Value> {
        self.map
    }

    pub(crate) fn at(&self, name: &str) -> String {
        format!("{}.{name}", self.what)
    }
}

/// A set of strings, or one string in its place; empty if absent.
pub(crate) fn strings(at: &str, value: Option<Value>, most: usize) -> Result<Vec<String>, Error> {
    let items = match value {
        None => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(one) => vec![one],
    };
    if items.len() > most {
        return Err(Error::document(at, format!("it has more than {most} entries")));
    }
    let texts = items
        .into_iter()
        .map(|item| match item {
            Value::String(text) => Ok(text),
            _ => Err(Error::document(at, "an entry is not a string")),
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(texts)
}

/// Reads strict JSON: no duplicate names, bounded size and depth.
pub(crate) fn strict_json(bytes: &[u8], most: usize) -> Result<Value, Error> {
    hufu_jcs::parse(bytes, Limits { bytes: most, depth: MAX_JSON_DEPTH })
        .map_err(|error| Error::document("json", error.to_string()))
}

/// The deepest nesting that is read; service endpoints are the deepest part of real documents.
const MAX_JSON_DEPTH: usize = 16;
