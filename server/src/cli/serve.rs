//! `slipway serve`: the portal.

#![allow(clippy::disallowed_methods, reason = "the server starts tasks")]

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::auth::token::PortalToken;
use crate::config::ServeOptions;
use crate::{http, telemetry, wiring};

/// How long open requests get when the process is asked to stop.
const DRAIN: std::time::Duration = std::time::Duration::from_secs(5);

pub(crate) fn run(options: Box<ServeOptions>) -> anyhow::Result<()> {
    options.listen_check()?;
    telemetry::init(&options.log, options.log_json)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(*options))
}

async fn serve(options: ServeOptions) -> anyhow::Result<()> {
    // The port first: a second portal must fail before it touches the database or the runner.
    let listener =
        TcpListener::bind(options.listen).await.with_context(|| format!("can't listen on {}: choose another with --listen", options.listen))?;
    let address = listener.local_addr()?;
    let shutdown = CancellationToken::new();
    let world = wiring::World::open(&options.world).await?;
    let token = PortalToken::open(&options.world.data)?;
    let background = world.start(&options, &shutdown);
    let router = http::router(&options, &world, token, address, shutdown.clone())?;
    tracing::info!("listening on http://{address}");
    eprintln!("slipway: listening on http://{address}");

    tokio::spawn(stop_on_signal(shutdown.clone()));
    let served = axum::serve(listener, router).with_graceful_shutdown(shutdown.clone().cancelled_owned());
    tokio::select! {
        result = async { served.await } => result?,
        () = async { shutdown.cancelled().await; tokio::time::sleep(DRAIN).await } => {}
    }
    shutdown.cancel();
    background.wait().await;
    world.store.close().await;
    Ok(())
}

async fn stop_on_signal(shutdown: CancellationToken) {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping: operations under way are left to the next process");
    shutdown.cancel();
}
