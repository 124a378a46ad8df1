//! `slipway guard --parent PID -- PROGRAM …`: runs a program that is killed when our parent dies.
//!
//! A killed portal must not leave a Helm that works on: the next process would start a second one. The kernel's
//! parent-death signal (prctl(2), `PR_SET_PDEATHSIG`) survives exec, so this process becomes the program.

use std::os::unix::process::CommandExt as _;

use anyhow::Context as _;

use crate::config::GuardOptions;

pub(crate) fn run(options: &GuardOptions) -> anyhow::Result<()> {
    #[cfg(target_os = "linux")]
    {
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL)).context("setting the parent-death signal")?;
        // It may have died before the signal was set.
        let parent = rustix::process::getppid().map(|pid| pid.as_raw_nonzero().get());
        anyhow::ensure!(parent == Some(options.parent), "process {} has ended", options.parent);
    }
    let (program, arguments) = options.command.split_first().context("no program was named")?;
    #[allow(clippy::disallowed_methods)] // the guard becomes the program: there is no adapter to put this in
    let error = std::process::Command::new(program).args(arguments).exec();
    Err(error).with_context(|| format!("running {}", program.display()))
}
