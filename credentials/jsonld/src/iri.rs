//! IRI references: recognition, well-formedness and resolution (RFC 3987, RFC 3986 §5.2).
//!
//! References are resolved as text. Nothing is normalised beyond dot segments, because two spellings of an
//! IRI are two IRIs in RDF.

/// True if `text` begins with a scheme and a colon.
pub(crate) fn has_scheme(text: &str) -> bool {
    scheme(text).is_some()
}

/// The scheme of `text`, without its colon.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let mut bytes = scheme.bytes();
    let first = bytes.next()?;
    (first.is_ascii_alphabetic()
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')))
    .then_some(scheme)
}

/// True if `text` is an IRI as far as RDF cares: absolute, free of the characters that RFC 3987 excludes
/// (which also makes it impossible to smuggle a second statement into a quad), and with one fragment at most.
pub(crate) fn is_well_formed(text: &str) -> bool {
    is_iriref(text) && text.bytes().filter(|&byte| byte == b'#').take(2).count() < 2
}

/// True if `text` can stand between angle brackets in N-Quads.
pub(crate) fn is_iriref(text: &str) -> bool {
    has_scheme(text) && !text.bytes().any(is_excluded)
}

/// Bytes that the grammar of N-Quads excludes from IRIREF.
const fn is_excluded(byte: u8) -> bool {
    byte <= 0x20 || matches!(byte, b'<' | b'>' | b'"' | b'{' | b'}' | b'|' | b'^' | b'`' | b'\\')
}

/// RFC 3986 §2.2 gen-delims: an IRI that ends so can serve as a prefix.
pub(crate) fn ends_with_gen_delim(text: &str) -> bool {
    text.ends_with([':', '/', '?', '#', '[', ']', '@'])
}

/// RFC 3986 appendix B: scheme, authority, path, query and fragment.
#[derive(Default)]
struct Parts<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Self {
        let mut parts = Self { scheme: scheme(text), ..Self::default() };
        let mut rest = parts.scheme.and_then(|s| text.get(s.len() + 1..)).unwrap_or(text);
        if let Some((before, fragment)) = rest.split_once('#') {
            (rest, parts.fragment) = (before, Some(fragment));
        }
        if let Some((before, query)) = rest.split_once('?') {
            (rest, parts.query) = (before, Some(query));
        }
        if let Some(after) = rest.strip_prefix("//") {
            let end = after.find('/').unwrap_or(after.len());
            let (authority, path) = after.split_at(end);
            (rest, parts.authority) = (path, Some(authority));
        }
        parts.path = rest;
        parts
    }

    fn join(&self, path: &str) -> String {
        let mut out = String::with_capacity(path.len() + 32);
        for (text, before, after) in [(self.scheme, "", ":"), (self.authority, "//", "")] {
            if let Some(text) = text {
                out.extend([before, text, after]);
            }
        }
        out.push_str(path);
        for (text, before) in [(self.query, "?"), (self.fragment, "#")] {
            if let Some(text) = text {
                out.extend([before, text]);
            }
        }
        out
    }
}

/// Resolves `reference` against `base` (RFC 3986 §5.2.2, strict).
pub(crate) fn resolve(base: &str, reference: &str) -> String {
    let base = Parts::of(base);
    let mut parts = Parts::of(reference);
    if parts.scheme.is_some() {
        return parts.join(&remove_dot_segments(parts.path));
    }
    parts.scheme = base.scheme;
    if parts.authority.is_some() {
        return parts.join(&remove_dot_segments(parts.path));
    }
    parts.authority = base.authority;
    if parts.path.is_empty() {
        parts.query = parts.query.or(base.query);
        return parts.join(base.path);
    }
    if parts.path.starts_with('/') {
        return parts.join(&remove_dot_segments(parts.path));
    }
    let merged = match base.path.rfind('/') {
        Some(slash) => format!("{}{}", base.path.get(..=slash).unwrap_or_default(), parts.path),
        None if base.authority.is_some() => format!("/{}", parts.path),
        None => parts.path.to_owned(),
    };
    parts.join(&remove_dot_segments(&merged))
}

/// RFC 3986 §5.2.4.
fn remove_dot_segments(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    let mut trailing = false;
    for segment in path.strip_prefix('/').unwrap_or(path).split('/') {
        trailing = true;
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            other => {
                kept.push(other);
                trailing = false;
            }
        }
    }
    let mut out = String::with_capacity(path.len());
    if absolute {
        out.push('/');
    }
    out.push_str(&kept.join("/"));
    if trailing && !kept.is_empty() {
        out.push('/');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 3986 §5.4.
    #[test]
    fn resolves_the_examples_of_rfc_3986() {
        let base = "http://a/b/c/d;p?q";
        for (reference, expected) in [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"),
            ("g#s", "http://a/b/c/g#s"),
            (";x", "http://a/b/c/;x"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("./", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../..", "http://a/"),
            ("../../g", "http://a/g"),
            ("../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("/../g", "http://a/g"),
            ("g.", "http://a/b/c/g."),
            ("..g", "http://a/b/c/..g"),
            ("./../g", "http://a/b/g"),
            ("./g/.", "http://a/b/c/g/"),
            ("g/../h", "http://a/b/c/h"),
            ("g;x=1/../y", "http://a/b/c/y"),
            ("g?y/../x", "http://a/b/c/g?y/../x"),
            ("g#s/../x", "http://a/b/c/g#s/../x"),
        ] {
            assert_eq!(resolve(base, reference), expected, "{reference}");
        }
    }

    #[test]
    fn well_formed_iris_have_a_scheme_and_no_excluded_character() {
        for good in ["did:example:1", "urn:a", "http://a/é", "data:image/png;base64,a=="] {
            assert!(is_well_formed(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "/a",
            ":a",
            "1a:b",
            "http://a/ b",
            "http://a/> .\n<urn:x",
            "urn:a#b#c",
            "urn:a\\u0020",
            "urn:\u{1}",
        ] {
            assert!(!is_well_formed(bad), "{bad}");
        }
    }
}
