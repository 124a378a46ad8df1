//! `slipway status`: what runs where and how it is, from a running portal.
//!
//! Exit codes: 0 nothing that is shown is degraded, 1 something is, 2 arguments that can't be used, 4 the portal can't be
//! reached or can't tell.

use std::io;
use std::process::ExitCode;

use domain::AppError;
use domain::fleet::{FLEET_PAGE_ROWS_MAX, FleetBoard};
use domain::health::HealthStatus;

use super::client::{ClientError, PortalClient};
use super::output::{Output, complain};
use super::status_table::table_lines;
use crate::config::StatusOptions;

const EXIT_DEGRADED: u8 = 1;
const EXIT_OUTPUT: u8 = 2;
const EXIT_UNKNOWN: u8 = 4;

pub(crate) fn run(options: &StatusOptions) -> ExitCode {
    let shown = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| (format!("can't begin: {error}"), EXIT_UNKNOWN))
        .and_then(|runtime| runtime.block_on(status_show(options)).map_err(|error| (error.to_string(), error.exit_code())));
    let (lines, code) = match shown {
        Ok(shown) => shown,
        Err((message, code)) => {
            complain(&message);
            // 1 would say that something is degraded.
            return ExitCode::from(if code == EXIT_DEGRADED { EXIT_UNKNOWN } else { code });
        }
    };
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    let mut output = Output::new(&mut stdout);
    for line in lines {
        output.line(&line);
    }
    if let Err(error) = output.finish() {
        complain(&format!("can't write to standard output: {error}"));
        return ExitCode::from(EXIT_OUTPUT);
    }
    ExitCode::from(code)
}

/// The lines, and the exit code.
async fn status_show(options: &StatusOptions) -> Result<(Vec<String>, u8), ClientError> {
    let client = PortalClient::new(&options.portal)?;
    let board = board_narrow(fleet_read(&client, options).await?, options).map_err(ClientError::Input)?;
    let degraded = board.rows.iter().flat_map(|row| &row.cells).any(|cell| cell.health.as_ref().is_some_and(|h| h.status == HealthStatus::Degraded));
    let lines = if options.json {
        let text = serde_json::to_string(&board);
        vec![text.map_err(|error| ClientError::Strange { url: client.page(""), reason: error.to_string() })?]
    } else {
        table_lines(&board)
    };
    Ok((lines, if degraded { EXIT_DEGRADED } else { 0 }))
}

/// The whole board, page by page. A service that comes or goes meanwhile may be missing or be there twice.
async fn fleet_read(client: &PortalClient, options: &StatusOptions) -> Result<FleetBoard, ClientError> {
    let text = options.service.as_ref().map_or(String::new(), |service| format!("&text={service}")); // a name needs no encoding
    let page = |number: usize| format!("/fleet?rows={FLEET_PAGE_ROWS_MAX}&page={number}{text}");
    let mut board: FleetBoard = client.get(&page(0)).await?;
    for number in 1..board.rows_total.div_ceil(FLEET_PAGE_ROWS_MAX) {
        let more: FleetBoard = client.get(&page(number)).await?;
        board.rows.extend(more.rows);
    }
    Ok(board)
}

/// Keeps what was asked for. The counts of the whole fleet (`statuses`, `teams`, `services_total`) stay as they are.
fn board_narrow(mut board: FleetBoard, options: &StatusOptions) -> Result<FleetBoard, AppError> {
    if let Some(environment) = &options.environment {
        if !board.columns.iter().any(|column| column.environment.name == *environment) {
            let names: Vec<&str> = board.columns.iter().map(|column| column.environment.name.as_str()).collect();
            return Err(AppError::not_found("environment", environment).hint(format!("There are: {}.", names.join(", "))));
        }
        board.columns.retain(|column| column.environment.name == *environment);
        board.rows.iter_mut().for_each(|row| row.cells.retain(|cell| cell.environment == *environment));
        board.attention.retain(|attention| attention.environment == *environment);
    }
    if let Some(service) = &options.service {
        board.rows.retain(|row| row.service == *service);
        board.rows_total = board.rows.len();
        board.attention.retain(|attention| attention.service == *service);
        if board.rows.is_empty() {
            return Err(AppError::not_found("service", service).hint("`slipway status` lists those that run somewhere."));
        }
    }
    Ok(board)
}
