//! Who looks at the pages. The server knows it from the request; the browser from the page it was sent.

use domain::access::{UseCase, decide};
use domain::{Actor, AppError, TeamName};
use leptos::prelude::*;

/// The signed-in actor, if anybody is; in context below [`crate::App`].
#[derive(Clone, Debug)]
pub struct Session(pub Option<Actor>);

/// Puts the session into context. Called once, at the root, so that hydration finds the same value.
pub(crate) fn session_provide() {
    provide_context(Session(SharedValue::new(current).into_inner()));
}

#[cfg(feature = "ssr")]
fn current() -> Option<Actor> {
    use_context::<crate::api::CurrentActor>().and_then(|current| current.0)
}

#[cfg(not(feature = "ssr"))]
fn current() -> Option<Actor> {
    None
}

/// Who is signed in.
pub(crate) fn session_actor() -> Option<Actor> {
    use_context::<Session>().and_then(|session| session.0)
}

/// What the use case will answer, known beforehand by the same rule: pages show it instead of a form that must fail.
/// The use case decides again; nothing rests on this.
pub(crate) fn session_may(use_case: UseCase, owner: Option<&TeamName>) -> Result<(), AppError> {
    decide(&session_actor().ok_or_else(AppError::unauthenticated)?, use_case, owner)
}
