//! One `EventSource` with its handlers; dropping it closes it.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, closure::Closure};
use leptos::web_sys::{Event, EventSource, MessageEvent};

/// How soon a stream that the server refused is asked for again.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// A stream and what is called.
#[derive(Clone)]
pub(super) struct Follow {
    /// Where it is.
    pub(super) path: String,
    /// The name of the events that count.
    pub(super) name: &'static str,
    /// The stream is open (again).
    pub(super) opened: Rc<dyn Fn()>,
    /// It broke; `true`: the server refused it, and the browser won't ask again by itself.
    pub(super) broken: Rc<dyn Fn(bool)>,
    /// Data arrived.
    pub(super) event: Rc<dyn Fn(String)>,
}

/// Follows a stream, once the page is hydrated, until the owner goes.
pub(super) fn follow(what: Follow) {
    let attempt = RwSignal::new(0_u32);
    Effect::new(move |_| {
        attempt.track();
        let told = what.broken.clone();
        let broken: Rc<dyn Fn(bool)> = Rc::new(move |refused| {
            told(refused);
            if refused {
                let ask_again = move || {
                    let _gone = attempt.try_update(|attempt| *attempt += 1);
                };
                set_timeout(ask_again, ASK_AGAIN);
            }
        });
        // The stream closes when the effect runs again or its owner goes.
        StoredValue::new_local(Stream::open(Follow { broken, ..what.clone() }));
    });
}

/// An open stream.
struct Stream {
    source: EventSource,
    _opened: Closure<dyn FnMut(Event)>,
    _broken: Closure<dyn FnMut(Event)>,
    _event: Closure<dyn FnMut(MessageEvent)>,
    _end: Closure<dyn FnMut(Event)>,
}

impl Stream {
    /// Opens the stream. An event named `end` closes it.
    fn open(what: Follow) -> Option<Self> {
        let Follow { path, name, opened, broken, event } = what;
        let source = EventSource::new(&path).ok()?;
        let opened = Closure::<dyn FnMut(Event)>::new(move |_| opened());
        let of_error = source.clone();
        let broken = Closure::<dyn FnMut(Event)>::new(move |_| broken(of_error.ready_state() == EventSource::CLOSED));
        let event = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            if let Some(data) = message.data().as_string() {
                event(data);
            }
        });
        let of_end = source.clone();
        let end = Closure::<dyn FnMut(Event)>::new(move |_| of_end.close());
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        source.set_onerror(Some(broken.as_ref().unchecked_ref()));
        source.add_event_listener_with_callback(name, event.as_ref().unchecked_ref()).ok()?;
        source.add_event_listener_with_callback("end", end.as_ref().unchecked_ref()).ok()?;
        Some(Self { source, _opened: opened, _broken: broken, _event: event, _end: end })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}
