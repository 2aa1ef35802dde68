//! `hufu group present` and `verify-presentation`: "a member of group G" answers a challenge.

use hufu_credentials::membership::{MembershipPresentation, MembershipReference};
use hufu_group::Group;
use hufu_light::GroupName;

use super::{
    files::{self, Known, input},
    member::Membership,
};
use crate::{
    args::{GroupPresent, GroupVerifyPresentation},
    commands::presentation::{self, Verdict},
    output::Output,
};

/// # Errors
/// [`Code::Input`](crate::exit::Code::Input) if the group is on no ledger.
pub(super) fn present(options: &GroupPresent, output: Output) -> anyhow::Result<()> {
    options.destination.check_with(&[("--member", Some(&options.member)), options.unlock.input()])?;
    let Membership { group, member, .. } = Membership::read(&options.member, &options.unlock)?;
    let request = presentation::request(reference(&group)?, &options.asked);
    let presented = MembershipPresentation::by_group(&request, &member, &mut rand::rng()).map_err(input)?;
    presentation::write(&presented, &options.destination, output)
}

/// # Errors
/// [`Code::No`](crate::exit::Code::No) if it does not verify.
pub(super) async fn verify(options: &GroupVerifyPresentation, output: Output) -> anyhow::Result<()> {
    let presented = &options.presented;
    presented.check_with(("--group", options.group.as_deref()))?;
    let verdict = match (&options.of, &options.group) {
        (Some(name), _) => presentation::ask(presented, &name.to_string()).await?,
        (None, Some(path)) => {
            let Known { group, epoch } = Known::read(path)?;
            let asked = presentation::expected(reference(&group)?, presented)?;
            let found = presentation::read(&presented.presentation)?;
            let verified = found.verify_by_group(&asked, &group, &epoch).map_err(presentation::refused)?;
            let tag = verified.tag().map(|tag| hex::encode(tag.to_bytes()));
            Verdict::here(&asked, tag, Some(verified.epoch()))
        }
        (None, None) => return Err(input("by what? give --group or --of")),
    };
    verdict.tell("a member", output)
}

/// Which group of which network it is, as it says itself: its signatures hold for nothing else.
fn reference(group: &Group) -> anyhow::Result<MembershipReference> {
    let name = |short: &str| GroupName::new(short).ok().map(|name| name.to_string());
    presentation::reference(group.name(), name).ok_or_else(|| {
        input(format_args!(
            "{} is no group of a ledger, and a presentation says of which: sign the challenge with `hufu group sign`",
            files::name(group)
        ))
    })
}
