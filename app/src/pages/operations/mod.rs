//! Operations: the list, and one with its record as it grows.

mod list;
mod record;
mod rows;
mod screen;

pub use list::OperationListPage;
pub(crate) use rows::OperationRows;
pub use screen::OperationPage;
