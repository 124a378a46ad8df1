//! A plan on the screen: the sentence, what to read, then the objects, hooks and values.

use domain::plan::{Finding, ReleasePlan};
use leptos::prelude::*;

use super::objects::{HookChanges, ObjectChanges};
use super::words::{findings_words, severity_tone, summary};
use crate::components::{DiffLayoutChips, DiffView, Panel, Row, Rows, StatusMark, Tag, diff_layout_provide};
use crate::pages::words::sentence;

/// What a person should read before going on; nothing where there is nothing.
#[component]
pub(in crate::pages) fn Findings(
    /// The heaviest first.
    findings: Vec<Finding>,
) -> impl IntoView {
    let words = findings_words(&findings);
    words.map(|(tone, words)| {
        let rows = findings
            .into_iter()
            .map(|finding| {
                let tone = severity_tone(finding.severity);
                view! {
                    <Row start=move || view! { <StatusMark tone=tone/> }>
                        {sentence(&finding.sentence)}
                        {finding.hint.map(|hint| view! { <small>{hint}</small> })}
                    </Row>
                }
            })
            .collect_view();
        view! { <Panel title="Findings" tags=move || view! { <Tag tone=tone>{words}</Tag> }><Rows>{rows}</Rows></Panel> }
    })
}

/// The whole plan.
#[component]
pub(in crate::pages) fn PlanView(
    /// The plan.
    plan: ReleasePlan,
) -> impl IntoView {
    let layout = diff_layout_provide();
    let words = summary(&plan);
    let ReleasePlan { objects, hooks, values, findings, .. } = plan;
    let values = (!values.is_empty()).then(|| {
        view! { <Panel title="Values"><DiffView diff=values label="Values"/></Panel> }
    });
    let hooks = (!hooks.is_empty()).then(|| view! { <Panel title="Hooks that run"><HookChanges hooks=hooks/></Panel> });
    let objects = (!objects.is_empty()).then(|| view! { <ObjectChanges changes=objects/> });
    view! {
        <Findings findings=findings/>
        <Panel title="What will change" end=move || view! { <DiffLayoutChips layout=layout/> }>
            <p class="body summary">{words}</p>
            {objects}
        </Panel>
        {hooks}
        {values}
    }
}
