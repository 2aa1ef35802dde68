//! `GET /v1/events`: what happens, as server-sent events.
//!
//! Ledger events carry an id `<height>.<index>`; a client that reconnects sends the last one as
//! `Last-Event-ID` and misses nothing. Blocks come before their first event. Credentials issued here
//! are sent to their tenant while it listens; they are no ledger events and are not resumed.
//!
//! A stream is a permission that lasts: whether the caller still has it is asked at each block, and every [`RECHECK`] besides. When
//! the key was withdrawn, a policy changed, or the ring or epoch by which a member showed itself is over, the stream ends.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::HeaderMap,
    response::sse::{Event as Sse, KeepAlive, Sse as Response},
};
use futures::{Stream, StreamExt as _, stream};
use hufu_policy::ApiAction;
use tokio::time::sleep;
use tokio_stream::wrappers::BroadcastStream;

use crate::{
    app::App,
    authorise::{Endpoint, authorise},
    caller::Caller,
    error::Problem,
    ledger::Event,
    live, standing,
};

/// How often an idle stream says that it is there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How often permission is asked for between two blocks: what was taken away ends within this time.
const RECHECK: Duration = Duration::from_secs(5);

/// `GET /v1/events`: events of the ledger, and of the caller's tenant.
#[utoipa::path(
    get,
    path = "/v1/events",
    tag = "Operation",
    params(("Last-Event-ID" = Option<String>, Header, description = "Continue behind this event")),
    responses((status = 200, description = "block, did, status, list, ledger, credential", content_type = "text/event-stream"), (status = 429, description = "Too many streams are open")),
    security(("api_key" = []), ("unnamed" = [])),
)]
pub(crate) async fn events(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response<impl Stream<Item = Result<Sse, Infallible>>>, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::LedgerRead, &Endpoint::of("events"))?;
    let place = app.streams().enter(&caller)?;
    let (height, index) = match headers.get("last-event-id") {
        Some(id) => id
            .to_str()
            .ok()
            .and_then(position)
            .ok_or_else(|| Problem::parameter("Last-Event-ID is not <height>.<index>"))?,
        None => (app.ledger().status()?.header.header.height.saturating_add(1), 0),
    };
    let issued = app.live().issued();
    let ended = app.live().ended();
    let tenant = caller.tenant().to_owned();
    let of_tenant = BroadcastStream::new(issued).filter_map(move |issued| {
        let mine = issued.ok().filter(|issued| issued.tenant == tenant);
        std::future::ready(mine.and_then(|issued| sse("credential", None, &issued.summary)))
    });
    let listener = Listener { epoch: epoch(&app, &caller)?, app: app.clone(), caller };
    let rechecked = listener.clone();
    let ticks = stream::repeat(()).then(|()| sleep(RECHECK));
    // nothing, or the end
    let ends = ticks.filter_map(move |()| std::future::ready((!rechecked.may_listen()).then_some(None)));
    let mut seen = height.saturating_sub(u64::from(index > 0));
    let of_ledger = app.ledger().events(height, index)?.map(move |event| {
        let event = event.ok()?;
        let mut found = Vec::new();
        if event.height > seen {
            seen = event.height;
            if !listener.may_listen() {
                return None;
            }
            found.extend(block(&app, event.height));
        }
        found.extend(items(&app, &event));
        Some(found)
    });
    // without the ledger the whole stream ends: whoever listens comes back with the last id and misses nothing
    let of_ledger = of_ledger.chain(stream::iter([None])).map(|found| match found {
        Some(found) => found.into_iter().map(Some).collect::<Vec<Option<Sse>>>(),
        None => vec![None],
    });
    let all = stream::select(of_ledger.flat_map(stream::iter), of_tenant.map(Some));
    let all = stream::select(all, ends)
        .take_while(move |item| {
            // held for as long as the stream is
            let _place = &place;
            std::future::ready(item.is_some())
        })
        .flat_map(stream::iter)
        .map(Ok)
        .take_until(ended);
    Ok(Response::new(all).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// Who listens, and by which epoch of its group it may.
#[derive(Clone)]
struct Listener {
    app: App,
    caller: Caller,
    epoch: Option<u64>,
}

impl Listener {
    /// Whether what let the stream begin still holds.
    fn may_listen(&self) -> bool {
        let Self { app, caller, epoch } = self;
        let stands = match caller {
            Caller::Guest | Caller::Conformance => true,
            Caller::Key(key) => app.api_keys().good(&key.id).is_ok(),
            Caller::Ring(name) => {
                standing::present_version(app, name).is_ok_and(|now| now == Some(name.version()))
            }
            Caller::Group(_) => self::epoch(app, caller).is_ok_and(|now| now == *epoch),
        };
        stands && authorise(app, caller, ApiAction::LedgerRead, &Endpoint::of("events")).is_ok()
    }
}

/// The epoch in force of the group that a member is of.
fn epoch(app: &App, caller: &Caller) -> Result<Option<u64>, Problem> {
    match caller {
        Caller::Group(name) => standing::epoch_in_force(app, name).map(Some),
        _ => Ok(None),
    }
}

/// The position behind the event `<height>.<index>`.
fn position(id: &str) -> Option<(u64, u32)> {
    let (height, index) = id.split_once('.')?;
    Some((height.parse().ok()?, index.parse::<u32>().ok()?.checked_add(1)?))
}

fn block(app: &App, height: u64) -> Option<Sse> {
    sse("block", None, &live::block(&app.ledger().block(height).ok()?))
}

/// The items of an event; only the last carries the id, so that a resumed stream repeats rather than skips.
fn items(app: &App, event: &Event) -> Vec<Sse> {
    let id = format!("{}.{}", event.height, event.index);
    let name = live::name(event).unwrap_or("ledger");
    let described = live::described(event, app.live().purposes(&event.subject).as_ref());
    let last = described.len().saturating_sub(1);
    let sse = |(place, data): (usize, &serde_json::Value)| sse(name, (place == last).then_some(&*id), data);
    described.iter().enumerate().filter_map(sse).collect()
}

fn sse(name: &str, id: Option<&str>, data: &serde_json::Value) -> Option<Sse> {
    let event = Sse::default().event(name).json_data(data).ok()?;
    Some(match id {
        Some(id) => event.id(id),
        None => event,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_resumes_behind_the_last_event() {
        assert_eq!(position("12.3"), Some((12, 4)));
        for bad in ["12", "a.b", "1.4294967295", ""] {
            assert_eq!(position(bad), None, "{bad}");
        }
    }
}
