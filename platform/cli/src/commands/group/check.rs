//! Checks an opening as an outsider who believes nothing but the ledger's genesis.
//!
//! 1. Group, opening, report and its epoch are read with their proofs.
//! 2. The report's signature holds; each part of the opening is its opener's, for this request and this report, and proves itself;
//!    together they give a member key.
//! 3. The register has that key with an account, read with proof.
//! 4. The account's own method, as it was when the member was admitted, has signed that the key is its own.

use hufu_did::{
    Did, Document,
    hufu::{Head, Version, head_key, version_key},
};
use hufu_light::{Hash, MemberRecord, OpeningRecord};

use super::{consent, ledger::OnLedger};
use crate::exit::{Code, Failure};

/// What an opening proves.
#[derive(Debug)]
pub(in crate::commands) struct Proven {
    pub(in crate::commands) opening: OpeningRecord,
    /// None if the member key is registered to nobody.
    pub(in crate::commands) member: Option<MemberRecord>,
}

/// # Errors
/// [`Code::No`] if something does not hold, or too few openers have given their part.
pub(in crate::commands) async fn opening(ledger: &OnLedger<'_>, id: &Hash) -> anyhow::Result<Proven> {
    let refuse = |words: String| Failure::with(Code::No, words);
    // 1.
    let opening = ledger.opening(id).await?;
    if opening.id != *id {
        return Err(refuse(format!("the record is of opening {}", opening.id)));
    }
    let (given, needed) = (opening.parts.len(), usize::from(ledger.record.threshold));
    if given < needed {
        return Err(refuse(format!("{given} of the {needed} openers that are needed have given their part")));
    }
    let report = ledger.report(&opening.report).await?;
    let epoch = ledger.epoch_record(report.epoch).await?;
    // 2.
    let anchor = ledger.certified().anchor();
    let key = hufu_wire::check_opening(anchor, &ledger.record, &epoch, &report, &opening)
        .map_err(|error| refuse(error.to_string()))?;
    // 3.
    let account = opening.opened.as_ref().map(|opened| opened.account.as_deref());
    let Some(member) = ledger.member(&key).await? else { return Ok(Proven { opening, member: None }) };
    // who was registered after the opening was not when it counted
    match account {
        Some(None) => return Ok(Proven { opening, member: None }),
        Some(Some(named)) if named != member.account => {
            return Err(refuse(format!("it names {named}, the register has {}", member.account)));
        }
        _ => {}
    }
    // 4.
    let consent = member.consent(&ledger.group)?;
    let account: Did = member.account.parse()?;
    let documents = documents(ledger, &account, member.height).await?;
    let checks =
        documents.iter().map(|document| consent::check(document, &member.method, &consent, &member.consent));
    let failures: Vec<_> = checks.filter_map(Result::err).collect();
    // one document that has the method is enough; if none has, the newest says why
    if failures.len() == documents.len() {
        return Err(failures
            .into_iter()
            .next()
            .unwrap_or_else(|| refuse(format!("{account} has no document"))));
    }
    Ok(Proven { opening, member: Some(member) })
}

/// The documents that a DID had while the block of a height was made, newest first: those of this block, and the one before. Whoever
/// changes its DID in the block in which it is admitted, behind that, has consented nevertheless.
///
/// # Errors
/// [`Code::No`] if it had none.
async fn documents(ledger: &OnLedger<'_>, did: &Did, height: u64) -> anyhow::Result<Vec<Document>> {
    if let Some(document) = consent::own_document(did)? {
        return Ok(vec![document]);
    }
    let certified = ledger.certified();
    let missing = || Failure::with(Code::No, format!("{did} is not on the ledger"));
    let (head, _) = certified.value(&head_key(did)).await?;
    let mut number = Head::from_bytes(&head.ok_or_else(missing)?)?.version;
    let mut documents = Vec::new();
    while number > 0 {
        let (version, _) = certified.value(&version_key(did, number)).await?;
        let version = Version::from_bytes(&version.ok_or_else(missing)?)?;
        if version.height <= height {
            documents.push(version.document);
        }
        if version.height < height {
            break;
        }
        number -= 1;
    }
    if documents.is_empty() {
        return Err(Failure::with(Code::No, format!("{did} did not exist at height {height}")));
    }
    Ok(documents)
}
