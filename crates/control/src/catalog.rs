//! Keeps the versions of all services' charts read, so that boards know how far each lags without asking anybody.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use domain::AppError;
use futures::StreamExt as _;
use tokio_util::sync::CancellationToken;

use crate::Control;

/// How often each chart's source is asked. It answers “unchanged” mostly; one that fails is asked more rarely.
const REFRESH: Duration = Duration::from_secs(30);

/// How many charts are asked for at once, so that a slow source doesn't hold up the others.
const CHARTS_AT_ONCE: usize = 8;

/// Reads until `shutdown`. One of these runs in each server process.
pub async fn run_catalog(control: Arc<Control>, shutdown: CancellationToken) {
    let mut writes = control.writes.subscribe();
    loop {
        if let Err(error) = control.catalog_refresh().await {
            tracing::warn!(%error, "the services' charts could not be looked up");
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = writes.changed() => {}
            () = tokio::time::sleep(REFRESH) => {}
        }
    }
}

impl Control {
    async fn catalog_refresh(&self) -> Result<(), AppError> {
        let charts: HashSet<_> = self.store.service_list().await?.into_iter().map(|service| service.chart).collect();
        let refreshes = futures::stream::iter(charts).for_each_concurrent(CHARTS_AT_ONCE, |chart| async move {
            if let Err(error) = self.ports.charts.refresh(&chart).await {
                tracing::info!(chart.name = %chart.name, %error, "chart {} can't be read", chart.name);
            }
        });
        refreshes.await;
        Ok(())
    }
}
