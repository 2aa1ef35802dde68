//! Interop tier: does an implementation that nobody here wrote agree with ours?
//!
//! The peer is npm's `@digitalbazaar/vc` with its Data Integrity suites, and `jsonld` with
//! `rdf-canonize`; `tests/README.md` says how it is installed. Every run makes new keys on both sides.
//!
//! | module | question |
//! |---|---|
//! | `canonical` | does a random JSON-LD document have the same canonical RDF on both sides? |
//! | `credentials` | does each side verify what the other issued, and refuse it once changed? |
//! | `presentations` | the same for presentations, with challenge and domain |
//! | `disclosure` | issuer, holder and verifier on either side: does every mixture of the two show a part that verifies? |

#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

#[path = "interop/canonical.rs"]
mod canonical;
#[path = "interop/credentials.rs"]
mod credentials;
#[path = "interop/disclosure.rs"]
mod disclosure;
#[path = "interop/presentations.rs"]
mod presentations;
#[path = "interop/sides.rs"]
mod sides;
#[path = "interop/tamper.rs"]
mod tamper;
