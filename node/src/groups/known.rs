//! The groups that were used lately: their tables are costly to make.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use hufu_group::Group;
use hufu_light::{GroupName, GroupRecord, TrustAnchor};

/// Groups remembered: each has tables of some 2 MB.
const MAX_GROUPS: usize = 32;

/// A group and the record that it was made from.
pub type Found = Arc<(GroupRecord, Group)>;

/// Groups by name, each with the bytes of its record.
#[derive(Debug, Default)]
pub struct Known(Mutex<HashMap<GroupName, (Vec<u8>, Found)>>);

impl Known {
    /// The group, made from its record unless one was made of the same bytes: the record is read in any case, for it may stand in
    /// a block that never comes to be.
    ///
    /// # Errors
    /// In words, if `read` fails or the record is damaged.
    pub fn find(
        &self,
        name: &GroupName,
        anchor: &TrustAnchor,
        read: impl FnOnce(&str) -> Result<Option<Vec<u8>>, String>,
    ) -> Result<Option<Found>, String> {
        let Some(bytes) = read(&name.key())? else { return Ok(None) };
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some((_, found)) = known.filter(|(of, _)| *of == bytes) {
            return Ok(Some(found));
        }
        let record = GroupRecord::from_bytes(&bytes).map_err(|e| e.to_string())?;
        let group = record.group(anchor).map_err(|e| e.to_string())?;
        let found = Arc::new((record, group));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_GROUPS {
            known.clear();
        }
        known.insert(name.clone(), (bytes, Arc::clone(&found)));
        Ok(Some(found))
    }
}
