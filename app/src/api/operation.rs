//! Operations.

use domain::operation::{Operation, OperationDetail};
use leptos::prelude::*;

use super::{Answer, ApiError, Listed};
#[cfg(feature = "ssr")]
use {
    super::context::{answer, asked},
    super::environment::environment_name,
    super::release::release_name,
    super::service::service_name,
    domain::service::{DeployDraft, RollbackDraft, UninstallDraft},
    domain::{AppError, OperationId, Timestamp},
};

/// Writes a deploy down, and leads to its page.
#[server(prefix = "/api/ui", endpoint = "operation_deploy", output = Answer)]
pub async fn operation_deploy(
    environment: String,
    service: String,
    #[server(default)] version: String,
    #[server(default)] values: String,
) -> Result<(), ApiError> {
    let (actor, portal) = asked()?;
    // Browsers send text areas with CR LF (HTML standard, section 4.10.22.4).
    let values = values.replace("\r\n", "\n");
    let draft = DeployDraft { environment: environment_name(&environment)?, service: service_name(&service)?, version, values };
    let id = answer(portal.operations.operation_deploy(&actor, draft).await)?;
    leptos_axum::redirect(&format!("/operations/{id}"));
    Ok(())
}

/// Writes a rollback down, and leads to its page.
#[server(prefix = "/api/ui", endpoint = "operation_rollback", output = Answer)]
pub async fn operation_rollback(environment: String, release: String, from_revision: u32, to_revision: u32) -> Result<(), ApiError> {
    let (actor, portal) = asked()?;
    let draft = RollbackDraft { environment: environment_name(&environment)?, release: release_name(&release)?, from_revision, to_revision };
    let id = answer(portal.operations.operation_rollback(&actor, draft).await)?;
    leptos_axum::redirect(&format!("/operations/{id}"));
    Ok(())
}

/// Writes an uninstall down, and leads to its page.
#[server(prefix = "/api/ui", endpoint = "operation_uninstall", output = Answer)]
pub async fn operation_uninstall(
    environment: String,
    release: String,
    confirm_name: String,
    #[server(default)] keep_history: Option<String>,
) -> Result<(), ApiError> {
    let (actor, portal) = asked()?;
    // A tick box sends something or nothing.
    let keep_history = keep_history.is_some();
    let draft = UninstallDraft { environment: environment_name(&environment)?, release: release_name(&release)?, keep_history, confirm_name };
    let id = answer(portal.operations.operation_uninstall(&actor, draft).await)?;
    leptos_axum::redirect(&format!("/operations/{id}"));
    Ok(())
}

/// The newest first; `before` pages on.
#[server(prefix = "/api/ui", endpoint = "operation_list", output = Answer)]
pub async fn operation_list(before: Option<i64>) -> Result<Listed<Operation>, ApiError> {
    let (actor, portal) = asked()?;
    let items = answer(portal.operations.operation_list(&actor, before.map(OperationId)).await)?;
    Ok(Listed { items, now: Timestamp::now() })
}

/// One with its record.
#[server(prefix = "/api/ui", endpoint = "operation_get", output = Answer)]
pub async fn operation_get(id: String) -> Result<OperationDetail, ApiError> {
    let (actor, portal) = asked()?;
    let id = answer(id.parse().map(OperationId).map_err(|_| AppError::not_found("operation", &id)))?;
    answer(portal.operations.operation_get(&actor, id).await)
}

/// Asks one to stop; the page shows what comes of it.
#[server(prefix = "/api/ui", endpoint = "operation_cancel", output = Answer)]
pub async fn operation_cancel(id: i64) -> Result<(), ApiError> {
    let (actor, portal) = asked()?;
    answer(portal.operations.operation_cancel(&actor, OperationId(id)).await)
}
