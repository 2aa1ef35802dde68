//! A key-value store with named families, a format version and atomic synced batches.
//!
//! [`Db`] is RocksDB in a folder, [`Memory`] its twin without a disk; both are [`Kv`] and obey the same
//! laws. No other crate of the workspace knows RocksDB.
//!
//! ```
//! use hufu_store::{Batch, Db, Family, Format, Kv, Range, Read};
//!
//! const PEOPLE: Family = Family::new("people");
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path();
//! let db = Db::open(path, &[PEOPLE], Format { name: "address book", version: 1 })?;
//! let mut batch = Batch::new();
//! batch.put(PEOPLE, "ada", "London");
//! batch.put(PEOPLE, "adele", "Vienna");
//! db.write(batch)?; // durable, as a whole
//! assert_eq!(db.get(PEOPLE, b"ada")?.as_deref(), Some(b"London".as_slice()));
//! assert_eq!(db.page(PEOPLE, Range::prefix(b"ad", 10).after(Some(b"ada")))?.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod format;
mod kv;
mod memory;
mod rocks;

pub use error::Error;
pub use format::Format;
pub use kv::{Batch, Entry, Family, Kv, MAX_PAGE, Order, Range, Read};
pub use memory::Memory;
pub use rocks::Db;
