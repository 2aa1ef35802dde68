//! `hufu dev`, `hufu node`, `hufu serve`: long-running services, stopped by SIGINT or SIGTERM.
//!
//! Settings come in layers: the file of `--config`, then `HUFU_*` variables, then flags.

use std::{future::Future, path::Path};

use anyhow::Context as _;
use hufu_platform::{Config, KEYSTORE_FILE, Settings, StartError, dev as network, telemetry};
use serde_json::json;

use crate::{
    args::{Dev, Node, Serve},
    exit::{Code, Failure},
    keystore_file::KeystoreFile,
    output::Output,
    passphrase::{self, Purpose},
};

/// Variables of this command that are no settings of the service.
const OWN_VARIABLES: [&str; 2] = ["HUFU_KEYSTORE", "HUFU_WALLET"];

/// What the validator's key is called in a data folder's keystore.
const VALIDATOR_KEY: &str = "validator";

/// Everything in one process, on a network that is made when there is none.
pub(super) async fn dev(options: Dev, output: Output) -> anyhow::Result<()> {
    let flags = Settings {
        listen: options.listen,
        data: options.data,
        conformance: options.conformance.then_some(true),
        ..Settings::default()
    };
    let config = configuration(options.config.as_deref(), flags)?;
    telemetry::start_logging(config.log_format(), config.log_filter());
    let stop = stop()?;
    let data = config.data().to_owned();
    if network::prepare(&data, network::NETWORK)? {
        output.note(format!("Made a development network in {}.", data.display()));
    }
    let passphrase = network::passphrase(&data)?;
    // bound before the ledger opens: a port in use is the commonest mistake
    let (config, listener) = hufu_platform::bind(config).await?;
    let url = config.public_url().to_owned();
    let conformance = config.conformance();
    let app = hufu_platform::start(config, &passphrase).await?;
    let seeded = network::seed(&app).await;
    let seeded = match seeded {
        Ok(seeded) => seeded,
        Err(error) => {
            app.end().await;
            return Err(error.into());
        }
    };
    let keys = data.join(network::API_KEYS_FILE);
    let operator = seeded.operator().map(|operator| operator.did.to_string());
    let summary = json!({
        "url": url, "console": format!("{url}/"), "data": data, "apiKeys": keys, "operator": operator,
        "network": network::NETWORK, "conformance": conformance,
    });
    let told = output.result(&summary, || {
        format!(
            "Hufu listens on {url} (console, API, /openapi.json).\n\
             API keys are in {}; commands started here use the operator's.\n\
             Ctrl-C stops.",
            keys.display()
        )
    });
    if let Err(error) = told {
        app.end().await;
        return Err(error);
    }
    let result = hufu_platform::serve_on(&app, listener, stop).await;
    app.end().await;
    output.note("Stopped.");
    result.with_context(|| format!("{url} cannot be served"))
}

/// The HTTP service against a ledger node, or with a ledger of its own.
///
/// On the data folder of a development network it seeds the organisations as `hufu dev` does.
pub(super) async fn serve(options: Serve, output: Output) -> anyhow::Result<()> {
    let flags = Settings {
        listen: options.listen,
        ledger_url: options.ledger_url,
        data: options.data,
        ..Settings::default()
    };
    let config = configuration(options.config.as_deref(), flags)?;
    telemetry::start_logging(config.log_format(), config.log_filter());
    let stop = stop()?;
    let data = config.data().to_owned();
    let ledger = config.ledger_url().map(str::to_owned);
    let passphrase = service_passphrase(&data)?;
    let (config, listener) = hufu_platform::bind(config).await?;
    let url = config.public_url().to_owned();
    let app = hufu_platform::start(config, &passphrase).await?;
    let seeded = if network::is_development(&data) { network::seed(&app).await.map(|_| ()) } else { Ok(()) };
    if let Err(error) = seeded {
        app.end().await;
        return Err(error.into());
    }
    let summary = json!({ "url": url, "console": format!("{url}/"), "data": data, "ledger": ledger });
    let told = output.result(&summary, || {
        let ledger = ledger.as_deref().unwrap_or("a ledger of this process");
        format!("Hufu listens on {url}, over {ledger}. Ctrl-C stops.")
    });
    if let Err(error) = told {
        app.end().await;
        return Err(error);
    }
    let result = hufu_platform::serve_on(&app, listener, stop).await;
    app.end().await;
    output.note("Stopped.");
    result.with_context(|| format!("{url} cannot be served"))
}

/// A ledger node with its gRPC service.
pub(super) async fn node(options: Node, output: Output) -> anyhow::Result<()> {
    let filter = std::env::var("HUFU_LOG_FILTER").unwrap_or_else(|_| "info".to_owned());
    telemetry::start_logging(telemetry::LogFormat::default(), &filter);
    let stop = stop()?;
    let data = options.data;
    // bound before the ledger opens: a port in use is the commonest mistake
    let listener = match options.check {
        true => None,
        false => Some(listen(options.listen).await?),
    };
    if !options.check && network::prepare(&data, network::NETWORK)? {
        output.note(format!("Made a development network in {}.", data.display()));
    }
    let genesis = hufu_platform::genesis(&data)?;
    let passphrase = service_passphrase(&data)?;
    let mut store = KeystoreFile::open_with(&data.join(KEYSTORE_FILE), passphrase)?;
    let config = hufu_node::Config::new(data.join("ledger"), genesis, store.take(VALIDATOR_KEY)?);
    let ledger = tokio::task::spawn_blocking(move || hufu_node::Ledger::open(config))
        .await
        .context("the ledger's opening panicked")?
        .map_err(StartError::from)?;
    let anchor = ledger.anchor().clone();
    let Some(listener) = listener else {
        let checking = ledger.clone();
        let found =
            tokio::task::spawn_blocking(move || checking.check()).await.context("the check panicked")?;
        ledger.shutdown().await;
        let found =
            found.map_err(|error| Failure::with(Code::No, format!("the ledger is not in order: {error}")))?;
        let result = json!({
            "network": anchor.network, "height": found.height,
            "transactions": found.transactions, "records": found.records,
        });
        return output.result(&result, || {
            format!(
                "The ledger is in order: {} blocks, {} transactions; the state root recomputes from {} records.",
                found.height, found.transactions, found.records
            )
        });
    };
    let listen = listener.local_addr().context("the address that was bound")?;
    let summary = json!({ "grpc": format!("http://{listen}"), "data": data, "anchor": anchor });
    let told = output.result(&summary, || {
        format!(
            "A node of {} (genesis {}) listens on http://{listen} (gRPC). Ctrl-C stops.",
            anchor.network, anchor.genesis_hash
        )
    });
    if let Err(error) = told {
        ledger.shutdown().await;
        return Err(error);
    }
    let served = hufu_node::service::serve_on(ledger.clone(), listener, stop).await;
    ledger.shutdown().await;
    output.note("Stopped.");
    served.with_context(|| format!("{listen} cannot be served"))
}

async fn listen(address: std::net::SocketAddr) -> anyhow::Result<tokio::net::TcpListener> {
    let listener = tokio::net::TcpListener::bind(address).await;
    listener.map_err(|error| Failure::with(Code::Unavailable, format!("cannot listen on {address}: {error}")))
}

fn configuration(file: Option<&Path>, flags: Settings) -> anyhow::Result<Config> {
    let file = file.map(Settings::from_file).transpose()?.unwrap_or_default();
    let variables = std::env::vars().filter(|(name, _)| !OWN_VARIABLES.contains(&name.as_str()));
    let environment = Settings::from_environment(variables)?;
    Ok(Config::from_layers([file, environment, flags])?)
}

/// The passphrase of a data folder: kept beside a development network, which was sealed under it whatever the environment said, or
/// told by the environment, or asked for.
fn service_passphrase(data: &Path) -> anyhow::Result<Vec<u8>> {
    // nobody is asked for the passphrase of a keystore that is not there
    if !data.join(KEYSTORE_FILE).exists() {
        return Err(StartError::NotInitialised { path: data.to_owned() }.into());
    }
    if data.join(network::PASSPHRASE_FILE).exists() {
        return Ok(network::passphrase(data)?);
    }
    let told = std::env::var_os("HUFU_PASSPHRASE_FILE").map(std::path::PathBuf::from);
    let secret = passphrase::obtain(told.as_deref(), &data.join(KEYSTORE_FILE), Purpose::Open)?;
    Ok(secret.expose(Clone::clone))
}

/// Completes at the first SIGINT or SIGTERM.
fn stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| {
            signal(kind).map_err(|error| {
                Failure::with(Code::Internal, format!("signals cannot be listened for: {error}"))
            })
        };
        let (mut interrupt, mut terminate) =
            (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
