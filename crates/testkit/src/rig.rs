//! A whole portal on fakes: store, control, and runners that a test starts, stops and kills.

use std::sync::Arc;

use control::runner::RunnerOptions;
use control::{Control, Ports};
use domain::environment::{Environment, EnvironmentKind};
use domain::operation::{EventData, Operation, OperationEvent};
use domain::ports::Clock;
use domain::release::ReleaseKey;
use domain::service::Portal;
use domain::{Actor, OperationId};
use store::Store;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::build::{chart, deploy_draft, developer, environment, release_key, rollback_draft, service, team, uninstall_draft};
use crate::charts::FakeCharts;
use crate::clock::FakeClock;
use crate::clusters::FakeClusters;
use crate::gate::eventually;
use crate::helm::FakeHelm;

/// Longer than any lease of a [`Rig`]'s runners.
const BEYOND_LEASE_MS: i64 = 60_000;
/// Events read of one operation.
const EVENTS_MAX: i64 = 10_000;

/// A portal on fakes.
pub struct Rig {
    /// The database.
    pub store: Store,
    /// The clusters.
    pub clusters: Arc<FakeClusters>,
    /// The chart repository.
    pub charts: Arc<FakeCharts>,
    /// The `helm` program.
    pub helm: Arc<FakeHelm>,
    /// The clock.
    pub clock: Arc<FakeClock>,
    /// What runners work on.
    pub control: Arc<Control>,
    /// What pages ask.
    pub portal: Portal,
}

/// A runner that works beside the test.
pub struct Running {
    task: JoinHandle<()>,
    shutdown: CancellationToken,
}

impl Running {
    /// Ends it as `kill -9` does: no claim is let go.
    pub async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }

    /// Ends it as `SIGTERM` does.
    pub async fn stop(self) {
        self.shutdown.cancel();
        self.task.await.expect("the runner ends without a panic");
    }
}

impl Rig {
    /// Cluster `kind-a`, and nothing else.
    pub fn empty(store: Store) -> Self {
        let clock = Arc::new(FakeClock::going());
        let clusters = Arc::new(FakeClusters::new(clock.clone() as Arc<dyn Clock>));
        clusters.connect("kind-a");
        let (charts, helm) = (Arc::new(FakeCharts::default()), Arc::new(FakeHelm::new(clusters.clone())));
        let ports = Ports { clusters: clusters.clone(), charts: charts.clone(), helm: helm.clone(), clock: clock.clone() };
        let control = Control::new(store.clone(), ports);
        let portal = control.portal();
        Self { store, clusters, charts, helm, clock, control, portal }
    }

    /// Service `candidates` (versions 1.0.0 to 1.3.0) of team `talent`, whose member is [`Rig::ada`], and environment
    /// `staging` of the same team in cluster `kind-a`.
    pub async fn with_candidates(store: Store) -> Self {
        let rig = Self::empty(store);
        rig.store.team_insert(&team("talent", &["ada"])).await.unwrap();
        rig.service_add("candidates").await;
        rig.environment_add("staging").await;
        rig
    }

    /// Another service of team `talent`.
    pub async fn service_add(&self, name: &str) {
        self.charts.publish(&chart(name), &["1.3.0", "1.2.0", "1.1.0", "1.0.0"]);
        self.store.service_insert(&service(name, "talent")).await.unwrap();
    }

    /// Another environment of team `talent`, with its namespace.
    pub async fn environment_add(&self, name: &str) -> Environment {
        use domain::ports::Clusters as _;
        let new = environment(name, EnvironmentKind::Staging, "kind-a", "talent");
        self.store.environment_insert(&new).await.unwrap();
        self.clusters.namespace_ensure(&new.cluster, &new.namespace, &new.name, new.kind.as_str()).await.unwrap();
        new
    }

    /// A developer of team `talent`.
    pub fn ada(&self) -> Actor {
        developer("ada", &["talent"])
    }

    /// Where `candidates` lies in `staging`.
    pub fn key(&self) -> ReleaseKey {
        release_key("kind-a", "staging", "candidates")
    }

    /// Asks for `candidates` in `staging`.
    pub async fn deploy(&self, version: &str) -> OperationId {
        self.portal.operations.operation_deploy(&self.ada(), deploy_draft("candidates", "staging", version)).await.expect("the deploy is accepted")
    }

    /// Asks to go from the newest revision of `candidates` in `staging` back to this one.
    pub async fn roll_back(&self, to_revision: u32) -> OperationId {
        let newest = self.clusters.revisions(&self.key()).last().expect("a release that is there").revision;
        self.portal.operations.operation_rollback(&self.ada(), rollback_draft(newest, to_revision)).await.expect("the rollback is accepted")
    }

    /// Asks to remove `candidates` from `staging`, revisions and all.
    pub async fn uninstall(&self) -> OperationId {
        self.portal.operations.operation_uninstall(&self.ada(), uninstall_draft("candidates")).await.expect("the uninstall is accepted")
    }

    /// Settings with which tests need not wait long.
    pub fn options(&self, worker: &str) -> RunnerOptions {
        RunnerOptions { poll_ms: 20, stall_grace_ms: 200, ..RunnerOptions::new(worker) }
    }

    /// Starts a runner.
    pub fn run(&self, worker: &str) -> Running {
        self.run_with(self.options(worker))
    }

    /// Starts a runner with these settings.
    pub fn run_with(&self, options: RunnerOptions) -> Running {
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(control::runner::run(self.control.clone(), options, shutdown.clone()));
        Running { task, shutdown }
    }

    /// Lets all leases run out.
    pub fn leases_expire(&self) {
        self.clock.advance_ms(BEYOND_LEASE_MS);
    }

    /// The operation, once it has ended.
    pub async fn ended(&self, id: OperationId) -> Operation {
        eventually(&format!("the end of operation {id}"), async || self.operation(id).await.finished_at.map(|_| ())).await;
        self.operation(id).await
    }

    /// The operation as it is.
    pub async fn operation(&self, id: OperationId) -> Operation {
        self.store.operation_get(id).await.unwrap().expect("an operation that was written")
    }

    /// Its record.
    pub async fn events(&self, id: OperationId) -> Vec<OperationEvent> {
        self.store.operation_event_list(id, 0, EVENTS_MAX).await.unwrap()
    }

    /// The last words of its record: what is true now, why it failed, or how things were left.
    pub async fn last_words(&self, id: OperationId) -> String {
        match self.events(id).await.pop().map(|event| event.data) {
            Some(EventData::Succeeded { sentence } | EventData::Cancelled { sentence }) => sentence,
            Some(EventData::Failed { error }) => error.to_string(),
            other => panic!("operation {id} has not ended: {other:?}"),
        }
    }

    /// Waits until its record holds an event of this kind in this step.
    pub async fn event_seen(&self, id: OperationId, step: &str, kind: &str) {
        let seen =
            async || self.events(id).await.iter().any(|e| e.step.as_deref().unwrap_or_default() == step && e.data.kind() == kind).then_some(());
        eventually(&format!("event {kind} of step {step}"), seen).await;
    }
}
