//! Deserialize JSON-LD to RDF (JSON-LD 1.1 API §8.1).
//!
//! The standard first flattens the document into a node map. Quads are a set, so emitting each node where it
//! stands gives the same dataset; the one difference is that conflicting `@index` values of a node, which
//! RDF does not show, are no error here.

use serde_json::Value;

use crate::contexts::Contexts;
use crate::dataset::{Dataset, TermId};
use crate::expand::{Expander, Item, Node};
use crate::place::{PlaceId, Places, Traced};
use crate::vocabulary::{RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE};
use crate::{Error, Options};

/// Turns a JSON-LD document into RDF.
///
/// # Errors
/// [`Error::UnknownContext`], [`Error::Context`] and [`Error::Document`] as JSON-LD says,
/// [`Error::Dropped`] in safe mode, [`Error::Limit`].
pub fn to_rdf(contexts: &Contexts, document: &Value, options: &Options) -> Result<Dataset, Error> {
    let mut dataset = convert(Expander::new(contexts, options), contexts, document)?.dataset;
    dataset.finish();
    Ok(dataset)
}

/// The same, with the place in the document that each statement comes from.
///
/// # Errors
/// As [`to_rdf`].
pub fn to_rdf_traced(contexts: &Contexts, document: &Value, options: &Options) -> Result<Traced, Error> {
    let mut expander = Expander::new(contexts, options);
    expander.places = Places::traced();
    let Expander { mut dataset, places, .. } = convert(expander, contexts, document)?;
    dataset.finish();
    Ok(places.finish(dataset))
}

fn convert<'a>(expander: Expander<'a>, contexts: &Contexts, document: &Value) -> Result<Expander<'a>, Error> {
    let mut emitter = Emitter { expander, rdf_type: None };
    let items = emitter.expander.document(contexts.initial(), document)?;
    emitter.items(&items, TermId::DEFAULT_GRAPH)?;
    Ok(emitter.expander)
}

struct Emitter<'a> {
    expander: Expander<'a>,
    rdf_type: Option<TermId>,
}

impl Emitter<'_> {
    /// Nodes of a graph. Literals and lists that hang on nothing are no statements.
    fn items(&mut self, items: &[Item], graph: TermId) -> Result<(), Error> {
        for item in items {
            if let Item::Node(node) = item {
                self.node(node, graph)?;
            }
        }
        Ok(())
    }

    /// What is said of a node, and the node's term.
    fn node(&mut self, node: &Node, graph: TermId) -> Result<TermId, Error> {
        let subject = node.id.unwrap_or_else(|| self.expander.fresh());
        if !node.types.is_empty() {
            let rdf_type = *self.rdf_type.get_or_insert_with(|| self.expander.dataset.iri(RDF_TYPE));
            for &name in &node.types {
                self.expander.push([subject, rdf_type, name, graph], node.place)?;
            }
        }
        for (predicate, items) in &node.properties {
            for item in items {
                let object = self.object(item, graph)?;
                self.expander.push([subject, *predicate, object, graph], item.place())?;
            }
        }
        for (predicate, items) in &node.reverse {
            for item in items {
                let object = self.object(item, graph)?;
                self.expander.push([object, *predicate, subject, graph], item.place())?;
            }
        }
        if let Some(items) = &node.graph {
            self.items(items, subject)?;
        }
        self.items(&node.included, graph)?;
        Ok(subject)
    }

    /// The term of an object, after what is said of it.
    fn object(&mut self, item: &Item, graph: TermId) -> Result<TermId, Error> {
        match item {
            Item::Literal(id, _) | Item::Reference(id, _) => Ok(*id),
            Item::Node(node) => self.node(node, graph),
            Item::List(items, place) => self.list(items, graph, *place),
        }
    }

    /// List to RDF Conversion (§8.3).
    fn list(&mut self, items: &[Item], graph: TermId, place: PlaceId) -> Result<TermId, Error> {
        let mut rest = self.expander.dataset.iri(RDF_NIL);
        if items.is_empty() {
            return Ok(rest);
        }
        let first_property = self.expander.dataset.iri(RDF_FIRST);
        let rest_property = self.expander.dataset.iri(RDF_REST);
        for item in items.iter().rev() {
            let cell = self.expander.fresh();
            let first = self.object(item, graph)?;
            self.expander.push([cell, first_property, first, graph], place)?;
            self.expander.push([cell, rest_property, rest, graph], place)?;
            rest = cell;
        }
        Ok(rest)
    }
}
