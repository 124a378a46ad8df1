//! `/sign-in`: the one page without the frame. A plain form: it works before, and without, any script.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::{BrandMark, Button, ButtonKind};
use crate::pages::form::Hidden;

/// The demo's users: the value that is sent, and what a person reads.
const USERS: [(&str, &str, &str); 3] = [
    ("platform", "Sign in as platform engineer", "may do everything"),
    ("developer", "Sign in as developer", "deploys what the teams of the demo own"),
    ("viewer", "Sign in as viewer", "sees everything, changes nothing"),
];

/// The way back after signing in: a path of this portal, nothing else.
fn next_checked(next: Option<&str>) -> String {
    let next = next.unwrap_or("/");
    let inside = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r']);
    if inside { next.to_owned() } else { "/".to_owned() }
}

/// The page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map();
    let next = query.with_untracked(|query| next_checked(query.get_str("next")));
    let forms = USERS
        .into_iter()
        .enumerate()
        .map(|(at, (user, label, may))| {
            let kind = if at == 0 { ButtonKind::Main } else { ButtonKind::Plain };
            view! {
                <form method="post" action="/sign-in">
                    <Hidden name="user" value=user/>
                    <Hidden name="next" value=next.clone()/>
                    <Button kind=kind>{label}</Button>
                    <p class="small mute">{may}</p>
                </form>
            }
        })
        .collect_view();
    view! {
        <Title text="Sign in · Slipway"/>
        <main class="sign-in" id="main">
            <div class="brand"><BrandMark/>"Slipway"</div>
            <section class="panel" aria-labelledby="sign-in-title">
                <h1 id="sign-in-title">"Sign in to the demo"</h1>
                {forms}
            </section>
            <p>"These users are offered only because this portal listens on this computer alone and has no identity provider."</p>
        </main>
    }
}

#[cfg(test)]
mod tests {
    use super::next_checked;

    #[test]
    fn the_way_back_stays_in_the_portal() {
        assert_eq!(next_checked(Some("/operations/7?x=1")), "/operations/7?x=1");
        for outside in [None, Some("https://evil.example"), Some("//evil.example"), Some("/\\evil.example"), Some("")] {
            assert_eq!(next_checked(outside), "/");
        }
    }
}
