//! One wrapper for every value that must not be printed, compared in variable time or left in memory.

use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// A value that is redacted when printed, compared in constant time and wiped when dropped.
///
/// # Security
/// The wrapped allocation is overwritten on drop. Not promised: copies that the compiler spilled to the stack or
/// that a reallocation left behind before the value came here, swap, and core dumps.
///
/// ```
/// use hufu_keys::Secret;
///
/// let secret = Secret::new(String::from("correct horse"));
/// assert_eq!(format!("{secret:?}"), "Secret(redacted)");
/// assert_eq!(secret.expose(|s| s.len()), 13);
/// ```
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes `value` into custody.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Lends the value to `f`; the closure marks the place where it is in the open.
    pub fn expose<R>(&self, f: impl FnOnce(&T) -> R) -> R {
        f(&self.0)
    }
}

impl<T: Zeroize + AsRef<[u8]>> Secret<T> {
    /// Whether both hold the same bytes, in time that depends on their lengths only.
    #[must_use]
    pub fn ct_eq(&self, other: &Self) -> bool {
        self.0.as_ref().ct_eq(other.0.as_ref()).into()
    }
}

impl<T: Zeroize + AsRef<[u8]>> PartialEq for Secret<T> {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other)
    }
}

impl<T: Zeroize + AsRef<[u8]>> Eq for Secret<T> {}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::rc::Rc;

    #[test]
    fn equality_compares_bytes_and_lengths() {
        assert_eq!(Secret::new([1u8, 2]), Secret::new([1u8, 2]));
        assert_ne!(Secret::new([1u8, 2]), Secret::new([1u8, 3]));
        assert_ne!(Secret::new(vec![1u8]), Secret::new(vec![1u8, 0]));
    }

    #[test]
    fn the_value_is_wiped_on_drop() {
        struct Witness(Rc<Cell<bool>>);
        impl Zeroize for Witness {
            fn zeroize(&mut self) {
                self.0.set(true);
            }
        }
        let wiped = Rc::new(Cell::new(false));
        drop(Secret::new(Witness(Rc::clone(&wiped))));
        assert!(wiped.get());
    }

    #[test]
    fn nothing_of_the_value_is_printed() {
        let printed =
            format!("{:?} {:#?}", Secret::new(vec![0x5eu8; 4]), Secret::new(String::from("hunter2")));
        assert!(!printed.contains("94") && !printed.contains("hunter2"), "{printed}");
    }
}
