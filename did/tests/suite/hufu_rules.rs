//! The life of a `did:hufu`, and every way in which an operation is refused.

use hufu_did::{
    DidUrl, Relationship,
    hufu::{
        Authority, Builder, KeySignature, NextKeys, Records, Refusal, SignedOperation, commitment,
        verify_history,
    },
};
use serde_json::{Value, json};

use super::world::{World, key, keys, public, refusal};

#[test]
fn a_did_is_the_hash_of_its_first_operation() {
    let mut world = World::new();
    let k = key(1);
    let draft = world.create().keys(1, [&k.verifying_key()]).build().unwrap();
    let announced = draft.did().clone();
    let signed = draft.sign(&k).finish();
    let changes = world.submit(&signed).unwrap();
    assert_eq!(changes.did, announced);
    assert_eq!(announced.as_str(), format!("did:hufu:test:{}", signed.hash()));
    assert!(announced.method_specific_id().starts_with("test:zQm"), "{announced}");
    assert_eq!((changes.version.version, changes.version.previous), (1, None));
    assert_eq!((changes.version.actor, changes.version.authority), (announced, Authority::Keys));
}

#[test]
fn the_whole_life_is_kept_and_can_be_verified_again() {
    let mut world = World::new();
    let [k1, k2, r1] = keys(1);
    let [v1, v2, w1] = [&k1, &k2, &r1].map(|k| k.verifying_key());
    let draft = world
        .create()
        .keys(1, [&v1])
        .next_keys(1, [&v2])
        .recovery(1, [&w1])
        .method("#key-1", &v1, &[Relationship::AssertionMethod])
        .service("#files", "Files", "https://files.example/")
        .also_known_as(["https://school.example".to_owned()])
        .build()
        .unwrap();
    let did = draft.did().clone();
    world.submit(&draft.sign(&k1).finish()).unwrap();

    let update = Builder::update(&world.head(&did)).remove_service("#files").service(
        "#f2",
        "Files",
        "https://f2.example/",
    );
    world.submit(&update.build().unwrap().sign(&k1).finish()).unwrap();

    let rotate = Builder::rotate(&world.head(&did)).keys(1, [&v2]).remove_method("#key-1").method(
        "#key-1",
        &v2,
        &[Relationship::Authentication],
    );
    world.submit(&rotate.build().unwrap().sign(&k1).sign(&k2).finish()).unwrap();

    let recover = Builder::recover(&world.head(&did)).keys(1, [&v1]);
    world.submit(&recover.build().unwrap().sign(&r1).sign(&k1).finish()).unwrap();
    world.submit(&Builder::deactivate(&world.head(&did)).build().unwrap().sign(&k1).finish()).unwrap();

    let versions: Vec<_> = (1..=5).map(|n| world.records.version(&did, n).unwrap().unwrap()).collect();
    assert_eq!(verify_history(&world.records, &did, &versions).unwrap(), world.head(&did));
    let names: Vec<_> = versions
        .iter()
        .map(|v| hufu_did::hufu::Operation::parse(v.operation.operation()).unwrap().name())
        .collect();
    assert_eq!(names, ["create", "update", "rotate", "recover", "deactivate"]);

    let key_1: DidUrl = format!("{did}#key-1").parse().unwrap();
    let at = |n: usize| &versions[n - 1].document;
    assert!(at(1).authorised(&key_1, Relationship::AssertionMethod).is_some());
    assert!(at(2).authorised(&key_1, Relationship::AssertionMethod).is_some());
    assert_eq!(at(2).service()[0].id(), format!("{did}#f2"));
    assert_eq!(at(2).also_known_as(), ["https://school.example"]);
    assert!(
        at(3).authorised(&key_1, Relationship::AssertionMethod).is_none(),
        "the relationship went with the key"
    );
    assert_eq!(at(3).authorised(&key_1, Relationship::Authentication).unwrap().verifying_key().unwrap(), v2);
    assert_eq!(at(4), at(3));
    assert!(at(5).verification_method().is_empty());
}

#[test]
fn a_history_with_a_gap_a_swap_or_a_changed_record_is_rejected() {
    let mut world = World::new();
    let k = key(1);
    let did = world.simple(&k);
    for n in 0..3 {
        let op = Builder::update(&world.head(&did)).also_known_as([format!("https://{n}.example")]);
        world.submit(&op.build().unwrap().sign(&k).finish()).unwrap();
    }
    let good: Vec<_> = (1..=4).map(|n| world.records.version(&did, n).unwrap().unwrap()).collect();
    let check = |versions: &[_]| verify_history(&world.records, &did, versions);
    assert!(check(&good).is_ok());
    assert!(check(&[]).is_err());
    assert!(check(&good[1..]).is_err());
    assert!(check(&[good[0].clone(), good[2].clone()]).is_err());
    assert!(check(&[good[0].clone(), good[2].clone(), good[1].clone()]).is_err());
    let changed = |change: fn(&mut hufu_did::hufu::Version)| {
        let mut versions = good.clone();
        change(&mut versions[1]);
        versions
    };
    assert!(check(&changed(|v| v.document = hufu_did::Document::new(v.document.id().clone()))).is_err());
    assert!(check(&changed(|v| v.version = 7)).is_err());
    assert!(check(&changed(|v| v.previous = None)).is_err());
    assert!(check(&changed(|v| v.authority = Authority::Recovery)).is_err());
    assert!(check(&changed(|v| v.deactivated = true)).is_err());
    assert!(check(&changed(|v| v.time_ms = 0)).is_err());
}

#[test]
fn replays_and_stale_operations_are_refused_by_name() {
    let mut world = World::new();
    let k = key(1);
    let v = k.verifying_key();
    let draft = world.create().keys(1, [&v]).build().unwrap();
    let did = draft.did().clone();
    let create = draft.sign(&k).finish();
    world.submit(&create).unwrap();
    assert_eq!(world.refusal(&create), Refusal::AlreadyExists(did.clone()));

    let head = world.head(&did);
    let op = |n: u32| {
        Builder::update(&head)
            .also_known_as([format!("https://{n}.example")])
            .build()
            .unwrap()
            .sign(&k)
            .finish()
    };
    let (first, second) = (op(1), op(2));
    world.submit(&first).unwrap();
    assert_eq!(world.refusal(&first), Refusal::Replayed { version: 2 });
    assert_eq!(world.refusal(&second), Refusal::StaleVersion { expected: 3, found: 2 });

    let mut wrong = world.head(&did);
    wrong.hash = create.hash();
    let stale = Builder::update(&wrong).also_known_as([]).build().unwrap().sign(&k).finish();
    assert_eq!(world.refusal(&stale), Refusal::StalePrevious);
    let mut wrong = world.head(&did);
    wrong.version = 9;
    let gap = Builder::update(&wrong).also_known_as([]).build().unwrap().sign(&k).finish();
    assert_eq!(world.refusal(&gap), Refusal::StaleVersion { expected: 3, found: 10 });
}

#[test]
fn an_operation_stays_in_its_network() {
    let mut world = World::new();
    let k = key(1);
    let did = world.simple(&k);
    let update = Builder::update(&world.head(&did)).also_known_as([]).build().unwrap().sign(&k).finish();
    let create = world.create().keys(1, [&k.verifying_key()]).build().unwrap().sign(&k).finish();
    world.network = "other".parse().unwrap();
    for signed in [&update, &create] {
        let expected = Refusal::WrongNetwork { expected: "other".into(), found: "test".into() };
        assert_eq!(world.refusal(signed), expected);
    }
}

#[test]
fn unknown_dids_are_named() {
    let world = World::new();
    let mut elsewhere = World::new();
    let k = key(1);
    let did = elsewhere.simple(&k);
    let update = Builder::update(&elsewhere.head(&did)).also_known_as([]).build().unwrap().sign(&k).finish();
    assert_eq!(world.refusal(&update), Refusal::NotFound(did));
    // A link may name anything; a did:key has no history.
    let value = json!({"did": "did:key:z6Mk", "format": 1, "previous": update.hash().to_string(), "type": "deactivate", "version": 2});
    let signed = SignedOperation::unsigned(hufu_jcs::canonicalize(&value).unwrap()).signed_by(&k);
    assert_eq!(world.refusal(&signed), Refusal::NotFound("did:key:z6Mk".parse().unwrap()));
}

#[test]
fn k_of_n_needs_k_distinct_keys_of_the_n() {
    let mut world = World::new();
    let ks = keys::<3>(1);
    let stranger = key(9);
    let draft = world.create().keys(2, &public(&ks)).build().unwrap();
    let did = draft.did().clone();
    let not_authorised = |have| Refusal::NotAuthorised { whose: "update", need: 2, have };
    assert_eq!(world.refusal(&draft.clone().finish()), Refusal::NotSigned);
    assert_eq!(world.refusal(&draft.clone().sign(&ks[0]).finish()), not_authorised(1));
    assert_eq!(world.refusal(&draft.clone().sign(&ks[0]).sign(&stranger).finish()), not_authorised(1));
    world.submit(&draft.sign(&ks[0]).sign(&ks[2]).finish()).unwrap();

    let draft = Builder::update(&world.head(&did)).also_known_as(["x:y".into()]).build().unwrap();
    let once = draft.clone().sign(&ks[0]).finish();
    let again = once.signatures()[0].clone();
    let twice = once.clone().with_signature(again.clone()).with_signature(again);
    assert_eq!(twice.signatures().len(), 3);
    assert_eq!(world.refusal(&twice), not_authorised(1), "a key counts once");
    assert_eq!(world.refusal(&draft.clone().sign(&stranger).finish()), not_authorised(0));
    // More than needed is fine, and so are signatures by others.
    world.submit(&draft.sign(&ks[0]).sign(&ks[1]).sign(&ks[2]).sign(&stranger).finish()).unwrap();
}

#[test]
fn keys_of_every_algorithm_decide_together() {
    use hufu_keys::{Algorithm, SigningKey};
    let mut world = World::new();
    let algorithms =
        [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::Secp256k1, Algorithm::Sm2];
    let ks = algorithms.map(|algorithm| SigningKey::generate(algorithm, &mut super::world::rng(1)));
    let vs = public(&ks);
    let purposes = [Relationship::AssertionMethod, Relationship::KeyAgreement];
    let builder = world.create().keys(5, &vs).next_keys(1, &vs).recovery(5, &vs);
    let draft = ["#p256", "#p384", "#k1", "#sm2"]
        .iter()
        .zip(&vs[1..])
        .fold(builder, |builder, (id, key)| builder.method(id, key, &purposes))
        .build()
        .unwrap();
    let four = ks[..4].iter().fold(draft.clone(), hufu_did::hufu::Draft::sign).finish();
    assert_eq!(world.refusal(&four), Refusal::NotAuthorised { whose: "update", need: 5, have: 4 });
    let changes = world.submit(&ks.iter().fold(draft, hufu_did::hufu::Draft::sign).finish()).unwrap();
    for (method, key) in changes.version.document.verification_method().iter().zip(&vs[1..]) {
        assert_eq!(method.verifying_key().unwrap(), *key);
    }
}

#[test]
fn thresholds_and_sets_are_checked_when_they_are_made_and_when_they_are_read() {
    let mut world = World::new();
    let ks = keys::<17>(1);
    let vs = public(&ks);
    let three = vs[..3].to_vec();
    let build = |builder: Builder| match builder.build() {
        Err(hufu_did::Error::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    assert_eq!(build(world.create().keys(0, &three)), Refusal::Threshold { threshold: 0, keys: 3 });
    assert_eq!(build(world.create().keys(4, &three)), Refusal::Threshold { threshold: 4, keys: 3 });
    assert_eq!(build(world.create().keys(1, [])), Refusal::Threshold { threshold: 1, keys: 0 });
    assert_eq!(build(world.create().recovery(0, &three)), Refusal::Threshold { threshold: 0, keys: 3 });
    assert_eq!(build(world.create().next_keys(4, &three)), Refusal::Threshold { threshold: 4, keys: 3 });
    assert_eq!(build(world.create().keys(1, &vs)), Refusal::TooMany { what: "keys of a set", most: 16 });
    assert_eq!(build(world.create().keys(1, [&vs[0], &vs[0]])), Refusal::DuplicateKey(vs[0].to_multikey()));

    // The same on the wire, where no builder stands in the way.
    let base = world.create().keys(1, &three).build().unwrap();
    let wire = |change: &dyn Fn(&mut Value)| {
        let mut value: Value = serde_json::from_slice(base.bytes()).unwrap();
        change(&mut value);
        let signed = SignedOperation::unsigned(hufu_jcs::canonicalize(&value).unwrap()).signed_by(&ks[0]);
        World::new().refusal(&signed)
    };
    assert_eq!(wire(&|v| v["keys"]["threshold"] = 0.into()), Refusal::Threshold { threshold: 0, keys: 3 });
    assert_eq!(wire(&|v| v["keys"]["threshold"] = 4.into()), Refusal::Threshold { threshold: 4, keys: 3 });
    assert_eq!(
        wire(&|v| v["keys"]["threshold"] = 65_537.into()),
        Refusal::Threshold { threshold: 65_537, keys: 3 }
    );
    assert!(matches!(wire(&|v| v["keys"]["threshold"] = json!(-1)), Refusal::Malformed { .. }));
    assert!(matches!(wire(&|v| v["keys"]["threshold"] = json!(1.5)), Refusal::Malformed { .. }));
    let many: Vec<_> = vs.iter().map(|v| v.to_multikey()).collect();
    assert_eq!(
        wire(&|v| v["keys"]["keys"] = json!(many)),
        Refusal::TooMany { what: "keys of a set", most: 16 }
    );
    assert_eq!(
        wire(&|v| v["keys"]["keys"] = json!([many[0], many[0]])),
        Refusal::DuplicateKey(many[0].clone())
    );
    assert!(matches!(wire(&|v| v["keys"]["keys"] = json!(["z6Mk"])), Refusal::BadKey { .. }));
    assert!(matches!(
        wire(&|v| v["next"] = json!({"threshold": 1, "hashes": ["abc"]})),
        Refusal::Malformed { .. }
    ));
    assert_eq!(wire(&|v| drop(v.as_object_mut().unwrap().remove("keys"))), Refusal::NoControl);
}

#[test]
fn a_bad_signature_refuses_the_whole() {
    let mut world = World::new();
    let [k, other] = keys(1);
    let draft = world.create().keys(1, [&k.verifying_key()]).build().unwrap();
    let good = draft.clone().sign(&k).finish();
    let name = k.verifying_key().to_multikey();
    let sig = |key: String, signature: Vec<u8>| KeySignature { key, signature };

    let mut flipped = good.signatures()[0].signature.clone();
    flipped[3] ^= 1;
    let unsigned = || SignedOperation::unsigned(draft.bytes().to_vec());
    for bad in [flipped, vec![], vec![0; 64], other.sign(&good.message()).as_bytes().to_vec()] {
        let signed = unsigned().with_signature(sig(name.clone(), bad));
        assert_eq!(world.refusal(&signed), Refusal::BadSignature(name.clone()));
    }
    // Signed without the label, i.e. for another purpose.
    let signed = unsigned().with_signature(sig(name.clone(), k.sign(draft.bytes()).as_bytes().to_vec()));
    assert_eq!(world.refusal(&signed), Refusal::BadSignature(name.clone()));
    // A good one does not make up for a bad one.
    let signed = good.clone().with_signature(sig(other.verifying_key().to_multikey(), vec![0; 64]));
    assert!(matches!(world.refusal(&signed), Refusal::BadSignature(_)));
    let signed = good.clone().with_signature(sig("z6MkNonsense".into(), vec![0; 64]));
    assert!(matches!(world.refusal(&signed), Refusal::BadKey { .. }));
    let mut many = good;
    for _ in 0..hufu_did::hufu::MAX_SIGNATURES {
        many = many.clone().with_signature(many.signatures()[0].clone());
    }
    assert_eq!(world.refusal(&many), Refusal::TooMany { what: "signatures", most: 48 });
}

#[test]
fn new_keys_must_sign_for_themselves() {
    let mut world = World::new();
    let [k1, k2, k3] = keys(1);
    let did = world.simple(&k1);
    let draft = Builder::rotate(&world.head(&did)).keys(2, &public(&[k2, k3])).build().unwrap();
    let [_, k2, k3] = keys(1);
    let unproven = |have| Refusal::NotAuthorised { whose: "new", need: 2, have };
    assert_eq!(world.refusal(&draft.clone().sign(&k1).finish()), unproven(0));
    assert_eq!(world.refusal(&draft.clone().sign(&k1).sign(&k2).finish()), unproven(1));
    let without_old = draft.clone().sign(&k2).sign(&k3).finish();
    assert_eq!(world.refusal(&without_old), Refusal::NotAuthorised { whose: "update", need: 1, have: 0 });
    world.submit(&draft.sign(&k1).sign(&k2).sign(&k3).finish()).unwrap();
    let old = Builder::update(&world.head(&did)).also_known_as([]).build().unwrap().sign(&k1).finish();
    assert_eq!(world.refusal(&old), Refusal::NotAuthorised { whose: "update", need: 2, have: 0 });
}

#[test]
fn a_commitment_binds_the_next_rotation() {
    let mut world = World::new();
    let [k1, n1, n2, n3, thief] = keys(1);
    let next = public(&[key(2), key(3), key(4)]);
    let draft = world.create().keys(1, [&k1.verifying_key()]).next_keys(2, &next).build().unwrap();
    let did = draft.did().clone();
    world.submit(&draft.sign(&k1).finish()).unwrap();
    let head = world.head(&did);
    assert_eq!(head.next.as_ref().unwrap().hashes()[0], commitment(&n1.verifying_key().to_multikey()));

    // The thief has the current key, k1, and cannot get rid of the owner.
    let mine = thief.verifying_key();
    let rotate = Builder::rotate(&head).keys(1, [&mine]).build().unwrap().sign(&k1).sign(&thief).finish();
    assert_eq!(world.refusal(&rotate), Refusal::CommittedThreshold { committed: 2, found: 1 });
    let rotate =
        Builder::rotate(&head).keys(2, [&mine, &next[0]]).build().unwrap().sign(&k1).sign(&thief).sign(&n1);
    assert_eq!(world.refusal(&rotate.finish()), Refusal::NotCommitted(mine.to_multikey()));
    let rotate = Builder::rotate(&head).keys(2, &next).build().unwrap().sign(&k1).finish();
    assert_eq!(world.refusal(&rotate), Refusal::NotAuthorised { whose: "new", need: 2, have: 0 });
    let update = Builder::update(&head).controllers([]).build().unwrap().sign(&k1).finish();
    assert_eq!(world.refusal(&update), Refusal::ControllersCommitted);

    // Two of the three announced keys are enough; the third is left out because it was lost.
    let rotate = Builder::rotate(&head).keys(2, [&next[0], &next[2]]).build().unwrap();
    world.submit(&rotate.sign(&k1).sign(&n1).sign(&n3).finish()).unwrap();
    assert_eq!(world.head(&did).next, None);
    // Without a commitment any key can follow.
    let rotate = Builder::rotate(&world.head(&did)).keys(1, [&n2.verifying_key()]).build().unwrap();
    world.submit(&rotate.sign(&n1).sign(&n3).sign(&n2).finish()).unwrap();
}

#[test]
fn commitments_can_be_made_without_showing_the_keys() {
    let mut world = World::new();
    let [k1, k2] = keys(1);
    let hash = commitment(&k2.verifying_key().to_multikey());
    let next = NextKeys::from_hashes(1, vec![hash]).unwrap();
    let draft = world.create().keys(1, [&k1.verifying_key()]).next_commitment(next).build().unwrap();
    assert!(!String::from_utf8_lossy(draft.bytes()).contains(&k2.verifying_key().to_multikey()));
    let did = draft.did().clone();
    world.submit(&draft.sign(&k1).finish()).unwrap();
    let rotate = Builder::rotate(&world.head(&did)).keys(1, [&k2.verifying_key()]).build().unwrap();
    world.submit(&rotate.sign(&k1).sign(&k2).finish()).unwrap();
}

#[test]
fn recovery_takes_the_did_back_from_a_thief() {
    let mut world = World::new();
    let [owner, r1, r2, r3, thief, fresh] = keys(1);
    let draft = world
        .create()
        .keys(1, [&owner.verifying_key()])
        .recovery(2, [&r1.verifying_key(), &r2.verifying_key(), &r3.verifying_key()])
        .method("#key-1", &owner.verifying_key(), &[Relationship::AssertionMethod])
        .build()
        .unwrap();
    let did = draft.did().clone();
    world.submit(&draft.sign(&owner).finish()).unwrap();
    let thiefs_did = world.simple(&thief);

    // The thief has the owner's key: new keys, a key in the document, a controller above all.
    let head = world.head(&did);
    let recovery =
        Builder::rotate(&head).keys(1, [&thief.verifying_key()]).recovery(1, [&thief.verifying_key()]);
    assert_eq!(
        world.refusal(&recovery.build().unwrap().sign(&owner).sign(&thief).finish()),
        Refusal::RecoveryFixed
    );
    let rotate = Builder::rotate(&head).keys(1, [&thief.verifying_key()]).controllers([thiefs_did]).method(
        "#evil",
        &thief.verifying_key(),
        &[Relationship::AssertionMethod],
    );
    world.submit(&rotate.build().unwrap().sign(&owner).sign(&thief).finish()).unwrap();

    let draft = Builder::recover(&world.head(&did))
        .keys(1, [&fresh.verifying_key()])
        .remove_method("#evil")
        .build()
        .unwrap();
    let short = |have| Refusal::NotAuthorised { whose: "recovery", need: 2, have };
    assert_eq!(world.refusal(&draft.clone().sign(&r1).sign(&fresh).finish()), short(1));
    assert_eq!(world.refusal(&draft.clone().sign(&thief).sign(&fresh).finish()), short(0));
    let unproven = draft.clone().sign(&r1).sign(&r3).finish();
    assert_eq!(world.refusal(&unproven), Refusal::NotAuthorised { whose: "new", need: 1, have: 0 });
    let changes = world.submit(&draft.sign(&r1).sign(&r3).sign(&fresh).finish()).unwrap();
    assert_eq!(changes.version.authority, Authority::Recovery);
    assert!(changes.head.controllers.is_empty() && changes.version.document.controller().is_empty());
    assert_eq!(changes.version.document.verification_method().len(), 1);

    for stale in [&thief, &owner] {
        let update =
            Builder::update(&world.head(&did)).also_known_as([]).build().unwrap().sign(stale).finish();
        assert_eq!(world.refusal(&update), Refusal::NotAuthorised { whose: "update", need: 1, have: 0 });
    }
    let update = Builder::update(&world.head(&did)).also_known_as([]).build().unwrap().sign(&fresh).finish();
    world.submit(&update).unwrap();
}

#[test]
fn recovery_keys_can_be_added_once_and_replaced_by_themselves() {
    let mut world = World::new();
    let [k, r1, r2] = keys(1);
    let did = world.simple(&k);
    let recover = Builder::recover(&world.head(&did)).keys(1, [&k.verifying_key()]).build().unwrap();
    assert_eq!(world.refusal(&recover.sign(&k).sign(&r1).finish()), Refusal::NoRecovery(did.clone()));
    let add =
        Builder::rotate(&world.head(&did)).keys(1, [&k.verifying_key()]).recovery(1, [&r1.verifying_key()]);
    world.submit(&add.build().unwrap().sign(&k).finish()).unwrap();
    let swap =
        Builder::recover(&world.head(&did)).keys(1, [&k.verifying_key()]).recovery(1, [&r2.verifying_key()]);
    world.submit(&swap.build().unwrap().sign(&r1).sign(&k).finish()).unwrap();
    let old = Builder::recover(&world.head(&did)).keys(1, [&k.verifying_key()]).build().unwrap();
    let expected = Refusal::NotAuthorised { whose: "recovery", need: 1, have: 0 };
    assert_eq!(world.refusal(&old.sign(&r1).sign(&k).finish()), expected);
}

#[test]
fn a_deactivated_did_cannot_be_changed() {
    let mut world = World::new();
    let [k, r] = keys(1);
    let v = k.verifying_key();
    let draft = world.create().keys(1, [&v]).recovery(1, [&r.verifying_key()]).build().unwrap();
    let did = draft.did().clone();
    world.submit(&draft.sign(&k).finish()).unwrap();
    let by_stranger = Builder::deactivate(&world.head(&did)).build().unwrap().sign(&key(9)).finish();
    assert!(matches!(world.refusal(&by_stranger), Refusal::NotAuthorised { .. }));
    let end = Builder::deactivate(&world.head(&did)).build().unwrap().sign(&r).finish();
    let changes = world.submit(&end).unwrap();
    assert_eq!(changes.version.authority, Authority::Recovery);

    let head = world.head(&did);
    let gone = Refusal::Deactivated(did);
    for draft in [
        Builder::update(&head).also_known_as([]).build().unwrap(),
        Builder::rotate(&head).keys(1, [&v]).build().unwrap(),
        Builder::recover(&head).keys(1, [&v]).build().unwrap(),
        Builder::deactivate(&head).build().unwrap(),
    ] {
        assert_eq!(world.refusal(&draft.sign(&k).sign(&r).finish()), gone);
    }
    assert_eq!(world.refusal(&end), Refusal::Replayed { version: 2 });
}

#[test]
fn patches_are_refused_by_name() {
    let mut world = World::new();
    let k = key(1);
    let v = k.verifying_key();
    let did = world.simple(&k);
    let head = world.head(&did);
    let purposes = [Relationship::Authentication];
    let refused = |builder: Builder| match builder.build() {
        Ok(draft) => refusal(world.try_apply(&draft.sign(&k).finish())),
        Err(hufu_did::Error::Refused(refusal)) => refusal,
        Err(other) => panic!("{other}"),
    };
    let update = || Builder::update(&head);
    assert_eq!(refused(update()), Refusal::EmptyPatch);
    assert_eq!(refused(update().remove_method("#nope")), Refusal::UnknownId("#nope".into()));
    assert_eq!(refused(update().remove_method("key-1")), Refusal::UnknownId("key-1".into()));
    assert_eq!(refused(update().remove_service("#nope")), Refusal::UnknownId("#nope".into()));
    assert_eq!(refused(update().method("#key-1", &v, &purposes)), Refusal::DuplicateId("#key-1".into()));
    let clash = update().service("#key-1", "T", "https://a.example");
    assert_eq!(refused(clash), Refusal::DuplicateId(format!("{did}#key-1")));
    let clash = update().method("#a", &v, &purposes).service("#a", "T", "https://a.example");
    assert!(matches!(refused(clash), Refusal::DuplicateId(_)));
    let twice = update().service("#a", "T", "https://a.example").service("#a", "T", "https://a.example");
    assert_eq!(refused(twice), Refusal::DuplicateId(format!("{did}#a")));
    for bad in ["", "a", "#", "#a b", "#a/b", "#ä", "#a#b", "did:x:y#a", &format!("#{}", "a".repeat(200))] {
        assert!(matches!(refused(update().method(bad, &v, &purposes)), Refusal::BadEntry { .. }), "{bad}");
        assert!(
            matches!(refused(update().service(bad, "T", "https://a.example")), Refusal::BadEntry { .. }),
            "{bad}"
        );
    }
    assert!(matches!(refused(update().method("#a", &v, &[])), Refusal::BadEntry { .. }));
    assert!(matches!(
        refused(update().method("#a", &v, &[purposes[0], purposes[0]])),
        Refusal::BadEntry { .. }
    ));
    assert!(matches!(
        refused(update().method("#a", &v, &[Relationship::KeyAgreement])),
        Refusal::BadEntry { .. }
    ));
    assert!(matches!(refused(update().service("#a", "T", "no uri")), Refusal::BadEntry { .. }));
    assert!(matches!(refused(update().service("#a", "", "https://a.example")), Refusal::BadEntry { .. }));
    assert!(matches!(
        refused(update().service_value(json!({"id": "#a", "type": "T"}))),
        Refusal::BadEntry { .. }
    ));
    assert!(matches!(refused(update().service_value(json!("x"))), Refusal::BadEntry { .. }));
    let big =
        json!({"id": "#a", "type": "T", "serviceEndpoint": "https://a.example", "x": "y".repeat(3_000)});
    assert!(matches!(refused(update().service_value(big)), Refusal::BadEntry { .. }));
    let fraction = json!({"id": "#a", "type": "T", "serviceEndpoint": {"x": [{"y": 0.5}]}});
    assert!(matches!(refused(update().service_value(fraction)), Refusal::BadEntry { .. }));
    assert!(matches!(refused(update().also_known_as(["no uri".into()])), Refusal::BadEntry { .. }));
    let many = (0..33).fold(update(), |b, n| b.service(&format!("#s{n}"), "T", "https://a.example"));
    assert_eq!(refused(many), Refusal::TooMany { what: "services", most: 32 });
    let many = (0..33).fold(update(), |b, n| b.method(&format!("#m{n}"), &v, &purposes));
    assert_eq!(refused(many), Refusal::TooMany { what: "verification methods", most: 32 });
    let sum = (0..32).fold(update(), |b, n| b.method(&format!("#m{n}"), &v, &purposes));
    assert_eq!(
        refused(sum),
        Refusal::TooMany { what: "verification methods", most: 32 },
        "32 and the one there was"
    );
    let many = update().also_known_as((0..33).map(|n| format!("https://{n}.example")));
    assert_eq!(refused(many), Refusal::TooMany { what: "alsoKnownAs", most: 32 });
}

#[test]
fn time_does_not_run_backwards() {
    let mut world = World::new();
    let k = key(1);
    let did = world.simple(&k);
    let update = Builder::update(&world.head(&did)).also_known_as([]).build().unwrap().sign(&k).finish();
    world.time_ms -= 1;
    assert!(matches!(world.try_apply(&update), Err(hufu_did::Error::Records(_))));
    world.time_ms += 1;
    world.try_apply(&update).unwrap();
}

#[test]
fn of_two_operations_on_the_same_version_the_first_wins() {
    let mut world = World::new();
    let k = key(1);
    let did = world.simple(&k);
    let head = world.head(&did);
    let a = Builder::update(&head).also_known_as(["a:b".into()]).build().unwrap().sign(&k).finish();
    let b = Builder::deactivate(&head).build().unwrap().sign(&k).finish();
    assert!(world.try_apply(&a).is_ok() && world.try_apply(&b).is_ok());
    world.submit(&b).unwrap();
    assert_eq!(world.refusal(&a), Refusal::Deactivated(did));
}

/// The most that patches can add up to is still a record that can be read.
#[test]
fn the_largest_document_can_be_read_again() {
    let mut world = World::new();
    let k = key(1);
    let v = k.verifying_key();
    let draft = world.create().keys(1, [&v]).build().unwrap();
    let did = draft.did().clone();
    world.submit(&draft.sign(&k).finish()).unwrap();
    let submit = |world: &mut World, builder: Builder| {
        world.submit(&builder.build().unwrap().sign(&k).finish()).unwrap();
    };
    let id = |kind: &str, n: usize| format!("#{kind}{n:0>126}");
    for part in 0..2 {
        let service = |n: usize| {
            let empty =
                json!({"id": id("s", n), "type": "T", "serviceEndpoint": "x:y", "pad": ""}).to_string().len();
            json!({"id": id("s", n), "type": "T", "serviceEndpoint": "x:y", "pad": "p".repeat(2_048 - empty)})
        };
        let builder = (part * 16..part * 16 + 16)
            .fold(Builder::update(&world.head(&did)), |b, n| b.service_value(service(n)));
        submit(&mut world, builder);
    }
    let names = (0..28).map(|n| format!("x:{n:0>2046}"));
    let builder = Builder::update(&world.head(&did)).also_known_as(names);
    submit(&mut world, builder);
    let jwk = |n: usize| {
        let mut jwk = v.to_jwk();
        jwk["kid"] = json!("");
        jwk["kid"] = json!("k".repeat(1_024 - jwk.to_string().len()));
        json!({"id": id("k", n), "type": "JsonWebKey", "publicKeyJwk": jwk,
            "purposes": ["authentication", "assertionMethod", "capabilityInvocation", "capabilityDelegation"]})
    };
    let link = world.head(&did).next_link();
    let value = json!({"did": did, "format": 1, "type": "update", "version": link.version,
        "previous": link.previous.to_string(), "patch": {"addVerificationMethods": (0..32).map(jwk).collect::<Vec<_>>()}});
    let signed = SignedOperation::unsigned(hufu_jcs::canonicalize(&value).unwrap()).signed_by(&k);
    world.submit(&signed).unwrap();

    let version = world.records.version(&did, world.head(&did).version).unwrap().unwrap();
    let size = version.document.to_value().to_string().len();
    assert!((190_000..hufu_did::MAX_DOCUMENT_BYTES).contains(&size), "{size}");
}
