//! Random statements, and small changes of signatures and statements.

use hufu_ring::{Ring, RingContext, Scope, SigningKey, VerifyingKey};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::Rng as _;

use super::slow::{self, Statement};

/// The group's order q, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

pub(crate) fn below(bound: usize, rng: &mut ChaCha20Rng) -> usize {
    usize::try_from(rng.next_u64() % bound as u64).expect("below a usize")
}

pub(crate) fn bytes(length: usize, rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut bytes = vec![0; length];
    rng.fill_bytes(&mut bytes);
    bytes
}

/// What a caller of the crate draws next for 32 bytes of entropy.
pub(crate) fn next_entropy(rng: &ChaCha20Rng) -> [u8; 32] {
    let mut entropy = [0; 32];
    rng.clone().fill_bytes(&mut entropy);
    entropy
}

/// A statement as bytes, which either implementation reads for itself.
#[derive(Clone, Debug)]
pub(crate) struct Public {
    pub(crate) ring: slow::Ring,
    pub(crate) scope: Vec<u8>,
    pub(crate) message: Vec<u8>,
}

impl Public {
    pub(crate) fn slow(&self, threshold: u16) -> Statement<'_> {
        Statement { ring: &self.ring, scope: &self.scope, threshold, message: &self.message }
    }

    /// The crate's ring and scope, if it makes them.
    pub(crate) fn parts(&self) -> Option<(Ring, Scope)> {
        let members: Result<Vec<_>, _> =
            self.ring.members.iter().map(|member| VerifyingKey::from_bytes(*member)).collect();
        let ring = if self.ring.name.is_empty() && self.ring.version == 0 {
            Ring::new(members.ok()?)
        } else {
            Ring::of_list(RingContext::new(&self.ring.name, self.ring.version).ok()?, members.ok()?)
        };
        Some((ring.ok()?, Scope::new(&self.scope).ok()?))
    }

    /// Another statement, in one place.
    pub(crate) fn changed(&self, rng: &mut ChaCha20Rng) -> Self {
        let mut other = self.clone();
        let members = &mut other.ring.members;
        let (first, second) = two_of(members.len(), rng);
        match below(11, rng) {
            0 => other.message.push(0),
            1 if !other.message.is_empty() => flip_bit(&mut other.message, rng),
            2 => other.scope.push(0),
            3 => flip_bit(&mut other.scope, rng),
            4 => members.swap(first, second),
            5 => members[first] = SigningKey::generate(rng).verifying_key().to_bytes(),
            6 => drop(members.remove(first)),
            7 => members.push(SigningKey::generate(rng).verifying_key().to_bytes()),
            8 => members[first] = members[second],
            9 => members[first] = [0; 32],
            _ if other.ring.name.is_empty() => other.ring.name.push(0),
            _ => other.ring.version ^= 1 << below(64, rng),
        }
        other
    }
}

/// A statement and the keys of all its ring's members.
pub(crate) struct Case {
    pub(crate) keys: Vec<SigningKey>,
    pub(crate) public: Public,
}

impl Case {
    pub(crate) fn random(members: usize, rng: &mut ChaCha20Rng) -> Self {
        let mut keys: Vec<SigningKey> = (0..members).map(|_| SigningKey::generate(rng)).collect();
        if below(8, rng) == 0 {
            let place = below(members, rng);
            keys[place] = small_key(rng);
        }
        let (name, version) = match below(3, rng) {
            0 => (Vec::new(), 0),
            1 => (bytes(1 + below(40, rng), rng), rng.next_u64()),
            _ => (bytes(1 + below(1024, rng), rng), below(3, rng) as u64),
        };
        let scope = match below(8, rng) {
            0 => 1,
            1 => 1024,
            _ => 1 + below(60, rng),
        };
        let message = if below(8, rng) == 0 { 0 } else { below(300, rng) };
        let members = keys.iter().map(|key| key.verifying_key().to_bytes()).collect();
        let ring = slow::Ring { name, version, members };
        Self { keys, public: Public { ring, scope: bytes(scope, rng), message: bytes(message, rng) } }
    }
}

/// 1, 2, 3 or their negatives: keys that nobody has, and whose multiples are where an addition may go wrong.
fn small_key(rng: &mut ChaCha20Rng) -> SigningKey {
    let small = u8::try_from(1 + below(3, rng)).expect("at most 3");
    let mut scalar = [0; 32];
    scalar[0] = small;
    if below(2, rng) == 0 {
        scalar = ORDER;
        scalar[0] -= small;
    }
    SigningKey::from_bytes(&scalar).expect("below q and not zero")
}

/// Two different numbers below `count` ≥ 2.
fn two_of(count: usize, rng: &mut ChaCha20Rng) -> (usize, usize) {
    let first = below(count, rng);
    (first, (first + 1 + below(count - 1, rng)) % count)
}

fn flip_bit(bytes: &mut [u8], rng: &mut ChaCha20Rng) {
    let place = below(bytes.len(), rng);
    bytes[place] ^= 1 << below(8, rng);
}

/// A signature with one small change, `header` bytes of which come before the first 32-byte word.
///
/// Half of the changes leave something that can be read: a word that is another scalar or element.
pub(crate) fn mutated(signature: &[u8], header: usize, rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut other = signature.to_vec();
    let words = (signature.len() - header) / 32;
    let (first, second) = two_of(words, rng);
    let at = |word: usize| header + 32 * word..header + 32 * (word + 1);
    match below(14, rng) {
        0 => flip_bit(&mut other, rng),
        1 => other[below(signature.len(), rng)] = u8::try_from(below(256, rng)).expect("a byte"),
        2 => other.truncate(below(signature.len(), rng)),
        3 => other.extend(bytes(1 + below(40, rng), rng)),
        4 => add(&mut other[at(first)], &[1]),
        5 => add(&mut other[at(first)], &ORDER),
        6 => other[at(first)].fill(0),
        7 => other[at(first)].copy_from_slice(SigningKey::generate(rng).to_bytes().as_slice()),
        8 => other[at(first)].copy_from_slice(&SigningKey::generate(rng).verifying_key().to_bytes()),
        9 => {
            let copy = other[at(first)].to_vec();
            other.copy_within(at(second), at(first).start);
            other[at(second)].copy_from_slice(&copy);
        }
        10 => other.copy_within(at(second), at(first).start),
        11 => drop(other.drain(at(first))),
        12 => {
            let copy = other[at(first)].to_vec();
            other.splice(at(second).start..at(second).start, copy);
        }
        _ => other[0] = u8::try_from(below(6, rng)).expect("a small number"),
    }
    other
}

/// Adds little-endian numbers modulo 2^256.
fn add(word: &mut [u8], number: &[u8]) {
    let mut carry = 0;
    for (place, byte) in word.iter_mut().enumerate() {
        let sum = u16::from(*byte) + u16::from(number.get(place).copied().unwrap_or(0)) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
}
