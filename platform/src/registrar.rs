//! DIDs made and changed through this service, in the shape of the Universal Registrar.
//!
//! | path | what |
//! |---|---|
//! | `POST /1.0/create` | a new `did:hufu` |
//! | `POST /1.0/update` | services, names and verification methods; new update keys |
//! | `POST /1.0/deactivate` | the end of a DID |
//!
//! Two secret modes:
//! - *internal* (the default): keys are made here and kept in the vault, bound to the caller's tenant;
//! - *client-signed*: `secret.signedOperation` brings the operation's exact bytes with the signatures
//!   over them, and this service only carries them to the ledger, in its own name as a registrar; a
//!   client that holds a verification method's key, too, may send the whole transaction as
//!   `secret.signedTransaction`. Either way the operation must be signed by the DID's update keys, a
//!   controller's, or for a recovery the recovery keys: that is a rule of the ledger.

mod patch;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_did::{
    Did, DidUrl, Relationship,
    hufu::{
        Create, Deactivate, Head, KeySet, MethodSpec, NextKeys, Operation, Rotate, SignedOperation, Update,
        did_of, head_key,
    },
    key::bbs_multikey,
};
use hufu_keys::{Algorithm, SigningKey, VerifyingKey};
use hufu_light::Transaction;
use hufu_policy::ApiAction;
use hufu_wire::Payload;
use rand::Rng as _;
use serde::Deserialize;
use serde_json::{Value, json};

use self::patch::{DocumentWish, KeyWish};
use crate::{
    app::App,
    audit::{Outcome, Record},
    authorise::{Endpoint, Permit, authorise},
    body::Body,
    caller::Caller,
    error::{Kind, Problem},
    ledger::Receipt,
    sender::{Module, send},
    store::Writes,
    time,
    vault::{Held, HeldKey, Role, Signer},
};

/// The paths of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/1.0/create", post(create))
        .route("/1.0/update", post(update))
        .route("/1.0/deactivate", post(deactivate))
}

/// What is secret, or signed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Secret {
    /// Client-signed mode: `{"operation": base64url, "signatures": [{"key", "signature"}]}`.
    signed_operation: Option<Value>,
    /// Client-signed to the end: base64url of a whole ledger transaction by the DID itself.
    signed_transaction: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CreateRequest {
    #[serde(default)]
    job_id: Option<String>,
    #[serde(default)]
    options: CreateOptions,
    #[serde(default)]
    secret: Secret,
    #[serde(default)]
    did_document: DocumentWish,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct CreateOptions {
    network: Option<String>,
    /// Verification methods to make; one Ed25519 key without it.
    keys: Option<Vec<KeyWish>>,
    /// Whether the next update keys are committed to; on by default.
    pre_rotation: Option<bool>,
}

/// `POST /1.0/create`: makes a DID.
#[utoipa::path(
    post,
    path = "/1.0/create",
    tag = "DID registration",
    request_body(content_type = "application/json", description = "options.keys, didDocument, or secret.signedOperation", example = json!({"options": {"keys": [{"algorithm": "SM2"}]}, "didDocument": {"service": []}})),
    responses((status = 201, description = "didState with the new DID and its document"), (status = 403, description = "The key or its DID may not create DIDs"), (status = 422, description = "The ledger refuses the operation")),
    security(("api_key" = [])),
)]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<CreateRequest>,
) -> Result<Response, Problem> {
    let permit = authorise(&app, &caller, ApiAction::DidCreate, &Endpoint::of("did"))?;
    let network = &app.ledger().anchor().network;
    if let Some(other) = request.options.network.as_deref().filter(|other| *other != network.as_str()) {
        return Err(Problem::invalid(format!(
            "options.network is {other:?}; this service writes to {network}"
        )));
    }
    let (sent, did, made) = match request.secret.into_sent("create")? {
        Some(sent) => {
            let did = did_of(&app.did_network(), &sent.operation()?.0.hash());
            (sent, did, None)
        }
        None => {
            let (signed, held, keys) = new_did(&app, &caller, &request.options, request.did_document)?;
            (Sent::Operation(signed), held.did.clone(), Some((held, keys)))
        }
    };
    let permit = permit.about(did.as_str());
    if let Some((held, Private { keys, bbs })) = &made {
        // before the ledger knows the DID: its keys must not be lost to a crash in between
        let mut writes = app.vault().keep(held, &keys.iter().collect::<Vec<_>>(), Writes::new())?;
        for key in bbs {
            writes = app.vault().keep_bbs(key, writes)?;
        }
        app.store().commit(writes).await?;
    }
    let receipt = carry(&app, &permit, sent, app.service()).await?;
    Ok((StatusCode::CREATED, state(&app, &did, &receipt, request.job_id)?).into_response())
}

/// A new DID in internal mode: the operation, the record of what is held, and the private keys.
fn new_did(
    app: &App,
    caller: &Caller,
    options: &CreateOptions,
    document: DocumentWish,
) -> Result<(SignedOperation, Held, Private), Problem> {
    let mut rng = rand::rng();
    let wishes = options.keys.clone().unwrap_or_else(|| vec![KeyWish::of(Algorithm::Ed25519)]);
    let mut patch = document.into_patch()?;
    let (mut keys, mut bbs, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for (wish, number) in wishes.iter().zip(1..) {
        let id = wish.id().map_or_else(|| format!("#key-{number}"), str::to_owned);
        let (spec, public) = if wish.is_bbs()? {
            let key = hufu_bbs::SecretKey::random::<hufu_bbs::Sha256>(&mut rng).map_err(Problem::internal)?;
            let made = (MethodSpec::bbs_multikey(&id, key.public_key()), bbs_multikey(key.public_key()));
            bbs.push(key);
            made
        } else {
            let key = SigningKey::generate(wish.algorithm()?, &mut rng);
            let spec = MethodSpec::multikey(&id, &key.verifying_key(), &wish.purposes()?);
            let made = (spec, key.verifying_key().to_multikey());
            keys.push(key);
            made
        };
        patch.add_methods.push(spec.map_err(|refusal| Problem::invalid(format!("options.keys: {refusal}")))?);
        names.push((id, public));
    }
    let update = SigningKey::generate(Algorithm::Ed25519, &mut rng);
    let next =
        options.pre_rotation.unwrap_or(true).then(|| SigningKey::generate(Algorithm::Ed25519, &mut rng));
    let mut nonce = [0_u8; 16];
    rng.fill_bytes(&mut nonce);
    let operation = Operation::Create(Create {
        network: app.did_network(),
        nonce: hex::encode(nonce),
        keys: Some(KeySet::new(1, [&update.verifying_key()]).map_err(refused)?),
        next: next
            .as_ref()
            .map(|next| NextKeys::new(1, [&next.verifying_key()]))
            .transpose()
            .map_err(refused)?,
        recovery: None,
        document: patch,
    });
    let bytes = operation.to_bytes().map_err(|error| Problem::invalid(error.to_string()))?;
    let signed = SignedOperation::unsigned(bytes).signed_by(&update);
    let did = did_of(&app.did_network(), &signed.hash());

    let mut held = Vec::new();
    for (id, public) in names {
        let method: DidUrl =
            format!("{did}{id}").parse().map_err(|error| Problem::invalid(format!("{id}: {error}")))?;
        held.push(HeldKey { method: Some(method), public, role: Role::Method });
    }
    let of =
        |key: &SigningKey, role| HeldKey { method: None, public: key.verifying_key().to_multikey(), role };
    held.push(of(&update, Role::Update));
    held.extend(next.as_ref().map(|next| of(next, Role::Next)));
    keys.push(update);
    keys.extend(next);
    Ok((signed, Held { did, tenant: caller.tenant().to_owned(), keys: held }, Private { keys, bbs }))
}

/// The private keys of a new DID.
struct Private {
    keys: Vec<SigningKey>,
    bbs: Vec<hufu_bbs::SecretKey>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct UpdateRequest {
    did: Did,
    #[serde(default)]
    job_id: Option<String>,
    #[serde(default)]
    options: UpdateOptions,
    #[serde(default)]
    secret: Secret,
    #[serde(default)]
    did_document_operation: Vec<String>,
    #[serde(default)]
    did_document: Vec<DocumentWish>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct UpdateOptions {
    /// Whether the committed keys take over as update keys.
    rotate: bool,
}

/// `POST /1.0/update`: changes a DID's document, or rotates its update keys.
#[utoipa::path(
    post,
    path = "/1.0/update",
    tag = "DID registration",
    request_body(content_type = "application/json", description = "didDocumentOperation: addToDidDocument or removeFromDidDocument, one for each didDocument; or secret.signedOperation", example = json!({"did": "did:hufu:dev:z…", "didDocumentOperation": ["addToDidDocument"], "didDocument": [{"service": [{"id": "#files", "type": "Files", "serviceEndpoint": "https://example.org/"}]}]})),
    responses((status = 200, description = "didState with the new document"), (status = 404, description = "The DID is not held here for this caller"), (status = 422, description = "The ledger refuses the operation")),
    security(("api_key" = [])),
)]
pub(crate) async fn update(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<UpdateRequest>,
) -> Result<Response, Problem> {
    let permit = authorise(&app, &caller, ApiAction::DidUpdate, &Endpoint::of(request.did.as_str()))?;
    let did = request.did;
    if let Some(sent) = request.secret.into_sent("update")? {
        sent.about(&did)?;
        let receipt = carry(&app, &permit, sent, &sender(&app, &caller, &did)?).await?;
        return Ok(state(&app, &did, &receipt, request.job_id)?.into_response());
    }
    let mut held = held(&app, &caller, &did)?;
    let patch = patch::combine(&request.did_document_operation, request.did_document)?;
    let link = head(&app, &did)?.next_link();
    let authority = held_key(&app, &held, Role::Update)?;
    let (signed, writes) = if request.options.rotate {
        let next = held_key(&app, &held, Role::Next)?;
        let after = SigningKey::generate(Algorithm::Ed25519, &mut rand::rng());
        let operation = Operation::Rotate(Rotate {
            link,
            keys: KeySet::new(1, [&next.verifying_key()]).map_err(refused)?,
            next: Some(NextKeys::new(1, [&after.verifying_key()]).map_err(refused)?),
            recovery: None,
            patch,
        });
        let bytes = operation.to_bytes().map_err(|error| Problem::invalid(error.to_string()))?;
        let signed = SignedOperation::unsigned(bytes).signed_by(&authority).signed_by(&next);
        held.keys.retain(|key| key.role == Role::Method);
        held.keys.push(HeldKey {
            method: None,
            public: next.verifying_key().to_multikey(),
            role: Role::Update,
        });
        held.keys.push(HeldKey {
            method: None,
            public: after.verifying_key().to_multikey(),
            role: Role::Next,
        });
        // the new commitment's key is kept before, the new roles are recorded after
        app.store().commit(app.vault().keep_key(&after, Writes::new())?).await?;
        (signed, app.vault().keep(&held, &[], Writes::new())?)
    } else {
        let operation = Operation::Update(Update { link, patch });
        let bytes = operation.to_bytes().map_err(|error| Problem::invalid(error.to_string()))?;
        (SignedOperation::unsigned(bytes).signed_by(&authority), Writes::new())
    };
    let receipt = carry(&app, &permit, Sent::Operation(signed), &sender(&app, &caller, &did)?).await?;
    app.store().commit(writes).await?;
    Ok(state(&app, &did, &receipt, request.job_id)?.into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct DeactivateRequest {
    did: Did,
    #[serde(default)]
    job_id: Option<String>,
    #[serde(default)]
    secret: Secret,
}

/// `POST /1.0/deactivate`: ends a DID, for good.
#[utoipa::path(
    post,
    path = "/1.0/deactivate",
    tag = "DID registration",
    request_body(content_type = "application/json", example = json!({"did": "did:hufu:dev:z…"})),
    responses((status = 200, description = "didState; the DID resolves with 410 from now on"), (status = 404, description = "The DID is not held here for this caller")),
    security(("api_key" = [])),
)]
pub(crate) async fn deactivate(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<DeactivateRequest>,
) -> Result<Response, Problem> {
    let permit = authorise(&app, &caller, ApiAction::DidUpdate, &Endpoint::of(request.did.as_str()))?;
    let did = request.did;
    let sent = match request.secret.into_sent("deactivate")? {
        Some(sent) => sent,
        None => {
            let held = held(&app, &caller, &did)?;
            let operation = Operation::Deactivate(Deactivate { link: head(&app, &did)?.next_link() });
            let bytes = operation.to_bytes().map_err(|error| Problem::invalid(error.to_string()))?;
            Sent::Operation(SignedOperation::unsigned(bytes).signed_by(&*held_key(
                &app,
                &held,
                Role::Update,
            )?))
        }
    };
    sent.about(&did)?;
    let receipt = carry(&app, &permit, sent, &sender(&app, &caller, &did)?).await?;
    Ok(state(&app, &did, &receipt, request.job_id)?.into_response())
}

/// What goes to the ledger.
enum Sent {
    /// An operation; this service makes the transaction.
    Operation(SignedOperation),
    /// A transaction that its sender signed.
    Transaction(Transaction),
}

impl Secret {
    /// Client-signed mode: what was sent, which must be of the kind that the path is for.
    fn into_sent(self, expected: &str) -> Result<Option<Sent>, Problem> {
        let wrong =
            |name: &str, error: &dyn std::fmt::Display| Problem::invalid(format!("secret.{name}: {error}"));
        let sent = match (self.signed_operation, self.signed_transaction) {
            (None, None) => return Ok(None),
            (Some(value), None) => Sent::Operation(
                SignedOperation::from_value(value).map_err(|error| wrong("signedOperation", &error))?,
            ),
            (None, Some(text)) => {
                let bytes = URL_SAFE_NO_PAD
                    .decode(text)
                    .map_err(|_| wrong("signedTransaction", &"it is not base64url"))?;
                Sent::Transaction(
                    Transaction::from_bytes(&bytes).map_err(|error| wrong("signedTransaction", &error))?,
                )
            }
            (Some(_), Some(_)) => {
                return Err(Problem::invalid("secret has signedOperation or signedTransaction, not both"));
            }
        };
        let name = sent.operation()?.1.name();
        match name == expected || (expected == "update" && matches!(name, "rotate" | "recover")) {
            true => Ok(Some(sent)),
            false => {
                Err(Problem::invalid(format!("secret has a {name} operation; this path takes {expected}")))
            }
        }
    }
}

impl Sent {
    /// The operation, signed and parsed.
    fn operation(&self) -> Result<(SignedOperation, Operation), Problem> {
        let wrong = |error: &dyn std::fmt::Display| Problem::invalid(format!("the operation: {error}"));
        let signed = match self {
            Self::Operation(signed) => signed.clone(),
            Self::Transaction(transaction) => {
                let payload = Payload::parse(&transaction.payload).map_err(|error| wrong(&error))?;
                if payload.module != "did" {
                    return Err(wrong(&"the transaction is for another module than did"));
                }
                SignedOperation::from_bytes(&payload.operation).map_err(|error| wrong(&error))?
            }
        };
        let operation = Operation::parse(signed.operation()).map_err(|error| wrong(&error))?;
        Ok((signed, operation))
    }

    fn about(&self, did: &Did) -> Result<(), Problem> {
        match self.operation()?.1.link() {
            Some(link) if link.did == *did => Ok(()),
            _ => Err(Problem::invalid(format!("the operation is about another DID than {did}"))),
        }
    }
}

/// Carries an operation to the ledger, and records it.
async fn carry(app: &App, permit: &Permit, sent: Sent, signer: &Signer) -> Result<Receipt, Problem> {
    let result = match sent {
        Sent::Operation(signed) => send(app, signer, Module::Did, signed.to_bytes()).await,
        Sent::Transaction(transaction) => app.ledger().submit(transaction).await.map_err(Problem::from),
    };
    match result {
        Ok(receipt) => {
            let transaction = Some(receipt.transaction.to_string());
            let record = Record { transaction, ..permit.record(Outcome::Done) };
            app.store().commit(Writes::new().record(record)).await?;
            Ok(receipt)
        }
        Err(problem) => Err(permit.not_done(app, problem).await),
    }
}

/// Who sends what changes a DID: the DID itself where a key of it is held, this service otherwise.
fn sender(app: &App, caller: &Caller, did: &Did) -> Result<Signer, Problem> {
    let held = app.vault().held(did)?.is_some_and(|held| held.is_of(caller));
    let own = if held { app.vault().signer(did, |_| true)? } else { None };
    Ok(own.unwrap_or_else(|| app.service().clone()))
}

/// What is held of a DID for this caller; another tenant's is not there.
fn held(app: &App, caller: &Caller, did: &Did) -> Result<Held, Problem> {
    app.vault().held(did)?.filter(|held| held.is_of(caller)).ok_or_else(|| {
        Problem::not_found(format!("no keys of {did} are held here for you; client-signed mode needs none"))
    })
}

fn held_key(app: &App, held: &Held, role: Role) -> Result<std::sync::Arc<SigningKey>, Problem> {
    let missing =
        || Problem::new(Kind::Conflict, format!("no {} key of {} is held here", role.as_str(), held.did));
    let public = held.keys.iter().find(|key| key.role == role).ok_or_else(missing)?;
    app.vault().key(&public.public)?.ok_or_else(missing)
}

fn head(app: &App, did: &Did) -> Result<Head, Problem> {
    let bytes = app.ledger().read(&head_key(did))?;
    let bytes = bytes.ok_or_else(|| Problem::not_found(format!("{did} does not exist")))?;
    Head::from_bytes(&bytes).map_err(Problem::internal)
}

/// The answer: the state of the DID after the operation.
fn state(app: &App, did: &Did, receipt: &Receipt, job: Option<String>) -> Result<axum::Json<Value>, Problem> {
    use hufu_did::Resolver as _;
    let resolution =
        app.resolver().resolve(did, &hufu_did::ResolutionOptions::default()).map_err(Problem::internal)?;
    let result = resolution.to_value();
    Ok(axum::Json(json!({
        "jobId": job,
        "didState": {
            "state": "finished",
            "did": did.as_str(),
            "secret": {},
            "didDocument": result.get("didDocument"),
        },
        "didRegistrationMetadata": {
            "transaction": receipt.transaction.to_string(),
            "height": receipt.height,
            "time": time::rfc3339(receipt.time_ms),
        },
        "didDocumentMetadata": result.get("didDocumentMetadata"),
    })))
}

fn refused(refusal: hufu_did::hufu::Refusal) -> Problem {
    Problem::internal(refusal)
}

/// The purposes of a key that a caller gave none for.
pub(crate) const DEFAULT_PURPOSES: [Relationship; 3] =
    [Relationship::Authentication, Relationship::AssertionMethod, Relationship::CapabilityInvocation];

/// Parses a Multikey that a caller sent.
pub(crate) fn public_key(text: &str) -> Result<VerifyingKey, Problem> {
    VerifyingKey::from_multikey(text)
        .map_err(|error| Problem::invalid(format!("publicKeyMultibase: {error}")))
}
