//! The medians that criterion has kept, as the README's table.

use crate::OURS;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Operation and algorithm, then the library and its median in nanoseconds.
type Medians = BTreeMap<(String, String), BTreeMap<String, f64>>;

#[allow(clippy::print_stdout, reason = "the table is what the command is for")]
pub(crate) fn print() {
    let medians = read();
    if medians.is_empty() {
        return; // a run as a test keeps none
    }
    println!(
        "\n| algorithm | operation | {OURS}, op/s | peers, in multiples of their time |\n|---|---|---|---|"
    );
    for ((algorithm, operation), by) in &medians {
        let Some(ours) = by.get(OURS) else { continue };
        let peers: Vec<String> = by
            .iter()
            .filter(|(name, _)| *name != OURS)
            .map(|(name, median)| format!("{name} {:.2}×", median / ours))
            .collect();
        println!("| {algorithm} | {operation} | {:.0} | {} |", 1e9 / ours, peers.join(", "));
    }
}

fn read() -> Medians {
    let mut medians = Medians::new();
    for folder in folders(&target()) {
        let new = folder.join("new");
        let (Some(benchmark), Some(estimates)) = (json(&new, "benchmark.json"), json(&new, "estimates.json"))
        else {
            continue;
        };
        let id = benchmark["full_id"].as_str().unwrap_or_default();
        let parts: Vec<&str> = id.split('/').collect();
        let &[operation, algorithm, by] = &parts[..] else { continue };
        let (Some(operation), Some(algorithm), Some(by)) =
            (operation.strip_prefix("keys::"), algorithm.strip_prefix("algorithm="), by.strip_prefix("by="))
        else {
            continue;
        };
        if let Some(median) = estimates["median"]["point_estimate"].as_f64() {
            medians
                .entry((algorithm.to_owned(), operation.to_owned()))
                .or_default()
                .insert(by.to_owned(), median);
        }
    }
    medians
}

fn json(folder: &Path, name: &str) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(folder.join(name)).ok()?).ok()
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect()
}

/// Where criterion keeps its results.
fn target() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target")), PathBuf::from);
    target.join("criterion")
}
