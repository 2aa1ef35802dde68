//! Runs what works with secrets under valgrind's memcheck, with every byte that the caller's generator gives marked as
//! undefined: secrets that are drawn, and the entropy of all nonces. Memcheck follows undefined values through all
//! arithmetic, blst's assembly included, and reports each branch and each address that depends on one.
//!
//! A case is good if it causes no report. The planted leaks are good if they do.

mod memcheck;

use std::convert::Infallible;
use std::process::ExitCode;

use hufu_group::{
    Ceremony, Dealing, Enrolment, Group, Invitation, Issuer, JoinRequest, Member, MemberSecret,
    MemoryRegister, OpenerKey, Parameters, Scope, SecretShare, Signature, Warrant,
};
use hufu_pairing::Blst;
use rand_core::{TryCryptoRng, TryRng};

/// A generator of bytes that are secret, or not.
struct Generator {
    secret: bool,
    counter: u8,
}

impl TryRng for Generator {
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
        self.counter = self.counter.wrapping_add(1);
        out.fill(self.counter);
        if self.secret {
            memcheck::secret(out);
        }
        Ok(())
    }
}

impl TryCryptoRng for Generator {}

fn secret() -> Generator {
    Generator { secret: true, counter: 0x50 }
}

fn open() -> Generator {
    Generator { secret: false, counter: 0x10 }
}

/// What is sent: a copy on the heap, so that the compiler keeps no marked one beside it.
fn published(bytes: &[u8]) -> Vec<u8> {
    let bytes = bytes.to_vec();
    memcheck::public(&bytes);
    std::hint::black_box(bytes)
}

fn invitation(nonce: u8) -> Invitation {
    Invitation::new(b"did:hufu:ct:1", [nonce; 32]).expect("a short account")
}

struct World {
    issuer: Issuer,
    opener: OpenerKey,
    group: Group,
    member: Member,
}

/// Nothing in it is marked.
fn world() -> World {
    let rng = &mut open();
    let ceremony = Ceremony::new(b"ct", 1, 1).expect("1 of 1");
    let (dealer, dealing) = ceremony.deal::<Blst>(1, rng).expect("dealt");
    let dealings = [dealing];
    let opener = ceremony.key(1, &dealings, &[dealer.share(1).expect("a share")]).expect("a key");
    let issuer = Issuer::generate(rng).expect("a key");
    let public = ceremony.openers(&dealings).expect("openers");
    let group = Group::new(&Parameters::new(), b"ct", issuer.key(), public).expect("a name");
    let secret = MemberSecret::generate(rng).expect("a secret");
    let request = secret.request(&group, &invitation(1), rng).expect("a request");
    let epoch = group.first_epoch();
    let (credential, _) = issuer
        .admit(&group, &epoch, &request, &invitation(1), &MemoryRegister::new(), rng)
        .expect("admitted");
    let member = Member::new(&group, &epoch, secret, credential).expect("a member");
    World { issuer, opener, group, member }
}

fn signs(scope: Option<&str>) {
    let World { group, member, .. } = world();
    let scope = scope.map(|name| Scope::new(name.as_bytes()).expect("a name"));
    let signature = member.sign(scope.as_ref(), b"m", &mut secret()).expect("signed");
    let bytes = published(&signature.to_bytes());
    let read = Signature::from_bytes(&bytes).expect("an encoding");
    read.verify(&group, member.epoch(), scope.as_ref(), b"m").expect("a valid signature");
}

fn requests() {
    let World { group, .. } = world();
    let member = MemberSecret::<Blst>::generate(&mut secret()).expect("a secret");
    let request = member.request(&group, &invitation(2), &mut secret()).expect("a request");
    let request = published(&request.to_bytes());
    JoinRequest::<Blst>::from_bytes(&request)
        .and_then(|request| request.verify(&group, &invitation(2)))
        .expect("a valid request");
}

/// The issuer's 1/(γ+e) with a secret e.
fn admits() {
    let World { issuer, group, .. } = world();
    let member = MemberSecret::generate(&mut Generator { secret: false, counter: 0x60 }).expect("a secret");
    let request = member.request(&group, &invitation(3), &mut open()).expect("a request");
    let epoch = group.first_epoch();
    let (credential, enrolment) = issuer
        .admit(&group, &epoch, &request, &invitation(3), &MemoryRegister::new(), &mut secret())
        .expect("admitted");
    let credential = published(&credential.to_bytes());
    let credential = hufu_group::Credential::from_bytes(&credential).expect("an encoding");
    Member::new(&group, &epoch, member, credential).expect("a member");
    Enrolment::<Blst>::from_bytes(&published(&enrolment.to_bytes())).expect("an encoding");
}

fn opens() {
    let World { group, member, opener, .. } = world();
    let signature = member.sign(None, b"m", &mut open()).expect("signed");
    let signed = signature.verify(&group, member.epoch(), None, b"m").expect("a valid signature");
    let warrant = Warrant::new(b"order").expect("a document");
    let part = opener.open(&group, &signed, &warrant, &mut secret()).expect("opened");
    let part = published(&part.to_bytes());
    hufu_group::PartialOpening::from_bytes(&part)
        .and_then(|part| part.verify(&group, &signed, &warrant))
        .expect("a valid part");
}

fn deals() {
    let ceremony = Ceremony::new(b"ct", 3, 5).expect("3 of 5");
    let (dealer, dealing) = ceremony.deal::<Blst>(2, &mut secret()).expect("dealt");
    let dealing = published(&dealing.to_bytes());
    let dealing = Dealing::<Blst>::from_bytes(&ceremony, &dealing).expect("an encoding");
    ceremony.check(&dealing).expect("a valid dealing");
    let share = published(&dealer.share(4).expect("a share").to_bytes());
    SecretShare::<Blst>::from_bytes(&share).and_then(|share| share.verify(&dealing)).expect("a valid share");
}

/// Verification is variable-time: with a signature still marked it must be seen.
fn leaks_by_verification() {
    let World { group, member, .. } = world();
    let signature = member.sign(None, b"m", &mut secret()).expect("signed");
    let _ = std::hint::black_box(signature.verify(&group, member.epoch(), None, b"m"));
}

fn leaks_by_branch() {
    let mut bytes = [7; 1];
    memcheck::secret(&mut bytes);
    if std::hint::black_box(bytes[0]) == 8 {
        println!("never");
    }
}

type Case = (&'static str, fn());

const CLEAN: &[Case] = &[
    ("group::sign", || signs(None)),
    ("group::sign, with a scope", || signs(Some("scope"))),
    ("group::MemberSecret::{generate, request}", requests),
    ("group::Issuer::admit, identifier secret", admits),
    ("group::OpenerKey::open", opens),
    ("group::Ceremony::deal, Dealer::share", deals),
    ("group::Issuer::generate", || drop(Issuer::<Blst>::generate(&mut secret()))),
];

const PLANTED: &[Case] = &[
    ("planted: verification of a marked signature", leaks_by_verification),
    ("planted: a branch", leaks_by_branch),
];

/// Reports of a case.
fn run((name, case): &Case) -> u64 {
    let before = memcheck::errors();
    case();
    let reports = memcheck::errors() - before;
    println!("ct: {name:<44} {reports} secret-dependent branches or addresses");
    reports
}

fn main() -> ExitCode {
    if !memcheck::running() {
        eprintln!("ct: not under valgrind: nothing would be seen. Run scripts/constant-time-group.sh");
        return ExitCode::FAILURE;
    }
    let leaking = CLEAN.iter().filter(|case| run(case) != 0).count();
    let unseen = PLANTED.iter().filter(|case| run(case) == 0).count();
    println!("ct: {} cases, {leaking} leak; {} planted leaks, {unseen} not seen", CLEAN.len(), PLANTED.len());
    if leaking + unseen == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
