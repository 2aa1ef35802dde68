//! Why an answer, a header or a transaction is not believed.

/// Everything that can be wrong with bytes that claim to come from a ledger.
///
/// Nearly all variants blame whoever produced the bytes; [`Error::OtherKey`], [`Error::OtherNetwork`] and
/// [`Error::OutsideTime`] also arise when the caller asked one thing and checks another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes do not decode, or decode to something that is not in its one canonical form.
    #[error("malformed {what}: {reason}")]
    Malformed {
        /// The thing that was being read.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A size or count exceeds its bound.
    #[error("{what} is too large: {found}, the limit is {limit}")]
    TooLarge {
        /// The thing that was being read.
        what: &'static str,
        /// Its size, in the unit of the limit.
        found: usize,
        /// The bound.
        limit: usize,
    },
    /// Written by a newer (or unknown) version of the format.
    #[error("{what} has version {found}; this library knows version {known}")]
    UnknownVersion {
        /// The format concerned.
        what: &'static str,
        /// The version found.
        found: u8,
        /// The version known here.
        known: u8,
    },
    /// The answer speaks about another key than the one that was asked for.
    #[error("the answer is about another key than the one asked for")]
    OtherKey,
    /// The answer speaks about another height than the one that was asked for.
    #[error("the answer is for height {found}, asked for was height {asked}")]
    OtherHeight {
        /// Height asked for.
        asked: u64,
        /// Height of the answer's header.
        found: u64,
    },
    /// The header belongs to a network of another name.
    #[error("the header belongs to network {found:?}, expected {expected:?}")]
    OtherNetwork {
        /// The network of the anchor.
        expected: String,
        /// The network of the header.
        found: String,
    },
    /// Same name or not, the network started from another genesis.
    #[error("the {what} belongs to a network with another genesis than the trusted one")]
    OtherGenesis {
        /// Where the other genesis was found.
        what: &'static str,
    },
    /// A header is not certified by the validator set it must be certified by.
    #[error("the header at height {height} names another validator set than the one the chain leads to")]
    OtherValidators {
        /// Height of the header.
        height: u64,
    },
    /// A certificate without any signature.
    #[error("the certificate at height {height} has no signatures")]
    EmptyCertificate {
        /// Height of the header.
        height: u64,
    },
    /// A signer index outside the validator set.
    #[error("signer {signer} is not a member of the validator set of {members}")]
    NotAMember {
        /// Index claimed.
        signer: u16,
        /// Number of members.
        members: usize,
    },
    /// Signers must be strictly ascending, so nobody is counted twice.
    #[error("signer {signer} appears twice or out of order")]
    DuplicateSigner {
        /// Index claimed.
        signer: u16,
    },
    /// A signature does not verify.
    #[error("the signature of {signer} does not verify")]
    Signature {
        /// DID of the validator, or the verification method of a transaction's signer.
        signer: String,
    },
    /// Two thirds or less of the power signed.
    #[error("validators with power {signed} of {total} signed, more than two thirds are needed")]
    TooLittlePower {
        /// Power that signed.
        signed: u64,
        /// Power of the whole set.
        total: u64,
    },
    /// The list of validator set changes is not a chain.
    #[error("the validator chain is broken at height {height}: {reason}")]
    Chain {
        /// Height of the offending link.
        height: u64,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The successor header does not follow the answer's header.
    #[error("the successor header does not follow: {reason}")]
    Successor {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The state proof does not lead from the key and value to the state root.
    #[error("the state proof does not prove {claim} under the state root of height {height}")]
    StateProof {
        /// "the value" or "the absence".
        claim: &'static str,
        /// Height of the header.
        height: u64,
    },
    /// The inclusion proof does not lead from the leaf to the root.
    #[error("the inclusion proof does not lead to the root")]
    Inclusion,
    /// The header and its successor do not bracket the time asked for.
    #[error("the answer does not cover time {asked} ms: it covers {}", covered(*from, *until))]
    OutsideTime {
        /// Time asked for, milliseconds since 1970.
        asked: u64,
        /// First millisecond covered.
        from: u64,
        /// First millisecond no longer covered, when a successor proves it.
        until: Option<u64>,
    },
    /// A genesis document breaks a rule.
    #[error("genesis: {0}")]
    Genesis(String),
    /// A validator set breaks a rule.
    #[error("validator set: {0}")]
    Validators(String),
}

fn covered(from: u64, until: Option<u64>) -> String {
    until.map_or_else(
        || format!("only the instant {from} ms, for it has no successor header"),
        |until| format!("{from} ms up to, but not including, {until} ms"),
    )
}
