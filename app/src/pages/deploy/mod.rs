//! Deploying a version of a service to an environment.

mod choice;
mod screen;
mod versions;

pub use screen::DeployPage;
