//! Domain labels: what a hash of this crate was made for. One list, so that no two purposes share a label.

/// Declares the labels once, so that the uniqueness test cannot miss one.
macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident = $label:literal,)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $label;)*

        /// Every label with its constant's name.
        #[cfg(test)]
        const ALL: &[(&str, &str)] = &[$((stringify!($name), $label),)*];
    };
}

labels! {
    /// Hash to G1: the bases G, K and Y. Ends as RFC 9380 §8.10 wants its suite to be named, as the next two.
    GENERATOR = "hufu/group-generator/v1/BLS12381G1_XMD:SHA-256_SSWU_RO_",
    /// Hash to G1: the accumulator's first value in a generation.
    ACCUMULATOR = "hufu/group-accumulator/v1/BLS12381G1_XMD:SHA-256_SSWU_RO_",
    /// Hash to G1: the tag base of a scope in a group.
    SCOPE = "hufu/group-scope/v1/BLS12381G1_XMD:SHA-256_SSWU_RO_",
    /// The digest that names a group.
    GROUP = "hufu/group-id/v1",
    /// What a member's own key signs when it registers.
    CONSENT = "hufu/group-consent/v1",
    /// The proof in a join request.
    JOIN = "hufu/group-join/v1",
    /// Weights for checking a credential or a witness.
    CREDENTIAL = "hufu/group-credential/v1",
    /// Weights for checking an update.
    UPDATE = "hufu/group-update/v1",
    /// The transcript of a signature.
    SIGNATURE = "hufu/group-signature/v1",
    /// The scope of an epoch.
    EPOCH_SCOPE = "hufu/group-epoch-scope/v1",
    /// Nonces and streams of weights.
    NONCE = "hufu/group-nonce/v1",
    /// Weights of a batch.
    BATCH = "hufu/group-batch/v1",
    /// An opener's proof that he holds the secret of his dealing.
    DEALING = "hufu/group-dealing/v1",
    /// The digest of a warrant.
    WARRANT = "hufu/group-warrant/v1",
    /// The proof of a partial opening.
    OPENING = "hufu/group-opening/v1",
}

/// The group and hash that every transcript names.
pub(crate) const SUITE: &str = "bls12381g1-sha512";

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn labels_are_unique_and_of_one_shape() {
        let labels: HashSet<_> = ALL.iter().map(|(_, label)| label).collect();
        assert_eq!(labels.len(), ALL.len());
        for (name, label) in ALL {
            assert!(label.starts_with("hufu/group-"), "{name}");
            assert_eq!(label.split('/').nth(2), Some("v1"), "{name}");
        }
    }
}
