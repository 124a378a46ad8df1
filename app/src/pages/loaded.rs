//! What a page shows while it loads and when it could not load: the states that every page has.

use domain::{AppError, ErrorKind};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::api::ApiError;
use crate::components::{ButtonKind, Empty, ErrorBox, Forbidden, Icon, LinkButton, Loading};
use crate::pages::not_found::not_found_status;

/// Shows what was loaded, what failed, or that it loads. What was there stays while it is read again.
pub(crate) fn loaded<T, V>(resource: Resource<Result<T, ApiError>>, show: impl Fn(T) -> V + Clone + Send + Sync + 'static) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoAny,
{
    view! {
        <Transition fallback=|| view! { <Loading lines=6/> }>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(value) => show(value).into_any(),
                        Err(ApiError(error)) => view! { <Failure error=error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

/// A failure in place of a page.
#[component]
pub(crate) fn Failure(
    /// What failed.
    error: AppError,
) -> impl IntoView {
    sign_in_if_needed(&error);
    let AppError { kind, message, hint, .. } = error;
    let heading = match kind {
        ErrorKind::Forbidden | ErrorKind::Unauthenticated => "Not allowed",
        ErrorKind::NotFound => "Not found",
        _ => "Not available",
    };
    let body = match kind {
        ErrorKind::Forbidden => view! { <Forbidden title=message why=hint.unwrap_or_default()/> }.into_any(),
        ErrorKind::NotFound => {
            not_found_status();
            let action = || view! { <LinkButton href="/">"Go to the fleet"</LinkButton> };
            view! { <Empty title=message why=hint.unwrap_or_default() action=action icon=Icon::Search/> }.into_any()
        }
        ErrorKind::Unauthenticated => {
            let action = || view! { <LinkButton href="/sign-in" rel="external" kind=ButtonKind::Main>"Sign in"</LinkButton> };
            view! { <Forbidden title=message why=hint.unwrap_or_default() action=action/> }.into_any()
        }
        _ => {
            let action = || view! { <LinkButton href="" rel="external">"Load again"</LinkButton> };
            view! { <ErrorBox message=message hint=hint action=action/> }.into_any()
        }
    };
    view! { <h1 class="sr">{heading}</h1> {body} }
}

/// In the browser, leads to the sign-in if that is what is missing; from there back to this page.
pub(crate) fn sign_in_if_needed(error: &AppError) {
    if error.kind != ErrorKind::Unauthenticated {
        return;
    }
    Effect::new(|_| {
        let location = window().location();
        let here = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
        let next = leptos_router::params::ParamsMap::from_iter([("next", here)]).to_query_string();
        // It fails only if the page is going already.
        let _ = location.set_href(&format!("/sign-in{next}"));
    });
}
