//! What everybody knows of a group: its name, the issuer's key, the openers' keys, and the digest that names it all.

use std::fmt;
use std::sync::{Arc, OnceLock};

use hufu_pairing::{Backend, Blst, G1_BYTES, G1Affine, G2_BYTES, G2Affine, G2Prepared};

use crate::labels::{CONSENT, GROUP};
use crate::openers::Openers;
use crate::parameters::{Base, Parameters};
use crate::transcript::{DIGEST, Transcript, framed};
use crate::wire::{Reader, check_name, hex, length_u16, point};
use crate::{Epoch, Error};

/// Longest name of a group in bytes.
pub const MAX_GROUP_NAME: usize = 1024;

/// Longest account (the DID that registers a member key) in bytes.
pub const MAX_ACCOUNT: usize = 1024;

/// The issuer's public key X = γ·P₂.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct IssuerKey<B: Backend = Blst>(pub(crate) G2Affine<B>);

impl<B: Backend> IssuerKey<B> {
    /// Bytes of a key.
    pub const SIZE: usize = G2_BYTES;

    /// Reads a key.
    ///
    /// # Errors
    /// [`Error::Length`]; [`Error::Point`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "issuer key");
        let key = Self(reader.point2("X")?);
        reader.end()?;
        Ok(key)
    }

    /// The compressed point.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; G2_BYTES] {
        self.0.to_bytes()
    }
}

impl<B: Backend> fmt::Debug for IssuerKey<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuerKey({:?})", self.0)
    }
}

/// A member's public key Q = u·K: what an opening reveals and a register knows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MemberKey<B: Backend = Blst>(pub(crate) G1Affine<B>);

impl<B: Backend> MemberKey<B> {
    /// Bytes of a key.
    pub const SIZE: usize = G1_BYTES;

    /// Reads a key.
    ///
    /// # Errors
    /// [`Error::Point`] for a wrong length, an encoding that is not canonical, a point outside the subgroup, or the
    /// identity.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        point(bytes, "Q").map(Self)
    }

    /// The compressed point. Fit as a key of a map or a database.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; G1_BYTES] {
        self.0.to_bytes()
    }
}

impl<B: Backend> fmt::Debug for MemberKey<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemberKey({:?})", self.0)
    }
}

/// The digest of everything that makes a group. Part of every hash of this crate.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId([u8; DIGEST]);

impl GroupId {
    /// 64 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; DIGEST] {
        &self.0
    }
}

impl fmt::Debug for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GroupId(")?;
        hex(f, &self.0)?;
        f.write_str(")")
    }
}

/// A group's public data. Cheap to clone; clones share the tables that verification and signing make on first use.
#[derive(Clone)]
pub struct Group<B: Backend = Blst>(Arc<Inner<B>>);

struct Inner<B: Backend> {
    parameters: Parameters<B>,
    name: Vec<u8>,
    issuer: IssuerKey<B>,
    openers: Openers<B>,
    id: GroupId,
    /// Z, the openers' joint key.
    escrow: Base<B>,
    prepared: OnceLock<G2Prepared<B>>,
}

impl<B: Backend> Group<B> {
    /// A group of this name, whose members the issuer admits and the openers can name.
    ///
    /// # Errors
    /// [`Error::Empty`] or [`Error::TooLong`] for a name outside 1 ..= [`MAX_GROUP_NAME`] bytes.
    pub fn new(
        parameters: &Parameters<B>,
        name: &[u8],
        issuer: IssuerKey<B>,
        openers: Openers<B>,
    ) -> Result<Self, Error> {
        check_name(name, "a group's name", MAX_GROUP_NAME)?;
        let mut transcript = Transcript::new(GROUP);
        transcript.append("name", name);
        transcript.append("X", &issuer.to_bytes());
        transcript.append_u64("openers", openers.count().into());
        transcript.append_u64("threshold", openers.threshold().into());
        transcript.append("keys", &openers.commitment_bytes());
        let id = GroupId(transcript.challenge_bytes("group"));
        let escrow = Base::new(openers.joint_key());
        Ok(Self(Arc::new(Inner {
            parameters: parameters.clone(),
            name: name.to_vec(),
            issuer,
            openers,
            id,
            escrow,
            prepared: OnceLock::new(),
        })))
    }

    /// Reads a group.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Point`], [`Error::Threshold`], and those of [`Group::new`].
    pub fn from_bytes(parameters: &Parameters<B>, bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "a group");
        let length = usize::from(reader.u16()?);
        let name = reader.bytes(length)?;
        let issuer = IssuerKey(reader.point2("X")?);
        let openers = Openers::read(&mut reader)?;
        reader.end()?;
        Self::new(parameters, name, issuer, openers)
    }

    /// Name, issuer key and openers.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = length_u16(self.0.name.len()).to_le_bytes().to_vec();
        out.extend_from_slice(&self.0.name);
        out.extend_from_slice(&self.0.issuer.to_bytes());
        self.0.openers.write(&mut out);
        out
    }

    /// Its digest.
    #[must_use]
    pub fn id(&self) -> GroupId {
        self.0.id
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        &self.0.name
    }

    /// The issuer's key.
    #[must_use]
    pub fn issuer(&self) -> IssuerKey<B> {
        self.0.issuer
    }

    /// The openers' keys.
    #[must_use]
    pub fn openers(&self) -> &Openers<B> {
        &self.0.openers
    }

    /// Epoch 0, before anybody was revoked.
    #[must_use]
    pub fn first_epoch(&self) -> Epoch<B> {
        Epoch::renewed(self, 0)
    }

    /// What the member's own key (its DID's) signs at registration: "this member key is mine, in this group".
    ///
    /// With that signature in the register, an opening that gives the key is evidence against the account, and the
    /// issuer cannot register a key of his own under a stranger's name.
    #[must_use]
    pub fn consent(&self, account: &[u8], key: &MemberKey<B>) -> Vec<u8> {
        framed(CONSENT, &[("group", self.id().as_bytes()), ("account", account), ("Q", &key.to_bytes())])
    }

    pub(crate) fn parameters(&self) -> &Parameters<B> {
        &self.0.parameters
    }

    pub(crate) fn escrow(&self) -> &Base<B> {
        &self.0.escrow
    }

    /// X with its lines.
    pub(crate) fn prepared(&self) -> &G2Prepared<B> {
        self.0.prepared.get_or_init(|| self.0.issuer.0.prepare())
    }

    /// Refuses what names another group.
    pub(crate) fn owns(&self, id: GroupId, what: &'static str) -> Result<(), Error> {
        if self.id() == id { Ok(()) } else { Err(Error::OtherGroup { what }) }
    }
}

impl<B: Backend> PartialEq for Group<B> {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl<B: Backend> Eq for Group<B> {}

impl<B: Backend> fmt::Debug for Group<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Group({}, {:?})", self.0.name.escape_ascii(), self.id())
    }
}
