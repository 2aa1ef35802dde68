//! What the sender of a transaction signs, as a type.

use hufu_keys::SigningKey;
use hufu_light::{GroupName, Hash, MAX_PAYLOAD_BYTES, Network, RingName, Transaction, TrustAnchor};
use prost::Message;

use crate::{Error, proto};

/// Longest DID of a sender, in bytes.
pub const MAX_SENDER_BYTES: usize = 512;

/// Longest scope of an anonymous sender, in bytes.
pub const MAX_SCOPE_BYTES: usize = 256;

/// Longest name of a module, in bytes.
pub const MAX_MODULE_BYTES: usize = 32;

/// The parsed payload of a transaction.
///
/// ```
/// use hufu_keys::{Algorithm, SigningKey};
/// use hufu_light::{Hash, TrustAnchor};
/// use hufu_wire::Payload;
/// # use rand::SeedableRng;
/// # let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
/// let anchor = TrustAnchor { network: "dev".parse()?, genesis_hash: Hash::ZERO };
/// let key = SigningKey::generate(Algorithm::Ed25519, &mut rng);
/// let payload = Payload::new(&anchor, "did:example:a", 1, 500, "did", b"{}".to_vec());
/// let transaction = payload.sign("did:example:a#key-1", &key);
/// assert_eq!(Payload::parse(&transaction.payload)?, payload);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// Name of the network.
    pub network: Network,
    /// Hash of its genesis.
    pub genesis_hash: Hash,
    /// DID of the sender, or the name of the ring or group that it is a member of.
    pub sender: String,
    /// A number the sender has not used before; a random one for a member who stays unnamed.
    pub sequence: u64,
    /// Last height at which the transaction may be included.
    pub expiry_height: u64,
    /// Which rules apply.
    pub module: String,
    /// The operation, in the bytes of that module.
    pub operation: Vec<u8>,
    /// Within what a member of the ring or group may act once; empty for a DID.
    pub scope: String,
}

impl Payload {
    /// A payload for the network of an anchor.
    #[must_use]
    pub fn new(
        anchor: &TrustAnchor,
        sender: &str,
        sequence: u64,
        expiry_height: u64,
        module: &str,
        operation: Vec<u8>,
    ) -> Self {
        Self {
            network: anchor.network.clone(),
            genesis_hash: anchor.genesis_hash,
            sender: sender.to_owned(),
            sequence,
            expiry_height,
            module: module.to_owned(),
            operation,
            scope: String::new(),
        }
    }

    /// A payload of a member of a ring, who stays unnamed. The module says which scope an operation asks for.
    ///
    /// `nonce` is random: the id of a transaction is that of its payload, and members who say the same would otherwise send the same
    /// transaction.
    #[must_use]
    pub fn by_ring(
        anchor: &TrustAnchor,
        ring: &RingName,
        scope: &str,
        nonce: u64,
        expiry_height: u64,
        module: &str,
        operation: Vec<u8>,
    ) -> Self {
        let payload = Self::new(anchor, &ring.to_string(), nonce, expiry_height, module, operation);
        Self { scope: scope.to_owned(), ..payload }
    }

    /// The bytes to sign.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let message = proto::TransactionPayload {
            network: self.network.to_string(),
            genesis_hash: self.genesis_hash.as_bytes().to_vec(),
            sender: self.sender.clone(),
            sequence: self.sequence,
            expiry_height: self.expiry_height,
            module: self.module.clone(),
            operation: self.operation.clone(),
            scope: self.scope.clone(),
        };
        message.encode_to_vec()
    }

    /// A transaction with one signature.
    #[must_use]
    pub fn sign(&self, method: &str, key: &SigningKey) -> Transaction {
        Transaction::new(self.to_bytes()).sign(method, key)
    }

    /// Reads payload bytes.
    ///
    /// Only the encoding that [`Self::to_bytes`] writes is accepted: protobuf would skip unknown
    /// fields, and what a signer signed but a node skips is a misunderstanding.
    ///
    /// # Errors
    /// [`Error::Malformed`] names what is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let malformed = |reason: String| Error::Malformed { what: "transaction payload", reason };
        if bytes.len() > MAX_PAYLOAD_BYTES {
            return Err(malformed(format!("{} bytes, the limit is {MAX_PAYLOAD_BYTES}", bytes.len())));
        }
        let message = proto::TransactionPayload::decode(bytes).map_err(|e| malformed(e.to_string()))?;
        let hash: [u8; 32] = message
            .genesis_hash
            .as_slice()
            .try_into()
            .map_err(|_| malformed("the genesis hash must have 32 bytes".into()))?;
        check_sender(&message).map_err(malformed)?;
        if message.module.is_empty() || message.module.len() > MAX_MODULE_BYTES {
            return Err(malformed("the module must be named".into()));
        }
        let payload = Self {
            network: message.network.parse().map_err(|e: hufu_light::Error| malformed(e.to_string()))?,
            genesis_hash: Hash::from_bytes(hash),
            sender: message.sender,
            sequence: message.sequence,
            expiry_height: message.expiry_height,
            module: message.module,
            operation: message.operation,
            scope: message.scope,
        };
        if payload.to_bytes() != bytes {
            return Err(malformed("unknown fields, or not the shortest encoding".into()));
        }
        Ok(payload)
    }
}

/// A DID without a scope, or a ring or group with one.
fn check_sender(message: &proto::TransactionPayload) -> Result<(), String> {
    let sender = message.sender.as_str();
    if sender.len() > MAX_SENDER_BYTES {
        return Err(format!("a DID, ring or group of more than {MAX_SENDER_BYTES} bytes is no sender"));
    }
    if RingName::is_meant_by(sender) {
        sender.parse::<RingName>().map_err(|e| e.to_string())?;
    } else if GroupName::is_meant_by(sender) {
        sender.parse::<GroupName>().map_err(|e| e.to_string())?;
    } else {
        return match sender.starts_with("did:") {
            true if message.scope.is_empty() => Ok(()),
            true => Err("a DID's transaction has no scope".into()),
            false => Err("the sender must be a DID, a ring or a group".into()),
        };
    }
    let printable = message.scope.bytes().all(|b| b.is_ascii_graphic());
    if message.scope.is_empty() || message.scope.len() > MAX_SCOPE_BYTES || !printable {
        return Err(format!("a scope is 1 to {MAX_SCOPE_BYTES} printable ASCII characters without spaces"));
    }
    Ok(())
}
