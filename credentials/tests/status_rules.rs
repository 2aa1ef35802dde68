//! The ledger's rules of status lists: what is allowed, what is refused and why, and the frozen bytes of every record.

use hufu_credentials::Error;
use hufu_credentials::status::{
    Allocator, Change, Changes, Context, EntryRecord, ListRecord, MIN_ENTRIES, MemoryRecords, Records,
    Refusal, StatusOperation, StatusPurpose, apply, entry_key, entry_prefix, list_key, list_prefix,
};
use proptest::prelude::*;

const LIST: &str = "https://issuer.example/status/1";
const OWNER: &str = "did:example:issuer";

fn context(actor: &str, height: u64) -> Context {
    Context { actor: actor.parse().expect("a DID"), height, time_ms: 1_700_000_000_000 + height }
}

fn create(purposes: &[StatusPurpose]) -> StatusOperation {
    StatusOperation::CreateList {
        id: LIST.to_owned(),
        purposes: purposes.to_vec(),
        entries: MIN_ENTRIES,
        status_size: 1,
        messages: Vec::new(),
    }
}

fn set(changes: &[(u64, u8)], reason: &str) -> StatusOperation {
    StatusOperation::SetStatus {
        list: LIST.to_owned(),
        changes: changes.iter().map(|&(index, value)| Change { index, value }).collect(),
        reason: reason.to_owned(),
    }
}

/// Applies as the owner and stores.
fn run(records: &mut MemoryRecords, operation: &StatusOperation, height: u64) -> Result<Changes, Error> {
    let changes = apply(records, operation, &context(OWNER, height))?;
    records.write(&changes);
    Ok(changes)
}

fn with_list(purposes: &[StatusPurpose]) -> MemoryRecords {
    let mut records = MemoryRecords::default();
    run(&mut records, &create(purposes), 1).expect("created");
    records
}

#[track_caller]
fn assert_refused(result: Result<Changes, Error>, expected: &Refusal) {
    assert_eq!(result.expect_err("refused"), Error::Status(expected.clone()));
}

#[test]
fn a_revocation_says_who_when_and_why_and_is_final() {
    let mut records = with_list(&[StatusPurpose::Revocation]);
    let changes = run(&mut records, &set(&[(7, 1), (9, 1)], "stolen"), 5).expect("revoked");
    assert_eq!(changes.writes().len(), 3);
    let entry = records.entry(LIST, 7).expect("readable").expect("there");
    assert_eq!(
        entry,
        EntryRecord {
            index: 7,
            value: 1,
            previous: 0,
            by: OWNER.to_owned(),
            reason: "stolen".to_owned(),
            height: 5,
            time_ms: 1_700_000_000_005,
        }
    );
    let list = records.list(LIST).expect("readable").expect("there");
    assert_eq!((list.changes, list.created_height, list.updated_height), (2, 1, 5));
    assert_refused(run(&mut records, &set(&[(7, 0)], ""), 6), &Refusal::Final(7));
    assert_refused(run(&mut records, &set(&[(7, 1)], ""), 6), &Refusal::Unchanged(7));

    let bits = list.bitstring(records.entries(LIST).expect("readable")).expect("rebuilt");
    assert_eq!((bits.get(7), bits.get(8), bits.get(9)), (Some(1), Some(0), Some(1)));
}

#[test]
fn a_suspension_can_be_lifted_and_a_refresh_cannot_be_taken_back() {
    let mut records = with_list(&[StatusPurpose::Suspension]);
    run(&mut records, &set(&[(7, 1)], "late"), 2).expect("suspended");
    let changes = run(&mut records, &set(&[(7, 0)], "paid"), 3).expect("lifted");
    assert_eq!((changes.entries[0].previous, changes.entries[0].value), (1, 0));
    let mut records = with_list(&[StatusPurpose::Refresh]);
    run(&mut records, &set(&[(7, 1)], ""), 2).expect("set");
    assert_refused(run(&mut records, &set(&[(7, 0)], ""), 3), &Refusal::Final(7));
}

#[test]
fn messages_have_more_values() {
    let mut records = MemoryRecords::default();
    let messages: Vec<String> = ["pending", "accepted", "rejected", "undefined"].map(str::to_owned).to_vec();
    let operation = StatusOperation::CreateList {
        id: LIST.to_owned(),
        purposes: vec![StatusPurpose::Message],
        entries: MIN_ENTRIES,
        status_size: 2,
        messages,
    };
    run(&mut records, &operation, 1).expect("created");
    run(&mut records, &set(&[(131_071, 3)], ""), 2).expect("set");
    run(&mut records, &set(&[(131_071, 1)], ""), 3).expect("changed");
    assert_refused(
        run(&mut records, &set(&[(0, 4)], ""), 4),
        &Refusal::ValueOutOfRange { index: 0, value: 4 },
    );
    let list = records.list(LIST).expect("readable").expect("there");
    let bits = list.bitstring(records.entries(LIST).expect("readable")).expect("rebuilt");
    assert_eq!(bits.get(131_071), Some(1));
    let entry = list.entry(StatusPurpose::Message, 131_071).expect("an entry");
    assert_eq!((entry.size, entry.message(1)), (2, Some("accepted")));
    assert!(list.entry(StatusPurpose::Message, MIN_ENTRIES).is_err());
    assert!(list.entry(StatusPurpose::Revocation, 0).is_err());
}

/// A list that would be created, to be spoilt in one place.
struct Draft {
    id: String,
    purposes: Vec<StatusPurpose>,
    entries: u64,
    status_size: u8,
    messages: Vec<String>,
}

fn spoilt(spoil: fn(&mut Draft)) -> StatusOperation {
    let mut draft = Draft {
        id: LIST.to_owned(),
        purposes: vec![StatusPurpose::Revocation],
        entries: MIN_ENTRIES,
        status_size: 1,
        messages: Vec::new(),
    };
    spoil(&mut draft);
    let Draft { id, purposes, entries, status_size, messages } = draft;
    StatusOperation::CreateList { id, purposes, entries, status_size, messages }
}

#[test]
fn every_refusal_of_a_new_list() {
    use StatusPurpose::{Message, Revocation, Suspension};
    for (operation, expected) in [
        (spoilt(|d| d.id = "nowhere".to_owned()), Refusal::BadId),
        (spoilt(|d| d.id = format!("https://a.example/{}", "x".repeat(512))), Refusal::BadId),
        (spoilt(|d| d.purposes.clear()), Refusal::NoPurpose),
        (spoilt(|d| d.purposes.push(Revocation)), Refusal::DuplicatePurpose(Revocation)),
        (spoilt(|d| d.purposes.push(Suspension)), Refusal::MixedPurposes),
        (spoilt(|d| d.entries = MIN_ENTRIES - 1), Refusal::BadLength { entries: MIN_ENTRIES - 1 }),
        (spoilt(|d| d.entries = (1 << 24) + 1), Refusal::BadLength { entries: (1 << 24) + 1 }),
        (spoilt(|d| d.entries = u64::MAX), Refusal::BadLength { entries: u64::MAX }),
        (spoilt(|d| d.status_size = 0), Refusal::BadStatusSize(0)),
        (spoilt(|d| d.status_size = 9), Refusal::BadStatusSize(9)),
        (spoilt(|d| d.status_size = 2), Refusal::BadMessages),
        (spoilt(|d| (d.status_size, d.messages) = (2, vec![String::new(); 3])), Refusal::BadMessages),
        (spoilt(|d| d.messages = vec![String::new()]), Refusal::BadMessages),
        (spoilt(|d| d.messages = vec!["m".repeat(257), String::new()]), Refusal::BadMessages),
    ] {
        assert_refused(run(&mut MemoryRecords::default(), &operation, 1), &expected);
    }
    let mut records = with_list(&[Revocation]);
    assert_refused(run(&mut records, &create(&[Message]), 2), &Refusal::ListExists);
}

#[test]
fn every_refusal_of_a_change_and_nothing_is_half_done() {
    let mut records = with_list(&[StatusPurpose::Revocation]);
    run(&mut records, &set(&[(7, 1)], ""), 2).expect("revoked");
    let many: Vec<(u64, u8)> = (0..10_001).map(|i| (i, 1)).collect();
    for (operation, expected) in [
        (set(&[], ""), Refusal::EmptyBatch),
        (set(&many, ""), Refusal::BatchTooLarge(10_001)),
        (set(&[(1, 1), (2, 1), (1, 1)], ""), Refusal::DuplicateIndex(1)),
        (set(&[(1, 1), (MIN_ENTRIES, 1)], ""), Refusal::IndexOutOfRange(MIN_ENTRIES)),
        (set(&[(1, 1), (u64::MAX, 1)], ""), Refusal::IndexOutOfRange(u64::MAX)),
        (set(&[(1, 1), (2, 2)], ""), Refusal::ValueOutOfRange { index: 2, value: 2 }),
        (set(&[(1, 1), (3, 0)], ""), Refusal::Unchanged(3)),
        (set(&[(1, 1), (7, 0)], ""), Refusal::Final(7)),
        (set(&[(1, 1)], &"x".repeat(1025)), Refusal::ReasonTooLong),
    ] {
        assert_refused(run(&mut records, &operation, 3), &expected);
        assert_eq!(records.entry(LIST, 1).expect("readable"), None, "{expected}: the batch is refused whole");
    }
    assert_refused(
        apply(&records, &set(&[(1, 1)], ""), &context("did:example:stranger", 3)),
        &Refusal::NotOwner { actor: "did:example:stranger".to_owned() },
    );
    assert_refused(run(&mut MemoryRecords::default(), &set(&[(1, 1)], ""), 1), &Refusal::UnknownList);
}

#[test]
fn a_full_batch_fits_into_one_operation() {
    let mut records = with_list(&[StatusPurpose::Revocation]);
    let many: Vec<(u64, u8)> = (0..10_000).map(|i| (i * 13, 1)).collect();
    let operation = set(&many, &"r".repeat(1024));
    assert_eq!(StatusOperation::from_bytes(&operation.to_bytes()).expect("reads"), operation);
    let changes = run(&mut records, &operation, 2).expect("applied");
    assert_eq!(changes.entries.len(), 10_000);
    assert_eq!(records.entries(LIST).expect("readable").len(), 10_000);
}

#[test]
fn keys_are_ordered_and_do_not_overlap() {
    assert!(list_key(LIST).starts_with(list_prefix()));
    assert!(entry_key(LIST, 5).starts_with(&entry_prefix(LIST)));
    assert!(entry_key(LIST, 9) < entry_key(LIST, 10) && entry_key(LIST, 10) < entry_key(LIST, u64::MAX));
    let other = format!("{LIST}/0");
    assert!(!entry_key(&other, 0).starts_with(&entry_prefix(LIST)));
    assert_eq!(entry_key(LIST, 0).len(), entry_key(&other, u64::MAX).len());
    assert_eq!(
        String::from_utf8(entry_key(LIST, 94_567)).expect("text"),
        "status/entry/1a8bdae6fba190859d91c40b6d0895f73cb01b9a043ac8575415150e68767885/00000000000000094567"
    );
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A change here makes stored state unreadable: it needs a new format version.
#[test]
fn frozen_bytes() {
    let list = ListRecord {
        id: LIST.to_owned(),
        owner: OWNER.to_owned(),
        purposes: vec![StatusPurpose::Revocation, StatusPurpose::Refresh],
        entries: MIN_ENTRIES,
        status_size: 1,
        messages: vec!["unset".to_owned(), "set".to_owned()],
        changes: 3,
        created_height: 4,
        created_ms: 5,
        updated_height: 6,
        updated_ms: 7,
    };
    let entry = EntryRecord {
        index: 94_567,
        value: 1,
        previous: 0,
        by: OWNER.to_owned(),
        reason: "stolen".to_owned(),
        height: 8,
        time_ms: 9,
    };
    let create = create(&[StatusPurpose::Suspension, StatusPurpose::Message]);
    let set = set(&[(94_567, 1)], "stolen");
    assert_eq!(hex(&list.to_bytes()), FROZEN_LIST);
    assert_eq!(hex(&entry.to_bytes()), FROZEN_ENTRY);
    assert_eq!(hex(&create.to_bytes()), FROZEN_CREATE);
    assert_eq!(hex(&set.to_bytes()), FROZEN_SET);
    assert_eq!(ListRecord::from_bytes(&list.to_bytes()).expect("reads"), list);
    assert_eq!(EntryRecord::from_bytes(&entry.to_bytes()).expect("reads"), entry);
    assert_eq!(StatusOperation::from_bytes(&create.to_bytes()).expect("reads"), create);
    assert_eq!(StatusOperation::from_bytes(&set.to_bytes()).expect("reads"), set);
}

#[test]
fn another_version_and_damage_are_told_apart() {
    let bytes = set(&[(1, 1)], "").to_bytes();
    let mut newer = bytes.clone();
    newer[0] = 2;
    assert!(StatusOperation::from_bytes(&newer).expect_err("newer").to_string().contains("format 2"));
    assert!(
        StatusOperation::from_bytes(&bytes[..bytes.len() - 1])
            .expect_err("short")
            .to_string()
            .contains("damaged")
    );
    let mut longer = bytes;
    longer.push(0);
    assert!(StatusOperation::from_bytes(&longer).expect_err("long").to_string().contains("damaged"));
    assert!(StatusOperation::from_bytes(&[]).is_err() && ListRecord::from_bytes(&[]).is_err());
    assert!(StatusOperation::from_bytes(&vec![1; 300 << 10]).is_err());
}

#[test]
fn an_allocator_serves_a_list() {
    let mut allocator = Allocator::new([5; 32], MIN_ENTRIES, 0);
    let mut records = with_list(&[StatusPurpose::Revocation]);
    let indexes: Vec<(u64, u8)> = (0..100).filter_map(|_| allocator.allocate()).map(|i| (i, 1)).collect();
    run(&mut records, &set(&indexes, ""), 2).expect("each index once, all within the list");
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = StatusOperation::from_bytes(&bytes);
        let _ = ListRecord::from_bytes(&bytes);
        let _ = EntryRecord::from_bytes(&bytes);
    }
}

const FROZEN_LIST: &str = "011f00000068747470733a2f2f6973737565722e6578616d706c652f7374617475732f31120000006469643a6578616d706c653a6973737565720200000000020000020000000000010200000005000000756e7365740300000073657403000000000000000400000000000000050000000000000006000000000000000700000000000000";
const FROZEN_ENTRY: &str = "0167710100000000000100120000006469643a6578616d706c653a6973737565720600000073746f6c656e08000000000000000900000000000000";
const FROZEN_CREATE: &str = "01001f00000068747470733a2f2f6973737565722e6578616d706c652f7374617475732f3102000000010300000200000000000100000000";
const FROZEN_SET: &str = "01011f00000068747470733a2f2f6973737565722e6578616d706c652f7374617475732f31010000006771010000000000010600000073746f6c656e";
