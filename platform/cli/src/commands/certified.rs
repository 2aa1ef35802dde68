//! Certified answers of a service, believed only after their proof was checked here.
//!
//! The trust anchor comes from the data folder of a local network where there is one, else from the wallet
//! at hand if it has pinned the network (`hufu wallet init`), and otherwise from the service that is asked:
//! then the proof shows only that all its answers belong to one history.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_light::{Answer, TrustAnchor, Verified};
use serde_json::Value;

use super::segment;
use crate::{
    args::Service,
    client::{Client, Sign},
    exit::{Code, Failure},
    wallet::Wallet,
};

/// A service and the anchor that its answers are checked from.
pub(crate) struct Certified {
    client: Client,
    anchor: TrustAnchor,
    source: AnchorSource,
}

/// Who told us which network to trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnchorSource {
    /// The genesis file of a local data folder.
    Genesis,
    /// The wallet, which pinned it before.
    Wallet,
    /// The service itself.
    Service,
}

impl AnchorSource {
    /// In words.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Genesis => "the genesis file of the local data folder",
            Self::Wallet => "the wallet, which has pinned it",
            Self::Service => "the service itself; pin one with `hufu wallet init` to be independent of it",
        }
    }

    /// In one word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Genesis => "genesis",
            Self::Wallet => "wallet",
            Self::Service => "service",
        }
    }
}

impl Certified {
    /// Finds out which anchor to check from.
    pub(crate) async fn of(service: &Service) -> anyhow::Result<Self> {
        let client = service.client()?;
        let (anchor, source) = anchor(service, &client).await?;
        Ok(Self { client, anchor, source })
    }

    /// The same without an API key: what is read is signed, for the network that the service says it is of.
    ///
    /// # Errors
    /// What the service answers, and what `sign` says to its anchor.
    pub(crate) async fn unnamed(
        service: &Service,
        sign: impl FnOnce(&TrustAnchor) -> anyhow::Result<Sign>,
    ) -> anyhow::Result<Self> {
        let (anchor, source) = anchor(service, &Client::new(&service.url, None)?).await?;
        Ok(Self { client: Client::unnamed(&service.url, sign(&anchor)?)?, anchor, source })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn anchor(&self) -> &TrustAnchor {
        &self.anchor
    }

    pub(crate) fn source(&self) -> AnchorSource {
        self.source
    }

    /// The newest value of a key of the ledger's state, proven, and the height of the proof.
    pub(crate) async fn value(&self, key: &[u8]) -> anyhow::Result<(Option<Vec<u8>>, u64)> {
        let answer = fetch(&self.client, key).await?;
        let verified = verify(&answer, &self.anchor, key)?;
        Ok((verified.value().map(<[u8]>::to_vec), verified.height()))
    }
}

/// The anchor of a local data folder, or else the wallet's, or else the service's.
///
/// # Errors
/// [`Code::No`] if the service runs another network of that name than the folder or the wallet has.
pub(crate) async fn anchor(
    service: &Service,
    client: &Client,
) -> anyhow::Result<(TrustAnchor, AnchorSource)> {
    let said = client.get("/v1/trust-anchor").await?;
    let said: TrustAnchor = serde_json::from_value(said).map_err(|error| {
        Failure::with(Code::Unavailable, format!("{}: no trust anchor: {error}", client.base()))
    })?;
    match hufu_platform::trust_anchor(&service.data) {
        Ok(local) if local == said => Ok((local, AnchorSource::Genesis)),
        Ok(local) if local.network == said.network => Err(Failure::with(
            Code::No,
            format!(
                "{} runs a network called {} with another genesis than the one in {}; give --data if that is meant",
                client.base(),
                said.network,
                service.data.display()
            ),
        )),
        // there is no local network, or it is another one
        _ => match Wallet::at_hand()? {
            Some(wallet) if wallet.anchors()?.of(&said.network).is_some() => {
                wallet.anchors()?.pin(&said)?;
                Ok((said, AnchorSource::Wallet))
            }
            _ => Ok((said, AnchorSource::Service)),
        },
    }
}

/// The certified answer for a key, not verified yet.
pub(crate) async fn fetch(client: &Client, key: &[u8]) -> anyhow::Result<Answer> {
    let name = String::from_utf8_lossy(key);
    let body = client.get(&format!("/v1/state/{}", segment(&name))).await?;
    read(&body, "answer")
}

/// The certified answer in a member of a response.
pub(crate) fn read(body: &Value, member: &str) -> anyhow::Result<Answer> {
    let unreadable =
        |why: String| Failure::with(Code::Unavailable, format!("the service's certified answer: {why}"));
    let text = body.get(member).and_then(Value::as_str).ok_or_else(|| unreadable("it is missing".into()))?;
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|error| unreadable(error.to_string()))?;
    Answer::from_bytes(&bytes).map_err(|error| unreadable(error.to_string()))
}

/// Checks an answer; what does not verify is an answer of "no", whatever the service says.
pub(crate) fn verify<'a>(
    answer: &'a Answer,
    anchor: &TrustAnchor,
    key: &[u8],
) -> anyhow::Result<Verified<'a>> {
    answer
        .verify(anchor, key)
        .map_err(|error| Failure::with(Code::No, format!("the certified answer does not verify: {error}")))
}
