//! SM4 with OpenSSL's command line, both ways, with fresh keys and messages on each run.
//!
//! Fails without `openssl` where CI=true; elsewhere it says why it passes. OpenSSL 3.0 has ECB, CBC, CTR, CFB and OFB of
//! SM4 and neither GCM, CCM nor XTS.

use cipher::{KeyInit, KeyIvInit, StreamCipher};
use hufu_sm::sm3;
use hufu_sm::sm4::{Sm4Cbc, Sm4Ctr};
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::Write;
use std::process::{Command, Stdio};

/// Messages for each direction of each mode.
const MESSAGES: u64 = 25;

/// What `openssl` makes of the input; nothing if it is not installed.
fn openssl(args: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let child = Command::new("openssl").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("openssl: {error}"),
        Err(error) => {
            eprintln!("skipped, no openssl: {error}");
            return None;
        }
    };
    child.stdin.take().expect("stdin is piped").write_all(input).expect("openssl reads all");
    let output = child.wait_with_output().expect("openssl ends");
    assert!(output.status.success(), "openssl {args:?}");
    Some(output.stdout)
}

/// Fresh bytes: the process's hash seed, stretched with SM3.
fn fresh(bytes: usize) -> Vec<u8> {
    let seed = RandomState::new().build_hasher().finish().to_be_bytes();
    let mut out = vec![0; bytes];
    sm3::kdf(&[&seed], &mut out).expect("a short output");
    out
}

fn array(bytes: Vec<u8>) -> [u8; 16] {
    bytes.try_into().expect("16 bytes")
}

/// Lengths around block and batch boundaries, and some in between.
fn length(i: u64) -> usize {
    [0, 1, 15, 16, 17, 255, 256, 257, 1_023, 1_024, 1_025, 5_000][usize::try_from(i % 12).expect("small")]
}

#[test]
fn ctr_both_ways() {
    for i in 0..MESSAGES {
        let (key, iv, text) = (array(fresh(16)), array(fresh(16)), fresh(length(i)));
        let (key_hex, iv_hex) = (hex::encode(key), hex::encode(iv));
        let mut ours = text.clone();
        Sm4Ctr::new(&key.into(), &iv.into()).apply_keystream(&mut ours);
        let Some(theirs) = openssl(&["enc", "-sm4-ctr", "-K", &key_hex, "-iv", &iv_hex], &text) else {
            return;
        };
        assert_eq!(ours, theirs, "key {key_hex}, iv {iv_hex}, {} bytes", text.len());
        let back = openssl(&["enc", "-d", "-sm4-ctr", "-K", &key_hex, "-iv", &iv_hex], &ours);
        assert_eq!(back.as_deref(), Some(&text[..]), "key {key_hex}, iv {iv_hex}");
    }
    eprintln!("openssl SM4-CTR: {MESSAGES} messages each way");
}

#[test]
fn cbc_both_ways() {
    for i in 0..MESSAGES {
        let (key, iv, text) = (array(fresh(16)), array(fresh(16)), fresh(length(i)));
        let (key_hex, iv_hex) = (hex::encode(key), hex::encode(iv));
        let ours = Sm4Cbc::new(&key.into()).encrypt(&iv, &text);
        let Some(theirs) = openssl(&["enc", "-sm4-cbc", "-K", &key_hex, "-iv", &iv_hex], &text) else {
            return;
        };
        assert_eq!(
            Sm4Cbc::new(&key.into()).decrypt(&iv, &theirs).as_deref(),
            Ok(&text[..]),
            "key {key_hex}, iv {iv_hex}"
        );
        let back = openssl(&["enc", "-d", "-sm4-cbc", "-K", &key_hex, "-iv", &iv_hex], &ours);
        assert_eq!(back.as_deref(), Some(&text[..]), "key {key_hex}, iv {iv_hex}");
    }
    eprintln!("openssl SM4-CBC: {MESSAGES} messages each way");
}

#[test]
fn sm3_and_hmac() {
    use sm3::digest::Mac;
    for i in 0..MESSAGES {
        let text = fresh(length(i));
        let Some(theirs) = openssl(&["dgst", "-sm3", "-binary"], &text) else { return };
        assert_eq!(sm3::hash(&text)[..], theirs);
        let key = fresh(1 + usize::try_from(i).expect("small") * 5);
        let option = format!("hexkey:{}", hex::encode(&key));
        let theirs = openssl(&["dgst", "-sm3", "-mac", "HMAC", "-macopt", &option, "-binary"], &text);
        let ours = sm3::HmacSm3::new_from_slice(&key).expect("any key").chain_update(&text).finalize();
        assert_eq!(theirs.as_deref(), Some(&ours.into_bytes()[..]), "key of {} bytes", key.len());
    }
    eprintln!("openssl SM3 and HMAC-SM3: {MESSAGES} messages");
}
