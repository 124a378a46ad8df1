//! Namespaces: looking at one, making it ours, letting it go. Every write names the version it was decided on.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::ports::NamespaceInfo;
use domain::{EnvironmentName, Namespace};
use k8s_openapi::api::core::v1::{Namespace as KubeNamespace, PersistentVolumeClaim};
use kube::Api;
use kube::api::{DeleteParams, ListParams, ObjectMeta, Patch, PatchParams, PostParams, Preconditions};
use serde_json::json;

use crate::error::KubernetesError;
use crate::state::Cluster;

/// Limit of one call.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// Attempts where somebody else writes at the same time.
const ATTEMPTS_MAX: u32 = 3;
/// Most volume claims that are named.
const VOLUME_CLAIMS_MAX: u32 = 500;

/// The label that names the environment.
const ENVIRONMENT_LABEL: &str = "slipway.dev/environment";
/// The label that names its kind.
const KIND_LABEL: &str = "slipway.dev/kind";
/// Who manages the namespace; set on those we make, left alone on those we take over.
const MANAGED_BY_LABEL: &str = "app.kubernetes.io/managed-by";
/// Our name in that label.
const MANAGED_BY: &str = "slipway";
/// The annotation on namespaces that we made, and so may delete.
const CREATED_ANNOTATION: &str = "slipway.dev/created";

fn label<'a>(namespace: &'a KubeNamespace, key: &str) -> Option<&'a str> {
    namespace.metadata.labels.as_ref()?.get(key).map(String::as_str)
}

fn terminating(namespace: &KubeNamespace) -> bool {
    namespace.metadata.deletion_timestamp.is_some()
}

fn created_by_us(namespace: &KubeNamespace) -> bool {
    namespace.metadata.annotations.as_ref().is_some_and(|all| all.get(CREATED_ANNOTATION).is_some_and(|value| value == "true"))
}

impl Cluster {
    fn namespaces(&self) -> Result<Api<KubeNamespace>, KubernetesError> {
        Ok(Api::all(self.client()?))
    }

    async fn namespace_read(&self, name: &str) -> Result<Option<KubeNamespace>, KubernetesError> {
        let api = self.namespaces()?;
        self.call(&format!("read namespace “{name}”"), CALL_TIMEOUT, api.get_opt(name)).await
    }

    /// The namespace with its volume claims.
    pub(crate) async fn namespace_get(&self, name: &Namespace) -> Result<Option<NamespaceInfo>, KubernetesError> {
        let Some(namespace) = self.namespace_read(name.as_str()).await? else { return Ok(None) };
        let claims: Api<PersistentVolumeClaim> = Api::namespaced(self.client()?, name.as_str());
        let page = ListParams::default().limit(VOLUME_CLAIMS_MAX);
        let claims = self.call(&format!("list persistentvolumeclaims in namespace “{name}”"), CALL_TIMEOUT, claims.list_metadata(&page)).await?;
        let mut volume_claims: Vec<String> = claims.items.into_iter().filter_map(|claim| claim.metadata.name).collect();
        volume_claims.sort();
        Ok(Some(NamespaceInfo {
            terminating: terminating(&namespace),
            environment: label(&namespace, ENVIRONMENT_LABEL).and_then(|text| EnvironmentName::new(text).ok()),
            created_by_us: created_by_us(&namespace),
            volume_claims,
        }))
    }

    /// Makes it, or takes it over.
    pub(crate) async fn namespace_ensure(&self, name: &Namespace, environment: &EnvironmentName, kind: &str) -> Result<(), KubernetesError> {
        for _ in 1..ATTEMPTS_MAX {
            match self.namespace_ensure_once(name, environment, kind).await {
                Err(KubernetesError::Conflict { .. } | KubernetesError::NotFound { .. }) => {} // it came, changed or went in between
                answer => return answer,
            }
        }
        self.namespace_ensure_once(name, environment, kind).await
    }

    async fn namespace_ensure_once(&self, name: &Namespace, environment: &EnvironmentName, kind: &str) -> Result<(), KubernetesError> {
        let ours = [(ENVIRONMENT_LABEL, environment.as_str()), (KIND_LABEL, kind)];
        let Some(existing) = self.namespace_read(name.as_str()).await? else { return self.namespace_create(name, &ours).await };
        let (cluster, namespace) = (self.name().clone(), name.to_string());
        if terminating(&existing) {
            return Err(KubernetesError::NamespaceTerminating { cluster, namespace });
        }
        if let Some(owner) = label(&existing, ENVIRONMENT_LABEL).filter(|owner| *owner != environment.as_str()) {
            return Err(KubernetesError::NamespaceTaken { cluster, namespace, owner: owner.chars().take(63).collect() });
        }
        if ours.iter().all(|(key, value)| label(&existing, key) == Some(*value)) {
            return Ok(());
        }
        self.namespace_patch(name, &existing, &json!({ ENVIRONMENT_LABEL: environment.as_str(), KIND_LABEL: kind })).await
    }

    async fn namespace_create(&self, name: &Namespace, labels: &[(&str, &str)]) -> Result<(), KubernetesError> {
        let labels = labels.iter().chain([&(MANAGED_BY_LABEL, MANAGED_BY)]).map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let metadata = ObjectMeta {
            name: Some(name.to_string()),
            labels: Some(labels.collect()),
            annotations: Some(BTreeMap::from([(CREATED_ANNOTATION.to_owned(), "true".to_owned())])),
            ..ObjectMeta::default()
        };
        let (api, namespace) = (self.namespaces()?, KubeNamespace { metadata, ..KubeNamespace::default() });
        self.call(&format!("create namespace “{name}”"), CALL_TIMEOUT, api.create(&PostParams::default(), &namespace)).await.map(drop)
    }

    /// Patches labels, as long as the namespace is as `seen`.
    async fn namespace_patch(&self, name: &Namespace, seen: &KubeNamespace, labels: &serde_json::Value) -> Result<(), KubernetesError> {
        let patch = Patch::Merge(json!({ "metadata": { "resourceVersion": seen.metadata.resource_version, "labels": labels } }));
        let api = self.namespaces()?;
        self.call(&format!("label namespace “{name}”"), CALL_TIMEOUT, api.patch(name.as_str(), &PatchParams::default(), &patch)).await.map(drop)
    }

    /// Deletes it if it is ours, otherwise takes our labels off.
    pub(crate) async fn namespace_release(&self, name: &Namespace, environment: &EnvironmentName) -> Result<(), KubernetesError> {
        for _ in 1..ATTEMPTS_MAX {
            match self.namespace_release_once(name, environment).await {
                Err(KubernetesError::Conflict { .. }) => {}
                Err(KubernetesError::NotFound { .. }) => return Ok(()),
                answer => return answer,
            }
        }
        self.namespace_release_once(name, environment).await
    }

    async fn namespace_release_once(&self, name: &Namespace, environment: &EnvironmentName) -> Result<(), KubernetesError> {
        let Some(existing) = self.namespace_read(name.as_str()).await? else { return Ok(()) };
        if terminating(&existing) {
            return Ok(());
        }
        if label(&existing, ENVIRONMENT_LABEL) != Some(environment.as_str()) {
            tracing::warn!(cluster.name = %self.name(), namespace.name = %name, "namespace {name} is not environment {environment}'s any more and is left alone");
            return Ok(());
        }
        if !created_by_us(&existing) {
            let mut gone = json!({ ENVIRONMENT_LABEL: null, KIND_LABEL: null });
            if label(&existing, MANAGED_BY_LABEL) == Some(MANAGED_BY) {
                gone[MANAGED_BY_LABEL] = serde_json::Value::Null;
            }
            return self.namespace_patch(name, &existing, &gone).await;
        }
        let as_seen = Preconditions { uid: existing.metadata.uid, resource_version: existing.metadata.resource_version };
        let params = DeleteParams::background().preconditions(as_seen);
        let api = self.namespaces()?;
        self.call(&format!("delete namespace “{name}”"), CALL_TIMEOUT, api.delete(name.as_str(), &params)).await.map(drop)
    }
}
