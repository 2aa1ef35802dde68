//! Private keys that the service holds for its tenants, sealed in its database.
//!
//! The keystore file, opened once with the operator's passphrase, holds one key that seals all others:
//! a tenant's key is encrypted with XChaCha20-Poly1305 under a random nonce, with its public key as the
//! associated data, so that sealed keys cannot change places. The passphrase's slow derivation is paid
//! once at the start, not a thousand times a second.
//!
//! Opened keys are cached in memory. Whoever reads this process's memory reads them: a service that
//! must not be able to sign for its tenants works in client-signed mode and holds nothing.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use hufu_did::{Did, DidUrl, key::bbs_multikey};
use hufu_keys::{SigningKey, VerifyingKey};
use hufu_store::Range;
use rand::Rng as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroize as _;

use crate::{
    caller::Caller,
    error::Problem,
    store::{HELD, Store, VAULT, Writes},
};

/// Label of the sealing key's derivation, so that the key it comes from serves nothing else.
const LABEL: &[u8] = b"hufu/platform/vault/v1";

/// In front of the names of secrets that are no signing keys; no Multikey begins with it.
const BYTES: &[u8] = b"bytes/";

/// In front of the public keys whose secrets sign with BBS; no Multikey begins with it.
const BBS: &[u8] = b"bbs/";

/// Bytes of a nonce, in front of each ciphertext.
const NONCE: usize = 24;

/// Most opened keys kept in memory; beyond that the cache starts anew.
const MAX_CACHED: usize = 10_000;

/// What a held key of a DID may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Role {
    /// It is a verification method of the document: it signs credentials, presentations and transactions.
    Method,
    /// It is in the set that may update the DID.
    Update,
    /// It is committed to as a next update key.
    Next,
}

impl Role {
    /// In a word.
    #[must_use]
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Update => "update",
            Self::Next => "next",
        }
    }
}

/// One held key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HeldKey {
    /// The verification method's DID URL, for [`Role::Method`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<DidUrl>,
    /// The public key as a Multikey.
    pub public: String,
    /// What it is for.
    pub role: Role,
}

/// A DID whose keys are held here.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Held {
    /// The DID.
    pub did: Did,
    /// The tenant that it was made for.
    pub tenant: String,
    /// Its keys.
    pub keys: Vec<HeldKey>,
}

impl Held {
    /// Whether the caller may use its keys: the tenant it was made for, or whoever acts for the DID itself.
    pub(crate) fn is_of(&self, caller: &Caller) -> bool {
        self.tenant == caller.tenant() || caller.did() == Some(&self.did)
    }
}

/// A key that is ready to sign, with the name that verifiers find it by.
#[derive(Clone)]
pub(crate) struct Signer {
    /// The verification method.
    pub(crate) method: DidUrl,
    /// The private key.
    pub(crate) key: Arc<SigningKey>,
}

/// The same for a key that makes BBS signatures.
#[derive(Clone)]
pub(crate) struct BbsSigner {
    /// The verification method.
    pub(crate) method: DidUrl,
    /// The private key.
    pub(crate) key: Arc<hufu_bbs::SecretKey>,
}

impl std::fmt::Debug for BbsSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BbsSigner").field("method", &self.method).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("method", &self.method).finish_non_exhaustive()
    }
}

/// The sealed keys and the cache of opened ones.
pub(crate) struct Vault {
    store: Store,
    cipher: XChaCha20Poly1305,
    opened: RwLock<HashMap<String, Arc<SigningKey>>>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").finish_non_exhaustive()
    }
}

impl Vault {
    /// A vault whose sealing key is derived from `master`.
    pub(crate) fn new(store: Store, master: &SigningKey) -> Self {
        let mut sealing: [u8; 32] = master
            .to_bytes()
            .expose(|bytes| Sha256::new().chain_update(LABEL).chain_update(bytes).finalize().into());
        let cipher = XChaCha20Poly1305::new(&sealing.into());
        sealing.zeroize();
        Self { store, cipher, opened: RwLock::default() }
    }

    /// The writes that keep a DID with the private keys of its record.
    pub(crate) fn keep(
        &self,
        held: &Held,
        keys: &[&SigningKey],
        mut writes: Writes,
    ) -> Result<Writes, Problem> {
        for key in keys {
            writes = self.keep_key(key, writes)?;
        }
        Ok(writes.put_json(HELD, did_name(&held.did), held).put(
            HELD,
            tenant_name(&held.tenant, held.did.as_str()),
            b"",
        ))
    }

    /// The writes that keep a private key alone.
    pub(crate) fn keep_key(&self, key: &SigningKey, writes: Writes) -> Result<Writes, Problem> {
        let public = key.verifying_key().to_multikey();
        let sealed = self.seal(&public, key)?;
        Ok(writes.put(VAULT, public, sealed))
    }

    /// The writes that keep a private key for BBS signatures.
    pub(crate) fn keep_bbs(&self, key: &hufu_bbs::SecretKey, writes: Writes) -> Result<Writes, Problem> {
        let name = bbs_name(&bbs_multikey(key.public_key()));
        let sealed = self.seal_bytes(&name, key.to_bytes().as_ref())?;
        Ok(writes.put(VAULT, name, sealed.into_bytes()))
    }

    /// What is held of a DID.
    pub(crate) fn held(&self, did: &Did) -> Result<Option<Held>, Problem> {
        self.store.get_json(HELD, &did_name(did))
    }

    /// What is held for a tenant, by DID, behind a DID.
    pub(crate) fn of_tenant(
        &self,
        tenant: &str,
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Held>, Problem> {
        let prefix = tenant_name(tenant, "");
        let after = after.map(|after| [&prefix[..], after].concat());
        let page = self.store.page(HELD, Range::prefix(&prefix, limit).after(after.as_deref()))?;
        let mut found = Vec::with_capacity(page.len());
        for (key, _) in page {
            let did =
                key.get(prefix.len()..).and_then(|did| std::str::from_utf8(did).ok()).unwrap_or_default();
            let did: Did = did.parse().map_err(Problem::internal)?;
            found.extend(self.held(&did)?);
        }
        Ok(found)
    }

    /// The private key to a public one.
    pub(crate) fn key(&self, public: &str) -> Result<Option<Arc<SigningKey>>, Problem> {
        if let Some(key) = self.opened.read().unwrap_or_else(PoisonError::into_inner).get(public) {
            return Ok(Some(Arc::clone(key)));
        }
        let Some(sealed) = self.store.get(VAULT, public.as_bytes())? else { return Ok(None) };
        let key = Arc::new(self.open(public, &sealed)?);
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        if opened.len() >= MAX_CACHED {
            opened.clear();
        }
        opened.insert(public.to_owned(), Arc::clone(&key));
        Ok(Some(key))
    }

    /// The first held verification method of a DID that `fits`.
    pub(crate) fn signer(
        &self,
        did: &Did,
        fits: impl Fn(&VerifyingKey) -> bool,
    ) -> Result<Option<Signer>, Problem> {
        let Some(held) = self.held(did)? else { return Ok(None) };
        for HeldKey { method, public, .. } in held.keys.into_iter().filter(|key| key.role == Role::Method) {
            let (Some(method), Some(key)) = (method, self.key(&public)?) else { continue };
            if fits(&key.verifying_key()) {
                return Ok(Some(Signer { method, key }));
            }
        }
        Ok(None)
    }

    /// The first held key of a DID for BBS signatures. Opening one multiplies in G2: it takes as long as a signature.
    pub(crate) fn bbs_signer(&self, did: &Did) -> Result<Option<BbsSigner>, Problem> {
        let Some(held) = self.held(did)? else { return Ok(None) };
        for HeldKey { method, public, .. } in held.keys.into_iter().filter(|key| key.role == Role::Method) {
            let name = bbs_name(&public);
            let (Some(method), Some(sealed)) = (method, self.store.get(VAULT, &name)?) else { continue };
            let damaged = || Problem::internal(format!("the sealed key {public} is damaged"));
            let sealed = std::str::from_utf8(&sealed).map_err(|_| damaged())?;
            let mut secret = self.open_bytes(&name, sealed)?;
            let key = hufu_bbs::SecretKey::from_bytes(&secret);
            secret.zeroize();
            let key = key.ok().filter(|key| bbs_multikey(key.public_key()) == public).ok_or_else(damaged)?;
            return Ok(Some(BbsSigner { method, key: Arc::new(key) }));
        }
        Ok(None)
    }

    /// Seals a secret that is no signing key, under a name of its own.
    pub(crate) fn seal_bytes(&self, name: &[u8], secret: &[u8]) -> Result<String, Problem> {
        let mut nonce = [0_u8; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let payload = Payload { msg: secret, aad: &[BYTES, name].concat() };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| Problem::internal("a secret could not be sealed"))?;
        Ok(hex::encode([&nonce[..], &sealed].concat()))
    }

    /// Opens what [`Self::seal_bytes`] sealed under the same name.
    pub(crate) fn open_bytes(&self, name: &[u8], sealed: &str) -> Result<Vec<u8>, Problem> {
        let damaged = || Problem::internal("a sealed secret is damaged, or the keystore is another's");
        let sealed = hex::decode(sealed).map_err(|_| damaged())?;
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>().ok_or_else(damaged)?;
        let payload = Payload { msg: ciphertext, aad: &[BYTES, name].concat() };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| damaged())
    }

    fn seal(&self, public: &str, key: &SigningKey) -> Result<Vec<u8>, Problem> {
        let mut nonce = [0_u8; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let sealed = key.to_multikey().expose(|secret| {
            let payload = Payload { msg: secret.as_bytes(), aad: public.as_bytes() };
            self.cipher.encrypt(&XNonce::from(nonce), payload)
        });
        let sealed = sealed.map_err(|_| Problem::internal("a key could not be sealed"))?;
        Ok([&nonce[..], &sealed].concat())
    }

    fn open(&self, public: &str, sealed: &[u8]) -> Result<SigningKey, Problem> {
        let damaged =
            || Problem::internal(format!("the sealed key {public} is damaged, or the keystore is another's"));
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>().ok_or_else(damaged)?;
        let payload = Payload { msg: ciphertext, aad: public.as_bytes() };
        let mut secret = self.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| damaged())?;
        let key = std::str::from_utf8(&secret).ok().and_then(|text| SigningKey::from_multikey(text).ok());
        secret.zeroize();
        key.filter(|key| key.verifying_key().to_multikey() == public).ok_or_else(damaged)
    }
}

fn bbs_name(public: &str) -> Vec<u8> {
    [BBS, public.as_bytes()].concat()
}

fn did_name(did: &Did) -> Vec<u8> {
    format!("d/{did}").into_bytes()
}

/// A tenant is a DID or a fixed word: neither has a space.
fn tenant_name(tenant: &str, did: &str) -> Vec<u8> {
    format!("t/{tenant} {did}").into_bytes()
}

#[cfg(test)]
mod tests {
    use hufu_keys::Algorithm;

    use super::*;

    fn held(did: &str, key: &SigningKey) -> Held {
        let did: Did = did.parse().expect("a DID");
        let method = DidUrl::with_fragment(&did, "key-1").expect("a DID URL");
        let key =
            HeldKey { method: Some(method), public: key.verifying_key().to_multikey(), role: Role::Method };
        Held { did, tenant: "t".into(), keys: vec![key] }
    }

    #[tokio::test]
    async fn kept_keys_sign_after_a_restart_and_only_under_their_own_name() {
        let mut rng = rand::rng();
        let store = Store::in_memory().expect("opens");
        let master = SigningKey::generate(Algorithm::Ed25519, &mut rng);
        let (a, b) = (
            SigningKey::generate(Algorithm::Sm2, &mut rng),
            SigningKey::generate(Algorithm::Ed25519, &mut rng),
        );
        let vault = Vault::new(store.clone(), &master);
        let held = held("did:example:a", &a);
        let writes = vault.keep(&held, &[&a, &b], Writes::new()).expect("seals");
        store.commit(writes).await.expect("stores");

        let again = Vault::new(store.clone(), &master);
        let signer =
            again.signer(&held.did, |key| key.algorithm() == Algorithm::Sm2).expect("reads").expect("held");
        assert_eq!(signer.key.verifying_key(), a.verifying_key());
        assert!(
            again.signer(&held.did, |key| key.algorithm() == Algorithm::Ed25519).expect("reads").is_none()
        );

        // another keystore opens nothing
        let other = Vault::new(store.clone(), &b);
        assert!(other.key(&a.verifying_key().to_multikey()).is_err());
        // sealed keys that change places do not open
        let (a, b) = (a.verifying_key().to_multikey(), b.verifying_key().to_multikey());
        let sealed = store.get(VAULT, b.as_bytes()).expect("reads").expect("sealed");
        store.commit(Writes::new().put(VAULT, a.as_bytes(), sealed)).await.expect("stores");
        assert!(Vault::new(store, &master).key(&a).is_err());
    }
}
