//! Signing and verifying (`docs/scheme.md` §3; `docs/encoding.md`, "Signature").

use bls12_381::{G1Projective, Scalar};

use super::curve::{generator, hash_to_g1, inverse, is_identity, pairings_agree, write_g1, write_scalar};
use super::group::{Epoch, Group, encode_epoch, group_id};
use super::joining::Member;
use super::reader::Reader;
use super::transcript::Transcript;
use super::{Checked, ensure};

/// What a signature is about.
#[derive(Clone)]
pub(crate) struct Statement {
    pub(crate) group: Group,
    pub(crate) epoch: Epoch,
    pub(crate) scope: Option<Vec<u8>>,
    pub(crate) message: Vec<u8>,
}

impl Statement {
    const fn form(&self) -> u8 {
        if self.scope.is_some() { 2 } else { 1 }
    }

    fn transcript(&self) -> Transcript {
        let mut transcript = Transcript::new("signature");
        transcript.append("form", &[self.form()]);
        transcript.append("group", &group_id(&self.group));
        transcript.append("epoch", &encode_epoch(&self.epoch));
        transcript.append("scope", self.scope.as_deref().unwrap_or_default());
        transcript.append("message", &self.message);
        transcript
    }

    /// H(group, scope).
    fn base(&self) -> Checked<Option<G1Projective>> {
        let Some(scope) = &self.scope else { return Ok(None) };
        ensure((1..=1024).contains(&scope.len()), "a scope of 1 to 1,024 bytes")?;
        Ok(Some(tag_base(&self.group, scope)))
    }
}

/// The hash of the group's id, the scope's length in 8 bytes and the scope.
fn tag_base(group: &Group, scope: &[u8]) -> G1Projective {
    let mut message = group_id(group).to_vec();
    message.extend((scope.len() as u64).to_le_bytes());
    message.extend(scope);
    hash_to_g1(&message, "scope")
}

/// J = u·H(group, scope).
pub(crate) fn tag(secret: &Scalar, group: &Group, scope: &[u8]) -> [u8; 48] {
    write_g1(&(tag_base(group, scope) * secret))
}

/// The signature's fields, in the order of the bytes. J is there in form 2 only.
pub(crate) struct Signature {
    epoch: u64,
    r: G1Projective,
    s: G1Projective,
    e0: G1Projective,
    e1: G1Projective,
    e2: G1Projective,
    j: Option<G1Projective>,
    t1: G1Projective,
    t2: G1Projective,
    t3: G1Projective,
    rho: Scalar,
    epsilon: Scalar,
    u: Scalar,
    t: Scalar,
}

impl Signature {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![if self.j.is_some() { 2 } else { 1 }];
        bytes.extend(self.epoch.to_le_bytes());
        for point in [self.r, self.s, self.e0, self.e1, self.e2] {
            bytes.extend(write_g1(&point));
        }
        bytes.extend(self.j.iter().flat_map(write_g1));
        for point in [self.t1, self.t2, self.t3] {
            bytes.extend(write_g1(&point));
        }
        for scalar in [self.rho, self.epsilon, self.u, self.t] {
            bytes.extend(write_scalar(&scalar));
        }
        bytes
    }

    /// Step 1's points.
    fn append_first(&self, transcript: &mut Transcript) {
        for (name, point) in [("R", self.r), ("S", self.s), ("E0", self.e0), ("E1", self.e1), ("E2", self.e2)]
        {
            transcript.append_point(name, &point);
        }
        if let Some(tag) = &self.j {
            transcript.append_point("J", tag);
        }
    }

    /// Step 3's points.
    fn append_second(&self, transcript: &mut Transcript) {
        for (name, point) in [("T1", self.t1), ("T2", self.t2), ("T3", self.t3)] {
            transcript.append_point(name, &point);
        }
    }

    fn digest(&self, mut transcript: Transcript) -> [u8; 64] {
        for (name, scalar) in [("rho", self.rho), ("epsilon", self.epsilon), ("u", self.u), ("t", self.t)] {
            transcript.append(name, &write_scalar(&scalar));
        }
        transcript.challenge_bytes("digest")
    }
}

pub(crate) fn decode(bytes: &[u8]) -> Checked<Signature> {
    let mut reader = Reader(bytes);
    let form = reader.u8()?;
    ensure(form == 1 || form == 2, "another form")?;
    let signature = Signature {
        epoch: reader.u64()?,
        r: reader.g1()?,
        s: reader.g1()?,
        e0: reader.g1()?,
        e1: reader.g1()?,
        e2: reader.g1()?,
        j: if form == 2 { Some(reader.g1()?) } else { None },
        t1: reader.g1()?,
        t2: reader.g1()?,
        t3: reader.g1()?,
        rho: reader.scalar()?,
        epsilon: reader.scalar()?,
        u: reader.scalar()?,
        t: reader.scalar()?,
    };
    reader.end()?;
    Ok(signature)
}

/// How a signer departs from the scheme, everything after that computed as if nothing had happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deviation {
    None,
    /// E1 contains another key.
    OtherEscrow,
    /// E2 contains another key.
    OtherSecondEscrow,
    /// E1 and E2 contain another key, the same.
    OtherEscrows,
    /// E0 has another nonce.
    OtherNonce,
    /// J is another secret's.
    OtherTag,
    /// J is made for another scope.
    OtherScope,
    /// J is made for the same scope of another group.
    OtherGroup,
    /// Another secret than the credential's, everywhere.
    OtherSecret,
    /// Another identifier than the credential's.
    OtherIdentifier,
    /// The accumulator's witness is left out.
    NoWitness,
    /// R and S multiplied apart.
    OtherBlinding,
    /// Errors of E1 and J that cancel for one μ, which is not the one.
    GuessedMu,
    /// T1 is too large by P.
    LargerCommitment,
    /// T1 is too small by P.
    SmallerCommitment,
    /// T1 is too large by P, T2 too small.
    CancellingCommitments,
}

impl Deviation {
    pub(crate) const ALL: [Self; 15] = [
        Self::OtherEscrow,
        Self::OtherSecondEscrow,
        Self::OtherEscrows,
        Self::OtherNonce,
        Self::OtherTag,
        Self::OtherScope,
        Self::OtherGroup,
        Self::OtherSecret,
        Self::OtherIdentifier,
        Self::NoWitness,
        Self::OtherBlinding,
        Self::GuessedMu,
        Self::LargerCommitment,
        Self::SmallerCommitment,
        Self::CancellingCommitments,
    ];

    /// Whether it changes a signature without a scope.
    pub(crate) const fn without_scope(self) -> bool {
        !matches!(self, Self::OtherTag | Self::OtherScope | Self::OtherGroup | Self::GuessedMu)
    }
}

pub(crate) fn sign(member: &Member, statement: &Statement, entropy: &[u8; 32]) -> Checked<Vec<u8>> {
    sign_falsely(member, statement, entropy, Deviation::None)
}

/// Steps 1 to 5, with a departure.
pub(crate) fn sign_falsely(
    member: &Member,
    statement: &Statement,
    entropy: &[u8; 32],
    deviation: Deviation,
) -> Checked<Vec<u8>> {
    Ok(steps(member, statement, entropy, deviation)?.0.encode())
}

/// Names and bytes of what a signature shows, of what it was made of, and of the whole.
pub(super) fn traced(
    member: &Member,
    statement: &Statement,
    entropy: &[u8; 32],
) -> Checked<Vec<(&'static str, Vec<u8>)>> {
    let (signature, secrets) = steps(member, statement, entropy, Deviation::None)?;
    let Signature { r, s, e0, e1, e2, j, t1, t2, t3, rho, epsilon, u, t, .. } = &signature;
    let c_point = member.credential.signature + member.credential.witness;
    let points = [
        ("C", &c_point),
        ("R", r),
        ("S", s),
        ("E0", e0),
        ("E1", e1),
        ("E2", e2),
        ("T1", t1),
        ("T2", t2),
        ("T3", t3),
    ];
    let base = statement.base()?;
    let tag = base.iter().map(|base| ("H", base)).chain(j.iter().map(|tag| ("J", tag)));
    let responses = [("rho", *rho), ("epsilon", *epsilon), ("u", *u), ("t", *t)];
    let points = points.into_iter().chain(tag).map(|(name, point)| (name, write_g1(point).to_vec()));
    let scalars =
        secrets.iter().chain(&responses).map(|(name, scalar)| (*name, write_scalar(scalar).to_vec()));
    Ok(points.chain(scalars).chain([("signature", signature.encode())]).collect())
}

/// The signature; and r, t, ρ, ε, the four nonces, μ and c.
fn steps(
    member: &Member,
    statement: &Statement,
    entropy: &[u8; 32],
    deviation: Deviation,
) -> Checked<(Signature, Vec<(&'static str, Scalar)>)> {
    let is = |which: Deviation| deviation == which;
    let other = Scalar::from(4711);
    let (p, g, k, y) = (G1Projective::generator(), generator("G"), generator("K"), generator("Y"));
    let (z, v, h) = (statement.group.escrow(), statement.epoch.value, statement.base()?);
    let mut transcript = statement.transcript();
    let mut nonces = transcript.nonces(&[&member.secret, &member.credential.identifier], entropy);
    let mut u = member.secret;
    let mut e = member.credential.identifier;
    let mut c_point = member.credential.signature + member.credential.witness;
    if is(Deviation::OtherSecret) {
        u += other;
    }
    if is(Deviation::OtherIdentifier) {
        e += other;
    }
    if is(Deviation::NoWitness) {
        c_point = member.credential.signature;
    }
    let q = k * u;

    // 1.
    let (r, t) = (nonces.scalar(), nonces.scalar());
    let blinded = c_point * r;
    let mut signature = Signature {
        epoch: statement.epoch.number,
        r: blinded,
        s: (g + v + q - c_point * e) * r,
        e0: p * t,
        e1: q + z * t,
        e2: q + y * t,
        j: h.map(|h| h * u),
        t1: G1Projective::identity(),
        t2: G1Projective::identity(),
        t3: G1Projective::identity(),
        rho: Scalar::zero(),
        epsilon: Scalar::zero(),
        u: Scalar::zero(),
        t: Scalar::zero(),
    };
    match deviation {
        Deviation::OtherEscrow => signature.e1 += k * other,
        Deviation::OtherSecondEscrow => signature.e2 += k * other,
        Deviation::OtherEscrows => {
            signature.e1 += k * other;
            signature.e2 += k * other;
        }
        Deviation::OtherNonce => signature.e0 += p * other,
        Deviation::OtherTag => signature.j = signature.j.map(|j| j + h.expect("with a tag") * other),
        Deviation::OtherScope => signature.j = Some(tag_base(&statement.group, b"another scope") * u),
        Deviation::OtherGroup => {
            let mut group = statement.group.clone();
            group.name.push(0);
            signature.j = statement.scope.as_ref().map(|scope| tag_base(&group, scope) * u);
        }
        Deviation::OtherBlinding => signature.s += p * other,
        Deviation::GuessedMu => {
            // μ·δ − μ²·δ/μ = 0.
            signature.e1 += k * other;
            signature.j = signature.j.map(|j| j - k);
        }
        _ => {}
    }

    // 2.
    signature.append_first(&mut transcript);
    let mu = transcript.challenge("mu")?;

    // 3.
    let rho = inverse(&r)?;
    let epsilon = e * rho;
    let (rho_, epsilon_, u_, t_) = (nonces.scalar(), nonces.scalar(), nonces.scalar(), nonces.scalar());
    signature.t1 = signature.s * rho_ + signature.r * epsilon_ - k * u_;
    signature.t2 = k * u_ + y * t_;
    signature.t3 = p * t_ + (k * u_ + z * t_) * mu;
    if let Some(h) = h {
        signature.t3 += h * (mu * mu * u_);
    }
    match deviation {
        Deviation::LargerCommitment => signature.t1 += p,
        Deviation::SmallerCommitment => signature.t1 -= p,
        Deviation::CancellingCommitments => {
            signature.t1 += p;
            signature.t2 -= p;
        }
        _ => {}
    }

    // 4.
    signature.append_second(&mut transcript);
    let c = transcript.challenge("c")?;

    // 5.
    signature.rho = rho_ + c * rho;
    signature.epsilon = epsilon_ + c * epsilon;
    signature.u = u_ + c * u;
    signature.t = t_ + c * t;
    let mut values = vec![("r", r), ("t_", t), ("rho_", rho), ("epsilon_", epsilon)];
    values.extend([("rho~", rho_), ("epsilon~", epsilon_), ("u~", u_), ("t~", t_), ("mu", mu), ("c", c)]);
    Ok((signature, values))
}

/// What an opening needs of a signature that holds.
pub(crate) struct Verified {
    pub(crate) digest: [u8; 64],
    pub(crate) tag: Option<[u8; 48]>,
    pub(super) e0: G1Projective,
    pub(super) e1: G1Projective,
}

pub(crate) fn verify(bytes: &[u8], statement: &Statement) -> Checked<Verified> {
    let signature = decode(bytes)?;
    let (p, g, k, y) = (G1Projective::generator(), generator("G"), generator("K"), generator("Y"));
    let (z, v, h) = (statement.group.escrow(), statement.epoch.value, statement.base()?);
    ensure(signature.epoch == statement.epoch.number, "another epoch")?;
    ensure(signature.j.is_some() == h.is_some(), "a tag and no scope, or a scope and no tag")?;
    let Signature { r, s, e0, e1, e2, j, t1, t2, t3, .. } = signature;
    ensure(![r, s, e0, e1, e2, t1, t2, t3].iter().any(is_identity), "an identity")?;
    let mut transcript = statement.transcript();
    signature.append_first(&mut transcript);
    let mu = transcript.challenge("mu")?;
    signature.append_second(&mut transcript);
    let c = transcript.challenge("c")?;
    let Signature { rho, epsilon, u, t, .. } = signature;

    ensure(t1 == s * rho + r * epsilon - k * u - (g + v) * c, "equation 1")?;
    ensure(t2 == k * u + y * t - e2 * c, "equation 2")?;
    let mut right = p * t + (k * u + z * t) * mu - (e0 + e1 * mu) * c;
    if let (Some(h), Some(j)) = (h, j) {
        right += h * (mu * mu * u) - j * (c * mu * mu);
    }
    ensure(t3 == right, "equation 3")?;
    ensure(pairings_agree(&r, &statement.group.issuer, &s), "equation 4")?;

    Ok(Verified { digest: signature.digest(transcript), tag: j.as_ref().map(write_g1), e0, e1 })
}
