//! `/environments/:environment/services/:service/deploy`: choose a version, look at the values, deploy.

use domain::access::UseCase;
use domain::cluster::ClusterState;
use domain::fleet::ServicePage;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::api::operation::OperationDeploy;
use crate::api::service::service_page;
use crate::components::{Button, ButtonKind, Crumb, LinkButton, Notice, Page, PageHead, Panel, PanelBody, TextArea, TextAreaKind, Tone};
use crate::pages::address_part;
use crate::pages::form::{FormError, FormFailure, Hidden, PostForm, at_field, form_post};
use crate::pages::loaded::{Failure, loaded};
use crate::pages::plan::LivePlan;
use crate::pages::words::ms;
use crate::session::session_may;

use super::choice::{button_words, chosen_first, step_words};
use super::versions::VersionChoices;

/// The form.
#[component]
pub fn DeployPage() -> impl IntoView {
    let (environment, service) = (address_part("environment"), address_part("service"));
    move || {
        let (environment, service) = (environment.get(), service.get());
        let asked = (environment.clone(), service.clone());
        let page = Resource::new(move || asked.clone(), |(environment, service)| service_page(environment, service));
        let environment_href = format!("/environments/{environment}");
        let service_href = format!("{environment_href}/services/{service}");
        let crumbs =
            vec![Crumb::link("Fleet", "/"), Crumb::link(environment, environment_href), Crumb::link(service, service_href), Crumb::here("Deploy")];
        view! {
            <Page crumbs=crumbs>
                {loaded(page, show)}
            </Page>
        }
    }
}

/// The form, or why this person may not fill it in.
fn show(page: ServicePage) -> AnyView {
    match session_may(UseCase::Deploy, Some(&page.service.team)) {
        Ok(()) => view! { <DeployForm page=page/> }.into_any(),
        Err(error) => view! { <Failure error=error/> }.into_any(),
    }
}

/// Version, values, and the button.
#[component]
fn DeployForm(page: ServicePage) -> impl IntoView {
    let deploy = form_post::<OperationDeploy>();
    let failure = deploy.failure();
    let query = use_query_map();
    let wanted = query.with_untracked(|query| query.get_str("version").map(str::to_owned));
    let chosen = RwSignal::new(chosen_first(&page.versions, wanted.as_deref()));
    chosen_follow(chosen);
    let running = page.cell.release.as_ref().and_then(|release| release.chart_version.clone());
    let environment = page.column.environment.name.to_string();
    let service = page.service.name.to_string();
    let place = environment.clone();
    let title = format!("Deploy {service}");
    let chart = page.service.chart.clone();
    let defaults = page.service.default_values.get(&page.column.environment.kind).cloned().unwrap_or_default();
    let none = page.versions.is_empty();
    let values = RwSignal::new(page.values.clone());
    let plan = LivePlan::follow(environment.clone(), service.clone(), chosen, values);
    view! {
        <PageHead title=move || view! { {title} " " <span class="faint">{format!("to {place}")}</span> }>
            "Chart " <code>{chart.name}</code> " from " <code>{chart.repository}</code>
        </PageHead>
        {cluster_notice(&page)}
        {under_way(&page)}
        <FormError failure=failure fields=&["values"]/>
        <PostForm post=deploy>
            <Hidden name="environment" value=environment.clone()/>
            <Hidden name="service" value=service.clone()/>
            <div class="split">
                <div class="stack">
                    <VersionChoices versions=page.versions.clone() unknown_because=page.versions_unknown_because.clone() running=running.clone() chosen=chosen now_ms=ms(page.now)/>
                    <ValuesPanel environment=environment.clone() service=service values=values defaults=defaults kind=page.column.environment.kind.as_str() failure=failure/>
                    {plan.view()}
                </div>
                <aside class="stack" aria-label="What happens next">
                    <NextPanel page=page running=running chosen=chosen/>
                    {plan.aside()}
                    <div class="btns end">
                        <Button kind=ButtonKind::Main busy=deploy.pending() disabled=none>{move || button_words(&chosen.get(), &environment)}</Button>
                    </div>
                </aside>
            </div>
        </PostForm>
    }
}

/// What a person chose before hydration, or the browser remembered, is what is chosen.
fn chosen_follow(chosen: RwSignal<String>) {
    Effect::new(move |_| {
        use leptos::wasm_bindgen::JsCast as _;
        let checked = document().query_selector("input[name=version]:checked").ok().flatten();
        if let Some(input) = checked.and_then(|element| element.dyn_into::<leptos::web_sys::HtmlInputElement>().ok()) {
            chosen.set(input.value());
        }
    });
}

/// Why a deploy can't begin now, if the cluster can't be reached.
fn cluster_notice(page: &ServicePage) -> Option<AnyView> {
    let (ClusterState::Away { reason, .. } | ClusterState::Refused { reason, .. }) = &page.column.cluster_state else { return None };
    let title = format!("Cluster {} can't be used now, so a deploy would fail.", page.column.environment.cluster);
    let reason = reason.clone();
    Some(view! { <Notice tone=Tone::Warn title=move || title><p>{reason}</p></Notice> }.into_any())
}

/// The operation that must end first.
fn under_way(page: &ServicePage) -> Option<AnyView> {
    let id = page.cell.operation?;
    let title = format!("{} is being deployed to {} already.", page.cell.service, page.cell.environment);
    let action = move || view! { <LinkButton href=format!("/operations/{id}")>{format!("Open operation {id}")}</LinkButton> };
    Some(view! { <Notice tone=Tone::Run title=move || title action=action><p>"Wait for its end, or cancel it."</p></Notice> }.into_any())
}

/// The environment's own values, and the service's defaults below them.
#[component]
fn ValuesPanel(
    environment: String,
    service: String,
    values: RwSignal<String>,
    defaults: String,
    kind: &'static str,
    failure: FormFailure,
) -> impl IntoView {
    let label = format!("Values of {environment}");
    let hint = "YAML, over the defaults below. What is not written here comes from there, and then from the chart.";
    let defaults = if defaults.trim().is_empty() {
        view! { <p class="mute">{format!("{service} has no default values for {kind}.")}</p> }.into_any()
    } else {
        view! {
            <details class="defaults" open>
                <summary>{format!("Defaults of {service} for {kind}")}</summary>
                <pre class="yaml-block" tabindex="0">{defaults}</pre>
            </details>
        }
        .into_any()
    };
    view! {
        <Panel title="Values">
            <PanelBody>
                <TextArea name="values" label=label live=values kind=TextAreaKind::Code rows=10 hint=hint error=at_field(failure, "values")/>
                {defaults}
            </PanelBody>
        </Panel>
    }
}

/// What pressing the button does.
#[component]
fn NextPanel(page: ServicePage, running: Option<String>, chosen: RwSignal<String>) -> impl IntoView {
    let ServicePage { column, versions, .. } = page;
    let environment = column.environment.name.to_string();
    let (cluster, namespace) = (column.environment.cluster.to_string(), column.environment.namespace.to_string());
    let what = move || step_words(&versions, running.as_deref(), &chosen.get(), &environment);
    view! {
        <Panel title="What happens next">
            <PanelBody>
                <ol class="next">
                    <li><b>"Prepare"</b><span>{format!("the chart is fetched and sealed; namespace {namespace} of {cluster} is made sure of")}</span></li>
                    <li><b>"Apply with Helm"</b><span>{what}</span></li>
                    <li><b>"Watch the rollout"</b><span>"until all pods are ready, or it is clear why they will not be"</span></li>
                </ol>
            </PanelBody>
        </Panel>
    }
}
