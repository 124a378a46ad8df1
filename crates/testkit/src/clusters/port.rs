//! The port itself, answered from memory as the Kubernetes adapter answers it from clusters.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::cluster::{ClusterState, ClusterSummary};
use domain::live::ReleaseLive;
use domain::ports::{ClusterChange, Clusters, NamespaceInfo, ObjectDeed, ObjectTried, ObjectTry};
use domain::release::{ApplyMethod, Release, ReleaseBody, ReleaseKey, ReleaseRevision, ReleaseStatus};
use domain::{AppError, ClusterName, EnvironmentName, Namespace};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use tokio_stream::wrappers::BroadcastStream;

use super::{ClustersCall, FakeCluster, FakeClusters, FakeNamespace, FakeRelease, State};

fn live(key: &ReleaseKey, release: &FakeRelease) -> Option<ReleaseLive> {
    let newest = release.revisions.last()?;
    Some(ReleaseLive {
        release: Release {
            key: key.clone(),
            revision: newest.revision,
            status: newest.status,
            operation: newest.operation,
            chart: Some(release.chart.clone()),
            chart_version: Some(newest.chart_version.clone()),
            app_version: Some(newest.chart_version.clone()),
            updated_at: Some(newest.updated_at),
        },
        workloads: release.workloads.clone(),
        pods: release.pods.clone(),
    })
}

/// What a chart of [`super::super::FakeCharts`] renders to: what was set for its version, else a ConfigMap and a Secret
/// with it.
pub(super) fn rendered(manifests: &BTreeMap<String, String>, chart: &str, version: &str, values: serde_json::Value) -> ReleaseBody {
    ReleaseBody {
        chart: chart.to_owned(),
        chart_version: version.to_owned(),
        app_version: Some(version.to_owned()),
        deployed_at: None,
        description: String::new(),
        values,
        manifest: manifests.get(version).cloned().unwrap_or_else(|| {
            format!(
                "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {chart}}}\ndata: {{version: {version}}}\n---\n\
             apiVersion: v1\nkind: Secret\nmetadata: {{name: {chart}}}\nstringData: {{key: secret-{version}}}\n"
            )
        }),
        hooks: Vec::new(),
        apply: ApplyMethod::ServerSide,
    }
}

fn summary(name: &ClusterName, cluster: &FakeCluster, state: &State) -> ClusterSummary {
    let own = || state.releases.iter().filter(|(key, _)| key.cluster == *name);
    ClusterSummary {
        name: name.clone(),
        server: format!("https://{name}.test:6443"),
        state: cluster.state.clone(),
        nodes_ready: 1,
        nodes: 1,
        releases: own().count(),
        pods: own().map(|(_, release)| release.pods.len()).sum(),
    }
}

impl FakeClusters {
    /// Counts the call, then lets it fail as scripted or because the cluster does not answer.
    fn asked(&self, call: ClustersCall, cluster: &ClusterName) -> Result<(), AppError> {
        let mut state = self.state();
        state.calls.push(call);
        if let Some(at) = state.failures.iter().position(|(c, _)| *c == call) {
            let (_, error) = state.failures.remove(at).expect("just found");
            return Err(error);
        }
        match state.clusters.get(cluster).map(|c| &c.state) {
            None => Err(AppError::not_found("cluster", cluster)),
            Some(ClusterState::Away { reason, .. } | ClusterState::Refused { reason, .. }) => {
                Err(AppError::unavailable(format!("Cluster {cluster} is away: {reason}")))
            }
            Some(_) => Ok(()),
        }
    }
}

#[async_trait]
impl Clusters for FakeClusters {
    fn list(&self) -> Vec<ClusterSummary> {
        let state = self.state();
        state.clusters.iter().map(|(name, cluster)| summary(name, cluster, &state)).collect()
    }

    fn get(&self, cluster: &ClusterName) -> Option<ClusterSummary> {
        let state = self.state();
        state.clusters.get(cluster).map(|found| summary(cluster, found, &state))
    }

    fn release(&self, key: &ReleaseKey) -> Option<ReleaseLive> {
        self.state().releases.get(key).and_then(|release| live(key, release))
    }

    fn releases_in(&self, cluster: &ClusterName, namespace: &Namespace) -> Vec<ReleaseLive> {
        let state = self.state();
        state
            .releases
            .iter()
            .filter(|(key, _)| key.cluster == *cluster && key.namespace == *namespace)
            .filter_map(|(key, release)| live(key, release))
            .collect()
    }

    fn pods_in(&self, cluster: &ClusterName, namespace: &Namespace) -> usize {
        self.releases_in(cluster, namespace).iter().map(|live| live.pods.len()).sum()
    }

    fn changes(&self) -> BoxStream<'static, ClusterChange> {
        let any = self.state().clusters.keys().next().cloned();
        let stream = BroadcastStream::new(self.changes.subscribe());
        stream.filter_map(move |change| futures::future::ready(change.ok().or_else(|| any.clone().map(ClusterChange::Cluster)))).boxed()
    }

    async fn namespace_get(&self, cluster: &ClusterName, namespace: &Namespace) -> Result<Option<NamespaceInfo>, AppError> {
        self.asked(ClustersCall::NamespaceGet, cluster)?;
        Ok(self.namespace(cluster, namespace))
    }

    async fn namespace_ensure(
        &self,
        cluster: &ClusterName,
        namespace: &Namespace,
        environment: &EnvironmentName,
        kind: &str,
    ) -> Result<(), AppError> {
        self.asked(ClustersCall::NamespaceEnsure, cluster)?;
        let mut state = self.state();
        let namespaces = &mut state.clusters.get_mut(cluster).expect("asked for above").namespaces;
        let ours = || NamespaceInfo { terminating: false, environment: None, created_by_us: true, volume_claims: Vec::new() };
        let found = namespaces.entry(namespace.clone()).or_insert_with(|| FakeNamespace { info: ours(), kind: None });
        if found.info.terminating {
            return Err(
                AppError::conflict(format!("Namespace “{namespace}” of cluster “{cluster}” is being deleted.")).hint("Wait until it is gone.")
            );
        }
        if let Some(owner) = found.info.environment.as_ref().filter(|owner| *owner != environment) {
            return Err(AppError::conflict(format!("Namespace “{namespace}” of cluster “{cluster}” belongs to environment “{owner}”."))
                .hint("Choose another."));
        }
        found.info.environment = Some(environment.clone());
        found.kind = Some(kind.to_owned());
        Ok(())
    }

    async fn namespace_release(&self, cluster: &ClusterName, namespace: &Namespace, environment: &EnvironmentName) -> Result<(), AppError> {
        self.asked(ClustersCall::NamespaceRelease, cluster)?;
        let mut state = self.state();
        let namespaces = &mut state.clusters.get_mut(cluster).expect("asked for above").namespaces;
        let Some(found) = namespaces.get_mut(namespace).filter(|found| found.info.environment.as_ref() == Some(environment)) else { return Ok(()) };
        if found.info.created_by_us {
            namespaces.remove(namespace);
            state.releases.retain(|key, _| key.cluster != *cluster || key.namespace != *namespace);
        } else {
            (found.info.environment, found.kind) = (None, None);
        }
        Ok(())
    }

    async fn release_revisions(&self, key: &ReleaseKey) -> Result<Vec<ReleaseRevision>, AppError> {
        self.asked(ClustersCall::ReleaseRevisions, &key.cluster)?;
        Ok(self.revisions(key))
    }

    async fn release_body(&self, key: &ReleaseKey, revision: u32) -> Result<Option<ReleaseBody>, AppError> {
        self.asked(ClustersCall::ReleaseBody, &key.cluster)?;
        let state = self.state();
        let Some(release) = state.releases.get(key) else { return Ok(None) };
        let found = release.revisions.iter().find(|r| r.revision == revision);
        Ok(found.map(|r| ReleaseBody {
            description: r.description.clone(),
            deployed_at: Some(r.updated_at),
            ..rendered(&state.manifests, &release.chart, &r.chart_version, r.values.clone())
        }))
    }

    async fn objects_try(&self, cluster: &ClusterName, _: &Namespace, tries: Vec<ObjectTry>) -> Result<Vec<ObjectTried>, AppError> {
        self.asked(ClustersCall::ObjectsTry, cluster)?;
        let state = self.state();
        let answer = |ObjectTry { id, deed }: ObjectTry| {
            let known = state.objects.get(&(cluster.clone(), id)).cloned();
            let absent = ObjectTried { live: None, after: None, refused: None, conflicts: Vec::new() };
            let known = known.unwrap_or(absent);
            match deed {
                ObjectDeed::Look => ObjectTried { after: None, refused: None, conflicts: Vec::new(), ..known },
                ObjectDeed::Create(object) => ObjectTried { after: Some(object), ..known },
                ObjectDeed::Merge(..) | ObjectDeed::Apply(_) => known,
            }
        };
        Ok(tries.into_iter().map(answer).collect())
    }

    async fn release_unlock(&self, key: &ReleaseKey, revision: u32, why: &str) -> Result<bool, AppError> {
        self.asked(ClustersCall::ReleaseUnlock, &key.cluster)?;
        let marked = {
            let mut state = self.state();
            let found = state.releases.get_mut(key).and_then(|release| release.revisions.iter_mut().find(|r| r.revision == revision));
            match found.filter(|r| r.status.is_pending()) {
                Some(found) => {
                    found.status = ReleaseStatus::Failed;
                    why.clone_into(&mut found.description);
                    true
                }
                None => false,
            }
        };
        if marked {
            self.tell(key);
        }
        Ok(marked)
    }
}
