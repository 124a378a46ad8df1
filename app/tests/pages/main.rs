//! Pages as the server writes them, on a fake portal: what a person without JavaScript reads, and which status they get.

mod fake;

use std::sync::LazyLock;

use app::api::CurrentActor;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::IntoResponse as _;
use domain::actor::{Actor, Role};
use domain::names::{TeamName, UserName};
use leptos::prelude::*;
use tokio::runtime::Runtime;

/// Largest page a test reads, in bytes.
const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// One runtime for all tests, as the server has one. With a runtime for each test, one run in four never ended (a page
/// waited without being woken); why was not found.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    // Also makes Leptos use tokio, as the server does at its start.
    let _routes = leptos_axum::generate_route_list(app::App);
    Runtime::new().unwrap()
});

/// Runs a test on the one runtime.
fn scenario(test: impl Future<Output = ()> + Send + 'static) {
    RUNTIME.block_on(async { tokio::spawn(test).await.unwrap() });
}

fn actor(role: Role) -> Actor {
    Actor { user: UserName::new("ada").unwrap(), role, teams: vec![TeamName::new("talent").unwrap()] }
}

fn context(role: Role) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        provide_context(fake::portal());
        provide_context(CurrentActor(Some(actor(role))));
    }
}

async fn page_as(role: Role, path: &str) -> (StatusCode, String) {
    let options = LeptosOptions::builder().output_name("slipway").build();
    let handler = leptos_axum::render_app_async_with_context(context(role), move || app::shell(options.clone()));
    let request = Request::builder().uri(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let response = handler(request).await;
    let status = response.status();
    let bytes = to_bytes(response.into_body(), PAGE_BYTES_MAX).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

async fn page(path: &str) -> (StatusCode, String) {
    page_as(Role::Platform, path).await
}

#[test]
fn the_fleet_says_in_words_what_needs_a_person() {
    scenario(async {
        let (status, html) = page("/").await;
        assert_eq!(status, StatusCode::OK);
        assert!(html.contains("1 service in 1 environment on 1 cluster."), "{html}");
        assert!(html.contains("1 thing needs a person."));
        assert!(html.contains("jobs in staging is degraded."));
        assert!(html.contains("<code>acme/jobs:3.1.0"));
        assert!(html.contains("<title>Fleet · Slipway</title>"));
        assert!(html.contains("ada"), "who is signed in");
    });
}

#[test]
fn no_page_writes_a_style_attribute() {
    scenario(async {
        for path in [
            "/",
            "/environments/staging",
            "/environments/staging/services/jobs",
            "/environments/staging/services/jobs/deploy",
            "/environments/staging/releases/jobs/history",
            "/environments/staging/releases/jobs/compare?from=1&to=2",
            "/environments/staging/releases/jobs/rollback/1",
            "/environments/staging/releases/jobs/uninstall",
            "/services/jobs/versions/3.1.0",
            "/services/jobs/compare?from=3.0.4&to=3.1.0",
            "/services/new?environment=staging&release=jobs",
            "/operations/7",
            "/clusters",
            "/teams",
            "/sign-in",
        ] {
            let (status, html) = page(path).await;
            assert_eq!(status, StatusCode::OK, "{path}: {html}");
            assert!(!html.contains(" style="), "{path}");
            assert_eq!(html.matches("<main").count(), 1, "{path}");
            assert_eq!(html.matches("<h1").count(), 1, "{path}");
        }
    });
}

#[test]
fn an_unknown_service_is_not_found() {
    scenario(async {
        let (status, html) = page("/environments/staging/services/payments").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(html.contains("There is no service “payments”."), "{html}");
    });
}

#[test]
fn a_name_that_breaks_the_rules_is_not_found() {
    scenario(async {
        let (status, _) = page("/environments/No%20Such").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn an_unknown_address_is_not_found() {
    scenario(async {
        let (status, html) = page("/nowhere").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(html.contains("There is no page at this address"));
    });
}

#[test]
fn the_deploy_form_works_without_javascript() {
    scenario(async {
        let (_, html) = page("/environments/staging/services/jobs/deploy?version=3.0.4").await;
        assert!(html.contains(r#"action="/api/ui/operation_deploy""#), "{html}");
        assert!(html.contains("Deploy 3.0.4 to staging"), "{html}");
        assert!(html.contains("&lt;/textarea&gt;"), "stored values are escaped");
        assert!(!html.contains("<script>alert"), "stored values are escaped");
    });
}

#[test]
fn going_back_shows_what_it_changes_before_the_button() {
    scenario(async {
        let (_, html) = page("/environments/staging/releases/jobs/rollback/1").await;
        assert!(html.contains("1 object changes, 1 hook runs; 4 objects stay as they are."), "{html}");
        assert!(html.contains("It was changed outside Helm."));
        assert!(html.contains("9e41 c07b 52d8 f3aa"), "the seal");
        assert!(html.contains(r#"action="/api/ui/operation_rollback""#) && html.contains("Roll back to 3.0.4"));
        assert!(html.contains("&lt;script&gt;alert(1)") && !html.contains("<script>alert"), "manifests are escaped");
    });
}

#[test]
fn the_history_offers_each_way_back_and_each_difference() {
    scenario(async {
        let (_, html) = page("/environments/staging/releases/jobs/history").await;
        assert!(html.contains(r#"href="/environments/staging/releases/jobs/rollback/1""#), "{html}");
        assert!(!html.contains("rollback/2"), "the newest is no way back");
        assert!(html.contains("compare?from=1&amp;to=2"), "{html}");
    });
}

#[test]
fn a_viewer_is_told_instead_of_shown_a_form_that_must_fail() {
    scenario(async {
        let (_, html) = page_as(Role::Viewer, "/environments/staging/services/jobs/deploy").await;
        assert!(html.contains("ada may not deploy this service."), "{html}");
        assert!(!html.contains("operation_deploy\""));
    });
}

#[test]
fn a_form_that_failed_without_javascript_shows_why() {
    scenario(async {
        let request = Request::builder()
            .method("POST")
            .uri("/api/ui/environment_remove")
            .header(header::ACCEPT, "text/html")
            .header(header::REFERER, "http://127.0.0.1/environments/staging/remove")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("name=staging&confirm_name=production"))
            .unwrap();
        let response = leptos_axum::handle_server_fns_with_context(context(Role::Platform), request).await.into_response();
        assert_eq!(response.status(), StatusCode::FOUND);
        let location = response.headers()[header::LOCATION].to_str().unwrap().to_owned();
        let (_, html) = page(location.strip_prefix("http://127.0.0.1").unwrap()).await;
        assert!(html.contains("“production” is not the environment's name."), "{location}\n{html}");
    });
}

#[test]
fn a_call_that_failed_has_the_status_of_its_kind() {
    scenario(async {
        let request = Request::builder()
            .method("POST")
            .uri("/api/ui/environment_remove")
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("name=staging&confirm_name=production"))
            .unwrap();
        let response = leptos_axum::handle_server_fns_with_context(context(Role::Platform), request).await.into_response();
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    });
}
