//! The browser's half: takes over the page that the server wrote, and nothing else.

use leptos::prelude::document;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's script once this module is loaded. The mark it sets tells tests that the page is alive.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
    if let Some(root) = document().document_element() {
        // It fails only for a name that is no attribute name.
        let _ = root.set_attribute("data-hydrated", "true");
    }
}
