//! `/services/:service/remove`: remove a service from Slipway. Its releases stay.

use domain::access::UseCase;
use domain::catalog::Service;
use leptos::prelude::*;

use crate::api::service::{ServiceRemove, service_get};
use crate::components::{Button, ButtonKind, Buttons, ConfirmName, LinkButton, Page, PageHead};
use crate::pages::address_part;
use crate::pages::form::{FormError, Hidden, PostForm, form_post};
use crate::pages::loaded::{Failure, loaded};
use crate::session::session_may;

use super::crumbs_below;

/// The page.
#[component]
pub fn ServiceRemovePage() -> impl IntoView {
    let name = address_part("service");
    move || {
        let name = name.get();
        let asked = name.clone();
        let service = Resource::new(move || asked.clone(), service_get);
        view! {
            <Page crumbs=crumbs_below(&name, "Remove")>
                {loaded(service, |service| match session_may(UseCase::ServiceEdit, Some(&service.team)) {
                    Ok(()) => view! { <RemoveForm service=service/> }.into_any(),
                    Err(error) => view! { <Failure error=error/> }.into_any(),
                })}
            </Page>
        }
    }
}

/// The form.
#[component]
fn RemoveForm(service: Service) -> impl IntoView {
    let remove = form_post::<ServiceRemove>();
    let failure = remove.failure();
    let name = service.name.to_string();
    let title = format!("Remove {name}");
    view! {
        <PageHead title=move || title>"Slipway forgets the service and its default values. Its releases stay in the clusters and go on running."</PageHead>
        <div class="form narrow">
            <PostForm post=remove>
                <Hidden name="name" value=name.clone()/>
                <div class="form">
                    <FormError failure=failure fields=&[]/>
                    <ConfirmName expected=name.clone()/>
                    <Buttons>
                        <Button kind=ButtonKind::Bad busy=remove.pending()>{format!("Remove {name}")}</Button>
                        <LinkButton href="/services" kind=ButtonKind::Quiet>"Keep it"</LinkButton>
                    </Buttons>
                </div>
            </PostForm>
        </div>
    }
}
