//! An anonymous report: by a member of a group, accepted by policy, opened by two of three openers, and checked by an outsider.

use std::time::Instant;

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_group::{
    Ceremony, Enrolment, Group, Invitation, Issuer, Member, MemberSecret, MemoryRegister, OpenerKey,
};
use hufu_keys::{Algorithm, SigningKey};
use hufu_light::{GroupName, GroupRecord, Hash, Transaction};
use hufu_node::groups::Subject;
use serde_json::{Value, json};

use super::{Actor, Journey};
use crate::{
    args::Service,
    commands::{
        certified::Certified,
        group::{check, ledger::OnLedger, report},
        text,
    },
    exit::{Code, Failure},
};

/// What the report is about.
const SUBJECT: &str = "inspection-of-2026-11";

/// A driver with a DID of its own, and its membership.
struct Driver {
    did: String,
    member: Member,
    enrolment: Enrolment,
}

/// The manager's and the openers' secrets; nobody else has them.
struct Secrets {
    issuer: Issuer,
    openers: Vec<OpenerKey>,
    register: MemoryRegister,
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn no(error: impl std::fmt::Display) -> anyhow::Error {
    Failure::with(Code::No, error.to_string())
}

impl Journey {
    /// Makes a group, lets two drivers join, revokes one, and has the other one's report opened.
    pub(super) async fn anonymous_report(&mut self, members: &[Actor]) -> anyhow::Result<()> {
        let [manager, .., auditor] = members else {
            return Err(no("`hufu dev` seeds member organisations"));
        };
        let service = Service { api_key: Some(auditor.key.clone()), ..self.service.clone() };
        let certified = Certified::of(&service).await?;
        let name = GroupName::new(&format!("drivers-{:08x}", rand::random::<u32>()))?;
        let mut secrets = self.make_group(&certified, &name, manager, members).await?;
        let ledger = OnLedger::read(&certified, name.clone()).await?;
        let mut reporter = self.join(&ledger, manager, &mut secrets, Algorithm::Sm2).await?;
        let leaver = self.join(&ledger, manager, &mut secrets, Algorithm::Ed25519).await?;
        self.revoke_member(&ledger, manager, &secrets, &leaver, &mut reporter).await?;
        let report = self.report(&ledger, &reporter).await?;
        let opening = self.open_report(&ledger, members, &secrets, &report).await?;
        self.check_opening(&ledger, &opening, &reporter).await
    }

    /// The openers make their key without a dealer, the manager its own; the ledger keeps the public halves.
    async fn make_group(
        &mut self,
        certified: &Certified,
        name: &GroupName,
        manager: &Actor,
        openers: &[Actor],
    ) -> anyhow::Result<Secrets> {
        let begun = Instant::now();
        let count = u16::try_from(openers.len())?;
        let ceremony = Ceremony::new(name.full(certified.anchor()).as_bytes(), 2, count)?;
        let (mut dealers, mut dealings) = (Vec::new(), Vec::new());
        for number in 1..=count {
            let (dealer, dealing) = ceremony.deal(number, &mut rand::rng())?;
            dealers.push(dealer);
            dealings.push(dealing);
        }
        let key = |number| {
            let shares = dealers.iter().map(|dealer| dealer.share(number)).collect::<Result<Vec<_>, _>>()?;
            ceremony.key(number, &dealings, &shares)
        };
        let keys = (1..=count).map(key).collect::<Result<Vec<_>, hufu_group::Error>>()?;
        let issuer = Issuer::generate(&mut rand::rng())?;
        let full = name.full(certified.anchor());
        let public = ceremony.openers(&dealings)?;
        let group = Group::new(GroupRecord::parameters(), full.as_bytes(), issuer.key(), public)?;
        let request = json!({
            "name": name.name(),
            "group": encode(&group.to_bytes()),
            "openers": openers.iter().map(|opener| opener.did.as_str()).collect::<Vec<_>>(),
        });
        let made = manager.client.post("/v1/groups", &request).await?;
        self.step(
            &format!(
                "{name} is made: {count} organisations made the openers' key without a dealer, any 2 open"
            ),
            "POST /v1/groups",
            begun,
            &made,
        );
        Ok(Secrets { issuer, openers: keys, register: MemoryRegister::new() })
    }

    /// A driver joins: the manager never sees its secret, and the driver's own key consents to the registration.
    async fn join(
        &mut self,
        ledger: &OnLedger<'_>,
        manager: &Actor,
        secrets: &mut Secrets,
        algorithm: Algorithm,
    ) -> anyhow::Result<Driver> {
        let begun = Instant::now();
        let key = SigningKey::generate(algorithm, &mut rand::rng());
        let did = hufu_did::key::did(&key.verifying_key());
        let (group, epoch) = (&ledger.group, ledger.epoch().await?);
        let invitation = Invitation::new(did.as_str().as_bytes(), rand::random())?;
        let secret = MemberSecret::generate(&mut rand::rng())?;
        let request = secret.request(group, &invitation, &mut rand::rng())?;
        let Secrets { issuer, register, .. } = secrets;
        let (credential, enrolment) =
            issuer.admit(group, &epoch, &request, &invitation, register, &mut rand::rng())?;
        let consent = key.sign(&group.consent(invitation.account(), &request.key()));
        register.insert(invitation.account(), consent.as_bytes(), enrolment)?;
        let member = Member::new(group, &epoch, secret, credential)?;
        let body = json!({
            "account": did,
            "key": hex::encode(request.key().to_bytes()),
            "method": hufu_did::key::verification_method(&key.verifying_key()),
            "consent": encode(consent.as_bytes()),
        });
        let path = format!("/v1/groups/{}/members", ledger.name.name());
        let made = manager.client.post(&path, &body).await?;
        self.step(
            &format!("a driver with {algorithm} joins it, by the consent of its own key"),
            &format!("POST {path}"),
            begun,
            &made,
        );
        Ok(Driver { did: did.to_string(), member, enrolment })
    }

    /// The next epoch begins without one of them; the other follows from what the ledger says.
    async fn revoke_member(
        &mut self,
        ledger: &OnLedger<'_>,
        manager: &Actor,
        secrets: &Secrets,
        leaver: &Driver,
        stayer: &mut Driver,
    ) -> anyhow::Result<()> {
        let begun = Instant::now();
        let epoch = ledger.epoch().await?;
        let (update, _) = secrets.issuer.revoke(&ledger.group, &epoch, &[leaver.enrolment])?;
        let body = json!({
            "update": encode(&update.to_bytes()),
            "members": [hex::encode(leaver.member.key().to_bytes())],
            "reason": "The driver has given the licence back.",
        });
        let path = format!("/v1/groups/{}/revocations", ledger.name.name());
        let made = manager.client.post(&path, &body).await?;
        self.step(
            &format!("the second driver is revoked: epoch {} begins", text(&made, "/epoch")),
            &format!("POST {path}"),
            begun,
            &made,
        );
        let begun = Instant::now();
        let Err(refused) =
            report::send(&self.service.url, &signed(ledger, leaver, "I am still here.")?).await
        else {
            return Err(no("a revoked member reported"));
        };
        self.step(
            &format!("its report is refused: {refused:#}"),
            "POST /v1/transactions, without an API key",
            begun,
            &Value::Null,
        );
        ledger.follow(&mut stayer.member).await?;
        Ok(())
    }

    /// A report, and a second one on the same subject, which is refused.
    async fn report(&mut self, ledger: &OnLedger<'_>, driver: &Driver) -> anyhow::Result<Hash> {
        let begun = Instant::now();
        let report = signed(ledger, driver, "The inspector asks for money.")?;
        let id = report.id();
        let sent = report::send(&self.service.url, &report).await?;
        self.step(
            "a driver reports, unnamed; policy lets members of the group",
            "POST /v1/transactions, without an API key",
            begun,
            &sent,
        );
        let path = format!("/v1/groups/{}/reports/{id}", ledger.name.name());
        let begun = Instant::now();
        let kept = ledger.certified().client().get(&path).await?;
        if kept.to_string().contains(&driver.did) {
            return Err(no("the report names its author"));
        }
        self.step(
            &format!("what the ledger keeps of it names nobody: {:?}", text(&kept, "/text")),
            &format!("GET {path}"),
            begun,
            &kept,
        );
        let begun = Instant::now();
        let Err(refused) = report::send(&self.service.url, &signed(ledger, driver, "And for more.")?).await
        else {
            return Err(no("a member reported twice on one subject"));
        };
        self.step(
            &format!("a second report on the same subject is refused, without knowing whose: {refused:#}"),
            "POST /v1/transactions, without an API key",
            begun,
            &Value::Null,
        );
        Ok(id)
    }

    /// One organisation asks, with a warrant; two give their parts.
    async fn open_report(
        &mut self,
        ledger: &OnLedger<'_>,
        members: &[Actor],
        secrets: &Secrets,
        report: &Hash,
    ) -> anyhow::Result<Hash> {
        let asks = members.last().context("`hufu dev` seeds member organisations")?;
        let begun = Instant::now();
        let warrant = <sha2::Sha256 as sha2::Digest>::digest(b"Order 4711 of the court of Example");
        let body = json!({
            "report": report.to_string(),
            "reason": "Order 4711: the court needs the witness.",
            "warrant": hex::encode(warrant),
        });
        let path = format!("/v1/groups/{}/openings", ledger.name.name());
        let made = asks.client.post(&path, &body).await?;
        let opening = Hash::from_hex(&text(&made, "/opening"))?;
        self.step(
            "an organisation asks whose report it was, with a reason and the hash of its warrant",
            &format!("POST {path}"),
            begun,
            &made,
        );
        for (opener, key) in members.iter().zip(&secrets.openers).take(2) {
            let begun = Instant::now();
            let part = report::part(ledger, &opening, key).await?;
            let given = report::give(ledger, &opener.client, &opening, &part).await?;
            let account = text(&given, "/opening/opened/account");
            let known =
                if account.is_empty() { "nobody knows yet".to_owned() } else { format!("it was {account}") };
            self.step(
                &format!("opener {} of {} gives its part; {known}", key.opener(), members.len()),
                &format!("POST /v1/groups/{}/openings/…/parts", ledger.name.name()),
                begun,
                &given,
            );
        }
        Ok(opening)
    }

    /// An outsider believes the genesis and nobody else.
    async fn check_opening(
        &mut self,
        ledger: &OnLedger<'_>,
        opening: &Hash,
        author: &Driver,
    ) -> anyhow::Result<()> {
        let begun = Instant::now();
        let proven = check::opening(ledger, opening).await?;
        let account = proven.member.map(|member| member.account);
        if account.as_deref() != Some(author.did.as_str()) {
            return Err(no(format_args!("the opening names {account:?}, the author is {}", author.did)));
        }
        self.step(
            "an outsider checks it from certified answers alone: report, both parts, register and consent hold",
            "GET /v1/state/group/…",
            begun,
            &json!({ "account": account, "requester": proven.opening.requester, "reason": proven.opening.reason }),
        );
        Ok(())
    }
}

fn signed(ledger: &OnLedger<'_>, driver: &Driver, words: &str) -> anyhow::Result<Transaction> {
    let subject = Subject::try_from(SUBJECT.to_owned()).map_err(no)?;
    Ok(report::signed(ledger, &driver.member, subject, words)?.0)
}
