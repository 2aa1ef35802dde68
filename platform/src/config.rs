//! Configuration: defaults, then a TOML file, then `HUFU_*` of the environment, then flags.
//!
//! 1. Each source overrides the one before it, field by field.
//! 2. A name that no field has is refused, in the file and in the environment alike: a misspelt
//!    setting must not silently leave its default.
//! 3. The whole is validated before anything is opened: [`Config`] in hand is the proof.
//!
//! ```
//! use hufu_platform::{Config, Settings};
//!
//! let file: Settings = "listen = '127.0.0.1:9090'".parse()?;
//! let flags = Settings { conformance: Some(true), ..Settings::default() };
//! let config = Config::from_layers([file, flags])?;
//! assert_eq!(config.public_url(), "http://127.0.0.1:9090");
//! # Ok::<(), hufu_platform::ConfigError>(())
//! ```

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::telemetry::LogFormat;

/// Where the service listens unless it is told otherwise.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

/// Where the data lies unless it is told otherwise.
pub const DEFAULT_DATA: &str = "data";

/// The largest request body read by default, in bytes.
pub const DEFAULT_BODY_LIMIT: usize = 1024 * 1024;

/// The largest body limit that may be configured: a body is held in memory whole.
pub const MAX_BODY_LIMIT: usize = 16 * 1024 * 1024;

/// How long one request may take by default, in seconds.
pub const DEFAULT_REQUEST_TIMEOUT: u64 = 30;

/// What the environment's variables begin with.
pub const ENVIRONMENT_PREFIX: &str = "HUFU_";

/// Variables of other parts of the suite that share the prefix.
const FOREIGN_VARIABLES: [&str; 5] = ["VECTORS", "API_KEY", "URL", "PASSPHRASE", "PASSPHRASE_FILE"];

/// One layer of settings; every field is optional.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The address to listen on, `host:port` with a numeric host. Port 0 takes a free one.
    pub listen: Option<String>,
    /// The URL under which others reach the service; no trailing slash. It becomes part of status
    /// list identifiers, so change it only together with every credential issued under it.
    pub public_url: Option<String>,
    /// The folder of this service's data.
    pub data: Option<PathBuf>,
    /// The gRPC address of a ledger node, such as `http://node:7400`. Without it the ledger runs
    /// inside this process, under `data`.
    pub ledger_url: Option<String>,
    /// Open endpoints for conformance test suites. Loopback only.
    pub conformance: Option<bool>,
    /// Largest request body, in bytes.
    pub body_limit: Option<usize>,
    /// Longest duration of a request, in seconds.
    pub request_timeout: Option<u64>,
    /// Whether `/metrics` answers callers without a key.
    pub open_metrics: Option<bool>,
    /// `text` or `json`.
    pub log_format: Option<LogFormat>,
    /// Which log lines are written, for example `info,hufu_node=debug`.
    pub log_filter: Option<String>,
}

/// A complete, validated configuration.
#[derive(Clone, Debug)]
pub struct Config {
    listen: SocketAddr,
    public_url: String,
    data: PathBuf,
    ledger_url: Option<String>,
    conformance: bool,
    body_limit: usize,
    request_timeout: Duration,
    open_metrics: bool,
    log_format: LogFormat,
    log_filter: String,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {path} cannot be read: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The text is not a configuration.
    #[error("the configuration is not acceptable: {0}")]
    Syntax(String),
    /// A value is out of range or contradicts another.
    #[error("the setting {name} is not acceptable: {reason}")]
    Value {
        /// The name of the setting.
        name: &'static str,
        /// Why.
        reason: String,
    },
    /// Open endpoints were asked for on an address that others can reach.
    #[error(
        "conformance mode opens every endpoint without a key, so it listens on loopback only; {0} is not a loopback address"
    )]
    ConformanceNotLoopback(SocketAddr),
}

impl FromStr for Settings {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| ConfigError::Syntax(error.message().to_owned()))
    }
}

impl Settings {
    /// Reads a TOML file.
    ///
    /// # Errors
    /// [`ConfigError::File`], or [`ConfigError::Syntax`] which names an unknown setting.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        std::fs::read_to_string(path)
            .map_err(|cause| ConfigError::File { path: path.to_owned(), cause })?
            .parse()
    }

    /// Takes `HUFU_<SETTING>` out of an environment, for example `HUFU_LISTEN=127.0.0.1:9090`.
    ///
    /// # Errors
    /// [`ConfigError::Syntax`] for a `HUFU_` variable that is no setting, or a value of the wrong type.
    pub fn from_environment(
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut table = toml::Table::new();
        for (name, value) in variables {
            let Some(name) = name.strip_prefix(ENVIRONMENT_PREFIX) else { continue };
            if FOREIGN_VARIABLES.contains(&name) {
                continue;
            }
            table.insert(name.to_lowercase(), environment_value(&name.to_lowercase(), value));
        }
        toml::Value::Table(table).try_into().map_err(|error: toml::de::Error| {
            ConfigError::Syntax(format!("in the environment ({ENVIRONMENT_PREFIX}…): {}", error.message()))
        })
    }

    fn over(self, below: Self) -> Self {
        Self {
            listen: self.listen.or(below.listen),
            public_url: self.public_url.or(below.public_url),
            data: self.data.or(below.data),
            ledger_url: self.ledger_url.or(below.ledger_url),
            conformance: self.conformance.or(below.conformance),
            body_limit: self.body_limit.or(below.body_limit),
            request_timeout: self.request_timeout.or(below.request_timeout),
            open_metrics: self.open_metrics.or(below.open_metrics),
            log_format: self.log_format.or(below.log_format),
            log_filter: self.log_filter.or(below.log_filter),
        }
    }
}

/// Environment values are strings: those of the settings that are not get their type here.
fn environment_value(name: &str, value: String) -> toml::Value {
    match name {
        "conformance" | "open_metrics" => {
            value.parse().map_or(toml::Value::String(value), toml::Value::Boolean)
        }
        "body_limit" | "request_timeout" => {
            value.parse().map_or(toml::Value::String(value), toml::Value::Integer)
        }
        _ => toml::Value::String(value),
    }
}

impl Config {
    /// Merges `layers`, lowest precedence first, over the defaults, and validates the result.
    ///
    /// # Errors
    /// [`ConfigError::Value`] names the setting; [`ConfigError::ConformanceNotLoopback`].
    pub fn from_layers(layers: impl IntoIterator<Item = Settings>) -> Result<Self, ConfigError> {
        let settings = layers.into_iter().fold(Settings::default(), |below, above| above.over(below));
        let wrong = |name, reason: String| ConfigError::Value { name, reason };

        let listen = settings.listen.as_deref().unwrap_or(DEFAULT_LISTEN);
        let listen: SocketAddr = listen.parse().map_err(|_| {
            wrong("listen", format!("{listen:?} is not a numeric address and port, such as {DEFAULT_LISTEN}"))
        })?;
        let conformance = settings.conformance.unwrap_or(false);
        if conformance && !listen.ip().is_loopback() {
            return Err(ConfigError::ConformanceNotLoopback(listen));
        }
        let public_url = settings.public_url.unwrap_or_else(|| format!("http://{listen}"));
        if !is_base_url(&public_url) {
            return Err(wrong(
                "public_url",
                format!("{public_url:?} is not an http(s) URL without query, fragment and trailing slash"),
            ));
        }
        let body_limit = settings.body_limit.unwrap_or(DEFAULT_BODY_LIMIT);
        if !(1024..=MAX_BODY_LIMIT).contains(&body_limit) {
            return Err(wrong(
                "body_limit",
                format!("{body_limit} is outside 1024 to {MAX_BODY_LIMIT} bytes"),
            ));
        }
        let seconds = settings.request_timeout.unwrap_or(DEFAULT_REQUEST_TIMEOUT);
        if !(1..=600).contains(&seconds) {
            return Err(wrong("request_timeout", format!("{seconds} is outside 1 to 600 seconds")));
        }
        Ok(Self {
            listen,
            public_url,
            data: settings.data.unwrap_or_else(|| DEFAULT_DATA.into()),
            ledger_url: settings.ledger_url,
            conformance,
            body_limit,
            request_timeout: Duration::from_secs(seconds),
            open_metrics: settings.open_metrics.unwrap_or(conformance),
            log_format: settings.log_format.unwrap_or_default(),
            log_filter: settings.log_filter.unwrap_or_else(|| "info".to_owned()),
        })
    }

    /// The address to listen on.
    #[must_use]
    pub const fn listen(&self) -> SocketAddr {
        self.listen
    }

    /// The URL under which others reach the service, without a trailing slash.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// The folder of this service's data.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The gRPC address of the ledger, or `None` when it runs inside this process.
    #[must_use]
    pub fn ledger_url(&self) -> Option<&str> {
        self.ledger_url.as_deref()
    }

    /// Whether endpoints are open for test suites.
    #[must_use]
    pub const fn conformance(&self) -> bool {
        self.conformance
    }

    /// Largest request body, in bytes.
    #[must_use]
    pub const fn body_limit(&self) -> usize {
        self.body_limit
    }

    /// Longest duration of a request.
    #[must_use]
    pub const fn request_timeout(&self) -> Duration {
        self.request_timeout
    }

    /// Whether `/metrics` answers callers without a key.
    #[must_use]
    pub const fn open_metrics(&self) -> bool {
        self.open_metrics
    }

    /// How log lines look.
    #[must_use]
    pub const fn log_format(&self) -> LogFormat {
        self.log_format
    }

    /// Which log lines are written.
    #[must_use]
    pub fn log_filter(&self) -> &str {
        &self.log_filter
    }

    /// The same configuration with the port that the system gave for port 0.
    #[must_use]
    pub(crate) fn bound_to(mut self, address: SocketAddr) -> Self {
        if self.public_url == format!("http://{}", self.listen) {
            self.public_url = format!("http://{address}");
        }
        self.listen = address;
        self
    }
}

fn is_base_url(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !rest.ends_with('/')
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'"' | b'<' | b'>'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Result<Settings, ConfigError> {
        Settings::from_environment(
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn later_layers_win_field_by_field() {
        let file: Settings = "listen = '127.0.0.1:1'\nbody_limit = 2048".parse().expect("settings");
        let variables =
            environment(&[("HUFU_LISTEN", "127.0.0.1:2"), ("PATH", "/bin"), ("HUFU_VECTORS", "x")])
                .expect("good");
        let flags = Settings { listen: Some("127.0.0.1:3".into()), ..Settings::default() };
        let config = Config::from_layers([file, variables, flags]).expect("good");
        assert_eq!(config.listen().port(), 3);
        assert_eq!(config.body_limit(), 2048);
        assert_eq!(config.public_url(), "http://127.0.0.1:3");
    }

    #[test]
    fn misspelt_settings_are_named() {
        let file = "listne = '127.0.0.1:1'".parse::<Settings>().expect_err("unknown").to_string();
        assert!(file.contains("listne"), "{file}");
        let variable = environment(&[("HUFU_LISTNE", "x")]).expect_err("unknown").to_string();
        assert!(variable.contains("listne"), "{variable}");
        let typed = environment(&[("HUFU_BODY_LIMIT", "many")]).expect_err("wrong type").to_string();
        assert!(typed.contains("environment"), "{typed}");
    }

    #[test]
    fn conformance_refuses_addresses_that_others_reach() {
        for address in ["0.0.0.0:8080", "[::]:8080", "192.168.0.7:80"] {
            let layer =
                Settings { listen: Some(address.into()), conformance: Some(true), ..Settings::default() };
            assert!(
                matches!(Config::from_layers([layer]), Err(ConfigError::ConformanceNotLoopback(_))),
                "{address}"
            );
        }
        let loopback =
            Settings { listen: Some("[::1]:0".into()), conformance: Some(true), ..Settings::default() };
        assert!(Config::from_layers([loopback]).is_ok());
    }

    #[test]
    fn values_out_of_range_are_named() {
        let cases = [
            ("listen", Settings { listen: Some("localhost".into()), ..Settings::default() }),
            ("public_url", Settings { public_url: Some("ftp://x".into()), ..Settings::default() }),
            ("public_url", Settings { public_url: Some("https://x/".into()), ..Settings::default() }),
            ("body_limit", Settings { body_limit: Some(1), ..Settings::default() }),
            ("request_timeout", Settings { request_timeout: Some(0), ..Settings::default() }),
        ];
        for (expected, layer) in cases {
            match Config::from_layers([layer]) {
                Err(ConfigError::Value { name, .. }) => assert_eq!(name, expected),
                other => panic!("{expected}: {other:?}"),
            }
        }
    }
}
