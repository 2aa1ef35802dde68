//! Enveloped credentials and presentations secured as JWS (Securing Verifiable Credentials using JOSE and COSE).
//!
//! | media type | payload |
//! |---|---|
//! | `application/vc+jwt`, `application/vp+jwt` | the credential or presentation itself |
//! | `application/jwt` | JWT claims with the document under `vc` or `vp` (version 1.1 practice) |
//!
//! The key is the one that `kid` names, a DID URL; it must be of the algorithm that `alg` names and listed under
//! `assertionMethod` or `authentication`. `none`, critical extensions, unencoded payloads (`b64`), and a `typ` or `cty` of
//! another purpose are refused. Claims that repeat what the document says (`iss`, `jti`, `sub`) must agree with it.

use super::proofs::{Author, authorship};
use super::report::ProofReport;
use super::{CheckName, Checks, Report, Verifier, conforming, issuer};
use crate::model::{
    Envelope, EnvelopeKind, credential as credential_rules, excerpt, one_or_many,
    presentation as presentation_rules,
};
use crate::problem::{Problem, ProblemType};
use crate::proof::ProofFault;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hufu_did::Relationship;
use hufu_keys::Algorithm;
use serde_json::{Map, Value};

/// Longest token: a presentation of many credentials stays below.
const MAX_TOKEN_BYTES: usize = 4 << 20;
/// Longest header.
const MAX_HEADER_BYTES: usize = 8 << 10;

/// A token taken apart; its signature has not been checked.
struct Token<'a> {
    signing_input: &'a str,
    signature: Vec<u8>,
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl<'a> Token<'a> {
    fn parse(text: &'a str) -> Result<Self, ProofFault> {
        let bad = |detail: &str| ProofFault::new(ProblemType::Parsing, detail);
        if text.len() > MAX_TOKEN_BYTES {
            return Err(bad("the token is too long"));
        }
        let (signing_input, signature) =
            text.rsplit_once('.').ok_or_else(|| bad("the token has no signature"))?;
        let (header, payload) =
            signing_input.split_once('.').ok_or_else(|| bad("the token has no payload"))?;
        let decode = |part: &str| {
            BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| bad("a part of the token is not base64url"))
        };
        let object = |bytes: &[u8], limit: usize| {
            let limits = hufu_jcs::Limits { bytes: limit, depth: crate::model::MAX_DEPTH };
            match hufu_jcs::parse(bytes, limits) {
                Ok(Value::Object(map)) => Ok(map),
                Ok(_) => Err(bad("a part of the token is not a JSON object")),
                Err(error) => Err(bad(&format!("a part of the token is not JSON: {error}"))),
            }
        };
        Ok(Self {
            signing_input,
            signature: decode(signature)?,
            header: object(&decode(header)?, MAX_HEADER_BYTES)?,
            claims: object(&decode(payload)?, MAX_TOKEN_BYTES)?,
        })
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.header.get(name).and_then(Value::as_str)
    }
}

/// What distinguishes the two kinds.
struct Profile {
    kind: EnvelopeKind,
    media_type: &'static str,
    claim: &'static str,
    purpose: Relationship,
}

const CREDENTIAL: Profile = Profile {
    kind: EnvelopeKind::Credential,
    media_type: "vc+jwt",
    claim: "vc",
    purpose: Relationship::AssertionMethod,
};
const PRESENTATION: Profile = Profile {
    kind: EnvelopeKind::Presentation,
    media_type: "vp+jwt",
    claim: "vp",
    purpose: Relationship::Authentication,
};

impl Profile {
    /// The token of an envelope and whether its document is a claim.
    fn token<'v>(&self, value: &'v Value) -> Result<(Token<'v>, bool), Problem> {
        let envelope = Envelope::parse(value, self.kind).map_err(|e| e.problem())?;
        let legacy = match envelope.media_type.strip_prefix("application/") {
            Some("jwt") => true,
            Some(own) if own == self.media_type => false,
            _ => {
                let text =
                    format!("envelopes of media type {} are not supported", excerpt(envelope.media_type));
                return Err(Problem::new(ProblemType::ProofVerification, text));
            }
        };
        let token = Token::parse(envelope.content).map_err(|f| f.0)?;
        Ok((token, legacy))
    }

    fn document(&self, token: Token<'_>, legacy: bool) -> Result<Value, Problem> {
        let Token { mut claims, .. } = token;
        if !legacy {
            return Ok(Value::Object(claims));
        }
        claims.remove(self.claim).ok_or_else(|| {
            Problem::new(ProblemType::Parsing, format!("the token has no claim {}", self.claim))
        })
    }
}

/// The challenge that a presentation claims to answer: of its first proof, or the `nonce` of its token. Nothing is
/// verified here; it is for callers who have to look the challenge up before they verify.
#[must_use]
pub fn stated_challenge(presentation: &Value) -> Option<String> {
    if Envelope::is(presentation, EnvelopeKind::Presentation) {
        let (token, _) = PRESENTATION.token(presentation).ok()?;
        return token.claims.get("nonce").and_then(Value::as_str).map(str::to_owned);
    }
    let proofs = presentation.get("proof").map(one_or_many).unwrap_or_default();
    proofs.first()?.get("challenge").and_then(Value::as_str).map(str::to_owned)
}

/// The document inside of an enveloped credential, unchecked.
pub(super) fn unwrapped(value: &Value) -> Option<Value> {
    if !Envelope::is(value, EnvelopeKind::Credential) {
        return None;
    }
    let (token, legacy) = CREDENTIAL.token(value).ok()?;
    CREDENTIAL.document(token, legacy).ok()
}

impl Verifier<'_> {
    pub(super) fn enveloped_credential(&self, value: &Value, checks: &Checks) -> Report {
        let mut report = Report::default();
        let Some((document, proof, claims)) = self.open(&CREDENTIAL, value, checks, &mut report) else {
            return report.conclude();
        };
        let Some((object, version)) = conforming(&document, credential_rules::validate, &mut report) else {
            return report;
        };
        conclude_proof(proof, Author::Issuer(issuer(object)), checks, &mut report);
        claims.agree_with(object, &mut report);
        self.after_proof(&document, object, version, checks, &mut report);
        report.conclude()
    }

    pub(super) fn enveloped_presentation(&self, value: &Value, checks: &Checks) -> Report {
        let mut report = Report::default();
        let Some((document, proof, claims)) = self.open(&PRESENTATION, value, checks, &mut report) else {
            return report.conclude();
        };
        let Some((object, _)) = conforming(&document, presentation_rules::validate, &mut report) else {
            return report;
        };
        conclude_proof(proof, Author::Holder(presentation_rules::holder(object)), checks, &mut report);
        claims.agree_with(object, &mut report);
        self.presented(object, checks, &mut report);
        report.conclude()
    }

    /// Checks the token around a document. A token that does not hold is reported, and its document not looked at.
    fn open(
        &self,
        profile: &Profile,
        value: &Value,
        checks: &Checks,
        report: &mut Report,
    ) -> Option<(Value, ProofReport, Names)> {
        let mut proof = ProofReport::default();
        let opened = profile.token(value).and_then(|(token, legacy)| {
            proof.verification_method = token.header("kid").map(str::to_owned);
            proof.cryptosuite = token.header("alg").map(excerpt);
            if checks.proof {
                self.check_token(profile, &token, legacy, checks, &mut proof).map_err(|f| f.0)?;
            }
            let names = Names::of(&token.claims);
            profile.document(token, legacy).map(|document| (document, names))
        });
        match opened {
            Ok((document, names)) => Some((document, proof, names)),
            Err(problem) => {
                report.failed_with(CheckName::Proof, problem);
                report.proofs.push(proof);
                None
            }
        }
    }

    fn check_token(
        &self,
        profile: &Profile,
        token: &Token<'_>,
        legacy: bool,
        checks: &Checks,
        report: &mut ProofReport,
    ) -> Result<(), ProofFault> {
        let bad = |detail: String| ProofFault::verification(detail);
        if token.header.contains_key("crit") {
            return Err(bad("the token has critical extensions".to_owned()));
        }
        let typ = token.header("typ").unwrap_or_default();
        let bare =
            |media_type: &'_ str| media_type.strip_prefix("application/").unwrap_or(media_type).to_owned();
        let typ_fits = if legacy { matches!(typ, "" | "JWT") } else { bare(typ) == profile.media_type };
        if !typ_fits {
            return Err(bad(format!("the token's typ {} is not {}", excerpt(typ), profile.media_type)));
        }
        if let Some(cty) = token.header.get("cty").filter(|_| !legacy)
            && cty.as_str().map(bare).as_deref() != Some(profile.claim)
        {
            return Err(bad(format!("the token's cty is not {}", profile.claim)));
        }
        // RFC 7797 §3 and §6: `false` is legal only as a critical extension, and none of those is known here.
        if token.header.get("b64").is_some_and(|b64| *b64 != Value::Bool(true)) {
            return Err(bad("the token has an unencoded payload (b64)".to_owned()));
        }
        // §3: with the document as the payload itself, these claims are forbidden.
        if let Some(name) = ["vc", "vp"].into_iter().find(|name| !legacy && token.claims.contains_key(*name))
        {
            return Err(bad(format!(
                "the token has a claim {name}, which {} does not know",
                profile.media_type
            )));
        }
        let algorithm = algorithm(token.header("alg").unwrap_or_default())?;
        let kid = token.header("kid").ok_or_else(|| bad("the token names no key (kid)".to_owned()))?;
        let found = self.find_key(kid, profile.purpose)?;
        report.controller = Some(found.controller.as_str().to_owned());
        let key = found.key.signature("a JWS")?;
        if key.algorithm() != algorithm {
            return Err(bad(format!("alg does not fit the key, which is {}", key.algorithm())));
        }
        key.verify(token.signing_input.as_bytes(), &token.signature).map_err(|_| {
            ProofFault::new(
                ProblemType::CryptographicSecurity,
                "the signature does not fit the token and the key",
            )
        })?;
        report.verified = true;
        if token.claims.get("iss").is_some_and(|iss| iss.as_str() != Some(found.controller.as_str())) {
            return Err(ProofFault::new(
                ProblemType::CryptographicSecurity,
                "iss is not the controller of the key",
            ));
        }
        self.check_claims(token, profile, checks)
    }

    /// `nbf`, `exp`, `iat`, and for presentations `nonce` and `aud`.
    fn check_claims(&self, token: &Token<'_>, profile: &Profile, checks: &Checks) -> Result<(), ProofFault> {
        let seconds = |name: &str| match token.claims.get(name) {
            None => Ok(None),
            Some(value) => value
                .as_f64()
                .filter(|s| s.is_finite())
                .map(Some)
                .ok_or_else(|| ProofFault::verification(format!("{name} is not a number"))),
        };
        let (earliest, latest) = (checks.earliest(self.now).as_second(), checks.latest(self.now).as_second());
        // Seconds since 1970 are exact in an f64 for the next hundred million years.
        #[allow(clippy::cast_precision_loss, reason = "see above")]
        let (earliest, latest) = (earliest as f64, latest as f64);
        if seconds("exp")?.is_some_and(|exp| exp < earliest) {
            return Err(ProofFault::verification("the token has expired"));
        }
        if seconds("nbf")?.is_some_and(|nbf| nbf > latest) || seconds("iat")?.is_some_and(|iat| iat > latest)
        {
            return Err(ProofFault::verification("the token is not valid yet"));
        }
        if profile.kind == EnvelopeKind::Credential {
            return Ok(());
        }
        let nonce = token.claims.get("nonce").and_then(Value::as_str);
        if checks.challenge.as_deref().is_some_and(|expected| nonce != Some(expected)) {
            return Err(ProofFault::new(
                ProblemType::InvalidChallenge,
                "nonce is not the expected challenge",
            ));
        }
        let audience = token.claims.get("aud").map(one_or_many).unwrap_or_default();
        let addressed = |domain: &String| audience.iter().any(|a| a.as_str() == Some(domain));
        if !checks.domain.iter().all(addressed) {
            return Err(ProofFault::new(ProblemType::InvalidDomain, "aud is not the expected domain"));
        }
        Ok(())
    }
}

/// Claims that repeat what the document says, for readers of JWTs (data model 1.1 §6.3.1).
struct Names {
    jti: Option<Value>,
    sub: Option<Value>,
}

impl Names {
    fn of(claims: &Map<String, Value>) -> Self {
        Self { jti: claims.get("jti").cloned(), sub: claims.get("sub").cloned() }
    }

    /// Whoever goes on with the claims must not be told something else than whoever goes on with the document.
    fn agree_with(&self, object: &Map<String, Value>, report: &mut Report) {
        let id = object.get("id");
        if self.jti.as_ref().is_some_and(|jti| id.is_some_and(|id| id != jti)) {
            report.fail(CheckName::Proof, ProblemType::ProofVerification, "jti is not the document's id");
        }
        let subjects = object.get("credentialSubject").map(one_or_many).unwrap_or_default();
        let mut ids = subjects.iter().filter_map(|subject| subject.get("id")).peekable();
        if let Some(sub) = &self.sub
            && ids.peek().is_some()
            && !ids.any(|id| id == sub)
        {
            report.fail(
                CheckName::Proof,
                ProblemType::ProofVerification,
                "sub is no subject of the credential",
            );
        }
    }
}

fn conclude_proof(mut proof: ProofReport, author: Author<'_>, checks: &Checks, report: &mut Report) {
    if !checks.proof {
        return report.skip(CheckName::Proof);
    }
    proof.by_author = proof.controller.as_deref().is_some_and(|controller| author.is(controller));
    report.proofs.push(proof);
    report.pass(CheckName::Proof);
    authorship(author, checks, report);
}

/// The key algorithm behind a JOSE `alg`.
fn algorithm(alg: &str) -> Result<Algorithm, ProofFault> {
    match alg {
        "EdDSA" | "Ed25519" => Ok(Algorithm::Ed25519),
        "ES256" => Ok(Algorithm::P256),
        "ES384" => Ok(Algorithm::P384),
        "ES256K" => Ok(Algorithm::Secp256k1),
        "SM2" => Ok(Algorithm::Sm2),
        other => Err(ProofFault::verification(format!("alg {} is not supported", excerpt(other)))),
    }
}
