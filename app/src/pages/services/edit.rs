//! `/services/:service/edit`: change team, chart and default values. The name stays.

use domain::access::UseCase;
use domain::catalog::Service;
use domain::team::Team;
use leptos::prelude::*;

use crate::api::service::{ServiceUpdate, service_get};
use crate::api::team::team_list;
use crate::components::{Button, ButtonKind, Buttons, LinkButton, Page, PageHead, Panel, PanelBody};
use crate::pages::address_part;
use crate::pages::environments::TeamField;
use crate::pages::form::{FormError, Hidden, PostForm, form_post};
use crate::pages::loaded::{Failure, loaded};
use crate::session::session_may;

use super::crumbs_below;
use super::fields::{ChartFields, DefaultFields, FIELDS};

/// The page.
#[component]
pub fn ServiceEditPage() -> impl IntoView {
    let name = address_part("service");
    move || {
        let name = name.get();
        let asked = name.clone();
        let known = Resource::new(
            move || asked.clone(),
            |name| async {
                let service = service_get(name).await?;
                let teams = team_list().await?;
                Ok((service, teams))
            },
        );
        view! {
            <Page crumbs=crumbs_below(&name, "Edit")>
                {loaded(known, |(service, teams)| match session_may(UseCase::ServiceEdit, Some(&service.team)) {
                    Ok(()) => view! { <EditForm service=service teams=teams/> }.into_any(),
                    Err(error) => view! { <Failure error=error/> }.into_any(),
                })}
            </Page>
        }
    }
}

/// The form.
#[component]
fn EditForm(service: Service, teams: Vec<Team>) -> impl IntoView {
    let update = form_post::<ServiceUpdate>();
    let failure = update.failure();
    let name = service.name.to_string();
    let title = format!("Edit {name}");
    view! {
        <PageHead title=move || title>"What runs stays as it is until the next deploy."</PageHead>
        <PostForm post=update>
            <Hidden name="name" value=name.clone()/>
            <Hidden name="revision" value=service.revision.to_string()/>
            <div class="form narrow">
                <FormError failure=failure fields=FIELDS/>
                <Panel>
                    <PanelBody>
                        <div class="form">
                            <TeamField teams=teams team=service.team.to_string() failure=failure/>
                            <ChartFields repository=service.chart.repository chart=service.chart.name failure=failure/>
                        </div>
                    </PanelBody>
                </Panel>
                <DefaultFields values=service.default_values failure=failure/>
                <Buttons>
                    <Button kind=ButtonKind::Main busy=update.pending()>{format!("Save {name}")}</Button>
                    <LinkButton href="/services" kind=ButtonKind::Quiet>"Cancel"</LinkButton>
                </Buttons>
            </div>
        </PostForm>
    }
}
