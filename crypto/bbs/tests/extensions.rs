//! The fixtures of the blind and the pseudonym draft, every file of `vectors/bbs-blind` and `vectors/bbs-nym`, on both
//! backends and ciphersuites. Where the folders are missing, `typed.rs` has some of their numbers.

#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use common::{MockedRng, all, bytes, json, messages, optional_folder};
use hufu_bbs::{
    Attributes, BlindBbs, BlindPresented, BlindSigned, Commitment, Header, Message, NymEntropy, NymIssued,
    NymPresented, NymSecrets, Octets, PresentationHeader, Proof, ProverBlind, ProverNyms, Pseudonym,
    PseudonymBbs, PublicKey, SecretKey, Sha256, Shake256, Signature, Suite,
};
use hufu_pairing::{Backend, Blst, Zkcrypto};
use serde_json::Value;
use std::path::Path;

fn mocked<S: Suite>(vector: &Value, what: &str, count: usize) -> MockedRng {
    let parameters = &vector["mockRngParameters"];
    let seed = parameters["SEED"].as_str().unwrap().as_bytes();
    MockedRng::new::<S>(seed, parameters[what]["DST"].as_str().unwrap(), count)
}

/// Disclosed messages of an object `{index: message}`.
fn revealed(value: &Value) -> Vec<(usize, Message)> {
    let mut list: Vec<(usize, Message)> = value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(index, message)| (index.parse().unwrap(), Message::new(bytes(message))))
        .collect();
    list.sort_by_key(|(index, _)| *index);
    list
}

fn indexes(list: &[(usize, Message)]) -> Vec<usize> {
    list.iter().map(|(index, _)| *index).collect()
}

/// 32 bytes each; the fixtures leave leading zeros out.
fn scalars(value: &Value) -> Vec<u8> {
    let padded = |scalar: &Value| format!("{:0>64}", scalar.as_str().unwrap());
    value.as_array().unwrap().iter().flat_map(|scalar| hex::decode(padded(scalar)).unwrap()).collect()
}

fn generators(folder: &Path, points: &[hufu_pairing::G1Affine<impl Backend>]) {
    let vector = json(&folder.join("generators.json"));
    let list = |part: &str| {
        let part = &vector[part];
        let own = part["MsgGenerators"].as_array().unwrap().iter();
        [&part["Q1"]].into_iter().chain(own).map(bytes).collect::<Vec<_>>()
    };
    let expected = [list("generators"), list("blindGenerators")].concat();
    assert_eq!(points.iter().map(|point| point.to_bytes().to_vec()).collect::<Vec<_>>(), expected);
}

fn blind<S: Suite, B: Backend>(name: &str) {
    let Some(folder) = optional_folder(&format!("bbs-blind/{name}")) else { return };
    let bbs = BlindBbs::<S, Octets, B>::new();
    generators(&folder, &bbs.generators(10, 5).unwrap());
    let shared = json(&folder.join("../messages.json"));
    let (commits, signatures, proofs) =
        (all(&folder.join("commit")), all(&folder.join("signature")), all(&folder.join("proof")));

    for (name, vector) in &commits {
        let messages = messages(&vector["committedMessages"]);
        let mut rng = mocked::<S>(vector, "commit", messages.len() + 2);
        let (commitment, blind) = bbs.commit(&messages, &mut rng).unwrap();
        assert!(rng.exhausted());
        assert_eq!(blind.to_bytes().to_vec(), bytes(&vector["proverBlind"]), "{name}");
        assert_eq!(commitment.to_bytes(), bytes(&vector["commitmentWithProof"]), "{name}");
        assert_eq!(Commitment::from_bytes(&commitment.to_bytes()), Ok(commitment), "{name}");
    }
    for (name, vector) in &signatures {
        let key = SecretKey::<B>::from_bytes(&bytes(&vector["signerKeyPair"]["secretKey"])).unwrap();
        let header = bytes(&vector["header"]);
        let (own, committed) = (messages(&vector["messages"]), messages(&vector["committedMessages"]));
        let commitment =
            vector["commitmentWithProof"].as_str().map(|_| bytes(&vector["commitmentWithProof"]));
        let commitment = commitment.map(|bytes| Commitment::from_bytes(&bytes).unwrap());
        let blind = vector["proverBlind"].as_str().map(|_| bytes(&vector["proverBlind"]));
        let blind = blind.map(|bytes| ProverBlind::from_bytes(&bytes).unwrap());
        let header = Header::new(&header);
        let signature = bbs.sign(&key, commitment.as_ref(), header, &own).unwrap();
        assert_eq!(signature.to_bytes().to_vec(), bytes(&vector["signature"]), "{name}");
        let key = key.public_key();
        bbs.verify(&BlindSigned {
            key,
            signature: &signature,
            header,
            messages: &own,
            committed: &committed,
            blind: blind.as_ref(),
        })
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    for (name, vector) in &proofs {
        let key = PublicKey::<B>::from_bytes(&bytes(&vector["signerPublicKey"])).unwrap();
        let (header, ph) = (bytes(&vector["header"]), bytes(&vector["presentationHeader"]));
        let (header, presentation_header) = (Header::new(&header), PresentationHeader::new(&ph));
        let (disclosed, disclosed_committed) =
            (revealed(&vector["revealedMessages"]), revealed(&vector["revealedCommittedMessages"]));
        let given = Proof::from_bytes(&bytes(&vector["proof"])).unwrap();
        let presented = BlindPresented {
            key: &key,
            proof: &given,
            header,
            presentation_header,
            signer_messages: usize::try_from(vector["L"].as_u64().unwrap()).unwrap(),
            disclosed: &disclosed,
            disclosed_committed: &disclosed_committed,
        };
        bbs.verify_proof(&presented).unwrap_or_else(|error| panic!("{name}: {error}"));

        let blind = vector["proverBlind"].as_str().map(|_| bytes(&vector["proverBlind"]));
        let blind = blind.map(|bytes| ProverBlind::from_bytes(&bytes).unwrap());
        let own = messages(&shared["messages"]);
        let committed = if blind.is_some() { messages(&shared["committedMessages"]) } else { Vec::new() };
        let signature = Signature::from_bytes(&bytes(&vector["signature"])).unwrap();
        let signed = BlindSigned {
            key: &key,
            signature: &signature,
            header,
            messages: &own,
            committed: &committed,
            blind: blind.as_ref(),
        };
        let mut rng = mocked::<S>(vector, "proof", 5 + given.undisclosed());
        let made = bbs
            .prove(
                &signed,
                presentation_header,
                &indexes(&disclosed),
                &indexes(&disclosed_committed),
                &mut rng,
            )
            .unwrap();
        assert!(rng.exhausted());
        assert_eq!(made, given, "{name}");
    }
    eprintln!(
        "{name}, blind, on {}: {} commitments, {} signatures, {} proofs",
        B::NAME,
        commits.len(),
        signatures.len(),
        proofs.len()
    );
    assert_eq!((commits.len(), signatures.len(), proofs.len()), (2, 5, 8));
}

fn pseudonyms<S: Suite, B: Backend>(name: &str) {
    let Some(folder) = optional_folder(&format!("bbs-nym/{name}")) else { return };
    let bbs = PseudonymBbs::<S, Octets, B>::new();
    generators(&folder, &bbs.generators(10, 6).unwrap());
    let (commits, signatures, proofs) =
        (all(&folder.join("nymCommit")), all(&folder.join("nymSignature")), all(&folder.join("nymProof")));

    for (name, vector) in &commits {
        let messages = messages(&vector["committedMessages"]);
        let nyms = ProverNyms::from_bytes(&scalars(&vector["proverNyms"])).unwrap();
        let mut rng = mocked::<S>(vector, "commit", messages.len() + nyms.count() + 2);
        let (commitment, blind) = bbs.commit(&messages, &nyms, &mut rng).unwrap();
        assert!(rng.exhausted());
        assert_eq!(blind.to_bytes().to_vec(), bytes(&vector["proverBlind"]), "{name}");
        assert_eq!(commitment.to_bytes(), bytes(&vector["commitmentWithProof"]), "{name}");
    }
    for (name, vector) in &signatures {
        let key = SecretKey::<B>::from_bytes(&bytes(&vector["signerKeyPair"]["secretKey"])).unwrap();
        let header = bytes(&vector["header"]);
        let header = Header::new(&header);
        let (own, committed) = (messages(&vector["messages"]), messages(&vector["committedMessages"]));
        let commitment = Commitment::from_bytes(&bytes(&vector["commitmentWithProof"])).unwrap();
        let blind = ProverBlind::from_bytes(&bytes(&vector["proverBlind"])).unwrap();
        let nyms = ProverNyms::from_bytes(&scalars(&vector["proverNyms"])).unwrap();
        let entropy = NymEntropy::from_bytes(&bytes(&vector["signer_nym_entropy"])).unwrap();
        let signature = bbs.sign(&key, &commitment, nyms.count(), &entropy, header, &own).unwrap();
        assert_eq!(signature.to_bytes().to_vec(), bytes(&vector["signature"]), "{name}");
        let issued = NymIssued {
            key: key.public_key(),
            signature: &signature,
            header,
            messages: &own,
            committed: &committed,
            blind: &blind,
        };
        let secrets =
            bbs.finalize(&issued, &nyms, &entropy).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(secrets.to_bytes().to_vec(), scalars(&vector["nym_secrets"]), "{name}");
    }
    for (name, vector) in &proofs {
        let key = PublicKey::<B>::from_bytes(&bytes(&vector["signerPublicKey"])).unwrap();
        let (header, ph) = (bytes(&vector["header"]), bytes(&vector["presentationHeader"]));
        let (header, presentation_header) = (Header::new(&header), PresentationHeader::new(&ph));
        let (disclosed, disclosed_committed) =
            (revealed(&vector["revealedMessages"]), revealed(&vector["revealedCommittedMessages"]));
        let given = Proof::from_bytes(&bytes(&vector["proof"])).unwrap();
        let pseudonym = Pseudonym::from_bytes(&bytes(&vector["pseudonym"])).unwrap();
        let context = bytes(&vector["context_id"]);
        let secrets = NymSecrets::from_bytes(&scalars(&vector["nym_secrets"])).unwrap();
        let presented = NymPresented {
            key: &key,
            proof: &given,
            pseudonym: &pseudonym,
            context: &context,
            secrets: secrets.count(),
            header,
            presentation_header,
            signer_messages: usize::try_from(vector["L"].as_u64().unwrap()).unwrap(),
            disclosed: &disclosed,
            disclosed_committed: &disclosed_committed,
        };
        bbs.verify_proof(&presented).unwrap_or_else(|error| panic!("{name}: {error}"));

        let blind = ProverBlind::from_bytes(&bytes(&vector["proverBlind"])).unwrap();
        let (own, committed) = (messages(&vector["messages"]), messages(&vector["committedMessages"]));
        let signature = Signature::from_bytes(&bytes(&vector["signature"])).unwrap();
        let issued = NymIssued {
            key: &key,
            signature: &signature,
            header,
            messages: &own,
            committed: &committed,
            blind: &blind,
        };
        let mut rng = mocked::<S>(vector, "proof", 5 + given.undisclosed());
        let (made, same) = bbs
            .prove(
                &issued,
                &secrets,
                &context,
                presentation_header,
                &indexes(&disclosed),
                &indexes(&disclosed_committed),
                &mut rng,
            )
            .unwrap();
        assert!(rng.exhausted());
        assert_eq!((made, same), (given, pseudonym), "{name}");
    }
    eprintln!(
        "{name}, pseudonyms, on {}: {} commitments, {} signatures, {} proofs",
        B::NAME,
        commits.len(),
        signatures.len(),
        proofs.len()
    );
    assert_eq!((commits.len(), signatures.len(), proofs.len()), (4, 6, 11));
}

#[test]
fn blind_signatures_on_blst() {
    blind::<Sha256, Blst>("bls12-381-sha-256");
    blind::<Shake256, Blst>("bls12-381-shake-256");
}

#[test]
fn blind_signatures_on_the_reference() {
    blind::<Sha256, Zkcrypto>("bls12-381-sha-256");
    blind::<Shake256, Zkcrypto>("bls12-381-shake-256");
}

#[test]
fn pseudonyms_on_blst() {
    pseudonyms::<Sha256, Blst>("bls12-381-sha-256");
    pseudonyms::<Shake256, Blst>("bls12-381-shake-256");
}

#[test]
fn pseudonyms_on_the_reference() {
    pseudonyms::<Sha256, Zkcrypto>("bls12-381-sha-256");
    pseudonyms::<Shake256, Zkcrypto>("bls12-381-shake-256");
}

#[test]
fn names_of_the_interfaces_are_distinct() {
    let names = [
        format!("{:?}", hufu_bbs::Bbs::<Sha256, Octets, Blst>::new()),
        format!("{:?}", hufu_bbs::Bbs::<Sha256, Attributes, Blst>::new()),
        format!("{:?}", BlindBbs::<Sha256, Octets, Blst>::new()),
        format!("{:?}", BlindBbs::<Sha256, Attributes, Blst>::new()),
        format!("{:?}", PseudonymBbs::<Sha256, Octets, Blst>::new()),
        format!("{:?}", PseudonymBbs::<Sha256, Attributes, Blst>::new()),
        format!("{:?}", hufu_bbs::Bbs::<Shake256, Octets, Blst>::new()),
    ];
    let distinct: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), names.len());
}
