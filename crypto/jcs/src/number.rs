//! RFC 8785 §3.2.2.3: numbers, as ECMAScript's `Number::toString` writes them.

use crate::Error;
use serde_json::Number;

/// Below this magnitude every integer is a double and ECMAScript writes plain digits.
const MAX_SAFE_INTEGER: u64 = 1 << 53;

/// Decimal digits of the largest `u64`.
const MAX_DIGITS: usize = 20;

pub(crate) fn write(n: &Number, out: &mut Vec<u8>) -> Result<(), Error> {
    if let Some(i) = n.as_i64() {
        if i < 0 {
            out.push(b'-');
        }
        write_integer(i.unsigned_abs(), n, out)
    } else if let Some(u) = n.as_u64() {
        write_integer(u, n, out)
    } else {
        // `serde_json` holds no NaN and no infinity, so only a number outside the doubles is left out here.
        let double =
            n.as_f64().filter(|f| f.is_finite()).ok_or_else(|| Error::InexactNumber(n.to_string()))?;
        out.extend_from_slice(ryu_js::Buffer::new().format_finite(double).as_bytes());
        Ok(())
    }
}

fn write_integer(magnitude: u64, n: &Number, out: &mut Vec<u8>) -> Result<(), Error> {
    if magnitude <= MAX_SAFE_INTEGER {
        write_digits(magnitude, out);
        return Ok(());
    }
    #[expect(clippy::cast_precision_loss, reason = "whether precision is lost is what is asked")]
    let double = magnitude as f64;
    let mut buffer = ryu_js::Buffer::new();
    let text = buffer.format_finite(double);
    // Either the integer is this double, or it is the text ECMAScript gives to it (2^62 is written
    // 4611686018427388000): then a reader of the output reads the same double again.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an integer up to 2^64; u128 holds it"
    )]
    let exact = double as u128 == u128::from(magnitude);
    if exact || text.parse() == Ok(magnitude) {
        out.extend_from_slice(text.as_bytes());
        Ok(())
    } else {
        Err(Error::InexactNumber(n.to_string()))
    }
}

fn write_digits(mut value: u64, out: &mut Vec<u8>) {
    let mut digits = [b'0'; MAX_DIGITS];
    let mut used = 0;
    for slot in digits.iter_mut().rev() {
        *slot = b'0' + u8::try_from(value % 10).expect("a decimal digit, because of the remainder by ten");
        value /= 10;
        used += 1;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.last_chunk::<MAX_DIGITS>().map_or(&[], |d| d.split_at(MAX_DIGITS - used).1));
}
