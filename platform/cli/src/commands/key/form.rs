//! A key as the bytes of a file.

use hufu_keys::{Error as KeyError, Secret, SigningKey, VerifyingKey};

use crate::{
    args::KeyFormat,
    exit::{Code, Failure},
    output::pretty,
};

/// A private key in the form that is wanted. Text ends with a line end.
///
/// # Errors
/// [`Code::Input`] for a form that this algorithm has not.
pub(super) fn private(key: &SigningKey, format: KeyFormat) -> anyhow::Result<Secret<Vec<u8>>> {
    let line = |text: &Secret<String>| {
        text.expose(|text| {
            let mut bytes = Vec::with_capacity(text.len() + 1);
            bytes.extend_from_slice(text.as_bytes());
            bytes.push(b'\n');
            Secret::new(bytes)
        })
    };
    let pem = |text: &Secret<String>| Secret::new(text.expose(|text| text.as_bytes().to_vec()));
    let no_sec1 = || {
        Failure::with(
            Code::Input,
            format!("{} keys have no SEC1 form; --format pem or --to pem gives PKCS#8", key.algorithm()),
        )
    };
    Ok(match format {
        KeyFormat::Pem => pem(&key.to_pkcs8_pem()),
        KeyFormat::Der => key.to_pkcs8_der(),
        KeyFormat::Sec1 => pem(&key.to_ec_pem().ok_or_else(no_sec1)?),
        KeyFormat::Sec1Der => key.to_ec_der().ok_or_else(no_sec1)?,
        KeyFormat::Jwk => line(&key.to_jwk()),
        KeyFormat::Multikey => line(&key.to_multikey()),
    })
}

/// A public key in the form that is wanted. Text ends with a line end.
///
/// # Errors
/// [`Code::Input`] for SEC1, which is a form of private keys.
pub(super) fn public(key: &VerifyingKey, format: KeyFormat) -> anyhow::Result<Vec<u8>> {
    Ok(match format {
        KeyFormat::Pem => key.to_spki_pem().into_bytes(),
        KeyFormat::Der => key.to_spki_der(),
        KeyFormat::Jwk => format!("{}\n", pretty(&key.to_jwk())).into_bytes(),
        KeyFormat::Multikey => format!("{}\n", key.to_multikey()).into_bytes(),
        KeyFormat::Sec1 | KeyFormat::Sec1Der => {
            return Err(Failure::with(
                Code::Input,
                "SEC1 files hold private keys; a public key goes into pem, der, jwk or multikey",
            ));
        }
    })
}

/// A private key encrypted under a passphrase.
///
/// # Errors
/// [`Code::Input`] for a form that has no encryption.
pub(super) fn encrypted(
    key: &SigningKey,
    format: KeyFormat,
    passphrase: &Secret<Vec<u8>>,
) -> anyhow::Result<Secret<Vec<u8>>> {
    check_encryptable(format)?;
    let sealed = passphrase
        .expose(|passphrase| key.to_encrypted_pkcs8(passphrase, &mut rand::rng()))
        .map_err(|error: KeyError| Failure::with(Code::Input, error.to_string()))?;
    Ok(Secret::new(match format {
        KeyFormat::Der => sealed.as_der().to_vec(),
        _ => sealed.to_pem().into_bytes(),
    }))
}

/// Refuses to encrypt what has no encrypted form.
///
/// # Errors
/// [`Code::Input`], naming those that have.
pub(super) fn check_encryptable(format: KeyFormat) -> anyhow::Result<()> {
    match format {
        KeyFormat::Pem | KeyFormat::Der => Ok(()),
        _ => Err(Failure::with(
            Code::Input,
            "only PKCS#8 has an encrypted form: choose pem or der, or keep the key in the keystore",
        )),
    }
}
