//! Status entries against their lists: Bitstring Status List v1.0 §3.2 "Validate Algorithm".

use super::{CheckName, Checks, Extension, Report, StatusReport, Verifier, issuer, parsed};
use crate::model::{excerpt, one_or_many};
use crate::problem::{Problem, ProblemType};
use crate::status::{
    BitstringList, LedgerStatus, ListCredential, MIN_ENTRIES, StatusEntry, StatusEvidence, StatusPurpose,
    VerifiedList, is_bitstring_entry,
};
use serde_json::{Map, Value};

impl Verifier<'_> {
    pub(super) fn check_status(&self, object: &Map<String, Value>, checks: &Checks, report: &mut Report) {
        let entries = object.get("credentialStatus").map(one_or_many).unwrap_or_default();
        if entries.is_empty() || checks.status == Extension::Skip {
            return report.skip(CheckName::CredentialStatus);
        }
        let mut passed = true;
        for value in entries {
            match self.one_status(value, issuer(object), checks) {
                Ok(status) => {
                    passed &= status.valid;
                    self.conclude_status(status, report);
                }
                Err(problem)
                    if checks.status == Extension::IfKnown && problem.is(ProblemType::StatusRetrieval) =>
                {
                    report.warnings.push(problem);
                }
                Err(problem) => {
                    passed = false;
                    report.failed_with(CheckName::CredentialStatus, problem);
                }
            }
        }
        if passed {
            report.pass(CheckName::CredentialStatus);
        }
    }

    /// Puts a status that was found into the report.
    fn conclude_status(&self, status: StatusReport, report: &mut Report) {
        if !status.valid {
            let word = if status.purpose == StatusPurpose::Revocation { "revoked" } else { "suspended" };
            let text =
                format!("the credential is {word}: entry {} of {}", status.index, excerpt(&status.list));
            report.fail(CheckName::CredentialStatus, ProblemType::Status, text);
        } else if status.purpose == StatusPurpose::Refresh && status.value != 0 {
            report.warn(ProblemType::Status, "an updated credential is available");
        }
        report.status.push(status);
    }

    fn one_status(&self, value: &Value, issuer: &str, checks: &Checks) -> Result<StatusReport, Problem> {
        if !is_bitstring_entry(value) {
            let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
            let text = format!("status type {} is not supported", excerpt(kind));
            return Err(Problem::new(ProblemType::StatusRetrieval, text));
        }
        let entry = StatusEntry::parse(value).map_err(|e| e.problem())?;
        let evidence =
            self.status.status(&entry).map_err(|why| Problem::new(ProblemType::StatusRetrieval, why))?;
        match evidence {
            StatusEvidence::Credential(credential) => {
                let list = self.verify_list(&credential).map_err(|report| {
                    let cause = report.problems.first().map_or("unknown", |p| p.detail.as_str());
                    unverifiable(format!("the status list credential does not verify: {cause}"))
                })?;
                self.judge_list(&entry, &list, issuer, checks)
            }
            StatusEvidence::Verified(list) => self.judge_list(&entry, &list, issuer, checks),
            StatusEvidence::Ledger(status) => judge_ledger(&entry, &status, issuer, checks),
        }
    }

    /// Verifies a status list credential: data model, proof, issuer, period, type, and that its bits expand.
    pub(super) fn verify_list(&self, value: &Value) -> Result<VerifiedList, Box<Report>> {
        let mut report = self.credential(value, &Checks::proof_and_validity());
        if !report.verified {
            return Err(Box::new(report));
        }
        match self.read_list(value) {
            Ok(list) => Ok(list),
            Err(problem) => {
                report.failed_with(CheckName::DataModel, problem);
                Err(Box::new(report.conclude()))
            }
        }
    }

    fn read_list(&self, value: &Value) -> Result<VerifiedList, Problem> {
        let credential = match super::jose::unwrapped(value) {
            Some(inner) => parsed(&inner)?,
            None => parsed(value)?,
        };
        let list = ListCredential::parse(&credential).map_err(|e| e.problem())?;
        let bits = BitstringList::decode(list.encoded, 1).map_err(|e| e.problem())?;
        Ok(VerifiedList {
            id: list.id.map(str::to_owned),
            issuer: list.issuer.to_owned(),
            purposes: list.purposes.iter().map(|p| (*p).to_owned()).collect(),
            bits,
            status_size: list.status_size,
            valid_until: credential.valid_until().map(|t| t.timestamp),
            ttl_ms: list.ttl_ms,
        })
    }

    fn judge_list(
        &self,
        entry: &StatusEntry,
        list: &VerifiedList,
        issuer: &str,
        checks: &Checks,
    ) -> Result<StatusReport, Problem> {
        if list.valid_until.is_some_and(|until| until < checks.earliest(self.now)) {
            return Err(unverifiable("the status list is no longer valid".to_owned()));
        }
        if list.id.as_deref().is_some_and(|id| id != entry.list) {
            return Err(unverifiable("the status list is another one than the entry names".to_owned()));
        }
        if !list.purposes.iter().any(|p| p == entry.purpose.as_str()) {
            return Err(unverifiable(format!("the status list is not for {}", entry.purpose)));
        }
        check_list_issuer(&list.issuer, issuer, checks)?;
        if list.status_size.is_some_and(|size| size != entry.size) {
            return Err(unverifiable(format!(
                "the status list has entries of another size than {} bits",
                entry.size
            )));
        }
        if list.bits.len() / u64::from(entry.size) < MIN_ENTRIES {
            let text = format!("the status list has fewer than {MIN_ENTRIES} entries");
            return Err(Problem::new(ProblemType::StatusListLength, text));
        }
        let value = list.bits.read(entry.index, entry.size).ok_or_else(|| beyond(entry))?;
        Ok(report(entry, value, None))
    }
}

/// The same decisions over records that the ledger proved.
fn judge_ledger(
    entry: &StatusEntry,
    status: &LedgerStatus,
    issuer: &str,
    checks: &Checks,
) -> Result<StatusReport, Problem> {
    let list = &status.list;
    if list.id != entry.list {
        return Err(unverifiable("the ledger's record is of another list".to_owned()));
    }
    if !list.purposes.contains(&entry.purpose) {
        return Err(unverifiable(format!("the status list is not for {}", entry.purpose)));
    }
    check_list_issuer(&list.owner, issuer, checks)?;
    if list.status_size != entry.size {
        return Err(unverifiable(format!(
            "the list has entries of {} bits, not {}",
            list.status_size, entry.size
        )));
    }
    if entry.index >= list.entries {
        return Err(beyond(entry));
    }
    if status.entry.as_ref().is_some_and(|record| record.index != entry.index) {
        return Err(unverifiable("the ledger's record is of another entry".to_owned()));
    }
    let value = status.entry.as_ref().map_or(0, |record| record.value);
    Ok(report(entry, value, Some(status.height)))
}

fn report(entry: &StatusEntry, value: u8, height: Option<u64>) -> StatusReport {
    StatusReport {
        purpose: entry.purpose,
        value,
        message: entry.message(value).map(str::to_owned),
        valid: value == 0 || !entry.purpose.invalidates(),
        list: entry.list.clone(),
        index: entry.index,
        from_ledger: height.is_some(),
        height,
    }
}

fn check_list_issuer(by: &str, issuer: &str, checks: &Checks) -> Result<(), Problem> {
    if by == issuer || checks.status_issuers.iter().any(|accepted| accepted == by) {
        Ok(())
    } else {
        Err(unverifiable(format!("the status list is kept by {}, not by the issuer", excerpt(by))))
    }
}

fn unverifiable(detail: String) -> Problem {
    Problem::new(ProblemType::StatusVerification, detail)
}

fn beyond(entry: &StatusEntry) -> Problem {
    Problem::new(ProblemType::Range, format!("statusListIndex {} is beyond the status list", entry.index))
}
