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
    let Some(member) = ledger.member(&key).await? else { return Ok(Proven { opening, member: None }) };
    // 4.
    let consent = member.consent(&ledger.group)?;
    let account: Did = member.account.parse()?;
    let document = document(ledger, &account, member.height).await?;
    consent::check(&document, &member.method, &consent, &member.consent)?;
    Ok(Proven { opening, member: Some(member) })
}

/// The document of a DID as of a height.
async fn document(ledger: &OnLedger<'_>, did: &Did, height: u64) -> anyhow::Result<Document> {
    if let Some(document) = consent::own_document(did)? {
        return Ok(document);
    }
    let certified = ledger.certified();
    let missing = || Failure::with(Code::No, format!("{did} is not on the ledger"));
    let (head, _) = certified.value(&head_key(did)).await?;
    let mut number = Head::from_bytes(&head.ok_or_else(missing)?)?.version;
    while number > 0 {
        let (version, _) = certified.value(&version_key(did, number)).await?;
        let version = Version::from_bytes(&version.ok_or_else(missing)?)?;
        if version.height <= height {
            return Ok(version.document);
        }
        number -= 1;
    }
    Err(Failure::with(Code::No, format!("{did} did not exist at height {height}")))
}
