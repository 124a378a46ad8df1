//! What UI and REST may ask: one small trait per noun, the actor first. `control` implements them; [`Portal`] bundles them.

use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::catalog::{ChartVersion, Service, ServiceDraft};
use crate::chart::{ChartComparison, ChartPage};
use crate::cluster::ClusterSummary;
use crate::environment::{Environment, EnvironmentDraft, EnvironmentRemoval};
use crate::error::AppError;
use crate::fleet::{EnvironmentPage, FleetBoard, FleetFilter, LiveEvent, ServicePage};
use crate::names::{ClusterName, EnvironmentName, OperationId, ReleaseName, ServiceName, TeamName};
use crate::operation::{Operation, OperationDetail, OperationEvent};
use crate::plan::{ReleaseComparison, ReleaseHistory, ReleasePlan, ReleaseRemoval};
use crate::team::Team;

/// What a person asks when deploying.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployDraft {
    /// The service.
    pub service: ServiceName,
    /// The environment.
    pub environment: EnvironmentName,
    /// The chart's version, exact.
    pub version: String,
    /// This environment's own values, as YAML; empty for none.
    pub values: String,
}

/// What a person asks when going back to an earlier revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollbackDraft {
    /// The environment.
    pub environment: EnvironmentName,
    /// The release.
    pub release: ReleaseName,
    /// The newest revision that the person saw: if there is a newer one, somebody was quicker.
    pub from_revision: u32,
    /// The revision to go back to.
    pub to_revision: u32,
}

/// What a person asks when removing a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UninstallDraft {
    /// The environment.
    pub environment: EnvironmentName,
    /// The release.
    pub release: ReleaseName,
    /// Whether Helm keeps the revisions.
    pub keep_history: bool,
    /// The release's name, typed.
    pub confirm_name: String,
}

/// The board and the live stream.
#[async_trait]
pub trait Fleet: Send + Sync {
    /// One page of services × environments.
    async fn fleet_board(&self, actor: &Actor, filter: FleetFilter) -> Result<FleetBoard, AppError>;
    /// Changes of cells from now on.
    async fn fleet_live(&self, actor: &Actor) -> Result<BoxStream<'static, LiveEvent>, AppError>;
}

/// Environments.
#[async_trait]
pub trait Environments: Send + Sync {
    /// All, by kind and name.
    async fn environment_list(&self, actor: &Actor) -> Result<Vec<Environment>, AppError>;
    /// One with what is in it.
    async fn environment_page(&self, actor: &Actor, name: &EnvironmentName) -> Result<EnvironmentPage, AppError>;
    /// Makes or takes over the namespace and writes the environment down.
    async fn environment_create(&self, actor: &Actor, draft: EnvironmentDraft) -> Result<Environment, AppError>;
    /// Changes kind and team. Cluster and namespace stay.
    async fn environment_update(&self, actor: &Actor, revision: i64, draft: EnvironmentDraft) -> Result<Environment, AppError>;
    /// What removing would take along.
    async fn environment_removal(&self, actor: &Actor, name: &EnvironmentName) -> Result<EnvironmentRemoval, AppError>;
    /// Removes it; `confirm_name` must be its name.
    async fn environment_remove(&self, actor: &Actor, name: &EnvironmentName, confirm_name: &str) -> Result<(), AppError>;
}

/// Services.
#[async_trait]
pub trait Services: Send + Sync {
    /// All, by name.
    async fn service_list(&self, actor: &Actor) -> Result<Vec<Service>, AppError>;
    /// One.
    async fn service_get(&self, actor: &Actor, name: &ServiceName) -> Result<Service, AppError>;
    /// One in an environment.
    async fn service_page(&self, actor: &Actor, name: &ServiceName, environment: &EnvironmentName) -> Result<ServicePage, AppError>;
    /// The versions of its chart, newest first.
    async fn service_versions(&self, actor: &Actor, name: &ServiceName) -> Result<Vec<ChartVersion>, AppError>;
    /// Writes a new one down, after its chart was found.
    async fn service_create(&self, actor: &Actor, draft: ServiceDraft) -> Result<Service, AppError>;
    /// Changes one; its name stays.
    async fn service_update(&self, actor: &Actor, revision: i64, draft: ServiceDraft) -> Result<Service, AppError>;
    /// Removes it from Slipway; its releases stay. `confirm_name` must be its name.
    async fn service_remove(&self, actor: &Actor, name: &ServiceName, confirm_name: &str) -> Result<(), AppError>;
}

/// Charts: what a version holds, what differs between two, and a service guessed from a release.
#[async_trait]
pub trait Catalog: Send + Sync {
    /// One version of a service's chart.
    async fn chart_get(&self, actor: &Actor, service: &ServiceName, version: &str) -> Result<ChartPage, AppError>;
    /// What differs between two versions of it.
    async fn chart_compare(&self, actor: &Actor, service: &ServiceName, from: &str, to: &str) -> Result<ChartComparison, AppError>;
    /// The service that a release not made here would be, for a person to confirm: its name, its chart, a repository known
    /// here that has this version, the environment's team.
    async fn service_guess(&self, actor: &Actor, environment: &EnvironmentName, release: &ReleaseName) -> Result<ServiceDraft, AppError>;
}

/// Releases as they are in a cluster, whoever made them: their history, and what would become of them.
#[async_trait]
pub trait Releases: Send + Sync {
    /// The revisions that Helm keeps, the newest first.
    async fn release_history(&self, actor: &Actor, environment: &EnvironmentName, release: &ReleaseName) -> Result<ReleaseHistory, AppError>;
    /// What differs between two revisions.
    async fn release_compare(
        &self,
        actor: &Actor,
        environment: &EnvironmentName,
        release: &ReleaseName,
        from: u32,
        to: u32,
    ) -> Result<ReleaseComparison, AppError>;
    /// What a deploy would change. Nothing runs.
    async fn release_plan_deploy(&self, actor: &Actor, draft: DeployDraft) -> Result<ReleasePlan, AppError>;
    /// What going back to an earlier revision would change. Nothing runs.
    async fn release_plan_rollback(
        &self,
        actor: &Actor,
        environment: &EnvironmentName,
        release: &ReleaseName,
        to_revision: u32,
    ) -> Result<ReleasePlan, AppError>;
    /// What removing it would take along.
    async fn release_removal(&self, actor: &Actor, environment: &EnvironmentName, release: &ReleaseName) -> Result<ReleaseRemoval, AppError>;
    /// Marks a revision that an interrupted Helm left pending as failed, so that the next one may begin.
    async fn release_repair(&self, actor: &Actor, environment: &EnvironmentName, release: &ReleaseName, revision: u32) -> Result<(), AppError>;
}

/// Operations.
#[async_trait]
pub trait Operations: Send + Sync {
    /// Writes a deploy down; the runner takes it from there.
    async fn operation_deploy(&self, actor: &Actor, draft: DeployDraft) -> Result<OperationId, AppError>;
    /// Writes a rollback down; the runner takes it from there.
    async fn operation_rollback(&self, actor: &Actor, draft: RollbackDraft) -> Result<OperationId, AppError>;
    /// Writes an uninstall down; the runner takes it from there.
    async fn operation_uninstall(&self, actor: &Actor, draft: UninstallDraft) -> Result<OperationId, AppError>;
    /// The newest first, at most a hundred; `before` pages on.
    async fn operation_list(&self, actor: &Actor, before: Option<OperationId>) -> Result<Vec<Operation>, AppError>;
    /// One with its record.
    async fn operation_get(&self, actor: &Actor, id: OperationId) -> Result<OperationDetail, AppError>;
    /// Asks it to stop.
    async fn operation_cancel(&self, actor: &Actor, id: OperationId) -> Result<(), AppError>;
    /// Its events after `seq`, then new ones as they come, until its last.
    async fn operation_follow(&self, actor: &Actor, id: OperationId, seq: i64) -> Result<BoxStream<'static, OperationEvent>, AppError>;
}

/// Clusters.
#[async_trait]
pub trait ClusterList: Send + Sync {
    /// All, by name.
    async fn cluster_list(&self, actor: &Actor) -> Result<Vec<ClusterSummary>, AppError>;
    /// One.
    async fn cluster_get(&self, actor: &Actor, name: &ClusterName) -> Result<ClusterSummary, AppError>;
}

/// Teams.
#[async_trait]
pub trait Teams: Send + Sync {
    /// All, by name.
    async fn team_list(&self, actor: &Actor) -> Result<Vec<Team>, AppError>;
    /// Makes one.
    async fn team_create(&self, actor: &Actor, name: &str, members: Vec<String>) -> Result<Team, AppError>;
    /// Sets its members.
    async fn team_update(&self, actor: &Actor, name: &TeamName, members: Vec<String>) -> Result<Team, AppError>;
    /// Removes one that owns nothing.
    async fn team_remove(&self, actor: &Actor, name: &TeamName) -> Result<(), AppError>;
}

/// Everything a page or an endpoint may ask, given to it through context.
#[derive(Clone)]
pub struct Portal {
    /// The board.
    pub fleet: Arc<dyn Fleet>,
    /// Environments.
    pub environments: Arc<dyn Environments>,
    /// Services.
    pub services: Arc<dyn Services>,
    /// Charts.
    pub catalog: Arc<dyn Catalog>,
    /// Releases.
    pub releases: Arc<dyn Releases>,
    /// Operations.
    pub operations: Arc<dyn Operations>,
    /// Clusters.
    pub clusters: Arc<dyn ClusterList>,
    /// Teams.
    pub teams: Arc<dyn Teams>,
}
