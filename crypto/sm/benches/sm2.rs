//! SM2 beside its peers, in one run: RustCrypto's `sm2` and libsm in this process, OpenSSL through `openssl speed`.
//!
//! `cargo bench -p hufu-sm --bench sm2` ends with a table of medians and their ratios. Time is the thread's CPU
//! time, as `openssl speed` counts it too, so that other work on the machine disturbs less.

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BatchSize, Criterion};
use hufu_sm::sm2::exchange::{Initiator, Responder};
use hufu_sm::sm2::traits::{RandomizedSigner, Signer, Verifier};
use hufu_sm::sm2::{DistId, SecretKey, SigningKey};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// A hash's worth of message, as a transaction or a certificate has after hashing.
const MESSAGE: &[u8] = &[0x5a; 32];

/// CPU time of this thread.
struct CpuTime;

impl CpuTime {
    fn now() -> Duration {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
    }
}

impl Measurement for CpuTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        Self::now()
    }

    fn end(&self, start: Duration) -> Duration {
        Self::now() - start
    }

    fn add(&self, a: &Duration, b: &Duration) -> Duration {
        *a + *b
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        WallTime.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

fn ours(c: &mut Criterion<CpuTime>) {
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let key = SigningKey::new(SecretKey::generate(&mut rng).expect("a key"), DistId::default());
    let (secret, public) = (key.secret_key().clone(), key.verifying_key().clone());
    let prepared = public.prepare();
    let signature = key.sign(MESSAGE);
    let mut group = c.benchmark_group("sm2");
    group.bench_function("keygen/crate=hufu-sm", |b| b.iter(|| SecretKey::generate(&mut rng)));
    group.bench_function("sign/crate=hufu-sm", |b| b.iter(|| key.sign(black_box(MESSAGE))));
    group.bench_function("sign_hedged/crate=hufu-sm", |b| {
        b.iter(|| key.sign_with_rng(&mut rng, black_box(MESSAGE)));
    });
    let batch = [MESSAGE; 64];
    group.bench_function("sign_batch_of_64/crate=hufu-sm", |b| {
        b.iter(|| key.sign_batch(&mut rng, black_box(&batch)))
    });
    group
        .bench_function("verify/crate=hufu-sm", |b| b.iter(|| public.verify(black_box(MESSAGE), &signature)));
    group.bench_function("verify_prepared/crate=hufu-sm", |b| {
        b.iter(|| prepared.verify(black_box(MESSAGE), &signature));
    });
    group.bench_function("prepare/crate=hufu-sm", |b| b.iter(|| public.prepare()));
    group.bench_function("encrypt/crate=hufu-sm", |b| {
        b.iter(|| public.public_key().encrypt(&mut rng, black_box(MESSAGE)));
    });
    let sent = public.public_key().encrypt(&mut rng, MESSAGE).expect("a ciphertext");
    group.bench_function("decrypt/crate=hufu-sm", |b| b.iter(|| secret.decrypt(black_box(&sent))));
    group.bench_function("exchange_both_sides/crate=hufu-sm", |b| {
        b.iter(|| {
            let (initiator, r_a) = Initiator::start(&mut rng, &key, &public, 16)?;
            let (responder, reply) = Responder::respond(&mut rng, &key, &public, &r_a, 16)?;
            responder.finish(&initiator.finish(&reply)?.1)
        });
    });
}

fn rustcrypto(c: &mut Criterion<CpuTime>) {
    use sm2::elliptic_curve::Generate;
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let secret = sm2::SecretKey::generate_from_rng(&mut rng);
    let key = sm2::dsa::SigningKey::new("1234567812345678", &secret).expect("a key");
    let public = key.verifying_key().clone();
    let signature: sm2::dsa::Signature = key.sign(MESSAGE);
    let encrypting = sm2::pke::EncryptingKey::new(secret.public_key());
    let decrypting = sm2::pke::DecryptingKey::new(secret.clone());
    let sent = encrypting.encrypt(&mut rng, MESSAGE).expect("a ciphertext");
    let mut group = c.benchmark_group("sm2");
    group.bench_function("keygen/crate=rustcrypto", |b| {
        b.iter(|| sm2::SecretKey::generate_from_rng(&mut rng).public_key());
    });
    group.bench_function("sign/crate=rustcrypto", |b| {
        b.iter(|| -> sm2::dsa::Signature { key.sign(black_box(MESSAGE)) });
    });
    group.bench_function("verify/crate=rustcrypto", |b| {
        b.iter(|| public.verify(black_box(MESSAGE), &signature))
    });
    group.bench_function("encrypt/crate=rustcrypto", |b| {
        b.iter(|| encrypting.encrypt(&mut rng, black_box(MESSAGE)))
    });
    group.bench_function("decrypt/crate=rustcrypto", |b| b.iter(|| decrypting.decrypt(black_box(&sent))));
}

fn libsm(c: &mut Criterion<CpuTime>) {
    let signing = ::libsm::sm2::signature::SigCtx::new();
    let (public, secret) = signing.new_keypair().expect("a key");
    let signature = signing.sign(MESSAGE, &secret, &public).expect("a signature");
    let mut group = c.benchmark_group("sm2");
    group.bench_function("keygen/crate=libsm", |b| b.iter(|| signing.new_keypair()));
    group.bench_function("sign/crate=libsm", |b| {
        b.iter(|| signing.sign(black_box(MESSAGE), &secret, &public))
    });
    group.bench_function("verify/crate=libsm", |b| {
        b.iter_batched(
            || (),
            |()| signing.verify(black_box(MESSAGE), &public, &signature),
            BatchSize::SmallInput,
        );
    });
}

/// Nanoseconds that `openssl speed` takes to sign and to verify (of a hash, without Z), as medians of several runs.
fn openssl() -> Option<(f64, f64)> {
    let mut runs: Vec<(f64, f64)> = (0..5)
        .filter_map(|_| {
            let output = Command::new("openssl").args(["speed", "-seconds", "1", "sm2"]).output().ok()?;
            let text = String::from_utf8(output.stdout).ok()?;
            let line = text.lines().find(|line| line.contains("(CurveSM2)"))?;
            let numbers: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
            let [.., sign, verify] = numbers[..] else { return None };
            Some((1e9 / sign, 1e9 / verify))
        })
        .collect();
    let middle = runs.len() / 2;
    let mut median = |of: fn(&(f64, f64)) -> f64| {
        runs.sort_by(|a, b| of(a).total_cmp(&of(b)));
        runs.get(middle).map(of)
    };
    Some((median(|run| run.0)?, median(|run| run.1)?))
}

/// The median that criterion has written for a benchmark, in nanoseconds.
fn median(name: &str) -> Option<f64> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target")), PathBuf::from);
    let file = target.join("criterion/sm2").join(name.replace('/', "_")).join("new/estimates.json");
    let estimates: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).ok()?).ok()?;
    estimates["median"]["point_estimate"].as_f64()
}

#[allow(clippy::print_stdout, reason = "the table is what the run is for")]
fn table() {
    let openssl = openssl();
    println!("\n| operation | hufu-sm, per second | RustCrypto | ratio | OpenSSL | ratio | libsm | ratio |");
    println!("|---|---|---|---|---|---|---|---|");
    let rows = [
        ("key generation", "keygen", "keygen", None),
        ("sign, deterministic", "sign", "sign", openssl.map(|o| o.0)),
        ("sign, hedged", "sign_hedged", "sign", openssl.map(|o| o.0)),
        ("sign, in a batch of 64", "sign_batch_of_64", "sign", openssl.map(|o| o.0)),
        ("verify", "verify", "verify", openssl.map(|o| o.1)),
        ("verify, prepared key", "verify_prepared", "verify", openssl.map(|o| o.1)),
        ("prepare a key", "prepare", "", None),
        ("encrypt 32 bytes", "encrypt", "encrypt", None),
        ("decrypt 32 bytes", "decrypt", "decrypt", None),
        ("key exchange, both sides", "exchange_both_sides", "", None),
    ];
    for (label, name, peer, openssl) in rows {
        let Some(own) = median(&format!("{name}/crate=hufu-sm")) else { continue };
        let own = if name == "sign_batch_of_64" { own / 64.0 } else { own };
        let cells =
            [median(&format!("{peer}/crate=rustcrypto")), openssl, median(&format!("{peer}/crate=libsm"))]
                .map(|peer| match peer {
                    Some(peer) => format!("{:.0} | {:.1} ×", 1e9 / peer, peer / own),
                    None => "— | —".to_owned(),
                })
                .join(" | ");
        println!("| {label} | {:.0} | {cells} |", 1e9 / own);
    }
}

fn main() {
    let mut criterion = Criterion::default().with_measurement(CpuTime).configure_from_args();
    ours(&mut criterion);
    rustcrypto(&mut criterion);
    libsm(&mut criterion);
    criterion.final_summary();
    table();
}
