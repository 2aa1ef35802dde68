//! The rules: state and a signed operation in, changes or a named refusal out.
//!
//! 1. The operation is well formed (`operation.rs`) and for this network.
//! 2. It fits: a `create` makes a DID that does not exist; any other operation names the next version and the
//!    hash of the latest, of a DID that exists and has not ended.
//! 3. Every signature is valid.
//! 4. The signers have the authority that this kind of operation needs.
//! 5. Keys to be installed have signed, and were committed to if a commitment stands.
//! 6. The document after the patch, and the controllers, follow the rules.
//!
//! The cheap checks come first, so that garbage costs no signature verification.

use std::collections::BTreeSet;

use super::{
    Authority, Create, Deactivate, Head, KeySet, Link, Network, Operation, OperationHash, Patch, Records,
    Recover, Refusal, Rotate, SignedOperation, Update, Version,
    authority::{authority, check_controllers, controlled_by},
    did_of, head_key,
    identifier::parts_of,
    version_key,
};
use crate::{Did, Document, Error};

/// Where in the ledger an operation is applied.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The ledger's network.
    pub network: &'a Network,
    /// The height of the block.
    pub height: u64,
    /// The time of the block, in milliseconds since 1970; it never runs backwards.
    pub time_ms: u64,
}

/// What an accepted operation changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// The DID.
    pub did: Did,
    /// Its new head, replacing the old one.
    pub head: Head,
    /// Its new version, added to the old ones.
    pub version: Version,
}

impl Changes {
    /// The two records with their keys.
    #[must_use]
    pub fn entries(&self) -> [(Vec<u8>, Vec<u8>); 2] {
        [
            (head_key(&self.did), self.head.to_bytes()),
            (version_key(&self.did, self.version.version), self.version.to_bytes()),
        ]
    }
}

/// Decides on a signed operation. Nothing is written; the same input gives the same result everywhere.
///
/// # Errors
/// [`Error::Refused`] with the reason if the operation is at fault; other variants if `records` are.
pub fn apply(
    records: &impl Records,
    signed: &SignedOperation,
    context: &Context<'_>,
) -> Result<Changes, Error> {
    Submission::read(signed.clone())?.apply(records, context)
}

/// A signed operation that has been read: it is well formed, and nothing has been verified.
///
/// Reading decodes every key, which is a square root each: whoever needs the operation before it is applied, to ask
/// for a permission, reads it once and applies the same value.
#[derive(Clone, Debug, PartialEq)]
pub struct Submission {
    signed: SignedOperation,
    operation: Operation,
}

impl Submission {
    /// Step 1, as far as it can be seen without any state.
    ///
    /// # Errors
    /// As [`Operation::parse`].
    pub fn read(signed: SignedOperation) -> Result<Self, Error> {
        let operation = Operation::parse(signed.operation())?;
        Ok(Self { signed, operation })
    }

    /// The bytes and signatures.
    #[must_use]
    pub const fn signed(&self) -> &SignedOperation {
        &self.signed
    }

    /// What the bytes say.
    #[must_use]
    pub const fn operation(&self) -> &Operation {
        &self.operation
    }

    /// Decides on it, as [`apply()`].
    ///
    /// # Errors
    /// As [`apply()`].
    pub fn apply(self, records: &impl Records, context: &Context<'_>) -> Result<Changes, Error> {
        let Self { signed, operation } = self;
        match operation {
            Operation::Create(create) => first(records, &signed, context, create),
            Operation::Update(update) => {
                let Update { link, patch } = update;
                Step::begin(records, &signed, context, &link)?.update(&patch)
            }
            Operation::Rotate(rotate) => Step::begin(records, &signed, context, &rotate.link)?.rotate(rotate),
            Operation::Recover(recover) => {
                Step::begin(records, &signed, context, &recover.link)?.recover(recover)
            }
            Operation::Deactivate(Deactivate { link }) => {
                Step::begin(records, &signed, context, &link)?.deactivate()
            }
        }
    }
}

/// A `create`.
fn first(
    records: &impl Records,
    signed: &SignedOperation,
    context: &Context<'_>,
    create: Create,
) -> Result<Changes, Error> {
    check_network(context, &create.network)?;
    // 2.
    let hash = signed.hash();
    let did = did_of(context.network, &hash);
    if records.head(&did)?.is_some() {
        return Err(Refusal::AlreadyExists(did).into());
    }
    // 3. 4. 5.
    let signers = signed.verified_signers()?;
    let controllers = create.document.controllers.clone().unwrap_or_default();
    let (actor, by) = match &create.keys {
        Some(keys) => {
            keys.require("update", &signers)?;
            (did.clone(), Authority::Keys)
        }
        None if controllers.is_empty() => return Err(Refusal::NoControl.into()),
        None => match controlled_by(records, &did, &controllers, &signers)? {
            Some(actor) => (actor, Authority::Controller),
            None => return Err(Refusal::NotAuthorised { whose: "controller", need: 1, have: 0 }.into()),
        },
    };
    // A commitment without keys would be a promise that nothing ever redeems.
    if create.keys.is_none() && create.next.is_some() {
        return Err(Refusal::malformed("next keys without keys").into());
    }
    // 6.
    check_controllers(records, context.network, &did, &controllers)?;
    let mut document = Document::new(did.clone());
    create.document.apply(&mut document)?;
    let head = Head {
        did: did.clone(),
        version: 1,
        hash,
        keys: create.keys,
        next: create.next,
        recovery: create.recovery,
        controllers,
        deactivated: false,
        created_ms: context.time_ms,
        updated_ms: context.time_ms,
        height: context.height,
    };
    Ok(changes(head, None, signed, document, actor, by))
}

/// An operation on a DID that exists, after steps 1 to 3.
struct Step<'a, R> {
    records: &'a R,
    signed: &'a SignedOperation,
    context: &'a Context<'a>,
    head: Head,
    signers: BTreeSet<String>,
}

impl<'a, R: Records> Step<'a, R> {
    fn begin(
        records: &'a R,
        signed: &'a SignedOperation,
        context: &'a Context<'a>,
        link: &Link,
    ) -> Result<Self, Error> {
        // 1.
        let (network, _) = parts_of(&link.did).map_err(|_| Refusal::NotFound(link.did.clone()))?;
        check_network(context, &network)?;
        // 2.
        let head = records.head(&link.did)?.ok_or_else(|| Refusal::NotFound(link.did.clone()))?;
        check_link(records, &head, link, signed.hash())?;
        if context.time_ms < head.updated_ms {
            return Err(Error::Records(format!(
                "the block's time {} is before the latest version's {}",
                context.time_ms, head.updated_ms
            )));
        }
        // 3.
        let signers = signed.verified_signers()?;
        Ok(Self { records, signed, context, head, signers })
    }

    fn update(self, patch: &Patch) -> Result<Changes, Error> {
        // 4.
        let (actor, by) = authority(self.records, &self.head, &self.signers)?;
        // 6.
        if patch.is_empty() {
            return Err(Refusal::EmptyPatch.into());
        }
        if patch.controllers.is_some() && self.head.next.is_some() {
            return Err(Refusal::ControllersCommitted.into());
        }
        self.finish(patch, actor, by)
    }

    fn rotate(mut self, rotate: Rotate) -> Result<Changes, Error> {
        // 4.
        let (actor, by) = authority(self.records, &self.head, &self.signers)?;
        // 5.
        if let Some(next) = &self.head.next {
            next.admit(&rotate.keys)?;
        }
        rotate.keys.require("new", &self.signers)?;
        if rotate.recovery.is_some() {
            if self.head.recovery.is_some() {
                return Err(Refusal::RecoveryFixed.into());
            }
            self.head.recovery = rotate.recovery;
        }
        self.head.keys = Some(rotate.keys);
        self.head.next = rotate.next;
        self.finish(&rotate.patch, actor, by)
    }

    fn recover(mut self, recover: Recover) -> Result<Changes, Error> {
        // 4.
        let recovery = self.recovery()?;
        recovery.require("recovery", &self.signers)?;
        // 5.
        recover.keys.require("new", &self.signers)?;
        self.head.keys = Some(recover.keys);
        self.head.next = recover.next;
        if recover.recovery.is_some() {
            self.head.recovery = recover.recovery;
        }
        // Whoever had the old keys may have put a controller above them.
        let mut patch = recover.patch;
        patch.controllers.get_or_insert_default();
        let actor = self.head.did.clone();
        self.finish(&patch, actor, Authority::Recovery)
    }

    fn deactivate(mut self) -> Result<Changes, Error> {
        // 4.
        let by_recovery = self.head.recovery.as_ref().is_some_and(|keys| keys.is_met(&self.signers));
        let (actor, by) = if by_recovery {
            (self.head.did.clone(), Authority::Recovery)
        } else {
            authority(self.records, &self.head, &self.signers)?
        };
        self.head.deactivated = true;
        self.head.keys = None;
        self.head.next = None;
        self.head.recovery = None;
        self.head.controllers = Vec::new();
        let document = Document::new(self.head.did.clone());
        Ok(self.next_version(document, actor, by))
    }

    fn recovery(&self) -> Result<&KeySet, Error> {
        self.head.recovery.as_ref().ok_or_else(|| Refusal::NoRecovery(self.head.did.clone()).into())
    }

    /// Step 6 and the records.
    fn finish(mut self, patch: &Patch, actor: Did, by: Authority) -> Result<Changes, Error> {
        let latest = self.head.version;
        let mut document = self
            .records
            .version(&self.head.did, latest)?
            .ok_or_else(|| Error::Records(format!("version {latest} of {} is missing", self.head.did)))?
            .document;
        if let Some(controllers) = &patch.controllers {
            check_controllers(self.records, self.context.network, &self.head.did, controllers)?;
            if self.head.keys.is_none() && controllers.is_empty() {
                return Err(Refusal::NoControl.into());
            }
            self.head.controllers.clone_from(controllers);
        }
        patch.apply(&mut document)?;
        Ok(self.next_version(document, actor, by))
    }

    fn next_version(self, document: Document, actor: Did, by: Authority) -> Changes {
        let mut head = self.head;
        let previous = Some(head.hash);
        head.version = head.version.saturating_add(1);
        head.hash = self.signed.hash();
        head.updated_ms = self.context.time_ms;
        head.height = self.context.height;
        changes(head, previous, self.signed, document, actor, by)
    }
}

fn changes(
    head: Head,
    previous: Option<OperationHash>,
    signed: &SignedOperation,
    document: Document,
    actor: Did,
    authority: Authority,
) -> Changes {
    let version = Version {
        version: head.version,
        hash: head.hash,
        previous,
        operation: signed.clone(),
        document,
        deactivated: head.deactivated,
        height: head.height,
        time_ms: head.updated_ms,
        created_ms: head.created_ms,
        actor,
        authority,
    };
    Changes { did: head.did.clone(), head, version }
}

fn check_network(context: &Context<'_>, found: &Network) -> Result<(), Error> {
    if found == context.network {
        return Ok(());
    }
    Err(Refusal::WrongNetwork { expected: context.network.to_string(), found: found.to_string() }.into())
}

fn check_link(records: &impl Records, head: &Head, link: &Link, hash: OperationHash) -> Result<(), Error> {
    let expected = head.version.saturating_add(1);
    if link.version < expected
        && let Some(accepted) = records.version(&head.did, link.version)?
        && accepted.hash == hash
    {
        return Err(Refusal::Replayed { version: link.version }.into());
    }
    if head.deactivated {
        return Err(Refusal::Deactivated(head.did.clone()).into());
    }
    if link.version != expected {
        return Err(Refusal::StaleVersion { expected, found: link.version }.into());
    }
    if link.previous != head.hash {
        return Err(Refusal::StalePrevious.into());
    }
    Ok(())
}
