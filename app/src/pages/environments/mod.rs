//! Environments: the list, one with what runs in it, and the forms that make, change and remove one.

mod edit;
mod fields;
mod list;
mod new;
mod remove;
mod screen;
mod tables;

pub use edit::EnvironmentEditPage;
pub(crate) use fields::TeamField;
pub use list::EnvironmentListPage;
pub use new::EnvironmentNewPage;
pub use remove::EnvironmentRemovePage;
pub use screen::EnvironmentPage;

use crate::components::Crumb;

/// The breadcrumb of a page below an environment's.
fn crumbs_below(environment: &str, here: &str) -> Vec<Crumb> {
    vec![Crumb::link("Environments", "/environments"), Crumb::link(environment, format!("/environments/{environment}")), Crumb::here(here)]
}
