//! Steps of a credential's way to the bytes that are signed, per document.

use criterion::{Criterion, criterion_group, criterion_main};
use hufu_jsonld::{Contexts, Options, canonicalize_document, rdfc, to_rdf};
use serde_json::{Value, json};
use std::hint::black_box;

/// Documents by size: a minimal credential (8 quads), a typical one (28 quads, 4 unlabelled nodes), one with
/// an inline context, and a proof configuration.
fn documents() -> Vec<(&'static str, Value)> {
    vec![
        (
            "alumni",
            json!({
                "@context": [
                    "https://www.w3.org/ns/credentials/v2",
                    "https://www.w3.org/ns/credentials/examples/v2"
                ],
                "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
                "type": ["VerifiableCredential", "AlumniCredential"],
                "name": "Alumni Credential",
                "description": "A minimum viable example of an Alumni Credential.",
                "issuer": "https://vc.example/issuers/5678",
                "validFrom": "2023-01-01T00:00:00Z",
                "credentialSubject": { "id": "did:example:abcdefgh", "alumniOf": "The School of Examples" }
            }),
        ),
        (
            "employment",
            json!({
                "@context": ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/citizenship/v4rc1"],
                "type": ["VerifiableCredential", "EmploymentAuthorizationDocumentCredential"],
                "issuer": {
                    "id": "did:key:zDnaegE6RR3atJtHKwTRTWHsJ3kNHqFwv7n9YjTgmU7TyfU76",
                    "image": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVQIW2NgUPr/HwADaAIhG61j/AAAAABJRU5ErkJggg=="
                },
                "credentialSubject": {
                    "type": ["Person", "EmployablePerson"],
                    "givenName": "JOHN",
                    "additionalName": "JACOB",
                    "familyName": "SMITH",
                    "gender": "Male",
                    "residentSince": "2015-01-01",
                    "birthCountry": "Bahamas",
                    "birthDate": "1999-07-17",
                    "employmentAuthorizationDocument": {
                        "type": "EmploymentAuthorizationDocument",
                        "identifier": "83627465",
                        "lprCategory": "C09",
                        "lprNumber": "999-999-999"
                    }
                },
                "credentialStatus": {
                    "id": "https://status.example/3#94567",
                    "type": "BitstringStatusListEntry",
                    "statusPurpose": "revocation",
                    "statusListIndex": "94567",
                    "statusListCredential": "https://status.example/3"
                },
                "name": "Employment Authorization Document",
                "description": "Example Employment Authorization Document.",
                "validFrom": "2019-12-03T00:00:00Z",
                "validUntil": "2029-12-03T00:00:00Z"
            }),
        ),
        (
            "inline-context",
            json!({
                "@context": [
                    "https://www.w3.org/ns/credentials/v2",
                    { "licence": { "@id": "https://example.org/licence", "@context": {
                        "@vocab": "https://example.org/licence#" } } }
                ],
                "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
                "type": ["VerifiableCredential"],
                "issuer": "did:example:issuer",
                "validFrom": "2023-01-01T00:00:00Z",
                "credentialSubject": {
                    "id": "did:example:abcdefgh",
                    "licence": { "class": "B", "number": "44-1234", "points": 12 }
                }
            }),
        ),
        (
            "proof",
            json!({
                "type": "DataIntegrityProof",
                "cryptosuite": "eddsa-rdfc-2022",
                "created": "2023-02-24T23:36:38Z",
                "verificationMethod": "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
                "proofPurpose": "assertionMethod",
                "@context": [
                    "https://www.w3.org/ns/credentials/v2",
                    "https://www.w3.org/ns/credentials/examples/v2"
                ]
            }),
        ),
    ]
}

fn steps(criterion: &mut Criterion) {
    let contexts = Contexts::bundled();
    let options = Options::default();
    for (name, document) in documents() {
        let dataset = to_rdf(&contexts, &document, &options).expect("the documents are valid");
        criterion.bench_function(&format!("jsonld::to_rdf/document={name}"), |bench| {
            bench.iter(|| to_rdf(&contexts, black_box(&document), &options));
        });
        criterion.bench_function(&format!("jsonld::rdfc/document={name}"), |bench| {
            bench.iter(|| rdfc::canonicalize(black_box(&dataset), rdfc::Hash::Sha256, &options.limits));
        });
        criterion.bench_function(&format!("jsonld::canonicalize_document/document={name}"), |bench| {
            bench.iter(|| {
                canonicalize_document(&contexts, black_box(&document), rdfc::Hash::Sha256, &options)
            });
        });
    }
    criterion.bench_function("jsonld::first_use/context=credentials-v2", |bench| {
        let (_, document) = documents().swap_remove(0);
        bench.iter(|| to_rdf(&Contexts::bundled(), black_box(&document), &options));
    });
}

criterion_group!(benches, steps);
criterion_main!(benches);
