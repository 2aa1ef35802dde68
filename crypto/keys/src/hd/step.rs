//! HMAC-SHA512 and what to do with its halves: the one step that master keys, private and public children share.

use super::ChildNumber;
use crate::Error;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha512;
use zeroize::{Zeroize, Zeroizing};

/// I of the standards, in its two halves.
pub(super) struct Halves {
    pub(super) left: Zeroizing<[u8; 32]>,
    pub(super) right: Zeroizing<[u8; 32]>,
}

/// How often a value is hashed again. On P-256 and SM2 one in 2³² is, so that a second time is never seen.
const MAX_RETRIES: usize = 16;

/// HMAC-SHA512 under `key` of all parts one after another.
///
/// RustCrypto's, because its state and result can be overwritten; AWS-LC's result cannot.
pub(super) fn hmac_sha512(key: &[u8], parts: &[&[u8]]) -> Halves {
    let mut mac =
        Hmac::<Sha512>::new_from_slice(key).expect("a MAC, because HMAC takes keys of every length");
    for part in parts {
        mac.update(part);
    }
    let mut tag = mac.finalize().into_bytes();
    let mut halves = Halves { left: Zeroizing::new([0; 32]), right: Zeroizing::new([0; 32]) };
    for (to, from) in halves.left.iter_mut().chain(halves.right.iter_mut()).zip(&tag) {
        *to = *from;
    }
    tag.zeroize();
    halves
}

/// A master key: `make` says what the left half gives, if anything. The chain code is the right half.
///
/// Retried with `S := I` (SLIP-0010, "Master key generation", step 4). Nothing if there is no key.
pub(super) fn master<K>(
    retries: bool,
    seed: &[u8],
    mac: impl Fn(&[&[u8]]) -> Halves,
    make: impl Fn(&[u8; 32]) -> Option<K>,
) -> Option<(K, Zeroizing<[u8; 32]>)> {
    let mut i = mac(&[seed]);
    for _ in 0..MAX_RETRIES {
        if let Some(key) = make(&i.left) {
            return Some((key, i.right));
        }
        if !retries {
            return None;
        }
        i = mac(&[i.left.as_slice(), i.right.as_slice()]);
    }
    None
}

/// A child's key and chain code, likewise.
///
/// Retried with `01 ‖ I_R ‖ index` (SLIP-0010, "Child key derivation functions", step 5).
///
/// # Errors
/// [`Error::UnusableChild`].
pub(super) fn child<K>(
    retries: bool,
    data: &[u8; 33],
    number: ChildNumber,
    mac: impl Fn(&[&[u8]]) -> Halves,
    make: impl Fn(&[u8; 32]) -> Option<K>,
) -> Result<(K, Zeroizing<[u8; 32]>), Error> {
    let index = number.to_u32().to_be_bytes();
    let mut i = mac(&[data, &index]);
    for _ in 0..MAX_RETRIES {
        if let Some(key) = make(&i.left) {
            return Ok((key, i.right));
        }
        if !retries {
            break;
        }
        i = mac(&[&[1], i.right.as_slice(), &index]);
    }
    Err(Error::UnusableChild { number })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// RFC 4231 §4.3, test case 2.
    #[test]
    fn hmac_is_that_of_the_rfc() {
        let halves = hmac_sha512(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(
            hex::encode([halves.left.as_slice(), halves.right.as_slice()].concat()),
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
        );
    }

    /// A MAC that counts: its n-th output has n in every byte of the left half and 0x80 + n in the right one.
    fn counting(asked: &RefCell<Vec<Vec<u8>>>) -> impl Fn(&[&[u8]]) -> Halves {
        move |parts| {
            asked.borrow_mut().push(parts.concat());
            let n = u8::try_from(asked.borrow().len()).unwrap();
            Halves { left: Zeroizing::new([n; 32]), right: Zeroizing::new([0x80 + n; 32]) }
        }
    }

    /// Takes the third left half.
    fn third(left: &[u8; 32]) -> Option<u8> {
        (left[0] == 3).then_some(left[0])
    }

    #[test]
    fn a_master_key_is_tried_again_with_all_of_the_hash() {
        let asked = RefCell::new(Vec::new());
        let (_, chain_code) = master(true, b"seed", counting(&asked), third).unwrap();
        assert_eq!(*chain_code, [0x83; 32]);
        let again = |n: u8| [[n; 32], [0x80 + n; 32]].concat();
        assert_eq!(*asked.borrow(), [b"seed".to_vec(), again(1), again(2)]);
    }

    #[test]
    fn a_child_is_tried_again_with_the_right_half() {
        let asked = RefCell::new(Vec::new());
        let number = ChildNumber::hardened(5).unwrap();
        let (_, chain_code) = child(true, &[9; 33], number, counting(&asked), third).unwrap();
        assert_eq!(*chain_code, [0x83; 32]);
        let index = [0x80, 0, 0, 5];
        let again = |n: u8| [&[1][..], &[0x80 + n; 32], &index].concat();
        assert_eq!(*asked.borrow(), [[&[9; 33][..], &index].concat(), again(1), again(2)]);
    }

    #[test]
    fn without_retries_or_after_too_many_there_is_no_key() {
        let number = ChildNumber::normal(5).unwrap();
        for (retries, asks) in [(false, 1), (true, 1 + MAX_RETRIES)] {
            let asked = RefCell::new(Vec::new());
            assert!(master(retries, b"seed", counting(&asked), |_| None::<()>).is_none());
            assert_eq!(asked.take().len(), asks);
            let refused = child(retries, &[9; 33], number, counting(&asked), |_| None::<()>);
            assert_eq!(refused.err(), Some(Error::UnusableChild { number }));
            assert_eq!(asked.take().len(), asks);
        }
    }
}
