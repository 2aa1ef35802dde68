//! How one of a ring sends a transaction.
//!
//! 1. The member reads the [`RingRecord`](hufu_light::RingRecord) with proof and makes the ring of it.
//! 2. It signs a payload with [`Payload::sign_by_ring`]: what is signed are the transaction's bytes; the ring's context is the network,
//!    the list and the version; the scope is that of the payload.
//! 3. The ledger takes each linking tag once within a scope. Nobody learns which member signed.

use hufu_keys::Domain;
use hufu_light::{Transaction, TransactionSignature};
use hufu_ring::{Ring, Scope, Signature, SigningKey, Tag};

use crate::{Error, Payload};

/// The scope that a payload's words stand for: bound to the network by its genesis.
fn scope(payload: &Payload) -> Result<Scope, Error> {
    let framed = Domain::TransactionScope.frame(&[payload.genesis_hash.as_bytes(), payload.scope.as_bytes()]);
    Scope::new(&framed).map_err(|e| Error::Malformed { what: "scope", reason: e.to_string() })
}

impl Payload {
    /// A transaction of a member of the ring that the payload names.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the key is not of a member.
    pub fn sign_by_ring(
        &self,
        ring: &Ring,
        key: &SigningKey,
        rng: &mut impl rand_core::CryptoRng,
    ) -> Result<Transaction, Error> {
        let mut transaction = Transaction::new(self.to_bytes());
        let signature = key.sign(ring, &scope(self)?, &transaction.signing_bytes(), rng);
        let signature =
            signature.map_err(|e| Error::Malformed { what: "ring signature", reason: e.to_string() })?;
        transaction
            .signatures
            .push(TransactionSignature { method: self.sender.clone(), signature: signature.to_bytes() });
        Ok(transaction)
    }

    /// Checks a ring's signature on a transaction with this payload, and tells the linking tag.
    ///
    /// # Errors
    /// [`Error::Malformed`] with the reason, also for a signature that does not hold.
    pub fn verify_by_ring(&self, transaction: &Transaction, ring: &Ring) -> Result<Tag, Error> {
        let malformed = |reason: String| Error::Malformed { what: "ring signature", reason };
        let [signature] = transaction.signatures.as_slice() else {
            return Err(malformed(format!("{} signatures instead of one", transaction.signatures.len())));
        };
        if signature.method != self.sender {
            return Err(malformed(format!(
                "it is by {:?}, the payload by {:?}",
                signature.method, self.sender
            )));
        }
        let signature = Signature::from_bytes(&signature.signature).map_err(|e| malformed(e.to_string()))?;
        signature
            .verify(ring, &scope(self)?, &transaction.signing_bytes())
            .map_err(|e| malformed(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use hufu_light::{Hash, RingMember, RingRecord, TrustAnchor};
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    fn anchor() -> TrustAnchor {
        TrustAnchor { network: "dev".parse().unwrap(), genesis_hash: Hash::from_bytes([1; 32]) }
    }

    fn ring_of(keys: &[SigningKey]) -> RingRecord {
        let members = keys.iter().enumerate().map(|(i, key)| RingMember {
            did: format!("did:example:{i}"),
            key: key.verifying_key().to_bytes(),
        });
        let members = members.collect();
        RingRecord {
            list: "members".into(),
            version: 3,
            members,
            formed_by: "did:example:0".into(),
            height: 7,
            time_ms: 9,
        }
    }

    fn keys(n: usize) -> (Vec<SigningKey>, ChaCha20Rng) {
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        ((0..n).map(|_| SigningKey::generate(&mut rng)).collect(), rng)
    }

    #[test]
    fn a_member_signs_unnamed_and_links_within_a_scope_only() {
        let (keys, mut rng) = keys(10);
        let record = ring_of(&keys);
        let (ring, name) = (record.ring(&anchor()).unwrap(), record.name().unwrap());
        let payload = |scope: &str, choice: &str| {
            Payload::by_ring(&anchor(), &name, scope, 5, 100, "governance", choice.as_bytes().to_vec())
        };
        let mut tag = |payload: &Payload, key: &SigningKey| {
            let transaction = payload.sign_by_ring(&ring, key, &mut rng).unwrap();
            assert_eq!(Payload::parse(&transaction.payload).unwrap(), *payload);
            let read = Transaction::from_bytes(&transaction.to_bytes()).unwrap();
            payload.verify_by_ring(&read, &ring).unwrap()
        };
        let (yes, no) = (payload("ballot/1", "yes"), payload("ballot/1", "no"));
        assert_eq!(tag(&yes, &keys[4]), tag(&no, &keys[4]), "one member, one scope");
        assert_ne!(tag(&yes, &keys[4]), tag(&yes, &keys[5]));
        assert_ne!(tag(&yes, &keys[4]), tag(&payload("ballot/2", "yes"), &keys[4]));
    }

    #[test]
    fn a_signature_holds_for_its_payload_ring_and_network_only() {
        let (keys, mut rng) = keys(9);
        let record = ring_of(&keys);
        let (ring, name) = (record.ring(&anchor()).unwrap(), record.name().unwrap());
        let payload = Payload::by_ring(&anchor(), &name, "ballot/1", 5, 100, "governance", b"yes".to_vec());
        let transaction = payload.sign_by_ring(&ring, &keys[0], &mut rng).unwrap();
        assert!(payload.verify_by_ring(&transaction, &ring).is_ok());
        for other in [
            Payload { scope: "ballot/2".into(), ..payload.clone() },
            Payload { operation: b"no".to_vec(), ..payload.clone() },
            Payload { expiry_height: 101, ..payload.clone() },
            Payload { sequence: 6, ..payload.clone() },
        ] {
            let forged = Transaction { payload: other.to_bytes(), ..transaction.clone() };
            assert!(other.verify_by_ring(&forged, &ring).is_err());
        }
        let elsewhere = TrustAnchor { genesis_hash: Hash::from_bytes([2; 32]), ..anchor() };
        assert!(payload.verify_by_ring(&transaction, &record.ring(&elsewhere).unwrap()).is_err());
        let later = RingRecord { version: 4, ..record.clone() };
        assert!(payload.verify_by_ring(&transaction, &later.ring(&anchor()).unwrap()).is_err());
        let mut twice = transaction.clone();
        twice.signatures.push(transaction.signatures[0].clone());
        assert!(payload.verify_by_ring(&twice, &ring).unwrap_err().to_string().contains("2 signatures"));
        let stranger = SigningKey::generate(&mut rng);
        assert!(payload.sign_by_ring(&ring, &stranger, &mut rng).is_err());
    }

    #[test]
    fn payloads_of_rings_have_a_scope_and_those_of_dids_have_none() {
        let name = "ring:members/3".parse().unwrap();
        let payload = Payload::by_ring(&anchor(), &name, "ballot/1", 5, 100, "governance", Vec::new());
        let refused = |payload: Payload| Payload::parse(&payload.to_bytes()).unwrap_err().to_string();
        assert!(Payload::parse(&payload.to_bytes()).is_ok());
        assert!(refused(Payload { scope: String::new(), ..payload.clone() }).contains("scope"));
        assert!(refused(Payload { scope: "a b".into(), ..payload.clone() }).contains("scope"));
        assert!(refused(Payload { scope: "x".repeat(257), ..payload.clone() }).contains("scope"));
        assert!(
            refused(Payload { sender: "ring:Members/3".into(), ..payload.clone() }).contains("list name")
        );
        assert!(refused(Payload { sender: "ring:members/".into(), ..payload.clone() }).contains("version"));
        assert!(refused(Payload { sender: "ring:members/+3".into(), ..payload.clone() }).contains("leading"));
        assert!(refused(Payload { sender: "did:example:a".into(), ..payload }).contains("no scope"));
    }
}
