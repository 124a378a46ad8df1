//! Rows of services.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use domain::ServiceName;
use domain::catalog::{ChartRef, Service};

use crate::{Store, StoreError, json, millis, parsed, time, to_json};

fn service(row: &AnyRow) -> Result<Service, StoreError> {
    Ok(Service {
        name: parsed(row, "name")?,
        team: parsed(row, "team")?,
        chart: ChartRef { repository: row.try_get("chart_repository")?, name: row.try_get("chart_name")? },
        default_values: json(row, "default_values")?,
        created_at: time(row, "created_at")?,
        revision: row.try_get("revision")?,
    })
}

impl Store {
    /// All services, by name.
    pub async fn service_list(&self) -> Result<Vec<Service>, StoreError> {
        let rows = sqlx::query("SELECT * FROM service ORDER BY name").fetch_all(&self.read).await?;
        rows.iter().map(service).collect()
    }

    /// One service.
    pub async fn service_get(&self, name: &ServiceName) -> Result<Option<Service>, StoreError> {
        let row = sqlx::query("SELECT * FROM service WHERE name = $1").bind(name.as_str()).fetch_optional(&self.read).await?;
        row.as_ref().map(service).transpose()
    }

    /// Writes a new service down.
    pub async fn service_insert(&self, new: &Service) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO service (name, team, chart_repository, chart_name, default_values, created_at, revision) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(new.name.as_str())
            .bind(new.team.as_str())
            .bind(&new.chart.repository)
            .bind(&new.chart.name)
            .bind(to_json(&new.default_values)?)
            .bind(millis(new.created_at))
            .bind(new.revision)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// Changes the service as it was at `changed.revision`; the row's revision rises by one.
    pub async fn service_update(&self, changed: &Service) -> Result<(), StoreError> {
        let done = sqlx::query(
            "UPDATE service SET team = $1, chart_repository = $2, chart_name = $3, default_values = $4, revision = revision + 1 WHERE name = $5 AND revision = $6",
        )
        .bind(changed.team.as_str())
        .bind(&changed.chart.repository)
        .bind(&changed.chart.name)
        .bind(to_json(&changed.default_values)?)
        .bind(changed.name.as_str())
        .bind(changed.revision)
        .execute(&self.write)
        .await?;
        if done.rows_affected() == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    /// Removes a service's row. Says nothing if it is gone.
    pub async fn service_delete(&self, name: &ServiceName) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM service WHERE name = $1").bind(name.as_str()).execute(&self.write).await?;
        Ok(())
    }
}
