//! W3C DID Resolution §5 "DID URL Dereferencing".
//!
//! 1. The DID is resolved; `versionId` and `versionTime` of the URL are resolution options (§5.4.1, step 2).
//! 2. Nothing but a fragment: the document (step 4).
//! 3. `service` or `serviceType`, optionally `relativeRef`: the endpoint URLs of the selected services as
//!    `text/uri-list`, which the HTTP binding answers with 303 — or, if `accept` names a representation of DID
//!    documents, the document with only the selected services (step 5).
//! 4. Any other path or query: not found (step 6).
//! 5. The fragment: a verification method or a service of the document (§5.4.2).
//!
//! Step 3 differs from the text of the specification in one point: when `accept` is missing, the text wants
//! the reduced document, its HTTP binding and test suite want the redirect. The redirect is given.

use serde_json::{Value, json};

use crate::{
    Did, DidUrl, Document, DocumentMetadata, ErrorKind, Relationship, Resolution, ResolutionError,
    ResolutionMetadata, ResolutionOptions, Resolver, Service, VerificationMethod,
    did_url::Parameters,
    resolution::{self, accept},
    uri,
};

/// The media type of a list of URLs (RFC 2483 §5).
pub const URI_LIST: &str = "text/uri-list";

/// Input options of dereferencing (§5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DereferencingOptions {
    /// Options handed to resolution; `accept` is used here, too.
    pub resolution: ResolutionOptions,
    /// The URL must name a verification method that is authorised for this relationship.
    pub verification_relationship: Option<Relationship>,
}

impl DereferencingOptions {
    /// Reads the options of an HTTP binding: those of resolution, and `verificationRelationship`.
    ///
    /// # Errors
    /// As [`ResolutionOptions::from_pairs`]; `invalidOptions` for an unknown relationship.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, ResolutionError> {
        let (own, others): (Vec<_>, Vec<_>) =
            pairs.into_iter().partition(|(name, _)| *name == "verificationRelationship");
        let invalid = |detail: String| ResolutionError::new(ErrorKind::InvalidOptions, detail);
        let verification_relationship = match own.as_slice() {
            [] => None,
            [(_, value)] => Some(value.parse().map_err(|e: crate::Error| invalid(e.to_string()))?),
            _ => return Err(invalid("the option verificationRelationship is given twice".into())),
        };
        Ok(Self { resolution: ResolutionOptions::from_pairs(others)?, verification_relationship })
    }
}

/// What a DID URL leads to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// The DID is deactivated: there is no content.
    None,
    /// A whole document.
    Document(Box<Document>),
    /// A verification method.
    Method(Box<VerificationMethod>),
    /// A service.
    Service(Box<Service>),
    /// Endpoint URLs; at least one.
    Urls(Vec<String>),
}

/// A successful dereferencing.
#[derive(Clone, Debug, PartialEq)]
pub struct Dereferenced {
    /// What was found.
    pub content: Content,
    /// About this act.
    pub metadata: ResolutionMetadata,
    /// About the document the content comes from.
    pub content_metadata: DocumentMetadata,
}

impl Dereferenced {
    /// The status of the HTTP binding: 200, 303 for URLs, 410 for a deactivated DID.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        match &self.content {
            _ if self.content_metadata.deactivated == Some(true) => 410,
            Content::Urls(_) => 303,
            _ => 200,
        }
    }

    /// The content alone. URLs are the lines of a [`URI_LIST`], as one string.
    #[must_use]
    pub fn content_value(&self) -> Value {
        match &self.content {
            Content::None => Value::Null,
            Content::Document(document) => document.to_value(),
            Content::Method(method) => method.to_value(),
            Content::Service(service) => service.to_value(),
            Content::Urls(urls) => Value::from(urls.join("\r\n")),
        }
    }

    /// The dereferencing result (§7): `dereferencingMetadata`, `contentStream`, `contentMetadata`.
    #[must_use]
    pub fn to_value(&self) -> Value {
        json!({
            "dereferencingMetadata": resolution::json(&self.metadata),
            "contentStream": self.content_value(),
            "contentMetadata": resolution::json(&self.content_metadata),
        })
    }
}

/// Dereferences `url`.
///
/// # Errors
/// [`ResolutionError`] with the kind that the specification gives to the situation.
pub fn dereference(
    resolver: &dyn Resolver,
    url: &DidUrl,
    options: &DereferencingOptions,
) -> Result<Dereferenced, ResolutionError> {
    let parameters = url.parameters()?;
    let selects_services = parameters.service.is_some() || parameters.service_type.is_some();
    let as_urls = selects_services && wants_urls(options.resolution.accept.as_deref())?;

    // 1.
    let mut resolution_options = merged(options, &parameters)?;
    if as_urls {
        resolution_options.accept = None;
    }
    let Resolution { document, document_metadata, resolution_metadata } =
        resolver.resolve(url.did(), &resolution_options)?;
    let found = |content, content_type: Option<String>| Dereferenced {
        content,
        metadata: ResolutionMetadata { content_type, ..ResolutionMetadata::default() },
        content_metadata: document_metadata.clone(),
    };
    let Some(mut document) = document else { return Ok(found(Content::None, None)) };

    // 4.
    if !url.path().is_empty() {
        return Err(not_found("this DID method gives no meaning to a path"));
    }
    if parameters.hl.is_some() {
        let detail = "the hash in the parameter hl cannot be checked here";
        return Err(ResolutionError::new(ErrorKind::FeatureNotSupported, detail));
    }
    if let Some((name, _)) = parameters.other.first() {
        return Err(not_found(format!("the query parameter {name:?} has no meaning")));
    }
    // 3.
    if selects_services {
        document.service.retain(|service| is_selected(service, url.did(), &parameters));
        if document.service.is_empty() {
            return Err(not_found("the document has no such service"));
        }
        if as_urls {
            if options.verification_relationship.is_some() {
                return Err(not_a_method("the URL selects a service"));
            }
            let urls = endpoint_urls(&document, &parameters, url.fragment())?;
            return Ok(found(Content::Urls(urls), Some(URI_LIST.to_owned())));
        }
    } else if parameters.relative_ref.is_some() {
        return Err(ResolutionError::new(
            ErrorKind::InvalidDidUrl,
            "relativeRef needs service or serviceType",
        ));
    }
    // 2. and 5.
    let content = match url.fragment() {
        Some(fragment) => secondary(&document, fragment, options.verification_relationship)?,
        None if options.verification_relationship.is_some() => {
            return Err(not_a_method("the URL has no fragment"));
        }
        None => Content::Document(Box::new(document)),
    };
    Ok(found(content, resolution_metadata.content_type))
}

/// The resolution options with what the URL says about the version.
fn merged(
    options: &DereferencingOptions,
    parameters: &Parameters,
) -> Result<ResolutionOptions, ResolutionError> {
    let mut merged = options.resolution.clone();
    let contradiction = |name: &str| {
        let detail = format!("{name} differs between the DID URL and the options");
        Err(ResolutionError::new(ErrorKind::InvalidOptions, detail))
    };
    if let Some(id) = &parameters.version_id {
        let id = resolution::version_id(id)?;
        if merged.version_id.as_ref().is_some_and(|other| *other != id) {
            return contradiction("versionId");
        }
        merged.version_id = Some(id);
    }
    if let Some(time) = &parameters.version_time {
        let time = resolution::version_time(time)?;
        if merged.version_time.is_some_and(|other| other != time) {
            return contradiction("versionTime");
        }
        merged.version_time = Some(time);
    }
    Ok(merged)
}

/// Whether selected services become URLs, or stay in the document.
fn wants_urls(accept: Option<&str>) -> Result<bool, ResolutionError> {
    let Some(accept) = accept else { return Ok(true) };
    if accept::names(accept, URI_LIST)? {
        return Ok(true);
    }
    for media_type in resolution::MediaType::ALL {
        if accept::names(accept, media_type.as_str())? {
            return Ok(false);
        }
    }
    if accept::names(accept, "*/*")? || accept::names(accept, resolution::DEREFERENCING_MEDIA_TYPE)? {
        return Ok(true);
    }
    let detail = "services are available as text/uri-list, or as a DID document";
    Err(ResolutionError::new(ErrorKind::RepresentationNotSupported, detail))
}

fn is_selected(service: &Service, did: &Did, parameters: &Parameters) -> bool {
    let by_id = parameters.service.as_ref().is_none_or(|wanted| {
        let id = service.id();
        let fragment = id.strip_prefix(did.as_str()).and_then(|rest| rest.strip_prefix('#'));
        id == wanted || fragment.is_some_and(|name| name == wanted.strip_prefix('#').unwrap_or(wanted))
    });
    by_id && parameters.service_type.as_ref().is_none_or(|wanted| service.types().contains(wanted))
}

fn endpoint_urls(
    document: &Document,
    parameters: &Parameters,
    fragment: Option<&str>,
) -> Result<Vec<String>, ResolutionError> {
    let mut urls = Vec::new();
    for endpoint in document.service.iter().flat_map(Service::endpoint_uris) {
        let mut url = match &parameters.relative_ref {
            None => endpoint.to_owned(),
            Some(reference) => uri::resolve(endpoint, reference).ok_or_else(|| {
                let detail = "relativeRef is not a reference that stays at the service endpoint's host";
                ResolutionError::new(ErrorKind::InvalidDidUrl, detail)
            })?,
        };
        if let Some(fragment) = fragment {
            if url.contains('#') {
                let detail = "both the DID URL and the service endpoint have a fragment";
                return Err(ResolutionError::new(ErrorKind::InvalidDidUrl, detail));
            }
            url.push('#');
            url.push_str(fragment);
        }
        urls.push(url);
    }
    if urls.is_empty() {
        return Err(not_found("the selected service has no endpoint that is a URL"));
    }
    Ok(urls)
}

/// The part of the document that the fragment names.
fn secondary(
    document: &Document,
    fragment: &str,
    relationship: Option<Relationship>,
) -> Result<Content, ResolutionError> {
    let url = DidUrl::with_fragment(document.id(), fragment)?;
    let method = document.method(&url);
    if let Some(relationship) = relationship {
        let method = method.ok_or_else(|| not_a_method(format!("{url} is not in the document")))?;
        if document.authorised(&url, relationship).is_none() {
            let detail = format!("{url} is not authorised for {relationship}");
            return Err(ResolutionError::new(ErrorKind::InvalidRelationship, detail));
        }
        return Ok(Content::Method(Box::new(method.clone())));
    }
    if let Some(method) = method {
        return Ok(Content::Method(Box::new(method.clone())));
    }
    if let Some(service) = document.service.iter().find(|service| service.id() == url.as_str()) {
        return Ok(Content::Service(Box::new(service.clone())));
    }
    Err(not_found(format!("nothing in the document has the id {url}")))
}

fn not_found(detail: impl Into<String>) -> ResolutionError {
    ResolutionError::new(ErrorKind::NotFound, detail)
}

fn not_a_method(detail: impl Into<String>) -> ResolutionError {
    ResolutionError::new(ErrorKind::InvalidVerificationMethod, detail)
}
