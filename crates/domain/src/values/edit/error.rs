//! [`EditError`]: why a change of a values text isn't made.

use crate::values::document::YamlError;
use crate::values::path::Path;

/// Why a change isn't made. The text stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text can't be read, so no place in it is known.
    #[error("The text can't be read yet. {0}")]
    Unreadable(#[from] YamlError),
    /// A step of the path leads into something that is no map or no list.
    #[error("`{0}` holds a single value, nothing can be set within it. Remove that value first.")]
    Single(Path),
    /// A key was asked of a list, or an index of a map.
    #[error("`{0}` is a list where settings are expected, or the other way round. Edit it in the text.")]
    Kind(Path),
    /// An element behind the end of a list.
    #[error("The next element of `{path}` is number {length}, counted from 0.")]
    Index {
        /// The list.
        path: Path,
        /// How many elements it has.
        length: usize,
    },
    /// The value comes from an alias or a merge key.
    #[error("`{0}` comes from an alias (*name) or a merge key (<<) and would change in several places. Edit it in the text.")]
    Aliased(Path),
    /// The values as a whole can only be replaced by a map.
    #[error("The values as a whole are a map of settings. Set one of them.")]
    Root,
    /// The new text wouldn't say what was asked.
    #[error("`{0}` can't be changed here without touching other lines. Edit it in the text.")]
    Unsafe(Path),
}
