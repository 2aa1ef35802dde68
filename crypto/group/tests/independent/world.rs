//! A group that both implementations run, step by step, with the same bytes at each.

use bls12_381::{G1Projective, Scalar};
use hufu_group::{
    Ceremony, Credential, Dealing, Enrolment, Epoch, Group, Invitation, Issuer, JoinRequest, Member,
    MemberSecret, MemoryRegister, OpenerKey, Openers, Parameters, Scope, SecretShare, Update, Witness,
};
use hufu_pairing::Blst;
use rand_chacha::ChaCha20Rng;

use super::cases::{below, bytes, drawn, entropy, name};
use super::slow;

pub(crate) const MOST_OPENERS: usize = 6;

/// A member in both implementations.
pub(crate) struct Both {
    pub(crate) crates: Member,
    pub(crate) slow: slow::Member,
}

pub(crate) struct World {
    pub(crate) gamma: Scalar,
    pub(crate) issuer: Issuer,
    pub(crate) openers: Vec<OpenerKey>,
    pub(crate) group: Group,
    pub(crate) document: slow::Group,
    pub(crate) register: MemoryRegister,
    pub(crate) epoch: Epoch,
    pub(crate) members: Vec<Both>,
    /// Revoked ones, with their last credential.
    pub(crate) revoked: Vec<slow::Member>,
}

impl World {
    pub(crate) fn random(parameters: &Parameters, rng: &mut ChaCha20Rng) -> Self {
        let (openers, keys) = ceremony(rng);
        let gamma = drawn(&mut rng.clone());
        let issuer = Issuer::generate(rng).expect("a generator that draws other than zeros");
        assert_eq!(slow::scalar(issuer.to_bytes().as_slice()), Ok(gamma));
        let document = slow::Group {
            name: name(1, rng),
            issuer: slow::issuer_key(&gamma),
            openers: slow::decode_openers(&openers.to_bytes()).expect("openers"),
        };
        let group = Group::new(parameters, &document.name, issuer.key(), openers).expect("a group");
        assert_eq!(group.to_bytes(), slow::encode_group(&document));
        assert_eq!(group.id().as_bytes(), &slow::group_id(&document));
        let epoch = group.first_epoch();
        assert_eq!(epoch.to_bytes().as_slice(), slow::encode_epoch(&slow::first_epoch(&document)));
        let (members, revoked, register) = (Vec::new(), Vec::new(), MemoryRegister::new());
        Self { gamma, issuer, openers: keys, group, document, register, epoch, members, revoked }
    }

    /// The epoch, as the document's.
    pub(crate) fn slow_epoch(&self) -> slow::Epoch {
        slow::decode_epoch(&self.epoch.to_bytes()).expect("an epoch")
    }

    /// A member joins. Its request and its credential are the same bytes, and in turn the other's are taken.
    pub(crate) fn admit(&mut self, rng: &mut ChaCha20Rng) {
        let (account, nonce) = (name(1, rng), entropy(rng));
        let invitation = Invitation::new(&account, nonce).expect("an account within bounds");
        let u = drawn(&mut rng.clone());
        let secret = MemberSecret::generate(rng).expect("a generator that draws other than zeros");
        assert_eq!(slow::scalar(secret.to_bytes().as_slice()), Ok(u));

        let ahead = entropy(&mut rng.clone());
        let theirs = secret.request(&self.group, &invitation, rng).expect("a request").to_bytes();
        let request =
            |entropy| slow::request(&self.document, &account, &nonce, &u, &entropy).expect("a request");
        assert_eq!(request(ahead), theirs);
        let key =
            slow::verify_request(&self.document, &account, &nonce, &theirs).expect("a request that holds");
        let ours = JoinRequest::from_bytes(&request(entropy(rng))).expect("a request");
        ours.verify(&self.group, &invitation).expect("a request that holds");
        let consent = slow::consent(&self.document, &account, &key);
        assert_eq!(self.group.consent(&account, &ours.key()), consent);

        let identifier = drawn(&mut rng.clone());
        let (credential, enrolment) = self
            .issuer
            .admit(&self.group, &self.epoch, &ours, &invitation, &self.register, rng)
            .expect("admitted");
        let expected = slow::admit(&self.gamma, &self.slow_epoch(), &key, identifier).expect("a credential");
        assert_eq!(credential.to_bytes(), expected.encode());
        let enrolled = enrolment.to_bytes();
        assert_eq!(enrolled, [&theirs[..48], &expected.encode()[104..]].concat(), "Q ‖ e");
        assert_eq!(
            Enrolment::<Blst>::from_bytes(&self.group, &enrolled).expect("an enrolment").key(),
            ours.key()
        );
        self.register.insert(&account, &consent, enrolment).expect("a new key");

        let slow = slow::join(&self.document, &self.slow_epoch(), &u, &credential.to_bytes());
        let credential = Credential::from_bytes(&expected.encode()).expect("a credential");
        let crates = Member::new(&self.group, &self.epoch, secret, credential).expect("a member");
        self.members.push(Both { crates, slow: slow.expect("a member") });
    }

    /// Some members are revoked, and the others follow; in turn one asks the issuer for a witness.
    pub(crate) fn revoke(&mut self, count: usize, rng: &mut ChaCha20Rng) -> Update {
        let (before, mut enrolments, mut identifiers) = (self.slow_epoch(), Vec::new(), Vec::new());
        let mut gone = Vec::new();
        for _ in 0..count {
            let member = self.members.remove(below(self.members.len(), rng));
            enrolments.push(self.register.revoke(&member.crates.key(), &self.epoch).expect("a member"));
            identifiers.push(member.slow.credential.identifier);
            gone.push(member);
        }
        let (update, next) = self.issuer.revoke(&self.group, &self.epoch, &enrolments).expect("an update");
        let expected = slow::revoke(&self.gamma, &before, &identifiers).expect("an update");
        assert_eq!(update.to_bytes(), slow::encode_update(&expected));
        let applied = slow::apply(&self.document, &before, &expected).expect("a true update");
        assert_eq!(next.to_bytes().as_slice(), slow::encode_epoch(&applied));
        assert_eq!(update.apply(&self.group, &self.epoch).as_ref(), Ok(&next));
        self.epoch = next;

        for mut member in gone {
            assert!(member.crates.follow(std::slice::from_ref(&update)).is_err());
            assert!(slow::follow(&mut member.slow.clone(), &expected).is_err());
            self.revoked.push(member.slow);
        }
        let (epoch, lucky) = (self.slow_epoch(), below(2 * self.members.len().max(1), rng));
        for (number, member) in self.members.iter_mut().enumerate() {
            slow::follow(&mut member.slow, &expected).expect("not revoked");
            if number == lucky {
                let witness =
                    self.issuer.witness(&self.group, &self.epoch, &member.crates.key(), &self.register);
                member.crates.renew(&self.epoch, &witness.expect("a witness")).expect("a true witness");
            } else {
                member.crates.follow(std::slice::from_ref(&update)).expect("not revoked");
            }
            let credential = member.slow.credential.encode();
            assert_eq!(member.crates.credential().to_bytes(), credential);
            slow::join(&self.document, &epoch, &member.slow.secret, &credential)
                .expect("a credential that holds");
        }
        update
    }

    /// The next epoch with a fresh accumulator. The witnesses are taken from either in turn.
    pub(crate) fn renew(&mut self) {
        let number = self.epoch.number() + 1;
        self.epoch = Epoch::renewed(&self.group, number);
        let epoch = slow::renewed(&self.document, number);
        assert_eq!(self.epoch.to_bytes().as_slice(), slow::encode_epoch(&epoch));
        for member in &mut self.members {
            let key = member.crates.key();
            let theirs = self.issuer.witness(&self.group, &self.epoch, &key, &self.register).expect("active");
            let identifier = member.slow.credential.identifier;
            let ours = slow::witness(&self.gamma, &epoch, &identifier).expect("a witness");
            assert_eq!(theirs.to_bytes(), ours);
            slow::renew(&self.document, &epoch, &mut member.slow, &theirs.to_bytes())
                .expect("a true witness");
            let witness = Witness::from_bytes(&ours).expect("a witness");
            member.crates.renew(&self.epoch, &witness).expect("a true witness");
        }
    }

    /// A statement of this group and its epoch, as bytes and as the crate's.
    pub(crate) fn statement(&self, rng: &mut ChaCha20Rng) -> (slow::Statement, Option<Scope>) {
        let (name, scope) = match below(5, rng) {
            0 | 1 => (None, None),
            2 => {
                let of_epoch = Scope::of_epoch(&self.epoch);
                let name = slow::epoch_scope(&self.document, self.epoch.number());
                assert_eq!(of_epoch.as_bytes(), name);
                (Some(name), Some(of_epoch))
            }
            _ => {
                let name = name(1, rng);
                let scope = Scope::new(&name).expect("a scope within bounds");
                (Some(name), Some(scope))
            }
        };
        let length = if below(8, rng) == 0 { 0 } else { below(300, rng) };
        let (group, epoch, message) = (self.document.clone(), self.slow_epoch(), bytes(length, rng));
        (slow::Statement { group, epoch, scope: name, message }, scope)
    }
}

/// A ceremony of 1 to 6 openers. Dealings and shares are taken from either in turn.
pub(crate) fn ceremony(rng: &mut ChaCha20Rng) -> (Openers, Vec<OpenerKey>) {
    let openers = 1 + below(MOST_OPENERS, rng);
    let threshold = 1 + below(openers, rng);
    let (count, k) = (number(openers), number(threshold));
    let context = name(1, rng);
    let ceremony = Ceremony::new(&context, k, count).expect("a threshold");
    // At least k deal.
    let dealing = threshold + below(openers - threshold + 1, rng);
    let first = below(openers, rng);
    let mut dealings = Vec::new();
    let mut checked: Vec<(u16, Vec<G1Projective>)> = Vec::new();
    let mut shares: Vec<Vec<Vec<u8>>> = vec![Vec::new(); openers];
    for step in 0..dealing {
        let dealer = number((first + step) % openers + 1);
        let mut ahead = rng.clone();
        let coefficients: Vec<Scalar> = (0..threshold).map(|_| drawn(&mut ahead)).collect();
        let same = entropy(&mut ahead);
        let (theirs, public) = ceremony.deal(dealer, rng).expect("a dealing");
        let ours = slow::Dealer::new(dealer, coefficients);
        assert_eq!(slow::deal(&context, count, &ours, &same).as_ref(), Ok(&public.to_bytes()));
        let other = slow::deal(&context, count, &ours, &entropy(rng)).expect("a dealing");
        let read = Dealing::from_bytes(&ceremony, &other).expect("a dealing");
        ceremony.check::<Blst>(&read).expect("a dealing that holds");
        let check =
            |bytes: &[u8]| slow::check_dealing(&context, k, count, bytes).expect("a dealing that holds");
        assert_eq!(check(&public.to_bytes()), check(&other));
        checked.push(check(&other));
        for opener in 1..=count {
            let share = theirs.share(opener).expect("an opener's share").to_bytes().to_vec();
            assert_eq!(ours.share(opener), share);
            SecretShare::from_bytes(&share).and_then(|share| share.verify(&read)).expect("a true share");
            shares[usize::from(opener) - 1].push(share);
        }
        dealings.push(if step % 2 == 0 { public } else { read });
    }

    let public = ceremony.openers(&dealings).expect("openers");
    assert_eq!(public.to_bytes(), slow::openers(count, &checked));
    let keys = (1..=count).map(|opener| {
        let mine = &shares[usize::from(opener) - 1];
        let values: Vec<Scalar> = mine
            .iter()
            .zip(&checked)
            .map(|(share, dealing)| slow::check_share(dealing, share).expect("a true share").1)
            .collect();
        let read: Vec<_> =
            mine.iter().map(|share| SecretShare::from_bytes(share).expect("a share")).collect();
        let key = ceremony.key(opener, &dealings, &read).expect("a key");
        assert_eq!(key.to_bytes().as_slice(), slow::opener_key(opener, &values));
        OpenerKey::from_bytes(&public, &slow::opener_key(opener, &values)).expect("an opener's key");
        key
    });
    let keys = keys.collect();
    (public, keys)
}

fn number(count: usize) -> u16 {
    u16::try_from(count).expect("a small number")
}
