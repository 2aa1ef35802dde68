//! `hufu node` and `hufu serve` as two processes: what one asks of the other, and what happens when either goes.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use common::{Client, Process, hufu, operator_did, operator_key, run};
use hufu_light::{Answer, TrustAnchor};
use serde_json::{Value, json as value};

const SOON: Duration = Duration::from_secs(20);

fn node(data: &Path, listen: &str) -> Process {
    let mut command = hufu();
    command.args(["--json", "node", "--listen", listen, "--data"]).arg(data);
    // whoever starts a development network may have the passphrase of other keys at hand
    Process::start(command.env("HUFU_PASSPHRASE", "of another keystore"))
}

fn serve(data: &Path, node: &str) -> Process {
    Process::start(
        hufu().args(["--json", "serve", "--listen", "127.0.0.1:0", "--ledger-url", node, "--data"]).arg(data),
    )
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The certified answer for a key, verified from the genesis alone.
async fn proven(client: &Client, anchor: &TrustAnchor, key: &str) -> Option<Vec<u8>> {
    let request = client.http.get(format!("{}/v1/state/{key}", client.url));
    let answer = request.header("accept", "application/vnd.hufu.answer").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let answer = Answer::from_bytes(&answer.bytes().await.unwrap()).unwrap();
    answer.verify(anchor, key.as_bytes()).unwrap().value().map(<[u8]>::to_vec)
}

/// Server-sent events of the ledger: `(id, name, data)`, as far as they come until `enough` says so.
async fn events(
    client: &Client,
    last: &str,
    enough: impl Fn(&[(String, Value)]) -> bool,
) -> Vec<(String, Value)> {
    let request = client.http.get(format!("{}/v1/events", client.url)).bearer_auth(&client.key);
    let mut answer = request.header("last-event-id", last).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let (mut pending, mut found) = (String::new(), Vec::new());
    let begun = Instant::now();
    while !enough(&found) {
        assert!(begun.elapsed() < SOON, "only these came: {found:?}");
        let Ok(Some(chunk)) = answer.chunk().await else { panic!("the stream ended after {found:?}") };
        pending.push_str(&String::from_utf8_lossy(&chunk));
        while let Some(end) = pending.find("\n\n") {
            let block: String = pending.drain(..end + 2).collect();
            let field = |name: &str| {
                block.lines().find_map(|line| line.strip_prefix(name)).map(|rest| rest.trim().to_owned())
            };
            if let (Some(id), Some(data)) = (field("id:"), field("data:")) {
                found.push((id, serde_json::from_str(&data).unwrap()));
            }
        }
    }
    found
}

async fn until_ready(client: &Client) {
    let begun = Instant::now();
    while client.get("/readyz").await.0 != 200 {
        assert!(begun.elapsed() < SOON, "it does not become ready again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What the overview counts once it shows this DID: it follows the ledger's events, and they come after the answer.
async fn counted(client: &Client, did: &str) -> Value {
    let begun = Instant::now();
    loop {
        let overview = Client::expect(client.get("/v1/overview").await, 200);
        if overview["dids"].to_string().contains(did) {
            return overview["counts"].clone();
        }
        assert!(begun.elapsed() < SOON, "the overview does not show {did}: {overview}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn create(client: &Client) -> String {
    let made = Client::expect(client.post("/1.0/create", value!({})).await, 201);
    text(&made["didState"]["did"])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_over_a_node_elsewhere_survives_both() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let ledger = node(data, "127.0.0.1:0");
    let grpc = text(&ledger.said["grpc"]);
    let address = grpc.strip_prefix("http://").unwrap().to_owned();
    let service = serve(data, &grpc);
    let client = Client::new(&text(&service.said["url"]), &operator_key(data));
    let anchor = hufu_platform::trust_anchor(data).unwrap();
    let overview = Client::expect(client.get("/v1/overview").await, 200);
    assert_eq!((&overview["ledger"], &overview["network"]), (&value!(grpc), &value!("dev")));

    // the journeys, over gRPC
    let did = create(&client).await;
    let head = format!("did/{did}/head");
    assert!(proven(&client, &anchor, &head).await.is_some());
    assert!(proven(&client, &anchor, "did/did:hufu:dev:zAbsent/head").await.is_none());
    let issuer = operator_did(data);
    let credential = value!({
        "@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:example:remote", "type": ["VerifiableCredential"],
        "issuer": issuer, "credentialSubject": { "id": did },
    });
    let issue = value!({ "credential": credential, "options": { "status": { "purposes": ["revocation"] } } });
    let vc =
        Client::expect(client.post("/credentials/issue", issue).await, 201)["verifiableCredential"].clone();
    let verify = value!({ "verifiableCredential": vc });
    Client::expect(client.post("/credentials/verify", verify.clone()).await, 200);
    let revoke = value!({
        "credentialId": "urn:example:remote", "reason": "lost",
        "credentialStatus": { "type": "BitstringStatusListEntry", "statusPurpose": "revocation" },
    });
    let revoked = Client::expect(client.post("/credentials/status", revoke).await, 200);
    assert_eq!(Client::expect(client.post("/credentials/verify", verify).await, 400)["verified"], false);
    let found =
        Client::expect(client.get(&format!("/v1/transactions/{}", text(&revoked["transaction"]))).await, 200);
    assert_eq!(found["height"], revoked["height"]);
    let list = text(&vc["credentialStatus"]["statusListCredential"]);
    let published = client.get(&format!("/status-lists/{}", list.rsplit('/').next().unwrap())).await;
    assert_eq!(Client::expect(published, 200)["issuer"], value!(issuer));
    // a rule and a policy of the ledger keep their words and kinds
    let refused = value!({ "title": "t", "reason": "r", "actions": [{ "type": "removeFromList", "list": "members", "did": did }] });
    let refused = Client::expect(client.post("/v1/proposals", refused).await, 422);
    assert!(text(&refused["detail"]).contains("not on the list"), "{refused}");
    Client::expect(client.get("/v1/blocks/999999").await, 404);
    Client::expect(client.get("/v1/proposals").await, 200);

    let seen = events(&client, "0.0", |found| found.iter().any(|(_, data)| data["reason"] == "lost")).await;
    let last = seen.last().unwrap().0.clone();

    // the node is killed: the service says so, goes on living, and does not pretend
    ledger.kill();
    Client::expect(client.get("/readyz").await, 503);
    let unavailable = Client::expect(client.post("/1.0/create", value!({})).await, 503);
    assert!(text(&unavailable["detail"]).contains("The ledger"), "{unavailable}");
    assert_eq!(client.http.get(format!("{}/livez", client.url)).send().await.unwrap().status(), 200);

    // and comes back, with everything
    let ledger = node(data, &address);
    until_ready(&client).await;
    assert!(proven(&client, &anchor, &head).await.is_some());
    let second = create(&client).await;
    let resumed =
        events(&client, &last, |found| found.iter().any(|(_, data)| data["did"] == value!(second))).await;
    let ids: Vec<_> = seen.iter().chain(&resumed).map(|(id, _)| id.clone()).collect();
    let mut once = ids.clone();
    once.dedup();
    assert_eq!(ids, once, "no event comes twice");
    let all = events(&client, "0.0", |found| found.len() >= ids.len()).await;
    let all: Vec<_> = all.into_iter().map(|(id, _)| id).collect();
    assert_eq!(all, ids, "the resumed stream misses nothing");

    // the service is killed and comes back
    let counts = counted(&client, &second).await;
    service.kill();
    let service = serve(data, &grpc);
    let client = Client::new(&text(&service.said["url"]), &operator_key(data));
    let last = ids.last().unwrap().clone();
    let third = create(&client).await;
    let resumed = events(&client, &last, |found| !found.is_empty()).await;
    assert_eq!(resumed[0].1["did"], value!(third), "the stream goes on behind the last event seen");
    // the picture is rebuilt from the first event on
    let again = counted(&client, &third).await;
    assert_eq!(again["dids"].as_u64(), counts["dids"].as_u64().map(|dids| dids + 1));
    assert_eq!(again["credentials"], counts["credentials"]);

    // asked to stop, each stops, although the service listens to the node's events
    assert!(ledger.stop(SOON).success());
    assert!(service.stop(SOON).success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_answers_health_and_reflection() {
    use tonic_health::pb::{
        HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
    };
    use tonic_reflection::pb::v1::{
        ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
        server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
    };
    let folder = tempfile::tempdir().unwrap();
    let ledger = node(folder.path(), "127.0.0.1:0");
    let channel =
        tonic::transport::Endpoint::from_shared(text(&ledger.said["grpc"])).unwrap().connect().await.unwrap();
    let mut health = HealthClient::new(channel.clone());
    for service in ["", "hufu.ledger.v1.Ledger"] {
        let request = HealthCheckRequest { service: service.to_owned() };
        let status = health.check(request).await.unwrap().into_inner().status();
        assert_eq!(status, ServingStatus::Serving, "{service:?}");
    }
    let unknown = health.check(HealthCheckRequest { service: "nobody".into() }).await.unwrap_err();
    assert_eq!(unknown.code(), tonic::Code::NotFound);

    let mut reflection = ServerReflectionClient::new(channel);
    let ask = |request| ServerReflectionRequest { host: String::new(), message_request: Some(request) };
    let mut reflect = async |request| {
        let stream = tokio_stream::iter([ask(request)]);
        let mut answers = reflection.server_reflection_info(stream).await.unwrap().into_inner();
        answers.message().await.unwrap().unwrap().message_response.unwrap()
    };
    let MessageResponse::ListServicesResponse(listed) =
        reflect(MessageRequest::ListServices(String::new())).await
    else {
        panic!("no list")
    };
    let mut names: Vec<_> = listed.service.into_iter().map(|service| service.name).collect();
    names.sort();
    assert!(
        names.contains(&"hufu.ledger.v1.Ledger".to_owned())
            && names.contains(&"grpc.health.v1.Health".to_owned()),
        "{names:?}"
    );
    let symbol = MessageRequest::FileContainingSymbol("hufu.ledger.v1.Ledger.Query".into());
    assert!(
        matches!(reflect(symbol).await, MessageResponse::FileDescriptorResponse(found) if !found.file_descriptor_proto.is_empty())
    );
}

#[test]
fn a_node_that_is_not_there_or_another_is_named() {
    let (mine, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ledger = node(mine.path(), "127.0.0.1:0");
    let grpc = text(&ledger.said["grpc"]);
    let serve = |data: &Path, url: &str| {
        let mut command = hufu();
        command.args(["serve", "--listen", "127.0.0.1:0", "--ledger-url", url, "--data"]).arg(data);
        let output = run(&mut command);
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    // a folder of another network
    drop(node(other.path(), "127.0.0.1:0"));
    let (code, words) = serve(other.path(), &grpc);
    assert!(code != 0 && words.contains("genesis"), "{code} {words}");
    // nobody
    let (code, words) = serve(mine.path(), "http://127.0.0.1:1");
    assert!(code == 3 && words.contains("node") && words.contains("refused"), "{code} {words}");
    // no address
    let (code, words) = serve(mine.path(), "nonsense url");
    assert!(code != 0 && words.contains("address"), "{code} {words}");
    // no network yet
    let empty = tempfile::tempdir().unwrap();
    let (code, words) = serve(&empty.path().join("none"), &grpc);
    assert!(code == 2 && words.contains("holds no network"), "{code} {words}");
    // and a port in use
    let port = grpc.strip_prefix("http://").unwrap();
    let output = run(hufu().args(["node", "--listen", port, "--data"]).arg(other.path()));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(3) && words.contains("cannot listen on"), "{words}");
}
