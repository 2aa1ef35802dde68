//! What one of a ring, or a member of a group, sends unnamed to a ledger, and the records that it is checked by: only what a member
//! has sent holds, for what was sent, and an opening gives no other member's key.

use std::sync::LazyLock;

use hufu_group::{
    Ceremony, Epoch, Group, Invitation, Issuer, Member, MemberSecret, MemoryRegister, OpenerKey,
};
use hufu_light::{
    AccountRecord, EpochHead, EpochRecord, GroupName, GroupRecord, Hash, MEMBER_KEY_BYTES, MemberRecord,
    OpenedSigner, OpeningPart, OpeningRecord, ReportRecord, RingMember, RingRecord, Transaction,
    TransactionSignature, TrustAnchor,
};
use hufu_ring::{Ring, SigningKey};
use hufu_wire::{Payload, UNNAMED_SCHEME, UnnamedAuthorization, UnnamedRequest, check_opening, check_report};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

use super::ledger::GENESIS;

const URL: &str = "https://hufu.example/v1/groups?limit=1";
const OPENERS: u16 = 2;

/// A ledger's ring and group, and all that their members and openers ever made.
struct Known {
    anchor: TrustAnchor,
    ring_record: RingRecord,
    ring: Ring,
    record: GroupRecord,
    group: Group,
    epoch: Epoch,
    epoch_record: EpochRecord,
    member: [u8; MEMBER_KEY_BYTES],
    requests: Vec<UnnamedAuthorization>,
    texts: Vec<String>,
    transactions: Vec<Transaction>,
    report: ReportRecord,
    opening: OpeningRecord,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let rng = &mut ChaCha20Rng::from_seed([2; 32]);
    let anchor = GENESIS.anchor();
    let keys: Vec<SigningKey> = (0..3).map(|_| SigningKey::generate(rng)).collect();
    let ring_record = ring_record(&keys);
    let ring = ring_record.ring(&anchor).expect("a ring");
    let (name, openers, group, member) = group(&anchor, rng);
    let epoch = group.first_epoch();
    let (height, time_ms) = (3, 4);
    let record = GroupRecord {
        name: name.clone(),
        manager: "did:example:manager".to_owned(),
        openers: (1..=OPENERS).map(opener).collect(),
        threshold: 1,
        group: group.to_bytes(),
        height,
        time_ms,
    };
    let epoch_record = EpochRecord {
        number: 0,
        epoch: epoch.to_bytes().to_vec(),
        update: None,
        reason: None,
        height,
        time_ms,
    };

    let (of_ring, of_group) = (ring_record.name().expect("a name").to_string(), name.to_string());
    let request = |of| UnnamedRequest { anchor: &anchor, of, url: URL, time_ms: 5, nonce: [6; 16] };
    let by_ring = request(&of_ring).sign_by_ring(&ring, &keys[1], rng).expect("a member signs");
    let by_group = request(&of_group).sign_by_group(&member, rng).expect("a member signs");
    let value = |header: String| header[UNNAMED_SCHEME.len() + 1..].to_owned();
    let texts = [by_ring, by_group].map(value).to_vec();
    let requests = texts.iter().map(|text| UnnamedAuthorization::parse(text).expect("our own")).collect();

    let ring_name = ring_record.name().expect("a name");
    let vote = Payload::by_ring(&anchor, &ring_name, "ballot/1", 7, 100, "governance", b"yes".to_vec());
    let vote = vote.sign_by_ring(&ring, &keys[2], rng).expect("a member signs");
    let payload = Payload::by_group(&anchor, &name, "report/a", 8, 100, "group", b"{}".to_vec());
    let transaction = payload.sign_by_group(&member, rng).expect("a member signs");
    let verified = payload.verify_by_group(&transaction, &group, &epoch).expect("it was just signed");
    let report = ReportRecord {
        subject: "a".to_owned(),
        epoch: 0,
        tag: verified.tag().expect("a scope makes a tag").to_bytes(),
        transaction: transaction.to_bytes(),
        height,
        time_ms,
    };
    let id = Hash::from_bytes([1; 32]);
    let warrant = OpeningRecord::warrant_of(&anchor, &name, &id);
    let parts = openers.iter().map(|key| key.open(&group, &verified, &warrant, rng).expect("an opener"));
    let parts = parts.map(|part| OpeningPart {
        opener: opener(part.opener()),
        part: part.to_bytes().to_vec(),
        height,
        time_ms,
    });
    let member = member.key().to_bytes();
    let opening = OpeningRecord {
        id,
        report: transaction.id(),
        requester: "did:example:requester".to_owned(),
        reason: "order".to_owned(),
        warrant: [3; 32],
        height,
        time_ms,
        parts: parts.collect(),
        opened: Some(OpenedSigner { key: member, account: None, height, time_ms }),
    };
    let transactions = vec![vote, transaction];
    Known {
        anchor,
        ring_record,
        ring,
        record,
        group,
        epoch,
        epoch_record,
        member,
        requests,
        texts,
        transactions,
        report,
        opening,
    }
});

fn opener(number: u16) -> String {
    format!("did:example:opener-{number}")
}

fn ring_record(keys: &[SigningKey]) -> RingRecord {
    let members = keys.iter().enumerate().map(|(at, key)| RingMember {
        did: format!("did:example:{at}"),
        key: key.verifying_key().to_bytes(),
    });
    RingRecord {
        list: "members".to_owned(),
        version: 3,
        members: members.collect(),
        formed_by: "did:example:0".to_owned(),
        height: 7,
        time_ms: 9,
    }
}

/// A group with one member, of whose two openers each opens alone.
fn group(anchor: &TrustAnchor, rng: &mut ChaCha20Rng) -> (GroupName, Vec<OpenerKey>, Group, Member) {
    let name = GroupName::new("press").expect("a name");
    let ceremony = Ceremony::new(b"openers", 1, OPENERS).expect("a ceremony");
    let (dealers, dealings): (Vec<_>, Vec<_>) =
        (1..=OPENERS).map(|opener| ceremony.deal(opener, rng).expect("a dealing")).unzip();
    let openers = (1..=OPENERS).map(|opener| {
        let shares: Vec<_> =
            dealers.iter().map(|dealer| dealer.share(opener).expect("one of the openers")).collect();
        ceremony.key(opener, &dealings, &shares).expect("a key")
    });
    let openers = openers.collect();
    let issuer = Issuer::generate(rng).expect("an issuer");
    let of = ceremony.openers(&dealings).expect("openers");
    let group = Group::new(GroupRecord::parameters(), name.full(anchor).as_bytes(), issuer.key(), of);
    let group = group.expect("a group");
    let invitation = Invitation::new(b"did:example:a", [1; 32]).expect("an invitation");
    let secret = MemberSecret::generate(rng).expect("a secret");
    let request = secret.request(&group, &invitation, rng).expect("a request");
    let (epoch, register) = (group.first_epoch(), MemoryRegister::new());
    let (credential, _) =
        issuer.admit(&group, &epoch, &request, &invitation, &register, rng).expect("it is admitted");
    let member = Member::new(&group, &epoch, secret, credential).expect("a member");
    (name, openers, group, member)
}

/// The header of a request for something, which names nobody.
pub(super) fn request(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let Ok(read) = UnnamedAuthorization::parse(text) else { return };
    let Known { anchor, ring, group, epoch, requests, .. } = &*KNOWN;
    let holds = |url| {
        let by_ring = read.verify_by_ring(anchor, url, ring);
        let by_group = read.verify_by_group(anchor, url, group, epoch);
        assert!(by_group.is_err() || read.epoch().ok() == Some(epoch.number()));
        by_ring.is_ok() || by_group.is_ok()
    };
    assert_eq!(holds(URL), requests.contains(&read));
    assert!(!holds("https://hufu.example/v1/groups"));
}

/// A transaction, which names nobody.
pub(super) fn transaction(data: &[u8]) {
    let Ok(read) = Transaction::from_bytes(data) else { return };
    assert_eq!(read.to_bytes(), data);
    let Ok(payload) = Payload::parse(&read.payload) else { return };
    let Known { ring, group, epoch, transactions, .. } = &*KNOWN;
    let holds =
        payload.verify_by_ring(&read, ring).is_ok() || payload.verify_by_group(&read, group, epoch).is_ok();
    assert_eq!(holds, transactions.contains(&read));
}

/// Asserts that a record which can be read is read from what it is written as.
macro_rules! reread {
    ($data:expr, $($record:ty),* $(,)?) => { $(
        if let Ok(record) = <$record>::from_bytes($data) {
            assert_eq!(<$record>::from_bytes(&record.to_bytes()).as_ref(), Ok(&record));
        }
    )* };
}

/// The records of rings and groups, as they are read with proof, and what is checked by them.
pub(super) fn records(data: &[u8]) {
    let Known { anchor, group, epoch_record, record: ours, report, opening, member, .. } = &*KNOWN;
    reread!(
        data,
        RingRecord,
        GroupRecord,
        EpochHead,
        EpochRecord,
        MemberRecord,
        AccountRecord,
        ReportRecord,
        OpeningRecord,
    );
    if let Ok(record) = RingRecord::from_bytes(data)
        && let Ok(ring) = record.ring(anchor)
    {
        let keys = record.members.iter().map(|member| member.key);
        assert!(keys.eq(ring.members().iter().map(hufu_ring::VerifyingKey::to_bytes)));
    }
    if let Ok(record) = GroupRecord::from_bytes(data)
        && let Ok(group) = record.group(anchor)
    {
        assert_eq!(group.to_bytes(), record.group);
        let checked = check_opening(anchor, &record, epoch_record, report, opening).is_ok();
        assert_eq!(
            checked,
            (&record.name, &record.openers, &record.group) == (&ours.name, &ours.openers, &ours.group)
        );
    }
    if let Ok(record) = EpochRecord::from_bytes(data) {
        if let Ok(epoch) = record.epoch(group) {
            assert_eq!((epoch.to_bytes().as_slice(), epoch.number()), (&*record.epoch, record.number));
        }
        if let Ok(Some(update)) = record.update() {
            assert_eq!(Some(update.to_bytes()), record.update);
        }
        let checked = check_report(anchor, &ours.name, group, &record, report).is_ok();
        assert_eq!(checked, (record.number, &record.epoch) == (epoch_record.number, &epoch_record.epoch));
    }
    if let Ok(record) = MemberRecord::from_bytes(data) {
        let _ = record.consent(group);
    }
    if let Ok(record) = ReportRecord::from_bytes(data) {
        let checked = check_report(anchor, &ours.name, group, epoch_record, &record).is_ok();
        let same = (record.epoch, record.tag, &record.transaction)
            == (report.epoch, report.tag, &report.transaction);
        assert_eq!(checked, same);
    }
    if let Ok(record) = OpeningRecord::from_bytes(data)
        && let Ok(key) = check_opening(anchor, ours, epoch_record, report, &record)
    {
        assert_eq!((&key, record.id, record.report), (member, opening.id, opening.report));
        assert!(!record.parts.is_empty());
        let given = |part: &OpeningPart| {
            opening.parts.iter().any(|known| (&known.opener, &known.part) == (&part.opener, &part.part))
        };
        assert!(record.parts.iter().all(given), "an opener's part that no opener has made");
    }
}

/// Valid inputs of these entry points.
pub(super) fn seeds(name: &str) -> Vec<Vec<u8>> {
    let Known { ring_record, record, epoch_record, member, texts, transactions, report, opening, .. } =
        &*KNOWN;
    match name {
        "unnamed_request" => texts.iter().map(|text| text.as_bytes().to_vec()).collect(),
        "unnamed_transaction" => {
            let mut twice = transactions[0].clone();
            let again = TransactionSignature { method: "group:press".to_owned(), signature: vec![1; 8] };
            twice.signatures.push(again);
            transactions.iter().chain([&twice]).map(Transaction::to_bytes).collect()
        }
        _ => {
            let unrevoked = MemberRecord {
                key: *member,
                account: "did:example:a".to_owned(),
                method: "did:example:a#1".to_owned(),
                consent: vec![5; 8],
                height: 3,
                time_ms: 4,
                revoked: None,
            };
            let mut alone = opening.clone();
            alone.parts.truncate(1);
            vec![
                ring_record.to_bytes(),
                record.to_bytes(),
                epoch_record.to_bytes(),
                EpochHead { number: 7 }.to_bytes(),
                unrevoked.to_bytes(),
                AccountRecord { key: *member }.to_bytes(),
                report.to_bytes(),
                opening.to_bytes(),
                alone.to_bytes(),
            ]
        }
    }
}
