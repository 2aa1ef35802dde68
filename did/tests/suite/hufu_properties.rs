//! Laws of `did:hufu` over random histories.

use hufu_did::{
    Did, Error,
    hufu::{Builder, Changes, Draft, Head, Records, SignedOperation, verify_history},
};
use hufu_keys::SigningKey;
use proptest::prelude::*;

use super::world::{World, key};

/// What a member of the random histories does next; the number picks keys and names.
#[derive(Clone, Copy, Debug)]
enum Act {
    Update(u8),
    Rotate,
    RotateWithCommitment,
    Recover,
    Deactivate,
    /// Something the rules must refuse.
    Forge(u8),
}

fn arb_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => any::<u8>().prop_map(Act::Update),
        3 => Just(Act::Rotate),
        3 => Just(Act::RotateWithCommitment),
        2 => Just(Act::Recover),
        1 => Just(Act::Deactivate),
        3 => any::<u8>().prop_map(Act::Forge),
    ]
}

/// The owner: which keys count now. Keys are numbered.
struct Owner {
    world: World,
    did: Did,
    current: u64,
    committed: Option<u64>,
    next_number: u64,
}

const RECOVERY: u64 = 1;
const STRANGER: u64 = 2;

impl Owner {
    fn new() -> Self {
        let mut world = World::new();
        let [first, recovery] = [key(3), key(RECOVERY)].map(|k| k.verifying_key());
        let draft = world.create().keys(1, [&first]).recovery(1, [&recovery]).build().unwrap();
        let did = draft.did().clone();
        world.submit(&draft.sign(&key(3)).finish()).unwrap();
        Self { world, did, current: 3, committed: None, next_number: 4 }
    }

    fn head(&self) -> Head {
        self.world.head(&self.did)
    }

    fn fresh(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    fn act(&mut self, act: Act) -> Result<Changes, Error> {
        let head = self.head();
        let sign = |draft: Draft, keys: &[u64]| {
            keys.iter().fold(draft, |draft, number| draft.sign(&key(*number))).finish()
        };
        match act {
            Act::Update(n) => {
                let op = Builder::update(&head).also_known_as([format!("n:{n}")]).build().unwrap();
                self.world.submit(&sign(op, &[self.current]))
            }
            Act::Rotate | Act::RotateWithCommitment => {
                let new = self.committed.unwrap_or_else(|| self.next_number + 1);
                self.next_number += 1;
                let mut builder = Builder::rotate(&head).keys(1, [&key(new).verifying_key()]);
                let mut commitment = None;
                if matches!(act, Act::RotateWithCommitment) {
                    let number = self.fresh();
                    builder = builder.next_keys(1, [&key(number).verifying_key()]);
                    commitment = Some(number);
                }
                let changes = self.world.submit(&sign(builder.build().unwrap(), &[self.current, new]))?;
                (self.current, self.committed) = (new, commitment);
                Ok(changes)
            }
            Act::Recover => {
                let new = self.fresh();
                let op = Builder::recover(&head).keys(1, [&key(new).verifying_key()]).build().unwrap();
                let changes = self.world.submit(&sign(op, &[RECOVERY, new]))?;
                (self.current, self.committed) = (new, None);
                Ok(changes)
            }
            Act::Deactivate => {
                self.world.submit(&sign(Builder::deactivate(&head).build().unwrap(), &[self.current]))
            }
            Act::Forge(n) => {
                let stranger = key(STRANGER).verifying_key();
                let update = || Builder::update(&head).also_known_as([]).build().unwrap();
                let forged = match n % 4 {
                    0 => sign(update(), &[STRANGER]),
                    1 => sign(Builder::rotate(&head).keys(1, [&stranger]).build().unwrap(), &[STRANGER]),
                    2 => sign(
                        Builder::recover(&head).keys(1, [&stranger]).build().unwrap(),
                        &[self.current, STRANGER],
                    ),
                    _ => sign(Builder::deactivate(&head).build().unwrap(), &[STRANGER]),
                };
                self.world.submit(&forged)
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever was accepted forms a chain that verifies from the DID alone and leads to the stored head;
    /// forgeries are never accepted; after the end nothing is.
    #[test]
    fn accepted_operations_form_a_verifiable_chain(acts in prop::collection::vec(arb_act(), 0..14)) {
        let mut owner = Owner::new();
        let mut ended = false;
        for act in acts {
            let before = owner.head();
            match owner.act(act) {
                Ok(changes) => {
                    prop_assert!(!ended && !matches!(act, Act::Forge(_)), "{act:?} was accepted");
                    prop_assert_eq!(changes.version.previous, Some(before.hash));
                    prop_assert_eq!(changes.version.version, before.version + 1);
                    ended = matches!(act, Act::Deactivate);
                }
                Err(error) => {
                    prop_assert!(matches!(error, Error::Refused(_)), "{error}");
                    prop_assert!(ended || matches!(act, Act::Forge(_)), "{act:?}: {error}");
                    prop_assert_eq!(owner.head(), before);
                }
            }
        }
        let head = owner.head();
        let versions: Vec<_> =
            (1..=head.version).map(|n| owner.world.records.version(&owner.did, n).unwrap().unwrap()).collect();
        prop_assert_eq!(verify_history(&owner.world.records, &owner.did, &versions).unwrap(), head);
    }

    /// One changed bit anywhere in a signed operation, and it is refused or is still the same operation.
    #[test]
    fn tampered_bytes_are_rejected(position in any::<prop::sample::Index>(), bit in 0u8..8) {
        let (world, good, _) = one_update();
        let mut bytes = good.to_bytes();
        let at = position.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(signed) = SignedOperation::from_bytes(&bytes) {
            prop_assert!(world.try_apply(&signed).is_err(), "byte {at}, bit {bit}");
        }
    }

    /// Of two operations on one version, in whatever order, the first is accepted and the second is not.
    #[test]
    fn two_successors_cannot_both_live(a in any::<u8>(), b in any::<u8>()) {
        let (mut world, _, k) = one_update();
        let did = world.simple(&k);
        let head = world.head(&did);
        let op = |n: u8| Builder::update(&head).also_known_as([format!("n:{n}")]).build().unwrap().sign(&k).finish();
        world.submit(&op(a)).unwrap();
        prop_assert!(world.submit(&op(b)).is_err());
        prop_assert_eq!(world.head(&did).version, 2);
    }

    /// Bytes from anywhere never panic.
    #[test]
    fn readers_are_total(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "\\PC{0,200}") {
        use hufu_did::{Document, DidUrl, hufu::{Operation, Head, Version}};
        let _ = SignedOperation::from_bytes(&bytes);
        let _ = Operation::parse(&bytes);
        let _ = (Head::from_bytes(&bytes), Version::from_bytes(&bytes));
        let _ = Document::from_json(&bytes);
        let _ = Document::from_json(text.as_bytes());
        let _ = hufu_did::negotiate(Some(&text));
        for text in [text.clone(), format!("did:{text}"), format!("did:a:{text}"), format!("did:a:1{text}")] {
            if let Ok(url) = text.parse::<DidUrl>() {
                let _ = url.parameters();
                prop_assert_eq!(url.to_string(), text);
            }
        }
        for method in ["key", "jwk", "web"] {
            if let Ok(did) = Did::from_parts(method, &text) {
                let _ = (hufu_did::key::document(&did), hufu_did::jwk::document(&did), hufu_did::web::url(&did));
            }
        }
    }
}

fn one_update() -> (World, SignedOperation, SigningKey) {
    let mut world = World::new();
    let k = key(1);
    let did = world.simple(&k);
    let signed =
        Builder::update(&world.head(&did)).also_known_as(["a:b".into()]).build().unwrap().sign(&k).finish();
    assert!(world.try_apply(&signed).is_ok());
    (world, signed, k)
}
