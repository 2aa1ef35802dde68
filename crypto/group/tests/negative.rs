//! Every malformed or misplaced input, by name.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;
mod plain;

use common::{World, account, deal, invitation, rng, scope, warrant};
use hufu_group::{
    Ceremony, Claim, Credential, Dealing, Enrolment, Epoch, Error, Group, Invitation, Issuer, IssuerKey,
    JoinRequest, MAX_ACCOUNT, MAX_BATCH, MAX_GROUP_NAME, MAX_OPENERS, MAX_REMOVALS, MAX_SCOPE, Member,
    MemberKey, MemberSecret, OpenerKey, Openers, Opening, Parameters, PartialOpening, Scope, SecretShare,
    Signature, Tag, Update, Verified, Warrant, Witness, verify_batch,
};
use hufu_pairing::{Blst, Error as Encoding};
use plain::{Number, dealing, point};

type World1 = World<Blst>;

/// r, the group order, big-endian.
const ORDER: &str = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";
/// p, the field's prime, with the flag of a compressed point.
const PRIME: &str =
    "9a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";

const FLAG: &str = "the flag of a compressed point is not set";
const INFINITY: &str = "the identity's flag is set and other bits are too";
const NO_POINT: &str = "no point of the curve has this x-coordinate below the field's prime";

/// The bytes of a small x-coordinate.
fn small(x: u8) -> [u8; 48] {
    let mut bytes = [0; 48];
    (bytes[0], bytes[47]) = (0x80, x);
    bytes
}

fn reason(bytes: &[u8]) -> Option<Encoding> {
    match MemberKey::<Blst>::from_bytes(bytes) {
        Err(Error::Point { what: "Q", reason }) => Some(reason),
        Err(other) => panic!("{other:?}"),
        Ok(_) => None,
    }
}

/// What is no point of G1 other than the identity, with its name.
fn bad_points() -> Vec<(&'static str, [u8; 48])> {
    let mut identity = [0; 48];
    identity[0] = 0xc0;
    let mut double_identity = identity;
    double_identity[47] = 1;
    // (0, ±2) has order 3.
    let mut order_three_too = small(0);
    order_three_too[0] = 0xa0;
    let of = |wanted: Encoding| (1..=60).map(small).find(|bytes| reason(bytes) == Some(wanted)).unwrap();
    vec![
        ("the identity", identity),
        ("the identity with a bit more", double_identity),
        ("a point of order 3", small(0)),
        ("the other point of order 3", order_three_too),
        ("a large-order point outside the subgroup", of(Encoding::Subgroup { group: "G1" })),
        ("an x off the curve", of(Encoding::Encoding { group: "G1", reason: NO_POINT })),
        ("no flag", [1; 48]),
        ("the prime itself", hex::decode(PRIME).unwrap().try_into().unwrap()),
    ]
}

#[test]
fn what_is_wrong_with_each_bad_point() {
    let encoding = |reason| Encoding::Encoding { group: "G1", reason };
    for (name, bytes) in bad_points() {
        let found = reason(&bytes).unwrap();
        match name {
            "the identity" => assert_eq!(found, Encoding::Identity { group: "G1" }),
            "the identity with a bit more" => assert_eq!(found, encoding(INFINITY)),
            "no flag" => assert_eq!(found, encoding(FLAG)),
            "the prime itself" | "an x off the curve" => assert_eq!(found, encoding(NO_POINT)),
            // One backend calls x = 0 no point at once, the other says why.
            _ => assert!([Encoding::Subgroup { group: "G1" }, encoding(NO_POINT)].contains(&found), "{name}"),
        }
    }
}

fn spliced(bytes: &[u8], at: usize, with: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + with.len()].copy_from_slice(with);
    bytes
}

struct Made {
    world: World1,
    member: Member,
    here: Scope,
    tagged: Signature,
    plain: Signature,
    signed: Verified,
}

fn made() -> Made {
    let mut world = World1::new(1);
    let member = world.join(1);
    let here = scope("here");
    let (tagged, signed) = world.signed(&member, Some(&here), b"m");
    let (plain, _) = world.signed(&member, None, b"m");
    Made { world, member, here, tagged, plain, signed }
}

// Points, scalars, lengths

/// Every G1 point of every encoding, by name and place.
#[test]
fn bad_points_anywhere() {
    let all = bad_points();
    let Made { mut world, member, tagged, signed, .. } = made();
    let request = MemberSecret::<Blst>::generate(&mut world.rng).unwrap();
    let request = request.request(&world.group, &invitation(0), &mut world.rng).unwrap().to_bytes();
    let part = world.parts(&signed, &warrant())[0].to_bytes();
    let other = world.join(2);
    let epoch = world.epoch;
    let witness = world.issuer.witness(&world.group, &epoch, &other.key(), &world.register).unwrap();
    let enrolment = world.register.revoke(&other.key(), &world.epoch).unwrap().to_bytes();
    let update = world.revoke(&[&other]).to_bytes();
    let ceremony = Ceremony::new(b"c", 2, 3).unwrap();
    let dealing = ceremony.deal::<Blst>(1, &mut world.rng).unwrap().1.to_bytes();
    let openers = world.group.openers().to_bytes();
    type Reader<'a> = Box<dyn Fn(&[u8]) -> Result<(), Error> + 'a>;
    fn read<T>(of: impl Fn(&[u8]) -> Result<T, Error> + 'static) -> Reader<'static> {
        Box::new(move |bytes| of(bytes).map(|_| ()))
    }
    let cases: Vec<(&str, Vec<u8>, usize, Reader<'_>)> = vec![
        ("R", tagged.to_bytes(), 9, read(Signature::<Blst>::from_bytes)),
        ("S", tagged.to_bytes(), 57, read(Signature::<Blst>::from_bytes)),
        ("E0", tagged.to_bytes(), 105, read(Signature::<Blst>::from_bytes)),
        ("E1", tagged.to_bytes(), 153, read(Signature::<Blst>::from_bytes)),
        ("E2", tagged.to_bytes(), 201, read(Signature::<Blst>::from_bytes)),
        ("J", tagged.to_bytes(), 249, read(Signature::<Blst>::from_bytes)),
        ("T1", tagged.to_bytes(), 297, read(Signature::<Blst>::from_bytes)),
        ("T2", tagged.to_bytes(), 345, read(Signature::<Blst>::from_bytes)),
        ("T3", tagged.to_bytes(), 393, read(Signature::<Blst>::from_bytes)),
        ("J", signed.tag().unwrap().to_bytes().to_vec(), 0, read(Tag::from_bytes)),
        ("Q", member.key().to_bytes().to_vec(), 0, read(MemberKey::<Blst>::from_bytes)),
        ("Q", request.clone(), 0, read(JoinRequest::<Blst>::from_bytes)),
        ("R", request, 48, read(JoinRequest::<Blst>::from_bytes)),
        ("A", member.credential().to_bytes(), 8, read(Credential::<Blst>::from_bytes)),
        ("W", member.credential().to_bytes(), 56, read(Credential::<Blst>::from_bytes)),
        ("W", witness.to_bytes(), 8, read(Witness::<Blst>::from_bytes)),
        ("Q", enrolment, 0, {
            let group = world.group.clone();
            Box::new(move |bytes| Enrolment::from_bytes(&group, bytes).map(|_| ()))
        }),
        ("V", update, 44, read(Update::<Blst>::from_bytes)),
        ("D", part, 2, read(PartialOpening::<Blst>::from_bytes)),
        ("F", openers, 52, read(Openers::<Blst>::from_bytes)),
        ("V", epoch.to_bytes().to_vec(), 8, {
            let group = world.group.clone();
            Box::new(move |bytes| Epoch::from_bytes(&group, bytes).map(|_| ()))
        }),
        ("F", dealing.clone(), 50, {
            let ceremony = ceremony.clone();
            Box::new(move |bytes| Dealing::<Blst>::from_bytes(&ceremony, bytes).map(|_| ()))
        }),
        ("R", dealing, 98, Box::new(move |bytes| Dealing::<Blst>::from_bytes(&ceremony, bytes).map(|_| ()))),
    ];
    for (name, bytes, at, read) in &cases {
        read(bytes).unwrap();
        for (why, point) in &all {
            let expected = Err(Error::Point { what: name, reason: reason(point).unwrap() });
            assert_eq!(read(&spliced(bytes, *at, point)), expected, "{name} at {at}: {why}");
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        for other in [&longer, &bytes[..bytes.len() - 1], &[]] {
            let length = other.len();
            // A tag and a key are a point and nothing more.
            let kind = match read(other) {
                Err(Error::Length { found, .. }) => Some(found),
                Err(Error::Point { what, reason: Encoding::Length { found, .. } }) if what == *name => {
                    Some(found)
                }
                _ => None,
            };
            assert_eq!(kind, Some(length), "{name} at {at}: {length} bytes");
        }
    }
}

/// What is kept in a keystore or sent in secret.
#[test]
fn trailing_and_missing_bytes_of_secrets() {
    let mut world = World1::new(22);
    let share =
        Ceremony::new(b"c", 2, 3).unwrap().deal::<Blst>(1, &mut world.rng).unwrap().0.share(2).unwrap();
    let share = share.to_bytes();
    let (opener, openers) = (world.openers[0].to_bytes(), world.group.openers().clone());
    let member = MemberSecret::<Blst>::generate(&mut world.rng).unwrap().to_bytes();
    let issuer = world.issuer.to_bytes();
    type Reader<'a> = &'a dyn Fn(&[u8]) -> Option<Error>;
    let cases: [(&str, &[u8], Reader<'_>); 4] = [
        ("a share", &share, &|bytes| SecretShare::<Blst>::from_bytes(bytes).err()),
        ("an opener's key", opener.as_slice(), &|bytes| OpenerKey::from_bytes(&openers, bytes).err()),
        ("a member secret", member.as_slice(), &|bytes| MemberSecret::<Blst>::from_bytes(bytes).err()),
        ("an issuer's secret", issuer.as_slice(), &|bytes| Issuer::<Blst>::from_bytes(bytes).err()),
    ];
    for (what, bytes, read) in cases {
        assert_eq!(read(bytes), None, "{what}");
        for found in 0..bytes.len() {
            assert_eq!(read(&bytes[..found]), Some(Error::Length { what, found }), "{what} of {found} bytes");
        }
        for more in [1, 32] {
            let longer = [bytes, &vec![0; more]].concat();
            let length = Some(Error::Length { what, found: longer.len() });
            assert_eq!(read(&longer), length, "{what} and {more} bytes more");
        }
    }
}

#[test]
fn trailing_and_missing_bytes_of_a_signature() {
    let Made { tagged, plain, .. } = made();
    for signature in [tagged, plain] {
        let bytes = signature.to_bytes();
        let length = |found| Err(Error::Length { what: "a group signature", found });
        for cut in [1, 8, 9, 56, bytes.len() - 32, bytes.len() - 1] {
            assert_eq!(Signature::<Blst>::from_bytes(&bytes[..cut]), length(cut));
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_eq!(Signature::<Blst>::from_bytes(&longer), length(longer.len()));
        for form in [0, 3, 255] {
            let expected = Err(Error::Form { what: "a group signature", found: form });
            assert_eq!(Signature::<Blst>::from_bytes(&spliced(&bytes, 0, &[form])), expected);
        }
    }
}

#[test]
fn scalars_not_below_the_order() {
    let Made { mut world, member, tagged, signed, .. } = made();
    let order = hex::decode(ORDER).unwrap();
    let range = |what| Some(Error::Scalar { what, reason: Encoding::ScalarRange });
    for bad in [order.as_slice(), &[0xff; 32]] {
        for (place, what) in ["rho", "epsilon", "u", "t"].into_iter().enumerate() {
            let bytes = spliced(&tagged.to_bytes(), 441 + 32 * place, bad);
            assert_eq!(Signature::<Blst>::from_bytes(&bytes).err(), range(what));
        }
        let part = world.parts(&signed, &warrant())[0].to_bytes();
        assert_eq!(PartialOpening::<Blst>::from_bytes(&spliced(&part, 50, bad)).err(), range("challenge"));
        assert_eq!(PartialOpening::<Blst>::from_bytes(&spliced(&part, 82, bad)).err(), range("s"));
        let credential = spliced(&member.credential().to_bytes(), 104, bad);
        assert_eq!(Credential::<Blst>::from_bytes(&credential).err(), range("e"));
        assert_eq!(MemberSecret::<Blst>::from_bytes(bad).err(), range("u"));
        assert_eq!(Issuer::<Blst>::from_bytes(bad).err(), range("gamma"));
    }
}

#[test]
fn zero_challenges_and_zero_secrets() {
    let Made { mut world, signed, .. } = made();
    let zero = Some(Error::Zero { what: "challenge" });
    let part = world.parts(&signed, &warrant())[0].to_bytes();
    assert_eq!(PartialOpening::<Blst>::from_bytes(&spliced(&part, 50, &[0; 32])).err(), zero);
    assert_eq!(MemberSecret::<Blst>::from_bytes(&[0; 32]).err(), Some(Error::Zero { what: "u" }));
    assert_eq!(Issuer::<Blst>::from_bytes(&[0; 32]).err(), Some(Error::Zero { what: "gamma" }));
    let mut opener = world.openers[0].to_bytes().to_vec();
    opener[2..].fill(0);
    let read = OpenerKey::<Blst>::from_bytes(world.group.openers(), &opener);
    assert_eq!(read.err(), Some(Error::Zero { what: "z" }));
}

#[test]
fn issuer_keys_that_are_none() {
    let key = World1::new(2).issuer.key().to_bytes();
    let mut identity = [0; 96];
    identity[0] = 0xc0;
    let point = |reason| Some(Error::Point { what: "X", reason });
    assert_eq!(IssuerKey::<Blst>::from_bytes(&identity).err(), point(Encoding::Identity { group: "G2" }));
    let mut flag = key;
    flag[0] &= 0x7f;
    assert!(matches!(IssuerKey::<Blst>::from_bytes(&flag), Err(Error::Point { what: "X", .. })));
    for cut in [0, 48, 95] {
        assert_eq!(
            IssuerKey::<Blst>::from_bytes(&key[..cut]).err(),
            Some(Error::Length { what: "issuer key", found: cut })
        );
    }
    let longer = [&key[..], &[0]].concat();
    let length = Some(Error::Length { what: "issuer key", found: 97 });
    assert_eq!(IssuerKey::<Blst>::from_bytes(&longer).err(), length);
    // Small x-coordinates are on the curve and outside the subgroup, or off the curve.
    let outside = (1..40u8).any(|x| {
        let mut bytes = [0; 96];
        (bytes[0], bytes[95]) = (0x80, x);
        IssuerKey::<Blst>::from_bytes(&bytes).err() == point(Encoding::Subgroup { group: "G2" })
    });
    assert!(outside);
}

// Names

#[test]
fn empty_and_oversized_names() {
    let world = World1::new(3);
    assert_eq!(Scope::<Blst>::new(b"").unwrap_err(), Error::Empty { what: "a scope" });
    assert!(Scope::<Blst>::new(&[0; MAX_SCOPE]).is_ok());
    assert!(matches!(Scope::<Blst>::new(&[0; MAX_SCOPE + 1]), Err(Error::TooLong { what: "a scope", .. })));
    let group =
        |name: &[u8]| Group::new(&Parameters::new(), name, world.issuer.key(), world.group.openers().clone());
    assert_eq!(group(b"").unwrap_err(), Error::Empty { what: "a group's name" });
    assert!(group(&[0; MAX_GROUP_NAME]).is_ok());
    assert!(matches!(group(&[0; MAX_GROUP_NAME + 1]), Err(Error::TooLong { .. })));
    assert_eq!(Ceremony::new(b"", 1, 1).unwrap_err(), Error::Empty { what: "a ceremony's context" });
    assert_eq!(Warrant::new(b"").unwrap_err(), Error::Empty { what: "a warrant" });
    let invited = |account: &[u8]| Invitation::new(account, [0; 32]);
    assert_eq!(invited(b"").unwrap_err(), Error::Empty { what: "an account" });
    assert!(invited(&[0; MAX_ACCOUNT]).is_ok());
    assert!(matches!(invited(&[0; MAX_ACCOUNT + 1]), Err(Error::TooLong { what: "an account", .. })));
}

#[test]
fn thresholds_that_make_no_sense() {
    for (threshold, openers) in [(0, 0), (0, 3), (4, 3), (1, MAX_OPENERS + 1), (u16::MAX, u16::MAX)] {
        let expected = Error::Threshold { threshold, openers, limit: MAX_OPENERS };
        assert_eq!(Ceremony::new(b"c", threshold, openers).unwrap_err(), expected);
        let mut bytes = openers.to_le_bytes().to_vec();
        bytes.extend_from_slice(&threshold.to_le_bytes());
        assert_eq!(Openers::<Blst>::from_bytes(&bytes).unwrap_err(), expected);
    }
}

// Joining

/// An invitation with another's nonce.
fn mixed(number: u8, nonce: u8) -> Invitation {
    Invitation::new(&account(number), [nonce; 32]).unwrap()
}

#[test]
fn join_requests_in_the_wrong_place() {
    let mut world = World1::new(4);
    let elsewhere = World1::new(5);
    let secret = MemberSecret::generate(&mut world.rng).unwrap();
    let request = secret.request(&world.group, &invitation(1), &mut world.rng).unwrap();
    request.verify(&world.group, &invitation(1)).unwrap();
    let refused = Err(Error::JoinProof);
    assert_eq!(request.verify(&elsewhere.group, &invitation(1)), refused, "group");
    assert_eq!(request.verify(&world.group, &mixed(2, 1)), refused, "account");
    assert_eq!(request.verify(&world.group, &mixed(1, 2)), refused, "nonce");
    let bytes = request.to_bytes();
    for at in [95, 127] {
        // Another R or s; a changed x of R is mostly no point, so the sign is turned.
        let changed = if at == 95 {
            spliced(&bytes, 48, &[bytes[48] ^ 0x20])
        } else {
            spliced(&bytes, at, &[bytes[at] ^ 1])
        };
        assert_eq!(JoinRequest::from_bytes(&changed).unwrap().verify(&world.group, &invitation(1)), refused);
    }
    let negated = spliced(&bytes, 0, &[bytes[0] ^ 0x20]);
    assert_eq!(JoinRequest::from_bytes(&negated).unwrap().verify(&world.group, &invitation(1)), refused, "Q");
    let World { issuer, group, epoch, register, rng, .. } = &mut world;
    let answer = issuer.admit(group, epoch, &request, &mixed(2, 1), &*register, rng);
    assert_eq!(answer.err(), Some(Error::JoinProof));
}

#[test]
fn a_replayed_join_request() {
    let mut world = World1::new(6);
    let secret = MemberSecret::generate(&mut world.rng).unwrap();
    let request = secret.request(&world.group, &invitation(1), &mut world.rng).unwrap();
    let World { issuer, group, epoch, register, rng, .. } = &mut world;
    let (_, enrolment) = issuer.admit(group, epoch, &request, &invitation(1), &*register, rng).unwrap();
    register.insert(&account(1), b"consent", enrolment).unwrap();
    let again = issuer.admit(group, epoch, &request, &invitation(1), &*register, rng);
    assert_eq!(again.err(), Some(Error::AlreadyRegistered));
    assert_eq!(register.insert(&account(2), b"consent", enrolment), Err(Error::AlreadyRegistered));
    // With the issuer's next nonce the old proof does not hold at all.
    let later = issuer.admit(group, epoch, &request, &mixed(1, 2), &*register, rng);
    assert_eq!(later.err(), Some(Error::JoinProof));
}

#[test]
fn credentials_that_do_not_hold() {
    let mut world = World1::new(7);
    let elsewhere = World1::new(8);
    let (member, other) = (world.join(1), world.join(2));
    let bytes = member.credential().to_bytes();
    let secret = || MemberSecret::from_bytes(&[9; 32]).unwrap();
    let of = |group: &Group, epoch: &Epoch, secret, bytes: &[u8]| {
        Member::new(group, epoch, secret, Credential::from_bytes(bytes).unwrap()).err()
    };
    let refused = Some(Error::Credential);
    assert_eq!(of(&world.group, &world.epoch, secret(), &bytes), refused, "another's secret");
    let World { issuer, group, epoch, register, rng, .. } = &mut world;
    let request = secret().request(group, &invitation(3), rng).unwrap();
    let (credential, _) = issuer.admit(group, epoch, &request, &invitation(3), &*register, rng).unwrap();
    let good = credential.to_bytes();
    assert_eq!(of(group, epoch, secret(), &good), None);
    for (from, to, what) in [(8, 56, "A"), (56, 104, "W"), (104, 136, "e")] {
        let mixed = spliced(&good, from, &other.credential().to_bytes()[from..to]);
        assert_eq!(of(group, epoch, secret(), &mixed), refused, "another's {what}");
    }
    let next = Epoch::renewed(group, 1);
    assert_eq!(of(group, &next, secret(), &good), Some(Error::EpochTooOld { found: 0, current: 1 }));
    let ahead = spliced(&good, 0, &[5]);
    assert_eq!(of(group, &next, secret(), &ahead), Some(Error::EpochAhead { found: 5, current: 1 }));
    assert_eq!(
        of(group, &next, secret(), &spliced(&good, 0, &[1])),
        refused,
        "the old witness for a new epoch"
    );
    let foreign = of(group, &elsewhere.epoch, secret(), &good);
    assert_eq!(foreign, Some(Error::OtherGroup { what: "the epoch" }));
    assert_eq!(of(&elsewhere.group, &elsewhere.epoch, secret(), &good), refused, "another group");
}

#[test]
fn an_issuer_at_another_group() {
    let mut world = World1::new(9);
    let elsewhere = World1::new(10);
    let member = world.join(1);
    let enrolment = world.register.revoke(&member.key(), &world.epoch).unwrap();
    let issuer = Error::OtherGroup { what: "the issuer" };
    let epoch = Error::OtherGroup { what: "the epoch" };
    let foreign = elsewhere.issuer.revoke(&world.group, &world.epoch, &[enrolment]);
    assert_eq!(foreign.unwrap_err(), issuer);
    assert_eq!(world.issuer.revoke(&world.group, &elsewhere.epoch, &[enrolment]).unwrap_err(), epoch);
    let witness = world.issuer.witness(&world.group, &elsewhere.epoch, &member.key(), &world.register);
    assert_eq!(witness, Err(epoch));
    let unknown =
        elsewhere.issuer.witness(&elsewhere.group, &elsewhere.epoch, &member.key(), &elsewhere.register);
    assert_eq!(unknown, Err(Error::UnknownMember));
}

// Epochs

#[test]
fn an_epoch_too_old_and_one_ahead() {
    let Made { mut world, mut member, here, tagged, .. } = made();
    let gone = world.join(2);
    let first = world.epoch;
    let update = world.revoke(&[&gone]);
    let old = tagged.verify(&world.group, &world.epoch, Some(&here), b"m");
    assert_eq!(old.unwrap_err(), Error::EpochTooOld { found: 0, current: 1 });
    tagged.verify(&world.group, &first, Some(&here), b"m").expect("whoever still accepts epoch 0 may");
    member.follow(&[update]).unwrap();
    let new = member.sign(None, b"m", &mut world.rng).unwrap();
    let ahead = new.verify(&world.group, &first, None, b"m");
    assert_eq!(ahead.unwrap_err(), Error::EpochAhead { found: 1, current: 0 });
}

#[test]
fn an_epoch_of_the_same_number_with_another_value() {
    let Made { world, here, tagged, .. } = made();
    let mut bytes = world.epoch.to_bytes();
    bytes[8] ^= 0x20;
    let other = Epoch::from_bytes(&world.group, &bytes).unwrap();
    assert_eq!(tagged.verify(&world.group, &other, Some(&here), b"m").unwrap_err(), Error::Verification);
}

#[test]
fn a_revoked_member_cannot_follow() {
    let mut world = World1::new(11);
    let (mut first, mut second, third) = (world.join(1), world.join(2), world.join(3));
    let updates = [world.revoke(&[&third]), world.revoke(&[&first, &second])];
    for member in [&mut first, &mut second] {
        assert_eq!(member.follow(&updates), Err(Error::Revoked { epoch: 2 }));
        assert_eq!(member.epoch().number(), 0, "it stays where it was");
        member.follow(&updates[..1]).unwrap();
        assert_eq!(member.follow(&updates[1..]), Err(Error::Revoked { epoch: 2 }));
    }
}

#[test]
fn updates_out_of_order_and_false_ones() {
    let mut world = World1::new(12);
    let (mut member, one, two) = (world.join(1), world.join(2), world.join(3));
    let updates = [world.revoke(&[&one]), world.revoke(&[&two])];
    let order = |expected, found| Err(Error::UpdateOrder { expected, found });
    assert_eq!(member.follow(&updates[1..]), order(0, 1), "one is missing");
    let twice = [updates[0].clone(), updates[0].clone()];
    assert_eq!(member.follow(&twice), order(1, 0));
    let bytes = updates[0].to_bytes();
    let (mut false_value, mut false_identifier) = (bytes.clone(), bytes.clone());
    false_value[44] ^= 0x20;
    false_identifier[43] ^= 1;
    for bytes in [false_value, false_identifier] {
        let update = Update::from_bytes(&bytes).unwrap();
        assert_eq!(update.apply(&world.group, &world.group.first_epoch()), Err(Error::FalseUpdate));
        assert_eq!(member.follow(&[update]), Err(Error::FalseUpdate));
    }
    // The right values from the wrong start.
    let mut other = world.group.first_epoch().to_bytes();
    other[8] ^= 0x20;
    let other = Epoch::from_bytes(&world.group, &other).unwrap();
    assert_eq!(updates[0].apply(&world.group, &other), Err(Error::FalseUpdate));
    let foreign = World1::new(13);
    let error = updates[0].apply(&foreign.group, &world.group.first_epoch());
    assert_eq!(error, Err(Error::OtherGroup { what: "the epoch" }));
    member.follow(&updates).unwrap();
}

#[test]
fn updates_of_nothing_and_of_too_much() {
    let mut world = World1::new(14);
    let mut member = world.join(1);
    let enrolment = world.register.revoke(&member.key(), &world.epoch).unwrap();
    let none = world.issuer.revoke(&world.group, &world.epoch, &[]);
    assert_eq!(none.unwrap_err(), Error::Empty { what: "an update" });
    let many = world.issuer.revoke(&world.group, &world.epoch, &vec![enrolment; MAX_REMOVALS + 1]);
    let limit = |found| Error::TooMany { what: "removals", found, limit: MAX_REMOVALS };
    assert_eq!(many.unwrap_err(), limit(MAX_REMOVALS + 1));
    let twice = world.issuer.revoke(&world.group, &world.epoch, &[enrolment; 2]);
    assert_eq!(twice.unwrap_err(), Error::RepeatedRemoval);
    let header = |count: u32| [&0u64.to_le_bytes()[..], &count.to_le_bytes()].concat();
    assert_eq!(Update::<Blst>::from_bytes(&header(0)).unwrap_err(), Error::Empty { what: "an update" });
    let claimed = usize::try_from(u32::MAX).unwrap();
    assert_eq!(Update::<Blst>::from_bytes(&header(u32::MAX)).unwrap_err(), limit(claimed));
    assert_eq!(
        Update::<Blst>::from_bytes(&header(2)).unwrap_err(),
        Error::Length { what: "an update", found: 12 }
    );
    let gone = world.join(2);
    let update = world.revoke(&[&gone]);
    let too_many = vec![update; MAX_REMOVALS + 1];
    assert_eq!(member.follow(&too_many), Err(limit(MAX_REMOVALS + 1)));
    assert_eq!(member.follow(&[]), Ok(()), "nothing to follow is nothing done");
}

#[test]
fn witnesses_that_do_not_hold() {
    let mut world = World1::new(15);
    let (mut member, other) = (world.join(1), world.join(2));
    let next = Epoch::renewed(&world.group, 1);
    let witness = |key: &MemberKey, epoch: &Epoch| {
        world.issuer.witness(&world.group, epoch, key, &world.register).unwrap()
    };
    let (own, others) = (witness(&member.key(), &next), witness(&other.key(), &next));
    let old = witness(&member.key(), &world.epoch);
    assert_eq!(member.renew(&next, &others), Err(Error::Credential));
    assert_eq!(member.renew(&next, &old), Err(Error::EpochTooOld { found: 0, current: 1 }));
    assert_eq!(member.renew(&world.epoch, &own), Err(Error::EpochAhead { found: 1, current: 0 }));
    member.renew(&next, &own).unwrap();
}

// Signatures

#[test]
fn another_group() {
    let Made { world, here, tagged, plain, .. } = made();
    let elsewhere = World1::new(16);
    // The same keys under another name are another group.
    let renamed =
        Group::new(&Parameters::new(), b"renamed", world.issuer.key(), world.group.openers().clone())
            .unwrap();
    for group in [&elsewhere.group, &renamed] {
        let epoch = group.first_epoch();
        assert_eq!(tagged.verify(group, &epoch, Some(&here), b"m").unwrap_err(), Error::Verification);
        assert_eq!(plain.verify(group, &epoch, None, b"m").unwrap_err(), Error::Verification);
        let mixed = plain.verify(group, &world.epoch, None, b"m");
        assert_eq!(mixed.unwrap_err(), Error::OtherGroup { what: "the epoch" });
    }
}

#[test]
fn another_message_or_scope() {
    let Made { world, here, tagged, plain, signed, .. } = made();
    let refused = |signature: &Signature, scope: Option<&Scope>, message: &[u8]| {
        signature.verify(&world.group, &world.epoch, scope, message).unwrap_err()
    };
    let there = scope("there");
    assert_eq!(refused(&tagged, Some(&here), b"n"), Error::Verification);
    assert_eq!(refused(&tagged, Some(&here), b""), Error::Verification);
    assert_eq!(refused(&tagged, Some(&there), b"m"), Error::Verification, "the tag of another scope");
    assert_eq!(refused(&tagged, None, b"m"), Error::TagUnexpected);
    assert_eq!(refused(&plain, Some(&here), b"m"), Error::TagMissing);
    assert_eq!(refused(&plain, None, b"n"), Error::Verification);
    assert_eq!(signed.tag_in(&there), Err(Error::TagMissing));
    assert_eq!(signed.tag_in(&here).ok(), signed.tag());
}

/// Every field on the wire: another valid value in its place, and every bit flipped that leaves a valid encoding.
#[test]
fn every_wire_field_changed() {
    let Made { mut world, member, here, tagged, plain, .. } = made();
    let (another, _) = world.signed(&member, Some(&here), b"m");
    let (another_plain, _) = world.signed(&member, None, b"m");
    for (signature, another, scope) in [(&tagged, &another, Some(&here)), (&plain, &another_plain, None)] {
        let (bytes, other) = (signature.to_bytes(), another.to_bytes());
        let verify = |bytes: &[u8]| {
            Signature::<Blst>::from_bytes(bytes)
                .and_then(|read| read.verify(&world.group, &world.epoch, scope, b"m").map(|_| ()))
        };
        let points = if scope.is_some() { 9 } else { 8 };
        let fields =
            (0..points).map(|at| (9 + 48 * at, 48)).chain((0..4).map(|at| (9 + 48 * points + 32 * at, 32)));
        for (field, (at, length)) in fields.enumerate() {
            let value = &other[at..at + length];
            if value != &bytes[at..at + length] {
                assert_eq!(
                    verify(&spliced(&bytes, at, value)),
                    Err(Error::Verification),
                    "field {field} swapped"
                );
            } else {
                assert_eq!(field, 5, "only the tag repeats");
            }
            if length == 48 {
                let negated = spliced(&bytes, at, &[bytes[at] ^ 0x20]);
                assert_eq!(verify(&negated), Err(Error::Verification), "field {field} negated");
            }
        }
        for at in 0..bytes.len() {
            let flipped = spliced(&bytes, at, &[bytes[at] ^ 1]);
            let refused = match verify(&flipped).unwrap_err() {
                Error::Form { .. } => at == 0,
                Error::EpochAhead { current: 0, .. } => (1..9).contains(&at),
                Error::Point { .. } => (9..9 + 48 * points).contains(&at),
                Error::Scalar { .. } | Error::Verification => at >= 9,
                _ => false,
            };
            assert!(refused, "byte {at}: {:?}", verify(&flipped));
        }
    }
}

// Batches

#[test]
fn an_empty_batch_and_one_too_large() {
    let Made { world, plain, .. } = made();
    assert_eq!(verify_batch::<Blst>(&[], &mut rng(1)).unwrap_err(), Error::EmptyBatch);
    let claim =
        Claim { group: &world.group, epoch: &world.epoch, scope: None, message: b"m", signature: &plain };
    let many = verify_batch(&vec![claim; MAX_BATCH + 1], &mut rng(1));
    let expected = Error::TooMany { what: "signatures in a batch", found: MAX_BATCH + 1, limit: MAX_BATCH };
    assert_eq!(many.unwrap_err(), expected);
}

#[test]
fn one_bad_among_64() {
    let Made { mut world, member, .. } = made();
    let messages: Vec<[u8; 1]> = (0..64).map(|at| [at]).collect();
    let signatures: Vec<_> =
        messages.iter().map(|message| member.sign(None, message, &mut world.rng).unwrap()).collect();
    let mut claims: Vec<_> = messages
        .iter()
        .zip(&signatures)
        .map(|(message, signature)| Claim {
            group: &world.group,
            epoch: &world.epoch,
            scope: None,
            message: message.as_slice(),
            signature,
        })
        .collect();
    assert_eq!(verify_batch(&claims, &mut rng(2)).unwrap().len(), 64);
    for bad in [0, 37, 63] {
        let right = claims[bad].message;
        claims[bad].message = b"another";
        let expected = Error::InBatch { culprits: vec![bad] };
        assert_eq!(verify_batch(&claims, &mut rng(2)).unwrap_err(), expected);
        claims[bad].message = right;
    }
    let swapped = claims[5].signature;
    claims[5].signature = claims[6].signature;
    claims[6].signature = swapped;
    assert_eq!(verify_batch(&claims, &mut rng(2)).unwrap_err(), Error::InBatch { culprits: vec![5, 6] });
}

// Opening

#[test]
fn too_few_duplicated_and_unknown_openers() {
    let Made { mut world, signed, .. } = made();
    let parts = world.parts(&signed, &warrant());
    let combine =
        |parts: &[PartialOpening]| Opening::combine(&world.group, &signed, &warrant(), parts).unwrap_err();
    assert_eq!(combine(&[]), Error::TooFewOpeners { found: 0, needed: 2 });
    assert_eq!(combine(&parts[..1]), Error::TooFewOpeners { found: 1, needed: 2 });
    assert_eq!(combine(&[parts[0].clone(), parts[0].clone()]), Error::RepeatedOpener { opener: 1 });
    for stranger in [0u16, 4, u16::MAX] {
        let bytes = spliced(&parts[0].to_bytes(), 0, &stranger.to_le_bytes());
        let part = PartialOpening::from_bytes(&bytes).unwrap();
        let unknown = Error::UnknownOpener { opener: stranger, openers: 3 };
        assert_eq!(combine(&[part.clone(), parts[1].clone()]), unknown);
        assert_eq!(part.verify(&world.group, &signed, &warrant()).unwrap_err(), unknown);
    }
}

#[test]
fn a_false_partial_opening() {
    let Made { mut world, member, signed, .. } = made();
    let (_, other) = world.signed(&member, None, b"other");
    let parts = world.parts(&signed, &warrant());
    let refused = Err(Error::FalseOpening { culprits: vec![1] });
    let verify = |part: &PartialOpening, signed: &Verified, document: &[u8]| {
        part.verify(&world.group, signed, &Warrant::new(document).unwrap())
    };
    verify(&parts[0], &signed, b"order 1").unwrap();
    assert_eq!(verify(&parts[0], &signed, b"order 2"), refused, "another warrant");
    assert_eq!(verify(&parts[0], &other, b"order 1"), refused, "another signature");
    let bytes = parts[0].to_bytes();
    let others = parts[1].to_bytes();
    for (from, to, what) in [(2, 50, "D"), (50, 82, "c"), (82, 114, "s")] {
        let changed = PartialOpening::from_bytes(&spliced(&bytes, from, &others[from..to])).unwrap();
        assert_eq!(verify(&changed, &signed, b"order 1"), refused, "{what}");
    }
    let as_another = PartialOpening::from_bytes(&spliced(&bytes, 0, &[2, 0])).unwrap();
    assert_eq!(verify(&as_another, &signed, b"order 1"), Err(Error::FalseOpening { culprits: vec![2] }));
}

#[test]
fn openings_in_the_wrong_place() {
    let Made { mut world, member, signed, .. } = made();
    let elsewhere = World1::new(17);
    let (_, other) = world.signed(&member, None, b"other");
    let parts = world.parts(&signed, &warrant());
    let opening = Opening::combine(&world.group, &signed, &warrant(), &parts).unwrap().opening;
    opening.verify(&world.group, &signed, &warrant()).unwrap();
    let culprits = Error::FalseOpening { culprits: vec![1, 2] };
    assert_eq!(opening.verify(&world.group, &other, &warrant()).unwrap_err(), culprits);
    let another = Warrant::new(b"order 2").unwrap();
    assert_eq!(opening.verify(&world.group, &signed, &another).unwrap_err(), culprits);
    let foreign = Error::OtherGroup { what: "the signature" };
    assert_eq!(opening.verify(&elsewhere.group, &signed, &warrant()).unwrap_err(), foreign);
    assert_eq!(
        world.openers[0].open(&elsewhere.group, &signed, &warrant(), &mut rng(1)).unwrap_err(),
        foreign
    );
    // More parts than needed are no opening: one form for each statement.
    let bytes =
        [&3u16.to_le_bytes()[..], &parts.iter().flat_map(PartialOpening::to_bytes).collect::<Vec<_>>()]
            .concat();
    let padded = Opening::from_bytes(&bytes).unwrap();
    assert_eq!(
        padded.verify(&world.group, &signed, &warrant()).unwrap_err(),
        Error::FalseOpening { culprits: vec![] }
    );
    // Parts that do not ascend, that repeat, and more than anybody has.
    let of = |chosen: &[usize]| {
        let count = u16::try_from(chosen.len()).unwrap();
        let parts = chosen.iter().flat_map(|at| parts[*at].to_bytes());
        count.to_le_bytes().into_iter().chain(parts).collect::<Vec<_>>()
    };
    assert_eq!(Opening::<Blst>::from_bytes(&of(&[1, 0])).unwrap_err(), Error::RepeatedOpener { opener: 1 });
    assert_eq!(Opening::<Blst>::from_bytes(&of(&[0, 0])).unwrap_err(), Error::RepeatedOpener { opener: 1 });
    let limit = Error::TooMany { what: "partial openings", found: 65, limit: 64 };
    assert_eq!(Opening::<Blst>::from_bytes(&65u16.to_le_bytes()).unwrap_err(), limit);
    let short = Opening::<Blst>::from_bytes(&of(&[0])).unwrap();
    let few = Error::TooFewOpeners { found: 1, needed: 2 };
    assert_eq!(short.verify(&world.group, &signed, &warrant()).unwrap_err(), few);
    let longer = [of(&[0, 1]).as_slice(), &[0]].concat();
    assert!(matches!(Opening::<Blst>::from_bytes(&longer), Err(Error::Length { .. })));
}

#[test]
fn an_opener_of_another_group() {
    let Made { world, signed, .. } = made();
    let elsewhere = World1::new(18);
    let foreign = Error::OtherGroup { what: "the opener's key" };
    let opened = elsewhere.openers[0].open(&world.group, &signed, &warrant(), &mut rng(1));
    assert_eq!(opened.unwrap_err(), foreign);
    let bytes = world.openers[0].to_bytes();
    assert_eq!(OpenerKey::from_bytes(elsewhere.group.openers(), bytes.as_slice()).unwrap_err(), foreign);
    let mut stranger = bytes.to_vec();
    stranger[0] = 9;
    let unknown = Error::UnknownOpener { opener: 9, openers: 3 };
    assert_eq!(OpenerKey::from_bytes(world.group.openers(), &stranger).unwrap_err(), unknown);
}

#[test]
fn a_member_that_nobody_registered() {
    let mut world = World1::new(19);
    let member = world.join(1);
    world.register = hufu_group::MemoryRegister::new();
    let (_, signed) = world.signed(&member, None, b"m");
    let parts = world.parts(&signed, &warrant());
    let opening = Opening::combine(&world.group, &signed, &warrant(), &parts).unwrap().opening;
    let named = opening.identify(&world.group, &signed, &warrant(), &world.register);
    assert_eq!(named.unwrap_err(), Error::UnknownMember);
    assert_eq!(world.register.revoke(&member.key(), &world.epoch).unwrap_err(), Error::UnknownMember);
}

// The openers' ceremony

#[test]
fn dealings_and_shares_that_do_not_hold() {
    let mut rng = rng(20);
    let ceremony = Ceremony::new(b"c", 2, 3).unwrap();
    let other = Ceremony::new(b"d", 2, 3).unwrap();
    let (dealers, dealings) = deal::<Blst>(&ceremony, 3, &mut rng);
    let fault = |dealer| Some(Error::FalseDealing { dealer });
    assert_eq!(ceremony.check(&dealings[0]).err(), None);
    assert_eq!(other.check(&dealings[0]).err(), fault(1), "another ceremony");
    // A rogue constant term: F_0 less the others', whose secret nobody knows.
    let bytes = dealings[0].to_bytes();
    let rogue = spliced(&bytes, 2, &dealings[1].to_bytes()[2..50]);
    assert_eq!(ceremony.check(&Dealing::<Blst>::from_bytes(&ceremony, &rogue).unwrap()).err(), fault(1));
    let stolen = spliced(&dealings[1].to_bytes(), 0, &[1]);
    assert_eq!(ceremony.check(&Dealing::<Blst>::from_bytes(&ceremony, &stolen).unwrap()).err(), fault(1));
    for stranger in [0, 4] {
        let unknown = Some(Error::UnknownOpener { opener: stranger, openers: 3 });
        assert_eq!(ceremony.deal::<Blst>(stranger, &mut rng).err(), unknown);
        assert_eq!(dealers[0].share(stranger).err(), unknown);
    }
    let wider = Ceremony::new(b"c", 3, 3).unwrap();
    let length = Some(Error::Length { what: "a dealing", found: bytes.len() });
    assert_eq!(Dealing::<Blst>::from_bytes(&wider, &bytes).err(), length);
    assert_eq!(wider.check(&dealings[0]).err(), fault(1), "another threshold");
    for openers in [2, 4] {
        let changed = Ceremony::new(b"c", 2, openers).unwrap();
        let read = Dealing::<Blst>::from_bytes(&changed, &bytes).unwrap();
        assert_eq!(changed.check(&read).err(), fault(1), "{openers} openers");
        let all = changed.openers(&dealings[..2]).err();
        assert_eq!(all, fault(1), "{openers} openers");
    }
    let twice = [dealings[0].clone(), dealings[0].clone()];
    assert_eq!(ceremony.openers(&twice).err(), Some(Error::RepeatedOpener { opener: 1 }));
    let few = ceremony.openers(&dealings[..1]).err();
    assert_eq!(few, Some(Error::TooFewOpeners { found: 1, needed: 2 }));
    let share = |dealer: usize| dealers[dealer].share(1).unwrap();
    let key = |shares: &[SecretShare]| ceremony.key(1, &dealings, shares).err();
    assert_eq!(key(&[share(0), share(1)]), Some(Error::MissingShare { dealer: 3 }));
    assert_eq!(key(&[share(0), share(0), share(1), share(2)]), Some(Error::RepeatedOpener { opener: 1 }));
    assert_eq!(share(0).verify(&dealings[1]).err(), fault(2));
    assert_eq!(
        ceremony.key(4, &dealings, &[share(0)]).err(),
        Some(Error::UnknownOpener { opener: 4, openers: 3 })
    );
}

/// The last dealer chooses F_1 so that the sum of all vanishes. His proof of f_3(0) holds, but he knows no f_3: he can send no
/// share that does, and that names him.
#[test]
fn a_last_dealing_that_cancels_the_others() {
    let mut rng = rng(21);
    let ceremony = Ceremony::new(b"c", 2, 3).unwrap();
    let (dealers, dealings) = deal::<Blst>(&ceremony, 2, &mut rng);
    let slope = |dealing: &Dealing| point(&dealing.to_bytes()[50..98]).lift();
    let cancelling = (-(slope(&dealings[0]) + slope(&dealings[1]))).to_affine();
    let secret = Number::from(11_u64);
    let forged = dealing(b"c", 3, 3, &secret, &[cancelling], &[4; 32]);
    let rogue = Dealing::from_bytes(&ceremony, &forged).unwrap();
    assert_eq!(ceremony.check(&rogue), Ok(()), "what it proves is true");
    let all = [dealings[0].clone(), dealings[1].clone(), rogue];
    for opener in 1..=3 {
        let mut shares = dealers.iter().map(|dealer| dealer.share(opener).unwrap()).collect::<Vec<_>>();
        let missing = Some(Error::MissingShare { dealer: 3 });
        assert_eq!(ceremony.key(opener, &all, &shares).err(), missing, "opener {opener}");
        let guessed = [&3_u16.to_le_bytes()[..], &opener.to_le_bytes(), &secret.to_bytes()].concat();
        shares.push(SecretShare::from_bytes(&guessed).unwrap());
        let false_share = Some(Error::FalseShare { dealer: 3 });
        assert_eq!(ceremony.key(opener, &all, &shares).err(), false_share, "opener {opener}");
        assert_eq!(shares[2].verify(&all[2]).err(), false_share, "which everybody can check");
        // His dealing is left out, and the others go on.
        ceremony.key(opener, &all[..2], &shares).unwrap();
    }
    // What everybody can see before complaints are settled.
    assert_eq!(ceremony.openers(&all).err(), Some(Error::Degenerate("an opener's key")));
    ceremony.openers(&all[..2]).unwrap();
}
