//! `/environments/new`: create an environment.

use domain::cluster::ClusterSummary;
use domain::environment::EnvironmentKind;
use domain::team::Team;
use leptos::prelude::*;

use crate::api::cluster::cluster_list;
use crate::api::environment::EnvironmentCreate;
use crate::api::team::team_list;
use crate::components::{
    Button, ButtonKind, Buttons, Crumb, Empty, Icon, InputKind, LinkButton, Page, PageHead, Panel, PanelBody, Select, SelectOption, TextInput,
};
use crate::pages::form::{FormError, PostForm, at_field, form_post};
use crate::pages::loaded::loaded;
use crate::pages::words::cluster_word;
use crate::session::session_actor;

use super::fields::{KindField, TeamField};

/// The page.
#[component]
pub fn EnvironmentNewPage() -> impl IntoView {
    let known = Resource::new(
        || (),
        |()| async {
            let clusters = cluster_list().await?.items;
            let teams = team_list().await?;
            Ok((clusters, teams))
        },
    );
    view! {
        <Page crumbs=vec![Crumb::link("Environments", "/environments"), Crumb::here("New")]>
            <PageHead title=|| "Create an environment">"Slipway makes the namespace, or takes over one that is there."</PageHead>
            {loaded(known, |(clusters, teams)| view! { <NewForm clusters=clusters teams=teams/> })}
        </Page>
    }
}

/// The form, or what is needed before there can be one.
#[component]
fn NewForm(clusters: Vec<ClusterSummary>, teams: Vec<Team>) -> impl IntoView {
    let create = form_post::<EnvironmentCreate>();
    let failure = create.failure();
    if teams.is_empty() {
        let action = || view! { <LinkButton href="/teams/new" kind=ButtonKind::Main>"Create a team"</LinkButton> };
        return view! { <Panel><Empty title="No teams yet" why="An environment belongs to a team. Create one first." action=action icon=Icon::Teams/></Panel> }.into_any();
    }
    if clusters.is_empty() {
        return view! { <Panel><Empty title="No clusters" why="Slipway was given no cluster. Start it with a kubeconfig that has one." icon=Icon::Clusters/></Panel> }.into_any();
    }
    let options: Vec<_> = clusters
        .iter()
        .map(|cluster| SelectOption::new(cluster.name.as_str(), format!("{} ({})", cluster.name, cluster_word(&cluster.state))))
        .collect();
    let mine = session_actor().and_then(|actor| actor.teams.first().map(ToString::to_string)).unwrap_or_default();
    view! {
        <PostForm post=create>
            <div class="form narrow">
                <FormError failure=failure fields=&["name", "kind", "cluster", "namespace", "team"]/>
                <Panel>
                    <PanelBody>
                        <div class="form">
                            <TextInput name="name" label="Name" kind=InputKind::Code required=true autocomplete="off" placeholder="staging-eu" hint="Lower-case letters, digits and hyphens." error=at_field(failure, "name")/>
                            <KindField kind=EnvironmentKind::Development failure=failure/>
                            <TeamField teams=teams team=mine failure=failure/>
                            <Select name="cluster" label="Cluster" options=options error=at_field(failure, "cluster") required=true/>
                            <TextInput name="namespace" label="Namespace" kind=InputKind::Code autocomplete="off" hint="Empty: like the environment." error=at_field(failure, "namespace")/>
                        </div>
                    </PanelBody>
                </Panel>
                <Buttons>
                    <Button kind=ButtonKind::Main busy=create.pending()>"Create the environment"</Button>
                    <LinkButton href="/environments" kind=ButtonKind::Quiet>"Cancel"</LinkButton>
                </Buttons>
            </div>
        </PostForm>
    }
    .into_any()
}
