//! What a member, a verifier, an opener and the issuer pay, on blst; signing and verifying on the reference too.
//!
//! All figures are processor time of the measuring thread. `*_bytes` include decoding.

#![allow(clippy::unwrap_used, reason = "a bench that cannot run should say where")]

#[path = "support/cpu_time.rs"]
mod cpu_time;

use std::collections::{HashMap, HashSet};
use std::hint::black_box;

use cpu_time::CpuTime;
use criterion::{criterion_group, criterion_main};
use hufu_group::{
    Ceremony, Claim, Enrolment, Epoch, Group, Invitation, Issuer, Member, MemberKey, MemberSecret,
    MemoryRegister, OpenerKey, Opening, Parameters, Register, Registration, Scope, Signature, Warrant,
    verify_batch,
};
use hufu_pairing::{Backend, Blst, G1, G1Affine, Scalar, Zkcrypto};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// All figures are processor time of the measuring thread.
type Criterion = criterion::Criterion<CpuTime>;

const MESSAGE: &[u8] = &[0x5a; 32];
/// The members' secret: big-endian, below the group order.
const SECRET: [u8; 32] = [0x42; 32];
const BATCH: usize = 100;
const MEMBERS: usize = 1_000_000;

struct World<B: Backend> {
    issuer: Issuer<B>,
    openers: Vec<OpenerKey<B>>,
    group: Group<B>,
    epoch: Epoch<B>,
    rng: ChaCha20Rng,
}

fn world<B: Backend>() -> World<B> {
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let ceremony = Ceremony::new(b"bench", 2, 3).unwrap();
    let (dealers, dealings): (Vec<_>, Vec<_>) =
        (1..=3).map(|i| ceremony.deal::<B>(i, &mut rng).unwrap()).unzip();
    let openers = (1..=3)
        .map(|j| {
            let shares: Vec<_> = dealers.iter().map(|dealer| dealer.share(j).unwrap()).collect();
            ceremony.key(j, &dealings, &shares).unwrap()
        })
        .collect();
    let issuer = Issuer::generate(&mut rng).unwrap();
    let public = ceremony.openers(&dealings).unwrap();
    let group = Group::new(&Parameters::new(), b"bench", issuer.key(), public).unwrap();
    let epoch = group.first_epoch();
    World { issuer, openers, group, epoch, rng }
}

impl<B: Backend> World<B> {
    fn join(&mut self) -> (Member<B>, Enrolment<B>) {
        let invitation = Invitation::new(b"did:hufu:bench:1", [1; 32]).unwrap();
        let secret = MemberSecret::from_bytes(&SECRET).unwrap();
        let request = secret.request(&self.group, &invitation, &mut self.rng).unwrap();
        let Self { issuer, group, epoch, rng, .. } = self;
        let (credential, enrolment) =
            issuer.admit(group, epoch, &request, &invitation, &MemoryRegister::new(), rng).unwrap();
        (Member::new(group, epoch, secret, credential).unwrap(), enrolment)
    }
}

/// A register with [`MEMBERS`] keys, all but one of them bytes that stand for keys: what a look-up costs does not depend on
/// whether they are points, and making a million points would take longer than all benches.
struct Million {
    places: HashMap<[u8; 48], usize>,
    accounts: Vec<[u8; 16]>,
    own: Enrolment,
}

impl Million {
    fn new(own: Enrolment, rng: &mut ChaCha20Rng) -> Self {
        let mut places = HashMap::from([(own.key().to_bytes(), 0)]);
        while places.len() < MEMBERS {
            let mut key = [0; 48];
            rng.fill_bytes(&mut key);
            let place = places.len();
            places.insert(key, place);
        }
        Self { places, accounts: vec![[0x61; 16]; MEMBERS], own }
    }
}

impl Register<Blst> for Million {
    fn find(&self, key: &MemberKey) -> Option<Registration> {
        let place = *self.places.get(&key.to_bytes())?;
        let account = self.accounts.get(place)?.to_vec();
        Some(Registration { account, consent: Vec::new(), enrolment: self.own, revoked: None })
    }
}

/// Members' keys without their secrets: K-multiples are not needed for a map, so sums of one point are taken.
fn enrolments(group: &Group, count: usize, start: u64) -> Vec<Enrolment> {
    let step = G1Affine::<Blst>::generator();
    let mut point = (step * Scalar::from(start)).to_affine().lift();
    let mut out = Vec::with_capacity(count);
    let mut identifier = start;
    while out.len() < count {
        let chunk: Vec<G1<Blst>> = (0..4096.min(count - out.len()))
            .map(|_| {
                point += step;
                point
            })
            .collect();
        for key in G1::normalise(&chunk) {
            identifier += 1;
            let bytes = [key.to_bytes().as_slice(), &Scalar::<Blst>::from(identifier).to_bytes()].concat();
            out.push(Enrolment::from_bytes(group, &bytes).unwrap());
        }
    }
    out
}

fn signing<B: Backend>(c: &mut Criterion) {
    let name = |operation: &str| format!("group::{operation}/backend={}", B::NAME);
    let mut world = world::<B>();
    let (member, _) = world.join();
    let scope = Scope::new(b"bench").unwrap();
    for (kind, scope) in [("plain", None), ("tagged", Some(&scope))] {
        let World { group, epoch, rng, .. } = &mut world;
        c.bench_function(&name(&format!("sign_{kind}")), |b| {
            b.iter(|| member.sign(scope, black_box(MESSAGE), rng).unwrap());
        });
        let signatures: Vec<_> = (0..BATCH).map(|_| member.sign(scope, MESSAGE, rng).unwrap()).collect();
        let bytes: Vec<_> = signatures.iter().map(Signature::to_bytes).collect();
        c.bench_function(&name(&format!("verify_{kind}")), |b| {
            b.iter(|| signatures[0].verify(group, epoch, scope, black_box(MESSAGE)).unwrap());
        });
        c.bench_function(&name(&format!("verify_{kind}_bytes")), |b| {
            b.iter(|| {
                let read = Signature::<B>::from_bytes(black_box(&bytes[0])).unwrap();
                read.verify(group, epoch, scope, MESSAGE).unwrap()
            });
        });
        let claims = claims(group, epoch, scope, &signatures);
        c.bench_function(&name(&format!("verify_batch_{kind}/signatures={BATCH}")), |b| {
            b.iter(|| verify_batch(black_box(&claims), rng).unwrap());
        });
        c.bench_function(&name(&format!("verify_batch_{kind}_bytes/signatures={BATCH}")), |b| {
            b.iter(|| {
                let read: Vec<_> =
                    bytes.iter().map(|bytes| Signature::<B>::from_bytes(black_box(bytes)).unwrap()).collect();
                verify_batch(&self::claims(group, epoch, scope, &read), rng).unwrap()
            });
        });
    }
}

fn claims<'s, B: Backend>(
    group: &'s Group<B>,
    epoch: &'s Epoch<B>,
    scope: Option<&'s Scope<B>>,
    signatures: &'s [Signature<B>],
) -> Vec<Claim<'s, B>> {
    signatures.iter().map(|signature| Claim { group, epoch, scope, message: MESSAGE, signature }).collect()
}

fn joining(c: &mut Criterion) {
    let mut world = world::<Blst>();
    c.bench_function("group::join/side=all", |b| b.iter(|| world.join()));
}

fn opening(c: &mut Criterion) {
    let mut world = world::<Blst>();
    let (member, own) = world.join();
    let register = Million::new(own, &mut world.rng);
    let World { openers, group, epoch, rng, .. } = &mut world;
    let signature = member.sign(None, MESSAGE, rng).unwrap();
    let signed = signature.verify(group, epoch, None, MESSAGE).unwrap();
    let warrant = Warrant::new(b"order 1").unwrap();
    c.bench_function("group::open/side=one_opener", |b| {
        b.iter(|| openers[0].open(group, &signed, black_box(&warrant), rng).unwrap());
    });
    let parts: Vec<_> =
        openers[..2].iter().map(|key| key.open(group, &signed, &warrant, rng).unwrap()).collect();
    c.bench_function("group::open/side=combine_2_of_3", |b| {
        b.iter(|| Opening::combine(group, &signed, &warrant, black_box(&parts)).unwrap());
    });
    let opening = Opening::combine(group, &signed, &warrant, &parts).unwrap().opening;
    c.bench_function(&format!("group::open/side=outsider_with_lookup/members={MEMBERS}"), |b| {
        b.iter(|| black_box(&opening).identify(group, &signed, &warrant, &register).unwrap());
    });
}

fn revocation(c: &mut Criterion) {
    let mut world = world::<Blst>();
    let (mut member, _) = world.join();
    for revoked in [10, 1_000, 10_000] {
        let gone = enrolments(&world.group, revoked, 10_000_000 + revoked as u64);
        let distinct: HashSet<_> = gone.iter().map(|one| MemberKey::to_bytes(&one.key())).collect();
        assert_eq!(distinct.len(), revoked);
        let World { issuer, group, .. } = &world;
        let epoch = *member.epoch();
        let credential = member.credential().clone();
        let (update, next) = issuer.revoke(group, &epoch, &gone).unwrap();
        let mut slow = c.benchmark_group("group");
        slow.sample_size(10);
        slow.bench_function(format!("group::revoke/revoked={revoked}"), |b| {
            b.iter(|| issuer.revoke(group, &epoch, black_box(&gone)).unwrap());
        });
        slow.bench_function(format!("group::update_apply/revoked={revoked}"), |b| {
            b.iter(|| black_box(&update).apply(group, &epoch).unwrap());
        });
        slow.bench_function(format!("group::follow/revoked={revoked}"), |b| {
            b.iter_batched_ref(
                || {
                    Member::new(group, &epoch, MemberSecret::from_bytes(&SECRET).unwrap(), credential.clone())
                        .unwrap()
                },
                |member| member.follow(std::slice::from_ref(&update)).unwrap(),
                criterion::BatchSize::PerIteration,
            );
        });
        slow.finish();
        member.follow(&[update]).unwrap();
        assert_eq!(member.epoch(), &next);
        let signature = member.sign(None, MESSAGE, &mut world.rng).unwrap();
        let (group, rng) = (&world.group, &mut world.rng);
        c.bench_function(&format!("group::sign_plain/after_revocations={revoked}"), |b| {
            b.iter(|| member.sign(None, black_box(MESSAGE), rng).unwrap());
        });
        c.bench_function(&format!("group::verify_plain/after_revocations={revoked}"), |b| {
            b.iter(|| signature.verify(group, &next, None, black_box(MESSAGE)).unwrap());
        });
    }
}

fn group(c: &mut Criterion) {
    signing::<Blst>(c);
    joining(c);
    opening(c);
    revocation(c);
    signing::<Zkcrypto>(c);
}

criterion_group! {
    name = benches;
    config = criterion::Criterion::default().with_measurement(CpuTime);
    targets = group
}
criterion_main!(benches);
