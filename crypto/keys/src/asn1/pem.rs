//! PEM (RFC 7468): one key's block. Text around it is passed over, as OpenSSL writes it (`pkcs12 -nodes`, `pkey -text`), and so are
//! blocks of parameters. Lines of a block may have any length (Java writes 76 characters, some one line): white space is no part of it.

use super::encoding;
use crate::Error;
use der::SecretDocument;
use zeroize::Zeroizing;

pub(crate) const PUBLIC: &str = "PUBLIC KEY";
pub(crate) const PRIVATE: &str = "PRIVATE KEY";
pub(crate) const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";
pub(crate) const EC: &str = "EC PRIVATE KEY";
/// What OpenSSL 3 calls an RFC 5915 key on the SM2 curve.
pub(crate) const SM2: &str = "SM2 PRIVATE KEY";

/// `openssl ecparam -genkey` writes the curve's name in a block of its own before the key, which has it too.
const PARAMETERS: [&str; 2] = ["EC PARAMETERS", "SM2 PARAMETERS"];

const BEGIN: &str = "-----BEGIN ";

/// Characters in a line: RFC 7468 §2, and all that the decoder takes.
const COLUMNS: usize = 64;

/// The header of the encryption that came before PKCS#8: one round of MD5.
const OLD_ENCRYPTION: &str = "Proc-Type: 4,ENCRYPTED";

/// The label and the contents of the one block.
pub(crate) fn read<'a>(structure: &'static str, text: &'a str) -> Result<(&'a str, SecretDocument), Error> {
    let (label, body) = block(text).map_err(|reason| encoding(structure, &reason))?;
    if ![PUBLIC, PRIVATE, ENCRYPTED, EC, SM2].contains(&label) {
        return Err(wrong_label(structure, label));
    }
    if body.contains(OLD_ENCRYPTION) {
        return Err(encoding(
            structure,
            &"it is encrypted in the way before PKCS#8 (Proc-Type: 4,ENCRYPTED), with a key from one round of MD5: \
              `openssl pkcs8 -topk8` converts it",
        ));
    }
    let (_, document) =
        SecretDocument::from_pem(&in_columns(label, body)).map_err(|e| encoding(structure, &e))?;
    Ok((label, document))
}

/// The block anew, in lines as the decoder wants them.
fn in_columns(label: &str, body: &str) -> Zeroizing<String> {
    // One allocation, so that no copy of the key stays behind.
    let mut text =
        Zeroizing::new(String::with_capacity(64 + 2 * label.len() + body.len() / COLUMNS + body.len()));
    text.push_str(BEGIN);
    text.push_str(label);
    text.push_str("-----");
    for (number, letter) in body.chars().filter(|letter| !letter.is_ascii_whitespace()).enumerate() {
        if number % COLUMNS == 0 {
            text.push('\n');
        }
        text.push(letter);
    }
    text.push_str("\n-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}

/// Whether a block begins somewhere in a text.
pub(crate) fn is_in(text: &str) -> bool {
    text.contains(BEGIN)
}

/// The label and the body of the one block that is not of parameters.
pub(crate) fn block(text: &str) -> Result<(&str, &str), &'static str> {
    let mut rest = text;
    loop {
        let begins = rest.find(BEGIN).ok_or("there is no PEM block of a key in it")?;
        let from_here = rest.get(begins..).unwrap_or_default();
        let label = from_here.strip_prefix(BEGIN).and_then(|text| text.split_once("-----"));
        let (label, _) = label.ok_or("its PEM block has no label")?;
        let end = format!("-----END {label}-----");
        let (body, after) = from_here.split_once(&end).ok_or("its PEM block is cut short")?;
        if PARAMETERS.contains(&label) {
            rest = after;
        } else if is_in(after) {
            return Err("there are several PEM blocks in it, and one key is read");
        } else {
            // The dashes after the label are there: the label ended before them.
            return Ok((label, body.get(BEGIN.len() + label.len() + 5..).unwrap_or_default()));
        }
    }
}

/// That a block has a label which does not belong here.
pub(crate) fn wrong_label(structure: &'static str, label: &str) -> Error {
    encoding(structure, &format!("its PEM label is {:?}", crate::error::shown(label)))
}
