//! A plain signer, written from `docs/` over `hufu-pairing` and SHA-512: no tables, no checks, every value on the way
//! kept. It makes forgeries, because it proves whatever it is given.

#![allow(
    dead_code,
    clippy::mod_module_files,
    reason = "each binary uses a part; `plain.rs` would be a test of its own"
)]

use hufu_pairing::{Blst, G1, G1Affine, Identity, Scalar, XmdSha256};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha512};

pub(crate) type Point = G1Affine<Blst>;
pub(crate) type Number = Scalar<Blst>;

/// All bytes so far.
#[derive(Clone)]
pub(crate) struct History(Vec<u8>);

impl History {
    pub(crate) fn new(label: &str) -> Self {
        let mut history = Self(Vec::new());
        history.append("label", label.as_bytes());
        history.append("suite", b"bls12381g1-sha512");
        history
    }

    fn frame(&mut self, kind: u8, name: &str, data: &[u8]) {
        self.0.push(kind);
        self.0.extend_from_slice(&(name.len() as u64).to_le_bytes());
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(&(data.len() as u64).to_le_bytes());
        self.0.extend_from_slice(data);
    }

    pub(crate) fn append(&mut self, name: &str, data: &[u8]) {
        self.frame(0, name, data);
    }

    pub(crate) fn bytes(&mut self, name: &str) -> [u8; 64] {
        self.frame(1, name, &[]);
        let out: [u8; 64] = Sha512::digest(&self.0).into();
        self.0.clear();
        self.append("challenge", &out);
        out
    }

    pub(crate) fn challenge(&mut self, name: &str) -> Number {
        reduce(&self.bytes(name))
    }

    fn fork(&self, name: &str) -> [u8; 64] {
        let mut copy = self.clone();
        copy.frame(2, name, &[]);
        Sha512::digest(&copy.0).into()
    }

    /// The first `count` nonces of secrets.
    pub(crate) fn nonces(&self, keys: &[&Number], entropy: &[u8; 32], count: u64) -> Vec<Number> {
        let mut inner = Self::new("hufu/group-nonce/v1");
        keys.iter().for_each(|key| inner.append("key", &key.to_bytes()));
        inner.append("entropy", entropy);
        inner.append("history", &self.fork("nonce"));
        let seed = inner.bytes("seed");
        let number = |counter: u64| {
            let mut stream = Self::new("hufu/group-nonce/v1");
            stream.append("seed", &seed);
            stream.append("counter", &counter.to_le_bytes());
            reduce(&stream.bytes("scalar"))
        };
        (0..count).map(number).collect()
    }
}

fn reduce(digest: &[u8; 64]) -> Number {
    Number::from_wide(digest.first_chunk().expect("48 of 64 bytes"))
}

pub(crate) fn hash_to_g1(message: &[u8], what: &str) -> Point {
    let tag = format!("hufu/group-{what}/v1/BLS12381G1_XMD:SHA-256_SSWU_RO_");
    G1::<Blst>::hash::<XmdSha256>(message, tag.as_bytes()).expect("a short tag").to_affine()
}

pub(crate) fn generator(name: &str) -> Point {
    hash_to_g1(name.as_bytes(), "generator")
}

pub(crate) fn point(bytes: &[u8]) -> Point {
    Point::from_bytes(bytes, Identity::Refuse).expect("a point")
}

pub(crate) fn number(bytes: &[u8]) -> Number {
    Number::from_bytes(bytes).expect("a scalar")
}

/// What is signed.
#[derive(Clone)]
pub(crate) struct Statement {
    pub(crate) group: [u8; 64],
    /// Z.
    pub(crate) escrow: Point,
    pub(crate) epoch: u64,
    /// V.
    pub(crate) value: Point,
    pub(crate) scope: Option<Vec<u8>>,
    pub(crate) message: Vec<u8>,
}

impl Statement {
    pub(crate) fn base(&self) -> Option<Point> {
        self.scope.as_ref().map(|scope| {
            let length = (scope.len() as u64).to_le_bytes();
            hash_to_g1(&[&self.group[..], &length, scope].concat(), "scope")
        })
    }

    fn history(&self) -> History {
        let mut history = History::new("hufu/group-signature/v1");
        history.append("form", &[if self.scope.is_some() { 2 } else { 1 }]);
        history.append("group", &self.group);
        history.append("epoch", &[&self.epoch.to_le_bytes()[..], &self.value.to_bytes()].concat());
        history.append("scope", self.scope.as_deref().unwrap_or_default());
        history.append("message", &self.message);
        history
    }
}

/// What a signer claims to know, true or not.
#[derive(Clone)]
pub(crate) struct Claimed {
    pub(crate) rho: Number,
    pub(crate) epsilon: Number,
    pub(crate) u: Number,
    pub(crate) t: Number,
}

/// R, S, E0, E1, E2 and J, well-formed or not.
pub(crate) struct Shown {
    pub(crate) fixed: [Point; 5],
    pub(crate) tag: Option<Point>,
}

/// A member's secrets.
#[derive(Clone)]
pub(crate) struct Signer {
    pub(crate) u: Number,
    pub(crate) e: Number,
    pub(crate) a: Point,
    pub(crate) witness: Point,
}

impl Signer {
    /// Of a member secret's bytes and a credential's.
    pub(crate) fn of(secret: &[u8], credential: &[u8]) -> Self {
        Self {
            u: number(secret),
            a: point(&credential[8..56]),
            witness: point(&credential[56..104]),
            e: number(&credential[104..136]),
        }
    }

    pub(crate) fn key(&self) -> Point {
        (generator("K") * self.u).to_affine()
    }

    /// C.
    pub(crate) fn sum(&self) -> Point {
        (self.a.lift() + self.witness).to_affine()
    }
}

pub(crate) struct Signed {
    pub(crate) bytes: Vec<u8>,
    pub(crate) trace: Map<String, Value>,
}

/// Signs as the document says.
pub(crate) fn sign(statement: &Statement, signer: &Signer, entropy: &[u8; 32]) -> Signed {
    sign_as(statement, signer, &signer.key(), entropy)
}

/// The same, with another key encrypted to the openers.
pub(crate) fn sign_as(statement: &Statement, signer: &Signer, key: &Point, entropy: &[u8; 32]) -> Signed {
    let drawn = statement.history().nonces(&[&signer.u, &signer.e], entropy, 6);
    let (r, t) = (drawn[0], drawn[1]);
    let rho = r.invert().unwrap();
    let c = signer.sum();
    // γ·C = G + V + Q − e·C.
    let shifted = generator("G").lift() + statement.value + signer.key() - c * signer.e;
    let fixed = [
        c * r,
        shifted * r,
        Point::generator() * t,
        key.lift() + (statement.escrow * t).to_affine(),
        key.lift() + (generator("Y") * t).to_affine(),
    ]
    .map(|point| point.to_affine());
    let tag = statement.base().map(|base| (base * signer.u).to_affine());
    let claimed = Claimed { rho, epsilon: signer.e * rho, u: signer.u, t };
    let mut signed = prove(statement, &Shown { fixed, tag }, &claimed, &drawn[2..]);
    for (name, value) in [("r", r), ("t_", t), ("rho_", rho), ("epsilon_", claimed.epsilon)] {
        signed.trace.insert(name.into(), json!(hex::encode(value.to_bytes())));
    }
    signed.trace.insert("C".into(), json!(hex::encode(c.to_bytes())));
    signed
}

/// Proves what is claimed about what is shown, with the nonces ρ~, ε~, u~, t~.
pub(crate) fn prove(statement: &Statement, shown: &Shown, claimed: &Claimed, tildes: &[Number]) -> Signed {
    let mut trace = Map::new();
    let mut note = |name: &str, bytes: &[u8]| {
        trace.insert(name.into(), json!(hex::encode(bytes)));
    };
    let mut history = statement.history();
    let mut bytes = vec![if statement.scope.is_some() { 2 } else { 1 }];
    bytes.extend_from_slice(&statement.epoch.to_le_bytes());
    for (name, point) in ["R", "S", "E0", "E1", "E2", "J"].iter().zip(shown.fixed.iter().chain(&shown.tag)) {
        history.append(name, &point.to_bytes());
        bytes.extend_from_slice(&point.to_bytes());
        note(name, &point.to_bytes());
    }
    let mu = history.challenge("mu");
    let [r, s, ..] = &shown.fixed;
    let [rho, epsilon, u, t] = tildes else { panic!("four nonces") };
    let (p, k, y, z) = (Point::generator(), generator("K"), generator("Y"), statement.escrow);
    let t1 = *s * *rho + *r * *epsilon - k * *u;
    let t2 = k * *u + y * *t;
    let mut t3 = p * *t + (k * *u + z * *t) * mu;
    if let Some(base) = statement.base() {
        t3 += base * (mu * mu * *u);
    }
    for (name, point) in [("T1", t1), ("T2", t2), ("T3", t3)] {
        let encoded = point.to_affine().to_bytes();
        history.append(name, &encoded);
        bytes.extend_from_slice(&encoded);
        note(name, &encoded);
    }
    let c = history.challenge("c");
    let responses =
        [*rho + c * claimed.rho, *epsilon + c * claimed.epsilon, *u + c * claimed.u, *t + c * claimed.t];
    for (name, response) in ["rho", "epsilon", "u", "t"].iter().zip(&responses) {
        history.append(name, &response.to_bytes());
        bytes.extend_from_slice(&response.to_bytes());
        note(name, &response.to_bytes());
    }
    note("mu", &mu.to_bytes());
    note("c", &c.to_bytes());
    for (name, value) in ["rho~", "epsilon~", "u~", "t~"].iter().zip(tildes) {
        note(name, &value.to_bytes());
    }
    note("digest", &history.bytes("digest"));
    note("signature", &bytes);
    Signed { bytes, trace }
}

/// A dealing of an opener that knows f(0) and nothing more: the other commitments may be any points.
pub(crate) fn dealing(
    context: &[u8],
    openers: u16,
    dealer: u16,
    secret: &Number,
    rest: &[Point],
    entropy: &[u8; 32],
) -> Vec<u8> {
    let p = Point::generator();
    let commitments: Vec<u8> =
        [(p * *secret).to_affine()].iter().chain(rest).flat_map(Point::to_bytes).collect();
    let mut history = History::new("hufu/group-dealing/v1");
    history.append("context", context);
    history.append("threshold", &(1 + rest.len() as u64).to_le_bytes());
    history.append("openers", &u64::from(openers).to_le_bytes());
    history.append("dealer", &u64::from(dealer).to_le_bytes());
    history.append("F", &commitments);
    let kappa = history.nonces(&[secret], entropy, 1)[0];
    let commitment = (p * kappa).to_affine().to_bytes();
    history.append("R", &commitment);
    let response = kappa + history.challenge("c") * *secret;
    [&dealer.to_le_bytes()[..], &commitments, &commitment, &response.to_bytes()].concat()
}
