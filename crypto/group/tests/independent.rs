//! More than 1,000 random cases between the crate and a second implementation, made from `docs/` alone
//! (`independent/slow.rs`).
//!
//! Either makes keys, requests, credentials, updates, signatures and openings, the other checks them; with the same
//! entropy both make the same bytes. What is changed, or made falsely, is refused by both.
//! `HUFU_SEED=<seed>` repeats a failed run.

#[path = "independent/cases.rs"]
mod cases;
#[path = "independent/frozen.rs"]
mod frozen;
#[path = "independent/slow.rs"]
mod slow;
#[path = "independent/world.rs"]
mod world;

use bls12_381::{G1Affine, G2Projective, Scalar};
use cases::{Field, PART_FIELDS, below, bytes, drawn, entropy, mutated, name, point, rng, signature_fields};
use hufu_group::{
    Ceremony, Claim, Credential, Dealing, Epoch, Error, Group, Invitation, JoinRequest, Member, MemberSecret,
    Openers, Opening, Parameters, PartialOpening, Scope, SecretShare, Signature, Tag, Update, Warrant,
    Witness, verify_batch,
};
use hufu_pairing::Blst;
use rand_chacha::ChaCha20Rng;
use slow::{Deviation, Statement};
use world::{Both, World, ceremony};

/// Cases of each kind; those of signatures in four tests, which run side by side.
const SIGNATURES: usize = 4 * 60;
const CEREMONIES: usize = 60;
const JOINS: usize = 150;
const EPOCHS: usize = 80;
const OPENINGS: usize = 120;
const ENCODINGS: usize = 400;
/// Cases for which one group is used.
const EACH: usize = 10;

/// What both say of a signature: its digest and its tag, or that it does not hold.
type Verdict = Option<(Vec<u8>, Option<Vec<u8>>)>;

fn by_slow(signature: &[u8], statement: &Statement) -> Verdict {
    let verified = slow::verify(signature, statement).ok()?;
    Some((verified.digest.to_vec(), verified.tag.map(|tag| tag.to_vec())))
}

fn by_crate(
    signature: &[u8],
    group: &Group,
    epoch: &Epoch,
    scope: Option<&Scope>,
    message: &[u8],
) -> Verdict {
    let verified = Signature::from_bytes(signature).ok()?.verify(group, epoch, scope, message).ok()?;
    Some((verified.digest().to_vec(), verified.tag().map(|tag| tag.to_bytes().to_vec())))
}

/// The crate's verdict on a statement that it may not even be able to say.
fn by_crate_anew(signature: &[u8], statement: &Statement, parameters: &Parameters) -> Verdict {
    let group = Group::from_bytes(parameters, &slow::encode_group(&statement.group)).ok()?;
    let epoch = Epoch::from_bytes(&group, &slow::encode_epoch(&statement.epoch)).ok()?;
    let scope = statement.scope.as_deref().map(Scope::new).transpose().ok()?;
    by_crate(signature, &group, &epoch, scope.as_ref(), &statement.message)
}

/// A group with members, at a random point of its life.
fn populated(parameters: &Parameters, rng: &mut ChaCha20Rng) -> World {
    let mut world = World::random(parameters, rng);
    for _ in 0..3 {
        world.admit(rng);
    }
    match below(4, rng) {
        0 => {}
        1 => drop(world.revoke(1, rng)),
        2 => world.renew(),
        _ => {
            world.renew();
            world.revoke(1, rng);
            world.admit(rng);
        }
    }
    world
}

fn signatures(stream: u64) {
    let (rng, parameters) = (&mut rng(stream), Parameters::new());
    let mut world = populated(&parameters, rng);
    let (mut changed, mut readable, mut false_ones) = (0, 0, 0);
    for number in 0..SIGNATURES / 4 {
        if number % EACH == 0 {
            world = populated(&parameters, rng);
        }
        let (statement, scope) = world.statement(rng);
        let message = &statement.message;
        let check =
            |signature: &[u8]| by_crate(signature, &world.group, &world.epoch, scope.as_ref(), message);
        let member = &world.members[below(world.members.len(), rng)];

        // The crate signs; the nonces are the documented ones.
        let same = entropy(&mut rng.clone());
        let theirs = member.crates.sign(scope.as_ref(), message, rng).expect("a member signs").to_bytes();
        assert_eq!(slow::sign(&member.slow, &statement, &same).as_ref(), Ok(&theirs), "case {number}");
        let verdict = by_slow(&theirs, &statement);
        assert!(verdict.is_some(), "case {number}");
        assert_eq!(check(&theirs), verdict, "case {number}");
        let tag = statement
            .scope
            .as_ref()
            .map(|scope| slow::tag(&member.slow.secret, &statement.group, scope).to_vec());
        assert_eq!(verdict.and_then(|verdict| verdict.1), tag, "case {number}");

        // The other signs.
        let ours = slow::sign(&member.slow, &statement, &entropy(rng)).expect("a member signs");
        let verdict = check(&ours);
        assert!(verdict.is_some(), "case {number}");
        assert_eq!(by_slow(&ours, &statement), verdict, "case {number}");
        let read = Signature::<Blst>::from_bytes(&ours).expect("read just now");
        assert_eq!(read.to_bytes(), ours);

        // The signature is changed, then the statement, and then the signer departs from the scheme.
        for _ in 0..3 {
            let other = mutated(&ours, &signature_fields(scope.is_some()), rng);
            if other == ours {
                continue;
            }
            let (text, can_be_read) = (hex::encode(&other), slow::decode(&other).is_ok());
            assert_eq!(Signature::<Blst>::from_bytes(&other).is_ok(), can_be_read, "case {number}: {text}");
            assert_eq!(by_slow(&other, &statement), None, "case {number}: {text}");
            assert_eq!(check(&other), None, "case {number}: {text}");
            changed += 1;
            readable += usize::from(can_be_read);
        }
        let other = another_statement(&statement, rng);
        assert_eq!(by_slow(&ours, &other), None, "case {number}");
        assert_eq!(by_crate_anew(&ours, &other, &parameters), None, "case {number}");
        let deviation = Deviation::ALL[number % Deviation::ALL.len()];
        if scope.is_some() || deviation.without_scope() {
            let other = slow::sign_falsely(&member.slow, &statement, &entropy(rng), deviation)
                .expect("signed falsely");
            assert_eq!(by_slow(&other, &statement), None, "case {number}: {deviation:?}");
            assert_eq!(check(&other), None, "case {number}: {deviation:?}");
            false_ones += 1;
        }
        if let Some(revoked) = world.revoked.first() {
            let other = slow::sign(revoked, &statement, &entropy(rng)).expect("signed with the last witness");
            assert_eq!(by_slow(&other, &statement), None, "case {number}");
            assert_eq!(check(&other), None, "case {number}");
            false_ones += 1;
        }

        if number % EACH == 0 {
            in_a_batch(&world, scope.as_ref(), message, [&theirs, &ours], rng);
            errors_that_cancel(&world, &statement, scope.as_ref(), &member.slow, rng);
        }
    }
    let cases = SIGNATURES / 4;
    eprintln!(
        "{cases} signatures of each, {changed} changed ({readable} could be read), {cases} statements changed, {false_ones} false"
    );
}

/// Two first commitments, one too large and one too small, in one batch.
fn errors_that_cancel(
    world: &World,
    statement: &Statement,
    scope: Option<&Scope>,
    member: &slow::Member,
    rng: &mut ChaCha20Rng,
) {
    let read = [Deviation::LargerCommitment, Deviation::SmallerCommitment].map(|deviation| {
        let bytes = slow::sign_falsely(member, statement, &entropy(rng), deviation).expect("signed falsely");
        Signature::from_bytes(&bytes).expect("it can be read")
    });
    let (group, epoch, message) = (&world.group, &world.epoch, &statement.message);
    let claims = read.each_ref().map(|signature| Claim { group, epoch, scope, message, signature });
    assert_eq!(verify_batch(&claims, rng).err(), Some(Error::InBatch { culprits: vec![0, 1] }));
}

/// Both good, then one of them for another message.
fn in_a_batch(
    world: &World,
    scope: Option<&Scope>,
    message: &[u8],
    both: [&Vec<u8>; 2],
    rng: &mut ChaCha20Rng,
) {
    let read = both.map(|bytes| Signature::from_bytes(bytes).expect("good signatures"));
    let claim =
        |signature, message| Claim { group: &world.group, epoch: &world.epoch, scope, message, signature };
    let verified =
        verify_batch(&[claim(&read[0], message), claim(&read[1], message)], rng).expect("good signatures");
    for (verified, bytes) in verified.iter().zip(both) {
        let alone = by_crate(bytes, &world.group, &world.epoch, scope, message).expect("a good signature");
        assert_eq!(verified.digest().to_vec(), alone.0);
    }
    let longer = [message, b"."].concat();
    let bad = verify_batch(&[claim(&read[0], message), claim(&read[1], &longer)], rng);
    assert_eq!(bad.err(), Some(Error::InBatch { culprits: vec![1] }));
}

/// Another statement, in one place.
fn another_statement(statement: &Statement, rng: &mut ChaCha20Rng) -> Statement {
    let mut other = statement.clone();
    let openers = &mut other.group.openers;
    match below(14, rng) {
        0 => other.message.push(0),
        1 if !other.message.is_empty() => drop(other.message.pop()),
        2 if other.scope.is_some() => other.scope = None,
        3 => other.scope = Some(other.scope.map_or_else(|| vec![0], |scope| [&scope[..], &[0]].concat())),
        4 => other.scope = Some(Vec::new()),
        5 => other.scope = Some(vec![7; 1025]),
        6 => other.epoch.number += 1,
        7 => other.epoch.number = other.epoch.number.wrapping_sub(1),
        8 => other.epoch.value = point(rng),
        9 => other.group.name[0] ^= 1,
        10 => other.group.issuer += G2Projective::generator(),
        11 => openers.count += 1,
        12 => openers.commitments[0] = point(rng),
        _ => {
            openers.count += 1;
            openers.commitments.push(point(rng));
        }
    }
    other
}

#[test]
fn signatures_first_quarter() {
    signatures(0);
}

#[test]
fn signatures_second_quarter() {
    signatures(1);
}

#[test]
fn signatures_third_quarter() {
    signatures(2);
}

#[test]
fn signatures_fourth_quarter() {
    signatures(3);
}

/// Keys of openers; and dealings and shares that were changed.
#[test]
fn ceremonies() {
    let rng = &mut rng(4);
    for number in 0..CEREMONIES {
        ceremony(rng);

        let (count, threshold, dealer) = (5, 1 + below(5, rng), 1 + below(5, rng));
        let (k, i) = (u16::try_from(threshold).expect("small"), u16::try_from(dealer).expect("small"));
        let context = name(1, rng);
        let crates = Ceremony::new(&context, k, count).expect("a threshold");
        let ours = slow::Dealer::new(i, (0..threshold).map(|_| drawn(rng)).collect());
        let dealing = slow::deal(&context, count, &ours, &entropy(rng)).expect("a dealing");
        let points = vec![Field::G1; threshold + 1];
        let fields = [vec![Field::Plain(2)], points, vec![Field::Scalar]].concat();
        let holds = |bytes: &[u8]| {
            Dealing::<Blst>::from_bytes(&crates, bytes).is_ok_and(|dealing| crates.check(&dealing).is_ok())
        };
        assert!(holds(&dealing));
        for _ in 0..4 {
            let other = mutated(&dealing, &fields, rng);
            if other != dealing {
                let text = hex::encode(&other);
                assert!(slow::check_dealing(&context, k, count, &other).is_err(), "case {number}: {text}");
                assert!(!holds(&other), "case {number}: {text}");
            }
        }

        let public = slow::check_dealing(&context, k, count, &dealing).expect("a dealing that holds");
        let read = Dealing::<Blst>::from_bytes(&crates, &dealing).expect("a dealing that holds");
        let share = ours.share(1 + u16::try_from(below(5, rng)).expect("small"));
        for _ in 0..4 {
            let other = mutated(&share, &[Field::Plain(2), Field::Plain(2), Field::Scalar], rng);
            let by_crate = SecretShare::from_bytes(&other).and_then(|share| share.verify(&read));
            let text = hex::encode(&other);
            assert_eq!(slow::check_share(&public, &other).is_ok(), by_crate.is_ok(), "case {number}: {text}");
            assert!(by_crate.is_err() || other == share || threshold == 1, "case {number}: {text}");
        }
    }
}

/// Requests and credentials; and changed ones.
#[test]
fn joins() {
    let (rng, parameters) = (&mut rng(5), Parameters::new());
    let mut world = World::random(&parameters, rng);
    for number in 0..JOINS {
        if number % EACH == 0 {
            world = World::random(&parameters, rng);
        }
        world.admit(rng);
        let member = world.members.last().expect("admitted just now");
        let (group, epoch, secret) = (&world.document, world.slow_epoch(), member.slow.secret);

        let (account, nonce) = (name(1, rng), entropy(rng));
        let request = slow::request(group, &account, &nonce, &secret, &entropy(rng)).expect("a request");
        let holds = |bytes: &[u8], account: &[u8], nonce: [u8; 32]| {
            let invitation = Invitation::new(account, nonce).expect("an account within bounds");
            JoinRequest::from_bytes(bytes)
                .is_ok_and(|request| request.verify(&world.group, &invitation).is_ok())
        };
        assert!(holds(&request, &account, nonce));
        for _ in 0..3 {
            let other = mutated(&request, &[Field::G1, Field::G1, Field::Scalar], rng);
            if other != request {
                let text = hex::encode(&other);
                assert!(
                    slow::verify_request(group, &account, &nonce, &other).is_err(),
                    "case {number}: {text}"
                );
                assert!(!holds(&other, &account, nonce), "case {number}: {text}");
            }
        }
        let (other_account, other_nonce) = (name(1, rng), entropy(rng));
        assert!(slow::verify_request(group, &other_account, &nonce, &request).is_err());
        assert!(!holds(&request, &other_account, nonce));
        assert!(slow::verify_request(group, &account, &other_nonce, &request).is_err());
        assert!(!holds(&request, &account, other_nonce));

        let credential = member.slow.credential.encode();
        let fields = [Field::Plain(8), Field::G1, Field::G1, Field::Scalar];
        for _ in 0..2 {
            let other = mutated(&credential, &fields, rng);
            let ours = slow::join(group, &epoch, &secret, &other);
            let member_secret = MemberSecret::from_bytes(&big_endian(&secret)).expect("a secret");
            let theirs = Credential::from_bytes(&other)
                .and_then(|credential| Member::new(&world.group, &world.epoch, member_secret, credential));
            let text = hex::encode(&other);
            assert_eq!(ours.is_ok(), theirs.is_ok(), "case {number}: {text}");
            assert!(ours.is_err() || other == credential, "case {number}: {text}");
        }
    }
}

fn big_endian(scalar: &Scalar) -> [u8; 32] {
    let mut bytes = scalar.to_bytes();
    bytes.reverse();
    bytes
}

fn stayed_behind(member: &Both, world: &World) -> Member {
    let secret = MemberSecret::from_bytes(&big_endian(&member.slow.secret)).expect("a secret");
    let credential = Credential::from_bytes(&member.slow.credential.encode()).expect("a credential");
    Member::new(&world.group, &world.epoch, secret, credential).expect("a member")
}

/// Revocations, renewals and the members that follow; and changed updates and witnesses.
#[test]
fn epochs() {
    let (rng, parameters) = (&mut rng(6), Parameters::new());
    let mut world = World::random(&parameters, rng);
    for number in 0..EPOCHS {
        if number % EACH == 0 {
            world = World::random(&parameters, rng);
        }
        while world.members.len() < 4 {
            world.admit(rng);
        }
        if below(4, rng) == 0 {
            world.renew();
        }
        // Copies of the members stay behind, and follow two updates at once.
        let mut behind: Vec<_> = world.members.iter().map(|member| stayed_behind(member, &world)).collect();
        let first = world.revoke(1, rng);
        let (before, epoch) = (world.slow_epoch(), world.epoch);
        let removals = 1 + below(2, rng);
        let second = world.revoke(removals, rng);
        let update = second.to_bytes();
        let updates = [first, second];
        for member in &mut behind {
            let here = world.members.iter().find(|other| other.crates.key() == member.key());
            assert_eq!(member.follow(&updates).is_ok(), here.is_some(), "case {number}");
            if let Some(here) = here {
                assert_eq!(member.credential().to_bytes(), here.slow.credential.encode(), "case {number}");
            }
        }
        let removal = [Field::Scalar, Field::G1];
        let fields = [vec![Field::Plain(8), Field::Plain(4)], removal.repeat(removals)].concat();
        for _ in 0..3 {
            let other = mutated(&update, &fields, rng);
            let ours =
                slow::decode_update(&other).and_then(|update| slow::apply(&world.document, &before, &update));
            let theirs = Update::from_bytes(&other).and_then(|update| update.apply(&world.group, &epoch));
            let text = hex::encode(&other);
            assert_eq!(ours.is_ok(), theirs.is_ok(), "case {number}: {text}");
            assert!(ours.is_err() || other == update, "case {number}: {text}");
        }

        // The first removal once more, after the others.
        let mut repeated = slow::decode_update(&update).expect("an update");
        let identifiers: Vec<_> =
            repeated.removals.iter().chain(&repeated.removals[..1]).map(|one| one.identifier).collect();
        repeated = slow::revoke(&world.gamma, &before, &identifiers).expect("an update");
        assert_eq!(slow::apply(&world.document, &before, &repeated), Err("removed twice"), "case {number}");
        let repeated = Update::from_bytes(&slow::encode_update(&repeated)).expect("an update");
        assert_eq!(repeated.apply(&world.group, &epoch), Err(Error::RepeatedRemoval), "case {number}");

        let member = &mut world.members[0];
        let epoch = slow::decode_epoch(&world.epoch.to_bytes()).expect("an epoch");
        let identifier = member.slow.credential.identifier;
        let witness = slow::witness(&world.gamma, &epoch, &identifier).expect("a witness");
        for _ in 0..2 {
            let other = mutated(&witness, &[Field::Plain(8), Field::G1], rng);
            let ours = slow::renew(&world.document, &epoch, &mut member.slow.clone(), &other);
            let theirs =
                Witness::from_bytes(&other).and_then(|witness| member.crates.renew(&world.epoch, &witness));
            let text = hex::encode(&other);
            assert_eq!(ours.is_ok(), theirs.is_ok(), "case {number}: {text}");
            assert!(ours.is_err() || other == witness, "case {number}: {text}");
        }
    }
}

/// Parts and openings by k openers, of signatures by either; and changed ones.
#[test]
fn openings() {
    let (rng, parameters) = (&mut rng(7), Parameters::new());
    let mut world = populated(&parameters, rng);
    let mut changed = 0;
    for number in 0..OPENINGS {
        if number % EACH == 0 {
            world = populated(&parameters, rng);
        }
        let (statement, scope) = world.statement(rng);
        let member = &world.members[below(world.members.len(), rng)];
        let signature = slow::sign(&member.slow, &statement, &entropy(rng)).expect("a member signs");
        let read = Signature::from_bytes(&signature).expect("a signature");
        let signed =
            read.verify(&world.group, &world.epoch, scope.as_ref(), &statement.message).expect("it holds");
        let verified = slow::verify(&signature, &statement).expect("it holds");
        let document = name(1, rng);
        let warrant = Warrant::new(&document).expect("a document");
        let (group, key) = (&world.document, member.crates.key());

        // k openers, from a random one on; each part is the same by both.
        let (k, openers) = (usize::from(world.group.openers().threshold()), world.openers.len());
        let first = below(openers, rng);
        let mut parts = Vec::new();
        for step in 0..k {
            let opener = &world.openers[(first + step) % openers];
            let same = entropy(&mut rng.clone());
            let theirs = opener.open(&world.group, &signed, &warrant, rng).expect("a part").to_bytes();
            let secret = opener.to_bytes();
            let ours = |entropy| {
                slow::part(group, &verified, &document, secret.as_slice(), &entropy).expect("a part")
            };
            assert_eq!(ours(same), theirs, "case {number}");
            let other = ours(entropy(rng));
            parts.push(if step % 2 == 0 { other } else { theirs });
        }
        for part in &parts {
            let by_crate = |part: &[u8]| {
                PartialOpening::from_bytes(part)
                    .and_then(|part| part.verify(&world.group, &signed, &warrant))
                    .is_ok()
            };
            assert_eq!(slow::verify_part(group, &verified, &document, part), Ok(()), "case {number}");
            assert!(by_crate(part), "case {number}");
            let other = mutated(part, &PART_FIELDS, rng);
            if other != *part {
                let text = hex::encode(&other);
                let can_be_read = PartialOpening::<Blst>::from_bytes(&other).is_ok();
                assert_eq!(slow::decode_part(&other).is_ok(), can_be_read, "case {number}: {text}");
                assert!(
                    slow::verify_part(group, &verified, &document, &other).is_err(),
                    "case {number}: {text}"
                );
                assert!(!by_crate(&other), "case {number}: {text}");
                changed += 1;
            }
        }

        let together = slow::combine(&parts).expect("k parts");
        let read: Vec<_> =
            parts.iter().map(|part| PartialOpening::from_bytes(part).expect("a part")).collect();
        let combined = Opening::combine(&world.group, &signed, &warrant, &read).expect("k good parts");
        assert_eq!(combined.opening.to_bytes(), together, "case {number}");
        assert_eq!(combined.key, key, "case {number}");
        let opened = slow::verify_opening(group, &verified, &document, &together);
        assert_eq!(opened, Ok(key.to_bytes()), "case {number}");
        let found =
            combined.opening.identify(&world.group, &signed, &warrant, &world.register).expect("a member");
        assert_eq!(found.enrolment.key(), key);

        // Of more parts those of the lowest numbers are taken that hold; one that does not is named.
        let spoilt = below(openers, rng);
        let mut all: Vec<Vec<u8>> = Vec::new();
        for (place, opener) in world.openers.iter().enumerate() {
            let document = if place == spoilt { b"another".as_slice() } else { &document };
            let secret = opener.to_bytes();
            all.push(
                slow::part(group, &verified, document, secret.as_slice(), &entropy(rng)).expect("a part"),
            );
        }
        let read: Vec<_> =
            all.iter().rev().map(|part| PartialOpening::from_bytes(part).expect("a part")).collect();
        let combined = Opening::combine(&world.group, &signed, &warrant, &read);
        all.remove(spoilt);
        let named = vec![u16::try_from(spoilt + 1).expect("small")];
        if let Some(lowest) = all.get(..k) {
            let combined = combined.expect("k good parts");
            assert_eq!(combined.opening.to_bytes(), slow::combine(lowest).expect("k parts"), "case {number}");
            assert_eq!((combined.key, combined.culprits), (key, named), "case {number}");
        } else {
            assert_eq!(combined.err(), Some(Error::FalseOpening { culprits: named }), "case {number}");
        }

        let fields = [vec![Field::Plain(2)], PART_FIELDS.repeat(k)].concat();
        for change in 0..4 {
            let (mut other, mut paper) = (mutated(&together, &fields, rng), document.clone());
            match change {
                0 if k > 1 => {
                    other =
                        [&together[..2], &together[116..230], &together[2..116], &together[230..]].concat()
                }
                1 => {
                    other = together.clone();
                    paper.push(0);
                }
                _ => {}
            }
            if other == together && paper == document {
                continue;
            }
            let text = hex::encode(&other);
            let opening = Opening::from_bytes(&other);
            assert_eq!(
                slow::decode_opening(&other).is_ok(),
                opening.is_ok(),
                "case {number}, {change}: {text}"
            );
            let by_crate = opening.and_then(|opening| {
                opening.verify(&world.group, &signed, &Warrant::new(&paper).expect("a document"))
            });
            assert!(by_crate.is_err(), "case {number}, {change}: {text}");
            let by_slow = slow::verify_opening(group, &verified, &paper, &other);
            assert!(by_slow.is_err(), "case {number}, {change}: {text}");
            changed += 1;
        }
    }
    eprintln!("{OPENINGS} openings of each, {changed} changed");
}

/// An opener may choose its nonce so that R1 and R2 are the identity. They are hashed as its encoding, and what it says
/// is true: both accept.
#[test]
fn an_identity_inside_an_opening_is_hashed_as_it_is() {
    let (rng, parameters) = (&mut rng(9), Parameters::new());
    let world = populated(&parameters, rng);
    for number in 0..10 {
        let (statement, scope) = world.statement(rng);
        let signature =
            slow::sign(&world.members[0].slow, &statement, &entropy(rng)).expect("a member signs");
        let read = Signature::from_bytes(&signature).expect("a signature");
        let signed =
            read.verify(&world.group, &world.epoch, scope.as_ref(), &statement.message).expect("it holds");
        let verified = slow::verify(&signature, &statement).expect("it holds");
        let secret = world.openers[0].to_bytes();
        let part = slow::part_without_nonce(&world.document, &verified, b"order", secret.as_slice());
        let part = part.expect("a part");
        assert_eq!(slow::verify_part(&world.document, &verified, b"order", &part), Ok(()), "case {number}");
        let warrant = Warrant::new(b"order").expect("a document");
        let by_crate =
            PartialOpening::from_bytes(&part).expect("a part").verify(&world.group, &signed, &warrant);
        assert_eq!(by_crate, Ok(()), "case {number}");
    }
}

/// F_0 and F_1 such that opener j's key is the identity: neither reads them.
#[test]
fn openers_whose_key_is_the_identity() {
    let rng = &mut rng(10);
    for opener in 1..=4_u16 {
        let (first, count) = (point(rng), 4_u16);
        let second = first * -Scalar::from(u64::from(opener)).invert().expect("not zero");
        let points = [first, second].map(|point| G1Affine::from(point).to_compressed()).concat();
        let encoding = [&count.to_le_bytes()[..], &2_u16.to_le_bytes(), &points].concat();
        assert!(slow::decode_openers(&encoding).is_err(), "opener {opener}");
        assert!(Openers::<Blst>::from_bytes(&encoding).is_err(), "opener {opener}");
    }
}

/// Two dealers together make F_1 the identity, so that each opener's share would be z itself. They give true shares: it is for both
/// to blame.
#[test]
fn openers_whose_polynomial_is_constant() {
    let rng = &mut rng(11);
    let ceremony = Ceremony::new(b"openers", 2, 3).expect("a threshold");
    let slope = drawn(rng);
    let dealings = [(1, slope), (2, -slope)].map(|(number, slope)| {
        let dealer = slow::Dealer::new(number, vec![drawn(rng), slope]);
        let dealing = slow::deal(b"openers", 3, &dealer, &entropy(rng)).expect("a dealing");
        Dealing::<Blst>::from_bytes(&ceremony, &dealing).expect("a dealing")
    });
    assert_eq!(ceremony.openers(&dealings).err(), Some(Error::Degenerate("an opener's key")));
}

/// Encodings of keys, groups, epochs and enrolments: both read the same ones, and write them as they were.
#[test]
fn encodings() {
    let (rng, parameters) = (&mut rng(8), Parameters::<Blst>::new());
    let mut read = 0;
    for number in 0..ENCODINGS {
        let threshold = 1 + below(5, rng);
        let more = if below(16, rng) == 0 { 59 } else { below(6, rng) };
        let count = u16::try_from(threshold + more).expect("small");
        let openers =
            [&count.to_le_bytes()[..], &u16::try_from(threshold).expect("small").to_le_bytes()].concat();
        let openers = [openers, (0..threshold).flat_map(|_| encoded(rng)).collect()].concat();
        let openers_fields = [vec![Field::Plain(2); 2], vec![Field::G1; threshold]].concat();
        let name = name(1, rng);
        let length = u16::try_from(name.len()).expect("small");
        let issuer = G2Projective::generator() * drawn(rng);
        let issuer = bls12_381::G2Affine::from(issuer).to_compressed();
        let group = [&length.to_le_bytes()[..], &name, &issuer, &openers].concat();
        let fields =
            [vec![Field::Plain(2), Field::Plain(name.len()), Field::G2], openers_fields.clone()].concat();

        let original = Group::from_bytes(&parameters, &group).expect("a group");
        let other = mutated(&group, &fields, rng);
        let text = hex::encode(&other);
        let (ours, theirs) = (slow::decode_group(&other), Group::from_bytes(&parameters, &other));
        assert_eq!(ours.is_ok(), theirs.is_ok(), "case {number}: {text}");
        if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
            assert_eq!(slow::encode_group(&ours), other);
            assert_eq!(theirs.to_bytes(), other);
            assert_eq!(theirs.id().as_bytes(), &slow::group_id(&ours));
            assert_eq!(theirs.id() == original.id(), other == group);
            let (epoch, first) = (theirs.first_epoch().to_bytes(), slow::first_epoch(&ours));
            assert_eq!(epoch.as_slice(), slow::encode_epoch(&first));
            read += 1;
        }
        let other = mutated(&openers, &openers_fields, rng);
        let text = hex::encode(&other);
        let theirs = Openers::<Blst>::from_bytes(&other);
        assert_eq!(slow::decode_openers(&other).is_ok(), theirs.is_ok(), "case {number}: {text}");

        let epoch = [bytes(8, rng), encoded(rng)].concat();
        let other = mutated(&epoch, &[Field::Plain(8), Field::G1], rng);
        let (ours, theirs) = (slow::decode_epoch(&other), Epoch::from_bytes(&original, &other));
        assert_eq!(
            ours.as_ref().ok().map(slow::encode_epoch),
            theirs.ok().map(|epoch| epoch.to_bytes().to_vec())
        );

        let tag = encoded(rng);
        let other = mutated(&tag, &[Field::G1], rng);
        let text = hex::encode(&other);
        let theirs = Tag::from_bytes(&other);
        assert_eq!(
            slow::decode_epoch(&[&[0; 8], &other[..]].concat()).is_ok(),
            theirs.is_ok(),
            "case {number}: {text}"
        );
    }
    eprintln!("{ENCODINGS} groups, {read} of the changed ones could be read");
}

fn encoded(rng: &mut ChaCha20Rng) -> Vec<u8> {
    G1Affine::from(point(rng)).to_compressed().to_vec()
}
