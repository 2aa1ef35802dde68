//! Replay protection: which sequence numbers a sender has used.
//!
//! A sliding window of 1,024 numbers below the highest one used: a number above it moves the window,
//! one inside it is accepted once, one below it is refused. So a sender may have many transactions
//! under way at once, in any order, and none is ever accepted twice.

use crate::{Error, Rejection, state::State};

/// How far behind the highest number a number may be.
pub const WINDOW: u64 = 1_024;

const FORMAT: u8 = 1;
const BITMAP_BYTES: usize = 128;
const RECORD_BYTES: usize = 1 + 8 + BITMAP_BYTES;

/// Key of a sender's record in the state.
pub(crate) fn window_key(sender: &str) -> Vec<u8> {
    format!("tx/window/{sender}").into_bytes()
}

/// The numbers a sender has used; bit `i` stands for `highest - i`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    highest: u64,
    used: [u8; BITMAP_BYTES],
}

impl Window {
    /// Reads a sender's window; `None` before its first transaction.
    pub(crate) fn read(state: &dyn State, sender: &str) -> Result<Option<Self>, Error> {
        state.get(&window_key(sender))?.map(|bytes| Self::from_bytes(&bytes)).transpose()
    }

    /// The next number that is certainly unused.
    pub(crate) fn next(&self) -> u64 {
        self.highest.saturating_add(1)
    }

    /// The window after a sender's first transaction.
    pub(crate) fn starting_with(sequence: u64) -> Self {
        let mut window = Self { highest: sequence, used: [0; BITMAP_BYTES] };
        window.mark(0);
        window
    }

    /// Uses a number, or says why it cannot be used.
    pub(crate) fn take(&mut self, sender: &str, sequence: u64) -> Result<(), Rejection> {
        let sender = || sender.to_owned();
        if let Some(ahead) = sequence.checked_sub(self.highest).filter(|ahead| *ahead > 0) {
            self.shift(ahead);
            self.highest = sequence;
            self.mark(0);
            return Ok(());
        }
        let behind = self.highest - sequence;
        if behind >= WINDOW {
            let oldest = self.highest - WINDOW;
            return Err(Rejection::SequenceTooOld { sender: sender(), sequence, oldest });
        }
        if self.is_marked(behind) {
            return Err(Rejection::Replayed { sender: sender(), sequence });
        }
        self.mark(behind);
        Ok(())
    }

    /// Moves every bit `by` places towards the old end.
    fn shift(&mut self, by: u64) {
        let old = self.clone();
        self.used = [0; BITMAP_BYTES];
        for behind in 0..WINDOW.saturating_sub(by) {
            if old.is_marked(behind) {
                self.mark(behind + by);
            }
        }
    }

    fn mark(&mut self, behind: u64) {
        if let Some((byte, mask)) = self.place(behind)
            && let Some(byte) = self.used.get_mut(byte)
        {
            *byte |= mask;
        }
    }

    fn is_marked(&self, behind: u64) -> bool {
        let place = self.place(behind);
        place.is_some_and(|(byte, mask)| self.used.get(byte).is_some_and(|byte| byte & mask != 0))
    }

    fn place(&self, behind: u64) -> Option<(usize, u8)> {
        let byte = usize::try_from(behind / 8).ok().filter(|byte| *byte < self.used.len())?;
        Some((byte, 1 << (behind % 8)))
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        [&[FORMAT], self.highest.to_be_bytes().as_slice(), &self.used].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let damaged = || Error::damaged("replay window", "unreadable record");
        let (FORMAT, rest) = bytes.split_first().map(|(f, r)| (*f, r)).ok_or_else(damaged)? else {
            return Err(damaged());
        };
        let (highest, used) = crate::layout::number(rest).ok_or_else(damaged)?;
        debug_assert_eq!(RECORD_BYTES, 9 + BITMAP_BYTES);
        Ok(Self { highest, used: used.try_into().map_err(|_| damaged())? })
    }
}

/// The write that uses a sender's number.
///
/// # Errors
/// [`Rejection::Replayed`], [`Rejection::SequenceTooOld`]; [`Error::Storage`], [`Error::Damaged`].
pub(crate) fn take(state: &dyn State, sender: &str, sequence: u64) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let window = match Window::read(state, sender)? {
        Some(mut window) => window.take(sender, sequence).map(|()| window)?,
        None => Window::starting_with(sequence),
    };
    Ok((window_key(sender), window.to_bytes()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn any_order_within_the_window_and_each_once() {
        let mut window = Window::starting_with(5_000);
        let mut used = BTreeSet::from([5_000]);
        // a permutation of 4,900..5,100 with jumps both ways
        for i in 0..200u64 {
            let sequence = 4_900 + (i * 67) % 200;
            assert_eq!(window.take("did:a", sequence).is_ok(), used.insert(sequence), "{sequence}");
        }
        for sequence in 4_900..5_100 {
            assert!(matches!(window.take("did:a", sequence), Err(Rejection::Replayed { .. })), "{sequence}");
        }
        assert_eq!(window.next(), 5_100);
        assert_eq!(Window::from_bytes(&window.to_bytes()).unwrap(), window);
    }

    #[test]
    fn the_window_ends_after_1024_numbers() {
        let mut window = Window::starting_with(2_000);
        assert!(window.take("did:a", 2_000 - 1_023).is_ok());
        let refused = window.take("did:a", 2_000 - 1_024);
        assert!(matches!(refused, Err(Rejection::SequenceTooOld { oldest: 976, .. })), "{refused:?}");
        // a jump that leaves the whole window behind
        assert!(window.take("did:a", 1_000_000).is_ok());
        assert!(matches!(window.take("did:a", 2_000), Err(Rejection::SequenceTooOld { .. })));
        assert!(window.take("did:a", 1_000_000 - 1_023).is_ok());
        assert!(window.take("did:a", u64::MAX).is_ok());
        assert!(matches!(window.take("did:a", u64::MAX), Err(Rejection::Replayed { .. })));
        assert!(window.take("did:a", u64::MAX - 1).is_ok());
    }

    #[test]
    fn small_numbers_do_not_underflow() {
        let mut window = Window::starting_with(0);
        assert!(matches!(window.take("did:a", 0), Err(Rejection::Replayed { .. })));
        assert!(window.take("did:a", 3).is_ok());
        assert!(window.take("did:a", 1).is_ok());
        assert!(matches!(window.take("did:a", 0), Err(Rejection::Replayed { .. })));
    }
}
