//! The live stream: one `EventSource` for all pages, to which pages listen, and one for an operation that is looked at.
//! The browser opens a broken stream again by itself; one that the server refused is asked for again after a while.

#[cfg(feature = "hydrate")]
use std::rc::Rc;
use std::time::Duration;

use domain::fleet::LiveEvent;
use leptos::prelude::*;

use crate::components::LiveState;

/// The live stream; in context below the frame. On the server nothing ever arrives.
#[derive(Clone, Copy)]
pub struct Live {
    state: RwSignal<LiveState>,
    listeners: StoredValue<Vec<(u64, Callback<LiveEvent>)>>,
    last_id: StoredValue<u64>,
}

impl Live {
    /// Makes the stream, opens it once the page is hydrated, and puts it into context.
    pub(crate) fn provide() -> Self {
        let live = Self { state: RwSignal::new(LiveState::Connecting), listeners: StoredValue::new(Vec::new()), last_id: StoredValue::new(0) };
        provide_context(live);
        #[cfg(feature = "hydrate")]
        live.follow();
        live
    }

    /// Whether events arrive.
    pub fn state(self) -> Signal<LiveState> {
        self.state.into()
    }

    /// Calls `act` with each event until the caller's owner goes.
    pub fn listen(self, act: impl Fn(LiveEvent) + Send + Sync + 'static) {
        let id = self.last_id.get_value() + 1;
        self.last_id.set_value(id);
        self.listeners.update_value(|listeners| listeners.push((id, Callback::new(act))));
        on_cleanup(move || {
            self.listeners.try_update_value(|listeners| listeners.retain(|(other, _)| *other != id));
        });
    }

    #[cfg(feature = "hydrate")]
    fn tell(self, event: &LiveEvent) {
        let listeners: Vec<Callback<LiveEvent>> = self.listeners.try_get_value().unwrap_or_default().into_iter().map(|(_, act)| act).collect();
        for act in listeners {
            act.run(event.clone());
        }
    }

    #[cfg(feature = "hydrate")]
    fn follow(self) {
        let missed = StoredValue::new(false);
        stream::follow(stream::Follow {
            path: "/api/v1/live".to_owned(),
            name: "live",
            opened: Rc::new(move || {
                self.state.set(LiveState::Live);
                // What happened meanwhile was missed: pages read again.
                if missed.get_value() {
                    missed.set_value(false);
                    self.tell(&LiveEvent::Reload);
                }
            }),
            broken: Rc::new(move |refused| {
                missed.set_value(true);
                self.state.set(if refused { LiveState::Off } else { LiveState::Connecting });
            }),
            event: Rc::new(move |data| {
                if let Ok(event) = serde_json::from_str::<LiveEvent>(&data) {
                    self.tell(&event);
                }
            }),
        });
    }
}

/// The live stream of the frame around; none outside of a frame.
pub fn use_live() -> Option<Live> {
    use_context::<Live>()
}

/// Calls `act` once, `delay` after the first of several calls: a burst of events reads a page again only once.
pub(crate) fn soon(delay: Duration, act: impl Fn() + Clone + Send + Sync + 'static) -> impl Fn() + Clone + Send + Sync + 'static {
    let waiting = StoredValue::new(false);
    move || {
        if waiting.try_get_value() != Some(false) {
            return;
        }
        waiting.set_value(true);
        let act = act.clone();
        set_timeout(
            move || {
                // The page may be gone when the time is up.
                if waiting.try_set_value(false).is_none() {
                    act();
                }
            },
            delay,
        );
    }
}

/// Follows the record of an operation to its end.
#[cfg(feature = "hydrate")]
pub(crate) fn operation_follow(id: domain::OperationId, act: impl Fn(domain::operation::OperationEvent) + 'static) {
    stream::follow(stream::Follow {
        path: format!("/api/v1/operations/{id}/events"),
        name: "event",
        opened: Rc::new(|| {}),
        broken: Rc::new(|_| {}),
        event: Rc::new(move |data| {
            if let Ok(event) = serde_json::from_str(&data) {
                act(event);
            }
        }),
    });
}

/// On the server nothing is followed.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn operation_follow(_id: domain::OperationId, _act: impl Fn(domain::operation::OperationEvent) + 'static) {}

#[cfg(feature = "hydrate")]
mod stream;
