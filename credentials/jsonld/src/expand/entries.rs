//! Steps 13 and 14 of expansion: the entries of a node object.

use std::sync::Arc;

use serde_json::Value;

use super::object::{Entry, direction, entries};
use super::{Expander, Item, Node, Property, Shape};
use crate::context::{ActiveContext, Container, Expanded, TypeMapping};
use crate::dataset::TermId;
use crate::keyword::Keyword;
use crate::place::Step;
use crate::{Code, Error, Loss, iri};

/// A node object while its entries are read.
#[derive(Default)]
struct Draft {
    node: Node,
    /// Keywords seen, to tell collisions.
    seen: Vec<Keyword>,
    /// A property of [`crate::Options::terms`] was seen.
    carries: bool,
}

/// The contexts that a node's entries are read with.
struct Scope<'c> {
    active: &'c Arc<ActiveContext>,
    type_scoped: &'c Arc<ActiveContext>,
    depth: usize,
}

impl Expander<'_> {
    /// A node object.
    pub(super) fn node(
        &mut self,
        active: &Arc<ActiveContext>,
        type_scoped: &Arc<ActiveContext>,
        property: Property<'_>,
        entries: &[Entry<'_, '_>],
        depth: usize,
        out: &mut Vec<Item>,
    ) -> Result<Shape, Error> {
        let mut draft = Draft::default();
        self.entries(&Scope { active, type_scoped, depth }, entries, &mut draft)?;
        let Draft { mut node, seen, carries } = draft;
        node.place = self.places.here();
        if let Some(id) = node.id.filter(|_| carries && depth > 0) {
            self.carriers.push(id);
        }
        // 18.
        if node.is_bare() && node.id.is_none() && seen == [Keyword::Language] {
            self.lose(Loss::OnlyLanguage, || "@language".to_owned())?;
            return Ok(Shape::Null);
        }
        let bare = node.is_bare();
        // 19.
        if bare && property.is_free_floating() && seen.iter().all(|&keyword| keyword == Keyword::Id) {
            self.lose(Loss::FreeFloatingNode, || match node.id {
                Some(id) => self.dataset.form(id).to_owned(),
                None => "{}".to_owned(),
            })?;
            return Ok(Shape::Null);
        }
        out.push(match node.id {
            Some(id) if bare => Item::Reference(id, node.place),
            _ => Item::Node(Box::new(node)),
        });
        Ok(Shape::One)
    }

    fn entries(&mut self, scope: &Scope<'_>, list: &[Entry<'_, '_>], draft: &mut Draft) -> Result<(), Error> {
        for entry in list {
            match &entry.expanded {
                Expanded::Keyword(keyword) => self.keyword(scope, entry, *keyword, draft)?,
                Expanded::Iri(iri) if iri.contains(':') => {
                    draft.carries |= self.refuse_spelling(entry.key, iri)?;
                    self.property(scope, entry, iri, &mut draft.node)?;
                }
                _ => self.refuse_entry(entry)?,
            }
        }
        // 14: after the others, since nested entries belong to the same node.
        for entry in list.iter().filter(|entry| entry.is(Keyword::Nest)) {
            self.nest(scope, entry, draft)?;
        }
        Ok(())
    }

    /// Step 14.
    fn nest(&mut self, scope: &Scope<'_>, entry: &Entry<'_, '_>, draft: &mut Draft) -> Result<(), Error> {
        let active = match scope.active.term(entry.key).and_then(|term| term.scoped.clone()) {
            Some(scoped) => self.contexts.of_property(scope.active, &scoped)?,
            None => Arc::clone(scope.active),
        };
        let nested = match entry.value {
            Value::Array(values) => values.as_slice(),
            one => std::slice::from_ref(one),
        };
        for value in nested {
            self.count(scope.depth + 1)?;
            let invalid = || Error::document(Code::InvalidNestValue, entry.key);
            let Value::Object(map) = value else { return Err(invalid()) };
            let list = entries(&active, map);
            if list
                .iter()
                .any(|entry| entry.is(Keyword::Value) || entry.is(Keyword::List) || entry.is(Keyword::Set))
            {
                return Err(invalid());
            }
            let scope = Scope { active: &active, type_scoped: scope.type_scoped, depth: scope.depth + 1 };
            let outer = self.places.enter(|| Step::Key(entry.key.into()));
            self.places.indivisible();
            self.entries(&scope, &list, draft)?;
            self.places.leave(outer);
        }
        Ok(())
    }

    /// Step 13.4.
    fn keyword(
        &mut self,
        scope: &Scope<'_>,
        entry: &Entry<'_, '_>,
        keyword: Keyword,
        draft: &mut Draft,
    ) -> Result<(), Error> {
        let value = entry.value;
        if draft.seen.contains(&keyword) {
            if !matches!(keyword, Keyword::Included | Keyword::Type | Keyword::Nest) {
                return Err(Error::document(Code::CollidingKeywords, entry.key));
            }
        } else {
            draft.seen.push(keyword);
        }
        if matches!(keyword, Keyword::Included | Keyword::Reverse | Keyword::Nest)
            && !self.options.terms.is_empty()
        {
            return Err(Error::hidden(entry.key, "what belongs elsewhere"));
        }
        let node = &mut draft.node;
        match keyword {
            Keyword::Id => {
                let Value::String(text) = value else {
                    return Err(Error::document(Code::InvalidIdValue, value.to_string()));
                };
                let id = scope.active.expand_id(text, self.contexts.document_base);
                node.id = Some(self.identifier(id, text)?);
            }
            Keyword::Type => self.types(scope, value, node)?,
            Keyword::Graph => {
                let mut items = Vec::new();
                let outer = self.places.enter(|| Step::Key(entry.key.into()));
                self.expand(scope.active, Property::Graph, value, false, scope.depth + 1, &mut items)?;
                self.places.leave(outer);
                node.graph = Some(items);
            }
            Keyword::Included => {
                let outer = self.places.enter(|| Step::Key(entry.key.into()));
                self.places.indivisible();
                self.included(scope, value, node)?;
                self.places.leave(outer);
            }
            Keyword::Language if !value.is_string() => {
                return Err(Error::document(Code::InvalidLanguageTaggedString, value.to_string()));
            }
            Keyword::Direction => {
                direction(value)?;
            }
            Keyword::Index => {
                if !value.is_string() {
                    return Err(Error::document(Code::InvalidIndexValue, value.to_string()));
                }
                node.indexed = true;
            }
            Keyword::Reverse => {
                let outer = self.places.enter(|| Step::Key(entry.key.into()));
                self.places.indivisible();
                self.reverse(scope, value, node)?;
                self.places.leave(outer);
            }
            // `@nest` is read after the others; a language without a value says nothing.
            Keyword::Nest | Keyword::Language => {}
            _ => self.lose(Loss::ReservedTerm, || entry.key.to_owned())?,
        }
        Ok(())
    }

    /// Step 13.4.4.
    fn types(&mut self, scope: &Scope<'_>, value: &Value, node: &mut Node) -> Result<(), Error> {
        let names = match value {
            Value::Array(names) => names.as_slice(),
            one => std::slice::from_ref(one),
        };
        for name in names {
            let Value::String(name) = name else {
                return Err(Error::document(Code::InvalidTypeValue, value.to_string()));
            };
            let base = scope.type_scoped.base_iri(self.contexts.document_base);
            let expanded = scope.type_scoped.expand_vocab(name, base);
            if let Expanded::Iri(iri) = &expanded {
                self.refuse_spelling(name, iri)?;
            }
            let id = self.type_identifier(expanded, name)?;
            node.types.push(id);
        }
        Ok(())
    }

    /// Step 13.4.6.
    fn included(&mut self, scope: &Scope<'_>, value: &Value, node: &mut Node) -> Result<(), Error> {
        let values = match value {
            Value::Array(values) => values.as_slice(),
            one => std::slice::from_ref(one),
        };
        for value in values {
            let mut items = Vec::new();
            let invalid = || Error::document(Code::InvalidIncludedValue, value.to_string());
            if !value.is_object() {
                return Err(invalid());
            }
            // With a key as property, values and lists come through and can be refused.
            let property = Property::Key("@included");
            self.expand(scope.active, property, value, false, scope.depth + 1, &mut items)?;
            for item in items {
                match item {
                    Item::Node(_) => node.included.push(item),
                    Item::Reference(id, _) => {
                        self.lose(Loss::FreeFloatingNode, || self.dataset.form(id).to_owned())?;
                    }
                    Item::Literal(..) | Item::List(..) => return Err(invalid()),
                }
            }
        }
        Ok(())
    }

    /// Step 13.4.13.
    fn reverse(&mut self, scope: &Scope<'_>, value: &Value, node: &mut Node) -> Result<(), Error> {
        if !value.is_object() {
            return Err(Error::document(Code::InvalidReverseValue, value.to_string()));
        }
        let mut items = Vec::new();
        self.expand(scope.active, Property::Reverse, value, false, scope.depth + 1, &mut items)?;
        for item in items {
            let Item::Node(inner) = item else { continue };
            // What is reversed twice points forward.
            node.properties.extend(inner.reverse);
            for (predicate, items) in inner.properties {
                refuse_values(&items)?;
                node.reverse.push((predicate, items));
            }
        }
        Ok(())
    }

    /// Steps 13.5 to 13.14: a property.
    fn property(
        &mut self,
        scope: &Scope<'_>,
        entry: &Entry<'_, '_>,
        iri: &str,
        node: &mut Node,
    ) -> Result<(), Error> {
        let Entry { key, value, .. } = *entry;
        let outer = self.places.enter(|| Step::Key(key.into()));
        let term = scope.active.term(key);
        let container = term.map(|term| term.container).unwrap_or_default();
        let mut items = Vec::new();
        let mut shape = Shape::Array;
        match (term, value) {
            (Some(term), _) if term.type_mapping == Some(TypeMapping::Json) => {
                self.places.indivisible();
                let item = self.json(value)?;
                items.push(item);
            }
            (Some(term), Value::Object(map)) if container.has(Container::LANGUAGE) => {
                self.language_map(scope.active, term, map, &mut items)?;
            }
            (Some(term), Value::Object(map))
                if container.has(Container::INDEX.with(Container::ID).with(Container::TYPE)) =>
            {
                self.index_map(scope.active, key, term, map, scope.depth + 1, &mut items)?;
            }
            _ => {
                shape =
                    self.expand(scope.active, Property::Key(key), value, false, scope.depth + 1, &mut items)?
            }
        }
        // 13.10.
        if shape == Shape::Null {
            self.places.leave(outer);
            return Ok(());
        }
        // 13.11.
        if container.has(Container::LIST) {
            self.places.indivisible();
            if !(shape == Shape::One && matches!(items.as_slice(), [Item::List(..)])) {
                items = vec![Item::List(items, self.places.here())];
            }
        }
        // 13.12.
        if container.has(Container::GRAPH) && !container.has(Container::ID.with(Container::INDEX)) {
            items = items.into_iter().map(|item| self.in_graph(item)).collect::<Result<_, _>>()?;
        }
        self.places.leave(outer);
        let predicate = self.predicate(iri)?;
        if term.is_some_and(|term| term.reverse) {
            refuse_values(&items)?;
            node.reverse.push((predicate, items));
        } else {
            node.properties.push((predicate, items));
        }
        Ok(())
    }

    /// A graph object around `item`.
    pub(super) fn in_graph(&self, item: Item) -> Result<Item, Error> {
        match &item {
            Item::Literal(id, _) => {
                self.lose(Loss::FreeFloatingValue, || self.dataset.form(*id).to_owned())?;
            }
            Item::Reference(id, _) => {
                self.lose(Loss::FreeFloatingNode, || self.dataset.form(*id).to_owned())?;
            }
            Item::List(..) => self.lose(Loss::FreeFloatingList, || "in a graph".to_owned())?,
            Item::Node(_) => {}
        }
        let place = item.place();
        Ok(Item::Node(Box::new(Node { graph: Some(vec![item]), place, ..Node::default() })))
    }

    /// The term of a property.
    pub(super) fn predicate(&mut self, iri: &str) -> Result<TermId, Error> {
        let loss = if iri.starts_with("_:") {
            Loss::BlankProperty
        } else if iri::is_well_formed(iri) {
            return Ok(self.dataset.iri(iri));
        } else {
            Loss::RelativeProperty
        };
        self.lose(loss, || iri.to_owned())?;
        Ok(TermId::UNUSABLE)
    }
}

/// Reverse properties point to nodes.
fn refuse_values(items: &[Item]) -> Result<(), Error> {
    if items.iter().any(|item| matches!(item, Item::Literal(..) | Item::List(..))) {
        return Err(Error::document(Code::InvalidReversePropertyValue, "a literal or a list"));
    }
    Ok(())
}
