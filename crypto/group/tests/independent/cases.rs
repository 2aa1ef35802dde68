//! Random bytes, and small changes of encodings.

use bls12_381::{G1Affine, G1Projective, G2Affine, G2Projective, Scalar};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::Rng as _;

use super::slow;

/// r and p, big-endian.
const ORDER: &str = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";
const FIELD: &str =
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";

/// The flags of a compressed point: compressed, the identity, the larger of two y.
const IDENTITY: u8 = 0xc0;
const LARGER: u8 = 0x20;
const FLAGS: u8 = 0xe0;

/// A generator of this run, and its seed on the output.
pub(crate) fn rng(stream: u64) -> ChaCha20Rng {
    use rand_chacha::rand_core::SeedableRng as _;
    let given = std::env::var("HUFU_SEED").ok().and_then(|text| text.parse().ok());
    let seed: u64 = given.unwrap_or_else(|| {
        let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        u64::from(time.subsec_nanos()) ^ time.as_secs()
    });
    eprintln!("HUFU_SEED={seed}");
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    rng
}

pub(crate) fn below(bound: usize, rng: &mut ChaCha20Rng) -> usize {
    usize::try_from(rng.next_u64() % bound as u64).expect("below a usize")
}

pub(crate) fn bytes(length: usize, rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut bytes = vec![0; length];
    rng.fill_bytes(&mut bytes);
    bytes
}

/// Of `least` to 1,024 bytes, mostly of few.
pub(crate) fn name(least: usize, rng: &mut ChaCha20Rng) -> Vec<u8> {
    let length = match below(8, rng) {
        0 => least,
        1 => 1024,
        _ => least + below(60, rng),
    };
    bytes(length, rng)
}

pub(crate) fn entropy(rng: &mut ChaCha20Rng) -> [u8; 32] {
    let mut entropy = [0; 32];
    rng.fill_bytes(&mut entropy);
    entropy
}

/// A scalar as it is drawn outside of nonces: 48 bytes of the generator.
pub(crate) fn drawn(rng: &mut ChaCha20Rng) -> Scalar {
    slow::wide(&bytes(48, rng))
}

pub(crate) fn point(rng: &mut ChaCha20Rng) -> G1Projective {
    G1Projective::generator() * drawn(rng)
}

/// A field of an encoding.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// A number or name of so many bytes.
    Plain(usize),
    G1,
    G2,
    Scalar,
}

impl Field {
    const fn width(self) -> usize {
        match self {
            Self::Plain(width) => width,
            Self::G1 => 48,
            Self::G2 => 96,
            Self::Scalar => 32,
        }
    }
}

/// The fields of a signature with or without a tag.
pub(crate) fn signature_fields(tagged: bool) -> Vec<Field> {
    let points = if tagged { 9 } else { 8 };
    [vec![Field::Plain(1), Field::Plain(8)], vec![Field::G1; points], vec![Field::Scalar; 4]].concat()
}

pub(crate) const PART_FIELDS: [Field; 4] = [Field::Plain(2), Field::G1, Field::Scalar, Field::Scalar];

/// An encoding with one small change; most of them leave something that can be read.
pub(crate) fn mutated(encoding: &[u8], fields: &[Field], rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut other = encoding.to_vec();
    let mut starts = Vec::new();
    let mut end = 0;
    for field in fields {
        starts.push(end);
        end += field.width();
    }
    assert_eq!(end, encoding.len(), "the fields fill the encoding");
    let first = below(fields.len(), rng);
    let at = |field: usize| starts[field]..starts[field] + fields[field].width();
    match below(10, rng) {
        0 => {
            let place = below(other.len(), rng);
            other[place] ^= 1 << below(8, rng);
        }
        1 => other.truncate(below(encoding.len(), rng)),
        2 => other.extend(bytes(1 + below(40, rng), rng)),
        3 => drop(other.drain(at(first))),
        4 => drop(other.splice(at(first).start..at(first).start, encoding[at(first)].to_vec())),
        5 | 6 => {
            // Another field of the same kind: copied or exchanged.
            let alike: Vec<usize> = (0..fields.len())
                .filter(|field| *field != first && fields[*field] == fields[first])
                .collect();
            if alike.is_empty() {
                other[at(first).start] ^= 1;
                return other;
            }
            let second = alike[below(alike.len(), rng)];
            other[at(first)].copy_from_slice(&encoding[at(second)]);
            if below(2, rng) == 0 {
                other[at(second)].copy_from_slice(&encoding[at(first)]);
            }
        }
        _ => {
            let change = changed_field(&encoding[at(first)], fields[first], rng);
            other[at(first)].copy_from_slice(&change);
        }
    }
    other
}

/// Another value of a field, or a bad one.
fn changed_field(value: &[u8], field: Field, rng: &mut ChaCha20Rng) -> Vec<u8> {
    let kind = below(7, rng);
    let mut other = value.to_vec();
    match (field, kind) {
        (Field::Plain(_), 0..=3) => add(&mut other, &[1]),
        (Field::Plain(_), _) | (Field::Scalar, 0) => rng.fill_bytes(&mut other),
        (Field::Scalar, 1) => add(&mut other, &hex::decode(ORDER).expect("hexadecimal")),
        (Field::Scalar, 2) => other.fill(0),
        (Field::Scalar, 3) => other = hex::decode(ORDER).expect("hexadecimal"),
        (Field::Scalar, 4) => {
            let negative = -slow::scalar(value).expect("a scalar");
            other = negative.to_bytes().into_iter().rev().collect();
        }
        (Field::Scalar, _) => {
            let next = slow::scalar(value).expect("a scalar") + Scalar::one();
            other = next.to_bytes().into_iter().rev().collect();
        }
        (_, 0) => {
            other.fill(0);
            other[0] = IDENTITY;
        }
        (_, 1) => other[0] ^= LARGER,
        (_, 2) => add_field_order(&mut other),
        (Field::G1, 3) => other = outside_g1(rng).to_vec(),
        (Field::G1, 4) => {
            let point = G1Affine::from_compressed(value.try_into().expect("48 bytes")).expect("a point");
            other = G1Affine::from(G1Projective::generator() + point).to_compressed().to_vec();
        }
        (Field::G1, _) => other = G1Affine::from(point(rng)).to_compressed().to_vec(),
        (Field::G2, 3) => other = outside_g2(rng).to_vec(),
        (Field::G2, _) => {
            other = G2Affine::from(G2Projective::generator() * drawn(rng)).to_compressed().to_vec();
        }
    }
    other
}

/// x + p in the place of x, if it has room: the same point, not canonical.
fn add_field_order(point: &mut [u8]) {
    let flags = point[0] & FLAGS;
    let mut coordinate = point[..48].to_vec();
    coordinate[0] &= !FLAGS;
    add(&mut coordinate, &hex::decode(FIELD).expect("hexadecimal"));
    if coordinate[0] & FLAGS == 0 {
        coordinate[0] |= flags;
        point[..48].copy_from_slice(&coordinate);
    } else {
        point[0] ^= 0x80;
    }
}

/// On the curve and not of order r.
pub(crate) fn outside_g1(rng: &mut ChaCha20Rng) -> [u8; 48] {
    loop {
        let mut bytes: [u8; 48] = bytes(48, rng).try_into().expect("48 bytes");
        bytes[0] = bytes[0] & 0x2f | 0x80;
        let point = Option::<G1Affine>::from(G1Affine::from_compressed_unchecked(&bytes));
        if point.is_some_and(|point| !bool::from(point.is_torsion_free())) {
            return bytes;
        }
    }
}

fn outside_g2(rng: &mut ChaCha20Rng) -> [u8; 96] {
    loop {
        let mut bytes: [u8; 96] = bytes(96, rng).try_into().expect("96 bytes");
        bytes[0] = bytes[0] & 0x2f | 0x80;
        bytes[48] &= 0x0f;
        let point = Option::<G2Affine>::from(G2Affine::from_compressed_unchecked(&bytes));
        if point.is_some_and(|point| !bool::from(point.is_torsion_free())) {
            return bytes;
        }
    }
}

/// Adds big-endian numbers modulo 2^(8·width).
fn add(number: &mut [u8], summand: &[u8]) {
    let mut carry = 0;
    for (place, byte) in number.iter_mut().rev().enumerate() {
        let other = summand.iter().rev().nth(place).copied().unwrap_or(0);
        let sum = u16::from(*byte) + u16::from(other) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
}
