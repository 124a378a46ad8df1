//! Use cases of teams.

use async_trait::async_trait;
use domain::access::{UseCase, decide};
use domain::service::Teams;
use domain::team::Team;
use domain::{Actor, AppError, TeamName, UserName};
use store::StoreError;

use crate::Control;

/// Most members of one team.
const MEMBERS_MAX: usize = 500;

fn members_checked(members: Vec<String>) -> Result<Vec<UserName>, AppError> {
    let mut names = members
        .into_iter()
        .filter(|m| !m.trim().is_empty())
        .map(|m| UserName::new(m.trim()).map_err(|e| e.field("members")))
        .collect::<Result<Vec<_>, _>>()?;
    names.sort();
    names.dedup();
    if names.len() > MEMBERS_MAX {
        return Err(AppError::invalid(format!("A team may list {MEMBERS_MAX} members, not {}.", names.len()))
            .hint("Use a group of the identity provider.")
            .field("members"));
    }
    Ok(names)
}

#[async_trait]
impl Teams for Control {
    async fn team_list(&self, actor: &Actor) -> Result<Vec<Team>, AppError> {
        self.may_read(actor)?;
        Ok(self.store.team_list().await?)
    }

    async fn team_create(&self, actor: &Actor, name: &str, members: Vec<String>) -> Result<Team, AppError> {
        decide(actor, UseCase::TeamEdit, None)?;
        let team = Team { name: TeamName::new(name.trim())?, members: members_checked(members)?, created_at: self.now() };
        match self.store.team_insert(&team).await {
            Err(StoreError::Duplicate(_)) => {
                Err(AppError::conflict(format!("There is a team “{}” already.", team.name)).hint("Choose another name.").field("name"))
            }
            other => Ok(other.map(|()| team)?),
        }
    }

    async fn team_update(&self, actor: &Actor, name: &TeamName, members: Vec<String>) -> Result<Team, AppError> {
        decide(actor, UseCase::TeamEdit, None)?;
        match self.store.team_update(name, &members_checked(members)?).await {
            Err(StoreError::Stale) => return Err(AppError::not_found("team", name)),
            other => other?,
        }
        self.store.team_get(name).await?.ok_or_else(|| AppError::not_found("team", name))
    }

    async fn team_remove(&self, actor: &Actor, name: &TeamName) -> Result<(), AppError> {
        decide(actor, UseCase::TeamEdit, None)?;
        match self.store.team_delete(name).await {
            Err(StoreError::Stale) => Err(AppError::not_found("team", name)),
            Err(StoreError::Referenced) => {
                Err(AppError::conflict(format!("Team {name} still owns services or environments.")).hint("Give them to another team first."))
            }
            other => Ok(other?),
        }
    }
}
