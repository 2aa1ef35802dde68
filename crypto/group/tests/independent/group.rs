//! Group, epochs and updates (`docs/scheme.md` §2; `docs/encoding.md`, "Group, epoch" and "Update").

use bls12_381::{G1Projective, G2Projective, Scalar};

use super::curve::{hash_to_g1, inverse, is_identity, pairings_agree, write_g1, write_g2, write_scalar};
use super::reader::Reader;
use super::transcript::Transcript;
use super::{Checked, ensure};

/// F_0, …, F_(k−1) of n openers.
#[derive(Clone)]
pub(crate) struct Openers {
    pub(crate) count: u16,
    pub(crate) commitments: Vec<G1Projective>,
}

impl Openers {
    pub(crate) fn threshold(&self) -> u16 {
        u16::try_from(self.commitments.len()).expect("at most 64")
    }

    /// Z_j = Σ jⁱ·F_i.
    pub(super) fn share(&self, opener: u16) -> G1Projective {
        evaluate(&self.commitments, opener)
    }
}

/// Σ jⁱ·F_i: from the last commitment on, j times what there is and the one before.
pub(super) fn evaluate(commitments: &[G1Projective], place: u16) -> G1Projective {
    let mut sum = G1Projective::identity();
    for commitment in commitments.iter().rev() {
        let mut multiple = G1Projective::identity();
        for _ in 0..place {
            multiple += sum;
        }
        sum = multiple + commitment;
    }
    sum
}

#[derive(Clone)]
pub(crate) struct Group {
    pub(crate) name: Vec<u8>,
    pub(crate) issuer: G2Projective,
    pub(crate) openers: Openers,
}

impl Group {
    /// Z.
    pub(super) fn escrow(&self) -> G1Projective {
        self.openers.commitments[0]
    }
}

/// Number and V.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Epoch {
    pub(crate) number: u64,
    pub(crate) value: G1Projective,
}

/// e_i and V_i.
#[derive(Clone)]
pub(crate) struct Removal {
    pub(crate) identifier: Scalar,
    pub(crate) value: G1Projective,
}

#[derive(Clone)]
pub(crate) struct Update {
    pub(crate) from: u64,
    pub(crate) removals: Vec<Removal>,
}

/// X = γ·P2.
pub(crate) fn issuer_key(secret: &Scalar) -> G2Projective {
    G2Projective::generator() * secret
}

fn read_openers(reader: &mut Reader<'_>) -> Checked<Openers> {
    let (count, threshold) = (reader.u16()?, reader.u16()?);
    ensure(1 <= threshold && threshold <= count && count <= 64, "no threshold of openers")?;
    let commitments = (0..threshold).map(|_| reader.g1()).collect::<Checked<_>>()?;
    let openers = Openers { count, commitments };
    ensure(
        !(1..=count).any(|opener| is_identity(&openers.share(opener))),
        "an opener's key is the identity",
    )?;
    Ok(openers)
}

pub(crate) fn decode_openers(bytes: &[u8]) -> Checked<Openers> {
    let mut reader = Reader(bytes);
    let openers = read_openers(&mut reader)?;
    reader.end()?;
    Ok(openers)
}

pub(super) fn encode_openers(openers: &Openers) -> Vec<u8> {
    let mut bytes = [openers.count.to_le_bytes(), openers.threshold().to_le_bytes()].concat();
    bytes.extend(openers.commitments.iter().flat_map(write_g1));
    bytes
}

pub(crate) fn decode_group(bytes: &[u8]) -> Checked<Group> {
    let mut reader = Reader(bytes);
    let length = usize::from(reader.u16()?);
    ensure((1..=1024).contains(&length), "a name of 1 to 1,024 bytes")?;
    let name = reader.bytes(length)?.to_vec();
    let issuer = reader.g2()?;
    let openers = read_openers(&mut reader)?;
    reader.end()?;
    Ok(Group { name, issuer, openers })
}

pub(crate) fn encode_group(group: &Group) -> Vec<u8> {
    let length = u16::try_from(group.name.len()).expect("at most 1,024");
    [&length.to_le_bytes()[..], &group.name, &write_g2(&group.issuer), &encode_openers(&group.openers)]
        .concat()
}

pub(crate) fn group_id(group: &Group) -> [u8; 64] {
    let mut transcript = Transcript::new("id");
    transcript.append("name", &group.name);
    transcript.append("X", &write_g2(&group.issuer));
    transcript.append_number("openers", u64::from(group.openers.count));
    transcript.append_number("threshold", u64::from(group.openers.threshold()));
    let keys: Vec<u8> = group.openers.commitments.iter().flat_map(write_g1).collect();
    transcript.append("keys", &keys);
    transcript.challenge_bytes("group")
}

/// What the account's key signs.
pub(crate) fn consent(group: &Group, account: &[u8], key: &G1Projective) -> Vec<u8> {
    let mut transcript = Transcript::new("consent");
    transcript.append("group", &group_id(group));
    transcript.append("account", account);
    transcript.append_point("Q", key);
    transcript.frames()
}

/// The scope of an epoch.
pub(crate) fn epoch_scope(group: &Group, number: u64) -> Vec<u8> {
    let mut transcript = Transcript::new("epoch-scope");
    transcript.append("group", &group_id(group));
    transcript.append_number("epoch", number);
    transcript.frames()
}

pub(crate) fn first_epoch(group: &Group) -> Epoch {
    renewed(group, 0)
}

pub(crate) fn renewed(group: &Group, number: u64) -> Epoch {
    let message = [&group_id(group)[..], &number.to_le_bytes()].concat();
    Epoch { number, value: hash_to_g1(&message, "accumulator") }
}

pub(crate) fn decode_epoch(bytes: &[u8]) -> Checked<Epoch> {
    let mut reader = Reader(bytes);
    let epoch = Epoch { number: reader.u64()?, value: reader.g1()? };
    reader.end()?;
    Ok(epoch)
}

pub(crate) fn encode_epoch(epoch: &Epoch) -> Vec<u8> {
    [&epoch.number.to_le_bytes()[..], &write_g1(&epoch.value)].concat()
}

pub(crate) fn decode_update(bytes: &[u8]) -> Checked<Update> {
    let mut reader = Reader(bytes);
    let (from, count) = (reader.u64()?, reader.u32()?);
    ensure((1..=10_000).contains(&count), "no number of removals")?;
    let removals = (0..count)
        .map(|_| Ok(Removal { identifier: reader.scalar()?, value: reader.g1()? }))
        .collect::<Checked<_>>()?;
    reader.end()?;
    Ok(Update { from, removals })
}

pub(crate) fn encode_update(update: &Update) -> Vec<u8> {
    let count = u32::try_from(update.removals.len()).expect("at most 10,000");
    let mut bytes = [&update.from.to_le_bytes()[..], &count.to_le_bytes()].concat();
    for removal in &update.removals {
        bytes.extend(write_scalar(&removal.identifier));
        bytes.extend(write_g1(&removal.value));
    }
    bytes
}

/// V_i = V_(i−1)/(γ + e_i).
pub(crate) fn revoke(secret: &Scalar, epoch: &Epoch, identifiers: &[Scalar]) -> Checked<Update> {
    let mut value = epoch.value;
    let mut removals = Vec::new();
    for identifier in identifiers {
        value *= inverse(&(secret + identifier))?;
        removals.push(Removal { identifier: *identifier, value });
    }
    Ok(Update { from: epoch.number, removals })
}

/// e(V_i, X + e_i·P2) = e(V_(i−1), P2), one after the other.
pub(crate) fn apply(group: &Group, epoch: &Epoch, update: &Update) -> Checked<Epoch> {
    ensure(update.from == epoch.number, "an update of another epoch")?;
    let mut value = epoch.value;
    for (place, removal) in update.removals.iter().enumerate() {
        let earlier = &update.removals[..place];
        ensure(!earlier.iter().any(|other| other.identifier == removal.identifier), "removed twice")?;
        let key = group.issuer + G2Projective::generator() * removal.identifier;
        ensure(pairings_agree(&removal.value, &key, &value), "a false removal")?;
        value = removal.value;
    }
    Ok(Epoch { number: update.from.checked_add(1).ok_or("no next epoch")?, value })
}
