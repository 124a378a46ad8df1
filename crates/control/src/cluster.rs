//! Use cases of clusters: reading how they are.

use async_trait::async_trait;
use domain::cluster::ClusterSummary;
use domain::service::ClusterList;
use domain::{Actor, AppError, ClusterName};

use crate::Control;

#[async_trait]
impl ClusterList for Control {
    async fn cluster_list(&self, actor: &Actor) -> Result<Vec<ClusterSummary>, AppError> {
        self.may_read(actor)?;
        Ok(self.ports.clusters.list())
    }

    async fn cluster_get(&self, actor: &Actor, name: &ClusterName) -> Result<ClusterSummary, AppError> {
        self.may_read(actor)?;
        self.cluster_required(name)
    }
}

impl Control {
    /// The cluster, or a message that names those there are.
    pub(crate) fn cluster_required(&self, name: &ClusterName) -> Result<ClusterSummary, AppError> {
        self.ports.clusters.get(name).ok_or_else(|| {
            let known: Vec<String> = self.ports.clusters.list().into_iter().map(|c| c.name.to_string()).collect();
            let hint = if known.is_empty() {
                "Slipway was given no cluster: start it with a kubeconfig.".to_owned()
            } else {
                format!("There are: {}.", known.join(", "))
            };
            AppError::not_found("cluster", name).hint(hint).field("cluster")
        })
    }
}
