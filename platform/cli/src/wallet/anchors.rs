//! The networks that a wallet trusts: each a name and the hash of its genesis, pinned once.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use hufu_light::{Hash, Network, TrustAnchor};

use crate::{
    exit::{Code, Failure},
    private_file,
};

/// The largest file of anchors that is read, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// Pinned anchors, by network.
pub(crate) struct Anchors {
    path: PathBuf,
    pinned: BTreeMap<String, Hash>,
}

impl Anchors {
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let path = path.to_owned();
        if !path.exists() {
            return Ok(Self { path, pinned: BTreeMap::new() });
        }
        let named = || format!("the trust anchors in {} cannot be read", path.display());
        if std::fs::metadata(&path).with_context(named)?.len() > MAX_BYTES {
            return Err(Failure::with(Code::Input, format!("{} is too large", path.display())));
        }
        let bytes = std::fs::read(&path).with_context(named)?;
        let pinned: BTreeMap<String, Hash> = serde_json::from_slice(&bytes).with_context(named)?;
        Ok(Self { path, pinned })
    }

    /// Pins a network, or checks that it is the one pinned before; true if it is new.
    ///
    /// # Errors
    /// [`Code::No`] if a network of this name with another genesis is pinned: nothing is overwritten.
    pub(crate) fn pin(&mut self, anchor: &TrustAnchor) -> anyhow::Result<bool> {
        match self.pinned.get(anchor.network.as_str()) {
            Some(pinned) if *pinned == anchor.genesis_hash => Ok(false),
            Some(pinned) => Err(Failure::with(
                Code::No,
                format!(
                    "the network {} is pinned with genesis {pinned}, this service runs {}: it is another network; \
                     edit {} only if you know why",
                    anchor.network,
                    anchor.genesis_hash,
                    self.path.display()
                ),
            )),
            None => {
                self.pinned.insert(anchor.network.to_string(), anchor.genesis_hash);
                let json =
                    serde_json::to_vec_pretty(&self.pinned).context("the anchors have no JSON form")?;
                private_file::replace_itself(&self.path, &json)?;
                Ok(true)
            }
        }
    }

    /// The anchor of a network.
    pub(crate) fn of(&self, network: &Network) -> Option<TrustAnchor> {
        let genesis_hash = *self.pinned.get(network.as_str())?;
        Some(TrustAnchor { network: network.clone(), genesis_hash })
    }

    /// Names and genesis hashes.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Hash)> {
        self.pinned.iter().map(|(name, hash)| (name.as_str(), hash))
    }
}

#[cfg(test)]
mod tests {
    use hufu_light::{Hash, TrustAnchor};

    use super::Anchors;

    #[test]
    fn a_network_is_pinned_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("anchors.json");
        let anchor = |byte| TrustAnchor {
            network: "dev".parse().expect("a name"),
            genesis_hash: Hash::from_bytes([byte; 32]),
        };
        let mut anchors = Anchors::read(&path).expect("none yet");
        assert!(anchors.pin(&anchor(1)).expect("new"));
        assert!(!anchors.pin(&anchor(1)).expect("known"));
        assert!(anchors.pin(&anchor(2)).is_err(), "another genesis under the same name");
        let again = Anchors::read(&path).expect("reads");
        assert_eq!(again.of(&anchor(1).network), Some(anchor(1)));
    }
}
