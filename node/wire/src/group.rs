//! How a member of a group sends a transaction unnamed, and how anybody checks who it was once openers have said so.
//!
//! 1. The member reads group and epoch with proof, and follows the updates since its last one.
//! 2. It signs a payload with [`Payload::sign_by_group`]: what is signed are the transaction's bytes; the scope is that of the
//!    payload, bound to network and group.
//! 3. The ledger takes the signature in the epoch in force, and each tag once within a scope.
//! 4. An opening is checked from the ledger's records alone, with [`check_opening`].

use hufu_group::{Epoch, Group, Member, Opening, Scope, Signature, Verified};
use hufu_keys::Domain;
use hufu_light::{
    EpochRecord, GroupName, GroupRecord, Hash, MEMBER_KEY_BYTES, OpeningRecord, ReportRecord, Transaction,
    TransactionSignature, TrustAnchor,
};

use crate::{Error, Payload};

fn malformed(what: &'static str) -> impl Fn(hufu_group::Error) -> Error {
    move |e| Error::Malformed { what, reason: e.to_string() }
}

/// The scope that a payload's words stand for: bound to the network by its genesis, and to the group.
fn scope(payload: &Payload) -> Result<Scope, Error> {
    let parts =
        [payload.genesis_hash.as_bytes().as_slice(), payload.sender.as_bytes(), payload.scope.as_bytes()];
    // framed words may be longer than a scope: their hash stands for them
    Scope::new(Hash::framed(Domain::TransactionScope, &parts).as_bytes()).map_err(malformed("scope"))
}

impl Payload {
    /// A payload of a member of a group, who stays unnamed. The module says which scope an operation asks for.
    ///
    /// `nonce` is random, as for [`Payload::by_ring`].
    #[must_use]
    pub fn by_group(
        anchor: &TrustAnchor,
        group: &GroupName,
        scope: &str,
        nonce: u64,
        expiry_height: u64,
        module: &str,
        operation: Vec<u8>,
    ) -> Self {
        let payload = Self::new(anchor, &group.to_string(), nonce, expiry_height, module, operation);
        Self { scope: scope.to_owned(), ..payload }
    }

    /// A transaction of a member of the group that the payload names.
    ///
    /// # Errors
    /// [`Error::Malformed`] with probability 2⁻²⁵⁰, if a value of the signature degenerates.
    pub fn sign_by_group(
        &self,
        member: &Member,
        rng: &mut impl rand_core::CryptoRng,
    ) -> Result<Transaction, Error> {
        let mut transaction = Transaction::new(self.to_bytes());
        let signature = member.sign(Some(&scope(self)?), &transaction.signing_bytes(), rng);
        let signature = signature.map_err(malformed("group signature"))?.to_bytes();
        transaction.signatures.push(TransactionSignature { method: self.sender.clone(), signature });
        Ok(transaction)
    }

    /// The one signature of a transaction with this payload, which tells the epoch that it is of.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn group_signature(&self, transaction: &Transaction) -> Result<Signature, Error> {
        let refuse = |reason: String| Error::Malformed { what: "group signature", reason };
        let [signature] = transaction.signatures.as_slice() else {
            return Err(refuse(format!("{} signatures instead of one", transaction.signatures.len())));
        };
        if signature.method != self.sender {
            return Err(refuse(format!("it is by {:?}, the payload by {:?}", signature.method, self.sender)));
        }
        Signature::from_bytes(&signature.signature).map_err(malformed("group signature"))
    }

    /// Checks a group's signature on a transaction with this payload. What is verified tells the tag, and can be opened.
    ///
    /// # Errors
    /// [`Error::Malformed`] with the reason, also for a signature that does not hold or is of another epoch.
    pub fn verify_by_group(
        &self,
        transaction: &Transaction,
        group: &Group,
        epoch: &Epoch,
    ) -> Result<Verified, Error> {
        let signature = self.group_signature(transaction)?;
        signature
            .verify(group, epoch, Some(&scope(self)?), &transaction.signing_bytes())
            .map_err(malformed("group signature"))
    }
}

/// Checks a report: that a member of the group sent this transaction in this epoch.
///
/// # Errors
/// [`Error::Malformed`] names what does not hold.
pub fn check_report(
    anchor: &TrustAnchor,
    name: &GroupName,
    group: &Group,
    epoch: &EpochRecord,
    report: &ReportRecord,
) -> Result<(Hash, Payload, Verified), Error> {
    let refuse = |reason: &str| Error::Malformed { what: "report", reason: reason.to_owned() };
    let (id, transaction) = report.transaction()?;
    let payload = Payload::parse(&transaction.payload)?;
    if payload.sender != name.to_string() {
        return Err(refuse("it is not of this group"));
    }
    if payload.network != anchor.network || payload.genesis_hash != anchor.genesis_hash {
        return Err(refuse("it was made for another network"));
    }
    let verified = payload.verify_by_group(&transaction, group, &epoch.epoch(group)?)?;
    if epoch.number != report.epoch || verified.tag().is_none_or(|tag| tag.to_bytes() != report.tag) {
        return Err(refuse("epoch and tag are not those of its signature"));
    }
    Ok((id, payload, verified))
}

/// Checks an opening as an outsider: that the openers' parts are theirs, for this request and this report, and which member key
/// they give. Whose key it is says the [`MemberRecord`](hufu_light::MemberRecord) of that key.
///
/// # Errors
/// [`Error::Malformed`] names what does not hold.
///
/// # Security
/// The records must have been read with proof, each under its own key.
pub fn check_opening(
    anchor: &TrustAnchor,
    record: &GroupRecord,
    epoch: &EpochRecord,
    report: &ReportRecord,
    opening: &OpeningRecord,
) -> Result<[u8; MEMBER_KEY_BYTES], Error> {
    let refuse = |reason: String| Error::Malformed { what: "opening", reason };
    let group = record.group(anchor)?;
    let (id, _, verified) = check_report(anchor, &record.name, &group, epoch, report)?;
    if id != opening.report {
        return Err(refuse(format!("it is of report {}, not {id}", opening.report)));
    }
    let parts = opening.partial_openings()?;
    for (part, given) in parts.iter().zip(&opening.parts) {
        let named = usize::from(part.opener()).checked_sub(1).and_then(|index| record.openers.get(index));
        if named != Some(&given.opener) {
            return Err(refuse(format!("part {} is not {}'s", part.opener(), given.opener)));
        }
    }
    let warrant = OpeningRecord::warrant_of(anchor, &record.name, &opening.id);
    let combined = Opening::combine(&group, &verified, &warrant, &parts).map_err(malformed("opening"))?;
    if !combined.culprits.is_empty() {
        return Err(refuse(format!("the parts of openers {:?} are false", combined.culprits)));
    }
    let key = combined.key.to_bytes();
    match &opening.opened {
        Some(opened) if opened.key != key => Err(refuse("its parts give another member key".to_owned())),
        _ => Ok(key),
    }
}

#[cfg(test)]
mod tests {
    use hufu_group::{Ceremony, Invitation, Issuer, MemberSecret, MemoryRegister, Parameters};
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    fn anchor() -> TrustAnchor {
        TrustAnchor { network: "dev".parse().unwrap(), genesis_hash: Hash::from_bytes([1; 32]) }
    }

    struct World {
        name: GroupName,
        group: Group,
        epoch: Epoch,
        members: Vec<Member>,
        rng: ChaCha20Rng,
    }

    fn world(seed: u8) -> World {
        let mut rng = ChaCha20Rng::from_seed([seed; 32]);
        let name = GroupName::new("press").unwrap();
        let ceremony = Ceremony::new(b"openers", 1, 1).unwrap();
        let (_, dealing) = ceremony.deal(1, &mut rng).unwrap();
        let issuer = Issuer::generate(&mut rng).unwrap();
        let openers = ceremony.openers(&[dealing]).unwrap();
        let full = name.full(&anchor());
        let group = Group::new(&Parameters::new(), full.as_bytes(), issuer.key(), openers).unwrap();
        let (epoch, mut register) = (group.first_epoch(), MemoryRegister::new());
        let members = (0..2)
            .map(|n| {
                let invitation = Invitation::new(b"did:example:a", [n; 32]).unwrap();
                let secret = MemberSecret::generate(&mut rng).unwrap();
                let request = secret.request(&group, &invitation, &mut rng).unwrap();
                let (credential, enrolment) =
                    issuer.admit(&group, &epoch, &request, &invitation, &register, &mut rng).unwrap();
                register.insert(b"did:example:a", b"", enrolment).unwrap();
                Member::new(&group, &epoch, secret, credential).unwrap()
            })
            .collect();
        World { name, group, epoch, members, rng }
    }

    #[test]
    fn a_member_signs_unnamed_and_links_within_a_scope_only() {
        let mut world = world(4);
        let payload = |scope: &str, nonce| {
            Payload::by_group(&anchor(), &world.name, scope, nonce, 100, "group", b"{}".to_vec())
        };
        let mut tag = |payload: &Payload, member: usize| {
            let transaction = payload.sign_by_group(&world.members[member], &mut world.rng).unwrap();
            assert_eq!(Payload::parse(&transaction.payload).unwrap(), *payload);
            let read = Transaction::from_bytes(&transaction.to_bytes()).unwrap();
            payload.verify_by_group(&read, &world.group, &world.epoch).unwrap().tag().unwrap()
        };
        let (first, again) = (tag(&payload("report/a", 1), 0), tag(&payload("report/a", 2), 0));
        assert_eq!(first, again, "one member in one scope");
        assert_ne!(first, tag(&payload("report/b", 1), 0), "another scope");
        assert_ne!(first, tag(&payload("report/a", 1), 1), "another member");
    }

    #[test]
    fn what_is_signed_cannot_be_changed() {
        let mut world = world(5);
        let payload = Payload::by_group(&anchor(), &world.name, "report/a", 1, 100, "group", b"{}".to_vec());
        let transaction = payload.sign_by_group(&world.members[0], &mut world.rng).unwrap();
        let holds = |payload: &Payload| {
            let other = Transaction { payload: payload.to_bytes(), ..transaction.clone() };
            payload.verify_by_group(&other, &world.group, &world.epoch).is_ok()
        };
        assert!(holds(&payload));
        let other_genesis = TrustAnchor { genesis_hash: Hash::ZERO, ..anchor() };
        for changed in [
            Payload { scope: "report/b".into(), ..payload.clone() },
            Payload { operation: b"{ }".to_vec(), ..payload.clone() },
            Payload { sequence: 2, ..payload.clone() },
            Payload { expiry_height: 101, ..payload.clone() },
            Payload { genesis_hash: other_genesis.genesis_hash, ..payload.clone() },
            Payload { module: "governance".into(), ..payload.clone() },
        ] {
            assert!(!holds(&changed), "{changed:?}");
        }
        let renamed = Payload { sender: "group:other".into(), ..payload.clone() };
        assert!(renamed.verify_by_group(&transaction, &world.group, &world.epoch).is_err());
        let mut twice = transaction.clone();
        twice.signatures.push(twice.signatures[0].clone());
        assert!(payload.verify_by_group(&twice, &world.group, &world.epoch).is_err());
        let later = Epoch::renewed(&world.group, 1);
        let words = payload.verify_by_group(&transaction, &world.group, &later).unwrap_err().to_string();
        assert!(words.contains("too old"), "{words}");
    }
}
