//! Twenty kills of `hufu dev` under a load of every kind of write, and some while it starts.
//!
//! 1. Clients make DIDs, issue credentials with status entries, change statuses, propose and vote, all at once.
//! 2. SIGKILL at a random instant; what a client had an answer for is acknowledged.
//! 3. `hufu node --check` verifies every block and recomputes the state root from all records.
//! 4. After the next start everything acknowledged is there and says what was acknowledged.
//! 5. And nothing is half there: an executed proposal has had its effect, a credential that is listed can be read,
//!    the count is the number of the listed, no status index was given twice, the audit log is one unbroken chain.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use common::{Client, Dev, dev, hufu, json, key_of, operator_did, operator_key};
use rand::RngExt as _;
use reqwest::Method;
use serde_json::{Value, json as value};

/// How often it is killed under load.
const ROUNDS: u32 = 20;

/// How often it is killed while it starts.
const STARTS: u32 = 4;

/// Clients that make DIDs; one more for credentials, one for statuses, one for votes.
const DID_CLIENTS: usize = 4;

/// The longest time under load before a kill, in milliseconds.
const LONGEST: u64 = 500;

/// What clients had answers for.
#[derive(Default)]
struct Acknowledged {
    dids: Vec<String>,
    /// By id: the signed credential.
    credentials: BTreeMap<String, Value>,
    /// Ids of revoked credentials.
    revoked: BTreeSet<String>,
    /// Accredited types by proposal, and the votes on it.
    proposals: BTreeMap<String, String>,
    votes: BTreeMap<String, u64>,
}

type Known = Arc<Mutex<Acknowledged>>;

impl Acknowledged {
    fn sizes(&self) -> [usize; 5] {
        let votes = self.votes.values().sum::<u64>();
        [
            self.dids.len(),
            self.credentials.len(),
            self.revoked.len(),
            self.proposals.len(),
            usize::try_from(votes).unwrap(),
        ]
    }
}

async fn post(client: &Client, path: &str, body: Value, wanted: u16) -> Option<Value> {
    let (status, body) = client.ask(Method::POST, path, Some(&body)).await?;
    (status == wanted).then_some(body)
}

async fn make_dids(client: Client, known: Known) {
    while let Some(made) = post(&client, "/1.0/create", value!({}), 201).await {
        known.lock().unwrap().dids.push(made["didState"]["did"].as_str().unwrap().to_owned());
    }
}

async fn issue(client: Client, known: Known, issuer: String, round: u32) {
    for n in 0.. {
        let id = format!("urn:example:{round}:{n}");
        let credential = value!({
            "@context": ["https://www.w3.org/ns/credentials/v2"], "id": id, "type": ["VerifiableCredential"],
            "issuer": issuer, "credentialSubject": { "id": "did:example:alice" },
        });
        let body =
            value!({ "credential": credential, "options": { "status": { "purposes": ["revocation"] } } });
        let Some(made) = post(&client, "/credentials/issue", body, 201).await else { return };
        known.lock().unwrap().credentials.insert(id, made["verifiableCredential"].clone());
    }
}

async fn revoke(client: Client, known: Known) {
    loop {
        let next = {
            let known = known.lock().unwrap();
            known.credentials.keys().rev().find(|id| !known.revoked.contains(*id)).cloned()
        };
        let Some(id) = next else {
            tokio::time::sleep(Duration::from_millis(2)).await;
            if client.ask(Method::GET, "/livez", None).await.is_none() {
                return;
            }
            continue;
        };
        let body = value!({
            "credentialId": id, "reason": "lost",
            "credentialStatus": { "type": "BitstringStatusListEntry", "statusPurpose": "revocation" },
        });
        // 422: done before the kill, and the answer was lost with it
        match client.ask(Method::POST, "/credentials/status", Some(&body)).await {
            Some((200 | 422, _)) => known.lock().unwrap().revoked.insert(id),
            _ => return,
        };
    }
}

async fn govern(members: [Client; 2], known: Known, issuer: String, round: u32) {
    for n in 0.. {
        let kind = format!("Type{round}x{n}");
        let proposal = value!({
            "title": "Accredit", "reason": "It issues them.",
            "actions": [{ "type": "accredit", "did": issuer, "credentialTypes": [kind] }],
        });
        let Some(made) = post(&members[0], "/v1/proposals", proposal, 201).await else { return };
        let id = made["id"].as_str().unwrap().to_owned();
        known.lock().unwrap().proposals.insert(id.clone(), kind);
        for member in &members {
            let vote = value!({ "choice": "yes" });
            if post(member, &format!("/v1/proposals/{id}/votes"), vote, 201).await.is_none() {
                return;
            }
            *known.lock().unwrap().votes.entry(id.clone()).or_default() += 1;
        }
    }
}

/// Every page of a list.
async fn listed(client: &Client, path: &str) -> Vec<Value> {
    let (mut items, mut next) = (Vec::new(), format!("{path}?limit=1000"));
    loop {
        let page = Client::expect(client.get(&next).await, 200);
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page["next"].as_str() else { return items };
        next = format!("{path}?limit=1000&cursor={cursor}");
    }
}

/// Steps 4 and 5; `from` are the numbers of what was looked at after earlier rounds.
async fn judge(client: &Client, known: &Known, issuer: &str, from: [usize; 5], round: u32) {
    let (dids, credentials, revoked, proposals, votes) = {
        let known = known.lock().unwrap();
        let dids: Vec<String> = known.dids[from[0].min(known.dids.len())..].to_vec();
        (dids, known.credentials.clone(), known.revoked.clone(), known.proposals.clone(), known.votes.clone())
    };
    for did in dids {
        let (status, _) = client.get(&format!("/1.0/identifiers/{did}")).await;
        assert_eq!(status, 200, "round {round}: {did} was acknowledged and is gone");
    }
    let mut indexes = BTreeSet::new();
    let items = listed(client, "/credentials").await;
    let ids: BTreeSet<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
    for (id, credential) in &credentials {
        assert!(ids.contains(id.as_str()), "round {round}: {id} was acknowledged and is not listed");
        let entry = &credential["credentialStatus"];
        let place = (entry["statusListCredential"].to_string(), entry["statusListIndex"].to_string());
        assert!(indexes.insert(place), "round {round}: {id} has another credential's status entry: {entry}");
    }
    for item in items.iter().take(300) {
        let id = item["id"].as_str().unwrap();
        let path = format!("/credentials/{}", id.replace(':', "%3A"));
        let body = Client::expect(client.get(&path).await, 200);
        if let Some(acknowledged) = credentials.get(id) {
            assert_eq!(body["verifiableCredential"], *acknowledged, "round {round}: {id} is another");
        }
    }
    let overview = Client::expect(client.get("/v1/overview").await, 200);
    assert_eq!(
        overview["counts"]["credentials"],
        value!(items.len()),
        "round {round}: counted and listed differ"
    );
    for id in revoked.iter().rev().take(100) {
        let Some(credential) = credentials.get(id) else { continue };
        let entry = &credential["credentialStatus"];
        let list = entry["statusListCredential"].as_str().unwrap().replace(':', "%3A").replace('/', "%2F");
        let path = format!("/v1/status/{list}/{}", entry["statusListIndex"].as_str().unwrap());
        let told = Client::expect(client.get(&path).await, 200);
        assert_eq!(told["set"], true, "round {round}: {id} was revoked: {told}");
    }
    let accreditation =
        Client::expect(client.get(&format!("/v1/accreditations/{issuer}")).await, 200).to_string();
    let on_ledger: BTreeMap<String, Value> = listed(client, "/v1/proposals")
        .await
        .into_iter()
        .map(|proposal| (proposal["id"].as_str().unwrap().to_owned(), proposal))
        .collect();
    for (id, kind) in &proposals {
        let proposal = on_ledger.get(id).unwrap_or_else(|| panic!("round {round}: proposal {id} is gone"));
        let tally = proposal["tally"]["yes"].as_u64().unwrap();
        let acknowledged = votes.get(id).copied().unwrap_or(0);
        assert!(
            tally >= acknowledged,
            "round {round}: {acknowledged} votes on {id} were acknowledged: {proposal}"
        );
        // two of three carry it, in the transaction of the second vote: with all its effect, or not at all
        let executed = proposal["state"]["state"] == "executed";
        assert_eq!(executed, tally >= 2, "round {round}: {proposal}");
        assert_eq!(
            executed,
            accreditation.contains(&format!("\"{kind}\"")),
            "round {round}: {kind} {proposal}"
        );
    }
    let export = client.http.get(format!("{}/v1/audit/export", client.url)).bearer_auth(&client.key);
    let export = export.send().await.unwrap().bytes().await.unwrap();
    hufu_platform::audit::verify_export(&export).unwrap_or_else(|error| panic!("round {round}: {error}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_and_nothing_is_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let known = Known::default();
    let (mut busy, mut before) = (0, [0; 5]);
    let mut writes = [0; 5];
    for round in 0..ROUNDS {
        let service = Dev::start(data);
        let client = Client::new(&service.url, &operator_key(data));
        let issuer = operator_did(data);
        judge(&client, &known, &issuer, before, round).await;
        before = known.lock().unwrap().sizes();
        // 1.
        let registry = Client { key: key_of(data, 1), ..client.clone() };
        let mut load = tokio::task::JoinSet::new();
        for _ in 0..DID_CLIENTS {
            load.spawn(make_dids(client.clone(), Arc::clone(&known)));
        }
        load.spawn(issue(client.clone(), Arc::clone(&known), issuer.clone(), round));
        load.spawn(revoke(client.clone(), Arc::clone(&known)));
        load.spawn(govern([client.clone(), registry], Arc::clone(&known), issuer, round));
        // 2.
        let delay = rand::rng().random_range(1..=LONGEST);
        tokio::time::sleep(Duration::from_millis(delay)).await;
        service.kill();
        while load.join_next().await.is_some() {}
        let now = known.lock().unwrap().sizes();
        let made: Vec<usize> = now.iter().zip(before).map(|(now, before)| now - before).collect();
        busy += u32::from(made.iter().any(|made| *made > 0));
        for (kind, made) in writes.iter_mut().zip(&made) {
            *kind += u32::from(*made > 0);
        }
        // 3.
        let found = json(hufu().args(["--json", "node", "--check", "--data"]).arg(data));
        assert!(found["transactions"].as_u64().unwrap() >= now[0] as u64, "round {round}: {found}");
        println!(
            "kill {:>2} after {delay:>3} ms: acknowledged {} DIDs, {} credentials, {} revocations, {} proposals, {} votes; {} blocks in order",
            round + 1,
            made[0],
            made[1],
            made[2],
            made[3],
            made[4],
            found["height"]
        );
    }
    for start in 0..STARTS {
        let delay = rand::rng().random_range(1..=250);
        let mut child = dev(data)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(delay)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        println!("kill {:>2} {delay} ms into a start", ROUNDS + start + 1);
    }
    let service = Dev::start(data);
    let client = Client::new(&service.url, &operator_key(data));
    judge(&client, &known, &operator_did(data), [0; 5], ROUNDS).await;
    let sizes = known.lock().unwrap().sizes();
    println!(
        "{ROUNDS} kills under load ({busy} after acknowledged writes of that round) and {STARTS} during a start; \
         {} DIDs, {} credentials, {} revocations, {} proposals, {} votes: all there, nothing half done",
        sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]
    );
    assert!(busy > ROUNDS / 2, "only {busy} of {ROUNDS} kills came while writes were being acknowledged");
    assert!(
        writes.iter().all(|rounds| *rounds >= 3),
        "rounds with acknowledged writes of each kind: {writes:?}"
    );
}

/// A network is made once: whenever its first start dies, the next one finishes what was begun.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_start_that_dies_is_finished_by_the_next() {
    for delay in [20, 60, 120, 250, 400, 700] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let mut first = dev(&data);
        let mut child =
            first.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(delay)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let left: BTreeSet<String> = std::fs::read_dir(&data)
            .map(|entries| {
                entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
            })
            .unwrap_or_default();
        let service = Dev::start(&data);
        let client = Client::new(&service.url, &operator_key(&data));
        Client::expect(client.post("/1.0/create", value!({})).await, 201);
        let issuer = operator_did(&data);
        let credential = value!({
            "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
            "issuer": issuer, "credentialSubject": { "id": "did:example:alice" },
        });
        Client::expect(client.post("/credentials/issue", value!({ "credential": credential })).await, 201);
        service.kill();
        json(hufu().args(["--json", "node", "--check", "--data"]).arg(&data));
        println!("killed {delay} ms into the first start, which had left {left:?}");
    }
}
