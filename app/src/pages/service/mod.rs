//! A service in an environment: how it is and why, its objects, its versions, what was done to it.

mod objects;
mod panels;
mod screen;

pub use screen::ServicePage;
