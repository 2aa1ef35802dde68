//! Where test vectors are.

use std::path::PathBuf;

/// A folder of `HUFU_VECTORS`; None if it is missing, which in CI is a failure.
pub(crate) fn vectors(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("HUFU_VECTORS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors")),
        PathBuf::from,
    );
    let path = root.join(folder);
    if path.is_dir() {
        return Some(path);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is missing", path.display());
    eprintln!("skipped: {} is missing", path.display());
    None
}
