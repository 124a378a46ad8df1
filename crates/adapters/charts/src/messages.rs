//! What people read about a [`ChartsError`]: the object, what is wrong with it, and the next step.

use domain::AppError;

use crate::archive::size;
use crate::error::{ChartsError, SourceKind};

fn first_8(digest: &str) -> String {
    digest.chars().take(8).collect()
}

impl From<ChartsError> for AppError {
    fn from(error: ChartsError) -> Self {
        match error {
            ChartsError::BadAddress { .. }
            | ChartsError::FolderOutside { .. }
            | ChartsError::NoFolder { .. }
            | ChartsError::NoRepository { .. }
            | ChartsError::NotAnIndex { .. }
            | ChartsError::NotARegistry { .. } => about_address(error),
            ChartsError::Unreachable { .. }
            | ChartsError::CredentialsWanted { .. }
            | ChartsError::Throttled { .. }
            | ChartsError::StillFailing { .. } => about_server(error),
            ChartsError::NoChart { .. } | ChartsError::NoRegistryRepository { .. } | ChartsError::NoVersion { .. } => about_chart(error),
            ChartsError::TooLarge { .. } | ChartsError::TooMany { .. } | ChartsError::DigestMismatch { .. } | ChartsError::BadArchive { .. } => {
                about_archive(error)
            }
            ChartsError::Folder { path, why } => Self::unavailable(format!("The folder for charts, {path}, can't be used: {why}."))
                .hint("Give the server's user the right to write there, and room on the disk."),
            ChartsError::CredentialsFile { path, why } => Self::invalid(format!("The credentials in {path} can't be used: {why}."))
                .hint("Correct the file, or name another with `--registry-config` or `--repository-config`."),
        }
    }
}

fn about_address(error: ChartsError) -> AppError {
    let error = match error {
        ChartsError::BadAddress { address, why } => AppError::invalid(format!("“{address}” is no chart source: {why}."))
            .hint("Give the https address of the folder that holds index.yaml, an oci:// registry, or a file:// folder on the server."),
        ChartsError::FolderOutside { path } => AppError::invalid(format!("Charts are not read from the folder {path}."))
            .hint("Start the portal with `--chart-folder` for a folder above it; links that lead out of that folder are not followed."),
        ChartsError::NoFolder { path } => AppError::not_found("folder", path).hint("Make it on the portal's server, or correct the path."),
        ChartsError::NoRepository { address } => AppError::not_found("chart repository", address)
            .hint("The server answers, but has no index.yaml there: give the address of the folder that holds it."),
        ChartsError::NotAnIndex { address, why } => AppError::invalid(format!("What {address} holds is not the index of a chart repository: {why}."))
            .hint("Check the repository's address; `helm repo index` makes such a file."),
        ChartsError::NotARegistry { address, why } => AppError::invalid(format!("What {address} answers is not what a registry answers: {why}."))
            .hint("Check the address: after oci:// come the registry's host and the path of its charts."),
        other => AppError::internal(other.to_string()),
    };
    error.field("repository")
}

fn about_server(error: ChartsError) -> AppError {
    match error {
        ChartsError::Unreachable { kind, host, reason } => AppError::unavailable(format!("The {kind} at {host} can't be read: {reason}."))
            .hint("Check that the address is right and that the server may reach it, then try again."),
        ChartsError::CredentialsWanted { kind, host, path, status, shown, helper } => {
            let asks = if shown { "refuses the credentials it was given" } else { "asks for credentials" };
            let setting = if kind == SourceKind::Registry { "--registry-config" } else { "--repository-config" };
            let hint = match helper {
                Some(helper) => format!(
                    "The file of `{setting}` names the credential helper “{helper}” for {host}, and helpers are not run: put its credentials under `auths`."
                ),
                None if shown => format!("Renew what the file of `{setting}` has for {host}, and check that it may read {path}."),
                None => format!("Put credentials for {host} into the file of `{setting}`, and check that the chart is there at all."),
            };
            AppError::unavailable(format!("The {kind} at {host} can't be read: it {asks} for {path} ({status}).")).hint(hint)
        }
        ChartsError::Throttled { kind, host, status, until, .. } => {
            AppError::unavailable(format!("The {kind} at {host} can't be read: it asks to be left alone for a while ({status})."))
                .hint(format!("Try again after {}; with credentials such limits are often higher.", until.strftime("%H:%M:%S UTC")))
        }
        ChartsError::StillFailing { since, error } => {
            let mut error = AppError::from(*error);
            let since = format!("It has failed since {}.", since.strftime("%Y-%m-%d %H:%M UTC"));
            error.hint = Some(error.hint.map_or(since.clone(), |hint| format!("{since} {hint}")));
            error
        }
        other => AppError::internal(other.to_string()),
    }
}

fn about_chart(error: ChartsError) -> AppError {
    match error {
        ChartsError::NoChart { chart, repository, near, count } => {
            let there = if near.is_empty() {
                format!("{repository} holds {count} charts, none with a name like it.")
            } else {
                format!("{repository} holds {}.", near.join(", "))
            };
            AppError::not_found("chart", chart).hint(there).field("chart")
        }
        ChartsError::NoRegistryRepository { chart, name, host } => AppError::not_found("chart", chart)
            .hint(format!("The registry at {host} has no repository {name}: check the source's path and the chart's name."))
            .field("chart"),
        ChartsError::NoVersion { chart, version, newest } => AppError::not_found("version", format!("{version}” of chart “{chart}"))
            .hint(if newest.is_empty() { "It has no versions at all.".to_owned() } else { format!("The newest are {}.", newest.join(", ")) })
            .field("version"),
        other => AppError::internal(other.to_string()),
    }
}

fn about_archive(error: ChartsError) -> AppError {
    match error {
        ChartsError::TooLarge { what, bytes_max } => AppError::too_large(format!("{what} is larger than {}.", size(bytes_max)))
            .hint("Split the repository, or leave out of the chart what doesn't belong there."),
        ChartsError::TooMany { what, most } => {
            AppError::too_large(format!("{what} holds more than {most} versions.")).hint("Remove versions that nobody uses any more.")
        }
        ChartsError::DigestMismatch { chart, version, promised_by, expected, found } => AppError::conflict(format!(
            "The archive of {chart} {version} is not the one in the {promised_by}: its sha256 begins with {}, the {promised_by} says {}.",
            first_8(&found),
            first_8(&expected)
        ))
        .hint("Somebody replaced the archive or the index is stale: publish the version again under a new number."),
        ChartsError::BadArchive { chart, version, why } => {
            AppError::invalid(format!("The archive of {chart} {version} is not a chart that can be deployed: {why}."))
                .hint("Make it with `helm package` (`--dependency-update` puts its dependencies in) and publish it under a new version.")
        }
        other => AppError::internal(other.to_string()),
    }
}
