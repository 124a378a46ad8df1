//! `/teams/:team/edit`: change the members, or remove a team that owns nothing.

use domain::AppError;
use domain::access::UseCase;
use domain::team::Team;
use leptos::prelude::*;

use crate::api::team::{TeamRemove, TeamUpdate, team_list};
use crate::components::{Button, ButtonKind, Buttons, ConfirmDialog, Crumb, LinkButton, Page, PageHead, Panel, PanelBody};
use crate::pages::address_part;
use crate::pages::form::{FormError, Hidden, PostForm, form_post};
use crate::pages::loaded::{Failure, loaded};
use crate::session::session_may;

use super::MembersField;

/// The page.
#[component]
pub fn TeamEditPage() -> impl IntoView {
    let name = address_part("team");
    move || {
        let name = name.get();
        let teams = Resource::new(|| (), |()| team_list());
        let wanted = name.clone();
        let show = move |teams: Vec<Team>| {
            let found = teams.into_iter().find(|team| team.name.as_str() == wanted).ok_or_else(|| AppError::not_found("team", &wanted));
            match session_may(UseCase::TeamEdit, None).and(found) {
                Ok(team) => view! { <EditForm team=team/> }.into_any(),
                Err(error) => view! { <Failure error=error/> }.into_any(),
            }
        };
        view! { <Page crumbs=vec![Crumb::link("Teams", "/teams"), Crumb::here(name)]>{loaded(teams, show)}</Page> }
    }
}

/// The form, and the way to remove the team.
#[component]
fn EditForm(team: Team) -> impl IntoView {
    let update = form_post::<TeamUpdate>();
    let failure = update.failure();
    let name = team.name.to_string();
    let title = name.clone();
    let members: Vec<String> = team.members.iter().map(ToString::to_string).collect();
    let of_remove = name.clone();
    view! {
        <PageHead title=move || title actions=move || view! { <RemoveTeam name=of_remove/> }>"Its members may deploy and change what the team owns."</PageHead>
        <PostForm post=update>
            <Hidden name="name" value=name.clone()/>
            <div class="form narrow">
                <FormError failure=failure fields=&["members"]/>
                <Panel>
                    <PanelBody>
                        <MembersField members=members.join("\n") failure=failure/>
                    </PanelBody>
                </Panel>
                <Buttons>
                    <Button kind=ButtonKind::Main busy=update.pending()>{format!("Save {name}")}</Button>
                    <LinkButton href="/teams" kind=ButtonKind::Quiet>"Cancel"</LinkButton>
                </Buttons>
            </div>
        </PostForm>
    }
}

/// The button that asks before it removes.
#[component]
fn RemoveTeam(name: String) -> impl IntoView {
    let remove = form_post::<TeamRemove>();
    let failure = remove.failure();
    view! {
        <ConfirmDialog id="remove-team" open_label=format!("Remove {name}") title=format!("Remove {name}?") kind=ButtonKind::Quiet>
            <p>"It works only for a team that owns no services and no environments."</p>
            <PostForm post=remove>
                <FormError failure=failure fields=&[]/>
                <Hidden name="name" value=name.clone()/>
                <Button kind=ButtonKind::Bad busy=remove.pending()>{format!("Remove {name}")}</Button>
            </PostForm>
        </ConfirmDialog>
    }
}
