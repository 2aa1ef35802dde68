//! Votes through the ledger: permissions change, and only as far as the engine can follow.

use hufu_keys::Algorithm;
use hufu_node::{
    At, Error, Event, Rejection,
    governance::{Choice, Operation, ProposalId},
};
use serde_json::json;

use crate::support::{Sender, Test, key};

/// Proposes and votes yes; the one member's vote decides.
async fn carry(test: &Test, sequence: u64, actions: serde_json::Value) -> Result<Vec<Event>, Error> {
    let member = &test.registrar;
    let propose = json!({
        "type": "propose", "title": "A change", "reason": "It is time.",
        "expires": { "height": 1_000 }, "actions": actions,
    });
    let propose = member.send(test.anchor(), sequence, "governance", propose.to_string().into_bytes());
    let id = ProposalId::of_transaction(propose.id().as_bytes());
    test.ledger.submit(propose).await?;
    let vote = json!({ "type": "vote", "proposal": id.to_string(), "choice": Choice::Yes });
    let vote = Operation::parse(vote.to_string().as_bytes()).unwrap().to_bytes();
    let receipt = test.ledger.submit(member.send(test.anchor(), sequence + 1, "governance", vote)).await?;
    Ok(test.ledger.block(receipt.height).unwrap().events)
}

#[tokio::test]
async fn a_vote_lets_somebody_create_dids_from_the_next_transaction_on() {
    let test = Test::new();
    let school = Sender::new(Algorithm::Sm2, 60);
    let denied = test.ledger.submit(school.create(test.anchor(), 1, 1).1).await.unwrap_err();
    assert!(matches!(denied, Error::Rejected(Rejection::Denied(_))), "{denied}");
    assert!(test.ledger.identity(&school.did).unwrap().lists.is_empty());

    let listed = json!([{ "type": "addToList", "list": "registrars", "did": school.did.to_string() }]);
    let events = carry(&test, 1, listed).await.unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["governance.voted", "governance.executed", "list.changed"]);
    assert_eq!(test.ledger.identity(&school.did).unwrap().lists.len(), 1);
    test.ledger.submit(school.create(test.anchor(), 1, 1).1).await.unwrap();

    let unlisted = json!([{ "type": "removeFromList", "list": "registrars", "did": school.did.to_string() }]);
    carry(&test, 3, unlisted).await.unwrap();
    let denied = test.ledger.submit(school.create(test.anchor(), 2, 2).1).await.unwrap_err();
    assert!(matches!(denied, Error::Rejected(Rejection::Denied(_))), "{denied}");
}

#[tokio::test]
async fn another_policy_set_comes_into_force_with_the_vote() {
    let test = Test::new();
    let stranger = Sender::new(Algorithm::P256, 61);
    let text = test.ledger.policies().unwrap().text().to_owned()
        + "\n@id(\"anyone-creates-dids\") @requires(\"nothing\") \
           permit (principal, action == Hufu::Action::\"did.create\", resource);";
    assert!(test.ledger.submit(stranger.create(test.anchor(), 1, 1).1).await.is_err());
    carry(&test, 1, json!([{ "type": "setPolicySet", "text": text }])).await.unwrap();
    test.ledger.submit(stranger.create(test.anchor(), 1, 1).1).await.unwrap();
    assert_eq!(test.ledger.policies().unwrap().text(), text);
}

#[tokio::test]
async fn validators_that_the_engine_cannot_work_with_are_refused_in_words() {
    let test = Test::new();
    let key = key(Algorithm::Ed25519, 62).verifying_key().to_multikey();
    let add = json!([{ "type": "addValidator", "did": "did:web:second.example", "key": key, "power": 1 }]);
    let error = carry(&test, 1, add).await.unwrap_err();
    assert!(error.to_string().contains("\"solo\""), "{error}");
    let height = test.height();
    // the vote is not cast, the ledger goes on
    test.create(10).await;
    assert_eq!(test.height(), height + 1);
}

/// Validators may change as long as this node alone decides: answers before, at and after the change
/// are believed by whoever knows only the genesis.
#[tokio::test]
async fn a_change_of_validators_is_followed_by_the_light_client() {
    let test = Test::with(|config| {
        let validator = hufu_light::Validator {
            did: "did:web:node.example".into(),
            key: key(Algorithm::Sm2, 1).verifying_key(),
            power: 10,
        };
        let set = hufu_light::ValidatorSet::new(vec![validator]).unwrap();
        let old = &config.genesis;
        config.genesis =
            hufu_light::Genesis::new(old.network().clone(), old.time_ms(), set, old.modules().clone())
                .unwrap();
    });
    let anchor = test.anchor().clone();
    let second = key(Algorithm::Ed25519, 62).verifying_key().to_multikey();
    let add = json!([{ "type": "addValidator", "did": "did:web:second.example", "key": second, "power": 1 }]);
    carry(&test, 1, add).await.unwrap();
    test.create(10).await;
    test.create(11).await;
    let newest = test.height();
    assert_eq!(
        test.ledger.header(2).unwrap().header.next_validators_hash,
        test.ledger.head().validators_hash
    );
    for height in 0..=newest {
        let answer = test.ledger.query(b"gov/validators", At::Height(height)).unwrap();
        answer.verify(&anchor, b"gov/validators").unwrap();
        assert_eq!(answer.trust.changes.len(), usize::from(height > 2), "height {height}");
    }
    let path = test.folder.path().join("ledger");
    let genesis = test.ledger.genesis().clone();
    let Test { ledger, folder, .. } = test;
    drop(ledger);
    let reopened =
        hufu_node::Ledger::open(hufu_node::Config::new(path, genesis, key(Algorithm::Sm2, 1))).unwrap();
    reopened.check().unwrap();
    assert_eq!(reopened.head().height, newest);
    drop(folder);
}
