//! What has happened lately, for the console: counted, remembered in short lists, and sent on live.
//!
//! One task follows the ledger's events from the first on. Credentials issued here are no ledger
//! events: they are published by the handler, and seen only by their tenant.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::sync::{broadcast, watch};

use crate::{
    app::App,
    ledger::{Block, Event},
    time,
};

/// How many of each kind are remembered.
const REMEMBERED: usize = 20;

/// How many credentials a slow listener may lag behind.
const LAG: usize = 256;

/// How long to wait before following the ledger again after a fault.
const PAUSE: Duration = Duration::from_secs(1);

/// A credential that was issued here.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) tenant: String,
    pub(crate) summary: Value,
}

/// Counts and short lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct Picture {
    pub(crate) transactions: u64,
    pub(crate) dids: u64,
    pub(crate) status_changes: u64,
    pub(crate) status_lists: u64,
    pub(crate) recent_dids: VecDeque<Value>,
    pub(crate) recent_changes: VecDeque<Value>,
    /// The purposes of each list that was seen to be made.
    purposes: HashMap<String, Value>,
    last_transaction: Option<String>,
    /// The last event in the picture, as `<height>.<index>`: a stream behind it misses nothing and repeats nothing.
    pub(crate) last_event: Option<String>,
}

/// The live state.
#[derive(Debug)]
pub(crate) struct Live {
    picture: Mutex<Picture>,
    issued: broadcast::Sender<Issued>,
    ended: watch::Sender<bool>,
}

impl Live {
    pub(crate) fn new() -> Self {
        Self { picture: Mutex::default(), issued: broadcast::channel(LAG).0, ended: watch::channel(false).0 }
    }

    /// A credential issued for a tenant.
    pub(crate) fn credential(tenant: &str, summary: Value) -> Issued {
        Issued { tenant: tenant.to_owned(), summary }
    }

    /// Tells listeners; nobody need listen.
    pub(crate) fn publish(&self, issued: Issued) {
        let _ = self.issued.send(issued);
    }

    /// Credentials issued from now on.
    pub(crate) fn issued(&self) -> broadcast::Receiver<Issued> {
        self.issued.subscribe()
    }

    /// Ends all event streams, so that a graceful stop does not wait for them.
    pub(crate) fn end(&self) {
        self.ended.send_replace(true);
    }

    /// Completes when the service stops.
    pub(crate) fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut ended = self.ended.subscribe();
        async move {
            // the sender lives as long as the service
            let _ = ended.wait_for(|ended| *ended).await;
        }
    }

    /// The picture as it is.
    pub(crate) fn picture(&self) -> Picture {
        self.picture.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, event: &Event) {
        let mut picture = self.picture.lock().unwrap_or_else(PoisonError::into_inner);
        picture.last_event = Some(format!("{}.{}", event.height, event.index));
        if event.transaction.is_some() && event.transaction != picture.last_transaction {
            picture.transactions += 1;
            picture.last_transaction.clone_from(&event.transaction);
        }
        match name(event) {
            Some("did") => {
                picture.dids += u64::from(event.kind == "did.created");
                for did in described(event, None) {
                    remember(&mut picture.recent_dids, did);
                }
            }
            Some("status") => {
                let purposes = picture.purposes.get(&event.subject).cloned();
                for change in described(event, purposes.as_ref()) {
                    picture.status_changes += 1;
                    remember(&mut picture.recent_changes, change);
                }
            }
            Some("list") => {
                picture.status_lists += 1;
                if let Some(purposes) = event.data.get("purposes") {
                    picture.purposes.insert(event.subject.clone(), purposes.clone());
                }
            }
            _ => {}
        }
    }

    /// The purposes of a list.
    pub(crate) fn purposes(&self, list: &str) -> Option<Value> {
        self.picture.lock().unwrap_or_else(PoisonError::into_inner).purposes.get(list).cloned()
    }

    /// Follows the ledger for as long as the service runs.
    pub(crate) async fn follow(app: App) {
        let (mut height, mut index) = (0, 0);
        let ended = app.live().ended();
        tokio::pin!(ended);
        loop {
            match app.ledger().events(height, index) {
                Ok(mut events) => loop {
                    let event = tokio::select! {
                        event = events.next() => event,
                        () = &mut ended => return,
                    };
                    match event {
                        Some(Ok(event)) => {
                            (height, index) = (event.height, event.index + 1);
                            app.live().note(&event);
                        }
                        Some(Err(error)) => {
                            tracing::warn!(%error, "events of the ledger");
                            break;
                        }
                        None => break,
                    }
                },
                Err(error) => tracing::warn!(%error, "events of the ledger"),
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = &mut ended => return,
            }
        }
    }
}

fn remember(list: &mut VecDeque<Value>, item: Value) {
    list.push_front(item);
    list.truncate(REMEMBERED);
}

/// The console's name for a kind of event.
pub(crate) fn name(event: &Event) -> Option<&'static str> {
    match event.kind.as_str() {
        kind if kind.starts_with("did.") => Some("did"),
        "status.changed" => Some("status"),
        "status.listCreated" => Some("list"),
        _ => None,
    }
}

/// An event in the console's words: one item, or one for each changed entry of a list.
pub(crate) fn described(event: &Event, purposes: Option<&Value>) -> Vec<Value> {
    let time = time::rfc3339(event.time_ms);
    let data = &event.data;
    match name(event) {
        Some("did") => vec![json!({
            "did": event.subject, "kind": event.kind, "version": data.get("version"),
            "time": time, "height": event.height, "transaction": event.transaction,
        })],
        Some("status") => {
            let changes =
                data.get("changes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let item = |change: &Value| {
                json!({
                    "list": event.subject.rsplit('/').next().unwrap_or_default(),
                    "listId": event.subject,
                    "index": change.get("index"),
                    "status": change.get("value"),
                    "purpose": purposes.and_then(|purposes| purposes.get(0)),
                    "reason": data.get("reason"),
                    "by": event.actor, "time": time, "height": event.height, "transaction": event.transaction,
                })
            };
            changes.iter().take(REMEMBERED).map(item).collect()
        }
        _ => vec![json!({
            "kind": event.kind, "subject": event.subject, "actor": event.actor, "data": data,
            "time": time, "height": event.height, "transaction": event.transaction,
        })],
    }
}

/// A block in the console's words.
pub(crate) fn block(block: &Block) -> Value {
    let header = &block.header.header;
    json!({
        "height": header.height,
        "hash": header.hash().to_string(),
        "parent": header.parent.to_string(),
        "time": time::rfc3339(header.time_ms),
        "transactions": block.transactions.len(),
        "stateRoot": header.state_root.to_string(),
        "proposer": header.proposer.to_string(),
    })
}
