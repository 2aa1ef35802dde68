//! What the test binaries share: a group with its issuer, openers, register and members.

#![allow(
    dead_code,
    clippy::mod_module_files,
    reason = "each binary uses a part; `common.rs` would be a test of its own"
)]

use hufu_group::{
    Ceremony, Dealer, Dealing, Epoch, Error, Group, Invitation, Issuer, Member, MemberSecret, MemoryRegister,
    OpenerKey, Parameters, PartialOpening, Scope, Signature, Verified, Warrant,
};
use hufu_pairing::{Backend, Blst};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

/// A generator for tests.
pub(crate) fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// A group and everybody in it.
pub(crate) struct World<B: Backend = Blst> {
    pub(crate) issuer: Issuer<B>,
    pub(crate) openers: Vec<OpenerKey<B>>,
    pub(crate) group: Group<B>,
    pub(crate) epoch: Epoch<B>,
    pub(crate) register: MemoryRegister<B>,
    pub(crate) rng: ChaCha20Rng,
}

pub(crate) fn account(number: u8) -> Vec<u8> {
    format!("did:hufu:test:member-{number}").into_bytes()
}

/// For that account, with the nonce of 32 times the number.
pub(crate) fn invitation(number: u8) -> Invitation {
    Invitation::new(&account(number), [number; 32]).expect("a short account")
}

impl<B: Backend> World<B> {
    /// `threshold` of `count` openers, nobody admitted.
    pub(crate) fn of(seed: u8, threshold: u16, count: u16) -> Self {
        let mut rng = rng(seed);
        let ceremony = Ceremony::new(b"openers", threshold, count).expect("a threshold");
        let (dealers, dealings) = deal(&ceremony, count, &mut rng);
        let openers = (1..=count).map(|opener| key(&ceremony, opener, &dealers, &dealings)).collect();
        let issuer = Issuer::generate(&mut rng).expect("a key");
        let public = ceremony.openers(&dealings).expect("openers");
        let group = Group::new(&Parameters::new(), b"test", issuer.key(), public).expect("a name");
        let epoch = group.first_epoch();
        Self { issuer, openers, group, epoch, register: MemoryRegister::new(), rng }
    }

    /// Two of three openers.
    pub(crate) fn new(seed: u8) -> Self {
        Self::of(seed, 2, 3)
    }

    /// Admits a member with everything that belongs to it.
    pub(crate) fn join(&mut self, number: u8) -> Member<B> {
        let secret = MemberSecret::generate(&mut self.rng).expect("a secret");
        self.join_with(number, secret).expect("admitted")
    }

    /// Admits a member with this secret.
    pub(crate) fn join_with(&mut self, number: u8, secret: MemberSecret<B>) -> Result<Member<B>, Error> {
        let invitation = invitation(number);
        let request = secret.request(&self.group, &invitation, &mut self.rng)?;
        let Self { issuer, group, epoch, register, rng, .. } = self;
        let (credential, enrolment) = issuer.admit(group, epoch, &request, &invitation, &*register, rng)?;
        register.insert(invitation.account(), b"consent", enrolment)?;
        Member::new(group, epoch, secret, credential)
    }

    /// Revokes members, moves the group's epoch and gives the update.
    pub(crate) fn revoke(&mut self, members: &[&Member<B>]) -> hufu_group::Update<B> {
        let enrolments: Vec<_> = members
            .iter()
            .map(|member| self.register.revoke(&member.key(), &self.epoch).expect("registered"))
            .collect();
        let (update, next) = self.issuer.revoke(&self.group, &self.epoch, &enrolments).expect("revoked");
        self.epoch = next;
        update
    }

    /// A signature, verified.
    pub(crate) fn signed(
        &mut self,
        member: &Member<B>,
        scope: Option<&Scope<B>>,
        message: &[u8],
    ) -> (Signature<B>, Verified<B>) {
        let signature = member.sign(scope, message, &mut self.rng).expect("signed");
        let verified = signature.verify(&self.group, member.epoch(), scope, message).expect("verifies");
        (signature, verified)
    }

    /// Every opener's part.
    pub(crate) fn parts(&mut self, signed: &Verified<B>, warrant: &Warrant) -> Vec<PartialOpening<B>> {
        let Self { openers, group, rng, .. } = self;
        openers.iter().map(|opener| opener.open(group, signed, warrant, rng).expect("opened")).collect()
    }
}

pub(crate) fn deal<B: Backend>(
    ceremony: &Ceremony,
    count: u16,
    rng: &mut ChaCha20Rng,
) -> (Vec<Dealer<B>>, Vec<Dealing<B>>) {
    (1..=count).map(|opener| ceremony.deal(opener, rng).expect("dealt")).unzip()
}

pub(crate) fn key<B: Backend>(
    ceremony: &Ceremony,
    opener: u16,
    dealers: &[Dealer<B>],
    dealings: &[Dealing<B>],
) -> OpenerKey<B> {
    let shares: Vec<_> = dealers.iter().map(|dealer| dealer.share(opener).expect("a share")).collect();
    ceremony.key(opener, dealings, &shares).expect("a key")
}

pub(crate) fn scope<B: Backend>(name: &str) -> Scope<B> {
    Scope::new(name.as_bytes()).expect("a short name")
}

pub(crate) fn warrant() -> Warrant {
    Warrant::new(b"order 1").expect("a document")
}
