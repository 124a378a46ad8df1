//! The one reader of the environment and the command line.

#![allow(clippy::disallowed_methods, reason = "the one reader of the environment")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, Parser, Subcommand};

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
    /// List the versions on standard input, newest first, by Helm's rules. Needs no portal.
    Versions(VersionsOptions),
    /// Run a program that ends when this one's parent ends. Used by the portal for Helm.
    #[command(hide = true)]
    Guard(GuardOptions),
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
