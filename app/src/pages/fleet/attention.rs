//! What needs a person, on top of the board.

use domain::fleet::Attention as Entry;
use leptos::prelude::*;

use crate::components::{Attention, AttentionRow, LinkButton};
use crate::pages::words::{health_predicate, health_tone, sentence};

use super::live::FleetLive;

/// The rows, worst first; nothing if nothing needs a person.
#[component]
pub(super) fn AttentionPanel(live: FleetLive) -> impl IntoView {
    move || {
        let list = live.attention.get();
        let more = live.attention_total.get().saturating_sub(list.len());
        (!list.is_empty()).then(|| {
            view! {
                <Attention>
                    {list.into_iter().map(attention_row).collect_view()}
                    {(more > 0).then(|| view! { <li><span></span><p class="mute">{format!("And {more} more.")}</p></li> })}
                </Attention>
            }
        })
    }
}

fn attention_row(entry: Entry) -> AnyView {
    let Entry { service, environment, health } = entry;
    let href = format!("/environments/{environment}/services/{service}");
    let label = format!("Open {service}");
    let title = format!("{service} in {environment} {}.", health_predicate(health.status));
    let action = move || view! { <LinkButton href=href>{label}</LinkButton> };
    view! {
        <AttentionRow tone=health_tone(health.status) title=title action=action>
            {sentence(&health.sentence)}
        </AttentionRow>
    }
    .into_any()
}
