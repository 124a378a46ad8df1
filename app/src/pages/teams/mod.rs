//! Teams: the list, and the forms that make, change and remove one.

mod edit;
mod list;
mod new;

pub use edit::TeamEditPage;
pub use list::TeamListPage;
pub use new::TeamNewPage;

use leptos::prelude::*;

use crate::components::{TextArea, TextAreaKind};
use crate::pages::form::{FormFailure, at_field};

/// Who belongs to it.
#[component]
fn MembersField(
    /// The names at first, one in each line.
    #[prop(into)]
    members: String,
    /// The form's failure.
    failure: FormFailure,
) -> impl IntoView {
    view! {
        <TextArea name="members" label="Members" value=members kind=TextAreaKind::Code rows=6 hint="One user name in each line, as the identity provider writes it." error=at_field(failure, "members")/>
    }
}
