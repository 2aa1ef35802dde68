//! BBS over attributes with commitments, as straight formulas: sections of the core draft (3.6, 3.7, 4.1, 4.2), and the
//! working text of the blind draft after revision 02 for the commitments. No tables, no shared work, nothing of the crate.

use super::{
    COMMITTED, DISCLOSED, HEADER, KEY_MATERIAL, PRESENTATION_HEADER, attributes, points, randomness, scalars,
};
use hufu_bbs::{Attribute, Sha256, Suite};
use hufu_pairing::{Expand, G1, G1Affine, G2Affine, Identity, XmdSha256, Zkcrypto};
use serde_json::{Value, json};

type Scalar = hufu_pairing::Scalar<Zkcrypto>;
type Point = G1Affine<Zkcrypto>;

/// Of the ciphersuite and the interface.
pub(crate) const API_ID: &str = "BBS_BLS12381G1_XMD:SHA-256_SSWU_RO_H2G_IM2S_HUFU-V1_";

/// `expand_message` to 48 bytes.
fn expand(message: &[u8], tag: &str) -> [u8; 48] {
    let mut out = [0; 48];
    XmdSha256::expand(&[message], tag.as_bytes(), &mut out).unwrap();
    out
}

/// Section 4.2.2.
fn hash_to_scalar(message: &[u8], tag: &str) -> Scalar {
    Scalar::from_wide(&expand(message, tag))
}

/// Section 4.1.1.
fn create_generators(api_id: &str, count: usize) -> Vec<Point> {
    let (seed_tag, tag) = (format!("{api_id}SIG_GENERATOR_SEED_"), format!("{api_id}SIG_GENERATOR_DST_"));
    let mut v = expand(format!("{api_id}MESSAGE_GENERATOR_SEED").as_bytes(), &seed_tag);
    let mut list = Vec::new();
    for i in 1..=count {
        v = expand(&[&v[..], &number(i)].concat(), &seed_tag);
        list.push(G1::hash::<XmdSha256>(&v, tag.as_bytes()).unwrap().to_affine());
    }
    list
}

/// I2OSP(value, 8).
fn number(value: usize) -> [u8; 8] {
    u64::try_from(value).unwrap().to_be_bytes()
}

/// Σ kᵢ·Pᵢ.
fn sum<const N: usize>(terms: [(Point, Scalar); N]) -> Point {
    terms.iter().map(|(point, scalar)| *point * *scalar).sum::<G1<Zkcrypto>>().to_affine()
}

fn point(point: &Point) -> Value {
    hex::encode(point.to_bytes()).into()
}

fn scalar(scalar: &Scalar) -> Value {
    hex::encode(scalar.to_bytes()).into()
}

/// The whole file.
pub(crate) fn everything() -> Value {
    let hash_tag = format!("{API_ID}H2S_");
    let card = attributes();
    // The key (3.4.1, 3.4.2).
    let key_tag = format!("{}KEYGEN_DST_", Sha256::ID);
    let sk = hash_to_scalar(&[&KEY_MATERIAL[..], &[0, 0]].concat(), &key_tag);
    let pk = (G2Affine::<Zkcrypto>::generator() * sk).to_affine().to_bytes();
    // Our map: an integer is itself, octets are hashed (4.1.2).
    let map_tag = format!("{API_ID}MAP_MSG_TO_SCALAR_AS_HASH_");
    let m: Vec<Scalar> = card
        .iter()
        .map(|attribute| match attribute {
            Attribute::Integer(value) => Scalar::from(*value),
            Attribute::Octets(octets) => hash_to_scalar(octets, &map_tag),
            _ => unreachable!("there are two kinds"),
        })
        .collect();
    let generators = create_generators(API_ID, 1 + m.len());
    let bases = create_generators(&format!("COM_DIS_{API_ID}"), 2);
    let (q1, h, y0, y1) = (generators[0], &generators[1..], bases[0], bases[1]);
    let p1 = Point::from_bytes(&Sha256::P1, Identity::Refuse).unwrap();

    // The domain (4.2.3).
    let mut octets = [&pk[..], &number(m.len())].concat();
    generators.iter().for_each(|generator| octets.extend(generator.to_bytes()));
    octets.extend(API_ID.as_bytes());
    octets.extend(number(HEADER.len()));
    octets.extend(HEADER);
    let domain = hash_to_scalar(&octets, &hash_tag);
    // The signature (3.6.1).
    let mut octets = sk.to_bytes().to_vec();
    m.iter().for_each(|m| octets.extend(m.to_bytes()));
    octets.extend(domain.to_bytes());
    let e = hash_to_scalar(&octets, &hash_tag);
    let b = sum([
        (p1, Scalar::one()),
        (q1, domain),
        (h[0], m[0]),
        (h[1], m[1]),
        (h[2], m[2]),
        (h[3], m[3]),
        (h[4], m[4]),
    ]);
    let a = (b * (sk + e).invert().unwrap()).to_affine();
    let signature = [&a.to_bytes()[..], &e.to_bytes()].concat();

    // The random scalars of the proof (3.6.3, 1), then s and s~ of the commitments.
    let mut rng = randomness();
    let mut draw = || Scalar::random(&mut rng);
    let [r1, r2, e_tilde, r1_tilde, r3_tilde] = [(); 5].map(|()| draw());
    let hidden: Vec<usize> = (0..m.len()).filter(|index| !DISCLOSED.contains(index)).collect();
    assert_eq!(hidden, [1, 2, 3]);
    let m_tilde = [(); 3].map(|()| draw());
    let s = [(); 2].map(|()| draw());
    let s_tilde = [(); 2].map(|()| draw());
    // ProofInit (3.7.1).
    let d = (b * r2).to_affine();
    let abar = (a * (r1 * r2)).to_affine();
    let bbar = sum([(d, r1), (abar, -e)]);
    let t1 = sum([(abar, e_tilde), (d, r1_tilde)]);
    let t2 = sum([(d, r3_tilde), (h[1], m_tilde[0]), (h[2], m_tilde[1]), (h[3], m_tilde[2])]);
    // The commitments: both committed attributes are the first of the hidden ones.
    assert_eq!(hidden[..2], COMMITTED);
    let c_points = [0, 1].map(|n| sum([(y0, s[n]), (y1, m[COMMITTED[n]])]));
    let c_tildes = [0, 1].map(|n| sum([(y0, s_tilde[n]), (y1, m_tilde[n])]));
    // The challenge (3.7.4), with serialize(N, i_1, C_1, C~_1, …) behind the domain.
    let mut octets = number(DISCLOSED.len()).to_vec();
    for index in DISCLOSED {
        octets.extend(number(index));
        octets.extend(m[index].to_bytes());
    }
    [abar, bbar, d, t1, t2].iter().for_each(|point| octets.extend(point.to_bytes()));
    octets.extend(domain.to_bytes());
    octets.extend(number(COMMITTED.len()));
    for n in [0, 1] {
        octets.extend(number(COMMITTED[n]));
        octets.extend(c_points[n].to_bytes());
        octets.extend(c_tildes[n].to_bytes());
    }
    octets.extend(number(PRESENTATION_HEADER.len()));
    octets.extend(PRESENTATION_HEADER);
    let c = hash_to_scalar(&octets, &hash_tag);

    // ProofFinalize (3.7.2) and its encoding (4.2.4.4).
    let r3 = r2.invert().unwrap();
    let mut proof = Vec::new();
    [abar, bbar, d].iter().for_each(|point| proof.extend(point.to_bytes()));
    [e_tilde + e * c, r1_tilde - r1 * c, r3_tilde - r3 * c].iter().for_each(|s| proof.extend(s.to_bytes()));
    hidden.iter().zip(m_tilde).for_each(|(index, tilde)| proof.extend((tilde + m[*index] * c).to_bytes()));
    proof.extend(c.to_bytes());
    // The four parts of the working text: proof, disclosed indexes, commitments with s^, their indexes.
    let mut committed = [&number(proof.len())[..], &proof].concat();
    committed.extend(number(DISCLOSED.len()));
    DISCLOSED.iter().for_each(|index| committed.extend(number(*index)));
    committed.extend(number(COMMITTED.len()));
    c_points.iter().for_each(|point| committed.extend(point.to_bytes()));
    s.iter().zip(s_tilde).for_each(|(s, tilde)| committed.extend((tilde + c * *s).to_bytes()));
    committed.extend(number(COMMITTED.len()));
    COMMITTED.iter().for_each(|index| committed.extend(number(*index)));

    let described: Vec<Value> = card
        .iter()
        .map(|attribute| match attribute {
            Attribute::Integer(value) => json!({ "integer": value }),
            Attribute::Octets(octets) => json!({ "octets": hex::encode(octets) }),
            _ => unreachable!("there are two kinds"),
        })
        .collect();
    json!({
        "api_id": API_ID,
        "key_material": hex::encode(KEY_MATERIAL),
        "secret_key": scalar(&sk),
        "public_key": hex::encode(pk),
        "header": hex::encode(HEADER),
        "attributes": described,
        "scalars": scalars(&m),
        "generators": points(&generators),
        "commitment_bases": points(&bases),
        "domain": scalar(&domain),
        "B": point(&b),
        "signature": hex::encode(signature),
        "presentation_header": hex::encode(PRESENTATION_HEADER),
        "disclosed": DISCLOSED,
        "committed": COMMITTED,
        "random_scalars": scalars(&[r1, r2, e_tilde, r1_tilde, r3_tilde]),
        "m_tilde": scalars(&m_tilde),
        "s": scalars(&s),
        "s_tilde": scalars(&s_tilde),
        "C": points(&c_points),
        "C_tilde": points(&c_tildes),
        "T1": point(&t1),
        "T2": point(&t2),
        "challenge": scalar(&c),
        "proof": hex::encode(proof),
        "committed_proof": hex::encode(committed),
    })
}
