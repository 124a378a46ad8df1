//! From what happens in clusters and operations to the cells that change on people's screens.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use domain::catalog::Service;
use domain::environment::Environment;
use domain::fleet::{FleetCell, LiveEvent};
use domain::ports::ClusterChange;
use domain::{AppError, EnvironmentName, ServiceName};
use futures::StreamExt as _;
use tokio_util::sync::CancellationToken;

use crate::{Control, release_key};

/// Changes that come in a burst are answered together, once per this time. Far below the quarter of a second promised.
const COALESCE: Duration = Duration::from_millis(40);
/// Another replica's writes and the passing of time (a grace that ends) are seen at this pace.
const REFRESH: Duration = Duration::from_secs(2);

type Key = (ServiceName, EnvironmentName);

/// The board as last told to everybody.
#[derive(Default)]
struct Told {
    services: Vec<Service>,
    environments: Vec<Environment>,
    cells: HashMap<Key, FleetCell>,
}

/// Feeds the live stream until `shutdown`. One of these runs in each server process.
pub async fn run_events(control: Arc<Control>, shutdown: CancellationToken) {
    let mut changes = control.ports.clusters.changes();
    let mut told = Told::default();
    let mut pending: BTreeSet<Key> = BTreeSet::new();
    let mut refresh = tokio::time::interval(REFRESH);
    let mut event_written = Box::pin(control.store.operation_event_written());
    let mut topology = Box::pin(control.topology.notified());
    loop {
        let mut all = false;
        tokio::select! {
            () = shutdown.cancelled() => return,
            Some(change) = changes.next() => all |= note(&told, change, &mut pending),
            () = &mut event_written => all = true,
            () = &mut topology => all = true,
            _ = refresh.tick() => all = true,
        }
        let until = tokio::time::Instant::now() + COALESCE;
        while let Ok(Some(change)) = tokio::time::timeout_at(until, changes.next()).await {
            all |= note(&told, change, &mut pending);
        }
        // Before the store is read: what is written while the cells are computed rings for the next round.
        event_written.set(control.store.operation_event_written());
        topology.set(control.topology.notified());
        if let Err(error) = tell(&control, &mut told, std::mem::take(&mut pending), all).await {
            tracing::warn!(%error, "the live events could not be computed");
        }
    }
}

/// Notes which cells a change concerns; `true`: all of them.
fn note(told: &Told, change: ClusterChange, pending: &mut BTreeSet<Key>) -> bool {
    let ClusterChange::Release(key) = change else { return true };
    for environment in told.environments.iter().filter(|e| e.cluster == key.cluster && e.namespace == key.namespace) {
        for service in told.services.iter().filter(|s| release_key(environment, &s.name) == key) {
            pending.insert((service.name.clone(), environment.name.clone()));
        }
    }
    false
}

async fn tell(control: &Control, told: &mut Told, pending: BTreeSet<Key>, all: bool) -> Result<(), AppError> {
    if all {
        let (services, environments) = (control.store.service_list().await?, control.store.environment_list().await?);
        let same = services.iter().map(|s| &s.name).eq(told.services.iter().map(|s| &s.name))
            && environments.iter().map(|e| &e.name).eq(told.environments.iter().map(|e| &e.name));
        if !same {
            let _ = control.live.send(LiveEvent::Reload);
        }
        (told.services, told.environments) = (services, environments);
    } else if pending.is_empty() {
        return Ok(());
    }
    let view = control.board_view().await?;
    for service in &told.services {
        if !all && !pending.iter().any(|(name, _)| *name == service.name) {
            continue;
        }
        let versions = control.versions_known(service);
        for environment in &told.environments {
            let key = (service.name.clone(), environment.name.clone());
            if !all && !pending.contains(&key) {
                continue;
            }
            let cell = control.cell(&view, service, &versions, environment);
            if told.cells.get(&key) != Some(&cell) {
                // Nobody listening is no error.
                let _ = control.live.send(LiveEvent::Cell { cell: Box::new(cell.clone()) });
                told.cells.insert(key, cell);
            }
        }
    }
    told.cells.retain(|(service, environment), _| {
        told.services.iter().any(|s| s.name == *service) && told.environments.iter().any(|e| e.name == *environment)
    });
    Ok(())
}
