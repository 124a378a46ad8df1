//! `/services/:service/versions/:version`: what a version of the chart holds.

use domain::chart::{ChartContents, ChartDependency, ChartPage as Payload};
use leptos::prelude::*;

use super::{CompareForm, crumbs, words};
use crate::api::chart::chart_get;
use crate::components::{Empty, Fact, Facts, Icon, Notice, Page, PageHead, Panel, PanelBody, Row, Rows, Tag, Tone};
use crate::pages::address_part;
use crate::pages::loaded::loaded;
use crate::pages::words::counted;

/// The page.
#[component]
pub fn ChartPage() -> impl IntoView {
    let (service, version) = (address_part("service"), address_part("version"));
    move || {
        let (service, version) = (service.get(), version.get());
        let asked = (service.clone(), version.clone());
        let page = Resource::new(move || asked.clone(), |(service, version)| chart_get(service, version));
        view! {
            <Page crumbs=crumbs(&service, &version)>
                {loaded(page, |page| view! { <Screen page=page/> })}
            </Page>
        }
    }
}

#[component]
fn Screen(page: Payload) -> impl IntoView {
    let Payload { service, contents, readme_html, republished, versions } = page;
    let title = words(&contents.metadata);
    let description = contents.metadata.description.clone().unwrap_or_default();
    let version = contents.metadata.version.clone();
    let before = versions.iter().position(|known| *known == version).and_then(|place| versions.get(place + 1)).cloned().unwrap_or_default();
    let readme = if readme_html.is_empty() {
        view! { <Empty title="No README" why="The chart has none." icon=Icon::Catalog/> }.into_any()
    } else {
        view! { <div class="body prose" inner_html=readme_html></div> }.into_any()
    };
    let schema = contents.schema.clone().map(|schema| text_panel("Schema of the values", schema));
    view! {
        <PageHead title=move || title>{description}</PageHead>
        {notices(&contents, republished)}
        <div class="split">
            <div class="stack">
                <Panel title="README">{readme}</Panel>
                {text_panel("Default values", contents.values.clone())}
                {schema}
                <CompareForm service=service.name.to_string() versions=versions from=before to=version/>
            </div>
            <aside class="stack" aria-label="About the chart">
                <About contents=contents.clone() repository=service.chart.repository/>
                <Files contents=contents/>
            </aside>
        </div>
    }
}

fn notices(contents: &ChartContents, republished: bool) -> AnyView {
    let missing = contents.dependencies_missing().join(", ");
    let missing = (!missing.is_empty()).then(|| {
        let title = format!("It lacks charts it depends on: {missing}.");
        view! { <Notice tone=Tone::Bad title=move || title><p>"Helm refuses to deploy it. Run `helm dependency build` before it is packaged, and publish it again."</p></Notice> }
    });
    let again = republished.then(|| {
        view! { <Notice tone=Tone::Warn title=|| "This version was published again with other contents."><p>"What was deployed earlier under this number may differ from what is deployed now."</p></Notice> }
    });
    let deprecated = contents.metadata.deprecated.then(|| view! { <Notice tone=Tone::Warn title=|| "Its author calls the chart deprecated."/> });
    let omitted = contents.omitted.clone();
    let omitted =
        (!omitted.is_empty()).then(|| view! { <Notice tone=Tone::None title=|| "Not everything is shown."><p>{omitted.join(" ")}</p></Notice> });
    view! { {missing} {again} {deprecated} {omitted} }.into_any()
}

fn text_panel(title: &'static str, text: String) -> AnyView {
    let lines = counted(text.lines().count(), "line", "lines");
    view! { <Panel title=title end=move || view! { <small class="faint">{lines}</small> }><pre class="yaml-block" tabindex="0">{text}</pre></Panel> }
        .into_any()
}

/// What `Chart.yaml` says.
#[component]
fn About(contents: ChartContents, repository: String) -> impl IntoView {
    let ChartContents { metadata, digest, .. } = contents;
    let optional = |name: &'static str, value: Option<String>| value.map(|value| view! { <Fact name=name>{value}</Fact> });
    let people: Vec<String> = metadata.maintainers.iter().map(|person| person.name.clone()).collect();
    let people = (!people.is_empty()).then(|| people.join(", "));
    let home = metadata.home.clone().map(|home| {
        let href = home.clone();
        // An address of another kind may be a script: it is shown, not linked.
        if home.starts_with("https://") || home.starts_with("http://") {
            view! { <Fact name="Home"><a href=href rel="external noreferrer">{home}</a></Fact> }.into_any()
        } else {
            view! { <Fact name="Home">{home}</Fact> }.into_any()
        }
    });
    let dependencies = (!metadata.dependencies.is_empty()).then(|| {
        let rows = metadata.dependencies.into_iter().map(dependency_row).collect_view();
        view! { <Panel title="Depends on"><Rows>{rows}</Rows></Panel> }
    });
    view! {
        <Panel title="About">
            <Facts>
                <Fact name="Version"><code>{metadata.version}</code></Fact>
                {optional("App version", metadata.app_version)}
                {optional("Kubernetes", metadata.kube_version)}
                <Fact name="From"><code>{repository}</code></Fact>
                {optional("Maintainers", people)}
                {home}
                <Fact name="Digest"><code>{digest}</code></Fact>
            </Facts>
        </Panel>
        {dependencies}
    }
}

fn dependency_row(dependency: ChartDependency) -> AnyView {
    let tag = if dependency.present { ("packed", Tone::None) } else { ("missing", Tone::Bad) };
    let end = move || view! { <Tag tone=tag.1>{tag.0}</Tag> };
    let when = dependency.condition.map(|condition| view! { <small>"if " <code>{condition}</code></small> });
    view! { <Row end=end><code>{dependency.name}</code> " " {dependency.version} {when}</Row> }.into_any()
}

/// The files, with their sizes.
#[component]
fn Files(contents: ChartContents) -> impl IntoView {
    let count = contents.files.len();
    let rows = contents.files.into_iter().map(|file| view! { <li><code>{file.path}</code></li> }).collect_view();
    view! {
        <Panel title="Files" end=move || view! { <small class="faint">{count}</small> }>
            <PanelBody><ul class="list small">{rows}</ul></PanelBody>
        </Panel>
    }
}
