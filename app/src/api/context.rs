//! What a server function finds in context, and how its failure becomes a status. Only on the server.

use domain::service::Portal;
use domain::{Actor, AppError};
use http::header::ACCEPT;
use http::request::Parts;
use http::{Method, StatusCode};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::ApiError;

/// Who sent the request; the server provides it.
#[derive(Clone, Debug)]
pub struct CurrentActor(pub Option<Actor>);

/// Who asks, and whom to ask.
pub(super) fn asked() -> Result<(Actor, Portal), ApiError> {
    let actor = use_context::<CurrentActor>().and_then(|current| current.0).ok_or_else(AppError::unauthenticated);
    let portal = use_context::<Portal>().ok_or_else(|| AppError::internal("The portal was not given its use cases."));
    Ok((answer(actor)?, answer(portal)?))
}

/// The answer as the browser gets it; a failure sets the status of its kind.
pub(super) fn answer<T>(result: Result<T, AppError>) -> Result<T, ApiError> {
    result.map_err(|error| {
        status_set(&error);
        ApiError(error)
    })
}

/// Sets the status of the error's kind. A form sent without JavaScript is led back to its page instead, with the
/// error in the address, and another status would hide that redirection.
pub(super) fn status_set(error: &AppError) {
    if plain_form() {
        return;
    }
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(error.kind.http_status())) {
        response.set_status(status);
    }
}

fn plain_form() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        let html = parts.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"));
        parts.method == Method::POST && html
    })
}
