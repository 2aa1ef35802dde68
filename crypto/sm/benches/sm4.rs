//! SM4 and its modes beside RustCrypto's `sm4` with `ctr`, `aes-gcm`, `ccm`, `cbc` and `xts-mode`, on each implementation
//! that this CPU has. OpenSSL is measured by `scripts/bench-sm.sh`.

#[path = "support/cpu_time.rs"]
mod cpu_time;

use aes_gcm::aead::AeadInOut;
use cipher::consts::{U12, U16};
use cipher::{BlockModeEncrypt, InnerIvInit, KeyInit, KeyIvInit, StreamCipher};
use cpu_time::CpuTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use hufu_sm::sm4::{Backend, Sm4, Sm4Ccm, Sm4Ctr, Sm4Gcm, Sm4Xts, hazmat};
use std::hint::black_box;

const KEY: [u8; 16] = *b"0123456789abcdef";
const NONCE: [u8; 12] = *b"nonce of 12.";

fn group(c: &mut Criterion<CpuTime>, bytes: usize) -> BenchmarkGroup<'_, CpuTime> {
    let mut group = c.benchmark_group("sm4");
    group.throughput(Throughput::Bytes(bytes as u64));
    group
}

fn ctr_mode(c: &mut Criterion<CpuTime>) {
    for bytes in [64_usize, 1_024, 16_384, 1 << 20] {
        let mut data = vec![0x5a; bytes];
        let mut group = group(c, bytes);
        for backend in Backend::available() {
            let cipher = Sm4::with_backend(&KEY, backend);
            let mut stream = Sm4Ctr::inner_iv_init(cipher, &[1; 16].into());
            group.bench_function(format!("ctr/bytes={bytes},backend={}", backend.name()), |b| {
                b.iter(|| stream.apply_keystream(black_box(&mut data)));
            });
        }
        let mut stream = ctr::Ctr128BE::<sm4::Sm4>::new(&KEY.into(), &[1; 16].into());
        group.bench_function(format!("ctr/bytes={bytes},peer=rustcrypto"), |b| {
            b.iter(|| stream.apply_keystream(black_box(&mut data)));
        });
    }
}

fn gcm_mode(c: &mut Criterion<CpuTime>) {
    for bytes in [64_usize, 1_024, 16_384, 1 << 20] {
        let mut data = vec![0x5a; bytes];
        let mut group = group(c, bytes);
        for backend in Backend::available() {
            let gcm = Sm4Gcm::with_backend(&KEY, backend);
            group.bench_function(format!("gcm/bytes={bytes},backend={}", backend.name()), |b| {
                b.iter(|| gcm.encrypt_detached(&NONCE, &[], black_box(&mut data)));
            });
        }
        let gcm = aes_gcm::AesGcm::<sm4::Sm4, U12>::new(&KEY.into());
        group.bench_function(format!("gcm/bytes={bytes},peer=rustcrypto"), |b| {
            b.iter(|| gcm.encrypt_inout_detached(&NONCE.into(), &[], black_box(data.as_mut_slice()).into()));
        });
    }
    let gcm = Sm4Gcm::new(&KEY.into());
    let mut data = vec![0x5a; 1 << 20];
    let tag = gcm.encrypt_detached(&NONCE, &[], &mut data);
    let (ciphertext, mut group) = (data, group(c, 1 << 20));
    if let Ok(tag) = tag {
        group.bench_function("gcm/decrypt,bytes=1048576", |b| {
            b.iter_batched_ref(
                || ciphertext.clone(),
                |data| gcm.decrypt_detached(&NONCE, &[], data, &tag),
                criterion::BatchSize::LargeInput,
            );
        });
    }
}

fn other_modes(c: &mut Criterion<CpuTime>) {
    let bytes = 16_384;
    let mut data = vec![0x5a; bytes];
    let mut group = group(c, bytes);
    let ccm = Sm4Ccm::new(&KEY.into());
    group.bench_function("ccm/bytes=16384", |b| {
        let mut tag = [0; 16];
        b.iter(|| ccm.encrypt_detached(&NONCE, &[], black_box(&mut data), &mut tag));
    });
    let peer = ccm::Ccm::<sm4::Sm4, U16, U12>::new(&KEY.into());
    group.bench_function("ccm/bytes=16384,peer=rustcrypto", |b| {
        b.iter(|| peer.encrypt_inout_detached(&NONCE.into(), &[], black_box(data.as_mut_slice()).into()));
    });
    let cipher = Sm4::new(&KEY.into());
    group.bench_function("cbc_encrypt/bytes=16384", |b| {
        b.iter(|| hazmat::cbc_encrypt_unpadded(&cipher, &[1; 16], black_box(&mut data)));
    });
    group.bench_function("cbc_decrypt/bytes=16384", |b| {
        b.iter(|| hazmat::cbc_decrypt_unpadded(&cipher, &[1; 16], black_box(&mut data)));
    });
    group.bench_function("cbc_encrypt/bytes=16384,peer=rustcrypto", |b| {
        let (blocks, _) = cipher::Block::<Sm4>::slice_as_chunks_mut(&mut data);
        let mut peer = cbc::Encryptor::<sm4::Sm4>::new(&KEY.into(), &[1; 16].into());
        b.iter(|| peer.encrypt_blocks(black_box(blocks)));
    });
    let key: [u8; 32] = std::array::from_fn(|i| i.to_le_bytes()[0]);
    if let Ok(xts) = Sm4Xts::new(&key) {
        group.bench_function("xts/bytes=16384", |b| {
            b.iter(|| xts.encrypt_in_place(&[0; 16], black_box(&mut data)));
        });
    }
    let peer = xts_mode::Xts128::new(sm4::Sm4::new(&KEY.into()), sm4::Sm4::new(&[7; 16].into()));
    group.bench_function("xts/bytes=16384,peer=rustcrypto", |b| {
        b.iter(|| peer.encrypt_sector(black_box(&mut data), [0; 16].into()));
    });
    drop(group);
    let mut group = c.benchmark_group("sm4");
    group.bench_function("key", |b| b.iter(|| Sm4::new(black_box(&KEY.into()))));
    group.bench_function("key,peer=rustcrypto", |b| b.iter(|| sm4::Sm4::new(black_box(&KEY.into()))));
}

criterion_group!(
    name = benches;
    config = Criterion::default().with_measurement(CpuTime);
    targets = ctr_mode, gcm_mode, other_modes
);
criterion_main!(benches);
