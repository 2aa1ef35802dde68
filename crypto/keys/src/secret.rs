//! A value that does not leak by accident.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// Holds a secret: `Debug` is redacted, the memory is zeroized on drop, equality takes constant time.
///
/// # Security
/// The compiler may have copied the value before it arrived here; what this type holds is erased, no more.
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes a value into custody.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Lends the value to `read`. A closure, so that each use stands out and the borrow stays short.
    pub fn expose<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.0)
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(redacted)")
    }
}

impl<T: Zeroize + AsRef<[u8]>> PartialEq for Secret<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_ref().ct_eq(other.0.as_ref()).into()
    }
}

impl<T: Zeroize + AsRef<[u8]>> Eq for Secret<T> {}

impl<T: Zeroize + Clone> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new(vec![1_u8, 2, 3])), "Secret(redacted)");
    }

    #[test]
    fn equality_compares_the_bytes() {
        assert_eq!(Secret::new(vec![1_u8]), Secret::new(vec![1_u8]));
        assert_ne!(Secret::new(vec![1_u8]), Secret::new(vec![1_u8, 0]));
    }
}
