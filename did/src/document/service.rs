//! Services: DID Core §5.4.

use serde_json::{Map, Value};

use super::read::{Fields, strings};
use crate::{Did, Error, uri};

/// The most types of one service, and the most endpoints in its set.
pub(crate) const MAX_SERVICE_ENTRIES: usize = 32;

/// A way to communicate with the subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    id: String,
    types: Vec<String>,
    endpoint: Value,
    extra: Map<String, Value>,
}

impl Service {
    /// The absolute URI of the service. `#name` in the document was resolved against the DID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The types; at least one.
    #[must_use]
    pub fn types(&self) -> &[String] {
        &self.types
    }

    /// `serviceEndpoint`: a URI, an object, or a set of both.
    #[must_use]
    pub const fn endpoint(&self) -> &Value {
        &self.endpoint
    }

    /// The endpoints that are plain URIs, in order.
    pub fn endpoint_uris(&self) -> impl Iterator<Item = &str> {
        match &self.endpoint {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        }
        .iter()
        .filter_map(Value::as_str)
    }

    /// Properties this crate gives no meaning to.
    #[must_use]
    pub const fn extra(&self) -> &Map<String, Value> {
        &self.extra
    }

    /// The service as a JSON value.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut map = Map::new();
        map.insert("id".into(), self.id.as_str().into());
        let types = match self.types.as_slice() {
            [one] => Value::from(one.as_str()),
            many => many.into(),
        };
        map.insert("type".into(), types);
        map.insert("serviceEndpoint".into(), self.endpoint.clone());
        map.extend(self.extra.clone());
        Value::Object(map)
    }

    /// Parses one service of the document of `base`.
    ///
    /// # Errors
    /// [`Error::Document`] if `id`, `type` or `serviceEndpoint` is missing or malformed.
    pub fn from_value(base: &Did, value: Value) -> Result<Self, Error> {
        let mut fields = Fields::of("service", value)?;
        let id = fields.required_string("id")?;
        let id = if id.starts_with('#') { format!("{base}{id}") } else { id };
        if !uri::is_uri(&id) {
            return Err(Error::document("service.id", "it is not a URI"));
        }
        let types = strings("service.type", fields.take("type"), MAX_SERVICE_ENTRIES)?;
        if types.is_empty() || types.iter().any(String::is_empty) {
            return Err(Error::document("service.type", "it is missing or empty"));
        }
        let endpoint = fields
            .take("serviceEndpoint")
            .ok_or_else(|| Error::document("service.serviceEndpoint", "it is missing"))?;
        check_endpoint(&endpoint)?;
        Ok(Self { id, types, endpoint, extra: fields.rest() })
    }
}

fn check_endpoint(endpoint: &Value) -> Result<(), Error> {
    let refuse = |reason: &str| Err(Error::document("service.serviceEndpoint", reason));
    let items = match endpoint {
        Value::Array(items) if items.is_empty() => return refuse("the set is empty"),
        Value::Array(items) if items.len() > MAX_SERVICE_ENTRIES => {
            return refuse("it has more than 32 entries");
        }
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    for item in items {
        match item {
            Value::String(text) if uri::is_uri(text) => {}
            Value::String(_) => return refuse("a string in it is not a URI"),
            Value::Object(_) => {}
            _ => return refuse("it is neither a URI nor an object nor a set of these"),
        }
    }
    Ok(())
}
