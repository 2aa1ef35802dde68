//! `hufu key sign` and `hufu key verify`: detached signatures.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_keys::{Algorithm, Error as KeyError, Signature, SigningKey, VerifyingKey, sm2};
use serde_json::{Value, json};

use super::{
    sink::{self, Audience},
    source,
};
use crate::{
    args::{Sign, SignatureFormat, Verify},
    exit::{Code, Failure},
    output::Output,
};

/// The largest signature file: P-384's in hexadecimal with room for line ends.
const MAX_SIGNATURE_BYTES: usize = 4096;

pub(super) fn sign(options: &Sign, output: Output) -> anyhow::Result<()> {
    options.destination.check()?;
    let key = options.source.private()?;
    check_id(&options.id, key.algorithm())?;
    let message = source::message(&options.file)?;
    let signature = sign_with(&key, &options.id, &message)?;
    let destination = &options.destination;
    if let Some(path) = &destination.out {
        let bytes = write(&signature, options.format);
        sink::write(path, destination.force, Audience::Everybody, &bytes, output)?;
        if destination.is_standard() {
            return Ok(());
        }
        let mut value = describe(&signature, &key.verifying_key());
        value["file"] = json!(path);
        output.result(&value, || format!("{} signature in {}", key.algorithm(), path.display()));
        return Ok(());
    }
    if matches!(options.format, SignatureFormat::Base64url | SignatureFormat::Hex) {
        let text = String::from_utf8(write(&signature, options.format))?;
        output.result(&describe(&signature, &key.verifying_key()), || text);
        Ok(())
    } else if output.is_json() {
        output.document(&describe(&signature, &key.verifying_key()));
        Ok(())
    } else {
        Ok(output.raw(&write(&signature, options.format))?)
    }
}

/// # Errors
/// [`Code::No`] if it does not verify, [`Code::Input`] if the key, the identifier or a file is not acceptable.
pub(super) fn verify(options: &Verify, output: Output) -> anyhow::Result<()> {
    if options.file == options.signature && options.file.as_os_str() == "-" {
        return Err(Failure::with(Code::Input, "only one of the two can be standard input"));
    }
    let key = options.source.public()?;
    check_id(&options.id, key.algorithm())?;
    let (bytes, _) = source::read(&options.signature, MAX_SIGNATURE_BYTES, "a signature")?;
    if bytes.is_empty() {
        return Err(Failure::with(
            Code::Input,
            format!("{} is empty: it holds no signature", source::name(&options.signature)),
        ));
    }
    let message = source::message(&options.file)?;
    let candidates = match options.format {
        Some(format) => vec![read(key.algorithm(), format, &bytes)],
        None => candidates(key.algorithm(), &bytes),
    };
    let mut outcome = Err(KeyError::Verification);
    for candidate in candidates {
        outcome = candidate
            .and_then(|signature| verify_with(&key, &options.id, &message, &signature).map(|()| signature));
        if outcome.is_ok() {
            break;
        }
    }
    match outcome {
        Ok(signature) => {
            let mut value = describe(&signature, &key);
            value["verified"] = json!(true);
            output.result(&value, || format!("verified: {} {}", key.algorithm(), key.to_multikey()));
            Ok(())
        }
        Err(error) => Err(Failure::with(Code::No, format!("not verified: {error}"))),
    }
}

fn sign_with(key: &SigningKey, id: &str, message: &[u8]) -> Result<Signature, KeyError> {
    if id == Algorithm::SM2_ID { Ok(key.sign(message)) } else { sm2::sign_with_id(key, id, message) }
}

fn verify_with(key: &VerifyingKey, id: &str, message: &[u8], signature: &Signature) -> Result<(), KeyError> {
    if id == Algorithm::SM2_ID {
        key.verify(message, signature.as_bytes())
    } else {
        sm2::verify_with_id(key, id, message, signature.as_bytes())
    }
}

/// Refuses an identifier that nothing would use, or that does not fit.
fn check_id(id: &str, algorithm: Algorithm) -> anyhow::Result<()> {
    if id != Algorithm::SM2_ID && algorithm != Algorithm::Sm2 {
        return Err(Failure::with(
            Code::Input,
            format!("--id is the distinguishing identifier of SM2, and this is a {algorithm} key"),
        ));
    }
    if id.len() > sm2::MAX_ID_BYTES {
        let error = KeyError::Sm2Id { max: sm2::MAX_ID_BYTES, found: id.len() };
        return Err(Failure::with(Code::Input, error.to_string()));
    }
    Ok(())
}

fn describe(signature: &Signature, key: &VerifyingKey) -> Value {
    json!({
        "algorithm": signature.algorithm().to_string(),
        "signature": URL_SAFE_NO_PAD.encode(signature.as_bytes()),
        "publicKeyMultibase": key.to_multikey(),
    })
}

/// The bytes of a file. Text ends with a line end.
fn write(signature: &Signature, format: SignatureFormat) -> Vec<u8> {
    match format {
        SignatureFormat::Raw => signature.as_bytes().to_vec(),
        SignatureFormat::Der => signature.to_der(),
        SignatureFormat::Base64url => {
            format!("{}\n", URL_SAFE_NO_PAD.encode(signature.as_bytes())).into_bytes()
        }
        SignatureFormat::Hex => format!("{}\n", hex::encode(signature.as_bytes())).into_bytes(),
    }
}

/// Reads a signature of one form. White space around text is ignored.
pub(super) fn read(
    algorithm: Algorithm,
    format: SignatureFormat,
    bytes: &[u8],
) -> Result<Signature, KeyError> {
    let refused = |reason| KeyError::Signature { algorithm, reason };
    let text = bytes.trim_ascii();
    match format {
        SignatureFormat::Raw => Signature::from_bytes(algorithm, bytes),
        SignatureFormat::Der => Signature::from_der(algorithm, bytes),
        SignatureFormat::Base64url => URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| refused("it is not base64url without padding"))
            .and_then(|raw| Signature::from_bytes(algorithm, &raw)),
        SignatureFormat::Hex => hex::decode(text)
            .map_err(|_| refused("it is not hexadecimal"))
            .and_then(|raw| Signature::from_bytes(algorithm, &raw)),
    }
}

/// Every form: the well-formed readings, or why there is none.
pub(super) fn candidates(algorithm: Algorithm, bytes: &[u8]) -> Vec<Result<Signature, KeyError>> {
    const FORMS: [SignatureFormat; 4] =
        [SignatureFormat::Hex, SignatureFormat::Base64url, SignatureFormat::Raw, SignatureFormat::Der];
    let readings: Vec<_> =
        FORMS.into_iter().map(|form| read(algorithm, form, bytes)).filter(Result::is_ok).collect();
    if readings.is_empty() {
        let reason = "it is neither raw, DER, base64url nor hexadecimal of the right length and range";
        return vec![Err(KeyError::Signature { algorithm, reason })];
    }
    readings
}
