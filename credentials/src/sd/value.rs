//! Proof values: `u`, and in base64url three header bytes and an array in CBOR (RFC 8949).
//!
//! | header | proof | array |
//! |---|---|---|
//! | `d9 5d 00` | `ecdsa-sd-2023` base | signature, public key, HMAC key, signatures, mandatory pointers |
//! | `d9 5d 01` | `ecdsa-sd-2023` derived | signature, public key, signatures, label map, mandatory indexes |
//! | `d9 5d 02` | `bbs-2023` base | signature, header, public key, HMAC key, mandatory pointers |
//! | `d9 5d 03` | `bbs-2023` derived | proof, label map, mandatory indexes, selective indexes, presentation header |
//! | `d9 5d 04` … `09` | `bbs-2023` with holder binding or pseudonym | refused |
//!
//! One value has one form: no indefinite lengths, no tags, every number in its shortest form, nothing behind the array. Only
//! the order of a label map's entries is free, since the standards do not fix it.

use super::labels::LabelMap;
use super::pointer::Pointer;
use super::{
    HASH_BYTES, HmacKey, MAX_POINTERS, MAX_PRESENTATION_HEADER, MAX_PROOF_BYTES, MAX_STATEMENTS, Refused,
};
use crate::suite::Suite;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ciborium::Value as Cbor;
use std::collections::BTreeMap;

/// The header's first two bytes.
const HEADER: [u8; 2] = [0xd9, 0x5d];
const ECDSA_BASE: u8 = 0;
const ECDSA_DERIVED: u8 = 1;
const BBS_BASE: u8 = 2;
const BBS_DERIVED: u8 = 3;
/// The last of the headers with further features.
const BBS_LAST: u8 = 9;

/// Bytes of a P-256 signature.
pub(super) const SIGNATURE: usize = 64;
/// Bytes of a P-256 Multikey: the codec as a varint, and the compressed point.
pub(super) const EPHEMERAL_KEY: usize = 35;
/// Bytes of a BBS header: two hashes.
pub(super) const BBS_HEADER: usize = 2 * HASH_BYTES;

/// A proof value, read.
#[derive(Debug)]
pub(crate) enum ProofValue {
    EcdsaBase(EcdsaBase),
    EcdsaDerived(EcdsaDerived),
    BbsBase(BbsBase),
    BbsDerived(BbsDerived),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EcdsaBase {
    pub(super) signature: [u8; SIGNATURE],
    pub(super) ephemeral: [u8; EPHEMERAL_KEY],
    pub(super) hmac_key: HmacKey,
    pub(super) signatures: Vec<[u8; SIGNATURE]>,
    pub(super) mandatory: Vec<Pointer>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EcdsaDerived {
    pub(super) signature: [u8; SIGNATURE],
    pub(super) ephemeral: [u8; EPHEMERAL_KEY],
    pub(super) signatures: Vec<[u8; SIGNATURE]>,
    pub(super) labels: LabelMap<[u8; HASH_BYTES]>,
    pub(super) mandatory: Vec<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BbsBase {
    pub(super) signature: [u8; hufu_bbs::SIGNATURE_BYTES],
    pub(super) header: [u8; BBS_HEADER],
    pub(super) public_key: [u8; 96],
    pub(super) hmac_key: HmacKey,
    pub(super) mandatory: Vec<Pointer>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BbsDerived {
    pub(super) proof: Vec<u8>,
    pub(super) labels: LabelMap<u64>,
    pub(super) mandatory: Vec<u64>,
    pub(super) selective: Vec<u64>,
    pub(super) presentation_header: Vec<u8>,
}

impl BbsDerived {
    /// What the holder bound the proof to.
    pub(crate) fn presentation_header(&self) -> &[u8] {
        &self.presentation_header
    }
}

impl ProofValue {
    /// Reads the value of a proof of `suite`.
    pub(crate) fn read(suite: Suite, text: &str) -> Result<Self, Refused> {
        let (kind, cbor) = open(text)?;
        let mut parts = Parts::of(&cbor)?;
        let value = match (suite, kind) {
            (Suite::EcdsaSd2023, ECDSA_BASE) => Self::EcdsaBase(EcdsaBase::read(&mut parts)?),
            (Suite::EcdsaSd2023, ECDSA_DERIVED) => Self::EcdsaDerived(EcdsaDerived::read(&mut parts)?),
            (Suite::Bbs2023, BBS_BASE) => Self::BbsBase(BbsBase::read(&mut parts)?),
            (Suite::Bbs2023, BBS_DERIVED) => Self::BbsDerived(BbsDerived::read(&mut parts)?),
            (Suite::Bbs2023, BBS_DERIVED..=BBS_LAST) => {
                return Err(Refused::new(format!(
                    "proofValue is a bbs-2023 proof with holder binding or a pseudonym (header d9 5d {kind:02x}); \
                     only the baseline option is supported"
                )));
            }
            (suite, kind) => {
                return Err(Refused::new(format!(
                    "proofValue has the header d9 5d {kind:02x}, which {suite} does not know"
                )));
            }
        };
        parts.end()?;
        Ok(value)
    }
}

impl EcdsaBase {
    fn read(parts: &mut Parts) -> Result<Self, Refused> {
        Ok(Self {
            signature: parts.fixed("signature")?,
            ephemeral: parts.fixed("public key")?,
            hmac_key: HmacKey(parts.fixed("HMAC key")?),
            signatures: parts.signatures()?,
            mandatory: parts.pointers()?,
        })
    }

    pub(super) fn encode(&self) -> Result<String, Refused> {
        encode(
            ECDSA_BASE,
            vec![
                bytes(&self.signature),
                bytes(&self.ephemeral),
                bytes(&self.hmac_key.0),
                Cbor::Array(self.signatures.iter().map(|signature| bytes(signature)).collect()),
                pointers(&self.mandatory),
            ],
        )
    }
}

impl EcdsaDerived {
    fn read(parts: &mut Parts) -> Result<Self, Refused> {
        Ok(Self {
            signature: parts.fixed("signature")?,
            ephemeral: parts.fixed("public key")?,
            signatures: parts.signatures()?,
            labels: parts.labels(|name| fixed("name of a blank node", name))?,
            mandatory: parts.indexes("mandatory indexes")?,
        })
    }

    pub(super) fn encode(&self) -> Result<String, Refused> {
        let labels = self.labels.0.iter().map(|(number, name)| (Cbor::from(*number), bytes(name)));
        encode(
            ECDSA_DERIVED,
            vec![
                bytes(&self.signature),
                bytes(&self.ephemeral),
                Cbor::Array(self.signatures.iter().map(|signature| bytes(signature)).collect()),
                Cbor::Map(labels.collect()),
                numbers(&self.mandatory),
            ],
        )
    }
}

impl BbsBase {
    fn read(parts: &mut Parts) -> Result<Self, Refused> {
        Ok(Self {
            signature: parts.fixed("signature")?,
            header: parts.fixed("header")?,
            public_key: parts.fixed("public key")?,
            hmac_key: HmacKey(parts.fixed("HMAC key")?),
            mandatory: parts.pointers()?,
        })
    }

    pub(super) fn encode(&self) -> Result<String, Refused> {
        encode(
            BBS_BASE,
            vec![
                bytes(&self.signature),
                bytes(&self.header),
                bytes(&self.public_key),
                bytes(&self.hmac_key.0),
                pointers(&self.mandatory),
            ],
        )
    }
}

impl BbsDerived {
    fn read(parts: &mut Parts) -> Result<Self, Refused> {
        let value = Self {
            proof: parts.bytes("proof")?,
            labels: parts.labels(|name| number("name of a blank node", name))?,
            mandatory: parts.indexes("mandatory indexes")?,
            selective: parts.indexes("selective indexes")?,
            presentation_header: parts.bytes("presentation header")?,
        };
        if value.presentation_header.len() > MAX_PRESENTATION_HEADER {
            return Err(Refused::new(format!(
                "the proof's presentation header has more than {MAX_PRESENTATION_HEADER} bytes"
            )));
        }
        Ok(value)
    }

    pub(super) fn encode(&self) -> Result<String, Refused> {
        let labels = self.labels.0.iter().map(|(number, name)| (Cbor::from(*number), Cbor::from(*name)));
        encode(
            BBS_DERIVED,
            vec![
                bytes(&self.proof),
                Cbor::Map(labels.collect()),
                numbers(&self.mandatory),
                numbers(&self.selective),
                bytes(&self.presentation_header),
            ],
        )
    }
}

fn bytes(bytes: &[u8]) -> Cbor {
    Cbor::Bytes(bytes.to_vec())
}

fn pointers(pointers: &[Pointer]) -> Cbor {
    Cbor::Array(pointers.iter().map(|pointer| Cbor::Text(pointer.as_str().to_owned())).collect())
}

fn numbers(numbers: &[u64]) -> Cbor {
    Cbor::Array(numbers.iter().map(|&number| Cbor::from(number)).collect())
}

fn encode(kind: u8, parts: Vec<Cbor>) -> Result<String, Refused> {
    let mut out = Vec::with_capacity(1 << 10);
    let [first, second] = HEADER;
    out.extend([first, second, kind]);
    write(&Cbor::Array(parts), &mut out);
    if out.len() > MAX_PROOF_BYTES {
        return Err(Refused::new(format!("the proof would have more than {MAX_PROOF_BYTES} bytes")));
    }
    Ok(format!("u{}", URL_SAFE_NO_PAD.encode(out)))
}

fn write(value: &Cbor, out: &mut Vec<u8>) {
    ciborium::into_writer(value, out).expect("writing to memory succeeds because nothing in there can fail");
}

/// The header's last byte and the CBOR behind it, in bounds and in its one form.
fn open(text: &str) -> Result<(u8, Cbor), Refused> {
    let encoded = text.strip_prefix('u').ok_or_else(|| {
        Refused::new("proofValue does not begin with the multibase prefix u (base64url without padding)")
    })?;
    if encoded.len() > MAX_PROOF_BYTES.div_ceil(3) * 4 {
        return Err(Refused::new("proofValue is too long"));
    }
    let bytes = URL_SAFE_NO_PAD
        .decode(encoded)
        .map_err(|error| Refused::new(format!("proofValue is not base64url without padding: {error}")))?;
    let [first, second, kind, body @ ..] = bytes.as_slice() else {
        return Err(Refused::new("proofValue is cut short"));
    };
    if [*first, *second] != HEADER {
        return Err(Refused::new(
            "proofValue does not begin with the header of a selective disclosure proof, d9 5d",
        ));
    }
    let mut rest = body;
    let value: Cbor = ciborium::de::from_reader_with_recursion_limit(&mut rest, MAX_NESTING)
        .map_err(|_| Refused::new("proofValue is not CBOR of the expected depth"))?;
    if !rest.is_empty() {
        return Err(Refused::new(format!("proofValue has {} bytes behind its end", rest.len())));
    }
    // Whatever was written in another form than the one comes back in another length or order.
    let mut again = Vec::with_capacity(body.len());
    write(&value, &mut again);
    if again != body {
        return Err(Refused::new(
            "proofValue is not in CBOR's preferred form: a length is indefinite, or a number is longer than it needs to be",
        ));
    }
    Ok((*kind, value))
}

/// An array of arrays or maps of scalars, and room for the decoder's own levels.
const MAX_NESTING: usize = 8;

/// The array of a proof value, taken apart from the front.
struct Parts<'c> {
    rest: std::slice::Iter<'c, Cbor>,
}

impl<'c> Parts<'c> {
    fn of(value: &'c Cbor) -> Result<Self, Refused> {
        let items = value.as_array().ok_or_else(|| Refused::new("proofValue is not an array"))?;
        Ok(Self { rest: items.iter() })
    }

    fn next(&mut self, what: &str) -> Result<&'c Cbor, Refused> {
        self.rest.next().ok_or_else(|| Refused::new(format!("proofValue has no {what}")))
    }

    fn bytes(&mut self, what: &str) -> Result<Vec<u8>, Refused> {
        let value = self.next(what)?;
        value.as_bytes().cloned().ok_or_else(|| not(what, "bytes"))
    }

    fn fixed<const N: usize>(&mut self, what: &str) -> Result<[u8; N], Refused> {
        fixed(what, self.next(what)?)
    }

    fn items(&mut self, what: &str, most: usize) -> Result<&'c [Cbor], Refused> {
        let items = self.next(what)?.as_array().ok_or_else(|| not(what, "an array"))?;
        if items.len() > most {
            return Err(Refused::new(format!("the proof has {} {what}, more than {most}", items.len())));
        }
        Ok(items)
    }

    fn signatures(&mut self) -> Result<Vec<[u8; SIGNATURE]>, Refused> {
        self.items("signatures", MAX_STATEMENTS)?.iter().map(|item| fixed("signature", item)).collect()
    }

    fn pointers(&mut self) -> Result<Vec<Pointer>, Refused> {
        let items = self.items("mandatory pointers", MAX_POINTERS)?;
        items
            .iter()
            .map(|item| Pointer::read(item.as_text().ok_or_else(|| not("mandatory pointer", "a text"))?))
            .collect()
    }

    fn indexes(&mut self, what: &str) -> Result<Vec<u64>, Refused> {
        self.items(what, MAX_STATEMENTS)?.iter().map(|item| number(what, item)).collect()
    }

    fn labels<N>(&mut self, name: impl Fn(&Cbor) -> Result<N, Refused>) -> Result<LabelMap<N>, Refused> {
        let entries = self.next("label map")?.as_map().ok_or_else(|| not("label map", "a map"))?;
        if entries.len() > MAX_STATEMENTS {
            return Err(Refused::new(format!("the proof's label map has more than {MAX_STATEMENTS} names")));
        }
        let mut labels = BTreeMap::new();
        for (key, value) in entries {
            if labels.insert(number("key of the label map", key)?, name(value)?).is_some() {
                return Err(Refused::new("the proof's label map has a key twice"));
            }
        }
        Ok(LabelMap(labels))
    }

    fn end(&mut self) -> Result<(), Refused> {
        match self.rest.len() {
            0 => Ok(()),
            more => Err(Refused::new(format!("proofValue has {more} members too many"))),
        }
    }
}

fn not(what: &str, kind: &str) -> Refused {
    Refused::new(format!("the proof's {what} is not {kind}"))
}

fn fixed<const N: usize>(what: &str, value: &Cbor) -> Result<[u8; N], Refused> {
    let bytes = value.as_bytes().ok_or_else(|| not(what, "bytes"))?;
    bytes
        .as_slice()
        .try_into()
        .map_err(|_| Refused::new(format!("the proof's {what} has {} bytes, not {N}", bytes.len())))
}

fn number(what: &str, value: &Cbor) -> Result<u64, Refused> {
    let number = value.as_integer().and_then(|number| u64::try_from(number).ok());
    number.ok_or_else(|| not(what, "a number from 0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived() -> BbsDerived {
        BbsDerived {
            proof: vec![7; 300],
            labels: LabelMap([(0, 2), (1, 0), (2, 1)].into()),
            mandatory: vec![0, 1, 30],
            selective: vec![2, 300],
            presentation_header: vec![1, 2, 3],
        }
    }

    fn body(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(&text[1..]).unwrap()[3..].to_vec()
    }

    fn reason(suite: Suite, header: &[u8], body: &[u8]) -> String {
        let text = format!("u{}", URL_SAFE_NO_PAD.encode([header, body].concat()));
        ProofValue::read(suite, &text).unwrap_err().0
    }

    #[test]
    fn what_is_written_is_read() {
        let (pointer, key): (Pointer, _) = ("/issuer".parse().unwrap(), HmacKey([5; 32]));
        let ecdsa = EcdsaBase {
            signature: [1; 64],
            ephemeral: [2; 35],
            hmac_key: key.clone(),
            signatures: vec![[3; 64]; 3],
            mandatory: vec![pointer.clone()],
        };
        let read = ProofValue::read(Suite::EcdsaSd2023, &ecdsa.encode().unwrap()).unwrap();
        assert!(matches!(read, ProofValue::EcdsaBase(read) if read == ecdsa));
        let shown = EcdsaDerived {
            signature: [1; 64],
            ephemeral: [2; 35],
            signatures: Vec::new(),
            labels: LabelMap([(0, [9; 32]), (300, [8; 32])].into()),
            mandatory: vec![0, 24, 256],
        };
        let read = ProofValue::read(Suite::EcdsaSd2023, &shown.encode().unwrap()).unwrap();
        assert!(matches!(read, ProofValue::EcdsaDerived(read) if read == shown));
        let base = BbsBase {
            signature: [1; 80],
            header: [2; 64],
            public_key: [3; 96],
            hmac_key: key,
            mandatory: vec![pointer],
        };
        let read = ProofValue::read(Suite::Bbs2023, &base.encode().unwrap()).unwrap();
        assert!(matches!(read, ProofValue::BbsBase(read) if read == base));
        let read = ProofValue::read(Suite::Bbs2023, &derived().encode().unwrap()).unwrap();
        assert!(matches!(read, ProofValue::BbsDerived(read) if read == derived()));
    }

    #[test]
    fn a_header_belongs_to_a_suite_and_a_form() {
        let cbor = body(&derived().encode().unwrap());
        for (suite, header, words) in [
            (Suite::EcdsaSd2023, &[0xd9, 0x5d, 3][..], "header d9 5d 03, which ecdsa-sd-2023 does not know"),
            (Suite::Bbs2023, &[0xd9, 0x5d, 1], "header d9 5d 01, which bbs-2023 does not know"),
            (Suite::Bbs2023, &[0xd9, 0x5d, 0x0a], "header d9 5d 0a"),
            (Suite::Bbs2023, &[0xd9, 0x5d, 4], "holder binding or a pseudonym"),
            (Suite::Bbs2023, &[0xd9, 0x5d, 9], "holder binding or a pseudonym"),
            (Suite::Bbs2023, &[0xd8, 0x5d, 3], "does not begin with the header"),
            (Suite::Bbs2023, &[0xd9, 0x5d, 2], "signature has 300 bytes, not 80"),
        ] {
            let reason = reason(suite, header, &cbor);
            assert!(reason.contains(words), "{reason}");
        }
        for (text, words) in [
            ("", "multibase prefix u"),
            ("z2V", "multibase prefix u"),
            ("u", "cut short"),
            ("u2V0", "cut short"),
            ("u2V0D", "not CBOR"),
            ("u2V0DA", "not base64url"),
            ("u2V0D=", "not base64url"),
            ("u2V0+", "not base64url"),
        ] {
            let reason = ProofValue::read(Suite::Bbs2023, text).unwrap_err().0;
            assert!(reason.contains(words), "{text}: {reason}");
        }
        let long = format!("u{}", "A".repeat(MAX_PROOF_BYTES * 2));
        assert_eq!(ProofValue::read(Suite::Bbs2023, &long).unwrap_err().0, "proofValue is too long");
    }

    #[test]
    fn a_value_has_one_form() {
        const HEADER: [u8; 3] = [0xd9, 0x5d, 3];
        let good = body(&derived().encode().unwrap());
        assert_eq!(&good[..4], [0x85, 0x59, 0x01, 0x2c]);
        let with = |from: usize, to: usize, bytes: &[u8]| [&good[..from], bytes, &good[to..]].concat();
        let end = good.len();
        for (bytes, words) in [
            // an array, and a byte string, without a length
            ([&[0x9f], &good[1..], &[0xff]].concat(), "preferred form"),
            ([&[0x85, 0x5f], &good[1..304], &[0xff], &good[304..]].concat(), "preferred form"),
            // lengths and numbers longer than they need to be
            (with(0, 1, &[0x98, 0x05]), "preferred form"),
            (with(1, 4, &[0x5a, 0, 0, 0x01, 0x2c]), "preferred form"),
            (with(305, 306, &[0x18, 0x00]), "preferred form"),
            // a tag on a member, or on all
            (with(1, 1, &[0xd8, 0x40]), "proof is not bytes"),
            (with(0, 0, &[0xd9, 0x5d, 0x03]), "is not an array"),
            // too much, too little, and something else
            ([&good[..], &[0]].concat(), "1 bytes behind its end"),
            (good[..end - 1].to_vec(), "not CBOR"),
            (Vec::new(), "not CBOR"),
            (vec![0x80], "has no proof"),
            (vec![0xa0], "is not an array"),
            (with(0, 1, &[0x86]).into_iter().chain([0x00]).collect(), "1 members too many"),
            // more than there is: no memory is taken for what is only announced
            (vec![0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], "not CBOR"),
            (vec![0x85, 0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], "not CBOR"),
            (vec![0x81; 100_000], "not CBOR"),
        ] {
            let reason = reason(Suite::Bbs2023, &HEADER, &bytes);
            assert!(reason.contains(words), "{words}: {reason}");
        }
        // a float, a negative number, a text where a number belongs
        for number in [&[0xf9, 0x3c, 0x00][..], &[0x20], &[0x60]] {
            let reason = reason(Suite::Bbs2023, &HEADER, &with(305, 306, number));
            assert!(reason.contains("key of the label map is not a number from 0"), "{reason}");
        }
    }

    #[test]
    fn maps_are_read_in_any_order_and_without_repetition() {
        const HEADER: [u8; 3] = [0xd9, 0x5d, 3];
        let good = body(&derived().encode().unwrap());
        let at = 304;
        assert_eq!(&good[at..at + 7], [0xa3, 0, 2, 1, 0, 2, 1]);
        let with = |map: &[u8]| [&good[..at], map, &good[at + 7..]].concat();
        let text =
            format!("u{}", URL_SAFE_NO_PAD.encode([&HEADER[..], &with(&[0xa3, 2, 1, 0, 2, 1, 0])].concat()));
        let read = ProofValue::read(Suite::Bbs2023, &text).unwrap();
        assert!(matches!(read, ProofValue::BbsDerived(read) if read == derived()));
        let twice = reason(Suite::Bbs2023, &HEADER, &with(&[0xa3, 0, 2, 0, 0, 2, 1]));
        assert!(twice.contains("a key twice"), "{twice}");
    }

    #[test]
    fn nothing_is_without_bound() {
        let mut many = derived();
        many.mandatory = (0..=MAX_STATEMENTS as u64).collect();
        let reason = ProofValue::read(Suite::Bbs2023, &many.encode().unwrap()).unwrap_err().0;
        assert!(reason.contains("2049 mandatory indexes, more than 2048"), "{reason}");
        let mut long = derived();
        long.presentation_header = vec![0; MAX_PRESENTATION_HEADER + 1];
        assert!(ProofValue::read(Suite::Bbs2023, &long.encode().unwrap()).is_err());
        let mut huge = derived();
        huge.proof = vec![0; MAX_PROOF_BYTES];
        assert!(huge.encode().is_err());
    }
}
