//! `/teams/new`: create a team.

use domain::access::UseCase;
use leptos::prelude::*;

use crate::api::team::TeamCreate;
use crate::components::{Button, ButtonKind, Buttons, Crumb, InputKind, LinkButton, Page, PageHead, Panel, PanelBody, TextInput};
use crate::pages::form::{FormError, PostForm, at_field, form_post};
use crate::pages::loaded::Failure;
use crate::session::session_may;

use super::MembersField;

/// The page.
#[component]
pub fn TeamNewPage() -> impl IntoView {
    let create = form_post::<TeamCreate>();
    let failure = create.failure();
    let body = match session_may(UseCase::TeamEdit, None) {
        Err(error) => view! { <Failure error=error/> }.into_any(),
        Ok(()) => view! {
            <PageHead title=|| "Create a team">"Its members may deploy and change what the team owns."</PageHead>
            <PostForm post=create>
                <div class="form narrow">
                    <FormError failure=failure fields=&["name", "members"]/>
                    <Panel>
                        <PanelBody>
                            <div class="form">
                                <TextInput name="name" label="Name" kind=InputKind::Code required=true autocomplete="off" placeholder="talent" error=at_field(failure, "name")/>
                                <MembersField members="" failure=failure/>
                            </div>
                        </PanelBody>
                    </Panel>
                    <Buttons>
                        <Button kind=ButtonKind::Main busy=create.pending()>"Create the team"</Button>
                        <LinkButton href="/teams" kind=ButtonKind::Quiet>"Cancel"</LinkButton>
                    </Buttons>
                </div>
            </PostForm>
        }
        .into_any(),
    };
    view! { <Page crumbs=vec![Crumb::link("Teams", "/teams"), Crumb::here("New")]>{body}</Page> }
}
