//! Rows of environments.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use domain::EnvironmentName;
use domain::environment::Environment;

use crate::{Store, StoreError, millis, parsed, time};

fn environment(row: &AnyRow) -> Result<Environment, StoreError> {
    Ok(Environment {
        name: parsed(row, "name")?,
        kind: parsed(row, "kind")?,
        cluster: parsed(row, "cluster")?,
        namespace: parsed(row, "namespace")?,
        team: parsed(row, "team")?,
        created_at: time(row, "created_at")?,
        revision: row.try_get("revision")?,
    })
}

impl Store {
    /// All environments, by kind and name.
    pub async fn environment_list(&self) -> Result<Vec<Environment>, StoreError> {
        let rows = sqlx::query("SELECT * FROM environment ORDER BY name").fetch_all(&self.read).await?;
        let mut list = rows.iter().map(environment).collect::<Result<Vec<_>, _>>()?;
        list.sort_by(|a, b| a.kind.cmp(&b.kind).then_with(|| a.name.cmp(&b.name)));
        Ok(list)
    }

    /// One environment.
    pub async fn environment_get(&self, name: &EnvironmentName) -> Result<Option<Environment>, StoreError> {
        let row = sqlx::query("SELECT * FROM environment WHERE name = $1").bind(name.as_str()).fetch_optional(&self.read).await?;
        row.as_ref().map(environment).transpose()
    }

    /// Writes a new environment down.
    pub async fn environment_insert(&self, new: &Environment) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO environment (name, kind, cluster, namespace, team, created_at, revision) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(new.name.as_str())
            .bind(new.kind.as_str())
            .bind(new.cluster.as_str())
            .bind(new.namespace.as_str())
            .bind(new.team.as_str())
            .bind(millis(new.created_at))
            .bind(new.revision)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// Changes kind and team of the environment as it was at `changed.revision`; the row's revision rises by one.
    pub async fn environment_update(&self, changed: &Environment) -> Result<(), StoreError> {
        let done = sqlx::query("UPDATE environment SET kind = $1, team = $2, revision = revision + 1 WHERE name = $3 AND revision = $4")
            .bind(changed.kind.as_str())
            .bind(changed.team.as_str())
            .bind(changed.name.as_str())
            .bind(changed.revision)
            .execute(&self.write)
            .await?;
        if done.rows_affected() == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    /// Removes an environment's row. Says nothing if it is gone.
    pub async fn environment_delete(&self, name: &EnvironmentName) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM environment WHERE name = $1").bind(name.as_str()).execute(&self.write).await?;
        Ok(())
    }
}
