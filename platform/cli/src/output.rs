//! What a command prints: words and tables for a person, one JSON value with `--json`.
//!
//! Results go to standard output, everything else to standard error, so that
//! `hufu … --json | jq` always works.

use std::{
    io::{ErrorKind, Write as _},
    path::Path,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use crate::{
    exit::{Code, Failure},
    visible,
};

/// The one place that writes to the terminal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    json: bool,
    quiet: bool,
}

impl Output {
    pub(crate) fn new(json: bool, quiet: bool) -> Self {
        Self { json, quiet }
    }

    /// The command's result: `value` as JSON, or `words` for a person.
    ///
    /// # Errors
    /// As [`Self::raw`].
    pub(crate) fn result(self, value: &Value, words: impl FnOnce() -> String) -> anyhow::Result<()> {
        let text = if self.json { pretty(value) } else { words() };
        self.raw(format!("{}\n", text.trim_end()).as_bytes())
    }

    /// Whether JSON is asked for.
    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// The command's result as JSON in both modes: documents, credentials, proofs.
    ///
    /// # Errors
    /// As [`Self::raw`].
    pub(crate) fn document(self, value: &Value) -> anyhow::Result<()> {
        self.raw(format!("{}\n", pretty(value)).as_bytes())
    }

    /// Bytes as they are, without a line end of our own: signatures, completions, the man page.
    ///
    /// # Errors
    /// [`Code::Unavailable`] if standard output takes them not or not all, such as a file on a full disk.
    pub(crate) fn raw(self, bytes: &[u8]) -> anyhow::Result<()> {
        self.piece(bytes).map(|_| ())
    }

    /// As [`Self::raw`], for what is lost if it is not read: a key, an update. A reader that goes away is an error.
    ///
    /// # Errors
    /// As [`Self::raw`], and [`Code::Unavailable`] if nobody reads.
    pub(crate) fn whole(self, bytes: &[u8]) -> anyhow::Result<()> {
        if self.piece(bytes)? {
            return Ok(());
        }
        Err(Failure::with(Code::Unavailable, "standard output was closed before the result was read"))
    }

    /// A part of a result that is printed as it comes; false once nobody reads it.
    ///
    /// # Errors
    /// As [`Self::raw`].
    pub(crate) fn piece(self, bytes: &[u8]) -> anyhow::Result<bool> {
        let mut stdout = std::io::stdout().lock();
        // what is only buffered can still fail
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            Ok(()) => Ok(true),
            // a closed pipe (`| head`) is the reader's choice, not an error of ours
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
            Err(error) => {
                Err(Failure::with(Code::Unavailable, format!("standard output cannot be written: {error}")))
            }
        }
    }

    /// A remark on the way, for a person only.
    pub(crate) fn note(self, words: impl AsRef<str>) {
        if !self.quiet && !self.json {
            let _ = writeln!(std::io::stderr().lock(), "{}", words.as_ref());
        }
    }

    /// Why the command failed, with its causes.
    pub(crate) fn failure(self, error: &anyhow::Error) {
        let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
        let mut stderr = std::io::stderr().lock();
        if self.json {
            let _ = writeln!(stderr, "{}", json!({ "error": chain }));
        } else {
            let _ = writeln!(stderr, "hufu: {}", chain.join(": "));
        }
    }

    /// A bar for work of known length; hidden with `--json` or `--quiet` and when standard error is no terminal.
    pub(crate) fn progress(self, length: u64, what: &'static str) -> ProgressBar {
        let target =
            if self.json || self.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(length), target);
        if let Ok(style) = ProgressStyle::with_template("{msg:<24} {bar:32} {pos}/{len}  {per_sec}  {eta}") {
            bar.set_style(style);
        }
        bar.set_message(what);
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }
}

/// A path as a result has it: what is no Unicode in it is replaced.
pub(crate) fn path_text(path: &Path) -> String {
    path.display().to_string()
}

/// A JSON value over several lines, for a terminal too.
pub(crate) fn pretty(value: &Value) -> String {
    visible::json(&serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string()))
}

/// Rows under headings, columns padded to their widest cell.
pub(crate) fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let mut lines = Table::new(headings).begin(rows);
    lines.pop();
    lines
}

/// A table that is printed as its rows come: a column is as wide as its widest cell so far.
pub(crate) struct Table {
    headings: Vec<String>,
    widths: Vec<usize>,
}

impl Table {
    pub(crate) fn new(headings: &[&str]) -> Self {
        let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        Self { widths: vec![0; headings.len()], headings }
    }

    /// The headings and the first rows, with a line end behind each.
    pub(crate) fn begin(&mut self, rows: &[Vec<String>]) -> String {
        let headings = std::mem::take(&mut self.headings);
        self.widen(&headings);
        let rows = visible_cells(rows);
        rows.iter().for_each(|row| self.widen(row));
        self.line(&headings) + &self.lines(&rows)
    }

    /// More rows, with a line end behind each.
    pub(crate) fn rows(&mut self, rows: &[Vec<String>]) -> String {
        self.lines(&visible_cells(rows))
    }

    fn lines(&mut self, rows: &[Vec<String>]) -> String {
        rows.iter().for_each(|row| self.widen(row));
        rows.iter().map(|row| self.line(row)).collect()
    }

    fn widen(&mut self, row: &[String]) {
        for (width, cell) in self.widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }

    fn line(&self, row: &[String]) -> String {
        let padded: Vec<String> =
            row.iter().zip(&self.widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", padded.join("  ").trim_end())
    }
}

fn visible_cells(rows: &[Vec<String>]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|cell| visible::line(cell)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Table, table};

    #[test]
    fn a_table_is_as_wide_as_its_widest_cell() {
        let rows = vec![vec!["a".to_owned(), "bb".to_owned()], vec!["虎符".to_owned(), "c".to_owned()]];
        assert_eq!(table(&["x", "y"], &rows), "x   y\na   bb\n虎符  c");
    }

    #[test]
    fn a_table_goes_on_as_wide_as_it_was_or_wider() {
        let row = |first: &str| vec![vec![first.to_owned(), "z".to_owned()]];
        let mut table = Table::new(&["x", "y"]);
        assert_eq!(table.begin(&row("abc")), "x    y\nabc  z\n");
        assert_eq!(table.rows(&row("a")), "a    z\n");
        assert_eq!(table.rows(&row("abcd")), "abcd  z\n");
    }
}
