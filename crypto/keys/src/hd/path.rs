//! Derivation paths: `m`, then the number of a child for each step, `'`, `h` or `H` marking hardened ones.

use crate::Error;
use std::fmt;
use std::str::FromStr;

/// The greatest depth: BIP32 serialises it as one byte.
pub const MAX_DEPTH: u8 = u8::MAX;

/// The longest text of a path: `/`, ten digits and a mark for each step.
const MAX_CHARS: usize = 1 + 12 * MAX_DEPTH as usize;

/// The bit that tells hardened children from normal ones.
const HARDENED: u32 = 1 << 31;

/// Which child of a key: an index below 2³¹, normal or hardened.
///
/// [`Display`](fmt::Display) writes hardened ones with `'`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChildNumber(u32);

impl ChildNumber {
    /// A child whose public key the parent's public key gives, too.
    ///
    /// # Errors
    /// [`Error::ChildIndex`] for 2³¹ and above.
    pub const fn normal(index: u32) -> Result<Self, Error> {
        if index < HARDENED { Ok(Self(index)) } else { Err(Error::ChildIndex { found: index }) }
    }

    /// A child that takes the parent's private key.
    ///
    /// # Errors
    /// [`Error::ChildIndex`] for 2³¹ and above.
    pub const fn hardened(index: u32) -> Result<Self, Error> {
        if index < HARDENED { Ok(Self(index | HARDENED)) } else { Err(Error::ChildIndex { found: index }) }
    }

    /// From the standards' own number, in which hardened children begin at 2³¹.
    #[must_use]
    pub const fn from_u32(number: u32) -> Self {
        Self(number)
    }

    /// The standards' own number.
    #[must_use]
    pub const fn to_u32(self) -> u32 {
        self.0
    }

    /// The index below 2³¹.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.0 & !HARDENED
    }

    /// Whether the child is hardened.
    #[must_use]
    pub const fn is_hardened(self) -> bool {
        self.0 & HARDENED != 0
    }
}

impl fmt::Display for ChildNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.index(), if self.is_hardened() { "'" } else { "" })
    }
}

impl FromStr for ChildNumber {
    type Err = Error;

    /// Reads a decimal number without sign or leading zeros, and its mark.
    fn from_str(step: &str) -> Result<Self, Error> {
        let digits = step.strip_suffix(['\'', 'h', 'H']);
        let (digits, hardened) = (digits.unwrap_or(step), digits.is_some());
        if digits.is_empty() {
            return Err(Error::Path("a step has no number"));
        }
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Error::Path("a step is not a decimal number with ', h or H behind it or nothing"));
        }
        if digits.len() > 1 && digits.starts_with('0') {
            return Err(Error::Path("a number has leading zeros"));
        }
        let index: u32 = digits.parse().map_err(|_| Error::Path("an index is above 2147483647"))?;
        let number = if hardened { Self::hardened(index) } else { Self::normal(index) };
        number
            .map_err(|_| Error::Path("an index is above 2147483647: harden it with ' instead of adding 2^31"))
    }
}

/// A way from a key down to one of its descendants.
///
/// ```
/// use hufu_keys::hd::DerivationPath;
///
/// let path: DerivationPath = "m/44'/60h/0H/0/1".parse()?;
/// assert_eq!(path.to_string(), "m/44'/60'/0'/0/1");
/// assert!("44'/0'".parse::<DerivationPath>().is_err(), "it begins with m");
/// # Ok::<(), hufu_keys::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct DerivationPath(Vec<ChildNumber>);

impl DerivationPath {
    /// A path of these steps.
    ///
    /// # Errors
    /// [`Error::Path`] for more than [`MAX_DEPTH`] steps.
    pub fn new(steps: Vec<ChildNumber>) -> Result<Self, Error> {
        if steps.len() > usize::from(MAX_DEPTH) {
            return Err(Error::Path("it has more than 255 steps"));
        }
        Ok(Self(steps))
    }

    /// The steps from the top.
    #[must_use]
    pub fn steps(&self) -> &[ChildNumber] {
        &self.0
    }
}

impl fmt::Display for DerivationPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("m")?;
        self.0.iter().try_for_each(|step| write!(f, "/{step}"))
    }
}

impl FromStr for DerivationPath {
    type Err = Error;

    /// Reads `m` or, for public keys as BIP32 writes them, `M`, and the steps.
    fn from_str(path: &str) -> Result<Self, Error> {
        if path.len() > MAX_CHARS {
            return Err(Error::Path("it is longer than 255 steps can be"));
        }
        let rest = path.strip_prefix(['m', 'M']).ok_or(Error::Path("it does not begin with m"))?;
        if rest.is_empty() {
            return Ok(Self::default());
        }
        let steps = rest.strip_prefix('/').ok_or(Error::Path("there is no / behind its m"))?;
        Self::new(steps.split('/').map(str::parse).collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bad_paths_are_told_apart() {
        let long = format!("m{}", "/1".repeat(256));
        let longer = "m/".repeat(2000);
        for (path, words) in [
            ("", "begin with m"),
            ("0/1", "begin with m"),
            ("/0", "begin with m"),
            (" m/0", "begin with m"),
            ("m0", "no / behind"),
            ("mm/0", "no / behind"),
            ("m/", "no number"),
            ("m//0", "no number"),
            ("m/0/", "no number"),
            ("m/'", "no number"),
            ("m/+1", "decimal"),
            ("m/-1", "decimal"),
            ("m/1''", "decimal"),
            ("m/0x10", "decimal"),
            ("m/1 ", "decimal"),
            ("m/\u{0661}", "decimal"), // a digit of another script
            ("m/00", "leading zeros"),
            ("m/01'", "leading zeros"),
            ("m/2147483648", "above 2147483647"),
            ("m/2147483648'", "above 2147483647"),
            ("m/4294967296", "above 2147483647"),
            ("m/99999999999999999999", "above 2147483647"),
            (&long, "more than 255 steps"),
            (&longer, "longer than"),
        ] {
            let error = path.parse::<DerivationPath>().unwrap_err().to_string();
            assert!(error.contains(words), "{path:?}: {error}");
        }
    }

    #[test]
    fn the_longest_path_is_read() {
        let path = format!("m{}", "/2147483647'".repeat(255));
        assert_eq!(path.parse::<DerivationPath>().unwrap().steps().len(), 255);
        assert!(DerivationPath::new(vec![ChildNumber::from_u32(0); 256]).is_err());
    }

    #[test]
    fn indexes_end_at_two_to_the_31() {
        assert_eq!(ChildNumber::normal(1 << 31), Err(Error::ChildIndex { found: 1 << 31 }));
        assert_eq!(ChildNumber::hardened(u32::MAX), Err(Error::ChildIndex { found: u32::MAX }));
        assert_eq!(ChildNumber::hardened(0).unwrap().to_u32(), 1 << 31);
    }

    proptest! {
        #[test]
        fn a_path_is_read_as_it_is_written(numbers in proptest::collection::vec(any::<u32>(), 0..=255)) {
            let path = DerivationPath::new(numbers.into_iter().map(ChildNumber::from_u32).collect()).unwrap();
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }

        #[test]
        fn nothing_panics(text in "\\PC*") {
            let _ = text.parse::<DerivationPath>();
            let _ = format!("m/{text}").parse::<DerivationPath>();
        }
    }
}
