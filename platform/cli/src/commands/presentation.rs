//! Presentations of membership as files: what `hufu ring` and `hufu group` do alike.
//!
//! A presentation is the JSON that `hufu_credentials::membership` defines and `POST /v1/memberships/verify` takes. It is verified in
//! one of two ways:
//!
//! - here, by the verifier's own file of the ring or group: network and name come from that file, never from the presentation;
//! - by a service (`--of`), which takes ring, group and epoch from its ledger and uses up a challenge that it gave out.

use std::path::Path;

use hufu_credentials::membership::{
    Linkage, MembershipPresentation, MembershipReference, MembershipRefusal, MembershipRequest,
};
use hufu_light::Hash;
use reqwest::Method;
use serde_json::{Value, json};

use super::{sink::Audience, source, text};
use crate::{
    args::{Asked, Destination, Presented},
    exit::{Code, Failure},
    output::{Output, pretty},
};

/// The largest file of a presentation: six texts of 512 bytes, each of which may be escaped, and a signature.
const MAX_FILE: usize = 32 << 10;

/// Where they are verified.
const PATH: &str = "/v1/memberships/verify";

/// The reference in a full name, `<network>/<genesis hash>/<name>`; nothing if it is of no ledger.
pub(super) fn reference(full: &[u8], of: impl FnOnce(&str) -> Option<String>) -> Option<MembershipReference> {
    let mut parts = std::str::from_utf8(full).ok()?.split('/');
    let (network, genesis_hash, name) = (parts.next()?, parts.next()?, parts.next()?);
    if network.is_empty() || parts.next().is_some() || Hash::from_hex(genesis_hash).is_err() {
        return None;
    }
    let (network, genesis_hash) = (network.to_owned(), genesis_hash.to_owned());
    Some(MembershipReference { network, genesis_hash, of: of(name)? })
}

impl Presented {
    /// Refuses to read the presentation and what it is verified with both from standard input.
    ///
    /// # Errors
    /// As [`source::check_inputs`].
    pub(super) fn check_with(&self, by: (&str, Option<&Path>)) -> anyhow::Result<()> {
        source::check_inputs(&[("the presentation", Some(&self.presentation)), by])
    }
}

/// What a holder answers.
pub(super) fn request(reference: MembershipReference, asked: &Asked) -> MembershipRequest {
    MembershipRequest {
        reference,
        challenge: asked.challenge.clone(),
        domain: asked.domain.clone(),
        linkage: asked.linkage.into(),
    }
}

/// What a verifier expects.
///
/// # Errors
/// [`Code::Input`] without a challenge.
pub(super) fn expected(
    reference: MembershipReference,
    presented: &Presented,
) -> anyhow::Result<MembershipRequest> {
    let challenge = presented.challenge.clone();
    let challenge =
        challenge.ok_or_else(|| Failure::with(Code::Input, "which challenge? give --challenge"))?;
    let (domain, linkage) = (presented.domain.clone(), presented.linkage.into());
    Ok(MembershipRequest { reference, challenge, domain, linkage })
}

/// Writes a presentation, to standard output if no file is given.
///
/// # Errors
/// As [`Destination::deliver`].
pub(super) fn write(
    presentation: &MembershipPresentation,
    destination: &Destination,
    output: Output,
) -> anyhow::Result<()> {
    let value = presentation.to_value()?;
    let file = format!("{}\n", pretty(&value));
    let told = json!({
        "of": value["of"],
        "challenge": value["challenge"],
        "domain": value["domain"],
        "linkage": value["linkage"],
    });
    destination.deliver(Audience::Everybody, file.as_bytes(), output, told, |path| {
        let [of, domain] = ["/of", "/domain"].map(|at| text(&value, at));
        format!("presentation of {of} for {domain} in {path}")
    })?;
    Ok(())
}

/// Reads a presentation; nothing of it is checked yet.
///
/// # Errors
/// [`Code::Input`], naming what is wrong.
pub(super) fn read(path: &Path) -> anyhow::Result<MembershipPresentation> {
    MembershipPresentation::from_value(document(path)?)
        .map_err(|error| Failure::with(Code::Input, format!("{}: {error}", source::name(path))))
}

fn document(path: &Path) -> anyhow::Result<Value> {
    let (bytes, _) = source::read(path, MAX_FILE, "a presentation of membership")?;
    hufu_jcs::parse(&bytes, hufu_jcs::Limits::bytes(MAX_FILE)).map_err(|error| {
        Failure::with(Code::Input, format!("{}: it is no acceptable JSON: {error}", source::name(path)))
    })
}

/// What a presentation is refused for.
pub(super) fn refused(refusal: MembershipRefusal) -> anyhow::Error {
    Failure::with(Code::No, format!("not verified: {refusal}"))
}

/// Has the service of `presented` verify it.
///
/// # Errors
/// [`Code::No`] if it does not verify, or there is no such ring or group.
pub(super) async fn ask(presented: &Presented, of: &str) -> anyhow::Result<Verdict> {
    let linkage: Linkage = presented.linkage.into();
    let mut body = json!({
        "presentation": document(&presented.presentation)?,
        "of": of,
        "domain": presented.domain,
        "linkage": linkage,
    });
    if let Some(challenge) = &presented.challenge {
        body["challenge"] = challenge.as_str().into();
    }
    let client = presented.service.client()?;
    let answer = client.send(Method::POST, PATH, Some(&body)).await?;
    if answer.body.get("verified") == Some(&Value::Bool(false)) {
        let why = text(&answer.body, "/detail");
        return Err(Failure::with(Code::No, format!("not verified: {why}")));
    }
    let mut told = answer.success(PATH)?;
    if told.get("verified") != Some(&Value::Bool(true)) {
        return Err(Failure::with(Code::Unavailable, format!("{PATH} does not say whether it verifies")));
    }
    told["by"] = "service".into();
    Ok(Verdict(told))
}

/// What was verified.
pub(super) struct Verdict(Value);

impl Verdict {
    /// As verified in this process. A tag is told where it was asked for; otherwise it is of this one challenge.
    pub(super) fn here(asked: &MembershipRequest, tag: Option<String>, epoch: Option<u64>) -> Self {
        Self(json!({
            "verified": true,
            "of": asked.reference.of,
            "linkage": asked.linkage,
            "tag": tag.filter(|_| asked.linkage == Linkage::Domain),
            "epoch": epoch,
            "by": "file",
        }))
    }

    /// Prints it.
    ///
    /// # Errors
    /// As [`Output::result`].
    pub(super) fn tell(&self, who: &str, output: Output) -> anyhow::Result<()> {
        output.result(&self.0, || {
            let [of, tag, epoch] = ["/of", "/tag", "/epoch"].map(|at| text(&self.0, at));
            let tag = if tag.is_empty() { tag } else { format!(", tag {tag}") };
            let epoch = if epoch.is_empty() { epoch } else { format!(" in epoch {epoch}") };
            format!("verified: {who} answers, {of}{epoch}{tag}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_name_is_of_a_ledger_or_not() {
        let genesis = "ab".repeat(32);
        let of = |name: &str| (name == "press").then(|| format!("group:{name}"));
        let found = reference(format!("dev/{genesis}/press").as_bytes(), of).expect("of a ledger");
        assert_eq!((found.network.as_str(), found.of.as_str()), ("dev", "group:press"));
        assert_eq!(found.genesis_hash, genesis);
        for full in [
            "press".to_owned(),
            format!("/{genesis}/press"),
            format!("dev/{genesis}"),
            format!("dev/{genesis}/press/x"),
            format!("dev/{genesis}/other"),
            "dev/abcd/press".to_owned(),
        ] {
            assert!(reference(full.as_bytes(), of).is_none(), "{full}");
        }
        assert!(reference(&[0xff], of).is_none());
    }
}
