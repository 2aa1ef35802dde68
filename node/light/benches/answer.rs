//! Believing an answer: what a wallet pays for every record that it reads from a ledger.
//!
//! Named `answer::<operation>/<what>`. The chain is the one of the tests: 54 keys, four validators with four
//! algorithms at first (three signatures checked), one with SM2 from height 3 on.
#![allow(clippy::unwrap_used, unreachable_pub, dead_code, reason = "shared with the tests")]

use criterion::{Criterion, criterion_group, criterion_main};
use hufu_light::Answer;
use std::hint::black_box;

#[path = "../tests/answer/chain.rs"]
mod chain;

fn answers(c: &mut Criterion) {
    let chain = chain::Chain::new();
    let anchor = chain.anchor();
    for (name, height, key) in [
        ("validators=4 value=present", 0, b"a".as_slice()),
        ("validators=1 value=present", 5, b"a"),
        ("validators=1 value=absent", 5, b"nothing"),
    ] {
        let answer = chain.answer(height, key);
        answer.verify(&anchor, key).unwrap();
        let bytes = answer.to_bytes();
        c.bench_function(&format!("answer::from_bytes/{name}"), |b| {
            b.iter(|| Answer::from_bytes(black_box(&bytes)));
        });
        c.bench_function(&format!("answer::verify/{name}"), |b| {
            b.iter(|| black_box(&answer).verify(&anchor, key).unwrap().value().is_some());
        });
        let (root, at) = (answer.header.header.state_root, answer.header.header.height);
        c.bench_function(&format!("state::verify/{name}"), |b| {
            b.iter(|| black_box(&answer).proof.verify(&root, at, key, answer.value.as_deref()));
        });
    }
}

criterion_group!(benches, answers);
criterion_main!(benches);
