//! The HTTP service: VC-API, DID Resolution, the operator's interface, audit log and console over the ledger.
//!
//! | module | what |
//! |---|---|
//! | [`config`] | defaults, file, environment, flags; validated |
//! | [`app`] | state, router, life from start to stop |
//! | `authorise` | the one function that decides what a caller may do |
//! | `caller`, `idempotency`, `body`, `parameters` | who calls, once only, read strictly |
//! | `unnamed`, `standing` | who shows to be of a ring or group; what these are now |
//! | `vc` | VC-API, at the root and per suite |
//! | `identifiers`, `registrar` | DID Resolution; Universal Registrar |
//! | `v1` | our own interface |
//! | `jobs` | many credentials from one template, worked on in the background |
//! | [`audit`] | the hash-chained log and its signed export |
//! | `ledger` | the port to the ledger, in this process or over gRPC |
//! | `store`, `vault` | what the service keeps for itself |
//! | `console`, `openapi`, `health` | the page at `/`, the documentation, readiness and metrics |
//! | [`dev`], `start` | a development network; from a data folder to a running service |
//! | [`error`], [`telemetry`] | problem details; request ids, logs, metrics |
//!
//! A handler translates: it reads a request strictly, asks for permission, calls the pure crates or the
//! ledger, and records what came of it. Rules live below; nothing here decides what a DID or a status is.

pub mod app;
pub mod audit;
mod authorise;
mod body;
mod caller;
mod challenges;
pub mod config;
mod console;
pub mod dev;
pub mod error;
mod health;
mod idempotency;
mod identifiers;
mod jobs;
mod ledger;
mod live;
mod openapi;
mod parameters;
mod registrar;
mod sender;
mod standing;
mod start;
mod store;
mod streams;
pub mod telemetry;
mod time;
mod unnamed;
mod v1;
mod vault;
mod vc;
mod words;

pub use app::{App, serve_on};
pub use caller::{ApiKey, NewKey, SCOPES};
pub use config::{Config, ConfigError, Settings};
pub use error::{Kind, Problem};
pub use start::{GENESIS_FILE, KEYSTORE_FILE, SERVICE_FILE, StartError, bind, genesis, start, trust_anchor};
