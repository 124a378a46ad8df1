//! Teams.

use domain::team::Team;
use leptos::prelude::*;

use super::{Answer, ApiError};
#[cfg(feature = "ssr")]
use {
    super::context::{answer, asked},
    domain::{AppError, TeamName},
};

/// A name from an address: one that breaks the rules names nothing.
#[cfg(feature = "ssr")]
fn team_name(text: &str) -> Result<TeamName, ApiError> {
    answer(TeamName::new(text).map_err(|_| AppError::not_found("team", text)))
}

/// The names in a text: one in each line, or with commas between.
#[cfg(feature = "ssr")]
fn members_of(text: &str) -> Vec<String> {
    text.split(['\n', '\r', ',']).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// All, by name.
#[server(prefix = "/api/ui", endpoint = "team_list", output = Answer)]
pub async fn team_list() -> Result<Vec<Team>, ApiError> {
    let (actor, portal) = asked()?;
    answer(portal.teams.team_list(&actor).await)
}

/// Makes one, and leads to the list.
#[server(prefix = "/api/ui", endpoint = "team_create", output = Answer)]
pub async fn team_create(name: String, #[server(default)] members: String) -> Result<(), ApiError> {
    let (actor, portal) = asked()?;
    answer(portal.teams.team_create(&actor, &name, members_of(&members)).await)?;
    leptos_axum::redirect("/teams");
    Ok(())
}

/// Sets the members, and leads to the list.
#[server(prefix = "/api/ui", endpoint = "team_update", output = Answer)]
pub async fn team_update(name: String, #[server(default)] members: String) -> Result<(), ApiError> {
    let (actor, portal) = asked()?;
    answer(portal.teams.team_update(&actor, &team_name(&name)?, members_of(&members)).await)?;
    leptos_axum::redirect("/teams");
    Ok(())
}

/// Removes one that owns nothing, and leads to the list.
#[server(prefix = "/api/ui", endpoint = "team_remove", output = Answer)]
pub async fn team_remove(name: String) -> Result<(), ApiError> {
    let (actor, portal) = asked()?;
    answer(portal.teams.team_remove(&actor, &team_name(&name)?).await)?;
    leptos_axum::redirect("/teams");
    Ok(())
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::members_of;

    #[test]
    fn members_stand_in_lines_or_between_commas() {
        assert_eq!(members_of("ada\r\ngrace, \n\n linus "), ["ada", "grace", "linus"]);
    }
}
