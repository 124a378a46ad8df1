//! Services: the list, and the forms that add, change and remove one.

mod edit;
mod fields;
mod list;
mod new;
mod remove;

pub use edit::ServiceEditPage;
pub use list::ServiceListPage;
pub use new::ServiceNewPage;
pub use remove::ServiceRemovePage;

use crate::components::Crumb;

/// The breadcrumb of a page below the list.
fn crumbs_below(service: &str, here: &str) -> Vec<Crumb> {
    vec![Crumb::link("Services", "/services"), Crumb::link(service, format!("/?text={service}")), Crumb::here(here)]
}
