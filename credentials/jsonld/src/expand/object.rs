//! Steps 7 to 20 of expansion: objects — value objects, lists, sets and nodes.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Expander, Item, Property, Shape};
use crate::context::{ActiveContext, Direction, Expanded};
use crate::keyword::Keyword;
use crate::place::Step;
use crate::{Code, Error, Loss, iri};

/// An entry of an object, and what its key expands to.
pub(super) struct Entry<'v, 'c> {
    pub(super) key: &'v str,
    pub(super) value: &'v Value,
    pub(super) expanded: Expanded<'c>,
}

impl Entry<'_, '_> {
    pub(super) fn is(&self, keyword: Keyword) -> bool {
        self.expanded == Expanded::Keyword(keyword)
    }

    /// True if expansion drops the entry by itself: its key means nothing, or it is null.
    fn is_dropped(&self) -> bool {
        match &self.expanded {
            Expanded::Keyword(_) => false,
            Expanded::Iri(iri) => !iri.contains(':') || self.value.is_null(),
            Expanded::Null | Expanded::Reserved => true,
        }
    }
}

/// Expands the keys of an object.
pub(super) fn entries<'v: 'c, 'c>(
    active: &'c ActiveContext,
    map: &'v Map<String, Value>,
) -> Vec<Entry<'v, 'c>> {
    map.iter()
        .filter(|(key, _)| *key != "@context")
        .map(|(key, value)| Entry { key, value, expanded: active.expand_vocab(key, None) })
        .collect()
}

impl Expander<'_> {
    pub(super) fn object(
        &mut self,
        active: &Arc<ActiveContext>,
        property: Property<'_>,
        map: &Map<String, Value>,
        from_map: bool,
        depth: usize,
        out: &mut Vec<Item>,
    ) -> Result<Shape, Error> {
        // 3.
        let scoped = match property {
            Property::Key(key) => active.term(key).and_then(|term| term.scoped.clone()),
            _ => None,
        };
        let mut active = Arc::clone(active);
        // 7.
        if !from_map
            && let Some(previous) = &active.previous
            && !stays_with_type(&active, map)
        {
            active = Arc::clone(previous);
        }
        // 8.
        if let Some(scoped) = scoped {
            active = self.contexts.of_property(&active, &scoped)?;
        }
        // 9.
        if let Some(context) = map.get("@context") {
            active = self.contexts.in_document(&active, context)?;
        }
        // 10 and 11.
        let type_scoped = Arc::clone(&active);
        active = self.apply_types(active, map)?;
        let entries = entries(&active, map);
        if property == Property::Reverse
            && let Some(entry) = entries.iter().find(|entry| matches!(entry.expanded, Expanded::Keyword(_)))
        {
            return Err(Error::document(Code::InvalidReversePropertyMap, entry.key));
        }
        for entry in &entries {
            match entry.expanded {
                Expanded::Keyword(Keyword::Value) => {
                    return self.value_object(&type_scoped, property, &entries, out);
                }
                Expanded::Keyword(Keyword::List) => {
                    return self.list_object(&active, property, &entries, entry.value, depth, out);
                }
                Expanded::Keyword(Keyword::Set) => {
                    self.only(&entries, &[Keyword::Set, Keyword::Index], Code::InvalidSetOrListObject)?;
                    let outer = self.places.enter(|| Step::Key(entry.key.into()));
                    let shape = self.expand(&active, property, entry.value, false, depth + 1, out);
                    self.places.leave(outer);
                    return shape;
                }
                _ => {}
            }
        }
        self.node(&active, &type_scoped, property, &entries, depth, out)
    }

    /// Step 11: contexts of the node's types, in the order of the types' names.
    fn apply_types(
        &mut self,
        mut active: Arc<ActiveContext>,
        map: &Map<String, Value>,
    ) -> Result<Arc<ActiveContext>, Error> {
        let type_scoped = Arc::clone(&active);
        let mut keys: Vec<(&String, &Value)> = map
            .iter()
            .filter(|(key, _)| type_scoped.expand_vocab(key, None) == Expanded::Keyword(Keyword::Type))
            .collect();
        keys.sort_unstable_by_key(|(key, _)| *key);
        for (_, value) in keys {
            let mut types: Vec<&str> = match value {
                Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
                one => one.as_str().into_iter().collect(),
            };
            types.sort_unstable();
            for name in types {
                if let Some(scoped) = type_scoped.term(name).and_then(|term| term.scoped.as_ref()) {
                    active = self.contexts.of_type(&active, scoped)?;
                }
            }
        }
        Ok(active)
    }

    /// Refuses entries other than the permitted ones, and repeated ones.
    fn only(&self, entries: &[Entry<'_, '_>], permitted: &[Keyword], code: Code) -> Result<(), Error> {
        for (at, entry) in entries.iter().enumerate() {
            match entry.expanded {
                Expanded::Keyword(keyword) if permitted.contains(&keyword) => {
                    if entries.iter().skip(at + 1).any(|other| other.is(keyword)) {
                        return Err(Error::document(Code::CollidingKeywords, entry.key));
                    }
                    if keyword == Keyword::Index && !entry.value.is_string() {
                        return Err(Error::document(Code::InvalidIndexValue, entry.value.to_string()));
                    }
                }
                _ if entry.is_dropped() => self.refuse_entry(entry)?,
                _ => return Err(Error::document(code, entry.key)),
            }
        }
        Ok(())
    }

    /// In safe mode, refuses an entry whose key means nothing.
    pub(super) fn refuse_entry(&self, entry: &Entry<'_, '_>) -> Result<(), Error> {
        let loss = match &entry.expanded {
            Expanded::Null => Loss::NullTerm,
            Expanded::Reserved => Loss::ReservedTerm,
            Expanded::Iri(iri) if !iri.contains(':') => Loss::UndefinedTerm,
            _ => return Ok(()),
        };
        self.lose(loss, || entry.key.to_owned())
    }

    /// Step 13.4.11.
    fn list_object(
        &mut self,
        active: &Arc<ActiveContext>,
        property: Property<'_>,
        entries: &[Entry<'_, '_>],
        value: &Value,
        depth: usize,
        out: &mut Vec<Item>,
    ) -> Result<Shape, Error> {
        self.only(entries, &[Keyword::List, Keyword::Index], Code::InvalidSetOrListObject)?;
        if property.is_free_floating() {
            self.lose(Loss::FreeFloatingList, || value.to_string())?;
            return Ok(Shape::Null);
        }
        let mut items = Vec::new();
        self.places.indivisible();
        let outer = self.places.enter(|| Step::Key("@list".into()));
        self.expand(active, property, value, false, depth + 1, &mut items)?;
        self.places.leave(outer);
        out.push(Item::List(items, self.places.here()));
        Ok(Shape::One)
    }

    /// Steps 13.4.4 to 13.4.10 and 15, for an object with `@value`.
    fn value_object(
        &mut self,
        type_scoped: &ActiveContext,
        property: Property<'_>,
        entries: &[Entry<'_, '_>],
        out: &mut Vec<Item>,
    ) -> Result<Shape, Error> {
        self.only(
            entries,
            &[Keyword::Value, Keyword::Type, Keyword::Language, Keyword::Direction, Keyword::Index],
            Code::InvalidValueObject,
        )?;
        self.places.indivisible();
        let find = |keyword| entries.iter().find(|entry| entry.is(keyword)).map(|entry| entry.value);
        let value = find(Keyword::Value).unwrap_or(&Value::Null);
        let language = match find(Keyword::Language) {
            None => None,
            Some(Value::String(language)) => Some(language.as_str()),
            Some(other) => return Err(Error::document(Code::InvalidLanguageTaggedString, other.to_string())),
        };
        let direction = find(Keyword::Direction).map(direction).transpose()?;
        let datatype = match find(Keyword::Type) {
            None | Some(Value::Null) => None,
            Some(Value::String(name)) => {
                let base = type_scoped.base_iri(self.contexts.document_base);
                Some((name.as_str(), type_scoped.expand_vocab(name, base)))
            }
            Some(other) => {
                let strings = other.as_array().is_some_and(|names| names.iter().all(Value::is_string));
                let code = if strings { Code::InvalidTypedValue } else { Code::InvalidTypeValue };
                return Err(Error::document(code, other.to_string()));
            }
        };
        if datatype.is_some() && (language.is_some() || direction.is_some()) {
            return Err(Error::document(Code::InvalidValueObject, "@type with @language or @direction"));
        }
        if let Some((_, Expanded::Keyword(Keyword::Json))) = datatype {
            if property.is_free_floating() {
                self.lose(Loss::FreeFloatingValue, || value.to_string())?;
                return Ok(Shape::Null);
            }
            let item = self.json(value)?;
            out.push(item);
            return Ok(Shape::One);
        }
        match value {
            Value::Null => {
                let name = if let Property::Key(key) = property { key } else { "@value" };
                self.lose(Loss::NullValue, || name.to_owned())?;
                return Ok(Shape::Null);
            }
            Value::Array(_) | Value::Object(_) => {
                return Err(Error::document(Code::InvalidValueObjectValue, value.to_string()));
            }
            Value::String(_) => {}
            _ if language.is_some() => {
                return Err(Error::document(Code::InvalidLanguageTaggedValue, value.to_string()));
            }
            _ => {}
        }
        let datatype = match &datatype {
            None => None,
            Some((_, Expanded::Iri(iri))) if iri::is_well_formed(iri) => Some(iri.as_ref()),
            Some((name, _)) => return Err(Error::document(Code::InvalidTypedValue, *name)),
        };
        if property.is_free_floating() {
            self.lose(Loss::FreeFloatingValue, || value.to_string())?;
            return Ok(Shape::Null);
        }
        let item = self.literal(value, datatype, language, direction)?;
        out.push(item);
        Ok(Shape::One)
    }
}

/// The value of `@direction`.
pub(super) fn direction(value: &Value) -> Result<Direction, Error> {
    value
        .as_str()
        .and_then(Direction::parse)
        .ok_or_else(|| Error::document(Code::InvalidBaseDirection, value.to_string()))
}

/// Step 7: value objects and mere references keep the context of the node they are in.
fn stays_with_type(active: &ActiveContext, map: &Map<String, Value>) -> bool {
    let is = |key: &String, keyword| active.expand_vocab(key, None) == Expanded::Keyword(keyword);
    map.keys().any(|key| is(key, Keyword::Value))
        || (map.len() == 1 && map.keys().all(|key| is(key, Keyword::Id)))
}
