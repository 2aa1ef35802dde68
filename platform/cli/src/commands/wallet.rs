//! `hufu wallet`: keep credentials, present them, and verify them offline.

mod refresh;
mod verify;

use anyhow::Context as _;
use hufu_credentials::{Credential, Presentation, ProofOptions, Report, Suite, present};
use hufu_did::key;
use hufu_jsonld::Contexts;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{certified, read_json, text, vc};
use crate::{
    args::{Service, Wallet as Command, WalletFolder},
    exit::{Code, Failure},
    output::{Output, table},
    report, signer,
    wallet::{Held, Wallet},
};

pub(super) async fn run(command: Command, output: Output) -> anyhow::Result<()> {
    match command {
        Command::Init { algorithm, folder, service } => {
            init(algorithm.into(), &folder, &service, output).await
        }
        Command::Add { credential, folder } => add(read_json(&credential)?, &folder.open()?, output),
        Command::List { folder } => list(&folder.open()?, output),
        Command::Show { credential, folder } => {
            output.document(&folder.open()?.credentials().find(&credential)?.value)
        }
        Command::Refresh { folder, service } => refresh::run(&folder.open()?, &service, output).await,
        Command::Present { credentials, disclose, challenge, domain, folder } => {
            show(&credentials, &disclose, challenge, domain, &folder, output)
        }
        Command::Verify { file, challenge, domain, folder } => {
            verify::run(file.as_deref(), challenge, domain, &folder.open()?, output)
        }
        Command::Remove { credential, folder } => {
            let removed = folder.open()?.credentials().remove(&credential)?;
            let result = json!({ "removed": removed.number, "id": removed.id() });
            output.result(&result, || format!("Removed {}.", removed.name()))
        }
    }
}

impl WalletFolder {
    fn open(&self) -> anyhow::Result<Wallet> {
        Wallet::open(&self.wallet)
    }
}

/// Makes the wallet; a network that answers is pinned at once.
async fn init(
    algorithm: hufu_keys::Algorithm,
    folder: &WalletFolder,
    service: &Service,
    output: Output,
) -> anyhow::Result<()> {
    // a holder key that can sign nothing would be found out at the first presentation only
    signer::suite(None, algorithm)?;
    let (wallet, public) = Wallet::create(&folder.wallet, algorithm, folder.passphrase_file.as_deref())?;
    let client = service.client()?;
    let pinned = match certified::anchor(service, &client).await {
        Ok((anchor, source)) => {
            wallet.anchors()?.pin(&anchor)?;
            output.note(format!(
                "Pinned the network {} with genesis {}, from {}.",
                anchor.network,
                anchor.genesis_hash,
                match source {
                    certified::AnchorSource::Genesis => "the genesis file of the local data folder",
                    certified::AnchorSource::Wallet => "the wallet of HUFU_WALLET",
                    certified::AnchorSource::Service => client.base(),
                }
            ));
            Some(anchor)
        }
        Err(error) if Code::of(&error) == Code::Unavailable => {
            output.note(format!(
                "No network is pinned yet ({error}); `hufu wallet refresh` pins the first it meets."
            ));
            None
        }
        Err(error) => return Err(error),
    };
    let did = key::did(&public);
    let result = json!({ "wallet": folder.wallet, "did": did.as_str(), "anchor": pinned });
    output.result(&result, || did.to_string())
}

/// Keeps what verifies, and what may yet: a credential whose issuer's record or status must be fetched first.
fn add(value: Value, wallet: &Wallet, output: Output) -> anyhow::Result<()> {
    let findings = verify::credential(wallet, &value)?;
    if findings.state == verify::State::Failed {
        report::judge(&findings.report).context("the credential is not kept")?;
    }
    let held = wallet.credentials().add(value)?;
    let result = json!({
        "number": held.number, "id": held.id(), "state": findings.state.as_str(), "missing": findings.missing,
    });
    output.result(&result, || {
        format!("Kept {} as number {}: {}.", held.name(), held.number, findings.state.words())
    })?;
    for missing in &findings.missing {
        output.note(format!("  {missing}"));
    }
    Ok(())
}

fn list(wallet: &Wallet, output: Output) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    let mut items = Vec::new();
    for held in wallet.credentials().all()? {
        let findings = verify::credential(wallet, &held.value)?;
        let kind = kind_of(&held.value);
        let issuer = issuer_of(&held.value);
        rows.push(vec![
            held.number.to_string(),
            findings.state.as_str().to_owned(),
            kind.clone(),
            shortened(&issuer),
            held.id().unwrap_or("-").to_owned(),
        ]);
        items.push(json!({
            "number": held.number, "id": held.id(), "type": kind, "issuer": issuer, "state": findings.state.as_str(),
        }));
    }
    let anchors = wallet.anchors()?;
    let networks: Vec<Value> = anchors
        .iter()
        .map(|(name, hash)| json!({ "network": name, "genesisHash": hash.to_string() }))
        .collect();
    let result = json!({ "items": items, "networks": networks });
    output.result(&result, || table(&["NO", "STATE", "TYPE", "ISSUER", "ID"], &rows))
}

/// The most telling type.
fn kind_of(value: &Value) -> String {
    let base = "VerifiableCredential";
    let kinds = match value.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(kind)) => vec![kind.as_str()],
        _ => Vec::new(),
    };
    kinds.into_iter().find(|kind| *kind != base).unwrap_or(base).to_owned()
}

fn issuer_of(value: &Value) -> String {
    let direct = text(value, "/issuer/id");
    if direct.is_empty() { text(value, "/issuer") } else { direct }
}

/// A long DID for a table: its beginning and its end.
fn shortened(did: &str) -> String {
    let characters: Vec<char> = did.chars().collect();
    match characters.get(20..characters.len().saturating_sub(6)) {
        Some(middle) if !middle.is_empty() => {
            let (start, end) = (characters.iter().take(20), characters.iter().skip(characters.len() - 6));
            start.chain(&['…']).chain(end).collect()
        }
        _ => did.to_owned(),
    }
}

/// Signs a presentation with the holder's key. Of credentials with a base proof only a part is shown: the base proof itself
/// would let the verifier show everything to others.
fn show(
    which: &[String],
    disclose: &[String],
    challenge: String,
    domain: String,
    folder: &WalletFolder,
    output: Output,
) -> anyhow::Result<()> {
    let wallet = folder.open()?;
    let credentials = wallet.credentials();
    let held: Vec<Held> = which.iter().map(|which| credentials.find(which)).collect::<Result<_, _>>()?;
    let holder = wallet.holder(folder.passphrase_file.as_deref())?;
    let did = key::did(&holder.verifying_key());
    for held in &held {
        if !is_about(&held.value, did.as_str()) {
            output.note(format!(
                "{} is not about this wallet's holder; a strict verifier refuses it.",
                held.name()
            ));
        }
    }
    let wishes = disclose.iter().map(|text| Wish::of(text)).collect::<anyhow::Result<Vec<_>>>()?;
    let values = shown_parts(held, &wishes, &challenge)?;
    let presentation = Presentation::of(Some(did.as_str()), values)?;
    let suite = signer::suite(None, holder.algorithm())?;
    let method = key::verification_method(&holder.verifying_key());
    let options =
        ProofOptions::authentication(suite, method.as_str(), challenge, domain).created_at(Timestamp::now());
    let signed = present(presentation, &holder, &options, &Contexts::bundled())?;
    output.document(&signed.into_value())
}

/// What is to be shown, of one credential or of all that can be shown in part.
struct Wish<'a> {
    number: Option<usize>,
    pointer: &'a str,
}

impl<'a> Wish<'a> {
    fn of(text: &'a str) -> anyhow::Result<Self> {
        if text.starts_with('/') {
            return Ok(Self { number: None, pointer: text });
        }
        let numbered =
            text.split_once(':').and_then(|(number, pointer)| Some((number.parse().ok()?, pointer)));
        let (number, pointer) = numbered.ok_or_else(|| {
            let help =
                "it is a JSON pointer such as /credentialSubject/name, perhaps behind a number and a colon";
            Failure::with(Code::Input, format!("--disclose {text:?}: {help}"))
        })?;
        Ok(Self { number: Some(number), pointer })
    }
}

/// The credentials as they are presented.
fn shown_parts(held: Vec<Held>, wishes: &[Wish<'_>], challenge: &str) -> anyhow::Result<Vec<Value>> {
    let numbered = wishes.iter().filter_map(|wish| wish.number);
    for number in numbered {
        if !held.iter().any(|held| held.number == number) {
            let text = format!("--disclose names credential {number}, which is not presented");
            return Err(Failure::with(Code::Input, text));
        }
    }
    let mut used = false;
    let mut values = Vec::with_capacity(held.len());
    for held in held {
        let Some(suite) = vc::is_base(&held.value) else {
            if wishes.iter().any(|wish| wish.number == Some(held.number)) {
                let text = format!(
                    "{} was not issued for selective disclosure: it is shown whole or not at all",
                    held.name()
                );
                return Err(Failure::with(Code::Input, text));
            }
            values.push(held.value);
            continue;
        };
        used = true;
        let fits = |wish: &&Wish<'_>| wish.number.is_none_or(|number| number == held.number);
        let pointers: Vec<String> = wishes.iter().filter(fits).map(|wish| wish.pointer.to_owned()).collect();
        let header = (suite == Suite::Bbs2023).then_some(challenge);
        let name = held.name();
        values.push(
            vc::part(held.value, &pointers, header).with_context(|| format!("{name} cannot be shown so"))?,
        );
    }
    if !used && !wishes.is_empty() {
        let text = "--disclose is for credentials issued for selective disclosure; none of these is";
        return Err(Failure::with(Code::Input, text));
    }
    Ok(values)
}

/// Whether one of the subjects is this DID; an enveloped credential does not show it.
fn is_about(value: &Value, did: &str) -> bool {
    Credential::parse(value.clone())
        .is_ok_and(|credential| credential.subjects().iter().any(|subject| text(subject, "/id") == did))
}

/// The exit code of several reports: the first that is not good.
fn all_good<'a>(reports: impl IntoIterator<Item = &'a Report>) -> anyhow::Result<()> {
    reports.into_iter().try_for_each(report::judge)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{is_about, kind_of, shortened};

    #[test]
    fn tables_show_the_telling_type_and_a_short_issuer() {
        assert_eq!(
            kind_of(&json!({ "type": ["VerifiableCredential", "AlumniCredential"] })),
            "AlumniCredential"
        );
        assert_eq!(kind_of(&json!({ "type": "VerifiableCredential" })), "VerifiableCredential");
        assert_eq!(shortened("did:example:a"), "did:example:a");
        assert_eq!(shortened(&format!("did:key:{}", "z".repeat(60))), "did:key:zzzzzzzzzzzz…zzzzzz");
    }

    #[test]
    fn a_credential_is_about_its_subjects() {
        let value = json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential"],
            "issuer": "did:example:school",
            "credentialSubject": [{ "id": "did:example:a" }, { "id": "did:example:b" }],
        });
        assert!(is_about(&value, "did:example:b"));
        assert!(!is_about(&value, "did:example:school"));
    }
}
