//! Context Processing Algorithm (JSON-LD 1.1 API §4.1), with its step numbers.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::cache::{self, Key, Source};
use super::{ActiveContext, Base, Direction, Expanded, Scoped, Tier, fresh_number};
use crate::contexts::Contexts;
use crate::keyword::Keyword;
use crate::{Code, Error, Limits, iri};

/// Longest JSON text of a context inside a document that is worth keeping.
const MAX_INLINE_KEY: usize = 8 << 10;

/// The optional parameters of the algorithm.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// What relative context URLs resolve against.
    pub(crate) base_url: Option<Arc<str>>,
    /// Remote contexts that are being processed.
    pub(crate) remote: Vec<Arc<str>>,
    pub(crate) override_protected: bool,
    pub(crate) propagate: bool,
    pub(crate) validate_scoped: bool,
}

impl Request {
    pub(crate) const fn new(base_url: Option<Arc<str>>) -> Self {
        Self {
            base_url,
            remote: Vec::new(),
            override_protected: false,
            propagate: true,
            validate_scoped: true,
        }
    }
}

/// Turns local contexts into active ones for one document, within its limits.
pub(crate) struct Processor<'a> {
    contexts: &'a Contexts,
    limits: &'a Limits,
    /// The document's base IRI.
    pub(crate) document_base: Option<&'a str>,
    /// The same, as the URL of contexts inside the document.
    base_url: Option<Arc<str>>,
    applied: usize,
    work: usize,
    /// What depends on the document's base.
    local: cache::Map,
}

impl<'a> Processor<'a> {
    pub(crate) fn new(contexts: &'a Contexts, limits: &'a Limits, document_base: Option<&'a str>) -> Self {
        Self {
            contexts,
            limits,
            document_base,
            base_url: document_base.map(Arc::from),
            applied: 0,
            work: 0,
            local: cache::Map::default(),
        }
    }

    pub(super) fn charge(&mut self, work: usize) -> Result<(), Error> {
        self.work = self.work.saturating_add(work);
        if self.work > self.limits.context_work {
            return Err(Error::Limit { what: "work on contexts", max: self.limits.context_work });
        }
        Ok(())
    }

    /// The context that `source` makes out of `parent`, from a cache if it has been made before.
    fn cached(
        &mut self,
        parent: &Arc<ActiveContext>,
        source: Source,
        tier: Tier,
        make: impl FnOnce(&mut Self) -> Result<ActiveContext, Error>,
    ) -> Result<Arc<ActiveContext>, Error> {
        let tier = tier.max(parent.tier);
        let key = Key { parent: parent.number, source };
        if let Some(found) = self.contexts.cache.get(tier, &key).or_else(|| self.local.get(&key)) {
            return Ok(found);
        }
        let mut made = make(self)?;
        made.tier = made.tier.max(tier);
        let made = Arc::new(made);
        if !self.contexts.cache.insert(key.clone(), &made) {
            self.local.insert(key, Arc::clone(&made));
        }
        Ok(made)
    }

    /// Applies the value of `@context` in a document.
    pub(crate) fn in_document(
        &mut self,
        active: &Arc<ActiveContext>,
        local: &Value,
    ) -> Result<Arc<ActiveContext>, Error> {
        match local {
            Value::Array(entries) => {
                let mut active = Arc::clone(active);
                for entry in entries {
                    // Entries of an array do not decide on propagation (step 2); nested arrays are no contexts.
                    let alone = std::slice::from_ref(entry);
                    active = match entry {
                        Value::String(url) => self.url(&active, url)?,
                        _ => self.inline(&active, entry, |this, active, request| {
                            this.entries(active, alone, request.propagate, request)
                        })?,
                    };
                }
                Ok(active)
            }
            Value::String(url) => self.url(active, url),
            other => self.inline(active, other, |this, active, request| this.process(active, other, request)),
        }
    }

    fn url(&mut self, active: &Arc<ActiveContext>, url: &str) -> Result<Arc<ActiveContext>, Error> {
        let request = Request::new(self.base_url.clone());
        let resolved;
        let url = if iri::has_scheme(url) {
            url
        } else {
            resolved = absolute(url, &request)?;
            &resolved
        };
        let number = self.contexts.number(url)?;
        self.cached(active, Source::Url(number), Tier::Shared, |this| {
            this.charge(1)?;
            let copy = ActiveContext { number: fresh_number(), ..ActiveContext::clone(active) };
            this.remote(copy, url, &request)
        })
    }

    fn inline(
        &mut self,
        active: &Arc<ActiveContext>,
        local: &Value,
        make: impl FnOnce(&mut Self, &Arc<ActiveContext>, &Request) -> Result<ActiveContext, Error>,
    ) -> Result<Arc<ActiveContext>, Error> {
        let request = Request::new(self.base_url.clone());
        let text = local.to_string();
        if text.len() > MAX_INLINE_KEY {
            let mut made = make(self, active, &request)?;
            made.tier = Tier::Document;
            return Ok(Arc::new(made));
        }
        let source = Source::Inline(text.into(), self.base_url.clone());
        self.cached(active, source, Tier::Inline, |this| make(this, active, &request))
    }

    /// Applies the context of a property (step 8 of expansion).
    pub(crate) fn of_property(
        &mut self,
        active: &Arc<ActiveContext>,
        scoped: &Scoped,
    ) -> Result<Arc<ActiveContext>, Error> {
        self.cached(active, Source::Property(scoped.number), Tier::Shared, |this| {
            let request = Request { override_protected: true, ..Request::new(scoped.base_url.clone()) };
            this.process(active, &scoped.context, &request)
        })
    }

    /// Applies the context of a type (steps 11 and 13.8.3.2 of expansion), which ends with the node. The latter step does
    /// not say `propagate: false`, as step 11 once did not: §4.1.1 does, for all type-scoped contexts.
    pub(crate) fn of_type(
        &mut self,
        active: &Arc<ActiveContext>,
        scoped: &Scoped,
    ) -> Result<Arc<ActiveContext>, Error> {
        self.cached(active, Source::Type(scoped.number), Tier::Shared, |this| {
            let request = Request { propagate: false, ..Request::new(scoped.base_url.clone()) };
            this.process(active, &scoped.context, &request)
        })
    }

    /// The algorithm itself.
    pub(super) fn process(
        &mut self,
        active: &Arc<ActiveContext>,
        local: &Value,
        request: &Request,
    ) -> Result<ActiveContext, Error> {
        // 2. A context decides itself whether it propagates.
        let propagate = match local.get("@propagate") {
            Some(Value::Bool(propagate)) => *propagate,
            Some(other) => return Err(Error::context(Code::InvalidPropagateValue, other.to_string())),
            None => request.propagate,
        };
        // 4.
        let entries = match local {
            Value::Array(entries) => entries.as_slice(),
            one => std::slice::from_ref(one),
        };
        self.entries(active, entries, propagate, request)
    }

    /// Steps 1, 3 and 5.
    fn entries(
        &mut self,
        active: &Arc<ActiveContext>,
        entries: &[Value],
        propagate: bool,
        request: &Request,
    ) -> Result<ActiveContext, Error> {
        self.charge(active.len() + 1)?;
        let mut result = ActiveContext { number: fresh_number(), ..ActiveContext::clone(active) };
        if !propagate && result.previous.is_none() {
            result.previous = Some(Arc::clone(active));
        }
        for entry in entries {
            self.applied += 1;
            if self.applied > self.limits.contexts {
                return Err(Error::Limit { what: "number of contexts", max: self.limits.contexts });
            }
            match entry {
                // 5.1
                Value::Null => {
                    if !request.override_protected && result.protected > 0 {
                        return Err(Error::context(
                            Code::InvalidContextNullification,
                            "null would wipe out protected terms",
                        ));
                    }
                    let previous = if propagate { None } else { result.previous.take() };
                    result = ActiveContext { previous, tier: result.tier, ..ActiveContext::initial() };
                }
                // 5.2
                Value::String(url) => result = self.remote(result, url, request)?,
                Value::Object(context) => self.object(&mut result, unwrapped(context), request)?,
                // 5.3
                other => return Err(Error::context(Code::InvalidLocalContext, other.to_string())),
            }
        }
        Ok(result)
    }

    /// Step 5.2: a context by its URL.
    fn remote(
        &mut self,
        result: ActiveContext,
        url: &str,
        request: &Request,
    ) -> Result<ActiveContext, Error> {
        let url: Arc<str> = absolute(url, request)?.into();
        if !request.validate_scoped && request.remote.contains(&url) {
            return Ok(result);
        }
        if request.remote.len() >= self.limits.context_chain {
            return Err(Error::context(Code::ContextOverflow, &*url));
        }
        let document = self.contexts.document(&url)?;
        let context = document
            .get("@context")
            .ok_or_else(|| Error::context(Code::InvalidRemoteContext, format!("<{url}> has no @context")))?;
        let mut remote = request.remote.clone();
        remote.push(Arc::clone(&url));
        let request = Request { base_url: Some(url), remote, propagate: true, ..request.clone() };
        self.process(&Arc::new(result), context, &request)
    }

    /// Steps 5.5 to 5.13: a context definition.
    fn object(
        &mut self,
        result: &mut ActiveContext,
        context: &Map<String, Value>,
        request: &Request,
    ) -> Result<(), Error> {
        if let Some(version) = context.get("@version")
            && version.as_f64() != Some(1.1)
        {
            return Err(Error::context(Code::InvalidVersionValue, version.to_string()));
        }
        let merged;
        let context = match context.get("@import") {
            Some(import) => {
                merged = self.import(import, context, request)?;
                &merged
            }
            None => context,
        };
        if let Some(base) = context.get("@base")
            && request.remote.is_empty()
        {
            self.base(result, base)?;
        }
        if let Some(vocab) = context.get("@vocab") {
            self.vocab(result, vocab)?;
        }
        if let Some(language) = context.get("@language") {
            result.language = match language {
                Value::Null => None,
                Value::String(language) => Some(language.as_str().into()),
                other => return Err(Error::context(Code::InvalidDefaultLanguage, other.to_string())),
            };
        }
        if let Some(direction) = context.get("@direction") {
            result.direction = parse_direction(direction)?;
        }
        if let Some(propagate) = context.get("@propagate")
            && !propagate.is_boolean()
        {
            return Err(Error::context(Code::InvalidPropagateValue, propagate.to_string()));
        }
        let protected = match context.get("@protected") {
            None => false,
            Some(Value::Bool(protected)) => *protected,
            Some(other) => return Err(Error::context(Code::InvalidProtectedValue, other.to_string())),
        };
        // 5.13
        self.charge(context.len())?;
        let mut defined = HashMap::with_capacity(context.len());
        for term in context.keys() {
            if !matches!(
                Keyword::parse(term),
                Some(
                    Keyword::Base
                        | Keyword::Direction
                        | Keyword::Import
                        | Keyword::Language
                        | Keyword::Propagate
                        | Keyword::Protected
                        | Keyword::Version
                        | Keyword::Vocab
                )
            ) {
                self.define(result, context, term, &mut defined, protected, request)?;
            }
        }
        Ok(())
    }

    /// Step 5.6: `@import`, entries of the importing context win.
    fn import(
        &mut self,
        import: &Value,
        context: &Map<String, Value>,
        request: &Request,
    ) -> Result<Map<String, Value>, Error> {
        let Value::String(url) = import else {
            return Err(Error::context(Code::InvalidImportValue, import.to_string()));
        };
        let url = absolute(url, request)?;
        let document = self.contexts.document(&url)?;
        let Some(Value::Object(imported)) = document.get("@context") else {
            return Err(Error::context(
                Code::InvalidRemoteContext,
                format!("<{url}> is imported and is not one context"),
            ));
        };
        if imported.contains_key("@import") {
            return Err(Error::context(
                Code::InvalidContextEntry,
                format!("<{url}> is imported and imports"),
            ));
        }
        self.charge(imported.len())?;
        let mut merged = imported.clone();
        merged.extend(context.iter().map(|(key, value)| (key.clone(), value.clone())));
        Ok(merged)
    }

    /// Step 5.7.
    fn base(&mut self, result: &mut ActiveContext, base: &Value) -> Result<(), Error> {
        result.base = match base {
            Value::Null => Base::Null,
            Value::String(base) if iri::has_scheme(base) => Base::Iri(base.as_str().into()),
            Value::String(base) => {
                if result.base == Base::Document {
                    result.tier = Tier::Document;
                }
                let current = result.base_iri(self.document_base);
                let current = current.ok_or_else(|| Error::context(Code::InvalidBaseIri, base))?;
                Base::Iri(iri::resolve(current, base).into())
            }
            other => return Err(Error::context(Code::InvalidBaseIri, other.to_string())),
        };
        Ok(())
    }

    /// Step 5.8.
    fn vocab(&mut self, result: &mut ActiveContext, vocab: &Value) -> Result<(), Error> {
        let vocab = match vocab {
            Value::Null => None,
            Value::String(vocab) => {
                // Only a relative reference without a vocabulary depends on the base.
                if !vocab.contains(':') && result.vocab.is_none() && result.base == Base::Document {
                    result.tier = Tier::Document;
                }
                match result.expand_vocab(vocab, result.base_iri(self.document_base)) {
                    Expanded::Iri(iri) => Some(Arc::from(&*iri)),
                    _ => return Err(Error::context(Code::InvalidVocabMapping, vocab)),
                }
            }
            other => return Err(Error::context(Code::InvalidVocabMapping, other.to_string())),
        };
        result.vocab = vocab;
        Ok(())
    }
}

/// The context in `{"@context": {…}}`. By the letter (§4.1.2 step 5.13) that is an attempt to redefine a keyword;
/// jsonld.js takes the inner one, and the W3C suite of eddsa-rdfc-2022 has credentials that are signed so. Nothing can
/// be hidden by it: an object with any further member is refused as before.
fn unwrapped(context: &Map<String, Value>) -> &Map<String, Value> {
    match context.get("@context") {
        Some(Value::Object(inner)) if context.len() == 1 => inner,
        _ => context,
    }
}

/// A context's URL, made absolute.
fn absolute(url: &str, request: &Request) -> Result<String, Error> {
    match &request.base_url {
        _ if iri::has_scheme(url) => Ok(url.to_owned()),
        Some(base) => Ok(iri::resolve(base, url)),
        None => Err(Error::context(Code::LoadingDocumentFailed, format!("context URL {url:?} is relative"))),
    }
}

/// A direction or null.
pub(super) fn parse_direction(value: &Value) -> Result<Option<Direction>, Error> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if Direction::parse(text).is_some() => Ok(Direction::parse(text)),
        other => Err(Error::context(Code::InvalidBaseDirection, other.to_string())),
    }
}
