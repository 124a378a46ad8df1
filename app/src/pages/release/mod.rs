//! A release as Helm keeps it: its history, comparing revisions, going back, uninstalling.

mod compare;
mod history;
mod rollback;
mod uninstall;

pub use compare::ReleaseComparePage;
pub use history::ReleaseHistoryPage;
pub use rollback::ReleaseRollbackPage;
pub use uninstall::ReleaseUninstallPage;

use domain::ReleaseName;
use domain::environment::Environment;
use domain::plan::PlanSide;
use domain::release::ReleaseStatus;

use crate::components::{Crumb, Tone};

/// Fleet / environment / release / here.
fn crumbs(environment: &str, release: &str, here: &str) -> Vec<Crumb> {
    let environment_href = format!("/environments/{environment}");
    let release_href = history_href(environment, release);
    let last = if here == "History" { Crumb::here("History") } else { Crumb::link("History", release_href) };
    let mut crumbs = vec![
        Crumb::link("Fleet", "/"),
        Crumb::link(environment, environment_href.clone()),
        Crumb::link(release, format!("{environment_href}/services/{release}")),
        last,
    ];
    if here != "History" {
        crumbs.push(Crumb::here(here));
    }
    crumbs
}

fn history_href(environment: &str, release: &str) -> String {
    format!("/environments/{environment}/releases/{release}/history")
}

fn href_of(environment: &Environment, release: &ReleaseName, rest: &str) -> String {
    format!("/environments/{}/releases/{release}/{rest}", environment.name)
}

/// "revision 11, jobs 3.0.4".
fn side_words(side: &PlanSide) -> String {
    match side.revision {
        Some(revision) => format!("revision {revision}, {} {}", side.chart, side.chart_version),
        None => format!("{} {}", side.chart, side.chart_version),
    }
}

/// Shape and colour of Helm's status.
const fn status_tone(status: ReleaseStatus) -> Tone {
    match status {
        ReleaseStatus::Deployed => Tone::Ok,
        ReleaseStatus::Failed => Tone::Bad,
        ReleaseStatus::PendingInstall | ReleaseStatus::PendingUpgrade | ReleaseStatus::PendingRollback | ReleaseStatus::Uninstalling => Tone::Run,
        ReleaseStatus::Superseded | ReleaseStatus::Uninstalled | ReleaseStatus::Unknown => Tone::None,
    }
}
