//! As much of RFC 3986 as services need: the check that a string is a URI (§3, §4.3 with a
//! fragment) and the resolution of a relative reference (§5.2).

use crate::{did::only, did_url::is_pchar};

/// The longest URI that is read, in bytes.
pub const MAX_URI_LENGTH: usize = 2_048;

/// True if `text` is `scheme ":" …` of characters that a URI may have, and not too long.
pub(crate) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    text.len() <= MAX_URI_LENGTH && is_scheme(scheme) && !rest.is_empty() && has_uri_characters(rest)
}

/// Resolves `reference` against the absolute `base`, or `None` if either is malformed or the
/// reference names a scheme or an authority of its own.
///
/// RFC 3986 would let `//other.example/` or `https://other.example/` replace the host. Here the
/// base is a service endpoint chosen by a DID's controller and the reference comes from whoever
/// wrote the DID URL, so leaving the endpoint's host would make every resolver an open redirect.
pub(crate) fn resolve(base: &str, reference: &str) -> Option<String> {
    if !is_uri(base) || reference.len() > MAX_URI_LENGTH || !has_uri_characters(reference) {
        return None;
    }
    let first_segment = reference.split(['/', '?', '#']).next().unwrap_or_default();
    if first_segment.contains(':') || reference.starts_with("//") {
        return None;
    }
    let base = base.split('#').next().unwrap_or_default();
    let (base_path_end, base_query) = match base.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (base, None),
    };
    let (scheme, hierarchy) = base_path_end.split_once(':')?;
    let (authority, base_path) = match hierarchy.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let (authority, path) = rest.split_at(end);
            (Some(authority), path)
        }
        None => (None, hierarchy),
    };
    let (reference, fragment) = cut(reference, '#');
    let (path, query) = cut(reference, '?');

    let target_path = if path.is_empty() {
        base_path.to_owned()
    } else if path.starts_with('/') {
        without_dot_segments(path)
    } else if authority.is_some() && base_path.is_empty() {
        without_dot_segments(&format!("/{path}"))
    } else {
        let kept = base_path.rfind('/').map_or("", |at| base_path.get(..=at).unwrap_or_default());
        without_dot_segments(&format!("{kept}{path}"))
    };
    if authority.is_none() && target_path.starts_with("//") {
        return None;
    }
    let mut out = match authority {
        Some(authority) => format!("{scheme}://{authority}{target_path}"),
        None => format!("{scheme}:{target_path}"),
    };
    let query = if path.is_empty() { query.or(base_query) } else { query };
    for (mark, part) in [('?', query), ('#', fragment)] {
        if let Some(part) = part {
            out.push(mark);
            out.push_str(part);
        }
    }
    Some(out)
}

/// RFC 3986 §5.2.4, for a path that came from merging.
fn without_dot_segments(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(usize::from(absolute)).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            other => kept.push(other),
        }
    }
    format!("{}{}", if absolute { "/" } else { "" }, kept.join("/"))
}

fn cut(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

fn has_uri_characters(text: &str) -> bool {
    // "[" and "]" for IPv6 hosts; at most one "#".
    only(text, |b| is_pchar(b) || matches!(b, b'/' | b'?' | b'#' | b'[' | b']'))
        && text.matches('#').count() <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_uris_from_other_strings() {
        for text in [
            "https://example.com/a?b#c",
            "urn:uuid:1",
            "did:a:1#x",
            "mailto:a@b.example",
            "http://[::1]:80/",
            "x:y",
        ] {
            assert!(is_uri(text), "{text}");
        }
        let long = format!("x:{}", "a".repeat(MAX_URI_LENGTH));
        for text in
            ["", "a", "/a", "#a", "1x:y", "x:", "https://exa mple", "x:#a#b", "x:\u{e4}", "x:%g0", &long]
        {
            assert!(!is_uri(text), "{text}");
        }
    }

    /// RFC 3986 §5.4.1 and §5.4.2: the examples that stay with the base's scheme and authority.
    #[test]
    fn resolves_the_examples_of_the_rfc() {
        for (reference, expected) in [
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"),
            ("g#s", "http://a/b/c/g#s"),
            ("g?y#s", "http://a/b/c/g?y#s"),
            (";x", "http://a/b/c/;x"),
            ("g;x", "http://a/b/c/g;x"),
            ("g;x?y#s", "http://a/b/c/g;x?y#s"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("./", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../", "http://a/b/"),
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
            ("g/./h", "http://a/b/c/g/h"),
            ("g/../h", "http://a/b/c/h"),
            ("g;x=1/../y", "http://a/b/c/y"),
            ("g?y/./x", "http://a/b/c/g?y/./x"),
            ("g#s/../x", "http://a/b/c/g#s/../x"),
        ] {
            assert_eq!(resolve("http://a/b/c/d;p?q", reference).as_deref(), Some(expected), "{reference}");
        }
        assert_eq!(resolve("https://h", "x").as_deref(), Some("https://h/x"));
    }

    #[test]
    fn never_leaves_the_endpoint_s_host() {
        for reference in
            ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "g:h", "a b", "\\\\evil"]
        {
            assert_eq!(resolve("http://a/b/c/d;p?q", reference), None, "{reference}");
        }
        assert_eq!(resolve("http://a/b", "/..//evil.example").as_deref(), Some("http://a//evil.example"));
        assert_eq!(resolve("urn:x:y", "/..//evil.example"), None);
    }
}
