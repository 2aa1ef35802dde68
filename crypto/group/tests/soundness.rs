//! Attempts to cheat: signers who follow the steps, but with a secret, a credential, a key or a tag they should not
//! have. The plain signer proves whatever it is given; the crate must refuse.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;
mod plain;

use common::{World, rng, scope, warrant};
use hufu_group::{
    Claim, Epoch, Error, Member, MemberSecret, Opening, Scope, Signature, Verified, verify_batch,
};
use hufu_pairing::{Blst, Scalar};
use plain::{
    Claimed, Number, Point, Shown, Signer, Statement, generator, number, point, prove, sign, sign_as,
};

struct Game {
    world: World,
    members: Vec<(Member, Signer)>,
    scope: Scope,
}

fn signer(member: &Member, secret: &[u8]) -> Signer {
    Signer::of(secret, &member.credential().to_bytes())
}

fn secret(number: u8) -> [u8; 32] {
    [number + 1; 32]
}

impl Game {
    fn new(seed: u8, members: u8) -> Self {
        let mut world = World::new(seed);
        let members = (0..members)
            .map(|at| {
                let member = world.join_with(at, MemberSecret::from_bytes(&secret(at)).unwrap()).unwrap();
                let signer = signer(&member, &secret(at));
                (member, signer)
            })
            .collect();
        Self { world, members, scope: scope("game") }
    }

    fn statement(&self, scope: bool) -> Statement {
        self.statement_in(&self.world.epoch, scope)
    }

    fn statement_in(&self, epoch: &Epoch, scope: bool) -> Statement {
        Statement {
            group: *self.world.group.id().as_bytes(),
            escrow: point(&self.world.group.openers().to_bytes()[4..52]),
            epoch: epoch.number(),
            value: point(&epoch.to_bytes()[8..]),
            scope: scope.then(|| b"game".to_vec()),
            message: b"m".to_vec(),
        }
    }

    fn verify_in(&self, epoch: &Epoch, bytes: &[u8], scope: bool) -> Result<Verified, Error> {
        let scope = scope.then_some(&self.scope);
        Signature::from_bytes(bytes)?.verify(&self.world.group, epoch, scope, b"m")
    }

    fn verify(&self, bytes: &[u8], scope: bool) -> Result<Verified, Error> {
        self.verify_in(&self.world.epoch, bytes, scope)
    }

    fn refused(&self, bytes: &[u8], scope: bool, why: &str) {
        assert_eq!(self.verify(bytes, scope).unwrap_err(), Error::Verification, "{why}");
        let signature = Signature::from_bytes(bytes).unwrap();
        let scope = scope.then_some(&self.scope);
        let (group, epoch) = (&self.world.group, &self.world.epoch);
        let claim = Claim { group, epoch, scope, message: b"m", signature: &signature };
        let batch = verify_batch(&[claim], &mut rng(1)).unwrap_err();
        assert_eq!(batch, Error::InBatch { culprits: vec![0] }, "{why}, in a batch");
    }
}

fn numbers(seed: u8, count: usize) -> Vec<Number> {
    let mut rng = rng(seed);
    (0..count).map(|_| Scalar::random(&mut rng)).collect()
}

#[test]
fn the_honest_game_is_won() {
    let mut game = Game::new(1, 2);
    for scope in [false, true] {
        for at in 0..2 {
            let signed = sign(&game.statement(scope), &game.members[at].1, &[3; 32]);
            let verified = game.verify(&signed.bytes, scope).unwrap();
            let parts = game.world.parts(&verified, &warrant());
            let opened = Opening::combine(&game.world.group, &verified, &warrant(), &parts).unwrap();
            assert_eq!(opened.key, game.members[at].0.key());
        }
    }
}

/// What is shown and claimed by a stranger who makes the first equation hold: S = (G + V + u·K − ε·R)/ρ.
fn stranger(statement: &Statement, u: Number, key: &Point) -> (Shown, Claimed) {
    let drawn = numbers(7, 4);
    let (r, rho, epsilon, t) = (drawn[0], drawn[1], drawn[2], drawn[3]);
    let constant = generator("G").lift() + statement.value + generator("K") * u;
    let first = Point::generator() * r;
    let second = (constant - first * epsilon) * rho.invert().unwrap();
    let escrow = statement.escrow;
    let fixed = [
        first,
        second,
        Point::generator() * t,
        key.lift() + (escrow * t).to_affine(),
        key.lift() + (generator("Y") * t).to_affine(),
    ];
    let tag = statement.base().map(|base| (base * u).to_affine());
    (Shown { fixed: fixed.map(|point| point.to_affine()), tag }, Claimed { rho, epsilon, u, t })
}

#[test]
fn a_key_that_nobody_admitted() {
    let game = Game::new(2, 1);
    for scope in [false, true] {
        let statement = game.statement(scope);
        let u = number(&[99; 32].map(|byte: u8| byte >> 1));
        let key = (generator("K") * u).to_affine();
        let (shown, claimed) = stranger(&statement, u, &key);
        game.refused(&prove(&statement, &shown, &claimed, &numbers(8, 4)).bytes, scope, "no credential");
        // A member's credential under another secret.
        let thief = Signer { u, ..game.members[0].1.clone() };
        game.refused(&sign(&statement, &thief, &[3; 32]).bytes, scope, "another's credential");
    }
}

#[test]
fn a_credential_that_the_signer_made_itself() {
    let game = Game::new(3, 1);
    let statement = game.statement(false);
    let u = number(&secret(50));
    let key = (generator("K") * u).to_affine();
    let e = numbers(9, 1)[0];
    for a in [generator("G"), key, statement.value, game.members[0].1.a, Point::generator()] {
        let maker = Signer { u, e, a, witness: game.members[0].1.witness };
        game.refused(&sign(&statement, &maker, &[3; 32]).bytes, false, "a made-up A");
    }
}

#[test]
fn parts_of_two_members() {
    let game = Game::new(4, 2);
    let statement = game.statement(false);
    let (one, two) = (&game.members[0].1, &game.members[1].1);
    let mixes = [
        ("A of one, W of the other", Signer { witness: two.witness, ..one.clone() }),
        ("another's e", Signer { e: two.e, ..one.clone() }),
        ("another's A", Signer { a: two.a, ..one.clone() }),
        ("another's A and W", Signer { a: two.a, witness: two.witness, ..one.clone() }),
    ];
    for (why, mixed) in mixes {
        game.refused(&sign(&statement, &mixed, &[3; 32]).bytes, false, why);
    }
}

#[test]
fn an_innocent_members_key_in_the_escrow() {
    let game = Game::new(5, 2);
    let (culprit, innocent) = (&game.members[0].1, game.members[1].1.key());
    for scope in [false, true] {
        let statement = game.statement(scope);
        game.refused(&sign_as(&statement, culprit, &innocent, &[3; 32]).bytes, scope, "framing");
    }
}

/// The issuer knows γ and makes credentials as he likes, and the pairing holds; the escrow still gives him away.
#[test]
fn an_issuer_who_frames_a_member() {
    let game = Game::new(6, 1);
    let statement = game.statement(false);
    let gamma = number(game.world.issuer.to_bytes().as_slice());
    let u = number(&secret(60));
    let key = (generator("K") * u).to_affine();
    let constant = generator("G").lift() + statement.value;
    let drawn = numbers(10, 3);
    let (e, r, t) = (drawn[0], drawn[1], drawn[2]);
    let credential = (constant + key) * (gamma + e).invert().unwrap();
    let own = Claimed { rho: r.invert().unwrap(), epsilon: e * r.invert().unwrap(), u, t };
    let escrow = |key: &Point, t: Number| {
        let key = key.lift();
        [
            Point::generator() * t,
            key + (statement.escrow * t).to_affine(),
            key + (generator("Y") * t).to_affine(),
        ]
    };
    let shown = |escrow: [hufu_pairing::G1<Blst>; 3]| {
        let [e0, e1, e2] = escrow;
        let fixed = [credential * r, credential * (r * gamma), e0, e1, e2].map(|point| point.to_affine());
        Shown { fixed, tag: None }
    };
    let tildes = numbers(11, 4);
    // His own key: a member that is in no register, but a member.
    let honest = prove(&statement, &shown(escrow(&key, t)), &own, &tildes);
    game.verify(&honest.bytes, false).unwrap();
    // The member's key instead, in both ciphertexts and in one only.
    let victim = game.members[0].1.key();
    let both = prove(&statement, &shown(escrow(&victim, t)), &own, &tildes);
    game.refused(&both.bytes, false, "the victim's key in E1 and E2");
    let ([e0, e1, e2], [_, framed, framed_too]) = (escrow(&key, t), escrow(&victim, t));
    game.refused(&prove(&statement, &shown([e0, framed, e2]), &own, &tildes).bytes, false, "in E1");
    game.refused(&prove(&statement, &shown([e0, e1, framed_too]), &own, &tildes).bytes, false, "in E2");
    let other = Point::generator() * (t + Number::one());
    game.refused(&prove(&statement, &shown([other, e1, e2]), &own, &tildes).bytes, false, "another E0");
    // All-zero claims prove homogeneous statements only, and there is none here: ρ = ε = u = 0 leaves G + V.
    let zero = Number::zero();
    let nothing = Claimed { rho: zero, epsilon: zero, u: zero, t: zero };
    game.refused(&prove(&statement, &shown(escrow(&victim, t)), &nothing, &tildes).bytes, false, "zeros");
    // ρ = 0 with R a multiple of G + V + u·K, which only who knows γ can pair with an S.
    let first = constant + key;
    let fixed = [first, first * gamma, e0, e1, e2].map(|point| point.to_affine());
    let degenerate = Claimed { rho: zero, epsilon: Number::one(), u, t };
    let shown = Shown { fixed, tag: None };
    let verified = game.verify(&prove(&statement, &shown, &degenerate, &tildes).bytes, false);
    assert!(verified.is_ok(), "the issuer may always admit a member of his own, in this way too");
}

#[test]
fn a_tag_that_is_not_the_signers() {
    let game = Game::new(7, 2);
    let statement = game.statement(true);
    let (one, two) = (&game.members[0].1, &game.members[1].1);
    let honest = sign(&statement, one, &[3; 32]);
    let read = |name: &str| point(&hex::decode(honest.trace[name].as_str().unwrap()).unwrap());
    let value = |name: &str| number(&hex::decode(honest.trace[name].as_str().unwrap()).unwrap());
    let fixed = ["R", "S", "E0", "E1", "E2"].map(read);
    let claimed = Claimed { rho: value("rho_"), epsilon: value("epsilon_"), u: one.u, t: value("t_") };
    let tildes = ["rho~", "epsilon~", "u~", "t~"].map(value);
    let base = statement.base().unwrap();
    let of_other = |statement: Statement| statement.base().unwrap() * one.u;
    for (why, tag) in [
        ("another member's tag", base * two.u),
        ("twice the tag", base * (one.u + one.u)),
        ("a tag over another base", generator("K") * one.u),
        (
            "the tag of another scope",
            of_other(Statement { scope: Some(b"other".to_vec()), ..statement.clone() }),
        ),
        ("the tag of another group", of_other(Statement { group: [7; 64], ..statement.clone() })),
        ("the tag of a scope without a group", plain::hash_to_g1(b"game", "scope") * one.u),
    ] {
        let shown = Shown { fixed, tag: Some(tag.to_affine()) };
        game.refused(&prove(&statement, &shown, &claimed, &tildes).bytes, true, why);
    }
    let shown = Shown { fixed, tag: Some((base * one.u).to_affine()) };
    let again = prove(&statement, &shown, &claimed, &tildes);
    assert_eq!(again.bytes, honest.bytes, "the tag of the signer, and nothing else");
}

#[test]
fn a_second_tag_in_one_scope() {
    let game = Game::new(8, 1);
    let statement = game.statement(true);
    let tag = |entropy: u8| {
        let bytes = sign(&statement, &game.members[0].1, &[entropy; 32]).bytes;
        game.verify(&bytes, true).unwrap().tag().unwrap()
    };
    assert_eq!(tag(1), tag(2), "whatever the nonces are");
    // With u' = −u and Q' = −Q in the place of Q the credential does not hold.
    let signer = &game.members[0].1;
    let negated = Signer { u: -signer.u, ..signer.clone() };
    game.refused(&sign(&statement, &negated, &[3; 32]).bytes, true, "the negated secret");
}

#[test]
fn a_revoked_member_in_the_next_epoch() {
    let mut game = Game::new(9, 2);
    let first = game.world.epoch;
    let (revoked, revoked_signer) = game.members.remove(0);
    let update = game.world.revoke(&[&revoked]);
    let next = game.world.epoch;
    let statement = game.statement(false);
    let old = revoked_signer.clone();
    game.refused(&sign(&statement, &old, &[3; 32]).bytes, false, "the old witness");
    // What it can compute: V' is its own old witness; differences and multiples of what was published.
    let value = point(&update.to_bytes()[44..92]);
    assert_eq!(value, revoked_signer.witness, "V' is the witness of the member removed");
    let witnesses = [
        value,
        game.members[0].1.witness,
        (old.witness.lift() - point(&first.to_bytes()[8..]).lift()).to_affine(),
        (old.witness * old.e).to_affine(),
        (old.witness * old.e.invert().unwrap()).to_affine(),
    ];
    for (at, witness) in witnesses.into_iter().enumerate() {
        let tried = Signer { witness, ..old.clone() };
        game.refused(&sign(&statement, &tried, &[3; 32]).bytes, false, &format!("witness {at}"));
    }
    // A signature of the old epoch, said to be of the new one.
    let mut bytes = sign(&game.statement_in(&first, false), &old, &[3; 32]).bytes;
    game.verify_in(&first, &bytes, false).unwrap();
    assert_eq!(
        game.verify_in(&next, &bytes, false).unwrap_err(),
        Error::EpochTooOld { found: 0, current: 1 }
    );
    bytes[1] = 1;
    game.refused(&bytes, false, "the old signature under the new number");
    // The other member goes on.
    game.members[0].0.follow(&[update]).unwrap();
    let signer = signer(&game.members[0].0, &secret(1));
    game.verify(&sign(&statement, &signer, &[3; 32]).bytes, false).unwrap();
}

#[test]
fn witnesses_of_two_epochs() {
    let mut game = Game::new(10, 2);
    let first = game.world.epoch;
    let (gone, _) = game.members.remove(1);
    let update = game.world.revoke(&[&gone]);
    let old = game.members[0].1.clone();
    game.members[0].0.follow(&[update]).unwrap();
    let new = signer(&game.members[0].0, &secret(0));
    assert_eq!((old.a, old.e), (new.a, new.e));
    let (before, after) = (game.statement_in(&first, false), game.statement(false));
    game.verify(&sign(&after, &new, &[3; 32]).bytes, false).unwrap();
    game.verify_in(&first, &sign(&before, &old, &[3; 32]).bytes, false).unwrap();
    game.refused(&sign(&after, &old, &[3; 32]).bytes, false, "the old witness");
    let bytes = sign(&before, &new, &[3; 32]).bytes;
    assert_eq!(game.verify_in(&first, &bytes, false).unwrap_err(), Error::Verification, "the new one before");
}

/// What makes a simulation is no signature: random responses, and a challenge that is not the hash.
#[test]
fn a_simulated_transcript() {
    let game = Game::new(11, 1);
    let statement = game.statement(false);
    let honest = sign(&statement, &game.members[0].1, &[3; 32]).bytes;
    let mut rng = rng(12);
    for _ in 0..8 {
        let mut bytes = honest.clone();
        for field in bytes[393..].chunks_mut(32) {
            field.copy_from_slice(&Number::random(&mut rng).to_bytes());
        }
        game.refused(&bytes, false, "random responses");
    }
    // The pairing's half alone: R and S scaled together after the challenge.
    let scale = Number::from(2u64);
    let mut bytes = honest;
    for at in [9, 57] {
        let doubled = (point(&bytes[at..at + 48]) * scale).to_affine().to_bytes();
        bytes[at..at + 48].copy_from_slice(&doubled);
    }
    game.refused(&bytes, false, "randomised again");
}

/// An opening cannot be bent to another member: parts for a shifted ciphertext, or Lagrange's freedom.
#[test]
fn openers_who_name_another() {
    let mut game = Game::new(13, 2);
    let signed = sign(&game.statement(false), &game.members[0].1, &[3; 32]);
    let verified = game.verify(&signed.bytes, false).unwrap();
    let parts = game.world.parts(&verified, &warrant());
    let difference = game.members[0].1.key().lift() - game.members[1].1.key().lift();
    for at in 0..2 {
        // All openers together want member 1: D_j is shifted, with a proof as good as they can make it.
        let bytes = parts[at].to_bytes();
        let shifted = (point(&bytes[2..50]).lift() + difference.to_affine()).to_affine().to_bytes();
        let forged = [&bytes[..2], &shifted, &bytes[50..]].concat();
        let forged = hufu_group::PartialOpening::from_bytes(&forged).unwrap();
        let mut bent = parts[..2].to_vec();
        bent[at] = forged;
        let culprit = u16::try_from(at + 1).unwrap();
        assert_eq!(
            Opening::combine(&game.world.group, &verified, &warrant(), &bent).unwrap_err(),
            Error::FalseOpening { culprits: vec![culprit] }
        );
    }
    // Parts of a signature by member 1, for the digest of member 0's.
    let other = sign(&game.statement(false), &game.members[1].1, &[4; 32]);
    let other = game.verify(&other.bytes, false).unwrap();
    let swapped = game.world.parts(&other, &warrant());
    assert_eq!(
        Opening::combine(&game.world.group, &verified, &warrant(), &swapped).unwrap_err(),
        Error::FalseOpening { culprits: vec![1, 2, 3] }
    );
}

/// Two signatures that each pass all but the pairing, whose errors cancel out under equal weights.
#[test]
fn errors_that_cancel() {
    let game = Game::new(14, 1);
    let statement = game.statement(false);
    let gamma = number(game.world.issuer.to_bytes().as_slice());
    let u = number(&secret(70));
    let key = (generator("K") * u).to_affine();
    let base = (generator("G").lift() + statement.value + key).to_affine();
    let drawn = numbers(15, 4);
    let (r, s, x, t) = (drawn[0], drawn[1], drawn[2], drawn[3]);
    let escrow = [
        Point::generator() * t,
        key.lift() + (statement.escrow * t).to_affine(),
        key.lift() + (generator("Y") * t).to_affine(),
    ];
    // R = r·B and S = (γ·r ± x)·B, so that ρ·S = B; the pairing wants S = γ·R.
    let signatures = [(r, x), (s, -x)].map(|(r, x)| {
        let shifted = gamma * r + x;
        let [e0, e1, e2] = escrow;
        let fixed = [base * r, base * shifted, e0, e1, e2].map(|point| point.to_affine());
        let claimed = Claimed { rho: shifted.invert().unwrap(), epsilon: Number::zero(), u, t };
        let bytes = prove(&statement, &Shown { fixed, tag: None }, &claimed, &numbers(16, 4)).bytes;
        game.refused(&bytes, false, "a pair that does not agree");
        Signature::<Blst>::from_bytes(&bytes).unwrap()
    });
    let (group, epoch) = (&game.world.group, &game.world.epoch);
    let claims =
        signatures.each_ref().map(|signature| Claim { group, epoch, scope: None, message: b"m", signature });
    assert_eq!(verify_batch(&claims, &mut rng(17)).unwrap_err(), Error::InBatch { culprits: vec![0, 1] });
}
