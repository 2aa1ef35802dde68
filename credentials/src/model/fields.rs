//! The rules of single properties, shared by credentials and presentations.

use super::{CONTEXT_V1, CONTEXT_V2, MAX_ENTRIES, Version};
use crate::error::Error;
use crate::time::DateTime;
use serde_json::{Map, Value};

pub(super) type Object = Map<String, Value>;

/// Whether the text is an absolute URL in the sense of §4.4: a scheme, something after it, and no character that
/// a URL cannot contain. Special schemes (`https:` and its like) must also parse.
pub(crate) fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut characters = scheme.chars();
    let scheme_ok = characters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let forbidden = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`')
    };
    if !scheme_ok || rest.is_empty() || rest.contains(forbidden) {
        return false;
    }
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" | "ws" | "wss" | "ftp" => url::Url::parse(text).is_ok(),
        _ => true,
    }
}

/// The items of a property that holds one value or a set.
pub(crate) fn one_or_many(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        single => std::slice::from_ref(single),
    }
}

/// §4.3: an ordered set that begins with a base context, followed by URLs and objects.
pub(super) fn context(object: &Object) -> Result<Version, Error> {
    let value = object.get("@context").ok_or_else(|| Error::malformed("@context", "is missing"))?;
    let Value::Array(items) = value else {
        // Version 1.1 documents in the wild have a lone string; 2.0 says "ordered set".
        return match value.as_str() {
            Some(CONTEXT_V1) => Ok(Version::V1),
            _ => Err(Error::malformed("@context", "must be an array")),
        };
    };
    if items.len() > MAX_ENTRIES {
        return Err(Error::malformed("@context", "has too many entries"));
    }
    let version = match items.first().and_then(Value::as_str) {
        Some(CONTEXT_V2) => Version::V2,
        Some(CONTEXT_V1) => Version::V1,
        _ => return Err(Error::malformed("@context[0]", format!("must be {CONTEXT_V2}"))),
    };
    for (index, item) in items.iter().enumerate().skip(1) {
        match item {
            Value::Object(_) => {}
            Value::String(url) if is_url(url) => {}
            _ => return Err(Error::malformed(format!("@context[{index}]"), "must be a URL or an object")),
        }
    }
    Ok(version)
}

/// §4.5: one or more terms or absolute URLs.
pub(super) fn types(value: &Value, path: &str) -> Result<(), Error> {
    let items = one_or_many(value);
    if items.is_empty() || items.len() > MAX_ENTRIES {
        return Err(Error::malformed(path, "must have at least one value, and not too many"));
    }
    for item in items {
        let Some(text) = item.as_str() else {
            return Err(Error::malformed(path, "must be a string or strings"));
        };
        let ok = if text.contains(':') {
            is_url(text)
        } else {
            !text.is_empty() && !text.contains(char::is_whitespace)
        };
        if !ok {
            return Err(Error::malformed(path, format!("\"{}\" is neither a term nor a URL", excerpt(text))));
        }
    }
    Ok(())
}

/// Whether the `type` property has this value.
pub(crate) fn has_type(object: &Object, name: &str) -> bool {
    object.get("type").is_some_and(|t| one_or_many(t).iter().any(|item| item.as_str() == Some(name)))
}

/// The document's own `type`, which must include `required`.
pub(super) fn document_type(object: &Object, required: &str) -> Result<(), Error> {
    let value = object.get("type").ok_or_else(|| Error::malformed("type", "is missing"))?;
    types(value, "type")?;
    if has_type(object, required) {
        Ok(())
    } else {
        Err(Error::malformed("type", format!("must include {required}")))
    }
}

/// §4.4: if present, `id` is a single URL.
pub(super) fn optional_id(object: &Object, path: &str) -> Result<(), Error> {
    match object.get("id") {
        None => Ok(()),
        Some(Value::String(id)) if is_url(id) => Ok(()),
        Some(_) => Err(Error::malformed(join(path, "id"), "must be a single URL")),
    }
}

fn required_id(object: &Object, path: &str) -> Result<(), Error> {
    if !object.contains_key("id") {
        return Err(Error::malformed(join(path, "id"), "is missing"));
    }
    optional_id(object, path)
}

/// What each object of a property must have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    Type,
    IdAndType,
}

/// A property that holds one object or a set of objects, each with a type and perhaps an id.
pub(super) fn typed_objects(object: &Object, name: &str, needs: Needs) -> Result<(), Error> {
    let Some(value) = object.get(name) else { return Ok(()) };
    for (path, item) in entries(value, name)? {
        let kind = item.get("type").ok_or_else(|| Error::malformed(join(&path, "type"), "is missing"))?;
        types(kind, &join(&path, "type"))?;
        if needs == Needs::IdAndType {
            required_id(item, &path)?;
        } else {
            optional_id(item, &path)?;
        }
    }
    Ok(())
}

/// The objects of a property with their paths; refuses anything that is not an object.
pub(super) fn entries<'a>(value: &'a Value, name: &str) -> Result<Vec<(String, &'a Object)>, Error> {
    let items = one_or_many(value);
    if items.is_empty() || items.len() > MAX_ENTRIES {
        return Err(Error::malformed(name, "must have at least one value, and not too many"));
    }
    items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let path = if value.is_array() { format!("{name}[{index}]") } else { name.to_owned() };
            match item {
                Value::Object(map) => Ok((path, map)),
                _ => Err(Error::malformed(path, "must be an object")),
            }
        })
        .collect()
}

/// §4.6 and §11.1: a string, a language value object, or a set of those.
pub(super) fn language_value(object: &Object, name: &str, path: &str) -> Result<(), Error> {
    let Some(value) = object.get(name) else { return Ok(()) };
    let path = join(path, name);
    let items = one_or_many(value);
    if items.len() > MAX_ENTRIES {
        return Err(Error::malformed(path, "has too many values"));
    }
    for item in items {
        match item {
            Value::String(_) => {}
            Value::Object(map) => language_object(map, &path)?,
            _ => return Err(Error::malformed(path, "must be a string or a language value object")),
        }
    }
    Ok(())
}

fn language_object(map: &Object, path: &str) -> Result<(), Error> {
    if !map.get("@value").is_some_and(Value::is_string) {
        return Err(Error::malformed(join(path, "@value"), "must be a string"));
    }
    for (key, value) in map {
        let ok = match key.as_str() {
            "@value" => true,
            "@language" => value.as_str().is_some_and(is_language_tag),
            "@direction" => matches!(value.as_str(), Some("ltr" | "rtl")),
            _ => {
                return Err(Error::malformed(
                    path,
                    format!("a language value object cannot have \"{}\"", excerpt(key)),
                ));
            }
        };
        if !ok {
            return Err(Error::malformed(join(path, key), "is not valid"));
        }
    }
    Ok(())
}

/// The shape of BCP 47: subtags of one to eight letters or digits, the first of letters.
fn is_language_tag(text: &str) -> bool {
    let mut subtags = text.split('-');
    let word = |s: &str| (1..=8).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric());
    subtags.next().is_some_and(|first| word(first) && first.bytes().all(|b| b.is_ascii_alphabetic()))
        && subtags.all(word)
}

/// §4.9: a `dateTimeStamp`.
pub(super) fn date_time(object: &Object, name: &str) -> Result<Option<DateTime>, Error> {
    let Some(value) = object.get(name) else { return Ok(None) };
    value
        .as_str()
        .and_then(DateTime::parse)
        .map(Some)
        .ok_or_else(|| Error::malformed(name, "must be a dateTimeStamp such as 2026-01-31T12:00:00Z"))
}

/// §4.7 and §4.13: a URL, or an object whose `id` is a URL.
pub(super) fn entity(value: &Value, name: &str) -> Result<(), Error> {
    match value {
        Value::String(id) if is_url(id) => Ok(()),
        Value::Object(map) => {
            required_id(map, name)?;
            language_value(map, "name", name)?;
            language_value(map, "description", name)
        }
        _ => Err(Error::malformed(name, "must be a URL or an object with an id that is a URL")),
    }
}

/// The id of a property checked by [`entity`].
pub(crate) fn entity_id(value: &Value) -> Option<&str> {
    match value {
        Value::String(id) => Some(id),
        Value::Object(map) => map.get("id").and_then(Value::as_str),
        _ => None,
    }
}

/// Data Integrity 1.0 §2.1: if present, one proof object or a set of them.
pub(super) fn proof(object: &Object) -> Result<(), Error> {
    match object.get("proof") {
        None => Ok(()),
        // An empty set secures nothing, and is not a proof.
        Some(value) => entries(value, "proof").map(drop),
    }
}

pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// At most 60 characters of a foreign string, for a message.
pub(crate) fn excerpt(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        for good in [
            "https://a.example/1",
            "did:key:z6Mk",
            "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
            "data:a,b",
            "ex:T",
        ] {
            assert!(is_url(good), "{good}");
        }
        for bad in [
            "",
            "x",
            "fake-issuer",
            "https ://not-a-url",
            "https://",
            "_:b0",
            ":x",
            "1a:b",
            "a:",
            "a:b c",
            "a:<b>",
            "456321",
        ] {
            assert!(!is_url(bad), "{bad}");
        }
    }

    #[test]
    fn language_tags() {
        assert!(is_language_tag("en") && is_language_tag("zh-Hans-CN") && is_language_tag("de-1996"));
        assert!(
            !is_language_tag("")
                && !is_language_tag("en_US")
                && !is_language_tag("toolongtag")
                && !is_language_tag("1e")
        );
    }
}
