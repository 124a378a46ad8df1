//! A small stand-in for the portal's API on loopback, and the real binary run against it.

use std::process::Stdio;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

pub const TOKEN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// What the portal says, and what it was asked.
#[derive(Default)]
pub struct Script {
    /// The operation's events, from `seq` 1.
    pub events: Vec<Value>,
    /// The first connection breaks after this many events.
    pub cut_after: Option<usize>,
    /// The stream stays open after the events, saying nothing.
    pub hang: bool,
    /// What a deploy is refused with.
    pub refusal: Option<(u16, Value)>,
    /// The board.
    pub board: Value,
    /// The drafts that were posted.
    pub drafts: Vec<Value>,
    /// The `Last-Event-ID` of each connection; 0 for none.
    pub resumed_after: Vec<usize>,
}

type Shared = Arc<Mutex<Script>>;

pub struct Stub {
    pub url: String,
    pub script: Shared,
}

/// How the binary ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub output: String,
    pub messages: String,
}

impl Stub {
    pub async fn start(script: Script) -> Self {
        let script = Arc::new(Mutex::new(script));
        let api = Router::new()
            .route("/services/{name}/versions", get(versions))
            .route("/environments/{name}/services/{service}", get(service_page))
            .route("/operations", post(deploy))
            .route("/operations/{id}/events", get(events))
            .route("/fleet", get(fleet))
            .layer(axum::middleware::from_fn(token_check));
        let router = Router::new().nest("/api/v1", api).with_state(script.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, script }
    }

    /// Runs `slipway` against this portal.
    pub async fn run(&self, arguments: &[&str]) -> Ended {
        slipway(&[arguments, &["--url", &self.url]].concat(), &[("SLIPWAY_TOKEN", TOKEN)], "").await
    }
}

/// Runs the real binary with these variables and no others of ours.
pub async fn slipway(arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Ended {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_slipway"));
    for name in ["SLIPWAY_URL", "SLIPWAY_TOKEN", "SLIPWAY_TOKEN_FILE", "SLIPWAY_DATA"] {
        command.env_remove(name);
    }
    // A proxy that is not there: loopback must be reached without it.
    command.env("http_proxy", "http://127.0.0.1:1").args(arguments).envs(variables.iter().copied()).kill_on_drop(true);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that ends without reading closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes()).await;
    let ended = child.wait_with_output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let ended = Ended { code: ended.status.code().unwrap(), output: text(ended.stdout), messages: text(ended.stderr) };
    assert!(!ended.output.contains(TOKEN) && !ended.messages.contains(TOKEN), "the token is never shown: {ended:?}");
    ended
}

fn problem(status: u16, detail: &str, hint: &str) -> Response {
    let body = json!({ "status": status, "detail": detail, "hint": hint, "operation_id": null });
    (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

async fn token_check(headers: HeaderMap, request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    match headers.get("authorization") {
        Some(given) if given == &format!("Bearer {TOKEN}") => next.run(request).await,
        _ => problem(401, "The token is not the portal's.", "Look again."),
    }
}

async fn versions(Path(name): Path<String>) -> Response {
    if name != "candidates" {
        return problem(404, &format!("There is no service “{name}”."), "GET /api/v1/services lists them.");
    }
    let version = |text: &str| {
        json!({ "version": text, "app_version": null, "description": null, "changes": [], "created_at": null, "digest": null,
            "deprecated": false, "prerelease": text.contains('-') })
    };
    Json(["2.0.0-rc.1", "1.6.0", "1.5.1", "1.5.0", "1.4.2"].map(version)).into_response()
}

async fn service_page() -> Json<Value> {
    let at = "2026-11-23T12:00:00Z";
    let service = json!({ "name": "candidates", "team": "talent", "chart": { "repository": "http://127.0.0.1/charts", "name": "candidates" },
        "default_values": {}, "created_at": at, "revision": 1 });
    let cell = json!({ "service": "candidates", "environment": "staging", "release": null, "health": null, "behind": 0, "operation": null,
        "operation_version": null });
    Json(json!({ "service": service, "column": column("staging"), "cell": cell, "workloads": [], "pods": [], "versions": [],
        "versions_unknown_because": null, "operations": [], "values": "replicaCount: 3\n", "now": at }))
}

/// A column of the board.
pub fn column(name: &str) -> Value {
    let environment = json!({ "name": name, "kind": "staging", "cluster": "demo", "namespace": name, "team": "talent",
        "created_at": "2026-11-23T12:00:00Z", "revision": 1 });
    let state = domain::cluster::ClusterState::Connecting;
    json!({ "environment": environment, "cluster_state": state })
}

async fn deploy(State(script): State<Shared>, Json(draft): Json<Value>) -> Response {
    let mut script = script.lock().unwrap();
    script.drafts.push(draft);
    match &script.refusal {
        Some((status, body)) => (StatusCode::from_u16(*status).unwrap(), Json(body.clone())).into_response(),
        None => (StatusCode::ACCEPTED, Json(json!({ "id": 12 }))).into_response(),
    }
}

async fn events(State(script): State<Shared>, headers: HeaderMap) -> Response {
    let seen: usize = headers.get("last-event-id").map_or(0, |value| value.to_str().unwrap().parse().unwrap());
    let mut script = script.lock().unwrap();
    script.resumed_after.push(seen);
    let cut = script.cut_after.filter(|_| script.resumed_after.len() == 1);
    let until = cut.unwrap_or(script.events.len());
    let mut pieces: Vec<Result<String, std::io::Error>> = vec![Ok(": keep\n\nretry: 10\n\n".to_owned())];
    for (event, seq) in script.events.iter().zip(1..).take(until).skip(seen) {
        pieces.push(Ok(format!("event: event\nretry: 10\nid: {seq}\ndata: {event}\n\n")));
    }
    if cut.is_some() {
        pieces.push(Err(std::io::ErrorKind::ConnectionReset.into()));
    }
    // Each piece is sent before the next one is looked at, so that the break takes none with it.
    let pieces = futures::StreamExt::then(futures::stream::iter(pieces), |piece| async {
        tokio::task::yield_now().await;
        piece
    });
    let body = if script.hang { Body::from_stream(futures::StreamExt::chain(pieces, futures::stream::pending())) } else { Body::from_stream(pieces) };
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}

#[derive(serde::Deserialize)]
pub struct Wanted {
    #[serde(default)]
    text: String,
}

async fn fleet(State(script): State<Shared>, Query(wanted): Query<Wanted>) -> Json<Value> {
    let mut board = script.lock().unwrap().board.clone();
    board["rows"].as_array_mut().unwrap().retain(|row| row["service"].as_str().unwrap().contains(&wanted.text));
    Json(board)
}
