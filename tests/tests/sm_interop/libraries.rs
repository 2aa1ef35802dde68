//! The peers that answer JSON lines.

use crate::random::{MESSAGES, PER_KEY, key, message, rng};
use hufu_sm::sm2::Signature;
use hufu_sm::sm2::encryption::Ciphertext;
use hufu_sm::sm2::traits::{RandomizedSigner, Verifier};
use hufu_tests::peer::sm::Library;
use serde_json::{Value, json};

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(answer: &Value, name: &str) -> Vec<u8> {
    let text = answer[name].as_str().unwrap_or_else(|| panic!("{name} in {answer}"));
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn agrees(library: Library) {
    let mut rng = rng(&format!("{library:?}"));
    let Some(mut peer) = library.start() else { return };
    let mut ask =
        |request: Value| peer.ask(&request).unwrap_or_else(|refusal| panic!("{request}: {refusal}"));
    let mut count = 0;
    for _ in 0..MESSAGES / PER_KEY {
        let key = key(&mut rng);
        let (secret, verifying) = (key.secret_key(), key.verifying_key());
        let prepared = verifying.prepare();
        let (d, xy) = (hexadecimal(&*secret.to_bytes()), hexadecimal(&secret.public_key().coordinates()));
        for _ in 0..PER_KEY {
            let message = message(&mut rng);
            let m = hexadecimal(&message);

            let theirs = ask(json!({ "op": "sign", "d": d, "xy": xy, "m": m }));
            let signature = Signature::from_slice(&bytes(&theirs, "signature")).unwrap();
            verifying.verify(&message, &signature).unwrap();
            prepared.verify(&message, &signature).unwrap();

            let ours = key.sign_with_rng(&mut rng, &message).to_bytes();
            let verify = |m: &str, signature: &[u8]| json!({ "op": "verify", "xy": xy, "m": m, "signature": hexadecimal(signature) });
            assert_eq!(ask(verify(&m, &ours))["verified"], true);
            assert_eq!(ask(verify(&format!("{m}00"), &ours))["verified"], false);

            let sent = ask(json!({ "op": "encrypt", "xy": xy, "m": m }));
            let sent = Ciphertext::from_c1c3c2(&bytes(&sent, "c")).unwrap();
            assert_eq!(secret.decrypt(&sent).unwrap()[..], message);

            let sent = secret.public_key().encrypt(&mut rng, &message).unwrap().to_c1c3c2();
            assert_eq!(ask(json!({ "op": "decrypt", "d": d, "c": hexadecimal(&sent) }))["m"], *m);
            count += 1;
        }
    }
    eprintln!("{library:?}: {count} messages signed, verified, encrypted and decrypted each way");
}

#[test]
fn sm_crypto_v2() {
    agrees(Library::SmCrypto);
}

#[test]
fn gmssl() {
    agrees(Library::Gmssl);
}

#[test]
fn gmalg() {
    agrees(Library::Gmalg);
}

#[test]
fn bouncy_castle() {
    agrees(Library::BouncyCastle);
}
