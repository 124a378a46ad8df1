//! Short words after something was done, that go by themselves. Failures stay on the page instead.

use std::time::Duration;

use leptos::prelude::*;

use super::{
    icon::{Glyph, Icon},
    status::{StatusMark, Tone},
};

/// How long a toast stays.
const TOAST_SHOWN: Duration = Duration::from_secs(6);
/// The most that are shown at once; the oldest goes first.
const TOASTS_MAX: usize = 4;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Toast {
    id: u64,
    tone: Tone,
    words: String,
}

/// Shows toasts; from `use_toaster()`.
#[derive(Clone, Copy, Debug)]
pub struct Toaster {
    toasts: RwSignal<Vec<Toast>>,
    last_id: StoredValue<u64>,
}

impl Toaster {
    fn new() -> Self {
        Self { toasts: RwSignal::new(Vec::new()), last_id: StoredValue::new(0) }
    }

    /// Shows words for a few seconds. Call it in the browser only: in an event handler or an effect.
    pub fn show(self, tone: Tone, words: impl Into<String>) {
        let id = self.last_id.get_value() + 1;
        self.last_id.set_value(id);
        self.toasts.update(|toasts| {
            toasts.push(Toast { id, tone, words: words.into() });
            if toasts.len() > TOASTS_MAX {
                toasts.remove(0);
            }
        });
        set_timeout(move || self.hide(id), TOAST_SHOWN);
    }

    fn hide(self, id: u64) {
        // The page may be gone when the time is up.
        let _ = self.toasts.try_update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

/// Makes a toaster for everything below; `Shell` calls it.
pub fn provide_toaster() -> Toaster {
    let toaster = Toaster::new();
    provide_context(toaster);
    toaster
}

/// The toaster of the shell around; one that shows nothing where there is no shell.
pub fn use_toaster() -> Toaster {
    use_context::<Toaster>().unwrap_or_else(Toaster::new)
}

/// Where toasts appear; part of `Shell`.
#[component]
pub fn Toasts(
    /// Whose toasts.
    toaster: Toaster,
) -> impl IntoView {
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toaster.toasts.get() key=|toast| toast.id let:toast>
                <div class="toast">
                    <StatusMark tone=toast.tone/>
                    <p>{toast.words}</p>
                    <button
                        type="button"
                        class="btn quiet square"
                        aria-label="Close"
                        on:click=move |_| toaster.hide(toast.id)
                    >
                        <Glyph icon=Icon::Close/>
                    </button>
                </div>
            </For>
        </div>
    }
}
