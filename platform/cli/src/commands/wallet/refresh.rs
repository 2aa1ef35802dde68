//! `hufu wallet refresh`: fetches what offline verification will need, each with its proof.
//!
//! 1. The service's network must be the pinned one; the first that a wallet meets is pinned.
//! 2. For every `did:hufu` that a credential names: its head, and the version that the head leads to.
//! 3. For every status entry: the list's record and the entry's.
//! 4. Each answer is verified from the pinned anchor before it is kept.

use hufu_credentials::status::{StatusEntry, entry_key, list_key};
use hufu_did::{
    Did,
    hufu::{Head, head_key, version_key},
};
use hufu_light::TrustAnchor;
use serde_json::json;

use super::verify::Needs;
use crate::{
    args::Service,
    client::Client,
    commands::{certified, segment},
    exit::{Code, Failure},
    output::Output,
    wallet::{Wallet, keep},
};

pub(super) async fn run(wallet: &Wallet, service: &Service, output: Output) -> anyhow::Result<()> {
    let client = service.client()?;
    // 1.
    let (anchor, _) = certified::anchor(service, &client).await?;
    if wallet.anchors()?.pin(&anchor)? {
        output.note(format!("Pinned the network {} with genesis {}.", anchor.network, anchor.genesis_hash));
    }
    let mut needs = Needs::default();
    for held in wallet.credentials().all()? {
        needs.add(Needs::of(&held.value));
    }
    let fetching = Fetching { wallet, client: &client, anchor: &anchor };
    let mut problems = Vec::new();
    let (mut dids, mut statuses) = (0_usize, 0_usize);
    let bar = output.progress((needs.dids.len() + needs.statuses.len()) as u64, "fetching proofs");
    for did in &needs.dids {
        // another network's DIDs are another service's
        let ours = did.method_specific_id().split(':').next() == Some(anchor.network.as_str());
        if ours {
            match fetching.did(did).await {
                Ok(()) => dids += 1,
                Err(error) => problems.push((format!("{did}: {error:#}"), error)),
            }
        }
        bar.inc(1);
    }
    for entry in &needs.statuses {
        match fetching.status(entry).await {
            Ok(()) => statuses += 1,
            Err(error) => {
                problems.push((format!("entry {} of {}: {error:#}", entry.index, entry.list), error))
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let words: Vec<&str> = problems.iter().map(|(words, _)| words.as_str()).collect();
    let result = json!({ "network": anchor.network, "dids": dids, "statuses": statuses, "problems": words });
    output.result(&result, || {
        format!("{dids} DIDs and {statuses} statuses are proven by {}.", anchor.network)
    })?;
    match problems.into_iter().next() {
        None => Ok(()),
        Some((words, error)) => Err(Failure::with(Code::of(&error), words)),
    }
}

impl Needs {
    fn add(&mut self, other: Self) {
        self.dids.extend(other.dids);
        self.dids.sort();
        self.dids.dedup();
        for entry in other.statuses {
            if !self.statuses.iter().any(|known| known.list == entry.list && known.index == entry.index) {
                self.statuses.push(entry);
            }
        }
    }
}

struct Fetching<'a> {
    wallet: &'a Wallet,
    client: &'a Client,
    anchor: &'a TrustAnchor,
}

impl Fetching<'_> {
    /// Step 2.
    async fn did(&self, did: &Did) -> anyhow::Result<()> {
        let key = head_key(did);
        let answer = certified::fetch(self.client, &key).await?;
        keep(&self.wallet.answers_folder(), &answer, self.anchor, &key)?;
        // absence is kept, too: it is proven that the DID does not exist
        let Some(bytes) = &answer.value else { return Ok(()) };
        let key = version_key(did, Head::from_bytes(bytes)?.version);
        let answer = certified::fetch(self.client, &key).await?;
        keep(&self.wallet.answers_folder(), &answer, self.anchor, &key)?;
        Ok(())
    }

    /// Step 3.
    async fn status(&self, entry: &StatusEntry) -> anyhow::Result<()> {
        let path = format!("/v1/status/{}/{}", segment(&entry.list), entry.index);
        let body = self.client.get(&path).await?;
        let folder = self.wallet.answers_folder();
        for (member, key) in
            [("listAnswer", list_key(&entry.list)), ("answer", entry_key(&entry.list, entry.index))]
        {
            // 4.
            keep(&folder, &certified::read(&body, member)?, self.anchor, &key)?;
        }
        Ok(())
    }
}
