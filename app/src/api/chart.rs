//! Charts: what a version holds, what differs between two, and a service guessed from a release.

use domain::catalog::ServiceDraft;
use domain::chart;
use leptos::prelude::*;

use super::{Answer, ApiError};
#[cfg(feature = "ssr")]
use {
    super::context::{answer, asked},
    super::environment::environment_name,
    super::release::release_name,
    super::service::service_name,
};

/// One version of a service's chart.
#[server(prefix = "/api/ui", endpoint = "chart_get", output = Answer)]
pub async fn chart_get(service: String, version: String) -> Result<chart::ChartPage, ApiError> {
    let (actor, portal) = asked()?;
    answer(portal.catalog.chart_get(&actor, &service_name(&service)?, &version).await)
}

/// What differs between two versions of it.
#[server(prefix = "/api/ui", endpoint = "chart_compare", output = Answer)]
pub async fn chart_compare(service: String, from: String, to: String) -> Result<chart::ChartComparison, ApiError> {
    let (actor, portal) = asked()?;
    answer(portal.catalog.chart_compare(&actor, &service_name(&service)?, &from, &to).await)
}

/// The service that a release not made here would be.
#[server(prefix = "/api/ui", endpoint = "service_guess", output = Answer)]
pub async fn service_guess(environment: String, release: String) -> Result<ServiceDraft, ApiError> {
    let (actor, portal) = asked()?;
    answer(portal.catalog.service_guess(&actor, &environment_name(&environment)?, &release_name(&release)?).await)
}
