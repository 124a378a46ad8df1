//! `AppError`, the one error people and pipelines see. The typed errors of adapters and store stay in their crates.

use serde::{Deserialize, Serialize};

use crate::names::OperationId;

/// What went wrong, in the terms a caller acts on. Each kind has one HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The request breaks a rule that its sender can keep. 422.
    Invalid,
    /// Nobody is signed in. 401.
    Unauthenticated,
    /// The actor may not do this. 403.
    Forbidden,
    /// The object is not there. 404.
    NotFound,
    /// The object is in a state that rules this out, or somebody was quicker. 409.
    Conflict,
    /// The request or an answer it needs is over a limit. 413.
    TooLarge,
    /// Something outside that we need doesn't answer, or answers with a fault. 503.
    Unavailable,
    /// A fault of our own. 500.
    Internal,
}

impl ErrorKind {
    /// The HTTP status of this kind (RFC 9110, section 15).
    pub fn http_status(self) -> u16 {
        match self {
            Self::Invalid => 422,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }
}

/// A failure as people see it: what failed, on which object, and what to do next. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppError {
    /// What kind of failure, which decides the status.
    pub kind: ErrorKind,
    /// One sentence that names the object.
    pub message: String,
    /// The next step, as a sentence.
    pub hint: Option<String>,
    /// The form field the message belongs to.
    pub field: Option<String>,
    /// The operation that failed or stands in the way.
    pub operation_id: Option<OperationId>,
}

impl AppError {
    fn of(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, field: None, operation_id: None }
    }
    /// A rule was broken that the sender can keep.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Invalid, message)
    }
    /// Nobody is signed in.
    pub fn unauthenticated() -> Self {
        Self::of(ErrorKind::Unauthenticated, "Nobody is signed in.").hint("Sign in and try again.")
    }
    /// The actor may not do this.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Forbidden, message)
    }
    /// `noun` is the kind of object in lower case, `name` its name.
    pub fn not_found(noun: &str, name: impl std::fmt::Display) -> Self {
        Self::of(ErrorKind::NotFound, format!("There is no {noun} “{name}”."))
    }
    /// The object's state rules this out.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Conflict, message)
    }
    /// Over a limit.
    pub fn too_large(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::TooLarge, message)
    }
    /// The world outside doesn't play along.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Unavailable, message)
    }
    /// Our own fault. The details go to the log, not here.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Internal, message)
    }
    /// Adds the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
    /// Ties the message to a form field.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
    /// Names the operation concerned.
    #[must_use]
    pub fn operation(mut self, id: OperationId) -> Self {
        self.operation_id = Some(id);
        self
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for AppError {}
