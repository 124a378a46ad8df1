//! Teams: people who own services and environments.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::names::{TeamName, UserName};

/// A team with its listed members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Its name, unique.
    pub name: TeamName,
    /// Members, sorted.
    pub members: Vec<UserName>,
    /// When it was made.
    pub created_at: Timestamp,
}
