//! Writing an export: JSON lines between a header and a signed trailer.
//!
//! ```text
//! {"format":"hufu-audit-export","version":1,"network":…,"first":1,"last":3,"previous":"00…","exported":…}
//! {"seq":1,…,"previous":"00…","hash":"…"}
//! {"seq":2,…}
//! {"seq":3,…}
//! {"count":3,"head":"…","signer":"did:…#…","key":"z…","signature":"z…"}
//! ```
//!
//! The signature covers the frame ([`Domain::AuditExport`]) of: the header line's bytes, the hash of
//! the last entry, the number of entries, the signer's DID URL. The chain carries it to every byte in between.

use hufu_keys::{Domain, SigningKey};
use hufu_light::Hash;
use serde::{Deserialize, Serialize};

use super::Entry;

/// The format's name, in every header.
pub const EXPORT_FORMAT: &str = "hufu-audit-export";

/// The version this code writes and reads.
pub(super) const VERSION: u8 = 1;

/// The first line of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Always [`EXPORT_FORMAT`].
    pub format: String,
    /// The format's version.
    pub version: u8,
    /// The network of the ledger behind the service.
    pub network: String,
    /// The sequence number of the first entry.
    pub first: u64,
    /// The sequence number of the last entry; `first - 1` when there is none.
    pub last: u64,
    /// The hash of the entry before the first.
    pub previous: Hash,
    /// When the export was made, RFC 3339.
    pub exported: String,
}

/// The last line of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trailer {
    /// The number of entries.
    pub count: u64,
    /// The hash of the last entry, or the header's `previous` when there is none.
    pub head: Hash,
    /// The DID URL of the verification method that signed.
    pub signer: String,
    /// Its public key as a Multikey, so that the export can be checked before the DID is resolved.
    pub key: String,
    /// The signature, base58btc multibase.
    pub signature: String,
}

/// Who signs exports.
#[derive(Clone, Copy)]
pub struct Exporter<'a> {
    /// The network of the ledger behind the service.
    pub network: &'a str,
    /// The DID URL of the verification method.
    pub method: &'a str,
    /// Its private key.
    pub key: &'a SigningKey,
}

impl std::fmt::Debug for Exporter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exporter").field("method", &self.method).finish_non_exhaustive()
    }
}

/// Writes `entries`, which must be consecutive and follow `previous`, as a signed export.
#[must_use]
pub fn export(entries: &[Entry], first: u64, previous: Hash, exported: &str, by: Exporter<'_>) -> Vec<u8> {
    let count = entries.len() as u64;
    let header = Header {
        format: EXPORT_FORMAT.into(),
        version: VERSION,
        network: by.network.into(),
        first,
        last: (first + count).saturating_sub(1),
        previous,
        exported: exported.into(),
    };
    let header = line(&header);
    let head = entries.last().map_or(previous, |entry| entry.hash);
    let signature = by.key.sign(&signed_bytes(&header, &head, count, by.method));
    let trailer = Trailer {
        count,
        head,
        signer: by.method.into(),
        key: by.key.verifying_key().to_multikey(),
        signature: format!("z{}", bs58::encode(signature.as_bytes()).into_string()),
    };
    let mut out = header;
    for entry in entries {
        out.push(b'\n');
        out.extend(line(entry));
    }
    out.push(b'\n');
    out.extend(line(&trailer));
    out.push(b'\n');
    out
}

/// What the signature covers.
pub(super) fn signed_bytes(header: &[u8], head: &Hash, count: u64, signer: &str) -> Vec<u8> {
    Domain::AuditExport.frame(&[header, head.as_bytes(), &count.to_be_bytes(), signer.as_bytes()])
}

fn line(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("a line has only string keys because its types are structs")
}
