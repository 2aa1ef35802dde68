//! The stored bytes are frozen: a change here is a new record format.

use hufu_did::{
    Did, Error, Relationship,
    hufu::{
        Builder, Context, Head, MAX_RECORD_BYTES, MemoryRecords, Network, Records, SignedOperation, Version,
        apply, head_key, version_key,
    },
};
use hufu_keys::{Algorithm, SigningKey};

use super::world::{World, key};

/// A signed operation of each kind as it was made once, with the records that it led to.
///
/// To make new ones: delete the file, run this test, look at the difference, say why in the commit.
#[test]
fn frozen_bytes() {
    let made = history();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/hufu-records-v1.txt");
    let frozen = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(_) => {
            std::fs::write(path, &made).unwrap();
            panic!("{path} did not exist; it does now");
        }
    };
    for (now, then) in made.lines().zip(frozen.lines()) {
        assert_eq!(now, then);
    }
    assert_eq!(made.lines().count(), frozen.lines().count());

    // What was written then is read now, and written back the same.
    for line in frozen.lines() {
        let (name, bytes) = line.rsplit_once(' ').unwrap();
        let bytes = hex::decode(bytes).unwrap();
        let again = match name.split(' ').nth(1).unwrap() {
            "operation" => {
                let signed = SignedOperation::from_bytes(&bytes).unwrap();
                hufu_did::hufu::Operation::parse(signed.operation()).unwrap();
                signed.to_bytes()
            }
            "head" => Head::from_bytes(&bytes).unwrap().to_bytes(),
            "version" => Version::from_bytes(&bytes).unwrap().to_bytes(),
            _ => continue,
        };
        assert_eq!(again, bytes, "{name}");
    }
}

/// Ed25519 only: its signatures are the same in every run.
fn history() -> String {
    let network: Network = "frozen".parse().unwrap();
    let fixed = |byte: u8| SigningKey::from_bytes(Algorithm::Ed25519, &[byte; 32]).unwrap();
    let [k1, k2, r] = [fixed(1), fixed(2), fixed(3)];
    let [v1, v2, w] = [&k1, &k2, &r].map(SigningKey::verifying_key);
    let mut records = MemoryRecords::new();
    let mut out = String::new();
    let mut did: Option<Did> = None;
    for step in 1u64..=5 {
        let head = did.as_ref().map(|did| records.head(did).unwrap().unwrap());
        let signed = match (step, &head) {
            (1, _) => Builder::create(&network, &mut super::world::rng(0))
                .keys(1, [&v1])
                .next_keys(1, [&v2])
                .recovery(1, [&w])
                .method("#key-1", &v1, &[Relationship::Authentication, Relationship::AssertionMethod])
                .service("#files", "Files", "https://files.example/")
                .also_known_as(["https://虎符.example".replace("虎符", "hufu")])
                .build()
                .unwrap()
                .sign(&k1),
            (2, Some(head)) => Builder::update(head).remove_service("#files").build().unwrap().sign(&k1),
            (3, Some(head)) => Builder::rotate(head).keys(1, [&v2]).build().unwrap().sign(&k1).sign(&k2),
            (4, Some(head)) => Builder::recover(head).keys(1, [&v1]).build().unwrap().sign(&r).sign(&k1),
            (5, Some(head)) => Builder::deactivate(head).build().unwrap().sign(&k1),
            _ => unreachable!(),
        }
        .finish();
        let context = Context { network: &network, height: step * 10, time_ms: 1_800_000_000_000 + step };
        let changes = apply(&records, &signed, &context).unwrap();
        records.commit(&changes);
        out += &format!("{step} operation {}\n", hex::encode(signed.to_bytes()));
        for (kind, (key, value)) in ["head", "version"].into_iter().zip(changes.entries()) {
            out += &format!("{step} {kind} {} {}\n", String::from_utf8(key).unwrap(), hex::encode(value));
        }
        did = Some(changes.did);
    }
    out
}

#[test]
fn keys_sort_as_versions_do_and_no_did_s_keys_are_another_s() {
    let did: Did = "did:hufu:n:zQm1".parse().unwrap();
    assert_eq!(head_key(&did), b"did/did:hufu:n:zQm1/head");
    assert_eq!(version_key(&did, 7), b"did/did:hufu:n:zQm1/v/00000000000000000007");
    assert!(version_key(&did, 9) < version_key(&did, 10));
    assert!(version_key(&did, 10) < version_key(&did, u64::MAX));
    let longer: Did = "did:hufu:n:zQm12".parse().unwrap();
    assert!(!head_key(&longer).starts_with(b"did/did:hufu:n:zQm1/"));
}

#[test]
fn damaged_and_newer_records_are_refused_with_words() {
    let mut world = World::new();
    let did = world.simple(&key(1));
    let head = world.head(&did).to_bytes();
    let version = world.records.version(&did, 1).unwrap().unwrap().to_bytes();
    for cut in 0..head.len() {
        assert!(matches!(Head::from_bytes(&head[..cut]), Err(Error::Record { .. })), "{cut}");
    }
    for cut in 0..version.len() {
        assert!(matches!(Version::from_bytes(&version[..cut]), Err(Error::Record { .. })), "{cut}");
    }
    for good in [head, version] {
        let mut newer = good.clone();
        newer[0] = 2;
        let mut longer = good;
        longer.push(0);
        for bytes in [&newer, &longer, &vec![1; MAX_RECORD_BYTES + 1]] {
            assert!(matches!(Head::from_bytes(bytes), Err(Error::Record { .. })));
            assert!(matches!(Version::from_bytes(bytes), Err(Error::Record { .. })));
        }
        let words = Head::from_bytes(&newer).unwrap_err().to_string();
        assert_eq!(words, "unreadable DID head record: record format 2 is not known here");
    }
}
