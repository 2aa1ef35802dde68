//! `ssi` 0.16 as a peer of `hufu bench suites --peers`: a JSON line in, a JSON line out.
//!
//! | request | what is timed |
//! |---|---|
//! | `contexts` | nothing: these documents are what their URLs mean from now on |
//! | `timeVerify` | parse the text, resolve the issuer's `did:key`, canonicalise, hash, verify |
//! | `timeIssue` | parse the text, canonicalise, hash, sign, write the text; the key is made before |
//!
//! The one place where the generic `AnySuite` is instantiated, which is what makes `ssi` slow to build.

use std::{
    collections::HashMap,
    io::{BufRead, Write},
    time::Instant,
};

use futures_executor::block_on;
use serde::Deserialize;
use serde_json::{Value, json};
use did_method_key::DIDKey;
use ssi_claims::{
    SignatureEnvironment, VerificationParameters,
    data_integrity::{AnySuite, CryptographicSuite, DataIntegrity, ProofOptions},
    vc::v2::JsonCredential,
};
use ssi_dids_core::{DIDResolver, VerificationMethodDIDResolver};
use ssi_json_ld::ContextLoader;
use ssi_jwk::JWK;
use ssi_verification_methods::{AnyMethod, SingleSecretSigner};

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "camelCase")]
enum Request {
    Contexts { contexts: HashMap<String, String> },
    TimeVerify { text: String, count: u64 },
    TimeIssue { cryptosuite: String, curve: String, text: String, count: u64 },
}

type Resolver = VerificationMethodDIDResolver<DIDKey, AnyMethod>;

struct Peer {
    verifier: VerificationParameters<Resolver>,
    loader: ContextLoader,
    resolver: Resolver,
}

fn main() {
    let mut peer = Peer::with(ContextLoader::default());
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { return };
        let answer = serde_json::from_str(&line).map_err(|error| error.to_string());
        let answer = answer.and_then(|request| peer.answer(request));
        let answer = answer.unwrap_or_else(|words| json!({ "error": words }));
        if writeln!(out, "{answer}").and_then(|()| out.flush()).is_err() {
            return;
        }
    }
}

impl Peer {
    fn with(loader: ContextLoader) -> Self {
        let resolver = || DIDKey.into_vm_resolver();
        let verifier = VerificationParameters::from_resolver(resolver()).with_json_ld_loader(loader.clone());
        Self { verifier, loader, resolver: resolver() }
    }

    fn answer(&mut self, request: Request) -> Result<Value, String> {
        match request {
            Request::Contexts { contexts } => {
                let loader = ContextLoader::empty().with_context_map_from(contexts);
                *self = Self::with(loader.map_err(|error| error.to_string())?);
                Ok(json!({}))
            }
            Request::TimeVerify { text, count } => {
                let mut nanos = Vec::new();
                for _ in 0..count {
                    let begun = Instant::now();
                    let verdict = block_on(self.verify(&text));
                    nanos.push(begun.elapsed().as_nanos());
                    verdict?;
                }
                Ok(json!({ "nanos": nanos }))
            }
            Request::TimeIssue { cryptosuite, curve, text, count } => {
                let suite = match cryptosuite.as_str() {
                    "eddsa-rdfc-2022" => AnySuite::EdDsaRdfc2022,
                    "ecdsa-rdfc-2019" => AnySuite::EcdsaRdfc2019,
                    other => return Err(format!("there is no suite {other}")),
                };
                let key = match curve.as_str() {
                    "P-256" => JWK::generate_p256(),
                    "P-384" => JWK::generate_p384(),
                    _ => JWK::generate_ed25519().map_err(|error| error.to_string())?,
                };
                let issuer = DIDKey::generate(&key).map_err(|error| error.to_string())?;
                let mut credential: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
                credential["issuer"] = issuer.as_str().into();
                let text = credential.to_string();
                let (mut nanos, mut signed) = (Vec::new(), String::new());
                for _ in 0..count {
                    let begun = Instant::now();
                    signed = block_on(self.issue(&suite, &key, &text))?;
                    nanos.push(begun.elapsed().as_nanos());
                }
                Ok(json!({ "nanos": nanos, "signed": signed }))
            }
        }
    }

    async fn verify(&self, text: &str) -> Result<(), String> {
        let credential: DataIntegrity<JsonCredential, AnySuite> =
            ssi_claims::data_integrity::from_json_str(text).map_err(|error| error.to_string())?;
        let verdict = credential.verify(&self.verifier).await.map_err(|error| error.to_string())?;
        verdict.map_err(|error| error.to_string())
    }

    async fn issue(&self, suite: &AnySuite, key: &JWK, text: &str) -> Result<String, String> {
        let credential: JsonCredential = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let method = DIDKey::generate_url(key).map_err(|error| error.to_string())?;
        let environment = SignatureEnvironment { json_ld_loader: self.loader.clone(), eip712_loader: () };
        let signed = suite
            .sign_with(
                environment,
                credential,
                &self.resolver,
                SingleSecretSigner::new(key.clone()).into_local(),
                ProofOptions::from_method(method.into_iri().into()),
                Default::default(),
            )
            .await
            .map_err(|error| error.to_string())?;
        serde_json::to_string(&signed).map_err(|error| error.to_string())
    }
}
