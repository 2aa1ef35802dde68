//! SM4
use aes_gcm::{AesGcm, KeyInit, aead::AeadInOut};
use criterion::{Criterion, criterion_group, criterion_main};
use ctr::cipher::{KeyIvInit, StreamCipher};
type Gcm = AesGcm<sm4::Sm4, ctr::cipher::typenum::U12>;
fn ctr_(c: &mut Criterion) {
    let mut buf = vec![0u8; 1 << 20];
    c.bench_function("sm4::ctr/peer=rustcrypto", |b| {
        let mut x = ctr::Ctr128BE::<sm4::Sm4>::new(&[0; 16].into(), &[0; 16].into());
        b.iter(|| x.apply_keystream(&mut buf))
    });
    c.bench_function("sm4::gcm/peer=rustcrypto", |b| {
        let x = Gcm::new(&[0; 16].into());
        b.iter(|| x.encrypt_inout_detached(&[0; 12].into(), &[], buf.as_mut_slice().into()))
    });
}
criterion_group!(benches, ctr_);
criterion_main!(benches);
