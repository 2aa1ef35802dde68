//! Create Term Definition (JSON-LD 1.1 API §4.2), with its step numbers.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::process::{Processor, Request, parse_direction};
use super::{ActiveContext, Container, Expanded, Mapping, Scoped, Term, TypeMapping, fresh_number};
use crate::keyword::{Keyword, has_keyword_form};
use crate::{Code, Error, iri};

/// Terms whose definition has begun (false) or ended (true).
type Defined<'c> = HashMap<&'c str, bool>;

/// The local context that a term is defined in.
struct Scope<'c, 'r> {
    context: &'c Map<String, Value>,
    protected: bool,
    request: &'r Request,
}

impl Processor<'_> {
    /// Defines `term` in `active` as `context` says, and before it what it depends on.
    pub(super) fn define<'c>(
        &mut self,
        active: &mut ActiveContext,
        context: &'c Map<String, Value>,
        term: &'c str,
        defined: &mut Defined<'c>,
        protected: bool,
        request: &Request,
    ) -> Result<(), Error> {
        self.define_in(active, &Scope { context, protected, request }, term, defined)
    }

    fn define_in<'c>(
        &mut self,
        active: &mut ActiveContext,
        scope: &Scope<'c, '_>,
        term: &'c str,
        defined: &mut Defined<'c>,
    ) -> Result<(), Error> {
        // 1 and 2.
        match defined.get(term) {
            Some(true) => return Ok(()),
            Some(false) => return Err(Error::context(Code::CyclicIriMapping, term)),
            None => {}
        }
        if term.is_empty() {
            return Err(Error::context(Code::InvalidTermDefinition, "the empty string is no term"));
        }
        defined.insert(term, false);
        // 3 to 5.
        let value = scope.context.get(term).unwrap_or(&Value::Null);
        if term == "@type" {
            check_type_redefinition(value)?;
        } else if Keyword::parse(term).is_some() {
            return Err(Error::context(Code::KeywordRedefinition, term));
        } else if has_keyword_form(term) {
            return Ok(());
        }
        // 6 to 9.
        let previous = active.remove(term);
        let empty = Map::new();
        let simple;
        let (entries, is_simple) = match value {
            Value::Null => {
                simple = Map::from_iter([("@id".to_owned(), Value::Null)]);
                (&simple, false)
            }
            Value::String(_) => {
                simple = Map::from_iter([("@id".to_owned(), value.clone())]);
                (&simple, true)
            }
            Value::Object(entries) => (entries, false),
            _ => return Err(Error::context(Code::InvalidTermDefinition, term)),
        };
        let entries = if entries.is_empty() { &empty } else { entries };
        let Some(mut definition) = self.definition(active, scope, term, entries, is_simple, defined)? else {
            // An identifier that looks like a keyword to come: the term stays undefined.
            return Ok(());
        };
        // 27.
        if !scope.request.override_protected
            && let Some(previous) = previous
            && previous.protected
        {
            if !definition.same_as(&previous) {
                return Err(Error::context(Code::ProtectedTermRedefinition, term));
            }
            // The protection, and the number of a scoped context, stay: caches keep working.
            definition = Term::clone(&previous);
        }
        // 28.
        active.insert(term, Arc::new(definition));
        defined.insert(term, true);
        Ok(())
    }

    /// Steps 10 to 26.
    fn definition<'c>(
        &mut self,
        active: &mut ActiveContext,
        scope: &Scope<'c, '_>,
        term: &'c str,
        entries: &Map<String, Value>,
        is_simple: bool,
        defined: &mut Defined<'c>,
    ) -> Result<Option<Term>, Error> {
        let invalid = |code: Code| Error::context(code, term);
        let mut definition = Term::new(Mapping::Null);
        // 11.
        definition.protected = match entries.get("@protected") {
            None => scope.protected,
            Some(Value::Bool(protected)) => *protected,
            Some(_) => return Err(invalid(Code::InvalidProtectedValue)),
        };
        // 12.
        definition.type_mapping = match entries.get("@type") {
            None => None,
            Some(Value::String(value)) => Some(self.type_mapping(active, scope, term, value, defined)?),
            Some(_) => return Err(invalid(Code::InvalidTypeMapping)),
        };
        // 13.
        if let Some(reverse) = entries.get("@reverse") {
            return self.reverse(active, scope, term, entries, reverse, definition, defined);
        }
        // 14 to 18.
        let id = entries.get("@id");
        let Some(mapping) = self.iri_mapping(active, scope, term, id, is_simple, &mut definition, defined)?
        else {
            return Ok(None);
        };
        definition.mapping = mapping;
        // 19.
        if let Some(container) = entries.get("@container") {
            definition.container =
                parse_container(container).ok_or_else(|| invalid(Code::InvalidContainerMapping))?;
            if definition.container.has(Container::TYPE) {
                match definition.type_mapping.get_or_insert(TypeMapping::Id) {
                    TypeMapping::Id | TypeMapping::Vocab => {}
                    _ => return Err(invalid(Code::InvalidTypeMapping)),
                }
            }
        }
        // 20.
        if let Some(index) = entries.get("@index") {
            let Value::String(index) = index else { return Err(invalid(Code::InvalidTermDefinition)) };
            let expanded = self.expand(active, scope, index, defined)?;
            if !definition.container.has(Container::INDEX)
                || !matches!(expanded, Mapping::Iri(iri) if iri::has_scheme(&iri))
            {
                return Err(invalid(Code::InvalidTermDefinition));
            }
            definition.index = Some(index.as_str().into());
        }
        // 21.
        if let Some(context) = entries.get("@context") {
            definition.scoped = Some(self.scoped(active, scope, term, context)?);
        }
        // 22 and 23.
        if definition.type_mapping.is_none() {
            definition.language = match entries.get("@language") {
                None => None,
                Some(Value::Null) => Some(None),
                Some(Value::String(language)) => Some(Some(language.as_str().into())),
                Some(_) => return Err(invalid(Code::InvalidLanguageMapping)),
            };
            definition.direction = entries.get("@direction").map(parse_direction).transpose()?;
        }
        // 24.
        definition.nest = match entries.get("@nest") {
            None => None,
            Some(Value::String(nest)) if nest == "@nest" || Keyword::parse(nest).is_none() => {
                Some(nest.as_str().into())
            }
            Some(_) => return Err(invalid(Code::InvalidNestValue)),
        };
        // 25.
        if let Some(prefix) = entries.get("@prefix") {
            if term.contains([':', '/']) {
                return Err(invalid(Code::InvalidTermDefinition));
            }
            definition.prefix = prefix.as_bool().ok_or_else(|| invalid(Code::InvalidPrefixValue))?;
            if definition.prefix && matches!(definition.mapping, Mapping::Keyword(_)) {
                return Err(invalid(Code::InvalidTermDefinition));
            }
        }
        // 26.
        let known = |key: &String| {
            matches!(
                key.as_str(),
                "@id"
                    | "@reverse"
                    | "@container"
                    | "@context"
                    | "@direction"
                    | "@index"
                    | "@language"
                    | "@nest"
                    | "@prefix"
                    | "@protected"
                    | "@type"
            )
        };
        if let Some(unknown) = entries.keys().find(|key| !known(key)) {
            return Err(Error::context(Code::InvalidTermDefinition, format!("{unknown} in {term}")));
        }
        Ok(Some(definition))
    }

    /// Step 12.
    fn type_mapping<'c>(
        &mut self,
        active: &mut ActiveContext,
        scope: &Scope<'c, '_>,
        term: &str,
        value: &str,
        defined: &mut Defined<'c>,
    ) -> Result<TypeMapping, Error> {
        match self.expand(active, scope, value, defined)? {
            Mapping::Keyword(Keyword::Id) => Ok(TypeMapping::Id),
            Mapping::Keyword(Keyword::Vocab) => Ok(TypeMapping::Vocab),
            Mapping::Keyword(Keyword::Json) => Ok(TypeMapping::Json),
            Mapping::Keyword(Keyword::None) => Ok(TypeMapping::None),
            Mapping::Iri(iri) if iri::has_scheme(&iri) => Ok(TypeMapping::Iri(iri)),
            _ => Err(Error::context(Code::InvalidTypeMapping, format!("{value} in {term}"))),
        }
    }

    /// Step 13.
    #[expect(
        clippy::too_many_arguments,
        reason = "the state of one algorithm, split where the standard splits it"
    )]
    fn reverse<'c>(
        &mut self,
        active: &mut ActiveContext,
        scope: &Scope<'c, '_>,
        term: &'c str,
        entries: &Map<String, Value>,
        reverse: &Value,
        mut definition: Term,
        defined: &mut Defined<'c>,
    ) -> Result<Option<Term>, Error> {
        if entries.contains_key("@id") || entries.contains_key("@nest") {
            return Err(Error::context(Code::InvalidReverseProperty, term));
        }
        let Value::String(reverse) = reverse else {
            return Err(Error::context(Code::InvalidIriMapping, term));
        };
        if has_keyword_form(reverse) {
            return Ok(None);
        }
        definition.mapping = match self.expand(active, scope, reverse, defined)? {
            Mapping::Iri(iri) if is_iri_or_blank(&iri) => Mapping::Iri(iri),
            _ => return Err(Error::context(Code::InvalidIriMapping, term)),
        };
        definition.container = match entries.get("@container") {
            None | Some(Value::Null) => Container::default(),
            Some(Value::String(set)) if set == "@set" => Container::SET,
            Some(Value::String(index)) if index == "@index" => Container::INDEX,
            Some(_) => return Err(Error::context(Code::InvalidReverseProperty, term)),
        };
        definition.reverse = true;
        Ok(Some(definition))
    }

    /// Steps 14 to 18; None if the term is to be ignored.
    #[expect(
        clippy::too_many_arguments,
        reason = "the state of one algorithm, split where the standard splits it"
    )]
    fn iri_mapping<'c>(
        &mut self,
        active: &mut ActiveContext,
        scope: &Scope<'c, '_>,
        term: &'c str,
        id: Option<&Value>,
        is_simple: bool,
        definition: &mut Term,
        defined: &mut Defined<'c>,
    ) -> Result<Option<Mapping>, Error> {
        let invalid = || Error::context(Code::InvalidIriMapping, term);
        match id {
            Some(Value::Null) => return Ok(Some(Mapping::Null)),
            Some(Value::String(id)) if id != term => {
                return self.explicit_mapping(active, scope, term, id, is_simple, definition, defined);
            }
            None | Some(Value::String(_)) => {}
            Some(_) => return Err(invalid()),
        }
        // 15.
        if let Some(colon) = term.char_indices().skip(1).find(|&(_, c)| c == ':').map(|(at, _)| at) {
            let (prefix, suffix) =
                (term.get(..colon).unwrap_or_default(), term.get(colon + 1..).unwrap_or_default());
            if prefix != "_" && !suffix.starts_with("//") {
                self.depend(active, scope, prefix, defined)?;
                if let Some(Term { mapping: Mapping::Iri(iri), .. }) = active.term(prefix) {
                    return Ok(Some(Mapping::Iri(format!("{iri}{suffix}").into())));
                }
            }
            return Ok(Some(Mapping::Iri(term.into())));
        }
        // 16.
        if term.contains('/') {
            return match active.expand_vocab(term, None) {
                Expanded::Iri(iri) if iri::has_scheme(&iri) => Ok(Some(Mapping::Iri(Arc::from(&*iri)))),
                _ => Err(invalid()),
            };
        }
        // 17 and 18.
        if term == "@type" {
            return Ok(Some(Mapping::Keyword(Keyword::Type)));
        }
        match &active.vocab {
            Some(vocab) => Ok(Some(Mapping::Iri(format!("{vocab}{term}").into()))),
            None => Err(invalid()),
        }
    }

    /// Step 14.2.
    #[expect(
        clippy::too_many_arguments,
        reason = "the state of one algorithm, split where the standard splits it"
    )]
    fn explicit_mapping<'c>(
        &mut self,
        active: &mut ActiveContext,
        scope: &Scope<'c, '_>,
        term: &'c str,
        id: &str,
        is_simple: bool,
        definition: &mut Term,
        defined: &mut Defined<'c>,
    ) -> Result<Option<Mapping>, Error> {
        if Keyword::parse(id).is_none() && has_keyword_form(id) {
            return Ok(None);
        }
        let mapping = self.expand(active, scope, id, defined)?;
        match &mapping {
            Mapping::Keyword(Keyword::Context) => {
                return Err(Error::context(Code::InvalidKeywordAlias, term));
            }
            Mapping::Keyword(_) => {}
            Mapping::Iri(iri) if is_iri_or_blank(iri) => {}
            _ => return Err(Error::context(Code::InvalidIriMapping, term)),
        }
        let inner_colon = term.get(1..).is_some_and(|rest| rest.trim_end_matches(':').contains(':'));
        if inner_colon || term.contains('/') {
            // 14.2.4: a term that looks like an IRI must mean that IRI.
            defined.insert(term, true);
            if self.expand(active, scope, term, defined)? != mapping {
                return Err(Error::context(Code::InvalidIriMapping, term));
            }
        } else if !term.contains(':')
            && is_simple
            && matches!(&mapping, Mapping::Iri(iri) if iri::ends_with_gen_delim(iri) || iri.starts_with("_:"))
        {
            definition.prefix = true;
        }
        Ok(Some(mapping))
    }

    /// Step 21: the context of a term must hold up where it is defined.
    fn scoped(
        &mut self,
        active: &ActiveContext,
        scope: &Scope<'_, '_>,
        term: &str,
        context: &Value,
    ) -> Result<Arc<Scoped>, Error> {
        let request = Request {
            override_protected: true,
            propagate: true,
            validate_scoped: false,
            ..scope.request.clone()
        };
        self.charge(active.len())?;
        self.process(&Arc::new(active.clone()), context, &request).map_err(|error| match error {
            Error::Context { code, detail } => {
                Error::context(Code::InvalidScopedContext, format!("of {term}: {code}: {detail}"))
            }
            other => other,
        })?;
        Ok(Arc::new(Scoped {
            number: fresh_number(),
            context: context.clone(),
            base_url: scope.request.base_url.clone(),
        }))
    }

    /// Defines `term` first if the same context defines it.
    fn depend<'c>(
        &mut self,
        active: &mut ActiveContext,
        scope: &Scope<'c, '_>,
        term: &str,
        defined: &mut Defined<'c>,
    ) -> Result<(), Error> {
        match scope.context.get_key_value(term) {
            Some((term, _)) if defined.get(term.as_str()) != Some(&true) => {
                self.define_in(active, scope, term, defined)
            }
            _ => Ok(()),
        }
    }

    /// IRI expansion (§5.2) while terms are being defined.
    fn expand<'c>(
        &mut self,
        active: &mut ActiveContext,
        scope: &Scope<'c, '_>,
        value: &str,
        defined: &mut Defined<'c>,
    ) -> Result<Mapping, Error> {
        if Keyword::parse(value).is_none() && !has_keyword_form(value) {
            self.depend(active, scope, value, defined)?;
            if let Some((prefix, suffix)) = value.split_once(':')
                && !prefix.is_empty()
                && prefix != "_"
                && !suffix.starts_with("//")
            {
                self.depend(active, scope, prefix, defined)?;
            }
        }
        Ok(match active.expand_vocab(value, None) {
            Expanded::Null | Expanded::Reserved => Mapping::Null,
            Expanded::Keyword(keyword) => Mapping::Keyword(keyword),
            Expanded::Iri(iri) => Mapping::Iri(Arc::from(&*iri)),
        })
    }
}

fn is_iri_or_blank(text: &str) -> bool {
    text.starts_with("_:") || iri::has_scheme(text)
}

/// Step 4: `@type` may only be said to be a set, or protected.
fn check_type_redefinition(value: &Value) -> Result<(), Error> {
    let fits = value.as_object().is_some_and(|entries| {
        !entries.is_empty()
            && entries.iter().all(|(key, value)| match key.as_str() {
                "@container" => value == "@set",
                "@protected" => true,
                _ => false,
            })
    });
    if fits { Ok(()) } else { Err(Error::context(Code::KeywordRedefinition, "@type")) }
}

/// Step 19: the permitted combinations of containers.
fn parse_container(value: &Value) -> Option<Container> {
    let names = match value {
        Value::Array(names) => names.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut all = Container::default();
    for name in names {
        all = all.with(match name.as_str()? {
            "@graph" => Container::GRAPH,
            "@id" => Container::ID,
            "@index" => Container::INDEX,
            "@language" => Container::LANGUAGE,
            "@list" => Container::LIST,
            "@set" => Container::SET,
            "@type" => Container::TYPE,
            _ => return None,
        });
    }
    let rest = all.without(Container::SET);
    let fits = match rest.len() {
        0 => all.len() == 1,
        1 => all == rest || rest != Container::LIST,
        2 => rest.has(Container::GRAPH) && (rest.has(Container::ID) || rest.has(Container::INDEX)),
        _ => false,
    };
    fits.then_some(all)
}
