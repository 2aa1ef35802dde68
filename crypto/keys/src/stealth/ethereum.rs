//! Ethereum's addresses of secp256k1 keys.

use super::meta::erc5564_only;
use crate::{Error, VerifyingKey};
use sha3::{Digest, Keccak256};
use std::fmt;

/// The last 20 bytes of Keccak-256 of the point's coordinates (Yellow Paper, appendix F).
///
/// [`Display`](fmt::Display) writes it with ERC-55's checksum in the case of its letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EthereumAddress([u8; 20]);

impl EthereumAddress {
    /// The address of a key.
    ///
    /// # Errors
    /// [`Error::NotDefined`] for a curve other than secp256k1.
    pub fn of(key: &VerifyingKey) -> Result<Self, Error> {
        erc5564_only(key.algorithm())?;
        let point = key.to_uncompressed().unwrap_or_default();
        let coordinates = point.split_first().map_or(&[][..], |(_, coordinates)| coordinates);
        let mut address = [0; 20];
        for (to, from) in address.iter_mut().zip(Keccak256::digest(coordinates).iter().skip(12)) {
            *to = *from;
        }
        Ok(Self(address))
    }

    /// Of the 20 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The 20 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Display for EthereumAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        // ERC-55: a letter is a capital where the hash of the text has a half-byte of 8 or more.
        let hash = Keccak256::digest(&hex);
        let halves = hash.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
        let text: String = hex
            .chars()
            .zip(halves)
            .map(|(digit, half)| if half >= 8 { digit.to_ascii_uppercase() } else { digit })
            .collect();
        write!(f, "0x{text}")
    }
}

impl fmt::Debug for EthereumAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EthereumAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Algorithm, SigningKey};

    /// The text of ERC-55 has these.
    #[test]
    fn the_checksum_is_that_of_erc55() {
        for text in [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            let bytes: [u8; 20] = hex::decode(&text[2..]).unwrap().try_into().unwrap();
            assert_eq!(EthereumAddress::from_bytes(bytes).to_string(), text);
        }
    }

    /// The address of the private key 1, which every Ethereum wallet shows.
    #[test]
    fn the_address_of_the_base_point() {
        let mut one = [0; 32];
        one[31] = 1;
        let key = SigningKey::from_bytes(Algorithm::Secp256k1, &one).unwrap().verifying_key();
        let address = EthereumAddress::of(&key).unwrap();
        assert_eq!(address.to_string(), "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
        let other = SigningKey::from_bytes(Algorithm::P256, &one).unwrap().verifying_key();
        assert!(matches!(EthereumAddress::of(&other), Err(Error::NotDefined { .. })));
    }
}
