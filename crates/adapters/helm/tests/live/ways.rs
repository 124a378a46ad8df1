//! Looking ahead, going back and removing, with both versions of Helm against a real API server.

use crate::lab::labs;
use domain::ErrorKind;
use domain::ports::{Helm, HelmOutcome};
use domain::release::ApplyMethod;
use futures::FutureExt;

#[tokio::test]
async fn a_render_tells_the_next_revision_and_changes_nothing() {
    for lab in labs("render") {
        lab.upgrade(&lab.request(&["{color: blue}"])).await;
        let body = lab.helm.render(&lab.request(&["{color: green, hook: job-fails}"])).await.unwrap();
        assert_eq!((body.chart.as_str(), body.chart_version.as_str()), ("app", "1.0.0"));
        assert_eq!(body.values, serde_json::json!({ "color": "green", "hook": "job-fails" }), "without the chart's own");
        assert!(body.manifest.contains("color: \"green\"") && !body.manifest.contains("kind: Job"), "{}", body.manifest);
        assert_eq!((body.hooks.len(), body.hooks[0].events.contains(&"pre-upgrade".to_owned())), (1, true));
        assert!(body.hooks[0].manifest.contains("app-migration"));
        let expected = if lab.name == "helm3" { ApplyMethod::ClientSide } else { ApplyMethod::ServerSide };
        assert_eq!(body.apply, expected, "{}", lab.name);
        assert_eq!((lab.data("color").as_str(), lab.label(1, "status").as_str()), ("blue", "deployed"));
        assert_eq!(lab.descriptions().await.len(), 1, "no revision was made");
        assert_eq!(lab.run_folders(), 0, "values don't stay on the disk");
    }
}

#[tokio::test]
async fn helm_4_renders_a_release_of_helm_3_as_applied_on_the_clients_side() {
    let [three, four] = labs("render-adopt");
    three.upgrade(&three.request(&[])).await;
    let mut request = four.request(&["replicas: 2"]);
    request.key = three.key.clone();
    assert_eq!(four.helm.render(&request).await.unwrap().apply, ApplyMethod::ClientSide);
}

#[tokio::test]
async fn a_render_of_what_is_not_installed_yet_needs_nothing_there() {
    for lab in labs("render-new") {
        let body = lab.helm.render(&lab.request(&[])).await.unwrap();
        assert!(body.manifest.contains("color: \"red\""), "{}", lab.name);
        assert_eq!(lab.kubectl(&["get", "secrets,configmaps", "-l", "owner=helm", "-o", "name"]), "");
    }
}

#[tokio::test]
async fn a_render_that_helm_refuses_is_explained() {
    for lab in labs("render-no") {
        let error = lab.helm.render(&lab.request(&["replicas: many"])).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid, "{}", lab.name);
        assert_eq!(error.message, "The values don't fit the schema of chart app: at '/replicas': got string, want integer.");
    }
}

#[tokio::test]
async fn a_rollback_makes_a_revision_that_names_where_it_goes_back_to() {
    for lab in labs("back") {
        lab.upgrade(&lab.request(&["color: blue"])).await;
        let mut second = lab.request(&["color: green"]);
        second.operation = domain::OperationId(18);
        lab.upgrade(&second).await;
        let (outcome, lines) = lab.rollback(1).await;
        assert_eq!(outcome, HelmOutcome::Done, "{}: {lines:?}", lab.name);
        assert_eq!(lab.data("color"), "blue");
        assert_eq!((lab.label(2, "status").as_str(), lab.label(3, "status").as_str()), ("superseded", "deployed"));
        assert_eq!(lab.label(3, "slipway.dev/operation"), "17", "Helm takes the labels of the revision it returns to");
        assert!(lab.descriptions().await.contains(&"Rollback to 1".to_owned()));
    }
}

#[tokio::test]
async fn a_rollback_to_what_is_not_there_says_so() {
    for lab in labs("back-no") {
        lab.upgrade(&lab.request(&[])).await;
        let (outcome, _) = lab.rollback(7).await;
        let HelmOutcome::Failed(why) = outcome else { panic!("{outcome:?}") };
        assert_eq!(why, "release has no 7 version", "{}", lab.name);
        assert_eq!(lab.descriptions().await.len(), 1);
    }
}

/// Helm does not clean up after an interrupted rollback: Slipway frees the revision, which is why it has to be told apart.
#[tokio::test]
async fn a_rollback_that_is_stopped_leaves_a_revision_that_tells_what_it_was() {
    for lab in labs("back-stop") {
        lab.upgrade(&lab.request(&["{hook: never-ready, hookEvents: pre-rollback}"])).await;
        lab.upgrade(&lab.request(&[])).await;
        let outcome = lab.helm.rollback(&lab.rollback_request(1), &|_, _| {}, lab.hook_begun().boxed()).await.unwrap();
        assert_eq!(outcome, HelmOutcome::Stopped, "{}", lab.name);
        assert_eq!(lab.label(3, "status"), "pending-rollback", "{}", lab.name);
        assert!(lab.descriptions().await.contains(&"Rollback to 1".to_owned()));
    }
}

#[tokio::test]
async fn an_uninstall_removes_everything_and_may_be_repeated() {
    for lab in labs("out") {
        lab.upgrade(&lab.request(&[])).await;
        assert_eq!(lab.uninstall(false).await, HelmOutcome::Done, "{}", lab.name);
        assert_eq!(lab.kubectl(&["get", "secrets,deployments,configmaps", "-o", "name"]).trim(), "configmap/kube-root-ca.crt");
        assert_eq!(lab.uninstall(false).await, HelmOutcome::Done, "{}: what is gone is done", lab.name);
    }
}

#[tokio::test]
async fn an_uninstall_that_keeps_the_history_leaves_it_as_uninstalled() {
    for lab in labs("out-kept") {
        lab.upgrade(&lab.request(&[])).await;
        assert_eq!(lab.uninstall(true).await, HelmOutcome::Done, "{}", lab.name);
        assert_eq!(lab.label(1, "status"), "uninstalled");
        assert_eq!(lab.descriptions().await, ["Slipway operation 18"]);
        assert_eq!(lab.uninstall(true).await, HelmOutcome::Done, "{}: what is gone is done", lab.name);
        let (outcome, lines) = lab.upgrade(&lab.request(&[])).await;
        assert_eq!(outcome, HelmOutcome::Done, "it may come back: {lines:?}");
        assert_eq!(lab.label(2, "status"), "deployed");
    }
}
