//! Signatures by k of a ring's members: `hufu ring sign --threshold`, `combine` and `verify --threshold`.
//!
//! Each member makes a share where its key is; shares are put together by anybody. How many members signed is part of every share:
//! one made for two is worth nothing among three.

use std::path::Path;

use hufu_ring::{MAX_THRESHOLD, Ring, Scope, Share, ThresholdSignature};
use serde_json::json;

use super::{
    keys,
    signature::{self, Made, no, told},
};
use crate::{
    args::{Destination, RingCombine, RingVerify},
    commands::{
        key::{sink::Audience, source},
        record::{self, Record},
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
    share: Share,
    made: Made,
    destination: &Destination,
    output: Output,
) -> anyhow::Result<()> {
    let (members, tag) = (share.threshold(), told(&share.tag()));
    let value = json!({
        "share": record::encode(&share.to_bytes()),
        "threshold": members,
        "tag": tag,
        "scope": made.scope,
        "ring": made.ring,
    });
    let file = record::write(SHARE, value.clone());
    destination.deliver(Audience::Everybody, &file, output, value, |path| {
        format!("share of a signature by {members} members in {path}, tag {tag}")
    })
}

/// # Errors
/// [`Code::No`] if a share does not hold, [`Code::Input`] if they are too few, too many, or two of one member.
pub(super) fn combine(options: &RingCombine, output: Output) -> anyhow::Result<()> {
    options.destination.check()?;
    let scope = signature::scope(&options.within.scope)?;
    let ring = keys::read_ring(&options.within.ring)?;
    let message = source::message(&options.message)?;
    let mut shares = Vec::with_capacity(options.shares.len());
    for path in &options.shares {
        let (share, made) = read_share(path)?;
        made.check(&ring, &options.within)
            .and_then(|()| share.verify(&ring, &scope, &message).map_err(no))
            .map_err(|error| Failure::with(Code::No, format!("{}: {error}", path.display())))?;
        shares.push(share);
    }
    let whole =
        ThresholdSignature::combine(shares).map_err(|error| Failure::with(Code::Input, error.to_string()))?;
    let members = whole.threshold();
    let value = json!({
        "signature": record::encode(&whole.to_bytes()),
        "threshold": members,
        "scope": options.within.scope,
        "ring": keys::id(&ring),
    });
    let file = record::write(SIGNATURE, value.clone());
    options.destination.deliver(Audience::Everybody, &file, output, value, |path| {
        format!("ring signature by {members} members in {path}")
    })
}

/// # Errors
/// [`Code::No`] if it does not verify or was made by another number of members, [`Code::Input`] if a file is not acceptable.
pub(super) fn verify(
    options: &RingVerify,
    members: usize,
    ring: &Ring,
    scope: &Scope,
    output: Output,
) -> anyhow::Result<()> {
    let mut record = Record::read(&options.signature, SIGNATURE, MAX_SIGNATURE_FILE)?;
    let whole =
        ThresholdSignature::from_bytes(&record.bytes("signature")?).map_err(|error| record.refused(error))?;
    check_threshold(&mut record, whole.threshold())?;
    let made = Made::take(&mut record)?;
    record.finish()?;
    made.check(ring, &options.within)?;
    let message = source::message(&options.file)?;
    let tags = whole.verify(ring, scope, members, &message, &mut rand::rng()).map_err(no)?;
    let tags: Vec<_> = tags.iter().map(told).collect();
    let value = json!({
        "verified": true,
        "threshold": members,
        "members": ring.members().len(),
        "tags": tags,
        "scope": made.scope,
        "ring": made.ring,
    });
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
