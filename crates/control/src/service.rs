//! Use cases of services.

use async_trait::async_trait;
use domain::access::{UseCase, decide};
use domain::catalog::{ChartRef, ChartVersion, Service, ServiceDraft};
use domain::environment::Environment;
use domain::fleet::{FleetCell, ServicePage, WayBack};
use domain::health::HealthStatus;
use domain::release::ReleaseStatus;
use domain::service::Services;
use domain::{Actor, AppError, EnvironmentName, ServiceName};
use store::StoreError;

use crate::secrets::{operations_shown, service_shown, values_hide, values_reveal};
use crate::validate::{repository_check, values_check};
use crate::values::values_read;
use crate::{Control, release_key};

/// Operations that a service's page lists.
const PAGE_OPERATIONS_MAX: i64 = 20;
/// Versions that a service's page lists.
const PAGE_VERSIONS_MAX: usize = 50;

impl Control {
    /// Checks what was typed and that the repository has the chart.
    async fn service_checked(&self, draft: &ServiceDraft, name: &ServiceName) -> Result<(ChartRef, domain::TeamName), AppError> {
        let team = self.team_required(&draft.team).await?;
        let repository = repository_check(&draft.repository)?;
        let chart = match draft.chart.trim() {
            "" => name.to_string(),
            text => text.to_owned(),
        };
        for (kind, text) in &draft.default_values {
            values_check(text, &format!("default_values_{}", kind.as_str()))?;
        }
        let chart = ChartRef { repository, name: chart };
        self.ports.charts.versions(&chart).await.map_err(|e| if e.field.is_some() { e } else { e.field("repository") })?;
        Ok((chart, team))
    }
}

impl Control {
    /// The revision that was in force before, where the one in force is in trouble and nothing is at work on it. Nothing
    /// where the cluster can't tell: the page shows why it can't.
    async fn way_back(&self, environment: &Environment, cell: &FleetCell) -> Option<WayBack> {
        let troubled = cell.health.as_ref().is_some_and(|health| health.status >= HealthStatus::Warning);
        let release = cell.release.as_ref().filter(|_| troubled && cell.operation.is_none())?;
        let key = release_key(environment, &cell.service);
        let revisions = self.ports.clusters.release_revisions(&key).await.ok()?;
        let before =
            revisions.iter().filter(|r| r.revision < release.revision && r.status == ReleaseStatus::Superseded).max_by_key(|r| r.revision)?;
        let body = self.ports.clusters.release_body(&key, before.revision).await.ok()??;
        Some(WayBack { revision: before.revision, version: body.chart_version })
    }
}

#[async_trait]
impl Services for Control {
    async fn service_list(&self, actor: &Actor) -> Result<Vec<Service>, AppError> {
        self.may_read(actor)?;
        Ok(self.store.service_list().await?.into_iter().map(service_shown).collect())
    }

    async fn service_get(&self, actor: &Actor, name: &ServiceName) -> Result<Service, AppError> {
        self.may_read(actor)?;
        Ok(service_shown(self.service_required(name).await?))
    }

    async fn service_page(&self, actor: &Actor, name: &ServiceName, environment: &EnvironmentName) -> Result<ServicePage, AppError> {
        self.may_read(actor)?;
        let service = self.service_required(name).await?;
        let environment = self.environment_required(environment).await?;
        let view = self.board_view().await?;
        let now = view.now;
        let cell = self.cell(&view, &service, &environment);
        let live = self.ports.clusters.release(&release_key(&environment, name));
        let (workloads, pods) = live.map(|l| (l.workloads, l.pods)).unwrap_or_default();
        let (mut versions, versions_unknown_because) = match self.ports.charts.versions(&service.chart).await {
            Ok(versions) => (versions, None),
            Err(error) => (self.ports.charts.versions_cached(&service.chart).unwrap_or_default(), Some(error.to_string())),
        };
        versions.truncate(PAGE_VERSIONS_MAX);
        let operations = self.store.operation_list_of(&environment.name, name, PAGE_OPERATIONS_MAX).await?;
        let way_back = self.way_back(&environment, &cell).await;
        let values = self.values_in_force(&service, &environment, &operations).await;
        Ok(ServicePage {
            column: self.column(environment),
            cell,
            workloads,
            pods,
            versions,
            versions_unknown_because,
            operations: operations_shown(operations),
            way_back,
            values: values_hide(&values),
            service: service_shown(service),
            now,
        })
    }

    async fn service_versions(&self, actor: &Actor, name: &ServiceName) -> Result<Vec<ChartVersion>, AppError> {
        self.may_read(actor)?;
        self.ports.charts.versions(&self.service_required(name).await?.chart).await
    }

    async fn service_create(&self, actor: &Actor, draft: ServiceDraft) -> Result<Service, AppError> {
        let name = ServiceName::new(draft.name.trim())?;
        let owner = self.team_required(&draft.team).await?;
        decide(actor, UseCase::ServiceEdit, Some(&owner))?;
        if self.store.service_get(&name).await?.is_some() {
            return Err(AppError::conflict(format!("There is a service “{name}” already.")).hint("Choose another name.").field("name"));
        }
        let (chart, team) = self.service_checked(&draft, &name).await?;
        let service = Service { name, team, chart, default_values: draft.default_values, created_at: self.now(), revision: 1 };
        match self.store.service_insert(&service).await {
            Err(StoreError::Duplicate(_)) => {
                return Err(AppError::conflict(format!("Somebody just made a service “{}”.", service.name)).field("name"));
            }
            other => other?,
        }
        self.wrote();
        Ok(service)
    }

    async fn service_update(&self, actor: &Actor, revision: i64, draft: ServiceDraft) -> Result<Service, AppError> {
        let before = self.service_required(&ServiceName::new(draft.name.trim())?).await?;
        decide(actor, UseCase::ServiceEdit, Some(&before.team))?;
        let mut draft = draft;
        for (kind, text) in &mut draft.default_values {
            let known = before.default_values.get(kind).and_then(|text| values_read(text)).unwrap_or_default();
            *text = values_reveal(text, &known, &format!("default_values_{}", kind.as_str()))?;
        }
        let (chart, team) = self.service_checked(&draft, &before.name).await?;
        decide(actor, UseCase::ServiceEdit, Some(&team))?;
        let changed = Service { team, chart, default_values: draft.default_values, revision, ..before };
        self.store.service_update(&changed).await?;
        self.wrote();
        Ok(service_shown(Service { revision: revision + 1, ..changed }))
    }

    async fn service_remove(&self, actor: &Actor, name: &ServiceName, confirm_name: &str) -> Result<(), AppError> {
        let service = self.service_required(name).await?;
        decide(actor, UseCase::ServiceEdit, Some(&service.team))?;
        if confirm_name.trim() != name.as_str() {
            return Err(AppError::invalid(format!("“{}” is not the service's name.", confirm_name.trim()))
                .hint(format!("Type {name} to remove it."))
                .field("confirm_name"));
        }
        if let Some(operation) = self.store.operation_list_active().await?.into_iter().find(|o| o.request.service == *name) {
            return Err(AppError::conflict(format!("Operation {} for {name} is under way.", operation.id))
                .hint("Wait for its end or cancel it.")
                .operation(operation.id));
        }
        self.store.service_delete(name).await?;
        self.wrote();
        Ok(())
    }
}
