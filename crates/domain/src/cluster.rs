//! Clusters: Kubernetes APIs that Slipway watches, and how they are.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::names::ClusterName;

/// Whether a cluster can be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ClusterState {
    /// The first lists are being read.
    Connecting,
    /// Watched live.
    Live {
        /// The version the API server names, such as `v1.36.3`.
        version: String,
    },
    /// It does not answer. What is shown of it is as of `since`.
    Away {
        /// Since when.
        since: Timestamp,
        /// Why, as a sentence.
        reason: String,
    },
    /// It answers, and refuses: credentials or rights.
    Refused {
        /// Since when.
        since: Timestamp,
        /// What it refuses, as a sentence with the next step.
        reason: String,
    },
}

/// A cluster as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterSummary {
    /// The kubeconfig context, or `in-cluster`.
    pub name: ClusterName,
    /// The address of its API server.
    pub server: String,
    /// How it is.
    pub state: ClusterState,
    /// Nodes that are ready, and all nodes; zero of zero where nodes may not be read.
    pub nodes_ready: usize,
    /// All nodes.
    pub nodes: usize,
    /// Helm releases found in it.
    pub releases: usize,
    /// Pods found in it.
    pub pods: usize,
}
