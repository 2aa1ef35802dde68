//! The offline set of contexts: what a document may refer to by URL. Nothing else is ever looked at.

mod bundled;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::Error;
use crate::context::ActiveContext;
use crate::context::cache::Cache;

/// A set of contexts, each parsed when first used and compiled when first applied.
///
/// Share one value between threads and documents: compiled contexts are cached inside it.
pub struct Contexts {
    documents: HashMap<Box<str>, Document>,
    initial: Arc<ActiveContext>,
    pub(crate) cache: Cache,
}

struct Document {
    /// Identity for the cache.
    number: u64,
    source: Source,
}

enum Source {
    Text(&'static str, OnceLock<Result<Arc<Value>, String>>),
    Parsed(Arc<Value>),
}

impl Contexts {
    /// No contexts at all.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            documents: HashMap::new(),
            initial: Arc::new(ActiveContext::initial()),
            cache: Cache::default(),
        }
    }

    /// The contexts that credentials commonly use, in the versions their specifications publish: the data
    /// models 1.1 and 2.0, Data Integrity, Multikey, DIDs, status lists, citizenship and others.
    #[must_use]
    pub fn bundled() -> Self {
        let mut contexts = Self::empty();
        for (url, text) in bundled::all() {
            contexts.put(url.into(), Source::Text(text, OnceLock::new()));
        }
        contexts
    }

    /// Adds a context, or replaces the one of that URL. `json` is the whole document, with its `@context`.
    #[must_use]
    pub fn with(mut self, url: impl Into<String>, json: Value) -> Self {
        self.put(url.into().into(), Source::Parsed(Arc::new(json)));
        self
    }

    /// Adds a context given as JSON text.
    ///
    /// # Errors
    /// [`Error::ContextNotJson`].
    pub fn with_text(self, url: impl Into<String>, text: &str) -> Result<Self, Error> {
        let url = url.into();
        match serde_json::from_str(text) {
            Ok(json) => Ok(self.with(url, json)),
            Err(error) => Err(Error::ContextNotJson { url, detail: error.to_string() }),
        }
    }

    /// The URLs of the set, sorted.
    #[must_use]
    pub fn urls(&self) -> Vec<&str> {
        let mut urls: Vec<&str> = self.documents.keys().map(AsRef::as_ref).collect();
        urls.sort_unstable();
        urls
    }

    /// True if documents may refer to `url`.
    #[must_use]
    pub fn contains(&self, url: &str) -> bool {
        self.documents.contains_key(url)
    }

    /// The text of a bundled context as it is published, for checking its digest.
    #[must_use]
    pub fn published_text(&self, url: &str) -> Option<&'static str> {
        match self.documents.get(url)?.source {
            Source::Text(text, _) => Some(text),
            Source::Parsed(_) => None,
        }
    }

    fn put(&mut self, url: Box<str>, source: Source) {
        // A replaced document leaves its number unused or to its successor: the cache starts anew anyway.
        let number = self.documents.get(&url).map_or(self.documents.len() as u64, |old| old.number);
        self.documents.insert(url, Document { number, source });
        // A compiled context may contain one that has just been replaced.
        self.cache = Cache::default();
    }

    fn find(&self, url: &str) -> Result<&Document, Error> {
        self.documents.get(url).ok_or_else(|| Error::UnknownContext(url.to_owned()))
    }

    /// The number under which compiled forms of a context are cached.
    pub(crate) fn number(&self, url: &str) -> Result<u64, Error> {
        Ok(self.find(url)?.number)
    }

    /// The document of a URL.
    pub(crate) fn document(&self, url: &str) -> Result<Arc<Value>, Error> {
        match &self.find(url)?.source {
            Source::Parsed(value) => Ok(Arc::clone(value)),
            Source::Text(text, parsed) => parsed
                .get_or_init(|| serde_json::from_str(text).map(Arc::new).map_err(|error| error.to_string()))
                .clone()
                .map_err(|detail| Error::ContextNotJson { url: url.to_owned(), detail }),
        }
    }

    /// The active context of a document before its first `@context`.
    pub(crate) fn initial(&self) -> &Arc<ActiveContext> {
        &self.initial
    }
}

impl fmt::Debug for Contexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.urls()).finish()
    }
}
