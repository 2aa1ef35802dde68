//! `hufu group witness` and `renew`: how a member comes to the epoch in force without the removals since it was here.
//!
//! `hufu group follow` needs nobody and tells nobody, and takes as long as there were removals. A witness is one point, whatever
//! happened meanwhile, and who asks for it is known to the manager, who gives none to whoever was revoked.

use hufu_group::Witness;
use serde_json::json;

use super::{
    files::{self, Known, input, no},
    issuer::{Office, current_epoch, on_ledger},
    ledger::OnLedger,
    member::Membership,
};
use crate::{
    args::{GroupRenew, GroupWitness},
    commands::{
        certified::Certified,
        record::{self, Record},
        sink, source,
    },
    output::{Output, path_text},
};

/// # Errors
/// [`Code::No`](crate::exit::Code::No) for whoever is no member, or no longer.
pub(super) async fn give(options: &GroupWitness, output: Output) -> anyhow::Result<()> {
    sink::check_all(&options.office.inputs(), &[("--out", &options.out)], options.force)?;
    let Office { issuer, known, register } = Office::open(&options.office)?;
    let entry = register.present(&options.member)?;
    let certified = if options.ledger { Some(Certified::of(&options.service).await?) } else { None };
    let ledger = on_ledger(certified.as_ref(), &known.group).await?;
    let epoch = current_epoch(ledger.as_ref(), &known).await?;
    let (key, all) = (entry.enrolment.key(), register.in_memory()?);
    let witness = issuer.witness(&known.group, &epoch, &key, &all).map_err(no)?;
    let members = json!({
        "group": files::id(&known.group),
        "epochNumber": witness.epoch(),
        "memberKey": entry.key(),
        "witness": record::encode(&witness.to_bytes()),
    });
    files::write_private(&options.out, options.force, files::WITNESS, members, output)?;
    let value = json!({
        "account": entry.account,
        "memberKey": entry.key(),
        "epoch": witness.epoch(),
        "file": path_text(&options.out),
    });
    sink::tell(&[&options.out], output, &value, || {
        let (account, epoch) = (&entry.account, witness.epoch());
        format!("{} is for {account} alone, in epoch {epoch}", options.out.display())
    })
}

/// # Errors
/// [`Code::No`](crate::exit::Code::No) for a witness of another epoch or member, or one that does not hold.
pub(super) async fn renew(options: &GroupRenew, output: Output) -> anyhow::Result<()> {
    source::check_inputs(&[
        ("the witness", Some(&options.witness)),
        ("--member", Some(&options.member)),
        ("--group", options.group.as_deref()),
        options.unlock.input(),
    ])?;
    source::check_changed("--member", Some(&options.member))?;
    let mut membership = Membership::read(&options.member, &options.unlock)?;
    let mut record = Record::read_private(&options.witness, files::WITNESS, files::MAX_FILE)?;
    files::same_group(&mut record, &membership.group)?;
    let witness: Witness =
        Witness::from_bytes(&record.bytes("witness")?).map_err(|error| record.refused(error))?;
    if record.take("epochNumber")? != json!(witness.epoch()) {
        return Err(record.refused("its epoch is not that of its witness: it was altered"));
    }
    if record.text("memberKey")? != hex::encode(membership.member.key().to_bytes()) {
        return Err(record.refused("it is for another member"));
    }
    record.finish()?;
    // the manager must not have epochs of its own for a member, which would tell that member's signatures
    let epoch = match &options.group {
        Some(path) => {
            let known = Known::read(path)?;
            if known.group != membership.group {
                return Err(input(format_args!("{} is another group", path.display())));
            }
            known.epoch
        }
        None => {
            let certified = Certified::of(&options.service).await?;
            OnLedger::of(&certified, &membership.group).await?.epoch().await?
        }
    };
    let before = membership.member.epoch().number();
    if epoch.number() < before {
        return Err(no(format_args!(
            "the membership is in epoch {before}, the witness of {}",
            epoch.number()
        )));
    }
    membership.member.renew(&epoch, &witness).map_err(no)?;
    membership.save()?;
    let value = json!({ "from": before, "epoch": epoch.number(), "file": path_text(&options.member) });
    output.result(&value, || format!("{} is in epoch {}", options.member.display(), epoch.number()))
}
