//! `hufu key encrypt` and `hufu key decrypt`: SM2's public-key encryption.
//!
//! SM2 is the only algorithm here whose standard defines encryption to a key. For the others there would only be a
//! construction of our own, which no other software reads: they get an error that says so.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_keys::{Algorithm, Error as KeyError, sm2};
use serde_json::json;

use crate::{
    args::{CipherFormat, Decrypt, Encrypt, NewCipherFormat},
    commands::{sink::Audience, source},
    exit::{Code, Failure},
    output::Output,
};

pub(super) fn encrypt(options: &Encrypt, output: Output) -> anyhow::Result<()> {
    let inputs = [("the key", options.source.key.as_deref()), ("the message", Some(options.file.as_path()))];
    source::check_inputs(&inputs)?;
    options.destination.check_apart(&options.source.inputs())?;
    options.destination.check()?;
    let key = options.source.public()?;
    sm2_only(key.algorithm())?;
    let message = source::message(&options.file)?;
    let ciphertext = sm2::encrypt(&key, &message, options.format.layout(), &mut rand::rng())?;
    finish(&options.destination, Audience::Everybody, "ciphertext", &ciphertext, output)
}

/// # Errors
/// [`Code::No`] if it does not decrypt, [`Code::Input`] if the key or a file is not acceptable, such as a ciphertext of another format.
pub(super) fn decrypt(options: &Decrypt, output: Output) -> anyhow::Result<()> {
    let inputs =
        [("the key", options.source.key.as_deref()), ("the ciphertext", Some(options.file.as_path()))];
    source::check_inputs(&inputs)?;
    options.destination.check_apart(&options.source.inputs())?;
    options.destination.check()?;
    let key = options.source.private()?;
    sm2_only(key.algorithm())?;
    let ciphertext = source::message(&options.file)?;
    if ciphertext.is_empty() {
        return Err(Failure::with(
            Code::Input,
            format!("{} is empty: it holds no ciphertext", source::name(&options.file)),
        ));
    }
    let message = sm2::decrypt(&key, &ciphertext, options.format.layout()).map_err(|error| match error {
        KeyError::Sm2Ciphertext(_) => {
            Failure::with(Code::Input, format!("not decrypted: {error} (--format der, raw or old)"))
        }
        _ => Failure::with(Code::No, format!("not decrypted: {error}")),
    })?;
    message.expose(|message| finish(&options.destination, Audience::Owner, "message", message, output))
}

/// Writes the result, to standard output if no file is given; as base64url in JSON.
fn finish(
    destination: &crate::args::Destination,
    audience: Audience,
    what: &str,
    bytes: &[u8],
    output: Output,
) -> anyhow::Result<()> {
    match destination.out.as_deref() {
        Some(_) => destination.deliver(audience, bytes, output, json!({ "bytes": bytes.len() }), |path| {
            format!("{what} of {} bytes in {path}", bytes.len())
        }),
        None if output.is_json() => {
            let mut value = json!({ "bytes": bytes.len() });
            value[what] = URL_SAFE_NO_PAD.encode(bytes).into();
            output.document(&value)
        }
        None => output.raw(bytes),
    }
}

fn sm2_only(algorithm: Algorithm) -> anyhow::Result<()> {
    if algorithm == Algorithm::Sm2 {
        return Ok(());
    }
    Err(Failure::with(
        Code::Input,
        format!("only SM2 keys encrypt and decrypt; this is a {algorithm} key, which signs and verifies"),
    ))
}

impl NewCipherFormat {
    fn layout(self) -> sm2::Layout {
        match self {
            Self::Der => sm2::Layout::Der,
            Self::Raw => sm2::Layout::C1C3C2,
        }
    }
}

impl CipherFormat {
    fn layout(self) -> sm2::Layout {
        match self {
            Self::Der => sm2::Layout::Der,
            Self::Raw => sm2::Layout::C1C3C2,
            Self::Old => sm2::Layout::C1C2C3,
        }
    }
}
