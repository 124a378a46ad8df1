//! `/teams`: all teams.

use domain::access::UseCase;
use domain::team::Team;
use leptos::prelude::*;

use crate::api::team::team_list;
use crate::components::{Avatar, ButtonKind, Crumb, Empty, Icon, LinkButton, Page, PageHead, Panel, Row, Rows};
use crate::pages::loaded::loaded;
use crate::pages::words::counted;
use crate::session::session_may;

/// The list.
#[component]
pub fn TeamListPage() -> impl IntoView {
    let list = Resource::new(|| (), |()| team_list());
    let may = session_may(UseCase::TeamEdit, None).is_ok();
    let actions = move || may.then(|| view! { <LinkButton href="/teams/new" kind=ButtonKind::Main icon=Icon::Plus>"Create a team"</LinkButton> });
    view! {
        <Page crumbs=vec![Crumb::here("Teams")]>
            <PageHead title=|| "Teams" actions=actions>"People who own services and environments. Members may deploy what their team owns."</PageHead>
            {loaded(list, move |list| show(list, may))}
        </Page>
    }
}

fn show(list: Vec<Team>, may: bool) -> AnyView {
    if list.is_empty() {
        return view! { <Panel><Empty title="No teams yet" why="A platform engineer creates them; services and environments belong to one." icon=Icon::Teams/></Panel> }.into_any();
    }
    view! { <Panel><Rows>{list.into_iter().map(|team| row(team, may)).collect_view()}</Rows></Panel> }.into_any()
}

fn row(team: Team, may: bool) -> AnyView {
    let name = team.name.to_string();
    let members: Vec<String> = team.members.iter().map(ToString::to_string).collect();
    let words =
        if members.is_empty() { "nobody yet".to_owned() } else { format!("{}: {}", counted(members.len(), "member", "members"), members.join(", ")) };
    let href = format!("/teams/{name}/edit");
    let (letters, what) = (name.clone(), format!(" {name}"));
    let end = move || may.then(|| view! { <LinkButton href=href>"Edit"<span class="sr">{what}</span></LinkButton> });
    view! {
        <Row start=move || view! { <Avatar name=letters/> } end=end>
            <b>{name}</b>
            <small>{words}</small>
        </Row>
    }
    .into_any()
}
