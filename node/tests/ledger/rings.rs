//! Rings of lists, and members who act as one of them: secret votes.

use hufu_did::{
    Did, RingKey,
    hufu::{Builder, SignedOperation},
};
use hufu_keys::Algorithm;
use hufu_light::{Genesis, RingName, RingRecord, Transaction};
use hufu_node::{
    Error, Receipt, Rejection,
    governance::{Choice, Operation, Proposal, ProposalId, ProposalState, Vote, ballot_scope, key},
    rings,
};
use hufu_ring::SigningKey;
use hufu_wire::Payload;
use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha20Rng;
use serde_json::json;

use crate::support::{Sender, Test, did_create, did_key, genesis};

const MEMBERS: u64 = 3;

/// Three members whose DIDs are on the ledger.
struct World {
    test: Test,
    dids: Vec<Did>,
    keys: Vec<SigningKey>,
    rng: ChaCha20Rng,
    sequence: u64,
}

fn refused(result: Result<Receipt, Error>) -> String {
    match result {
        Err(Error::Rejected(rejection)) => rejection.to_string(),
        other => panic!("{other:?}"),
    }
}

impl World {
    async fn new(weights: [u64; 3]) -> Self {
        let anchor = genesis().anchor();
        let dids: Vec<Did> = (1..=MEMBERS).map(|n| did_create(&anchor, n).0).collect();
        let members: Vec<_> =
            dids.iter().zip(weights).map(|(did, weight)| json!({ "did": did, "weight": weight })).collect();
        let registrar = Sender::registrar().did;
        let governance = json!({ "members": members, "lists": { "registrars": [{ "did": registrar }] } });
        let test = Test::with(|config| {
            let old = &config.genesis;
            let modules = [("governance".to_owned(), governance.clone())].into();
            let (network, validators) = (old.network().clone(), old.validators().clone());
            config.genesis = Genesis::new(network, old.time_ms(), validators, modules).unwrap();
        });
        for number in 1..=MEMBERS {
            test.create(number).await;
        }
        let mut rng = ChaCha20Rng::seed_from_u64(5);
        let keys = (0..MEMBERS).map(|_| SigningKey::generate(&mut rng)).collect();
        Self { test, dids, keys, rng, sequence: 100 }
    }

    /// A transaction of the member with this number.
    fn by_name(&mut self, member: usize, module: &str, operation: Vec<u8>) -> Transaction {
        self.sequence += 1;
        let did = &self.dids[member];
        let payload =
            Payload::new(self.test.anchor(), did.as_str(), self.sequence, 90_000, module, operation);
        payload.sign(&format!("{did}#key-1"), &did_key(member as u64 + 1))
    }

    /// Registers a ring key in the document of a member, with a proof over `for_did`.
    async fn register(&mut self, member: usize, for_did: usize) -> Result<Receipt, Error> {
        let key = RingKey::new(&self.keys[member], &self.dids[for_did], &mut self.rng).unwrap();
        let head = self.test.head(&self.dids[member]).unwrap();
        let draft = Builder::update(&head).ring_key("#ring", key).build().unwrap();
        let signed: SignedOperation = draft.sign(&did_key(member as u64 + 1)).finish();
        let transaction = self.by_name(member, "did", signed.to_bytes());
        self.test.ledger.submit(transaction).await
    }

    async fn form(&mut self, list: &str) -> Result<Receipt, Error> {
        let operation = rings::Operation::Form { list: list.parse().unwrap() }.to_bytes();
        let transaction = self.by_name(0, "ring", operation);
        self.test.ledger.submit(transaction).await
    }

    async fn formed() -> Self {
        let mut world = Self::new([1, 1, 1]).await;
        for member in 0..3 {
            world.register(member, member).await.unwrap();
        }
        world.form("members").await.unwrap();
        world
    }

    async fn propose(&mut self, secret: bool) -> Result<ProposalId, Error> {
        let operation = json!({
            "type": "propose", "title": "A change", "reason": "It is time.", "secret": secret,
            "expires": { "height": 1_000 },
            "actions": [{ "type": "addToList", "list": "readers", "did": self.dids[0] }],
        });
        let transaction = self.by_name(0, "governance", operation.to_string().into_bytes());
        let id = ProposalId::of_transaction(transaction.id().as_bytes());
        self.test.ledger.submit(transaction).await.map(|_| id)
    }

    fn record(&self) -> RingRecord {
        let name: RingName = "ring:members/3".parse().unwrap();
        RingRecord::from_bytes(&self.test.ledger.get(name.key().as_bytes()).unwrap().unwrap()).unwrap()
    }

    /// A ballot of the member with this number.
    fn ballot(&mut self, member: usize, proposal: &ProposalId, choice: Choice, scope: &str) -> Transaction {
        let operation = Operation::Vote(Vote { proposal: proposal.clone(), choice }).to_bytes();
        let (anchor, record) = (self.test.anchor().clone(), self.record());
        let (name, nonce) = (record.name().unwrap(), self.rng.random());
        let payload = Payload::by_ring(&anchor, &name, scope, nonce, 90_000, "governance", operation);
        let ring = record.ring(&anchor).unwrap();
        payload.sign_by_ring(&ring, &self.keys[member], &mut self.rng).unwrap()
    }

    async fn cast(&mut self, member: usize, proposal: &ProposalId, choice: Choice) -> Result<Receipt, Error> {
        let ballot = self.ballot(member, proposal, choice, &ballot_scope(proposal));
        self.test.ledger.submit(ballot).await
    }

    fn proposal(&self, id: &ProposalId) -> Proposal {
        let key = key::proposal(id);
        Proposal::from_bytes(&key, &self.test.ledger.get(key.as_bytes()).unwrap().unwrap()).unwrap()
    }
}

#[tokio::test]
async fn a_secret_vote_carries_a_proposal_and_names_nobody() {
    let mut world = World::formed().await;
    let id = world.propose(true).await.unwrap();
    world.cast(2, &id, Choice::No).await.unwrap();
    // the same words of two members are two ballots
    world.cast(0, &id, Choice::Yes).await.unwrap();
    let receipt = world.cast(1, &id, Choice::Yes).await.unwrap();
    let proposal = world.proposal(&id);
    assert!(matches!(proposal.state, ProposalState::Executed { .. }), "{:?}", proposal.state);
    assert_eq!((proposal.tally.yes, proposal.tally.no), (2, 1));
    let standing = world.test.ledger.identity(&world.dids[0]).unwrap();
    assert!(standing.lists.keys().any(|list| list.as_str() == "readers"));

    let block = world.test.ledger.block(receipt.height).unwrap();
    let ballot = block.events.iter().find(|event| event.kind == "governance.ballotCast").unwrap();
    assert!(ballot.actor.starts_with("ring:members/3#"), "{}", ballot.actor);
    assert!(!format!("{ballot:?}").contains("did:"), "{ballot:?}");
    // what a ballot leaves in the state names nobody either
    for (key, value) in world.test.ledger.scan(b"gov/ballot/", None, 10).unwrap() {
        assert!(!String::from_utf8_lossy(&[key, value].concat()).contains("did:"));
    }
}

#[tokio::test]
async fn nobody_votes_twice_in_secret_and_the_same_key_links_within_a_vote_only() {
    let mut world = World::formed().await;
    let id = world.propose(true).await.unwrap();
    let ballot = world.ballot(1, &id, Choice::Yes, &ballot_scope(&id));
    world.test.ledger.submit(ballot.clone()).await.unwrap();
    let again = world.test.ledger.submit(ballot).await.unwrap_err();
    assert!(matches!(again, Error::Rejected(Rejection::Included(_))), "{again}");
    let changed = refused(world.cast(1, &id, Choice::No).await);
    assert!(changed.contains("was used in the scope"), "{changed}");
    assert_eq!(world.proposal(&id).tally.no, 0);
    let other = world.propose(true).await.unwrap();
    world.cast(1, &other, Choice::No).await.unwrap();
}

#[tokio::test]
async fn ballots_of_other_scopes_rings_and_kinds_are_refused_by_name() {
    let mut world = World::formed().await;
    let secret = world.propose(true).await.unwrap();
    let open = world.propose(false).await.unwrap();

    let elsewhere = world.ballot(0, &secret, Choice::Yes, "ballot/another");
    let cause = refused(world.test.ledger.submit(elsewhere).await);
    assert!(cause.contains("in the scope"), "{cause}");
    let cause = refused(world.cast(0, &open, Choice::Yes).await);
    assert!(cause.contains("by name"), "{cause}");
    let vote = Operation::Vote(Vote { proposal: secret.clone(), choice: Choice::Yes }).to_bytes();
    let named = world.by_name(0, "governance", vote);
    let cause = refused(world.test.ledger.submit(named).await);
    assert!(cause.contains("in secret"), "{cause}");

    let mut forged = world.ballot(0, &secret, Choice::Yes, &ballot_scope(&secret));
    let last = forged.signatures[0].signature.len() - 1;
    forged.signatures[0].signature[last] ^= 1;
    let cause = refused(world.test.ledger.submit(forged).await);
    assert!(cause.starts_with("ring:members/3"), "{cause}");

    let (anchor, record) = (world.test.anchor().clone(), world.record());
    let later = RingName::new("members", 7).unwrap();
    let operation = Operation::Vote(Vote { proposal: secret.clone(), choice: Choice::Yes }).to_bytes();
    let payload =
        Payload::by_ring(&anchor, &later, &ballot_scope(&secret), 1, 90_000, "governance", operation);
    let ring = RingRecord { version: 7, ..record }.ring(&anchor).unwrap();
    let ballot = payload.sign_by_ring(&ring, &world.keys[0], &mut world.rng).unwrap();
    let cause = refused(world.test.ledger.submit(ballot).await);
    assert!(cause.contains("has not been formed"), "{cause}");
}

#[tokio::test]
async fn what_must_be_done_by_name_is_not_done_by_one_of_a_ring() {
    let mut world = World::formed().await;
    let (anchor, record) = (world.test.anchor().clone(), world.record());
    let (name, ring) = (record.name().unwrap(), record.ring(&anchor).unwrap());
    let create = did_create(&anchor, 50).1.to_bytes();
    let form = rings::Operation::Form { list: "members".parse().unwrap() }.to_bytes();
    for (module, operation) in [("did", create), ("ring", form)] {
        let payload = Payload::by_ring(&anchor, &name, "anything", 1, 90_000, module, operation);
        let transaction = payload.sign_by_ring(&ring, &world.keys[0], &mut world.rng).unwrap();
        let cause = world.test.ledger.submit(transaction).await.unwrap_err();
        assert!(matches!(cause, Error::Rejected(Rejection::Denied(_))), "{module}: {cause}");
    }
}

#[tokio::test]
async fn a_ring_needs_a_key_of_everybody_and_is_formed_once() {
    let mut world = World::new([1, 1, 1]).await;
    world.register(0, 0).await.unwrap();
    let cause = refused(world.form("members").await);
    assert!(cause.contains("no ring key has") && cause.contains(world.dids[1].as_str()), "{cause}");
    let cause = refused(world.propose(true).await.map(|_| unreachable!()));
    assert!(cause.contains("has not been formed"), "{cause}");
    world.register(1, 1).await.unwrap();
    world.register(2, 2).await.unwrap();
    let cause = refused(world.form("nobody").await);
    assert!(cause.contains("there is no list"), "{cause}");
    let cause = refused(world.form("registrars").await);
    assert!(cause.contains("2 to 1024 members; there are 1"), "{cause}");
    let receipt = world.form("members").await.unwrap();
    let block = world.test.ledger.block(receipt.height).unwrap();
    assert_eq!(block.events[0].kind, "ring.formed");
    let cause = refused(world.form("members").await);
    assert!(cause.contains("formed already"), "{cause}");
    let record = world.record();
    let mut sorted = world.dids.clone();
    sorted.sort();
    let members: Vec<_> = record.members.iter().map(|member| member.did.clone()).collect();
    assert_eq!(members, sorted.iter().map(ToString::to_string).collect::<Vec<_>>());
    let stranger = Sender::new(Algorithm::Sm2, 70);
    let operation = rings::Operation::Form { list: "members".parse().unwrap() }.to_bytes();
    let denied = world.test.ledger.submit(stranger.send(world.test.anchor(), 1, "ring", operation)).await;
    assert!(matches!(denied, Err(Error::Rejected(Rejection::Denied(_)))), "{denied:?}");
}

#[tokio::test]
async fn a_ring_key_is_registered_with_a_proof_for_its_own_did_only() {
    let mut world = World::new([1, 1, 1]).await;
    let cause = refused(world.register(0, 1).await);
    assert!(cause.contains("proof of possession does not verify"), "{cause}");
    world.register(0, 0).await.unwrap();
    world.keys[0] = SigningKey::generate(&mut world.rng);
    let cause = refused(world.register(0, 0).await);
    assert!(cause.contains("ring"), "a second one: {cause}");
}

#[tokio::test]
async fn members_of_different_weight_do_not_vote_in_secret() {
    let mut world = World::new([1, 2, 1]).await;
    for member in 0..3 {
        world.register(member, member).await.unwrap();
    }
    world.form("members").await.unwrap();
    let cause = refused(world.propose(true).await.map(|_| unreachable!()));
    assert!(cause.contains("different weights"), "{cause}");
}

/// To form a ring, as many documents and proofs are read as there are DIDs on the list: refusals are counted, each once although it is
/// tried side by side with others and again in order.
#[tokio::test]
async fn rings_that_are_refused_are_tried_so_often_and_no_more() {
    const AT_ONCE: usize = 20;
    let mut world = World::new([1, 1, 1]).await;
    let form = rings::Operation::Form { list: "members".parse().unwrap() }.to_bytes();
    let at_once: Vec<_> = (0..AT_ONCE).map(|_| world.by_name(0, "ring", form.clone())).collect();
    let ledger = world.test.ledger.clone();
    let tried = futures::future::join_all(at_once.into_iter().map(|one| ledger.submit(one))).await;
    for result in tried {
        assert!(refused(result).contains("no ring key has"));
    }
    for _ in AT_ONCE..hufu_node::MAX_REFUSED {
        let cause = refused(world.form("members").await);
        assert!(cause.contains("no ring key has"), "{cause}");
    }
    let too_many = world.form("members").await.unwrap_err();
    assert!(matches!(too_many, Error::Rejected(Rejection::TooManyRefused { .. })), "{too_many}");
    // others are not concerned, nor is what costs little
    world.register(0, 0).await.unwrap();
    let operation = world.by_name(1, "ring", form);
    assert!(refused(world.test.ledger.submit(operation).await).contains("no ring key has"));
}
