//! Meta-addresses: what a receiver publishes, and what a sender makes of it.

use super::secret::{self, SharedSecret};
use super::{Announcement, EthereumAddress};
use crate::{Algorithm, Error, SigningKey, VerifyingKey};
use rand_core::CryptoRng;

/// A receiver's spend and view public keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetaAddress {
    spend: VerifyingKey,
    view: VerifyingKey,
}

/// What a sender made: the one-time key, for use, and what to announce about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Payment {
    /// The receiver's public key for this time only.
    pub one_time: VerifyingKey,
    /// What the receiver finds it by.
    pub announcement: Announcement,
}

/// Ephemeral keys drawn before a generator is declared broken. Of random ones, at most one in 2³¹ is of no use.
const MAX_DRAWS: usize = 8;

impl MetaAddress {
    /// Of two keys of one algorithm.
    ///
    /// # Errors
    /// [`Error::NotDefined`] for Ed25519 and P-384; [`Error::MetaAddress`] for two algorithms.
    pub fn new(spend: VerifyingKey, view: VerifyingKey) -> Result<Self, Error> {
        secret::check(&spend, &view)?;
        Ok(Self::checked(spend, view))
    }

    /// Of two keys of which that is known.
    pub(super) const fn checked(spend: VerifyingKey, view: VerifyingKey) -> Self {
        Self { spend, view }
    }

    /// The key that a one-time key is made from.
    #[must_use]
    pub const fn spend(&self) -> &VerifyingKey {
        &self.spend
    }

    /// The key that payments are found with.
    #[must_use]
    pub const fn view(&self) -> &VerifyingKey {
        &self.view
    }

    /// A one-time key for this receiver.
    ///
    /// # Errors
    /// [`Error::UnusableEphemeral`] if `rng` gives one useless key after another: it is broken then.
    ///
    /// # Security
    /// Constant time in the ephemeral key, except on secp256k1 for the product of G by h.
    pub fn pay(&self, rng: &mut (impl CryptoRng + ?Sized)) -> Result<Payment, Error> {
        for _ in 0..MAX_DRAWS {
            let ephemeral = SigningKey::generate(self.spend.algorithm(), rng);
            match self.dangerous_pay_with(&ephemeral) {
                Err(Error::UnusableEphemeral) => {}
                other => return other,
            }
        }
        Err(Error::UnusableEphemeral)
    }

    /// A one-time key from an ephemeral key of the caller's: for known answers. Used for two payments, it shows that they go
    /// to one receiver; who knows it, knows whose they are.
    ///
    /// # Errors
    /// [`Error::UnusableEphemeral`] for a key that gives no address, and for one of another algorithm.
    pub fn dangerous_pay_with(&self, ephemeral: &SigningKey) -> Result<Payment, Error> {
        let secret = SharedSecret::new(ephemeral, &self.view).ok_or(Error::UnusableEphemeral)?;
        let one_time = secret.one_time_public(&self.spend).ok_or(Error::UnusableEphemeral)?;
        let announcement = Announcement::new(ephemeral.verifying_key(), secret.view_tag());
        Ok(Payment { one_time, announcement })
    }

    /// The compressed keys, spend and then view: 66 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.spend.as_bytes(), self.view.as_bytes()].concat()
    }

    /// Reads two compressed keys, or one that is both.
    ///
    /// With one key, whoever may view may spend: it is read because ERC-5564 has it, and not written.
    ///
    /// # Errors
    /// [`Error::MetaAddress`] for another length, [`Error::PublicKey`] for what is no point, [`Error::NotDefined`] for
    /// Ed25519 and P-384.
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, Error> {
        secret::check_algorithm(algorithm)?;
        let length = algorithm.public_key_len();
        let (spend, view) = match bytes.len() {
            one if one == length => (bytes, bytes),
            two if two == 2 * length => bytes.split_at(length),
            _ => return Err(Error::MetaAddress("it has neither one nor two compressed public keys")),
        };
        Self::new(VerifyingKey::from_bytes(algorithm, spend)?, VerifyingKey::from_bytes(algorithm, view)?)
    }

    /// ERC-5564's text, `st:<chain>:0x…`, of a meta-address on secp256k1; `chain` is a short name of ERC-3770.
    ///
    /// # Errors
    /// [`Error::NotDefined`] for another curve, [`Error::MetaAddress`] for what is no short name.
    pub fn to_uri(&self, chain: &str) -> Result<String, Error> {
        erc5564_only(self.spend.algorithm())?;
        check_chain(chain)?;
        let hex: String = self.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(format!("st:{chain}:0x{hex}"))
    }

    /// Reads ERC-5564's text, and the chain's short name with it.
    ///
    /// # Errors
    /// Those of [`from_bytes`](Self::from_bytes), [`Error::MetaAddress`] naming what is wrong with the text.
    pub fn from_uri(uri: &str) -> Result<(Self, String), Error> {
        let refused = Error::MetaAddress;
        if uri.len() > MAX_URI_CHARS {
            return Err(refused("it is longer than any"));
        }
        let rest = uri.strip_prefix("st:").ok_or(refused("it does not begin with st:"))?;
        let (chain, hex) = rest.split_once(':').ok_or(refused("no chain's name stands behind st:"))?;
        check_chain(chain)?;
        let hex = hex.strip_prefix("0x").ok_or(refused("its keys do not begin with 0x"))?;
        let bytes = unhex(hex).ok_or(refused("its keys are not hexadecimal"))?;
        Ok((Self::from_bytes(Algorithm::Secp256k1, &bytes)?, chain.to_owned()))
    }
}

impl Payment {
    /// The Ethereum address of the one-time key.
    ///
    /// # Errors
    /// [`Error::NotDefined`] for a curve other than secp256k1.
    pub fn ethereum_address(&self) -> Result<EthereumAddress, Error> {
        EthereumAddress::of(&self.one_time)
    }
}

/// The longest short name that is read.
const MAX_CHAIN_CHARS: usize = 32;

/// `st:`, the chain, `:0x`, two keys in hexadecimal.
const MAX_URI_CHARS: usize = 3 + MAX_CHAIN_CHARS + 3 + 2 * 66;

fn check_chain(chain: &str) -> Result<(), Error> {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if (1..=MAX_CHAIN_CHARS).contains(&chain.len()) && chain.bytes().all(good) {
        return Ok(());
    }
    Err(Error::MetaAddress("the chain's short name is not of lower-case letters, digits and -"))
}

pub(super) fn erc5564_only(algorithm: Algorithm) -> Result<(), Error> {
    if algorithm == Algorithm::Secp256k1 {
        return Ok(());
    }
    Err(Error::NotDefined { algorithm, what: "ERC-5564", instead: "its scheme 1 is on secp256k1" })
}

fn unhex(hex: &str) -> Option<Vec<u8>> {
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}
