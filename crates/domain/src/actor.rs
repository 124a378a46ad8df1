//! Who asks. Every use case takes an [`Actor`] first.

use serde::{Deserialize, Serialize};

use crate::names::{TeamName, UserName};

/// What an actor may do in general; what it owns comes from its teams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees everything, changes nothing.
    Viewer,
    /// Deploys and edits what its teams own.
    Developer,
    /// Platform engineer: everything, for every team.
    Platform,
}

impl Role {
    /// The role as stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Developer => "developer",
            Self::Platform => "platform",
        }
    }
}

/// A person or a pipeline at the moment of one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Its stable name.
    pub user: UserName,
    /// Its general role.
    pub role: Role,
    /// The teams it belongs to.
    pub teams: Vec<TeamName>,
}
