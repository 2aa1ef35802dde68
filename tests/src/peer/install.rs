//! `npm ci` into a cache folder named after the hash of what is installed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

/// What `npm ci` reads; its hash names the folder, so that a changed version is installed anew.
const MANIFESTS: [(&str, &str); 2] = [
    ("package.json", include_str!("../../interop/package.json")),
    ("package-lock.json", include_str!("../../interop/package-lock.json")),
];

/// The peer itself. It is copied beside the installed packages, because `node` looks for them upwards
/// from the importing file.
const SCRIPTS: [(&str, &str); 3] = [
    ("main.mjs", include_str!("../../interop/main.mjs")),
    ("contexts.mjs", include_str!("../../interop/contexts.mjs")),
    ("suites.mjs", include_str!("../../interop/suites.mjs")),
];

/// Written last, so that an interrupted installation is never taken for a whole one.
pub(super) const COMPLETE: &str = ".complete";

/// The path of a runnable `main.mjs`, or why there is none.
pub(super) fn ready() -> Result<PathBuf, String> {
    for tool in ["node", "npm"] {
        Command::new(tool)
            .arg("--version")
            .output()
            .map_err(|error| format!("{tool} is missing: {error}"))?;
    }
    let cache = cache()?;
    fs::create_dir_all(&cache).map_err(|error| format!("{}: {error}", cache.display()))?;
    let folder = cache.join(format!("interop-{}", name_of(&MANIFESTS)));
    // Test binaries run side by side: the first installs, the others wait for it.
    let guard = File::create(folder.with_extension("lock")).map_err(|error| format!("lock file: {error}"))?;
    guard.lock().map_err(|error| format!("lock file: {error}"))?;
    if !folder.join(COMPLETE).exists() {
        write_all(&folder, &MANIFESTS)?;
        npm_ci(&folder)?;
        complete(&folder)?;
    }
    let scripts = folder.join(format!("peer-{}", name_of(&SCRIPTS)));
    if !scripts.exists() {
        let partial = scripts.with_extension("partial");
        write_all(&partial, &SCRIPTS)?;
        fs::rename(&partial, &scripts).map_err(|error| format!("{}: {error}", scripts.display()))?;
    }
    Ok(scripts.join("main.mjs"))
}

/// `npm ci` in a folder that has the two manifests.
pub(super) fn npm_ci(folder: &Path) -> Result<(), String> {
    let npm = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"])
        .current_dir(folder)
        .output()
        .map_err(|error| format!("npm did not start: {error}"))?;
    if !npm.status.success() {
        return Err(format!("npm ci failed: {}", String::from_utf8_lossy(&npm.stderr).trim()));
    }
    Ok(())
}

/// Marks an installation as whole.
pub(super) fn complete(folder: &Path) -> Result<(), String> {
    fs::write(folder.join(COMPLETE), "").map_err(|error| format!("{}: {error}", folder.display()))
}

pub(super) fn write_all(folder: &Path, files: &[(&str, &str)]) -> Result<(), String> {
    let write = || {
        fs::create_dir_all(folder)?;
        files.iter().try_for_each(|(name, text)| fs::write(folder.join(name), text))
    };
    write().map_err(|error| format!("{}: {error}", folder.display()))
}

/// `$XDG_CACHE_HOME/hufu`, or `$HOME/.cache/hufu`.
pub(super) fn cache() -> Result<PathBuf, String> {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let base = base.or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
    Ok(base.ok_or("there is no home folder to keep the npm packages in")?.join("hufu"))
}

pub(super) fn name_of(files: &[(&str, &str)]) -> String {
    let mut hash = Sha256::new();
    for (name, text) in files {
        hash.update(name);
        hash.update(text);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
