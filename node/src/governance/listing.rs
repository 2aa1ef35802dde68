//! Changes of lists. Each writes the head of the list, the DID's entry and the index of the lists it is on;
//! for "members" also the roll.

use hufu_did::Did;

use super::draft::Draft;
use super::list::{MAX_LISTS, MAX_MEMBERS, MAX_PERIODS};
use super::{
    Entry, Error, Event, List, ListName, ListNames, Memberships, Period, Provenance, Records, Refusal,
    RoleName, Roll, Weight, key,
};

/// Puts a DID on a list.
pub(super) fn add<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    list: &ListName,
    did: &Did,
    role: Option<&RoleName>,
    weight: Weight,
    by: &Provenance,
) -> Result<(), Error> {
    let mut change = Change::begin(draft, list, did, by)?;
    if change.entry.current().is_some() {
        return Err(Refusal::AlreadyListed { did: did.clone(), list: list.clone() }.into());
    }
    change.start(role, weight)?;
    change.finish(draft)
}

/// Takes a DID off a list.
pub(super) fn remove<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    list: &ListName,
    did: &Did,
    by: &Provenance,
) -> Result<(), Error> {
    let mut change = Change::begin(draft, list, did, by)?;
    change.end()?;
    change.finish(draft)
}

/// Changes the role, and perhaps the weight, of an entry.
pub(super) fn set_role<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    list: &ListName,
    did: &Did,
    role: Option<&RoleName>,
    weight: Option<Weight>,
    by: &Provenance,
) -> Result<(), Error> {
    let mut change = Change::begin(draft, list, did, by)?;
    let (old_role, old_weight) = change.end()?;
    let weight = weight.unwrap_or(old_weight);
    if old_role.as_ref() == role && weight == old_weight {
        return Err(Refusal::SameRole { did: did.clone(), list: list.clone(), role: old_role }.into());
    }
    change.start(role, weight)?;
    change.finish(draft)
}

/// A change of one entry, making the next version of its list.
struct Change {
    head: List,
    entry: Entry,
    is_new_list: bool,
}

impl Change {
    fn begin<R: Records + ?Sized>(
        draft: &Draft<'_, R>,
        list: &ListName,
        did: &Did,
        by: &Provenance,
    ) -> Result<Self, Error> {
        let known: Option<List> = draft.read(&key::list(list))?;
        let is_new_list = known.is_none();
        let (version, entries, weight) =
            known.map_or((0, 0, 0), |known| (known.version, known.entries, known.weight));
        let head = List { name: list.clone(), version: version + 1, entries, weight, changed: by.clone() };
        let entry: Option<Entry> = draft.read(&key::entry(list, did))?;
        let entry =
            entry.unwrap_or_else(|| Entry { list: list.clone(), did: did.clone(), periods: Vec::new() });
        Ok(Self { head, entry, is_new_list })
    }

    fn start(&mut self, role: Option<&RoleName>, weight: Weight) -> Result<(), Refusal> {
        if self.entry.periods.len() >= MAX_PERIODS {
            return Err(Refusal::Full { what: "changes of one entry", limit: MAX_PERIODS });
        }
        self.head.entries += 1;
        self.head.weight = self.head.weight.saturating_add(weight.value());
        self.entry.periods.push(Period {
            from_version: self.head.version,
            until_version: None,
            role: role.cloned(),
            weight,
            began: self.head.changed.clone(),
            ended: None,
        });
        Ok(())
    }

    /// Ends the current period and gives the role and weight it had.
    fn end(&mut self) -> Result<(Option<RoleName>, Weight), Refusal> {
        let Entry { list, did, periods } = &mut self.entry;
        let Some(period) = periods.last_mut().filter(|period| period.until_version.is_none()) else {
            return Err(Refusal::NotListed { did: did.clone(), list: list.clone() });
        };
        period.until_version = Some(self.head.version);
        period.ended = Some(self.head.changed.clone());
        self.head.entries = self.head.entries.saturating_sub(1);
        self.head.weight = self.head.weight.saturating_sub(period.weight.value());
        Ok((period.role.clone(), period.weight))
    }

    fn finish<R: Records + ?Sized>(self, draft: &mut Draft<'_, R>) -> Result<(), Error> {
        let Self { head, entry, is_new_list } = self;
        if is_new_list {
            add_name(draft, &head.name)?;
        }
        index(draft, &entry)?;
        if head.name.is_members() {
            enrol(draft, &entry)?;
        }
        draft.tell(Event::ListChanged {
            list: head.name.clone(),
            version: head.version,
            did: entry.did.clone(),
        });
        draft.write(key::entry(&head.name, &entry.did), &entry);
        draft.write(key::list(&head.name), &head);
        Ok(())
    }
}

fn add_name<R: Records + ?Sized>(draft: &mut Draft<'_, R>, list: &ListName) -> Result<(), Error> {
    let mut names: ListNames = draft.read(key::LISTS)?.unwrap_or_default();
    if names.0.len() >= MAX_LISTS {
        return Err(Refusal::Full { what: "lists", limit: MAX_LISTS }.into());
    }
    names.0.insert(list.clone());
    draft.write(key::LISTS.to_owned(), &names);
    Ok(())
}

/// The lists that the DID is on.
fn index<R: Records + ?Sized>(draft: &mut Draft<'_, R>, entry: &Entry) -> Result<(), Error> {
    let key = key::memberships(&entry.did);
    let mut memberships: Memberships = draft.read(&key)?.unwrap_or_default();
    match entry.current() {
        Some(period) => memberships.0.insert(entry.list.clone(), period.role.clone()),
        None => memberships.0.remove(&entry.list),
    };
    draft.write(key, &memberships);
    Ok(())
}

/// The members with their weights.
fn enrol<R: Records + ?Sized>(draft: &mut Draft<'_, R>, entry: &Entry) -> Result<(), Error> {
    let mut roll: Roll = draft.read(key::ROLL)?.unwrap_or_default();
    match entry.current() {
        Some(period) => roll.0.insert(entry.did.to_string(), period.weight),
        None => roll.0.remove(entry.did.as_str()),
    };
    if roll.0.is_empty() {
        return Err(Refusal::LastMember.into());
    }
    if roll.0.len() > MAX_MEMBERS {
        return Err(Refusal::Full { what: "members", limit: MAX_MEMBERS }.into());
    }
    draft.write(key::ROLL.to_owned(), &roll);
    Ok(())
}
