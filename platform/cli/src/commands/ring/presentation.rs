//! `hufu ring present` and `verify-presentation`: "a DID on list L, version v" answers a challenge.

use hufu_credentials::membership::{MembershipPresentation, MembershipReference};
use hufu_light::RingName;
use hufu_ring::Ring;

use super::keys;
use crate::{
    args::{RingPresent, RingVerifyPresentation},
    commands::presentation::{self, Verdict},
    exit::{Code, Failure},
    output::Output,
};

/// # Errors
/// [`Code::Input`] if the ring is of no ledger's list, or the key not of one of its members.
pub(super) fn present(options: &RingPresent, output: Output) -> anyhow::Result<()> {
    let (ring, key) = (("--ring", Some(options.ring.as_path())), ("--key", Some(options.key.as_path())));
    options.destination.check_with(&[ring, key, options.unlock.input()])?;
    let ring = keys::read_ring(&options.ring)?;
    let request = presentation::request(reference(&ring)?, &options.asked);
    let key = keys::read_private(&options.key, &options.unlock)?;
    let presented = MembershipPresentation::by_ring(&request, &ring, &key, &mut rand::rng());
    let presented = presented
        .map_err(|error| Failure::with(Code::Input, format!("{}: {error}", options.key.display())))?;
    presentation::write(&presented, &options.destination, output)
}

/// # Errors
/// [`Code::No`] if it does not verify.
pub(super) async fn verify(options: &RingVerifyPresentation, output: Output) -> anyhow::Result<()> {
    let presented = &options.presented;
    presented.check_with(("--ring", options.ring.as_deref()))?;
    let verdict = match (&options.of, &options.ring) {
        (Some(name), _) => presentation::ask(presented, &name.to_string()).await?,
        (None, Some(path)) => {
            let ring = keys::read_ring(path)?;
            let asked = presentation::expected(reference(&ring)?, presented)?;
            let found = presentation::read(&presented.presentation)?;
            let tag = found.verify_by_ring(&asked, &ring).map_err(presentation::refused)?;
            Verdict::here(&asked, Some(hex::encode(tag.to_bytes())), None)
        }
        (None, None) => return Err(Failure::with(Code::Input, "by what? give --ring or --of")),
    };
    verdict.tell("one of its members", output)
}

/// Which list of which network a ring is, as it says itself: its signatures hold for nothing else.
pub(in crate::commands) fn reference(ring: &Ring) -> anyhow::Result<MembershipReference> {
    let name = |list: &str, version| RingName::new(list, version).ok().map(|name| name.to_string());
    ring.context()
        .and_then(|list| presentation::reference(list.list(), |short| name(short, list.version())))
        .ok_or_else(|| {
            let words = "this ring is no list of a ledger, and a presentation says of which list: take the ring \
                         that `hufu ring fetch` writes, or sign the challenge with `hufu ring sign`";
            Failure::with(Code::Input, words)
        })
}
