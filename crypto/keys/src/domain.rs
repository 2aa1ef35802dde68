//! Domain separation: the labels under which formats of our own are hashed and signed.
//!
//! A frame is `label ‖ 0x00 ‖ for each part: u64 big-endian length ‖ part`. No label contains a zero byte and
//! every part carries its length, so two different (label, parts) never give the same bytes.

/// What a signature, a hash or a commitment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Domain {
    /// An operation on a did:hufu.
    DidOperation,
    /// A ledger transaction.
    Transaction,
    /// A block header.
    BlockHeader,
    /// A validator set.
    ValidatorSet,
    /// A network's genesis.
    Genesis,
    /// A key of the authenticated state.
    StateKey,
    /// One entry of an audit log.
    AuditEntry,
    /// An exported audit log.
    AuditExport,
    /// A request signed by its caller.
    ApiRequest,
    /// A proof that the holder of a public key has the private one.
    ProofOfPossession,
}

impl Domain {
    /// Every domain; the uniqueness of their labels is tested.
    pub const ALL: [Self; 10] = [
        Self::DidOperation,
        Self::Transaction,
        Self::BlockHeader,
        Self::ValidatorSet,
        Self::Genesis,
        Self::StateKey,
        Self::AuditEntry,
        Self::AuditExport,
        Self::ApiRequest,
        Self::ProofOfPossession,
    ];

    /// The label, with the version of the format it stands for.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::DidOperation => "hufu/did-operation/v1",
            Self::Transaction => "hufu/transaction/v1",
            Self::BlockHeader => "hufu/block-header/v1",
            Self::ValidatorSet => "hufu/validator-set/v1",
            Self::Genesis => "hufu/genesis/v1",
            Self::StateKey => "hufu/state-key/v1",
            Self::AuditEntry => "hufu/audit-entry/v1",
            Self::AuditExport => "hufu/audit-export/v1",
            Self::ApiRequest => "hufu/api-request/v1",
            Self::ProofOfPossession => "hufu/proof-of-possession/v1",
        }
    }

    /// The bytes to hash or sign for these parts under this domain.
    #[must_use]
    pub fn frame(self, parts: &[&[u8]]) -> Vec<u8> {
        let label = self.label().as_bytes();
        let length = parts.iter().map(|part| part.len() + 8).sum::<usize>();
        let mut out = Vec::with_capacity(label.len() + 1 + length);
        out.extend_from_slice(label);
        out.push(0);
        for part in parts {
            out.extend_from_slice(&(part.len() as u64).to_be_bytes());
            out.extend_from_slice(part);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Domain;

    #[test]
    fn labels_are_unique_and_have_no_zero_byte() {
        let labels: BTreeSet<&str> = Domain::ALL.iter().map(|domain| domain.label()).collect();
        assert_eq!(labels.len(), Domain::ALL.len());
        assert!(labels.iter().all(|label| !label.contains('\0')));
    }

    #[test]
    fn moving_a_byte_between_parts_changes_the_frame() {
        assert_ne!(Domain::Genesis.frame(&[b"ab", b"c"]), Domain::Genesis.frame(&[b"a", b"bc"]));
        assert_ne!(Domain::Genesis.frame(&[b"abc"]), Domain::Genesis.frame(&[b"abc", b""]));
    }
}
