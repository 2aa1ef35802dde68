//! DIDs that are controlled by other DIDs.

use hufu_did::{
    Did,
    hufu::{Authority, Builder, MAX_CONTROLLER_DEPTH, Refusal},
};

use super::world::{World, key, keys};

#[test]
fn a_controller_s_keys_decide_with_the_controller_s_threshold() {
    let mut world = World::new();
    let [a, b, c] = keys(1);
    let org = world.create().keys(2, &super::world::public(&[key(1), key(2), key(3)])).build().unwrap();
    let org_did = org.did().clone();
    world.submit(&org.sign(&a).sign(&b).finish()).unwrap();

    // A thing without keys of its own.
    let thing = world.create().controllers([org_did.clone()]).build().unwrap();
    let did = thing.did().clone();
    let nobody = Refusal::NotAuthorised { whose: "controller", need: 1, have: 0 };
    assert_eq!(world.refusal(&thing.clone().sign(&a).finish()), nobody);
    let changes = world.submit(&thing.sign(&a).sign(&c).finish()).unwrap();
    assert_eq!((&changes.version.actor, changes.version.authority), (&org_did, Authority::Controller));
    assert_eq!(changes.version.document.controller(), [org_did]);

    let update = Builder::update(&world.head(&did)).also_known_as(["a:b".into()]).build().unwrap();
    assert_eq!(world.refusal(&update.clone().sign(&b).finish()), nobody);
    assert_eq!(world.refusal(&update.clone().sign(&key(9)).finish()), nobody);
    world.submit(&update.sign(&b).sign(&c).finish()).unwrap();

    let orphan = Builder::update(&world.head(&did)).controllers([]).build().unwrap();
    assert_eq!(world.refusal(&orphan.sign(&b).sign(&c).finish()), Refusal::NoControl);
}

#[test]
fn keys_of_two_dids_do_not_add_up() {
    let mut world = World::new();
    let [a, b, c, d] = keys(1);
    let org = world.create().keys(2, [&a.verifying_key(), &b.verifying_key()]).build().unwrap();
    let org_did = org.did().clone();
    world.submit(&org.sign(&a).sign(&b).finish()).unwrap();
    let draft = world
        .create()
        .keys(2, [&c.verifying_key(), &d.verifying_key()])
        .controllers([org_did])
        .build()
        .unwrap();
    let did = draft.did().clone();
    world.submit(&draft.sign(&c).sign(&d).finish()).unwrap();
    let update = Builder::update(&world.head(&did)).also_known_as(["a:b".into()]).build().unwrap();
    let mixed = update.clone().sign(&a).sign(&c).finish();
    assert_eq!(world.refusal(&mixed), Refusal::NotAuthorised { whose: "update", need: 2, have: 1 });
    world.submit(&update.sign(&a).sign(&b).finish()).unwrap();
}

#[test]
fn a_rotated_or_ended_controller_decides_with_what_it_has_now() {
    let mut world = World::new();
    let [old, new, own] = keys(1);
    let org = world.simple(&old);
    let draft = world.create().keys(1, [&own.verifying_key()]).controllers([org.clone()]).build().unwrap();
    let did = draft.did().clone();
    world.submit(&draft.sign(&own).finish()).unwrap();
    let rotate = Builder::rotate(&world.head(&org)).keys(1, [&new.verifying_key()]).build().unwrap();
    world.submit(&rotate.sign(&old).sign(&new).finish()).unwrap();

    let update = Builder::update(&world.head(&did)).also_known_as(["a:b".into()]).build().unwrap();
    let refused = Refusal::NotAuthorised { whose: "update", need: 1, have: 0 };
    assert_eq!(world.refusal(&update.clone().sign(&old).finish()), refused);
    assert!(world.try_apply(&update.clone().sign(&new).finish()).is_ok());
    world.submit(&Builder::deactivate(&world.head(&org)).build().unwrap().sign(&new).finish()).unwrap();
    assert_eq!(world.refusal(&update.clone().sign(&new).finish()), refused);
    world.submit(&update.sign(&own).finish()).unwrap();
}

#[test]
fn cycles_are_refused_when_they_would_close() {
    let mut world = World::new();
    let [a, b, c] = keys(1);
    let [da, db, dc] = [&a, &b, &c].map(|k| world.simple(k));
    let set = |world: &World, did: &Did, above: &Did, by| {
        Builder::update(&world.head(did)).controllers([above.clone()]).build().unwrap().sign(by).finish()
    };
    assert_eq!(world.refusal(&set(&world, &da, &da, &a)), Refusal::ControllerCycle(da.clone()));
    let op = set(&world, &da, &db, &a);
    world.submit(&op).unwrap();
    assert_eq!(world.refusal(&set(&world, &db, &da, &b)), Refusal::ControllerCycle(db.clone()));
    let op = set(&world, &db, &dc, &b);
    world.submit(&op).unwrap();
    assert_eq!(world.refusal(&set(&world, &dc, &da, &c)), Refusal::ControllerCycle(dc.clone()));
    // Authority reaches through: c decides for b, so for a.
    let update =
        Builder::update(&world.head(&da)).also_known_as(["a:b".into()]).build().unwrap().sign(&c).finish();
    assert_eq!(world.submit(&update).unwrap().version.actor, dc);
}

#[test]
fn the_height_of_a_tower_is_bounded() {
    let mut world = World::new();
    let ks = keys::<7>(1);
    let dids: Vec<Did> = ks.iter().map(|k| world.simple(k)).collect();
    // Built from the top: each new edge sees all that is above it.
    for n in (0..6).rev() {
        let below =
            Builder::update(&world.head(&dids[n])).controllers([dids[n + 1].clone()]).build().unwrap();
        let signed = below.sign(&ks[n]).finish();
        if 6 - n <= MAX_CONTROLLER_DEPTH {
            world.submit(&signed).unwrap();
        } else {
            assert_eq!(world.refusal(&signed), Refusal::ControllersTooDeep);
            break;
        }
    }
    // Built from below, an edge high up is not seen by those below, and authority ends at the bound.
    let mut world = World::new();
    let dids: Vec<Did> = ks.iter().map(|k| world.simple(k)).collect();
    for n in 0..6 {
        let edge = Builder::update(&world.head(&dids[n])).controllers([dids[n + 1].clone()]).build().unwrap();
        world.submit(&edge.sign(&ks[n]).finish()).unwrap();
    }
    let update = Builder::update(&world.head(&dids[0])).also_known_as(["a:b".into()]).build().unwrap();
    assert!(world.try_apply(&update.clone().sign(&ks[MAX_CONTROLLER_DEPTH]).finish()).is_ok());
    assert!(world.try_apply(&update.sign(&ks[MAX_CONTROLLER_DEPTH + 1]).finish()).is_err());
}

#[test]
fn the_width_of_a_tower_is_bounded() {
    let mut world = World::new();
    let k = key(1);
    let top: Vec<Did> = (0..8).map(|_| world.simple(&k)).collect();
    let mut level = Vec::new();
    for group in 0..8 {
        let above: Vec<Did> = (0..8).map(|_| world.simple(&k)).collect();
        let draft = world.create().keys(1, [&k.verifying_key()]).controllers(above).build().unwrap();
        let did = draft.did().clone();
        world.submit(&draft.sign(&k).finish()).unwrap();
        level.push(did);
        assert!(group < 8 && top.len() == 8);
    }
    let wide = world.create().keys(1, [&k.verifying_key()]).controllers(level).build().unwrap();
    assert_eq!(world.refusal(&wide.sign(&k).finish()), Refusal::ControllersTooDeep);
}

#[test]
fn controllers_must_exist_here() {
    let mut world = World::new();
    let k = key(1);
    let ended = world.simple(&k);
    world.submit(&Builder::deactivate(&world.head(&ended)).build().unwrap().sign(&k).finish()).unwrap();
    let elsewhere: Did = ended.as_str().replace(":test:", ":other:").parse().unwrap();
    let missing: Did = format!("did:hufu:test:{}", hufu_did::hufu::OperationHash::of(b"x")).parse().unwrap();
    for (controller, expected) in [
        (ended.clone(), Refusal::ControllerUnusable(ended)),
        (missing.clone(), Refusal::ControllerUnusable(missing)),
        (elsewhere.clone(), Refusal::ControllerUnsupported(elsewhere)),
        ("did:key:z6Mk".parse().unwrap(), Refusal::ControllerUnsupported("did:key:z6Mk".parse().unwrap())),
        ("did:hufu:test".parse().unwrap(), Refusal::ControllerUnsupported("did:hufu:test".parse().unwrap())),
    ] {
        let draft = world.create().keys(1, [&k.verifying_key()]).controllers([controller]).build().unwrap();
        assert_eq!(world.refusal(&draft.sign(&k).finish()), expected);
    }
}
