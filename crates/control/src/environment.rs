//! Use cases of environments: making or taking over a namespace, editing, removing.

use async_trait::async_trait;
use domain::access::{UseCase, decide};
use domain::environment::{Environment, EnvironmentDraft, EnvironmentRemoval};
use domain::fleet::EnvironmentPage;
use domain::health::assess;
use domain::service::Environments;
use domain::{Actor, AppError, ClusterName, EnvironmentName, ErrorKind, Namespace};
use store::StoreError;

use crate::secrets::operations_shown;
use crate::{Control, release_key};

/// Operations that an environment's page lists.
const PAGE_OPERATIONS_MAX: i64 = 20;

#[async_trait]
impl Environments for Control {
    async fn environment_list(&self, actor: &Actor) -> Result<Vec<Environment>, AppError> {
        self.may_read(actor)?;
        Ok(self.store.environment_list().await?)
    }

    async fn environment_page(&self, actor: &Actor, name: &EnvironmentName) -> Result<EnvironmentPage, AppError> {
        self.may_read(actor)?;
        let environment = self.environment_required(name).await?;
        let services = self.store.service_list().await?;
        let view = self.board_view().await?;
        let now = view.now;
        let cells = services.iter().map(|service| (self.cell(&view, service, &environment), service.team.clone())).collect();
        let others = self
            .ports
            .clusters
            .releases_in(&environment.cluster, &environment.namespace)
            .into_iter()
            .filter(|live| !services.iter().any(|service| release_key(&environment, &service.name) == live.release.key))
            .map(|live| {
                let health = assess(&live, now);
                (live.release, health)
            })
            .collect();
        let operations = operations_shown(self.store.operation_list_in(name, PAGE_OPERATIONS_MAX).await?);
        Ok(EnvironmentPage { column: self.column(environment), cells, others, operations, now })
    }

    async fn environment_create(&self, actor: &Actor, draft: EnvironmentDraft) -> Result<Environment, AppError> {
        let team = self.team_required(&draft.team).await?;
        decide(actor, UseCase::EnvironmentEdit, Some(&team))?;
        let name = EnvironmentName::new(draft.name.trim())?;
        let cluster = self.cluster_required(&ClusterName::new(draft.cluster.trim()).map_err(|e| e.field("cluster"))?)?.name;
        let namespace = match draft.namespace.trim() {
            "" => Namespace::new(name.as_str())?,
            text => Namespace::new(text).map_err(|e| e.field("namespace"))?,
        };
        for other in self.store.environment_list().await? {
            if other.name == name {
                return Err(AppError::conflict(format!("There is an environment “{name}” already.")).hint("Choose another name.").field("name"));
            }
            if other.cluster == cluster && other.namespace == namespace {
                let message = format!("Namespace {namespace} of {cluster} belongs to environment {} already.", other.name);
                return Err(AppError::conflict(message).hint("Choose another namespace.").field("namespace"));
            }
        }
        // The namespace first: if we die in between, a labelled namespace stays, which the next try takes over.
        self.ports.clusters.namespace_ensure(&cluster, &namespace, &name, draft.kind.as_str()).await.map_err(|error| match error.kind {
            ErrorKind::Conflict => error.field("namespace"),
            ErrorKind::Unavailable => error.field("cluster"),
            _ => error,
        })?;
        let environment = Environment { name, kind: draft.kind, cluster, namespace, team, created_at: self.now(), revision: 1 };
        match self.store.environment_insert(&environment).await {
            Err(StoreError::Duplicate(_)) => {
                return Err(AppError::conflict(format!("Somebody just made an environment “{}”.", environment.name)).field("name"));
            }
            other => other?,
        }
        self.wrote();
        Ok(environment)
    }

    async fn environment_update(&self, actor: &Actor, revision: i64, draft: EnvironmentDraft) -> Result<Environment, AppError> {
        let before = self.environment_required(&EnvironmentName::new(draft.name.trim())?).await?;
        decide(actor, UseCase::EnvironmentEdit, Some(&before.team))?;
        let team = self.team_required(&draft.team).await?;
        decide(actor, UseCase::EnvironmentEdit, Some(&team))?;
        if before.revision != revision {
            return Err(StoreError::Stale.into());
        }
        let changed = Environment { kind: draft.kind, team, revision, ..before };
        // The namespace first, as when it is made: where it can't be labelled, nothing has changed.
        self.ports.clusters.namespace_ensure(&changed.cluster, &changed.namespace, &changed.name, changed.kind.as_str()).await?;
        self.store.environment_update(&changed).await?;
        self.wrote();
        Ok(Environment { revision: revision + 1, ..changed })
    }

    async fn environment_removal(&self, actor: &Actor, name: &EnvironmentName) -> Result<EnvironmentRemoval, AppError> {
        self.may_read(actor)?;
        let environment = self.environment_required(name).await?;
        let (cluster, namespace) = (&environment.cluster, &environment.namespace);
        let releases = self.ports.clusters.releases_in(cluster, namespace);
        let asked = self.ports.clusters.namespace_get(cluster, namespace).await;
        let (info, unknown_because) = match asked {
            Ok(info) => (info, None),
            Err(error) => (None, Some(error.to_string())),
        };
        Ok(EnvironmentRemoval {
            namespace_goes: info.as_ref().is_some_and(|i| i.created_by_us),
            releases: releases
                .iter()
                .map(|live| format!("{} {}", live.release.key.name, live.release.chart_version.as_deref().unwrap_or_default()))
                .collect(),
            pods: self.ports.clusters.pods_in(cluster, namespace),
            volume_claims: info.map(|i| i.volume_claims).unwrap_or_default(),
            unknown_because,
            environment,
        })
    }

    async fn environment_remove(&self, actor: &Actor, name: &EnvironmentName, confirm_name: &str) -> Result<(), AppError> {
        let environment = self.environment_required(name).await?;
        decide(actor, UseCase::EnvironmentEdit, Some(&environment.team))?;
        if confirm_name.trim() != name.as_str() {
            return Err(AppError::invalid(format!("“{}” is not the environment's name.", confirm_name.trim()))
                .hint(format!("Type {name} to remove it."))
                .field("confirm_name"));
        }
        if let Some(operation) = self.store.operation_list_active().await?.into_iter().find(|o| o.request.environment == *name) {
            return Err(AppError::conflict(format!("Operation {} is under way in {name}.", operation.id))
                .hint("Wait for its end or cancel it.")
                .operation(operation.id));
        }
        // A cluster that is no longer configured can't be asked for anything; its environment must still be removable.
        if self.ports.clusters.get(&environment.cluster).is_some() {
            self.ports.clusters.namespace_release(&environment.cluster, &environment.namespace, name).await?;
        }
        self.store.environment_delete(name).await?;
        self.wrote();
        Ok(())
    }
}
