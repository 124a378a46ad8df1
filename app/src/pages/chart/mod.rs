//! A service's chart: one version opened, two compared.

mod compare;
mod screen;

pub use compare::ChartComparePage;
pub use screen::ChartPage;

use domain::chart::ChartMetadata;
use leptos::prelude::*;

use crate::components::{Button, Crumb, Panel, Select, SelectOption};

fn crumbs(service: &str, here: &str) -> Vec<Crumb> {
    vec![Crumb::link("Services", "/services"), Crumb::link(service, format!("/services/{service}/edit")), Crumb::here(here)]
}

/// "jobs 3.1.0, app 6.8.0".
fn words(metadata: &ChartMetadata) -> String {
    let app = metadata.app_version.as_ref().map(|app| format!(", app {app}")).unwrap_or_default();
    format!("{} {}{app}", metadata.name, metadata.version)
}

/// The form that compares any two versions.
#[component]
fn CompareForm(service: String, versions: Vec<String>, from: String, to: String) -> impl IntoView {
    let options: Vec<SelectOption> = versions.into_iter().map(SelectOption::from).collect();
    (options.len() > 1).then(|| {
        view! {
            <Panel title="Compare two versions">
                <form method="get" action=format!("/services/{service}/compare") class="body inline-form">
                    <Select name="from" label="From" options=options.clone() value=from/>
                    <Select name="to" label="To" options=options value=to/>
                    <Button>"Compare versions"</Button>
                </form>
            </Panel>
        }
    })
}
