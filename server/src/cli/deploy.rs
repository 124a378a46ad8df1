//! `slipway deploy`: one version of one service into one environment, through a running portal.
//!
//! Exit codes: 0 the deploy succeeded (without `--wait`: was written down), 1 it failed, 2 arguments or input that can't be
//! used, 3 it was cancelled, 4 the portal can't be reached, 5 it had not ended when `--timeout` was over.

use std::io::{self, Read as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use domain::catalog::ChartVersion;
use domain::fleet::ServicePage;
use domain::operation::OperationState;
use domain::service::DeployDraft;
use domain::version::{Constraint, Version, newest_matching};
use domain::{AppError, OperationId, ServiceName};
use serde::Deserialize;

use super::client::{ClientError, PortalClient};
use super::follow::operation_follow;
use super::output::{Output, complain};
use crate::config::DeployOptions;

/// Largest values text that is read. The portal takes less; this only bounds what is sent to it.
const VALUES_BYTES_MAX: u64 = 1024 * 1024;
/// Versions named where none matches.
const VERSIONS_NAMED_MAX: usize = 5;
const EXIT_FAILED: u8 = 1;
const EXIT_OUTPUT: u8 = 2;
const EXIT_CANCELLED: u8 = 3;
const EXIT_TIMEOUT: u8 = 5;

/// The answer to `POST /api/v1/operations`.
#[derive(Deserialize)]
struct Written {
    id: OperationId,
}

pub(crate) fn run(options: &DeployOptions) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build().context("can't begin") {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&format!("{error:#}"));
            return ExitCode::from(EXIT_FAILED);
        }
    };
    let mut stdout = io::stdout().lock();
    let mut output = Output::new(&mut stdout);
    let code = runtime.block_on(service_deploy(options, &mut output)).unwrap_or_else(|error| {
        complain(&error.to_string());
        error.exit_code()
    });
    let code = match output.finish() {
        Err(error) => {
            complain(&format!("can't write to standard output: {error}"));
            if code == 0 { EXIT_OUTPUT } else { code }
        }
        Ok(()) => code,
    };
    ExitCode::from(code)
}

/// Answers the exit code.
async fn service_deploy(options: &DeployOptions, output: &mut Output<'_>) -> Result<u8, ClientError> {
    let constraint = options.version.as_deref().map(constraint_read).transpose().map_err(ClientError::Input)?;
    let given = options.values.as_deref().map(values_read).transpose().map_err(ClientError::Input)?;
    let client = PortalClient::new(&options.portal)?;
    let (service, environment) = (&options.service, &options.to);
    let versions: Vec<ChartVersion> = client.get(&format!("/services/{service}/versions")).await?;
    let version = version_choose(service, &versions, constraint.as_ref()).map_err(ClientError::Input)?;
    let values = match given {
        Some(values) => values,
        None => client.get::<ServicePage>(&format!("/environments/{environment}/services/{service}")).await?.values,
    };
    let unknown = format!("Nobody knows whether the deploy was written down: look at {} before you ask again.", client.page("/operations"));
    let draft = DeployDraft { service: service.clone(), environment: environment.clone(), version, values };
    let Written { id } = client.post("/operations", &draft, &unknown).await?;
    let page = client.page(&format!("/operations/{id}"));
    output.line(&format!("operation {id}: {service} {} to {environment}", draft.version));
    output.line(&page);
    if !options.wait {
        return Ok(0);
    }
    Ok(match operation_follow(&client, id, options.timeout, output).await? {
        Some(OperationState::Succeeded) => 0,
        Some(OperationState::Cancelled) => EXIT_CANCELLED,
        Some(_) => EXIT_FAILED,
        None => {
            let waited =
                jiff::SignedDuration::try_from(options.timeout).map_or_else(|_| "a very long time".to_owned(), |waited| format!("{waited:#}"));
            complain(&format!("operation {id} has not ended after {waited}. It goes on: {page}"));
            EXIT_TIMEOUT
        }
    })
}

fn constraint_read(text: &str) -> Result<Constraint, AppError> {
    Constraint::parse(text).map_err(|error| AppError::invalid(error.to_string()).hint(error.hint()))
}

/// The version that Helm would take, as its repository writes it.
fn version_choose(service: &ServiceName, listed: &[ChartVersion], constraint: Option<&Constraint>) -> Result<String, AppError> {
    let versions: Vec<Version> = listed.iter().filter_map(|listed| Version::parse(&listed.version).ok()).collect();
    if let Some(version) = newest_matching(&versions, constraint) {
        return Ok(version.as_str().to_owned());
    }
    let named: Vec<&str> = listed.iter().take(VERSIONS_NAMED_MAX).map(|listed| listed.version.as_str()).collect();
    let hint = match named.as_slice() {
        [] => "Its chart has no versions at all.".to_owned(),
        [only] => format!("There is {only}."),
        _ => format!("The newest are {}.", named.join(", ")),
    };
    let wanted = constraint.map_or_else(|| "is stable: name one with --version".to_owned(), |constraint| format!("matches “{constraint}”"));
    Err(AppError::invalid(format!("No version of {service} {wanted}.")).hint(hint))
}

/// The text of a file, or of standard input for `-`.
fn values_read(path: &Path) -> Result<String, AppError> {
    let wrong = |why: &str| AppError::invalid(format!("The values {} can't be used: {why}.", path.display())).hint("Name a YAML file with --values.");
    let mut text = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().take(VALUES_BYTES_MAX + 1).read_to_end(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(VALUES_BYTES_MAX + 1).read_to_end(&mut text))
    };
    read.map_err(|error| wrong(&error.to_string()))?;
    if text.len() as u64 > VALUES_BYTES_MAX {
        return Err(wrong("there is more than a megabyte"));
    }
    String::from_utf8(text).map_err(|_| wrong("it is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(versions: &[&str], constraint: Option<&str>) -> Result<String, String> {
        let listed = |version: &&str| ChartVersion {
            version: (*version).to_owned(),
            app_version: None,
            description: None,
            changes: Vec::new(),
            created_at: None,
            digest: None,
            deprecated: false,
            prerelease: version.contains('-'),
            republished: false,
        };
        let versions: Vec<ChartVersion> = versions.iter().map(listed).collect();
        let constraint = constraint.map(|text| Constraint::parse(text).unwrap());
        version_choose(&"candidates".parse().unwrap(), &versions, constraint.as_ref()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_newest_version_that_matches_is_chosen_as_its_repository_writes_it() {
        let versions = ["2.0.0-rc.1", "v1.10.0", "1.9.3", "1.9.2", "latest"];
        assert_eq!(chosen(&versions, None).as_deref(), Ok("v1.10.0"));
        assert_eq!(chosen(&versions, Some("~1.9")).as_deref(), Ok("1.9.3"));
        assert_eq!(chosen(&versions, Some("1.9.2")).as_deref(), Ok("1.9.2"));
        assert_eq!(chosen(&versions, Some(">=1-0")).as_deref(), Ok("2.0.0-rc.1"));
    }

    #[test]
    fn where_no_version_matches_the_newest_are_named() {
        let message = "No version of candidates matches “>9”. The newest are 6.0.0, 5.0.0, 4.0.0, 3.0.0, 2.0.0.";
        assert_eq!(chosen(&["6.0.0", "5.0.0", "4.0.0", "3.0.0", "2.0.0", "1.0.0"], Some(">9")), Err(message.to_owned()));
        let message = "No version of candidates is stable: name one with --version. There is 1.0.0-rc.1.";
        assert_eq!(chosen(&["1.0.0-rc.1"], None), Err(message.to_owned()));
    }

    #[test]
    fn values_are_a_text_of_at_most_a_megabyte() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a: ä\n").unwrap();
        assert_eq!(values_read(file.path()).unwrap(), "a: ä\n");
        std::fs::write(file.path(), b"a: \xff").unwrap();
        assert!(values_read(file.path()).unwrap_err().message.ends_with("it is not UTF-8."));
        std::fs::write(file.path(), vec![b'a'; 1024 * 1024 + 1]).unwrap();
        assert!(values_read(file.path()).unwrap_err().message.ends_with("more than a megabyte."));
        assert!(values_read(Path::new("/nowhere/values.yaml")).is_err());
    }
}
