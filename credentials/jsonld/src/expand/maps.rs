//! Steps 13.7 and 13.8 of expansion: language maps, and maps by index, identifier or type.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Expander, Item, Node, Property};
use crate::context::{ActiveContext, Container, Expanded, Term};
use crate::keyword::Keyword;
use crate::place::Step;
use crate::{Code, Error};

/// True if a map's key stands for "no key".
fn is_none(active: &ActiveContext, key: &str) -> bool {
    active.expand_vocab(key, None) == Expanded::Keyword(Keyword::None)
}

impl Expander<'_> {
    /// Step 13.7.
    pub(super) fn language_map(
        &mut self,
        active: &ActiveContext,
        term: &Term,
        map: &Map<String, Value>,
        out: &mut Vec<Item>,
    ) -> Result<(), Error> {
        let direction = term.direction.unwrap_or(active.direction);
        for (language, value) in map {
            let outer = self.places.enter(|| Step::Key(language.as_str().into()));
            let language = (!is_none(active, language)).then_some(language.as_str());
            let values = match value {
                Value::Array(values) => values.as_slice(),
                one => std::slice::from_ref(one),
            };
            for (index, one) in values.iter().enumerate() {
                self.count(0)?;
                let outer = value.is_array().then(|| self.places.enter(|| Step::Index(index)));
                let value = one;
                match value {
                    Value::Null => {}
                    Value::String(_) => {
                        let item = self.literal(value, None, language, direction)?;
                        out.push(item);
                    }
                    other => return Err(Error::document(Code::InvalidLanguageMapValue, other.to_string())),
                }
                if let Some(outer) = outer {
                    self.places.leave(outer);
                }
            }
            self.places.leave(outer);
        }
        Ok(())
    }

    /// Step 13.8.
    pub(super) fn index_map(
        &mut self,
        active: &Arc<ActiveContext>,
        key: &str,
        term: &Term,
        map: &Map<String, Value>,
        depth: usize,
        out: &mut Vec<Item>,
    ) -> Result<(), Error> {
        let container = term.container;
        for (index, value) in map {
            let mut map_context = Arc::clone(active);
            if container.has(Container::ID.with(Container::TYPE))
                && let Some(previous) = &active.previous
            {
                map_context = Arc::clone(previous);
            }
            if container.has(Container::TYPE)
                && let Some(scoped) = map_context.term(index).and_then(|term| term.scoped.clone())
            {
                map_context = self.contexts.of_type(&map_context, &scoped)?;
            }
            let mut items = Vec::new();
            let outer = self.places.enter(|| Step::Key(index.as_str().into()));
            self.expand(&map_context, Property::Key(key), value, true, depth, &mut items)?;
            self.places.leave(outer);
            let none = is_none(active, index);
            for mut item in items {
                let is_graph = matches!(&item, Item::Node(node) if node.is_graph_object());
                if container.has(Container::GRAPH) && !is_graph {
                    item = self.in_graph(item)?;
                }
                out.push(if none { item } else { self.keyed(active, term, index, item)? });
            }
        }
        Ok(())
    }

    /// Step 13.8.3.7: what the key of a map says about a value.
    fn keyed(
        &mut self,
        active: &Arc<ActiveContext>,
        term: &Term,
        index: &str,
        item: Item,
    ) -> Result<Item, Error> {
        let container = term.container;
        if container.has(Container::INDEX) && term.index.is_none() {
            // A plain index is no data.
            return Ok(item);
        }
        let mut node = match item {
            Item::Node(node) => node,
            Item::Reference(id, place) => Box::new(Node { id: Some(id), place, ..Node::default() }),
            Item::Literal(..) | Item::List(..) => {
                return Err(Error::document(
                    Code::InvalidValueObject,
                    format!("{index} is no key of a literal"),
                ));
            }
        };
        if let Some(property) = &term.index {
            let value = Value::String(index.to_owned());
            let outer = self.places.go(node.place);
            let object = self.value(active, active.term(property), &value)?;
            self.places.leave(outer);
            if let Expanded::Iri(iri) = active.expand_vocab(property, None) {
                let predicate = self.predicate(&iri)?;
                node.properties.push((predicate, vec![object]));
            }
        } else if container.has(Container::ID) {
            if node.id.is_none() {
                let id = active.expand_id(index, self.contexts.document_base);
                node.id = Some(self.identifier(id, index)?);
            }
        } else {
            let id = self.type_identifier(active.expand_vocab(index, None), index)?;
            node.types.push(id);
        }
        Ok(Item::Node(node))
    }
}
