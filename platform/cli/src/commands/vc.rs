//! `hufu vc`: issue, derive from, verify, revoke and look up verifiable credentials.

mod bulk;
mod derive;

use anyhow::Context as _;
use hufu_credentials::{Checks, Credential, ProofOptions, Verifier, issue, sd};
use hufu_did::{MethodRouter, key};
use hufu_jsonld::Contexts;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use super::{read_json, segment, status, text};
use crate::{
    args::{Keys, Service, Vc},
    exit::{Code, Failure},
    output::Output,
    report, signer,
};

/// The name of a status list that the service chooses, or makes.
const AUTOMATIC: &str = "auto";

pub(super) use derive::{is_base, part};

pub(super) async fn run(command: Vc, output: Output) -> anyhow::Result<()> {
    match command {
        Vc::Issue { credential, key: Some(name), suite, mandatory, status_list, keys, service: _ } => {
            if status_list.is_some() {
                return Err(Failure::with(
                    Code::Input,
                    "--status-list needs the service, which keeps the list; --key signs without it",
                ));
            }
            issue_here(read_json(&credential)?, &name, suite.as_deref(), &mandatory, &keys, output)
        }
        Vc::Issue { credential, key: None, suite, mandatory, status_list, keys: _, service } => {
            issue_there(read_json(&credential)?, suite, mandatory, status_list, &service, output).await
        }
        Vc::Derive { credential, disclose, presentation_header } => {
            let derived = derive::part(read_json(&credential)?, &disclose, presentation_header.as_deref())?;
            output.document(&derived)
        }
        Vc::Bulk(options) => bulk::run(options, output).await,
        Vc::Verify { credential, offline, challenge, domain, service } => {
            let value = read_json(&credential)?;
            let checks = checks(challenge, domain);
            if offline {
                verify_here(&value, &checks, output)
            } else {
                verify_there(value, checks, &service, output).await
            }
        }
        Vc::Revoke { credential, reason, service } => revoke(&credential, &reason, &service, output).await,
        Vc::Status { credential, at, service } => look_up(&credential, at.as_deref(), &service, output).await,
    }
}

/// Signs with a key of the keystore. A credential without an issuer is the key's own `did:key`'s.
fn issue_here(
    mut credential: Value,
    name: &str,
    suite: Option<&str>,
    mandatory: &[String],
    keys: &Keys,
    output: Output,
) -> anyhow::Result<()> {
    let store = keys.open()?;
    let signing = store.key(name)?;
    if let Some(members) = credential.as_object_mut() {
        members.entry("issuer").or_insert_with(|| json!(key::did(&signing.verifying_key()).as_str()));
    }
    let credential = Credential::parse_with_context(credential)?;
    let method = signer::method(credential.issuer(), name, signing)?;
    let suite = signer::suite(suite, signing.algorithm())?;
    let options = ProofOptions::new(suite, method).created_at(Timestamp::now());
    let contexts = Contexts::bundled();
    let signed = if suite.is_selective() {
        let mandatory = match mandatory {
            [] => sd::defaults(&credential),
            pointers => {
                pointers.iter().map(|text| text.parse::<sd::Pointer>()).collect::<Result<Vec<_>, _>>()?
            }
        };
        let key = sd::IssuerKey::Ecdsa(signing);
        sd::issue(credential, key, &options, &mandatory, &contexts, &mut rand::rng())?
    } else if mandatory.is_empty() {
        issue(credential, signing, &options, &contexts)?
    } else {
        return Err(Failure::with(
            Code::Input,
            format!(
                "--mandatory is for selective disclosure; {suite} shows everything: use --suite ecdsa-sd-2023"
            ),
        ));
    };
    output.document(&signed.into_value())
}

async fn issue_there(
    credential: Value,
    suite: Option<String>,
    mandatory: Vec<String>,
    status_list: Option<String>,
    service: &Service,
    output: Output,
) -> anyhow::Result<()> {
    let mut options = json!({});
    if let Some(members) = options.as_object_mut() {
        if let Some(suite) = suite {
            members.insert("cryptosuite".into(), json!(suite));
        }
        if !mandatory.is_empty() {
            members.insert("mandatoryPointers".into(), json!(mandatory));
        }
        if let Some(list) = status_list {
            let wish = if list == AUTOMATIC { json!({}) } else { json!({ "list": list }) };
            members.insert("status".into(), wish);
            // what is to be revoked some day needs a name
            members.insert("credentialId".into(), json!(random_id()));
        }
    }
    let body = json!({ "credential": credential, "options": options });
    let answer = service.client()?.post("/credentials/issue", &body).await?;
    let signed = answer.get("verifiableCredential").context("the service answered without a credential")?;
    output.document(signed)
}

/// A version 4 UUID as a URN (RFC 9562 §5.4).
fn random_id() -> String {
    let number = rand::random::<u128>() & !(0xf << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let mut hex = format!("{number:032x}");
    for at in [20, 16, 12, 8] {
        hex.insert(at, '-');
    }
    format!("urn:uuid:{hex}")
}

fn checks(challenge: Option<String>, domain: Option<String>) -> Checks {
    Checks { challenge, domain: domain.into_iter().collect(), ..Checks::default() }
}

/// Whether a document calls itself a presentation, embedded or enveloped.
pub(super) fn is_presentation(value: &Value) -> bool {
    let is = |kind: &Value| {
        matches!(kind.as_str(), Some("VerifiablePresentation" | "EnvelopedVerifiablePresentation"))
    };
    match value.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(is),
        Some(kind) => is(kind),
        None => false,
    }
}

fn verify_here(value: &Value, checks: &Checks, output: Output) -> anyhow::Result<()> {
    let (resolver, contexts) = (MethodRouter::offline(), Contexts::bundled());
    let verifier = Verifier::new(&resolver, &contexts, Timestamp::now());
    let report = if is_presentation(value) {
        verifier.presentation(value, checks)
    } else {
        verifier.credential(value, checks)
    };
    report::conclude(&report, output)
}

async fn verify_there(value: Value, checks: Checks, service: &Service, output: Output) -> anyhow::Result<()> {
    let (path, name) = if is_presentation(&value) {
        ("/presentations/verify", "verifiablePresentation")
    } else {
        ("/credentials/verify", "verifiableCredential")
    };
    let mut options = json!({});
    if let Some(members) = options.as_object_mut() {
        members.extend(checks.challenge.map(|challenge| ("challenge".to_owned(), json!(challenge))));
        members.extend(checks.domain.first().map(|domain| ("domain".to_owned(), json!(domain))));
    }
    let body = json!({ name: value, "options": options });
    let answer = service.client()?.send(Method::POST, path, Some(&body)).await?;
    let report = match answer.body.get("verified") {
        // "no" is a 400 with the report in it
        Some(Value::Bool(_)) => answer.body,
        _ => answer.success(path)?,
    };
    let verified = report.get("verified") == Some(&Value::Bool(true));
    output.result(&report, || report::words(&report))?;
    if verified {
        return Ok(());
    }
    let why = report.pointer("/errors/0").and_then(Value::as_str).unwrap_or("a check failed");
    Err(Failure::with(Code::No, format!("not verified: {why}")))
}

/// A credential's id, given directly or by a file that holds the credential.
fn id_of(credential: &str) -> anyhow::Result<String> {
    let path = std::path::Path::new(credential);
    if credential != "-" && !path.is_file() {
        return Ok(credential.to_owned());
    }
    let value = read_json(path)?;
    let id = text(&value, "/id");
    if id.is_empty() {
        return Err(Failure::with(
            Code::Input,
            format!("the credential in {credential} has no id to ask for"),
        ));
    }
    Ok(id)
}

async fn revoke(credential: &str, reason: &str, service: &Service, output: Output) -> anyhow::Result<()> {
    let id = id_of(credential)?;
    let body = json!({
        "credentialId": id,
        "credentialStatus": { "type": "BitstringStatusListEntry", "statusPurpose": "revocation" },
        "status": true,
        "reason": reason,
    });
    let answer = service.client()?.post("/credentials/status", &body).await?;
    output.result(&answer, || {
        format!("{id} is revoked since {} (height {})", text(&answer, "/time"), text(&answer, "/height"))
    })
}

async fn look_up(
    credential: &str,
    at: Option<&str>,
    service: &Service,
    output: Output,
) -> anyhow::Result<()> {
    let given = if credential == "-" || std::path::Path::new(credential).is_file() {
        read_json(std::path::Path::new(credential))?
    } else {
        let answer = service.client()?.get(&format!("/credentials/{}", segment(credential))).await?;
        answer.get("verifiableCredential").cloned().context("the service answered without a credential")?
    };
    let given = Credential::parse(given)?;
    let mut found = Vec::new();
    for value in given.statuses() {
        let entry = hufu_credentials::status::StatusEntry::parse(value)?;
        found.push(status::entry(service, &entry.list, entry.index, at).await?);
    }
    if found.is_empty() {
        return Err(Failure::with(Code::No, "the credential has no status: it cannot be revoked"));
    }
    let values: Vec<Value> = found.iter().map(status::Entry::to_json).collect();
    let value = json!({ "credential": given.id(), "status": values });
    output.result(&value, || {
        let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
        texts.join("\n")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{is_presentation, random_id};

    #[test]
    fn random_ids_are_uuids_of_version_4() {
        let id = random_id();
        let uuid = id.strip_prefix("urn:uuid:").expect("a URN");
        let parts: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
    }

    #[test]
    fn presentations_are_told_by_their_type() {
        for (kind, expected) in [
            (json!("VerifiablePresentation"), true),
            (json!(["VerifiablePresentation", "X"]), true),
            (json!("EnvelopedVerifiablePresentation"), true),
            (json!(["VerifiableCredential"]), false),
            (json!(7), false),
        ] {
            assert_eq!(is_presentation(&json!({ "type": kind })), expected, "{kind}");
        }
    }
}
