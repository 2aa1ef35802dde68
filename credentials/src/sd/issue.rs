//! Making base proofs.

use super::pointer::Pointer;
use super::{MAX_POINTERS, Refused, bbs, ecdsa, proof_hash, unsecured};
use crate::error::Error;
use crate::model::Credential;
use crate::proof::{ProofOptions, Signed, Transform, attach, take_proofs};
use crate::suite::Suite;
use hufu_jsonld::Contexts;
use hufu_keys::SigningKey;
use rand_core::CryptoRng;
use serde_json::{Map, Value};

/// The key that makes a base proof.
#[derive(Debug, Clone, Copy)]
pub enum IssuerKey<'a> {
    /// For `ecdsa-sd-2023`: a P-256 key.
    Ecdsa(&'a SigningKey),
    /// For `bbs-2023`.
    Bbs(&'a hufu_bbs::SecretKey),
}

/// What a holder must not be able to leave out, if the credential has it: what it is about in law and time, and whether it
/// still holds.
const MANDATORY: [&str; 10] = [
    "issuer",
    "validFrom",
    "validUntil",
    "issuanceDate",
    "expirationDate",
    "credentialStatus",
    "credentialSchema",
    "termsOfUse",
    "relatedResource",
    "refreshService",
];

/// The pointers that an issuer without others makes mandatory: those to the issuer, the period, the status and the like,
/// as far as the credential has them. See [the module](crate::sd#what-an-issuer-must-make-mandatory).
#[must_use]
pub fn defaults(credential: &Credential) -> Vec<Pointer> {
    let there = MANDATORY.iter().filter(|name| credential.object().contains_key(**name));
    there.filter_map(|name| format!("/{name}").parse().ok()).collect()
}

/// Signs a credential with a base proof, which is for its holder: nobody else verifies it.
///
/// `mandatory` points to what every derived credential shows. Proofs that the credential already carries stay; a holder
/// who derives leaves them out.
///
/// # Errors
/// [`Error::KeyMismatch`] and [`Error::ProofOptions`] for options that do not fit; [`Error::Disclosure`] for pointers that
/// do not fit, and beyond the bounds of [`crate::sd`]; [`Error::Transformation`] as [`crate::issue`].
///
/// # Security
/// Whoever predicts `rng` can link and forge statements of this credential: it makes the HMAC key and the key that signs
/// each statement.
pub fn issue(
    mut credential: Credential,
    key: IssuerKey<'_>,
    options: &ProofOptions,
    mandatory: &[Pointer],
    contexts: &Contexts,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Signed<Credential>, Error> {
    if mandatory.len() > MAX_POINTERS {
        return Err(Refused::new(format!("more than {MAX_POINTERS} mandatory pointers")).into());
    }
    if !options.suite.is_selective() {
        return Err(Error::ProofOptions(format!("{} is no suite for selective disclosure", options.suite)));
    }
    if !options.previous_proof.is_empty() {
        return Err(Error::ProofOptions("a base proof does not build on other proofs".to_owned()));
    }
    let configuration = options.configuration()?;
    credential.inject_data_integrity_context();
    let version = credential.version();
    let mut object = credential.into_object();
    let existing = take_proofs(&mut object)?;
    let document = unsecured(&object);
    let value = value(&document, key, options, &configuration, mandatory, contexts, rng)?;
    attach(&mut object, existing, configuration, value, options.id.as_deref())?;
    Ok(Signed::of(Credential::from_checked(object, version)))
}

fn value(
    document: &Value,
    key: IssuerKey<'_>,
    options: &ProofOptions,
    configuration: &Map<String, Value>,
    mandatory: &[Pointer],
    contexts: &Contexts,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<String, Error> {
    let transform = Transform::new(contexts);
    let hash = proof_hash(&transform, configuration, document.get("@context"))?;
    let encoded = match (options.suite, key) {
        (Suite::EcdsaSd2023, IssuerKey::Ecdsa(key)) => {
            options.suite.check_key(key.algorithm())?;
            ecdsa::sign(&transform, document, mandatory, hash, key, rng)?.encode()?
        }
        (Suite::Bbs2023, IssuerKey::Bbs(key)) => {
            bbs::sign(&transform, document, mandatory, hash, key, rng)?.encode()?
        }
        (suite, IssuerKey::Ecdsa(key)) => {
            return Err(Error::KeyMismatch { suite: suite.name(), algorithm: key.algorithm().to_string() });
        }
        (suite, IssuerKey::Bbs(_)) => {
            return Err(Error::KeyMismatch { suite: suite.name(), algorithm: Suite::BBS_KEY.to_owned() });
        }
    };
    Ok(encoded)
}
