//! Namespaces: made, taken over, refused, let go.

use domain::ports::Clusters;
use domain::{EnvironmentName, ErrorKind};
use k8s_openapi::api::core::v1::{Namespace as KubeNamespace, PersistentVolumeClaim};
use kube::Api;
use kube::api::{ObjectMeta, PostParams};
use serde_json::json;

use crate::lab::Lab;

fn environment(name: &str) -> EnvironmentName {
    EnvironmentName::new(name).unwrap()
}

async fn labels(lab: &Lab) -> Vec<(String, String)> {
    let namespace = Api::<KubeNamespace>::all(lab.client.clone()).get(lab.namespace.as_str()).await.unwrap();
    let all = namespace.metadata.labels.unwrap_or_default();
    all.into_iter().filter(|(key, _)| key != "kubernetes.io/metadata.name").collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_that_slipway_makes_is_its_to_delete() {
    let (lab, preview) = (Lab::open("made").await, environment("preview-7"));
    let (clusters, cluster, namespace) = (&lab.clusters, &lab.cluster, &lab.namespace);
    assert_eq!(clusters.namespace_get(cluster, namespace).await.unwrap(), None);
    clusters.namespace_ensure(cluster, namespace, &preview, "preview").await.unwrap();
    clusters.namespace_ensure(cluster, namespace, &preview, "preview").await.expect("again changes nothing");
    assert_eq!(
        labels(&lab).await,
        pairs(&[("app.kubernetes.io/managed-by", "slipway"), ("slipway.dev/environment", "preview-7"), ("slipway.dev/kind", "preview")])
    );

    let claim: PersistentVolumeClaim = serde_json::from_value(json!({"metadata": {"name": "data-db-0"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}))
    .unwrap();
    Api::namespaced(lab.client.clone(), namespace.as_str()).create(&PostParams::default(), &claim).await.unwrap();
    let info = clusters.namespace_get(cluster, namespace).await.unwrap().unwrap();
    assert!(info.created_by_us && !info.terminating);
    assert_eq!((info.environment, info.volume_claims), (Some(preview.clone()), vec!["data-db-0".to_owned()]));

    let error = clusters.namespace_ensure(cluster, namespace, &environment("other"), "preview").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    assert_eq!(error.message, format!("Namespace “{namespace}” of cluster “{cluster}” belongs to environment “preview-7”."));
    clusters.namespace_release(cluster, namespace, &environment("other")).await.expect("nothing of it is the other's");
    assert!(!clusters.namespace_get(cluster, namespace).await.unwrap().unwrap().terminating, "and so it stays");

    clusters.namespace_release(cluster, namespace, &preview).await.unwrap();
    match clusters.namespace_ensure(cluster, namespace, &preview, "preview").await {
        Err(error) => assert!(error.message.ends_with("is being deleted."), "{error}"),
        Ok(()) => assert!(clusters.namespace_get(cluster, namespace).await.unwrap().is_some(), "it was gone already and is made anew"),
    }
    clusters.namespace_release(cluster, namespace, &preview).await.expect("also while it goes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_that_was_there_is_taken_over_and_given_back() {
    let (lab, staging) = (Lab::open("taken").await, environment("staging"));
    let (clusters, cluster, namespace) = (&lab.clusters, &lab.cluster, &lab.namespace);
    let owned = [("team".to_owned(), "orders".to_owned()), ("app.kubernetes.io/managed-by".to_owned(), "argo".to_owned())];
    let metadata = ObjectMeta { name: Some(namespace.to_string()), labels: Some(owned.into()), ..ObjectMeta::default() };
    Api::all(lab.client.clone()).create(&PostParams::default(), &KubeNamespace { metadata, ..KubeNamespace::default() }).await.unwrap();

    clusters.namespace_ensure(cluster, namespace, &staging, "staging").await.unwrap();
    let theirs =
        [("app.kubernetes.io/managed-by", "argo"), ("slipway.dev/environment", "staging"), ("slipway.dev/kind", "staging"), ("team", "orders")];
    assert_eq!(labels(&lab).await, pairs(&theirs));
    assert!(!clusters.namespace_get(cluster, namespace).await.unwrap().unwrap().created_by_us);

    clusters.namespace_release(cluster, namespace, &staging).await.unwrap();
    assert_eq!(labels(&lab).await, pairs(&[("app.kubernetes.io/managed-by", "argo"), ("team", "orders")]));
}

#[tokio::test(flavor = "multi_thread")]
async fn letting_go_of_a_namespace_that_is_not_there_says_nothing() {
    let lab = Lab::open("absent").await;
    lab.clusters.namespace_release(&lab.cluster, &lab.namespace, &environment("gone")).await.unwrap();
}
