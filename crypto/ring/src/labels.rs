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
    /// The transcript of a signature.
    SIGNATURE = "hufu/ring-signature/v1",
    /// The digest that names a ring.
    RING = "hufu/ring-members/v1",
    /// The hash to the group that gives a scope's tag base. Ends as RFC 9380 §8.10 wants its suite to be named.
    SCOPE = "hufu/ring-scope/v1/ristretto255_XMD:SHA-512_R255MAP_RO_",
    /// The hash to the group that gives the commitment generators.
    GENERATOR = "hufu/ring-generator/v1/ristretto255_XMD:SHA-512_R255MAP_RO_",
    /// Nonces of a signer.
    NONCE = "hufu/ring-nonce/v1",
    /// Weights of a batch.
    BATCH = "hufu/ring-batch/v1",
    /// A proof that a ring key is held.
    POSSESSION = "hufu/ring-possession/v1",
}

/// The group and hash that every transcript names.
pub(crate) const SUITE: &str = "ristretto255-sha512";

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn labels_are_unique_and_of_one_shape() {
        let labels: HashSet<_> = ALL.iter().map(|(_, label)| label).collect();
        assert_eq!(labels.len(), ALL.len());
        for (name, label) in ALL {
            assert!(label.starts_with("hufu/ring-"), "{name}");
            assert_eq!(label.split('/').nth(2), Some("v1"), "{name}");
        }
    }
}
