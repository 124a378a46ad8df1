//! The use cases: authorise, validate, store, enqueue; the runner that carries operations out; the live events.
//!
//! Here: decisions and their order. Not here: SQL (`store`), clients of outside systems (`adapters`), HTML and HTTP.

mod board;
mod catalog;
mod chart;
mod cluster;
mod environment;
mod events;
mod findings;
mod fleet;
mod manifest;
mod operation;
pub mod operations;
mod plan;
mod readme;
mod release;
pub mod runner;
mod secrets;
mod service;
mod team;
mod validate;
mod values;

use std::sync::Arc;

use domain::access::{UseCase, decide};
use domain::catalog::Service;
use domain::environment::Environment;
use domain::ports::{Charts, Clock, Clusters, Helm};
use domain::release::ReleaseKey;
use domain::service::Portal;
use domain::{Actor, AppError, EnvironmentName, ReleaseName, ServiceName, TeamName, Timestamp};
use store::Store;
use tokio::sync::{Semaphore, broadcast, watch};

pub use catalog::run_catalog;
pub use events::run_events;

/// Live events kept for a reader that is behind; beyond that it is told to read the page again.
const LIVE_BACKLOG_MAX: usize = 4_096;

/// The world outside, as `control` sees it.
#[derive(Clone)]
pub struct Ports {
    /// Kubernetes.
    pub clusters: Arc<dyn Clusters>,
    /// Chart repositories.
    pub charts: Arc<dyn Charts>,
    /// The `helm` program.
    pub helm: Arc<dyn Helm>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// All use cases over one store and one set of ports.
pub struct Control {
    store: Store,
    ports: Ports,
    live: broadcast::Sender<domain::fleet::LiveEvent>,
    /// Counts what this process wrote that changes a board: services, environments, operations begun.
    writes: watch::Sender<u64>,
    board: board::BoardKept,
    /// Plans that may be made now.
    plans: Semaphore,
}

impl Control {
    /// Bundles store and ports.
    pub fn new(store: Store, ports: Ports) -> Arc<Self> {
        Arc::new(Self {
            store,
            ports,
            live: broadcast::channel(LIVE_BACKLOG_MAX).0,
            writes: watch::channel(0).0,
            board: board::BoardKept::default(),
            plans: Semaphore::new(plan::PLANS_AT_ONCE),
        })
    }

    /// The use cases as pages and endpoints see them.
    pub fn portal(self: &Arc<Self>) -> Portal {
        Portal {
            fleet: self.clone(),
            environments: self.clone(),
            services: self.clone(),
            catalog: self.clone(),
            releases: self.clone(),
            operations: self.clone(),
            clusters: self.clone(),
            teams: self.clone(),
        }
    }

    fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// Says that something was written that a board shows: whoever asks for one next sees it.
    fn wrote(&self) {
        self.writes.send_modify(|count| *count += 1);
    }

    /// Everybody signed in may read; the call stands at the head of every reading use case all the same.
    #[allow(clippy::unused_self)] // a method, so that every use case begins alike
    fn may_read(&self, actor: &Actor) -> Result<(), AppError> {
        decide(actor, UseCase::Read, None)
    }

    async fn environment_required(&self, name: &EnvironmentName) -> Result<Environment, AppError> {
        self.store
            .environment_get(name)
            .await?
            .ok_or_else(|| AppError::not_found("environment", name).hint("The list of environments shows what there is."))
    }

    async fn service_required(&self, name: &ServiceName) -> Result<Service, AppError> {
        self.store.service_get(name).await?.ok_or_else(|| AppError::not_found("service", name).hint("The fleet board shows what there is."))
    }

    async fn team_required(&self, name: &str) -> Result<TeamName, AppError> {
        let team = TeamName::new(name).map_err(|e| e.field("team"))?;
        match self.store.team_get(&team).await? {
            Some(found) => Ok(found.name),
            None => Err(AppError::not_found("team", &team).hint("Create the team first, under Settings.").field("team")),
        }
    }
}

/// Where a service's release lies in an environment.
fn release_key(environment: &Environment, service: &ServiceName) -> ReleaseKey {
    ReleaseKey { cluster: environment.cluster.clone(), namespace: environment.namespace.clone(), name: ReleaseName::from(service) }
}
