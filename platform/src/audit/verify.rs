//! Checking an export, from its bytes alone.
//!
//! 1. Header and trailer are read; a missing trailer is truncation.
//! 2. The sequence numbers tell insertion, deletion and reordering apart: a number twice is an
//!    insertion, one that appears nowhere is a deletion, one that appears later is a reordering.
//! 3. Each entry's hash is recomputed: a difference is an edit. Each entry's link to the one before
//!    is compared: a difference is a chain spliced from two logs.
//! 4. The trailer's count and head are compared, and the signature is checked: it covers header,
//!    head and count, so a log rewritten from some entry on fails here.
//!
//! # Security
//! The signing key stands in the export itself: [`Summary`] says which DID URL and key signed, and it
//! is for the caller to compare them with what the service's DID document says.

use std::collections::BTreeSet;

use hufu_keys::VerifyingKey;

use super::{
    Entry, Head,
    export::{EXPORT_FORMAT, Header, Trailer, VERSION, signed_bytes},
};

/// The largest export read, in bytes.
pub const MAX_EXPORT_BYTES: usize = 1024 * 1024 * 1024;

/// What a sound export contains.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// The network of the ledger behind the service.
    pub network: String,
    /// The number of entries.
    pub entries: u64,
    /// The sequence number of the first.
    pub first: u64,
    /// The last position.
    pub head: Head,
    /// When the export was made.
    pub exported: String,
    /// The DID URL that the export says it was signed by.
    pub signer: String,
    /// The public key that did sign, as a Multikey. Compare it with the signer's DID document.
    pub key: String,
}

/// What was found wrong, and where. Lines and sequence numbers count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// The bytes are no export.
    #[error("this is not an audit export: {0}")]
    NotAnExport(String),
    /// A line cannot be read.
    #[error("line {line} cannot be read as an entry: {reason}")]
    Unreadable {
        /// The line.
        line: usize,
        /// Why.
        reason: String,
    },
    /// The end is missing.
    #[error("truncated: the export ends after entry {last} without its signed trailer")]
    Truncated {
        /// The last entry that is there.
        last: u64,
    },
    /// Entries are missing.
    #[error("deletion: entry {seq} is missing (line {line} has entry {found})")]
    Deleted {
        /// The first missing entry.
        seq: u64,
        /// What stands in its place.
        found: u64,
        /// Where.
        line: usize,
    },
    /// An entry stands twice, or before the first.
    #[error("insertion: line {line} has a second entry {seq}")]
    Inserted {
        /// The number of the inserted entry.
        seq: u64,
        /// Where.
        line: usize,
    },
    /// Entries change places.
    #[error("reordering: line {line} has entry {found} where entry {seq} belongs")]
    Reordered {
        /// The entry that belongs there.
        seq: u64,
        /// The one that is there.
        found: u64,
        /// Where.
        line: usize,
    },
    /// An entry's content is not what its hash says.
    #[error("edit: entry {seq} (line {line}) is not what its hash was made of")]
    Edited {
        /// The entry.
        seq: u64,
        /// Where.
        line: usize,
    },
    /// An entry does not follow the one before.
    #[error("the chain breaks: entry {seq} (line {line}) does not follow the entry before it")]
    Broken {
        /// The entry.
        seq: u64,
        /// Where.
        line: usize,
    },
    /// Entries were cut off or added at the end.
    #[error("the trailer speaks of {count} entries up to {last}; the export has {found}")]
    Count {
        /// What header and trailer say.
        count: u64,
        /// The last entry by the header.
        last: u64,
        /// What is there.
        found: u64,
    },
    /// The last hash is not the signed one.
    #[error("the last entry is not the one that the trailer signs: the log was rewritten")]
    Head,
    /// The signature does not verify.
    #[error(
        "the signature of the trailer does not verify: header, head or count were changed, or the key is not the signer's"
    )]
    Signature,
}

/// Checks an export from its bytes alone.
///
/// # Errors
/// [`AuditError`] names the first thing found wrong.
pub fn verify_export(bytes: &[u8]) -> Result<Summary, AuditError> {
    let no = |reason: &str| AuditError::NotAnExport(reason.to_owned());
    if bytes.len() > MAX_EXPORT_BYTES {
        return Err(no("it is larger than this program reads"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| no("it is not UTF-8"))?;

    // Step 1
    let mut lines = text.lines();
    let header_line = lines.next().ok_or_else(|| no("it is empty"))?;
    let header: Header = serde_json::from_str(header_line).map_err(|error| no(&error.to_string()))?;
    if header.format != EXPORT_FORMAT {
        return Err(no("the header names another format"));
    }
    if header.version != VERSION {
        return Err(no(&format!("its version is {}, this program reads {VERSION}", header.version)));
    }
    let (entries, trailer) = read_lines(lines, header.first)?;

    // Steps 2 and 3
    let head = walk(&entries, &header)?;

    // Step 4
    let found = entries.len() as u64;
    if trailer.count != found || header.last != (header.first + found).saturating_sub(1) {
        return Err(AuditError::Count { count: trailer.count, last: header.last, found });
    }
    if trailer.head != head.hash {
        return Err(AuditError::Head);
    }
    check_signature(header_line, &trailer)?;
    Ok(Summary {
        network: header.network,
        entries: found,
        first: header.first,
        head,
        exported: header.exported,
        signer: trailer.signer,
        key: trailer.key,
    })
}

/// Entries with their lines, and the trailer that must come last.
fn read_lines<'a>(
    lines: impl Iterator<Item = &'a str>,
    first: u64,
) -> Result<(Vec<(usize, Entry)>, Trailer), AuditError> {
    let mut entries: Vec<(usize, Entry)> = Vec::new();
    let mut trailer: Option<Trailer> = None;
    // the header is line 1
    for (line, text) in (2..).zip(lines) {
        let unreadable = |reason: String| AuditError::Unreadable { line, reason };
        if trailer.is_some() {
            return Err(unreadable("nothing may follow the trailer".into()));
        }
        match serde_json::from_str::<Entry>(text) {
            Ok(entry) => entries.push((line, entry)),
            // a line cut in the middle is the last one of a truncated file
            Err(error) if error.is_eof() => break,
            Err(error) => match serde_json::from_str::<Trailer>(text) {
                Ok(found) => trailer = Some(found),
                Err(_) => return Err(unreadable(error.to_string())),
            },
        }
    }
    match trailer {
        Some(trailer) => Ok((entries, trailer)),
        None => Err(AuditError::Truncated {
            last: entries.last().map_or(first.saturating_sub(1), |(_, entry)| entry.seq),
        }),
    }
}

/// The head that the entries lead to.
fn walk(entries: &[(usize, Entry)], header: &Header) -> Result<Head, AuditError> {
    let numbers: BTreeSet<u64> = entries.iter().map(|(_, entry)| entry.seq).collect();
    let mut head = Head { seq: header.first.saturating_sub(1), hash: header.previous };
    for (line, entry) in entries {
        let (line, found, seq) = (*line, entry.seq, head.seq + 1);
        if found < seq {
            return Err(AuditError::Inserted { seq: found, line });
        }
        if found > seq {
            return Err(match numbers.contains(&seq) {
                true => AuditError::Reordered { seq, found, line },
                false => AuditError::Deleted { seq, found, line },
            });
        }
        if entry.computed_hash() != entry.hash {
            return Err(AuditError::Edited { seq, line });
        }
        if entry.previous != head.hash {
            return Err(AuditError::Broken { seq, line });
        }
        head = entry.head();
    }
    Ok(head)
}

fn check_signature(header_line: &str, trailer: &Trailer) -> Result<(), AuditError> {
    let key = VerifyingKey::from_multikey(&trailer.key).map_err(|_| AuditError::Signature)?;
    let signature = trailer
        .signature
        .strip_prefix('z')
        .and_then(|encoded| bs58::decode(encoded).into_vec().ok())
        .ok_or(AuditError::Signature)?;
    key.verify(
        &signed_bytes(header_line.as_bytes(), &trailer.head, trailer.count, &trailer.signer),
        &signature,
    )
    .map_err(|_| AuditError::Signature)
}

#[cfg(test)]
mod tests {
    use hufu_keys::{Algorithm, SigningKey};
    use hufu_light::Hash;

    use super::*;
    use crate::audit::{Exporter, export, tests::sample};

    fn exported(count: u64) -> Vec<String> {
        let key = SigningKey::generate(Algorithm::Ed25519, &mut rand::rng());
        let by = Exporter { network: "test", method: "did:example:service#key-1", key: &key };
        let bytes = export(&sample(count), 1, Hash::ZERO, "2026-11-23T00:00:00Z", by);
        String::from_utf8(bytes).expect("text").lines().map(str::to_owned).collect()
    }

    fn verify(lines: &[String]) -> Result<Summary, AuditError> {
        verify_export(lines.join("\n").as_bytes())
    }

    #[test]
    fn a_sound_export_verifies_and_says_what_it_holds() {
        let summary = verify(&exported(5)).expect("sound");
        assert_eq!((summary.entries, summary.first, summary.head.seq), (5, 1, 5));
        assert_eq!(verify(&exported(0)).expect("empty and sound").entries, 0);
    }

    #[test]
    fn each_kind_of_tampering_is_named() {
        let sound = exported(5);
        let changed = |change: &dyn Fn(&mut Vec<String>)| {
            let mut lines = sound.clone();
            change(&mut lines);
            verify(&lines).expect_err("tampered")
        };
        assert!(matches!(changed(&|l| l.insert(3, l[2].clone())), AuditError::Inserted { seq: 2, line: 4 }));
        assert!(matches!(changed(&|l| drop(l.remove(2))), AuditError::Deleted { seq: 2, found: 3, line: 3 }));
        assert!(matches!(changed(&|l| l.swap(2, 3)), AuditError::Reordered { seq: 2, found: 3, line: 3 }));
        assert!(matches!(
            changed(&|l| l[3] = l[3].replace("urn:uuid:3", "urn:uuid:9")),
            AuditError::Edited { seq: 3, line: 4 }
        ));
        assert!(matches!(changed(&|l| l.truncate(4)), AuditError::Truncated { last: 3 }));
        assert!(matches!(
            changed(&|l| {
                l.truncate(4);
                let cut = l[3].len() / 2;
                l[3].truncate(cut);
            }),
            AuditError::Truncated { last: 2 }
        ));
        // the last entry removed, the trailer kept
        assert!(matches!(changed(&|l| drop(l.remove(5))), AuditError::Count { count: 5, found: 4, .. }));
        // another signer's key, another signer's name, another network
        let other: Trailer = serde_json::from_str(&exported(5)[6]).expect("trailer");
        let ours: Trailer = serde_json::from_str(&sound[6]).expect("trailer");
        assert_eq!(changed(&|l| l[6] = l[6].replace(&ours.key, &other.key)), AuditError::Signature);
        assert_eq!(
            changed(&|l| l[6] = l[6].replace("service#key-1", "service#key-2")),
            AuditError::Signature
        );
        assert_eq!(changed(&|l| l[0] = l[0].replace("test", "main")), AuditError::Signature);
    }

    #[test]
    fn a_log_rewritten_with_fitting_hashes_fails_at_the_head() {
        let sound = exported(5);
        let mut head = Head::EMPTY;
        let mut forged = vec![sound[0].clone()];
        for entry in sample(5) {
            let mut record = entry.record;
            if entry.seq == 3 {
                record.resource = "urn:uuid:forged".into();
            }
            let entry = head.append(record);
            head = entry.head();
            forged.push(serde_json::to_string(&entry).expect("serialises"));
        }
        forged.push(sound[6].clone());
        assert_eq!(verify(&forged), Err(AuditError::Head));
        // and with a trailer that fits the forged head: the signature
        let trailer = sound[6].replace(&exported_head(&sound), &head.hash.to_string());
        forged[6] = trailer;
        assert_eq!(verify(&forged), Err(AuditError::Signature));
    }

    fn exported_head(lines: &[String]) -> String {
        serde_json::from_str::<Trailer>(&lines[6]).expect("trailer").head.to_string()
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let sound = exported(2).join("\n").into_bytes();
        assert!(verify_export(&sound).is_ok());
        for position in 0..sound.len() {
            for bit in 0..8 {
                let mut flipped = sound.clone();
                flipped[position] ^= 1 << bit;
                assert!(verify_export(&flipped).is_err(), "byte {position}, bit {bit}");
            }
        }
    }
}
