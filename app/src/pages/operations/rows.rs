//! Operations as rows, on several pages.

use domain::operation::{Operation, OperationKind, OperationRequest};
use leptos::prelude::*;

use crate::components::{RelativeTime, Row, Rows, StatusMark, Tag};
use crate::pages::words::{ms, operation_tone, operation_word};

/// The newest first, each a link to its page.
#[component]
pub(crate) fn OperationRows(
    /// The operations.
    operations: Vec<Operation>,
    /// The server's clock, in milliseconds since 1970.
    now_ms: i64,
) -> impl IntoView {
    view! { <Rows>{operations.into_iter().map(|operation| row(operation, now_ms)).collect_view()}</Rows> }
}

/// "jobs 3.1.0 to staging", "jobs back to 3.0.4 in staging".
pub(super) fn deed_view(request: &OperationRequest) -> AnyView {
    let (service, environment) = (request.service.to_string(), request.environment.to_string());
    let version = request.version().map(str::to_owned);
    match request.kind() {
        OperationKind::Deploy => view! { {service} " " <code>{version}</code> " to " {environment} }.into_any(),
        OperationKind::Rollback => view! { {service} " back to " <code>{version}</code> " in " {environment} }.into_any(),
        OperationKind::Uninstall => view! { {service} " out of " {environment} }.into_any(),
    }
}

fn row(operation: Operation, now_ms: i64) -> AnyView {
    let tone = operation_tone(operation.state);
    let word = operation_word(operation.state);
    let request = operation.request;
    view! {
        <Row start=move || view! { <StatusMark tone=tone/> } end=move || view! { <Tag tone=tone>{word}</Tag> }>
            <a href=format!("/operations/{}", operation.id)>
                {deed_view(&request)}
            </a>
            <small>
                {format!("Operation {} by {}, ", operation.id, operation.created_by)}
                <RelativeTime at_ms=ms(operation.created_at) now_ms=now_ms/>
            </small>
        </Row>
    }
    .into_any()
}
