//! Releases: history, comparison, plans, removal, repair.

use domain::plan;
use leptos::prelude::*;

use super::{Answer, ApiError};
#[cfg(feature = "ssr")]
use {
    super::context::{answer, asked},
    super::environment::environment_name,
    super::service::service_name,
    domain::service::DeployDraft,
    domain::{AppError, ReleaseName},
};

/// A name from an address: one that breaks the rules names nothing.
#[cfg(feature = "ssr")]
pub(super) fn release_name(text: &str) -> Result<ReleaseName, ApiError> {
    answer(ReleaseName::new(text).map_err(|_| AppError::not_found("release", text)))
}

/// The revisions that Helm keeps.
#[server(prefix = "/api/ui", endpoint = "release_history", output = Answer)]
pub async fn release_history(environment: String, release: String) -> Result<plan::ReleaseHistory, ApiError> {
    let (actor, portal) = asked()?;
    let (environment, release) = (environment_name(&environment)?, release_name(&release)?);
    answer(portal.releases.release_history(&actor, &environment, &release).await)
}

/// What differs between two revisions.
#[server(prefix = "/api/ui", endpoint = "release_compare", output = Answer)]
pub async fn release_compare(environment: String, release: String, from: u32, to: u32) -> Result<plan::ReleaseComparison, ApiError> {
    let (actor, portal) = asked()?;
    let (environment, release) = (environment_name(&environment)?, release_name(&release)?);
    answer(portal.releases.release_compare(&actor, &environment, &release, from, to).await)
}

/// What a deploy would change. Nothing runs.
#[server(prefix = "/api/ui", endpoint = "release_plan_deploy", output = Answer)]
pub async fn release_plan_deploy(environment: String, service: String, version: String, values: String) -> Result<plan::ReleasePlan, ApiError> {
    let (actor, portal) = asked()?;
    let draft = DeployDraft { environment: environment_name(&environment)?, service: service_name(&service)?, version, values };
    answer(portal.releases.release_plan_deploy(&actor, draft).await)
}

/// What going back to an earlier revision would change. Nothing runs.
#[server(prefix = "/api/ui", endpoint = "release_plan_rollback", output = Answer)]
pub async fn release_plan_rollback(environment: String, release: String, to_revision: u32) -> Result<plan::ReleasePlan, ApiError> {
    let (actor, portal) = asked()?;
    let (environment, release) = (environment_name(&environment)?, release_name(&release)?);
    answer(portal.releases.release_plan_rollback(&actor, &environment, &release, to_revision).await)
}

/// What removing it would take along.
#[server(prefix = "/api/ui", endpoint = "release_removal", output = Answer)]
pub async fn release_removal(environment: String, release: String) -> Result<plan::ReleaseRemoval, ApiError> {
    let (actor, portal) = asked()?;
    let (environment, release) = (environment_name(&environment)?, release_name(&release)?);
    answer(portal.releases.release_removal(&actor, &environment, &release).await)
}

/// Marks a revision that was left pending as failed, and leads back to the history.
#[server(prefix = "/api/ui", endpoint = "release_repair", output = Answer)]
pub async fn release_repair(environment: String, release: String, revision: u32) -> Result<(), ApiError> {
    let (actor, portal) = asked()?;
    let (environment, release) = (environment_name(&environment)?, release_name(&release)?);
    answer(portal.releases.release_repair(&actor, &environment, &release, revision).await)?;
    leptos_axum::redirect(&format!("/environments/{environment}/releases/{release}/history"));
    Ok(())
}
