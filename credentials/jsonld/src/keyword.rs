//! The keywords of JSON-LD 1.1 (§1.7).

macro_rules! keywords {
    ($($variant:ident = $text:literal,)*) => {
        /// A keyword.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Keyword { $($variant,)* }

        impl Keyword {
            /// The keyword that `text` is.
            pub(crate) fn parse(text: &str) -> Option<Self> {
                if !text.starts_with('@') {
                    return None;
                }
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

keywords! {
    Base = "@base",
    Container = "@container",
    Context = "@context",
    Default = "@default",
    Direction = "@direction",
    Graph = "@graph",
    Id = "@id",
    Import = "@import",
    Included = "@included",
    Index = "@index",
    Json = "@json",
    Language = "@language",
    List = "@list",
    Nest = "@nest",
    None = "@none",
    Prefix = "@prefix",
    Propagate = "@propagate",
    Protected = "@protected",
    Reverse = "@reverse",
    Set = "@set",
    Type = "@type",
    Value = "@value",
    Version = "@version",
    Vocab = "@vocab",
}

/// True for `"@" 1*ALPHA`, the shape reserved for keywords to come.
pub(crate) fn has_keyword_form(text: &str) -> bool {
    text.strip_prefix('@')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphabetic()))
}
