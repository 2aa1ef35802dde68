//! `vectors/signatures.json` freezes inputs, every value on the way and the bytes, from the openers' ceremony to an opening. The
//! second implementation computed it (`tests/independent/frozen.rs`); here the crate makes the same bytes of the same
//! inputs, on both backends. A change of it is a change of the format.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::convert::Infallible;

use hufu_group::{
    Ceremony, Credential, Dealing, Epoch, Group, Invitation, Issuer, JoinRequest, Member, MemberSecret,
    MemoryRegister, OpenerKey, Opening, Parameters, PartialOpening, Scope, SecretShare, Signature, Update,
    Warrant, Witness,
};
use hufu_pairing::{Backend, Blst, Zkcrypto};
use rand_core::{TryCryptoRng, TryRng};
use serde_json::Value;

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/signatures.json");

/// Bytes that a drawn scalar has more than an encoded one: zero here, so that it comes out as it stands in the vectors.
const WIDER: [u8; 16] = [0; 16];

/// A generator that gives the bytes of a vector, in order and no more.
struct Script(Vec<u8>);

impl Script {
    fn of(entropy: &[u8]) -> Self {
        Self(entropy.to_vec())
    }

    /// Scalars to be drawn, and what comes after them.
    fn scalars<'s>(scalars: impl IntoIterator<Item = &'s [u8]>, then: &[u8]) -> Self {
        let drawn = scalars.into_iter().flat_map(|scalar| [&WIDER[..], scalar].concat());
        Self(drawn.chain(then.iter().copied()).collect())
    }
}

impl TryRng for Script {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes).map(|()| u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes).map(|()| u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        let rest = self.0.split_off(out.len());
        out.copy_from_slice(&std::mem::replace(&mut self.0, rest));
        Ok(())
    }
}

impl TryCryptoRng for Script {}

fn unhexed(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn read(value: &Value, name: &str) -> Vec<u8> {
    hex::decode(value[name].as_str().unwrap_or_else(|| panic!("{name}"))).unwrap()
}

fn list(value: &Value, name: &str) -> Vec<Vec<u8>> {
    value[name].as_array().unwrap_or_else(|| panic!("{name}")).iter().map(unhexed).collect()
}

fn fixed<const N: usize>(value: &Value, name: &str) -> [u8; N] {
    read(value, name).try_into().unwrap()
}

/// Dealings, shares and keys of the openers, and the group that they and the issuer make.
fn group<B: Backend>(parameters: &Parameters<B>, case: &Value) -> (Group<B>, Issuer<B>, Vec<OpenerKey<B>>) {
    let dealings = case["dealings"].as_array().unwrap();
    let threshold = u16::try_from(list(&dealings[0], "F").len()).unwrap();
    let count = u16::try_from(dealings.len()).unwrap();
    let ceremony = Ceremony::new(&read(case, "context"), threshold, count).unwrap();
    let (mut public, mut shares) = (Vec::new(), Vec::new());
    for (number, frozen) in (1..).zip(dealings) {
        let coefficients = list(frozen, "coefficients");
        let mut drawn = Script::scalars(coefficients.iter().map(Vec::as_slice), &read(frozen, "entropy"));
        let (dealer, dealing) = ceremony.deal::<B>(number, &mut drawn).unwrap();
        assert_eq!(dealing.to_bytes(), read(frozen, "dealing"));
        let dealing = Dealing::from_bytes(&ceremony, &dealing.to_bytes()).unwrap();
        for (opener, share) in (1..).zip(list(frozen, "shares")) {
            assert_eq!(dealer.share(opener).unwrap().to_bytes().as_slice(), share);
            let share = SecretShare::from_bytes(&share).unwrap();
            share.verify(&dealing).unwrap();
            shares.push(share);
        }
        public.push(dealing);
    }
    let openers = ceremony.openers(&public).unwrap();
    let keys = (1..).zip(list(case, "openers")).map(|(opener, key)| {
        let made = ceremony.key(opener, &public, &shares).unwrap();
        assert_eq!(made.to_bytes().as_slice(), key);
        OpenerKey::from_bytes(&openers, &key).unwrap()
    });
    let keys = keys.collect();
    let issuer = Issuer::generate(&mut Script::scalars([read(case, "gamma").as_slice()], &[])).unwrap();
    let group = Group::new(parameters, b"test", issuer.key(), openers).unwrap();
    assert_eq!(group.to_bytes(), read(case, "group"));
    assert_eq!(Group::from_bytes(parameters, &read(case, "group")).unwrap(), group);
    assert_eq!(group.id().as_bytes(), &fixed(case, "group_id"));
    (group, issuer, keys)
}

/// The member that joins; and its credential, as the issuer gives it.
fn joined<B: Backend>(case: &Value, group: &Group<B>, issuer: &Issuer<B>) -> (Member<B>, MemoryRegister<B>) {
    let first = Epoch::from_bytes(group, &read(case, "epoch")).unwrap();
    assert_eq!(first, group.first_epoch());
    let secret = MemberSecret::from_bytes(&read(case, "u")).unwrap();
    let account = read(case, "account");
    let invitation = Invitation::new(&account, fixed(case, "nonce")).unwrap();
    let consent = group.consent(&account, &secret.key(group));
    assert_eq!(consent, read(case, "consent"));
    let request = secret.request(group, &invitation, &mut Script::of(&read(case, "join_entropy"))).unwrap();
    assert_eq!(request.to_bytes(), read(case, "join_request"));
    let request = JoinRequest::from_bytes(&request.to_bytes()).unwrap();
    let mut register = MemoryRegister::new();
    let mut drawn = Script::scalars([read(case, "e").as_slice()], &[]);
    let (credential, enrolment) =
        issuer.admit(group, &first, &request, &invitation, &register, &mut drawn).unwrap();
    assert_eq!(credential.to_bytes(), read(case, "credential"));
    register.insert(&account, &consent, enrolment).unwrap();
    let credential = Credential::from_bytes(&credential.to_bytes()).unwrap();
    (Member::new(group, &first, secret, credential).unwrap(), register)
}

/// The update by which another one is removed, as the issuer publishes it.
fn update<B: Backend>(case: &Value, group: &Group<B>, issuer: &Issuer<B>) -> (Update<B>, Epoch<B>) {
    let other = [read(&case["join"], "Q"), read(case, "e*")].concat();
    let other = hufu_group::Enrolment::from_bytes(group, &other).unwrap();
    let (update, next) = issuer.revoke(group, &group.first_epoch(), &[other]).unwrap();
    assert_eq!(update.to_bytes(), read(case, "update"));
    let update = Update::from_bytes(&update.to_bytes()).unwrap();
    assert_eq!(update.apply(group, &group.first_epoch()).unwrap(), next);
    (update, next)
}

fn holds<B: Backend>() {
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(VECTORS).unwrap()).unwrap();
    let parameters = Parameters::<B>::new();
    for case in vectors.as_array().unwrap() {
        let (group, issuer, openers) = group(&parameters, case);
        let (mut member, register) = joined(case, &group, &issuer);
        let (update, next) = update(case, &group, &issuer);
        let mut verified = Vec::new();
        for signed in case["signatures"].as_array().unwrap() {
            let epoch = Epoch::from_bytes(&group, &read(signed, "in_epoch")).unwrap();
            if epoch == next {
                member.follow(std::slice::from_ref(&update)).unwrap();
                assert_eq!(member.credential().to_bytes(), read(case, "followed_credential"));
                let witness = issuer.witness(&group, &next, &member.key(), &register).unwrap();
                let expected = [&next.number().to_le_bytes()[..], &read(case, "W*")].concat();
                assert_eq!(witness.to_bytes(), expected);
                assert_eq!(Witness::from_bytes(&expected).unwrap(), witness);
            }
            let scope = signed["scope"].as_str().map(|_| Scope::new(&read(signed, "scope")).unwrap());
            let (message, expected) = (read(signed, "message"), read(signed, "signature"));
            let mut entropy = Script::of(&read(signed, "entropy"));
            let made = member.sign(scope.as_ref(), &message, &mut entropy).unwrap();
            assert_eq!(made.to_bytes(), expected);
            let read_back = Signature::from_bytes(&expected).unwrap();
            let one = read_back.verify(&group, &epoch, scope.as_ref(), &message).unwrap();
            assert_eq!(one.digest(), &fixed(signed, "digest"));
            assert_eq!(one.tag().map(|tag| tag.to_bytes().to_vec()), scope.map(|_| read(signed, "J")));
            verified.push(one);
        }
        let warrant = Warrant::new(&read(case, "document")).unwrap();
        assert_eq!(warrant.as_bytes(), &fixed(case, "warrant"));
        let mut parts = Vec::new();
        for (key, expected) in openers.iter().zip(list(case, "parts")) {
            let mut entropy = Script::of(&read(case, "opening_entropy"));
            let made = key.open(&group, &verified[0], &warrant, &mut entropy).unwrap();
            assert_eq!(made.to_bytes(), expected);
            parts.push(PartialOpening::from_bytes(&expected).unwrap());
        }
        assert_eq!(parts.len(), openers.len());
        let opened = Opening::combine(&group, &verified[0], &warrant, &parts).unwrap();
        assert_eq!(opened.opening.to_bytes(), read(case, "opening"));
        assert_eq!(opened.key.to_bytes().to_vec(), read(case, "opened_key"));
        assert_eq!(opened.key, member.key());
    }
}

#[test]
fn the_vectors_hold_on_blst() {
    holds::<Blst>();
}

#[test]
fn the_vectors_hold_on_bls12_381() {
    holds::<Zkcrypto>();
}
