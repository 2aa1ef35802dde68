//! The scheme once more, as slow and as plain as it reads: written from `docs/scheme.md` and `docs/encoding.md` alone,
//! with one scalar times one point at a time and loops over the whole padded ring. It shares no line with `src/`.
//!
//! Every value on the way goes into a trace, under the name that the documents give it.

#![allow(clippy::needless_range_loop, reason = "indices are written as the document writes them")]

use curve25519_dalek::ristretto::{CompressedRistretto, RistrettoPoint};
use curve25519_dalek::traits::Identity;
use curve25519_dalek::{Scalar, constants::RISTRETTO_BASEPOINT_POINT};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha512};

type Point = RistrettoPoint;

/// What a signature speaks of.
#[derive(Clone)]
pub(crate) struct Statement {
    pub(crate) list: Vec<u8>,
    pub(crate) version: u64,
    pub(crate) members: Vec<[u8; 32]>,
    pub(crate) scope: Vec<u8>,
    pub(crate) threshold: u16,
    pub(crate) message: Vec<u8>,
}

// Transcript

#[derive(Clone)]
struct Transcript(Vec<u8>);

impl Transcript {
    fn new(label: &str) -> Self {
        let mut t = Self(Vec::new());
        t.append("label", label.as_bytes());
        t.append("suite", b"ristretto255-sha512");
        t
    }

    fn frame(&mut self, kind: u8, name: &str, data: &[u8]) {
        self.0.push(kind);
        self.0.extend((name.len() as u64).to_le_bytes());
        self.0.extend(name.as_bytes());
        self.0.extend((data.len() as u64).to_le_bytes());
        self.0.extend(data);
    }

    fn append(&mut self, name: &str, data: &[u8]) {
        self.frame(0, name, data);
    }

    fn challenge_bytes(&mut self, name: &str) -> [u8; 64] {
        self.frame(1, name, b"");
        let result: [u8; 64] = Sha512::digest(&self.0).into();
        self.0.clear();
        self.append("challenge", &result);
        result
    }

    fn challenge(&mut self, name: &str) -> Scalar {
        let c = Scalar::from_bytes_mod_order_wide(&self.challenge_bytes(name));
        assert_ne!(c, Scalar::ZERO);
        c
    }

    fn fork(&self, name: &str) -> [u8; 64] {
        let mut copy = self.clone();
        copy.frame(2, name, b"");
        Sha512::digest(&copy.0).into()
    }
}

fn stream(seed: &[u8; 64], n: u64) -> Scalar {
    let mut t = Transcript::new("hufu/ring-nonce/v1");
    t.append("seed", seed);
    t.append("counter", &n.to_le_bytes());
    Scalar::from_bytes_mod_order_wide(&t.challenge_bytes("scalar"))
}

fn nonces(t: &Transcript, x: &Scalar, entropy: &[u8; 32], count: u64) -> Vec<Scalar> {
    let mut s = Transcript::new("hufu/ring-nonce/v1");
    s.append("key", x.as_bytes());
    s.append("entropy", entropy);
    s.append("history", &t.fork("nonce"));
    let seed = s.challenge_bytes("seed");
    (0..count).map(|n| stream(&seed, n)).collect()
}

// Group

/// RFC 9380 §5.3.1, all steps, for 64 bytes.
fn expand_message_xmd(message: &[u8], dst: &[u8]) -> [u8; 64] {
    let mut dst_prime = dst.to_vec();
    dst_prime.push(u8::try_from(dst.len()).unwrap());
    let mut msg_prime = vec![0u8; 128];
    msg_prime.extend(message);
    msg_prime.extend([0, 64]);
    msg_prime.push(0);
    msg_prime.extend(&dst_prime);
    let b_0 = Sha512::digest(&msg_prime);
    let mut input = b_0.to_vec();
    input.push(1);
    input.extend(&dst_prime);
    Sha512::digest(&input).into()
}

fn hash_to_group(message: &[u8], dst: &str) -> Point {
    Point::from_uniform_bytes(&expand_message_xmd(message, dst.as_bytes()))
}

fn generator(n: usize) -> Point {
    let n = u32::try_from(n).unwrap().to_le_bytes();
    hash_to_group(&n, "hufu/ring-generator/v1/ristretto255_XMD:SHA-512_R255MAP_RO_")
}

fn b_star() -> Point {
    generator(1)
}

fn d(j: usize, i: usize) -> Point {
    generator(1 + 7 * j + i)
}

fn e(j: usize, i: usize) -> Point {
    generator(5 + 7 * j + i)
}

fn enc(point: &Point) -> [u8; 32] {
    point.compress().to_bytes()
}

fn decode_point(bytes: &[u8]) -> Option<Point> {
    let point = CompressedRistretto::from_slice(bytes).ok()?.decompress()?;
    (point != Point::identity()).then_some(point)
}

fn decode_scalar(bytes: &[u8]) -> Option<Scalar> {
    Scalar::from_canonical_bytes(bytes.try_into().ok()?).into()
}

// Statement

pub(crate) fn ring_digest(s: &Statement) -> [u8; 64] {
    let mut t = Transcript::new("hufu/ring-members/v1");
    t.append("list", &s.list);
    t.append("version", &s.version.to_le_bytes());
    t.append("members", &(s.members.len() as u64).to_le_bytes());
    t.append("keys", &Sha512::digest(s.members.concat()));
    t.challenge_bytes("ring")
}

pub(crate) fn scope_base(s: &Statement) -> Point {
    hash_to_group(&s.scope, "hufu/ring-scope/v1/ristretto255_XMD:SHA-512_R255MAP_RO_")
}

fn begin(s: &Statement, form: u8, tag: &Point) -> Transcript {
    let mut t = Transcript::new("hufu/ring-signature/v1");
    t.append("form", &[form]);
    t.append("threshold", &s.threshold.to_le_bytes());
    t.append("scope", &s.scope);
    t.append("ring", &ring_digest(s));
    t.append("message", &s.message);
    t.append("J", &enc(tag));
    t
}

/// The least m with 4^m ≥ N.
fn digits(n: usize) -> usize {
    let mut m = 0;
    while 4usize.pow(u32::try_from(m).unwrap()) < n {
        m += 1;
    }
    m
}

fn digit(k: usize, j: usize) -> usize {
    (k / 4usize.pow(u32::try_from(j).unwrap())) % 4
}

/// The ring with its last member repeated.
fn padded(s: &Statement) -> Vec<Point> {
    let mut points: Vec<Point> = s.members.iter().map(|bytes| decode_point(bytes).unwrap()).collect();
    let full = 4usize.pow(u32::try_from(digits(points.len())).unwrap());
    while points.len() < full {
        points.push(points[s.members.len() - 1]);
    }
    points
}

// Signing

/// A signature's bytes and every value on the way to them.
pub(crate) fn sign(s: &Statement, l: usize, x: &Scalar, entropy: &[u8; 32]) -> (Vec<u8>, Map<String, Value>) {
    let base = scope_base(s);
    let tag = base * x;
    let mut trace = Map::new();
    trace.insert("ring digest".into(), json!(hex::encode(ring_digest(s))));
    trace.insert("H".into(), json!(hex::encode(enc(&base))));
    trace.insert("J".into(), json!(hex::encode(enc(&tag))));
    let bytes = if s.members.len() <= 8 {
        sign_small(s, l, x, entropy, &base, &tag, &mut trace)
    } else {
        sign_many(s, &one_hot(s, l), x, entropy, &base, &tag, &mut trace)
    };
    (bytes, trace)
}

/// σ of an index: for every digit a one where its value is.
pub(crate) fn one_hot(s: &Statement, l: usize) -> Vec<[Scalar; 4]> {
    let mut sigma = vec![[Scalar::ZERO; 4]; digits(s.members.len())];
    for (j, sigma) in sigma.iter_mut().enumerate() {
        sigma[digit(l, j)] = Scalar::ONE;
    }
    sigma
}

/// What a cheating signer can send who follows the steps, but with a secret, a tag and σ of his own choice.
pub(crate) fn forge(s: &Statement, sigma: &[[Scalar; 4]], x: &Scalar, tag: &Point) -> Vec<u8> {
    let base = scope_base(s);
    if s.members.len() <= 8 {
        let l = (0..s.members.len()).find(|k| sigma[0][digit(*k, 0)] == Scalar::ONE).unwrap_or(0);
        sign_small(s, l, x, &[1; 32], &base, tag, &mut Map::new())
    } else {
        sign_many(s, sigma, x, &[1; 32], &base, tag, &mut Map::new())
    }
}

fn note_scalars(trace: &mut Map<String, Value>, name: &str, scalars: &[Scalar]) {
    let all: Vec<_> = scalars.iter().map(|s| hex::encode(s.as_bytes())).collect();
    trace.insert(name.into(), json!(all));
}

fn note_points(trace: &mut Map<String, Value>, name: &str, points: &[Point]) {
    let all: Vec<_> = points.iter().map(|p| hex::encode(enc(p))).collect();
    trace.insert(name.into(), json!(all));
}

fn link(t: &Transcript, left: &Point, right: &Point) -> Scalar {
    let mut t = t.clone();
    t.append("L", &enc(left));
    t.append("R", &enc(right));
    t.challenge("c")
}

fn sign_small(
    s: &Statement,
    l: usize,
    x: &Scalar,
    entropy: &[u8; 32],
    base: &Point,
    tag: &Point,
    trace: &mut Map<String, Value>,
) -> Vec<u8> {
    let g = RISTRETTO_BASEPOINT_POINT;
    let n = s.members.len();
    let members: Vec<Point> = s.members.iter().map(|bytes| decode_point(bytes).unwrap()).collect();
    let t = begin(s, 1, tag);
    let drawn = nonces(&t, x, entropy, n as u64 + 1);
    let u = drawn[0];
    let mut responses = drawn[1..].to_vec();
    let mut c = vec![Scalar::ZERO; n];
    c[(l + 1) % n] = link(&t, &(g * u), &(base * u));
    for step in 1..n {
        let i = (l + step) % n;
        let left = g * responses[i] + members[i] * c[i];
        let right = base * responses[i] + tag * c[i];
        c[(i + 1) % n] = link(&t, &left, &right);
    }
    responses[l] = u - c[l] * x;
    note_scalars(trace, "u", &[u]);
    note_scalars(trace, "c", &c);
    note_scalars(trace, "s", &responses);

    let mut bytes = vec![1];
    bytes.extend(enc(tag));
    bytes.extend(c[0].as_bytes());
    for response in &responses {
        bytes.extend(response.as_bytes());
    }
    bytes
}

fn sign_many(
    s: &Statement,
    sigma: &[[Scalar; 4]],
    x: &Scalar,
    entropy: &[u8; 32],
    base: &Point,
    tag: &Point,
    trace: &mut Map<String, Value>,
) -> Vec<u8> {
    let ring = padded(s);
    let m = digits(s.members.len());
    let mut t = begin(s, 2, tag);
    let drawn = nonces(&t, x, entropy, (4 * m + 2) as u64);
    let mut a = vec![[Scalar::ZERO; 4]; m];
    for j in 0..m {
        for i in 1..4 {
            a[j][i] = drawn[3 * j + i - 1];
        }
        a[j][0] = -(a[j][1] + a[j][2] + a[j][3]);
    }
    let (r_a, r_b) = (drawn[3 * m], drawn[3 * m + 1]);
    let rho = drawn[3 * m + 2..].to_vec();

    // Step 1.
    let two = Scalar::ONE + Scalar::ONE;
    let mut big_a = b_star() * r_a;
    let mut big_b = b_star() * r_b;
    for j in 0..m {
        for i in 1..4 {
            big_a += d(j, i) * a[j][i];
            big_b += d(j, i) * sigma[j][i];
        }
        for i in 0..4 {
            big_a -= e(j, i) * (a[j][i] * a[j][i]);
            big_b += e(j, i) * (a[j][i] * (Scalar::ONE - two * sigma[j][i]));
        }
    }
    // Step 2.
    t.append("A", &enc(&big_a));
    t.append("B", &enc(&big_b));
    let mu = t.challenge("mu");
    // Step 3.
    let folded = RISTRETTO_BASEPOINT_POINT + base * mu;
    let mut big_x: Vec<Point> = rho.iter().map(|rho| folded * rho).collect();
    for (k, point) in ring.iter().enumerate() {
        // p_k, lowest coefficient first.
        let mut p = vec![Scalar::ONE];
        for j in 0..m {
            let (a, sigma) = (a[j][digit(k, j)], sigma[j][digit(k, j)]);
            let mut product = vec![Scalar::ZERO; p.len() + 1];
            for (power, coefficient) in p.iter().enumerate() {
                product[power] += coefficient * a;
                product[power + 1] += coefficient * sigma;
            }
            p = product;
        }
        for j in 0..m {
            big_x[j] += point * p[j];
        }
    }
    // Step 4.
    for point in &big_x {
        t.append("X", &enc(point));
    }
    let xi = t.challenge("xi");
    // Step 5.
    let mut f = Vec::new();
    for j in 0..m {
        for i in 1..4 {
            f.push(a[j][i] + xi * sigma[j][i]);
        }
    }
    let z_a = r_a + xi * r_b;
    let mut z = *x;
    for _ in 0..m {
        z *= xi;
    }
    let mut power = Scalar::ONE;
    for rho in &rho {
        z -= rho * power;
        power *= xi;
    }

    note_scalars(trace, "a", &a.concat());
    note_scalars(trace, "r_A, r_B", &[r_a, r_b]);
    note_scalars(trace, "rho", &rho);
    note_points(trace, "A, B", &[big_a, big_b]);
    note_scalars(trace, "mu", &[mu]);
    note_points(trace, "X", &big_x);
    note_scalars(trace, "xi", &[xi]);
    note_scalars(trace, "f", &f);
    note_scalars(trace, "z_A, z", &[z_a, z]);

    let mut bytes = vec![2];
    for point in [*tag, big_a, big_b].iter().chain(&big_x) {
        bytes.extend(enc(point));
    }
    for scalar in f.iter().chain(&[z_a, z]) {
        bytes.extend(scalar.as_bytes());
    }
    bytes
}

// Verifying

/// Whether the bytes are a signature for the statement; its tag if so.
pub(crate) fn verify(s: &Statement, bytes: &[u8]) -> Option<[u8; 32]> {
    let (form, rest) = bytes.split_first()?;
    if rest.len() % 32 != 0 || rest.is_empty() {
        return None;
    }
    let parts: Vec<&[u8]> = rest.chunks(32).collect();
    let tag = decode_point(parts[0])?;
    let holds = match form {
        1 if s.members.len() <= 8 => verify_small(s, &tag, &parts[1..])?,
        2 if s.members.len() > 8 => verify_many(s, &tag, &parts[1..])?,
        _ => return None,
    };
    holds.then(|| enc(&tag))
}

fn verify_small(s: &Statement, tag: &Point, parts: &[&[u8]]) -> Option<bool> {
    if parts.len() != 1 + s.members.len() {
        return None;
    }
    let scalars = parts.iter().map(|part| decode_scalar(part)).collect::<Option<Vec<_>>>()?;
    if scalars[0] == Scalar::ZERO {
        return None;
    }
    let (base, t) = (scope_base(s), begin(s, 1, tag));
    let mut c = scalars[0];
    for (member, response) in s.members.iter().zip(&scalars[1..]) {
        let left = RISTRETTO_BASEPOINT_POINT * response + decode_point(member)? * c;
        let right = base * response + tag * c;
        c = link(&t, &left, &right);
    }
    Some(c == scalars[0])
}

fn verify_many(s: &Statement, tag: &Point, parts: &[&[u8]]) -> Option<bool> {
    let m = digits(s.members.len());
    if parts.len() != 4 + 4 * m {
        return None;
    }
    let points = parts[..2 + m].iter().map(|part| decode_point(part)).collect::<Option<Vec<_>>>()?;
    let scalars = parts[2 + m..].iter().map(|part| decode_scalar(part)).collect::<Option<Vec<_>>>()?;
    let (big_a, big_b, big_x) = (points[0], points[1], &points[2..]);
    let (z_a, z) = (scalars[3 * m], scalars[3 * m + 1]);

    let mut t = begin(s, 2, tag);
    t.append("A", parts[0]);
    t.append("B", parts[1]);
    let mu = t.challenge("mu");
    for part in &parts[2..2 + m] {
        t.append("X", part);
    }
    let xi = t.challenge("xi");

    let mut f = vec![[Scalar::ZERO; 4]; m];
    for j in 0..m {
        for i in 1..4 {
            f[j][i] = scalars[3 * j + i - 1];
        }
        f[j][0] = xi - f[j][1] - f[j][2] - f[j][3];
    }
    // Equation 1.
    let mut right = b_star() * z_a;
    for j in 0..m {
        for i in 1..4 {
            right += d(j, i) * f[j][i];
        }
        for i in 0..4 {
            right += e(j, i) * (f[j][i] * (xi - f[j][i]));
        }
    }
    let first = big_a + big_b * xi == right;
    // Equation 2.
    let mut left = Point::identity();
    for (k, point) in padded(s).iter().enumerate() {
        let mut p = Scalar::ONE;
        for j in 0..m {
            p *= f[j][digit(k, j)];
        }
        left += point * p;
    }
    let mut power = Scalar::ONE;
    let mut right = (RISTRETTO_BASEPOINT_POINT + scope_base(s) * mu) * z;
    for point in big_x {
        right += point * power;
        power *= xi;
    }
    left += tag * (mu * power);
    Some(first && left == right)
}
