//! A verification report, in words and as an exit code.
//!
//! One renderer for reports made here and for those of a service, which differ in a few member names.

use anyhow::Context as _;
use hufu_credentials::{CheckName, Outcome, Report};
use serde_json::Value;

use crate::{
    exit::{Code, Failure},
    output::Output,
};

/// Prints a report made here; an error unless everything verified.
///
/// # Errors
/// [`Code::Input`] if it is no credential or presentation at all, [`Code::No`] if it does not verify.
pub(crate) fn conclude(report: &Report, output: Output) -> anyhow::Result<()> {
    let value = serde_json::to_value(report).context("the report has no JSON form")?;
    output.result(&value, || words(&value))?;
    judge(report)
}

/// What a report means for the caller, without printing it.
///
/// # Errors
/// As [`conclude`].
pub(crate) fn judge(report: &Report) -> anyhow::Result<()> {
    if report.verified {
        return Ok(());
    }
    let why = first_cause(report);
    if report.outcome(CheckName::DataModel) == Some(Outcome::Failed) {
        return Err(Failure::with(Code::Input, format!("this is no credential or presentation: {why}")));
    }
    Err(Failure::with(Code::No, format!("not verified: {why}")))
}

/// The first problem, of the document or of a credential in it.
pub(crate) fn first_cause(report: &Report) -> String {
    report
        .credentials
        .iter()
        .chain([report])
        .find_map(|report| report.problems.first())
        .map_or_else(|| "a check failed".to_owned(), |problem| problem.detail.clone())
}

/// A report for a person.
pub(crate) fn words(report: &Value) -> String {
    let mut lines = Vec::new();
    describe(report, 0, &mut lines);
    lines.join("\n")
}

fn describe(report: &Value, depth: usize, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    let verified = report.get("verified").and_then(Value::as_bool).unwrap_or(false);
    let member = |name: &str| report.get(name).and_then(Value::as_str);
    let subject = member("id").or_else(|| member("holder")).or_else(|| member("issuer")).unwrap_or_default();
    lines.push(
        format!("{indent}{} {subject}", if verified { "VERIFIED" } else { "NOT VERIFIED" }).trim_end().into(),
    );
    for check in array(report, "checks") {
        let (name, outcome) = (text(check, "check"), text(check, "outcome"));
        if outcome != "skipped" {
            lines.push(format!("{indent}  {outcome:<8} {name}"));
        }
    }
    for status in array(report, "status") {
        let number = |name: &str| status.get(name).map(ToString::to_string).unwrap_or_default();
        let set = if number("value") == "0" { "not set" } else { "set" };
        let height = status.get("height").map(|height| format!(" as of height {height}")).unwrap_or_default();
        lines.push(format!(
            "{indent}  status   {} {set}: entry {} of {}{height}",
            text(status, "purpose"),
            number("index"),
            text(status, "list")
        ));
    }
    for (name, word) in [("problems", "problem"), ("warnings", "warning")] {
        for problem in array(report, name) {
            lines.push(format!("{indent}  {word:<8} {}", text(problem, "detail")));
        }
    }
    for credential in array(report, "credentials") {
        describe(credential, depth + 1, lines);
    }
}

fn array<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use hufu_credentials::{Check, CheckName, Outcome, Problem, ProblemType, Report};

    use super::{judge, words};
    use crate::exit::Code;

    fn failed(check: CheckName) -> Report {
        Report {
            checks: vec![Check { check, outcome: Outcome::Failed }],
            problems: vec![Problem::new(ProblemType::ProofVerification, "the signature does not verify")],
            ..Report::default()
        }
    }

    #[test]
    fn a_report_names_every_check_and_problem() {
        let value = serde_json::to_value(failed(CheckName::Proof)).expect("serialises");
        let text = words(&value);
        assert!(text.starts_with("NOT VERIFIED"), "{text}");
        assert!(text.contains("failed   proof") && text.contains("the signature does not verify"), "{text}");
    }

    #[test]
    fn what_is_no_credential_is_bad_input_and_what_is_forged_is_a_no() {
        for (check, code) in [(CheckName::DataModel, Code::Input), (CheckName::Proof, Code::No)] {
            let error = judge(&failed(check)).expect_err("not verified");
            assert_eq!(Code::of(&error), code, "{error}");
        }
    }
}
