//! `hufu key sign` and `hufu key verify`: detached signatures.

use base64::{
    Engine as _, alphabet,
    engine::{
        DecodePaddingMode,
        general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD},
    },
};
use hufu_keys::{Algorithm, Error as KeyError, Signature, SigningKey, VerifyingKey, sm2};
use serde_json::{Value, json};

use crate::{
    args::{Sign, SignatureFormat, Verify},
    commands::{sink::Audience, source},
    exit::{Code, Failure},
    output::Output,
};

/// The largest signature file: P-384's in hexadecimal with room for line ends.
const MAX_SIGNATURE_BYTES: usize = 4096;

/// Base64 with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn sign(options: &Sign, output: Output) -> anyhow::Result<()> {
    let mut inputs = options.source.inputs().to_vec();
    inputs.push(("the message", Some(&options.file)));
    options.destination.check_with(&inputs)?;
    let key = options.source.private()?;
    check_id(&options.id, key.algorithm())?;
    let message = source::message(&options.file)?;
    let signature = sign_with(&key, &options.id, &message)?;
    if options.destination.out.is_some() {
        let bytes = write(&signature, options.format);
        let value = describe(&signature, &key.verifying_key());
        return options.destination.deliver(Audience::Everybody, &bytes, output, value, |path| {
            format!("{} signature in {path}", key.algorithm())
        });
    }
    if matches!(options.format, SignatureFormat::Base64url | SignatureFormat::Hex) {
        let text = String::from_utf8(write(&signature, options.format))?;
        output.result(&describe(&signature, &key.verifying_key()), || text)
    } else if output.is_json() {
        output.document(&describe(&signature, &key.verifying_key()))
    } else {
        output.raw(&write(&signature, options.format))
    }
}

/// # Errors
/// [`Code::No`] if it does not verify, [`Code::Input`] if the key, the identifier or a file is not acceptable.
pub(super) fn verify(options: &Verify, output: Output) -> anyhow::Result<()> {
    source::check_inputs(&[
        ("the key", options.source.key.as_deref()),
        ("the signature", Some(&options.signature)),
        ("the message", Some(&options.file)),
    ])?;
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
            output.result(&value, || format!("verified: {} {}", key.algorithm(), key.to_multikey()))
        }
        Err(error) => {
            let hint = hint(&error, key.algorithm(), &options.id);
            Err(Failure::with(Code::No, format!("not verified: {error}{hint}")))
        }
    }
}

/// What may be the matter with a signature of SM2 that does not verify.
fn hint(error: &KeyError, algorithm: Algorithm, id: &str) -> &'static str {
    match (error, algorithm, id) {
        (KeyError::Verification, Algorithm::Sm2, Algorithm::SM2_ID) => {
            "; OpenSSL signs under an empty identifier unless it is given a distid: --id '' verifies that"
        }
        (KeyError::Verification, Algorithm::Sm2, _) => "; is --id the identifier it was signed under?",
        _ => "",
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
fn read(algorithm: Algorithm, format: SignatureFormat, bytes: &[u8]) -> Result<Signature, KeyError> {
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

/// Every form: the well-formed readings, or why there is none. What is written is raw or DER, as it is or as text: hexadecimal, or
/// base64 of either alphabet, padded or not, in one line or several.
pub(super) fn candidates(algorithm: Algorithm, bytes: &[u8]) -> Vec<Result<Signature, KeyError>> {
    let text: Vec<u8> = bytes.iter().filter(|byte| !byte.is_ascii_whitespace()).map(standard).collect();
    let written = [hex::decode(&text).ok(), BASE64.decode(&text).ok(), Some(bytes.to_vec())];
    let readings: Vec<_> = written
        .iter()
        .flatten()
        .flat_map(|raw| [Signature::from_bytes(algorithm, raw), Signature::from_der(algorithm, raw)])
        .filter(Result::is_ok)
        .collect();
    if readings.is_empty() {
        let reason =
            "it is neither raw nor DER of the right length and range, nor either in base64 or hexadecimal";
        return vec![Err(KeyError::Signature { algorithm, reason })];
    }
    readings
}

/// A character of base64url as one of base64.
fn standard(letter: &u8) -> u8 {
    match letter {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use hufu_keys::{Algorithm, SigningKey};

    use super::candidates;

    #[test]
    fn a_signature_is_read_in_every_way_in_which_it_is_written() {
        for algorithm in Algorithm::ALL {
            let key = SigningKey::generate(algorithm, &mut rand::rng());
            let signature = key.sign(b"message");
            for binary in [signature.as_bytes().to_vec(), signature.to_der()] {
                let (base64, hex) = (STANDARD.encode(&binary), hex::encode(&binary));
                let lines: Vec<&str> = base64
                    .as_bytes()
                    .chunks(64)
                    .map(|line| std::str::from_utf8(line).expect("ASCII"))
                    .collect();
                let texts = [
                    base64.clone(),
                    lines.join("\r\n") + "\r\n",
                    base64.trim_end_matches('=').replace('+', "-").replace('/', "_"),
                    base64.replace('+', "-").replace('/', "_"),
                    hex.to_uppercase(),
                    hex,
                ];
                for written in texts.iter().map(|text| text.as_bytes()).chain([&binary[..]]) {
                    let read = candidates(algorithm, written);
                    assert!(
                        read.contains(&Ok(signature)),
                        "{algorithm} {}",
                        String::from_utf8_lossy(written)
                    );
                }
                // a character that is missing is not made up
                assert!(!candidates(algorithm, &base64.as_bytes()[1..]).contains(&Ok(signature)));
            }
        }
    }
}
