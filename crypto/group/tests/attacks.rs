//! Attacks on what lies around a signature: epochs, registers, groups that share keys, randomness that repeats.
//!
//! Most are refused. Where a test says "not refused", `docs/scheme.md` names the caller's duty that prevents it.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;
mod plain;

use common::{World, account, invitation, rng, scope, warrant};
use hufu_group::{
    BlockedTags, Claim, Credential, Epoch, Error, Group, Member, MemberSecret, MemoryRegister, Opening,
    Parameters, PartialOpening, Register as _, Scope, Signature, Tag, Update, Verified, verify_batch,
};
use hufu_pairing::Blst;
use plain::{Claimed, Number, Point, Shown, Signer, Statement, generator, number, point, prove, sign};
use rand_chacha::rand_core::Rng as _;

type World1 = World<Blst>;

const MESSAGE: &[u8] = b"m";

fn statement(group: &Group, epoch: &Epoch, message: &[u8]) -> Statement {
    Statement {
        group: *group.id().as_bytes(),
        escrow: point(&group.openers().to_bytes()[4..52]),
        epoch: epoch.number(),
        value: value(epoch),
        scope: None,
        message: message.to_vec(),
    }
}

/// V.
fn value(epoch: &Epoch) -> Point {
    point(&epoch.to_bytes()[8..])
}

fn secret(number: u8) -> [u8; 32] {
    [number + 1; 32]
}

fn admitted(world: &mut World1, number: u8) -> Member {
    world.join_with(number, MemberSecret::from_bytes(&secret(number)).unwrap()).unwrap()
}

fn signer(member: &Member, number: u8) -> Signer {
    Signer::of(&secret(number), &member.credential().to_bytes())
}

/// Signs with a witness of the signer's choice, for an epoch of its choice.
fn verdict(group: &Group, epoch: &Epoch, signer: &Signer, witness: Point) -> Result<Verified, Error> {
    let signer = Signer { witness, ..signer.clone() };
    let signed = sign(&statement(group, epoch, MESSAGE), &signer, &[3; 32]);
    Signature::from_bytes(&signed.bytes)?.verify(group, epoch, None, MESSAGE)
}

/// V/(γ+e), which whoever has γ can give to anybody: what an issuer's rules keep it from doing.
fn witness_of(world: &World1, epoch: &Epoch, signer: &Signer) -> Point {
    let gamma = number(world.issuer.to_bytes().as_slice());
    (value(epoch) * (gamma + signer.e).invert().unwrap()).to_affine()
}

/// What the register's refusal prevents: an issuer who keeps none removes a member that is not in the epoch, and what is
/// published lets it sign there.
fn admitted_by_a_removal(world: &World1, epoch: &Epoch, thief: &Signer, gone: &Member) {
    let given = witness_of(world, epoch, thief);
    verdict(&world.group, epoch, thief, given).expect("V/(γ+e) is a witness");
    let enrolment = world.register.find(&gone.key()).unwrap().enrolment;
    let (update, next) = world.issuer.revoke(&world.group, epoch, &[enrolment]).unwrap();
    assert_eq!(published(&update), given, "which is what a removal publishes");
    assert_eq!(
        verdict(&world.group, &next, thief, given).unwrap_err(),
        Error::Verification,
        "until the next epoch"
    );
}

/// The last V of an update.
fn published(update: &Update) -> Point {
    let bytes = update.to_bytes();
    point(&bytes[bytes.len() - 48..])
}

// Epochs: a removal of e publishes V/(γ+e), which is the witness of e for the epoch before.

/// Revoked in epoch 1, and by mistake once more from there: what is published then is its witness for epoch 1.
#[test]
fn a_member_that_is_revoked_twice() {
    let mut world = World1::new(1);
    let (_stays, gone) = (admitted(&mut world, 0), admitted(&mut world, 1));
    let thief = signer(&gone, 1);
    world.revoke(&[&gone]);
    let first = world.epoch;
    assert_eq!(verdict(&world.group, &first, &thief, thief.witness).unwrap_err(), Error::Verification);
    assert_eq!(world.register.revoke(&gone.key(), &first).unwrap_err(), Error::Revoked { epoch: 1 });
    admitted_by_a_removal(&world, &first, &thief, &gone);
}

/// The same with a renewal in between: the revoked member has no witness there until somebody removes it again.
#[test]
fn a_member_that_is_revoked_again_after_a_renewal() {
    let mut world = World1::new(2);
    let gone = admitted(&mut world, 1);
    let thief = signer(&gone, 1);
    world.revoke(&[&gone]);
    let renewed = Epoch::renewed(&world.group, 2);
    assert_eq!(verdict(&world.group, &renewed, &thief, thief.witness).unwrap_err(), Error::Verification);
    assert_eq!(world.register.revoke(&gone.key(), &renewed).unwrap_err(), Error::Revoked { epoch: 1 });
    let witness = world.issuer.witness(&world.group, &renewed, &gone.key(), &world.register);
    assert_eq!(witness.unwrap_err(), Error::Revoked { epoch: 2 });
    admitted_by_a_removal(&world, &renewed, &thief, &gone);
}

/// Two groups of one issuer's key: removed from the one where it never was, a member of the other was there before.
#[test]
fn a_removal_from_a_group_of_which_it_is_no_member() {
    let mut world = World1::new(3);
    let stranger = admitted(&mut world, 1);
    let thief = signer(&stranger, 1);
    let other =
        Group::new(&Parameters::new(), b"other", world.issuer.key(), world.group.openers().clone()).unwrap();
    let epoch = other.first_epoch();
    assert_eq!(verdict(&other, &epoch, &thief, thief.witness).unwrap_err(), Error::Verification);
    let foreign = Error::OtherGroup { what: "the member" };
    assert_eq!(world.register.revoke(&stranger.key(), &epoch).unwrap_err(), foreign);
    // an issuer who keeps no register
    let enrolment = world.register.find(&stranger.key()).unwrap().enrolment;
    assert_eq!(world.issuer.revoke(&other, &epoch, &[enrolment]).unwrap_err(), foreign);
    let given = witness_of(&world, &epoch, &thief);
    verdict(&other, &epoch, &thief, given).expect("what such a removal would publish admits it");
}

/// In one update the value between is nobody's epoch; and the others follow a second removal as they do the first.
#[test]
fn the_others_follow_a_second_removal() {
    let mut world = World1::new(4);
    let (mut stays, gone, too) = (admitted(&mut world, 0), admitted(&mut world, 1), admitted(&mut world, 2));
    let first = world.revoke(&[&gone]);
    assert_eq!(world.register.revoke(&gone.key(), &world.epoch).unwrap_err(), Error::Revoked { epoch: 1 });
    // an issuer who keeps no register
    let again = [&too, &gone].map(|member| world.register.find(&member.key()).unwrap().enrolment);
    let (second, next) = world.issuer.revoke(&world.group, &world.epoch, &again).unwrap();
    world.epoch = next;
    let updates = [first, second];
    stays.follow(&updates).unwrap();
    world.signed(&stays, None, MESSAGE);
    let thief = signer(&gone, 1);
    for witness in [thief.witness, published(&updates[0]), published(&updates[1])] {
        let signed = verdict(&world.group, &world.epoch, &thief, witness);
        assert_eq!(signed.unwrap_err(), Error::Verification);
    }
}

/// A issuer who keeps no rule removes one member twice in one update: all its equations hold, and nobody follows it.
#[test]
fn an_update_that_removes_one_member_twice() {
    let mut world = World1::new(22);
    let (mut stays, gone) = (admitted(&mut world, 0), admitted(&mut world, 1));
    let first = world.epoch;
    let once = world.revoke(&[&gone]).to_bytes();
    let thief = signer(&gone, 1);
    let again = witness_of(&world, &world.epoch, &thief);
    let twice = [&once[..8], &2_u32.to_le_bytes(), &once[12..], &once[12..44], &again.to_bytes()].concat();
    let twice = Update::from_bytes(&twice).unwrap();
    assert_eq!(twice.apply(&world.group, &first), Err(Error::RepeatedRemoval));
    assert_eq!(stays.follow(std::slice::from_ref(&twice)), Err(Error::RepeatedRemoval));
    assert_eq!(stays.epoch().number(), 0, "where it was");
    // In two updates they hold, one after the other. The second publishes a witness for the epoch between.
    let after = [&1_u64.to_le_bytes()[..], &1_u32.to_le_bytes(), &once[12..44], &again.to_bytes()].concat();
    let after = Update::from_bytes(&after).unwrap();
    after.apply(&world.group, &world.epoch).expect("each by itself is true");
    verdict(&world.group, &world.epoch, &thief, published(&after)).expect("a second removal admits it again");
}

/// With the old witness, and with all that was published, into a renewed epoch.
#[test]
fn a_revoked_member_in_a_renewed_epoch() {
    let mut world = World1::new(5);
    let (stays, gone) = (admitted(&mut world, 0), admitted(&mut world, 1));
    let update = world.revoke(&[&gone]);
    let renewed = Epoch::renewed(&world.group, 2);
    let thief = signer(&gone, 1);
    let World { issuer, group, register, .. } = &world;
    let others = point(&issuer.witness(group, &renewed, &stays.key(), register).unwrap().to_bytes()[8..]);
    let shifted = (value(&renewed).lift() - value(&group.first_epoch()).lift() + thief.witness).to_affine();
    for witness in [thief.witness, published(&update), value(&renewed), others, shifted] {
        assert_eq!(verdict(group, &renewed, &thief, witness).unwrap_err(), Error::Verification);
    }
}

/// Not refused, `docs/scheme.md` §2: an epoch's number is no date. W = V* + (e* − e)·W* goes back over a removal.
#[test]
fn a_member_signs_in_epochs_before_its_admission() {
    let mut world = World1::new(6);
    let gone = admitted(&mut world, 0);
    let first = world.epoch;
    let update = world.revoke(&[&gone]);
    let late = signer(&admitted(&mut world, 1), 1);
    assert_eq!(verdict(&world.group, &first, &late, late.witness).unwrap_err(), Error::Verification);
    let removed = number(&update.to_bytes()[12..44]);
    let back = (late.witness * (removed - late.e) + published(&update)).to_affine();
    verdict(&world.group, &first, &late, back).expect("admitting a member leaves V as it is");
    // But not over a renewal.
    let renewed = Epoch::renewed(&world.group, 2);
    assert_eq!(verdict(&world.group, &renewed, &late, back).unwrap_err(), Error::Verification);
}

#[test]
fn nothing_follows_the_last_epoch() {
    let mut world = World1::new(7);
    let (mut member, gone) = (admitted(&mut world, 0), admitted(&mut world, 1));
    let last = Epoch::renewed(&world.group, u64::MAX);
    let World { issuer, group, register, .. } = &mut world;
    let witness = issuer.witness(group, &last, &member.key(), register).unwrap();
    member.renew(&last, &witness).unwrap();
    let over = Error::Degenerate("the last epoch number");
    let enrolment = register.revoke(&gone.key(), &last).unwrap();
    assert_eq!(issuer.revoke(group, &last, &[enrolment]).unwrap_err(), over);
    let (update, _) = issuer.revoke(group, &group.first_epoch(), &[enrolment]).unwrap();
    let mut bytes = update.to_bytes();
    bytes[..8].fill(0xff);
    let update = Update::from_bytes(&bytes).unwrap();
    assert_eq!(update.apply(group, &last), Err(over.clone()));
    assert_eq!(member.follow(&[update]), Err(over));
}

/// A issuer's two removals, each false, whose errors cancel under equal weights.
#[test]
fn errors_of_an_update_that_cancel() {
    let mut world = World1::new(8);
    let mut member = admitted(&mut world, 0);
    let gone = [admitted(&mut world, 1), admitted(&mut world, 2)];
    let first = world.epoch;
    let bytes = world.revoke(&[&gone[0], &gone[1]]).to_bytes();
    let gamma = number(world.issuer.to_bytes().as_slice());
    let [first_factor, second_factor] = [12, 92].map(|at| gamma + number(&bytes[at..at + 32]));
    let shift = Point::generator();
    // V1 + Δ; and V2 with (γ+e2)·V2 = V1 + Δ − (γ+e1)·Δ.
    let one = point(&bytes[44..92]).lift() + shift;
    let two = (one - shift * first_factor) * second_factor.invert().unwrap();
    let errors = one * first_factor - value(&first).lift() + two * second_factor - one.to_affine().lift();
    assert!(bool::from(errors.to_affine().is_identity()), "they cancel");
    let forged =
        [&bytes[..44], &one.to_affine().to_bytes(), &bytes[92..124], &two.to_affine().to_bytes()].concat();
    let forged = Update::from_bytes(&forged).unwrap();
    assert_eq!(forged.apply(&world.group, &first), Err(Error::FalseUpdate));
    assert_eq!(member.follow(&[forged]), Err(Error::FalseUpdate));
}

/// A issuer who knows log V to the base −G makes an epoch without a constant. Whoever asks for that epoch is told nothing
/// by a signature, and it names nobody: epochs are to be taken from the chain of updates, or be hashes.
#[test]
fn an_epoch_whose_constant_is_the_identity() {
    let mut world = World1::new(9);
    let member = admitted(&mut world, 0);
    let honest = world.signed(&member, None, MESSAGE).0.to_bytes();
    let minus = (-generator("G").lift()).to_affine();
    let bytes = [&world.epoch.to_bytes()[..8], &minus.to_bytes()].concat();
    let epoch = Epoch::from_bytes(&world.group, &bytes).expect("any point but the identity is a V");
    let statement = statement(&world.group, &epoch, MESSAGE);
    let (zero, t) = (Number::zero(), Number::from(5_u64));
    let escrow =
        [Point::generator() * t, statement.escrow * t, generator("Y") * t].map(|point| point.to_affine());
    let [e0, e1, e2] = escrow;
    let shown = Shown { fixed: [point(&honest[9..57]), point(&honest[57..105]), e0, e1, e2], tag: None };
    let claimed = Claimed { rho: zero, epsilon: zero, u: zero, t };
    let tildes = [7_u64, 8, 9, 10].map(Number::from);
    let forged = prove(&statement, &shown, &claimed, &tildes).bytes;
    let signature = Signature::from_bytes(&forged).unwrap();
    let signed = signature
        .verify(&world.group, &epoch, None, MESSAGE)
        .expect("a constant of nothing is proven by nothing");
    let parts = world.parts(&signed, &warrant());
    let opened = Opening::combine(&world.group, &signed, &warrant(), &parts);
    assert_eq!(opened.unwrap_err(), Error::UnknownMember);
    assert_eq!(
        signature.verify(&world.group, &world.epoch, None, MESSAGE).unwrap_err(),
        Error::Verification,
        "in the honest epoch it is nothing"
    );
}

// Joining

/// An issuer's A and W, each false, whose errors cancel in their sum: it would sign, but could not follow.
#[test]
fn errors_of_a_credential_that_cancel() {
    let mut world = World1::new(10);
    let member = admitted(&mut world, 0);
    let bytes = member.credential().to_bytes();
    let shift = Point::generator();
    let a = (point(&bytes[8..56]).lift() + shift).to_affine().to_bytes();
    let witness = (point(&bytes[56..104]).lift() - shift.lift()).to_affine().to_bytes();
    let forged = [&bytes[..8], &a, &witness, &bytes[104..]].concat();
    let credential = Credential::from_bytes(&forged).unwrap();
    let own = MemberSecret::from_bytes(&secret(0)).unwrap();
    assert_eq!(Member::new(&world.group, &world.epoch, own, credential).err(), Some(Error::Credential));
}

/// Not refused, `docs/scheme.md` §4: a credential that is sent before it is registered may be one of two, and revoking the
/// one that is registered leaves the other.
#[test]
fn a_second_credential_of_one_request() {
    let mut world = World1::new(11);
    let own = MemberSecret::<Blst>::from_bytes(&secret(0)).unwrap();
    let request = own.request(&world.group, &invitation(0), &mut world.rng).unwrap();
    let World { issuer, group, epoch, register, rng, .. } = &mut world;
    let mut answer = || issuer.admit(group, epoch, &request, &invitation(0), &*register, rng).unwrap();
    let [(first, registered), (second, not_registered)] = [answer(), answer()];
    register.insert(&account(0), b"consent", registered).unwrap();
    // This is where the caller learns it, and must not have sent the second.
    assert_eq!(register.insert(&account(0), b"consent", not_registered), Err(Error::AlreadyRegistered));
    let mut member = Member::new(group, epoch, own, first).unwrap();
    let own = MemberSecret::from_bytes(&secret(0)).unwrap();
    let mut again = Member::new(group, epoch, own, second).unwrap();
    let (update, next) =
        issuer.revoke(group, epoch, &[register.revoke(&member.key(), epoch).unwrap()]).unwrap();
    assert_eq!(member.follow(std::slice::from_ref(&update)), Err(Error::Revoked { epoch: 1 }));
    again.follow(&[update]).unwrap();
    let signature = again.sign(None, MESSAGE, rng).unwrap();
    signature.verify(group, &next, None, MESSAGE).expect("nobody revoked this credential");
}

/// A false issuer admits u = 0: the key is the identity. It signs, without a tag only, and no opening gives a key.
#[test]
fn a_member_without_a_key() {
    let mut world = World1::new(12);
    let gamma = number(world.issuer.to_bytes().as_slice());
    let statement = statement(&world.group, &world.epoch, MESSAGE);
    let e = Number::from(11_u64);
    let inverse = (gamma + e).invert().unwrap();
    let a = (generator("G") * inverse).to_affine();
    let witness = (statement.value * inverse).to_affine();
    let nobody = Signer { u: Number::zero(), e, a, witness };
    let bytes = sign(&statement, &nobody, &[3; 32]).bytes;
    let signed =
        Signature::from_bytes(&bytes).unwrap().verify(&world.group, &world.epoch, None, MESSAGE).unwrap();
    let parts = world.parts(&signed, &warrant());
    let opened = Opening::combine(&world.group, &signed, &warrant(), &parts);
    assert_eq!(opened.unwrap_err(), Error::UnknownMember);
    let tagged = Statement { scope: Some(b"here".to_vec()), ..statement };
    let bytes = sign(&tagged, &nobody, &[3; 32]).bytes;
    assert!(matches!(Signature::<Blst>::from_bytes(&bytes), Err(Error::Point { what: "J", .. })));
}

// Groups

/// The same keys, the same V under the same number, another name.
#[test]
fn a_signature_in_a_group_with_the_same_accumulator() {
    let mut world = World1::new(13);
    let member = admitted(&mut world, 0);
    let renamed =
        Group::new(&Parameters::new(), b"renamed", world.issuer.key(), world.group.openers().clone())
            .unwrap();
    let epoch = Epoch::from_bytes(&renamed, &world.epoch.to_bytes()).unwrap();
    let here = scope("here");
    for scope in [None, Some(&here)] {
        let (signature, signed) = world.signed(&member, scope, MESSAGE);
        assert_eq!(signature.verify(&renamed, &epoch, scope, MESSAGE).unwrap_err(), Error::Verification);
        let claims = [(&world.group, &world.epoch), (&renamed, &epoch)].map(|(group, epoch)| Claim {
            group,
            epoch,
            scope,
            message: MESSAGE,
            signature: &signature,
        });
        let batch = verify_batch(&claims, &mut rng(1)).unwrap_err();
        assert_eq!(batch, Error::InBatch { culprits: vec![1] });
        // Openers of both groups, and their parts.
        let parts = world.parts(&signed, &warrant());
        let foreign = Error::OtherGroup { what: "the signature" };
        let open = world.openers[0].open(&renamed, &signed, &warrant(), &mut world.rng);
        assert_eq!(open.unwrap_err(), foreign);
        assert_eq!(parts[0].verify(&renamed, &signed, &warrant()).unwrap_err(), foreign);
        assert_eq!(Opening::combine(&renamed, &signed, &warrant(), &parts).unwrap_err(), foreign);
    }
}

/// With the same issuer's key, a member's A holds in both groups; its witness does not.
#[test]
fn a_member_in_another_group_of_its_issuer() {
    let mut world = World1::new(14);
    let member = admitted(&mut world, 0);
    let bytes = member.credential().to_bytes();
    let other =
        Group::new(&Parameters::new(), b"other", world.issuer.key(), world.group.openers().clone()).unwrap();
    let epoch = other.first_epoch();
    let own = || MemberSecret::from_bytes(&secret(0)).unwrap();
    let moved = Member::new(&other, &epoch, own(), Credential::from_bytes(&bytes).unwrap());
    assert_eq!(moved.err(), Some(Error::Credential));
    let witness = signer(&member, 0).witness;
    assert_eq!(verdict(&other, &epoch, &signer(&member, 0), witness).unwrap_err(), Error::Verification);
    // The issuer gives a witness there only to whom the register has there.
    let none = world.issuer.witness(&other, &epoch, &member.key(), &MemoryRegister::new());
    assert_eq!(none, Err(Error::UnknownMember));
    let foreign = world.issuer.witness(&other, &epoch, &member.key(), &world.register);
    assert_eq!(foreign, Err(Error::OtherGroup { what: "the member" }), "one register for both groups");
    // That protects: with such a witness it signs in a group that never admitted it.
    let given = witness_of(&world, &epoch, &signer(&member, 0));
    verdict(&other, &epoch, &signer(&member, 0), given).expect("a member of the other group, too");
}

/// One register for two groups: an epoch of the one is not taken for a removal from the other, and nothing is noted.
#[test]
fn a_removal_noted_for_another_groups_epoch() {
    let mut world = World1::new(21);
    let member = admitted(&mut world, 0);
    let other =
        Group::new(&Parameters::new(), b"other", world.issuer.key(), world.group.openers().clone()).unwrap();
    let refused = world.register.revoke(&member.key(), &other.first_epoch());
    assert_eq!(refused.unwrap_err(), Error::OtherGroup { what: "the member" });
    assert_eq!(world.register.find(&member.key()).unwrap().revoked, None);
    let next = Epoch::renewed(&world.group, 1);
    world.issuer.witness(&world.group, &next, &member.key(), &world.register).expect("it is still a member");
    world.revoke(&[&member]);
}

// Tags

#[test]
fn tags_of_several_scopes_and_epochs() {
    let mut world = World1::new(15);
    let mut member = admitted(&mut world, 0);
    let gone = admitted(&mut world, 1);
    let (here, there) = (scope("here"), scope("there"));
    let (tagged, signed) = world.signed(&member, Some(&here), MESSAGE);
    let (other, other_signed) = world.signed(&member, Some(&there), MESSAGE);
    let refused = |bytes: &[u8], scope: &Scope| {
        let read = Signature::<Blst>::from_bytes(bytes).unwrap();
        read.verify(&world.group, &world.epoch, Some(scope), MESSAGE).unwrap_err()
    };
    // The one's tag in the other, both ways.
    let (one, two) = (tagged.to_bytes(), other.to_bytes());
    for (bytes, with) in [(&one, &two), (&two, &one)] {
        let mixed = [&bytes[..249], &with[249..297], &bytes[297..]].concat();
        assert_eq!(refused(&mixed, &here), Error::Verification);
        assert_eq!(refused(&mixed, &there), Error::Verification);
    }
    // Two scopes in one batch, and one signature in both.
    let claim = |scope, signature| {
        let (group, epoch) = (&world.group, &world.epoch);
        Claim { group, epoch, scope: Some(scope), message: MESSAGE, signature }
    };
    let (signature_here, signature_there) = (claim(&here, &tagged), claim(&there, &other));
    let verified = verify_batch(&[signature_here, signature_there], &mut rng(1)).unwrap();
    let tags: Vec<_> = verified.iter().map(Verified::tag).collect();
    assert_eq!(tags, [signed.tag(), other_signed.tag()]);
    let bad = [signature_here, claim(&there, &tagged), signature_there, claim(&here, &other)];
    assert_eq!(verify_batch(&bad, &mut rng(1)).unwrap_err(), Error::InBatch { culprits: vec![1, 3] });
    assert_eq!(verified[1].tag_in(&here), Err(Error::TagMissing));

    // Not refused, `docs/scheme.md` §7: a block ends with its epoch, whether the next was renewed or not.
    let mut blocked = BlockedTags::new(&world.epoch);
    let of_epoch = blocked.scope().clone();
    let (_, offence) = world.signed(&member, Some(&of_epoch), MESSAGE);
    blocked.block(&offence).unwrap();
    assert_eq!(blocked.check(&offence), Err(Error::BlockedTag));
    let update = world.revoke(&[&gone]);
    member.follow(&[update]).unwrap();
    let next = BlockedTags::new(&world.epoch);
    let (_, later) = world.signed(&member, Some(next.scope()), MESSAGE);
    assert_eq!(blocked.check(&later), Err(Error::TagMissing));
    next.check(&later).unwrap();
    // Nor do tags of the same epoch number in two groups meet.
    let elsewhere = World1::new(16);
    assert_ne!(Scope::of_epoch(&elsewhere.epoch), of_epoch);
    assert_ne!(offence.tag().map(|tag: Tag| tag.to_bytes()), later.tag().map(|tag| tag.to_bytes()));
}

/// A member that uses its secret in two groups: in one scope, even one `Scope` that both share, its tags differ.
#[test]
fn tags_of_one_secret_in_two_groups() {
    let [mut one, mut two] = [23, 24].map(World1::new);
    let members = [admitted(&mut one, 0), admitted(&mut two, 0)];
    assert_eq!(members[0].key(), members[1].key(), "one secret, one key");
    let here = scope("here");
    let (first, signed) = one.signed(&members[0], Some(&here), MESSAGE);
    let (_, elsewhere) = two.signed(&members[1], Some(&here.clone()), MESSAGE);
    assert_ne!(signed.tag(), elsewhere.tag());
    assert_eq!(
        one.signed(&members[0], Some(&scope("here")), b"again").1.tag(),
        signed.tag(),
        "in one it links"
    );
    let moved = first.verify(&two.group, &two.epoch, Some(&here), MESSAGE);
    assert_eq!(moved.unwrap_err(), Error::Verification);
}

// Openings

/// A part's number says whom its proof is checked against, not who sent it: who may send parts is the caller's to see to.
#[test]
fn a_false_part_in_an_honest_openers_name() {
    let mut world = World1::new(17);
    let member = admitted(&mut world, 0);
    let (_, signed) = world.signed(&member, None, MESSAGE);
    let parts = world.parts(&signed, &warrant());
    let mut bytes = parts[1].to_bytes();
    bytes[..2].copy_from_slice(&1_u16.to_le_bytes());
    let forged = PartialOpening::from_bytes(&bytes).unwrap();
    let combine = |parts: &[PartialOpening]| Opening::combine(&world.group, &signed, &warrant(), parts);
    let combined = combine(&[forged.clone(), parts[1].clone(), parts[2].clone()]).unwrap();
    assert_eq!((combined.key, combined.culprits), (member.key(), vec![1]));
    // Beside the honest one it is refused, and not chosen between.
    let both = combine(&[forged, parts[0].clone(), parts[1].clone()]);
    assert_eq!(both.unwrap_err(), Error::RepeatedOpener { opener: 1 });
}

/// E0 and D multiplied by one number keep log_P Z_j = log_E0 D_j true, for another ciphertext than the signature's.
#[test]
fn a_part_of_a_multiplied_ciphertext() {
    let mut world = World1::new(18);
    let member = admitted(&mut world, 0);
    let (_, signed) = world.signed(&member, None, MESSAGE);
    let parts = world.parts(&signed, &warrant());
    let bytes = parts[0].to_bytes();
    let doubled = (point(&bytes[2..50]) * Number::from(2_u64)).to_affine().to_bytes();
    let forged = PartialOpening::from_bytes(&[&bytes[..2], &doubled, &bytes[50..]].concat()).unwrap();
    let refused = Err(Error::FalseOpening { culprits: vec![1] });
    assert_eq!(forged.verify(&world.group, &signed, &warrant()), refused);
    // The simulator's proof: random c and s, for the D that it wants. Its hash is not c.
    for seed in 0..8 {
        let mut scalars = [0; 64];
        rng(seed).fill_bytes(&mut scalars);
        (scalars[0], scalars[32]) = (scalars[0] >> 2, scalars[32] >> 2);
        let simulated = [&bytes[..50], &scalars].concat();
        let simulated = PartialOpening::from_bytes(&simulated).unwrap();
        assert_eq!(simulated.verify(&world.group, &signed, &warrant()), refused);
    }
}

// Randomness that repeats

/// What two proofs with the same nonce give away: (s − s')/(c − c').
fn extracted(one: (Number, Number), two: (Number, Number)) -> Option<Number> {
    Option::<Number>::from((one.0 - two.0).invert()).map(|inverse| (one.1 - two.1) * inverse)
}

/// c and u^ of what this member signs with this generator.
fn responses(world: &World1, member: &Member, own: &Signer, message: &[u8]) -> (Number, Number) {
    let mut entropy = [0; 32];
    rng(1).fill_bytes(&mut entropy);
    let signed = sign(&statement(&world.group, member.epoch(), message), own, &entropy);
    let by_crate = member.sign(None, message, &mut rng(1)).unwrap().to_bytes();
    assert_eq!(by_crate, signed.bytes, "the crate's signature");
    let read = |name: &str| number(&hex::decode(signed.trace[name].as_str().unwrap()).unwrap());
    (read("c"), read("u"))
}

#[test]
fn a_generator_that_repeats_gives_no_secret_away() {
    let mut world = World1::new(19);
    let mut member = admitted(&mut world, 0);
    let gone = admitted(&mut world, 1);
    let u = number(&secret(0));
    let first = responses(&world, &member, &signer(&member, 0), b"one");
    let second = responses(&world, &member, &signer(&member, 0), b"two");
    assert_ne!(extracted(first, second), Some(u), "two messages");
    let update = world.revoke(&[&gone]);
    member.follow(&[update]).unwrap();
    let third = responses(&world, &member, &signer(&member, 0), b"one");
    assert_ne!(extracted(first, third), Some(u), "two epochs");

    let (_, signed) = world.signed(&member, None, MESSAGE);
    let opened = [b"order 1", b"order 2"].map(|document| {
        let warrant = hufu_group::Warrant::new(document).unwrap();
        let part = world.openers[0].open(&world.group, &signed, &warrant, &mut rng(1)).unwrap().to_bytes();
        (number(&part[50..82]), number(&part[82..]))
    });
    let share = number(&world.openers[0].to_bytes()[2..]);
    assert_ne!(extracted(opened[0], opened[1]), Some(share), "two warrants");
    // Had the nonce been the same:
    let leaked = [(Number::from(3_u64), Number::from(20_u64)), (Number::from(5_u64), Number::from(34_u64))];
    assert_eq!(extracted(leaked[0], leaked[1]), Some(Number::from(7_u64)));
}

/// Two credentials of one secret in one epoch, as a false issuer may give a member that comes again.
#[test]
fn a_generator_that_repeats_with_another_credential() {
    let mut world = World1::new(20);
    let own = || MemberSecret::<Blst>::from_bytes(&secret(0)).unwrap();
    let members = [0, 1].map(|_| {
        let request = own().request(&world.group, &invitation(0), &mut world.rng).unwrap();
        let World { issuer, group, epoch, register, rng, .. } = &mut world;
        let (credential, _) = issuer.admit(group, epoch, &request, &invitation(0), &*register, rng).unwrap();
        Member::new(group, epoch, own(), credential).unwrap()
    });
    let [one, two] = members.each_ref().map(|member| responses(&world, member, &signer(member, 0), MESSAGE));
    assert_ne!(extracted(one, two), Some(number(&secret(0))), "two signatures give the member's secret away");
}
