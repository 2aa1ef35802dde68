//! `hufu group report`, `request-opening` and `open`: what members say on the ledger, and how it is opened.
//!
//! A report is sent without the API key. What must be read before is read with the key if there is one, and otherwise, or with
//! `--unnamed`, as some member of the group (`Authorization: Hufu-Unnamed …`), each time with another tag. The service still sees
//! from which address: whoever must hide that too goes through somebody else.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_group::{Member, OpenerKey, PartialOpening};
use hufu_light::{Hash, OpeningRecord, Transaction, TrustAnchor};
use hufu_node::groups::{MAX_REPORT_BYTES, Operation, Report, Subject, report_scope};
use hufu_wire::{Payload, UnnamedRequest};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    ceremony,
    files::{input, no},
    ledger::{self, OnLedger},
    member::Membership,
};
use crate::{
    args::{GroupOpen, GroupReport, GroupRequestOpening},
    client::{Client, Sign},
    commands::{ballot, certified::Certified, source, text},
    exit::Code,
    output::Output,
};

/// # Errors
/// [`Code::No`] for a revoked member, and what the service answers, also for a second report.
pub(super) async fn report(options: &GroupReport, output: Output) -> anyhow::Result<()> {
    let subject = Subject::try_from(options.about.clone()).map_err(input)?;
    source::check_inputs(&[
        ("the report", Some(&options.file)),
        ("--member", Some(&options.member)),
        options.unlock.input(),
    ])?;
    source::check_changed("--member", Some(&options.member))?;
    let (bytes, _) = source::read(&options.file, MAX_REPORT_BYTES, "a report")?;
    let words = std::str::from_utf8(&bytes)
        .map_err(|_| input(format_args!("{} is no text in UTF-8", source::name(&options.file))))?;
    if words.is_empty() {
        return Err(input("a report of no words"));
    }
    let mut membership = Membership::read(&options.member, &options.unlock)?;
    let unnamed = options.unnamed || options.service.key()?.is_none();
    let certified = if unnamed {
        Certified::unnamed(&options.service, |anchor| signs(&membership, anchor)).await?
    } else {
        Certified::of(&options.service).await?
    };
    let before = membership.member.epoch().number();
    let ledger = OnLedger::of(&certified, &membership.group).await.map_err(|error| {
        if !unnamed || Code::of(&error) != Code::Denied {
            return error;
        }
        error.context(format!(
            "only a member in the epoch in force reads unnamed, and {} is of epoch {before}: if that is over, follow \
             first (`hufu group follow`), by the manager's updates or with an API key",
            options.member.display()
        ))
    })?;
    let epoch = membership.follow(&ledger).await?;
    let (transaction, tag) = signed(&ledger, &membership.member, subject, words)?;
    let sent = send(certified.client().base(), &transaction).await?;
    let value = json!({
        "report": transaction.id().to_string(),
        "group": ledger.name.name(),
        "about": options.about,
        "epoch": epoch,
        "tag": hex::encode(tag),
        "height": sent["height"],
        "unnamed": unnamed,
    });
    output.result(&value, || {
        let [id, tag] = ["/report", "/tag"].map(|at| text(&value, at));
        format!("report {id} by a member of {}, tag {tag}", ledger.name)
    })
}

pub(super) async fn request_opening(options: &GroupRequestOpening, output: Output) -> anyhow::Result<()> {
    let warrant = source::message(&options.warrant)?;
    if warrant.is_empty() {
        return Err(input(format_args!(
            "{} is empty: an opening needs a warrant",
            options.warrant.display()
        )));
    }
    let body = json!({
        "report": options.report.to_string(),
        "reason": options.reason,
        "warrant": hex::encode(Sha256::digest(&warrant)),
    });
    let path = format!("/v1/groups/{}/openings", options.name.name());
    let made = options.service.client()?.post(&path, &body).await?;
    output.result(&made, || format!("opening {} is asked for", text(&made, "/opening")))
}

/// # Errors
/// [`Code::No`] if request or report do not hold, and what the service answers.
pub(super) async fn open(options: &GroupOpen, output: Output) -> anyhow::Result<()> {
    let key = ceremony::read_opener(&options.key, &options.unlock)?;
    let certified = Certified::of(&options.service).await?;
    let ledger = OnLedger::read(&certified, options.name.clone()).await?;
    let part = part(&ledger, &options.opening, &key).await?;
    let given = give(&ledger, certified.client(), &options.opening, &part).await?;
    output.result(&given, || {
        let opener = part.opener();
        if given.pointer("/opening/opened").is_none_or(Value::is_null) {
            return format!("opener {opener} gave its part; others must give theirs");
        }
        match text(&given, "/opening/opened/account") {
            nobody if nobody.is_empty() => "the member key is registered to nobody".to_owned(),
            account => format!("opener {opener} gave its part: it was {account}"),
        }
    })
}

/// Signs what a member reads, so that only the group is named.
fn signs(membership: &Membership, anchor: &TrustAnchor) -> anyhow::Result<Sign> {
    let (member, anchor) = (membership.again()?, anchor.clone());
    let of = ledger::name_of(&membership.group, &anchor)?.to_string();
    Ok(Arc::new(move |url: &str| {
        let time_ms = u64::try_from(Timestamp::now().as_millisecond()).map_err(input)?;
        let request = UnnamedRequest { anchor: &anchor, of: &of, url, time_ms, nonce: rand::random() };
        Ok(request.sign_by_group(&member, &mut rand::rng())?)
    }))
}

/// A report on a subject, with its tag.
///
/// # Errors
/// If a value of the signature degenerates.
pub(in crate::commands) fn signed(
    ledger: &OnLedger<'_>,
    member: &Member,
    subject: Subject,
    words: &str,
) -> anyhow::Result<(Transaction, [u8; hufu_light::MEMBER_KEY_BYTES])> {
    let scope = report_scope(&subject);
    let operation = Operation::Report(Report { subject, text: words.to_owned() }).to_bytes();
    let (anchor, nonce) = (ledger.certified().anchor(), rand::random());
    let expiry = ballot::expiry(ledger.height);
    let payload = Payload::by_group(anchor, &ledger.name, &scope, nonce, expiry, "group", operation);
    let transaction = payload.sign_by_group(member, &mut rand::rng())?;
    let verified = payload.verify_by_group(&transaction, &ledger.group, member.epoch())?;
    let tag = verified.tag().ok_or_else(|| no("a report without a tag"))?;
    Ok((transaction, tag.to_bytes()))
}

/// Sends a transaction without an API key.
///
/// # Errors
/// What the service answers.
pub(in crate::commands) async fn send(url: &str, transaction: &Transaction) -> anyhow::Result<Value> {
    let body = json!({ "transaction": URL_SAFE_NO_PAD.encode(transaction.to_bytes()) });
    Client::new(url, None)?.post("/v1/transactions", &body).await
}

/// An opener's part, after a check of what is to be opened.
///
/// # Errors
/// [`Code::No`] if request or report are not on the ledger or do not hold;
/// [`Code::Input`] for the key of another group's opener.
pub(in crate::commands) async fn part(
    ledger: &OnLedger<'_>,
    opening: &Hash,
    key: &OpenerKey,
) -> anyhow::Result<PartialOpening> {
    let asked = ledger.opening(opening).await?;
    let record = ledger.report(&asked.report).await?;
    let epoch = ledger.epoch_record(record.epoch).await?;
    let anchor = ledger.certified().anchor();
    let (id, _, verified) =
        hufu_wire::check_report(anchor, &ledger.name, &ledger.group, &epoch, &record).map_err(no)?;
    if id != asked.report {
        return Err(no(format_args!("the record of report {} is that of {id}", asked.report)));
    }
    let warrant = OpeningRecord::warrant_of(anchor, &ledger.name, opening);
    key.open(&ledger.group, &verified, &warrant, &mut rand::rng()).map_err(input)
}

/// Gives a part in the name of the client's DID.
///
/// # Errors
/// What the service answers.
pub(in crate::commands) async fn give(
    ledger: &OnLedger<'_>,
    client: &Client,
    opening: &Hash,
    part: &PartialOpening,
) -> anyhow::Result<Value> {
    let body = json!({ "part": URL_SAFE_NO_PAD.encode(part.to_bytes()) });
    client.post(&format!("/v1/groups/{}/openings/{opening}/parts", ledger.name.name()), &body).await
}
