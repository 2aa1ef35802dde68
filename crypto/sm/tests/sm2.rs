//! SM2 from outside: the standard's annex, other people's vectors, other people's software, malformed inputs, frozen bytes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "sm2/annex.rs"]
mod annex;
#[path = "sm2/botan.rs"]
mod botan;
#[path = "sm2/common.rs"]
mod common;
#[path = "sm2/encodings.rs"]
mod encodings;
#[path = "sm2/encrypted.rs"]
mod encrypted;
#[path = "sm2/frozen.rs"]
mod frozen;
#[path = "sm2/keys.rs"]
mod keys;
#[path = "sm2/negative.rs"]
mod negative;
#[path = "sm2/peers.rs"]
mod peers;
#[path = "sm2/pem.rs"]
mod pem;
#[path = "sm2/second_branch.rs"]
mod second_branch;
#[path = "sm2/structures.rs"]
mod structures;
#[path = "sm2/x509.rs"]
mod x509;
