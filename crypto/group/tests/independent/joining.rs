//! Joining, and what a member keeps (`docs/scheme.md` §2 and §4; `docs/encoding.md`, "Joining").

use bls12_381::{G1Projective, G2Projective, Scalar};

use super::curve::{generator, inverse, pairings_agree, write_g1, write_scalar};
use super::group::{Epoch, Group, Update, group_id};
use super::reader::Reader;
use super::transcript::Transcript;
use super::{Checked, ensure};

pub(super) fn transcript(group: &Group, account: &[u8], nonce: &[u8; 32], key: &G1Projective) -> Transcript {
    let mut transcript = Transcript::new("join");
    transcript.append("group", &group_id(group));
    transcript.append("account", account);
    transcript.append("nonce", nonce);
    transcript.append_point("Q", key);
    transcript
}

/// Q, R, s: a proof that u is known.
pub(crate) fn request(
    group: &Group,
    account: &[u8],
    nonce: &[u8; 32],
    secret: &Scalar,
    entropy: &[u8; 32],
) -> Checked<Vec<u8>> {
    let base = generator("K");
    let key = base * secret;
    let mut transcript = transcript(group, account, nonce, &key);
    let k = transcript.nonces(&[secret], entropy).scalar();
    let commitment = base * k;
    transcript.append_point("R", &commitment);
    let response = k + transcript.challenge("c")? * secret;
    Ok([&write_g1(&key)[..], &write_g1(&commitment), &write_scalar(&response)].concat())
}

/// s·K = R + c·Q; gives Q.
pub(crate) fn verify_request(
    group: &Group,
    account: &[u8],
    nonce: &[u8; 32],
    request: &[u8],
) -> Checked<G1Projective> {
    let mut reader = Reader(request);
    let (key, commitment, response) = (reader.g1()?, reader.g1()?, reader.scalar()?);
    reader.end()?;
    let mut transcript = transcript(group, account, nonce, &key);
    transcript.append_point("R", &commitment);
    let challenge = transcript.challenge("c")?;
    ensure(generator("K") * response == commitment + key * challenge, "a false join proof")?;
    Ok(key)
}

/// A = (G + Q)/(γ + e) and W = V/(γ + e).
#[derive(Clone)]
pub(crate) struct Credential {
    pub(crate) epoch: u64,
    pub(crate) signature: G1Projective,
    pub(crate) witness: G1Projective,
    pub(crate) identifier: Scalar,
}

impl Credential {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let points = [write_g1(&self.signature), write_g1(&self.witness)].concat();
        [&self.epoch.to_le_bytes()[..], &points, &write_scalar(&self.identifier)].concat()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Checked<Self> {
        let mut reader = Reader(bytes);
        let (epoch, signature, witness) = (reader.u64()?, reader.g1()?, reader.g1()?);
        let identifier = reader.scalar()?;
        reader.end()?;
        Ok(Self { epoch, signature, witness, identifier })
    }
}

/// The issuer's answer to a request that holds.
pub(crate) fn admit(
    secret: &Scalar,
    epoch: &Epoch,
    key: &G1Projective,
    identifier: Scalar,
) -> Checked<Credential> {
    let divisor = inverse(&(secret + identifier))?;
    Ok(Credential {
        epoch: epoch.number,
        signature: (generator("G") + key) * divisor,
        witness: epoch.value * divisor,
        identifier,
    })
}

/// A witness for an epoch: u64(epoch) ‖ W.
pub(crate) fn witness(secret: &Scalar, epoch: &Epoch, identifier: &Scalar) -> Checked<Vec<u8>> {
    let value = epoch.value * inverse(&(secret + identifier))?;
    Ok([&epoch.number.to_le_bytes()[..], &write_g1(&value)].concat())
}

#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) secret: Scalar,
    pub(crate) credential: Credential,
}

/// e(W, X + e·P2) = e(V, P2).
fn check_witness(group: &Group, epoch: &Epoch, credential: &Credential) -> Checked<()> {
    ensure(credential.epoch == epoch.number, "a witness of another epoch")?;
    let key = group.issuer + G2Projective::generator() * credential.identifier;
    ensure(pairings_agree(&credential.witness, &key, &epoch.value), "a false witness")
}

/// A member's check of its credential: e(A, X + e·P2) = e(G + Q, P2), and the witness.
pub(crate) fn join(group: &Group, epoch: &Epoch, secret: &Scalar, credential: &[u8]) -> Checked<Member> {
    let credential = Credential::decode(credential)?;
    check_witness(group, epoch, &credential)?;
    let key = group.issuer + G2Projective::generator() * credential.identifier;
    let signed = generator("G") + generator("K") * secret;
    ensure(pairings_agree(&credential.signature, &key, &signed), "a false credential")?;
    Ok(Member { secret: *secret, credential })
}

/// W* = (W − V*)/(e* − e), removal by removal. The update was applied to the epoch before.
pub(crate) fn follow(member: &mut Member, update: &Update) -> Checked<()> {
    ensure(update.from == member.credential.epoch, "an update of another epoch")?;
    let mut witness = member.credential.witness;
    for removal in &update.removals {
        let difference = removal.identifier - member.credential.identifier;
        witness = (witness - removal.value) * inverse(&difference)?;
    }
    member.credential.witness = witness;
    member.credential.epoch = update.from.checked_add(1).ok_or("no next epoch")?;
    Ok(())
}

/// The issuer's witness for another epoch.
pub(crate) fn renew(group: &Group, epoch: &Epoch, member: &mut Member, witness: &[u8]) -> Checked<()> {
    let mut reader = Reader(witness);
    let mut credential = member.credential.clone();
    (credential.epoch, credential.witness) = (reader.u64()?, reader.g1()?);
    reader.end()?;
    check_witness(group, epoch, &credential)?;
    member.credential = credential;
    Ok(())
}
