//! Pages, one screen per file, by noun. A page loads through `api`, shows with the kit, and decides nothing.

pub mod chart;
pub mod clusters;
pub mod deploy;
pub mod environments;
pub mod fleet;
mod form;
mod loaded;
pub mod not_found;
pub mod operations;
mod plan;
pub mod release;
pub mod service;
pub mod services;
pub mod sign_in;
pub mod teams;
mod words;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// A part of the address that the route names. Pages that show another object under the same route are made anew.
fn address_part(name: &'static str) -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get_str(name).unwrap_or_default().to_owned()))
}
