//! Changes of a `did:hufu` that exists: update, rotate, recover, deactivate.
//!
//! 1. The DID's head record is fetched with its proof, and the proof is checked here.
//! 2. The keys that decide are those that the head names, found in the keystore by their public halves;
//!    the next keys by the hashes that the DID is committed to.
//! 3. New keys are saved before the operation leaves this process.
//! 4. The operation travels in a transaction that the DID itself signs with one of its verification
//!    methods. Without the key of any, the service carries it in its own name; who must sign the
//!    operation itself is the same either way.
//!
//! A recovery without the key of any verification method makes one and adds it; the old methods stay in
//! the document until they are removed, because credentials were signed with them.

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_did::{
    Did, Document, Relationship, RingKey,
    hufu::{Builder, Head, KeySet, NextKeys, SignedOperation, Version, commitment, head_key, version_key},
};
use hufu_keys::{SigningKey, VerifyingKey};
use hufu_wire::Payload;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    args::{Keys, Service},
    commands::{certified::Certified, text},
    exit::{Code, Failure},
    keystore_file::KeystoreFile,
    output::Output,
};

/// The method that has the ring key.
const RING_KEY_ID: &str = "#ring";

/// How many blocks the transaction may wait.
const PATIENCE: u64 = 1_000;

/// What is to be changed.
pub(super) enum Change {
    /// Services and the ring key of the document.
    Document {
        add_services: Vec<String>,
        remove_services: Vec<String>,
        ring_key: Option<Box<hufu_ring::SigningKey>>,
        remove_ring_key: bool,
    },
    /// The committed keys take over; new keys get this prefix.
    Rotate { name: String },
    /// The recovery keys install new keys, which get this prefix.
    Recover { name: String },
    /// The end.
    Deactivate,
}

impl Change {
    /// The registrar's path, and what has happened once it is done.
    fn path_and_word(&self) -> (&'static str, &'static str) {
        match self {
            Self::Document { .. } => ("/1.0/update", "updated"),
            Self::Rotate { .. } => ("/1.0/update", "rotated"),
            Self::Recover { .. } => ("/1.0/update", "recovered"),
            Self::Deactivate => ("/1.0/deactivate", "deactivated"),
        }
    }
}

pub(super) async fn run(
    did: &str,
    change: Change,
    keys: &Keys,
    service: &Service,
    output: Output,
) -> anyhow::Result<()> {
    let did: Did = did.parse().with_context(|| format!("{did:?} cannot be changed"))?;
    if did.method() != "hufu" {
        return Err(Failure::with(
            Code::Input,
            format!("a did:{} cannot be changed; only a did:hufu has a history", did.method()),
        ));
    }
    // 1.
    let certified = Certified::of(service).await?;
    let (bytes, height) = certified.value(&head_key(&did)).await?;
    let bytes = bytes.ok_or_else(|| Failure::with(Code::No, format!("{did} does not exist")))?;
    let head = Head::from_bytes(&bytes)?;
    if head.deactivated {
        return Err(Failure::with(Code::No, format!("{did} is deactivated, for good")));
    }
    let (version, _) = certified.value(&version_key(&did, head.version)).await?;
    let version = version.map(|bytes| Version::from_bytes(&bytes)).transpose()?;
    let document = version.map_or_else(|| Document::new(did.clone()), |version| version.document);
    // 2., 3.
    let mut store = keys.open_or_begin()?;
    let (path, word) = change.path_and_word();
    let signed = sign(&head, &document, change, &mut store)?;
    // 4.
    let secret = match method_key(&document, &store) {
        Some((method, key)) => {
            let expiry = height.saturating_add(PATIENCE);
            let (anchor, bytes) = (certified.anchor(), signed.to_bytes());
            let payload = Payload::new(anchor, did.as_str(), sequence(), expiry, "did", bytes);
            let transaction = payload.sign(&method, key).to_bytes();
            json!({ "signedTransaction": URL_SAFE_NO_PAD.encode(transaction) })
        }
        None => json!({ "signedOperation": signed.to_value() }),
    };
    let body = json!({ "did": did.as_str(), "secret": secret });
    let answer = certified.client().post(path, &body).await?;
    let result = outcome(did.as_str(), word, &answer);
    output.result(&result, || {
        format!("{did} {word}: version {} at height {}", text(&result, "/version"), text(&result, "/height"))
    })
}

/// The operation with the signatures of everybody who must sign; new keys are saved.
fn sign(
    head: &Head,
    document: &Document,
    change: Change,
    store: &mut KeystoreFile,
) -> anyhow::Result<SignedOperation> {
    match change {
        Change::Document { add_services, remove_services, ring_key, remove_ring_key } => {
            if ring_key.is_none() && !remove_ring_key && add_services.is_empty() && remove_services.is_empty()
            {
                let words = "nothing to change: give --add-service, --remove-service or --ring-key";
                return Err(Failure::with(Code::Input, words));
            }
            let mut builder = with_services(Builder::update(head), &add_services, &remove_services)?;
            if remove_ring_key {
                builder = builder.remove_method(RING_KEY_ID);
            }
            if let Some(key) = ring_key {
                builder = builder.ring_key(RING_KEY_ID, RingKey::new(&key, document.id(), &mut rand::rng())?);
            }
            let signers = holders("update", head.keys.as_ref(), store)?;
            signed(builder, &signers)
        }
        Change::Rotate { name } => {
            let revealed = match &head.next {
                Some(next) => committed(next, store)?,
                None => vec![
                    store.generate(&store.free_name(&format!("{name}/update")), algorithm(head, store))?,
                ],
            };
            let threshold = head.next.as_ref().map_or(1, NextKeys::threshold);
            let after =
                store.generate(&store.free_name(&format!("{name}/update")), algorithm(head, store))?;
            store.save()?;
            let builder = Builder::rotate(head).keys(threshold, &revealed).next_keys(1, [&after]);
            let mut signers = holders("update", head.keys.as_ref(), store)?;
            signers.extend(revealed.iter().filter_map(|key| private(store, key)));
            signed(builder, &signers)
        }
        Change::Recover { name } => {
            let update =
                store.generate(&store.free_name(&format!("{name}/update")), algorithm(head, store))?;
            let next = store.generate(&store.free_name(&format!("{name}/update")), algorithm(head, store))?;
            // refused before anything is saved, when this keystore cannot recover the DID
            holders("recovery", head.recovery.as_ref(), store)?;
            let mut builder = Builder::recover(head).keys(1, [&update]).next_keys(1, [&next]);
            // a DID that can be changed and cannot sign anything would be half recovered
            if method_key(document, store).is_none() {
                let id = free_method(document);
                let method =
                    store.generate(&store.free_name(&format!("{name}/key")), algorithm(head, store))?;
                builder = builder.method(&id, &method, &super::PURPOSES);
            }
            store.save()?;
            let mut signers = holders("recovery", head.recovery.as_ref(), store)?;
            signers.extend(private(store, &update));
            signed(builder, &signers)
        }
        Change::Deactivate => {
            let signers = match holders("update", head.keys.as_ref(), store) {
                Ok(signers) => signers,
                // the recovery keys may end a DID, too
                Err(missing) => holders("recovery", head.recovery.as_ref(), store).map_err(|_| missing)?,
            };
            signed(Builder::deactivate(head), &signers)
        }
    }
}

fn signed(builder: Builder, signers: &[&SigningKey]) -> anyhow::Result<SignedOperation> {
    let draft = builder.build()?;
    Ok(signers.iter().fold(draft, |draft, key| draft.sign(key)).finish())
}

/// The private keys of a set that are held here; an error unless they reach its threshold.
fn holders<'a>(
    whose: &str,
    set: Option<&KeySet>,
    store: &'a KeystoreFile,
) -> anyhow::Result<Vec<&'a SigningKey>> {
    let set = set.ok_or_else(|| Failure::with(Code::Input, format!("the DID has no {whose} keys")))?;
    let held: Vec<&SigningKey> =
        set.multikeys().iter().filter_map(|public| store.by_public(|key| key == public)).collect();
    if held.len() < usize::from(set.threshold()) {
        return Err(Failure::with(
            Code::Input,
            format!(
                "{} has {} of the {} {whose} keys that must sign",
                store.path().display(),
                held.len(),
                set.threshold()
            ),
        ));
    }
    Ok(held)
}

/// The keys that the DID is committed to, as far as the threshold asks for them.
fn committed(next: &NextKeys, store: &KeystoreFile) -> anyhow::Result<Vec<VerifyingKey>> {
    let found: Vec<VerifyingKey> = next
        .hashes()
        .iter()
        .filter_map(|hash| store.by_public(|key| commitment(key) == *hash))
        .map(SigningKey::verifying_key)
        .take(usize::from(next.threshold()))
        .collect();
    if found.len() < usize::from(next.threshold()) {
        return Err(Failure::with(
            Code::Input,
            format!(
                "{} has {} of the {} keys that the DID is committed to as its next",
                store.path().display(),
                found.len(),
                next.threshold()
            ),
        ));
    }
    Ok(found)
}

fn private<'a>(store: &'a KeystoreFile, public: &VerifyingKey) -> Option<&'a SigningKey> {
    let public = public.to_multikey();
    store.by_public(|key| key == public)
}

/// New keys are of the algorithm of the old ones that are held here.
fn algorithm(head: &Head, store: &KeystoreFile) -> hufu_keys::Algorithm {
    let sets = [head.keys.as_ref(), head.recovery.as_ref()];
    sets.into_iter()
        .flatten()
        .flat_map(KeySet::multikeys)
        .find_map(|public| store.by_public(|key| key == public))
        .map_or(hufu_keys::Algorithm::Ed25519, SigningKey::algorithm)
}

/// The first `#key-<n>` that the document does not have.
fn free_method(document: &Document) -> String {
    let taken = |id: &str| document.all_methods().any(|method| method.id().to_string().ends_with(id));
    let mut ids = (1..).map(|number| format!("#key-{number}"));
    ids.find(|id| !taken(id)).unwrap_or_default()
}

/// A verification method that may sign transactions and whose key is held here.
fn method_key<'a>(document: &Document, store: &'a KeystoreFile) -> Option<(String, &'a SigningKey)> {
    document.all_methods().find_map(|method| {
        let allowed = [Relationship::CapabilityInvocation, Relationship::Authentication]
            .into_iter()
            .any(|relationship| document.authorised(method.id(), relationship).is_some());
        let public = method.verifying_key().ok()?;
        let key = private(store, &public).filter(|_| allowed)?;
        Some((method.id().to_string(), key))
    })
}

/// A number that no earlier transaction of this keystore's owner has: the time in microseconds.
fn sequence() -> u64 {
    u64::try_from(Timestamp::now().as_microsecond()).unwrap_or(0)
}

/// `id=type=endpoint`, and fragments with or without `#`.
fn with_services(mut builder: Builder, add: &[String], remove: &[String]) -> anyhow::Result<Builder> {
    for id in remove {
        builder = builder.remove_service(&fragment(id));
    }
    for text in add {
        let mut parts = text.splitn(3, '=');
        let (Some(id), Some(kind), Some(endpoint)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Failure::with(
                Code::Input,
                format!("{text:?} is not id=type=endpoint, such as files=Files=https://example.org/"),
            ));
        };
        builder = builder.service(&fragment(id), kind, endpoint);
    }
    Ok(builder)
}

fn fragment(id: &str) -> String {
    if id.starts_with('#') { id.to_owned() } else { format!("#{id}") }
}

/// What a registrar's answer says, flat.
pub(super) fn outcome(did: &str, word: &str, answer: &Value) -> Value {
    let of = |pointer: &str| answer.pointer(pointer).cloned().unwrap_or(Value::Null);
    json!({
        "did": did,
        "state": word,
        "didDocument": of("/didState/didDocument"),
        "transaction": of("/didRegistrationMetadata/transaction"),
        "height": of("/didRegistrationMetadata/height"),
        "time": of("/didRegistrationMetadata/time"),
        "version": of("/didDocumentMetadata/versionId"),
    })
}

#[cfg(test)]
mod tests {
    use hufu_did::hufu::{Builder, Context, MemoryRecords, Network, Records as _, apply};
    use hufu_keys::Algorithm;

    use super::{Change, sign};
    use crate::{commands::did::PURPOSES, keystore_file::KeystoreFile};

    /// A keystore in a folder, with its passphrase in a file.
    fn store(folder: &std::path::Path) -> KeystoreFile {
        let passphrase = folder.join("passphrase");
        std::fs::write(&passphrase, "correct horse\n").expect("writes");
        KeystoreFile::open_or_begin(&folder.join("keys.json"), Some(&passphrase)).expect("begins")
    }

    #[test]
    fn every_change_is_accepted_by_the_rules_of_the_ledger() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = store(folder.path());
        let network: Network = "dev".parse().expect("a name");
        let names = ["a/key-1", "a/update-1", "a/update-2", "a/recovery-1"];
        let public: Vec<_> =
            names.iter().map(|name| store.generate(name, Algorithm::Sm2).expect("free")).collect();
        let draft = Builder::create(&network, &mut rand::rng())
            .keys(1, [&public[1]])
            .next_keys(1, [&public[2]])
            .recovery(1, [&public[3]])
            .method("#key-1", &public[0], &PURPOSES)
            .build()
            .expect("builds");
        let did = draft.did().clone();
        let create = draft.sign(store.key("a/update-1").expect("held")).finish();

        let mut records = MemoryRecords::new();
        let mut height = 1;
        let mut commit = |records: &mut MemoryRecords, signed| {
            let context = Context { network: &network, height, time_ms: height * 1000 };
            let changes = apply(records, &signed, &context).expect("accepted");
            records.commit(&changes);
            height += 1;
        };
        commit(&mut records, create);
        let document = |add: &[&str], remove: &[&str]| Change::Document {
            add_services: add.iter().map(ToString::to_string).collect(),
            remove_services: remove.iter().map(ToString::to_string).collect(),
            ring_key: None,
            remove_ring_key: false,
        };
        let ring = |key| Change::Document {
            add_services: vec![],
            remove_services: vec![],
            remove_ring_key: Option::is_none(&key),
            ring_key: key,
        };
        let changes = [
            document(&["files=Files=https://example.org/?a=b"], &[]),
            ring(Some(Box::new(hufu_ring::SigningKey::generate(&mut rand::rng())))),
            Change::Rotate { name: "a".into() },
            Change::Rotate { name: "a".into() },
            document(&[], &["files"]),
            ring(None),
            Change::Recover { name: "a".into() },
            Change::Rotate { name: "a".into() },
            Change::Deactivate,
        ];
        for change in changes {
            let head = records.head(&did).expect("reads").expect("exists");
            let version = records.version(&did, head.version).expect("reads").expect("exists");
            let signed = sign(&head, &version.document, change, &mut store).expect("signs");
            commit(&mut records, signed);
        }
        assert!(records.head(&did).expect("reads").expect("exists").deactivated);
    }

    #[test]
    fn a_keystore_without_the_keys_says_how_many_are_missing() {
        let (folder, other) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let mut owner = store(folder.path());
        let update = owner.generate("a/update-1", Algorithm::Ed25519).expect("free");
        let network: Network = "dev".parse().expect("a name");
        let draft = Builder::create(&network, &mut rand::rng()).keys(1, [&update]).build().expect("builds");
        let did = draft.did().clone();
        let signed = draft.sign(owner.key("a/update-1").expect("held")).finish();
        let context = Context { network: &network, height: 1, time_ms: 1 };
        let mut records = MemoryRecords::new();
        let changes = apply(&records, &signed, &context).expect("accepted");
        records.commit(&changes);
        let head = records.head(&did).expect("reads").expect("exists");
        let mut stranger = store(other.path());
        let document = hufu_did::Document::new(did);
        let error =
            sign(&head, &document, Change::Deactivate, &mut stranger).expect_err("no keys").to_string();
        assert!(error.contains("0 of the 1 update keys"), "{error}");
        let error = sign(&head, &document, Change::Recover { name: "a".into() }, &mut owner)
            .expect_err("none")
            .to_string();
        assert!(error.contains("no recovery keys"), "{error}");
    }
}
