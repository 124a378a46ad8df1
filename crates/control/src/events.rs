//! From what happens in clusters and operations to the cells that change on people's screens.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use domain::catalog::Service;
use domain::environment::Environment;
use domain::fleet::{FleetRow, LiveEvent};
use domain::ports::ClusterChange;
use domain::{AppError, ServiceName};
use futures::StreamExt as _;
use tokio_util::sync::CancellationToken;

use crate::board::Board;
use crate::{Control, release_key};

/// Changes that come in a burst are answered together, once per this time. Far below the quarter of a second promised.
const COALESCE: Duration = Duration::from_millis(40);
/// Another replica's writes and the passing of time (a grace that ends) are seen at this pace.
const REFRESH: Duration = Duration::from_secs(2);

/// What was told last: the nouns the board is made of, and the board.
#[derive(Default)]
struct Told {
    services: Vec<Service>,
    environments: Arc<[Environment]>,
    /// By service.
    rows: HashMap<ServiceName, Arc<FleetRow>>,
}

/// Feeds the live stream until `shutdown`. One of these runs in each server process.
pub async fn run_events(control: Arc<Control>, shutdown: CancellationToken) {
    let mut changes = control.ports.clusters.changes();
    let mut told = Told::default();
    let mut pending: BTreeSet<ServiceName> = BTreeSet::new();
    let mut refresh = tokio::time::interval(REFRESH);
    let mut event_written = Box::pin(control.store.operation_event_written());
    let mut writes = control.writes.subscribe();
    loop {
        let mut all = false;
        tokio::select! {
            () = shutdown.cancelled() => return,
            Some(change) = changes.next() => all |= note(&told, change, &mut pending),
            () = &mut event_written => all = true,
            _ = writes.changed() => all = true,
            _ = refresh.tick() => all = true,
        }
        let until = tokio::time::Instant::now() + COALESCE;
        while let Ok(Some(change)) = tokio::time::timeout_at(until, changes.next()).await {
            all |= note(&told, change, &mut pending);
        }
        // Before the store is read: what is written while the cells are computed rings for the next round.
        event_written.set(control.store.operation_event_written());
        let written = *writes.borrow_and_update();
        if let Err(error) = tell(&control, &mut told, std::mem::take(&mut pending), all, written).await {
            tracing::warn!(%error, "the live events could not be computed");
        }
    }
}

/// Notes which rows a change concerns; `true`: all of them.
fn note(told: &Told, change: ClusterChange, pending: &mut BTreeSet<ServiceName>) -> bool {
    let ClusterChange::Release(key) = change else { return true };
    for environment in told.environments.iter().filter(|e| e.cluster == key.cluster && e.namespace == key.namespace) {
        for service in told.services.iter().filter(|s| release_key(environment, &s.name) == key) {
            pending.insert(service.name.clone());
        }
    }
    false
}

/// Looks at the rows concerned (`all`: at every row), tells the cells that differ, and keeps the board for readers.
async fn tell(control: &Control, told: &mut Told, pending: BTreeSet<ServiceName>, all: bool, writes: u64) -> Result<(), AppError> {
    if all {
        let (services, environments) = (control.store.service_list().await?, control.store.environment_list().await?);
        let same = services.iter().map(|s| &s.name).eq(told.services.iter().map(|s| &s.name))
            && environments.iter().map(|e| &e.name).eq(told.environments.iter().map(|e| &e.name));
        if !same {
            let _ = control.live.send(LiveEvent::Reload);
        }
        (told.services, told.environments) = (services, environments.into());
    } else if pending.is_empty() {
        return Ok(());
    }
    let view = control.board_view().await?;
    let mut before = std::mem::take(&mut told.rows);
    for service in &told.services {
        let known = before.remove(&service.name);
        let row = match known {
            Some(row) if !all && !pending.contains(&service.name) => row,
            known => {
                let row = control.row(&view, service, &told.environments);
                row_tell(control, known.as_deref(), &row);
                Arc::new(row)
            }
        };
        told.rows.insert(service.name.clone(), row);
    }
    let rows = told.services.iter().filter_map(|service| told.rows.get(&service.name).cloned()).collect();
    control.board.set(Board { writes, looked_at: view.now, environments: told.environments.clone(), rows });
    Ok(())
}

/// Tells the cells of a row that differ from those told before.
fn row_tell(control: &Control, told: Option<&FleetRow>, row: &FleetRow) {
    for cell in &row.cells {
        let known = told.and_then(|told| told.cells.iter().find(|known| known.environment == cell.environment));
        if known != Some(cell) {
            // Nobody listening is no error.
            let _ = control.live.send(LiveEvent::Cell { cell: Box::new(cell.clone()) });
        }
    }
}
