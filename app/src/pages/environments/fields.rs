//! Fields that the forms of environments share.

use domain::environment::EnvironmentKind;
use domain::team::Team;
use leptos::prelude::*;

use crate::components::{Select, SelectOption};
use crate::pages::form::{FormFailure, at_field};

/// How near to customers it is.
#[component]
pub(super) fn KindField(
    /// The kind chosen first.
    kind: EnvironmentKind,
    /// The form's failure.
    failure: FormFailure,
) -> impl IntoView {
    let options = EnvironmentKind::ALL.into_iter().map(|kind| SelectOption::from(kind.as_str())).collect();
    view! {
        <Select name="kind" label="Kind" options=options value=kind.as_str() hint="Services have default values for each kind." error=at_field(failure, "kind")/>
    }
}

/// Who owns it.
#[component]
pub(crate) fn TeamField(
    /// The teams to choose from.
    teams: Vec<Team>,
    /// The team chosen first.
    #[prop(into)]
    team: String,
    /// The form's failure.
    failure: FormFailure,
) -> impl IntoView {
    let options = teams.iter().map(|team| SelectOption::from(team.name.as_str())).collect();
    view! { <Select name="team" label="Team" options=options value=team hint="Its members may deploy and change it." error=at_field(failure, "team") required=true/> }
}
