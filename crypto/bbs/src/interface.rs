//! Section 3.8 of the core draft: an interface is a way of mapping messages to scalars, with a name of its own.

use crate::scalars::hash_to_scalar;
use crate::suite::Suite;
use core::fmt::{self, Debug};
use hufu_pairing::{Backend, Scalar};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// How messages become scalars, and the names that separate one way from another.
pub trait Interface: Copy + Debug + Default + PartialEq + Eq + Send + Sync + 'static {
    /// What is signed.
    type Message;

    /// `api_id` behind the ciphersuite's: for signatures the signer knows everything of.
    const ID: &'static str;
    /// The same for blind signatures.
    const BLIND_ID: &'static str;
    /// The same for signatures with pseudonyms.
    const PSEUDONYM_ID: &'static str;

    /// The scalar of one message, independent of all others.
    fn scalar<S: Suite, B: Backend>(message: &Self::Message, tag: &[u8]) -> Scalar<B>;
}

/// The drafts' own interface: octet strings, hashed (`messages_to_scalars`, section 4.1.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Octets;

impl Interface for Octets {
    type Message = Message;

    const ID: &'static str = "H2G_HM2S_";
    const BLIND_ID: &'static str = "BLIND_H2G_HM2S_";
    const PSEUDONYM_ID: &'static str = "H2G_HM2S_PSEUDONYM_";

    fn scalar<S: Suite, B: Backend>(message: &Message, tag: &[u8]) -> Scalar<B> {
        hash_to_scalar::<S, B>(&[&message.0], tag)
    }
}

/// An interface of Hufu's own: an integer is its own scalar, so that a zero-knowledge statement can compute on it.
///
/// An [`Attribute::Integer`] of 0 ..= 2⁶⁴−1 is signed as that very scalar; a range proof over 64 bits covers the
/// whole range. Octets are hashed as in [`Octets`]; that a hash falls among the integers has probability 2⁻¹⁹¹. The
/// map is injective up to that, and independent for every message, as section 4.1.2.1 asks.
///
/// The proof does not say whether a hidden attribute is an integer or a hash: what is in which place is the
/// signer's schema, which belongs into the header.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Attributes;

impl Interface for Attributes {
    type Message = Attribute;

    const ID: &'static str = "H2G_IM2S_HUFU-V1_";
    const BLIND_ID: &'static str = "BLIND_H2G_IM2S_HUFU-V1_";
    const PSEUDONYM_ID: &'static str = "H2G_IM2S_PSEUDONYM-HUFU-V1_";

    fn scalar<S: Suite, B: Backend>(message: &Attribute, tag: &[u8]) -> Scalar<B> {
        match message {
            Attribute::Integer(value) => (*value).into(),
            Attribute::Octets(octets) => hash_to_scalar::<S, B>(&[octets], tag),
        }
    }
}

/// A message of the drafts' interface: any octets, also none. Not shown by `Debug`, erased when dropped.
#[derive(Clone, PartialEq, Eq, Default, Zeroize, ZeroizeOnDrop)]
pub struct Message(Vec<u8>);

impl Message {
    /// Of octets.
    #[must_use]
    pub fn new(octets: impl Into<Vec<u8>>) -> Self {
        Self(octets.into())
    }

    /// The octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl<T: Into<Vec<u8>>> From<T> for Message {
    fn from(octets: T) -> Self {
        Self::new(octets)
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({} bytes)", self.0.len())
    }
}

/// A message of [`Attributes`]. Not shown by `Debug`, erased when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
#[non_exhaustive]
pub enum Attribute {
    /// An integer that is signed as itself: a year, an amount, days since an epoch.
    Integer(u64),
    /// Anything else, hashed.
    Octets(Vec<u8>),
}

impl fmt::Debug for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(_) => f.write_str("Integer(…)"),
            Self::Octets(octets) => write!(f, "Octets({} bytes)", octets.len()),
        }
    }
}

/// What the signer binds to every signature and the holder must always show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Header<'a>(&'a [u8]);

/// What the holder binds to one proof: a verifier's nonce, an audience, a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PresentationHeader<'a>(&'a [u8]);

impl<'a> Header<'a> {
    /// Of octets, also none.
    #[must_use]
    pub const fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The octets.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }
}

impl<'a> PresentationHeader<'a> {
    /// Of octets, also none.
    #[must_use]
    pub const fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The octets.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }
}
