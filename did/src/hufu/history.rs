//! Checking a whole history again, from nothing but the DID and the versions.

use super::{
    Context, Head, MemoryRecords, Records, Refusal, SignedOperation, Version, apply, identifier::parts_of,
};
use crate::{Did, Error};

/// Applies the versions of `did` one after the other and compares every record with what the rules produce.
///
/// `others` holds the records of controllers. They are asked for their *present* keys: a version that a
/// controller authorised with keys it has since rotated away is refused here, and its proof is the ledger's.
///
/// Returns the head that the history leads to.
///
/// # Errors
/// [`Error::Refused`] if an operation breaks a rule, [`Error::Record`] if a version is not what its operation
/// produces, or if the first is not the one that the DID is the hash of.
pub fn verify_history(others: &impl Records, did: &Did, versions: &[Version]) -> Result<Head, Error> {
    let (network, first) = parts_of(did)?;
    let wrong = |reason: String| Error::Record { what: "DID history", reason };
    if versions.first().is_none_or(|version| version.hash != first) {
        return Err(wrong(format!("it does not start with the operation that {did} is the hash of")));
    }
    let mut replayed = MemoryRecords::new();
    let mut head = None;
    for version in versions {
        let context = Context { network: &network, height: version.height, time_ms: version.time_ms };
        let records = Overlay { did, own: &replayed, others };
        let changes = apply(&records, &version.operation, &context)?;
        if changes.did != *did || changes.version != *version {
            return Err(wrong(format!("version {} is not what its operation makes", version.version)));
        }
        replayed.commit(&changes);
        head = Some(changes.head);
    }
    head.ok_or_else(|| wrong("it is empty".to_owned()))
}

/// The DID's own records as far as they were replayed, and everybody else's.
struct Overlay<'a, R> {
    did: &'a Did,
    own: &'a MemoryRecords,
    others: &'a R,
}

impl<R: Records> Records for Overlay<'_, R> {
    fn head(&self, did: &Did) -> Result<Option<Head>, Error> {
        if did == self.did { self.own.head(did) } else { self.others.head(did) }
    }

    fn version(&self, did: &Did, version: u64) -> Result<Option<Version>, Error> {
        if did == self.did { self.own.version(did, version) } else { self.others.version(did, version) }
    }
}

impl SignedOperation {
    /// The DID that this operation is about, on the network it names.
    ///
    /// # Errors
    /// [`Error::Refused`] if it is malformed.
    pub fn did(&self) -> Result<Did, Error> {
        match super::Operation::parse(self.operation())? {
            super::Operation::Create(create) => Ok(super::did_of(&create.network, &self.hash())),
            other => other
                .link()
                .map(|link| link.did.clone())
                .ok_or_else(|| Refusal::malformed("it names no DID").into()),
        }
    }
}
