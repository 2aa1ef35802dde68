//! Known answers printed in the standards themselves.

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hufu_keys::{Algorithm, Error, Signature, SigningKey, VerifyingKey};
use serde_json::json;
use sha2::{Digest, Sha256};

fn hex_of(text: &str) -> Vec<u8> {
    hex::decode(text).expect("hex")
}

/// RFC 8032 §7.1: secret key, public key, message, signature.
#[test]
fn rfc8032_ed25519() {
    for (secret, public, message, signature) in [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b\
             d25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c\
             387b2eaeb4302aeeb00d291612bb0c00",
        ),
    ] {
        let key = SigningKey::from_bytes(Algorithm::Ed25519, &hex_of(secret)).unwrap();
        assert_eq!(key.verifying_key().to_bytes(), hex_of(public));
        assert_eq!(key.sign(&hex_of(message)).as_bytes(), hex_of(signature));
    }
}

/// RFC 8037 Appendix A.1 to A.5: key, thumbprint, JWS.
#[test]
fn rfc8037_okp() {
    let private = json!({
        "kty": "OKP", "crv": "Ed25519",
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    });
    let key = SigningKey::from_jwk(&private).unwrap();
    let public = key.verifying_key();
    assert_eq!(public.to_jwk(), json!({ "kty": "OKP", "crv": "Ed25519", "x": private["x"] }));
    assert_eq!(public.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let input = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    assert_eq!(
        URL_SAFE_NO_PAD.encode(key.sign(input).as_bytes()),
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    );
}

/// RFC 7515 Appendix A.3: ES256.
#[test]
fn rfc7515_es256() {
    let private = json!({
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
    });
    let key = SigningKey::from_jwk(&private).unwrap();
    let input =
        b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9\
                  pc19yb290Ijp0cnVlfQ";
    let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    key.verifying_key().verify(input, &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
}

/// RFC 6979 Appendix A.2.5: P-256 with SHA-256, message "sample".
#[test]
fn rfc6979_p256() {
    let key = SigningKey::from_bytes(
        Algorithm::P256,
        &hex_of("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"),
    )
    .unwrap();
    assert_eq!(
        key.verifying_key().to_uncompressed().unwrap(),
        hex_of(
            "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64\
             f2f1b20c2d7e9f5177a3c294d4462299"
        )
    );
    let signature = hex_of(
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900db\
         b9aff4064dc4ab2f843acda8",
    );
    key.verifying_key().verify(b"sample", &signature).unwrap();
}

/// RFC 7638 §3: the thumbprint is the hash of the canonical required members — computed here through hufu-jcs.
#[test]
fn rfc7638_thumbprint() {
    let mut rng = common::rng(9);
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm, &mut rng).verifying_key();
        let canonical = hufu_jcs::canonicalize(&key.to_jwk()).unwrap();
        assert_eq!(key.thumbprint(), URL_SAFE_NO_PAD.encode(Sha256::digest(canonical)), "{algorithm}");
    }
}

/// GB/T 32918.5-2017 Annex A: key pair and signature with the default identifier.
#[test]
fn gbt32918_sm2_signature() {
    let Some(annex) = common::json("sm/gbt32918_5_annex.json") else { return };
    let annex = &annex["signature"];
    let bytes = |name: &str| hex_of(annex[name].as_str().unwrap());
    assert_eq!(annex["id"], Algorithm::SM2_ID);
    let key = SigningKey::from_bytes(Algorithm::Sm2, &bytes("d")).unwrap();
    let public = key.verifying_key();
    assert_eq!(public.to_uncompressed().unwrap(), [vec![4], bytes("Px"), bytes("Py")].concat());
    let signature = Signature::from_bytes(Algorithm::Sm2, &[bytes("r"), bytes("s")].concat()).unwrap();
    let message = annex["msg"].as_str().unwrap().as_bytes();
    public.verify(message, signature.as_bytes()).unwrap();
    assert_eq!(key.sign(message), key.sign(message), "nonces are derived");
    assert_ne!(key.sign(message), signature, "from the key, not the annex's k");
    eprintln!("GB/T 32918.5 Annex A: 1 signature");
}

/// A signature on the recommended curve under another identifier is one by nobody here.
#[test]
fn sm2_signatures_under_another_identifier_are_refused() {
    let Some(text) = common::vectors("sm/sm2_sig.vec") else { return };
    let (_, recommended) = text.split_once("Oid = 1.2.156.10197.1.301").unwrap();
    let field = |name: &str| {
        let line = recommended.lines().find(|l| l.starts_with(name)).unwrap();
        line.split_once('=').unwrap().1.trim().trim_start_matches("0x").to_owned()
    };
    assert_eq!((field("Hash").as_str(), field("Ident").as_str()), ("SM3", "sm2test@example.com"));
    let (d, message, signature) = (hex_of(&field("x")), hex_of(&field("Msg")), hex_of(&field("Signature")));
    // It is a good signature under its own identifier …
    use sm2::dsa::signature::Verifier as _;
    let theirs = sm2::dsa::SigningKey::from_slice(&field("Ident"), &d).unwrap();
    let parsed = sm2::dsa::Signature::from_slice(&signature).unwrap();
    theirs.verifying_key().verify(&message, &parsed).unwrap();
    // … and none under ours.
    let ours = SigningKey::from_bytes(Algorithm::Sm2, &d).unwrap();
    assert_eq!(ours.verifying_key().verify(&message, &signature), Err(Error::Verification));
}

/// The first characters that the codecs give (Controlled Identifiers §2.2.2 prints those of the first three).
#[test]
fn multikey_prefixes() {
    let mut rng = common::rng(4);
    for (algorithm, public, private) in [
        (Algorithm::Ed25519, "z6Mk", "z3u2"),
        (Algorithm::P256, "zDn", "z42"),
        (Algorithm::P384, "z82L", "z2f"),
        (Algorithm::Secp256k1, "zQ3s", "z3v"),
        (Algorithm::Sm2, "zEPJ", "z4G"),
    ] {
        let key = SigningKey::generate(algorithm, &mut rng);
        let written = key.verifying_key().to_multikey();
        assert!(written.starts_with(public), "{algorithm}: {written}");
        let written = key.to_multikey().expose(Clone::clone);
        assert!(written.starts_with(private), "{algorithm}: {}", &written[..4]);
        assert!(VerifyingKey::from_multikey(&written) == Err(Error::PrivateKeyGiven));
    }
}
