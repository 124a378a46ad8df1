//! Use cases of releases as they are in a cluster: history, comparison, plans, removal told beforehand, repair.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use domain::access::{UseCase, decide};
use domain::catalog::Service;
use domain::environment::Environment;
use domain::manifest::is_kept_by_policy;
use domain::operation::{Operation, OperationKind, OperationTask};
use domain::plan::{
    Finding, HistoryEntry, ObjectChange, ObjectFate, PlanSide, ReleaseComparison, ReleaseHistory, ReleasePlan, ReleaseRemoval, Severity,
};
use domain::ports::HelmUpgrade;
use domain::release::{ReleaseBody, ReleaseKey, ReleaseRevision};
use domain::service::{DeployDraft, Releases};
use domain::{Actor, AppError, EnvironmentName, OperationId, ReleaseName, ServiceName, TeamName, UserName};

use crate::manifest::{Rendered, objects_read, sets_compare};
use crate::operations::deploy::values_layers;
use crate::operations::release::revisions_made;
use crate::plan::{Target, objects_of, side, values_diff};
use crate::{Control, findings};

/// Revisions that a history shows. Helm keeps ten by default, and each is read whole.
const HISTORY_MAX: usize = 30;
/// Operations looked through for the rollbacks among them.
const OPERATIONS_MAX: i64 = 50;
/// Events of one operation read at most.
const EVENTS_MAX: i64 = 5_000;

/// A release in an environment, and whose it is.
pub(crate) struct Place {
    pub(crate) environment: Environment,
    pub(crate) key: ReleaseKey,
    pub(crate) service: Option<Service>,
    pub(crate) owner: TeamName,
}

impl Control {
    /// Finds where a release is. The service of its name owns it, else the environment's team.
    pub(crate) async fn release_place(&self, environment: &EnvironmentName, release: &ReleaseName) -> Result<Place, AppError> {
        let environment = self.environment_required(environment).await?;
        let service = match ServiceName::new(release.as_str()) {
            Ok(name) => self.store.service_get(&name).await?,
            Err(_) => None,
        };
        let owner = service.as_ref().map_or(&environment.team, |service| &service.team).clone();
        let key = ReleaseKey { cluster: environment.cluster.clone(), namespace: environment.namespace.clone(), name: release.clone() };
        Ok(Place { environment, key, service, owner })
    }

    /// A revision's body, or the answer that it is gone.
    pub(crate) async fn release_body_required(&self, key: &ReleaseKey, revision: u32) -> Result<ReleaseBody, AppError> {
        self.ports.clusters.release_body(key, revision).await?.ok_or_else(|| {
            AppError::not_found("revision", format!("{revision} of {}", key.name))
                .hint("Helm keeps only the newest revisions; the history shows which.")
        })
    }

    /// The operation at work on a release, whether or not a service is written down for it.
    async fn release_operation(&self, place: &Place) -> Result<Option<Operation>, AppError> {
        let Ok(name) = ServiceName::new(place.key.name.as_str()) else { return Ok(None) };
        Ok(self.store.operation_active(&place.environment.name, &name).await?)
    }

    /// The rollbacks of a release since it was last uninstalled, where its revisions began anew.
    async fn release_rollbacks(&self, place: &Place) -> Result<Vec<Operation>, AppError> {
        let Ok(name) = ServiceName::new(place.key.name.as_str()) else { return Ok(Vec::new()) };
        let all = self.store.operation_list_of(&place.environment.name, &name, OPERATIONS_MAX).await?;
        let since = all.into_iter().take_while(|operation| operation.request.kind() != OperationKind::Uninstall);
        Ok(since.filter(|operation| operation.request.kind() == OperationKind::Rollback).collect())
    }

    /// Which operation made each revision, and who asked for it. Helm copies labels from revision to revision: only the
    /// first that carries a number was made by that operation. Rollbacks carry none of their own: their record names them.
    async fn makers(&self, place: &Place, revisions: &[ReleaseRevision]) -> Result<HashMap<u32, (OperationId, UserName)>, AppError> {
        let mut seen = HashSet::new();
        let mut makers = HashMap::new();
        for revision in revisions {
            let Some(id) = revision.operation.filter(|id| seen.insert(*id)) else { continue };
            if let Some(operation) = self.store.operation_get(id).await?
                && operation.request.environment == place.environment.name
            {
                makers.insert(revision.revision, (id, operation.created_by));
            }
        }
        for operation in self.release_rollbacks(place).await? {
            let events = self.store.operation_event_list(operation.id, 0, EVENTS_MAX).await?;
            makers.extend(revisions_made(&events).into_iter().map(|revision| (revision, (operation.id, operation.created_by.clone()))));
        }
        Ok(makers)
    }

    async fn history_entry(
        &self,
        key: &ReleaseKey,
        revision: &ReleaseRevision,
        operation: Option<(OperationId, UserName)>,
    ) -> Result<HistoryEntry, AppError> {
        let body = match self.ports.clusters.release_body(key, revision.revision).await {
            Ok(body) => body,
            Err(error) if error.kind == domain::ErrorKind::Unavailable => return Err(error),
            Err(_) => None, // one that can't be read is still a line of the history
        };
        let description = body.as_ref().map(|body| body.description.clone()).unwrap_or_default();
        // Our own description names the operation a second time.
        let description = if description.starts_with("Slipway operation ") { String::new() } else { description };
        Ok(HistoryEntry {
            revision: revision.revision,
            status: revision.status,
            chart_version: body.as_ref().map(|body| body.chart_version.clone()),
            app_version: body.as_ref().and_then(|body| body.app_version.clone()),
            deployed_at: body.as_ref().and_then(|body| body.deployed_at),
            description,
            operation,
        })
    }
}

/// All objects of the hooks of a release.
fn hooks_read(body: &ReleaseBody, key: &ReleaseKey) -> Result<Vec<Rendered>, AppError> {
    let mut all = Vec::new();
    for hook in &body.hooks {
        all.extend(objects_read(&hook.manifest, &key.namespace, &format!("a hook of {}", key.name))?);
    }
    Ok(all)
}

#[async_trait]
impl Releases for Control {
    async fn release_history(&self, actor: &Actor, environment: &EnvironmentName, release: &ReleaseName) -> Result<ReleaseHistory, AppError> {
        self.may_read(actor)?;
        let place = self.release_place(environment, release).await?;
        let mut revisions = self.ports.clusters.release_revisions(&place.key).await?;
        let makers = self.makers(&place, &revisions).await?;
        revisions.reverse();
        revisions.truncate(HISTORY_MAX);
        let mut entries = Vec::new();
        for revision in &revisions {
            entries.push(self.history_entry(&place.key, revision, makers.get(&revision.revision).cloned()));
        }
        let entries = futures::future::try_join_all(entries).await?;
        let operation = self.release_operation(&place).await?.map(|operation| operation.id);
        let service = place.service.map(|service| service.name);
        Ok(ReleaseHistory {
            environment: place.environment,
            release: release.clone(),
            service,
            owner: place.owner,
            entries,
            operation,
            now: self.now(),
        })
    }

    async fn release_compare(
        &self,
        actor: &Actor,
        environment: &EnvironmentName,
        release: &ReleaseName,
        from: u32,
        to: u32,
    ) -> Result<ReleaseComparison, AppError> {
        self.may_read(actor)?;
        let place = self.release_place(environment, release).await?;
        let (old, new) = tokio::try_join!(self.release_body_required(&place.key, from), self.release_body_required(&place.key, to))?;
        Ok(ReleaseComparison {
            values: values_diff(Some(&old.values), &new.values),
            objects: sets_compare(&objects_of(&old, &place.key)?, &objects_of(&new, &place.key)?),
            hooks: sets_compare(&hooks_read(&old, &place.key)?, &hooks_read(&new, &place.key)?),
            environment: place.environment,
            release: release.clone(),
            from: PlanSide { revision: Some(from), ..side(&old) },
            to: PlanSide { revision: Some(to), ..side(&new) },
        })
    }

    async fn release_plan_deploy(&self, actor: &Actor, draft: DeployDraft) -> Result<ReleasePlan, AppError> {
        let (environment, request) = self.deploy_checked(actor, draft).await?;
        let OperationTask::Deploy(task) = &request.task else { return Err(AppError::internal("A deploy of something else.")) };
        let archive = self.ports.charts.fetch(&task.chart, &task.version).await?;
        let upgrade = HelmUpgrade {
            key: crate::release_key(&environment, &request.service),
            chart: archive.path,
            values: values_layers(task),
            operation: OperationId(0),
            description: String::new(),
            timeout_ms: 0,
        };
        self.plan_upgrade(environment, upgrade, &archive.digest).await
    }

    async fn release_plan_rollback(
        &self,
        actor: &Actor,
        environment: &EnvironmentName,
        release: &ReleaseName,
        to_revision: u32,
    ) -> Result<ReleasePlan, AppError> {
        let place = self.release_place(environment, release).await?;
        decide(actor, UseCase::Rollback, Some(&place.owner))?;
        let (base, body) = tokio::try_join!(self.release_base(&place.key), self.release_body_required(&place.key, to_revision))?;
        let live = match &base {
            Some(base) => self.objects_live(&place.key, &objects_of(&base.body, &place.key)?).await?,
            None => HashMap::new(),
        };
        let target = Target { revision: Some(to_revision), body: &body, deed: "rollback", chart_digest: None };
        self.plan_make(place.environment, &place.key, base, live, target).await
    }

    async fn release_removal(&self, actor: &Actor, environment: &EnvironmentName, release: &ReleaseName) -> Result<ReleaseRemoval, AppError> {
        self.may_read(actor)?;
        let place = self.release_place(environment, release).await?;
        let Some(base) = self.release_base(&place.key).await? else {
            return Err(AppError::not_found("release", format!("{release} in {environment}")).hint("Nothing is left to remove."));
        };
        let objects = objects_of(&base.body, &place.key)?;
        let live = self.objects_live(&place.key, &objects).await?;
        let (mut gone, mut kept, mut found) = (Vec::new(), Vec::new(), Vec::<Finding>::new());
        for rendered in objects {
            let Some(now) = live.get(&rendered.id).and_then(|tried| tried.live.as_ref()) else { continue };
            let stays = is_kept_by_policy(now) || is_kept_by_policy(&rendered.object);
            let fate = if stays { ObjectFate::Kept } else { ObjectFate::Removed };
            let change = ObjectChange { id: rendered.id, fate, diff: domain::diff::TextDiff::default() };
            found.extend(findings::of_removal(&change, now));
            if change.id.kind == "StatefulSet" && now["spec"]["volumeClaimTemplates"].as_array().is_some_and(|templates| !templates.is_empty()) {
                let sentence = format!("The volume claims of {} stay, with what is stored on them: Helm did not make them.", change.id);
                found.push(Finding { severity: Severity::Note, object: Some(change.id.clone()), sentence, hint: None });
            }
            if stays { kept.push(change.id) } else { gone.push(change.id) }
        }
        found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let pods = self.ports.clusters.release(&place.key).map_or(0, |live| live.pods.len());
        let base = PlanSide { revision: Some(base.revision), ..side(&base.body) };
        Ok(ReleaseRemoval {
            environment: place.environment,
            release: release.clone(),
            owner: place.owner,
            base,
            objects: gone,
            kept,
            findings: found,
            pods,
        })
    }

    async fn release_repair(&self, actor: &Actor, environment: &EnvironmentName, release: &ReleaseName, revision: u32) -> Result<(), AppError> {
        let place = self.release_place(environment, release).await?;
        decide(actor, UseCase::ReleaseRepair, Some(&place.owner))?;
        if let Some(operation) = self.release_operation(&place).await? {
            let message = format!("Operation {} is at work on {release} in {environment}.", operation.id);
            return Err(AppError::conflict(message).hint("It repairs the release by itself: wait for its end.").operation(operation.id));
        }
        let why = format!("Marked as failed by {}: an interrupted Helm left it pending", actor.user);
        if self.ports.clusters.release_unlock(&place.key, revision, &why).await? {
            tracing::info!(release.name = %release, user = %actor.user, "revision {revision} of {release} in {environment} was marked as failed by {}", actor.user);
            return Ok(());
        }
        Err(AppError::conflict(format!("Revision {revision} of {release} is not pending any more.")).hint("Load the history again."))
    }
}
