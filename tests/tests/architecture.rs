//! Who may import whom: ARCHITECTURE.md's table, asserted over `cargo metadata`, and what may be linked at all.
//!
//! A dependency that the table does not allow fails here, and so does a row that the table has and the
//! workspace has not: the document cannot drift from the code.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// Licences that may be linked (SPDX identifiers). Nothing under GPL or AGPL.
const ALLOWED_LICENCES: &[&str] = &[
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OpenSSL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates that must never be linked into what we ship, with the reason.
const BANNED: &[(&str, &str)] = &[
    ("ring", "one provider: aws-lc-rs"),
    ("openssl", "one provider: aws-lc-rs"),
    ("native-tls", "one provider: aws-lc-rs"),
    ("libsm", "unsound curve arithmetic; a test peer only"),
    ("synedrion", "AGPL"),
];

fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ has a parent").to_path_buf()
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(vec!["--locked".into()])
        .exec()
        .expect("cargo metadata runs in the workspace")
}

/// One row of the table: the folder, the package and the packages it may import.
struct Row {
    folder: String,
    package: String,
    may_import: BTreeSet<String>,
}

/// Reads the table under "Who may import whom". `all above` means every row before this one, `all` every row.
fn table() -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md exists");
    let section = text.split("## Who may import whom").nth(1).expect("the section exists");
    let section = section.split("\n## ").next().expect("split yields at least one part");
    let lines: Vec<Vec<String>> = section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    let all: BTreeSet<String> = lines.iter().map(|cells| cells[1].clone()).collect();
    let mut rows: Vec<Row> = Vec::new();
    for cells in &lines {
        assert_eq!(cells.len(), 4, "a row has four cells: {cells:?}");
        let may_import = match cells[3].as_str() {
            "—" => BTreeSet::new(),
            "all" => all.iter().filter(|name| **name != cells[1]).cloned().collect(),
            "all above" => rows.iter().map(|row| row.package.clone()).collect(),
            list => list.split(',').map(|name| format!("hufu-{}", name.trim())).collect(),
        };
        rows.push(Row {
            folder: cells[0].trim_matches('`').to_owned(),
            package: cells[1].clone(),
            may_import,
        });
    }
    rows
}

fn workspace(metadata: &Metadata) -> BTreeMap<String, &Package> {
    metadata.workspace_packages().into_iter().map(|package| (package.name.to_string(), package)).collect()
}

#[test]
fn imports_are_exactly_those_of_the_table() {
    let metadata = metadata();
    let packages = workspace(&metadata);
    let rows = table();
    let listed: BTreeSet<&str> = rows.iter().map(|row| row.package.as_str()).collect();
    let existing: BTreeSet<&str> = packages.keys().map(String::as_str).collect();
    assert_eq!(listed, existing, "the table lists exactly the workspace's packages");

    let mut faults = Vec::new();
    for row in &rows {
        let package = packages[&row.package];
        let folder = package.manifest_path.parent().expect("a manifest has a folder");
        if folder.as_std_path() != root().join(&row.folder) {
            faults.push(format!("{} lives in {folder}, the table says {}", row.package, row.folder));
        }
        for dependency in &package.dependencies {
            // What a crate's tests import does not reach its users.
            if dependency.kind == DependencyKind::Development || !existing.contains(dependency.name.as_str())
            {
                continue;
            }
            if !row.may_import.contains(&dependency.name) {
                faults.push(format!(
                    "{} imports {}, which the table does not allow",
                    row.package, dependency.name
                ));
            }
            if dependency.rename.is_some() {
                faults.push(format!("{} renames {}", row.package, dependency.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every package that is reached from `start` through normal and build dependencies.
fn reached<'m>(metadata: &'m Metadata, start: &str) -> BTreeSet<&'m str> {
    let resolve = metadata.resolve.as_ref().expect("metadata with dependencies is resolved");
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let names: BTreeMap<_, _> =
        metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect();
    let mut queue: Vec<_> = metadata
        .packages
        .iter()
        .filter(|package| package.name.as_str() == start)
        .map(|package| &package.id)
        .collect();
    let mut seen = BTreeSet::new();
    let mut out = BTreeSet::new();
    while let Some(id) = queue.pop() {
        if !seen.insert(id) {
            continue;
        }
        out.insert(names[id]);
        for dependency in &nodes[id].deps {
            if dependency.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development) {
                queue.push(&dependency.pkg);
            }
        }
    }
    out
}

#[test]
fn the_floors_below_the_node_are_pure() {
    let metadata = metadata();
    for package in ["hufu-jcs", "hufu-keys", "hufu-did", "hufu-jsonld", "hufu-credentials", "hufu-light"] {
        let reached = reached(&metadata, package);
        for heavy in ["tokio", "rocksdb", "tonic", "reqwest", "hyper"] {
            assert!(!reached.contains(heavy), "{package} reaches {heavy}");
        }
    }
}

#[test]
fn rocksdb_is_known_to_one_crate() {
    let metadata = metadata();
    let users: Vec<String> = workspace(&metadata)
        .values()
        .filter(|package| package.dependencies.iter().any(|dependency| dependency.name == "rocksdb"))
        .map(|package| package.name.to_string())
        .collect();
    assert_eq!(users, ["hufu-store"]);
}

/// Every package that is compiled for `package`, on any platform. From `cargo tree`: the metadata's graph also has
/// optional dependencies that only a weak feature (`ring?/std`) names and nothing switches on.
fn linked(package: &str) -> BTreeSet<String> {
    let output = std::process::Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["tree", "--locked", "--package", package, "--edges", "normal,build", "--target", "all"])
        .args(["--prefix", "none", "--format", "{p}"])
        .output()
        .expect("cargo tree runs in the workspace");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("package names are UTF-8");
    let names: BTreeSet<String> =
        text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    assert!(names.contains(package) && names.len() > 100, "cargo tree lists what {package} is made of");
    names
}

#[test]
fn what_is_linked_is_licensed_and_not_banned() {
    let metadata = metadata();
    let linked = linked("hufu-cli");
    let mut faults = Vec::new();
    for package in &metadata.packages {
        let name = package.name.as_str();
        if !linked.contains(name) {
            continue;
        }
        if let Some((_, reason)) = BANNED.iter().find(|(banned, _)| *banned == name) {
            faults.push(format!("{name} is banned: {reason}"));
        }
        match &package.license {
            Some(expression) if licence_allowed(expression) => {}
            other => faults.push(format!("{name} {}: licence {other:?}", package.version)),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Whether an SPDX expression can be met with allowed licences alone: every AND part has an allowed OR branch.
fn licence_allowed(expression: &str) -> bool {
    let flat = expression.replace(['(', ')'], " ").replace('/', " OR ");
    flat.split(" AND ").all(|part| {
        part.split(" OR ").any(|licence| {
            let licence = licence.trim().trim_end_matches(" WITH LLVM-exception");
            ALLOWED_LICENCES.contains(&licence)
        })
    })
}

#[test]
fn licence_expressions_are_read_as_spdx_means_them() {
    assert!(licence_allowed("MIT OR Apache-2.0"));
    assert!(licence_allowed("MIT/Apache-2.0"));
    assert!(licence_allowed("ISC AND (Apache-2.0 OR ISC)"));
    assert!(licence_allowed("GPL-3.0 OR MIT"));
    assert!(!licence_allowed("MIT AND GPL-3.0"));
    assert!(!licence_allowed("AGPL-3.0-only"));
}
