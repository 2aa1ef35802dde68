//! Implementations of SM2 that nobody here wrote, behind one protocol (`tests/interop/sm`): `sign`, `verify`, `encrypt`, `decrypt`
//! with everything in hexadecimal, and C1C3C2 with C1 uncompressed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Peer, install};

/// Everything that is installed or run; its hash names the cache folder.
const FILES: [(&str, &str); 6] = [
    ("package.json", include_str!("../../interop/sm/package.json")),
    ("package-lock.json", include_str!("../../interop/sm/package-lock.json")),
    ("requirements.txt", include_str!("../../interop/sm/requirements.txt")),
    ("peer.mjs", include_str!("../../interop/sm/peer.mjs")),
    ("peer.py", include_str!("../../interop/sm/peer.py")),
    ("Peer.java", include_str!("../../interop/sm/Peer.java")),
];

/// A library, and the registry that it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Library {
    /// npm's `sm-crypto-v2`.
    SmCrypto,
    /// PyPI's `gmssl`.
    Gmssl,
    /// PyPI's `gmalg`.
    Gmalg,
    /// BouncyCastle, from Debian's `libbcprov-java`.
    BouncyCastle,
}

impl Library {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::SmCrypto, Self::Gmssl, Self::Gmalg, Self::BouncyCastle];

    /// Starts the library's peer, installing it first if need be. `None` when this machine cannot run it: the reason is printed, and the
    /// calling test should return.
    ///
    /// # Panics
    /// Instead of answering `None`, when the environment has `CI=true`.
    #[must_use]
    pub fn start(self) -> Option<Peer> {
        Peer::or_skip(self.try_start().map_err(|reason| format!("{self:?}: {reason}")))
    }

    fn try_start(self) -> Result<Peer, String> {
        let folder = folder(self)?;
        match self {
            Self::SmCrypto => Peer::spawn(Command::new("node").arg(folder.join("peer.mjs"))),
            Self::Gmssl | Self::Gmalg => {
                let name = if self == Self::Gmssl { "gmssl" } else { "gmalg" };
                Peer::spawn(
                    Command::new(folder.join("venv/bin/python")).arg(folder.join("peer.py")).arg(name),
                )
            }
            Self::BouncyCastle => {
                Peer::spawn(Command::new("java").args(["-cp", "bcprov.jar:.", "Peer"]).current_dir(folder))
            }
        }
    }

    /// The part of the cache folder that is the library's; the Python ones share one.
    const fn part(self) -> &'static str {
        match self {
            Self::SmCrypto => "node",
            Self::Gmssl | Self::Gmalg => "python",
            Self::BouncyCastle => "java",
        }
    }
}

/// The folder where the library is installed.
fn folder(library: Library) -> Result<PathBuf, String> {
    let folder =
        install::cache()?.join(format!("sm-interop-{}", install::name_of(&FILES))).join(library.part());
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    // Tests run side by side: the first installs, the others wait for it.
    let guard = File::create(folder.with_extension("lock")).map_err(|error| format!("lock file: {error}"))?;
    guard.lock().map_err(|error| format!("lock file: {error}"))?;
    if !folder.join(install::COMPLETE).exists() {
        install::write_all(&folder, &FILES)?;
        match library {
            Library::SmCrypto => install::npm_ci(&folder)?,
            Library::Gmssl | Library::Gmalg => {
                run(&folder, "python3 -m venv venv")?;
                // Wheels only: nothing of a package runs while it is installed.
                run(&folder, "venv/bin/pip install --quiet --only-binary :all: -r requirements.txt")?;
            }
            Library::BouncyCastle => {
                // The package is unpacked and not installed, which needs no rights.
                run(&folder, "apt-get download -qq libbcprov-java")?;
                run(&folder, "dpkg-deb -x libbcprov-java_*.deb .")?;
                run(&folder, "cp -L usr/share/java/bcprov.jar bcprov.jar")?;
                run(&folder, "javac -cp bcprov.jar Peer.java")?;
            }
        }
        install::complete(&folder)?;
    }
    Ok(folder)
}

/// Runs a line of shell in a folder.
fn run(folder: &Path, line: &str) -> Result<(), String> {
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .output()
        .map_err(|error| format!("sh did not start: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("`{line}` failed: {}", String::from_utf8_lossy(&output.stderr).trim()))
}
