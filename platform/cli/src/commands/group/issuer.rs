//! `hufu group create`, `invite`, `admit` and `revoke`: what the manager of a group does.
//!
//! The manager has three files: the secret, the group's (which it gives to everybody) and the register of members. On the ledger the
//! order is: first the files, then the ledger; what the ledger definitely refused is undone. If it is not known whether the
//! ledger took it, the files stay, because nobody could make them again.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_did::Did;
use hufu_group::{Enrolment, Epoch, Group, Invitation, Issuer, Update};
use hufu_light::{GroupName, GroupRecord};
use serde_json::{Value, json};

use super::{
    ceremony, consent,
    files::{self, Known, input, no},
    ledger::OnLedger,
    member::Asked,
    register::{Entry, Register},
};
use crate::{
    args::{GroupAdmit, GroupCreate, GroupInvite, GroupOffice, GroupRevoke},
    commands::{
        certified::Certified,
        record::{self, Record},
        sink::{self, Audience},
        source, text,
        undo::Undo,
    },
    exit::Code,
    output::{Output, path_text},
};

/// The largest file of an update: 10,000 removals of 80 bytes in base64url.
const MAX_UPDATE_FILE: usize = 2 << 20;

pub(super) async fn create(options: &GroupCreate, output: Output) -> anyhow::Result<()> {
    let results = [
        ("--out", options.out.as_path()),
        ("--group-out", &options.group_out),
        ("--register-out", &options.register_out),
    ];
    let mut inputs: Vec<_> =
        options.dealings.iter().map(|path| ("a dealing", Some(path.as_path()))).collect();
    inputs.push(options.seal.unlock.input());
    sink::check_all(&inputs, &results, options.force)?;
    let (terms, dealings) = ceremony::dealings(&options.dealings)?;
    let openers = terms.ceremony().map_err(input)?.openers(&dealings).map_err(no)?;
    if options.ledger && options.opener.len() != usize::from(openers.count()) {
        let (given, needed) = (options.opener.len(), openers.count());
        return Err(input(format_args!("{given} DIDs of openers are given, and there are {needed} openers")));
    }
    let certified = if options.ledger { Some(Certified::of(&options.service).await?) } else { None };
    let full = match &certified {
        Some(certified) => GroupName::new(&options.name).map_err(input)?.full(certified.anchor()),
        None => options.name.clone(),
    };
    let passphrase = options.seal.passphrase(&options.out)?;
    let issuer = Issuer::generate(&mut rand::rng()).map_err(input)?;
    let group =
        Group::new(GroupRecord::parameters(), full.as_bytes(), issuer.key(), openers).map_err(input)?;
    let known = Known { epoch: group.first_epoch(), group };
    let secret =
        json!({ "group": files::id(&known.group), "secret": record::encode(issuer.to_bytes().as_slice()) });
    let (paths, force, mut undo) = (results.map(|(_, path)| path), options.force, Undo::new(output));
    let [secret_out, group_out, register_out] = paths;
    let register = Register::new(register_out, &known.group).describe();
    undo.write(secret_out, || {
        files::write_secret(secret_out, force, files::ISSUER, secret, passphrase.as_ref(), output)
    })?;
    undo.write(group_out, || known.write(group_out, force, output))?;
    undo.write(register_out, || {
        files::write_private(register_out, force, files::REGISTER, register, output)
    })?;
    let mut value = json!({
        "name": full,
        "group": files::id(&known.group),
        "openers": known.group.openers().count(),
        "threshold": known.group.openers().threshold(),
        "file": path_text(&options.out),
        "groupFile": path_text(&options.group_out),
        "registerFile": path_text(&options.register_out),
    });
    if let Some(certified) = &certified {
        let openers: Vec<&str> = options.opener.iter().map(Did::as_str).collect();
        let body =
            json!({ "name": options.name, "group": base64(&known.group.to_bytes()), "openers": openers });
        let made = certified.client().post("/v1/groups", &body).await;
        value["ledger"] = settled(made, &mut undo)?;
    }
    sink::tell(&paths, output, &value, || {
        let openers = known.group.openers();
        format!("group {full}: {} of {} openers open together", openers.threshold(), openers.count())
    })
}

pub(super) fn invite(options: &GroupInvite, output: Output) -> anyhow::Result<()> {
    options.destination.check_with(&[("--group", Some(&options.group))])?;
    let known = Known::read(&options.group)?;
    let account = options.account.as_str();
    let nonce: [u8; hufu_group::NONCE_BYTES] = rand::random();
    Invitation::new(account.as_bytes(), nonce).map_err(input)?;
    let members =
        json!({ "group": files::id(&known.group), "account": account, "nonce": record::encode(&nonce) });
    let file = record::write(files::INVITATION, members);
    let value = json!({ "account": account, "group": files::id(&known.group) });
    options.destination.deliver(Audience::Everybody, &file, output, value, |path| {
        format!("invitation of {account} in {path}")
    })
}

/// # Errors
/// [`Code::No`] if request or consent do not hold, or the account is a member.
pub(super) async fn admit(options: &GroupAdmit, output: Output) -> anyhow::Result<()> {
    let mut inputs = options.office.inputs().to_vec();
    inputs.extend([
        ("the request", Some(options.request.as_path())),
        ("--invitation", Some(&options.invitation)),
    ]);
    sink::check_all(&inputs, &[("--out", &options.out)], options.force)?;
    let Office { issuer, known, mut register } = Office::open(&options.office)?;
    let group = &known.group;
    let invitation = read_invitation(&options.invitation, group)?;
    let asked = Asked::read(&options.request, group)?;
    let account = &asked.account;
    if account.as_bytes() != invitation.account() {
        let invited = String::from_utf8_lossy(invitation.account());
        return Err(input(format_args!("{account} asks, and {invited} is invited")));
    }
    register.check_new(account)?;
    let certified = if options.ledger { Some(Certified::of(&options.service).await?) } else { None };
    let ledger = on_ledger(certified.as_ref(), group).await?;
    let key = asked.request.key();
    match consent::own_document(&account.parse().map_err(input)?)? {
        Some(document) => {
            let message = group.consent(account.as_bytes(), &key);
            consent::check(&document, &asked.method, &message, &asked.consent)?;
        }
        // the ledger checks it by the account's document
        None if ledger.is_some() => {}
        None => return Err(input(format_args!("the keys of {account} are on a ledger: give --ledger"))),
    }
    let epoch = current_epoch(ledger.as_ref(), &known).await?;
    let (credential, enrolment) = issuer
        .admit(group, &epoch, &asked.request, &invitation, &register.in_memory()?, &mut rand::rng())
        .map_err(no)?;
    let Asked { account, method, consent, .. } = asked;
    let entry = Entry { account, method, consent, enrolment, revoked: None };
    let mut value = json!({ "account": entry.account, "memberKey": entry.key(), "epoch": epoch.number(), "file": path_text(&options.out) });
    // whom the register does not know could not be revoked
    register.entries.push(entry.clone());
    register.save()?;
    let members = json!({
        "group": files::id(group),
        "epoch": record::encode(&epoch.to_bytes()),
        "credential": record::encode(&credential.to_bytes()),
    });
    let mut undo = Undo::new(output);
    let written = undo.write(&options.out, || {
        files::write_private(&options.out, options.force, files::CREDENTIAL, members, output)
    });
    let is_nobodys = written.is_err();
    let said = match &ledger {
        Some(ledger) if !is_nobodys => settled(enrol(ledger, &entry).await, &mut undo).map(Some),
        _ => written.map(|()| None),
    };
    if said.as_ref().is_err_and(|error| is_nobodys || is_definite(error)) {
        register.entries.pop();
        register.save()?;
    }
    if let Some(made) = said? {
        value["ledger"] = made;
    }
    sink::tell(&[&options.out], output, &value, || {
        format!("{} is admitted; {} is for that member alone", entry.account, options.out.display())
    })
}

/// Registers a member on the ledger.
async fn enrol(ledger: &OnLedger<'_>, entry: &Entry) -> anyhow::Result<Value> {
    let body = json!({
        "account": entry.account,
        "key": entry.key(),
        "method": entry.method,
        "consent": base64(&entry.consent),
    });
    let path = format!("/v1/groups/{}/members", ledger.name.name());
    ledger.certified().client().post(&path, &body).await
}

/// # Errors
/// [`Code::No`] for whoever is no member.
pub(super) async fn revoke(options: &GroupRevoke, output: Output) -> anyhow::Result<()> {
    let result = options.out.as_deref().map(|path| ("--out", path));
    sink::check_all(&options.office.inputs(), result.as_slice(), options.force)?;
    source::check_changed("--group", Some(&options.office.group))?;
    let Office { issuer, mut known, mut register } = Office::open(&options.office)?;
    let certified = if options.ledger { Some(Certified::of(&options.service).await?) } else { None };
    let ledger = on_ledger(certified.as_ref(), &known.group).await?;
    let epoch = current_epoch(ledger.as_ref(), &known).await?;
    let before = register.entries.clone();
    let revoked = register.revoke(&options.members, epoch.number().saturating_add(1))?;
    let enrolments: Vec<Enrolment> = revoked.iter().map(|entry| entry.enrolment).collect();
    let (update, next) = issuer.revoke(&known.group, &epoch, &enrolments).map_err(no)?;
    let accounts: Vec<&str> = revoked.iter().map(|entry| entry.account.as_str()).collect();
    let mut value =
        json!({ "revoked": accounts, "epoch": next.number(), "file": options.out.as_deref().map(path_text) });
    // before anything is published, so that nobody is removed from an epoch twice
    register.save()?;
    if let Some(ledger) = &ledger {
        let body = json!({
            "update": base64(&update.to_bytes()),
            "members": revoked.iter().map(Entry::key).collect::<Vec<_>>(),
            "reason": options.reason,
        });
        let path = format!("/v1/groups/{}/revocations", ledger.name.name());
        let made = ledger.certified().client().post(&path, &body).await;
        if made.as_ref().is_err_and(is_definite) {
            register.entries = before;
            register.save()?;
        }
        value["ledger"] = made?;
    }
    if let Some(path) = &options.out {
        let members =
            json!({ "group": files::id(&known.group), "update": record::encode(&update.to_bytes()) });
        let file = record::write(files::UPDATE, members);
        sink::write(path, options.force, Audience::Everybody, &file, output)?;
    }
    known.epoch = next;
    known.replace(&options.office.group)?;
    sink::tell(result.map(|(_, path)| path).as_slice(), output, &value, || {
        format!("{} revoked: epoch {} begins", accounts.join(", "), text(&value, "/epoch"))
    })
}

/// Reads an update of this group.
///
/// # Errors
/// [`Code::Input`].
pub(super) fn read_update(path: &Path, group: &Group) -> anyhow::Result<Update> {
    let mut record = Record::read(path, files::UPDATE, MAX_UPDATE_FILE)?;
    files::same_group(&mut record, group)?;
    let update = Update::from_bytes(&record.bytes("update")?).map_err(|error| record.refused(error))?;
    record.finish()?;
    Ok(update)
}

/// Reads an invitation into this group.
///
/// # Errors
/// [`Code::Input`].
pub(super) fn read_invitation(path: &Path, group: &Group) -> anyhow::Result<Invitation> {
    let mut record = Record::read(path, files::INVITATION, files::MAX_FILE)?;
    files::same_group(&mut record, group)?;
    let (account, nonce) = (record.text("account")?, record.array("nonce")?);
    let invitation = Invitation::new(account.as_bytes(), nonce).map_err(|error| record.refused(error))?;
    record.finish()?;
    Ok(invitation)
}

impl GroupOffice {
    /// The files that are read and changed, with the names of their options.
    pub(super) fn inputs(&self) -> [(&'static str, Option<&Path>); 4] {
        [
            ("--issuer", Some(&self.issuer)),
            ("--group", Some(&self.group)),
            ("--register", Some(&self.register)),
            self.unlock.input(),
        ]
    }
}

/// The manager's three files, which belong together.
pub(super) struct Office {
    pub(super) issuer: Issuer,
    pub(super) known: Known,
    pub(super) register: Register,
}

impl Office {
    pub(super) fn open(options: &GroupOffice) -> anyhow::Result<Self> {
        source::check_changed("--register", Some(&options.register))?;
        let known = Known::read(&options.group)?;
        let (mut record, _) =
            Record::read_secret(&options.issuer, files::ISSUER, files::MAX_FILE, &options.unlock)?;
        files::same_group(&mut record, &known.group)?;
        let secret = hufu_keys::Secret::new(record.bytes("secret")?);
        let issuer: Issuer =
            secret.expose(|secret| Issuer::from_bytes(secret)).map_err(|error| record.refused(error))?;
        if issuer.key() != known.group.issuer() {
            return Err(record.refused("its secret is not that of the group's manager: it was altered"));
        }
        record.finish()?;
        let register = Register::to_change(&options.register, &known.group)?;
        Ok(Self { issuer, known, register })
    }
}

pub(super) async fn on_ledger<'a>(
    certified: Option<&'a Certified>,
    group: &Group,
) -> anyhow::Result<Option<OnLedger<'a>>> {
    match certified {
        Some(certified) => Ok(Some(OnLedger::of(certified, group).await?)),
        None => Ok(None),
    }
}

/// The epoch in force: by the ledger, or by the group's file.
pub(super) async fn current_epoch(ledger: Option<&OnLedger<'_>>, known: &Known) -> anyhow::Result<Epoch> {
    match ledger {
        Some(ledger) => ledger.epoch().await,
        None => Ok(known.epoch),
    }
}

/// What the ledger said. If it did not do it, the files are as before; if that is not known, they stay, and what they replaced, too.
fn settled<T>(said: anyhow::Result<T>, undo: &mut Undo) -> anyhow::Result<T> {
    said.map_err(|error| {
        if is_definite(&error) {
            undo.restore();
            return error;
        }
        undo.keep(error)
    })
}

/// Whether it is known that nothing was done.
fn is_definite(error: &anyhow::Error) -> bool {
    matches!(Code::of(error), Code::No | Code::Input | Code::Denied)
}

fn base64(bytes: &[u8]) -> Value {
    URL_SAFE_NO_PAD.encode(bytes).into()
}
