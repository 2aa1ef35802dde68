//! An account's consent to its member key: the signature of one of its verification methods, which makes an opening evidence.

use hufu_did::{Did, DidUrl, Document, Relationship, jwk, key};

use super::files::{input, no};
use crate::args::Source;

/// Signs the consent; the verification method and the signature.
///
/// # Errors
/// [`Code::Input`](crate::exit::Code::Input) if the key is not the account's, or its method is not known.
pub(super) fn sign(
    source: &Source,
    method: Option<&str>,
    account: &str,
    message: &[u8],
) -> anyhow::Result<(String, Vec<u8>)> {
    let did: Did = account.parse().map_err(input)?;
    let given = method.map(|method| method.parse::<DidUrl>().map_err(input)).transpose()?;
    if let Some(given) = given.as_ref().filter(|given| *given.did() != did) {
        return Err(input(format_args!("{given} is no method of {did}, who is invited")));
    }
    let key = source.private()?;
    let public = key.verifying_key();
    let own = match did.method() {
        "key" => Some((key::did(&public), key::verification_method(&public).to_string())),
        "jwk" => Some((jwk::did(&public)?, format!("{did}#0"))),
        _ => None,
    };
    let method = match (own, given) {
        (Some((own, _)), _) if own != did => {
            return Err(input(format_args!("{did} is invited, and the key is that of {own}")));
        }
        (Some((_, method)), None) => method,
        (_, Some(given)) => given.to_string(),
        (None, None) => {
            return Err(input(format_args!("which method of {did} is the key? give --method {did}#…")));
        }
    };
    Ok((method, key.sign(message).as_bytes().to_vec()))
}

/// Checks a consent by the account's document.
///
/// # Errors
/// [`Code::No`](crate::exit::Code::No).
pub(super) fn check(document: &Document, method: &str, message: &[u8], consent: &[u8]) -> anyhow::Result<()> {
    let account = document.id();
    let url = method.parse().map_err(no)?;
    [Relationship::CapabilityInvocation, Relationship::Authentication]
        .iter()
        .find_map(|relationship| document.authorised(&url, *relationship))
        .ok_or_else(|| no(format_args!("{method} is no method of {account}")))?
        .verifying_key()?
        .verify(message, consent)
        .map_err(|_| no(format_args!("{account} has not consented to the member key")))
}

/// The document of a DID that says itself what its key is.
pub(super) fn own_document(did: &Did) -> anyhow::Result<Option<Document>> {
    match did.method() {
        "key" => Ok(Some(key::document(did)?)),
        "jwk" => Ok(Some(jwk::document(did)?)),
        _ => Ok(None),
    }
}
