//! The one reader of the environment and the command line.

#![allow(clippy::disallowed_methods, reason = "the one reader of the environment")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::{Args, Parser, Subcommand};
use domain::{EnvironmentName, ServiceName};
use secrecy::SecretString;

use crate::auth::token::TOKEN_FILE;

/// Deploy, watch and explain what runs on Kubernetes.
#[derive(Debug, Parser)]
#[command(name = "slipway", version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the portal.
    Serve(Box<ServeOptions>),
    /// Fill a running portal's database with the demo's teams, environments and services.
    Seed(Box<SeedOptions>),
    /// Deploy a version of a service through a running portal.
    Deploy(DeployOptions),
    /// What runs where, and how it is, from a running portal. Exit code 1 if something is degraded.
    Status(StatusOptions),
    /// List the versions on standard input, newest first, by Helm's rules. Needs no portal.
    Versions(VersionsOptions),
    /// Run a program that ends when this one's parent ends. Used by the portal for Helm.
    #[command(hide = true)]
    Guard(GuardOptions),
}

/// Where charts may come from, beside repositories and registries that anybody may read. docs/charts.md has the rules.
#[derive(Debug, Clone, Args)]
pub(crate) struct ChartOptions {
    /// A folder below which `file://` chart sources may lie; repeat it for several, or separate them as in PATH in the variable.
    #[arg(long, env = "SLIPWAY_CHART_FOLDERS", value_name = "FOLDER", value_delimiter = ':')]
    pub(crate) chart_folder: Vec<PathBuf>,
    /// Docker's `config.json` (Helm's `registry/config.json`), with credentials for `oci://` registries.
    #[arg(long, env = "SLIPWAY_REGISTRY_CONFIG", value_name = "FILE")]
    pub(crate) registry_config: Option<PathBuf>,
    /// Helm's `repositories.yaml`, with credentials for HTTP chart repositories.
    #[arg(long, env = "SLIPWAY_REPOSITORY_CONFIG", value_name = "FILE")]
    pub(crate) repository_config: Option<PathBuf>,
    /// A registry, `HOST` or `HOST:PORT`, to ask by plain http, as those on loopback always are; repeat it for several.
    #[arg(long, env = "SLIPWAY_PLAIN_HTTP_REGISTRIES", value_name = "HOST", value_delimiter = ',')]
    pub(crate) plain_http_registry: Vec<String>,
    /// Most that fetched charts may take on the disk, in MiB; those used longest ago go first.
    #[arg(long, env = "SLIPWAY_CHART_CACHE_MIB", default_value_t = 1024, value_parser = clap::value_parser!(u64).range(1..=1_048_576))]
    pub(crate) chart_cache_mib: u64,
}

/// What both `serve` and `seed` need to reach the world.
#[derive(Debug, Clone, Args)]
pub(crate) struct WorldOptions {
    /// The database: `sqlite:PATH` or `postgres://…`.
    #[arg(long, env = "SLIPWAY_DATABASE", default_value = "sqlite:slipway.db", hide_env_values = true)]
    pub(crate) database: String,
    /// Kubeconfig files, separated as in KUBECONFIG.
    #[arg(long, env = "SLIPWAY_KUBECONFIG")]
    pub(crate) kubeconfig: Option<OsString>,
    /// Contexts to watch, comma-separated; all if none is named.
    #[arg(long, env = "SLIPWAY_CONTEXTS", value_delimiter = ',')]
    pub(crate) context: Vec<String>,
    /// Watch the cluster Slipway runs in, by its service account.
    #[arg(long, env = "SLIPWAY_IN_CLUSTER")]
    pub(crate) in_cluster: bool,
    /// The `helm` program, 3.x or 4.x: a path, or a name on the PATH.
    #[arg(long, env = "SLIPWAY_HELM", default_value = "helm")]
    pub(crate) helm: PathBuf,
    /// Folder for fetched charts and Helm's caches.
    #[arg(long, env = "SLIPWAY_DATA", default_value = "slipway-data")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) charts: ChartOptions,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct ServeOptions {
    /// Where to listen.
    #[arg(long, env = "SLIPWAY_LISTEN", default_value = "127.0.0.1:4620")]
    pub(crate) listen: SocketAddr,
    #[command(flatten)]
    pub(crate) world: WorldOptions,
    /// The folder that `cargo xtask site` made.
    #[arg(long, env = "SLIPWAY_SITE", default_value = "target/site")]
    pub(crate) site: PathBuf,
    /// A folder of packaged charts to serve as the chart repository `/charts`.
    #[arg(long, env = "SLIPWAY_CHARTS")]
    pub(crate) charts: Option<PathBuf>,
    /// How long a claimed operation survives its process, in milliseconds.
    #[arg(long, env = "SLIPWAY_LEASE_MS", default_value_t = 15_000, value_parser = clap::value_parser!(i64).range(500..=600_000))]
    pub(crate) lease_ms: i64,
    /// How long a rollout may look hopeless before its deploy is called failed, in milliseconds.
    #[arg(long, env = "SLIPWAY_STALL_GRACE_MS", default_value_t = 20_000, value_parser = clap::value_parser!(i64).range(0..=3_600_000))]
    pub(crate) stall_grace_ms: i64,
    /// What to log, as in `info,slipway=debug`.
    #[arg(long, env = "SLIPWAY_LOG", default_value = "info,sqlx=warn,kube_client=warn,kube_runtime=error")]
    pub(crate) log: String,
    /// Log one JSON object a line.
    #[arg(long, env = "SLIPWAY_LOG_JSON")]
    pub(crate) log_json: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct SeedOptions {
    #[command(flatten)]
    pub(crate) world: WorldOptions,
    /// The chart repository the demo's services come from.
    #[arg(long)]
    pub(crate) repository: String,
    /// The cluster the demo's environments lie in.
    #[arg(long)]
    pub(crate) cluster: String,
    /// Deploy the services too, if nothing was deployed yet.
    #[arg(long)]
    pub(crate) deploy: bool,
}

/// Where the portal is, and what to show it.
#[derive(Debug, Clone, Args)]
pub(crate) struct PortalOptions {
    /// The portal's address.
    #[arg(long, env = "SLIPWAY_URL", default_value = "http://127.0.0.1:4620", value_name = "ADDRESS")]
    pub(crate) url: String,
    /// The file with the portal's token. Else the token is `SLIPWAY_TOKEN`, or in the file `SLIPWAY_TOKEN_FILE`, or in `token`
    /// in `SLIPWAY_DATA` or `slipway-data`.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
}

/// Where the portal's token comes from.
#[derive(Debug, Clone)]
pub(crate) enum TokenSource {
    /// The environment held it.
    Given(SecretString),
    /// It is in this file.
    File(PathBuf),
}

#[derive(Debug, Clone, Args)]
pub(crate) struct DeployOptions {
    /// The service.
    pub(crate) service: ServiceName,
    /// The environment.
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) to: EnvironmentName,
    /// The version, or a constraint as Helm reads it, as in `~1.5` or `>=1.2 <2`: the newest that matches. Else the newest
    /// that is no pre-release.
    #[arg(long, value_name = "CONSTRAINT", allow_hyphen_values = true)]
    pub(crate) version: Option<String>,
    /// A file with the environment's own values as YAML, `-` for standard input. Else those last deployed there are kept.
    #[arg(long, value_name = "FILE")]
    pub(crate) values: Option<PathBuf>,
    /// Follow the operation until it has ended; the exit code tells how.
    #[arg(long)]
    pub(crate) wait: bool,
    /// How long to wait, as in `90s` or `15m`. The operation goes on all the same.
    #[arg(long, default_value = "15m", value_name = "DURATION", value_parser = duration_read)]
    pub(crate) timeout: Duration,
    #[command(flatten)]
    pub(crate) portal: PortalOptions,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct StatusOptions {
    /// Only this environment.
    pub(crate) environment: Option<EnvironmentName>,
    /// Only this service.
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<ServiceName>,
    /// Print the board as JSON, as GET /api/v1/fleet answers it.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) portal: PortalOptions,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct VersionsOptions {
    /// List only what Helm would take for this, as in `>=1.2 <2 || ~3.1`.
    #[arg(long, value_name = "CONSTRAINT", allow_hyphen_values = true)]
    pub(crate) constraint: Option<String>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct GuardOptions {
    /// The process whose end ends the program.
    #[arg(long)]
    pub(crate) parent: i32,
    /// The program and its arguments.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) command: Vec<OsString>,
}

impl ServeOptions {
    /// Without an identity provider the portal offers demo users, so nobody else may reach it.
    pub(crate) fn listen_check(&self) -> anyhow::Result<()> {
        if self.listen.ip().is_loopback() {
            return Ok(());
        }
        bail!(
            "{} can be reached by others, and no identity provider is configured: anybody could sign in as the demo user. \
             Listen on loopback (--listen 127.0.0.1:4620). Signing in through an identity provider is not built yet.",
            self.listen
        )
    }
}

impl PortalOptions {
    /// Where the token comes from: what stands on the command line goes first, a token before a file.
    pub(crate) fn token_source(&self) -> TokenSource {
        let variable = |name| std::env::var_os(name).filter(|value: &OsString| !value.is_empty());
        if let Some(file) = &self.token_file {
            return TokenSource::File(file.clone());
        }
        if let Some(token) = variable("SLIPWAY_TOKEN") {
            return TokenSource::Given(SecretString::from(token.to_string_lossy().trim()));
        }
        let default = || PathBuf::from(variable("SLIPWAY_DATA").unwrap_or_else(|| "slipway-data".into())).join(TOKEN_FILE);
        TokenSource::File(variable("SLIPWAY_TOKEN_FILE").map_or_else(default, PathBuf::from))
    }
}

/// A duration as `90s`, `15m` or `1h30m`, longer than nothing.
fn duration_read(text: &str) -> Result<Duration, String> {
    let wrong = || format!("“{text}” is no duration: write for example 90s, 15m or 1h30m");
    let duration: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(duration).ok().filter(|duration| !duration.is_zero()).ok_or_else(wrong)
}

impl WorldOptions {
    /// The kubeconfig files: named ones, else those of KUBECONFIG, else the one in the home folder.
    pub(crate) fn kubeconfig_files(&self) -> Vec<PathBuf> {
        if let Some(list) = self.kubeconfig.clone().or_else(|| std::env::var_os("KUBECONFIG")).filter(|list| !list.is_empty()) {
            return std::env::split_paths(&list).collect();
        }
        if self.in_cluster {
            return Vec::new();
        }
        std::env::home_dir().map(|home| home.join(".kube/config")).filter(|file| file.exists()).into_iter().collect()
    }
}

/// The environment of this process, for Helm's adapter to choose from.
pub(crate) fn environment() -> BTreeMap<String, OsString> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        assert_eq!(duration_read("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration_read("15m"), Ok(Duration::from_mins(15)));
        assert_eq!(duration_read("1h30m"), Ok(Duration::from_mins(90)));
        for bad in ["", "15", "0s", "-5m", "soon"] {
            assert!(duration_read(bad).unwrap_err().contains("15m"), "{bad}");
        }
    }
}
