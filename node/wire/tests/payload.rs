//! Payload bytes: one encoding, bounded, frozen.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use hufu_light::{Hash, TrustAnchor};
use hufu_wire::{Error, Payload, proto};
use prost::Message;

fn payload() -> Payload {
    let anchor = TrustAnchor { network: "dev".parse().unwrap(), genesis_hash: Hash::from_bytes([7; 32]) };
    Payload::new(&anchor, "did:example:a", 300, 70_000, "did", b"{}".to_vec())
}

#[test]
fn round_trip_and_frozen_bytes() {
    let bytes = payload().to_bytes();
    assert_eq!(Payload::parse(&bytes).unwrap(), payload());
    let frozen = format!(
        "0a03646576{}{}1a0d6469643a6578616d706c653a6120ac0228f0a20432036469643a027b7d",
        "1220",
        "07".repeat(32)
    );
    assert_eq!(hex::encode(bytes), frozen);
}

#[test]
fn zero_values_have_one_encoding_too() {
    let payload = Payload { sequence: 0, expiry_height: 0, operation: vec![], ..payload() };
    assert_eq!(Payload::parse(&payload.to_bytes()).unwrap(), payload);
}

#[test]
fn named_malformed_payloads() {
    let reason = |bytes: &[u8]| match Payload::parse(bytes).unwrap_err() {
        Error::Malformed { reason, .. } => reason,
        other => panic!("{other}"),
    };
    let good = payload().to_bytes();
    let altered = |change: &dyn Fn(&mut proto::TransactionPayload)| {
        let mut message = proto::TransactionPayload::decode(good.as_slice()).unwrap();
        change(&mut message);
        message.encode_to_vec()
    };
    assert!(reason(&[]).contains("32 bytes"));
    assert!(
        reason(&good[..good.len() - 1]).contains("delimited") || !reason(&good[..good.len() - 1]).is_empty()
    );
    // field 15, varint 1: unknown here
    assert!(reason(&[good.as_slice(), &[0x78, 1]].concat()).contains("unknown fields"));
    // sequence given twice
    assert!(reason(&[good.as_slice(), &[0x20, 1]].concat()).contains("shortest"));
    assert!(reason(&altered(&|m| m.network = "Dev".into())).contains("a-z"));
    assert!(reason(&altered(&|m| m.genesis_hash = vec![0; 31])).contains("32 bytes"));
    assert!(reason(&altered(&|m| m.sender = "alice".into())).contains("DID"));
    assert!(reason(&altered(&|m| m.sender = format!("did:{}", "a".repeat(600)))).contains("DID"));
    assert!(reason(&altered(&|m| m.module = String::new())).contains("module"));
    assert!(reason(&altered(&|m| m.operation = vec![0; hufu_light::MAX_PAYLOAD_BYTES])).contains("limit"));
}
