//! `hufu completions` and `hufu man`, generated from the same definitions that parse the arguments.

use std::path::Path;

use anyhow::Context as _;
use clap::CommandFactory as _;

use crate::{args::Arguments, output::Output};

/// The completion script of a shell.
pub(super) fn completions(shell: clap_complete::Shell, output: Output) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "hufu", &mut script);
    output.raw(&script)
}

/// The manual page: the top one to standard output, or every page into a folder.
pub(super) fn manual(folder: Option<&Path>, output: Output) -> anyhow::Result<()> {
    let command = Arguments::command();
    match folder {
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page).context("the manual page cannot be made")?;
            output.raw(&page)
        }
        Some(folder) => {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("{} cannot be made", folder.display()))?;
            clap_mangen::generate_to(command, folder)
                .with_context(|| format!("the manual pages cannot be written into {}", folder.display()))
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_definitions_are_consistent() {
        crate::args::Arguments::command().debug_assert();
    }
}
