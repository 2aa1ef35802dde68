//! The drafts' own numbers, typed: the only ones for SHAKE-256, blind signatures and pseudonyms, whose fixtures are not among
//! the published vectors that `vectors.rs` reads. Each is made again byte for byte, on both backends.
//!
//! | name here | draft | beside its text, the numbers were compared with |
//! |---|---|---|
//! | core | draft-irtf-cfrg-bbs-signatures-09 | the fixtures of github.com/decentralized-identity/bbs-signature |
//! | blind | draft-irtf-cfrg-bbs-blind-signatures-02 | those of github.com/Cybersecurity-LINKS/zkryptium |
//! | pseudonym | draft-irtf-cfrg-bbs-per-verifier-linkability-03 | the vectors of github.com/Lumoin/Lumoin.Veridical |

#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use common::MockedRng;
use hufu_bbs::{
    Attributes, Bbs, BlindBbs, BlindPresented, BlindSigned, Commitment, Header, Message, NymEntropy,
    NymIssued, NymPresented, NymSecrets, Octets, PresentationHeader, Presented, ProverBlind, ProverNyms,
    PseudonymBbs, SecretKey, Sha256, Shake256, Signed, Suite,
};
use hufu_pairing::{Backend, Blst, Zkcrypto};

/// Core draft, section 8.2: messages of all three drafts.
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
/// Blind draft, section 9.1.3.2: messages of the prover.
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
/// Core draft, section 8.1: seed of the mocked random scalars.
const SEED: &[u8] = b"3.141592653589793238462643383279";

/// Core draft, section 8.3.1: key material of both suites.
const KEY_MATERIAL: &str =
    "746869732d49532d6a7573742d616e2d546573742d494b4d2d746f2d67656e65726174652d246528724074232d6b6579";

/// Core draft, section 8.3.1: key information of both suites.
const KEY_INFO: &str = "746869732d49532d736f6d652d6b65792d6d657461646174612d746f2d62652d757365642d696e2d746573742d6b6579\
     2d67656e";

/// Core draft, section 8.3.1, SHAKE-256: the secret key.
const SHAKE_SECRET_KEY: &str = "2eee0f60a8a3a8bec0ee942bfd46cbdae9a0738ee68f5a64e7238311cf09a079";

/// Core draft, section 8.3.1, SHAKE-256: the public key.
const SHAKE_PUBLIC_KEY: &str = "92d37d1d6cd38fea3a873953333eab23a4c0377e3e049974eb62bd45949cdeb18fb0490edcd4429adff56e65cbce42cf\
     188b31bddbd619e419b99c2c41b38179eb001963bc3decaae0d9f702c7a8c004f207f46c734a5eae2e8e82833f3e7ea5";

/// Core draft, section 8.3.3, SHAKE-256: Q_1.
const SHAKE_Q1: &str =
    "a9d40131066399fd41af51d883f4473b0dcd7d028d3d34ef17f3241d204e28507d7ecae032afa1d5490849b7678ec1f8";

/// Core draft, section 8.3.3, SHAKE-256: H_10.
const SHAKE_H10: &str =
    "965a6c62451d4be6cb175dec39727dc665762673ee42bf0ac13a37a74784fbd61e84e0915277a6f59863b2bb4f5f6005";

/// Core draft, section 8.3.4.1, SHAKE-256: the signature of the first message alone.
const SHAKE_SINGLE_SIGNATURE: &str = "b9a622a4b404e6ca4c85c15739d2124a1deb16df750be202e2430e169bc27fb71c44d98e6d40792033e1c452145ada95\
     030832c5dc778334f2f1b528eced21b0b97a12025a283d78b7136bb9825d04ef";

/// Core draft, section 8.3.5.1, SHAKE-256: that message disclosed.
const SHAKE_SINGLE_PROOF: &str = "89e4ab0c160880e0c2f12a754b9c051ed7f5fccfee3d5cbbb62e1239709196c737fff4303054660f8fcd08267a5de668\
     a2e395ebe8866bdcb0dff9786d7014fa5e3c8cf7b41f8d7510e27d307f18032f6b788e200b9d6509f40ce1d2f962ceed\
     b023d58ee44d660434e6ba60ed0da1a5d2cde031b483684cd7c5b13295a82f57e209b584e8fe894bcc964117bf3521b4\
     3d8e2eb59ce31f34d68b39f05bb2c625e4de5e61e95ff38bfd62ab07105d016414b45b01625c69965ad3c8a933e7b25d\
     93daeb777302b966079827a99178240e6c3f13b7db2fb1f14790940e239d775ab32f539bdf9f9b582b250b0588299683\
     2652f7f5d3b6e04744c73ada1702d6791940ccbd75e719537f7ace6ee817298d";

/// Core draft, section 8.3.4.2, SHAKE-256: the valid multi-message signature.
const SHAKE_SIGNATURE: &str = "956a3427b1b8e3642e60e6a7990b67626811adeec7a0a6cb4f770cdd7c20cf08faabb913ac94d18e1e92832e924cb6e2\
     02912b624261fc6c59b0fea801547f67fb7d3253e1e2acbcf90ef59a6911931e";

/// Core draft, section 8.3.5.3, SHAKE-256: messages 0, 2, 4 and 6 disclosed.
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

/// Core draft, section 8.4.1, SHA-256: the secret key, with which the other drafts sign.
const SHA_SECRET_KEY: &str = "60e55110f76883a13d030b2f6bd11883422d5abde717569fc0731f51237169fc";

/// Blind draft, section 9.1.3.2, SHA-256: the prover's blind.
const BLIND: &str = "4fba5396baa36b2fde81d46a9b9ee89c425dbc5e1ffd65c20249afb4abd37589";

/// Blind draft, section 9.1.3.2, SHA-256: the commitment to five messages.
const COMMITMENT: &str = "a2a3e178bcc77f98a3c07f8532134021ab5847326b5b3bfc3089ca73f1bc51cfe2c99163f4919525dd6bedc8a14ee39e\
     30374643902017ca2e6fb8b5647c736e82d1d3c5b05de5c3021fa6f40d9f36dd22fa06e522411aa20377088ca9a15885\
     d7a5044175f0168e927149ee71e2d257079e0100d6d96a7ddf5392dbc64267af8df7b4711cb5eeccb5e8901d0580b9e8\
     37f38337cb7260cffcf4f962154fafe5c98beaed7e4d2fc0f8e7eb1ba4eb04086f170aa4924894e2ab63054049c9ef5d\
     fff4f90b48ef0dcf1f50699907301073270e4782d4d7628cfbe1444cea930928bb45004e41e0ad86a874ea03473845ce\
     42f78ceb6f855ba8326a4d47732c5aed3968b396a07f079b22b5bf2139e51a03";

/// Blind draft, section 9.1.4.4, SHA-256: over ten messages of the signer and five of the prover.
const BLIND_SIGNATURE: &str = "862eb2fedd0a2b76fb978035cb33952004bdd6136e107bb343cb2c5ea566eb0c3b0ba31b1d022ebf03d0abf050ab293c\
     0afd9c96003331aa13f18a7a47e2e1ccaa8feb7f3a236e92b2da38462358c48a";

/// Blind draft, section 9.1.4.5, SHA-256: over the signer's messages, without a commitment.
const BLIND_SIGNATURE_ALONE: &str = "8aa8fdfb190987d1fe1c8e34e69eae25594701958064e4483d74580a4a0f51f058a87735d727383b864904aa7b5e4a9b\
     3821a18319df0ccb2e351a9bf75bf1f34d8858dde57119bfafd8ff56e0c54fa4";

/// Blind draft, section 9.1.5.4, SHA-256: half of both disclosed.
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

/// Blind draft, section 9.2.3.2, SHAKE-256: the prover's blind.
const SHAKE_BLIND: &str = "41fb2f74c30256398c927a262602b5ac3ebc6f84d9169476f8fcb1525c93b649";

/// Blind draft, section 9.2.3.2, SHAKE-256: the commitment to five messages.
const SHAKE_COMMITMENT: &str = "85d8034b358566ebfd26f921211b257d30def9962ddf80dc7cbdbf96da2bf598a8bbdc03bdc311ff290673ab29edf4a6\
     42be726c577a1aaeb11d00d10c5a07c824bbf8e47af13042f570b6bfc05e42783d70fb3ee76ab7c2565fda74ed6536e1\
     4105adf9ae943736a6c96c1102d1dc4424eda4ee1961f0d450736d1cc9f6b3ad2f9f1bcd3b63ef5445798b65ad048062\
     40edee143b5c7c57f61ab7fc9fd8f0b05d984e12cee674541b6a79202931e0ef11bcfc908660861b48cfd4ce0970c972\
     6d9359b4bd0c853da78891e9c9db41f2029195279d92f6831b37b5c6d5ac28840e97c12f7962e65adac6705ae712daa6\
     1c0c0bda85a3da6850a8dce296797beff88b1c8e8459dba0730ecace09177f79";

/// Blind draft, section 9.2.4.4, SHAKE-256: over ten messages of the signer and five of the prover.
const SHAKE_BLIND_SIGNATURE: &str = "80b1195ea9e11a639e11e2dc653ccca0461055edb4f48a6e80b676636e42dd61fae3e52c04e192d5053d60e73f3dec50\
     48d423579dcb96cde6969f8048ce53f15ab02449b8d375f869a8df15db78eb02";

/// Blind draft, section 9.2.4.5, SHAKE-256: over the signer's messages, without a commitment.
const SHAKE_BLIND_SIGNATURE_ALONE: &str = "b80f73e22cf6c050159018539af4fd2c8ed75a7dfa247feadbdecd983e16ddb33ac5c61bfd7f17b4063a7957456ddc0b\
     71d46e6a05b1a464df601aabf480edf17ff1d6052089c294577fcfb7b851baad";

/// Blind draft, section 9.2.5.4, SHAKE-256: half of both disclosed.
const SHAKE_BLIND_PROOF: &str = "86645a1d743284cd08b0659c0f884432de1340f1fb105a7e21ba0cfc34758d756e9e20437e318a4ddff4e1b1d8072013\
     8b40b6e3b1b1f9d86aa8ccf51c1bfce10a19b8ac8a6fe4e5256f1e2ee542d44dfacfc6717780b2e4e6601d21e194442d\
     b47d0504a29994d88421cdd33950cd46a69b7c31384b17cf98c268c0de5bafb02febaae8fbe66e3246311d80d81149e8\
     2fe87605c0e233625c108c1c0bad5ba4cce88c6c363f4180f6e18dd252c3b79d06f66513eabcca7f127e2e62c84ab727\
     f167f5732af269619f0f78a279dbe98653a70f99993f65d38fe6f180abf9286cb975b4ce6834467d86c5ec1a1ef4e8c3\
     391f30e14b16a7a6c96e38eef5834785be198207bd5e80213ce626c72ca4222f7281120ee67e850b79b66918863b84ab\
     894cb47cc8729af1300e6c116fa9218c6d7e90119a4964abbddf82238bb7d35a5d4390a8879fe56c6b39427623111f39\
     1c211571cf5ba209aca019c448aa7524acfeaa7504b8fa3d0e95cc0e99e83ae41b0a8663c8a440ff3b77b50808934cb4\
     fef2645f4d000a452e692881274359fb597aaff6f73b0a33134c4d7333adc1b501c3bdf1296d5131c497bc556ad0b280\
     409185b1cc65dd2f907e8cb93db88ce4e52c37c02dbbf696b81ecd57a11890796315d19c9bde637d9c1fbaeaa14b092d\
     ae8d7e50343e8b5f753bbff7f1944ca366a90c03c8cf53516b6fc592dce852df5bdda6151c17c199d52cca1be066f530";

/// Pseudonym draft, section 12.1.3: the prover's nym; the text prints it as undefined, this is its fixtures'.
const NYM: &str = "6830ea571e9fca0194d9ebd5c571369d8b81655afe0bbb9c6f5efe934f699418";

/// Pseudonym draft, section 12.1.4: the signer's entropy.
const NYM_ENTROPY: &str = "3d40961fce6c09eec24a371322732932503b458d7a4cf7891bdaa765b30027c5";

/// Pseudonym draft, section 12.1.4: the secret of nym and entropy; the text prints it as undefined, this is its fixtures'.
const NYM_SECRET: &str = "3183d923c36e56a823ea4ae0de4287ca87ff06e5785a57268b39a5fa0269bbdc";

/// Pseudonym draft, section 12.1.3.2, SHA-256: the commitment to five messages and the nym.
const NYM_COMMITMENT: &str = "99efccc0ccd91efabb8821ee33edacb823b1dd999682aaa54f38a9c4585e7e7aa746357b2842d38c008f6d732dd501c7\
     0eed41caf3eafdd4bb6151ce2c0289401c7d13381e7db90137d7aa2a64224aa2499a4548b2654481a2f0dd16d799116f\
     e41db7b7a5c3ae8b1c64bef6a89a46f5040a5178d2e1126f7f35189f0f6cea3803e679ce92eff73856b164425ac4ff84\
     05a934f65ada8ccbe21558ab66db113662ea17ce0c9aa0280db20dcf79301c61269ddfdbdcc22025b85f7089c4ebebc2\
     24a938b745daae833ac4698d9d32bfa8382b4bbb2679ae232d2f6e8e19239e6ea919665ea736b45a61bbd0e4f4d7431f\
     3038c3db25833b9a0cc1a7709419ac241fb6f02ee13e51101743f1983d3fa69b5d344b984c48a265ee6a7b0df8450004\
     ceec7c1997b859be16af624e3da2cf44";

/// Pseudonym draft, section 12.1.4.4, SHA-256: over ten messages of the signer, five of the prover and the nym.
const NYM_SIGNATURE: &str = "818f434f737d58ed13b7cbb53885b7a19fe9b4b7d7dc34d8fcc53ca1bfe376bd569053d8733a89b97fed23da4a04833c\
     57ce2b42cfd0d60e1b862f7774431e80b0ed910a217f37837ab90a94dc1253bb";

/// Pseudonym draft, section 12.1.5: the context.
const CONTEXT: &str = "bbb4750cdce6d2122bb4c4f039b6ad5a79f028eb448013a38636a95d63af360a";

/// Pseudonym draft, section 12.1.5.4, SHA-256: the pseudonym in that context.
const PSEUDONYM: &str =
    "b04bd002c85e31d2735ee2e6b36aea85147cbf197934f99ae26a7da73b98ebc34561848426aded0967e07fb333f79487";

/// Pseudonym draft, section 12.1.5.4, SHA-256: half of both disclosed.
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

/// Pseudonym draft, section 12.2.3.2, SHAKE-256: the commitment to five messages and the nym.
const SHAKE_NYM_COMMITMENT: &str = "a9577c3e2f15081c03d2e86789c1d9208bc04409b1ca33c25d06017c8fef5d139aee028ac96b9c09636a45846e9a5ee5\
     1f83bfd55f12193061e3f707d11d9993d6e08293de7f3dd0a298c21f369208b43b7b401706a9a0a5dcfa12d28d5a59b0\
     9da337b435cf4aa2a869842c8e1409004865ce6ff78d345e5c8142c9c440b677824ce06a8f70c50bbbb01838a91eb004\
     1fd853c2005109d3aec272dd03346f37fc90828490fbedc4fc88e7307662b785653aba1a28a45bca913b7dd778e8bd14\
     1652e6f0507c3f836c8852b8ddbf2c62659dbd7b83f096e7b351f2f0dc6046bce3c8d0c5bb892a7a3d76d6bac899b3d3\
     56b099f88287ac25e6879d5808f832927c8e28acae41ab3699b5c0f9da4f58bf67d7e87c5ddb6dadd80fe281e158cc7a\
     24bc398f84022dc0dc3a123971f7546c";

/// Pseudonym draft, section 12.2.4.4, SHAKE-256: over ten messages of the signer, five of the prover and the nym.
const SHAKE_NYM_SIGNATURE: &str = "b6bb95cb52f5f44ca1ff76ae305b03f014945746871b057ea08c2e45c24846bccd26f14858afdcb942896630cc164390\
     02f802e700bc2c83347064b3ff69bfdc8552119ab13b07b52e233d908f859237";

/// Pseudonym draft, section 12.2.5.4, SHAKE-256: the pseudonym in the context.
const SHAKE_PSEUDONYM: &str =
    "8ef7b8516387badcdf24eda35553031d01c392b93fb943445ae90979d7285d877ba6509cec3a3520f46128e97ecbd136";

/// Pseudonym draft, section 12.2.5.4, SHAKE-256: half of both disclosed.
const SHAKE_NYM_PROOF: &str = "a1f1f6f051a401e823b8fa554a007db04db7140071735d7f9a9c3c5378ffeb25fd4566a2b752048136bb850dd322aec4\
     96d1f2dc4c0285efbb00145e8a9dce4481b9b1497b16ea12a2e6679874b734d5bca1e997f9f64a17ba9333b330e53118\
     8870f64ad87d45ab86d56e4972f1dd55bc534b575759cebf75413de2ac0e91befc5278db9d99bbfd039ce75413a75069\
     3266fb28b35f69a9a521519427943cc1f22df6d111d1ba8e6df00baecf94ad2d63ee2520eb718e73a10c0d79ad205dad\
     fb2d782ba75b931a522f0f2122f8fa903f7ec8266e8ebe4bd3c82e84812b25570b462f415e7db6436ad82729fbcd0ee6\
     5f9b83a3b0bf0769090e24c58e4c339bc12e81ed66433faa3ff71c6a2e7080876729b9dad11eb583fb8035a4182e5aa8\
     0193c77124fbd8153e99dad48fd65907095316313883b0726cb99a473f2e9c9d61e99193b3b476cc40d0902e1f818414\
     39c571b7b38167986872aabb205a10eefebf36a2a003936d263cc2b3eded8fec3968433472652bcee7f1509dba33684b\
     ef308d9a560be2e87b0c4048248bb2c038852cfdf4d3a9b525c1baaf177f94b5a17b482394bd5688a47215096e5e4b08\
     167adab1c231c05daee205a69b805a3658311a7c3f3a229e398781196f1dd1f336476d6c2783564b416a8bc7351f4c96\
     8083da142b44886b783ce4a97871a20c5f3c2a69ddd09d4f721e7e6f3c2ce64f3964b18de02271021a7ac266594eeacc\
     2347f6c339f712af4456b3488362d6e9700ec0fcfdb73f49acdc1061e4391f61";

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

fn core_draft_with_shake_256<B: Backend>() {
    let bbs = Bbs::<Shake256, Octets, B>::new();
    // The fixtures name a tag of their own; the text's default has no interface in it.
    let tag = format!("{}H2G_HM2S_KEYGEN_DST_", Shake256::ID);
    let key = SecretKey::<B>::generate_with_tag::<Shake256>(&of(KEY_MATERIAL), &of(KEY_INFO), tag.as_bytes());
    let key = key.unwrap();
    assert_eq!(hex::encode(key.to_bytes()), SHAKE_SECRET_KEY);
    assert_eq!(hex::encode(key.public_key().to_bytes()), SHAKE_PUBLIC_KEY);
    let generators = bbs.generators(10).unwrap();
    assert_eq!(hex::encode(generators[0].to_bytes()), SHAKE_Q1);
    assert_eq!(hex::encode(generators[10].to_bytes()), SHAKE_H10);

    let (header, ph, all) = (of(HEADER), of(PRESENTATION_HEADER), list(MESSAGES));
    let (header, presentation_header) = (Header::new(&header), PresentationHeader::new(&ph));
    let cases: [(&[Message], &str, &[usize], &str); 2] = [
        (&all[..1], SHAKE_SINGLE_SIGNATURE, &[0], SHAKE_SINGLE_PROOF),
        (&all, SHAKE_SIGNATURE, &[0, 2, 4, 6], SHAKE_PROOF),
    ];
    for (messages, expected, shown, expected_proof) in cases {
        let signature = bbs.sign(&key, header, messages).unwrap();
        assert_eq!(hex::encode(signature.to_bytes()), expected);
        let key = key.public_key();
        let signed = Signed { key, signature: &signature, header, messages };
        bbs.verify(&signed).unwrap();

        let mut rng = mocked::<Shake256>("", 5 + messages.len() - shown.len());
        let proof = bbs.prove(&signed, presentation_header, shown, &mut rng).unwrap();
        assert!(rng.exhausted());
        assert_eq!(hex::encode(proof.to_bytes()), expected_proof);
        let disclosed = at(messages, shown);
        bbs.verify_proof(&Presented {
            key,
            proof: &proof,
            header,
            presentation_header,
            disclosed: &disclosed,
        })
        .unwrap();
    }
}

/// What the blind draft prints for a suite.
struct BlindNumbers {
    secret_key: &'static str,
    blind: &'static str,
    commitment: &'static str,
    signature: &'static str,
    alone: &'static str,
    proof: &'static str,
}

fn blind_draft<S: Suite, B: Backend>(expected: &BlindNumbers) {
    let bbs = BlindBbs::<S, Octets, B>::new();
    let key = SecretKey::<B>::from_bytes(&of(expected.secret_key)).unwrap();
    let (header, ph) = (of(HEADER), of(PRESENTATION_HEADER));
    let (header, presentation_header) = (Header::new(&header), PresentationHeader::new(&ph));
    let (messages, committed) = (list(MESSAGES), list(COMMITTED));

    let mut rng = mocked::<S>("COMMIT_", 7);
    let (commitment, blind) = bbs.commit(&committed, &mut rng).unwrap();
    assert!(rng.exhausted());
    assert_eq!(hex::encode(blind.to_bytes()), expected.blind);
    assert_eq!(hex::encode(commitment.to_bytes()), expected.commitment);
    let commitment = Commitment::from_bytes(&of(expected.commitment)).unwrap();
    let blind = ProverBlind::from_bytes(&of(expected.blind)).unwrap();
    let signature = bbs.sign(&key, Some(&commitment), header, &messages).unwrap();
    assert_eq!(hex::encode(signature.to_bytes()), expected.signature);
    let alone = bbs.sign(&key, None, header, &messages).unwrap();
    assert_eq!(hex::encode(alone.to_bytes()), expected.alone);
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
    bbs.verify(&BlindSigned { signature: &alone, committed: &[], blind: None, ..signed }).unwrap();

    let (own, theirs) = ([0, 2, 4, 6, 8], [0, 2, 4]);
    let mut rng = mocked::<S>("PROOF_", 13);
    let proof = bbs.prove(&signed, presentation_header, &own, &theirs, &mut rng).unwrap();
    assert!(rng.exhausted());
    assert_eq!(hex::encode(proof.to_bytes()), expected.proof);
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

/// What the pseudonym draft prints for a suite.
struct PseudonymNumbers {
    commitment: &'static str,
    signature: &'static str,
    pseudonym: &'static str,
    proof: &'static str,
}

fn pseudonym_draft<S: Suite, B: Backend>(expected: &PseudonymNumbers) {
    let bbs = PseudonymBbs::<S, Octets, B>::new();
    let key = SecretKey::<B>::from_bytes(&of(SHA_SECRET_KEY)).unwrap();
    let (header, ph, context) = (of(HEADER), of(PRESENTATION_HEADER), of(CONTEXT));
    let (header, presentation_header) = (Header::new(&header), PresentationHeader::new(&ph));
    let (messages, committed) = (list(MESSAGES), list(COMMITTED));

    let nyms = ProverNyms::from_bytes(&of(NYM)).unwrap();
    let mut rng = mocked::<S>("COMMIT_", 8);
    let (commitment, blind) = bbs.commit(&committed, &nyms, &mut rng).unwrap();
    assert!(rng.exhausted());
    assert_eq!(hex::encode(commitment.to_bytes()), expected.commitment);
    let entropy = NymEntropy::from_bytes(&of(NYM_ENTROPY)).unwrap();
    let signature = bbs.sign(&key, &commitment, 1, &entropy, header, &messages).unwrap();
    assert_eq!(hex::encode(signature.to_bytes()), expected.signature);
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
    assert_eq!(hex::encode(secrets.to_bytes()), NYM_SECRET);
    let secrets = NymSecrets::from_bytes(&of(NYM_SECRET)).unwrap();

    let (own, theirs) = ([0, 2, 4, 6, 8], [0, 2, 4]);
    let mut rng = mocked::<S>("PROOF_", 14);
    let (proof, pseudonym) =
        bbs.prove(&issued, &secrets, &context, presentation_header, &own, &theirs, &mut rng).unwrap();
    assert!(rng.exhausted());
    assert_eq!(hex::encode(pseudonym.to_bytes()), expected.pseudonym);
    assert_eq!(hex::encode(proof.to_bytes()), expected.proof);
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

#[test]
fn core_draft_with_shake_256_on_blst() {
    core_draft_with_shake_256::<Blst>();
}

#[test]
fn core_draft_with_shake_256_on_the_reference() {
    core_draft_with_shake_256::<Zkcrypto>();
}

#[test]
fn blind_draft_with_sha_256() {
    let numbers = BlindNumbers {
        secret_key: SHA_SECRET_KEY,
        blind: BLIND,
        commitment: COMMITMENT,
        signature: BLIND_SIGNATURE,
        alone: BLIND_SIGNATURE_ALONE,
        proof: BLIND_PROOF,
    };
    blind_draft::<Sha256, Blst>(&numbers);
    blind_draft::<Sha256, Zkcrypto>(&numbers);
}

#[test]
fn blind_draft_with_shake_256() {
    let numbers = BlindNumbers {
        secret_key: SHAKE_SECRET_KEY,
        blind: SHAKE_BLIND,
        commitment: SHAKE_COMMITMENT,
        signature: SHAKE_BLIND_SIGNATURE,
        alone: SHAKE_BLIND_SIGNATURE_ALONE,
        proof: SHAKE_BLIND_PROOF,
    };
    blind_draft::<Shake256, Blst>(&numbers);
    blind_draft::<Shake256, Zkcrypto>(&numbers);
}

#[test]
fn pseudonym_draft_with_sha_256() {
    let numbers = PseudonymNumbers {
        commitment: NYM_COMMITMENT,
        signature: NYM_SIGNATURE,
        pseudonym: PSEUDONYM,
        proof: NYM_PROOF,
    };
    pseudonym_draft::<Sha256, Blst>(&numbers);
    pseudonym_draft::<Sha256, Zkcrypto>(&numbers);
}

#[test]
fn pseudonym_draft_with_shake_256() {
    let numbers = PseudonymNumbers {
        commitment: SHAKE_NYM_COMMITMENT,
        signature: SHAKE_NYM_SIGNATURE,
        pseudonym: SHAKE_PSEUDONYM,
        proof: SHAKE_NYM_PROOF,
    };
    pseudonym_draft::<Shake256, Blst>(&numbers);
    pseudonym_draft::<Shake256, Zkcrypto>(&numbers);
}

#[test]
fn names_of_the_interfaces_are_distinct() {
    let names = [
        format!("{:?}", Bbs::<Sha256, Octets, Blst>::new()),
        format!("{:?}", Bbs::<Sha256, Attributes, Blst>::new()),
        format!("{:?}", BlindBbs::<Sha256, Octets, Blst>::new()),
        format!("{:?}", BlindBbs::<Sha256, Attributes, Blst>::new()),
        format!("{:?}", PseudonymBbs::<Sha256, Octets, Blst>::new()),
        format!("{:?}", PseudonymBbs::<Sha256, Attributes, Blst>::new()),
        format!("{:?}", Bbs::<Shake256, Octets, Blst>::new()),
    ];
    let distinct: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), names.len());
}
