//! SM3 beside RustCrypto's `sm3`: one message, many at once, HMAC and key derivation.

#[path = "support/cpu_time.rs"]
mod cpu_time;

use cpu_time::CpuTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use hufu_sm::sm3::digest::{Digest, KeyInit, Mac};
use hufu_sm::sm3::{self, Backend, HmacSm3};
use std::hint::black_box;

fn group(c: &mut Criterion<CpuTime>, bytes: usize) -> BenchmarkGroup<'_, CpuTime> {
    let mut group = c.benchmark_group("sm3");
    group.throughput(Throughput::Bytes(bytes as u64));
    group
}

fn one_message(c: &mut Criterion<CpuTime>) {
    for bytes in [64_usize, 1_024, 16_384, 1 << 20] {
        let message = vec![0x5a; bytes];
        let mut group = group(c, bytes);
        group.bench_function(format!("hash/bytes={bytes}"), |b| b.iter(|| sm3::hash(black_box(&message))));
        group.bench_function(format!("hash/bytes={bytes},peer=rustcrypto"), |b| {
            b.iter(|| ::sm3::Sm3::digest(black_box(&message)));
        });
    }
}

fn many_messages(c: &mut Criterion<CpuTime>) {
    for (count, bytes) in [(8_usize, 16_384_usize), (16, 16_384), (64, 64), (64, 1_024)] {
        let messages = vec![vec![0x5a; bytes]; count];
        let mut group = group(c, count * bytes);
        for backend in Backend::available() {
            group.bench_function(
                format!("hash_many/count={count},bytes={bytes},backend={}", backend.name()),
                |b| b.iter(|| sm3::hash_many_with(backend, black_box(&messages))),
            );
        }
        group.bench_function(format!("hash_many/count={count},bytes={bytes},peer=rustcrypto"), |b| {
            b.iter(|| {
                messages.iter().map(|m| ::sm3::Sm3::digest(black_box(m)).into()).collect::<Vec<[u8; 32]>>()
            });
        });
    }
}

fn with_keys(c: &mut Criterion<CpuTime>) {
    let message = vec![0x5a; 256];
    let mut group = group(c, 256);
    group.bench_function("hmac/bytes=256", |b| {
        b.iter(|| {
            HmacSm3::new_from_slice(&[7; 32]).map(|mac| mac.chain_update(black_box(&message)).finalize())
        });
    });
    group.bench_function("hmac/bytes=256,peer=rustcrypto", |b| {
        b.iter(|| {
            hmac::Hmac::<::sm3::Sm3>::new_from_slice(&[7; 32])
                .map(|mac| mac.chain_update(black_box(&message)).finalize())
        });
    });
    for bytes in [16_usize, 256, 16_384] {
        let mut out = vec![0; bytes];
        group.bench_function(format!("kdf/bytes={bytes}"), |b| {
            b.iter(|| sm3::kdf(&[black_box(&[9; 64])], &mut out));
        });
    }
}

criterion_group!(
    name = benches;
    config = Criterion::default().with_measurement(CpuTime);
    targets = one_message, many_messages, with_keys
);
criterion_main!(benches);
