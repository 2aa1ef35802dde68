//! PEM (RFC 7468): one block, and around it only what OpenSSL itself writes there.

use super::encoding;
use crate::Error;
use der::SecretDocument;

pub(crate) const PUBLIC: &str = "PUBLIC KEY";
pub(crate) const PRIVATE: &str = "PRIVATE KEY";
pub(crate) const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";
pub(crate) const EC: &str = "EC PRIVATE KEY";
/// What OpenSSL 3 calls an RFC 5915 key on the SM2 curve.
pub(crate) const SM2: &str = "SM2 PRIVATE KEY";

/// `openssl ecparam -genkey` writes the curve's name in a block of its own before the key, which has it too.
const PARAMETERS: [(&str, &str); 2] = [
    ("-----BEGIN EC PARAMETERS-----", "-----END EC PARAMETERS-----"),
    ("-----BEGIN SM2 PARAMETERS-----", "-----END SM2 PARAMETERS-----"),
];

/// The header of the encryption that came before PKCS#8: one round of MD5.
const OLD_ENCRYPTION: &str = "Proc-Type: 4,ENCRYPTED";

/// The label and the contents of the one block.
pub(crate) fn read<'a>(structure: &'static str, pem: &'a str) -> Result<(&'a str, SecretDocument), Error> {
    let pem = without_parameters(pem);
    if pem.contains(OLD_ENCRYPTION) {
        return Err(encoding(
            structure,
            &"it is encrypted in the way before PKCS#8 (Proc-Type: 4,ENCRYPTED), with a key from one round of MD5: \
              `openssl pkcs8 -topk8` converts it",
        ));
    }
    SecretDocument::from_pem(pem).map_err(|e| encoding(structure, &e))
}

/// That a block has a label which does not belong here.
pub(crate) fn wrong_label(structure: &'static str, label: &str) -> Error {
    encoding(structure, &format!("its PEM label is {:?}", crate::error::shown(label)))
}

fn without_parameters(pem: &str) -> &str {
    for (begin, end) in PARAMETERS {
        if let Some((_, rest)) = pem.strip_prefix(begin).and_then(|pem| pem.split_once(end)) {
            return rest.trim_start();
        }
    }
    pem
}
