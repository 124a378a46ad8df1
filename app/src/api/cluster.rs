//! Clusters.

use domain::cluster::ClusterSummary;
use leptos::prelude::*;

use super::{Answer, ApiError, Listed};
#[cfg(feature = "ssr")]
use {
    super::context::{answer, asked},
    domain::Timestamp,
};

/// All, by name.
#[server(prefix = "/api/ui", endpoint = "cluster_list", output = Answer)]
pub async fn cluster_list() -> Result<Listed<ClusterSummary>, ApiError> {
    let (actor, portal) = asked()?;
    let items = answer(portal.clusters.cluster_list(&actor).await)?;
    Ok(Listed { items, now: Timestamp::now() })
}
