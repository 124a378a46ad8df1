//! `/environments/:environment/releases/:release/uninstall`: what goes along, and the name to type.

use domain::access::UseCase;
use domain::manifest::ObjectId;
use domain::plan::ReleaseRemoval;
use leptos::prelude::*;

use super::{crumbs, history_href, side_words};
use crate::api::operation::OperationUninstall;
use crate::api::release::release_removal;
use crate::components::{Button, ButtonKind, Buttons, Check, ConfirmName, LinkButton, Page, PageHead, Panel, PanelBody};
use crate::pages::address_part;
use crate::pages::form::{FormError, Hidden, PostForm, form_post};
use crate::pages::loaded::{Failure, loaded};
use crate::pages::plan::Findings;
use crate::pages::words::counted;
use crate::session::session_may;

/// What goes, and the form.
#[component]
pub fn ReleaseUninstallPage() -> impl IntoView {
    let (environment, release) = (address_part("environment"), address_part("release"));
    move || {
        let (environment, release) = (environment.get(), release.get());
        let asked = (environment.clone(), release.clone());
        let removal = Resource::new(move || asked.clone(), |(environment, release)| release_removal(environment, release));
        view! {
            <Page crumbs=crumbs(&environment, &release, "Uninstall")>
                {loaded(removal, |removal| match session_may(UseCase::Uninstall, Some(&removal.owner)) {
                    Ok(()) => view! { <Screen removal=removal/> }.into_any(),
                    Err(error) => view! { <Failure error=error/> }.into_any(),
                })}
            </Page>
        }
    }
}

fn names(objects: Vec<ObjectId>) -> AnyView {
    objects.into_iter().map(|id| view! { <li><span class="mute">{id.kind}</span> " " <code>{id.name}</code></li> }).collect_view().into_any()
}

#[component]
fn Screen(removal: ReleaseRemoval) -> impl IntoView {
    let uninstall = form_post::<OperationUninstall>();
    let ReleaseRemoval { environment, release, base, objects, kept, findings, pods, .. } = removal;
    let (place, name) = (environment.name.to_string(), release.to_string());
    let title = format!("Uninstall {name}");
    let words = format!("{}, with {}. Other services that call it will fail.", side_words(&base), counted(pods, "pod", "pods"));
    let goes = format!("{} deleted", counted(objects.len(), "object is", "objects are"));
    let kept = (!kept.is_empty()).then(|| view! { <Panel title="What stays"><PanelBody><ul class="list">{names(kept)}</ul></PanelBody></Panel> });
    let href = history_href(&place, &name);
    let from = place.clone();
    view! {
        <PageHead title=move || view! { {title} " " <span class="faint">{format!("from {from}")}</span> }>{words}</PageHead>
        <div class="form narrow">
            <Findings findings=findings/>
            <Panel title="What goes along" end=move || view! { <small class="faint">{goes}</small> }>
                <PanelBody><ul class="list">{names(objects)}</ul></PanelBody>
            </Panel>
            {kept}
            <PostForm post=uninstall>
                <Hidden name="environment" value=place/>
                <Hidden name="release" value=name.clone()/>
                <div class="form">
                    <FormError failure=uninstall.failure() fields=&[]/>
                    <Check name="keep_history" label="Keep the history" hint="Helm keeps the revisions, so that one of them can be brought back by a rollback."/>
                    <ConfirmName expected=name.clone()/>
                    <Buttons>
                        <Button kind=ButtonKind::Bad busy=uninstall.pending()>{format!("Uninstall {name}")}</Button>
                        <LinkButton href=href kind=ButtonKind::Quiet>"Keep it"</LinkButton>
                    </Buttons>
                </div>
            </PostForm>
        </div>
    }
}
