//! Services.

use domain::catalog::Service;
use domain::fleet as board;
use leptos::prelude::*;

use super::{Answer, ApiError};
#[cfg(feature = "ssr")]
use {
    super::context::{answer, asked},
    super::environment::environment_name,
    domain::catalog::ServiceDraft,
    domain::environment::EnvironmentKind,
    domain::{AppError, ServiceName},
};

/// A name from an address: one that breaks the rules names nothing.
#[cfg(feature = "ssr")]
pub(super) fn service_name(text: &str) -> Result<ServiceName, ApiError> {
    answer(ServiceName::new(text).map_err(|_| AppError::not_found("service", text)))
}

/// The draft from the flat fields of a form; `values` in the order of `EnvironmentKind::ALL`.
#[cfg(feature = "ssr")]
fn draft_of(name: String, team: String, repository: String, chart: String, values: [String; 4]) -> ServiceDraft {
    // Browsers send text areas with CR LF (HTML standard, section 4.10.22.4).
    let values = values.map(|text| text.replace("\r\n", "\n"));
    let default_values = EnvironmentKind::ALL.into_iter().zip(values).filter(|(_, text)| !text.trim().is_empty()).collect();
    ServiceDraft { name, team, repository, chart, default_values }
}

/// All, by name.
#[server(prefix = "/api/ui", endpoint = "service_list", output = Answer)]
pub async fn service_list() -> Result<Vec<Service>, ApiError> {
    let (actor, portal) = asked()?;
    answer(portal.services.service_list(&actor).await)
}

/// One.
#[server(prefix = "/api/ui", endpoint = "service_get", output = Answer)]
pub async fn service_get(name: String) -> Result<Service, ApiError> {
    let (actor, portal) = asked()?;
    answer(portal.services.service_get(&actor, &service_name(&name)?).await)
}

/// One in an environment.
#[server(prefix = "/api/ui", endpoint = "service_page", output = Answer)]
pub async fn service_page(environment: String, name: String) -> Result<board::ServicePage, ApiError> {
    let (actor, portal) = asked()?;
    let (environment, name) = (environment_name(&environment)?, service_name(&name)?);
    answer(portal.services.service_page(&actor, &name, &environment).await)
}

/// Writes a new one down, and leads to the list.
#[server(prefix = "/api/ui", endpoint = "service_create", output = Answer)]
#[allow(clippy::too_many_arguments, reason = "the flat fields of one HTML form")]
pub async fn service_create(
    name: String,
    team: String,
    repository: String,
    #[server(default)] chart: String,
    #[server(default)] default_values_preview: String,
    #[server(default)] default_values_development: String,
    #[server(default)] default_values_staging: String,
    #[server(default)] default_values_production: String,
) -> Result<(), ApiError> {
    let (actor, portal) = asked()?;
    let values = [default_values_preview, default_values_development, default_values_staging, default_values_production];
    answer(portal.services.service_create(&actor, draft_of(name, team, repository, chart, values)).await)?;
    leptos_axum::redirect("/services");
    Ok(())
}

/// Changes one, and leads to the list.
#[server(prefix = "/api/ui", endpoint = "service_update", output = Answer)]
#[allow(clippy::too_many_arguments, reason = "the flat fields of one HTML form")]
pub async fn service_update(
    name: String,
    revision: i64,
    team: String,
    repository: String,
    #[server(default)] chart: String,
    #[server(default)] default_values_preview: String,
    #[server(default)] default_values_development: String,
    #[server(default)] default_values_staging: String,
    #[server(default)] default_values_production: String,
) -> Result<(), ApiError> {
    let (actor, portal) = asked()?;
    let values = [default_values_preview, default_values_development, default_values_staging, default_values_production];
    answer(portal.services.service_update(&actor, revision, draft_of(name, team, repository, chart, values)).await)?;
    leptos_axum::redirect("/services");
    Ok(())
}

/// Removes one from Slipway, and leads to the list.
#[server(prefix = "/api/ui", endpoint = "service_remove", output = Answer)]
pub async fn service_remove(name: String, confirm_name: String) -> Result<(), ApiError> {
    let (actor, portal) = asked()?;
    answer(portal.services.service_remove(&actor, &service_name(&name)?, &confirm_name).await)?;
    leptos_axum::redirect("/services");
    Ok(())
}
