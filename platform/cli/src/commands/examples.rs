//! The credentials of the tour and of the benchmarks, made like published examples of VC 2.0.
//!
//! The licence has the members of the example of the W3C Community Group's vehicle licence vocabulary (`vdl/v1`); the
//! student card those of the example credentials in the VC Data Model 2.0.

use serde_json::{Value, json};

/// What the vehicle authority is accredited for.
pub(super) const LICENCE_TYPE: &str = "Iso18013DriversLicenseCredential";

/// What the school is accredited for.
pub(super) const STUDENT_CARD_TYPE: &str = "ExampleAlumniCredential";

/// A random UUID (RFC 9562 §5.4) as a URN: a credential that can be revoked needs a name.
pub(super) fn new_id() -> String {
    let mut bytes: [u8; 16] = rand::random();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex::encode(bytes);
    let (a, rest) = hex.split_at(8);
    let (b, rest) = rest.split_at(4);
    let (c, rest) = rest.split_at(4);
    let (d, e) = rest.split_at(4);
    format!("urn:uuid:{a}-{b}-{c}-{d}-{e}")
}

pub(super) fn licence(issuer: &str, holder: &str) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/vdl/v1"],
        "type": ["VerifiableCredential", LICENCE_TYPE],
        "issuer": issuer,
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2036-01-01T00:00:00Z",
        "credentialSubject": {
            "id": holder,
            "type": "LicensedDriver",
            "driversLicense": {
                "type": "Iso18013DriversLicense",
                "document_number": "542426814",
                "family_name": "TURNER",
                "given_name": "SUSAN",
                "birth_date": "1998-08-28",
                "issue_date": "2026-01-01",
                "expiry_date": "2036-01-01",
                "issuing_country": "AA",
                "un_distinguishing_sign": "UTA"
            }
        }
    })
}

pub(super) fn student_card(issuer: &str, holder: &str) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "type": ["VerifiableCredential", STUDENT_CARD_TYPE],
        "issuer": issuer,
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": holder,
            "alumniOf": {
                "id": "did:example:c276e12ec21ebfeb1f712ebc6f1",
                "name": "Example University"
            }
        }
    })
}

/// A card of which its holder shows parts. It has no id, nor has its holder: whatever names either of them would link all that
/// is ever shown of it.
pub(super) fn selective_student_card(issuer: &str, name: &str) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "type": ["VerifiableCredential", STUDENT_CARD_TYPE],
        "issuer": issuer,
        "credentialSubject": {
            "name": name,
            "alumniOf": {
                "id": "did:example:c276e12ec21ebfeb1f712ebc6f1",
                "name": "Example University"
            }
        }
    })
}
