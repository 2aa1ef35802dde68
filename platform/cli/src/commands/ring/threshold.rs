//! Signatures by k of a ring's members: `hufu ring sign --threshold`, `combine` and `verify --threshold`.
//!
//! Each member makes a share where its key is; shares are put together by anybody. How many members signed is part of every share:
//! one made for two is worth nothing among three.

use std::path::Path;

use hufu_ring::{Error, MAX_THRESHOLD, Ring, Scope, Share, Tag, ThresholdSignature};
use serde_json::json;

use super::{
    keys,
    made::{self, Made, input, no, told},
};
use crate::{
    args::{Destination, RingCombine, RingVerify},
    commands::{
        record::{self, Record},
        sink::Audience,
        source,
    },
    exit::{Code, Failure},
    output::Output,
};

const SHARE: &str = "hufu-ring-share";
const SIGNATURE: &str = "hufu-ring-threshold-signature";

/// The largest file of one share: 1,188 bytes in base64url, and a scope of 1,024 bytes, each of which may be escaped.
const MAX_SHARE_FILE: usize = 16 << 10;

/// The largest file of all shares together.
const MAX_SIGNATURE_FILE: usize = MAX_SHARE_FILE + MAX_THRESHOLD * (2 << 10);

pub(super) fn write_share(
    share: &Share,
    made: &Made,
    destination: &Destination,
    output: Output,
) -> anyhow::Result<()> {
    let (members, tag) = (share.threshold(), told(&share.tag()));
    let mut value = json!({ "share": record::encode(&share.to_bytes()), "threshold": members, "tag": tag });
    made.describe(&mut value);
    let file = record::write(SHARE, value.clone());
    destination.deliver(Audience::Everybody, &file, output, value, |path| {
        format!("share of a signature by {members} members in {path}, tag {tag}")
    })
}

/// # Errors
/// [`Code::No`] if a share does not hold, [`Code::Input`] if they are too few, too many, for different numbers, or two of one member.
pub(super) fn combine(options: &RingCombine, output: Output) -> anyhow::Result<()> {
    let found = options.shares.len();
    if found > MAX_THRESHOLD {
        return Err(input(format_args!("{found} shares are given: at most {MAX_THRESHOLD} sign together")));
    }
    let shares = options.shares.iter().map(|path| ("a share", Some(path.as_path())));
    let others = [("--message", &options.message), ("--ring", &options.within.ring)];
    let inputs: Vec<_> = shares.chain(others.map(|(name, path)| (name, Some(path.as_path())))).collect();
    options.destination.check_with(&inputs)?;
    let scope = made::scope(&options.within.scope)?;
    let ring = keys::read_ring(&options.within.ring)?;
    // everything that can be seen without the work of verifying
    let mut read: Vec<(&Path, Share)> = Vec::with_capacity(found);
    for path in &options.shares {
        let (share, made) = read_share(path)?;
        made.check(&ring, &options.within).map_err(|error| of(path, &error))?;
        check_beside(&read, path, &share)?;
        read.push((path, share));
    }
    let threshold = read.first().map_or(0, |(_, share)| share.threshold());
    if found != threshold {
        return Err(input(Error::Shares { found, threshold }));
    }
    let message = source::message(&options.message)?;
    for (path, share) in &read {
        share.verify(&ring, &scope, &message).map_err(|error| of(path, &no(error)))?;
    }
    let shares = read.into_iter().map(|(_, share)| share).collect();
    let whole = ThresholdSignature::combine(shares).map_err(input)?;
    let mut value = json!({ "signature": record::encode(&whole.to_bytes()), "threshold": threshold });
    Made::within(&options.within, &ring).describe(&mut value);
    let file = record::write(SIGNATURE, value.clone());
    options.destination.deliver(Audience::Everybody, &file, output, value, |path| {
        format!("ring signature by {threshold} members in {path}")
    })
}

/// # Errors
/// [`Code::Input`] if a share does not go with those before it, naming both.
fn check_beside(before: &[(&Path, Share)], path: &Path, share: &Share) -> anyhow::Result<()> {
    let path = path.display();
    if let Some((first, other)) = before.first().filter(|(_, other)| other.threshold() != share.threshold()) {
        let (first, one, two) = (first.display(), other.threshold(), share.threshold());
        return Err(input(format_args!(
            "{first} is a share for a threshold of {one}, {path} for one of {two}"
        )));
    }
    let tag: Tag = share.tag();
    if let Some((same, _)) = before.iter().find(|(_, other)| other.tag() == tag) {
        return Err(input(format_args!("one member signed both {} and {path}", same.display())));
    }
    Ok(())
}

fn of(path: &Path, error: &anyhow::Error) -> anyhow::Error {
    Failure::with(Code::No, format!("{}: {error}", path.display()))
}

/// # Errors
/// [`Code::No`] if it does not verify or was made by another number of members, [`Code::Input`] if a file is not acceptable or the
/// ring cannot have this number.
pub(super) fn verify(
    options: &RingVerify,
    members: usize,
    ring: &Ring,
    scope: &Scope,
    output: Output,
) -> anyhow::Result<()> {
    let limit = ring.members().len().min(MAX_THRESHOLD);
    if !(2..=limit).contains(&members) {
        return Err(input(Error::Threshold { threshold: members, members: ring.members().len(), limit }));
    }
    let mut record = Record::read(&options.signature, SIGNATURE, MAX_SIGNATURE_FILE)?;
    let whole =
        ThresholdSignature::from_bytes(&record.bytes("signature")?).map_err(|error| record.refused(error))?;
    check_threshold(&mut record, whole.threshold())?;
    let made = Made::take(&mut record)?;
    record.finish()?;
    made.check(ring, &options.within)?;
    if whole.threshold() != members {
        return Err(no(format_args!("it was made by {} members, not by {members}", whole.threshold())));
    }
    let message = source::message(&options.file)?;
    let tags = whole.verify(ring, scope, members, &message, &mut rand::rng()).map_err(no)?;
    let tags: Vec<_> = tags.iter().map(told).collect();
    let mut value = json!({
        "verified": true,
        "threshold": members,
        "members": ring.members().len(),
        "tags": tags,
    });
    made.describe(&mut value);
    output.result(&value, || {
        let mut lines = vec![format!("verified: {members} of {} members signed, tags", ring.members().len())];
        lines.extend(tags.iter().map(|tag| format!("  {tag}")));
        lines.join("\n")
    })
}

fn read_share(path: &Path) -> anyhow::Result<(Share, Made)> {
    let mut record = Record::read(path, SHARE, MAX_SHARE_FILE)?;
    let share = Share::from_bytes(&record.bytes("share")?).map_err(|error| record.refused(error))?;
    if record.array::<32>("tag")? != share.tag().to_bytes() {
        return Err(record.refused("its tag is not that of its share: it was altered"));
    }
    check_threshold(&mut record, share.threshold())?;
    let made = Made::take(&mut record)?;
    record.finish()?;
    Ok((share, made))
}

/// The number in the file is for people; the one that counts is in the bytes.
fn check_threshold(record: &mut Record, threshold: usize) -> anyhow::Result<()> {
    if record.take("threshold")? == json!(threshold) {
        return Ok(());
    }
    Err(record.refused(format_args!("its threshold is not the {threshold} of its bytes: it was altered")))
}
