//! The VC-API (VCALM): credentials and presentations, issued, kept, verified, and given a status.
//!
//! The same paths exist at the root and under `/{suite}/…`; the latter bind an issuer instance to one
//! suite and key algorithm. [`Instance`] is what a handler knows of where it was mounted.
//!
//! | file | paths |
//! |---|---|
//! | `issue` | `POST /credentials/issue` |
//! | `derive` | `POST /credentials/derive` |
//! | `verify` | `POST /credentials/verify`, `POST /presentations/verify` |
//! | `present` | `POST /presentations` |
//! | `stored` | `GET /credentials`, `GET`, `DELETE /credentials/{id}` |
//! | `status` | `POST /credentials/status` |
//! | `lists` | `POST`, `GET /status-lists`, `GET /status-lists/{id}` |
//! | `challenge` | `POST /challenges` |

mod challenge;
mod derive;
mod instance;
mod issue;
mod lists;
mod present;
mod status;
mod stored;
mod verify;

pub(crate) use instance::{INSTANCES, Instance, IssuingKey, bootstrap_conformance, keys};
pub(crate) use issue::{IssueOptions, Made, make};
pub(crate) use lists::{ListCache, Lists};
pub(crate) use stored::{counter, credential, recent};

use axum::{
    Extension, Router,
    routing::{get, post},
};

use crate::app::App;

/// The paths, at the root and under each suite.
pub(crate) fn routes() -> Router<App> {
    let mut router = paths().layer(Extension(Instance::Unbound));
    for binding in &INSTANCES {
        let bound = paths().layer(Extension(Instance::Bound(binding)));
        router = router.nest(&format!("/{}", binding.name), bound);
    }
    router.route("/keys", get(keys))
}

fn paths() -> Router<App> {
    Router::new()
        .route("/credentials/issue", post(issue::issue))
        .route("/credentials/derive", post(derive::derive))
        .route("/credentials/verify", post(verify::credential))
        .route("/credentials/status", post(status::update))
        .route("/credentials", get(stored::list))
        .route("/credentials/{id}", get(stored::get).delete(stored::delete))
        .route("/presentations", post(present::create))
        .route("/presentations/verify", post(verify::presentation))
        .route("/status-lists", get(lists::list).post(lists::create))
        .route("/status-lists/{id}", get(lists::get))
        .route("/challenges", post(challenge::create))
}

/// The documentation of these paths.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    issue::issue,
    derive::derive,
    verify::credential,
    verify::presentation,
    present::create,
    status::update,
    stored::list,
    stored::get,
    stored::delete,
    lists::create,
    lists::list,
    lists::get,
    challenge::create,
    instance::keys,
))]
pub(crate) struct Documentation;
