//! `/environments`: all environments.

use domain::environment::Environment;
use leptos::prelude::*;

use crate::api::environment::environment_list;
use crate::components::{ButtonKind, Crumb, Empty, Icon, LinkButton, Page, PageHead, Panel, Table, Tag};
use crate::pages::loaded::loaded;

/// The list.
#[component]
pub fn EnvironmentListPage() -> impl IntoView {
    let list = Resource::new(|| (), |()| environment_list());
    let actions = || view! { <LinkButton href="/environments/new" kind=ButtonKind::Main icon=Icon::Plus>"Create an environment"</LinkButton> };
    view! {
        <Page crumbs=vec![Crumb::here("Environments")]>
            <PageHead title=|| "Environments" actions=actions>"Places to run services: one namespace of one cluster each."</PageHead>
            {loaded(list, show)}
        </Page>
    }
}

fn show(list: Vec<Environment>) -> AnyView {
    if list.is_empty() {
        let action = || view! { <LinkButton href="/environments/new">"Create an environment"</LinkButton> };
        return view! { <Panel><Empty title="No environments yet" why="Create one to have a place for services." action=action icon=Icon::Environments/></Panel> }
            .into_any();
    }
    let head = || {
        view! {
            <th scope="col">"Environment"</th>
            <th scope="col">"Kind"</th>
            <th scope="col">"Cluster"</th>
            <th scope="col">"Namespace"</th>
            <th scope="col">"Team"</th>
        }
    };
    view! { <Panel><Table label="Environments" head=head>{list.into_iter().map(row).collect_view()}</Table></Panel> }.into_any()
}

fn row(environment: Environment) -> AnyView {
    let href = format!("/environments/{}", environment.name);
    view! {
        <tr>
            <th scope="row"><a href=href>{environment.name.to_string()}</a></th>
            <td><Tag>{environment.kind.as_str()}</Tag></td>
            <td>{environment.cluster.to_string()}</td>
            <td><code>{environment.namespace.to_string()}</code></td>
            <td>{environment.team.to_string()}</td>
        </tr>
    }
    .into_any()
}
