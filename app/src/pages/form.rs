//! What forms share: sending them, the error at its field or above the form, and fields that several forms have.

use domain::AppError;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server::ServerActionError;
use leptos::server_fn::ServerFn;
use leptos::server_fn::client::{Client, browser::BrowserClient};
use leptos::server_fn::error::ServerFnUrlError;
use leptos::server_fn::redirect::call_redirect_hook;
use leptos::server_fn::request::{ClientReq, browser::BrowserRequest};
use leptos::server_fn::response::ClientRes;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys::{FormData, HtmlFormElement, UrlSearchParams};

use crate::api::ApiError;
use crate::components::{ErrorBox, LinkButton};
use crate::pages::loaded::sign_in_if_needed;

/// What the last attempt failed with.
pub(crate) type FormFailure = Signal<Option<AppError>>;

/// A form's way to its server function: where it is sent, and how the last attempt went.
#[derive(Clone, Copy)]
pub(crate) struct FormPost {
    url: &'static str,
    failure: RwSignal<Option<AppError>>,
    pending: RwSignal<bool>,
}

/// The way to a server function, with the failure that a form sent without JavaScript came back with.
pub(crate) fn form_post<S: ServerFn<Error = ApiError>>() -> FormPost {
    let came_back = use_context::<ServerActionError>().filter(|error| error.path() == S::PATH);
    let failure = came_back.map(|error| ServerFnUrlError::<ApiError>::decode_err(error.err()).0);
    FormPost { url: S::PATH, failure: RwSignal::new(failure), pending: RwSignal::new(false) }
}

impl FormPost {
    /// What the last attempt failed with.
    pub(crate) fn failure(self) -> FormFailure {
        self.failure.into()
    }

    /// Whether an attempt is under way.
    pub(crate) fn pending(self) -> Signal<bool> {
        self.pending.into()
    }

    /// Sends the fields as the form itself would, and follows where the answer leads.
    async fn send(self, fields: String) -> Result<(), ApiError> {
        let request: BrowserRequest = ClientReq::<ApiError>::try_new_post(self.url, "application/x-www-form-urlencoded", "application/json", fields)?;
        let answer = <BrowserClient as Client<ApiError>>::send(request).await?;
        let (status, location) = (ClientRes::<ApiError>::status(&answer), ClientRes::<ApiError>::location(&answer));
        let leads = ClientRes::<ApiError>::has_redirect(&answer);
        if status >= 400 {
            return Err(ApiError::de(ClientRes::<ApiError>::try_into_bytes(answer).await?));
        }
        if leads {
            call_redirect_hook(&location);
        }
        Ok(())
    }

    fn submit(self, event: &SubmitEvent) {
        let Some(form) = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok()) else { return };
        let Ok(fields) = FormData::new_with_form(&form).and_then(|data| UrlSearchParams::new_with_str_sequence_sequence(&data)) else { return };
        event.prevent_default();
        self.pending.set(true);
        let fields = String::from(fields.to_string());
        spawn_local(async move {
            let failure = self.send(fields).await.err().map(|error| error.0);
            // The page may be gone when the answer comes.
            let _gone = self.failure.try_set(failure);
            let _gone = self.pending.try_set(false);
        });
    }
}

/// A form that is sent to a server function: by the browser alone, or by this page without leaving it. It knows no
/// types of fields or answers, so the browser loads this code once for all forms.
#[component]
pub(crate) fn PostForm(
    /// Where it is sent.
    post: FormPost,
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    view! { <form method="post" action=post.url on:submit=move |event| post.submit(&event)>{children()}</form> }
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
