//! Reading and canonicalising a credential-sized document.

use criterion::{Criterion, criterion_group, criterion_main};
use hufu_jcs::{Limits, canonicalize, parse};
use serde_json::{Value, json};
use std::hint::black_box;

fn document() -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678",
        "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "did:example:abcdefgh", "alumniOf": "The School of Examples", "grade": 1.5, "year": 2023
        },
    })
}

fn jcs(c: &mut Criterion) {
    let value = document();
    let text = serde_json::to_vec(&value).expect("JSON, because it was built as a Value");
    c.bench_function("jcs::canonicalize/document=credential", |b| b.iter(|| canonicalize(black_box(&value))));
    c.bench_function("jcs::parse/document=credential", |b| {
        b.iter(|| parse(black_box(&text), Limits::DEFAULT));
    });
    c.bench_function("serde_json::to_vec/document=credential", |b| {
        b.iter(|| serde_json::to_vec(black_box(&value)));
    });
    c.bench_function("serde_json::from_slice/document=credential", |b| {
        b.iter(|| serde_json::from_slice::<Value>(black_box(&text)));
    });
}

criterion_group!(benches, jcs);
criterion_main!(benches);
