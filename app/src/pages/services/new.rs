//! `/services/new`: add a service.

use std::collections::BTreeMap;

use domain::catalog::ServiceDraft;
use domain::team::Team;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::api::ApiError;
use crate::api::chart::service_guess;
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
    let query = use_query_map();
    let adopted = query.with_untracked(|query| Some((query.get_str("environment")?.to_owned(), query.get_str("release")?.to_owned())));
    let page = Resource::new(move || adopted.clone(), read);
    view! {
        <Page crumbs=vec![Crumb::link("Services", "/services"), Crumb::here("New")]>
            {loaded(page, |(teams, guess)| view! { <NewForm teams=teams guess=guess/> })}
        </Page>
    }
}

/// The teams to choose from, and what is guessed of a release that is to be adopted.
async fn read(adopted: Option<(String, String)>) -> Result<(Vec<Team>, Option<ServiceDraft>), ApiError> {
    let guess = match adopted {
        Some((environment, release)) => Some(service_guess(environment, release).await?),
        None => None,
    };
    Ok((team_list().await?, guess))
}

/// What the page is for.
fn head(guess: Option<&ServiceDraft>) -> AnyView {
    let Some(guess) = guess else {
        return view! { <PageHead title=|| "Add a service">"Nothing is deployed yet: Slipway looks whether the repository has the chart, and writes the service down."</PageHead> }
            .into_any();
    };
    let title = format!("Adopt {}", guess.name);
    let repository = if guess.repository.is_empty() {
        "No repository known here has its chart: say where it comes from."
    } else {
        "Its repository is a guess: look whether it is the right one."
    };
    view! { <PageHead title=move || title>"Nothing in the cluster is touched: from now on the release is deployed from here, with the values it has. " {repository}</PageHead> }.into_any()
}

/// The form, or what is needed before there can be one.
#[component]
fn NewForm(teams: Vec<Team>, guess: Option<ServiceDraft>) -> impl IntoView {
    let create = form_post::<ServiceCreate>();
    let failure = create.failure();
    if teams.is_empty() {
        let action = || view! { <LinkButton href="/teams/new" kind=ButtonKind::Main>"Create a team"</LinkButton> };
        return view! { <Panel><Empty title="No teams yet" why="A service belongs to a team. Create one first." action=action icon=Icon::Teams/></Panel> }.into_any();
    }
    let head = head(guess.as_ref());
    let guess = guess.unwrap_or_default();
    let mine = if guess.team.is_empty() { session_team() } else { guess.team };
    view! {
        {head}
        <PostForm post=create>
            <div class="form narrow">
                <FormError failure=failure fields=FIELDS/>
                <Panel>
                    <PanelBody>
                        <div class="form">
                            <TextInput name="name" label="Name" kind=InputKind::Code required=true autocomplete="off" placeholder="candidates" value=guess.name hint="Also the name of its releases." error=at_field(failure, "name")/>
                            <TeamField teams=teams team=mine failure=failure/>
                            <ChartFields repository=guess.repository chart=guess.chart failure=failure/>
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

/// The first of the person's own teams.
fn session_team() -> String {
    session_actor().and_then(|actor| actor.teams.first().map(ToString::to_string)).unwrap_or_default()
}
