//! BBS with 10 messages of which 5 are disclosed: Hufu on both backends, zkryptium and docknetwork's bbs_plus.
//!
//! Every verification starts from the bytes of the signature or proof, with a public key that is known already;
//! every one of them is checked to succeed before it is timed.

use ark_bls12_381::{Bls12_381, Fr};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use ark_std::UniformRand;
use ark_std::rand::{SeedableRng, rngs::StdRng};
use bbs_plus::prelude::{
    KeypairG2, PoKOfSignature23G1Proof, PoKOfSignature23G1Protocol, PreparedPublicKeyG2,
    PreparedSignatureParams23G1, Signature23G1, SignatureParams23G1,
};
use blake2::Blake2b512;
use criterion::{Criterion, criterion_group, criterion_main};
use dock_crypto_utils::signature::MessageOrBlinding;
use hufu_bbs::{
    Bbs, Header, Message, Octets, Presented, PresentationHeader, Proof, SecretKey, Sha256, Signature, Signed,
};
use hufu_pairing::{Backend, Blst, Zkcrypto};
use schnorr_pok::compute_random_oracle_challenge;
use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use zkryptium::keys::pair::KeyPair;
use zkryptium::schemes::algorithms::BbsBls12381Sha256;
use zkryptium::schemes::generics::{PoKSignature, Signature as PeerSignature};

const COUNT: usize = 10;
const DISCLOSED: [usize; 5] = [0, 2, 4, 6, 8];
const HEADER: &[u8] = b"header";
const PH: &[u8] = b"presentation header";

fn octets() -> Vec<Vec<u8>> {
    (0..COUNT).map(|index| format!("message {index}").into_bytes()).collect()
}

fn hufu<B: Backend>(c: &mut Criterion) {
    let name = |operation: &str| format!("bbs::{operation}/of=hufu-{}", B::NAME);
    let mut rng = <rand_chacha::ChaCha20Rng as rand_chacha::rand_core::SeedableRng>::from_seed([1; 32]);
    let bbs = Bbs::<Sha256, Octets, B>::new();
    let key = SecretKey::<B>::random::<Sha256>(&mut rng).unwrap();
    let messages: Vec<Message> = octets().into_iter().map(Message::new).collect();
    let header = Header::new(HEADER);
    let presentation_header = PresentationHeader::new(PH);
    let signature = bbs.sign(&key, header, &messages).unwrap();
    let bytes = signature.to_bytes();
    let signed = Signed { key: key.public_key(), signature: &signature, header, messages: &messages };
    let proof = bbs.prove(&signed, presentation_header, &DISCLOSED, &mut rng).unwrap();
    let proof_bytes = proof.to_bytes();
    let disclosed: Vec<(usize, Message)> =
        DISCLOSED.iter().map(|index| (*index, messages[*index].clone())).collect();
    let verify = || {
        let signature = Signature::from_bytes(black_box(&bytes)).unwrap();
        bbs.verify(&Signed { key: key.public_key(), signature: &signature, header, messages: &messages })
    };
    let verify_proof = || {
        let proof = Proof::from_bytes(black_box(&proof_bytes)).unwrap();
        let presented = Presented {
            key: key.public_key(),
            proof: &proof,
            header,
            presentation_header,
            disclosed: &disclosed,
        };
        bbs.verify_proof(&presented)
    };
    verify().unwrap();
    verify_proof().unwrap();
    c.bench_function(&name("sign"), |b| b.iter(|| bbs.sign(&key, header, black_box(&messages))));
    c.bench_function(&name("verify"), |b| b.iter(verify));
    c.bench_function(&name("prove"), |b| {
        b.iter(|| bbs.prove(black_box(&signed), presentation_header, &DISCLOSED, &mut rng));
    });
    c.bench_function(&name("verify_proof"), |b| b.iter(verify_proof));

    // Batches of 64, a member's share. Each from parsed values.
    let batch: Vec<_> = (0..64)
        .map(|_| Signed { key: key.public_key(), signature: &signature, header, messages: &messages })
        .collect();
    c.bench_function(&name("verify_batch_of_64"), |b| b.iter(|| bbs.verify_batch(&batch, &mut rng)));
    let batch: Vec<_> = (0..64)
        .map(|_| Presented {
            key: key.public_key(),
            proof: &proof,
            header,
            presentation_header,
            disclosed: &disclosed,
        })
        .collect();
    c.bench_function(&name("verify_proof_batch_of_64"), |b| {
        b.iter(|| bbs.verify_proof_batch(&batch, &mut rng));
    });
}

fn zkryptium(c: &mut Criterion) {
    let name = |operation: &str| format!("bbs::{operation}/of=zkryptium");
    let pair = KeyPair::<BbsBls12381Sha256>::generate(&[7; 32], None, None).unwrap();
    let (secret, public) = (pair.private_key(), pair.public_key());
    let messages = octets();
    let sign = || {
        PeerSignature::<BbsBls12381Sha256>::sign(Some(black_box(&messages)), secret, public, Some(HEADER))
    };
    let signature = sign().unwrap().to_bytes();
    let verify = || {
        let signature = PeerSignature::<BbsBls12381Sha256>::from_bytes(black_box(&signature)).unwrap();
        signature.verify(public, Some(&messages), Some(HEADER))
    };
    let prove = || {
        PoKSignature::<BbsBls12381Sha256>::proof_gen(
            public,
            black_box(&signature),
            Some(HEADER),
            Some(PH),
            Some(&messages),
            Some(&DISCLOSED),
        )
    };
    let proof = prove().unwrap().to_bytes();
    let disclosed: Vec<Vec<u8>> = DISCLOSED.iter().map(|index| messages[*index].clone()).collect();
    let verify_proof = || {
        let proof = PoKSignature::<BbsBls12381Sha256>::from_bytes(black_box(&proof)).unwrap();
        proof.proof_verify(public, Some(&disclosed), Some(&DISCLOSED), Some(HEADER), Some(PH))
    };
    verify().unwrap();
    verify_proof().unwrap();
    c.bench_function(&name("sign"), |b| b.iter(sign));
    c.bench_function(&name("verify"), |b| b.iter(verify));
    c.bench_function(&name("prove"), |b| b.iter(prove));
    c.bench_function(&name("verify_proof"), |b| b.iter(verify_proof));
}

fn docknetwork(c: &mut Criterion) {
    let name = |operation: &str| format!("bbs::{operation}/of=docknetwork");
    let mut rng = StdRng::seed_from_u64(1);
    let messages: Vec<Fr> = (0..COUNT).map(|_| Fr::rand(&mut rng)).collect();
    let params = SignatureParams23G1::<Bls12_381>::new::<Blake2b512>(b"hufu", 10);
    let pair = KeypairG2::<Bls12_381>::generate_using_rng_and_bbs23_params(&mut rng, &params);
    let prepared_key = PreparedPublicKeyG2::from(pair.public_key.clone());
    let prepared_params = PreparedSignatureParams23G1::from(params.clone());
    let signature = Signature23G1::<Bls12_381>::new(&mut rng, &messages, &pair.secret_key, &params).unwrap();
    let mut bytes = Vec::new();
    signature.serialize_compressed(&mut bytes).unwrap();
    let disclosed: BTreeSet<usize> = DISCLOSED.into_iter().collect();
    let revealed: BTreeMap<usize, Fr> = DISCLOSED.iter().map(|index| (*index, messages[*index])).collect();
    let verify = || {
        let signature = Signature23G1::<Bls12_381>::deserialize_compressed(&black_box(&bytes)[..]).unwrap();
        signature.verify(&messages, prepared_key.clone(), prepared_params.clone())
    };
    let mut prove = || {
        let protocol = PoKOfSignature23G1Protocol::init(
            &mut rng,
            &signature,
            &params,
            messages.iter().enumerate().map(|(index, message)| {
                if disclosed.contains(&index) {
                    MessageOrBlinding::RevealMessage(message)
                } else {
                    MessageOrBlinding::BlindMessageRandomly(message)
                }
            }),
        )
        .unwrap();
        let mut transcript = Vec::new();
        protocol.challenge_contribution(&revealed, &params, &mut transcript).unwrap();
        let challenge = compute_random_oracle_challenge::<Fr, Blake2b512>(&transcript);
        protocol.gen_proof(&challenge).unwrap()
    };
    let mut proof = Vec::new();
    prove().serialize_compressed(&mut proof).unwrap();
    let verify_proof = || {
        let proof =
            PoKOfSignature23G1Proof::<Bls12_381>::deserialize_compressed(&black_box(&proof)[..]).unwrap();
        let mut transcript = Vec::new();
        proof.challenge_contribution(&revealed, &params, &mut transcript).unwrap();
        let challenge = compute_random_oracle_challenge::<Fr, Blake2b512>(&transcript);
        proof.verify(&revealed, &challenge, prepared_key.clone(), prepared_params.clone())
    };
    verify().unwrap();
    verify_proof().unwrap();
    c.bench_function(&name("verify"), |b| b.iter(verify));
    c.bench_function(&name("prove"), |b| b.iter(&mut prove));
    c.bench_function(&name("verify_proof"), |b| b.iter(verify_proof));
    let mut rng = StdRng::seed_from_u64(2);
    c.bench_function(&name("sign"), |b| {
        b.iter(|| Signature23G1::<Bls12_381>::new(&mut rng, &messages, &pair.secret_key, &params));
    });
}

fn peers(c: &mut Criterion) {
    hufu::<Blst>(c);
    hufu::<Zkcrypto>(c);
    zkryptium(c);
    docknetwork(c);
}

criterion_group!(benches, peers);
criterion_main!(benches);
