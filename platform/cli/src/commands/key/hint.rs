//! What to do about a file that holds no key as it is read here, but something that other software makes one of.

use hufu_keys::Error as KeyError;

use crate::keystore_file;

/// What a file is, and the remedy.
type Hint = (fn(&[u8], &KeyError) -> bool, &'static str);

const HINTS: [Hint; 8] = [
    (
        |bytes, _| keystore_file::is_keystore(bytes),
        "it is a keystore: --keystore names it, and --name one of its keys",
    ),
    (
        |bytes, _| has_label(bytes, &["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"]),
        "`openssl x509 -pubkey -noout -in FILE` writes the public key of a certificate",
    ),
    (
        |bytes, _| has_label(bytes, &["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"]),
        "`openssl req -pubkey -noout -in FILE` writes the public key of a request",
    ),
    (
        |bytes, _| has_label(bytes, &["OPENSSH PRIVATE KEY"]),
        "it is in OpenSSH's own form: `ssh-keygen -p -m PKCS8 -f COPY` rewrites a copy of an ecdsa key (it cannot for Ed25519)",
    ),
    (
        |bytes, _| {
            let line = bytes.trim_ascii_start();
            line.starts_with(b"ssh-ed25519 ") || line.starts_with(b"ecdsa-sha2-")
        },
        "it is in OpenSSH's own form: `ssh-keygen -e -m PKCS8 -f FILE` writes an ecdsa key as PEM (it cannot for Ed25519)",
    ),
    (
        |bytes, _| is_pkcs12(bytes),
        "it is PKCS#12: `openssl pkcs12 -nodes -nocerts -in FILE` writes the private key in it",
    ),
    (
        |_, error| is_of_encryption(error),
        "`openssl pkcs8 -topk8 -v2 aes256 -in FILE` encrypts the key in a way that is read here",
    ),
    (
        |bytes, _| has_label(bytes, &["PGP PRIVATE KEY BLOCK", "PGP PUBLIC KEY BLOCK"]),
        "keys of OpenPGP are not read here",
    ),
];

/// What ends the error message, if anything is known.
pub(super) fn of(bytes: &[u8], error: &KeyError) -> Option<&'static str> {
    HINTS.iter().find(|(fits, _)| fits(bytes, error)).map(|(_, words)| *words)
}

/// Whether a file has one PEM block, of one of these labels.
fn has_label(bytes: &[u8], labels: &[&str]) -> bool {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let mut blocks = text.split("-----BEGIN ").skip(1);
    match (blocks.next().and_then(|block| block.split_once("-----")), blocks.next()) {
        (Some((label, _)), None) => labels.contains(&label),
        _ => false,
    }
}

/// PKCS#12 (RFC 7292 §4) begins `SEQUENCE { INTEGER 3`, in DER or BER.
fn is_pkcs12(bytes: &[u8]) -> bool {
    const SEQUENCE: u8 = 0x30;
    const VERSION_3: [u8; 3] = [0x02, 0x01, 0x03];
    // the length is one byte, or as many more as its first one says
    let Some((&SEQUENCE, [length, rest @ ..])) = bytes.split_first() else { return false };
    let more = if *length < 0x80 { 0 } else { usize::from(*length & 0x7f) };
    rest.get(more..).is_some_and(|rest| rest.starts_with(&VERSION_3))
}

/// Whether a key is encrypted in a way that is not read here, such as triple DES.
fn is_of_encryption(error: &KeyError) -> bool {
    matches!(error, KeyError::Encoding { structure: "encrypted PKCS#8 private key", reason } if reason.ends_with("is not supported"))
}

#[cfg(test)]
mod tests {
    use hufu_keys::{AnyKey, Error};

    use super::of;

    /// What is said of bytes that are no key.
    fn said(bytes: &[u8]) -> &'static str {
        let error = AnyKey::read(bytes).expect_err("no key");
        of(bytes, &error).unwrap_or_default()
    }

    fn pem(label: &str) -> String {
        format!("-----BEGIN {label}-----\nMAA=\n-----END {label}-----\n")
    }

    #[test]
    fn a_keystore_is_named_by_its_option() {
        assert!(said(b"{\"format\": \"hufu-keystore\", \"version\": 1}").contains("--keystore"));
    }

    #[test]
    fn a_certificate_or_a_request_has_its_public_key_written_by_openssl() {
        for label in ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"] {
            assert!(said(pem(label).as_bytes()).contains("openssl x509 -pubkey -noout"), "{label}");
        }
        for label in ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"] {
            assert!(said(pem(label).as_bytes()).contains("openssl req -pubkey -noout"), "{label}");
        }
        // in a chain, or beside a key, it is not what is wrong
        assert_eq!(said((pem("CERTIFICATE") + &pem("PRIVATE KEY")).as_bytes()), "");
    }

    #[test]
    fn keys_of_openssh_are_rewritten_by_its_own_command() {
        assert!(said(pem("OPENSSH PRIVATE KEY").as_bytes()).contains("ssh-keygen -p -m PKCS8"));
        for line in ["ssh-ed25519 AAAA somebody", "ecdsa-sha2-nistp256 AAAA", "\necdsa-sha2-nistp384 AAAA"] {
            assert!(said(line.as_bytes()).contains("ssh-keygen -e -m PKCS8"), "{line}");
        }
    }

    #[test]
    fn pkcs12_is_told_by_its_version() {
        let body = [&[0x02, 0x01, 0x03][..], &[0x30, 0x00]].concat();
        for header in [&[0x30, 0x05][..], &[0x30, 0x81, 0x05], &[0x30, 0x82, 0x00, 0x05], &[0x30, 0x80]] {
            let bytes = [header, &body].concat();
            assert!(said(&bytes).contains("openssl pkcs12 -nodes"), "{bytes:02x?}");
        }
        for other in [&[0x30][..], &[0x30, 0x82], &[0x30, 0x05, 0x02, 0x01, 0x02, 0x30, 0x00]] {
            assert_eq!(said(other), "", "{other:02x?}");
        }
    }

    #[test]
    fn an_old_encryption_is_replaced_by_openssl() {
        let error = |structure, reason: &str| Error::Encoding { structure, reason: reason.to_owned() };
        let des3 = "its cipher 1.2.840.113549.3.7 is not supported";
        assert!(
            of(b"", &error("encrypted PKCS#8 private key", des3))
                .is_some_and(|words| words.contains("aes256"))
        );
        assert_eq!(of(b"", &error("PRIVATE KEY", des3)), None);
        assert_eq!(of(b"", &error("encrypted PKCS#8 private key", "trailing data")), None);
    }

    #[test]
    fn keys_of_openpgp_are_known_and_not_read() {
        assert!(said(pem("PGP PUBLIC KEY BLOCK").as_bytes()).contains("OpenPGP"));
    }

    #[test]
    fn of_what_is_not_known_nothing_is_said() {
        for bytes in [&b""[..], b"words", b"{}", b"\xff\xfe", pem("PARAMETERS").as_bytes()] {
            assert_eq!(said(bytes), "");
        }
    }
}
