//! Which version is chosen at first, and what the button says. Pure.

use domain::catalog::ChartVersion;

/// The version that is chosen at first: the one the address names, else the newest release, else the newest.
pub(super) fn chosen_first(versions: &[ChartVersion], wanted: Option<&str>) -> String {
    let named = versions.iter().find(|version| Some(version.version.as_str()) == wanted);
    let released = versions.iter().find(|version| !version.prerelease && !version.deprecated);
    named.or(released).or(versions.first()).map(|version| version.version.clone()).unwrap_or_default()
}

/// "Deploy 1.5.0 to staging".
pub(super) fn button_words(version: &str, environment: &str) -> String {
    if version.is_empty() { format!("Deploy to {environment}") } else { format!("Deploy {version} to {environment}") }
}

/// What pressing the button will do to what runs, in words. `running` is the version that runs now.
pub(super) fn step_words(versions: &[ChartVersion], running: Option<&str>, chosen: &str, environment: &str) -> String {
    let place = |version: &str| versions.iter().position(|other| other.version == version);
    match running {
        None => format!("It is not in {environment} yet: Helm installs it."),
        Some(running) if running == chosen => format!("{running} runs there already: Helm applies it again with these values."),
        Some(running) => match (place(running), place(chosen)) {
            (Some(now), Some(then)) if then > now => format!("{running} runs there now, so this goes back to an older version."),
            _ => format!("{running} runs there now and is replaced pod by pod."),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> ChartVersion {
        ChartVersion {
            version: text.into(),
            app_version: None,
            description: None,
            changes: vec![],
            created_at: None,
            digest: None,
            deprecated: false,
            prerelease: text.contains('-'),
            republished: false,
        }
    }

    #[test]
    fn the_newest_release_is_chosen_before_a_newer_pre_release() {
        let versions = ["1.6.0-rc.1", "1.5.0", "1.4.2"].map(version);
        assert_eq!(chosen_first(&versions, None), "1.5.0");
        assert_eq!(chosen_first(&versions, Some("1.4.2")), "1.4.2");
        assert_eq!(chosen_first(&versions, Some("9.9.9")), "1.5.0");
        assert_eq!(chosen_first(&[version("1.0.0-rc.1")], None), "1.0.0-rc.1");
        assert_eq!(chosen_first(&[], None), "");
    }

    #[test]
    fn the_words_say_what_happens_to_what_runs() {
        let versions = ["1.5.0", "1.4.2"].map(version);
        assert_eq!(step_words(&versions, None, "1.5.0", "staging"), "It is not in staging yet: Helm installs it.");
        assert_eq!(step_words(&versions, Some("1.5.0"), "1.4.2", "staging"), "1.5.0 runs there now, so this goes back to an older version.");
        assert_eq!(step_words(&versions, Some("1.4.2"), "1.5.0", "staging"), "1.4.2 runs there now and is replaced pod by pod.");
        assert_eq!(step_words(&versions, Some("1.5.0"), "1.5.0", "staging"), "1.5.0 runs there already: Helm applies it again with these values.");
    }
}
