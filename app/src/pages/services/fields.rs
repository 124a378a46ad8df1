//! Fields that the forms of services share.

use std::collections::BTreeMap;

use domain::environment::EnvironmentKind;
use leptos::prelude::*;

use crate::components::{InputKind, Panel, PanelBody, TextArea, TextAreaKind, TextInput};
use crate::pages::form::{FormFailure, at_field};

/// The fields that show their own errors.
pub(super) const FIELDS: &[&str] = &[
    "name",
    "team",
    "repository",
    "chart",
    "default_values_preview",
    "default_values_development",
    "default_values_staging",
    "default_values_production",
];

/// Where the chart comes from.
#[component]
pub(super) fn ChartFields(
    /// The repository's address at first.
    #[prop(into)]
    repository: String,
    /// The chart's name at first.
    #[prop(into)]
    chart: String,
    /// The form's failure.
    failure: FormFailure,
) -> impl IntoView {
    view! {
        <TextInput name="repository" label="Chart repository" kind=InputKind::Url value=repository required=true placeholder="https://charts.example.com" hint="The folder that holds index.yaml; or oci:// and a registry; or file:// and a folder on the server." error=at_field(failure, "repository")/>
        <TextInput name="chart" label="Chart" kind=InputKind::Code value=chart autocomplete="off" hint="Its name in the repository. Empty: like the service." error=at_field(failure, "chart")/>
    }
}

/// A text area for each kind of environment.
#[component]
pub(super) fn DefaultFields(
    /// The texts at first.
    values: BTreeMap<EnvironmentKind, String>,
    /// The form's failure.
    failure: FormFailure,
) -> impl IntoView {
    let areas = EnvironmentKind::ALL
        .into_iter()
        .map(|kind| {
            let field = field_of(kind);
            let value = values.get(&kind).cloned().unwrap_or_default();
            let label = format!("For {}", kind.as_str());
            view! { <TextArea name=field label=label value=value kind=TextAreaKind::Code rows=5 error=at_field(failure, field)/> }
        })
        .collect_view();
    view! {
        <Panel title="Default values" end=|| view! { <small class="faint">"YAML, over the chart's own"</small> }>
            <PanelBody>
                <div class="form">{areas}</div>
            </PanelBody>
        </Panel>
    }
}

const fn field_of(kind: EnvironmentKind) -> &'static str {
    match kind {
        EnvironmentKind::Preview => "default_values_preview",
        EnvironmentKind::Development => "default_values_development",
        EnvironmentKind::Staging => "default_values_staging",
        EnvironmentKind::Production => "default_values_production",
    }
}
