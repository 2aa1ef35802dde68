//! `hufu bench`: what this machine does, measured.
//!
//! | section | what |
//! |---|---|
//! | [`suites`] | issue and verify per securing suite on one core, beside the bare signature and, on request, beside peers |
//! | [`http`] | DID resolution and status queries at a fixed rate |
//! | [`create`] | durable DID creations per second through the API |
//! | [`footprint`] | memory and disk per 100,000 credentials |
//!
//! Every run is bounded and ends by itself. Load goes to loopback only ([`target`]). What is promised of the figures is
//! compared at the end; a missed promise is said, and is no error: machines differ.

mod connection;
mod create;
mod figures;
mod footprint;
mod http;
mod load;
mod machine;
mod peers;
mod service;
mod suites;
mod target;

use serde_json::{Value, json};

use self::machine::Machine;
use crate::{
    args::{All, Bench, DidCreate, Footprint, Http, Subject},
    exit::{Code, Failure},
    output::Output,
};

pub(super) async fn run(what: Bench, output: Output) -> anyhow::Result<()> {
    let machine = Machine::read();
    let mut report = Report::default();
    match what {
        Bench::Suites(options) => report.suites(&options, output)?,
        Bench::Http(options) => report.http(options, output).await?,
        Bench::DidCreate(options) => report.create(&options, output)?,
        Bench::Footprint(options) => report.footprint(&options, output).await?,
        Bench::All(options) => report.all(options, output).await?,
    }
    report.print(&machine, output)
}

/// What has been measured so far.
#[derive(Debug, Default)]
struct Report {
    json: serde_json::Map<String, Value>,
    words: Vec<String>,
    promises: Vec<Promise>,
    errors: u64,
}

impl Report {
    async fn all(&mut self, options: All, output: Output) -> anyhow::Result<()> {
        let All { suites, count } = options;
        self.suites(&suites, output)?;
        let subject = Subject::default();
        let http = Http {
            rate: 2_000,
            seconds: 10,
            runs: 3,
            connections: 32,
            dids: 1_000,
            subject: subject.clone(),
        };
        self.http(http, output).await?;
        let concurrency = vec![1, 16, 64, 128, 256];
        self.create(&DidCreate { concurrency, seconds: 5, subject }, output)?;
        self.footprint(&Footprint { count, concurrency: 64 }, output).await
    }

    fn suites(&mut self, options: &crate::args::Suites, output: Output) -> anyhow::Result<()> {
        let measured = tokio::task::block_in_place(|| suites::run(options, output))?;
        self.add("suites", measured.to_json(), measured.words(), measured.promises(), 0);
        Ok(())
    }

    async fn http(&mut self, options: Http, output: Output) -> anyhow::Result<()> {
        let measured = http::run(options, output).await?;
        let errors = measured.errors();
        self.add("http", measured.to_json(), measured.words(), measured.promises(), errors);
        Ok(())
    }

    fn create(&mut self, options: &DidCreate, output: Output) -> anyhow::Result<()> {
        let measured = tokio::task::block_in_place(|| create::run(options, output))?;
        let errors = measured.errors();
        self.add("didCreate", measured.to_json(), measured.words(), measured.promises(), errors);
        Ok(())
    }

    async fn footprint(&mut self, options: &Footprint, output: Output) -> anyhow::Result<()> {
        let measured = footprint::run(options, output).await?;
        self.add("footprint", measured.to_json(), measured.words(), Vec::new(), 0);
        Ok(())
    }

    fn add(&mut self, name: &str, json: Value, words: String, promises: Vec<Promise>, errors: u64) {
        self.json.insert(name.to_owned(), json);
        self.words.push(words);
        self.promises.extend(promises);
        self.errors += errors;
    }

    /// # Errors
    /// [`Code::No`] when requests failed: figures of a service that fails are none.
    fn print(mut self, machine: &Machine, output: Output) -> anyhow::Result<()> {
        self.json.insert("machine".to_owned(), machine.to_json());
        self.json.insert("promises".to_owned(), self.promises.iter().map(Promise::to_json).collect());
        self.json.insert("errors".to_owned(), json!(self.errors));
        output.result(&Value::Object(self.json), || {
            let mut sections = vec![machine.words()];
            sections.extend(self.words);
            if !self.promises.is_empty() {
                let lines: Vec<String> = self.promises.iter().map(Promise::words).collect();
                sections.push(format!("What is promised\n\n{}", lines.join("\n")));
            }
            sections.join("\n\n")
        })?;
        match self.errors {
            0 => Ok(()),
            errors => Err(Failure::with(Code::No, format!("{errors} requests failed"))),
        }
    }
}

/// A figure that the project promises, and what was measured.
#[derive(Clone, Debug, PartialEq)]
struct Promise {
    what: String,
    measured: f64,
    bound: f64,
    unit: &'static str,
    /// Whether the bound is a floor.
    at_least: bool,
}

impl Promise {
    fn at_least(what: String, measured: f64, bound: f64, unit: &'static str) -> Self {
        Self { what, measured, bound, unit, at_least: true }
    }

    fn at_most(what: String, measured: f64, bound: f64, unit: &'static str) -> Self {
        Self { what, measured, bound, unit, at_least: false }
    }

    fn is_kept(&self) -> bool {
        if self.at_least { self.measured >= self.bound } else { self.measured <= self.bound }
    }

    fn words(&self) -> String {
        let Self { what, measured, bound, unit, .. } = self;
        let kept = if self.is_kept() { "kept  " } else { "MISSED" };
        let relation = if self.at_least { "at least" } else { "at most" };
        format!("{kept}  {what}: {measured:.2}{unit} ({relation} {bound}{unit})")
    }

    fn to_json(&self) -> Value {
        json!({
            "what": self.what,
            "measured": (self.measured * 100.0).round() / 100.0,
            "bound": self.bound,
            "relation": if self.at_least { "atLeast" } else { "atMost" },
            "unit": self.unit.trim(),
            "kept": self.is_kept(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Promise;

    #[test]
    fn a_promise_is_kept_on_its_side_of_the_bound() {
        for (measured, floor, ceiling) in [(4.9, false, true), (5.0, true, true), (5.1, true, false)] {
            assert_eq!(Promise::at_least(String::new(), measured, 5.0, "×").is_kept(), floor, "{measured}");
            assert_eq!(Promise::at_most(String::new(), measured, 5.0, "×").is_kept(), ceiling, "{measured}");
        }
        let nothing = f64::NAN;
        assert!(!Promise::at_least(String::new(), nothing, 5.0, "").is_kept());
        assert!(!Promise::at_most(String::new(), nothing, 5.0, "").is_kept());
    }
}
