//! The way of a request through [`actor_resolve`]: token, session, neither.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::routing::{get, post};
use axum::{Extension, Router, middleware};
use tower::ServiceExt as _;
use tower_sessions::SessionManagerLayer;

use super::*;

/// A portal of one page and one endpoint, which answer who asks.
struct Rig {
    _database: testkit::database::Database,
    _data: tempfile::TempDir,
    token: String,
    router: Router,
}

async fn who(Extension(actor): Extension<Option<Actor>>) -> String {
    actor.map_or_else(|| "nobody".to_owned(), |actor| actor.user.to_string())
}

async fn rig() -> Rig {
    let database = testkit::database::sqlite().await;
    let data = tempfile::tempdir().unwrap();
    let token = PortalToken::open(data.path()).unwrap();
    let gate = Gate { store: database.store(), token };
    let router = Router::new()
        .route("/api/v1/who", get(who))
        .route("/api/ui/who", get(who))
        .route("/sign-in", post(demo::sign_in))
        .layer(middleware::from_fn_with_state(gate, actor_resolve))
        .layer(SessionManagerLayer::new(database.store()).with_secure(false));
    let token = std::fs::read_to_string(data.path().join(token::TOKEN_FILE)).unwrap().trim().to_owned();
    Rig { _database: database, _data: data, token, router }
}

impl Rig {
    /// Status and text.
    async fn asked(&self, path: &str, headers: &[(&str, &str)]) -> (StatusCode, String) {
        let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        assert!(!parts.headers.contains_key("set-cookie"), "no session is begun by asking");
        if parts.status == StatusCode::UNAUTHORIZED {
            assert_eq!(parts.headers["content-type"], "application/problem+json");
        }
        (parts.status, String::from_utf8(axum::body::to_bytes(body, 10_000).await.unwrap().to_vec()).unwrap())
    }

    /// The cookie of a session as the demo's viewer.
    async fn session(&self) -> String {
        let request = Request::post("/sign-in").header("content-type", "application/x-www-form-urlencoded").body(Body::from("user=viewer")).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
    }
}

#[tokio::test]
async fn the_token_acts_as_the_demo_platform_user_even_beside_a_session() {
    let rig = rig().await;
    let bearer = format!("Bearer {}", rig.token);
    let session = rig.session().await;
    let platform = (StatusCode::OK, "demo-platform".to_owned());
    assert_eq!(rig.asked("/api/v1/who", &[("authorization", &bearer)]).await, platform);
    assert_eq!(rig.asked("/api/v1/who", &[("authorization", &bearer), ("cookie", &session)]).await, platform);
    assert_eq!(rig.asked("/api/v1/who", &[("cookie", &session)]).await, (StatusCode::OK, "demo-viewer".to_owned()));
}

#[tokio::test]
async fn a_wrong_token_is_refused_though_the_session_is_good() {
    let rig = rig().await;
    let session = rig.session().await;
    for wrong in ["Bearer wrong", "Bearer ", &rig.token, "Basic eDp5"] {
        let (status, text) = rig.asked("/api/v1/who", &[("authorization", wrong), ("cookie", &session)]).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{wrong}");
        assert!(text.contains("The token is not the portal's.") && !text.contains(&rig.token), "{text}");
    }
    assert_eq!(rig.asked("/api/v1/who", &[]).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_token_opens_nothing_but_the_api() {
    let rig = rig().await;
    let bearer = format!("Bearer {}", rig.token);
    assert_eq!(rig.asked("/api/ui/who", &[("authorization", &bearer)]).await, (StatusCode::OK, "nobody".to_owned()));
}
