//! One resolver for many DID methods.

use std::{collections::BTreeMap, fmt};

use crate::{
    Did, ErrorKind, Resolution, ResolutionError, ResolutionOptions, Resolver, jwk::JwkMethod, key::KeyMethod,
};

/// Hands each DID to the resolver of its method.
#[derive(Default)]
pub struct MethodRouter {
    methods: BTreeMap<String, Box<dyn Resolver + Send + Sync>>,
}

impl MethodRouter {
    /// A router that knows no method.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A router for the methods that need nothing from outside: `did:key` and `did:jwk`.
    #[must_use]
    pub fn offline() -> Self {
        Self::new().with("key", KeyMethod).with("jwk", JwkMethod)
    }

    /// Adds or replaces the resolver of a method.
    #[must_use]
    pub fn with(mut self, method: &str, resolver: impl Resolver + Send + Sync + 'static) -> Self {
        self.methods.insert(method.to_owned(), Box::new(resolver));
        self
    }

    /// The names of the methods, sorted.
    pub fn methods(&self) -> impl Iterator<Item = &str> {
        self.methods.keys().map(String::as_str)
    }
}

impl Resolver for MethodRouter {
    fn resolve(&self, did: &Did, options: &ResolutionOptions) -> Result<Resolution, ResolutionError> {
        let resolver = self.methods.get(did.method()).ok_or_else(|| {
            let detail = format!("did:{} is not among the methods resolved here", did.method());
            ResolutionError::new(ErrorKind::MethodNotSupported, detail)
        })?;
        let found = resolver.resolve(did, options)?;
        // What the specification demands of every method is checked for every method.
        if found.document.as_ref().is_some_and(|document| document.id() != did) {
            let detail = "the resolver found a document about another DID";
            return Err(ResolutionError::new(ErrorKind::InvalidDidDocument, detail));
        }
        Ok(found)
    }
}

impl fmt::Debug for MethodRouter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MethodRouter").field(&self.methods.keys()).finish()
    }
}
