//! GB/T 32918.5, annexes A to C, on the recommended curve. The signature's own k is tried in `src/sm2/signing.rs`, where a k can
//! be given.

use crate::common::{Script, unhex, vectors};
use hufu_sm::sm2::encryption::Ciphertext;
use hufu_sm::sm2::exchange::{Initiator, Responder};
use hufu_sm::sm2::traits::Verifier;
use hufu_sm::sm2::{DistId, PublicKey, SecretKey, Signature, SigningKey};
use serde_json::Value;

fn annex() -> Option<Value> {
    vectors("sm/gbt32918_5_annex.json").map(|text| serde_json::from_str(&text).expect("JSON"))
}

fn text<'a>(section: &'a Value, name: &str) -> &'a str {
    section[name].as_str().unwrap_or_else(|| panic!("{name} is a string"))
}

fn bytes(section: &Value, name: &str) -> Vec<u8> {
    unhex(text(section, name))
}

#[test]
fn annex_a_signature() {
    let Some(annex) = annex() else { return };
    let case = &annex["signature"];
    let id = DistId::new(text(case, "id")).unwrap();
    let key = SigningKey::new(SecretKey::from_bytes(&bytes(case, "d")).unwrap(), id);
    let verifying = key.verifying_key();
    assert_eq!(verifying.public_key().coordinates()[..], [bytes(case, "Px"), bytes(case, "Py")].concat());
    assert_eq!(verifying.z()[..], bytes(case, "Z"));
    let signature = Signature::from_slice(&[bytes(case, "r"), bytes(case, "s")].concat()).unwrap();
    let message = text(case, "msg").as_bytes();
    verifying.verify(message, &signature).unwrap();
    verifying.prepare().verify(message, &signature).unwrap();
    hufu_sm::sm2::hazmat::verify_prehash(verifying, &bytes(case, "e").try_into().unwrap(), &signature)
        .unwrap();
    eprintln!("annex A: 1 signature with Z and e");
}

#[test]
fn annex_b_key_exchange() {
    let Some(annex) = annex() else { return };
    let case = &annex["key_exchange"];
    let party = |d: &str, id: &str, public: &str, z: &str| {
        let id = DistId::new(text(case, id)).unwrap();
        let key = SigningKey::new(SecretKey::from_bytes(&bytes(case, d)).unwrap(), id);
        assert_eq!(key.verifying_key().public_key().coordinates()[..], bytes(case, public));
        assert_eq!(key.verifying_key().z()[..], bytes(case, z));
        key
    };
    let (a, b) = (party("dA", "id_a", "PA", "ZA"), party("dB", "id_b", "PB", "ZB"));
    let length = usize::try_from(case["klen_bits"].as_u64().unwrap()).unwrap() / 8;
    let start =
        || Initiator::start(&mut Script::new(&[text(case, "rA")]), &a, b.verifying_key(), length).unwrap();
    let (initiator, r_a) = start();
    assert_eq!(r_a.coordinates()[..], bytes(case, "RA"));
    let respond = || {
        Responder::respond(&mut Script::new(&[text(case, "rB")]), &b, a.verifying_key(), &r_a, length)
            .unwrap()
    };
    let (responder, reply) = respond();
    assert_eq!(reply.ephemeral.coordinates()[..], bytes(case, "RB"));
    assert_eq!(reply.tag[..], bytes(case, "S1_SB"));
    let (key, s_a) = initiator.finish(&reply).unwrap();
    assert_eq!(key[..], bytes(case, "K"));
    assert_eq!(s_a[..], bytes(case, "S2_SA"));
    assert_eq!(responder.finish(&s_a).unwrap()[..], bytes(case, "K"));
    assert_eq!(start().0.dangerous_finish_unconfirmed(&reply.ephemeral).unwrap()[..], bytes(case, "K"));
    assert_eq!(respond().0.dangerous_finish_unconfirmed()[..], bytes(case, "K"));
    eprintln!("annex B: 1 exchange with both tags");
}

#[test]
fn annex_c_encryption() {
    let Some(annex) = annex() else { return };
    let case = &annex["encryption"];
    let key = SecretKey::from_bytes(&bytes(case, "d")).unwrap();
    let message = text(case, "msg").as_bytes();
    let mut k = Script::new(&[text(case, "k")]);
    let ciphertext = key.public_key().encrypt(&mut k, message).unwrap();
    assert!(k.is_used_up());
    assert_eq!(ciphertext.to_c1c3c2(), bytes(case, "C1C3C2"));
    let read = Ciphertext::from_c1c3c2(&bytes(case, "C1C3C2")).unwrap();
    assert_eq!(key.decrypt(&read).unwrap()[..], *message);
    // The older order, and C1 compressed.
    let raw = bytes(case, "C1C3C2");
    let (c1, c3, c2) = (&raw[..65], &raw[65..97], &raw[97..]);
    let older = Ciphertext::from_c1c2c3(&[c1, c2, c3].concat()).unwrap();
    assert_eq!(older, read);
    let c1 = PublicKey::from_sec1_bytes(c1).unwrap().to_sec1_compressed();
    assert_eq!(Ciphertext::from_c1c3c2(&[&c1, c3, c2].concat()).unwrap(), read);
    assert_eq!(Ciphertext::from_c1c2c3(&[&c1, c2, c3].concat()).unwrap(), read);
    eprintln!("annex C: 1 ciphertext in four forms");
}
