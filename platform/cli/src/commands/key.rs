//! `hufu key`: keys as files, beside the keystore that the other commands use.
//!
//! Every form that OpenSSL, JOSE and the W3C specifications write is read by what it looks like; what is written is
//! named. A private key in a file must be closed to other users before it is used, and is never printed: it goes to
//! a file of mode 0600, or to standard output when that is asked for by `--out -`.

mod cipher;
mod convert;
mod derive;
mod form;
mod generate;
mod hint;
mod inspect;
mod origin;
mod signature;
mod store;

use hufu_did::key;
use hufu_keys::VerifyingKey;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{args::Key, output::Output};

pub(super) fn run(command: Key, output: Output) -> anyhow::Result<()> {
    match command {
        Key::Generate(options) => generate::run(&options, output),
        Key::Inspect(options) => inspect::run(&options, output),
        Key::Convert(options) => convert::run(&options, output),
        Key::Derive(options) => derive::run(&options, output),
        Key::Sign(options) => signature::sign(&options, output),
        Key::Verify(options) => signature::verify(&options, output),
        Key::Encrypt(options) => cipher::encrypt(&options, output),
        Key::Decrypt(options) => cipher::decrypt(&options, output),
        Key::List(options) => store::list(&options, output),
        Key::Remove(options) => store::remove(&options, output),
        Key::Passphrase(options) => store::passphrase(&options, output),
    }
}

/// What can be told of a public key.
///
/// `sha256` is over the DER SubjectPublicKeyInfo, what `openssl pkey -pubout -outform DER | sha256sum` prints;
/// `thumbprint` is RFC 7638's.
fn describe(public: &VerifyingKey) -> Value {
    json!({
        "algorithm": public.algorithm().to_string(),
        "sha256": hex::encode(Sha256::digest(public.to_spki_der())),
        "thumbprint": public.thumbprint(),
        "did": key::did(public).as_str(),
        "verificationMethod": key::verification_method(public).as_str(),
        "publicKeyMultibase": public.to_multikey(),
    })
}

/// A description in aligned lines, without the members that a person does not need.
fn lines(description: &Value) -> String {
    const NAMES: [(&str, &str); 11] = [
        ("kind", "kind"),
        ("name", "name"),
        ("path", "path"),
        ("algorithm", "algorithm"),
        ("encoding", "encoding"),
        ("sha256", "sha-256"),
        ("thumbprint", "thumbprint"),
        ("fingerprint", "fingerprint"),
        ("did", "did"),
        ("file", "file"),
        ("keystore", "keystore"),
    ];
    let lines: Vec<String> = NAMES
        .iter()
        .filter_map(|(member, name)| Some(format!("{name:<11} {}", description.get(member)?.as_str()?)))
        .collect();
    lines.join("\n")
}
