//! Who is asking: from the session cookie or the portal's token to an [`Actor`], and the way to the sign-in page.

pub(crate) mod demo;
pub(crate) mod token;

#[cfg(test)]
mod gate_tests;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::{Actor, AppError};
use store::Store;
use tower_sessions::Session;

use self::demo::DemoUser;
use self::token::{PortalToken, Presented};
use crate::rest::Problem;

/// The key in the session under which the signed-in user's name is kept.
const SESSION_USER: &str = "user";

/// What it takes to tell who is asking.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) store: Store,
    pub(crate) token: PortalToken,
}

/// Resolves token or session and puts `Option<Actor>` into the request. Pages without one lead to the sign-in page.
pub(crate) async fn actor_resolve(State(gate): State<Gate>, session: Session, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // Pages don't look at `Authorization`: a browser has no business with the token.
    let presented = if path.starts_with("/api/v1/") { gate.token.presented(request.headers()) } else { Presented::Nothing };
    let resolved = match presented {
        Presented::Right => DemoUser::Platform.actor(&gate.store).await.map(Some),
        Presented::Wrong => return token_refused(),
        Presented::Nothing => actor_of(&gate.store, &session).await,
    };
    let actor = match resolved {
        Ok(actor) => actor,
        Err(error) => return Problem(error).into_response(),
    };
    let open = path == "/sign-in" || path == "/sign-out" || path.starts_with("/api/ui/");
    if actor.is_none() && !open {
        if path.starts_with("/api/") {
            return Problem(AppError::unauthenticated()).into_response();
        }
        if request.method() == Method::GET && wants_html(request.headers()) {
            let next = request.uri().path_and_query().map_or("/", |p| p.as_str());
            return Redirect::to(&format!("/sign-in?next={}", encoded(next))).into_response();
        }
    }
    request.extensions_mut().insert(actor);
    next.run(request).await
}

/// 401 with the scheme that is wanted (RFC 9110, section 11.6.1).
fn token_refused() -> Response {
    let error = AppError { message: "The token is not the portal's.".to_owned(), ..AppError::unauthenticated() };
    let mut response = Problem(error.hint("The portal keeps it as `token` in its data folder.")).into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

async fn actor_of(store: &Store, session: &Session) -> Result<Option<Actor>, AppError> {
    let unreadable = |e| {
        tracing::error!(error = %e, "a session could not be read");
        AppError::unavailable("Your session could not be read.").hint("Try again in a moment.")
    };
    let Some(name) = session.get::<String>(SESSION_USER).await.map_err(unreadable)? else { return Ok(None) };
    match DemoUser::from_name(&name) {
        Some(user) => Ok(Some(user.actor(store).await?)),
        None => Ok(None),
    }
}

fn wants_html(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_none_or(|accept| accept.contains("text/html") || accept.contains("*/*"))
}

/// Percent-encodes what may not stand in a query value (RFC 3986, section 3.4).
fn encoded(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() || b"-._~/".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_survives_the_sign_in_page() {
        assert_eq!(encoded("/environments/a?x=1&y=ä"), "/environments/a%3Fx%3D1%26y%3D%C3%A4");
    }
}
