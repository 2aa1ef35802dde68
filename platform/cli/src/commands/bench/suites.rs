//! `hufu bench suites`: issue and verify per securing suite, on one core.
//!
//! For each suite, algorithm and document, in rounds in which all sides take turns:
//!
//! | operation | from | to |
//! |---|---|---|
//! | issue | the text of an unsigned credential | the text of a signed one |
//! | verify | the text of a signed credential | the verdict; the issuer's `did:key` is resolved every time |
//! | verify, key known | the same | the same, with the key cache that a service has |
//! | bare sign, bare verify | 64 bytes, as many as a suite hashes to | the signature, the verdict: what no suite can beat |
//!
//! The figures are of all rounds together. A ratio is that of the medians of one round; the median of the rounds'
//! ratios is printed.

use std::{
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use hufu_credentials::{Checks, Credential, KeyCache, ProofOptions, Suite, Verifier, issue};
use hufu_did::key::{KeyMethod, did, verification_method};
use hufu_jsonld::Contexts;
use hufu_keys::{Algorithm, Signature, SigningKey, VerifyingKey};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    figures::{Samples, grouped, median, rounded, words},
    peers::{self, Peer},
};
use crate::{
    args::Suites,
    commands::examples,
    exit::{Code, Failure},
    output::{Output, table},
};

/// What a suite hands to the signature: two hashes of 32 bytes.
const MESSAGE: [u8; 64] = [7; 64];

/// Whom the documents are about.
const HOLDER: &str = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";

/// How often a peer does it before it is measured: a just-in-time compiler must have seen the code.
const PEER_WARM_UP: u64 = 150;

/// Most repetitions of one operation in one round, whatever the time.
const MOST: u64 = 100_000;

/// Every suite with each of its algorithms that can issue.
fn cases() -> impl Iterator<Item = (Suite, Algorithm)> {
    let issuing = Suite::ALL.into_iter().filter(|suite| suite.can_issue() && !suite.is_selective());
    issuing.flat_map(|suite| suite.algorithms().iter().map(move |algorithm| (suite, *algorithm)))
}

/// The documents, without their issuer.
fn documents() -> [(&'static str, Value); 2] {
    [
        ("driving licence", examples::licence("did:example:issuer", HOLDER)),
        ("student card", examples::student_card("did:example:issuer", HOLDER)),
    ]
}

pub(super) fn run(options: &Suites, output: Output) -> anyhow::Result<Measured> {
    let contexts = Contexts::bundled();
    let mut peers = match &options.peers {
        Some(folder) => ready(folder.as_deref(), &contexts)?,
        None => Vec::new(),
    };
    let budget = Duration::from_millis(options.milliseconds);
    let mut rows = Vec::new();
    for (suite, algorithm) in cases() {
        for (name, document) in documents() {
            output.note(format!("{suite} with {algorithm}: {name} …"));
            let subject = Subject::new(suite, algorithm, document, &contexts)?;
            rows.push(measure(&subject, name, options.rounds, budget, &mut peers)?);
        }
    }
    Ok(Measured { rows })
}

/// The peers with our contexts.
fn ready(folder: Option<&Path>, contexts: &Contexts) -> anyhow::Result<Vec<Peer>> {
    let mut peers = peers::start(folder)?;
    let mut texts = serde_json::Map::new();
    for (_, document) in documents() {
        for url in document.get("@context").and_then(Value::as_array).into_iter().flatten() {
            let url = url.as_str().context("a context of the examples is a URL")?;
            let text = contexts.published_text(url).context("the examples' contexts are bundled")?;
            texts.insert(url.to_owned(), text.into());
        }
    }
    let texts = Value::Object(texts);
    for peer in &mut peers {
        peer.contexts(&texts)?;
    }
    Ok(peers)
}

/// One document under one suite, signed once.
struct Subject<'c> {
    suite: Suite,
    algorithm: Algorithm,
    key: SigningKey,
    public: VerifyingKey,
    options: ProofOptions,
    contexts: &'c Contexts,
    cache: KeyCache,
    unsigned: String,
    signed: String,
    signature: Signature,
}

impl<'c> Subject<'c> {
    fn new(
        suite: Suite,
        algorithm: Algorithm,
        mut document: Value,
        contexts: &'c Contexts,
    ) -> anyhow::Result<Self> {
        let key = SigningKey::generate(algorithm, &mut rand::rng());
        let public = key.verifying_key();
        let members = document.as_object_mut().context("the examples are objects")?;
        members.insert("id".to_owned(), examples::new_id().into());
        members.insert("issuer".to_owned(), did(&public).as_str().into());
        let options =
            ProofOptions::new(suite, verification_method(&public).as_str()).created_at(Timestamp::now());
        let signature = key.sign(&MESSAGE);
        let mut subject = Self {
            suite,
            algorithm,
            public,
            options,
            contexts,
            cache: KeyCache::default(),
            unsigned: document.to_string(),
            signed: String::new(),
            signature,
            key,
        };
        subject.signed = subject.issue()?;
        let tampered = subject.tampered();
        for (text, expected) in [(&subject.signed, true), (&tampered, false)] {
            if subject.verify(text, None) != expected
                || subject.verify(text, Some(&subject.cache)) != expected
            {
                return Err(Failure::with(Code::Internal, format!("{suite}: a verdict is not {expected}")));
            }
        }
        Ok(subject)
    }

    /// The signed document with another date: still conforming, and not what was signed.
    fn tampered(&self) -> String {
        self.signed.replacen("2026-01-01T00:00:00Z", "2025-01-01T00:00:00Z", 1)
    }

    fn issue(&self) -> anyhow::Result<String> {
        let value = hufu_jcs::parse(self.unsigned.as_bytes(), hufu_jcs::Limits::default())?;
        let credential = Credential::parse(value)?;
        Ok(issue(credential, &self.key, &self.options, self.contexts)?.into_value().to_string())
    }

    fn verify(&self, text: &str, cache: Option<&KeyCache>) -> bool {
        let Ok(value) = hufu_jcs::parse(text.as_bytes(), hufu_jcs::Limits::default()) else { return false };
        let verifier = Verifier::new(&KeyMethod, self.contexts, Timestamp::now());
        let verifier = match cache {
            Some(cache) => verifier.with_key_cache(cache),
            None => verifier,
        };
        verifier.credential(&value, &Checks::default()).verified
    }

    /// How a peer calls the key.
    fn curve(&self) -> &'static str {
        match self.algorithm {
            Algorithm::P256 => "P-256",
            Algorithm::P384 => "P-384",
            _ => "Ed25519",
        }
    }
}

/// What is measured of our own side, in the order of [`Row::ours`].
const OPERATIONS: [&str; 5] = ["issue", "verify", "verifyKeyKnown", "bareSign", "bareVerify"];
const ISSUE: usize = 0;
const VERIFY: usize = 1;
const KEY_KNOWN: usize = 2;
const BARE_SIGN: usize = 3;
const BARE_VERIFY: usize = 4;

fn measure(
    subject: &Subject<'_>,
    document: &'static str,
    rounds: u32,
    budget: Duration,
    peers: &mut [Peer],
) -> anyhow::Result<Row> {
    let verify = |cache: Option<&KeyCache>| black_box(subject.verify(&subject.signed, cache));
    let bare_verify = || subject.public.verify(black_box(&MESSAGE), subject.signature.as_bytes());
    let ours: [Box<dyn Fn() + '_>; 5] = [
        Box::new(|| _ = black_box(subject.issue())),
        Box::new(|| _ = verify(None)),
        Box::new(|| _ = verify(Some(&subject.cache))),
        Box::new(|| _ = black_box(subject.key.sign(black_box(&MESSAGE)))),
        Box::new(|| _ = black_box(bare_verify())),
    ];
    for operation in &ours {
        repeat(operation, budget / 4);
    }
    let mut rivals = Vec::new();
    for peer in peers {
        if let Some(rival) = Rival::warm(peer, subject, budget)? {
            rivals.push(rival);
        }
    }
    let mut all: [Vec<u64>; 5] = Default::default();
    for _ in 0..rounds {
        let round: Vec<Samples> =
            ours.iter().map(|operation| Samples::new(repeat(operation, budget))).collect();
        for rival in &mut rivals {
            rival.round(subject, &round)?;
        }
        for (all, round) in all.iter_mut().zip(round) {
            all.extend(round.into_nanos());
        }
    }
    Ok(Row {
        suite: subject.suite,
        algorithm: subject.algorithm,
        document,
        bytes: subject.signed.len(),
        ours: all.map(Samples::new),
        rivals: rivals.into_iter().map(Rival::finish).collect(),
    })
}

/// Durations of an operation that is repeated for some time.
fn repeat(operation: &dyn Fn(), budget: Duration) -> Vec<u64> {
    let begun = Instant::now();
    let mut nanos = Vec::new();
    let mut last = begun;
    while last.duration_since(begun) < budget && (nanos.len() as u64) < MOST {
        operation();
        let now = Instant::now();
        nanos.push(u64::try_from(now.duration_since(last).as_nanos()).unwrap_or(u64::MAX));
        last = now;
    }
    nanos
}

/// A peer in the rounds of one subject.
struct Rival<'p> {
    peer: &'p mut Peer,
    counts: [u64; 2],
    nanos: [Vec<u64>; 2],
    ratios: [Vec<f64>; 2],
}

impl<'p> Rival<'p> {
    /// Makes sure that the peer does the same work, and lets it run warm; `None` when it has no such suite.
    fn warm(peer: &'p mut Peer, subject: &Subject<'_>, budget: Duration) -> anyhow::Result<Option<Self>> {
        if matches!(subject.suite, Suite::Sm2Rdfc2026 | Suite::Sm2Jcs2026)
            || (peer.name().starts_with("ssi") && !subject.suite.name().contains("rdfc"))
        {
            return Ok(None);
        }
        let verified = peer.verify(&subject.signed, PEER_WARM_UP)?;
        let (issued, signed) =
            peer.issue(subject.suite.name(), subject.curve(), &subject.unsigned, PEER_WARM_UP)?;
        let name = peer.name();
        if peer.accepts(&subject.tampered()) {
            return Err(Failure::with(Code::Internal, format!("the peer {name} accepts a changed document")));
        }
        if !subject.verify(&signed, None) {
            return Err(Failure::with(
                Code::Internal,
                format!("what the peer {name} issues does not verify here"),
            ));
        }
        // as many as fit the time, by the later and warmer half
        let count = |nanos: Vec<u64>| {
            let half = nanos.get(nanos.len() / 2..).unwrap_or_default().to_vec();
            let typical = Samples::new(half).p50().max(Duration::from_nanos(1));
            u64::try_from(budget.as_nanos() / typical.as_nanos()).unwrap_or(1).clamp(1, MOST)
        };
        let counts = [count(issued), count(verified)];
        Ok(Some(Self { peer, counts, nanos: Default::default(), ratios: Default::default() }))
    }

    fn round(&mut self, subject: &Subject<'_>, ours: &[Samples]) -> anyhow::Result<()> {
        let [issues, verifications] = self.counts;
        let verified = self.peer.verify(&subject.signed, verifications)?;
        let (issued, _) =
            self.peer.issue(subject.suite.name(), subject.curve(), &subject.unsigned, issues)?;
        for (index, nanos) in [issued, verified].into_iter().enumerate() {
            let theirs = Samples::new(nanos.clone());
            let (Some(ours), Some(all), Some(ratios)) =
                (ours.get(index), self.nanos.get_mut(index), self.ratios.get_mut(index))
            else {
                continue;
            };
            all.extend(nanos);
            ratios.push(theirs.median_nanos() / ours.median_nanos());
        }
        Ok(())
    }

    fn finish(self) -> Beside {
        let [issue, verify] = self.nanos.map(Samples::new);
        let [issue_ratio, verify_ratio] = self.ratios.map(|ratios| median(ratios).unwrap_or(0.0));
        Beside { peer: self.peer.name(), issue, verify, issue_ratio, verify_ratio }
    }
}

/// What a peer needed for the same.
#[derive(Debug)]
struct Beside {
    peer: &'static str,
    issue: Samples,
    verify: Samples,
    /// How many times as long as ours.
    issue_ratio: f64,
    verify_ratio: f64,
}

/// The figures of one suite, algorithm and document.
#[derive(Debug)]
struct Row {
    suite: Suite,
    algorithm: Algorithm,
    document: &'static str,
    bytes: usize,
    ours: [Samples; 5],
    rivals: Vec<Beside>,
}

impl Row {
    /// How many times as long as the bare signature.
    fn over_bare(&self, what: usize, bare: usize) -> f64 {
        let nanos = |index: usize| self.ours.get(index).map_or(0.0, Samples::median_nanos);
        nanos(what) / nanos(bare)
    }

    fn to_json(&self) -> Value {
        let mut ours = serde_json::Map::new();
        for (name, samples) in OPERATIONS.iter().zip(&self.ours) {
            let mut figures = samples.to_json();
            if let Some(members) = figures.as_object_mut() {
                members.insert("perSecondAndCore".to_owned(), json!(samples.per_second().round()));
            }
            ours.insert((*name).to_owned(), figures);
        }
        let peers = self.rivals.iter().map(|beside| {
            json!({
                "peer": beside.peer,
                "issue": beside.issue.to_json(),
                "verify": beside.verify.to_json(),
                "issueTimesOurs": rounded(beside.issue_ratio),
                "verifyTimesOurs": rounded(beside.verify_ratio),
            })
        });
        json!({
            "suite": self.suite.name(),
            "algorithm": self.algorithm.to_string(),
            "document": self.document,
            "signedBytes": self.bytes,
            "hufu": ours,
            "issueTimesBareSign": hundredths(self.over_bare(ISSUE, BARE_SIGN)),
            "verifyTimesBareVerify": hundredths(self.over_bare(VERIFY, BARE_VERIFY)),
            "verifyKeyKnownTimesBareVerify": hundredths(self.over_bare(KEY_KNOWN, BARE_VERIFY)),
            "peers": peers.collect::<Vec<_>>(),
        })
    }
}

/// With two digits behind the point.
fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// All rows.
#[derive(Debug)]
pub(super) struct Measured {
    rows: Vec<Row>,
}

impl Measured {
    pub(super) fn to_json(&self) -> Value {
        self.rows.iter().map(Row::to_json).collect()
    }

    pub(super) fn words(&self) -> String {
        let mut out = String::from("Securing suites, one core (median, p99, per second)\n\n");
        let mut rows = Vec::new();
        for row in &self.rows {
            for (name, index) in [
                ("issue", ISSUE),
                ("verify", VERIFY),
                ("verify, key known", KEY_KNOWN),
                ("bare sign", BARE_SIGN),
                ("bare verify", BARE_VERIFY),
            ] {
                let Some(samples) = row.ours.get(index) else { continue };
                let floor = if index == ISSUE { BARE_SIGN } else { BARE_VERIFY };
                let over = if index < BARE_SIGN {
                    format!("{:.2}×", row.over_bare(index, floor))
                } else {
                    String::new()
                };
                rows.push(vec![
                    format!("{} {}", row.suite, row.algorithm),
                    row.document.to_owned(),
                    name.to_owned(),
                    words(samples.p50()),
                    words(samples.p99()),
                    grouped(samples.per_second()),
                    over,
                ]);
            }
        }
        out.push_str(&table(&["suite", "document", "operation", "p50", "p99", "1/s", "of bare"], &rows));
        let beside = self.rows.iter().flat_map(|row| row.rivals.iter().map(move |beside| (row, beside)));
        let compared: Vec<Vec<String>> = beside
            .flat_map(|(row, beside)| {
                let line = |operation: &str, ours: usize, theirs: &Samples, ratio: f64| {
                    vec![
                        format!("{} {}", row.suite, row.algorithm),
                        row.document.to_owned(),
                        operation.to_owned(),
                        row.ours.get(ours).map(|ours| words(ours.p50())).unwrap_or_default(),
                        beside.peer.to_owned(),
                        words(theirs.p50()),
                        format!("{ratio:.1}×"),
                    ]
                };
                [
                    line("issue", ISSUE, &beside.issue, beside.issue_ratio),
                    line("verify", VERIFY, &beside.verify, beside.verify_ratio),
                ]
            })
            .collect();
        if !compared.is_empty() {
            out.push_str(
                "\n\nBeside the peers, in the same rounds (text to text, text to verdict; medians)\n\n",
            );
            let headings = ["suite", "document", "operation", "hufu", "peer", "theirs", "ratio"];
            out.push_str(&table(&headings, &compared));
        }
        out
    }

    /// What the project promises of these figures, and whether it holds.
    pub(super) fn promises(&self) -> Vec<super::Promise> {
        let mut promises = Vec::new();
        for row in &self.rows {
            let of = format!("{} {}, {}", row.suite, row.algorithm, row.document);
            if row.suite.name().contains("jcs") {
                let over = row.over_bare(KEY_KNOWN, BARE_VERIFY);
                promises.push(super::Promise::at_most(
                    format!("verify {of}, against the bare signature"),
                    over,
                    2.0,
                    "×",
                ));
            }
            let rdfc = matches!(row.suite, Suite::EddsaRdfc2022 | Suite::EcdsaRdfc2019);
            for beside in row.rivals.iter().filter(|_| rdfc) {
                let least = if beside.peer.starts_with("ssi") { 5.0 } else { 10.0 };
                let what = format!("verify {of}, against {}", beside.peer);
                promises.push(super::Promise::at_least(what, beside.verify_ratio, least, "×"));
            }
        }
        promises
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_that_issues_is_measured_on_both_documents() {
        let contexts = Contexts::bundled();
        let mut count = 0;
        for (suite, algorithm) in cases() {
            for (name, document) in documents() {
                let subject =
                    Subject::new(suite, algorithm, document, &contexts).expect("signs and verifies");
                assert_ne!(subject.tampered(), subject.signed, "{suite} {name}");
                let row = measure(&subject, name, 2, Duration::from_micros(200), &mut []).expect("measures");
                assert!(
                    row.ours.iter().all(|samples| samples.len() >= 2 && !samples.p50().is_zero()),
                    "{row:?}"
                );
                count += 1;
            }
        }
        assert_eq!(count, 2 * 8);
    }

    #[test]
    fn repetition_ends_with_its_time() {
        let begun = Instant::now();
        let nanos = repeat(&|| std::thread::sleep(Duration::from_millis(2)), Duration::from_millis(20));
        assert!((1..=10).contains(&nanos.len()), "{nanos:?}");
        assert!(begun.elapsed() < Duration::from_secs(2));
        assert!(Samples::new(nanos).p50() >= Duration::from_millis(2));
    }
}
