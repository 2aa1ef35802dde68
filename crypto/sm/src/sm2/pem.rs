//! PEM (RFC 7468): the one key of a file, whatever OpenSSL writes around it.
//!
//! `openssl pkey -text` writes text after the block, others write it before (RFC 7468 §2 allows both), and `openssl ecparam -genkey`
//! writes the curve's name in a block of its own, `EC PARAMETERS` or `SM2 PARAMETERS`. These are passed over. A second block of
//! any other kind is refused: which of them was meant?

use super::Error;
use der::SecretDocument;
use der::pem::LineEnding;
use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// The header of the encryption that came before PKCS#8: one round of MD5.
const OLD_ENCRYPTION: &str = "Proc-Type: 4,ENCRYPTED";

/// A block, its boundaries included.
struct Block<'a> {
    label: &'a str,
    text: &'a str,
}

/// The label of a line that begins or ends a block.
fn boundary<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    line.trim_end().strip_prefix(start)?.strip_suffix(DASHES)
}

/// The blocks of a file other than the names of curves.
fn blocks(text: &str) -> Result<Vec<Block<'_>>, &'static str> {
    let mut blocks = Vec::new();
    let (mut at, mut open) = (0, None);
    for line in text.split_inclusive('\n') {
        let next = at + line.len();
        match open {
            None => open = boundary(line, BEGIN).map(|label| (label, at)),
            Some((label, from)) if boundary(line, END).is_some() => {
                if boundary(line, END) != Some(label) {
                    return Err("a PEM block ends with another label than it begins with");
                }
                if !label.ends_with(" PARAMETERS") {
                    blocks.push(Block { label, text: &text[from..next] });
                }
                open = None;
            }
            Some(_) if boundary(line, BEGIN).is_some() => return Err("a PEM block has no end"),
            Some(_) => {}
        }
        at = next;
    }
    match open {
        Some(_) => Err("a PEM block has no end"),
        None => Ok(blocks),
    }
}

/// The label and the contents of the one key.
pub(super) fn read<'a>(structure: &'static str, text: &'a str) -> Result<(&'a str, SecretDocument), Error> {
    let malformed = |reason| Error::Encoding { structure, reason };
    let blocks = blocks(text.trim_start_matches('\u{feff}')).map_err(malformed)?;
    let block = match &blocks[..] {
        [block] => block,
        [] => return Err(malformed("it holds no PEM block")),
        several if several.iter().all(|block| block.label.ends_with(" KEY")) => {
            return Err(malformed("it holds more than one key"));
        }
        _ => return Err(malformed("it holds another PEM block beside the key")),
    };
    if block.text.contains(OLD_ENCRYPTION) {
        return Err(malformed(
            "it is encrypted in the way before PKCS#8 (Proc-Type: 4,ENCRYPTED), which `openssl pkcs8 -topk8` converts",
        ));
    }
    let (_, document) = SecretDocument::from_pem(block.text)
        .map_err(|_| malformed("the PEM block does not hold base64 of one DER value"))?;
    Ok((block.label, document))
}

/// The PEM of a private structure.
pub(super) fn write(document: &SecretDocument, label: &'static str) -> Zeroizing<String> {
    document.to_pem(label, LineEnding::LF).expect("PEM, because the label is a valid one")
}
