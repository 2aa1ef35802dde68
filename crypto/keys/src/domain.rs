//! Domain separation: what a signature or hash of a format of Hufu's own was made for.
//!
//! The frame is `label ‖ 0x00 ‖ (length ‖ part)*`, lengths as 64-bit big-endian integers. No label has a zero byte
//! and every part carries its length, so the framing is injective: two different (domain, parts) never give the
//! same bytes, and a signature over one thing cannot be presented as a signature over another. Simple
//! concatenation would not do:
//!
//! ```
//! use hufu_keys::Domain;
//!
//! assert_eq!([&b"ab"[..], b"c"].concat(), [&b"a"[..], b"bc"].concat());
//! assert_ne!(Domain::AuditEntry.frame(&[b"ab", b"c"]), Domain::AuditEntry.frame(&[b"a", b"bc"]));
//! assert_ne!(Domain::AuditEntry.frame(&[b"ab"]), Domain::AuditEntry.frame(&[b"ab", b""]));
//! ```

/// Ends the label.
const END_OF_LABEL: u8 = 0;

/// Bytes of a length prefix.
const LENGTH_BYTES: usize = 8;

/// Declares the list once, so that [`Domain::ALL`] cannot miss a variant.
macro_rules! domains {
    ($($(#[$doc:meta])* $name:ident = $label:literal,)*) => {
        /// A purpose of signed, hashed or derived bytes. A format's change of meaning takes a new label.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Domain { $($(#[$doc])* $name,)* }

        impl Domain {
            /// Every domain.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The label, for example `hufu/transaction/v1`.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }
        }
    };
}

domains! {
    /// An operation of `did:hufu`.
    DidOperation = "hufu/did-operation/v1",
    /// A ledger transaction: what its authors sign, and its id.
    Transaction = "hufu/transaction/v1",
    /// The scope of an anonymous authorisation of a transaction, to which the linking tag is bound.
    TransactionScope = "hufu/transaction-scope/v1",
    /// The request for an opening that openers of a group answer: what stands for its warrant.
    GroupWarrant = "hufu/group-warrant-request/v1",
    /// A block header: its hash, which validators sign.
    BlockHeader = "hufu/block-header/v1",
    /// A validator set: its hash.
    ValidatorSet = "hufu/validator-set/v1",
    /// A genesis document: its hash, to which the network's name is bound.
    Genesis = "hufu/genesis/v1",
    /// A key of the authenticated state: its hash, which is its path in the tree.
    StateKey = "hufu/state-key/v1",
    /// An entry of the audit log: its chained hash.
    AuditEntry = "hufu/audit-entry/v1",
    /// An exported audit log.
    AuditExport = "hufu/audit-export/v1",
    /// A request to the platform that is signed by a key instead of carrying an API key.
    ApiRequest = "hufu/api-request/v1",
    /// The scope of such a request by an unnamed member, to which the linking tag is bound.
    ApiRequestScope = "hufu/api-request-scope/v1",
    /// A proof that the sender holds a key, over a verifier's challenge.
    ProofOfPossession = "hufu/proof-of-possession/v1",
    /// An answer to a verifier's challenge by one of a list.
    MembershipPresentation = "hufu/membership-presentation/v1",
    /// The scope of such an answer, to which the linking tag is bound.
    MembershipScope = "hufu/membership-scope/v1",
    /// The keystore's key-check value.
    KeystoreCheck = "hufu/keystore-check/v1",
    /// The keystore's encryption key.
    KeystoreCipher = "hufu/keystore-cipher/v1",
    /// The keystore's checksum against accidental damage.
    KeystoreChecksum = "hufu/keystore-checksum/v1",
    /// The master key of a tree of SM2 keys, from a seed.
    Sm2Seed = "hufu/sm2-seed/v1",
    /// The shared secret of a stealth address on P-256 or SM2: its hash.
    StealthSecret = "hufu/stealth-secret/v1",
}

impl Domain {
    /// The bytes to sign or hash: the label, then every part with its length before it.
    #[must_use]
    pub fn frame(self, parts: &[&[u8]]) -> Vec<u8> {
        let label = self.label().as_bytes();
        let size = label.len() + 1 + parts.iter().map(|p| LENGTH_BYTES + p.len()).sum::<usize>();
        let mut out = Vec::with_capacity(size);
        out.extend_from_slice(label);
        out.push(END_OF_LABEL);
        for part in parts {
            out.extend_from_slice(&(part.len() as u64).to_be_bytes());
            out.extend_from_slice(part);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn labels_are_unique_and_of_one_shape() {
        let labels: HashSet<_> = Domain::ALL.iter().map(|d| d.label()).collect();
        assert_eq!(labels.len(), Domain::ALL.len());
        for label in labels {
            let parts: Vec<_> = label.split('/').collect();
            assert!(matches!(parts[..], ["hufu", _, "v1"]), "{label}");
            assert!(!label.bytes().any(|b| b == END_OF_LABEL), "{label}");
        }
    }

    #[test]
    fn the_frame_is_frozen() {
        assert_eq!(
            Domain::Genesis.frame(&[b"ab", b""]),
            b"hufu/genesis/v1\0\0\0\0\0\0\0\0\x02ab\0\0\0\0\0\0\0\0"
        );
    }

    fn read(frame: &[u8]) -> Vec<Vec<u8>> {
        let end = frame.iter().position(|b| *b == END_OF_LABEL).unwrap();
        let mut parts = vec![frame[..end].to_vec()];
        let mut bytes = &frame[end + 1..];
        while let Some((length, rest)) = bytes.split_first_chunk() {
            let (part, rest) = rest.split_at(usize::try_from(u64::from_be_bytes(*length)).unwrap());
            parts.push(part.to_vec());
            bytes = rest;
        }
        parts
    }

    proptest! {
        /// A frame can be taken apart again, so no two inputs share one.
        #[test]
        fn framing_is_injective(
            domain in proptest::sample::select(Domain::ALL),
            parts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..20), 0..5),
        ) {
            let borrowed: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            let read = read(&domain.frame(&borrowed));
            prop_assert_eq!(&read[0], domain.label().as_bytes());
            prop_assert_eq!(&read[1..], &parts[..]);
        }
    }
}
