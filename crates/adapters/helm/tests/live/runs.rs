//! Both versions of Helm against a real API server.

use std::time::{Duration, Instant};

use crate::lab::{environment, labs};
use adapter_helm::{HelmOptions, HelmProgram};
use domain::ErrorKind;
use domain::names::{ClusterName, Namespace};
use domain::ports::{Helm, HelmOutcome};
use futures::FutureExt;

#[tokio::test]
async fn an_installation_carries_the_operation_and_does_not_wait_for_pods() {
    for lab in labs("install") {
        let (outcome, lines) = lab.upgrade(&lab.request(&["{color: blue}"])).await;
        assert_eq!(outcome, HelmOutcome::Done, "{}: {lines:?}", lab.name);
        assert!(lines.contains(&"Out STATUS: deployed".to_owned()), "{lines:?}");
        assert_eq!((lab.label(1, "slipway.dev/operation").as_str(), lab.label(1, "status").as_str()), ("17", "deployed"));
        assert_eq!(lab.run_folders(), 0, "values don't stay on the disk");
    }
}

#[tokio::test]
async fn later_values_win_and_values_of_the_revision_before_are_forgotten() {
    for lab in labs("values") {
        lab.upgrade(&lab.request(&["{color: blue, size: large}", "{color: green}"])).await;
        assert_eq!((lab.data("color").as_str(), lab.data("size").as_str()), ("green", "large"));
        let mut next = lab.request(&[]);
        next.operation = domain::OperationId(18);
        let (outcome, lines) = lab.upgrade(&next).await;
        assert_eq!(outcome, HelmOutcome::Done, "{lines:?}");
        assert_eq!((lab.data("color").as_str(), lab.data("size").as_str()), ("red", "small"), "{}", lab.name);
        assert_eq!((lab.label(1, "slipway.dev/operation").as_str(), lab.label(2, "slipway.dev/operation").as_str()), ("17", "18"));
        assert_eq!((lab.label(1, "status").as_str(), lab.label(2, "status").as_str()), ("superseded", "deployed"));
    }
}

#[tokio::test]
async fn values_that_break_the_schema_are_explained_and_nothing_is_made() {
    for lab in labs("schema") {
        let (outcome, _) = lab.upgrade(&lab.request(&["replicas: many"])).await;
        assert_eq!(
            outcome,
            HelmOutcome::Failed("The values don't fit the schema of chart app: at '/replicas': got string, want integer.".to_owned()),
            "{}",
            lab.name
        );
        assert_eq!(lab.kubectl(&["get", "secrets", "-o", "name"]), "");
        let (outcome, _) = lab.upgrade(&lab.request(&["{}", "a: ["])).await;
        let HelmOutcome::Failed(why) = outcome else { panic!("{outcome:?}") };
        assert!(why.starts_with("The values are not YAML: "), "{why}");
    }
}

#[tokio::test]
async fn a_hook_that_fails_is_told_and_leaves_a_failed_revision() {
    for lab in labs("hook") {
        let (outcome, _) = lab.upgrade(&lab.request(&["hook: job-fails"])).await;
        let HelmOutcome::Failed(why) = outcome else { panic!("{outcome:?}") };
        assert!(why.starts_with("A pre-install hook failed: ") && why.contains("app-migration"), "{why}");
        assert_eq!(lab.label(1, "status"), "failed");
    }
}

#[tokio::test]
async fn a_hook_that_takes_too_long_is_told() {
    for lab in labs("slow") {
        let mut request = lab.request(&["hook: never-ready"]);
        request.timeout_ms = 1500;
        let (outcome, _) = lab.upgrade(&request).await;
        let HelmOutcome::Failed(why) = outcome else { panic!("{outcome:?}") };
        assert!(why.ends_with("did not end in time."), "{why}");
    }
}

#[tokio::test]
async fn a_stop_in_the_middle_of_a_hook_leaves_a_failed_revision_that_can_be_upgraded() {
    for lab in labs("stop") {
        let begun = Instant::now();
        let outcome = lab.helm.upgrade(&lab.request(&["hook: never-ready"]), &|_, _| {}, lab.hook_begun().boxed()).await.unwrap();
        assert_eq!(outcome, HelmOutcome::Stopped);
        assert!(begun.elapsed() < Duration::from_secs(40), "it did not wait for Helm's own timeout");
        assert_eq!(lab.label(1, "status"), "failed", "{}: not pending, so that the next one is let in", lab.name);
        let (outcome, lines) = lab.upgrade(&lab.request(&[])).await;
        assert_eq!(outcome, HelmOutcome::Done, "{lines:?}");
        assert_eq!(lab.label(2, "status"), "deployed");
    }
}

#[tokio::test]
async fn a_revision_left_pending_by_a_kill_is_explained() {
    for lab in labs("pending") {
        lab.upgrade(&lab.request(&[])).await;
        let request = lab.request(&["hook: never-ready"]);
        // Dropping the future kills Helm without a chance to clean up.
        tokio::select! {
            outcome = lab.helm.upgrade(&request, &|_, _| {}, futures::future::pending().boxed()) => panic!("{outcome:?}"),
            () = lab.hook_begun() => {}
        }
        assert_eq!(lab.label(2, "status"), "pending-upgrade");
        let (outcome, _) = lab.upgrade(&lab.request(&[])).await;
        assert_eq!(
            outcome,
            HelmOutcome::Failed(
                "Helm refuses: the newest revision of this release is still pending, so another Helm is at work on it, or was cut off.".to_owned()
            )
        );
        assert_eq!(lab.run_folders(), 0);
    }
}

#[tokio::test]
async fn places_that_are_not_there_are_named() {
    for lab in labs("place") {
        let mut request = lab.request(&[]);
        request.key.namespace = Namespace::new("nowhere-at-all").unwrap();
        assert_eq!(lab.upgrade(&request).await.0, HelmOutcome::Failed("There is no namespace nowhere-at-all in the cluster.".to_owned()));
        request.key.cluster = ClusterName::new("elsewhere").unwrap();
        assert_eq!(
            lab.upgrade(&request).await.0,
            HelmOutcome::Failed("The cluster's API can't be reached: context \"elsewhere\" does not exist.".to_owned())
        );
    }
}

#[tokio::test]
async fn a_field_that_somebody_else_has_set_is_a_conflict_for_helm_4_alone() {
    for lab in labs("conflict") {
        lab.upgrade(&lab.request(&[])).await;
        lab.kubectl(&["scale", "deployment", "app", "--replicas=3"]);
        let (outcome, _) = lab.upgrade(&lab.request(&["replicas: 2"])).await;
        let replicas = lab.kubectl(&["get", "deployment", "app", "-o", "jsonpath={.spec.replicas}"]);
        if lab.name == "helm3" {
            assert_eq!((outcome, replicas.as_str()), (HelmOutcome::Done, "2"));
            continue;
        }
        let HelmOutcome::Failed(why) = outcome else { panic!("{outcome:?}") };
        assert!(why.contains("/app: .spec.replicas was last set by kubectl, not by Helm."), "{why}");
        assert_eq!(replicas, "3");
    }
}

#[tokio::test]
async fn a_release_of_helm_3_is_taken_on_by_helm_4_without_conflicts() {
    let [three, four] = labs("adopt");
    three.upgrade(&three.request(&[])).await;
    three.kubectl(&["scale", "deployment", "app", "--replicas=3"]);
    let mut request = four.request(&["replicas: 2"]);
    request.key = three.key.clone();
    let (outcome, lines) = four.upgrade(&request).await;
    assert_eq!(outcome, HelmOutcome::Done, "{lines:?}");
    assert_eq!(three.label(2, "slipway.dev/operation"), "17");
}

#[tokio::test]
async fn the_guard_runs_before_helm() {
    let [lab, _] = labs("guard");
    let folder = tempfile::TempDir::new().unwrap();
    let mut options = HelmOptions::new(folder.path(), environment());
    options.program = std::env::var_os("SLIPWAY_TEST_HELM3")
        .map_or_else(|| format!("{}/.cache/slipway/bin/helm3", std::env::var("HOME").unwrap()).into(), Into::into);
    options.guard = Some(["/bin/sh", "-c", "echo guarded >&2; exec \"$@\"", "guard"].map(Into::into).to_vec());
    let helm = HelmProgram::new(options);
    assert!(helm.version().await.unwrap().starts_with("v3."));
    let lines = std::sync::Mutex::new(Vec::new());
    let sink = |_, line| lines.lock().unwrap().push(line);
    helm.upgrade(&lab.request(&["a: ["]), &sink, futures::future::pending().boxed()).await.unwrap();
    assert!(lines.into_inner().unwrap().contains(&"guarded".to_owned()));
}

#[tokio::test]
async fn both_versions_are_known_and_a_missing_helm_says_what_to_do() {
    let versions: Vec<String> =
        futures::future::join_all(labs("version").iter().map(|lab| lab.helm.version())).await.into_iter().map(Result::unwrap).collect();
    assert!(versions[0].starts_with("v3.") && versions[1].starts_with("v4."), "{versions:?}");
    let folder = tempfile::TempDir::new().unwrap();
    let missing = HelmProgram::new(HelmOptions::new(folder.path(), [("PATH".to_owned(), "/nowhere".into())]));
    let error = missing.version().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert_eq!(
        error.to_string(),
        "There is no `helm` program to deploy with. Install Helm 3 or 4 on the server's PATH, or name its path in the configuration."
    );
}
