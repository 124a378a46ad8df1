//! `/environments/:environment/remove`: what goes along, then the name as a confirmation.

use domain::access::UseCase;
use domain::environment::EnvironmentRemoval;
use leptos::prelude::*;

use crate::api::environment::{EnvironmentRemove, environment_removal};
use crate::components::{Button, ButtonKind, Buttons, ConfirmName, LinkButton, Notice, Page, PageHead, Panel, PanelBody, Tone};
use crate::pages::address_part;
use crate::pages::form::{FormError, Hidden, PostForm, form_post};
use crate::pages::loaded::{Failure, loaded};
use crate::pages::words::{counted, sentence};
use crate::session::session_may;

use super::crumbs_below;

/// The page.
#[component]
pub fn EnvironmentRemovePage() -> impl IntoView {
    let name = address_part("environment");
    move || {
        let name = name.get();
        let asked = name.clone();
        let removal = Resource::new(move || asked.clone(), environment_removal);
        view! {
            <Page crumbs=crumbs_below(&name, "Remove")>
                {loaded(removal, |removal| match session_may(UseCase::EnvironmentEdit, Some(&removal.environment.team)) {
                    Ok(()) => view! { <RemoveForm removal=removal/> }.into_any(),
                    Err(error) => view! { <Failure error=error/> }.into_any(),
                })}
            </Page>
        }
    }
}

/// What goes, in sentences.
fn what_goes(removal: &EnvironmentRemoval) -> Vec<String> {
    let (namespace, cluster) = (&removal.environment.namespace, &removal.environment.cluster);
    if !removal.namespace_goes {
        return vec![format!("Namespace `{namespace}` of `{cluster}` stays with everything in it: Slipway did not make it.")];
    }
    let mut lines = vec![format!("Namespace `{namespace}` of `{cluster}` is deleted, with {} in it.", counted(removal.pods, "pod", "pods"))];
    if !removal.releases.is_empty() {
        let names: Vec<String> = removal.releases.iter().map(|release| format!("`{}`", release.trim())).collect();
        lines.push(format!("{} with it: {}.", counted(names.len(), "release goes", "releases go"), names.join(", ")));
    }
    if !removal.volume_claims.is_empty() {
        let names: Vec<String> = removal.volume_claims.iter().map(|claim| format!("`{claim}`")).collect();
        lines.push(format!("The data of {} is lost: {}.", counted(names.len(), "volume claim", "volume claims"), names.join(", ")));
    }
    lines
}

/// What goes, and the form.
#[component]
fn RemoveForm(removal: EnvironmentRemoval) -> impl IntoView {
    let remove = form_post::<EnvironmentRemove>();
    let failure = remove.failure();
    let name = removal.environment.name.to_string();
    let title = format!("Remove {name}");
    let href = format!("/environments/{name}");
    let lines = what_goes(&removal).into_iter().map(|line| view! { <li>{sentence(&line)}</li> }).collect_view();
    let unknown = removal.unknown_because.map(|why| {
        view! { <Notice tone=Tone::Warn title=|| "It is not known what is in it now."><p>{why}</p></Notice> }
    });
    view! {
        <PageHead title=move || title>"There is no way back."</PageHead>
        <div class="form narrow">
            {unknown}
            <Panel title="What goes along"><PanelBody><ul class="list">{lines}</ul></PanelBody></Panel>
            <PostForm post=remove>
                <Hidden name="name" value=name.clone()/>
                <div class="form">
                    <FormError failure=failure fields=&[]/>
                    <ConfirmName expected=name.clone()/>
                    <Buttons>
                        <Button kind=ButtonKind::Bad busy=remove.pending()>{format!("Remove {name}")}</Button>
                        <LinkButton href=href kind=ButtonKind::Quiet>"Keep it"</LinkButton>
                    </Buttons>
                </div>
            </PostForm>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use domain::environment::{Environment, EnvironmentKind};
    use domain::{ClusterName, EnvironmentName, Namespace, TeamName, Timestamp};

    use super::*;

    fn removal() -> EnvironmentRemoval {
        let environment = Environment {
            name: EnvironmentName::new("staging").unwrap(),
            kind: EnvironmentKind::Staging,
            cluster: ClusterName::new("eu-1").unwrap(),
            namespace: Namespace::new("shop").unwrap(),
            team: TeamName::new("talent").unwrap(),
            created_at: Timestamp::UNIX_EPOCH,
            revision: 1,
        };
        EnvironmentRemoval {
            environment,
            namespace_goes: true,
            releases: vec!["jobs 3.1.0".into()],
            pods: 3,
            volume_claims: vec!["data-0".into()],
            unknown_because: None,
        }
    }

    #[test]
    fn what_goes_is_named() {
        assert_eq!(
            what_goes(&removal()),
            [
                "Namespace `shop` of `eu-1` is deleted, with 3 pods in it.",
                "1 release goes with it: `jobs 3.1.0`.",
                "The data of 1 volume claim is lost: `data-0`."
            ]
        );
    }

    #[test]
    fn a_namespace_that_was_there_before_stays() {
        let lines = what_goes(&EnvironmentRemoval { namespace_goes: false, ..removal() });
        assert_eq!(lines, ["Namespace `shop` of `eu-1` stays with everything in it: Slipway did not make it."]);
    }
}
