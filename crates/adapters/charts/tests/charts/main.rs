//! Chart sources of every kind in this process, and every way in which they can answer.
#![allow(clippy::unwrap_used, reason = "a test")]

mod contents;
mod folders;
mod real_registry;
mod registry;
mod repositories;
mod server;

use std::time::Duration;

use adapter_charts::{ChartSources, ChartsOptions};
use tempfile::TempDir;

/// The adapter with a folder of its own; a source is asked again each time.
fn charts(change: impl FnOnce(&mut ChartsOptions)) -> (ChartSources, TempDir) {
    let folder = TempDir::new().unwrap();
    let mut options = ChartsOptions::new(folder.path().join("charts"));
    options.fresh_for = Duration::ZERO;
    change(&mut options);
    (ChartSources::new(options).unwrap(), folder)
}
