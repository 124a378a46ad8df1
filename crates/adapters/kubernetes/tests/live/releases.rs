//! Releases as Helm makes, breaks and removes them.

use std::time::Instant;

use domain::health::{HealthStatus, assess};
use domain::live::WorkloadKind;
use domain::ports::{ClusterChange, Clusters};
use domain::release::{ApplyMethod, ReleaseStatus};
use domain::{OperationId, Timestamp};
use futures::StreamExt;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use kube::api::{Patch, PatchParams};
use serde_json::json;

use crate::lab::{Lab, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_release_made_by_plain_helm_appears_with_its_chart_and_disappears_with_it() {
    let lab = Lab::open("plain").await;
    let (key, chart) = (lab.key("api"), lab.chart("1.2.3"));
    let mut changes = lab.clusters.changes();
    lab.helm(&["install", "api", &chart, "--create-namespace"]).await;
    let began = Instant::now();
    let live = until("the chart of the release", || lab.clusters.release(&key).filter(|live| live.release.chart.is_some())).await;
    eprintln!("release with its chart {:?} after helm ended", began.elapsed());
    assert_eq!((live.release.revision, live.release.status), (1, ReleaseStatus::Deployed));
    assert_eq!(
        (live.release.chart.as_deref(), live.release.chart_version.as_deref(), live.release.app_version.as_deref()),
        (Some("sample"), Some("1.2.3"), Some("9.1.2.3"))
    );
    let age_ms = Timestamp::now().as_millisecond() - live.release.updated_at.unwrap().as_millisecond();
    assert!((0..60_000).contains(&age_ms), "{age_ms}");

    let healthy =
        until("both pods", || lab.clusters.release(&key).filter(|live| assess(live, Timestamp::now()).status == HealthStatus::Healthy)).await;
    assert_eq!(healthy.pods.len(), 2);
    assert!(healthy.pods.iter().all(|pod| pod.workload == Some((WorkloadKind::Deployment, "api".into())) && pod.replica_set.is_some()));
    assert_eq!(lab.clusters.releases_in(&lab.cluster, &lab.namespace), vec![healthy]);
    assert_eq!(lab.clusters.pods_in(&lab.cluster, &lab.namespace), 2);
    let summary = lab.clusters.get(&lab.cluster).unwrap();
    assert!(summary.nodes > 0 && summary.nodes_ready == summary.nodes && summary.releases >= 1 && summary.pods >= 2, "{summary:?}");
    while changes.next().await.unwrap() != ClusterChange::Release(key.clone()) {}

    lab.helm(&["uninstall", "api"]).await;
    until("the release to go", || lab.clusters.release(&key).is_none().then_some(())).await;
    until("the pods to go", || (lab.clusters.pods_in(&lab.cluster, &lab.namespace) == 0).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_in_the_cluster_is_seen_and_told_at_once() {
    let lab = Lab::open("quick").await;
    let (key, chart) = (lab.key("api"), lab.chart("1.0.0"));
    lab.helm(&["install", "api", &chart, "--create-namespace", "--set", "replicas=0"]).await;
    until("the workload", || lab.clusters.release(&key).filter(|live| live.workloads.iter().any(|w| w.desired == 0 && w.observed))).await;
    let mut changes = lab.clusters.changes();
    let deployments: Api<Deployment> = Api::namespaced(lab.client.clone(), lab.namespace.as_str());
    deployments.patch("api", &PatchParams::default(), &Patch::Merge(json!({"spec": {"replicas": 1}}))).await.unwrap();
    let began = Instant::now();
    while changes.next().await.unwrap() != ClusterChange::Release(key.clone()) {}
    let took = began.elapsed();
    eprintln!("told {took:?} after the API server answered");
    assert_eq!(lab.clusters.release(&key).unwrap().workloads[0].desired, 1);
    // A quarter of a second is the promise up to the screen, on a machine that is not busy with other tests.
    assert!(took.as_millis() < 1_000, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_image_is_told_as_an_engineer_would() {
    let lab = Lab::open("image").await;
    let (key, chart) = (lab.key("api"), lab.chart("1.0.0"));
    lab.helm(&["install", "api", &chart, "--create-namespace", "--set", "tag=does-not-exist", "--set", "replicas=1"]).await;
    let (pod, health) = until("the fault", || {
        let live = lab.clusters.release(&key)?;
        let health = assess(&live, Timestamp::now());
        (health.status == HealthStatus::Degraded).then(|| (live.pods[0].name.clone(), health))
    })
    .await;
    assert_eq!(health.short, "image not found");
    assert_eq!(health.sentence, format!("0 of 1 pod ready: `{pod}` can't pull `registry.example/acme/sample:does-not-exist` (not found)."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_hook_job_belongs_to_its_release() {
    let lab = Lab::open("hook").await;
    let (key, chart) = (lab.key("api"), lab.chart("1.0.0"));
    let (well, said) =
        lab.helm_try(&["install", "api", &chart, "--create-namespace", "--set", "hook=true", "--set", "replicas=1", "--timeout", "60s"]).await;
    assert!(!well, "{said}");
    let job =
        until("the failed job", || lab.clusters.release(&key)?.workloads.into_iter().find(|w| w.kind == WorkloadKind::Job && w.stalled.is_some()))
            .await;
    assert_eq!((job.name.as_str(), job.desired, job.ready), ("api-migrate", 1, 0));
    let live = until("the failed release", || lab.clusters.release(&key).filter(|live| live.release.status == ReleaseStatus::Failed)).await;
    assert!(live.pods.iter().any(|pod| pod.workload == Some((WorkloadKind::Job, "api-migrate".into()))), "{:?}", live.pods);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_left_pending_is_freed_and_helm_upgrades_again() {
    let lab = Lab::open("pending").await;
    let (key, chart) = (lab.key("api"), lab.chart("1.0.0"));
    lab.helm(&["install", "api", &chart, "--create-namespace", "--set", "replicas=0", "--set", "tag=kept"]).await;
    lab.helm(&["upgrade", "api", &chart, "--reuse-values", "--labels", "slipway.dev/operation=42"]).await;
    assert!(!lab.clusters.release_unlock(&key, 2, "why").await.unwrap(), "it is not pending");
    assert!(!lab.clusters.release_unlock(&key, 9, "why").await.unwrap(), "it is not there");

    // As a Helm that was killed while upgrading leaves them.
    status_put(&lab, "sh.helm.release.v1.api.v1", "deployed").await;
    status_put(&lab, "sh.helm.release.v1.api.v2", "pending-upgrade").await;
    until("the pending revision", || lab.clusters.release(&key).filter(|live| live.release.status == ReleaseStatus::PendingUpgrade)).await;
    let (well, said) = lab.helm_try(&["upgrade", "api", &chart, "--reuse-values"]).await;
    assert!(!well && said.contains("another operation"), "{said}");

    assert!(lab.clusters.release_unlock(&key, 2, "Slipway was cut off.").await.unwrap());
    let live = until("the failed revision", || lab.clusters.release(&key).filter(|live| live.release.status == ReleaseStatus::Failed)).await;
    assert_eq!((live.release.revision, live.release.operation), (2, Some(OperationId(42))));
    let (_, history) = lab.helm_try(&["history", "api"]).await;
    assert!(history.contains("failed") && history.contains("Slipway was cut off."), "{history}");
    lab.helm(&["upgrade", "api", &chart, "--reuse-values"]).await;
    let (_, values) = lab.helm_try(&["get", "values", "api"]).await;
    assert!(values.contains("tag: kept"), "{values}");
    let revisions = lab.clusters.release_revisions(&key).await.unwrap();
    let told: Vec<_> = revisions.iter().map(|r| (r.revision, r.status, r.operation)).collect();
    // Helm copies labels from revision to revision.
    let operation = Some(OperationId(42));
    assert_eq!(told, [(1, ReleaseStatus::Superseded, None), (2, ReleaseStatus::Failed, operation), (3, ReleaseStatus::Deployed, operation)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_revision_holds_is_read_whoever_made_it() {
    let lab = Lab::open("body").await;
    let chart = lab.chart("1.2.3");
    for (version, apply) in [(3, ApplyMethod::ClientSide), (4, ApplyMethod::ServerSide)] {
        let name = format!("api{version}");
        let set = ["--set", "replicas=0", "--set", "nested.a=1", "--description", "by hand", "--create-namespace"];
        lab.helm_version(version, &[["install", &name, &chart].as_slice(), &set].concat()).await;

        let body = lab.clusters.release_body(&lab.key(&name), 1).await.unwrap().expect("it is there");

        assert_eq!((body.chart.as_str(), body.chart_version.as_str(), body.app_version.as_deref()), ("sample", "1.2.3", Some("9.1.2.3")));
        assert_eq!((body.apply, body.description.as_str()), (apply, "by hand"), "Helm {version}");
        assert_eq!(body.values, json!({ "replicas": 0, "nested": { "a": 1 } }), "without the chart's own");
        assert!(body.manifest.contains("kind: Deployment") && body.manifest.contains(&format!("name: {name}")), "{}", body.manifest);
        assert!(body.hooks.is_empty() && body.deployed_at.is_some());
        assert_eq!(lab.clusters.release_body(&lab.key(&name), 2).await.unwrap(), None);
    }
}

/// Sets the status of a revision: the label, and within the body.
async fn status_put(lab: &Lab, name: &str, status: &str) {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use std::io::{Read, Write};

    let secrets: Api<Secret> = Api::namespaced(lab.client.clone(), lab.namespace.as_str());
    let mut secret = secrets.get(name).await.unwrap();
    let stored = secret.data.as_mut().unwrap().get_mut("release").unwrap();
    let mut json = String::new();
    flate2::read::GzDecoder::new(STANDARD.decode(&stored.0).unwrap().as_slice()).read_to_string(&mut json).unwrap();
    let mut release: serde_json::Value = serde_json::from_str(&json).unwrap();
    release["info"]["status"] = json!(status);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(release.to_string().as_bytes()).unwrap();
    stored.0 = STANDARD.encode(encoder.finish().unwrap()).into_bytes();
    secret.metadata.labels.as_mut().unwrap().insert("status".into(), status.into());
    secrets.replace(name, &kube::api::PostParams::default(), &secret).await.unwrap();
}
