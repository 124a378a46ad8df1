//! The table, the JSON and the exit codes of `slipway status`.

use serde_json::{Value, json};

use crate::stub::{Script, Stub, column};

fn cell(service: &str, environment: &str, version: &str, health: (&str, &str, &str)) -> Value {
    let key = json!({ "cluster": "demo", "namespace": environment, "name": service });
    let release = json!({ "key": key, "revision": 1, "status": "deployed", "operation": null, "chart": service, "chart_version": version,
        "app_version": null, "updated_at": null });
    json!({ "service": service, "environment": environment, "release": release, "behind": 0, "operation": null, "operation_version": null,
        "health": { "status": health.0, "short": health.1, "sentence": health.2 } })
}

fn empty(service: &str, environment: &str) -> Value {
    json!({ "service": service, "environment": environment, "release": null, "health": null, "behind": 0, "operation": null, "operation_version": null })
}

async fn stub() -> Stub {
    let healthy = ("healthy", "", "All 2 pods are ready.");
    let degraded = ("degraded", "image not found", "`jobs-1` can't pull `jobs:3.1.0` (not found).");
    let row = |name: &str, cells: [Value; 2]| json!({ "service": name, "team": "talent", "cells": cells });
    let rows = [
        row("candidates", [cell("candidates", "staging", "1.5.0", healthy), empty("candidates", "production-eu")]),
        row("jobs", [cell("jobs", "staging", "3.0.4", healthy), cell("jobs", "production-eu", "3.1.0", degraded)]),
        row("jobs-two", [empty("jobs-two", "staging"), empty("jobs-two", "production-eu")]),
    ];
    let board = json!({ "columns": [column("staging"), column("production-eu")], "rows": rows, "rows_total": 3, "services_total": 3, "teams": [],
        "statuses": [], "attention": [], "attention_total": 0, "now": "2026-11-23T12:00:00Z" });
    Stub::start(Script { board, ..Script::default() }).await
}

#[tokio::test]
async fn the_fleet_is_a_table_and_what_is_not_healthy_a_sentence() {
    let ended = stub().await.run(&["status"]).await;
    assert_eq!((ended.code, ended.messages.as_str()), (1, ""));
    let expected = "\
SERVICE     ENVIRONMENT    VERSION  HEALTH    REASON
candidates  staging        1.5.0    Healthy
jobs        staging        3.0.4    Healthy
jobs        production-eu  3.1.0    Degraded  image not found

jobs in production-eu: `jobs-1` can't pull `jobs:3.1.0` (not found).
";
    assert_eq!(ended.output, expected);
}

#[tokio::test]
async fn only_what_is_shown_decides_the_exit_code() {
    let stub = stub().await;
    let ended = stub.run(&["status", "staging"]).await;
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(!ended.output.contains("production-eu"), "{}", ended.output);
    let ended = stub.run(&["status", "--service", "jobs"]).await;
    assert_eq!((ended.code, ended.output.contains("candidates")), (1, false), "{ended:?}");
    let ended = stub.run(&["status", "staging", "--service", "jobs-two"]).await;
    assert_eq!((ended.code, ended.output.as_str()), (0, "Nothing runs here.\n"), "{ended:?}");
}

#[tokio::test]
async fn json_is_the_board_of_the_api_narrowed_to_what_was_asked() {
    let ended = stub().await.run(&["status", "production-eu", "--service", "jobs", "--json"]).await;
    assert_eq!(ended.code, 1, "{ended:?}");
    let board: Value = serde_json::from_str(&ended.output).unwrap();
    assert_eq!(board["rows"].as_array().unwrap().len(), 1, "a name is matched whole");
    assert_eq!(board["rows"][0]["cells"].as_array().unwrap().len(), 1);
    assert_eq!(board["rows"][0]["cells"][0]["health"]["status"], "degraded");
}

#[tokio::test]
async fn names_that_are_nowhere_are_exit_code_2() {
    let stub = stub().await;
    let ended = stub.run(&["status", "moon"]).await;
    assert_eq!((ended.code, ended.output.as_str()), (2, ""));
    assert_eq!(ended.messages, "slipway: There is no environment “moon”. There are: staging, production-eu.\n");
    assert_eq!(stub.run(&["status", "--service", "job"]).await.code, 2);
}
