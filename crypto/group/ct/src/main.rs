//! Runs what works with secrets of group signatures under valgrind's memcheck, on both backends; see `crypto/ct`. Everything
//! that the parties draw is marked as undefined, and with it the issuer's, the members' and the openers' keys; what they send
//! each other is published.

use std::process::ExitCode;

use hufu_ct::{Case, Generator, memcheck, published};
use hufu_group::{
    Ceremony, Credential, Dealing, Enrolment, Epoch, Group, Invitation, Issuer, IssuerKey, JoinRequest,
    Member, MemberSecret, MemoryRegister, OpenerKey, Parameters, PartialOpening, Scope, SecretShare,
    Signature, Update, Warrant, Witness,
};
use hufu_pairing::{Backend, Blst, Zkcrypto};

const ACCOUNT: &[u8] = b"did:hufu:ct:1";

fn invitation(nonce: u8) -> Invitation {
    Invitation::new(ACCOUNT, [nonce; 32]).expect("a short account")
}

fn rng(seed: u64) -> Generator {
    Generator::secret(seed)
}

/// A group with one opener. Its secrets are secret.
struct World<B: Backend> {
    issuer: Issuer<B>,
    opener: OpenerKey<B>,
    group: Group<B>,
}

impl<B: Backend> World<B> {
    fn new() -> Self {
        let rng = &mut rng(0x10);
        let ceremony = Ceremony::new(b"ct", 1, 1).expect("1 of 1");
        let (dealer, dealing) = ceremony.deal(1, rng).expect("dealt");
        let dealings = [read_dealing(&ceremony, &dealing)];
        let opener = ceremony.key(1, &dealings, &[dealer.share(1).expect("a share")]).expect("a key");
        let issuer = Issuer::generate(rng).expect("a key");
        let key = IssuerKey::from_bytes(&published(&issuer.key().to_bytes())).expect("an encoding");
        let public = ceremony.openers(&dealings).expect("openers");
        let group = Group::new(&Parameters::new(), b"ct", key, public).expect("a name");
        Self { issuer, opener, group }
    }

    /// A member whose secret and credential are secret, and what the issuer keeps of it, which is not.
    fn member(&self, nonce: u8) -> (Member<B>, Enrolment<B>) {
        let rng = &mut rng(nonce.into());
        let (group, invitation) = (&self.group, invitation(nonce));
        let epoch = group.first_epoch();
        let secret = MemberSecret::generate(rng).expect("a secret");
        let request = secret.request(group, &invitation, rng).expect("a request");
        let request = JoinRequest::from_bytes(&published(&request.to_bytes())).expect("an encoding");
        let (credential, enrolment) = self
            .issuer
            .admit(group, &epoch, &request, &invitation, &MemoryRegister::new(), rng)
            .expect("admitted");
        let enrolment = Enrolment::from_bytes(group, &published(&enrolment.to_bytes())).expect("an encoding");
        // The member pairs its credential to check it, and pairings promise nothing.
        let member =
            memcheck::unwatched(|| Member::new(group, &epoch, secret, credential)).expect("a member");
        (member, enrolment)
    }
}

fn read_dealing<B: Backend>(ceremony: &Ceremony, dealing: &Dealing<B>) -> Dealing<B> {
    Dealing::from_bytes(ceremony, &published(&dealing.to_bytes())).expect("an encoding")
}

fn signs<B: Backend>(scope: Option<&str>) {
    let world = World::<B>::new();
    let (member, _) = world.member(1);
    check_signature(&world.group, &member, scope);
}

fn check_signature<B: Backend>(group: &Group<B>, member: &Member<B>, scope: Option<&str>) {
    let scope = scope.map(|name| Scope::new(name.as_bytes()).expect("a name"));
    let signature = member.sign(scope.as_ref(), b"m", &mut rng(0x50)).expect("signed");
    let read = Signature::from_bytes(&published(&signature.to_bytes())).expect("an encoding");
    read.verify(group, member.epoch(), scope.as_ref(), b"m").expect("a valid signature");
}

fn requests<B: Backend>() {
    let World::<B> { group, .. } = World::new();
    let rng = &mut rng(0x51);
    let member = MemberSecret::<B>::generate(rng).expect("a secret");
    let request = published(&member.request(&group, &invitation(2), rng).expect("a request").to_bytes());
    JoinRequest::<B>::from_bytes(&request)
        .and_then(|request| request.verify(&group, &invitation(2)))
        .expect("a valid request");
}

/// 1/(γ+e) with γ and e secret.
fn admits<B: Backend>() {
    let World::<B> { issuer, group, .. } = World::new();
    let rng = &mut rng(0x52);
    let member = MemberSecret::generate(rng).expect("a secret");
    let request = published(&member.request(&group, &invitation(3), rng).expect("a request").to_bytes());
    let request = JoinRequest::from_bytes(&request).expect("an encoding");
    let epoch = group.first_epoch();
    let (credential, _) = issuer
        .admit(&group, &epoch, &request, &invitation(3), &MemoryRegister::new(), rng)
        .expect("admitted");
    let credential = Credential::from_bytes(&published(&credential.to_bytes())).expect("an encoding");
    let member = memcheck::unwatched(|| Member::new(&group, &epoch, member, credential)).expect("a member");
    check_signature(&group, &member, None);
}

/// 1/(γ+e) with γ secret and e published; then the others follow, with e* − e for a secret e.
fn revokes_and_follows<B: Backend>() {
    let world = World::<B>::new();
    let ((mut member, _), (_, revoked)) = (world.member(4), world.member(5));
    let epoch = world.group.first_epoch();
    let (update, _) = world.issuer.revoke(&world.group, &epoch, &[revoked]).expect("revoked");
    let update = Update::from_bytes(&published(&update.to_bytes())).expect("an encoding");
    member.follow(&[update]).expect("not revoked");
    check_signature(&world.group, &member, None);
}

/// Another epoch's 1/(γ+e) with γ secret.
fn gives_witnesses<B: Backend>() {
    let world = World::<B>::new();
    let (mut member, enrolment) = world.member(6);
    let mut register = MemoryRegister::new();
    register.insert(ACCOUNT, b"", enrolment).expect("the first");
    let epoch = Epoch::renewed(&world.group, 7);
    let witness = world.issuer.witness(&world.group, &epoch, &enrolment.key(), &register).expect("a witness");
    let witness = Witness::from_bytes(&published(&witness.to_bytes())).expect("an encoding");
    memcheck::unwatched(|| member.renew(&epoch, &witness)).expect("a witness of this epoch");
    check_signature(&world.group, &member, None);
}

fn opens<B: Backend>() {
    let world = World::<B>::new();
    let (member, _) = world.member(7);
    let signature = member.sign(None, b"m", &mut rng(0x61)).expect("signed");
    let signature = Signature::from_bytes(&published(&signature.to_bytes())).expect("an encoding");
    let signed = signature.verify(&world.group, member.epoch(), None, b"m").expect("a valid signature");
    let warrant = Warrant::new(b"order").expect("a document");
    let part = world.opener.open(&world.group, &signed, &warrant, &mut rng(0x53)).expect("opened");
    PartialOpening::from_bytes(&published(&part.to_bytes()))
        .and_then(|part| part.verify(&world.group, &signed, &warrant))
        .expect("a valid part");
}

/// A deal of three among five, and a key of the shares.
fn deals<B: Backend>() {
    let ceremony = Ceremony::new(b"ct", 3, 5).expect("3 of 5");
    let dealt: Vec<_> = (1..=3).map(|i| ceremony.deal::<B>(i, &mut rng(0x54)).expect("dealt")).collect();
    let dealings: Vec<_> = dealt.iter().map(|(_, dealing)| read_dealing(&ceremony, dealing)).collect();
    let shares: Vec<_> = dealt.iter().map(|(dealer, _)| dealer.share(4).expect("a share")).collect();
    ceremony.key(4, &dealings, &shares).expect("a key");
    let share = published(&shares[0].to_bytes());
    SecretShare::<B>::from_bytes(&share).and_then(|share| share.verify(&dealings[0])).expect("a valid share");
}

/// Verification is variable-time: with a signature still marked it must be seen.
fn leaks_by_verification<B: Backend>() {
    let world = World::<B>::new();
    let (member, _) = world.member(8);
    let signature = member.sign(None, b"m", &mut rng(0x56)).expect("signed");
    let _ = std::hint::black_box(signature.verify(&world.group, member.epoch(), None, b"m"));
}

/// The cases on one backend.
macro_rules! cases {
    ($backend:ty, $name:literal) => {
        [
            Case { name: concat!("group::Member::sign, ", $name), run: || signs::<$backend>(None) },
            Case {
                name: concat!("group::Member::sign with a scope, ", $name),
                run: || signs::<$backend>(Some("scope")),
            },
            Case { name: concat!("group::MemberSecret::request, ", $name), run: requests::<$backend> },
            Case { name: concat!("group::Issuer::admit, ", $name), run: admits::<$backend> },
            Case {
                name: concat!("group::Issuer::revoke, Member::follow, ", $name),
                run: revokes_and_follows::<$backend>,
            },
            Case { name: concat!("group::Issuer::witness, ", $name), run: gives_witnesses::<$backend> },
            Case { name: concat!("group::OpenerKey::open, ", $name), run: opens::<$backend> },
            Case { name: concat!("group::Ceremony::{deal, key}, ", $name), run: deals::<$backend> },
        ]
    };
}

fn main() -> ExitCode {
    let cases = [cases!(Blst, "blst"), cases!(Zkcrypto, "bls12_381")].concat();
    let leaks = [
        Case {
            name: "planted::verification of a marked signature, blst",
            run: leaks_by_verification::<Blst>,
        },
        Case {
            name: "planted::verification of a marked signature, bls12_381",
            run: leaks_by_verification::<Zkcrypto>,
        },
    ];
    hufu_ct::run(&cases, &leaks)
}
