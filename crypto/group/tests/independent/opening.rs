//! The openers' key and openings (`docs/scheme.md` §5 and §6; `docs/encoding.md`, "Openers").

use bls12_381::{G1Projective, Scalar};

use super::curve::{inverse, write_g1, write_scalar};
use super::group::{Group, Openers, encode_openers, evaluate, group_id};
use super::reader::Reader;
use super::signing::Verified;
use super::transcript::Transcript;
use super::{Checked, ensure};

/// One opener's polynomial.
pub(crate) struct Dealer {
    number: u16,
    coefficients: Vec<Scalar>,
}

impl Dealer {
    pub(crate) const fn new(number: u16, coefficients: Vec<Scalar>) -> Self {
        Self { number, coefficients }
    }

    /// f_i(j), with both numbers before it.
    pub(crate) fn share(&self, opener: u16) -> Vec<u8> {
        let mut value = Scalar::zero();
        for coefficient in self.coefficients.iter().rev() {
            value = value * Scalar::from(u64::from(opener)) + coefficient;
        }
        [&self.number.to_le_bytes()[..], &opener.to_le_bytes(), &write_scalar(&value)].concat()
    }
}

pub(super) fn dealing_transcript(
    context: &[u8],
    count: u16,
    dealer: u16,
    commitments: &[G1Projective],
) -> Checked<Transcript> {
    let mut transcript = Transcript::new("dealing");
    transcript.append("context", context);
    transcript.append_number("threshold", commitments.len() as u64);
    transcript.append_number("openers", u64::from(count));
    ensure(1 <= dealer && dealer <= count, "no such dealer")?;
    transcript.append_number("dealer", u64::from(dealer));
    let commitments: Vec<u8> = commitments.iter().flat_map(write_g1).collect();
    transcript.append("F", &commitments);
    Ok(transcript)
}

/// Commitments to the polynomial, and a proof that its constant is known.
pub(crate) fn deal(context: &[u8], count: u16, dealer: &Dealer, entropy: &[u8; 32]) -> Checked<Vec<u8>> {
    let base = G1Projective::generator();
    let commitments: Vec<_> = dealer.coefficients.iter().map(|coefficient| base * coefficient).collect();
    let mut transcript = dealing_transcript(context, count, dealer.number, &commitments)?;
    let constant = dealer.coefficients[0];
    let kappa = transcript.nonces(&[&constant], entropy).scalar();
    let commitment = base * kappa;
    transcript.append_point("R", &commitment);
    let response = kappa + transcript.challenge("c")? * constant;
    let mut bytes = dealer.number.to_le_bytes().to_vec();
    bytes.extend(commitments.iter().flat_map(write_g1));
    bytes.extend(write_g1(&commitment));
    bytes.extend(write_scalar(&response));
    Ok(bytes)
}

/// Dealer and commitments of a dealing that holds.
pub(crate) fn check_dealing(
    context: &[u8],
    threshold: u16,
    count: u16,
    dealing: &[u8],
) -> Checked<(u16, Vec<G1Projective>)> {
    let mut reader = Reader(dealing);
    let dealer = reader.u16()?;
    let commitments = (0..threshold).map(|_| reader.g1()).collect::<Checked<Vec<_>>>()?;
    let (commitment, response) = (reader.g1()?, reader.scalar()?);
    reader.end()?;
    let mut transcript = dealing_transcript(context, count, dealer, &commitments)?;
    transcript.append_point("R", &commitment);
    let challenge = transcript.challenge("c")?;
    let left = G1Projective::generator() * response;
    ensure(left == commitment + commitments[0] * challenge, "a false dealing")?;
    Ok((dealer, commitments))
}

/// f_i(j)·P = Σ jᵐ·F_(i,m); gives j and f_i(j).
pub(crate) fn check_share(dealing: &(u16, Vec<G1Projective>), share: &[u8]) -> Checked<(u16, Scalar)> {
    let mut reader = Reader(share);
    let (dealer, opener, value) = (reader.u16()?, reader.u16()?, reader.scalar()?);
    reader.end()?;
    ensure(dealer == dealing.0, "a share of another dealer")?;
    ensure(G1Projective::generator() * value == evaluate(&dealing.1, opener), "a false share")?;
    Ok((opener, value))
}

/// The sums of the dealings' commitments.
pub(crate) fn openers(count: u16, dealings: &[(u16, Vec<G1Projective>)]) -> Vec<u8> {
    let threshold = dealings[0].1.len();
    let mut sums = vec![G1Projective::identity(); threshold];
    for (_, commitments) in dealings {
        for (sum, commitment) in sums.iter_mut().zip(commitments) {
            *sum += commitment;
        }
    }
    encode_openers(&Openers { count, commitments: sums })
}

/// u16(j) ‖ z_j, the sum of all shares for j.
pub(crate) fn opener_key(opener: u16, shares: &[Scalar]) -> Vec<u8> {
    let sum = shares.iter().fold(Scalar::zero(), |sum, share| sum + share);
    [&opener.to_le_bytes()[..], &write_scalar(&sum)].concat()
}

pub(super) fn warrant_digest(document: &[u8]) -> [u8; 64] {
    let mut transcript = Transcript::new("warrant");
    transcript.append("document", document);
    transcript.challenge_bytes("warrant")
}

pub(super) fn transcript(
    group: &Group,
    signed: &Verified,
    document: &[u8],
    opener: u16,
    d: &G1Projective,
) -> Transcript {
    let mut transcript = Transcript::new("opening");
    transcript.append("group", &group_id(group));
    transcript.append("signature", &signed.digest);
    transcript.append("warrant", &warrant_digest(document));
    transcript.append_number("opener", u64::from(opener));
    transcript.append_point("D", d);
    transcript
}

/// One opener's part: D_j = z_j·E0 with a proof.
pub(crate) fn part(
    group: &Group,
    signed: &Verified,
    document: &[u8],
    key: &[u8],
    entropy: &[u8; 32],
) -> Checked<Vec<u8>> {
    let mut reader = Reader(key);
    let (opener, secret) = (reader.u16()?, reader.scalar()?);
    reader.end()?;
    let d = signed.e0 * secret;
    let transcript = transcript(group, signed, document, opener, &d);
    let kappa = transcript.nonces(&[&secret], entropy).scalar();
    part_with(transcript, signed, (opener, secret), kappa)
}

/// The same with a nonce of zero: R1 and R2 are the identity, and what is said is true.
pub(crate) fn part_without_nonce(
    group: &Group,
    signed: &Verified,
    document: &[u8],
    key: &[u8],
) -> Checked<Vec<u8>> {
    let mut reader = Reader(key);
    let (opener, secret) = (reader.u16()?, reader.scalar()?);
    let transcript = transcript(group, signed, document, opener, &(signed.e0 * secret));
    part_with(transcript, signed, (opener, secret), Scalar::zero())
}

fn part_with(
    mut transcript: Transcript,
    signed: &Verified,
    (opener, secret): (u16, Scalar),
    kappa: Scalar,
) -> Checked<Vec<u8>> {
    transcript.append_point("R1", &(G1Projective::generator() * kappa));
    transcript.append_point("R2", &(signed.e0 * kappa));
    let challenge = transcript.challenge("c")?;
    let response = kappa + challenge * secret;
    let scalars = [write_scalar(&challenge), write_scalar(&response)].concat();
    Ok([&opener.to_le_bytes()[..], &write_g1(&(signed.e0 * secret)), &scalars].concat())
}

#[derive(Clone)]
pub(crate) struct Part {
    pub(crate) opener: u16,
    d: G1Projective,
    challenge: Scalar,
    response: Scalar,
}

fn read_part(reader: &mut Reader<'_>) -> Checked<Part> {
    let part = Part {
        opener: reader.u16()?,
        d: reader.g1()?,
        challenge: reader.scalar()?,
        response: reader.scalar()?,
    };
    ensure(part.challenge != Scalar::zero(), "a challenge of zero")?;
    Ok(part)
}

pub(crate) fn decode_part(bytes: &[u8]) -> Checked<Part> {
    let mut reader = Reader(bytes);
    let part = read_part(&mut reader)?;
    reader.end()?;
    Ok(part)
}

/// R1 = s·P − c·Z_j and R2 = s·E0 − c·D_j hash to c.
fn check_part(group: &Group, signed: &Verified, document: &[u8], part: &Part) -> Checked<()> {
    let Part { opener, d, challenge, response } = part;
    ensure(1 <= *opener && *opener <= group.openers.count, "no such opener")?;
    let mut transcript = transcript(group, signed, document, *opener, d);
    let share = group.openers.share(*opener);
    transcript.append_point("R1", &(G1Projective::generator() * response - share * challenge));
    transcript.append_point("R2", &(signed.e0 * response - d * challenge));
    ensure(transcript.challenge("c")? == *challenge, "a false part")
}

pub(crate) fn verify_part(group: &Group, signed: &Verified, document: &[u8], part: &[u8]) -> Checked<()> {
    check_part(group, signed, document, &decode_part(part)?)
}

/// k parts, in ascending order.
pub(crate) fn combine(parts: &[Vec<u8>]) -> Checked<Vec<u8>> {
    let mut parts = parts.to_vec();
    parts.sort_by_key(|part| u16::from_le_bytes([part[0], part[1]]));
    let count = u16::try_from(parts.len()).map_err(|_| "too many parts")?;
    Ok([&count.to_le_bytes()[..], &parts.concat()].concat())
}

pub(crate) fn decode_opening(bytes: &[u8]) -> Checked<Vec<Part>> {
    let mut reader = Reader(bytes);
    let count = reader.u16()?;
    ensure(count <= 64, "more parts than anybody has openers")?;
    let parts = (0..count).map(|_| read_part(&mut reader)).collect::<Checked<Vec<_>>>()?;
    reader.end()?;
    ensure(parts.windows(2).all(|pair| pair[0].opener < pair[1].opener), "not in ascending order")?;
    Ok(parts)
}

/// All parts hold and there are k: the bytes of Q = E1 − Σ λ_j·D_j.
pub(crate) fn verify_opening(
    group: &Group,
    signed: &Verified,
    document: &[u8],
    opening: &[u8],
) -> Checked<[u8; 48]> {
    let parts = decode_opening(opening)?;
    ensure(parts.len() == usize::from(group.openers.threshold()), "not k parts")?;
    let numbers: Vec<u16> = parts.iter().map(|part| part.opener).collect();
    let mut key = signed.e1;
    for part in &parts {
        check_part(group, signed, document, part)?;
        key -= part.d * lambda(part.opener, &numbers)?;
    }
    Ok(write_g1(&key))
}

/// λ_j = Π i/(i − j).
pub(super) fn lambda(opener: u16, openers: &[u16]) -> Checked<Scalar> {
    let number = |opener: u16| Scalar::from(u64::from(opener));
    let mut lambda = Scalar::one();
    for other in openers.iter().filter(|other| **other != opener) {
        lambda *= number(*other) * inverse(&(number(*other) - number(opener)))?;
    }
    Ok(lambda)
}
