//! From a data folder to a running service.
//!
//! | in the folder | what |
//! |---|---|
//! | `keystore.json` | sealed under the operator's passphrase: the vault's key, the service's, the validator's |
//! | `genesis.json` | the network; its hash is the trust anchor |
//! | `service.json` | who operates the service |
//! | `ledger/` | the ledger, when it runs in this process |
//! | `platform/` | what the service keeps for itself |
//!
//! [`initialise`] makes the first three, once; [`start`] opens everything; [`bind`] listens.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use hufu_did::{Did, key};
use hufu_keys::{
    SigningKey,
    keystore::{self, KdfParams},
};
use hufu_light::{Genesis, TrustAnchor};
use serde::{Deserialize, Serialize};

use crate::{
    app::{App, Parts},
    config::Config,
    error::Problem,
    ledger::{Embedded, LedgerPort, Remote},
    store::Store,
    vault::Signer,
};

/// The sealed keys.
pub const KEYSTORE_FILE: &str = "keystore.json";
/// The network's genesis.
pub const GENESIS_FILE: &str = "genesis.json";
/// Who operates the service.
pub const SERVICE_FILE: &str = "service.json";

const VAULT_KEY: &str = "vault";
const SERVICE_KEY: &str = "service";
const VALIDATOR_KEY: &str = "validator";

/// The largest of these files that is read, in bytes.
const MAX_FILE: u64 = 8 * 1024 * 1024;

/// Why the service does not start; the words name the file and the remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The folder holds no network yet.
    #[error("{} holds no network yet: start with `hufu dev`, or initialise it", path.display())]
    NotInitialised {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds a network already.
    #[error("{} holds a network already: choose another folder", path.display())]
    Initialised {
        /// The folder.
        path: PathBuf,
    },
    /// A file cannot be read or written.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A file can be read by others.
    #[error("{} can be read by other users of this machine: chmod 600 it", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// A file does not contain what it should.
    #[error("{}: {reason}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The keystore does not open: a wrong passphrase is told apart from damage.
    #[error("the keystore: {0}")]
    Keystore(#[from] hufu_keys::Error),
    /// The service's own database.
    #[error(transparent)]
    Store(#[from] hufu_store::Error),
    /// The ledger of this process.
    #[error(transparent)]
    Ledger(#[from] hufu_node::Error),
    /// The node elsewhere.
    #[error("the ledger node: {0}")]
    Remote(String),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system said.
        cause: io::Error,
    },
    /// Anything else that is said in the words of the interface.
    #[error("{0}")]
    Service(#[from] Problem),
}

impl StartError {
    /// Whether the data and the settings may be in order: the disk is full or cannot be written, something is in use
    /// or not reached.
    #[must_use]
    pub fn is_of_surroundings(&self) -> bool {
        use hufu_store::Error::{DiskFull, Failed, Locked, ReadOnly};
        let of_store = |error: &hufu_store::Error| {
            matches!(error, DiskFull { .. } | Failed { .. } | Locked { .. } | ReadOnly { .. })
        };
        match self {
            Self::File { .. } | Self::Listen { .. } | Self::Remote(_) => true,
            Self::Store(error) | Self::Ledger(hufu_node::Error::Storage(error)) => of_store(error),
            Self::Service(problem) => problem.kind().status().is_server_error(),
            _ => false,
        }
    }
}

/// `service.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceFile {
    /// Who may give keys to new tenants.
    pub(crate) operators: Vec<Did>,
}

/// The keys that a new network starts with.
pub(crate) struct FirstKeys {
    pub(crate) vault: SigningKey,
    pub(crate) service: SigningKey,
    pub(crate) validator: SigningKey,
}

/// Makes the files of a new network; `others` are further keys to keep.
pub(crate) fn initialise(
    data: &Path,
    keys: &FirstKeys,
    others: &[(&str, &SigningKey)],
    genesis: &Genesis,
    service: &ServiceFile,
    passphrase: &[u8],
    cost: KdfParams,
) -> Result<(), StartError> {
    if data.join(GENESIS_FILE).exists() || data.join(KEYSTORE_FILE).exists() {
        return Err(StartError::Initialised { path: data.to_owned() });
    }
    std::fs::create_dir_all(data).map_err(|cause| StartError::File { path: data.to_owned(), cause })?;
    let mut named =
        vec![(VAULT_KEY, &keys.vault), (SERVICE_KEY, &keys.service), (VALIDATOR_KEY, &keys.validator)];
    named.extend_from_slice(others);
    let sealed = keystore::seal(&named, passphrase, &mut rand::rng(), cost)?;
    write_private(&data.join(KEYSTORE_FILE), &sealed)?;
    let json =
        serde_json::to_vec_pretty(service).expect("service.json serialises because it has only strings");
    write_private(&data.join(SERVICE_FILE), &json)?;
    // last: a folder with a genesis is complete
    write_private(&data.join(GENESIS_FILE), genesis.as_bytes())
}

/// Writes a file that only its owner can read; it is complete or not there.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), StartError> {
    let failed = |cause| StartError::File { path: path.to_owned(), cause };
    let draft = path.with_extension("draft");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&draft, path).map_err(failed)?;
    // the new name itself must survive a power cut, too
    #[cfg(unix)]
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    }
    Ok(())
}

/// Reads a file of bounded size.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, StartError> {
    let failed = |cause| StartError::File { path: path.to_owned(), cause };
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > MAX_FILE {
        return Err(StartError::Content {
            path: path.to_owned(),
            reason: format!("it has {size} bytes, at most {MAX_FILE} are read"),
        });
    }
    std::fs::read(path).map_err(failed)
}

/// Opens the keystore of a folder; refuses one that others can read.
pub(crate) fn open_keystore(data: &Path, passphrase: &[u8]) -> Result<Vec<(String, SigningKey)>, StartError> {
    let path = data.join(KEYSTORE_FILE);
    if !path.exists() {
        return Err(StartError::NotInitialised { path: data.to_owned() });
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let failed = |cause| StartError::File { path: path.clone(), cause };
        if std::fs::metadata(&path).map_err(failed)?.permissions().mode() & 0o077 != 0 {
            return Err(StartError::Exposed { path });
        }
    }
    Ok(keystore::open(&read_file(&path)?, passphrase)?)
}

/// Opens everything in the data folder; needs a multi-threaded tokio runtime.
///
/// # Errors
/// [`StartError`]; nothing is left half-open.
pub async fn start(config: Config, passphrase: &[u8]) -> Result<App, StartError> {
    let data = config.data().to_owned();
    let mut keys = open_keystore(&data, passphrase)?;
    let mut take = |name: &str| {
        let found = keys.iter().position(|(known, _)| known == name).map(|at| keys.swap_remove(at).1);
        found.ok_or_else(|| StartError::Content {
            path: data.join(KEYSTORE_FILE),
            reason: format!("it has no key {name:?}"),
        })
    };
    let (master, service) = (take(VAULT_KEY)?, take(SERVICE_KEY)?);
    let path = data.join(SERVICE_FILE);
    let file: ServiceFile = serde_json::from_slice(&read_file(&path)?)
        .map_err(|error| StartError::Content { path, reason: error.to_string() })?;
    let genesis = genesis(&data)?;
    let ledger: Arc<dyn LedgerPort> = match config.ledger_url() {
        Some(url) => Arc::new(
            Remote::connect(url, genesis.anchor())
                .await
                .map_err(|error| StartError::Remote(error.to_string()))?,
        ),
        None => {
            let config = hufu_node::Config::new(data.join("ledger"), genesis, take(VALIDATOR_KEY)?);
            let opened = tokio::task::spawn_blocking(move || hufu_node::Ledger::open(config)).await;
            Arc::new(Embedded(opened.map_err(Problem::internal)??))
        }
    };
    let store = Store::open(&data.join("platform"))?;
    let signer =
        Signer { method: key::verification_method(&service.verifying_key()), key: Arc::new(service) };
    let parts = Parts { config, store, master, ledger, service: signer, operators: file.operators };
    Ok(App::assemble(parts).await?)
}

/// The genesis of a data folder.
///
/// # Errors
/// [`StartError::NotInitialised`], [`StartError::Content`].
pub fn genesis(data: &Path) -> Result<Genesis, StartError> {
    let path = data.join(GENESIS_FILE);
    if !path.exists() {
        return Err(StartError::NotInitialised { path: data.to_owned() });
    }
    Genesis::parse(&read_file(&path)?)
        .map_err(|error| StartError::Content { path, reason: error.to_string() })
}

/// The trust anchor of a data folder.
///
/// # Errors
/// As [`genesis`].
pub fn trust_anchor(data: &Path) -> Result<TrustAnchor, StartError> {
    Ok(genesis(data)?.anchor())
}

/// Binds the configured address; with port 0 the configuration gets the port that the system gave.
///
/// # Errors
/// [`StartError::Listen`].
pub async fn bind(config: Config) -> Result<(Config, tokio::net::TcpListener), StartError> {
    let address = config.listen();
    let listen = |cause| StartError::Listen { address, cause };
    let listener = tokio::net::TcpListener::bind(address).await.map_err(listen)?;
    let bound = listener.local_addr().map_err(listen)?;
    Ok((config.bound_to(bound), listener))
}
