//! Buffers of the libraries' own types, which know nothing of being erased.

use core::ops::Deref;

/// Values that may tell a secret: overwritten with a blank one when dropped.
///
/// It is made of a whole list, because a list that grows gives its old block back as it is.
pub(crate) struct Wiped<T: Copy> {
    values: Vec<T>,
    blank: T,
}

impl<T: Copy> Wiped<T> {
    pub(crate) fn new(values: Vec<T>, blank: T) -> Self {
        Self { values, blank }
    }
}

impl<T: Copy> Deref for Wiped<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.values
    }
}

impl<T: Copy> Drop for Wiped<T> {
    fn drop(&mut self) {
        self.values.fill(self.blank);
        zeroize::optimization_barrier(self.values.as_slice());
    }
}
