//! What forms share: the error at its field or above the form, and fields that several forms have.

use domain::AppError;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::api::ApiError;
use crate::components::{ErrorBox, LinkButton};
use crate::pages::loaded::sign_in_if_needed;

/// What the last attempt failed with.
pub(crate) type FormFailure = Signal<Option<AppError>>;

/// The failure of a form's action, also the one that a form sent without JavaScript came back with.
pub(crate) fn failure_of<S>(action: ServerAction<S>) -> FormFailure
where
    S: ServerFn<Error = ApiError> + Send + Sync + Clone + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let value = action.value();
    Signal::derive(move || value.get().and_then(Result::err).map(|error| error.0))
}

/// The failure that belongs to a field, as its words.
pub(crate) fn at_field(failure: FormFailure, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || failure.get().filter(|error| error.field.as_deref() == Some(field)).map(|error| error.to_string()))
}

/// The failure that belongs to none of the form's fields.
#[component]
pub(crate) fn FormError(
    /// What failed.
    failure: FormFailure,
    /// The fields that show their own.
    fields: &'static [&'static str],
) -> impl IntoView {
    move || {
        let error = failure.get().filter(|error| !error.field.as_deref().is_some_and(|field| fields.contains(&field)))?;
        sign_in_if_needed(&error);
        let operation = error.operation_id;
        Some(match operation {
            Some(id) => {
                let action = move || view! { <LinkButton href=format!("/operations/{id}")>{format!("Open operation {id}")}</LinkButton> };
                view! { <ErrorBox message=error.message hint=error.hint action=action/> }.into_any()
            }
            None => view! { <ErrorBox message=error.message hint=error.hint/> }.into_any(),
        })
    }
}

/// A value that the form sends without showing it.
#[component]
pub(crate) fn Hidden(
    /// Name in the form.
    name: &'static str,
    /// Its value.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    view! { <input type="hidden" name=name value=value/> }
}
