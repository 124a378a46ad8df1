//! Environments.

use domain::environment::{self as records, Environment};
use domain::fleet as board;
use leptos::prelude::*;

use super::{Answer, ApiError};
#[cfg(feature = "ssr")]
use {
    super::context::{answer, asked},
    domain::environment::EnvironmentDraft,
    domain::{AppError, EnvironmentName},
};

/// A name from an address: one that breaks the rules names nothing.
#[cfg(feature = "ssr")]
pub(super) fn environment_name(text: &str) -> Result<EnvironmentName, ApiError> {
    answer(EnvironmentName::new(text).map_err(|_| AppError::not_found("environment", text)))
}

/// All, by kind and name.
#[server(prefix = "/api/ui", endpoint = "environment_list", output = Answer)]
pub async fn environment_list() -> Result<Vec<Environment>, ApiError> {
    let (actor, portal) = asked()?;
    answer(portal.environments.environment_list(&actor).await)
}

/// One with what is in it.
#[server(prefix = "/api/ui", endpoint = "environment_page", output = Answer)]
pub async fn environment_page(name: String) -> Result<board::EnvironmentPage, ApiError> {
    let (actor, portal) = asked()?;
    answer(portal.environments.environment_page(&actor, &environment_name(&name)?).await)
}

/// Makes one, and leads to its page.
#[server(prefix = "/api/ui", endpoint = "environment_create", output = Answer)]
pub async fn environment_create(
    name: String,
    kind: String,
    cluster: String,
    #[server(default)] namespace: String,
    team: String,
) -> Result<(), ApiError> {
    let (actor, portal) = asked()?;
    let draft = EnvironmentDraft { name, kind: answer(kind.parse())?, cluster, namespace, team };
    let made = answer(portal.environments.environment_create(&actor, draft).await)?;
    leptos_axum::redirect(&format!("/environments/{}", made.name));
    Ok(())
}

/// Changes kind and team, and leads to its page.
#[server(prefix = "/api/ui", endpoint = "environment_update", output = Answer)]
pub async fn environment_update(name: String, revision: i64, kind: String, team: String) -> Result<(), ApiError> {
    let (actor, portal) = asked()?;
    let draft = EnvironmentDraft { name, kind: answer(kind.parse())?, cluster: String::new(), namespace: String::new(), team };
    let changed = answer(portal.environments.environment_update(&actor, revision, draft).await)?;
    leptos_axum::redirect(&format!("/environments/{}", changed.name));
    Ok(())
}

/// What removing would take along.
#[server(prefix = "/api/ui", endpoint = "environment_removal", output = Answer)]
pub async fn environment_removal(name: String) -> Result<records::EnvironmentRemoval, ApiError> {
    let (actor, portal) = asked()?;
    answer(portal.environments.environment_removal(&actor, &environment_name(&name)?).await)
}

/// Removes one, and leads to the list.
#[server(prefix = "/api/ui", endpoint = "environment_remove", output = Answer)]
pub async fn environment_remove(name: String, confirm_name: String) -> Result<(), ApiError> {
    let (actor, portal) = asked()?;
    answer(portal.environments.environment_remove(&actor, &environment_name(&name)?, &confirm_name).await)?;
    leptos_axum::redirect("/environments");
    Ok(())
}
