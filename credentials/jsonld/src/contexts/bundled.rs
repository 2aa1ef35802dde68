//! Which contexts are bundled, and where their text comes from.
//!
//! Those in `contexts/` are the published files of their specifications (see the README there); the others
//! come from the `ssi-contexts` crate. Its copies of the data model 2.0, Data Integrity v2 and Multikey are
//! older than the published ones and are not used: a signature over a stale context does not verify elsewhere.
//! schema.org is left out (ShareAlike licence, and too broad to be signed safely); add it with
//! [`crate::Contexts::with`] where it is wanted.

macro_rules! published {
    ($($url:literal => $file:literal,)*) => {
        [$(($url, include_str!(concat!("../../contexts/", $file))),)*]
    };
}

/// URL and text of every bundled context.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    PUBLISHED.into_iter().chain(FROM_SSI)
}

const PUBLISHED: [(&str, &str); 10] = published! {
    "https://www.w3.org/ns/credentials/v2" => "credentials-v2.jsonld",
    "https://www.w3.org/ns/credentials/examples/v2" => "credentials-examples-v2.jsonld",
    "https://www.w3.org/ns/credentials/undefined-terms/v2" => "credentials-undefined-terms-v2.jsonld",
    "https://w3id.org/security/data-integrity/v2" => "data-integrity-v2.jsonld",
    "https://w3id.org/security/multikey/v1" => "multikey-v1.jsonld",
    "https://w3id.org/security/jwk/v1" => "jwk-v1.jsonld",
    "https://www.w3.org/ns/cid/v1" => "cid-v1.jsonld",
    "https://w3id.org/citizenship/v2" => "citizenship-v2.jsonld",
    "https://w3id.org/citizenship/v3" => "citizenship-v3.jsonld",
    "https://w3id.org/citizenship/v4rc1" => "citizenship-v4rc1.jsonld",
};

const FROM_SSI: [(&str, &str); 26] = [
    ("https://www.w3.org/2018/credentials/v1", ssi_contexts::CREDENTIALS_V1),
    ("https://www.w3.org/2018/credentials/examples/v1", ssi_contexts::CREDENTIALS_EXAMPLES_V1),
    ("https://www.w3.org/ns/did/v1", ssi_contexts::DID_V1),
    ("https://w3id.org/did/v1", ssi_contexts::DID_V1),
    ("https://www.w3.org/ns/odrl.jsonld", ssi_contexts::ODRL),
    ("https://w3id.org/did-resolution/v1", ssi_contexts::DID_RESOLUTION_V1),
    ("https://w3id.org/security/v1", ssi_contexts::SECURITY_V1),
    ("https://w3id.org/security/v2", ssi_contexts::SECURITY_V2),
    ("https://w3id.org/security/data-integrity/v1", ssi_contexts::W3ID_DATA_INTEGRITY_V1),
    ("https://w3id.org/security/bbs/v1", ssi_contexts::BBS_V1),
    ("https://w3id.org/security/suites/ed25519-2020/v1", ssi_contexts::W3ID_ED2020_V1),
    ("https://w3id.org/security/suites/jws-2020/v1", ssi_contexts::W3ID_JWS2020_V1),
    ("https://w3c-ccg.github.io/lds-jws2020/contexts/lds-jws2020-v1.json", ssi_contexts::LDS_JWS2020_V1),
    ("https://w3id.org/security/suites/secp256k1recovery-2020/v2", ssi_contexts::W3ID_ESRS2020_V2),
    ("https://w3id.org/security/suites/blockchain-2021/v1", ssi_contexts::BLOCKCHAIN2021_V1),
    ("https://w3id.org/vc/status-list/2021/v1", ssi_contexts::STATUS_LIST_2021_V1),
    ("https://w3id.org/vc/status-list/v1", ssi_contexts::STATUS_LIST_2021_V1),
    ("https://w3id.org/vc-revocation-list-2020/v1", ssi_contexts::REVOCATION_LIST_2020_V1),
    ("https://w3id.org/citizenship/v1", ssi_contexts::CITIZENSHIP_V1),
    ("https://w3id.org/vaccination/v1", ssi_contexts::VACCINATION_V1),
    ("https://w3id.org/traceability/v1", ssi_contexts::TRACEABILITY_V1),
    ("https://w3id.org/vdl/v1", ssi_contexts::VDL_V1),
    ("https://w3id.org/wallet/v1", ssi_contexts::WALLET_V1),
    ("https://w3id.org/zcap/v1", ssi_contexts::ZCAP_V1),
    (
        "https://identity.foundation/presentation-exchange/submission/v1",
        ssi_contexts::PRESENTATION_SUBMISSION_V1,
    ),
    ("https://identity.foundation/.well-known/did-configuration/v1", ssi_contexts::DID_CONFIGURATION_V1),
];
