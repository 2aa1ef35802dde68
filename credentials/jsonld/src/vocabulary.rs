//! IRIs of the RDF and XML Schema vocabularies that the conversion itself uses.

macro_rules! iris {
    ($($name:ident = $base:ident $local:literal;)*) => { $(pub(crate) const $name: &str = iris!(@$base $local);)* };
    (@rdf $local:literal) => { concat!("http://www.w3.org/1999/02/22-rdf-syntax-ns#", $local) };
    (@xsd $local:literal) => { concat!("http://www.w3.org/2001/XMLSchema#", $local) };
}

iris! {
    RDF_DIRECTION = rdf "direction";
    RDF_FIRST = rdf "first";
    RDF_JSON = rdf "JSON";
    RDF_LANGUAGE = rdf "language";
    RDF_LANG_STRING = rdf "langString";
    RDF_NIL = rdf "nil";
    RDF_REST = rdf "rest";
    RDF_TYPE = rdf "type";
    RDF_VALUE = rdf "value";
    XSD_BOOLEAN = xsd "boolean";
    XSD_DOUBLE = xsd "double";
    XSD_INTEGER = xsd "integer";
    XSD_STRING = xsd "string";
}

/// Namespace of the datatypes that carry language and base direction.
pub(crate) const I18N: &str = "https://www.w3.org/ns/i18n#";
