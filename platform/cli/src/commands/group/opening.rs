//! `hufu group part` and `combine`: who signed a file, by enough openers, for a warrant.
//!
//! Parts are public: whoever has them, the signed file and the warrant can combine them, and so check what is said.

use std::path::Path;

use hufu_group::{Error, Opening, PartialOpening, Verified, Warrant};
use serde_json::{Value, json};

use super::{
    ceremony,
    files::{self, input, no},
    register::Register,
    signature,
};
use crate::{
    args::{GroupCombine, GroupPart},
    commands::{
        record::{self, Record},
        sink::Audience,
        source, text,
    },
    output::Output,
};

pub(super) fn part(options: &GroupPart, output: Output) -> anyhow::Result<()> {
    let mut inputs = options.signed.inputs().to_vec();
    inputs.extend([("--key", Some(options.key.as_path())), ("--warrant", Some(&options.warrant))]);
    inputs.push(options.unlock.input());
    options.destination.check_with(&inputs)?;
    let key = ceremony::read_opener(&options.key, &options.unlock)?;
    let warrant = warrant(&options.warrant)?;
    let (known, verified) = signature::verified(&options.signed)?;
    let part = key.open(&known.group, &verified, &warrant, &mut rand::rng()).map_err(input)?;
    let mut members = about(&verified, &warrant);
    members["group"] = files::id(&known.group);
    members["part"] = record::encode(&part.to_bytes());
    let file = record::write(files::PART, members);
    let value = json!({ "opener": part.opener() });
    options.destination.deliver(Audience::Everybody, &file, output, value, |path| {
        format!("part of opener {} in {path}", part.opener())
    })
}

/// # Errors
/// [`Code::No`](crate::exit::Code::No) if there are too few parts that hold, or the member key is registered to nobody.
pub(super) fn combine(options: &GroupCombine, output: Output) -> anyhow::Result<()> {
    let mut inputs = options.signed.inputs().to_vec();
    inputs.extend([
        ("--warrant", Some(options.warrant.as_path())),
        ("--register", options.register.as_deref()),
    ]);
    inputs.extend(options.parts.iter().map(|path| ("a part", Some(path.as_path()))));
    source::check_inputs(&inputs)?;
    let warrant = warrant(&options.warrant)?;
    let (known, verified) = signature::verified(&options.signed)?;
    let mut parts = Vec::with_capacity(options.parts.len());
    for path in &options.parts {
        let mut record = Record::read(path, files::PART, files::MAX_FILE)?;
        files::same_group(&mut record, &known.group)?;
        let expected = about(&verified, &warrant);
        for (member, words) in [("signed", "another signature"), ("warrant", "another warrant")] {
            if record.take(member)? != expected[member] {
                return Err(record.refused(format_args!("it was given for {words}")));
            }
        }
        let part: PartialOpening =
            PartialOpening::from_bytes(&record.bytes("part")?).map_err(|error| record.refused(error))?;
        record.finish()?;
        parts.push(part);
    }
    let combined =
        Opening::combine(&known.group, &verified, &warrant, &parts).map_err(|error| match error {
            Error::TooFewOpeners { .. } | Error::FalseOpening { .. } | Error::UnknownMember => no(error),
            other => input(other),
        })?;
    if !combined.culprits.is_empty() {
        output.note(format!("left out: the parts of openers {:?} are false", combined.culprits));
    }
    let by: Vec<u16> = combined.opening.parts().iter().map(PartialOpening::opener).collect();
    let mut value = json!({
        "memberKey": hex::encode(combined.key.to_bytes()),
        "openers": by,
        "false": combined.culprits,
    });
    if let Some(path) = &options.register {
        let register = Register::read(path, &known.group)?;
        let entry = register.find(&combined.key)?;
        value["account"] = json!(entry.account);
        value["revoked"] = json!(entry.revoked);
    }
    output.result(&value, || match value.get("account") {
        Some(_) => format!("{} signed, by openers {by:?}", text(&value, "/account")),
        None => format!("the member with the key {} signed, by openers {by:?}", text(&value, "/memberKey")),
    })
}

/// What a part is given for, so that a mistaken file is told apart from a false part.
fn about(verified: &Verified, warrant: &Warrant) -> Value {
    json!({ "signed": record::encode(verified.digest()), "warrant": record::encode(warrant.as_bytes()) })
}

fn warrant(path: &Path) -> anyhow::Result<Warrant> {
    Warrant::new(&source::message(path)?).map_err(|error| input(format_args!("{}: {error}", path.display())))
}
