//! What a wallet reads of a ledger's answers, and what a ledger reads of its submitters.

use std::{collections::BTreeMap, sync::LazyLock};

use hufu_keys::{Algorithm, SigningKey};
use hufu_light::{
    Answer, CertifiedHeader, Genesis, StateProof, Transaction, Validator, ValidatorSet,
    merkle::InclusionProof,
};
use hufu_wire::Payload;

/// A genesis whose validator's key signs nothing here.
pub(super) static GENESIS: LazyLock<Genesis> = LazyLock::new(|| {
    let key = SigningKey::from_bytes(Algorithm::Ed25519, &[9; 32]).expect("a seed is any 32 bytes");
    let validator = Validator { did: "did:example:node".into(), key: key.verifying_key(), power: 1 };
    let set = ValidatorSet::new(vec![validator]).expect("one validator is a set");
    Genesis::new("dev".parse().expect("a name"), 1_700_000_000_000, set, BTreeMap::new()).expect("a genesis")
});

/// Answers and their parts have one encoding, and none made by nobody verifies.
pub(super) fn answer(data: &[u8]) {
    let answers = [Answer::from_bytes(data), Answer::from_json(data)];
    if let Ok(answer) = &answers[0] {
        assert_eq!(answer.to_bytes(), data);
    }
    for answer in answers.iter().flatten() {
        assert_eq!(Answer::from_json(answer.to_json().as_bytes()).as_ref(), Ok(answer));
        assert!(answer.verify(&GENESIS.anchor(), &answer.key).is_err(), "nobody has the validator's key");
    }
    if let Ok(header) = CertifiedHeader::from_bytes(data) {
        assert_eq!(header.to_bytes(), data);
    }
    if let Ok(proof) = StateProof::from_bytes(data) {
        assert_eq!(proof.to_bytes(), data);
    }
    if let Ok(proof) = InclusionProof::from_bytes(data) {
        assert_eq!(proof.to_bytes(), data);
    }
}

/// A genesis is its bytes.
pub(super) fn genesis(data: &[u8]) {
    let Ok(genesis) = Genesis::parse(data) else { return };
    assert_eq!(genesis.as_bytes(), data);
    assert_eq!(genesis.root().hash(genesis.network()), genesis.hash());
}

/// Transactions are stored as sent; payloads are read within bounds.
pub(super) fn transaction(data: &[u8]) {
    if let Ok(transaction) = Transaction::from_bytes(data) {
        assert_eq!(transaction.to_bytes(), data);
        let _ = Payload::parse(&transaction.payload);
    }
    if let Ok(payload) = Payload::parse(data) {
        assert_eq!(Payload::parse(&payload.to_bytes()).as_ref().ok(), Some(&payload));
    }
}
