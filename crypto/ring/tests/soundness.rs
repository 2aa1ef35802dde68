//! Attempts to cheat: signers who follow the steps, but with a secret, a tag or an index that they should not have.
//!
//! The plain implementation does not check what it is given, so it makes the forgeries; the crate must refuse them.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;
#[allow(dead_code, reason = "this binary forges and does not verify")]
#[path = "reference/plain.rs"]
mod plain;

use curve25519_dalek::{RistrettoPoint, Scalar, constants::RISTRETTO_BASEPOINT_POINT as G};
use hufu_ring::{Error, Ring, Scope, Signature, SigningKey, VerifyingKey};
use plain::{Statement, forge, one_hot};

/// Secrets 1001, 1002, …: small, so that relations between keys are at hand.
fn secret(at: usize) -> Scalar {
    Scalar::from(1001 + at as u64)
}

fn public(x: Scalar) -> [u8; 32] {
    (G * x).compress().to_bytes()
}

struct Game {
    statement: Statement,
    ring: Ring,
    scope: Scope,
    base: RistrettoPoint,
}

impl Game {
    fn of(members: Vec<[u8; 32]>) -> Self {
        let statement = Statement {
            list: vec![],
            version: 0,
            members,
            scope: b"game".to_vec(),
            threshold: 0,
            message: b"m".to_vec(),
        };
        let members = statement.members.iter().map(|bytes| VerifyingKey::from_bytes(*bytes).unwrap());
        let ring = Ring::new(members.collect()).unwrap();
        let base = plain::scope_base(&statement);
        Self { statement, ring, scope: Scope::new(b"game").unwrap(), base }
    }

    fn new(size: usize) -> Self {
        Self::of((0..size).map(|at| public(secret(at))).collect())
    }

    fn size(&self) -> usize {
        self.statement.members.len()
    }

    fn play(&self, sigma: &[[Scalar; 4]], x: Scalar, tag: RistrettoPoint) -> Result<(), Error> {
        let bytes = forge(&self.statement, sigma, &x, &tag);
        Signature::from_bytes(&bytes)?.verify(&self.ring, &self.scope, b"m").map(|_| ())
    }

    fn at(&self, index: usize, x: Scalar, tag: RistrettoPoint) -> Result<(), Error> {
        self.play(&one_hot(&self.statement, index), x, tag)
    }
}

const BOTH_FORMS: [usize; 3] = [4, 12, 20];

#[test]
fn the_honest_game_is_won() {
    for size in BOTH_FORMS {
        let game = Game::new(size);
        for index in 0..size {
            game.at(index, secret(index), game.base * secret(index)).unwrap();
        }
    }
}

#[test]
fn a_key_that_is_no_members() {
    for size in BOTH_FORMS {
        let game = Game::new(size);
        let stranger = secret(size);
        for index in 0..size {
            assert_eq!(game.at(index, stranger, game.base * stranger), Err(Error::Verification));
            // With the tag of the member whose place it takes.
            assert_eq!(game.at(index, stranger, game.base * secret(index)), Err(Error::Verification));
        }
    }
}

#[test]
fn a_members_key_in_anothers_place() {
    for size in BOTH_FORMS {
        let game = Game::new(size);
        assert_eq!(game.at(1, secret(0), game.base * secret(0)), Err(Error::Verification));
    }
}

/// A second vote: a member with any tag but the one.
#[test]
fn a_member_with_a_second_tag() {
    for size in BOTH_FORMS {
        let game = Game::new(size);
        let x = secret(1);
        let elsewhere = SigningKey::from_bytes(&x.to_bytes()).unwrap().tag(&common::scope("elsewhere"));
        let elsewhere = curve25519_dalek::ristretto::CompressedRistretto(elsewhere.to_bytes());
        for (tag, why) in [
            (game.base * (x + Scalar::ONE), "the next key's"),
            (game.base * x + G, "shifted by the generator"),
            (-(game.base * x), "its negative"),
            (game.base, "the base"),
            (G * x, "the public key"),
            (elsewhere.decompress().unwrap(), "of another scope"),
            (game.base * secret(2), "slander: another member's"),
        ] {
            assert_eq!(game.at(1, x, tag), Err(Error::Verification), "{size}: {why}");
        }
    }
}

/// P_l + μJ = x'·(G + μH) has a solution J for any x' once μ is known: μ must come after J.
#[test]
fn a_tag_made_for_a_guessed_fold() {
    for size in [12, 20] {
        let game = Game::new(size);
        let cheat = secret(77);
        for mu in 1..20u64 {
            let mu = Scalar::from(mu);
            let tag = ((G + game.base * mu) * cheat - G * secret(1)) * mu.invert();
            assert_eq!(game.at(1, cheat, tag), Err(Error::Verification));
        }
    }
}

/// σ that is no one-hot form: a sum of members' keys would pass as a member.
#[test]
fn digits_that_are_no_digits() {
    let game = Game::new(12);
    let (zero, one) = (Scalar::ZERO, Scalar::ONE);
    let two = one + one;
    let half = two.invert();
    let honest = one_hot(&game.statement, 0);
    for (sigma, weights, why) in [
        ([two, -one, zero, zero], vec![(0, two), (1, -one)], "2 and −1"),
        ([half, half, zero, zero], vec![(0, half), (1, half)], "halves"),
        ([one, one, -one, zero], vec![(0, one), (1, one), (2, -one)], "three"),
        ([zero, zero, zero, zero], vec![], "none"),
        ([one, one, zero, zero], vec![(0, one), (1, one)], "two"),
        ([-one, one, one, zero], vec![(0, -one), (1, one), (2, one)], "minus one"),
    ] {
        // The secret that would fit if σ were let through.
        let x: Scalar = weights.iter().map(|(at, weight)| secret(*at) * weight).sum();
        let tag = game.base * (x + if x == zero { one } else { zero });
        let sigma = vec![sigma, honest[1]];
        assert_eq!(game.play(&sigma, x, tag), Err(Error::Verification), "{why}");
    }
    // The same in the higher digit.
    let sigma = vec![honest[0], [two, -one, zero, zero]];
    let x = secret(0) * two - secret(4);
    assert_eq!(game.play(&sigma, x, game.base * x), Err(Error::Verification));
}

/// The padding repeats the last member: its holder may point at a copy and says the same; nobody else may.
#[test]
fn indices_in_the_padding() {
    for (size, full) in [(12, 16), (20, 64)] {
        let game = Game::new(size);
        let last = secret(size - 1);
        for index in size..full {
            game.at(index, last, game.base * last).unwrap();
            assert_eq!(game.at(index, secret(0), game.base * secret(0)), Err(Error::Verification));
        }
    }
}

/// Keys made from a member's key, without its secret.
#[test]
fn rogue_keys() {
    for size in [4, 12] {
        let honest = Game::new(size);
        let shift = Scalar::from(123_456u64);
        let mut members = honest.statement.members.clone();
        members.push((G * secret(0) + G * shift).compress().to_bytes());
        members.push((G * secret(0) * shift).compress().to_bytes());
        members.push((G * shift + honest.base).compress().to_bytes());
        let game = Game::of(members);
        for index in size..game.size() {
            // The shift is all that its maker knows.
            assert_eq!(game.at(index, shift, game.base * shift), Err(Error::Verification));
        }
        // The honest member signs as before, with the same tag.
        game.at(0, secret(0), game.base * secret(0)).unwrap();
    }
}

/// As many tags as keys: c members make no more than c tags, whatever places they sign from.
#[test]
fn tags_count_keys() {
    for size in BOTH_FORMS {
        let game = Game::new(size);
        let mut tags = std::collections::HashSet::new();
        for index in 0..size {
            for holder in 0..2 {
                let tag = game.base * secret(holder);
                if game.at(index, secret(holder), tag).is_ok() {
                    tags.insert(tag.compress().to_bytes());
                }
            }
        }
        assert_eq!(tags.len(), 2, "ring of {size}");
    }
}
