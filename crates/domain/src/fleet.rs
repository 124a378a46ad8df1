//! The fleet board: services × environments, and the pages of one environment and of one service in it.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::catalog::{ChartVersion, Service};
use crate::cluster::ClusterState;
use crate::environment::Environment;
use crate::health::{Health, HealthStatus};
use crate::live::{Pod, Workload};
use crate::names::{EnvironmentName, OperationId, ServiceName, TeamName};
use crate::operation::Operation;
use crate::release::Release;

/// Rows of one page of the board, unless the filter asks for more.
pub const FLEET_PAGE_ROWS: usize = 50;
/// Rows of one page at most.
pub const FLEET_PAGE_ROWS_MAX: usize = 1_000;

/// Which part of the board is asked for. Kept in the page's address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetFilter {
    /// Services whose name holds this text.
    #[serde(default)]
    pub text: String,
    /// Services of this team.
    #[serde(default)]
    pub team: Option<String>,
    /// Services with at least one cell of this health.
    #[serde(default)]
    pub status: Option<HealthStatus>,
    /// The page, from 0.
    #[serde(default)]
    pub page: usize,
    /// Rows of a page, up to [`FLEET_PAGE_ROWS_MAX`]; [`FLEET_PAGE_ROWS`] if not said.
    #[serde(default)]
    pub rows: Option<usize>,
}

impl FleetFilter {
    /// Rows of a page, within the limits.
    pub fn rows_of_page(&self) -> usize {
        self.rows.unwrap_or(FLEET_PAGE_ROWS).clamp(1, FLEET_PAGE_ROWS_MAX)
    }
}

/// A column of the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetColumn {
    /// The environment.
    pub environment: Environment,
    /// How its cluster is.
    pub cluster_state: ClusterState,
}

/// One service in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetCell {
    /// The service.
    pub service: ServiceName,
    /// The environment.
    pub environment: EnvironmentName,
    /// What runs; `None`: not there.
    pub release: Option<Release>,
    /// How it is; `None` where nothing runs and nothing is wrong.
    pub health: Option<Health>,
    /// How many newer versions the chart has; zero where unknown.
    pub behind: usize,
    /// The operation under way.
    pub operation: Option<OperationId>,
    /// The version it brings.
    pub operation_version: Option<String>,
}

/// A row of the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetRow {
    /// The service.
    pub service: ServiceName,
    /// Its owner.
    pub team: TeamName,
    /// One cell for each column, in their order.
    pub cells: Vec<FleetCell>,
}

/// Something that needs a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    /// The cell it is about.
    pub service: ServiceName,
    /// Where.
    pub environment: EnvironmentName,
    /// How bad, and why.
    pub health: Health,
}

/// One page of the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetBoard {
    /// The columns.
    pub columns: Vec<FleetColumn>,
    /// The rows of this page.
    pub rows: Vec<FleetRow>,
    /// How many rows the filter lets through, over all pages.
    pub rows_total: usize,
    /// How many services there are without a filter.
    pub services_total: usize,
    /// How many services each team owns, by name.
    pub teams: Vec<(TeamName, usize)>,
    /// How many cells have each health.
    pub statuses: Vec<(HealthStatus, usize)>,
    /// What needs a person, worst first, at most ten.
    pub attention: Vec<Attention>,
    /// How many things need a person.
    pub attention_total: usize,
    /// The server's clock.
    pub now: Timestamp,
}

/// The page of one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentPage {
    /// The environment and its cluster.
    pub column: FleetColumn,
    /// A cell for each service.
    pub cells: Vec<(FleetCell, TeamName)>,
    /// Releases in the namespace that belong to no service here.
    pub others: Vec<(Release, Health)>,
    /// The newest operations, at most twenty.
    pub operations: Vec<Operation>,
    /// The server's clock.
    pub now: Timestamp,
}

/// The page of one service in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServicePage {
    /// The service.
    pub service: Service,
    /// The environment and its cluster.
    pub column: FleetColumn,
    /// The cell of the board.
    pub cell: FleetCell,
    /// What makes pods.
    pub workloads: Vec<Workload>,
    /// The pods.
    pub pods: Vec<Pod>,
    /// The chart's versions, newest first; at most fifty.
    pub versions: Vec<ChartVersion>,
    /// Why the versions can't be told, if so.
    pub versions_unknown_because: Option<String>,
    /// The newest operations of the service here, at most twenty.
    pub operations: Vec<Operation>,
    /// The revision to go back to, where something is wrong with the one in force.
    pub way_back: Option<WayBack>,
    /// This environment's own values as they are in force, as YAML.
    pub values: String,
    /// The server's clock.
    pub now: Timestamp,
}

/// A revision that was in force before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayBack {
    /// Helm's number.
    pub revision: u32,
    /// Its chart's version.
    pub version: String,
}

/// What the browser's live stream carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveEvent {
    /// A cell of the board is now this.
    Cell {
        /// The cell, whole.
        cell: Box<FleetCell>,
    },
    /// A cluster's state changed, or the set of services or environments: read the page again.
    Reload,
}
