//! A fresh database per test: SQLite in a temporary folder, or one of its own on the PostgreSQL that `tools/postgres` started.

use sqlx::{Connection as _, Executor as _};
use store::Store;
use tempfile::TempDir;

/// Names the PostgreSQL server to make databases on.
pub const POSTGRES_VARIABLE: &str = "SLIPWAY_TEST_POSTGRES";

/// A database that belongs to one test.
#[derive(Debug)]
pub struct Database {
    /// Its address, as [`Store::connect`] takes it.
    pub url: String,
    store: Store,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder { _folder: TempDir },
    Server { server: String, name: String },
}

impl Database {
    /// The store on it.
    pub fn store(&self) -> Store {
        self.store.clone()
    }

    /// Another process's store on the same database.
    pub async fn connect_again(&self) -> Store {
        Store::connect(&self.url).await.expect("the database opens a second time")
    }

    /// Takes it away. A test that panics leaves it; it goes with the server.
    pub async fn remove(self) {
        self.store.close().await;
        if let Place::Server { server, name } = &self.place {
            server_execute(server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// A fresh SQLite file.
pub async fn sqlite() -> Database {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("slipway.db").display());
    let store = Store::connect(&url).await.expect("a fresh SQLite file opens");
    Database { url, store, place: Place::Folder { _folder: folder } }
}

/// A fresh database on the server that the environment names.
pub async fn postgres() -> Database {
    let server = std::env::var(POSTGRES_VARIABLE).unwrap_or_else(|_| {
        panic!("{POSTGRES_VARIABLE} is not set: run through `make test`, or set it to what `tools/postgres up` prints");
    });
    let name = format!("test_{}", uuid::Uuid::now_v7().simple());
    server_execute(&server, format!("CREATE DATABASE {name}")).await;
    let (address, _) = server.rsplit_once('/').expect("the server's URL ends with a database");
    let url = format!("{address}/{name}");
    let store = Store::connect(&url).await.expect("a fresh PostgreSQL database opens");
    Database { url, store, place: Place::Server { server, name } }
}

async fn server_execute(server: &str, sql: String) {
    sqlx::any::install_default_drivers();
    let mut connection = sqlx::AnyConnection::connect(server).await.expect("the test server of PostgreSQL answers");
    connection.execute(sqlx::AssertSqlSafe(sql)).await.expect("the test server does as it is told");
    let _ = connection.close().await;
}

/// Makes two tests of one body, `NAME::on_sqlite` and `NAME::on_postgres`. The body is an async function of one `&Database`.
///
/// ```ignore
/// testkit::on_both! {
///     async fn a_team_is_listed(database: &Database) { … }
/// }
/// ```
#[macro_export]
macro_rules! on_both {
    ($($(#[$note:meta])* async fn $name:ident($database:ident: &Database) $body:block)+) => {$(
        $(#[$note])*
        mod $name {
            #[allow(unused_imports)] // what a body needs of its file's names differs
            use super::*;

            async fn scenario($database: &$crate::database::Database) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let database = $crate::database::sqlite().await;
                scenario(&database).await;
                database.remove().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                let database = $crate::database::postgres().await;
                scenario(&database).await;
                database.remove().await;
            }
        }
    )+};
}
