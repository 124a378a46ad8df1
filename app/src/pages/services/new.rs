//! `/services/new`: add a service.

use std::collections::BTreeMap;

use domain::team::Team;
use leptos::prelude::*;

use crate::api::service::ServiceCreate;
use crate::api::team::team_list;
use crate::components::{Button, ButtonKind, Buttons, Crumb, Empty, Icon, InputKind, LinkButton, Page, PageHead, Panel, PanelBody, TextInput};
use crate::pages::environments::TeamField;
use crate::pages::form::{FormError, PostForm, at_field, form_post};
use crate::pages::loaded::loaded;
use crate::session::session_actor;

use super::fields::{ChartFields, DefaultFields, FIELDS};

/// The page.
#[component]
pub fn ServiceNewPage() -> impl IntoView {
    let teams = Resource::new(|| (), |()| team_list());
    view! {
        <Page crumbs=vec![Crumb::link("Services", "/services"), Crumb::here("New")]>
            <PageHead title=|| "Add a service">"Nothing is deployed yet: Slipway looks whether the repository has the chart, and writes the service down."</PageHead>
            {loaded(teams, |teams| view! { <NewForm teams=teams/> })}
        </Page>
    }
}

/// The form, or what is needed before there can be one.
#[component]
fn NewForm(teams: Vec<Team>) -> impl IntoView {
    let create = form_post::<ServiceCreate>();
    let failure = create.failure();
    if teams.is_empty() {
        let action = || view! { <LinkButton href="/teams/new" kind=ButtonKind::Main>"Create a team"</LinkButton> };
        return view! { <Panel><Empty title="No teams yet" why="A service belongs to a team. Create one first." action=action icon=Icon::Teams/></Panel> }.into_any();
    }
    let mine = session_actor().and_then(|actor| actor.teams.first().map(ToString::to_string)).unwrap_or_default();
    view! {
        <PostForm post=create>
            <div class="form narrow">
                <FormError failure=failure fields=FIELDS/>
                <Panel>
                    <PanelBody>
                        <div class="form">
                            <TextInput name="name" label="Name" kind=InputKind::Code required=true autocomplete="off" placeholder="candidates" hint="Also the name of its releases." error=at_field(failure, "name")/>
                            <TeamField teams=teams team=mine failure=failure/>
                            <ChartFields repository="" chart="" failure=failure/>
                        </div>
                    </PanelBody>
                </Panel>
                <DefaultFields values=BTreeMap::new() failure=failure/>
                <Buttons>
                    <Button kind=ButtonKind::Main busy=create.pending()>"Add the service"</Button>
                    <LinkButton href="/services" kind=ButtonKind::Quiet>"Cancel"</LinkButton>
                </Buttons>
            </div>
        </PostForm>
    }
    .into_any()
}
