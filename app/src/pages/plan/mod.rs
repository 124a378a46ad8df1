//! Plans as people read them: what would become of a release, in sentences first, then object by object.

mod live;
mod objects;
mod view;
mod words;

pub(super) use live::LivePlan;
pub(super) use objects::{ObjectChanges, Seal, change_view};
pub(super) use view::{Findings, PlanView};
