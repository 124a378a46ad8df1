//! Deploying: choosing the version, keeping values, following to the end, exit codes.

use serde_json::{Value, json};

use crate::stub::{Script, Stub, TOKEN, slipway};

/// The record of an operation: these, with their steps.
fn record(datas: &[(&str, Value)]) -> Vec<Value> {
    let event = |((step, data), seq): (&(&str, Value), usize)| json!({ "operation_id": 12, "seq": seq, "step": (!step.is_empty()).then_some(step), "data": data, "at": "2026-11-23T12:00:00Z" });
    datas.iter().zip(1..).map(event).collect()
}

/// A whole deploy that ends like this.
fn deploy_events(end: Value) -> Vec<Value> {
    record(&[
        ("", json!({ "kind": "queued", "by": "demo-platform" })),
        ("", json!({ "kind": "claimed", "worker": "w", "generation": 1 })),
        ("prepare", json!({ "kind": "step_started" })),
        ("prepare", json!({ "kind": "step_finished", "sentence": "candidates 1.5.1 fetched.", "facts": null })),
        ("apply", json!({ "kind": "step_started" })),
        ("apply", json!({ "kind": "output", "stream": "out", "line": "STATUS: \u{1b}[1mdeployed" })),
        ("watch", json!({ "kind": "progress", "sentence": "1 of 2 ready." })),
        ("", end),
    ])
}

const LINES: &str = "prepare …\nprepare: candidates 1.5.1 fetched.\napply …\n  apply | STATUS: \u{fffd}[1mdeployed\n  1 of 2 ready.\n";

fn succeeded() -> Value {
    json!({ "kind": "succeeded", "sentence": "candidates 1.5.1 runs in staging." })
}

#[tokio::test]
async fn a_deploy_is_followed_to_its_end_across_a_lost_connection() {
    let stub = Stub::start(Script { events: deploy_events(succeeded()), cut_after: Some(4), ..Script::default() }).await;
    let ended = stub.run(&["deploy", "candidates", "--to", "staging", "--version", "~1.5", "--wait"]).await;
    assert_eq!(ended.code, 0, "{ended:?}");
    let head = format!("operation 12: candidates 1.5.1 to staging\n{}/operations/12\n", stub.url);
    assert_eq!(ended.output, format!("{head}{LINES}succeeded: candidates 1.5.1 runs in staging.\n"));
    assert!(ended.messages.starts_with("slipway: the connection was lost ("), "{}", ended.messages);
    let script = stub.script.lock().unwrap();
    assert_eq!(script.resumed_after, [0, 4]);
    let draft = json!({ "service": "candidates", "environment": "staging", "version": "1.5.1", "values": "replicaCount: 3\n" });
    assert_eq!(script.drafts, [draft], "the values last deployed are kept");
}

#[tokio::test]
async fn a_failed_deploy_is_told_with_its_hint_and_exit_code_1_a_cancelled_one_with_3() {
    let error =
        json!({ "kind": "conflict", "message": "candidates does not come up.", "hint": "Deploy 1.4.2.", "field": null, "operation_id": null });
    let stub = Stub::start(Script { events: deploy_events(json!({ "kind": "failed", "error": error })), ..Script::default() }).await;
    let ended = stub.run(&["deploy", "candidates", "--to", "staging", "--wait"]).await;
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.output.starts_with("operation 12: candidates 1.6.0 to staging\n"), "{}", ended.output);
    assert!(ended.output.ends_with("\nfailed: candidates does not come up. Deploy 1.4.2.\n"), "{}", ended.output);

    let end = json!({ "kind": "cancelled", "sentence": "Nothing was changed." });
    let stub = Stub::start(Script { events: deploy_events(end), ..Script::default() }).await;
    let ended = stub.run(&["deploy", "candidates", "--to", "staging", "--wait"]).await;
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.output.ends_with("\ncancelled: Nothing was changed.\n"), "{}", ended.output);
}

#[tokio::test]
async fn values_come_from_standard_input_and_without_wait_the_deploy_is_only_written_down() {
    let stub = Stub::start(Script::default()).await;
    let token = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(token.path(), format!("{TOKEN}\n")).unwrap();
    let file = token.path().to_str().unwrap();
    let arguments = ["deploy", "candidates", "--to", "staging", "--version", "1.5.0", "--values", "-", "--token-file", file];
    // The file on the command line goes before the variable.
    let ended = slipway(&arguments, &[("SLIPWAY_URL", &stub.url), ("SLIPWAY_TOKEN", "wrong")], "a: 1\n").await;
    assert_eq!((ended.code, ended.messages.as_str()), (0, ""));
    assert_eq!(ended.output, format!("operation 12: candidates 1.5.0 to staging\n{}/operations/12\n", stub.url));
    let script = stub.script.lock().unwrap();
    assert_eq!(script.drafts[0]["values"], "a: 1\n");
    assert!(script.resumed_after.is_empty());
}

#[tokio::test]
async fn what_a_person_can_put_right_is_exit_code_2_and_deploys_nothing() {
    let stub = Stub::start(Script::default()).await;
    for (arguments, message) in [
        (
            &["candidates", "--to", "staging", "--version", ">=9"][..],
            "slipway: No version of candidates matches “>=9”. The newest are 2.0.0-rc.1, 1.6.0,",
        ),
        (&["candidates", "--to", "staging", "--version", "banana"], "slipway: “banana” is not a version constraint:"),
        (&["nobody", "--to", "staging"], "slipway: There is no service “nobody”. GET /api/v1/services lists them."),
        (&["candidates", "--to", "staging", "--values", "/nowhere/values.yaml"], "slipway: The values /nowhere/values.yaml can't be used:"),
        (&["candidates", "--to", "staging", "--token-file", "/nowhere/token"], "slipway: The token file /nowhere/token can't be used:"),
        (&["candidates", "--to", "staging", "--timeout", "soon"], "error: invalid value 'soon' for '--timeout"),
        (&["Candidates", "--to", "staging"], "error: invalid value 'Candidates'"),
        (&["candidates"], "error: the following required arguments were not provided"),
    ] {
        let ended = stub.run(&[&["deploy"], arguments].concat()).await;
        assert_eq!((ended.code, ended.output.as_str()), (2, ""), "{ended:?}");
        assert!(ended.messages.starts_with(message), "{arguments:?}: {}", ended.messages);
    }
    let ended = slipway(&["deploy", "candidates", "--to", "staging", "--url", &stub.url], &[("SLIPWAY_TOKEN", "wrong")], "").await;
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.messages.starts_with("slipway: The token is not the portal's. Look again. --token-file"), "{}", ended.messages);
    assert!(stub.script.lock().unwrap().drafts.is_empty());
}

#[tokio::test]
async fn a_refused_deploy_names_the_operation_in_the_way() {
    let refusal = json!({ "detail": "candidates is being deployed to staging.", "hint": "Wait for it.", "operation_id": 11 });
    let stub = Stub::start(Script { refusal: Some((409, refusal)), ..Script::default() }).await;
    let ended = stub.run(&["deploy", "candidates", "--to", "staging"]).await;
    assert_eq!(ended.code, 1, "{ended:?}");
    assert_eq!(ended.messages, format!("slipway: candidates is being deployed to staging. Wait for it. See {}/operations/11.\n", stub.url));
}

#[tokio::test]
async fn a_portal_that_is_not_there_is_exit_code_4() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for command in [&["deploy", "candidates", "--to", "staging"][..], &["status"]] {
        let ended = slipway(&[command, &["--url", &url]].concat(), &[("SLIPWAY_TOKEN", TOKEN)], "").await;
        assert_eq!((ended.code, ended.output.as_str()), (4, ""), "{ended:?}");
        assert!(ended.messages.starts_with(&format!("slipway: The portal at {url} can't be reached: Connection refused")), "{}", ended.messages);
    }
}

#[tokio::test]
async fn waiting_ends_with_exit_code_5_when_its_time_is_over() {
    let mut events = deploy_events(succeeded());
    events.truncate(5);
    let stub = Stub::start(Script { events, hang: true, ..Script::default() }).await;
    let ended = stub.run(&["deploy", "candidates", "--to", "staging", "--wait", "--timeout", "300ms"]).await;
    assert_eq!(ended.code, 5, "{ended:?}");
    assert_eq!(ended.messages, format!("slipway: operation 12 has not ended after 300ms. It goes on: {}/operations/12\n", stub.url));
}
