//! The ledger: ordered transactions, certified blocks, authenticated state.
//!
//! | file | what |
//! |---|---|
//! | `ledger` | [`Ledger`]: the API |
//! | `admission`, `senders` | form, network, expiry, signatures: whatever needs no order |
//! | `sender`, `window`, `tags` | who sends, named or as one of a ring; nothing twice |
//! | `mempool`, `trials` | what waits, and how often what is costly to try is tried: bounded |
//! | `consensus` | who decides which block is next; `solo` is the first engine |
//! | `builder`, `speculate` | applies transactions to the state: replay window, permission, rules |
//! | `authorise`, `identity` | the one place where a write is permitted or denied |
//! | `rings` | the ring of a list, formed from the ring keys of its DIDs; the rings used lately |
//! | `governance` | members, votes, lists, accreditations, policies as records |
//! | `rules`, `module` | introduces the pure rules of lower crates to the ledger |
//! | `state` | records, their Merkle tree, pruning |
//! | `chain`, `layout`, `open` | what is stored where, and the checks on opening |
//! | `service` | gRPC |
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use std::collections::BTreeMap;
//!
//! use hufu_keys::{Algorithm, SigningKey};
//! use hufu_light::{Genesis, Validator, ValidatorSet};
//! use hufu_node::{At, Config, Ledger};
//! # use rand::SeedableRng;
//! # let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
//! # let folder = tempfile::tempdir()?;
//!
//! let key = SigningKey::generate(Algorithm::Sm2, &mut rng);
//! let node = Validator { did: "did:web:node.example".into(), key: key.verifying_key(), power: 1 };
//! // who governs from the first block on
//! let modules = BTreeMap::from([(
//!     "governance".to_owned(),
//!     serde_json::json!({ "members": [{ "did": "did:web:authority.example" }] }),
//! )]);
//! let validators = ValidatorSet::new(vec![node])?;
//! let genesis = Genesis::new("dev".parse()?, 1_790_000_000_000, validators, modules)?;
//!
//! let ledger = Ledger::open(Config::new(folder.path().join("ledger"), genesis, key))?;
//! let answer = ledger.query(b"did/did:hufu:dev:zQm.../head", At::Latest)?;
//! let proven = answer.verify(ledger.anchor(), b"did/did:hufu:dev:zQm.../head")?;
//! assert_eq!(proven.value(), None, "absence is proven, too");
//! # ledger.shutdown().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod admission;
mod authorise;
mod block;
mod builder;
mod chain;
mod config;
mod consensus;
mod error;
mod events;
pub mod governance;
pub mod groups;
mod identity;
mod inner;
mod layout;
mod ledger;
mod mempool;
mod module;
mod open;
pub mod rings;
mod rules;
mod sender;
mod senders;
pub mod service;
mod speculate;
mod state;
mod tags;
mod telemetry;
mod trials;
mod window;
mod words;

pub use admission::MAX_EXPIRY_AHEAD;
pub use block::{Block, Event, Receipt};
pub use config::{Clock, Config, Limits, Retention, SystemClock};
pub use error::{Error, Rejection};
pub use hufu_wire::At;
pub use ledger::{Change, Included, Ledger, MAX_PAGE, Status};
pub use module::{Call, Effects, Emitted, Module, Moment, Operation, Request};
pub use open::Checked;
pub use rules::Records;
pub use sender::{GroupSender, RingSender, Sender};
pub use state::{Entry, Stamp, State};
pub use trials::{MAX_REFUSED, PERIOD_MS};
pub use window::WINDOW;
