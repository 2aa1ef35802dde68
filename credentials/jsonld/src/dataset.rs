//! RDF datasets in a compact form.
//!
//! Every distinct term is kept once, as the bytes of its canonical N-Quads form (RDFC-1.0 appendix A), in one
//! buffer; a quad is four numbers. Hashing and serialising, which is what canonicalisation does all day, are
//! then copies out of that buffer.

mod escape;
mod parse;
mod table;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{self, Write as _};

use escape::push_escaped;
pub(crate) use parse::is_language_tag;
pub use parse::{parse_nquads, parse_nquads_within};
use table::Table;

/// Number of a term of one [`Dataset`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TermId(u32);

impl TermId {
    /// In the place of a graph name: the default graph.
    pub(crate) const DEFAULT_GRAPH: Self = Self(u32::MAX);

    /// In the place of a term that RDF cannot express; quads that hold it are not pushed.
    pub(crate) const UNUSABLE: Self = Self(u32::MAX - 1);

    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Subject, predicate, object, graph name.
pub(crate) type QuadIds = [TermId; 4];

/// An RDF dataset: a set of quads.
#[derive(Clone, Default)]
pub struct Dataset {
    /// The terms' N-Quads forms, one after another.
    text: String,
    /// Where each term is in `text`.
    spans: Vec<(u32, u32)>,
    table: Table,
    /// Sorted by number and without duplicates once the dataset is finished.
    quads: Vec<QuadIds>,
}

impl Dataset {
    /// Number of quads.
    #[must_use]
    pub fn len(&self) -> usize {
        self.quads.len()
    }

    /// True if there are no quads.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.quads.is_empty()
    }

    /// The quads, in no particular order.
    pub fn quads(&self) -> impl ExactSizeIterator<Item = Quad<'_>> {
        self.quads.iter().map(|&[subject, predicate, object, graph]| Quad {
            subject: Term::of(self.form(subject)),
            predicate: Term::of(self.form(predicate)),
            object: Term::of(self.form(object)),
            graph: (graph != TermId::DEFAULT_GRAPH).then(|| Term::of(self.form(graph))),
        })
    }

    /// The dataset as N-Quads with canonical escapes, blank nodes under the labels they have, lines unsorted.
    #[must_use]
    pub fn to_nquads(&self) -> String {
        let mut out = String::with_capacity(self.quads.len() * 128);
        for &[subject, predicate, object, graph] in &self.quads {
            out.extend([self.form(subject), " ", self.form(predicate), " ", self.form(object), " "]);
            if graph != TermId::DEFAULT_GRAPH {
                out.extend([self.form(graph), " "]);
            }
            out.push_str(".\n");
        }
        out
    }

    /// Each quad as a line of N-Quads, in the order of [`Dataset::quads`], with blank nodes renamed by `labels` (without
    /// `_:`); one that is not in there keeps its label.
    #[must_use]
    pub fn lines(&self, labels: &HashMap<String, String>) -> Vec<String> {
        let line = |ids: &QuadIds| {
            let mut line = String::new();
            for &term in ids.iter().filter(|&&term| term != TermId::DEFAULT_GRAPH) {
                let form = self.form(term);
                match form.strip_prefix("_:").and_then(|label| labels.get(label)) {
                    Some(label) => line.extend(["_:", label, " "]),
                    None => line.extend([form, " "]),
                }
            }
            line.push_str(".\n");
            line
        };
        self.quads.iter().map(line).collect()
    }

    /// The dataset of some of the quads: those at whose position, in the order of [`Dataset::quads`], `keep` is true.
    #[must_use]
    pub fn filtered(&self, keep: &[bool]) -> Self {
        let kept = self.quads.iter().zip(keep).filter(|(_, keep)| **keep).map(|(quad, _)| *quad);
        Self { quads: kept.collect(), ..self.clone() }
    }

    /// Bytes of [`Dataset::to_nquads`].
    pub(crate) fn nquads_len(&self) -> usize {
        let quad = |quad: &QuadIds| quad.iter().fold(2, |sum, &term| sum + self.form(term).len() + 1);
        self.quads.iter().fold(0, |sum, ids| sum.saturating_add(quad(ids)))
    }

    /// N-Quads form of a term.
    pub(crate) fn form(&self, id: TermId) -> &str {
        let (start, end) = self.spans.get(id.index()).copied().unwrap_or_default();
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    pub(crate) fn is_blank(&self, id: TermId) -> bool {
        self.form(id).starts_with('_')
    }

    pub(crate) fn quad_ids(&self) -> &[QuadIds] {
        &self.quads
    }

    pub(crate) fn term_count(&self) -> usize {
        self.spans.len()
    }

    /// Bytes of all distinct terms.
    pub(crate) fn text_len(&self) -> usize {
        self.text.len()
    }

    /// The number of the term whose N-Quads form `write` appends.
    pub(crate) fn intern(&mut self, write: impl FnOnce(&mut String)) -> TermId {
        let start = self.text.len();
        write(&mut self.text);
        let form = self.text.get(start..).unwrap_or_default();
        let hash = self.table.hash(form);
        let found = self.table.find(hash, |id| {
            self.spans.get(id as usize).and_then(|&(s, e)| self.text.get(s as usize..e as usize))
                == Some(form)
        });
        if let Some(id) = found {
            self.text.truncate(start);
            return TermId(id);
        }
        let id = clamp(self.spans.len());
        self.spans.push((clamp(start), clamp(self.text.len())));
        self.table.insert(hash, id);
        TermId(id)
    }

    /// The term of an IRI, which must be well formed.
    pub(crate) fn iri(&mut self, iri: &str) -> TermId {
        self.intern(|out| out.extend(["<", iri, ">"]))
    }

    /// A blank node.
    pub(crate) fn blank(&mut self, label: &str) -> TermId {
        self.intern(|out| out.extend(["_:", label]))
    }

    /// The blank node `_:b<number>`.
    pub(crate) fn blank_number(&mut self, number: usize) -> TermId {
        self.intern(|out| {
            // Writing to a String cannot fail.
            let _ = write!(out, "_:b{number}");
        })
    }

    /// A literal; `datatype` must be a well-formed IRI. `xsd:string` is left out, as canonical N-Quads does.
    pub(crate) fn literal(&mut self, value: &str, datatype: Option<&str>, language: Option<&str>) -> TermId {
        self.intern(|out| {
            out.push('"');
            push_escaped(out, value);
            out.push('"');
            match (language, datatype) {
                (Some(language), _) => out.extend(["@", language]),
                (None, Some(datatype)) if datatype != crate::vocabulary::XSD_STRING => {
                    out.extend(["^^<", datatype, ">"]);
                }
                _ => {}
            }
        })
    }

    pub(crate) fn push(&mut self, quad: QuadIds) {
        self.quads.push(quad);
    }

    /// Makes the quads a set.
    pub(crate) fn finish(&mut self) {
        self.quads.sort_unstable();
        self.quads.dedup();
    }
}

/// Offsets fit 32 bits because every reader stops at `Limits::text`, which is itself clamped to
/// [`MAX_TEXT`]; the clamp keeps a broken promise from turning into a wrong term of another offset.
fn clamp(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// The most text a dataset can address, whatever the limits say.
pub(crate) const MAX_TEXT: usize = (u32::MAX / 2) as usize;

impl fmt::Debug for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.to_nquads().lines()).finish()
    }
}

/// Equal if the quads are, blank node labels included.
impl PartialEq for Dataset {
    fn eq(&self, other: &Self) -> bool {
        let lines = |dataset: &Self| -> Vec<String> {
            let mut lines: Vec<_> = dataset.to_nquads().lines().map(str::to_owned).collect();
            lines.sort_unstable();
            lines
        };
        self.len() == other.len() && lines(self) == lines(other)
    }
}

/// One statement of a [`Dataset`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quad<'a> {
    /// IRI or blank node.
    pub subject: Term<'a>,
    /// IRI.
    pub predicate: Term<'a>,
    /// Any term.
    pub object: Term<'a>,
    /// IRI or blank node; None is the default graph.
    pub graph: Option<Term<'a>>,
}

/// An RDF term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term<'a> {
    /// An IRI, without angle brackets.
    Iri(&'a str),
    /// A blank node's label, without `_:`.
    Blank(&'a str),
    /// A literal.
    Literal(Literal<'a>),
}

impl<'a> Term<'a> {
    /// Reads a canonical N-Quads form.
    fn of(form: &'a str) -> Self {
        if let Some(iri) = form.strip_prefix('<') {
            Self::Iri(iri.strip_suffix('>').unwrap_or(iri))
        } else if let Some(label) = form.strip_prefix("_:") {
            Self::Blank(label)
        } else {
            Self::Literal(Literal { form })
        }
    }
}

/// A literal, in its canonical N-Quads form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Literal<'a> {
    form: &'a str,
}

impl<'a> Literal<'a> {
    /// Where the closing quote is: neither datatype IRIs nor language tags contain quotes.
    fn split(&self) -> (&'a str, &'a str) {
        let (quoted, rest) = self.form.rsplit_once('"').unwrap_or((self.form, ""));
        (quoted.strip_prefix('"').unwrap_or(quoted), rest)
    }

    /// The lexical form, without escapes.
    #[must_use]
    pub fn lexical(&self) -> Cow<'a, str> {
        escape::unescaped(self.split().0)
    }

    /// The language tag of a language-tagged string.
    #[must_use]
    pub fn language(&self) -> Option<&'a str> {
        self.split().1.strip_prefix('@')
    }

    /// The datatype IRI.
    #[must_use]
    pub fn datatype(&self) -> &'a str {
        match self.split().1 {
            "" => crate::vocabulary::XSD_STRING,
            rest => rest
                .strip_prefix("^^<")
                .and_then(|rest| rest.strip_suffix('>'))
                .unwrap_or(crate::vocabulary::RDF_LANG_STRING),
        }
    }
}
