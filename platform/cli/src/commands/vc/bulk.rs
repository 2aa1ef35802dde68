//! `hufu vc bulk`: many credentials from one template, issued by the service as a job.
//!
//! 1. Rows are read line by line and sent in parts that the service's limit for bodies allows.
//! 2. The job runs in the service, whatever becomes of this process; `--job` watches one that was begun before.
//! 3. Results are written as JSON lines in the order of the rows; a row that was refused has its problem.

use std::{io::Write as _, path::Path, time::Duration};

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::{
    args::Bulk,
    client::Client,
    commands::{read_bytes, read_json, segment, text},
    exit::{Code, Failure},
    output::Output,
};

/// Most rows of one request.
const PART_ROWS: usize = 5_000;

/// Most bytes of rows of one request: the service reads 1 MiB unless it is told otherwise.
const PART_BYTES: usize = 768 * 1024;

/// How often the job is looked at.
const INTERVAL: Duration = Duration::from_millis(300);

/// Results asked for at once.
const PAGE: usize = 500;

pub(super) async fn run(options: Bulk, output: Output) -> anyhow::Result<()> {
    let client = options.service.client()?;
    let job = match (&options.job, &options.template, &options.rows) {
        (Some(job), None, None) => job.clone(),
        (None, Some(template), Some(rows)) => begin(&client, template, rows, &options, output).await?,
        _ => {
            return Err(Failure::with(
                Code::Input,
                "give a template and rows, or --job to watch a job that was begun before",
            ));
        }
    };
    let finished = watch(&client, &job, output).await?;
    if let Some(path) = &options.output {
        fetch(&client, &job, path, &finished, output).await?;
    }
    let number = |name: &str| finished.get(name).and_then(Value::as_u64).unwrap_or(0);
    let (done, refused) = (number("done"), number("refused"));
    output.result(&finished, || {
        let results = match &options.output {
            Some(path) => format!("; results are in {}", path.display()),
            None => format!("; `hufu vc bulk --job {job} --output FILE` fetches the results"),
        };
        format!("{} credentials issued, {refused} rows refused{results}", done.saturating_sub(refused))
    })?;
    match text(&finished, "/state").as_str() {
        "finished" if refused == 0 => Ok(()),
        "finished" => Err(Failure::with(Code::No, format!("{refused} of {done} rows were refused"))),
        _ => Err(Failure::with(Code::No, format!("the job was stopped: {}", text(&finished, "/reason")))),
    }
}

/// Step 1; returns the job's id.
async fn begin(
    client: &Client,
    template: &Path,
    rows: &Path,
    options: &Bulk,
    output: Output,
) -> anyhow::Result<String> {
    let template = read_json(template)?;
    let parts = parts(&read_bytes(rows)?, rows)?;
    let total: usize = parts.iter().map(Vec::len).sum();
    let mut how = json!({});
    if let Some(members) = how.as_object_mut() {
        if let Some(suite) = &options.suite {
            members.insert("cryptosuite".into(), json!(suite));
        }
        if let Some(list) = &options.status_list {
            let wish = if list == super::AUTOMATIC { json!({}) } else { json!({ "list": list }) };
            members.insert("status".into(), wish);
        }
    }
    let bar = output.progress(total as u64, "sending rows");
    let last = parts.len().saturating_sub(1);
    let mut job = String::new();
    for (number, rows) in parts.into_iter().enumerate() {
        let count = rows.len() as u64;
        let more = number < last;
        if number == 0 {
            let body = json!({ "template": template, "options": how, "rows": rows, "more": more });
            job = text(&client.post("/v1/jobs", &body).await?, "/id");
            output.note(format!("The job is {job}."));
        } else {
            let path = format!("/v1/jobs/{}/rows", segment(&job));
            client
                .post(&path, &json!({ "rows": rows, "more": more }))
                .await
                .with_context(|| format!("after {} rows of the job {job}", bar.position()))?;
        }
        bar.inc(count);
    }
    bar.finish_and_clear();
    Ok(job)
}

/// The rows, in parts for one request each; at least one part.
fn parts(bytes: &[u8], path: &Path) -> anyhow::Result<Vec<Vec<Value>>> {
    let mut parts = vec![Vec::new()];
    let mut size = 0;
    for (line, number) in bytes.split(|byte| *byte == b'\n').zip(1_usize..) {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let wrong =
            |why: String| Failure::with(Code::Input, format!("{} line {number}: {why}", path.display()));
        let row =
            hufu_jcs::parse(line, hufu_jcs::Limits::default()).map_err(|error| wrong(error.to_string()))?;
        if !row.is_object() {
            return Err(wrong("a row is a JSON object whose members stand in for the template's".into()));
        }
        let full = parts.last().is_some_and(|part| {
            !part.is_empty() && (part.len() >= PART_ROWS || size + line.len() > PART_BYTES)
        });
        if full {
            parts.push(Vec::new());
            size = 0;
        }
        size += line.len() + 1;
        if let Some(part) = parts.last_mut() {
            part.push(row);
        }
    }
    Ok(parts)
}

/// Step 2; returns the job when it has ended.
async fn watch(client: &Client, job: &str, output: Output) -> anyhow::Result<Value> {
    let path = format!("/v1/jobs/{}", segment(job));
    let mut state = client.get(&path).await?;
    let number = |state: &Value, name: &str| state.get(name).and_then(Value::as_u64).unwrap_or(0);
    let bar = output.progress(number(&state, "rows"), "issuing");
    loop {
        bar.set_length(number(&state, "rows"));
        bar.set_position(number(&state, "done"));
        match text(&state, "/state").as_str() {
            "finished" | "stopped" => break,
            "open" if number(&state, "done") == number(&state, "rows") => {
                bar.finish_and_clear();
                return Err(Failure::with(
                    Code::No,
                    format!(
                        "the job {job} waits for more rows; whoever sent the first did not send the last"
                    ),
                ));
            }
            _ => tokio::time::sleep(INTERVAL).await,
        }
        state = client.get(&path).await?;
    }
    bar.finish_and_clear();
    Ok(state)
}

/// Step 3.
async fn fetch(client: &Client, job: &str, path: &Path, state: &Value, output: Output) -> anyhow::Result<()> {
    let written = || format!("{} cannot be written", path.display());
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).with_context(written)?);
    let done = state.get("done").and_then(Value::as_u64).unwrap_or(0);
    let bar = output.progress(done, "fetching results");
    let mut cursor = String::new();
    loop {
        let page = client.get(&format!("/v1/jobs/{}/results?limit={PAGE}{cursor}", segment(job))).await?;
        for item in page.get("items").and_then(Value::as_array).into_iter().flatten() {
            writeln!(file, "{item}").with_context(written)?;
            bar.inc(1);
        }
        match page.get("next").and_then(Value::as_str) {
            Some(next) => cursor = format!("&cursor={}", segment(next)),
            None => break,
        }
    }
    file.flush().with_context(written)?;
    bar.finish_and_clear();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_cut_into_parts_and_wrong_lines_are_named() {
        let path = Path::new("rows.jsonl");
        let many: String = (0..PART_ROWS + 1).map(|n| format!("{{\"id\":\"urn:example:{n}\"}}\n")).collect();
        let sizes: Vec<usize> = parts(many.as_bytes(), path).expect("rows").iter().map(Vec::len).collect();
        assert_eq!(sizes, [PART_ROWS, 1]);
        let large = format!("{{\"a\":\"{}\"}}\n", "x".repeat(PART_BYTES / 2)).repeat(3);
        assert_eq!(parts(large.as_bytes(), path).expect("rows").len(), 3);
        assert_eq!(parts(b"\n  \n", path).expect("none"), [Vec::<Value>::new()]);
        for (bad, words) in [("{}\n{", "line 2"), ("[]", "line 1"), ("{}\n\n{\"a\":1,\"a\":2}", "line 3")] {
            let error = parts(bad.as_bytes(), path).expect_err(bad).to_string();
            assert!(error.contains("rows.jsonl") && error.contains(words), "{error}");
        }
    }
}
