//! The demo users: offered only on loopback, where no identity provider is configured (`ServeOptions::listen_check`).

use axum::Form;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::{Actor, AppError, Role, UserName};
use serde::Deserialize;
use store::Store;
use tower_sessions::Session;

use super::SESSION_USER;
use crate::rest::Problem;

/// Somebody to sign in as without a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DemoUser {
    Platform,
    Developer,
    Viewer,
}

impl DemoUser {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Platform => "demo-platform",
            Self::Developer => "demo-developer",
            Self::Viewer => "demo-viewer",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Platform, Self::Developer, Self::Viewer].into_iter().find(|user| user.name() == name)
    }

    /// The actor, with its teams as of now.
    pub(crate) async fn actor(self, store: &Store) -> Result<Actor, AppError> {
        let user = UserName::new(self.name())?;
        let role = match self {
            Self::Platform => Role::Platform,
            Self::Developer => Role::Developer,
            Self::Viewer => Role::Viewer,
        };
        Ok(Actor { teams: store.team_list_of(&user).await?, user, role })
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct SignIn {
    user: String,
    #[serde(default)]
    next: String,
}

/// `POST /sign-in`: begins a session under a fresh id.
pub(crate) async fn sign_in(session: Session, Form(form): Form<SignIn>) -> Response {
    let Some(user) = DemoUser::from_name(&format!("demo-{}", form.user)) else {
        return Problem(AppError::invalid(format!("There is no demo user “{}”.", form.user)).hint("Choose platform, developer or viewer."))
            .into_response();
    };
    let begun = async {
        session.cycle_id().await?;
        session.insert(SESSION_USER, user.name()).await
    };
    match begun.await {
        Ok(()) => Redirect::to(way_back(&form.next)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a session could not be begun");
            Problem(AppError::unavailable("The session could not be begun.").hint("Try again in a moment.")).into_response()
        }
    }
}

/// `POST /sign-out`: ends the session.
pub(crate) async fn sign_out(session: Session) -> Response {
    if let Err(error) = session.flush().await {
        tracing::error!(%error, "a session could not be ended");
    }
    Redirect::to("/sign-in").into_response()
}

/// Only a path of our own: `//host` and `/\host` would lead elsewhere.
fn way_back(next: &str) -> &str {
    let own = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if own { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_never_leads_to_another_site() {
        for bad in ["", "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nSet-Cookie: x"] {
            assert_eq!(way_back(bad), "/", "{bad}");
        }
        assert_eq!(way_back("/operations/3?x=1"), "/operations/3?x=1");
    }
}
