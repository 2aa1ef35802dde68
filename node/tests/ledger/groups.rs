//! Groups: members who report unnamed, are revoked, and are named by a quorum of openers.

use hufu_did::Did;
use hufu_group::{
    Ceremony, Group, Invitation, Issuer, Member, MemberKey, MemberSecret, MemoryRegister, OpenerKey,
    Register as _,
};
use hufu_keys::Algorithm;
use hufu_light::{
    EpochRecord, Genesis, GroupName, GroupRecord, Hash, MemberRecord, OpeningRecord, ReportRecord,
    Transaction,
};
use hufu_node::{
    Error, Receipt, Rejection,
    groups::{Admit, Create, Open, Operation, Report, RequestOpening, Revoke, Subject, report_scope},
};
use hufu_wire::{Payload, check_opening, check_report};
use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha20Rng;
use serde_json::json;

use crate::support::{Sender, Test, genesis};

const NAME: &str = "press-pool";

/// A group of three openers, two of whom open together; its manager is a member of the consortium.
struct World {
    test: Test,
    name: GroupName,
    manager: Sender,
    openers: Vec<Sender>,
    opener_keys: Vec<OpenerKey>,
    issuer: Issuer,
    group: Group,
    register: MemoryRegister,
    rng: ChaCha20Rng,
    sequence: u64,
}

fn refused(result: Result<Receipt, Error>) -> String {
    match result {
        Err(Error::Rejected(rejection)) => rejection.to_string(),
        other => panic!("{other:?}"),
    }
}

fn denied(result: Result<Receipt, Error>) {
    assert!(matches!(result, Err(Error::Rejected(Rejection::Denied(_)))), "{result:?}");
}

impl World {
    fn new() -> Self {
        let manager = Sender::new(Algorithm::Ed25519, 11);
        let openers: Vec<_> = (21..24).map(|seed| Sender::new(Algorithm::P256, seed)).collect();
        let registrar = Sender::registrar().did;
        let governance = json!({
            "members": [{ "did": manager.did }, { "did": registrar }],
            "lists": { "registrars": [{ "did": registrar }] },
        });
        let test = Test::with(|config| {
            let old = &config.genesis;
            let modules = [("governance".to_owned(), governance.clone())].into();
            let (network, validators) = (old.network().clone(), old.validators().clone());
            config.genesis = Genesis::new(network, old.time_ms(), validators, modules).unwrap();
        });
        assert_ne!(genesis().anchor(), *test.anchor());
        let mut rng = ChaCha20Rng::seed_from_u64(7);
        let name = GroupName::new(NAME).unwrap();
        let ceremony = Ceremony::new(b"openers of the press pool", 2, 3).unwrap();
        let (dealers, dealings): (Vec<_>, Vec<_>) =
            (1..=3).map(|number| ceremony.deal(number, &mut rng).unwrap()).unzip();
        let opener_keys = (1..=3)
            .map(|number| {
                let shares: Vec<_> = dealers.iter().map(|dealer| dealer.share(number).unwrap()).collect();
                ceremony.key(number, &dealings, &shares).unwrap()
            })
            .collect();
        let issuer = Issuer::generate(&mut rng).unwrap();
        let full = name.full(test.anchor());
        let keys = ceremony.openers(&dealings).unwrap();
        let group = Group::new(GroupRecord::parameters(), full.as_bytes(), issuer.key(), keys).unwrap();
        let register = MemoryRegister::new();
        Self { test, name, manager, openers, opener_keys, issuer, group, register, rng, sequence: 0 }
    }

    async fn created() -> Self {
        let mut world = Self::new();
        world.create().await.unwrap();
        world
    }

    async fn send(&mut self, sender: &Sender, operation: &Operation) -> Result<Receipt, Error> {
        self.sequence += 1;
        let transaction = sender.send(self.test.anchor(), self.sequence, "group", operation.to_bytes());
        self.test.ledger.submit(transaction).await
    }

    async fn managed(&mut self, operation: Operation) -> Result<Receipt, Error> {
        let manager = Sender::new(Algorithm::Ed25519, 11);
        self.send(&manager, &operation).await
    }

    fn creation(&self) -> Create {
        let openers = self.openers.iter().map(|opener| opener.did.clone()).collect();
        Create { name: self.name.clone(), group: self.group.to_bytes(), openers }
    }

    async fn create(&mut self) -> Result<Receipt, Error> {
        let create = self.creation();
        self.managed(Operation::Create(create)).await
    }

    fn epoch_record(&self, number: u64) -> EpochRecord {
        let key = self.name.epoch_key(number);
        EpochRecord::from_bytes(&self.test.ledger.get(key.as_bytes()).unwrap().unwrap()).unwrap()
    }

    /// What an account needs to be admitted, and the member that it becomes.
    fn joining(&mut self, account: &Sender) -> (Admit, Member) {
        let epoch = self.epoch_record(0).epoch(&self.group).unwrap();
        let invitation = Invitation::new(account.did.as_str().as_bytes(), self.rng.random()).unwrap();
        let secret = MemberSecret::generate(&mut self.rng).unwrap();
        let request = secret.request(&self.group, &invitation, &mut self.rng).unwrap();
        let (credential, enrolment) = self
            .issuer
            .admit(&self.group, &epoch, &request, &invitation, &self.register, &mut self.rng)
            .unwrap();
        let consent = account.key.sign(&self.group.consent(invitation.account(), &request.key()));
        self.register.insert(invitation.account(), consent.as_bytes(), enrolment).unwrap();
        let admit = Admit {
            group: self.name.clone(),
            account: account.did.clone(),
            key: request.key().to_bytes(),
            method: account.method.clone(),
            consent: consent.as_bytes().to_vec(),
        };
        (admit, Member::new(&self.group, &epoch, secret, credential).unwrap())
    }

    async fn admitted(&mut self, account: &Sender) -> Member {
        let (admit, member) = self.joining(account);
        self.managed(Operation::Admit(admit)).await.unwrap();
        member
    }

    fn report(&mut self, member: &Member, about: &str, text: &str) -> Transaction {
        let subject: Subject = about.to_owned().try_into().unwrap();
        let scope = report_scope(&subject);
        let operation = Operation::Report(Report { subject, text: text.to_owned() });
        self.by_member(member, &scope, "group", operation.to_bytes())
    }

    fn by_member(&mut self, member: &Member, scope: &str, module: &str, operation: Vec<u8>) -> Transaction {
        let (anchor, nonce) = (self.test.anchor().clone(), self.rng.random());
        let payload = Payload::by_group(&anchor, &self.name, scope, nonce, 90_000, module, operation);
        payload.sign_by_group(member, &mut self.rng).unwrap()
    }

    async fn revoke(&mut self, accounts: &[&Member]) -> Result<Receipt, Error> {
        let key = self.name.epoch_head_key();
        let head = self.test.ledger.get(key.as_bytes()).unwrap().unwrap();
        let number = hufu_light::EpochHead::from_bytes(&head).unwrap().number;
        let epoch = self.epoch_record(number).epoch(&self.group).unwrap();
        let enrolments: Vec<_> =
            accounts.iter().map(|member| self.register.find(&member.key()).unwrap().enrolment).collect();
        let (update, _) = self.issuer.revoke(&self.group, &epoch, &enrolments).unwrap();
        let revoke = Revoke {
            group: self.name.clone(),
            update: update.to_bytes(),
            members: accounts.iter().map(|member| member.key().to_bytes()).collect(),
            reason: "They left.".parse().unwrap(),
        };
        self.managed(Operation::Revoke(revoke)).await
    }

    async fn request(&mut self, report: Hash) -> Result<Receipt, Error> {
        let reason = "Order 4711 of the court.".parse().unwrap();
        let request = RequestOpening { group: self.name.clone(), report, reason, warrant: [4; 32] };
        self.managed(Operation::RequestOpening(request)).await
    }

    /// The part of the opener with this index, for this request.
    fn part(&mut self, index: usize, opening: Hash, report: Hash) -> Operation {
        let record = self.report_record(&report);
        let epoch = self.epoch_record(record.epoch);
        let anchor = self.test.anchor().clone();
        let (_, _, verified) = check_report(&anchor, &self.name, &self.group, &epoch, &record).unwrap();
        let warrant = OpeningRecord::warrant_of(&anchor, &self.name, &opening);
        let part = self.opener_keys[index].open(&self.group, &verified, &warrant, &mut self.rng).unwrap();
        Operation::Open(Open { group: self.name.clone(), opening, part: part.to_bytes() })
    }

    async fn give(&mut self, index: usize, operation: &Operation) -> Result<Receipt, Error> {
        let sender = Sender::new(Algorithm::P256, 21 + index as u64);
        self.send(&sender, operation).await
    }

    fn report_record(&self, id: &Hash) -> ReportRecord {
        let bytes = self.test.ledger.get(self.name.report_key(id).as_bytes()).unwrap().unwrap();
        ReportRecord::from_bytes(&bytes).unwrap()
    }

    fn opening_record(&self, id: &Hash) -> OpeningRecord {
        let bytes = self.test.ledger.get(self.name.opening_key(id).as_bytes()).unwrap().unwrap();
        OpeningRecord::from_bytes(&bytes).unwrap()
    }

    fn member_record(&self, key: &MemberKey) -> MemberRecord {
        let key = self.name.member_key(&key.to_bytes());
        MemberRecord::from_bytes(&self.test.ledger.get(key.as_bytes()).unwrap().unwrap()).unwrap()
    }
}

fn account(number: u64) -> Sender {
    Sender::new(Algorithm::Sm2, 100 + number)
}

#[tokio::test]
async fn a_member_reports_unnamed_and_two_of_three_openers_can_say_who_it_was() {
    let mut world = World::created().await;
    let (ada, bo) = (account(1), account(2));
    let reporter = world.admitted(&ada).await;
    world.admitted(&bo).await;
    let report = world.report(&reporter, "invoice-4711", "It was paid twice.");
    let id = report.id();
    let receipt = world.test.ledger.submit(report).await.unwrap();

    // nobody is named: neither in the events nor in what is kept
    let block = world.test.ledger.block(receipt.height).unwrap();
    let event = block.events.iter().find(|event| event.kind == "group.reported").unwrap();
    assert!(event.actor.starts_with("group:press-pool#"), "{}", event.actor);
    assert!(!format!("{event:?}").contains("did:"), "{event:?}");
    let record = world.report_record(&id);
    assert!(!String::from_utf8_lossy(&record.to_bytes()).contains("did:"));

    let receipt = world.request(id).await.unwrap();
    let opening = receipt.transaction;
    let first = world.part(2, opening, id);
    world.give(2, &first).await.unwrap();
    assert!(world.opening_record(&opening).opened.is_none());
    let second = world.part(0, opening, id);
    let receipt = world.give(0, &second).await.unwrap();
    let block = world.test.ledger.block(receipt.height).unwrap();
    let event = block.events.iter().find(|event| event.kind == "group.opened").unwrap();
    assert_eq!(event.data()["account"], ada.did.as_str());

    // an outsider checks the records alone
    let opened = world.opening_record(&opening);
    assert_eq!(opened.opened.as_ref().unwrap().account.as_deref(), Some(ada.did.as_str()));
    let anchor = world.test.anchor().clone();
    let group = world.test.ledger.get(world.name.key().as_bytes()).unwrap().unwrap();
    let group = GroupRecord::from_bytes(&group).unwrap();
    let epoch = world.epoch_record(record.epoch);
    let key = check_opening(&anchor, &group, &epoch, &record, &opened).unwrap();
    assert_eq!(key, reporter.key().to_bytes());
    let member = world.member_record(&reporter.key());
    assert_eq!(member.account, ada.did.as_str());
    let consent = member.consent(&world.group).unwrap();
    ada.key.verifying_key().verify(&consent, &member.consent).unwrap();

    // and nothing else passes: another request, another report, a part that is another's
    let other = OpeningRecord { id: Hash::from_bytes([9; 32]), ..opened.clone() };
    assert!(check_opening(&anchor, &group, &epoch, &record, &other).is_err());
    let other = OpeningRecord { report: Hash::from_bytes([9; 32]), ..opened.clone() };
    assert!(check_opening(&anchor, &group, &epoch, &record, &other).is_err());
    let mut other = opened.clone();
    other.parts[0].opener = other.parts[1].opener.clone();
    assert!(check_opening(&anchor, &group, &epoch, &record, &other).is_err());
    let mut other = opened.clone();
    other.parts.pop();
    assert!(check_opening(&anchor, &group, &epoch, &record, &other).is_err());
    let mut other = opened;
    other.opened.as_mut().unwrap().key[1] ^= 1;
    assert!(check_opening(&anchor, &group, &epoch, &record, &other).is_err());
}

#[tokio::test]
async fn one_report_on_a_subject_and_no_link_between_subjects() {
    let mut world = World::created().await;
    let member = world.admitted(&account(1)).await;
    let first = world.report(&member, "a", "One.");
    let first_id = first.id();
    world.test.ledger.submit(first.clone()).await.unwrap();
    let again = world.test.ledger.submit(first).await.unwrap_err();
    assert!(matches!(again, Error::Rejected(Rejection::Included(_))), "{again}");
    let second = world.report(&member, "a", "Two.");
    let cause = refused(world.test.ledger.submit(second).await);
    assert!(cause.contains("was used in the scope"), "{cause}");
    let other = world.report(&member, "b", "Three.");
    let other_id = other.id();
    world.test.ledger.submit(other).await.unwrap();
    assert_ne!(world.report_record(&first_id).tag, world.report_record(&other_id).tag);
}

/// Whoever sees a member's transaction before it is in a block can sign its payload as another member. The id is the same.
#[tokio::test]
async fn a_payload_that_another_member_signed_is_not_taken_for_ones_own() {
    let mut world = World::created().await;
    let (ada, bo) = (world.admitted(&account(1)).await, world.admitted(&account(2)).await);
    let of_ada = world.report(&ada, "a", "One.");
    let payload = Payload::parse(&of_ada.payload).unwrap();
    let of_bo = payload.sign_by_group(&bo, &mut world.rng).unwrap();
    assert_eq!(of_ada.id(), of_bo.id());
    world.test.ledger.submit(of_bo.clone()).await.unwrap();
    let cause = refused(world.test.ledger.submit(of_ada).await);
    assert!(cause.contains("another member sent this payload"), "{cause}");
    for own in [of_bo, payload.sign_by_group(&bo, &mut world.rng).unwrap()] {
        let again = world.test.ledger.submit(own).await.unwrap_err();
        assert!(matches!(again, Error::Rejected(Rejection::Included(_))), "{again}");
    }
    let once_more = world.report(&ada, "a", "One.");
    world.test.ledger.submit(once_more).await.unwrap();
}

#[tokio::test]
async fn who_was_revoked_cannot_report_and_others_follow() {
    let mut world = World::created().await;
    let mut leaver = world.admitted(&account(1)).await;
    let mut stayer = world.admitted(&account(2)).await;
    let stale = world.report(&stayer, "a", "Signed before the revocation.");
    let receipt = world.revoke(&[&leaver]).await.unwrap();
    let block = world.test.ledger.block(receipt.height).unwrap();
    assert_eq!(block.events[0].data()["accounts"][0], account(1).did.as_str());
    let revoked = world.member_record(&leaver.key()).revoked.unwrap();
    assert_eq!((revoked.epoch, revoked.height), (1, receipt.height));

    let cause = refused(world.test.ledger.submit(stale).await);
    assert!(cause.contains("of epoch 0") && cause.contains("in force is 1"), "{cause}");
    let update = world.epoch_record(1).update().unwrap().unwrap();
    assert!(matches!(leaver.follow(std::slice::from_ref(&update)), Err(hufu_group::Error::Revoked { .. })));
    let late = world.report(&leaver, "a", "I am still here.");
    assert!(refused(world.test.ledger.submit(late).await).contains("in force is 1"));
    stayer.follow(&[update]).unwrap();
    let report = world.report(&stayer, "a", "Signed after it.");
    world.test.ledger.submit(report).await.unwrap();

    // twice, and somebody who never was a member
    let cause = refused(world.revoke(&[&leaver]).await);
    assert!(cause.contains("revoked before"), "{cause}");
    let epoch = world.epoch_record(1).epoch(&world.group).unwrap();
    let enrolment = world.register.find(&stayer.key()).unwrap().enrolment;
    let (update, _) = world.issuer.revoke(&world.group, &epoch, &[enrolment]).unwrap();
    let revoke = |members, update: Vec<u8>| {
        let reason = "They left.".parse().unwrap();
        Operation::Revoke(Revoke { group: GroupName::new(NAME).unwrap(), update, members, reason })
    };
    // whoever is removed twice could sign in the epoch between, whatever name the manager gives
    let gone = world.register.find(&leaver.key()).unwrap().enrolment;
    let (twice, _) = world.issuer.revoke(&world.group, &epoch, &[gone]).unwrap();
    let cause = refused(world.managed(revoke(vec![stayer.key().to_bytes()], twice.to_bytes())).await);
    assert!(cause.contains("which epoch 1 has removed"), "{cause}");
    let stranger = MemberSecret::generate(&mut world.rng).unwrap().key(&world.group).to_bytes();
    let cause = refused(world.managed(revoke(vec![stranger], update.to_bytes())).await);
    assert!(cause.contains("never registered"), "{cause}");
    let cause = refused(world.managed(revoke(vec![], update.to_bytes())).await);
    assert!(cause.contains("0 members are named, the update revokes 1"), "{cause}");
    let first = world.epoch_record(1).update.unwrap();
    let cause = refused(world.managed(revoke(vec![stayer.key().to_bytes()], first)).await);
    assert!(cause.contains("starts from epoch 0"), "{cause}");
    let mut false_update = update.to_bytes();
    let last = false_update.len() - 48;
    false_update[last..].copy_from_slice(&stayer.key().to_bytes());
    let cause = refused(world.managed(revoke(vec![stayer.key().to_bytes()], false_update)).await);
    assert!(cause.contains("accumulator values are false"), "{cause}");

    // a DID whose key was revoked may be admitted again, with another key
    let again = account(1);
    let invitation = Invitation::new(again.did.as_str().as_bytes(), [3; 32]).unwrap();
    let secret = MemberSecret::generate(&mut world.rng).unwrap();
    let request = secret.request(&world.group, &invitation, &mut world.rng).unwrap();
    let consent = again.key.sign(&world.group.consent(invitation.account(), &request.key()));
    let admit = Admit {
        group: world.name.clone(),
        account: again.did.clone(),
        key: request.key().to_bytes(),
        method: again.method.clone(),
        consent: consent.as_bytes().to_vec(),
    };
    world.managed(Operation::Admit(admit)).await.unwrap();
}

#[tokio::test]
async fn nobody_is_registered_without_consent_or_twice() {
    let mut world = World::created().await;
    let (ada, bo) = (account(1), account(2));
    let (admit, _) = world.joining(&ada);
    // somebody else's name, or somebody else's signature
    for (account, method) in [(bo.did.clone(), bo.method.clone()), (bo.did.clone(), ada.method.clone())] {
        let framed = Admit { account, method, ..admit.clone() };
        let cause = refused(world.managed(Operation::Admit(framed)).await);
        assert!(cause.contains("has not consented"), "{cause}");
    }
    let mut spoilt = admit.clone();
    spoilt.consent[5] ^= 1;
    let cause = refused(world.managed(Operation::Admit(spoilt)).await);
    assert!(cause.contains("does not verify"), "{cause}");
    let nobody: Did =
        "did:hufu:test:zQm".parse().unwrap_or_else(|_| "did:web:nobody.example".parse().unwrap());
    let unknown = Admit { account: nobody, ..admit.clone() };
    assert!(refused(world.managed(Operation::Admit(unknown)).await).contains("cannot be"));
    let no_point = Admit { key: [0; 48], ..admit.clone() };
    assert!(refused(world.managed(Operation::Admit(no_point)).await).contains("member key is refused"));
    let nowhere = Admit { group: GroupName::new("other").unwrap(), ..admit.clone() };
    assert!(refused(world.managed(Operation::Admit(nowhere)).await).contains("there is no group:other"));

    world.managed(Operation::Admit(admit.clone())).await.unwrap();
    let cause = refused(world.managed(Operation::Admit(admit)).await);
    assert!(cause.contains("registered already"), "{cause}");
    let (second, _) = world.joining(&ada);
    let cause = refused(world.managed(Operation::Admit(second)).await);
    assert!(cause.contains("is a member of group:press-pool already"), "{cause}");
}

#[tokio::test]
async fn a_group_is_made_once_for_this_network_by_who_may() {
    let mut world = World::new();
    let stranger = account(9);
    let create = Operation::Create(world.creation());
    denied(world.send(&stranger, &create).await);
    let mut repeated = world.creation();
    repeated.openers[1] = repeated.openers[0].clone();
    let cause = refused(world.managed(Operation::Create(repeated)).await);
    assert!(cause.contains("opener twice"), "{cause}");
    let mut fewer = world.creation();
    fewer.openers.pop();
    let cause = refused(world.managed(Operation::Create(fewer)).await);
    assert!(cause.contains("2 of 3 openers, the record names 2 of 2"), "{cause}");
    let mut renamed = world.creation();
    renamed.name = GroupName::new("other").unwrap();
    let cause = refused(world.managed(Operation::Create(renamed)).await);
    assert!(cause.contains("its keys are of"), "{cause}");
    let mut elsewhere = world.creation();
    let (full, other) = (world.name.full(world.test.anchor()), genesis().anchor());
    let other = world.name.full(&other);
    let at = elsewhere.group.windows(full.len()).position(|part| part == full.as_bytes()).unwrap();
    elsewhere.group[at..at + full.len()].copy_from_slice(other.as_bytes());
    let cause = refused(world.managed(Operation::Create(elsewhere)).await);
    assert!(cause.contains("its keys are of"), "{cause}");
    let mut longer = world.creation();
    longer.group.push(0);
    assert!(refused(world.managed(Operation::Create(longer)).await).contains("group is refused"));

    world.create().await.unwrap();
    let cause = refused(world.create().await);
    assert!(cause.contains("exists already"), "{cause}");
    let (admit, _) = world.joining(&account(1));
    denied(world.send(&stranger, &Operation::Admit(admit)).await);
}

#[tokio::test]
async fn forged_reports_and_acts_of_other_kinds_are_refused_by_name() {
    let mut world = World::created().await;
    let member = world.admitted(&account(1)).await;
    let elsewhere = {
        let subject: Subject = "a".to_owned().try_into().unwrap();
        let operation = Operation::Report(Report { subject, text: "Text.".into() }).to_bytes();
        world.by_member(&member, "report/b", "group", operation)
    };
    let cause = refused(world.test.ledger.submit(elsewhere).await);
    assert!(cause.contains("in the scope \"report/a\""), "{cause}");
    let mut forged = world.report(&member, "a", "Text.");
    let last = forged.signatures[0].signature.len() - 1;
    forged.signatures[0].signature[last] ^= 1;
    let cause = refused(world.test.ledger.submit(forged).await);
    assert!(cause.starts_with("group:press-pool: "), "{cause}");
    let empty = world.report(&member, "a", "");
    assert!(refused(world.test.ledger.submit(empty).await).contains("1 to 16384 bytes"));
    let long = world.report(&member, "a", &"x".repeat(16 * 1024 + 1));
    assert!(refused(world.test.ledger.submit(long).await).contains("this has 16385"));
    // a member of the group is nobody where a DID is asked for
    let (admit, _) = world.joining(&account(2));
    let as_manager = world.by_member(&member, "anything", "group", Operation::Admit(admit).to_bytes());
    denied(world.test.ledger.submit(as_manager).await);
    let vote = json!({ "type": "vote", "proposal": "0".repeat(64), "choice": "yes" }).to_string();
    let as_voter = world.by_member(&member, "ballot", "governance", vote.into_bytes());
    denied(world.test.ledger.submit(as_voter).await);
    // nor is a DID one of a group
    let subject: Subject = "a".to_owned().try_into().unwrap();
    let by_name = Operation::Report(Report { subject, text: "Text.".into() });
    let cause = refused(world.managed(by_name).await);
    assert!(cause.contains("unnamed; not by did:key:"), "{cause}");
    // a group that does not exist
    let (anchor, rng) = (world.test.anchor().clone(), &mut world.rng);
    let nowhere = GroupName::new("nowhere").unwrap();
    let payload = Payload::by_group(&anchor, &nowhere, "report/a", 1, 90_000, "group", b"{}".to_vec());
    let transaction = payload.sign_by_group(&member, rng).unwrap();
    let cause = refused(world.test.ledger.submit(transaction).await);
    assert!(cause.contains("there is no such group"), "{cause}");
}

#[tokio::test]
async fn openings_take_a_reason_who_may_ask_and_true_parts() {
    let mut world = World::created().await;
    let member = world.admitted(&account(1)).await;
    let (one, two) = (world.report(&member, "a", "One."), world.report(&member, "b", "Two."));
    let (first, second) = (one.id(), two.id());
    world.test.ledger.submit(one).await.unwrap();
    world.test.ledger.submit(two).await.unwrap();

    let cause = refused(world.request(Hash::from_bytes([1; 32])).await);
    assert!(cause.contains("has no report"), "{cause}");
    let reason = "I am curious.".parse().unwrap();
    let request = RequestOpening { group: world.name.clone(), report: first, reason, warrant: [4; 32] };
    denied(world.send(&account(9), &Operation::RequestOpening(request)).await);

    let opening = world.request(first).await.unwrap().transaction;
    let part = world.part(0, opening, first);
    denied(world.send(&account(9), &part).await);
    let cause = refused(world.give(1, &part).await);
    assert!(
        cause.contains("part 1 must be sent by") && cause.contains(world.openers[0].did.as_str()),
        "{cause}"
    );
    // a part for another report, or for another request, does not hold here
    let of_other_report = {
        let Operation::Open(part) = world.part(0, opening, second) else { unreachable!() };
        Operation::Open(part)
    };
    assert!(refused(world.give(0, &of_other_report).await).contains("false partial openings"));
    let Operation::Open(for_other_request) = world.part(0, Hash::from_bytes([2; 32]), first) else {
        unreachable!()
    };
    let moved = Operation::Open(Open { opening, ..for_other_request.clone() });
    assert!(refused(world.give(0, &moved).await).contains("false partial openings"));
    assert!(refused(world.give(0, &Operation::Open(for_other_request)).await).contains("nobody asked"));

    world.give(0, &part).await.unwrap();
    let cause = refused(world.give(0, &part).await);
    assert!(cause.contains("given its part already"), "{cause}");
    let part = world.part(2, opening, first);
    world.give(2, &part).await.unwrap();
    let late = world.part(1, opening, first);
    let cause = refused(world.give(1, &late).await);
    assert!(cause.contains("all the parts"), "{cause}");
    assert_eq!(world.opening_record(&opening).parts.len(), 2);
    assert!(world.opening_record(&opening).opened.is_some());
    assert_eq!(world.manager.did.as_str(), world.opening_record(&opening).requester);
}

#[tokio::test]
async fn a_member_whom_the_manager_admitted_in_secret_is_told_as_such() {
    let mut world = World::created().await;
    let (_, secret_member) = world.joining(&account(5));
    let report = world.report(&secret_member, "a", "I am in no register.");
    let id = report.id();
    world.test.ledger.submit(report).await.unwrap();
    let opening = world.request(id).await.unwrap().transaction;
    for index in [0, 1] {
        let part = world.part(index, opening, id);
        world.give(index, &part).await.unwrap();
    }
    let opened = world.opening_record(&opening).opened.unwrap();
    assert_eq!((opened.account, opened.key), (None, secret_member.key().to_bytes()));
}
