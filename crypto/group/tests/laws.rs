//! What must hold for every group, member, epoch, scope and message.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;

use std::collections::HashSet;

use common::{World, account, deal, invitation, key, rng, scope, warrant};
use hufu_group::{
    BlockedTags, Ceremony, Claim, Credential, Dealing, Enrolment, Epoch, Error, Group, Issuer, JoinRequest,
    Member, MemberSecret, MemoryRegister, OpenerKey, Openers, Opening, Parameters, PartialOpening, Scope,
    SecretShare, Signature, Tag, Update, Warrant, Witness, verify_batch,
};
use hufu_pairing::{Backend, Blst, Zkcrypto};

fn everybody_signs_and_is_opened<B: Backend>() {
    let mut world = World::<B>::new(1);
    let members: Vec<_> = (0..3).map(|number| world.join(number)).collect();
    let here = scope("here");
    let mut tags = HashSet::new();
    for (number, member) in members.iter().enumerate() {
        for scope in [None, Some(&here)] {
            let (_, signed) = world.signed(member, scope, b"message");
            assert_eq!(signed.tag().is_some(), scope.is_some());
            tags.extend(signed.tag());
            let parts = world.parts(&signed, &warrant());
            let opened = Opening::combine(&world.group, &signed, &warrant(), &parts).unwrap();
            assert_eq!(opened.key, member.key());
            assert!(opened.culprits.is_empty());
            let named = opened.opening.identify(&world.group, &signed, &warrant(), &world.register).unwrap();
            assert_eq!(named.account, account(u8::try_from(number).unwrap()));
        }
    }
    assert_eq!(tags.len(), members.len());
}

#[test]
fn everybody_signs_and_is_opened_on_both_backends() {
    everybody_signs_and_is_opened::<Blst>();
    everybody_signs_and_is_opened::<Zkcrypto>();
}

#[test]
fn a_signature_of_one_backend_verifies_on_the_other() {
    let mut ours = World::<Blst>::new(2);
    let mut theirs = World::<Zkcrypto>::new(2);
    assert_eq!(ours.group.to_bytes(), theirs.group.to_bytes());
    let (member, other) = (ours.join(1), theirs.join(1));
    assert_eq!(member.credential().to_bytes(), other.credential().to_bytes());
    let (here, there) = (scope("here"), scope("here"));
    let signature = member.sign(Some(&here), b"m", &mut rng(9)).unwrap().to_bytes();
    assert_eq!(signature, other.sign(Some(&there), b"m", &mut rng(9)).unwrap().to_bytes());
    let read = Signature::<Zkcrypto>::from_bytes(&signature).unwrap();
    read.verify(&theirs.group, &theirs.epoch, Some(&there), b"m").unwrap();
}

/// `cargo test -p hufu-group sizes -- --nocapture` prints them.
#[test]
fn sizes() {
    let mut world = World::<Blst>::new(3);
    let member = world.join(1);
    let other = world.join(2);
    let (plain, signed) = world.signed(&member, None, b"m");
    let (tagged, _) = world.signed(&member, Some(&scope("s")), b"m");
    let parts = world.parts(&signed, &warrant());
    let opening = Opening::combine(&world.group, &signed, &warrant(), &parts).unwrap().opening;
    let request = MemberSecret::generate(&mut world.rng).unwrap();
    let request = request.request(&world.group, &invitation(0), &mut world.rng).unwrap();
    let update = world.revoke(&[&other]);
    let ceremony = Ceremony::new(b"c", 2, 3).unwrap();
    let (_, dealing) = ceremony.deal::<Blst>(1, &mut world.rng).unwrap();
    for (what, found, expected) in [
        ("signature", plain.to_bytes().len(), 521),
        ("signature with a tag", tagged.to_bytes().len(), 569),
        ("join request", request.to_bytes().len(), 128),
        ("credential", member.credential().to_bytes().len(), 136),
        ("epoch", world.epoch.to_bytes().len(), 56),
        ("update of one removal", update.to_bytes().len(), 92),
        ("partial opening", parts[0].to_bytes().len(), 114),
        ("opening, k = 2", opening.to_bytes().len(), 230),
        ("dealing, k = 2", dealing.to_bytes().len(), 178),
    ] {
        println!("{what:<24} {found:>5} bytes");
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn encodings_round_trip() {
    let mut world = World::<Blst>::new(4);
    let member = world.join(1);
    let other = world.join(2);
    let (first_group, first_epoch) = (world.group.clone(), world.epoch);
    let (signature, signed) = world.signed(&member, Some(&scope("s")), b"m");
    assert_eq!(Signature::from_bytes(&signature.to_bytes()).unwrap(), signature);
    let tag = signed.tag().unwrap();
    assert_eq!(Tag::from_bytes(&tag.to_bytes()).unwrap(), tag);
    let group = Group::from_bytes(&Parameters::<Blst>::new(), &first_group.to_bytes()).unwrap();
    assert_eq!((group.id(), group.name()), (first_group.id(), first_group.name()));
    let openers = first_group.openers();
    assert_eq!(Openers::from_bytes(&openers.to_bytes()).as_ref(), Ok(openers));
    assert_eq!(Epoch::from_bytes(&first_group, &first_epoch.to_bytes()).unwrap(), first_epoch);
    let credential = member.credential();
    assert_eq!(&Credential::from_bytes(&credential.to_bytes()).unwrap(), credential);
    let issuer = Issuer::<Blst>::from_bytes(world.issuer.to_bytes().as_slice()).unwrap();
    assert_eq!(issuer.key(), world.issuer.key());
    let secret = MemberSecret::<Blst>::generate(&mut world.rng).unwrap();
    let again = MemberSecret::<Blst>::from_bytes(secret.to_bytes().as_slice()).unwrap();
    assert_eq!(again.key(&first_group), secret.key(&first_group));
    let request = secret.request(&first_group, &invitation(0), &mut world.rng).unwrap();
    assert_eq!(JoinRequest::from_bytes(&request.to_bytes()).unwrap(), request);
    let parts = world.parts(&signed, &warrant());
    assert_eq!(PartialOpening::from_bytes(&parts[1].to_bytes()).unwrap(), parts[1]);
    let opening = Opening::combine(&first_group, &signed, &warrant(), &parts).unwrap().opening;
    assert_eq!(Opening::from_bytes(&opening.to_bytes()).unwrap(), opening);
    for opener in &world.openers {
        let again = OpenerKey::from_bytes(first_group.openers(), opener.to_bytes().as_slice()).unwrap();
        assert_eq!(again.to_bytes(), opener.to_bytes());
    }
    let witness = world.issuer.witness(&world.group, &world.epoch, &other.key(), &world.register).unwrap();
    assert_eq!(Witness::from_bytes(&witness.to_bytes()).unwrap(), witness);
    let enrolment = world.register.revoke(&other.key(), &world.epoch).unwrap();
    assert_eq!(Enrolment::from_bytes(&world.group, &enrolment.to_bytes()).unwrap(), enrolment);
    let update = world.revoke(&[&other]);
    assert_eq!(Update::from_bytes(&update.to_bytes()).unwrap(), update);
    let ceremony = Ceremony::new(b"c", 2, 3).unwrap();
    let (dealer, dealing) = ceremony.deal::<Blst>(1, &mut world.rng).unwrap();
    assert_eq!(Dealing::from_bytes(&ceremony, &dealing.to_bytes()).unwrap(), dealing);
    let share = dealer.share(2).unwrap();
    assert_eq!(SecretShare::<Blst>::from_bytes(&share.to_bytes()).unwrap().to_bytes(), share.to_bytes());
}

#[test]
fn joins_may_interleave() {
    let mut world = World::<Blst>::new(5);
    let secrets: Vec<_> = (0..4).map(|_| MemberSecret::generate(&mut world.rng).unwrap()).collect();
    let requests: Vec<_> = (0..4u8)
        .zip(&secrets)
        .map(|(i, secret)| secret.request(&world.group, &invitation(i), &mut world.rng).unwrap())
        .collect();
    let answers: Vec<_> = (0..4u8)
        .zip(&requests)
        .rev()
        .map(|(i, request)| {
            let World { issuer, group, epoch, register, rng, .. } = &mut world;
            issuer.admit(group, epoch, request, &invitation(i), &*register, rng).unwrap()
        })
        .collect();
    for (secret, (credential, enrolment)) in secrets.into_iter().zip(answers.into_iter().rev()) {
        assert_eq!(enrolment.key(), secret.key(&world.group));
        let member = Member::new(&world.group, &world.epoch, secret, credential).unwrap();
        world.signed(&member, None, b"m");
    }
}

#[test]
fn tags_link_in_a_scope_over_epochs_and_messages_and_nowhere_else() {
    let mut world = World::<Blst>::new(6);
    let mut member = world.join(1);
    let other = world.join(2);
    let (one, two) = (scope("one"), scope("two"));
    let tag = |world: &mut World, member: &Member, scope: &Scope, message: &[u8]| {
        world.signed(member, Some(scope), message).1.tag().unwrap()
    };
    let base = tag(&mut world, &member, &one, b"a");
    assert_eq!(base, tag(&mut world, &member, &one, b"b"));
    assert_ne!(base, tag(&mut world, &member, &two, b"a"));
    assert_ne!(base, tag(&mut world, &other, &one, b"a"));
    let update = world.revoke(&[&other]);
    member.follow(&[update]).unwrap();
    assert_eq!(base, tag(&mut world, &member, &one, b"a"));
}

#[test]
fn nonces_repeat_only_with_generator_and_statement() {
    let mut world = World::<Blst>::new(7);
    let member = world.join(1);
    let sign = |message: &[u8], seed| member.sign(None, message, &mut rng(seed)).unwrap().to_bytes();
    assert_ne!(sign(b"m", 1), sign(b"m", 2));
    assert_eq!(sign(b"m", 1), sign(b"m", 1));
    let (m, n) = (sign(b"m", 1), sign(b"n", 1));
    assert_eq!(m[..9], n[..9], "form and epoch");
    for (at, (a, b)) in m[9..].chunks(16).zip(n[9..].chunks(16)).enumerate() {
        assert_ne!(a, b, "16 bytes at {}", 9 + 16 * at);
    }
}

#[test]
fn the_others_follow_a_revocation() {
    let mut world = World::<Blst>::new(8);
    let mut members: Vec<_> = (0..8).map(|number| world.join(number)).collect();
    let gone: Vec<_> = members.drain(..4).collect();
    let first = world.revoke(&[&gone[0]]);
    let late = world.join(20);
    let second = world.revoke(&[&gone[1], &gone[2]]);
    let third = world.revoke(&[&gone[3]]);
    let updates = [first, second, third];
    assert_eq!(world.epoch.number(), 3);
    let mut members = members;
    // One by one, two at once, all at once: one witness, which is the issuer's.
    members[0].follow(&updates[..1]).unwrap();
    members[0].follow(&updates[1..2]).unwrap();
    members[0].follow(&updates[2..]).unwrap();
    members[1].follow(&updates[..2]).unwrap();
    members[1].follow(&updates[2..]).unwrap();
    members[2].follow(&updates).unwrap();
    members.push(late);
    members[4].follow(&updates[1..]).unwrap();
    for at in [0, 1, 2, 4] {
        let member = &members[at];
        assert_eq!(member.epoch(), &world.epoch);
        let World { issuer, group, epoch, register, .. } = &world;
        let witness = issuer.witness(group, epoch, &member.key(), register).unwrap();
        assert_eq!(member.credential().to_bytes()[56..104], witness.to_bytes()[8..], "member {at}");
        let member = &members[at];
        world.signed(member, None, b"m");
    }
    // One that slept asks the issuer.
    let World { issuer, group, epoch, register, .. } = &world;
    let witness = issuer.witness(group, epoch, &members[3].key(), register).unwrap();
    members[3].renew(epoch, &witness).unwrap();
    world.signed(&members[3], None, b"m");
    let mut epoch = world.group.first_epoch();
    for update in &updates {
        epoch = update.apply(&world.group, &epoch).unwrap();
    }
    assert_eq!(epoch, world.epoch);
    for mut member in gone {
        assert!(matches!(member.follow(&updates), Err(Error::Revoked { .. })));
        assert_eq!(member.epoch().number(), 0);
        let World { issuer, group, epoch, register, .. } = &world;
        let refused = issuer.witness(group, epoch, &member.key(), register);
        assert_eq!(refused, Err(Error::Revoked { epoch: 3 }));
    }
}

#[test]
fn a_large_revocation_is_followed() {
    let mut world = World::<Blst>::new(9);
    let mut member = world.join(0);
    let gone: Vec<_> = (1..=60).map(|number| world.join(number)).collect();
    let update = world.revoke(&gone.iter().collect::<Vec<_>>());
    assert_eq!(update.count(), 60);
    assert_eq!(update.to_bytes().len(), 12 + 80 * 60);
    member.follow(&[update]).unwrap();
    world.signed(&member, None, b"m");
}

#[test]
fn a_renewed_epoch_is_entered_with_the_issuers_witness() {
    let mut world = World::<Blst>::new(10);
    let mut member = world.join(1);
    let mut gone = world.join(2);
    world.register.revoke(&gone.key(), &world.epoch).unwrap();
    world.epoch = Epoch::renewed(&world.group, 1);
    let World { issuer, group, epoch, register, .. } = &world;
    let witness = issuer.witness(group, epoch, &member.key(), register).unwrap();
    assert_eq!(issuer.witness(group, epoch, &gone.key(), register), Err(Error::Revoked { epoch: 1 }));
    assert_eq!(gone.renew(epoch, &witness), Err(Error::Credential), "another's witness");
    member.renew(epoch, &witness).unwrap();
    world.signed(&member, None, b"m");
}

#[test]
fn a_blocked_tag_is_refused_until_the_epoch_ends() {
    let mut world = World::<Blst>::new(11);
    let (mut member, other) = (world.join(1), world.join(2));
    let mut blocked = BlockedTags::new(&world.epoch);
    let scope = blocked.scope().clone();
    let (_, offence) = world.signed(&member, Some(&scope), b"offence");
    blocked.check(&offence).unwrap();
    blocked.block(&offence).unwrap();
    let (_, again) = world.signed(&member, Some(&scope), b"again");
    assert_eq!(blocked.check(&again), Err(Error::BlockedTag));
    let (_, fine) = world.signed(&other, Some(&scope), b"fine");
    blocked.check(&fine).unwrap();
    let (_, elsewhere) = world.signed(&member, Some(&common::scope("elsewhere")), b"m");
    assert_eq!(blocked.check(&elsewhere), Err(Error::TagMissing));
    world.epoch = Epoch::renewed(&world.group, 1);
    let next = BlockedTags::new(&world.epoch);
    let World { issuer, group, epoch, register, .. } = &world;
    let witness = issuer.witness(group, epoch, &member.key(), register).unwrap();
    member.renew(epoch, &witness).unwrap();
    let scope = next.scope().clone();
    let (_, later) = world.signed(&member, Some(&scope), b"m");
    next.check(&later).unwrap();
    assert_ne!(later.tag(), offence.tag());
}

#[test]
fn batches_over_groups_epochs_and_scopes() {
    let mut worlds = [World::<Blst>::new(12), World::new(13)];
    let here = scope("here");
    let mut made = Vec::new();
    for world in &mut worlds {
        let (mut member, gone) = (world.join(1), world.join(2));
        for at in 0..4u8 {
            let scope = (at % 2 == 0).then_some(&here);
            let (signature, _) = world.signed(&member, scope, &[at]);
            made.push((world.group.clone(), *member.epoch(), scope, vec![at], signature));
            if at == 1 {
                let update = world.revoke(&[&gone]);
                member.follow(&[update]).unwrap();
            }
        }
    }
    let claims: Vec<_> = made
        .iter()
        .map(|(group, epoch, scope, message, signature)| Claim {
            group,
            epoch,
            scope: *scope,
            message,
            signature,
        })
        .collect();
    let verified = verify_batch(&claims, &mut rng(14)).unwrap();
    assert_eq!(verified.len(), 8);
    for (claim, verified) in claims.iter().zip(verified) {
        let alone = claim.signature.verify(claim.group, claim.epoch, claim.scope, claim.message).unwrap();
        assert_eq!((alone.digest(), alone.tag()), (verified.digest(), verified.tag()));
    }
}

#[test]
fn any_k_openers_open_the_same() {
    for (threshold, count) in [(1, 1), (1, 3), (2, 3), (3, 3), (3, 5)] {
        let mut world = World::<Blst>::of(15, threshold, count);
        let member = world.join(1);
        let (_, signed) = world.signed(&member, None, b"m");
        let parts = world.parts(&signed, &warrant());
        let k = usize::from(threshold);
        for start in 0..=usize::from(count) - k {
            let mut chosen: Vec<_> = parts[start..start + k].to_vec();
            chosen.reverse();
            let opened = Opening::combine(&world.group, &signed, &warrant(), &chosen).unwrap();
            assert_eq!(opened.key, member.key(), "{threshold} of {count} from {start}");
            assert_eq!(opened.opening.verify(&world.group, &signed, &warrant()), Ok(member.key()));
        }
    }
}

#[test]
fn false_parts_are_left_out_and_their_makers_named() {
    let mut world = World::<Blst>::of(16, 2, 4);
    let member = world.join(1);
    let (_, signed) = world.signed(&member, None, b"m");
    let (_, other) = world.signed(&member, None, b"n");
    let mut parts = world.parts(&signed, &warrant());
    parts[0] = world.parts(&other, &warrant())[0].clone();
    parts[2] = world.parts(&signed, &Warrant::new(b"another order").unwrap())[2].clone();
    let opened = Opening::combine(&world.group, &signed, &warrant(), &parts).unwrap();
    assert_eq!((opened.key, opened.culprits), (member.key(), vec![1, 3]));
    assert_eq!(
        Opening::combine(&world.group, &signed, &warrant(), &parts[..3]).unwrap_err(),
        Error::FalseOpening { culprits: vec![1, 3] }
    );
}

#[test]
fn a_dealer_who_cheats_is_left_out() {
    let mut rng = rng(17);
    let ceremony = Ceremony::new(b"openers", 2, 4).unwrap();
    let (dealers, dealings) = deal::<Blst>(&ceremony, 4, &mut rng);
    // Dealer 3 sends opener 1 what belongs to opener 2.
    let mut bytes = dealers[2].share(2).unwrap().to_bytes();
    bytes[2] = 1;
    let false_share = SecretShare::<Blst>::from_bytes(&bytes).unwrap();
    assert_eq!(false_share.verify(&dealings[2]), Err(Error::FalseShare { dealer: 3 }));
    let shares = |opener: u16| dealers.iter().map(move |dealer| dealer.share(opener).unwrap());
    let mut of_one: Vec<_> = shares(1).collect();
    of_one[2] = false_share;
    assert_eq!(ceremony.key(1, &dealings, &of_one).unwrap_err(), Error::FalseShare { dealer: 3 });
    // It does not answer the complaint: everybody goes on without its dealing, and shares of it are ignored.
    let left: Vec<_> = dealings.iter().filter(|dealing| dealing.opener() != 3).cloned().collect();
    let openers = ceremony.openers(&left).unwrap();
    let keys: Vec<_> = (1..=4)
        .map(|opener| {
            let shares: Vec<_> = if opener == 1 { shares(1).collect() } else { shares(opener).collect() };
            ceremony.key(opener, &left, &shares).unwrap()
        })
        .collect();
    let issuer = Issuer::generate(&mut rng).unwrap();
    let group = Group::new(&Parameters::new(), b"test", issuer.key(), openers).unwrap();
    let epoch = group.first_epoch();
    let mut world = World { issuer, openers: keys, group, epoch, register: MemoryRegister::new(), rng };
    let member = world.join(1);
    let (_, signed) = world.signed(&member, None, b"m");
    let parts = world.parts(&signed, &warrant());
    // Opener 3's dealing is out, but it is still an opener.
    let opened = Opening::combine(&world.group, &signed, &warrant(), &parts[2..]).unwrap();
    assert_eq!(opened.key, member.key());
}

#[test]
fn an_answered_complaint_is_settled_by_the_published_share() {
    let mut rng = rng(18);
    let ceremony = Ceremony::new(b"openers", 2, 3).unwrap();
    let (dealers, dealings) = deal::<Blst>(&ceremony, 3, &mut rng);
    let published = dealers[1].share(1).unwrap().to_bytes();
    let published = SecretShare::from_bytes(&published).unwrap();
    published.verify(&dealings[1]).unwrap();
    let shares = [dealers[0].share(1).unwrap(), published, dealers[2].share(1).unwrap()];
    let settled = ceremony.key(1, &dealings, &shares).unwrap();
    assert_eq!(settled.to_bytes(), key(&ceremony, 1, &dealers, &dealings).to_bytes());
}

#[test]
fn secrets_are_not_printed() {
    let mut world = World::<Blst>::new(19);
    let member = world.join(1);
    let secret = MemberSecret::<Blst>::from_bytes(&[7; 32]).unwrap();
    let issuer = Issuer::<Blst>::from_bytes(&[7; 32]).unwrap();
    let ceremony = Ceremony::new(b"c", 1, 1).unwrap();
    let (dealer, _) = ceremony.deal::<Blst>(1, &mut world.rng).unwrap();
    let share = dealer.share(1).unwrap();
    assert_eq!(format!("{secret:?}"), "MemberSecret(…)");
    assert!(!format!("{issuer:?}").contains("0707"));
    let (key, credential) = (world.openers[0].to_bytes(), member.credential().to_bytes());
    let shown = format!("{dealer:?} {share:?} {:?} {:?} {member:?}", world.openers[0], member.credential());
    for hidden in [&key[2..], &share.to_bytes()[4..], &credential[8..56], &credential[104..]] {
        assert!(!shown.contains(&hex::encode(hidden)), "{shown}");
    }
}
