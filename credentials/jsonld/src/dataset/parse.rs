//! N-Quads (W3C RDF 1.1 N-Quads), strictly by its grammar, one statement a line.

use super::{Dataset, MAX_TEXT, TermId, escape};
use crate::{Error, Limits, iri};

/// Reads N-Quads within the default [`Limits`].
///
/// # Errors
/// [`Error::NQuads`] with the line at fault, or [`Error::Limit`].
pub fn parse_nquads(text: &str) -> Result<Dataset, Error> {
    parse_nquads_within(text, &Limits::default())
}

/// Reads N-Quads within bounds.
///
/// # Errors
/// As [`parse_nquads`].
pub fn parse_nquads_within(text: &str, limits: &Limits) -> Result<Dataset, Error> {
    let mut dataset = Dataset::default();
    let max_text = limits.text.min(MAX_TEXT);
    for (number, line) in text.split(['\n', '\r']).enumerate() {
        let mut cursor = Cursor { rest: line };
        let quad = cursor.statement(&mut dataset).map_err(|detail| Error::NQuads {
            // A line that ends in CR LF counts twice in `number`; rare enough to say so only here.
            line: number + 1,
            detail,
        })?;
        if let Some(quad) = quad {
            if dataset.len() >= limits.quads {
                return Err(Error::Limit { what: "number of quads", max: limits.quads });
            }
            dataset.push(quad);
        }
        if dataset.text_len() > max_text {
            return Err(Error::Limit { what: "text of all terms, in bytes,", max: max_text });
        }
    }
    dataset.finish();
    Ok(dataset)
}

struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn statement(&mut self, dataset: &mut Dataset) -> Result<Option<[TermId; 4]>, &'static str> {
        self.space();
        if self.rest.is_empty() || self.rest.starts_with('#') {
            return Ok(None);
        }
        let subject = self.resource(dataset, "a subject is an IRI or a blank node")?;
        if !self.rest.starts_with('<') {
            return Err("a predicate is an IRI");
        }
        let predicate = self.resource(dataset, "a predicate is an IRI")?;
        let object = if self.rest.starts_with('"') {
            self.literal(dataset)?
        } else {
            self.resource(dataset, "an object is an IRI, a blank node or a literal")?
        };
        let graph = if self.rest.starts_with('.') {
            TermId::DEFAULT_GRAPH
        } else {
            self.resource(dataset, "a graph name is an IRI or a blank node")?
        };
        self.rest = self.rest.strip_prefix('.').ok_or("a statement ends with a full stop")?;
        self.space();
        if self.rest.is_empty() || self.rest.starts_with('#') {
            Ok(Some([subject, predicate, object, graph]))
        } else {
            Err("a line holds one statement")
        }
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    /// Takes `len` bytes, which must end at a character boundary.
    fn take(&mut self, len: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn resource(&mut self, dataset: &mut Dataset, otherwise: &'static str) -> Result<TermId, &'static str> {
        let id = if self.rest.starts_with('<') {
            let iri = self.iri()?;
            dataset.iri(&iri)
        } else if let Some(rest) = self.rest.strip_prefix("_:") {
            self.rest = rest;
            let label = self.label()?;
            dataset.blank(label)
        } else {
            return Err(otherwise);
        };
        self.space();
        Ok(id)
    }

    fn iri(&mut self) -> Result<String, &'static str> {
        let end = self.rest.find('>').ok_or("an IRI ends with >")?;
        let inside = self.take(end + 1).get(1..end).unwrap_or_default();
        let iri = escape::unescape(inside, false).ok_or("malformed escape in an IRI")?;
        if iri::is_iriref(&iri) { Ok(iri) } else { Err("an IRI is absolute and has no excluded characters") }
    }

    /// BLANK_NODE_LABEL after `_:`.
    fn label(&mut self) -> Result<&'a str, &'static str> {
        let end = self.rest.find(|c| !is_label_char(c)).unwrap_or(self.rest.len());
        let label = self.rest.get(..end).unwrap_or_default().trim_end_matches('.');
        if label.is_empty() || label.starts_with(['-', '.', '\u{b7}']) {
            return Err("malformed blank node label");
        }
        Ok(self.take(label.len()))
    }

    fn literal(&mut self, dataset: &mut Dataset) -> Result<TermId, &'static str> {
        let body = self.rest.strip_prefix('"').unwrap_or_default();
        let mut escaped = false;
        let end = body
            .bytes()
            .position(|byte| {
                let closes = byte == b'"' && !escaped;
                escaped = byte == b'\\' && !escaped;
                closes
            })
            .ok_or("a literal ends with a quote")?;
        self.take(1);
        let value = escape::unescape(self.take(end), true).ok_or("malformed escape in a literal")?;
        self.take(1);
        let id = if let Some(rest) = self.rest.strip_prefix('@') {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(rest.len());
            self.take(1);
            let language = self.take(end);
            if !is_language_tag(language) {
                return Err("malformed language tag");
            }
            dataset.literal(&value, None, Some(language))
        } else if let Some(rest) = self.rest.strip_prefix("^^") {
            self.rest = rest;
            if !rest.starts_with('<') {
                return Err("a datatype is an IRI");
            }
            let datatype = self.iri()?;
            dataset.literal(&value, Some(&datatype), None)
        } else {
            dataset.literal(&value, None, None)
        };
        self.space();
        Ok(id)
    }
}

/// PN_CHARS | ':' | '.', with the letters and digits of Unicode for the ranges of PN_CHARS_BASE.
fn is_label_char(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '_' | ':' | '-' | '.' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// The shape of a language tag: 1 to 8 letters, then subtags of 1 to 8 letters or digits.
pub(crate) fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let sized = |part: &str| (1..=8).contains(&part.len());
    parts.next().is_some_and(|first| sized(first) && first.bytes().all(|b| b.is_ascii_alphabetic()))
        && parts.all(|part| sized(part) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}
