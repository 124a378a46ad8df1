//! `/environments/:environment/releases/:release/history`: the revisions that Helm keeps.

use std::time::Duration;

use domain::access::UseCase;
use domain::fleet::LiveEvent;
use domain::plan::{HistoryEntry, ReleaseHistory};
use domain::release::ReleaseStatus;
use leptos::prelude::*;

use super::{crumbs, href_of, status_tone};
use crate::api::release::{ReleaseRepair, release_history};
use crate::components::{
    Button, ButtonKind, Empty, Icon, LinkButton, Notice, Page, PageHead, Panel, RelativeTime, Select, SelectOption, Status, Table, Tone,
};
use crate::live::{soon, use_live};
use crate::pages::address_part;
use crate::pages::form::{FormError, Hidden, PostForm, form_post};
use crate::pages::loaded::loaded;
use crate::pages::words::ms;
use crate::session::session_may;

/// How long after a change the history is read again.
const RELOAD_AFTER: Duration = Duration::from_millis(300);

/// The history.
#[component]
pub fn ReleaseHistoryPage() -> impl IntoView {
    let (environment, release) = (address_part("environment"), address_part("release"));
    move || {
        let (environment, release) = (environment.get(), release.get());
        let asked = (environment.clone(), release.clone());
        let history = Resource::new(move || asked.clone(), |(environment, release)| release_history(environment, release));
        if let Some(live) = use_live() {
            let again = soon(RELOAD_AFTER, move || history.refetch());
            let here = (environment.clone(), release.clone());
            live.listen(move |event| match event {
                LiveEvent::Cell { cell } if cell.environment.as_str() != here.0 || cell.service.as_str() != here.1 => {}
                LiveEvent::Cell { .. } | LiveEvent::Reload => again(),
            });
        }
        view! {
            <Page crumbs=crumbs(&environment, &release, "History")>
                {loaded(history, move |read| view! { <Screen history=read reload=Callback::new(move |()| history.refetch())/> })}
            </Page>
        }
    }
}

#[component]
fn Screen(history: ReleaseHistory, reload: Callback<()>) -> impl IntoView {
    let title = history.release.to_string();
    let place = history.environment.name.to_string();
    let uninstall = href_of(&history.environment, &history.release, "uninstall");
    let may_uninstall = session_may(UseCase::Uninstall, Some(&history.owner)).is_ok() && !history.entries.is_empty();
    let label = format!("Uninstall {title}");
    let open = history.service.as_ref().map(|service| (format!("/environments/{place}/services/{service}"), format!("Open {service}")));
    let actions = move || {
        view! {
            {may_uninstall.then(|| view! { <LinkButton href=uninstall kind=ButtonKind::Quiet>{label}</LinkButton> })}
            {open.map(|(href, label)| view! { <LinkButton href=href>{label}</LinkButton> })}
        }
    };
    let managed = match &history.service {
        Some(_) => format!("Owned by {}", history.owner),
        None => format!("No service of this name is managed here; team {} owns the environment", history.owner),
    };
    view! {
        <PageHead title=move || view! { {title} " " <span class="faint">{format!("in {place}, every revision Helm keeps")}</span> } actions=actions>
            {managed}
        </PageHead>
        {under_way(&history)}
        {pending(&history, reload)}
        <Revisions history=history.clone()/>
        <Compare history=history/>
    }
}

/// The operation that is at work on it.
fn under_way(history: &ReleaseHistory) -> Option<AnyView> {
    let id = history.operation?;
    let title = format!("Operation {id} is at work on {}.", history.release);
    let action = move || view! { <LinkButton href=format!("/operations/{id}")>{format!("Open operation {id}")}</LinkButton> };
    Some(view! { <Notice tone=Tone::Run title=move || title action=action/> }.into_any())
}

/// A revision that nobody works on any more, and the button that frees it.
fn pending(history: &ReleaseHistory, reload: Callback<()>) -> Option<AnyView> {
    let newest = history.entries.first().filter(|newest| newest.status.is_pending() && history.operation.is_none())?;
    let revision = newest.revision;
    let title = format!("Revision {revision} is {}: Helm is at work on it, or was cut off.", newest.status.as_str());
    if session_may(UseCase::ReleaseRepair, Some(&history.owner)).is_err() {
        let whom = format!("If nobody runs Helm, somebody of {} can repair it.", history.owner);
        return Some(view! { <Notice tone=Tone::Warn title=move || title><p>{whom}</p></Notice> }.into_any());
    }
    let repair = form_post::<ReleaseRepair>();
    // It leads back to this page, which is not left and so has to be read again.
    Effect::new(move |was_under_way: Option<bool>| {
        let under_way = repair.pending().get();
        if was_under_way == Some(true) && !under_way && repair.failure().get_untracked().is_none() {
            reload.run(());
        }
        under_way
    });
    let (environment, release) = (history.environment.name.to_string(), history.release.to_string());
    let action = move || {
        view! {
            <PostForm post=repair>
                <Hidden name="environment" value=environment/>
                <Hidden name="release" value=release/>
                <Hidden name="revision" value=revision.to_string()/>
                <Button busy=repair.pending()>{format!("Mark revision {revision} as failed")}</Button>
            </PostForm>
        }
    };
    let why = "While it is pending, Helm refuses every other upgrade. If nobody runs Helm any more, mark it as failed: nothing else in the cluster is touched, and the next deploy or rollback goes through.";
    Some(
        view! {
            <Notice tone=Tone::Warn title=move || title action=action><p>{why}</p></Notice>
            <FormError failure=repair.failure() fields=&[]/>
        }
        .into_any(),
    )
}

#[component]
fn Revisions(history: ReleaseHistory) -> impl IntoView {
    if history.entries.is_empty() {
        let why = format!("Helm keeps no revision of {} in namespace {}.", history.release, history.environment.namespace);
        return view! { <Panel><Empty title="It is not installed here" why=why icon=Icon::Clock/></Panel> }.into_any();
    }
    let newest = history.entries.first().map(|entry| entry.revision).unwrap_or_default();
    let may = session_may(UseCase::Rollback, Some(&history.owner)).is_ok() && history.operation.is_none();
    let numbers: Vec<u32> = history.entries.iter().map(|entry| entry.revision).collect();
    let now_ms = ms(history.now);
    let rows = history
        .entries
        .iter()
        .enumerate()
        .map(|(place, entry)| {
            let before = numbers.get(place + 1).copied();
            let what = before.map(|before| href_of(&history.environment, &history.release, &format!("compare?from={before}&to={}", entry.revision)));
            let back = (may && entry.revision != newest && is_good(entry.status))
                .then(|| href_of(&history.environment, &history.release, &format!("rollback/{}", entry.revision)));
            row(entry.clone(), what, back, now_ms)
        })
        .collect_view();
    let head = || {
        view! {
            <th scope="col">"Revision"</th>
            <th scope="col">"Version"</th>
            <th scope="col">"Status"</th>
            <th scope="col">"Made"</th>
            <th scope="col">"By"</th>
            <th scope="col"><span class="sr">"Actions"</span></th>
        }
    };
    view! { <Panel><Table label="Revisions" head=head>{rows}</Table></Panel> }.into_any()
}

/// Going back to a revision that never worked is not offered.
fn is_good(status: ReleaseStatus) -> bool {
    matches!(status, ReleaseStatus::Superseded | ReleaseStatus::Deployed)
}

fn row(entry: HistoryEntry, what: Option<String>, back: Option<String>, now_ms: i64) -> AnyView {
    let version = entry.chart_version.clone().unwrap_or_default();
    let app = entry.app_version.filter(|app| *app != version).map(|app| view! { <small class="faint">{format!("app {app}")}</small> });
    let made = entry.deployed_at.map(|at| view! { <RelativeTime at_ms=ms(at) now_ms=now_ms/> });
    let by = match entry.operation {
        Some((id, user)) => view! { {user.to_string()} ", " <a href=format!("/operations/{id}")>{format!("operation {id}")}</a> }.into_any(),
        None => view! { <span class="mute">{if entry.description.is_empty() { "Helm".to_owned() } else { entry.description }}</span> }.into_any(),
    };
    let revision = entry.revision;
    let of = move || view! { <span class="sr">{format!(" of revision {revision}")}</span> };
    let what = what.map(|href| view! { <LinkButton href=href kind=ButtonKind::Quiet>"What changed"{of()}</LinkButton> });
    let back = back.map(|href| view! { <LinkButton href=href>{format!("Roll back to {version}")}<span class="sr">{format!(", revision {revision}")}</span></LinkButton> });
    view! {
        <tr>
            <th scope="row">{revision}</th>
            <td><code>{entry.chart_version}</code> " " {app}</td>
            <td><Status tone=status_tone(entry.status)>{entry.status.as_str()}</Status></td>
            <td>{made}</td>
            <td>{by}</td>
            <td><div class="btns end">{what} {back}</div></td>
        </tr>
    }
    .into_any()
}

/// Any two revisions.
#[component]
fn Compare(history: ReleaseHistory) -> impl IntoView {
    let [newest, before, ..] = history.entries.as_slice() else { return ().into_any() };
    let (newest, before) = (newest.revision.to_string(), before.revision.to_string());
    let action = href_of(&history.environment, &history.release, "compare");
    let label = |entry: &HistoryEntry| format!("{}, {}", entry.revision, entry.chart_version.as_deref().unwrap_or("unreadable"));
    let options: Vec<SelectOption> = history.entries.iter().map(|entry| SelectOption::new(entry.revision.to_string(), label(entry))).collect();
    view! {
        <Panel title="Compare any two">
            <form method="get" action=action class="body inline-form">
                <Select name="from" label="Older" options=options.clone() value=before/>
                <Select name="to" label="Newer" options=options value=newest/>
                <Button>"Compare revisions"</Button>
            </form>
        </Panel>
    }
    .into_any()
}
