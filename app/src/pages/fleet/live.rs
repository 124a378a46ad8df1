//! The board follows the cluster: a cell that changed is replaced by itself, and what needs a person with it.
//! Counts over the whole fleet come from the server, so a change of health also reads the board again, seldom.

use std::time::Duration;

use domain::fleet::{Attention, FleetBoard, FleetCell, LiveEvent};
use domain::health::HealthStatus;
use domain::{EnvironmentName, ServiceName};
use leptos::prelude::*;

use crate::api::ApiError;
use crate::live::{soon, use_live};

/// How long a changed cell is marked; the style sheet's animation is as long.
const MARKED: Duration = Duration::from_millis(1_700);
/// How long after a change of health the counts are read again.
const COUNTS_AFTER: Duration = Duration::from_secs(2);
/// How long after a change of services, environments or clusters the board is read again.
const RELOAD_AFTER: Duration = Duration::from_millis(200);

/// One cell that follows the cluster.
#[derive(Clone, Copy)]
pub(super) struct LiveCell {
    /// What it shows.
    pub(super) cell: RwSignal<FleetCell>,
    /// Whether it changed a moment ago.
    pub(super) changed: RwSignal<bool>,
}

/// The board's moving parts.
#[derive(Clone, Copy)]
pub(super) struct FleetLive {
    /// The cells, by row and column of the board.
    pub(super) cells: StoredValue<Vec<Vec<LiveCell>>>,
    /// What needs a person, worst first.
    pub(super) attention: RwSignal<Vec<Attention>>,
    /// How much needs a person, listed or not.
    pub(super) attention_total: RwSignal<usize>,
}

impl FleetLive {
    /// Takes over what was read, and follows from there.
    pub(super) fn follow(board: &FleetBoard, again: Resource<Result<FleetBoard, ApiError>>) -> Self {
        let live_cell = |cell: &FleetCell| LiveCell { cell: RwSignal::new(cell.clone()), changed: RwSignal::new(false) };
        let this = Self {
            cells: StoredValue::new(board.rows.iter().map(|row| row.cells.iter().map(live_cell).collect()).collect()),
            attention: RwSignal::new(board.attention.clone()),
            attention_total: RwSignal::new(board.attention_total),
        };
        let counts = soon(COUNTS_AFTER, move || again.refetch());
        let reload = soon(RELOAD_AFTER, move || again.refetch());
        if let Some(live) = use_live() {
            live.listen(move |event| match event {
                LiveEvent::Cell { cell } => {
                    if this.take(*cell) {
                        counts();
                    }
                }
                LiveEvent::Reload => reload(),
            });
        }
        this
    }

    /// Replaces a cell. True if its health is another, so that counts no longer hold.
    fn take(self, cell: FleetCell) -> bool {
        let before = self.attention.with_untracked(Vec::len);
        let after = attention_after(&self.attention.get_untracked(), &cell);
        if let Some(after) = after {
            self.attention_total.update(|total| *total = (*total + after.len()).saturating_sub(before));
            self.attention.set(after);
        }
        let Some(place) = self.find(&cell.service, &cell.environment) else { return true };
        let status = |cell: &FleetCell| cell.health.as_ref().map(|health| health.status);
        let other = place.cell.with_untracked(|shown| status(shown) != status(&cell));
        if place.cell.with_untracked(|shown| *shown != cell) {
            place.cell.set(cell);
            place.changed.set(true);
            let unmark = move || {
                let _gone = place.changed.try_set(false);
            };
            set_timeout(unmark, MARKED);
        }
        other
    }

    fn find(self, service: &ServiceName, environment: &EnvironmentName) -> Option<LiveCell> {
        self.cells.with_value(|rows| {
            let mut all = rows.iter().flatten();
            all.find(|place| place.cell.with_untracked(|cell| cell.service == *service && cell.environment == *environment)).copied()
        })
    }
}

/// What needs a person once a cell is this; `None` if nothing about it changes.
fn attention_after(list: &[Attention], cell: &FleetCell) -> Option<Vec<Attention>> {
    let about = |entry: &Attention| entry.service == cell.service && entry.environment == cell.environment;
    let health = cell.health.as_ref().filter(|health| health.status >= HealthStatus::Warning && cell.release.is_some());
    let before = list.iter().find(|entry| about(entry)).map(|entry| &entry.health);
    if before == health {
        return None;
    }
    let mut after: Vec<Attention> = list.iter().filter(|entry| !about(entry)).cloned().collect();
    if let Some(health) = health {
        after.push(Attention { service: cell.service.clone(), environment: cell.environment.clone(), health: health.clone() });
        after.sort_by_key(|entry| std::cmp::Reverse(entry.health.status));
    }
    Some(after)
}

#[cfg(test)]
#[path = "live_tests.rs"]
mod tests;
