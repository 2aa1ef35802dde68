//! Expansion (JSON-LD 1.1 API §5.1), with its step numbers, into a form that is a step away from RDF.
//!
//! The expanded document is not built as JSON: identifiers and literals become terms of the dataset at once,
//! and what remains is a tree of numbers ([`Item`]). What the standard drops silently is refused in safe mode
//! ([`Expander::lose`]).

mod entries;
mod literal;
mod maps;
mod object;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::context::{ActiveContext, Container, Expanded, Processor, Term, TypeMapping};
use crate::contexts::Contexts;
use crate::dataset::{Dataset, MAX_TEXT, TermId};
use crate::place::{PlaceId, Places, Step};
use crate::{Error, Loss, Options, iri};

/// An expanded value, and where it stands in the document.
#[derive(Debug)]
pub(crate) enum Item {
    /// A value object.
    Literal(TermId, PlaceId),
    /// A node object of which nothing is said here; its identifier may be [`TermId::UNUSABLE`].
    Reference(TermId, PlaceId),
    Node(Box<Node>),
    List(Vec<Item>, PlaceId),
}

impl Item {
    pub(crate) fn place(&self) -> PlaceId {
        match self {
            Self::Literal(_, place) | Self::Reference(_, place) | Self::List(_, place) => *place,
            Self::Node(node) => node.place,
        }
    }
}

/// An expanded node object.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// None: a blank node without a label. May be [`TermId::UNUSABLE`].
    pub(crate) id: Option<TermId>,
    pub(crate) types: Vec<TermId>,
    pub(crate) properties: Vec<(TermId, Vec<Item>)>,
    pub(crate) reverse: Vec<(TermId, Vec<Item>)>,
    pub(crate) graph: Option<Vec<Item>>,
    pub(crate) included: Vec<Item>,
    pub(crate) place: PlaceId,
    /// There was an `@index`: it says nothing in RDF, yet such a node is not one of which only the id is known.
    indexed: bool,
}

impl Node {
    /// True if nothing but an identifier, if that, is known.
    fn is_bare(&self) -> bool {
        !self.indexed && self.graph.is_none() && self.says_nothing()
    }

    fn says_nothing(&self) -> bool {
        self.types.is_empty()
            && self.properties.is_empty()
            && self.reverse.is_empty()
            && self.included.is_empty()
    }

    /// A graph object: `@graph`, and at most `@id` and `@index`.
    fn is_graph_object(&self) -> bool {
        self.graph.is_some() && self.says_nothing()
    }

    /// A simple graph object and nothing else: what the top of a document may be.
    fn is_only_graph(&self) -> bool {
        self.is_graph_object() && self.id.is_none() && !self.indexed
    }
}

/// The active property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Property<'a> {
    /// Null: the top of the document.
    None,
    Graph,
    Reverse,
    Key(&'a str),
}

impl Property<'_> {
    /// True where values are attached to nothing.
    const fn is_free_floating(self) -> bool {
        matches!(self, Self::None | Self::Graph)
    }
}

/// What kind of value an expansion came to; the items themselves were appended to a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Null,
    One,
    Array,
}

/// State of the expansion of one document.
pub(crate) struct Expander<'a> {
    options: &'a Options,
    contexts: Processor<'a>,
    pub(crate) dataset: Dataset,
    /// Blank nodes by the label they have in the document.
    labels: HashMap<String, TermId>,
    blanks: usize,
    nodes: usize,
    pub(crate) places: Places,
    /// Nodes below the top that have an identifier and a property of [`Options::terms`].
    carriers: Vec<TermId>,
}

impl<'a> Expander<'a> {
    pub(crate) fn new(contexts: &'a Contexts, options: &'a Options) -> Self {
        Self {
            options,
            contexts: Processor::new(contexts, &options.limits, options.base.as_deref()),
            dataset: Dataset::default(),
            labels: HashMap::new(),
            blanks: 0,
            nodes: 0,
            places: Places::default(),
            carriers: Vec::new(),
        }
    }

    /// Expands a document to its top-level nodes.
    pub(crate) fn document(
        &mut self,
        initial: &Arc<ActiveContext>,
        document: &Value,
    ) -> Result<Vec<Item>, Error> {
        let mut items = Vec::new();
        let shape = self.expand(initial, Property::None, document, false, 0, &mut items)?;
        self.refuse_second_places(&items)?;
        if shape == Shape::One
            && let [Item::Node(node)] = items.as_mut_slice()
            && node.is_only_graph()
        {
            return Ok(node.graph.take().unwrap_or_default());
        }
        Ok(items)
    }

    /// The algorithm: expands `value` and appends what it comes to.
    fn expand(
        &mut self,
        active: &Arc<ActiveContext>,
        property: Property<'_>,
        value: &Value,
        from_map: bool,
        depth: usize,
        out: &mut Vec<Item>,
    ) -> Result<Shape, Error> {
        self.count(depth)?;
        match value {
            // 1.
            Value::Null => Ok(Shape::Null),
            // 5.
            Value::Array(values) => {
                let lists = matches!(property, Property::Key(key)
                    if active.term(key).is_some_and(|term| term.container.has(Container::LIST)));
                for (index, value) in values.iter().enumerate() {
                    let outer = self.places.enter(|| Step::Index(index));
                    if lists {
                        let mut inner = Vec::new();
                        if self.expand(active, property, value, from_map, depth + 1, &mut inner)?
                            == Shape::Array
                        {
                            out.push(Item::List(inner, self.places.here()));
                        } else {
                            out.append(&mut inner);
                        }
                    } else {
                        self.expand(active, property, value, from_map, depth + 1, out)?;
                    }
                    self.places.leave(outer);
                }
                Ok(Shape::Array)
            }
            // 6.
            Value::Object(map) => self.object(active, property, map, from_map, depth, out),
            // 4.
            scalar => {
                let Property::Key(key) = property else {
                    self.lose(Loss::FreeFloatingValue, || scalar.to_string())?;
                    return Ok(Shape::Null);
                };
                let term = active.term(key);
                if let Some(scoped) = term.and_then(|term| term.scoped.as_ref()) {
                    let active = self.contexts.of_property(active, scoped)?;
                    let item = self.value(&active, active.term(key), scalar)?;
                    out.push(item);
                } else {
                    let item = self.value(active, term, scalar)?;
                    out.push(item);
                }
                Ok(Shape::One)
            }
        }
    }

    /// Value expansion (§5.3).
    fn value(&mut self, active: &ActiveContext, term: Option<&Term>, value: &Value) -> Result<Item, Error> {
        let mapping = term.and_then(|term| term.type_mapping.as_ref());
        if let Value::String(text) = value {
            match mapping {
                Some(TypeMapping::Id) => {
                    let id = active.expand_id(text, self.contexts.document_base);
                    return self.identifier(id, text).map(|id| Item::Reference(id, self.places.here()));
                }
                Some(TypeMapping::Vocab) => {
                    let id = active.expand_vocab(text, active.base_iri(self.contexts.document_base));
                    return self.identifier(id, text).map(|id| Item::Reference(id, self.places.here()));
                }
                _ => {}
            }
        }
        if let Some(TypeMapping::Iri(datatype)) = mapping {
            return self.literal(value, Some(datatype), None, None);
        }
        if !value.is_string() {
            return self.literal(value, None, None, None);
        }
        let language = term.and_then(|term| term.language.as_ref()).unwrap_or(&active.language);
        let direction = term.and_then(|term| term.direction).unwrap_or(active.direction);
        self.literal(value, None, language.as_deref(), direction)
    }

    /// The term of a node's identifier; [`TermId::UNUSABLE`] if it is none that RDF knows.
    fn identifier(&mut self, expanded: Expanded<'_>, text: &str) -> Result<TermId, Error> {
        match expanded {
            Expanded::Iri(iri) => match iri.strip_prefix("_:") {
                Some(label) => Ok(self.labelled(label)),
                None if iri::is_well_formed(&iri) => Ok(self.dataset.iri(&iri)),
                None => self.lose(Loss::RelativeId, || iri.into_owned()).map(|()| TermId::UNUSABLE),
            },
            _ => self.lose(Loss::ReservedValue, || text.to_owned()).map(|()| TermId::UNUSABLE),
        }
    }

    /// The term of a node's type.
    fn type_identifier(&mut self, expanded: Expanded<'_>, text: &str) -> Result<TermId, Error> {
        match expanded {
            Expanded::Iri(iri) => match iri.strip_prefix("_:") {
                Some(label) => Ok(self.labelled(label)),
                None if iri::is_well_formed(&iri) => Ok(self.dataset.iri(&iri)),
                None => self.lose(Loss::RelativeType, || text.to_owned()).map(|()| TermId::UNUSABLE),
            },
            _ => self.lose(Loss::RelativeType, || text.to_owned()).map(|()| TermId::UNUSABLE),
        }
    }

    /// The blank node that a document labels so. Labels are issued anew (§4.5 of the API), which keeps
    /// those of the document apart from those of its unlabelled nodes.
    fn labelled(&mut self, label: &str) -> TermId {
        if let Some(&id) = self.labels.get(label) {
            return id;
        }
        let id = self.fresh();
        self.labels.insert(label.to_owned(), id);
        id
    }

    /// A new blank node.
    pub(crate) fn fresh(&mut self) -> TermId {
        let id = self.dataset.blank_number(self.blanks);
        self.blanks += 1;
        id
    }

    /// Refuses another spelling of what must be called by its term.
    fn refuse_spelling(&self, key: &str, iri: &str) -> Result<bool, Error> {
        match self.options.terms.iter().find(|(known, _)| *known == iri) {
            Some((_, term)) if *term != key => Err(Error::hidden(key, term)),
            found => Ok(found.is_some()),
        }
    }

    /// Refuses properties of a top-level node at another place where the node is mentioned.
    fn refuse_second_places(&self, items: &[Item]) -> Result<(), Error> {
        let ids = items.iter().filter_map(|item| if let Item::Node(node) = item { node.id } else { None });
        match ids.into_iter().find(|id| self.carriers.contains(id)) {
            Some(id) => Err(Error::hidden(self.dataset.form(id), "a property of the document")),
            None => Ok(()),
        }
    }

    /// Refuses a loss in safe mode.
    fn lose(&self, loss: Loss, name: impl FnOnce() -> String) -> Result<(), Error> {
        if self.options.safe { Err(Error::dropped(loss, name())) } else { Ok(()) }
    }

    /// Bounds the work: depth, values visited, text kept.
    fn count(&mut self, depth: usize) -> Result<(), Error> {
        let limits = &self.options.limits;
        self.nodes += 1;
        if depth > limits.depth {
            return Err(Error::Limit { what: "depth of the document", max: limits.depth });
        }
        if self.nodes > limits.nodes {
            return Err(Error::Limit { what: "number of values in the document", max: limits.nodes });
        }
        let text = limits.text.min(MAX_TEXT);
        if self.dataset.text_len() > text {
            return Err(Error::Limit { what: "text of all terms, in bytes,", max: text });
        }
        Ok(())
    }

    /// A statement, and the place in the document that makes it.
    pub(crate) fn push(&mut self, quad: [TermId; 4], place: PlaceId) -> Result<(), Error> {
        if quad.contains(&TermId::UNUSABLE) {
            return Ok(());
        }
        let max = self.options.limits.quads;
        if self.dataset.len() >= max {
            return Err(Error::Limit { what: "number of quads", max });
        }
        self.dataset.push(quad);
        self.places.record(quad, place);
        Ok(())
    }
}
