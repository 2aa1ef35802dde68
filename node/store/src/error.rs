//! What can go wrong between us and the disk, told apart by what an operator would do about it.

use std::path::PathBuf;

/// A storage error. Messages end up in front of operators: they name the folder and the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another process (or another handle in this one) has the database open.
    #[error("{} is in use by another process: stop it, or choose another data folder", path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// The folder cannot be written.
    #[error("no permission to write {}, or it is read-only: {reason}", path.display())]
    ReadOnly {
        /// The folder.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// No space left, or a quota is used up.
    #[error("the disk of {} is full: free some space and start again; what was acknowledged is kept", path.display())]
    DiskFull {
        /// The folder.
        path: PathBuf,
    },
    /// Written by a newer version of this software.
    #[error(
        "{} has format version {found} of {name:?}, this program knows versions up to {known}: use a newer program",
        path.display()
    )]
    NewerFormat {
        /// The folder.
        path: PathBuf,
        /// Name of the format.
        name: String,
        /// Version found.
        found: u32,
        /// Newest version known.
        known: u32,
    },
    /// A database, but of something else.
    #[error("{} holds {found:?}, not {expected:?}: choose another data folder", path.display())]
    OtherFormat {
        /// The folder.
        path: PathBuf,
        /// Name found.
        found: String,
        /// Name expected.
        expected: String,
    },
    /// The folder has files in it that are no database.
    #[error("{} is not empty and not a database: choose another data folder", path.display())]
    NotADatabase {
        /// The folder.
        path: PathBuf,
    },
    /// Stored bytes do not decode, or checksums do not match.
    #[error("the database in {} is damaged: {reason}", path.display())]
    Damaged {
        /// The folder.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// Any other failure of the file system or the database.
    #[error("storage failure in {}: {reason}", path.display())]
    Failed {
        /// The folder.
        path: PathBuf,
        /// The cause's own words.
        reason: String,
    },
    /// A family that was not named when the database was opened: an error of the caller.
    #[error("no such family: {0}")]
    UnknownFamily(&'static str),
}
