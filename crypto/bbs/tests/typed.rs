//! Some of the drafts' own numbers, typed: they are checked where the folders of fixtures that `vectors.rs` and
//! `extensions.rs` read are missing, above all for SHAKE-256, blind signatures and pseudonyms.

#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use common::MockedRng;
use hufu_bbs::{
    Bbs, BlindBbs, BlindPresented, BlindSigned, Commitment, Header, Message, NymEntropy, NymIssued,
    NymPresented, PresentationHeader, Presented, ProverNyms, PseudonymBbs, SecretKey, Sha256, Shake256,
    Signed, Suite,
};

/// Messages of all three drafts.
const MESSAGES: [&str; 10] = [
    "9872ad089e452c7b6e283dfac2a80d58e8d0ff71cc4d5e310a1debdda4a45f02",
    "c344136d9ab02da4dd5908bbba913ae6f58c2cc844b802a6f811f5fb075f9b80",
    "7372e9daa5ed31e6cd5c825eac1b855e84476a1d94932aa348e07b73",
    "77fe97eb97a1ebe2e81e4e3597a3ee740a66e9ef2412472c",
    "496694774c5604ab1b2544eababcf0f53278ff50",
    "515ae153e22aae04ad16f759e07237b4",
    "d183ddc6e2665aa4e2f088af",
    "ac55fb33a75909ed",
    "96012096",
    "",
];
/// Messages of the prover.
const COMMITTED: [&str; 5] = [
    "5982967821da3c5983496214df36aa5e58de6fa25314af4cf4c00400779f08c3",
    "a75d8b634891af92282cc81a675972d1929d3149863c1fc0",
    "835889a40744813a892eff9deb1edaeb",
    "e1ca9729410dc6ba",
    "",
];
/// Header of all.
const HEADER: &str = "11223344556677889900aabbccddeeff";
/// Presentation header of all.
const PRESENTATION_HEADER: &str = "bed231d880675ed101ead304512e043ade9958dd0241ea70b4b3957fba941501";
/// Seed of the mocked random scalars.
const SEED: &[u8] = b"3.141592653589793238462643383279";

/// Key material of both suites.
const KEY_MATERIAL: &str =
    "746869732d49532d6a7573742d616e2d546573742d494b4d2d746f2d67656e65726174652d246528724074232d6b6579";

/// Key information of both suites.
const KEY_INFO: &str = "746869732d49532d736f6d652d6b65792d6d657461646174612d746f2d62652d757365642d696e2d746573742d6b6579\
     2d67656e";

/// Core draft, SHAKE-256: the secret key.
const SHAKE_SECRET_KEY: &str = "2eee0f60a8a3a8bec0ee942bfd46cbdae9a0738ee68f5a64e7238311cf09a079";

/// Core draft, SHAKE-256: the public key.
const SHAKE_PUBLIC_KEY: &str = "92d37d1d6cd38fea3a873953333eab23a4c0377e3e049974eb62bd45949cdeb18fb0490edcd4429adff56e65cbce42cf\
     188b31bddbd619e419b99c2c41b38179eb001963bc3decaae0d9f702c7a8c004f207f46c734a5eae2e8e82833f3e7ea5";

/// Core draft, SHAKE-256: Q_1.
const SHAKE_Q1: &str =
    "a9d40131066399fd41af51d883f4473b0dcd7d028d3d34ef17f3241d204e28507d7ecae032afa1d5490849b7678ec1f8";

/// Core draft, SHAKE-256: H_10.
const SHAKE_H10: &str =
    "965a6c62451d4be6cb175dec39727dc665762673ee42bf0ac13a37a74784fbd61e84e0915277a6f59863b2bb4f5f6005";

/// Core draft, SHAKE-256: the valid multi-message signature.
const SHAKE_SIGNATURE: &str = "956a3427b1b8e3642e60e6a7990b67626811adeec7a0a6cb4f770cdd7c20cf08faabb913ac94d18e1e92832e924cb6e2\
     02912b624261fc6c59b0fea801547f67fb7d3253e1e2acbcf90ef59a6911931e";

/// Core draft, SHAKE-256: messages 0, 2, 4 and 6 disclosed.
const SHAKE_PROOF: &str = "b1f8bf99a11c39f04e2a032183c1ead12956ad322dd06799c50f20fb8cf6b0ac279210ef5a2920a7be3ec2aa0911ace7\
     b96811a98f3c1cceba4a2147ae763b3ba036f47bc21c39179f2b395e0ab1ac49017ea5b27848547bedd27be481c1dfc0\
     b73372346feb94ab16189d4c525652b8d3361bab43463700720ecfb0ee75e595ea1b13330615011050a0dfcffdb21af3\
     56dd39bf8bcbfd41bf95d913f4c9b2979e1ed2ca10ac7e881bb6a271722549681e398d29e9ba4eac8848b168eddd5e4a\
     cec7df4103e2ed165e6e32edc80f0a3b28c36fb39ca19b4b8acee570deadba2da9ec20d1f236b571e0d4c2ea3b826fe9\
     24175ed4dfffbf18a9cfa98546c241efb9164c444d970e8c89849bc8601e96cf228fdefe38ab3b7e289cac859e68d9cb\
     b0e648faf692b27df5ff6539c30da17e5444a65143de02ca64cee7b0823be65865cdc310be038ec6b594b99280072ae0\
     67bad1117b0ff3201a5506a8533b925c7ffae9cdb64558857db0ac5f5e0f18e750ae77ec9cf35263474fef3f78138c7a\
     1ef5cfbc878975458239824fad3ce05326ba3969b1f5451bd82bd1f8075f3d32ece2d61d89a064ab4804c3c892d651d1\
     1bc325464a71cd7aacc2d956a811aaff13ea4c35cef7842b656e8ba4758e7558";

/// Core draft, SHA-256: the secret key, with which the other drafts sign.
const SHA_SECRET_KEY: &str = "60e55110f76883a13d030b2f6bd11883422d5abde717569fc0731f51237169fc";

/// Blind draft, SHA-256: the prover's blind.
const BLIND: &str = "4fba5396baa36b2fde81d46a9b9ee89c425dbc5e1ffd65c20249afb4abd37589";

/// Blind draft, SHA-256: the commitment to five messages.
const COMMITMENT: &str = "a2a3e178bcc77f98a3c07f8532134021ab5847326b5b3bfc3089ca73f1bc51cfe2c99163f4919525dd6bedc8a14ee39e\
     30374643902017ca2e6fb8b5647c736e82d1d3c5b05de5c3021fa6f40d9f36dd22fa06e522411aa20377088ca9a15885\
     d7a5044175f0168e927149ee71e2d257079e0100d6d96a7ddf5392dbc64267af8df7b4711cb5eeccb5e8901d0580b9e8\
     37f38337cb7260cffcf4f962154fafe5c98beaed7e4d2fc0f8e7eb1ba4eb04086f170aa4924894e2ab63054049c9ef5d\
     fff4f90b48ef0dcf1f50699907301073270e4782d4d7628cfbe1444cea930928bb45004e41e0ad86a874ea03473845ce\
     42f78ceb6f855ba8326a4d47732c5aed3968b396a07f079b22b5bf2139e51a03";

/// Blind draft, SHA-256: over ten messages of the signer and five of the prover.
const BLIND_SIGNATURE: &str = "862eb2fedd0a2b76fb978035cb33952004bdd6136e107bb343cb2c5ea566eb0c3b0ba31b1d022ebf03d0abf050ab293c\
     0afd9c96003331aa13f18a7a47e2e1ccaa8feb7f3a236e92b2da38462358c48a";

/// Blind draft, SHA-256: half of both disclosed.
const BLIND_PROOF: &str = "906a557b649ef5fa3ae1b17f814bbf1e78936daed6ac985416ce97bdaada5e874d60f34074c5f2a8c02b1c33c3cb0412\
     94aa3da2e1bb55674a4b94d860f3477be7eb1adb763894796b285df22112a153ad13c35e4b9707046de269833e27c16d\
     9621b73f05e4c7c543bf995e76ac1013839c6e8a9909b36e979192c5497bcc9fc534aa9296ec36ae43c398cdd328d3b6\
     06ebb0642786b508eb1d38893cfffe8c9cff3c385644bd3641e0d1cbeda08bf16902d6dfeefa3ac8f8840a5f155c5469\
     5b908e729b7f0d06fa9453d28746dfae608580fab158d2966ed54a3b528346d72d49b0d69576b1094b3b14bfcba67af8\
     1c4467b424e9ac53fbf9cf8ca7c4cd20ac61243d61d91cd937eb82cb1524e38b24bd0ef235886c9f32e139ffe0b371bf\
     1a310dd4a81bdda3994f1c2f85bd4b775dd2b716ad1a06e4b604448a8bad5a75581b8c655652b284b1f727f52fe74ff5\
     01990b95918fdac4a00c3509bcb978370224b2c38aea21d811f30fcf623aa3f917ca0193ae9fd3ad3f82c7e1dd80c571\
     2d280faa027b90d27ffb37fad3ea7bcc5c69885dfe74acfb07213d01cd974133e5f6c423d7e3fa118c590cbf5edac814\
     486965aadec16206156c97e37f7ebc837f9482f2b7c97e691bf80d0d4a02ccff38794349ef189ef7e7c909dc0c420236\
     abac3be7613c66e41dee0a3246a759225c2e5be0db5131fee3e284bb3bdc98ff34eccb03eb70cac6b8aedef376110de7";

/// Pseudonym draft, SHA-256: the prover's nym.
const NYM: &str = "6830ea571e9fca0194d9ebd5c571369d8b81655afe0bbb9c6f5efe934f699418";

/// Pseudonym draft, SHA-256: the signer's entropy.
const NYM_ENTROPY: &str = "3d40961fce6c09eec24a371322732932503b458d7a4cf7891bdaa765b30027c5";

/// Pseudonym draft, SHA-256: the commitment to five messages and the nym.
const NYM_COMMITMENT: &str = "99efccc0ccd91efabb8821ee33edacb823b1dd999682aaa54f38a9c4585e7e7aa746357b2842d38c008f6d732dd501c7\
     0eed41caf3eafdd4bb6151ce2c0289401c7d13381e7db90137d7aa2a64224aa2499a4548b2654481a2f0dd16d799116f\
     e41db7b7a5c3ae8b1c64bef6a89a46f5040a5178d2e1126f7f35189f0f6cea3803e679ce92eff73856b164425ac4ff84\
     05a934f65ada8ccbe21558ab66db113662ea17ce0c9aa0280db20dcf79301c61269ddfdbdcc22025b85f7089c4ebebc2\
     24a938b745daae833ac4698d9d32bfa8382b4bbb2679ae232d2f6e8e19239e6ea919665ea736b45a61bbd0e4f4d7431f\
     3038c3db25833b9a0cc1a7709419ac241fb6f02ee13e51101743f1983d3fa69b5d344b984c48a265ee6a7b0df8450004\
     ceec7c1997b859be16af624e3da2cf44";

/// Pseudonym draft, SHA-256: over ten messages of the signer, five of the prover and the nym.
const NYM_SIGNATURE: &str = "818f434f737d58ed13b7cbb53885b7a19fe9b4b7d7dc34d8fcc53ca1bfe376bd569053d8733a89b97fed23da4a04833c\
     57ce2b42cfd0d60e1b862f7774431e80b0ed910a217f37837ab90a94dc1253bb";

/// Pseudonym draft: the context.
const CONTEXT: &str = "bbb4750cdce6d2122bb4c4f039b6ad5a79f028eb448013a38636a95d63af360a";

/// Pseudonym draft, SHA-256: the pseudonym in that context.
const PSEUDONYM: &str =
    "b04bd002c85e31d2735ee2e6b36aea85147cbf197934f99ae26a7da73b98ebc34561848426aded0967e07fb333f79487";

/// Pseudonym draft, SHA-256: half of both disclosed.
const NYM_PROOF: &str = "90b73086a74ee38b517bf6ebecadcfc2b2ea15b92dbb8debe6eb1417dd525db380f824e9b91377ff0af9bcd939d835b0\
     accaaa10d0348bae5c05e14ee1a46bcfa62678d8927ff3ba52c2a5fca2fc8dac36eb44c657d9112b48931dc46a1a7dee\
     a3f82bce989c2c49bfbd8c8a3eda5a5302e606bc59da89ae9e2d9a56f2f6ab682a8ac453c9563f62fdd9cff3924f8a24\
     373f1f9fd1fef2149c8207c1252b6fa1d235e9841921541da7285067507fe3f918e43f003d76d9ffafd1eb92ff7a42da\
     802a578fc8c3e8f75b4925f7c9ac679c46cdac8861026c89fb20eec85b2872167ee146b0cb2d50418a9e01d724c12344\
     46cb0de1023459c349c748ad1396c1df2670a2b5091b9e01671d72463c0fe83947acd2e6e6719e3c6566d2391d995bb2\
     c0523b8af810845a90f9356f86acb0b80784ec2181757b8641c7868723f5dcf1dedf6da73669b1e61832b201955789d6\
     18e34c3c05230565e6575969f68c60c2cc3204fa9fdeab00e71ec986d431782766a2ddeb078c7fd2eb58554e0aafef57\
     ddcab973c95d8565bb54847553a39cfe001f79da96ad6a42d605ddb047009eae14e3e64f0742232dff7caebd6b623346\
     01f86308ae01476e3fefe1b43069be08ea7c597231a4e9c56e9f460775a60a2254673a5fb004c8b4d04c8309574f0e9a\
     ca607edb64d3722d6a219e219c71067952cdf7e10ce295a3b7353aa45e536c7cc17025bfa75568272f1582c6643aaa6e\
     677faf57b5a9705e49685cbd34dcc0beee1439f552d1509c77eef55b91fa6545";

fn of(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

fn list<const N: usize>(hex: [&str; N]) -> Vec<Message> {
    hex.into_iter().map(|message| Message::new(of(message))).collect()
}

fn mocked<S: Suite>(what: &str, count: usize) -> MockedRng {
    MockedRng::new::<S>(SEED, &format!("{}H2G_HM2S_{what}MOCK_RANDOM_SCALARS_DST_", S::ID), count)
}

/// The messages at some indexes, as a verifier has them.
fn at(messages: &[Message], indexes: &[usize]) -> Vec<(usize, Message)> {
    indexes.iter().map(|index| (*index, messages[*index].clone())).collect()
}

#[test]
fn core_draft_with_shake_256() {
    let bbs = Bbs::<Shake256>::new();
    // The fixtures name a tag of their own; the text's default has no interface in it.
    let tag = format!("{}H2G_HM2S_KEYGEN_DST_", Shake256::ID);
    let key: SecretKey =
        SecretKey::generate_with_tag::<Shake256>(&of(KEY_MATERIAL), &of(KEY_INFO), tag.as_bytes()).unwrap();
    assert_eq!(hex::encode(key.to_bytes()), SHAKE_SECRET_KEY);
    assert_eq!(hex::encode(key.public_key().to_bytes()), SHAKE_PUBLIC_KEY);
    let generators = bbs.generators(10).unwrap();
    assert_eq!(hex::encode(generators[0].to_bytes()), SHAKE_Q1);
    assert_eq!(hex::encode(generators[10].to_bytes()), SHAKE_H10);

    let (header, messages) = (of(HEADER), list(MESSAGES));
    let header = Header::new(&header);
    let signature = bbs.sign(&key, header, &messages).unwrap();
    assert_eq!(hex::encode(signature.to_bytes()), SHAKE_SIGNATURE);
    let signed = Signed { key: key.public_key(), signature: &signature, header, messages: &messages };
    bbs.verify(&signed).unwrap();

    let ph = of(PRESENTATION_HEADER);
    let presentation_header = PresentationHeader::new(&ph);
    let proof =
        bbs.prove(&signed, presentation_header, &[0, 2, 4, 6], &mut mocked::<Shake256>("", 11)).unwrap();
    assert_eq!(hex::encode(proof.to_bytes()), SHAKE_PROOF);
    let disclosed = at(&messages, &[0, 2, 4, 6]);
    let key = key.public_key();
    bbs.verify_proof(&Presented { key, proof: &proof, header, presentation_header, disclosed: &disclosed })
        .unwrap();
}

#[test]
fn blind_draft() {
    let bbs = BlindBbs::<Sha256>::new();
    let key: SecretKey = SecretKey::from_bytes(&of(SHA_SECRET_KEY)).unwrap();
    let (header, ph) = (of(HEADER), of(PRESENTATION_HEADER));
    let (header, presentation_header) = (Header::new(&header), PresentationHeader::new(&ph));
    let (messages, committed) = (list(MESSAGES), list(COMMITTED));

    let (commitment, blind) = bbs.commit(&committed, &mut mocked::<Sha256>("COMMIT_", 7)).unwrap();
    assert_eq!(hex::encode(blind.to_bytes()), BLIND);
    assert_eq!(hex::encode(commitment.to_bytes()), COMMITMENT);
    let commitment = Commitment::from_bytes(&of(COMMITMENT)).unwrap();
    let signature = bbs.sign(&key, Some(&commitment), header, &messages).unwrap();
    assert_eq!(hex::encode(signature.to_bytes()), BLIND_SIGNATURE);
    let key = key.public_key();
    let signed = BlindSigned {
        key,
        signature: &signature,
        header,
        messages: &messages,
        committed: &committed,
        blind: Some(&blind),
    };
    bbs.verify(&signed).unwrap();

    let (own, theirs) = ([0, 2, 4, 6, 8], [0, 2, 4]);
    let proof =
        bbs.prove(&signed, presentation_header, &own, &theirs, &mut mocked::<Sha256>("PROOF_", 13)).unwrap();
    assert_eq!(hex::encode(proof.to_bytes()), BLIND_PROOF);
    bbs.verify_proof(&BlindPresented {
        key,
        proof: &proof,
        header,
        presentation_header,
        signer_messages: 10,
        disclosed: &at(&messages, &own),
        disclosed_committed: &at(&committed, &theirs),
    })
    .unwrap();
}

#[test]
fn pseudonym_draft() {
    let bbs = PseudonymBbs::<Sha256>::new();
    let key: SecretKey = SecretKey::from_bytes(&of(SHA_SECRET_KEY)).unwrap();
    let (header, ph, context) = (of(HEADER), of(PRESENTATION_HEADER), of(CONTEXT));
    let (header, presentation_header) = (Header::new(&header), PresentationHeader::new(&ph));
    let (messages, committed) = (list(MESSAGES), list(COMMITTED));

    let nyms = ProverNyms::from_bytes(&of(NYM)).unwrap();
    let (commitment, blind) = bbs.commit(&committed, &nyms, &mut mocked::<Sha256>("COMMIT_", 8)).unwrap();
    assert_eq!(hex::encode(commitment.to_bytes()), NYM_COMMITMENT);
    let entropy = NymEntropy::from_bytes(&of(NYM_ENTROPY)).unwrap();
    let signature = bbs.sign(&key, &commitment, 1, &entropy, header, &messages).unwrap();
    assert_eq!(hex::encode(signature.to_bytes()), NYM_SIGNATURE);
    let key = key.public_key();
    let issued = NymIssued {
        key,
        signature: &signature,
        header,
        messages: &messages,
        committed: &committed,
        blind: &blind,
    };
    let secrets = bbs.finalize(&issued, &nyms, &entropy).unwrap();

    let (own, theirs) = ([0, 2, 4, 6, 8], [0, 2, 4]);
    let (proof, pseudonym) = bbs
        .prove(
            &issued,
            &secrets,
            &context,
            presentation_header,
            &own,
            &theirs,
            &mut mocked::<Sha256>("PROOF_", 14),
        )
        .unwrap();
    assert_eq!(hex::encode(pseudonym.to_bytes()), PSEUDONYM);
    assert_eq!(hex::encode(proof.to_bytes()), NYM_PROOF);
    bbs.verify_proof(&NymPresented {
        key,
        proof: &proof,
        pseudonym: &pseudonym,
        context: &context,
        secrets: 1,
        header,
        presentation_header,
        signer_messages: 10,
        disclosed: &at(&messages, &own),
        disclosed_committed: &at(&committed, &theirs),
    })
    .unwrap();
}
