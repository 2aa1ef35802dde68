//! Decentralized identifiers: syntax, documents, resolution, and the rules of `did:hufu`.
//!
//! | module | standard |
//! |---|---|
//! | [`Did`], [`DidUrl`], [`Document`] | W3C DID Core 1.0 / 1.1 |
//! | [`Resolver`], [`Resolution`], [`dereference()`] | W3C DID Resolution |
//! | [`key`], [`jwk`], [`web`] | the methods `did:key`, `did:jwk`, `did:web` |
//! | [`hufu`] | the ledger method `did:hufu`: operations, records, `apply`, resolution |
//!
//! Everything is pure and synchronous. Records are read through [`hufu::Records`], the web through
//! [`web::Fetch`]; randomness and time are parameters.
//!
//! ```
//! use hufu_did::{DidUrl, MethodRouter, Relationship, ResolutionOptions, Resolver};
//!
//! let url: DidUrl = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK\
//!                    #z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK".parse()?;
//! let found = MethodRouter::offline().resolve(url.did(), &ResolutionOptions::default())?;
//! let document = found.document.expect("did:key is never deactivated");
//!
//! let method = document.authorised(&url, Relationship::AssertionMethod).expect("the key may issue");
//! assert_eq!(method.verifying_key()?.algorithm().to_string(), "Ed25519");
//! assert!(document.authorised(&url, Relationship::KeyAgreement).is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![warn(clippy::indexing_slicing)]

mod dereference;
mod did;
mod did_url;
mod document;
mod error;
pub mod hufu;
pub mod jwk;
pub mod key;
mod multibase;
mod resolution;
mod router;
mod uri;
pub mod web;

pub use dereference::{Content, Dereferenced, DereferencingOptions, URI_LIST, dereference};
pub use did::{Did, MAX_DID_LENGTH};
pub use did_url::{DidUrl, MAX_DID_URL_LENGTH, MAX_PARAMETERS, Parameters};
pub use document::{
    DID_CONTEXT, Document, JWK_CONTEXT, MAX_DOCUMENT_BYTES, MAX_RELATIONSHIP_ENTRIES, MAX_SERVICES,
    MAX_SET_ENTRIES, MAX_VERIFICATION_METHODS, MULTIKEY_CONTEXT, Material, MethodReference, RING_KEY_TYPE,
    Relationship, Relationships, RingKey, Service, VerificationMethod,
};
pub use error::Error;
pub use resolution::{
    ACCEPT_MAX_LENGTH, DEREFERENCING_MEDIA_TYPE, DocumentMetadata, ErrorKind, MAX_VERSION_ID_LENGTH,
    MediaType, RESOLUTION_MEDIA_TYPE, Resolution, ResolutionError, ResolutionMetadata, ResolutionOptions,
    Resolver, negotiate, version_time,
};
pub use router::MethodRouter;
pub use uri::MAX_URI_LENGTH;
