//! The test vectors of vc-di-eddsa and vc-di-ecdsa: canonical documents and proof configurations, byte for byte.

mod common;

use std::path::Path;

use common::vectors;
use hufu_jsonld::{Contexts, Options, canonicalize_document, rdfc};
use serde_json::Value;
use sha2::Digest as _;

struct Case {
    folder: &'static str,
    document: &'static str,
    suffix: &'static str,
    hash: rdfc::Hash,
}

const CASES: [Case; 7] = [
    Case {
        folder: "vc-di-eddsa/TestVectors/eddsa-rdfc-2022",
        document: "../unsigned.json",
        suffix: "DataInt",
        hash: rdfc::Hash::Sha256,
    },
    Case {
        folder: "vc-di-eddsa/TestVectors/eddsa-rdfc-2022/employ",
        document: "../../employmentAuth.json",
        suffix: "DataInt",
        hash: rdfc::Hash::Sha256,
    },
    Case {
        folder: "vc-di-eddsa/TestVectors/Ed25519Signature2020",
        document: "../unsigned.json",
        suffix: "EdSig",
        hash: rdfc::Hash::Sha256,
    },
    Case {
        folder: "vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p256",
        document: "../unsigned.json",
        suffix: "ECDSAP256",
        hash: rdfc::Hash::Sha256,
    },
    Case {
        folder: "vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p256/employ",
        document: "../../employmentAuth.json",
        suffix: "ECDSAP256",
        hash: rdfc::Hash::Sha256,
    },
    Case {
        folder: "vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p384",
        document: "../unsigned.json",
        suffix: "ECDSAP384",
        hash: rdfc::Hash::Sha384,
    },
    Case {
        folder: "vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p384/employ",
        document: "../../employmentAuth.json",
        suffix: "ECDSAP384",
        hash: rdfc::Hash::Sha384,
    },
];

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn digest(hash: rdfc::Hash, text: &str) -> String {
    match hash {
        rdfc::Hash::Sha384 => hex::encode(sha2::Sha384::digest(text)),
        _ => hex::encode(sha2::Sha256::digest(text)),
    }
}

#[test]
fn canonical_documents_and_proof_configurations() {
    let contexts = Contexts::bundled();
    let mut texts = 0;
    for Case { folder, document, suffix, hash } in CASES {
        let Some(folder) = vectors(folder) else { return };
        let pairs = [
            (folder.join(document), format!("canonDoc{suffix}.txt"), format!("docHash{suffix}.txt")),
            (
                folder.join(format!("proofConfig{suffix}.json")),
                format!("proofCanon{suffix}.txt"),
                format!("proofHash{suffix}.txt"),
            ),
        ];
        for (input, canonical, hashed) in pairs {
            let input: Value = serde_json::from_str(&text(&input)).unwrap();
            let ours = canonicalize_document(&contexts, &input, hash, &Options::default()).unwrap();
            assert_eq!(ours.nquads(), text(&folder.join(&canonical)), "{}/{canonical}", folder.display());
            assert_eq!(digest(hash, ours.nquads()), text(&folder.join(&hashed)).trim(), "{hashed}");
            texts += 1;
        }
    }
    println!("data integrity vectors: {texts} canonical texts and their digests");
    assert_eq!(texts, 14);
}
