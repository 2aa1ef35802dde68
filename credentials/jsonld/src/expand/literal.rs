//! Value objects to RDF literals (JSON-LD 1.1 API §8.2, Object to RDF Conversion).

use serde_json::{Number, Value};

use super::{Expander, Item, Node};
use crate::context::Direction;
use crate::dataset::{TermId, is_language_tag};
use crate::vocabulary::{
    I18N, RDF_DIRECTION, RDF_JSON, RDF_LANGUAGE, RDF_VALUE, XSD_BOOLEAN, XSD_DOUBLE, XSD_INTEGER,
};
use crate::{Error, Loss, RdfDirection, iri};

/// From here on integers are written as doubles.
const MAX_INTEGER: f64 = 1e21;

impl Expander<'_> {
    /// The literal of a scalar.
    pub(super) fn literal(
        &mut self,
        value: &Value,
        datatype: Option<&str>,
        language: Option<&str>,
        direction: Option<Direction>,
    ) -> Result<Item, Error> {
        if let Some(datatype) = datatype
            && !iri::is_well_formed(datatype)
        {
            self.lose(Loss::RelativeDatatype, || datatype.to_owned())?;
            return Ok(Item::Reference(TermId::UNUSABLE, self.places.here()));
        }
        let term = match value {
            Value::String(text) => return self.string(text, datatype, language, direction),
            Value::Bool(truth) => {
                let text = if *truth { "true" } else { "false" };
                self.dataset.literal(text, Some(datatype.unwrap_or(XSD_BOOLEAN)), None)
            }
            Value::Number(number) => {
                let (text, default) = number_form(number, datatype);
                self.dataset.literal(&text, Some(datatype.unwrap_or(default)), None)
            }
            // Callers pass scalars; anything else has no literal.
            _ => TermId::UNUSABLE,
        };
        Ok(Item::Literal(term, self.places.here()))
    }

    fn string(
        &mut self,
        text: &str,
        datatype: Option<&str>,
        language: Option<&str>,
        direction: Option<Direction>,
    ) -> Result<Item, Error> {
        if let Some(language) = language
            && !is_language_tag(language)
        {
            self.lose(Loss::InvalidLanguage, || language.to_owned())?;
            return Ok(Item::Reference(TermId::UNUSABLE, self.places.here()));
        }
        // JSON-LD 1.1 §4.2.4 lets a processor normalise tags to lower case. jsonld.js does, so signatures over the
        // canonical form agree between implementations only if everybody does.
        let language = language.map(str::to_ascii_lowercase);
        let language = language.as_deref();
        let Some(direction) = direction else {
            return Ok(Item::Literal(self.dataset.literal(text, datatype, language), self.places.here()));
        };
        match self.options.rdf_direction {
            None => {
                self.lose(Loss::Direction, || direction.as_str().to_owned())?;
                Ok(Item::Literal(self.dataset.literal(text, datatype, language), self.places.here()))
            }
            Some(RdfDirection::I18nDatatype) => {
                let language = language.unwrap_or_default();
                let datatype = format!("{I18N}{language}_{}", direction.as_str());
                Ok(Item::Literal(self.dataset.literal(text, Some(&datatype), None), self.places.here()))
            }
            Some(RdfDirection::CompoundLiteral) => {
                let mut parts =
                    vec![(RDF_VALUE, text.to_owned()), (RDF_DIRECTION, direction.as_str().to_owned())];
                parts.extend(language.map(|language| (RDF_LANGUAGE, language.to_owned())));
                let properties = parts
                    .into_iter()
                    .map(|(predicate, text)| {
                        let object =
                            Item::Literal(self.dataset.literal(&text, None, None), self.places.here());
                        (self.dataset.iri(predicate), vec![object])
                    })
                    .collect();
                let place = self.places.here();
                Ok(Item::Node(Box::new(Node { properties, place, ..Node::default() })))
            }
        }
    }

    /// The literal of a `@json` value: its canonical form (RFC 8785).
    pub(super) fn json(&mut self, value: &Value) -> Result<Item, Error> {
        let bytes = hufu_jcs::canonicalize(value).map_err(|error| Error::JsonLiteral(error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|error| Error::JsonLiteral(error.to_string()))?;
        Ok(Item::Literal(self.dataset.literal(&text, Some(RDF_JSON), None), self.places.here()))
    }
}

/// Lexical form and default datatype of a number: integers as they are, others as canonical `xsd:double`.
fn number_form(number: &Number, datatype: Option<&str>) -> (String, &'static str) {
    let double = datatype == Some(XSD_DOUBLE);
    if !double && (number.is_i64() || number.is_u64()) {
        return (number.to_string(), XSD_INTEGER);
    }
    let value = number.as_f64().unwrap_or_default();
    if !double && value.fract() == 0.0 && value.abs() < MAX_INTEGER {
        // Adding zero turns -0 into 0, which is the integer's only form.
        return (format!("{:.0}", value + 0.0), XSD_INTEGER);
    }
    (canonical_double(value), XSD_DOUBLE)
}

/// `%1.15E` without the zeros that say nothing (§8.6 of the API, "canonical lexical form of a double").
fn canonical_double(value: f64) -> String {
    let text = format!("{value:.15E}");
    let (mantissa, exponent) = text.split_once('E').unwrap_or((&text, "0"));
    let mantissa = mantissa.trim_end_matches('0');
    let zero = if mantissa.ends_with('.') { "0" } else { "" };
    format!("{mantissa}{zero}E{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_canonical_forms() {
        for (json, expected) in [
            ("0", "0"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("5.0", "5"),
            ("-7", "-7"),
            ("18446744073709551615", "18446744073709551615"),
            ("1e20", "100000000000000000000"),
            ("1e21", "1.0E21"),
            ("5.3", "5.3E0"),
            ("-1.5e-9", "-1.5E-9"),
            ("0.1", "1.0E-1"),
            ("123456.789", "1.23456789E5"),
        ] {
            let number: Number = serde_json::from_str(json).unwrap();
            assert_eq!(number_form(&number, None).0, expected, "{json}");
        }
        let ten: Number = serde_json::from_str("10").unwrap();
        assert_eq!(number_form(&ten, Some(XSD_DOUBLE)).0, "1.0E1");
    }
}
