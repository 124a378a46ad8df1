//! `/environments/:environment/releases/:release/rollback/:revision`: what going back would change, and the button.

use domain::access::UseCase;
use domain::plan::{ReleaseHistory, ReleasePlan, Severity};
use leptos::prelude::*;

use super::{crumbs, history_href, side_words};
use crate::api::ApiError;
use crate::api::operation::OperationRollback;
use crate::api::release::{release_history, release_plan_rollback};
use crate::components::{Button, ButtonKind, Buttons, LinkButton, Page, PageHead, Panel, PanelBody};
use crate::pages::address_part;
use crate::pages::form::{FormError, Hidden, PostForm, form_post};
use crate::pages::loaded::{Failure, loaded};
use crate::pages::plan::{PlanView, Seal};
use crate::session::session_may;

/// What going back would change.
#[component]
pub fn ReleaseRollbackPage() -> impl IntoView {
    let (environment, release, revision) = (address_part("environment"), address_part("release"), address_part("revision"));
    move || {
        let (environment, release, revision) = (environment.get(), release.get(), revision.get());
        let asked = (environment.clone(), release.clone(), revision.parse::<u32>().unwrap_or_default());
        let page = Resource::new(move || asked.clone(), |(environment, release, revision)| read(environment, release, revision));
        view! {
            <Page crumbs=crumbs(&environment, &release, "Roll back")>
                {loaded(page, |(history, plan)| match session_may(UseCase::Rollback, Some(&history.owner)) {
                    Ok(()) => view! { <Screen history=history plan=plan/> }.into_any(),
                    Err(error) => view! { <Failure error=error/> }.into_any(),
                })}
            </Page>
        }
    }
}

async fn read(environment: String, release: String, revision: u32) -> Result<(ReleaseHistory, ReleasePlan), ApiError> {
    let history = release_history(environment.clone(), release.clone()).await?;
    let plan = release_plan_rollback(environment, release, revision).await?;
    Ok((history, plan))
}

#[component]
fn Screen(history: ReleaseHistory, plan: ReleasePlan) -> impl IntoView {
    let rollback = form_post::<OperationRollback>();
    let failure = rollback.failure();
    let (environment, release) = (history.environment.name.to_string(), history.release.to_string());
    let (from, to) = (history.entries.first().map(|entry| entry.revision).unwrap_or_default(), plan.target.revision.unwrap_or_default());
    let version = plan.target.chart_version.clone();
    let words = match &plan.base {
        Some(base) => format!("From {} to {}. Helm makes a new revision of it.", side_words(base), side_words(&plan.target)),
        None => format!("To {}. Helm makes a new revision of it.", side_words(&plan.target)),
    };
    let title = format!("Roll {release} back to {version}");
    let blocked = plan.findings.iter().any(|finding| finding.severity == Severity::Blocker);
    let kind = if blocked { ButtonKind::Bad } else { ButtonKind::Main };
    let (digest, href) = (plan.digest.clone(), history_href(&environment, &release));
    let place = environment.clone();
    view! {
        <PageHead title=move || view! { {title} " " <span class="faint">{format!("in {place}")}</span> }>{words}</PageHead>
        <FormError failure=failure fields=&[]/>
        <div class="split">
            <div class="stack"><PlanView plan=plan/></div>
            <aside class="stack" aria-label="Roll back">
                <Panel title="Plan"><PanelBody><Seal digest=digest/><small class="mute">"Rendered objects, values, place and base revision."</small></PanelBody></Panel>
                <PostForm post=rollback>
                    <Hidden name="environment" value=environment/>
                    <Hidden name="release" value=release/>
                    <Hidden name="from_revision" value=from.to_string()/>
                    <Hidden name="to_revision" value=to.to_string()/>
                    <Buttons>
                        <Button kind=kind busy=rollback.pending()>{format!("Roll back to {version}")}</Button>
                        <LinkButton href=href kind=ButtonKind::Quiet>"Keep it"</LinkButton>
                    </Buttons>
                </PostForm>
            </aside>
        </div>
    }
}
