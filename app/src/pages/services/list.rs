//! `/services`: everything deployable.

use domain::catalog::Service;
use leptos::prelude::*;

use crate::api::service::service_list;
use crate::components::{ButtonKind, Crumb, Empty, Icon, LinkButton, Page, PageHead, Panel, Table};
use crate::pages::loaded::loaded;

/// The list.
#[component]
pub fn ServiceListPage() -> impl IntoView {
    let list = Resource::new(|| (), |()| service_list());
    let actions = || view! { <LinkButton href="/services/new" kind=ButtonKind::Main icon=Icon::Plus>"Add a service"</LinkButton> };
    view! {
        <Page crumbs=vec![Crumb::here("Services")]>
            <PageHead title=|| "Services" actions=actions>"What can be deployed: a chart, and the team that owns it."</PageHead>
            {loaded(list, show)}
        </Page>
    }
}

fn show(list: Vec<Service>) -> AnyView {
    if list.is_empty() {
        let action = || view! { <LinkButton href="/services/new">"Add a service"</LinkButton> };
        return view! { <Panel><Empty title="No services yet" why="Add one with the address of its chart's repository." action=action icon=Icon::Catalog/></Panel> }.into_any();
    }
    let head = || {
        view! {
            <th scope="col">"Service"</th>
            <th scope="col">"Team"</th>
            <th scope="col">"Chart"</th>
            <th scope="col">"Defaults for"</th>
            <th scope="col"><span class="sr">"Actions"</span></th>
        }
    };
    view! { <Panel><Table label="Services" head=head>{list.into_iter().map(row).collect_view()}</Table></Panel> }.into_any()
}

fn row(service: Service) -> AnyView {
    let name = service.name.to_string();
    let kinds: Vec<&str> = service.default_values.keys().map(|kind| kind.as_str()).collect();
    let kinds = if kinds.is_empty() { "none".to_owned() } else { kinds.join(", ") };
    let (edit, remove) = (format!("/services/{name}/edit"), format!("/services/{name}/remove"));
    let board = format!("/?text={name}");
    let what = format!(" {name}");
    let of_remove = what.clone();
    view! {
        <tr>
            <th scope="row"><a href=board>{name}</a></th>
            <td>{service.team.to_string()}</td>
            <td><code>{service.chart.name}</code><small>{service.chart.repository}</small></td>
            <td>{kinds}</td>
            <td class="right">
                <span class="btns end">
                    <LinkButton href=remove kind=ButtonKind::Quiet>"Remove"<span class="sr">{of_remove}</span></LinkButton>
                    <LinkButton href=edit>"Edit"<span class="sr">{what}</span></LinkButton>
                </span>
            </td>
        </tr>
    }
    .into_any()
}
