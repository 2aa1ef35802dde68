//! `hufu group request`, `join` and `follow`: how an account becomes a member and stays one.

use std::path::{Path, PathBuf};

use hufu_group::{Credential, Epoch, Group, JoinRequest, Member, MemberSecret};
use hufu_keys::Secret;
use serde_json::json;

use super::{
    consent,
    files::{self, Known, input, no},
    issuer::{read_invitation, read_update},
    ledger::OnLedger,
};
use crate::{
    args::{GroupFollow, GroupJoin, GroupRequest, Unlock},
    commands::{
        certified::Certified,
        pair::Pair,
        record::{self, Record},
        sink, source,
    },
    output::{Output, path_text},
    private_file,
};

pub(super) fn request(options: &GroupRequest, output: Output) -> anyhow::Result<()> {
    let pair = Pair {
        secret: ("--out", &options.out),
        public: ("--request-out", &options.request_out),
        force: options.force,
        seal: None,
    };
    let mut inputs = options.source.inputs().to_vec();
    inputs.extend([("--group", Some(options.group.as_path())), ("--invitation", Some(&options.invitation))]);
    pair.check(&inputs)?;
    let group = Known::read(&options.group)?.group;
    let invitation = read_invitation(&options.invitation, &group)?;
    let account = String::from_utf8_lossy(invitation.account());
    let secret = MemberSecret::generate(&mut rand::rng()).map_err(input)?;
    let request = secret.request(&group, &invitation, &mut rand::rng()).map_err(input)?;
    let message = group.consent(invitation.account(), &request.key());
    let (method, consent) = consent::sign(&options.source, options.method.as_deref(), &account, &message)?;
    let members = json!({
        "group": files::id(&group),
        "account": account,
        "secret": record::encode(secret.to_bytes().as_slice()),
    });
    let private = record::write_secret(files::SECRET, members, None)?;
    let members = json!({
        "group": files::id(&group),
        "account": account,
        "request": record::encode(&request.to_bytes()),
        "method": method,
        "consent": record::encode(&consent),
    });
    let file = record::write(files::REQUEST, members);
    let key = hex::encode(request.key().to_bytes());
    let value = json!({ "account": account, "memberKey": key, "method": method, "file": path_text(&options.out), "requestFile": path_text(&options.request_out) });
    pair.write(&private, &file, output, &value, || {
        let [secret, request] = [&options.out, &options.request_out].map(|path| path.display());
        format!("{request} is for the manager of {}, {secret} for nobody", files::name(&group))
    })
}

/// # Errors
/// [`Code::No`](crate::exit::Code::No) if the credential does not hold.
pub(super) fn join(options: &GroupJoin, output: Output) -> anyhow::Result<()> {
    let inputs = [
        ("the credential", Some(options.credential.as_path())),
        ("--secret", Some(&options.secret)),
        ("--group", Some(&options.group)),
        options.seal.unlock.input(),
    ];
    sink::check_all(&inputs, &[("--out", &options.out)], options.force)?;
    let passphrase = options.seal.passphrase(&options.out)?;
    let known = Known::read(&options.group)?;
    let group = &known.group;
    let mut record = Record::read_private(&options.secret, files::SECRET, files::MAX_FILE)?;
    files::same_group(&mut record, group)?;
    let account = record.text("account")?;
    let secret = take_secret(&mut record)?;
    record.finish()?;
    let mut record = Record::read_private(&options.credential, files::CREDENTIAL, files::MAX_FILE)?;
    files::same_group(&mut record, group)?;
    let epoch = Epoch::from_bytes(group, &record.bytes("epoch")?).map_err(|error| record.refused(error))?;
    let credential =
        Credential::from_bytes(&record.bytes("credential")?).map_err(|error| record.refused(error))?;
    record.finish()?;
    // the manager must not have epochs of its own for a member, which would tell that member's signatures
    let (given, own) = (epoch.number(), known.epoch.number());
    if given > own {
        return Err(input(format_args!(
            "the credential is of epoch {given}, and {} of {own}: follow the group first",
            options.group.display()
        )));
    }
    if given == own && epoch != known.epoch {
        return Err(no(format_args!("the manager's epoch {given} is not that of the group")));
    }
    let member = Member::new(group, &epoch, from_secret(&secret)?, credential).map_err(no)?;
    let path = options.out.clone();
    let membership = Membership { path, passphrase, group: group.clone(), secret, member };
    let (members, passphrase) = (membership.describe(), membership.passphrase.as_ref());
    files::write_secret(&options.out, options.force, files::MEMBER, members, passphrase, output)?;
    let value = json!({
        "account": account,
        "memberKey": hex::encode(membership.member.key().to_bytes()),
        "group": files::id(group),
        "epoch": given,
        "file": path_text(&options.out),
    });
    sink::tell(&[&options.out], output, &value, || {
        let behind = if given < own { ", which is over: follow the group" } else { "" };
        format!("{account} is a member of {} in epoch {given}{behind}", files::name(group))
    })
}

/// # Errors
/// [`Code::No`](crate::exit::Code::No) if the member was revoked, or an update is false.
pub(super) async fn follow(options: &GroupFollow, output: Output) -> anyhow::Result<()> {
    let mut inputs = vec![("--member", options.member.as_deref()), ("--group", options.group.as_deref())];
    inputs.extend(options.updates.iter().map(|path| ("an update", Some(path.as_path()))));
    inputs.push(options.unlock.input());
    source::check_inputs(&inputs)?;
    source::check_changed("--member", options.member.as_deref())?;
    // of the two only one is given
    if options.member.is_none() {
        source::check_changed("--group", options.group.as_deref())?;
    }
    let certified = if options.ledger { Some(Certified::of(&options.service).await?) } else { None };
    let (before, after, path) = match (&options.member, &options.group) {
        (Some(path), _) => {
            let mut membership = Membership::read(path, &options.unlock)?;
            let before = membership.member.epoch().number();
            match &certified {
                Some(certified) => {
                    let ledger = OnLedger::of(certified, &membership.group).await?;
                    membership.follow(&ledger).await?;
                }
                None => {
                    for update in &options.updates {
                        let update = read_update(update, &membership.group)?;
                        membership.member.follow(&[update]).map_err(no)?;
                    }
                }
            }
            membership.save()?;
            (before, membership.member.epoch().number(), path)
        }
        (None, Some(path)) => {
            let mut known = Known::read(path)?;
            let before = known.epoch.number();
            match &certified {
                Some(certified) => known.epoch = OnLedger::of(certified, &known.group).await?.epoch().await?,
                None => {
                    for update in &options.updates {
                        let update = read_update(update, &known.group)?;
                        known.epoch = update.apply(&known.group, &known.epoch).map_err(no)?;
                    }
                }
            }
            known.replace(path)?;
            (before, known.epoch.number(), path)
        }
        (None, None) => return Err(input("what is to follow? give --member or --group")),
    };
    let value = json!({ "from": before, "epoch": after, "file": path_text(path) });
    output.result(&value, || format!("{} is in epoch {after}", path.display()))
}

/// What somebody who was invited asks.
pub(super) struct Asked {
    pub(super) account: String,
    pub(super) request: JoinRequest,
    pub(super) method: String,
    pub(super) consent: Vec<u8>,
}

impl Asked {
    /// Reads a request for this group; neither its proof nor the consent is checked.
    ///
    /// # Errors
    /// [`Code::Input`](crate::exit::Code::Input).
    pub(super) fn read(path: &Path, group: &Group) -> anyhow::Result<Self> {
        let mut record = Record::read(path, files::REQUEST, files::MAX_FILE)?;
        files::same_group(&mut record, group)?;
        let request = JoinRequest::from_bytes(&record.bytes("request")?);
        let asked = Self {
            request: request.map_err(|error| record.refused(error))?,
            account: record.text("account")?,
            method: record.text("method")?,
            consent: record.bytes("consent")?,
        };
        record.finish()?;
        Ok(asked)
    }
}

/// A membership, as its file has it.
pub(super) struct Membership {
    path: PathBuf,
    /// What its file is encrypted under.
    passphrase: Option<Secret<Vec<u8>>>,
    pub(super) group: Group,
    secret: Secret<Vec<u8>>,
    pub(super) member: Member,
}

impl Membership {
    /// Reads a membership, which is checked.
    ///
    /// # Errors
    /// [`Code::Input`](crate::exit::Code::Input), also if the file is open to others.
    pub(super) fn read(path: &Path, unlock: &Unlock) -> anyhow::Result<Self> {
        let (mut record, passphrase) = Record::read_secret(path, files::MEMBER, files::MAX_FILE, unlock)?;
        let Known { group, epoch } = Known::take(&mut record)?;
        let secret = take_secret(&mut record)?;
        let credential =
            Credential::from_bytes(&record.bytes("credential")?).map_err(|error| record.refused(error))?;
        let member = Member::new(&group, &epoch, from_secret(&secret)?, credential)
            .map_err(|error| record.refused(error))?;
        record.finish()?;
        Ok(Self { path: path.to_owned(), passphrase, group, secret, member })
    }

    /// Goes to the epoch in force, and keeps what was reached after every step.
    ///
    /// # Errors
    /// [`Code::No`](crate::exit::Code::No) if the member was revoked.
    pub(super) async fn follow(&mut self, ledger: &OnLedger<'_>) -> anyhow::Result<u64> {
        let Self { path, passphrase, group, secret, member } = self;
        let file = File { path, passphrase: passphrase.as_ref(), group, secret };
        ledger.follow_in_steps(member, |member| file.save(member)).await
    }

    /// The same member once more, for who signs meanwhile.
    ///
    /// # Errors
    /// Never in practice: it was made before.
    pub(super) fn again(&self) -> anyhow::Result<Member> {
        let credential = self.member.credential().clone();
        Member::new(&self.group, self.member.epoch(), from_secret(&self.secret)?, credential).map_err(input)
    }

    /// Replaces its file as a whole.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn save(&self) -> anyhow::Result<()> {
        self.file().save(&self.member)
    }

    fn describe(&self) -> serde_json::Value {
        self.file().describe(&self.member)
    }

    fn file(&self) -> File<'_> {
        let passphrase = self.passphrase.as_ref();
        File { path: &self.path, passphrase, group: &self.group, secret: &self.secret }
    }
}

/// What of a membership's file stays when its member goes on.
struct File<'a> {
    path: &'a Path,
    passphrase: Option<&'a Secret<Vec<u8>>>,
    group: &'a Group,
    secret: &'a Secret<Vec<u8>>,
}

impl File<'_> {
    fn save(&self, member: &Member) -> anyhow::Result<()> {
        let file = record::write_secret(files::MEMBER, self.describe(member), self.passphrase)?;
        file.expose(|file| private_file::replace(self.path, file))
    }

    fn describe(&self, member: &Member) -> serde_json::Value {
        let known = Known { group: self.group.clone(), epoch: *member.epoch() };
        let mut value = known.describe();
        value["secret"] = self.secret.expose(|secret| record::encode(secret));
        value["credential"] = record::encode(&member.credential().to_bytes());
        value
    }
}

fn take_secret(record: &mut Record) -> anyhow::Result<Secret<Vec<u8>>> {
    let secret = Secret::new(record.bytes("secret")?);
    from_secret(&secret).map_err(|error| record.refused(error))?;
    Ok(secret)
}

fn from_secret(secret: &Secret<Vec<u8>>) -> anyhow::Result<MemberSecret> {
    secret.expose(|secret| MemberSecret::from_bytes(secret)).map_err(input)
}
