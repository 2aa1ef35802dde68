//! What a ledger needs to be told.

use std::{fmt, num::NonZeroU64, path::PathBuf, sync::Arc, time::SystemTime};

use hufu_keys::SigningKey;
use hufu_light::Genesis;

/// Configuration of [`crate::Ledger::open`].
pub struct Config {
    /// Folder of the database; created when missing.
    pub data: PathBuf,
    /// The network to be part of; a data folder of another network is refused.
    pub genesis: Genesis,
    /// The key this node signs blocks with; must belong to the genesis' only validator (engine `solo`).
    pub validator_key: SigningKey,
    /// How long old states stay provable.
    pub retention: Retention,
    /// Bounds.
    pub limits: Limits,
    /// Source of block times.
    pub clock: Arc<dyn Clock>,
}

impl Config {
    /// Defaults for everything that need not be chosen: all heights provable, the system's clock.
    #[must_use]
    pub fn new(data: PathBuf, genesis: Genesis, validator_key: SigningKey) -> Self {
        Self {
            data,
            genesis,
            validator_key,
            retention: Retention::default(),
            limits: Limits::default(),
            clock: Arc::new(SystemClock),
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("data", &self.data)
            .field("network", self.genesis.network())
            .field("retention", &self.retention)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// How many heights stay provable. Blocks, events and values are never removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Retention {
    /// Every height.
    #[default]
    All,
    /// The newest heights, this many.
    Heights(NonZeroU64),
}

/// Bounds on what the ledger takes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most transactions that wait for a block.
    pub waiting: usize,
    /// Most bytes of transactions that wait for a block.
    pub waiting_bytes: usize,
    /// Most transactions in a block.
    pub block_transactions: usize,
    /// Most bytes of transactions in a block; one larger transaction still fits alone.
    pub block_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            waiting: 20_000,
            waiting_bytes: 128 * 1024 * 1024,
            block_transactions: 2_000,
            block_bytes: 8 * 1024 * 1024,
        }
    }
}

/// Where block times come from.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    fn now_ms(&self) -> u64;
}

/// The system's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> u64 {
        let elapsed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
    }
}
