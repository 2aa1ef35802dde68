//! One file per subcommand; [`run`] sends each to its place.

mod audit;
mod ballot;
mod bbs;
mod bench;
mod certified;
mod did;
mod examples;
mod group;
mod key;
mod listing;
mod network;
mod pages;
mod pair;
mod presentation;
mod record;
mod ring;
mod sealed;
mod services;
mod sink;
mod source;
mod status;
mod tour;
mod undo;
mod vc;
mod wallet;

use std::path::Path;

use anyhow::Context as _;
use hufu_platform::dev::{API_KEYS_FILE, Seeded};
use serde_json::Value;

use crate::{
    args::{Arguments, Command, Service},
    client::Client,
    output::Output,
};

/// Runs one command.
pub(crate) async fn run(arguments: Arguments, output: &Output) -> anyhow::Result<()> {
    let output = *output;
    match arguments.command {
        Command::Dev(options) => services::dev(options, output).await,
        Command::Node(options) => services::node(options, output).await,
        Command::Serve(options) => services::serve(options, output).await,
        Command::Key(command) => key::run(command, output),
        Command::Ring(command) => ring::run(command, output).await,
        Command::Group(command) => group::run(command, output).await,
        Command::Bbs(command) => bbs::run(command, output),
        Command::Did(command) => did::run(command, output).await,
        Command::Vc(command) => vc::run(command, output).await,
        Command::Wallet(command) => wallet::run(command, output).await,
        Command::Audit(command) => audit::run(command, output).await,
        Command::Network(command) => network::run(command, output).await,
        Command::Tour(options) => tour::run(options, output).await,
        Command::Bench(what) => bench::run(what, output).await,
        Command::Completions { shell } => pages::completions(shell, output),
        Command::Man { out } => pages::manual(out.as_deref(), output),
    }
}

impl Service {
    /// A client with the given key, or with the administrator's key of the local data folder.
    pub(crate) fn client(&self) -> anyhow::Result<Client> {
        Client::new(&self.url, self.key()?)
    }

    /// The given key, or the administrator's of the local data folder.
    pub(crate) fn key(&self) -> anyhow::Result<Option<String>> {
        match &self.api_key {
            Some(key) => Ok(Some(key.clone())),
            None => local_key(&self.data),
        }
    }
}

/// The operator's key of a `hufu dev` data folder, if there is one.
fn local_key(data: &Path) -> anyhow::Result<Option<String>> {
    if !data.join(API_KEYS_FILE).exists() {
        return Ok(None);
    }
    let seeded = Seeded::read(data).context("the API keys of the local data folder cannot be read")?;
    Ok(seeded.operator().map(|operator| operator.api_key.clone()))
}

/// Reads a JSON file, `-` meaning standard input, with the strict reader.
pub(crate) fn read_json(path: &Path) -> anyhow::Result<Value> {
    let bytes = read_bytes(path)?;
    hufu_jcs::parse(&bytes, hufu_jcs::Limits::default())
        .with_context(|| format!("{} is not acceptable JSON", path.display()))
}

/// Reads a file, `-` meaning standard input.
pub(crate) fn read_bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes)
            .context("standard input cannot be read")?;
        return Ok(bytes);
    }
    std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// The text of a member, or an empty one: for tables.
pub(crate) fn text(value: &Value, pointer: &str) -> String {
    match value.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    }
}

/// A path segment, percent-encoded.
pub(crate) fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::segment;

    #[test]
    fn a_segment_keeps_a_did_readable_and_escapes_the_rest() {
        assert_eq!(segment("did:key:z6Mk"), "did:key:z6Mk");
        assert_eq!(segment("a/b?c#d%é"), "a%2Fb%3Fc%23d%25%C3%A9");
    }
}
