//! Cuts the text of a policy set into its policies, within bounds, before any parser sees it.
//!
//! Cedar's parser, type checker and evaluator recurse over an expression, and policies come from proposals that
//! anyone on a member list can write. The bounds here keep that recursion shallow, so that a hostile policy cannot
//! overflow a stack, and so that no evaluation ever stops for want of stack: every node must decide alike, however
//! large its threads' stacks are.
//!
//! Only three things of Cedar's grammar are needed for that: strings (`"…"` with `\` escapes), comments (`//` to the
//! end of the line) and `;`, which ends a policy and occurs nowhere else. Should this reading and Cedar's ever differ,
//! the piece fails to parse as one policy and the set is refused.

use crate::Error;

/// Longest text of one policy, in bytes, its annotations and preceding comments included.
pub const MAX_POLICY_BYTES: usize = 8 * 1024;
/// Most tokens in one policy; a word or number is a token, and so is each other character outside strings.
pub const MAX_POLICY_TOKENS: usize = 512;
/// Deepest nesting of `(`, `[` and `{` in one policy.
pub const MAX_POLICY_DEPTH: usize = 16;

/// The text of one policy.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Statement<'a> {
    pub(crate) text: &'a str,
    /// The line, from 1, of its first token.
    pub(crate) line: usize,
}

/// Cuts `text` at each `;` that ends a policy.
///
/// # Errors
/// [`Error::Unterminated`], [`Error::TooLong`], [`Error::TooDeep`], [`Error::TooManyPolicies`].
pub(crate) fn split(text: &str, most: usize) -> Result<Vec<Statement<'_>>, Error> {
    let mut statements = Vec::new();
    let mut current = Measure::default();
    let mut start = 0;
    let mut line = 1;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\n' => line += 1,
            c if c.is_whitespace() => {}
            '/' if chars.peek().is_some_and(|(_, next)| *next == '/') => {
                while chars.next_if(|(_, c)| *c != '\n').is_some() {}
            }
            ';' => {
                let end = at + c.len_utf8();
                let piece = text.get(start..end).unwrap_or_default();
                statements.push(current.finish(piece, line)?);
                if statements.len() > most {
                    return Err(Error::TooManyPolicies { limit: most });
                }
                start = end;
                current = Measure::default();
            }
            '"' => {
                current.token(line)?;
                let opened = line;
                loop {
                    match chars.next() {
                        None => return Err(Error::Unterminated { line: opened, what: "a string" }),
                        Some((_, '"')) => break,
                        Some((_, '\\')) => line += usize::from(matches!(chars.next(), Some((_, '\n')))),
                        Some((_, c)) => line += usize::from(c == '\n'),
                    }
                }
            }
            c if is_word(c) => {
                current.token(line)?;
                while chars.next_if(|(_, c)| is_word(*c)).is_some() {}
            }
            c => current.punctuation(c, line)?,
        }
    }
    match current.line {
        Some(line) => Err(Error::Unterminated { line, what: "a policy" }),
        None => Ok(statements),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What has been seen of one policy.
#[derive(Default)]
struct Measure {
    line: Option<usize>,
    tokens: usize,
    depth: usize,
}

impl Measure {
    fn token(&mut self, line: usize) -> Result<(), Error> {
        let line = *self.line.get_or_insert(line);
        self.tokens += 1;
        if self.tokens > MAX_POLICY_TOKENS {
            return Err(Error::TooLong { line, limit: MAX_POLICY_TOKENS, unit: "tokens" });
        }
        Ok(())
    }

    fn punctuation(&mut self, c: char, line: usize) -> Result<(), Error> {
        self.token(line)?;
        match c {
            '(' | '[' | '{' => self.depth += 1,
            ')' | ']' | '}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if self.depth > MAX_POLICY_DEPTH {
            return Err(Error::TooDeep { line: self.line.unwrap_or(line), limit: MAX_POLICY_DEPTH });
        }
        Ok(())
    }

    fn finish<'a>(&self, text: &'a str, end_line: usize) -> Result<Statement<'a>, Error> {
        let line = self.line.unwrap_or(end_line);
        if text.len() > MAX_POLICY_BYTES {
            return Err(Error::TooLong { line, limit: MAX_POLICY_BYTES, unit: "bytes" });
        }
        Ok(Statement { text, line })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Result<Vec<usize>, Error> {
        split(text, 10).map(|pieces| pieces.iter().map(|piece| piece.line).collect())
    }

    #[test]
    fn a_semicolon_in_a_string_or_comment_ends_nothing() {
        assert_eq!(lines("a(\"x;\\\";y\"); // not; here\n\nb;"), Ok(vec![1, 3]));
        assert_eq!(lines("// only ; a comment"), Ok(vec![]));
        assert_eq!(lines("a \"two\nlines\";\nb;"), Ok(vec![1, 3]));
    }

    #[test]
    fn what_does_not_end_is_named_with_its_line() {
        assert_eq!(lines("\na(\"x;"), Err(Error::Unterminated { line: 2, what: "a string" }));
        assert_eq!(lines("\"\\"), Err(Error::Unterminated { line: 1, what: "a string" }));
        assert_eq!(lines("a;\n\nb"), Err(Error::Unterminated { line: 3, what: "a policy" }));
    }

    #[test]
    fn bounds_hold_at_the_limit_and_one_beyond() {
        let nested = |n| format!("{}{};", "(".repeat(n), ")".repeat(n));
        assert!(lines(&nested(MAX_POLICY_DEPTH)).is_ok());
        assert!(matches!(lines(&nested(MAX_POLICY_DEPTH + 1)), Err(Error::TooDeep { line: 1, .. })));
        let words = |n| format!("{};", "w ".repeat(n));
        assert!(lines(&words(MAX_POLICY_TOKENS)).is_ok());
        assert!(matches!(lines(&words(MAX_POLICY_TOKENS + 1)), Err(Error::TooLong { unit: "tokens", .. })));
        let long = |n| format!("\"{}\";", "x".repeat(n - 3));
        assert!(lines(&long(MAX_POLICY_BYTES)).is_ok());
        assert!(matches!(lines(&long(MAX_POLICY_BYTES + 1)), Err(Error::TooLong { unit: "bytes", .. })));
        assert!(lines(&"a;".repeat(10)).is_ok());
        assert_eq!(lines(&"a;".repeat(11)), Err(Error::TooManyPolicies { limit: 10 }));
    }
}
