//! Rings of 2 to 8: LSAG with H(scope) for the base (`docs/scheme.md` §2, `docs/encoding.md` form 1).

use curve25519_dalek::{RistrettoPoint, Scalar, constants::RISTRETTO_BASEPOINT_POINT as G};

use super::{Checked, SMALL, Signature, Statement, group, transcript::Transcript};

const FORM: u8 = 1;

/// c_(i+1) from L and R of member i, on a copy of the statement's transcript.
fn next(transcript: &Transcript, left: RistrettoPoint, right: RistrettoPoint) -> Checked<Scalar> {
    let mut copy = transcript.clone();
    copy.append("L", &left.compress().to_bytes());
    copy.append("R", &right.compress().to_bytes());
    copy.challenge("c")
}

pub(super) fn sign(statement: &Statement<'_>, key: &Scalar, entropy: &[u8; 32]) -> Checked<Vec<u8>> {
    let tag = key * group::base_of_scope(statement.scope);
    let mut nonces = statement.transcript(FORM, &tag).nonces(key, entropy);
    let first = nonces.scalar();
    let decoys: Vec<Scalar> = statement.ring.members.iter().map(|_| nonces.scalar()).collect();
    sign_with(statement, key, &first, &mut |member, _| decoys[member])
}

/// Signs with u and the other members' responses as given; a response may depend on its member's challenge.
pub(crate) fn sign_with(
    statement: &Statement<'_>,
    key: &Scalar,
    first: &Scalar,
    respond: &mut dyn FnMut(usize, &Scalar) -> Scalar,
) -> Checked<Vec<u8>> {
    let (members, place) = (statement.points()?, statement.place(key)?);
    let count = members.len();
    let base = group::base_of_scope(statement.scope);
    let tag = key * base;
    let transcript = statement.transcript(FORM, &tag);

    let mut challenges = vec![Scalar::ZERO; count];
    let mut responses = vec![Scalar::ZERO; count];
    challenges[(place + 1) % count] = next(&transcript, first * G, first * base)?;
    for step in 1..count {
        let i = (place + step) % count;
        let (c, s) = (challenges[i], respond(i, &challenges[i]));
        responses[i] = s;
        challenges[(i + 1) % count] = next(&transcript, s * G + c * members[i], s * base + c * tag)?;
    }
    responses[place] = first - challenges[place] * key;

    let mut bytes = vec![FORM];
    bytes.extend(tag.compress().to_bytes());
    bytes.extend(challenges[0].to_bytes());
    responses.iter().for_each(|response| bytes.extend(response.to_bytes()));
    Ok(bytes)
}

pub(super) fn decode(words: &[&[u8]]) -> Checked<Signature> {
    let [tag, challenge, responses @ ..] = words else { return Err("too short") };
    if !(2..=SMALL).contains(&responses.len()) {
        return Err("2 to 8 responses");
    }
    let challenge = group::scalar(challenge)?;
    if challenge == Scalar::ZERO {
        return Err("a challenge of zero");
    }
    let responses = responses.iter().map(|word| group::scalar(word)).collect::<Checked<_>>()?;
    Ok(Signature::Lsag { tag: group::element(tag)?, challenge, responses })
}

pub(super) fn verify(
    statement: &Statement<'_>,
    tag: &RistrettoPoint,
    challenge: &Scalar,
    responses: &[Scalar],
) -> Checked<()> {
    let members = statement.points()?;
    if members.len() != responses.len() {
        return Err("not a response for each member");
    }
    let base = group::base_of_scope(statement.scope);
    let transcript = statement.transcript(FORM, tag);
    let mut c = *challenge;
    for (member, s) in members.iter().zip(responses) {
        c = next(&transcript, s * G + c * member, s * base + c * tag)?;
    }
    if c == *challenge { Ok(()) } else { Err("the ring does not close") }
}
