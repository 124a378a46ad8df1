//! `/environments/:environment/edit`: change kind and team. Cluster and namespace stay.

use domain::access::UseCase;
use domain::environment::Environment;
use domain::team::Team;
use leptos::prelude::*;

use crate::api::environment::{EnvironmentUpdate, environment_page};
use crate::api::team::team_list;
use crate::components::{Button, ButtonKind, Buttons, LinkButton, Page, PageHead, Panel, PanelBody};
use crate::pages::address_part;
use crate::pages::form::{FormError, Hidden, PostForm, form_post};
use crate::pages::loaded::{Failure, loaded};
use crate::session::session_may;

use super::crumbs_below;
use super::fields::{KindField, TeamField};

/// The page.
#[component]
pub fn EnvironmentEditPage() -> impl IntoView {
    let name = address_part("environment");
    move || {
        let name = name.get();
        let asked = name.clone();
        let known = Resource::new(
            move || asked.clone(),
            |name| async {
                let environment = environment_page(name).await?.column.environment;
                let teams = team_list().await?;
                Ok((environment, teams))
            },
        );
        view! {
            <Page crumbs=crumbs_below(&name, "Edit")>
                {loaded(known, |(environment, teams)| match session_may(UseCase::EnvironmentEdit, Some(&environment.team)) {
                    Ok(()) => view! { <EditForm environment=environment teams=teams/> }.into_any(),
                    Err(error) => view! { <Failure error=error/> }.into_any(),
                })}
            </Page>
        }
    }
}

/// The form.
#[component]
fn EditForm(environment: Environment, teams: Vec<Team>) -> impl IntoView {
    let update = form_post::<EnvironmentUpdate>();
    let failure = update.failure();
    let name = environment.name.to_string();
    let title = format!("Edit {name}");
    let href = format!("/environments/{name}");
    view! {
        <PageHead title=move || title>{format!("Namespace {} of cluster {} stays.", environment.namespace, environment.cluster)}</PageHead>
        <PostForm post=update>
            <Hidden name="name" value=name.clone()/>
            <Hidden name="revision" value=environment.revision.to_string()/>
            <div class="form narrow">
                <FormError failure=failure fields=&["kind", "team"]/>
                <Panel>
                    <PanelBody>
                        <div class="form">
                            <KindField kind=environment.kind failure=failure/>
                            <TeamField teams=teams team=environment.team.to_string() failure=failure/>
                        </div>
                    </PanelBody>
                </Panel>
                <Buttons>
                    <Button kind=ButtonKind::Main busy=update.pending()>{format!("Save {name}")}</Button>
                    <LinkButton href=href kind=ButtonKind::Quiet>"Cancel"</LinkButton>
                </Buttons>
            </div>
        </PostForm>
    }
}
