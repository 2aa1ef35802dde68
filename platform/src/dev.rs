//! A one-machine network for development: made at once, and seeded so that every journey can be tried.
//!
//! [`prepare`] makes a data folder when there is none: a genesis with one validator, three member
//! organisations, a registrar (this service) and an auditor, and a passphrase in a file of mode 0600
//! beside the keystore that it opens (convenience for development; `hufu serve` asks for it).
//! [`seed`] makes the organisations' DIDs on the fresh ledger and gives each an API key, kept in
//! `api-keys.json` (0600).

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_did::{
    Did, DidUrl, Relationship,
    hufu::{Create, KeySet, MethodSpec, NextKeys, Operation, Patch, SignedOperation, did_of, head_key},
    key,
};
use hufu_keys::{Algorithm, SigningKey, keystore::KdfParams};
use hufu_light::{Genesis, Validator, ValidatorSet};
use rand::Rng as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    app::App,
    caller::{ApiKey, NewKey, SCOPES},
    error::Problem,
    sender::{Module, send},
    start::{
        FirstKeys, GENESIS_FILE, ServiceFile, StartError, initialise, open_keystore, read_file, write_private,
    },
    store::Writes,
    time,
    vault::{Held, HeldKey, Role},
};

/// The passphrase of the keystore, for development.
pub const PASSPHRASE_FILE: &str = "passphrase";
/// The API keys of the seeded organisations.
pub const API_KEYS_FILE: &str = "api-keys.json";
const ORGANISATIONS_FILE: &str = "organisations.json";

/// The network's name unless told otherwise.
pub const NETWORK: &str = "dev";

/// The member organisations: a name, and what their API key may do.
const ORGANISATIONS: [(&str, &[&str]); 3] = [
    ("operator", &SCOPES),
    ("registry", &["governance:write", "ledger:read", "ledger:write", "dids:write", "credentials:verify"]),
    (
        "auditor",
        &[
            "governance:write",
            "ledger:read",
            "ledger:write",
            "dids:write",
            "audit:read",
            "credentials:verify",
        ],
    ),
];

/// How long the seeding proposal is open, in milliseconds: it is decided at once.
const PROPOSAL_OPEN_MS: u64 = 60 * 60 * 1000;

/// An organisation whose DID waits for the ledger to start, or exists.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Organisation {
    name: String,
    did: Did,
    /// The signed operation that makes the DID.
    operation: Value,
}

/// What [`seed`] left in the data folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Seeded {
    /// The organisations, in order: the operator first.
    pub organisations: Vec<SeededOrganisation>,
}

/// A seeded organisation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SeededOrganisation {
    /// Its name: `operator`, `registry`, `auditor`.
    pub name: String,
    /// Its DID.
    pub did: Did,
    /// The text of its API key.
    pub api_key: String,
}

impl Seeded {
    /// The organisation that operates the service; its key has every scope.
    #[must_use]
    pub fn operator(&self) -> Option<&SeededOrganisation> {
        self.organisations.first()
    }

    /// Reads what an earlier run left.
    ///
    /// # Errors
    /// [`StartError::File`], [`StartError::Content`].
    pub fn read(data: &Path) -> Result<Self, StartError> {
        let path = data.join(API_KEYS_FILE);
        serde_json::from_slice(&read_file(&path)?)
            .map_err(|error| StartError::Content { path, reason: error.to_string() })
    }
}

/// The passphrase of a folder that [`prepare`] made.
///
/// # Errors
/// [`StartError::File`].
pub fn passphrase(data: &Path) -> Result<Vec<u8>, StartError> {
    read_file(&data.join(PASSPHRASE_FILE))
}

/// Makes a development network in `data` unless there is one; returns whether it did.
///
/// # Errors
/// [`StartError`].
pub fn prepare(data: &Path, network: &str) -> Result<bool, StartError> {
    prepare_at_cost(data, network, KdfParams::DEFAULT)
}

/// As [`prepare`], with another cost of guessing the passphrase: tests need not wait for Argon2id.
///
/// # Errors
/// [`StartError`].
pub fn prepare_at_cost(data: &Path, network: &str, cost: KdfParams) -> Result<bool, StartError> {
    if data.join(GENESIS_FILE).exists() {
        return Ok(false);
    }
    // a run that died before the genesis was written left files that nothing refers to
    for leftover in [crate::start::KEYSTORE_FILE, crate::start::SERVICE_FILE] {
        let _ = std::fs::remove_file(data.join(leftover));
    }
    std::fs::create_dir_all(data).map_err(|cause| StartError::File { path: data.to_owned(), cause })?;
    let mut rng = rand::rng();
    let mut generate = |algorithm| SigningKey::generate(algorithm, &mut rng);
    let first = FirstKeys {
        vault: generate(Algorithm::Ed25519),
        service: generate(Algorithm::Ed25519),
        validator: generate(Algorithm::Ed25519),
    };
    let mut made = Vec::new();
    for (name, _) in ORGANISATIONS {
        let keys = [generate(Algorithm::Ed25519), generate(Algorithm::Ed25519), generate(Algorithm::Ed25519)];
        let (did, operation) = organisation_did(data, network, &keys)?;
        made.push((Organisation { name: name.to_owned(), did, operation: operation.to_value() }, keys));
    }
    let dids: Vec<Did> = made.iter().map(|(organisation, _)| organisation.did.clone()).collect();
    let genesis = genesis(data, network, &first, &dids)?;
    let mut secret = [0_u8; 24];
    rand::rng().fill_bytes(&mut secret);
    let passphrase = URL_SAFE_NO_PAD.encode(secret);
    write_private(&data.join(PASSPHRASE_FILE), passphrase.as_bytes())?;
    let organisations: Vec<&Organisation> = made.iter().map(|(organisation, _)| organisation).collect();
    let json = serde_json::to_vec_pretty(&organisations).map_err(|error| wrong(data, error))?;
    write_private(&data.join(ORGANISATIONS_FILE), &json)?;
    let names: Vec<(String, &SigningKey)> = made
        .iter()
        .flat_map(|(organisation, keys)| {
            ROLES.iter().zip(keys).map(|(role, key)| (key_name(&organisation.name, *role), key))
        })
        .collect();
    let others: Vec<(&str, &SigningKey)> = names.iter().map(|(name, key)| (name.as_str(), *key)).collect();
    let service = ServiceFile { operators: dids.into_iter().take(1).collect() };
    initialise(data, &first, &others, &genesis, &service, passphrase.as_bytes(), cost)?;
    Ok(true)
}

/// What an organisation's three keys are for, in order.
const ROLES: [Role; 3] = [Role::Method, Role::Update, Role::Next];

fn key_name(organisation: &str, role: Role) -> String {
    format!("{organisation}/{}", role.as_str())
}

fn wrong(data: &Path, reason: impl std::fmt::Display) -> StartError {
    StartError::Content { path: data.to_owned(), reason: reason.to_string() }
}

/// The DID of an organisation, and the operation that will make it.
fn organisation_did(
    data: &Path,
    network: &str,
    keys: &[SigningKey; 3],
) -> Result<(Did, SignedOperation), StartError> {
    let [method, update, next] = keys;
    let network: hufu_did::hufu::Network = network.parse().map_err(|error| wrong(data, error))?;
    let mut nonce = [0_u8; 16];
    rand::rng().fill_bytes(&mut nonce);
    let purposes =
        [Relationship::Authentication, Relationship::AssertionMethod, Relationship::CapabilityInvocation];
    let spec = MethodSpec::multikey("#key-1", &method.verifying_key(), &purposes)
        .map_err(|error| wrong(data, error))?;
    let operation = Operation::Create(Create {
        network: network.clone(),
        nonce: hex::encode(nonce),
        keys: Some(KeySet::new(1, [&update.verifying_key()]).map_err(|error| wrong(data, error))?),
        next: Some(NextKeys::new(1, [&next.verifying_key()]).map_err(|error| wrong(data, error))?),
        recovery: None,
        document: Patch { add_methods: vec![spec], ..Patch::default() },
    });
    let bytes = operation.to_bytes().map_err(|error| wrong(data, error))?;
    let signed = SignedOperation::unsigned(bytes).signed_by(update);
    Ok((did_of(&network, &signed.hash()), signed))
}

/// The genesis of a development network.
fn genesis(data: &Path, network: &str, keys: &FirstKeys, members: &[Did]) -> Result<Genesis, StartError> {
    let validator = Validator {
        did: key::did(&keys.validator.verifying_key()).to_string(),
        key: keys.validator.verifying_key(),
        power: 1,
    };
    let validators = ValidatorSet::new(vec![validator.clone()]).map_err(|error| wrong(data, error))?;
    let service = key::did(&keys.service.verifying_key());
    let entries = |dids: &[Did]| dids.iter().map(|did| json!({ "did": did })).collect::<Vec<_>>();
    let governance = json!({
        "members": entries(members),
        "lists": { "registrars": entries(&[service]), "auditors": entries(members) },
        "validators": [{ "did": validator.did, "key": validator.key.to_multikey(), "power": validator.power }],
    });
    let modules = BTreeMap::from([("governance".to_owned(), governance)]);
    let name = network.parse().map_err(|error| wrong(data, error))?;
    Genesis::new(name, time::now_ms(), validators, modules).map_err(|error| wrong(data, error))
}

/// Whether [`prepare`] made this folder, so that [`seed`] has something to do.
#[must_use]
pub fn is_development(data: &Path) -> bool {
    data.join(ORGANISATIONS_FILE).exists()
}

/// Makes the organisations' DIDs and API keys unless they are there; returns them.
///
/// # Errors
/// [`StartError`].
pub async fn seed(app: &App) -> Result<Seeded, StartError> {
    let data: PathBuf = app.config().data().to_owned();
    if data.join(API_KEYS_FILE).exists() {
        return Seeded::read(&data);
    }
    let path = data.join(ORGANISATIONS_FILE);
    let organisations: Vec<Organisation> = serde_json::from_slice(&read_file(&path)?)
        .map_err(|error| StartError::Content { path, reason: error.to_string() })?;
    let keys: BTreeMap<String, SigningKey> = open_keystore(&data, &passphrase(&data)?)?.into_iter().collect();
    let mut seeded = Vec::new();
    for (organisation, (_, scopes)) in organisations.iter().zip(ORGANISATIONS) {
        settle(app, &data, organisation, &keys).await?;
        let scopes: BTreeSet<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let new = NewKey {
            did: organisation.did.clone(),
            label: format!("{} (seeded)", organisation.name),
            scopes,
            expires_ms: None,
        };
        let (key, text) = ApiKey::generate(new)?;
        app.api_keys().put(key, Writes::new()).await?;
        let (name, did) = (organisation.name.clone(), organisation.did.clone());
        seeded.push(SeededOrganisation { name, did, api_key: text });
    }
    accredit(app, &seeded).await?;
    let seeded = Seeded { organisations: seeded };
    let json = serde_json::to_vec_pretty(&seeded).map_err(Problem::internal)?;
    write_private(&data.join(API_KEYS_FILE), &json)?;
    Ok(seeded)
}

/// Accredits two issuers by a vote: the service, for the status lists it keeps for issuers that are no DIDs of the
/// ledger, and the operator, for credentials without a type of their own, so that issuing can be tried at once.
async fn accredit(app: &App, members: &[SeededOrganisation]) -> Result<(), StartError> {
    let service = app.service().method.did();
    let identity = app.ledger().identity(service).map_err(Problem::from)?;
    if !identity.accreditations.is_empty() {
        return Ok(());
    }
    let Some((proposer, _)) = members.split_first() else { return Ok(()) };
    let operation = json!({
        "type": "propose",
        "title": "Accredit the service and the operator",
        "reason": "The service keeps status lists for issuers whose DIDs are not on the ledger; the operator tries issuing.",
        "expires": { "timeMs": time::now_ms() + PROPOSAL_OPEN_MS },
        "actions": [
            { "type": "accredit", "did": service, "credentialTypes": ["BitstringStatusListCredential"] },
            { "type": "accredit", "did": proposer.did, "credentialTypes": ["VerifiableCredential"] },
        ],
    });
    let signer = app.vault().signer(&proposer.did, |_| true)?;
    let signer = signer.ok_or_else(|| Problem::internal("a seeded organisation has no key"))?;
    let proposal =
        send(app, &signer, Module::Governance, operation.to_string().into_bytes()).await?.transaction;
    // two of three carry it
    for member in members.iter().take(2) {
        let signer = app.vault().signer(&member.did, |_| true)?;
        let signer = signer.ok_or_else(|| Problem::internal("a seeded organisation has no key"))?;
        let vote = json!({ "type": "vote", "proposal": proposal.to_string(), "choice": "yes" });
        send(app, &signer, Module::Governance, vote.to_string().into_bytes()).await?;
    }
    Ok(())
}

/// Keeps an organisation's keys and makes its DID, whatever of that an earlier run has done.
async fn settle(
    app: &App,
    data: &Path,
    organisation: &Organisation,
    keys: &BTreeMap<String, SigningKey>,
) -> Result<(), StartError> {
    let did = &organisation.did;
    let mut private = Vec::new();
    let mut held = Held { did: did.clone(), tenant: did.to_string(), keys: Vec::new() };
    for role in ROLES {
        let name = key_name(&organisation.name, role);
        let key = keys.get(&name).ok_or_else(|| wrong(data, format!("the keystore has no key {name:?}")))?;
        let method = match role {
            Role::Method => Some(DidUrl::with_fragment(did, "key-1").map_err(Problem::internal)?),
            Role::Update | Role::Next => None,
        };
        held.keys.push(HeldKey { method, public: key.verifying_key().to_multikey(), role });
        private.push(key);
    }
    app.store().commit(app.vault().keep(&held, &private, Writes::new())?).await?;
    if app.ledger().read(&head_key(did)).map_err(Problem::from)?.is_none() {
        let operation = SignedOperation::from_value(organisation.operation.clone())
            .map_err(|error| wrong(data, error))?;
        send(app, app.service(), Module::Did, operation.to_bytes()).await?;
    }
    Ok(())
}
