//! Releases asked of the API server itself: their revisions, what one holds, and freeing one that Helm left pending.

use std::time::Duration;

use domain::Timestamp;
use domain::release::{ReleaseBody, ReleaseKey, ReleaseRevision, ReleaseStatus};
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use kube::api::{ListParams, PostParams};

use crate::body::{BodyError, body_mark_failed, body_read_whole};
use crate::error::KubernetesError;
use crate::kept::secret_name;
use crate::shapes::ReleaseSecret;
use crate::state::Cluster;
use crate::trim;
use crate::wire::Seen;

/// Limit of one call.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// Revisions read at most. Helm keeps ten by default.
const REVISIONS_MAX: u32 = 1_000;
/// Attempts to mark a revision where somebody else writes at the same time.
const ATTEMPTS_MAX: u32 = 2;

impl Cluster {
    /// All revisions, oldest first.
    pub(crate) async fn release_revisions(&self, key: &ReleaseKey) -> Result<Vec<ReleaseRevision>, KubernetesError> {
        let secrets: Api<Seen<ReleaseSecret>> = Api::namespaced(self.client()?, key.namespace.as_str());
        let wanted = ListParams::default().labels(&format!("owner=helm,name={}", key.name)).fields("type=helm.sh/release.v1").limit(REVISIONS_MAX);
        let listed = self.call(&format!("list secrets in namespace “{}”", key.namespace), CALL_TIMEOUT, secrets.list(&wanted)).await?;
        let seen = listed.items.iter().filter_map(trim::revision);
        let mut all: Vec<_> = seen.map(|(_, revision, seen)| ReleaseRevision { revision, status: seen.status, operation: seen.operation }).collect();
        all.sort_by_key(|revision| revision.revision);
        Ok(all)
    }

    /// What a revision holds.
    pub(crate) async fn release_body(&self, key: &ReleaseKey, revision: u32) -> Result<Option<ReleaseBody>, KubernetesError> {
        let secrets: Api<Secret> = Api::namespaced(self.client()?, key.namespace.as_str());
        let name = secret_name(key.name.as_str(), revision);
        let deed = format!("read secret “{name}” in namespace “{}”", key.namespace);
        let Some(secret) = self.call(&deed, CALL_TIMEOUT, secrets.get_opt(&name)).await? else { return Ok(None) };
        let stored = secret.data.and_then(|mut data| data.remove("release"));
        let read = tokio::task::spawn_blocking(move || stored.map_or(Err(BodyError::Missing), |stored| body_read_whole(&stored.0))).await;
        let release = format!("{}/{}", key.namespace, key.name);
        let body = read.unwrap_or(Err(BodyError::Malformed));
        body.map(Some).map_err(|why| KubernetesError::Body { cluster: self.name().clone(), release, revision, why })
    }

    /// Marks a pending revision as failed. Answers whether there was something to mark.
    pub(crate) async fn release_unlock(&self, key: &ReleaseKey, revision: u32, why: &str) -> Result<bool, KubernetesError> {
        for _ in 1..ATTEMPTS_MAX {
            match self.release_unlock_once(key, revision, why).await {
                Err(KubernetesError::Conflict { .. }) => {}
                answer => return answer,
            }
        }
        self.release_unlock_once(key, revision, why).await
    }

    async fn release_unlock_once(&self, key: &ReleaseKey, revision: u32, why: &str) -> Result<bool, KubernetesError> {
        let secrets: Api<Secret> = Api::namespaced(self.client()?, key.namespace.as_str());
        let name = secret_name(key.name.as_str(), revision);
        let object = format!("secret “{name}” in namespace “{}”", key.namespace);
        let Some(secret) = self.call(&format!("read {object}"), CALL_TIMEOUT, secrets.get_opt(&name)).await? else { return Ok(false) };
        let status = secret
            .metadata
            .labels
            .as_ref()
            .and_then(|labels| labels.get("status"))
            .map_or(ReleaseStatus::Unknown, |text| ReleaseStatus::from_label(text));
        if !status.is_pending() {
            return Ok(false);
        }
        let text = why.to_owned();
        let marked = tokio::task::spawn_blocking(move || marked_failed(secret, &text)).await.unwrap_or(Err(BodyError::Malformed));
        let release = format!("{}/{}", key.namespace, key.name);
        let marked = marked.map_err(|why| KubernetesError::Body { cluster: self.name().clone(), release, revision, why })?;
        // The resource version of what was read is still in its metadata: a change in between is a conflict.
        self.call(&format!("replace {object}"), CALL_TIMEOUT, secrets.replace(&name, &PostParams::default(), &marked)).await?;
        Ok(true)
    }
}

/// The Secret with body and labels as Helm writes them for a failed revision.
fn marked_failed(mut secret: Secret, why: &str) -> Result<Secret, BodyError> {
    let stored = secret.data.as_mut().and_then(|data| data.get_mut("release")).ok_or(BodyError::Missing)?;
    *stored = ByteString(body_mark_failed(&stored.0, why)?);
    let labels = secret.metadata.labels.get_or_insert_default();
    labels.insert("status".into(), ReleaseStatus::Failed.as_str().into());
    labels.insert("modifiedAt".into(), Timestamp::now().as_second().to_string());
    Ok(secret)
}
