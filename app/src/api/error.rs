//! `AppError` on its way to the browser. It never carries the internals that Leptos's own error would show.

use std::fmt;

use domain::AppError;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use super::codec::JsonText;

/// What a server function answers when it fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApiError(pub AppError);

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for ApiError {}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        Self(error)
    }
}

/// The words for what fails between browser and server function.
fn words(error: &ServerFnErrorErr) -> AppError {
    match error {
        ServerFnErrorErr::Request(_) => AppError::unavailable("The portal can't be reached.").hint("Check the connection and try again."),
        ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
            AppError::invalid("The form could not be read.").hint("Load the page again and fill in the form once more.")
        }
        ServerFnErrorErr::Deserialization(_) | ServerFnErrorErr::Response(_) => {
            AppError::unavailable("The portal's answer could not be read.").hint("Load the page again: the portal may have been updated.")
        }
        _ => AppError::internal("The portal failed to answer.").hint("Try again. If it fails again, tell a platform engineer."),
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let error = words(&error);
        #[cfg(feature = "ssr")]
        super::context::status_set(&error);
        Self(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_failure_names_no_internals() {
        let error = ApiError::from_server_fn_error(ServerFnErrorErr::Request("TypeError: fetch failed at wasm:0x1".into()));
        assert_eq!(error.to_string(), "The portal can't be reached. Check the connection and try again.");
    }

    #[test]
    fn an_error_survives_its_way_to_the_browser() {
        let error = ApiError(AppError::conflict("There is a service “jobs” already.").field("name"));
        assert_eq!(ApiError::de(error.ser()), error);
    }
}
