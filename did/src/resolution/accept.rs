//! Which representation to answer with: the `accept` option in the form of RFC 9110 §12.5.1.

use super::{ErrorKind, ResolutionError};

/// The longest `accept` value that is looked at, in bytes.
pub const ACCEPT_MAX_LENGTH: usize = 1_024;

/// The representations of a DID document that can be produced. All of them are the same JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaType {
    /// `application/did`, DID Core 1.1.
    Did,
    /// `application/did+json`, DID Core 1.0.
    DidJson,
    /// `application/did+ld+json`, DID Core 1.0.
    DidLdJson,
    /// `application/ld+json`.
    LdJson,
    /// `application/json`.
    Json,
}

impl MediaType {
    /// All, the preferred one first.
    pub const ALL: [Self; 5] = [Self::Did, Self::DidJson, Self::DidLdJson, Self::LdJson, Self::Json];

    /// The media type in words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Did => "application/did",
            Self::DidJson => "application/did+json",
            Self::DidLdJson => "application/did+ld+json",
            Self::LdJson => "application/ld+json",
            Self::Json => "application/json",
        }
    }
}

/// Picks the representation that `accept` weighs highest; without one, [`MediaType::Did`].
///
/// Parameters other than `q`, such as `profile`, are ignored.
///
/// # Errors
/// `invalidOptions` if the value is malformed, `representationNotSupported` if nothing fits.
pub fn negotiate(accept: Option<&str>) -> Result<MediaType, ResolutionError> {
    let Some(accept) = accept else { return Ok(MediaType::Did) };
    let ranges = ranges(accept)?;
    if ranges.is_empty() {
        return Ok(MediaType::Did);
    }
    let mut best: Option<(u16, MediaType)> = None;
    for offered in MediaType::ALL {
        let weight = weight(&ranges, offered.as_str());
        if weight > best.map_or(0, |(weight, _)| weight) {
            best = Some((weight, offered));
        }
    }
    // Asking for the whole result leaves the choice of the document's representation open.
    let whole = |name: &str| ranges.iter().any(|range| range.name == name && range.weight > 0);
    if best.is_none() && (whole(super::RESOLUTION_MEDIA_TYPE) || whole(super::DEREFERENCING_MEDIA_TYPE)) {
        return Ok(MediaType::Did);
    }
    best.map(|(_, offered)| offered).ok_or_else(|| {
        let detail = "DID documents are available as application/did, application/did+json, \
                      application/did+ld+json, application/ld+json and application/json";
        ResolutionError::new(ErrorKind::RepresentationNotSupported, detail)
    })
}

/// True if `accept` names `media_type` itself, not merely by a wildcard, with a weight above zero.
pub(crate) fn names(accept: &str, media_type: &str) -> Result<bool, ResolutionError> {
    Ok(ranges(accept)?.iter().any(|range| range.name == media_type && range.weight > 0))
}

struct Range {
    name: String,
    /// In thousandths.
    weight: u16,
}

fn ranges(accept: &str) -> Result<Vec<Range>, ResolutionError> {
    let malformed =
        || ResolutionError::new(ErrorKind::InvalidOptions, "accept is not a list of media ranges");
    if accept.len() > ACCEPT_MAX_LENGTH {
        return Err(malformed());
    }
    let mut found = Vec::new();
    for item in accept.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let (kind, subtype) = name.split_once('/').ok_or_else(malformed)?;
        if !is_token(kind) || !is_token(subtype) || (kind == "*" && subtype != "*") {
            return Err(malformed());
        }
        let mut weight = 1_000;
        for parameter in parts {
            if let Some(q) = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q=")) {
                weight = thousandths(q).ok_or_else(malformed)?;
            }
        }
        found.push(Range { name, weight });
    }
    Ok(found)
}

/// The weight of the most specific range that covers `media_type`.
fn weight(ranges: &[Range], media_type: &str) -> u16 {
    let of = |name: &str| ranges.iter().filter(|r| r.name == name).map(|r| r.weight).max();
    of(media_type).or_else(|| of("application/*")).or_else(|| of("*/*")).unwrap_or(0)
}

/// `qvalue` of RFC 9110 §12.4.2: 0 to 1 with at most three decimals.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(decimals),
        "1" if decimals == 0 => Some(1_000),
        _ => None,
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}
