//! The `slipway` binary: `slipway serve` is the portal, the other subcommands are for people, pipelines and itself.

mod auth;
mod cli;
mod config;
mod http;
mod rest;
mod security;
mod sse;
mod telemetry;
mod wiring;

use clap::Parser as _;

fn main() -> std::process::ExitCode {
    let arguments = config::Arguments::parse();
    let result = match arguments.command {
        config::Command::Serve(options) => cli::serve::run(options),
        config::Command::Guard(options) => cli::guard::run(&options),
        config::Command::Seed(options) => cli::seed::run(options),
        config::Command::Deploy(options) => return cli::deploy::run(&options),
        config::Command::Status(options) => return cli::status::run(&options),
        config::Command::Versions(options) => return cli::versions::run(&options),
    };
    match result {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("slipway: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
