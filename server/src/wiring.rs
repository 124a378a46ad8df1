//! Puts the rooms together: store, adapters, use cases, background work.

use std::path::Path;
use std::sync::Arc;

use adapter_charts::{ChartSources, ChartsOptions};
use adapter_helm::{HelmOptions, HelmProgram};
use adapter_kubernetes::{ClustersOptions, KubernetesClusters};
use anyhow::Context as _;
use control::runner::{self, RunnerOptions};
use control::{Control, Ports};
use domain::Timestamp;
use domain::ports::Clock;
use store::Store;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::{self, ChartOptions, ServeOptions, WorldOptions};

/// Expired sessions are removed at this pace.
const SESSION_SWEEP: std::time::Duration = std::time::Duration::from_mins(10);

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Everything a subcommand needs to work.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) control: Arc<Control>,
}

impl World {
    pub(crate) async fn open(options: &WorldOptions) -> anyhow::Result<Self> {
        let store = Store::connect(&options.database).await?;
        std::fs::create_dir_all(&options.data).with_context(|| format!("the data folder {} can't be made", options.data.display()))?;
        let data = std::path::absolute(&options.data)?;
        let kubeconfigs = options.kubeconfig_files();
        let clusters = KubernetesClusters::connect(&ClustersOptions {
            kubeconfigs: kubeconfigs.clone(),
            contexts: options.context.clone(),
            in_cluster: options.in_cluster,
        });
        let mut helm = HelmOptions { program: options.helm.clone(), guard: guard()?, ..HelmOptions::new(data.join("helm"), config::environment()) };
        match kubeconfigs.as_slice() {
            [] => {}
            [one] => helm.kubeconfig = Some(one.clone()),
            // Helm's flag takes one file; the variable takes several, and merges them as the watches do.
            several => drop(helm.extra_environment.insert("KUBECONFIG".to_owned(), std::env::join_paths(several)?)),
        }
        let helm = HelmProgram::new(helm);
        let charts = ChartSources::new(charts_options(&data, &options.charts))?;
        let ports = Ports { clusters, charts: Arc::new(charts), helm: Arc::new(helm), clock: Arc::new(SystemClock) };
        Ok(Self { control: Control::new(store.clone(), ports), store })
    }

    /// Starts what works without being asked: the runner, the live events, the sweeping of sessions.
    pub(crate) fn start(&self, options: &ServeOptions, shutdown: &CancellationToken) -> Background {
        let worker = format!("{}-{}", std::process::id(), Timestamp::now().as_millisecond());
        let runner_options = RunnerOptions { lease_ms: options.lease_ms, stall_grace_ms: options.stall_grace_ms, ..RunnerOptions::new(worker) };
        let mut tasks = JoinSet::new();
        tasks.spawn(runner::run(self.control.clone(), runner_options, shutdown.clone()));
        tasks.spawn(control::run_events(self.control.clone(), shutdown.clone()));
        tasks.spawn(control::run_catalog(self.control.clone(), shutdown.clone()));
        tasks.spawn(sessions_sweep(self.store.clone(), shutdown.clone()));
        Background { tasks }
    }
}

/// The background work of one process.
pub(crate) struct Background {
    tasks: JoinSet<()>,
}

impl Background {
    /// Waits until all of it has ended; it does so on shutdown.
    pub(crate) async fn wait(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn sessions_sweep(store: Store, shutdown: CancellationToken) {
    loop {
        if let Err(error) = store.session_delete_expired(Timestamp::now()).await {
            tracing::warn!(%error, "expired sessions could not be removed");
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(SESSION_SWEEP) => {}
        }
    }
}

fn charts_options(data: &Path, options: &ChartOptions) -> ChartsOptions {
    ChartsOptions {
        roots: options.chart_folder.clone(),
        registry_config: options.registry_config.clone(),
        repository_config: options.repository_config.clone(),
        plain_http: options.plain_http_registry.clone(),
        folder_bytes_max: options.chart_cache_mib << 20,
        ..ChartsOptions::new(data.join("charts"))
    }
}

/// The command that ends Helm when this process dies: this program itself.
fn guard() -> anyhow::Result<Option<Vec<std::ffi::OsString>>> {
    let program = std::env::current_exe().context("the path of this program")?;
    Ok(Some(vec![program.into_os_string(), "guard".into(), "--parent".into(), std::process::id().to_string().into(), "--".into()]))
}
