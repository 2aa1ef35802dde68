//! Valid inputs of every entry point, made by the libraries themselves: what mutations start from.

use hufu_credentials::{
    Credential, Presentation, ProofOptions, Suite, issue, present,
    status::{
        BitstringList, Change, EntryRecord, ListRecord, MIN_ENTRIES, StatusEntry, StatusOperation,
        StatusPurpose,
    },
};
use hufu_did::{Relationship, hufu, jwk, key};
use hufu_jsonld::Contexts;
use hufu_keys::{
    Algorithm, SigningKey,
    hd::{ExtendedPrivateKey, Network},
    keystore::{self, KdfParams},
    stealth::MetaAddress,
};
use hufu_light::{Answer, TrustAnchor};
use hufu_policy::PolicySet;
use hufu_wire::Payload;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Value, json};

use super::{
    bbs, disclosure, group, keys::PASSPHRASE, ledger::GENESIS, membership, modes, pairing, peers, ring, sm,
    unnamed,
};

/// The seeds of one entry point, the same in every run.
///
/// # Panics
/// If the libraries refuse their own output.
pub fn seeds(name: &str) -> Vec<Vec<u8>> {
    let rng = &mut ChaCha20Rng::seed_from_u64(7);
    let keys: Vec<SigningKey> = Algorithm::ALL.iter().map(|a| SigningKey::generate(*a, rng)).collect();
    match name {
        "jcs" => vec![
            br#"{"b":[1,-0.0,1e21,4.50,2e-3],"a":"\u20ac$\u000f\nA'B\"\\\\\"/","":null,"\ud83d\ude00":true}"#
                .to_vec(),
        ],
        "jsonld" => vec![
            bytes(&credential_value("did:example:issuer")),
            bytes(&json!({
                "@context": [{"@vocab": "https://example.org/", "knows": {"@type": "@id", "@container": "@set"}}],
                "@graph": [{"@id": "_:a", "knows": ["_:b", "https://example.org/c"]}, {"@id": "_:b", "label": {"@value": "x", "@language": "en"}}],
            })),
        ],
        "policy" => vec![PolicySet::default_consortium().text().as_bytes().to_vec()],
        "keys_text" => keys.iter().flat_map(texts_of).collect(),
        "keys_der" => keys.iter().flat_map(ders_of).collect(),
        "keys_derived" => derived(rng),
        "keystore" => {
            let named: Vec<(String, &SigningKey)> =
                keys.iter().map(|k| (k.algorithm().to_string(), k)).collect();
            let named: Vec<(&str, &SigningKey)> = named.iter().map(|(n, k)| (n.as_str(), *k)).collect();
            vec![
                keystore::seal(&named, PASSPHRASE, rng, KdfParams::dangerous_fast()).expect("seals"),
                // Short, for what is behind the first checks.
                keystore::seal(&named[..1], PASSPHRASE, rng, KdfParams::dangerous_fast()).expect("seals"),
            ]
        }
        "signatures" => keys
            .iter()
            .map(|k| k.sign(b"signed"))
            .flat_map(|signature| [signature.as_bytes().to_vec(), signature.to_der()])
            .collect(),
        "keys_any" => keys.iter().flat_map(texts_of).chain(keys.iter().flat_map(ders_of)).collect(),
        "keys_encrypted" => sm::encrypted_keys(),
        "keys_sm2" => sm::seeds("sm2_ciphertext"),
        "did" => keys
            .iter()
            .flat_map(|k| {
                let public = k.verifying_key();
                let jwk = jwk::did(&public).expect("a did:jwk").to_string();
                [key::did(&public).to_string(), key::verification_method(&public).to_string(), jwk]
            })
            .chain(["did:web:example.org%3A8443:a:b?versionId=2&service=files&relativeRef=%2Fx#k".to_owned()])
            .map(String::into_bytes)
            .collect(),
        "did_document" => keys
            .iter()
            .map(|k| bytes(&key::document(&key::did(&k.verifying_key())).expect("a document").to_value()))
            .collect(),
        "did_operation" => did_operations(rng, &keys),
        "credential" => keys.iter().flat_map(signed_credentials).map(|value| bytes(&value)).collect(),
        "presentation" => keys.iter().flat_map(signed_presentations).map(|value| bytes(&value)).collect(),
        "membership" => membership::seeds(),
        "status_list" => status_lists(),
        "status_records" => status_records(),
        "genesis" => vec![GENESIS.as_bytes().to_vec()],
        "transaction" => transactions(&GENESIS.anchor(), &keys),
        "answer" => [&include_bytes!("answer-present.bin")[..], include_bytes!("answer-absent.bin")]
            .into_iter()
            .flat_map(forms_of_answer)
            .collect(),
        "sm4_modes" => modes::seeds(),
        "sm2_peer" | "sm3_peer" | "sm4_peer" => peers::seeds(name),
        "sd_proof" | "sd_pointers" | "sd_document" => disclosure::seeds(name),
        _ if name.starts_with("unnamed_") => unnamed::seeds(name),
        _ if name.starts_with("group_") => group::seeds(name),
        _ => [sm::seeds(name), ring::seeds(name), bbs::seeds(name), pairing::seeds(name)].concat(),
    }
}

/// An answer that a running `hufu dev` gave, as bytes, as JSON, and its parts.
fn forms_of_answer(bytes: &[u8]) -> Vec<Vec<u8>> {
    let answer = Answer::from_bytes(bytes).expect("a ledger's answer");
    vec![bytes.to_vec(), answer.to_json().into_bytes(), answer.header.to_bytes(), answer.proof.to_bytes()]
}

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn texts_of(key: &SigningKey) -> Vec<Vec<u8>> {
    let public = key.verifying_key();
    let mut texts =
        vec![public.to_multikey().into_bytes(), public.to_spki_pem().into_bytes(), bytes(&public.to_jwk())];
    for secret in [key.to_multikey(), key.to_jwk(), key.to_pkcs8_pem()] {
        texts.push(secret.expose(|text| text.clone().into_bytes()));
    }
    texts.extend(key.to_ec_pem().map(|pem| pem.expose(|text| text.clone().into_bytes())));
    texts
}

fn derived(rng: &mut ChaCha20Rng) -> Vec<Vec<u8>> {
    let path = "m/44'/0h/7H";
    let mut seeds = vec![path.as_bytes().to_vec()];
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::Secp256k1, Algorithm::Sm2] {
        let key = ExtendedPrivateKey::from_seed(algorithm, &[7; 32]).expect("a seed");
        let key = key.derive(&path.parse().expect("a path")).expect("a key");
        seeds.push(key.to_bytes().expose(Clone::clone));
        seeds.push(key.to_public().to_bytes());
        if algorithm == Algorithm::Ed25519 {
            continue;
        }
        let keys = [SigningKey::generate(algorithm, rng), SigningKey::generate(algorithm, rng)];
        let [spend, view] = keys.map(|key| key.verifying_key());
        let meta = MetaAddress::new(spend, view).expect("one algorithm");
        seeds.push(meta.to_bytes());
        seeds.push(meta.pay(rng).expect("a payment").announcement.to_bytes());
        if algorithm == Algorithm::Secp256k1 {
            let xprv = key.to_xprv(Network::Main).expect("secp256k1");
            seeds.push(xprv.expose(|text| text.clone().into_bytes()));
            seeds.push(key.to_public().to_xpub(Network::Test).expect("secp256k1").into_bytes());
            seeds.push(meta.to_uri("eth").expect("secp256k1").into_bytes());
        }
    }
    seeds
}

fn ders_of(key: &SigningKey) -> Vec<Vec<u8>> {
    let public = key.verifying_key();
    let mut ders = vec![public.to_spki_der(), public.to_bytes(), key.to_pkcs8_der().expose(Clone::clone)];
    ders.extend(public.to_uncompressed());
    ders.extend(key.to_ec_der().map(|der| der.expose(Clone::clone)));
    ders
}

fn did_operations(rng: &mut ChaCha20Rng, keys: &[SigningKey]) -> Vec<Vec<u8>> {
    let network = "dev".parse().expect("a name");
    let [first, second, ..] = keys else { return Vec::new() };
    let (one, two) = (first.verifying_key(), second.verifying_key());
    let draft = hufu::Builder::create(&network, rng)
        .keys(1, [&one])
        .next_keys(1, [&two])
        .method("#key-1", &one, &[Relationship::Authentication, Relationship::AssertionMethod])
        .service("#files", "LinkedDomains", "https://example.org/")
        .build()
        .expect("a draft");
    let signed = draft.sign(first).finish();
    let context = hufu::Context { network: &network, height: 1, time_ms: 1 };
    let changes = hufu::apply(&hufu::MemoryRecords::new(), &signed, &context).expect("a new DID");
    let update = hufu::Builder::update(&changes.head).remove_service("#files").build().expect("a draft");
    let update = update.sign(first).finish();
    let end = hufu::Builder::deactivate(&changes.head).build().expect("a draft").sign(first).finish();
    [signed, update, end].iter().flat_map(|s| [s.operation().to_vec(), s.to_bytes()]).collect()
}

fn credential_value(issuer: &str) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "id": "urn:uuid:4ae4a5cd-34b8-4fcd-a3c0-0a1f1a5e0a11",
        "type": ["VerifiableCredential", "ExampleAlumniCredential"],
        "issuer": issuer,
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "did:example:holder",
            "alumniOf": {"id": "did:example:school", "name": [{"value": "Example University", "lang": "en"}]},
        },
    })
}

fn suites(algorithm: Algorithm) -> &'static [Suite] {
    match algorithm {
        Algorithm::Ed25519 => &[Suite::EddsaRdfc2022, Suite::EddsaJcs2022],
        Algorithm::P256 | Algorithm::P384 => &[Suite::EcdsaRdfc2019, Suite::EcdsaJcs2019],
        Algorithm::Sm2 => &[Suite::Sm2Rdfc2026, Suite::Sm2Jcs2026],
        _ => &[],
    }
}

fn signed_credentials(key: &SigningKey) -> Vec<Value> {
    let (contexts, public) = (Contexts::bundled(), key.verifying_key());
    let issue = |suite: &Suite| {
        let credential =
            Credential::parse(credential_value(key::did(&public).as_str())).expect("a credential");
        let options = ProofOptions::new(*suite, key::verification_method(&public).as_str());
        issue(credential, key, &options, &contexts).expect("issues").into_value()
    };
    suites(key.algorithm()).iter().map(issue).collect()
}

fn signed_presentations(key: &SigningKey) -> Vec<Value> {
    let (contexts, public) = (Contexts::bundled(), key.verifying_key());
    let credentials = signed_credentials(key);
    let sign = |suite: &Suite| {
        let holder = key::did(&public);
        let presentation =
            Presentation::of(Some(holder.as_str()), credentials.clone()).expect("a presentation");
        let method = key::verification_method(&public);
        let options = ProofOptions::authentication(*suite, method.as_str(), "challenge", "example.org");
        present(presentation, key, &options, &contexts).expect("presents").into_value()
    };
    suites(key.algorithm()).iter().map(sign).collect()
}

fn status_lists() -> Vec<Vec<u8>> {
    let mut list = BitstringList::new(MIN_ENTRIES, 1).expect("a list");
    list.set(4, 1).expect("an entry");
    let entry = StatusEntry::new("https://example.org/lists/1", StatusPurpose::Revocation, 4);
    [list.encode().into_bytes(), bytes(&entry.to_value())]
        .into_iter()
        .map(|seed| [vec![0], seed].concat())
        .collect()
}

fn status_records() -> Vec<Vec<u8>> {
    let list = "https://example.org/lists/1".to_owned();
    let (owner, reason) = ("did:example:owner".to_owned(), "a reason".to_owned());
    let purposes = vec![StatusPurpose::Revocation];
    let messages = Vec::new();
    vec![
        StatusOperation::SetStatus {
            list: list.clone(),
            changes: vec![Change { index: 1, value: 1 }],
            reason: reason.clone(),
        }
        .to_bytes(),
        StatusOperation::CreateList {
            id: list.clone(),
            purposes: purposes.clone(),
            entries: MIN_ENTRIES,
            status_size: 1,
            messages: messages.clone(),
        }
        .to_bytes(),
        ListRecord {
            id: list,
            owner: owner.clone(),
            purposes,
            entries: MIN_ENTRIES,
            status_size: 1,
            messages,
            changes: 1,
            created_height: 1,
            created_ms: 1,
            updated_height: 2,
            updated_ms: 2,
        }
        .to_bytes(),
        EntryRecord { index: 1, value: 1, previous: 0, by: owner, reason, height: 2, time_ms: 2 }.to_bytes(),
    ]
}

fn transactions(anchor: &TrustAnchor, keys: &[SigningKey]) -> Vec<Vec<u8>> {
    let of = |key: &SigningKey| {
        let did = key::did(&key.verifying_key());
        let payload = Payload::new(anchor, did.as_str(), 1, 500, "did", b"operation".to_vec());
        [
            payload.sign(key::verification_method(&key.verifying_key()).as_str(), key).to_bytes(),
            payload.to_bytes(),
        ]
    };
    keys.iter().flat_map(of).collect()
}
