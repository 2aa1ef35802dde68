//! Exit codes, the same for every subcommand, so that a script can tell causes apart.

use std::{fmt, io::ErrorKind};

use hufu_platform::StartError;

/// What the process tells its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// Done; a verification succeeded.
    Done = 0,
    /// The command ran and its answer is no: not verified, not found, a corrupt audit log.
    No = 1,
    /// The input is not acceptable: arguments, a file's content. Also clap's code for usage errors.
    Input = 2,
    /// Something that is needed cannot be used: a service that is not reached or fails, a disk that is full or
    /// read-only, a folder or port in use.
    Unavailable = 3,
    /// A permission is missing; the message names it.
    Denied = 4,
    /// A fault of this program.
    Internal = 5,
}

impl From<Code> for std::process::ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code as u8)
    }
}

/// An error that knows its exit code; it travels inside `anyhow::Error`.
#[derive(Debug)]
pub(crate) struct Failure {
    code: Code,
    message: String,
}

impl Failure {
    /// An error with this code. Returned as `anyhow::Error` because that is where it is always used.
    pub(crate) fn with(code: Code, message: impl Into<String>) -> anyhow::Error {
        anyhow::Error::new(Self { code, message: message.into() })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl Code {
    /// The code of an error: its own if it carries one, else what the cause suggests.
    pub(crate) fn of(error: &anyhow::Error) -> Self {
        for cause in error.chain() {
            if let Some(failure) = cause.downcast_ref::<Failure>() {
                return failure.code;
            }
            if let Some(error) = cause.downcast_ref::<StartError>() {
                return if error.is_of_surroundings() { Self::Unavailable } else { Self::Input };
            }
            if let Some(error) = cause.downcast_ref::<reqwest::Error>() {
                return if error.is_decode() { Self::Internal } else { Self::Unavailable };
            }
            if let Some(error) = cause.downcast_ref::<std::io::Error>() {
                return Self::of_io(error.kind());
            }
            if cause.is::<serde_json::Error>() {
                return Self::Input;
            }
        }
        Self::Input
    }

    /// A file that is missing or closed to the caller was named by them; a full disk, or a reader that goes away, was not.
    const fn of_io(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::BrokenPipe => Self::Unavailable,
            _ => Self::Input,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use anyhow::Context as _;

    use super::Code;

    #[test]
    fn a_full_disk_is_told_apart_from_a_file_that_is_missing() {
        let of = |kind: ErrorKind| {
            let failed: Result<(), Error> = Err(kind.into());
            Code::of(&failed.context("x cannot be written").expect_err("an error"))
        };
        for kind in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::ReadOnlyFilesystem] {
            assert_eq!(of(kind), Code::Unavailable, "{kind}");
        }
        for kind in [ErrorKind::NotFound, ErrorKind::PermissionDenied, ErrorKind::IsADirectory] {
            assert_eq!(of(kind), Code::Input, "{kind}");
        }
    }
}
