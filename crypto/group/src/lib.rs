//! Dynamic group signatures on BLS12-381: a member signs for the group, and nobody can tell which member it was —
//! except a quorum of openers, for a warrant, with a proof that they told the truth. A member can be revoked.
//!
//! ```
//! use hufu_group::{
//!     Ceremony, Error, Group, Invitation, Issuer, Member, MemberSecret, MemoryRegister, Opening, Parameters, Warrant,
//! };
//! use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
//!
//! let mut rng = ChaCha20Rng::from_seed([7; 32]); // the caller's: this crate has no ambient randomness
//! let parameters = Parameters::<hufu_pairing::Blst>::new();
//!
//! // Two of three openers make their key together, and the issuer its own.
//! let ceremony = Ceremony::new(b"auditors of 2027", 2, 3)?;
//! let (dealers, dealings): (Vec<_>, Vec<_>) =
//!     (1..=3).map(|i| ceremony.deal(i, &mut rng)).collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
//! let openers: Vec<_> = (1..=3)
//!     .map(|j| {
//!         let shares = dealers.iter().map(|dealer| dealer.share(j)).collect::<Result<Vec<_>, _>>()?;
//!         ceremony.key(j, &dealings, &shares)
//!     })
//!     .collect::<Result<_, Error>>()?;
//! let issuer = Issuer::generate(&mut rng)?;
//! let group = Group::new(&parameters, b"the press pool", issuer.key(), ceremony.openers(&dealings)?)?;
//! let (epoch, mut register) = (group.first_epoch(), MemoryRegister::new());
//!
//! // A member joins: the issuer never sees its secret. The DID's own key signs `group.consent(account, key)`.
//! let invitation = Invitation::new(b"did:hufu:main:zAda", [1; 32])?;
//! let secret = MemberSecret::generate(&mut rng)?;
//! let request = secret.request(&group, &invitation, &mut rng)?;
//! let (credential, enrolment) = issuer.admit(&group, &epoch, &request, &invitation, &register, &mut rng)?;
//! register.insert(invitation.account(), b"the DID's signature", enrolment)?;
//! let member = Member::new(&group, &epoch, secret, credential)?;
//!
//! let signature = member.sign(None, b"the story", &mut rng)?;
//! let verified = signature.verify(&group, &epoch, None, b"the story")?;
//!
//! // Two openers, a warrant, and whoever asks can check what they say.
//! let warrant = Warrant::new(b"order 4711 of the court")?;
//! let parts = openers[..2].iter().map(|opener| opener.open(&group, &verified, &warrant, &mut rng));
//! let opened = Opening::combine(&group, &verified, &warrant, &parts.collect::<Result<Vec<_>, _>>()?)?;
//! assert_eq!(opened.opening.identify(&group, &verified, &warrant, &register)?.account, invitation.account());
//!
//! // Revoked: from the next epoch on, others follow the update, and this member cannot.
//! let (update, next) = issuer.revoke(&group, &epoch, &[register.revoke(&member.key(), &epoch)?])?;
//! assert_eq!(update.apply(&group, &epoch)?, next);
//! let mut member = member;
//! assert_eq!(member.follow(&[update]), Err(Error::Revoked { epoch: 1 }));
//! # Ok::<(), Error>(())
//! ```
//!
//! # Words
//!
//! | here | elsewhere |
//! |---|---|
//! | issuer | group manager, with the revocation manager in one; the ledger's records name the DID that runs it `manager` |
//! | openers | opening or tracing authority; opening is also tracing |
//! | partial opening | decryption share of a threshold encryption |
//! | scope | basename or linking base (direct anonymous attestation), event (linkable ring signatures) |
//! | tag | pseudonym or link token (there), key image (there) |
//!
//! `docs/scheme.md` states the scheme, its games, assumptions and proofs; `docs/encoding.md` every byte. Unaudited.
#![warn(clippy::indexing_slicing)]

mod batch;
mod ceremony;
mod credential;
mod epoch;
mod equations;
mod error;
mod group;
mod issuer;
mod join;
mod labels;
mod member;
mod openers;
mod opening;
mod parameters;
mod register;
mod scope;
mod sign;
mod signature;
mod transcript;
mod wire;

pub use batch::{Claim, MAX_BATCH, verify_batch};
pub use ceremony::{Ceremony, Dealer, Dealing, MAX_CONTEXT, SecretShare};
pub use credential::{Credential, Witness};
pub use epoch::{Epoch, MAX_REMOVALS, Update};
pub use error::Error;
pub use group::{Group, GroupId, IssuerKey, MAX_ACCOUNT, MAX_GROUP_NAME, MemberKey};
pub use issuer::{Enrolment, Issuer};
pub use join::{Invitation, JoinRequest, MemberSecret, NONCE_BYTES};
pub use member::Member;
pub use openers::{MAX_OPENERS, OpenerKey, Openers};
pub use opening::{Combined, Opening, PartialOpening, Warrant};
pub use parameters::Parameters;
pub use register::{MemoryRegister, Register, Registration};
pub use scope::{BlockedTags, MAX_SCOPE, Scope, Tag};
pub use signature::{Signature, Verified};
