//! The router: pages, server functions, REST, streams, files, and the layers around them.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::bail;
use app::api::CurrentActor;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::middleware;
use axum::routing::{get, post};
use domain::Actor;
use domain::service::Portal;
use leptos::context::{provide_context, use_context};
use leptos::nonce::Nonce;
use leptos::prelude::LeptosOptions;
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use tokio_util::sync::CancellationToken;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration as CookieDuration;
use tower_sessions::{Expiry, SessionManagerLayer};

use crate::auth::token::PortalToken;
use crate::config::ServeOptions;
use crate::wiring::World;
use crate::{auth, rest, security};

/// Largest request body: a values text of 256 KiB and its form around it.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// A request is answered within this, but for streams, whose head is.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);
/// A session ends after this long without a request.
const SESSION_IDLE: CookieDuration = CookieDuration::hours(12);

/// What handlers share.
#[derive(Clone, FromRef)]
pub(crate) struct AppState {
    pub(crate) leptos: LeptosOptions,
    pub(crate) portal: Portal,
    pub(crate) shutdown: CancellationToken,
}

/// Everything the portal answers.
pub(crate) fn router(
    options: &ServeOptions,
    world: &World,
    token: PortalToken,
    address: SocketAddr,
    shutdown: CancellationToken,
) -> anyhow::Result<Router> {
    if !options.site.join("pkg/slipway.wasm").exists() {
        bail!("{} does not hold the site: run `make site`, or name its folder with --site", options.site.display());
    }
    let leptos = LeptosOptions::builder().output_name("slipway").site_root(options.site.display().to_string()).site_addr(address).build();
    let state = AppState { leptos: leptos.clone(), portal: world.control.portal(), shutdown };
    let context = {
        let portal = state.portal.clone();
        move || context_provide(&portal)
    };
    let shell = {
        let leptos = leptos.clone();
        move || app::shell(leptos.clone())
    };
    let sessions = SessionManagerLayer::new(world.store.clone())
        .with_name("slipway")
        .with_secure(false) // loopback only: see `ServeOptions::listen_check`
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(SESSION_IDLE));

    let gate = auth::Gate { store: world.store.clone(), token };
    let signed = Router::new()
        .nest("/api/v1", rest::routes())
        .route("/sign-in", post(auth::demo::sign_in))
        .route("/sign-out", post(auth::demo::sign_out))
        .leptos_routes_with_context(&state, generate_route_list(app::App), context.clone(), shell)
        .fallback(leptos_axum::file_and_error_handler_with_context::<AppState, _>(context, app::shell))
        .layer(middleware::from_fn_with_state(gate, auth::actor_resolve))
        .layer(sessions);
    let mut router = Router::new().route("/healthz", get(|| async { "ok\n" })).merge(files(options)).merge(signed);
    if let Some(charts) = &options.charts {
        router = router.nest_service("/charts", ServeDir::new(charts));
    }
    Ok(router
        .layer(middleware::from_fn(security::origin_check))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::SERVICE_UNAVAILABLE, REQUEST_TIMEOUT))
        .layer(middleware::from_fn(security::headers_set))
        .with_state(state))
}

/// The site's files, compressed beforehand. The browser asks each time whether they changed.
fn files(options: &ServeOptions) -> Router<AppState> {
    let folder = |name: &str| ServeDir::new(options.site.join(name)).precompressed_br().precompressed_gzip();
    let file = |name: &str| tower_http::services::ServeFile::new(options.site.join(name)).precompressed_br().precompressed_gzip();
    let ask = SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Router::new()
        .nest_service("/pkg", folder("pkg"))
        .nest_service("/fonts", folder("fonts"))
        .route_service("/slipway.css", file("slipway.css"))
        .route_service("/theme.js", file("theme.js"))
        .route_service("/favicon.svg", file("favicon.svg"))
        .layer(ask)
}

/// What pages and server functions find in context: one closure for both.
fn context_provide(portal: &Portal) {
    let (actor, nonce) = match use_context::<Parts>() {
        Some(parts) => (parts.extensions.get::<Option<Actor>>().cloned().flatten(), parts.extensions.get::<Nonce>().cloned()),
        None => (None, None), // while the list of routes is made
    };
    provide_context(portal.clone());
    provide_context(CurrentActor(actor));
    if let Some(nonce) = nonce {
        provide_context(nonce);
    }
}
