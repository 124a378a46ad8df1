//! What each kind of operation does, as a list of steps that may be repeated at any point.

pub mod deploy;
pub(crate) mod release;
pub mod rollback;
pub mod uninstall;

use std::sync::Arc;

use async_trait::async_trait;
use domain::AppError;
use domain::operation::OperationKind;

use crate::Control;
use crate::runner::StepContext;

/// How a step ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepDone {
    /// What was achieved, as a sentence.
    pub sentence: String,
    /// What later steps and later processes need to know.
    pub facts: serde_json::Value,
}

/// How a step ended otherwise.
#[derive(Debug)]
pub enum StepStop {
    /// The operation fails with this message.
    Failed(AppError),
    /// Somebody asked to stop, and this is how things were left.
    Cancelled(String),
    /// This process can't go on (the store is away, the claim is lost): another will.
    Abandoned(String),
}

impl From<AppError> for StepStop {
    fn from(error: AppError) -> Self {
        Self::Failed(error)
    }
}

impl From<store::StoreError> for StepStop {
    fn from(error: store::StoreError) -> Self {
        Self::Abandoned(error.to_string())
    }
}

/// One kind of operation.
#[async_trait]
pub trait Steps: Send + Sync {
    /// Carries out one step. Must be safe to repeat after being cut off anywhere.
    async fn step_run(&self, step: &str, context: &StepContext<'_>) -> Result<StepDone, StepStop>;
    /// What is true once all steps are done, as a sentence.
    fn outcome(&self, context: &StepContext<'_>) -> String;
}

/// The steps of a kind, in order.
pub fn steps_of(kind: OperationKind) -> &'static [&'static str] {
    match kind {
        OperationKind::Deploy => &deploy::STEPS,
        OperationKind::Rollback => &rollback::STEPS,
        OperationKind::Uninstall => &uninstall::STEPS,
    }
}

/// The code of a kind.
pub(crate) fn implementation(control: &Arc<Control>, kind: OperationKind) -> Box<dyn Steps> {
    match kind {
        OperationKind::Deploy => Box::new(deploy::Deploy { control: control.clone() }),
        OperationKind::Rollback => Box::new(rollback::Rollback { control: control.clone() }),
        OperationKind::Uninstall => Box::new(uninstall::Uninstall { control: control.clone() }),
    }
}
