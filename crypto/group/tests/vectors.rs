//! `vectors/signatures.json` freezes inputs, every value on the way and the bytes, from keys to openings. It is rebuilt
//! from seeds by `cargo test -p hufu-group --test vectors -- --ignored write_the_vectors`; a change of it is a change of
//! the format.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;
mod plain;

use std::convert::Infallible;

use common::{World, account, rng, scope};
use hufu_group::{
    Credential, Epoch, Group, Invitation, JoinRequest, Member, MemberSecret, Opening, Parameters,
    PartialOpening, Scope, Signature, Update, Warrant,
};
use hufu_pairing::{Backend, Blst, Zkcrypto};
use plain::{Signer, Statement, generator, point, sign};
use rand_core::{TryCryptoRng, TryRng};
use serde_json::{Map, Value, json};

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/signatures.json");

/// A generator that gives the same bytes again and again: the entropy of a vector.
struct Entropy([u8; 32]);

impl TryRng for Entropy {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unimplemented!("signing asks for 32 bytes at once")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unimplemented!("signing asks for 32 bytes at once")
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        out.copy_from_slice(&self.0);
        Ok(())
    }
}

impl TryCryptoRng for Entropy {}

fn hexed(bytes: impl AsRef<[u8]>) -> Value {
    json!(hex::encode(bytes))
}

fn read(value: &Value, name: &str) -> Vec<u8> {
    hex::decode(value[name].as_str().unwrap_or_else(|| panic!("{name}"))).unwrap()
}

fn fixed<const N: usize>(value: &Value, name: &str) -> [u8; N] {
    read(value, name).try_into().unwrap()
}

fn statement(group: &Group, epoch: &Epoch, scope: Option<&[u8]>, message: &[u8]) -> Statement {
    Statement {
        group: *group.id().as_bytes(),
        escrow: point(&group.openers().to_bytes()[4..52]),
        epoch: epoch.number(),
        value: point(&epoch.to_bytes()[8..]),
        scope: scope.map(<[u8]>::to_vec),
        message: message.to_vec(),
    }
}

/// Everything of one group, from its seed.
fn group_case(seed: u8, threshold: u16, count: u16) -> Value {
    let mut world = World::<Blst>::of(seed, threshold, count);
    let secret = [seed + 10; 32];
    let mut case = Map::new();
    let mut note = |name: &str, value: Value| {
        assert!(case.insert(name.into(), value).is_none(), "{name}");
    };
    for name in ["G", "K", "Y"] {
        note(name, hexed(generator(name).to_bytes()));
    }
    note("gamma", hexed(world.issuer.to_bytes()));
    note("openers", json!(world.openers.iter().map(|key| hex::encode(key.to_bytes())).collect::<Vec<_>>()));
    note("group", hexed(world.group.to_bytes()));
    note("group_id", hexed(world.group.id().as_bytes()));
    note("epoch", hexed(world.epoch.to_bytes()));
    let own = account(1);
    let invitation = Invitation::new(&own, [seed; 32]).unwrap();
    note("account", hexed(&own));
    note("nonce", hexed([seed; 32]));
    note("u", hexed(secret));
    let member = MemberSecret::from_bytes(&secret).unwrap();
    note("consent", hexed(world.group.consent(&own, &member.key(&world.group))));
    note("join_entropy", hexed([seed + 1; 32]));
    let request = member.request(&world.group, &invitation, &mut Entropy([seed + 1; 32])).unwrap();
    note("join_request", hexed(request.to_bytes()));
    let other = world.join(2);
    let World { issuer, group, epoch, register, rng, .. } = &mut world;
    let (credential, enrolment) = issuer.admit(group, epoch, &request, &invitation, &*register, rng).unwrap();
    register.insert(&own, b"consent", enrolment).unwrap();
    note("credential", hexed(credential.to_bytes()));
    let signer = Signer::of(&secret, &credential.to_bytes());
    let mut signatures = Vec::new();
    let mut sign_in = |group: &Group, epoch: &Epoch, signer: &Signer, scope: Option<&[u8]>, number: u8| {
        let message = format!("message {number}").into_bytes();
        let entropy = [seed + number; 32];
        let mut trace = sign(&statement(group, epoch, scope, &message), signer, &entropy).trace;
        trace.insert("scope".into(), scope.map_or(Value::Null, hexed));
        trace.insert("message".into(), hexed(message));
        trace.insert("entropy".into(), hexed(entropy));
        trace.insert("in_epoch".into(), hexed(epoch.to_bytes()));
        signatures.push(Value::Object(trace));
    };
    sign_in(&world.group, &world.epoch, &signer, None, 1);
    sign_in(&world.group, &world.epoch, &signer, Some(b"a scope"), 2);
    let before = world.epoch;
    let update = world.revoke(&[&other]);
    note("update", hexed(update.to_bytes()));
    let mut follower = Member::new(&world.group, &before, member, credential).unwrap();
    follower.follow(&[update]).unwrap();
    note("followed_credential", hexed(follower.credential().to_bytes()));
    let follower = Signer::of(&secret, &follower.credential().to_bytes());
    sign_in(&world.group, &world.epoch, &follower, None, 3);
    // The first signature, opened.
    let bytes = read(&signatures[0], "signature");
    let message = read(&signatures[0], "message");
    let verified =
        Signature::from_bytes(&bytes).unwrap().verify(&world.group, &before, None, &message).unwrap();
    let warrant = Warrant::new(b"order 1").unwrap();
    note("warrant", hexed(warrant.as_bytes()));
    note("opening_entropy", hexed([seed + 2; 32]));
    let parts: Vec<_> = world
        .openers
        .iter()
        .map(|key| key.open(&world.group, &verified, &warrant, &mut Entropy([seed + 2; 32])).unwrap())
        .collect();
    note("parts", json!(parts.iter().map(|part| hex::encode(part.to_bytes())).collect::<Vec<_>>()));
    let opened = Opening::combine(&world.group, &verified, &warrant, &parts).unwrap();
    note("opening", hexed(opened.opening.to_bytes()));
    note("opened_key", hexed(opened.key.to_bytes()));
    note("signatures", json!(signatures));
    Value::Object(case)
}

fn cases() -> Value {
    json!([group_case(1, 1, 1), group_case(21, 2, 3), group_case(41, 3, 5)])
}

#[test]
fn the_vectors_are_rebuilt_from_their_seeds() {
    let frozen: Value = serde_json::from_str(&std::fs::read_to_string(VECTORS).unwrap()).unwrap();
    assert_eq!(cases(), frozen);
}

fn holds<B: Backend>() {
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(VECTORS).unwrap()).unwrap();
    let parameters = Parameters::<B>::new();
    for case in vectors.as_array().unwrap() {
        let group = Group::from_bytes(&parameters, &read(case, "group")).unwrap();
        assert_eq!(group.id().as_bytes(), &fixed(case, "group_id"));
        let first = Epoch::from_bytes(&group, &read(case, "epoch")).unwrap();
        assert_eq!(first, group.first_epoch());
        let secret = MemberSecret::from_bytes(&read(case, "u")).unwrap();
        let account = read(case, "account");
        let invitation = Invitation::new(&account, fixed(case, "nonce")).unwrap();
        assert_eq!(group.consent(&account, &secret.key(&group)), read(case, "consent"));
        let mut entropy = Entropy(fixed(case, "join_entropy"));
        let request = secret.request(&group, &invitation, &mut entropy).unwrap();
        assert_eq!(request.to_bytes(), read(case, "join_request"));
        JoinRequest::<B>::from_bytes(&request.to_bytes()).unwrap().verify(&group, &invitation).unwrap();
        let credential = Credential::from_bytes(&read(case, "credential")).unwrap();
        let mut member = Member::new(&group, &first, secret, credential).unwrap();
        let update = Update::from_bytes(&read(case, "update")).unwrap();
        let signatures = case["signatures"].as_array().unwrap();
        let mut verified = Vec::new();
        for (at, signed) in signatures.iter().enumerate() {
            if at == 2 {
                member.follow(std::slice::from_ref(&update)).unwrap();
                assert_eq!(member.credential().to_bytes(), read(case, "followed_credential"));
            }
            let scope = signed["scope"].as_str().map(|name| Scope::new(&hex::decode(name).unwrap()).unwrap());
            let (message, expected) = (read(signed, "message"), read(signed, "signature"));
            let made = member.sign(scope.as_ref(), &message, &mut Entropy(fixed(signed, "entropy"))).unwrap();
            assert_eq!(made.to_bytes(), expected);
            let epoch = Epoch::from_bytes(&group, &read(signed, "in_epoch")).unwrap();
            let read_back = Signature::from_bytes(&expected).unwrap();
            let one = read_back.verify(&group, &epoch, scope.as_ref(), &message).unwrap();
            assert_eq!(one.digest(), &fixed(signed, "digest"));
            verified.push(one);
        }
        let warrant = Warrant::new(b"order 1").unwrap();
        assert_eq!(warrant.as_bytes(), &fixed(case, "warrant"));
        let mut parts = Vec::new();
        for (key, part) in case["openers"].as_array().unwrap().iter().zip(case["parts"].as_array().unwrap()) {
            let key = hex::decode(key.as_str().unwrap()).unwrap();
            let key = hufu_group::OpenerKey::from_bytes(group.openers(), &key).unwrap();
            let mut entropy = Entropy(fixed(case, "opening_entropy"));
            let made = key.open(&group, &verified[0], &warrant, &mut entropy).unwrap();
            let expected = hex::decode(part.as_str().unwrap()).unwrap();
            assert_eq!(made.to_bytes(), expected);
            parts.push(PartialOpening::from_bytes(&expected).unwrap());
        }
        let opened = Opening::combine(&group, &verified[0], &warrant, &parts).unwrap();
        assert_eq!(opened.opening.to_bytes(), read(case, "opening"));
        assert_eq!(opened.key.to_bytes().to_vec(), read(case, "opened_key"));
        assert_eq!(opened.key, member.key());
    }
}

#[test]
fn the_vectors_hold_on_both_backends() {
    holds::<Blst>();
    holds::<Zkcrypto>();
}

#[test]
#[ignore = "writes what the other tests read"]
fn write_the_vectors() {
    std::fs::write(VECTORS, serde_json::to_string_pretty(&cases()).unwrap() + "\n").unwrap();
}

/// The helpers of other binaries are used here too.
#[test]
fn entropy_repeats_and_a_generator_does_not() {
    let mut world = World::<Blst>::new(90);
    let member = world.join(1);
    let here = scope("here");
    let entropy = || member.sign(Some(&here), b"m", &mut Entropy([1; 32])).unwrap();
    assert_eq!(entropy(), entropy());
    let mut generator = rng(91);
    let first = member.sign(Some(&here), b"m", &mut generator).unwrap();
    assert_ne!(first, member.sign(Some(&here), b"m", &mut generator).unwrap());
}
