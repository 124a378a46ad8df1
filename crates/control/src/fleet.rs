//! The fleet board: cells computed from the watch caches, filtered and paged here.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use domain::catalog::Service;
use domain::cluster::ClusterState;
use domain::environment::Environment;
use domain::fleet::{Attention, FleetBoard, FleetCell, FleetColumn, FleetFilter, FleetRow, LiveEvent};
use domain::health::{Health, HealthStatus};
use domain::operation::Operation;
use domain::service::Fleet;
use domain::{Actor, AppError, ClusterName, Timestamp};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use tokio_stream::wrappers::BroadcastStream;

use crate::board::Board;
use crate::{Control, release_key};

/// Attention rows on top of the board.
const ATTENTION_MAX: usize = 10;

/// What all cells of one look at the board share.
pub(crate) struct BoardView {
    active: Vec<Operation>,
    states: HashMap<ClusterName, ClusterState>,
    pub(crate) now: Timestamp,
}

impl Control {
    /// Begins a look at the board.
    pub(crate) async fn board_view(&self) -> Result<BoardView, AppError> {
        let states = self.ports.clusters.list().into_iter().map(|cluster| (cluster.name, cluster.state)).collect();
        Ok(BoardView { active: self.store.operation_list_active().await?, states, now: self.now() })
    }

    /// The board as kept, or made now where that does not know everything yet.
    async fn board_now(&self) -> Result<Arc<Board>, AppError> {
        let writes = *self.writes.borrow();
        if let Some(board) = self.board.current(writes, self.now()) {
            return Ok(board);
        }
        let (services, environments) = (self.store.service_list().await?, self.store.environment_list().await?);
        let view = self.board_view().await?;
        let rows = services.iter().map(|service| Arc::new(self.row(&view, service, &environments))).collect();
        Ok(Arc::new(Board { writes, looked_at: view.now, environments: environments.into(), rows }))
    }

    /// One row of the board.
    pub(crate) fn row(&self, view: &BoardView, service: &Service, environments: &[Environment]) -> FleetRow {
        let cells = environments.iter().map(|environment| self.cell(view, service, environment)).collect();
        FleetRow { service: service.name.clone(), team: service.team.clone(), cells }
    }

    /// One cell of the board.
    pub(crate) fn cell(&self, view: &BoardView, service: &Service, environment: &Environment) -> FleetCell {
        let found = self.ports.clusters.release_health(&release_key(environment, &service.name), view.now);
        let operation = view.active.iter().find(|o| o.request.service == service.name && o.request.environment == environment.name);
        let (release, health) = match found {
            Some((release, health)) => (Some(release), Some(health)),
            None => (None, cluster_trouble(view, environment)),
        };
        let version = release.as_ref().and_then(|r| r.chart_version.as_deref());
        let behind = version.map_or(0, |version| self.ports.charts.versions_behind(&service.chart, version));
        FleetCell {
            service: service.name.clone(),
            environment: environment.name.clone(),
            release,
            health,
            behind,
            operation: operation.map(|o| o.id),
            operation_version: operation.and_then(|o| o.request.version().map(str::to_owned)),
        }
    }

    /// A column of the board.
    pub(crate) fn column(&self, environment: Environment) -> FleetColumn {
        let cluster_state = self.ports.clusters.get(&environment.cluster).map_or_else(
            || ClusterState::Away { since: environment.created_at, reason: format!("Slipway was given no cluster {}.", environment.cluster) },
            |c| c.state,
        );
        FleetColumn { environment, cluster_state }
    }
}

/// What is unknown because the environment's cluster can't be seen.
fn cluster_trouble(view: &BoardView, environment: &Environment) -> Option<Health> {
    let name = &environment.cluster;
    match view.states.get(name) {
        Some(ClusterState::Live { .. }) => None,
        Some(ClusterState::Connecting) => Some(Health::unknown("connecting", format!("Cluster {name} is being read."))),
        Some(ClusterState::Away { reason, .. } | ClusterState::Refused { reason, .. }) => Some(Health::unknown("cluster away", reason)),
        None => Some(Health::unknown(
            "no such cluster",
            format!("Slipway was given no cluster {name}. Start it with a kubeconfig that has this context."),
        )),
    }
}

fn wanted(row: &FleetRow, filter: &FleetFilter) -> bool {
    let text = filter.text.trim();
    (text.is_empty() || row.service.as_str().contains(text))
        && filter.team.as_deref().is_none_or(|team| row.team.as_str() == team)
        && filter.status.is_none_or(|status| row.cells.iter().any(|c| c.health.as_ref().is_some_and(|h| h.status == status)))
}

fn attention(cell: &FleetCell, health: &Health) -> Attention {
    Attention { service: cell.service.clone(), environment: cell.environment.clone(), health: health.clone() }
}

/// The cells that need a person, worst first.
fn attention_of(rows: &[Arc<FleetRow>]) -> Vec<(&FleetCell, &Health)> {
    let cells = rows.iter().flat_map(|row| &row.cells).filter(|cell| cell.release.is_some());
    let mut list: Vec<_> = cells.filter_map(|cell| Some((cell, cell.health.as_ref().filter(|h| h.status >= HealthStatus::Warning)?))).collect();
    list.sort_by_key(|(_, health)| std::cmp::Reverse(health.status));
    list
}

#[async_trait]
impl Fleet for Control {
    async fn fleet_board(&self, actor: &Actor, filter: FleetFilter) -> Result<FleetBoard, AppError> {
        self.may_read(actor)?;
        let board = self.board_now().await?;
        let mut teams: BTreeMap<_, usize> = BTreeMap::new();
        let mut statuses: HashMap<HealthStatus, usize> = HashMap::new();
        for row in &board.rows {
            *teams.entry(&row.team).or_default() += 1;
            for health in row.cells.iter().filter_map(|c| c.health.as_ref()) {
                *statuses.entry(health.status).or_default() += 1;
            }
        }
        let mut statuses: Vec<_> = statuses.into_iter().collect();
        statuses.sort();
        let troubled = attention_of(&board.rows);
        let wanted: Vec<&FleetRow> = board.rows.iter().map(|row| &**row).filter(|row| wanted(row, &filter)).collect();
        let page = wanted.iter().skip(filter.page.saturating_mul(filter.rows_of_page())).take(filter.rows_of_page());
        Ok(FleetBoard {
            columns: board.environments.iter().map(|environment| self.column(environment.clone())).collect(),
            rows: page.map(|row| (*row).clone()).collect(),
            rows_total: wanted.len(),
            services_total: board.rows.len(),
            teams: teams.into_iter().map(|(team, count)| (team.clone(), count)).collect(),
            statuses,
            attention_total: troubled.len(),
            attention: troubled.into_iter().take(ATTENTION_MAX).map(|(cell, health)| attention(cell, health)).collect(),
            now: self.now(),
        })
    }

    async fn fleet_live(&self, actor: &Actor) -> Result<BoxStream<'static, LiveEvent>, AppError> {
        self.may_read(actor)?;
        // A reader that fell behind reads the whole page again rather than miss a cell.
        Ok(BroadcastStream::new(self.live.subscribe()).map(|event| event.unwrap_or(LiveEvent::Reload)).boxed())
    }
}
