//! Objects of a cluster, looked at and tried without changing them.

use serde_json::Value;

use crate::manifest::{MergeKind, ObjectId};

/// What is tried of an object.
#[derive(Debug, Clone, PartialEq)]
pub enum ObjectDeed {
    /// Nothing: it is only looked at.
    Look,
    /// Made, as this manifest says.
    Create(Value),
    /// Merged with this patch, as Helm does on the client's side.
    Merge(MergeKind, Value),
    /// Applied on the server's side by field manager `helm`, as Helm 4 does with this manifest.
    Apply(Value),
}

/// An object and what is tried of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectTry {
    /// The object.
    pub id: ObjectId,
    /// What is tried.
    pub deed: ObjectDeed,
}

/// A field that somebody else manages, and that a server-side apply would set to something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldConflict {
    /// The other field manager, as the cluster names it: `kubectl`, `argocd-controller`.
    pub manager: String,
    /// The field: `.spec.replicas`.
    pub field: String,
}

/// Why the cluster would not accept an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectRefusal {
    /// It does not know the kind.
    UnknownKind,
    /// Its namespace is not there yet.
    NoNamespace,
    /// Slipway's own credentials may not look or try.
    Forbidden(String),
    /// The object breaks a rule, such as a field that can't be changed; the cluster's words.
    Invalid(String),
    /// Anything else, in words.
    Other(String),
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectTried {
    /// The object as it is; `None`: it is not there, or could not be looked at.
    pub live: Option<Value>,
    /// What would become of it; `None` if it was only looked at, or is refused.
    pub after: Option<Value>,
    /// Why it would not be accepted.
    pub refused: Option<ObjectRefusal>,
    /// Fields of others that a server-side apply would stop at. `after` is what forcing it would do then.
    pub conflicts: Vec<FieldConflict>,
}
