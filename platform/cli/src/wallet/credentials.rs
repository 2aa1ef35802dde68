//! The credentials of a wallet, one JSON file each.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;

use crate::{
    commands::read_json,
    exit::{Code, Failure},
    private_file,
};

/// Most credentials of one wallet.
const MAX_CREDENTIALS: usize = 10_000;

/// The folder of credentials.
pub(crate) struct Credentials {
    folder: PathBuf,
}

/// One credential of a wallet.
pub(crate) struct Held {
    /// Its number; a removed one's is not given again while later ones exist.
    pub(crate) number: usize,
    /// The credential with its proof.
    pub(crate) value: Value,
    path: PathBuf,
}

impl Held {
    /// The credential's id, if it has one.
    pub(crate) fn id(&self) -> Option<&str> {
        self.value.get("id").and_then(Value::as_str)
    }

    /// What it is called in messages.
    pub(crate) fn name(&self) -> String {
        self.id().map_or_else(|| format!("credential {}", self.number), str::to_owned)
    }
}

impl Credentials {
    pub(super) fn in_folder(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// All of them, by number.
    ///
    /// # Errors
    /// [`Code::Input`] for a folder or a file that cannot be read.
    pub(crate) fn all(&self) -> anyhow::Result<Vec<Held>> {
        let named = || format!("{} cannot be read", self.folder.display());
        let mut numbered = Vec::new();
        for entry in std::fs::read_dir(&self.folder).with_context(named)? {
            let path = entry.with_context(named)?.path();
            if let Some(number) = number_of(&path) {
                numbered.push((number, path));
            }
            if numbered.len() > MAX_CREDENTIALS {
                return Err(Failure::with(
                    Code::Input,
                    format!("{} has more than {MAX_CREDENTIALS} credentials", self.folder.display()),
                ));
            }
        }
        numbered.sort();
        numbered
            .into_iter()
            .map(|(number, path)| Ok(Held { number, value: read_json(&path)?, path }))
            .collect()
    }

    /// The credential of this number or id.
    ///
    /// # Errors
    /// [`Code::No`] if there is none.
    pub(crate) fn find(&self, which: &str) -> anyhow::Result<Held> {
        let found =
            self.all()?.into_iter().find(|held| held.number.to_string() == which || held.id() == Some(which));
        found.ok_or_else(|| {
            Failure::with(Code::No, format!("the wallet has no credential {which}; see `hufu wallet list`"))
        })
    }

    /// Keeps a credential under the next number.
    ///
    /// # Errors
    /// [`Code::Input`] if the same one, or another of the same id, is there.
    pub(crate) fn add(&self, value: Value) -> anyhow::Result<Held> {
        let _lock = private_file::lock(&self.folder)?;
        let all = self.all()?;
        let id = value.get("id").and_then(Value::as_str);
        if let Some(known) = all.iter().find(|held| held.value == value || (id.is_some() && held.id() == id))
        {
            return Err(Failure::with(
                Code::Input,
                format!("the wallet has {} already, as number {}", known.name(), known.number),
            ));
        }
        let number = all.last().map_or(0, |held| held.number).saturating_add(1);
        let path = self.folder.join(format!("{number}.json"));
        let json = serde_json::to_vec_pretty(&value).context("the credential has no JSON form")?;
        private_file::replace_itself(&path, &json)?;
        Ok(Held { number, value, path })
    }

    /// Removes a credential.
    ///
    /// # Errors
    /// [`Code::No`] if there is none.
    pub(crate) fn remove(&self, which: &str) -> anyhow::Result<Held> {
        let held = self.find(which)?;
        std::fs::remove_file(&held.path)
            .with_context(|| format!("{} cannot be removed", held.path.display()))?;
        Ok(held)
    }
}

/// `17.json` is number 17; other names are not ours.
fn number_of(path: &Path) -> Option<usize> {
    let name = path.file_name()?.to_str()?.strip_suffix(".json")?;
    name.parse().ok().filter(|number: &usize| number.to_string() == name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Credentials;

    #[test]
    fn credentials_keep_their_numbers() {
        let folder = tempfile::tempdir().expect("a folder");
        let credentials = Credentials::in_folder(folder.path().to_owned());
        let of = |id: &str| json!({ "id": id });
        for id in ["urn:a", "urn:b", "urn:c"] {
            credentials.add(of(id)).expect("new");
        }
        assert!(credentials.add(of("urn:b")).is_err(), "the same again");
        credentials.remove("2").expect("there");
        let numbers: Vec<usize> = credentials.all().expect("reads").iter().map(|held| held.number).collect();
        assert_eq!(numbers, [1, 3]);
        assert_eq!(credentials.find("urn:c").expect("by id").number, 3);
        assert!(credentials.find("2").is_err());
        std::fs::write(folder.path().join("notes.txt"), "mine").expect("writes");
        assert_eq!(credentials.all().expect("other files are ignored").len(), 2);
    }
}
