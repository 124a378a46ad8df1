//! People and teams as two letters in a circle.

use leptos::prelude::*;

/// How many colours there are; see `.avatar` in the style sheet.
const HUES: u32 = 7;

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// Two letters of a name in a circle; the name stands beside it.
#[component]
pub fn Avatar(
    /// Whose letters.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let hue = name.bytes().map(u32::from).sum::<u32>() % HUES;
    view! { <span class="avatar" data-hue=hue.to_string() aria-hidden="true">{initials(&name)}</span> }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn a_name_has_one_or_two_letters() {
        assert_eq!(initials("Platform on call"), "PC");
        assert_eq!(initials("ada"), "A");
        assert_eq!(initials(""), "");
    }
}
