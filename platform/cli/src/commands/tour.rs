//! `hufu tour`: the whole journey against a running `hufu dev`, step by step.
//!
//! Issuers, voters and the auditor speak to the HTTP API with keys of their own; the wallet's steps run this very
//! program as `hufu wallet …`, so that what is shown is what a person would type. Each step says what happened, the
//! request, and how long it took; the first one that does not do what it says ends the tour with an error.

mod card;
mod report;
mod secret;
mod wallet;

use std::time::{Duration, Instant};

use anyhow::Context as _;
use hufu_credentials::Suite;
use hufu_platform::{audit, dev};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use self::wallet::TourWallet;
use super::{examples, segment, status, text};
use crate::{
    args::{Service, Tour},
    client::Client,
    exit::{Code, Failure},
    output::Output,
};

/// A pause around the revocation, so that "before" and "after" are different times and not only different heights.
const PAUSE: Duration = Duration::from_millis(1_100);

/// The domain that the tour's verifier asks for.
const VERIFIER: &str = "https://car-rental.example";

/// One actor: a DID and a client with its API key.
struct Actor {
    did: String,
    client: Client,
    key: String,
}

/// What the tour carries from step to step.
struct Journey {
    service: Service,
    output: Output,
    verbose: bool,
    steps: Vec<Value>,
}

pub(super) async fn run(options: Tour, output: Output) -> anyhow::Result<()> {
    let mut journey =
        Journey { service: options.service, output, verbose: options.verbose, steps: Vec::new() };
    let begun = Instant::now();
    journey.walk(options.wallet).await?;
    let result = json!({ "steps": journey.steps, "micros": micros(begun.elapsed()) });
    output.result(&result, || {
        format!("All {} steps are done, in {:.1} s.", journey.steps.len(), begun.elapsed().as_secs_f64())
    })
}

impl Journey {
    async fn walk(&mut self, folder: Option<std::path::PathBuf>) -> anyhow::Result<()> {
        let seeded = dev::Seeded::read(&self.service.data)
            .context("the tour needs the data folder of a running `hufu dev` (--data)")?;
        let members = seeded
            .organisations
            .iter()
            .map(|organisation| self.actor(organisation.did.to_string(), organisation.api_key.clone()))
            .collect::<anyhow::Result<Vec<Actor>>>()?;
        let operator = members.first().context("`hufu dev` seeds member organisations")?;
        let auditor = members.last().context("`hufu dev` seeds member organisations")?;
        let network = text(&operator.client.get("/v1/overview").await?, "/network");
        self.note(&format!("The network is {network}; {} organisations are its members.", members.len()));

        let authority = self.issuer(operator, "the vehicle authority", &["SM2"]).await?;
        let school = self.issuer(operator, "the school", &["Ed25519", Suite::BBS_KEY]).await?;
        self.accredit(
            &members,
            &[(&authority, examples::LICENCE_TYPE), (&school, examples::STUDENT_CARD_TYPE)],
        )
        .await?;
        self.secret_vote(&members).await?;
        self.anonymous_report(&members).await?;

        let wallet = self.wallet(folder)?;
        let licence = self
            .issue(&authority, "a driving licence", examples::licence(&authority.did, wallet.holder()), true)
            .await?;
        let card = self
            .issue(&school, "a student card", examples::student_card(&school.did, wallet.holder()), false)
            .await?;
        let entry = self.receive(&wallet, auditor, [&licence, &card])?;
        self.present(&wallet, operator).await?;
        self.unlinkable_card(&school, operator, &wallet).await?;

        let before = Timestamp::now();
        tokio::time::sleep(PAUSE).await;
        self.revoke(&authority, &licence).await?;
        self.check_again(&wallet, auditor)?;
        self.history(auditor, &entry, before).await?;
        self.audit_log(auditor).await
    }

    /// A tenant with a DID of its own and an API key for it.
    async fn issuer(&mut self, operator: &Actor, name: &str, algorithms: &[&str]) -> anyhow::Result<Actor> {
        let begun = Instant::now();
        let keys: Vec<Value> = algorithms.iter().map(|algorithm| json!({ "algorithm": algorithm })).collect();
        let request = json!({ "options": { "keys": keys } });
        let created = operator.client.post("/1.0/create", &request).await?;
        let did = text(&created, "/didState/did");
        self.step(
            &format!("{name} has a DID with keys of {}: {did}", algorithms.join(" and ")),
            "POST /1.0/create",
            begun,
            &created,
        );
        let begun = Instant::now();
        let request = json!({
            "did": did,
            "label": name,
            "scopes": ["credentials:issue", "credentials:revoke", "credentials:hold", "status:create"],
        });
        let made = operator.client.post("/v1/keys", &request).await?;
        let key = ["/text", "/apiKey", "/secret", "/key"]
            .iter()
            .map(|at| text(&made, at))
            .find(|key| key.starts_with("hufu_"))
            .context("the service answered without the key's text")?;
        self.step(
            &format!("{name} has an API key for issuing, bound to that DID"),
            "POST /v1/keys",
            begun,
            &json!({}),
        );
        self.actor(did, key)
    }

    /// Two accreditations by one vote of the members.
    async fn accredit(&mut self, members: &[Actor], issuers: &[(&Actor, &str)]) -> anyhow::Result<()> {
        let begun = Instant::now();
        let actions: Vec<Value> = issuers
            .iter()
            .map(|(issuer, kind)| json!({ "type": "accredit", "did": issuer.did, "credentialTypes": [kind] }))
            .collect();
        let proposal = json!({
            "title": "Accredit the vehicle authority and the school",
            "reason": "They issue driving licences and student cards.",
            "actions": actions,
        });
        let (first, others) = members.split_first().context("`hufu dev` seeds member organisations")?;
        let made = first.client.post("/v1/proposals", &proposal).await?;
        let id = text(&made, "/id");
        self.step("a member proposes to accredit both", &format!("POST /v1/proposals → {id}"), begun, &made);
        let path = format!("/v1/proposals/{}/votes", segment(&id));
        let mut closed = false;
        for voter in std::iter::once(first).chain(others) {
            let begun = Instant::now();
            if closed {
                break;
            }
            let vote = voter.client.post(&path, &json!({ "choice": "yes" })).await?;
            let shown = self.proposal_state(voter, &id).await?;
            closed = shown != "open";
            self.step(
                &format!("{} votes yes; the proposal is {shown}", voter.did),
                &format!("POST {path}"),
                begun,
                &vote,
            );
        }
        for (issuer, kind) in issuers {
            let begun = Instant::now();
            let path = format!("/v1/accreditations/{}", segment(&issuer.did));
            let record = first.client.get(&path).await?;
            if !record.to_string().contains(kind) {
                return Err(Failure::with(Code::No, format!("{} is not accredited for {kind}", issuer.did)));
            }
            self.step(
                &format!("{} is accredited for {kind}", issuer.did),
                &format!("GET {path}"),
                begun,
                &record,
            );
        }
        Ok(())
    }

    async fn proposal_state(&self, actor: &Actor, id: &str) -> anyhow::Result<String> {
        let proposal = actor.client.get(&format!("/v1/proposals/{}", segment(id))).await?;
        let state =
            ["/state/state", "/status/state", "/state", "/status"].iter().map(|at| text(&proposal, at));
        Ok(state.into_iter().find(|state| !state.is_empty()).unwrap_or_else(|| "unknown".to_owned()))
    }

    fn wallet(&mut self, folder: Option<std::path::PathBuf>) -> anyhow::Result<TourWallet> {
        let begun = Instant::now();
        let wallet = TourWallet::create(folder, &self.service)?;
        self.step(
            &format!(
                "a wallet is made; its holder is {}, and it trusts the network's genesis hash and nothing else",
                wallet.holder()
            ),
            "hufu wallet init",
            begun,
            &json!({}),
        );
        Ok(wallet)
    }

    async fn issue(
        &mut self,
        issuer: &Actor,
        name: &str,
        credential: Value,
        revocable: bool,
    ) -> anyhow::Result<Value> {
        let begun = Instant::now();
        let mut options = json!({ "credentialId": examples::new_id() });
        if revocable && let Some(members) = options.as_object_mut() {
            members.insert("status".into(), json!({ "purposes": ["revocation"] }));
        }
        let request = json!({ "credential": credential, "options": options });
        let answer = issuer.client.post("/credentials/issue", &request).await?;
        let signed = answer.get("verifiableCredential").cloned().context("the answer has a credential")?;
        self.step(
            &format!("{name} is issued, secured with {}", text(&signed, "/proof/cryptosuite")),
            "POST /credentials/issue",
            begun,
            &signed,
        );
        Ok(signed)
    }

    /// The wallet stores both and verifies them offline. Returns the licence's status entry.
    fn receive(
        &mut self,
        wallet: &TourWallet,
        reader: &Actor,
        credentials: [&Value; 2],
    ) -> anyhow::Result<Value> {
        for credential in credentials {
            let begun = Instant::now();
            let answer = wallet.add(credential)?;
            self.step("the wallet keeps it", "hufu wallet add", begun, &answer);
        }
        let begun = Instant::now();
        let answer = wallet.refresh(&self.service, &reader.key)?;
        self.step(
            "the wallet fetches the issuers' DID records and the licence's status, each with its proof",
            "hufu wallet refresh",
            begun,
            &answer,
        );
        let begun = Instant::now();
        let answer = wallet.verify()?.expect_yes("both credentials verify offline")?;
        self.step(
            "both credentials verify offline, from the pinned genesis hash alone",
            "hufu wallet verify",
            begun,
            &answer,
        );
        let [licence, _] = credentials;
        licence.get("credentialStatus").cloned().context("the licence has a status entry")
    }

    /// A presentation to a verifier that gave a challenge.
    async fn present(&mut self, wallet: &TourWallet, verifier: &Actor) -> anyhow::Result<()> {
        let given = verifier.client.post("/challenges", &json!({})).await?;
        let challenge = text(&given, "/challenge");
        let begun = Instant::now();
        let presentation = wallet.present(&challenge, VERIFIER)?;
        self.step("the holder presents both to a verifier", "hufu wallet present 1 2", begun, &presentation);
        let request = json!({
            "verifiablePresentation": presentation,
            "options": { "challenge": challenge, "domain": VERIFIER },
        });
        let begun = Instant::now();
        let report = verifier.client.post("/presentations/verify", &request).await?;
        if report.get("verified") != Some(&Value::Bool(true)) {
            return Err(Failure::with(Code::No, format!("the presentation does not verify: {report}")));
        }
        self.step("the verifier accepts the presentation", "POST /presentations/verify", begun, &report);
        let begun = Instant::now();
        let again = verifier.client.send(Method::POST, "/presentations/verify", Some(&request)).await?;
        if again.status.is_success() && again.body.get("verified") == Some(&Value::Bool(true)) {
            return Err(Failure::with(Code::No, "the same challenge was accepted twice"));
        }
        self.step(
            "the same presentation a second time is refused: its challenge is used",
            "POST /presentations/verify",
            begun,
            &again.body,
        );
        Ok(())
    }

    async fn revoke(&mut self, authority: &Actor, licence: &Value) -> anyhow::Result<()> {
        let begun = Instant::now();
        let request = json!({
            "credentialId": text(licence, "/id"),
            "credentialStatus": { "type": "BitstringStatusListEntry", "statusPurpose": "revocation" },
            "status": true,
            "reason": "the licence was suspended by court order",
        });
        let changed = authority.client.post("/credentials/status", &request).await?;
        self.step(
            "the authority revokes the licence, with a reason",
            "POST /credentials/status",
            begun,
            &changed,
        );
        tokio::time::sleep(PAUSE).await;
        Ok(())
    }

    fn check_again(&mut self, wallet: &TourWallet, reader: &Actor) -> anyhow::Result<()> {
        let begun = Instant::now();
        let answer = wallet.refresh(&self.service, &reader.key)?;
        self.step("the wallet asks for fresh proofs", "hufu wallet refresh", begun, &answer);
        let begun = Instant::now();
        let answer = wallet.verify()?.expect_no("the licence is revoked")?;
        self.step(
            "the wallet's check says that the licence is revoked; the student card is not affected",
            "hufu wallet verify",
            begun,
            &answer,
        );
        Ok(())
    }

    /// The status before and after, each with a proof that is checked here.
    async fn history(&mut self, auditor: &Actor, entry: &Value, before: Timestamp) -> anyhow::Result<()> {
        let list = text(entry, "/statusListCredential");
        let index: u64 = text(entry, "/statusListIndex").parse().context("the index is a number")?;
        let service = Service { api_key: Some(auditor.key.clone()), ..self.service.clone() };
        for (when, expected) in [(Some(before), 0), (None, 1)] {
            let begun = Instant::now();
            let at = when.map(|time| time.to_string());
            let proven = status::entry(&service, &list, index, at.as_deref()).await?;
            let value = proven.to_json();
            let found = value.get("value").and_then(Value::as_u64);
            if found != Some(expected) {
                return Err(Failure::with(
                    Code::No,
                    format!("the proven status is {found:?}, not {expected}"),
                ));
            }
            let words = match at {
                Some(at) => format!("the auditor asks what it was at {at}: provably not revoked"),
                None => format!("and now: {proven}"),
            };
            self.step(&words, &format!("GET /v1/status/…/{index}"), begun, &value);
        }
        Ok(())
    }

    async fn audit_log(&mut self, auditor: &Actor) -> anyhow::Result<()> {
        let begun = Instant::now();
        let export = auditor.client.download("/v1/audit/export").await?;
        let summary = audit::verify_export(&export)
            .map_err(|error| Failure::with(Code::No, format!("the audit log does not verify: {error}")))?;
        self.step(
            &format!("the audit log is exported and verifies: {} entries in one chain", summary.entries),
            "GET /v1/audit/export",
            begun,
            &serde_json::to_value(&summary)?,
        );
        Ok(())
    }

    fn actor(&self, did: String, key: String) -> anyhow::Result<Actor> {
        Ok(Actor { did, client: Client::new(&self.service.url, Some(key.clone()))?, key })
    }

    fn note(&self, words: &str) {
        self.output.note(words);
    }

    /// Prints and records a step that is done.
    fn step(&mut self, words: &str, request: &str, begun: Instant, answer: &Value) {
        let took = begun.elapsed();
        let number = self.steps.len() + 1;
        self.note(&format!("{number:>2}. {words}\n      {request}   {:.1} ms", took.as_secs_f64() * 1e3));
        if self.verbose && !answer.is_null() {
            self.note(&crate::output::pretty(answer));
        }
        self.steps.push(json!({ "step": number, "what": words, "request": request, "micros": micros(took) }));
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
