//! What several test binaries share: the folder of published vectors and the two text forms in which they come.
#![allow(dead_code, clippy::mod_module_files)] // each binary uses a part; `common.rs` would be a test of its own

use std::path::PathBuf;

/// A published vector file as text; nothing if the vectors are not installed, which is a failure under CI.
pub(crate) fn vectors(path: &str) -> Option<String> {
    let folder = std::env::var_os("HUFU_VECTORS").map_or_else(
        || concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors").into(),
        PathBuf::from,
    );
    match std::fs::read_to_string(folder.join(path)) {
        Ok(text) => Some(text),
        Err(error) if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("{path}: {error}"),
        Err(error) => {
            eprintln!("skipped, no vectors: {path}: {error}");
            None
        }
    }
}

/// The cases of a `Name = hex` file; a case ends at the last of `fields`, and names keep their value until set again.
pub(crate) fn cases(text: &str, fields: &[&str]) -> Vec<Vec<Vec<u8>>> {
    let mut values: Vec<Option<Vec<u8>>> = vec![None; fields.len()];
    let mut cases = Vec::new();
    for line in text.lines() {
        let Some((name, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) else { continue };
        let Some(i) = fields.iter().position(|f| *f == name.trim()) else { continue };
        values[i] = Some(hex::decode(value.trim()).expect("values are hex"));
        if i == fields.len() - 1 {
            cases.push(
                values.iter().cloned().map(|v| v.expect("every field is set before the last")).collect(),
            );
        }
    }
    cases
}

/// 16, 32, … bytes from hex.
pub(crate) fn hex_array<const N: usize>(text: &str) -> [u8; N] {
    hex::decode(text).expect("hex").try_into().expect("as many bytes as asked for")
}
