//! Verification of an answer, offline, from a trust anchor alone.
//!
//! 1. the answer is about the key that was asked for;
//! 2. the genesis root hashes to the anchor's genesis hash: its validators are the first set;
//! 3. each change of the set is certified by the set before it, heights ascending;
//! 4. the header is certified by the set the changes lead to;
//! 5. the successor, if any, is its child and certified by the set it names;
//! 6. the state proof leads from key and value to the header's state root.

use crate::{
    Answer, CertifiedHeader, Error, Hash, Header, TrustAnchor, TrustPath, ValidatorSet, answer::MAX_CHANGES,
    encoding::bounded,
};

/// What an answer proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified<'a> {
    key: &'a [u8],
    value: Option<&'a [u8]>,
    header: &'a Header,
    until_ms: Option<u64>,
}

impl Answer {
    /// Verifies the answer to a question about `key`.
    ///
    /// # Errors
    /// The first broken step of the module's list, in words.
    pub fn verify(&self, anchor: &TrustAnchor, key: &[u8]) -> Result<Verified<'_>, Error> {
        // 1.
        if self.key != key {
            return Err(Error::OtherKey);
        }
        // 2., 3.
        let height = self.header.header.height;
        let set = self.trust.validators_at(anchor, height)?;
        // 4.
        verify_header(&self.header, anchor, set)?;
        // 5.
        let until_ms = self.verify_successor(anchor, set)?;
        // 6.
        let header = &self.header.header;
        let value = self.value.as_deref();
        self.proof.verify(&header.state_root, height, &self.key, value)?;
        Ok(Verified { key: &self.key, value, header, until_ms })
    }

    fn verify_successor(&self, anchor: &TrustAnchor, set: &ValidatorSet) -> Result<Option<u64>, Error> {
        let Some(successor) = &self.successor else { return Ok(None) };
        let (header, next) = (&self.header.header, &successor.header.header);
        let broken = |reason| Err(Error::Successor { reason });
        if header.height.checked_add(1) != Some(next.height) {
            return broken("its height is not the next one");
        }
        if next.parent != header.hash() {
            return broken("its parent is another header");
        }
        if next.time_ms <= header.time_ms {
            return broken("its time is not later");
        }
        if next.validators_hash != header.next_validators_hash {
            return broken("it names other validators than the header handed over to");
        }
        let changed = header.next_validators_hash != header.validators_hash;
        let validators = match (&successor.validators, changed) {
            (None, false) => set,
            (Some(validators), true) => validators,
            (None, true) => return broken("its validators are missing"),
            (Some(_), false) => return broken("it brings validators although they did not change"),
        };
        verify_header(&successor.header, anchor, validators)?;
        Ok(Some(next.time_ms))
    }
}

impl TrustPath {
    /// The validators that certify the header of this height, as far as the changes say.
    ///
    /// # Errors
    /// [`Error::OtherGenesis`], [`Error::Chain`], or what is wrong with a change's header.
    pub fn validators_at(&self, anchor: &TrustAnchor, height: u64) -> Result<&ValidatorSet, Error> {
        if self.genesis.hash(&anchor.network) != anchor.genesis_hash {
            return Err(Error::OtherGenesis { what: "validator chain" });
        }
        bounded("list of validator changes", self.changes.len(), MAX_CHANGES)?;
        let mut set = &self.genesis.validators;
        let mut previous = None;
        for change in &self.changes {
            let header = &change.header.header;
            let broken = |reason| Err(Error::Chain { height: header.height, reason });
            if previous.is_some_and(|previous| header.height <= previous) {
                return broken("heights must ascend");
            }
            if header.height >= height {
                return broken("a change at or above the height of the answer is of no use");
            }
            verify_header(&change.header, anchor, set)?;
            if header.next_validators_hash == header.validators_hash {
                return broken("the header does not hand over to another set");
            }
            if header.next_validators_hash != change.next.hash() {
                return broken("the next set is not the one the header hands over to");
            }
            previous = Some(header.height);
            set = &change.next;
        }
        Ok(set)
    }

    /// Verifies a header that comes without an answer, such as a block's.
    ///
    /// # Errors
    /// As [`Answer::verify`], steps 2 to 4.
    pub fn verify_header(&self, anchor: &TrustAnchor, certified: &CertifiedHeader) -> Result<(), Error> {
        let set = self.validators_at(anchor, certified.header.height)?;
        verify_header(certified, anchor, set)
    }
}

fn verify_header(certified: &CertifiedHeader, anchor: &TrustAnchor, set: &ValidatorSet) -> Result<(), Error> {
    let header = &certified.header;
    if header.network != anchor.network {
        let (expected, found) = (anchor.network.to_string(), header.network.to_string());
        return Err(Error::OtherNetwork { expected, found });
    }
    if header.genesis_hash != anchor.genesis_hash {
        return Err(Error::OtherGenesis { what: "header" });
    }
    certified.verify(set)
}

impl<'a> Verified<'a> {
    /// The key asked for.
    #[must_use]
    pub fn key(&self) -> &'a [u8] {
        self.key
    }

    /// Its value; `None`: it is proven that there is none.
    #[must_use]
    pub fn value(&self) -> Option<&'a [u8]> {
        self.value
    }

    /// Height of the block after which this held.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.header.height
    }

    /// Time of that block, milliseconds since 1970.
    #[must_use]
    pub fn time_ms(&self) -> u64 {
        self.header.time_ms
    }

    /// Time of the next block, when the answer proves it: until then this held.
    #[must_use]
    pub fn until_ms(&self) -> Option<u64> {
        self.until_ms
    }

    /// Hash of the header.
    #[must_use]
    pub fn header_hash(&self) -> Hash {
        self.header.hash()
    }

    /// Requires that the answer is the one of `height`.
    ///
    /// # Errors
    /// [`Error::OtherHeight`] naming both heights.
    pub fn at_height(self, height: u64) -> Result<Self, Error> {
        let found = self.header.height;
        if found == height { Ok(self) } else { Err(Error::OtherHeight { asked: height, found }) }
    }

    /// Requires that the answer held at a time: the header's time ≤ `time_ms` < the successor's time.
    ///
    /// Without a successor only the header's own instant is covered: nobody can prove that no
    /// later block exists.
    ///
    /// # Errors
    /// [`Error::OutsideTime`] with the interval that is covered.
    pub fn at_time(self, time_ms: u64) -> Result<Self, Error> {
        let from = self.header.time_ms;
        let covered =
            time_ms == from || (from < time_ms && self.until_ms.is_some_and(|until| time_ms < until));
        if covered {
            Ok(self)
        } else {
            Err(Error::OutsideTime { asked: time_ms, from, until: self.until_ms })
        }
    }
}
