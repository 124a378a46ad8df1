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

/// Fleet / environment / release / here. The release leads to its history: it may belong to no service.
fn crumbs(environment: &str, release: &str, here: &str) -> Vec<Crumb> {
    vec![
        Crumb::link("Fleet", "/"),
        Crumb::link(environment, format!("/environments/{environment}")),
        Crumb::link(release, history_href(environment, release)),
        Crumb::here(here),
    ]
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
