//! `hufu vc derive`, and what `hufu wallet present` shows of a credential.

use hufu_credentials::{Credential, Suite, sd};
use hufu_jsonld::Contexts;
use serde_json::Value;

use crate::exit::{Code, Failure};

/// The credential with what these pointers select and no more than that and what is mandatory.
///
/// # Errors
/// [`Code::Input`] for a credential that cannot be derived from, or a pointer that does not fit.
pub(crate) fn part(
    credential: Value,
    pointers: &[String],
    presentation_header: Option<&str>,
) -> anyhow::Result<Value> {
    let refuse = |error: hufu_credentials::Error| Failure::with(Code::Input, error.to_string());
    let credential = Credential::parse(credential).map_err(refuse)?;
    let disclosure = sd::Disclosure {
        presentation_header: presentation_header.unwrap_or_default().as_bytes().to_vec(),
        ..sd::Disclosure::of(pointers.iter().map(String::as_str)).map_err(refuse)?
    };
    let derived = sd::derive(&credential, &disclosure, &Contexts::bundled(), &mut rand::rng());
    Ok(derived.map_err(refuse)?.into_value())
}

/// The suite of a credential's base proof, if it has one: then nobody but the holder should see the credential itself.
pub(crate) fn is_base(credential: &Value) -> Option<Suite> {
    let proofs = match credential.get("proof") {
        Some(Value::Array(proofs)) => proofs.as_slice(),
        Some(proof) => std::slice::from_ref(proof),
        None => &[],
    };
    let suite = |proof: &Value| proof.get("cryptosuite")?.as_str()?.parse::<Suite>().ok();
    proofs.iter().filter_map(suite).find(|suite| suite.is_selective())
}
