//! Rows of teams and their members.

use sqlx::Row as _;

use domain::team::Team;
use domain::{TeamName, UserName};

use crate::{Store, StoreError, millis, parsed, time};

impl Store {
    /// All teams, by name.
    pub async fn team_list(&self) -> Result<Vec<Team>, StoreError> {
        let rows = sqlx::query("SELECT name, created_at FROM team ORDER BY name").fetch_all(&self.read).await?;
        let members = sqlx::query("SELECT team, user_name FROM team_member ORDER BY team, user_name").fetch_all(&self.read).await?;
        let mut teams = rows
            .iter()
            .map(|row| Ok(Team { name: parsed(row, "name")?, members: Vec::new(), created_at: time(row, "created_at")? }))
            .collect::<Result<Vec<_>, StoreError>>()?;
        for row in &members {
            let team: String = row.try_get("team")?;
            if let Some(found) = teams.iter_mut().find(|t| t.name.as_str() == team) {
                found.members.push(parsed(row, "user_name")?);
            }
        }
        Ok(teams)
    }

    /// One team.
    pub async fn team_get(&self, name: &TeamName) -> Result<Option<Team>, StoreError> {
        Ok(self.team_list().await?.into_iter().find(|team| team.name == *name))
    }

    /// The teams of a user, by name.
    pub async fn team_list_of(&self, user: &UserName) -> Result<Vec<TeamName>, StoreError> {
        let rows = sqlx::query("SELECT team FROM team_member WHERE user_name = $1 ORDER BY team").bind(user.as_str()).fetch_all(&self.read).await?;
        rows.iter().map(|row| parsed(row, "team")).collect()
    }

    /// Writes a new team down.
    pub async fn team_insert(&self, team: &Team) -> Result<(), StoreError> {
        let mut tx = self.write.begin().await?;
        sqlx::query("INSERT INTO team (name, created_at) VALUES ($1, $2)")
            .bind(team.name.as_str())
            .bind(millis(team.created_at))
            .execute(&mut *tx)
            .await?;
        for member in &team.members {
            sqlx::query("INSERT INTO team_member (team, user_name) VALUES ($1, $2)")
                .bind(team.name.as_str())
                .bind(member.as_str())
                .execute(&mut *tx)
                .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Sets a team's members.
    pub async fn team_update(&self, name: &TeamName, members: &[UserName]) -> Result<(), StoreError> {
        let mut tx = self.write.begin().await?;
        // A write first: it keeps other writers of this team out until the end, on both databases.
        let there = sqlx::query("UPDATE team SET name = name WHERE name = $1").bind(name.as_str()).execute(&mut *tx).await?;
        if there.rows_affected() == 0 {
            return Err(StoreError::Stale);
        }
        sqlx::query("DELETE FROM team_member WHERE team = $1").bind(name.as_str()).execute(&mut *tx).await?;
        for member in members {
            sqlx::query("INSERT INTO team_member (team, user_name) VALUES ($1, $2)")
                .bind(name.as_str())
                .bind(member.as_str())
                .execute(&mut *tx)
                .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Removes a team that owns nothing; [`StoreError::Referenced`] otherwise.
    pub async fn team_delete(&self, name: &TeamName) -> Result<(), StoreError> {
        let done = sqlx::query("DELETE FROM team WHERE name = $1").bind(name.as_str()).execute(&self.write).await?;
        if done.rows_affected() == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }
}
