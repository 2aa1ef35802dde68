//! `hufu group sign` and `verify`.

use std::path::Path;

use hufu_group::{Scope, Signature, Verified};
use serde_json::{Value, json};

use super::{
    files::{self, Known, input, no},
    member::Membership,
};
use crate::{
    args::{GroupSign, GroupSigned, GroupVerify},
    commands::{
        record::{self, Record},
        sink::Audience,
        source,
    },
    output::Output,
};

pub(super) fn sign(options: &GroupSign, output: Output) -> anyhow::Result<()> {
    options.destination.check_with(&[
        ("the file to sign", Some(&options.file)),
        ("--member", Some(&options.member)),
        options.unlock.input(),
    ])?;
    let scope = scope(options.scope.as_deref())?;
    let Membership { group, member, .. } = Membership::read(&options.member, &options.unlock)?;
    let message = source::message(&options.file)?;
    let signature = member.sign(scope.as_ref(), &message, &mut rand::rng()).map_err(input)?;
    let verified = signature.verify(&group, member.epoch(), scope.as_ref(), &message).map_err(input)?;
    let members = json!({
        "group": files::id(&group),
        "epochNumber": signature.epoch(),
        "scope": options.scope,
        "signature": record::encode(&signature.to_bytes()),
    });
    let file = record::write(files::SIGNATURE, members);
    let value = json!({
        "group": files::id(&group),
        "epoch": signature.epoch(),
        "scope": options.scope,
        "tag": tag(&verified),
    });
    options.destination.deliver(Audience::Everybody, &file, output, value, |path| {
        format!("signature for {} in epoch {} in {path}", files::name(&group), signature.epoch())
    })
}

/// # Errors
/// [`Code::No`](crate::exit::Code::No) if it does not verify.
pub(super) fn verify(options: &GroupVerify, output: Output) -> anyhow::Result<()> {
    source::check_inputs(&options.signed.inputs())?;
    let (known, verified) = verified(&options.signed)?;
    let value = json!({
        "verified": true,
        "name": files::name(&known.group),
        "group": files::id(&known.group),
        "epoch": verified.epoch(),
        "scope": options.signed.scope,
        "tag": tag(&verified),
    });
    output.result(&value, || {
        let tag = value["tag"].as_str().map(|tag| format!(", tag {tag}")).unwrap_or_default();
        let (name, epoch) = (files::name(&known.group), verified.epoch());
        format!("verified: a member of {name} in epoch {epoch} signed{tag}")
    })
}

impl GroupSigned {
    /// The files that are read, with the names of their arguments.
    pub(super) fn inputs(&self) -> [(&'static str, Option<&Path>); 3] {
        [
            ("the signed file", Some(&self.file)),
            ("--signature", Some(&self.signature)),
            ("--group", Some(&self.group)),
        ]
    }
}

/// The group and the signature, which holds.
///
/// # Errors
/// [`Code::No`](crate::exit::Code::No) if it does not verify, [`Code::Input`](crate::exit::Code::Input) if a file or the scope is
/// not acceptable.
pub(super) fn verified(options: &GroupSigned) -> anyhow::Result<(Known, Verified)> {
    let scope = scope(options.scope.as_deref())?;
    let known = Known::read(&options.group)?;
    let signed = Signed::read(&options.signature)?;
    let refuse = |why: String| no(format_args!("not verified: {why}"));
    if signed.group != files::id(&known.group) {
        return Err(refuse("the signature was made for another group".to_owned()));
    }
    if signed.scope != options.scope {
        let made = signed.scope.map_or_else(|| "no scope".to_owned(), |scope| format!("the scope {scope:?}"));
        return Err(refuse(format!("the signature was made in {made}")));
    }
    let message = source::message(&options.file)?;
    let verified = signed.signature.verify(&known.group, &known.epoch, scope.as_ref(), &message);
    Ok((known, verified.map_err(|error| refuse(error.to_string()))?))
}

/// A signature as its file has it.
struct Signed {
    signature: Signature,
    group: Value,
    scope: Option<String>,
}

impl Signed {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let mut record = Record::read(path, files::SIGNATURE, files::MAX_FILE)?;
        let signature: Signature =
            Signature::from_bytes(&record.bytes("signature")?).map_err(|error| record.refused(error))?;
        if record.take("epochNumber")? != json!(signature.epoch()) {
            return Err(record.refused("its epoch is not that of its signature: it was altered"));
        }
        let scope = match record.take("scope")? {
            Value::Null => None,
            Value::String(scope) => Some(scope),
            _ => return Err(record.refused("\"scope\" is no text")),
        };
        let signed = Self { signature, group: record.take("group")?, scope };
        record.finish()?;
        Ok(signed)
    }
}

fn scope(name: Option<&str>) -> anyhow::Result<Option<Scope>> {
    name.map(|name| Scope::new(name.as_bytes()).map_err(input)).transpose()
}

/// The tag in hexadecimal, if there is one.
fn tag(verified: &Verified) -> Option<String> {
    verified.tag().map(|tag| hex::encode(tag.to_bytes()))
}
