//! What can be wrong with a key, a signature or a keystore. No message repeats secret bytes.

use crate::Algorithm;
use crate::hd::ChildNumber;

/// Why a key, signature or keystore was refused.
///
/// Variants name who is at fault; [`Error::Verification`] deliberately says nothing more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The signature does not verify: wrong key, message or signature — one answer for all of them.
    #[error("the signature does not verify")]
    Verification,
    /// No algorithm of this name.
    #[error("unknown algorithm {0:?}: known are Ed25519, P-256, P-384, secp256k1, SM2")]
    UnknownAlgorithm(String),
    /// A signature that is not even well formed.
    #[error("not a signature of {algorithm}: {reason}")]
    Signature {
        /// The algorithm it was read for.
        algorithm: Algorithm,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A public key with a wrong number of bytes.
    #[error("a {algorithm} public key has {expected} bytes, not {found}")]
    PublicKeyLength {
        /// The algorithm it was read for.
        algorithm: Algorithm,
        /// Bytes it should have.
        expected: usize,
        /// Bytes given.
        found: usize,
    },
    /// A public key that is no acceptable point.
    #[error("not a public key of {algorithm}: {reason}")]
    PublicKey {
        /// The algorithm it was read for.
        algorithm: Algorithm,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A private key with a wrong number of bytes or out of range.
    #[error("not a private key of {algorithm}: {reason}")]
    PrivateKey {
        /// The algorithm it was read for.
        algorithm: Algorithm,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The public half written beside a private key belongs to another key.
    #[error("the public key given with the private key does not belong to it")]
    Mismatch,
    /// A private key was given where only a public one belongs. Treat it as compromised.
    #[error(
        "this is a private key: a public key was expected, and whoever was sent this one can now sign with it"
    )]
    PrivateKeyGiven,
    /// A public key was given where a private one is needed.
    #[error("this is a public key: a private key is needed here")]
    PublicKeyGiven,
    /// Not a Multikey.
    #[error("not a Multikey: {0}")]
    Multikey(&'static str),
    /// A Multikey of a kind this crate does not sign with.
    #[error("multicodec 0x{0:x} is not a supported signature key")]
    UnknownCodec(u64),
    /// Not a usable JWK.
    #[error("JWK member {member:?}: {reason}")]
    Jwk {
        /// The member at fault.
        member: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Bytes that have the form of no key.
    #[error("this is no key in a form that is known here: {0}")]
    Unrecognised(&'static str),
    /// Something that only SM2 defines was asked of another algorithm's key.
    #[error("{what} is defined for SM2 keys only, and this is a {algorithm} key")]
    Sm2Only {
        /// The algorithm of the key.
        algorithm: Algorithm,
        /// What was asked for.
        what: &'static str,
    },
    /// A distinguishing identifier that does not fit the 16-bit length of `Z_A`.
    #[error("an SM2 identifier has at most {max} bytes, not {found}")]
    Sm2Id {
        /// The most it may have.
        max: usize,
        /// Bytes given.
        found: usize,
    },
    /// A message that SM2 does not encrypt.
    #[error("SM2 does not encrypt this: {0}")]
    Sm2Message(&'static str),
    /// Bytes that are no SM2 ciphertext in the layout that was named; found without the key.
    #[error("this is no ciphertext of SM2 in this layout: {0}")]
    Sm2Ciphertext(String),
    /// A ciphertext that does not decrypt: altered, or for another key — one answer for both.
    #[error("the ciphertext does not decrypt with this key")]
    Decryption,
    /// Not the DER or PEM structure expected.
    #[error("not acceptable as {structure}: {reason}")]
    Encoding {
        /// The structure expected.
        structure: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The keystore is intact, the passphrase is another one.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// An encrypted PKCS#8 key that this passphrase does not decrypt. PBES2 has no checksum: a damaged ciphertext looks
    /// the same.
    #[error(
        "wrong passphrase, or the encrypted bytes are damaged: the format (PBES2) has no checksum that would tell which"
    )]
    WrongPassphraseOrDamaged,
    /// The keystore was damaged or altered; no passphrase opens it.
    #[error("the keystore is damaged: {0}")]
    Damaged(&'static str),
    /// The keystore was written by a newer version of this software.
    #[error(
        "the keystore has format version {found}, this software reads up to {supported}: use a newer version"
    )]
    NewerFormat {
        /// Version of the file.
        found: u64,
        /// Highest version understood.
        supported: u64,
    },
    /// A cost parameter of the key derivation outside its bounds.
    #[error("key derivation parameter {what} = {found} is outside {min}..={max}")]
    KdfOutOfBounds {
        /// `memory_kib`, `iterations` or `lanes` of a keystore, or a cost of an encrypted PKCS#8 key.
        what: &'static str,
        /// Value given.
        found: u64,
        /// Smallest allowed.
        min: u64,
        /// Largest allowed.
        max: u64,
    },
    /// What was to be sealed cannot be.
    #[error("cannot seal the keystore: {0}")]
    Unsealable(&'static str),
    /// An algorithm for which nobody has said how keys are derived.
    #[error("{what} is not defined for {algorithm} keys: {instead}")]
    NotDefined {
        /// The algorithm given.
        algorithm: Algorithm,
        /// What was asked for.
        what: &'static str,
        /// What it is defined for.
        instead: &'static str,
    },
    /// A seed that is too short to be safe or too long for the standard.
    #[error("a seed has {min} to {max} bytes, not {found}")]
    SeedLength {
        /// Fewest bytes.
        min: usize,
        /// Most bytes.
        max: usize,
        /// Bytes given.
        found: usize,
    },
    /// A seed that gives no master key: of random ones, one in 2¹²⁷.
    #[error("this seed gives no {algorithm} master key: use another one")]
    UnusableSeed {
        /// The algorithm asked for.
        algorithm: Algorithm,
    },
    /// Text that is no derivation path.
    #[error("not a derivation path: {0}")]
    Path(&'static str),
    /// An index that no child has.
    #[error("child {found} does not exist: indexes are 0 to 2147483647, normal and hardened")]
    ChildIndex {
        /// The index given.
        found: u32,
    },
    /// A hardened child was asked of a public key.
    #[error("child {number} is hardened: it can be derived from the private key only")]
    HardenedFromPublic {
        /// The child asked for.
        number: ChildNumber,
    },
    /// A normal child was asked of a key that has hardened ones only.
    #[error("{algorithm} keys have hardened children only, and {number} is not: write {number}'")]
    NotHardened {
        /// The algorithm of the key.
        algorithm: Algorithm,
        /// The child asked for.
        number: ChildNumber,
    },
    /// An index without a key: of random ones, one in 2¹²⁷.
    #[error("child {number} of this key does not exist: take the next one")]
    UnusableChild {
        /// The child asked for.
        number: ChildNumber,
    },
    /// A child of a key at the greatest depth that the one byte for it can count.
    #[error("a key at depth {max} has no children")]
    TooDeep {
        /// The greatest depth.
        max: u8,
    },
    /// Bytes or text that is no extended key.
    #[error("not an extended key: {0}")]
    ExtendedKey(&'static str),
    /// Bytes or text that is no stealth meta-address.
    #[error("not a stealth meta-address: {0}")]
    MetaAddress(&'static str),
    /// Bytes that are no announcement of a stealth address.
    #[error("not a stealth announcement: {0}")]
    Announcement(&'static str),
    /// An ephemeral key with which no address can be made: of random ones, at most one in 2³¹.
    #[error("this ephemeral key gives no stealth address: take another one")]
    UnusableEphemeral,
    /// The announced one-time key belongs to somebody else, or to nobody.
    #[error("the announced key is not for these stealth keys")]
    NotOurs,
}

/// As much of an untrusted name as an error message repeats.
const SHOWN_CHARS: usize = 40;

/// An untrusted name, shortened for an error message.
pub(crate) fn shown(name: &str) -> String {
    name.chars().take(SHOWN_CHARS).collect()
}
