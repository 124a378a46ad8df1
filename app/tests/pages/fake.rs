//! A portal that knows one service in one environment, with one operation that failed.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use domain::catalog::{ChartRef, ChartVersion, Service, ServiceDraft};
use domain::chart::{ChartComparison, ChartContents, ChartMetadata, ChartPage, FileChange};
use domain::cluster::{ClusterState, ClusterSummary};
use domain::diff::TextDiff;
use domain::environment::{Environment, EnvironmentDraft, EnvironmentKind, EnvironmentRemoval};
use domain::fleet::{Attention, EnvironmentPage, FleetBoard, FleetCell, FleetColumn, FleetFilter, FleetRow, LiveEvent, ServicePage, WayBack};
use domain::health::{Health, HealthStatus};
use domain::manifest::ObjectId;
use domain::operation::{DeployTask, EventData, Operation, OperationDetail, OperationEvent, OperationRequest, OperationState, OperationTask};
use domain::plan::{
    Finding, HistoryEntry, HookChange, ObjectChange, ObjectFate, PlanSide, ReleaseComparison, ReleaseHistory, ReleasePlan, ReleaseRemoval, Severity,
};
use domain::release::{ApplyMethod, Release, ReleaseKey, ReleaseStatus};
use domain::service::{
    Catalog, ClusterList, DeployDraft, Environments, Fleet, Operations, Portal, Releases, RollbackDraft, Services, Teams, UninstallDraft,
};
use domain::team::Team;
use domain::{Actor, AppError, ClusterName, EnvironmentName, Namespace, OperationId, ReleaseName, ServiceName, TeamName, Timestamp, UserName};
use futures::stream::BoxStream;

struct Fake;

pub(crate) fn portal() -> Portal {
    Portal {
        fleet: Arc::new(Fake),
        environments: Arc::new(Fake),
        services: Arc::new(Fake),
        catalog: Arc::new(Fake),
        releases: Arc::new(Fake),
        operations: Arc::new(Fake),
        clusters: Arc::new(Fake),
        teams: Arc::new(Fake),
    }
}

fn now() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

fn team() -> TeamName {
    TeamName::new("talent").unwrap()
}

fn environment() -> Environment {
    Environment {
        name: EnvironmentName::new("staging").unwrap(),
        kind: EnvironmentKind::Staging,
        cluster: ClusterName::new("eu-1").unwrap(),
        namespace: Namespace::new("shop").unwrap(),
        team: team(),
        created_at: now(),
        revision: 1,
    }
}

fn column() -> FleetColumn {
    FleetColumn { environment: environment(), cluster_state: ClusterState::Live { version: "v1.36.3".into() } }
}

fn service() -> Service {
    Service {
        name: ServiceName::new("jobs").unwrap(),
        team: team(),
        chart: ChartRef { repository: "https://charts.example.com".into(), name: "jobs".into() },
        default_values: BTreeMap::from([(EnvironmentKind::Staging, "replicaCount: 2\n".into())]),
        created_at: now(),
        revision: 1,
    }
}

fn health() -> Health {
    Health {
        status: HealthStatus::Degraded,
        short: "image not found".into(),
        sentence: "0 of 2 pods ready: `jobs-1` can't pull `acme/jobs:3.1.0` (not found).".into(),
    }
}

fn cell() -> FleetCell {
    let key = ReleaseKey { cluster: environment().cluster, namespace: environment().namespace, name: ReleaseName::new("jobs").unwrap() };
    FleetCell {
        service: service().name,
        environment: environment().name,
        release: Some(Release {
            key,
            revision: 2,
            status: ReleaseStatus::Deployed,
            operation: Some(OperationId(7)),
            chart: Some("jobs".into()),
            chart_version: Some("3.1.0".into()),
            app_version: None,
            updated_at: Some(now()),
        }),
        health: Some(health()),
        behind: 0,
        operation: None,
        operation_version: None,
    }
}

fn operation() -> Operation {
    Operation {
        id: OperationId(7),
        state: OperationState::Failed,
        request: OperationRequest {
            service: service().name,
            environment: environment().name,
            task: OperationTask::Deploy(DeployTask {
                chart: service().chart,
                version: "3.1.0".into(),
                default_values: String::new(),
                values: String::new(),
            }),
        },
        created_by: UserName::new("ada").unwrap(),
        created_at: now(),
        finished_at: Some(now()),
        generation: 1,
        cancel_requested: false,
    }
}

fn version(text: &str) -> ChartVersion {
    ChartVersion {
        version: text.into(),
        app_version: None,
        description: None,
        changes: vec!["fixes the image".into()],
        created_at: Some(now()),
        digest: None,
        deprecated: false,
        prerelease: false,
        republished: false,
    }
}

fn nothing<T>() -> Result<T, AppError> {
    Err(AppError::internal("The fake does not do this."))
}

#[async_trait]
impl Fleet for Fake {
    async fn fleet_board(&self, _: &Actor, _: FleetFilter) -> Result<FleetBoard, AppError> {
        Ok(FleetBoard {
            columns: vec![column()],
            rows: vec![FleetRow { service: service().name, team: team(), cells: vec![cell()] }],
            rows_total: 1,
            services_total: 1,
            teams: vec![(team(), 1)],
            statuses: vec![(HealthStatus::Degraded, 1)],
            attention: vec![Attention { service: service().name, environment: environment().name, health: health() }],
            attention_total: 1,
            now: now(),
        })
    }
    async fn fleet_live(&self, _: &Actor) -> Result<BoxStream<'static, LiveEvent>, AppError> {
        nothing()
    }
}

#[async_trait]
impl Environments for Fake {
    async fn environment_list(&self, _: &Actor) -> Result<Vec<Environment>, AppError> {
        Ok(vec![environment()])
    }
    async fn environment_page(&self, _: &Actor, name: &EnvironmentName) -> Result<EnvironmentPage, AppError> {
        if *name != environment().name {
            return Err(AppError::not_found("environment", name));
        }
        Ok(EnvironmentPage { column: column(), cells: vec![(cell(), team())], others: vec![], operations: vec![operation()], now: now() })
    }
    async fn environment_create(&self, _: &Actor, _: EnvironmentDraft) -> Result<Environment, AppError> {
        nothing()
    }
    async fn environment_update(&self, _: &Actor, _: i64, _: EnvironmentDraft) -> Result<Environment, AppError> {
        nothing()
    }
    async fn environment_removal(&self, _: &Actor, _: &EnvironmentName) -> Result<EnvironmentRemoval, AppError> {
        Ok(EnvironmentRemoval {
            environment: environment(),
            namespace_goes: true,
            releases: vec![],
            pods: 2,
            volume_claims: vec![],
            unknown_because: None,
        })
    }
    async fn environment_remove(&self, _: &Actor, _: &EnvironmentName, confirm_name: &str) -> Result<(), AppError> {
        Err(AppError::invalid(format!("“{confirm_name}” is not the environment's name.")).field("confirm_name"))
    }
}

#[async_trait]
impl Services for Fake {
    async fn service_list(&self, _: &Actor) -> Result<Vec<Service>, AppError> {
        Ok(vec![service()])
    }
    async fn service_get(&self, _: &Actor, _: &ServiceName) -> Result<Service, AppError> {
        Ok(service())
    }
    async fn service_page(&self, _: &Actor, name: &ServiceName, _: &EnvironmentName) -> Result<ServicePage, AppError> {
        if *name != service().name {
            return Err(AppError::not_found("service", name));
        }
        Ok(ServicePage {
            service: service(),
            column: column(),
            cell: cell(),
            workloads: vec![],
            pods: vec![],
            versions: vec![version("3.1.0"), version("3.0.4")],
            versions_unknown_because: None,
            operations: vec![operation()],
            way_back: Some(WayBack { revision: 1, version: "3.0.4".into() }),
            values: "</textarea><script>alert(1)</script>".into(),
            now: now(),
        })
    }
    async fn service_versions(&self, _: &Actor, _: &ServiceName) -> Result<Vec<ChartVersion>, AppError> {
        nothing()
    }
    async fn service_create(&self, _: &Actor, _: ServiceDraft) -> Result<Service, AppError> {
        nothing()
    }
    async fn service_update(&self, _: &Actor, _: i64, _: ServiceDraft) -> Result<Service, AppError> {
        nothing()
    }
    async fn service_remove(&self, _: &Actor, _: &ServiceName, _: &str) -> Result<(), AppError> {
        nothing()
    }
}

#[async_trait]
impl Catalog for Fake {
    async fn chart_get(&self, _: &Actor, _: &ServiceName, version: &str) -> Result<ChartPage, AppError> {
        let metadata = ChartMetadata { name: "jobs".into(), version: version.into(), ..ChartMetadata::default() };
        let contents = ChartContents { metadata, values: "</textarea><script>alert(1)</script>".into(), ..ChartContents::default() };
        let versions = vec!["3.1.0".into(), "3.0.4".into()];
        Ok(ChartPage { service: service(), contents, readme_html: "<h3>Jobs</h3>".into(), republished: true, versions })
    }
    async fn chart_compare(&self, _: &Actor, _: &ServiceName, _: &str, _: &str) -> Result<ChartComparison, AppError> {
        let files = vec![FileChange { path: "values.yaml".into(), fate: ObjectFate::Changed, diff: plan().values }];
        Ok(ChartComparison { service: service(), from: ChartMetadata::default(), to: ChartMetadata::default(), files, versions: vec![] })
    }
    async fn service_guess(&self, _: &Actor, _: &EnvironmentName, release: &ReleaseName) -> Result<ServiceDraft, AppError> {
        let repository = "https://charts.example.com".into();
        Ok(ServiceDraft { name: release.to_string(), team: "talent".into(), repository, chart: "jobs".into(), ..ServiceDraft::default() })
    }
}

#[async_trait]
impl Releases for Fake {
    async fn release_history(&self, _: &Actor, _: &EnvironmentName, release: &ReleaseName) -> Result<ReleaseHistory, AppError> {
        let entry = |revision, status, version: &str| HistoryEntry {
            revision,
            status,
            chart_version: Some(version.into()),
            app_version: Some("6.7".into()),
            deployed_at: Some(now()),
            description: "Upgrade complete".into(),
            operation: None,
        };
        Ok(ReleaseHistory {
            environment: environment(),
            release: release.clone(),
            service: Some(service().name),
            owner: team(),
            entries: vec![entry(2, ReleaseStatus::Deployed, "3.1.0"), entry(1, ReleaseStatus::Superseded, "3.0.4")],
            operation: None,
            now: now(),
        })
    }
    async fn release_compare(
        &self,
        _: &Actor,
        _: &EnvironmentName,
        release: &ReleaseName,
        from: u32,
        to: u32,
    ) -> Result<ReleaseComparison, AppError> {
        let plan = plan();
        Ok(ReleaseComparison {
            environment: environment(),
            release: release.clone(),
            from: PlanSide { revision: Some(from), ..plan.target.clone() },
            to: PlanSide { revision: Some(to), ..plan.target },
            values: plan.values,
            objects: plan.objects,
            hooks: vec![],
        })
    }
    async fn release_plan_deploy(&self, _: &Actor, _: DeployDraft) -> Result<ReleasePlan, AppError> {
        Ok(plan())
    }
    async fn release_plan_rollback(&self, _: &Actor, _: &EnvironmentName, _: &ReleaseName, _: u32) -> Result<ReleasePlan, AppError> {
        Ok(plan())
    }
    async fn release_removal(&self, _: &Actor, _: &EnvironmentName, release: &ReleaseName) -> Result<ReleaseRemoval, AppError> {
        let plan = plan();
        Ok(ReleaseRemoval {
            environment: environment(),
            release: release.clone(),
            owner: team(),
            base: plan.target,
            objects: plan.objects.iter().map(|change| change.id.clone()).collect(),
            kept: vec![],
            findings: plan.findings,
            pods: 3,
        })
    }
    async fn release_repair(&self, _: &Actor, _: &EnvironmentName, _: &ReleaseName, _: u32) -> Result<(), AppError> {
        nothing()
    }
}

/// A plan with an object, a finding and values that differ, and with words that look like markup.
fn plan() -> ReleasePlan {
    let side = PlanSide { revision: Some(1), chart: "jobs".into(), chart_version: "3.0.4".into(), app_version: None };
    let id = ObjectId { api_version: "apps/v1".into(), kind: "Deployment".into(), namespace: None, name: "jobs".into() };
    let diff = TextDiff::of("image: a:1\n", "image: <script>alert(1)</script>\n");
    ReleasePlan {
        environment: environment(),
        release: ReleaseName::from(&service().name),
        base: Some(side.clone()),
        target: side,
        objects: vec![ObjectChange { id: id.clone(), fate: ObjectFate::Changed, diff: diff.clone() }],
        unchanged: 4,
        hooks: vec![HookChange { id: id.clone(), events: vec!["pre-upgrade".into()], weight: -5, diff: diff.clone() }],
        values: diff,
        findings: vec![Finding { severity: Severity::Warning, object: Some(id), sentence: "It was changed outside Helm.".into(), hint: None }],
        apply: ApplyMethod::ServerSide,
        helm_version: "v4.3.1".into(),
        digest: "9e41c07b52d8f3aa0b6e91c47d204e159e41c07b52d8f3aa0b6e91c47d204e15".into(),
        now: now(),
    }
}

#[async_trait]
impl Operations for Fake {
    async fn operation_rollback(&self, _: &Actor, _: RollbackDraft) -> Result<OperationId, AppError> {
        Ok(OperationId(9))
    }
    async fn operation_uninstall(&self, _: &Actor, _: UninstallDraft) -> Result<OperationId, AppError> {
        Ok(OperationId(10))
    }
    async fn operation_deploy(&self, _: &Actor, _: DeployDraft) -> Result<OperationId, AppError> {
        Ok(OperationId(8))
    }
    async fn operation_list(&self, _: &Actor, _: Option<OperationId>) -> Result<Vec<Operation>, AppError> {
        Ok(vec![operation()])
    }
    async fn operation_get(&self, _: &Actor, _: OperationId) -> Result<OperationDetail, AppError> {
        let data =
            [EventData::Queued { by: UserName::new("ada").unwrap() }, EventData::Failed { error: AppError::conflict("Helm could not deploy jobs.") }];
        let events =
            data.into_iter().zip(1..).map(|(data, seq)| OperationEvent { operation_id: OperationId(7), seq, step: None, data, at: now() }).collect();
        Ok(OperationDetail { operation: operation(), steps: vec!["prepare".into(), "apply".into(), "watch".into()], events, now: now() })
    }
    async fn operation_cancel(&self, _: &Actor, _: OperationId) -> Result<(), AppError> {
        nothing()
    }
    async fn operation_follow(&self, _: &Actor, _: OperationId, _: i64) -> Result<BoxStream<'static, OperationEvent>, AppError> {
        nothing()
    }
}

#[async_trait]
impl ClusterList for Fake {
    async fn cluster_list(&self, _: &Actor) -> Result<Vec<ClusterSummary>, AppError> {
        let state = ClusterState::Live { version: "v1.36.3".into() };
        Ok(vec![ClusterSummary {
            name: environment().cluster,
            server: "https://127.0.0.1:6443".into(),
            state,
            nodes_ready: 3,
            nodes: 3,
            releases: 1,
            pods: 2,
        }])
    }
    async fn cluster_get(&self, _: &Actor, _: &ClusterName) -> Result<ClusterSummary, AppError> {
        nothing()
    }
}

#[async_trait]
impl Teams for Fake {
    async fn team_list(&self, _: &Actor) -> Result<Vec<Team>, AppError> {
        Ok(vec![Team { name: team(), members: vec![UserName::new("ada").unwrap()], created_at: now() }])
    }
    async fn team_create(&self, _: &Actor, _: &str, _: Vec<String>) -> Result<Team, AppError> {
        nothing()
    }
    async fn team_update(&self, _: &Actor, _: &TeamName, _: Vec<String>) -> Result<Team, AppError> {
        nothing()
    }
    async fn team_remove(&self, _: &Actor, _: &TeamName) -> Result<(), AppError> {
        nothing()
    }
}
