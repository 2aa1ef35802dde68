//! What a case is.

/// Something that is done with secrets.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    /// `primitive::operation`.
    pub(crate) name: &'static str,
    /// Marks the secrets with [`memcheck::secret`](crate::memcheck::secret), does the operation, gives the results free with
    /// [`memcheck::public`](crate::memcheck::public), and asserts that they are right.
    pub(crate) run: fn(),
}
