//! The authorisation decision, pure. `control` calls [`decide`] first in every use case; nobody else decides.

use crate::actor::{Actor, Role};
use crate::error::AppError;
use crate::names::TeamName;

/// Every use case that needs a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseCase {
    /// Look at boards, pages, operations, clusters.
    Read,
    /// Put a version of a service into an environment. Owner: the service's team.
    Deploy,
    /// Go back to an earlier revision of a release. Owner: the service's team, or the environment's for a release without one.
    Rollback,
    /// Remove a release. Owner: as for a rollback.
    Uninstall,
    /// Free a release that an interrupted Helm left pending. Owner: as for a rollback.
    ReleaseRepair,
    /// Stop an operation. Owner: the service's team.
    OperationCancel,
    /// Create, edit or remove a service. Owner: the service's team.
    ServiceEdit,
    /// Create, edit or remove an environment. Owner: the environment's team.
    EnvironmentEdit,
    /// Create, edit or remove a team.
    TeamEdit,
}

impl UseCase {
    /// All of them, for tables and tests.
    pub const ALL: [Self; 9] = [
        Self::Read,
        Self::Deploy,
        Self::Rollback,
        Self::Uninstall,
        Self::ReleaseRepair,
        Self::OperationCancel,
        Self::ServiceEdit,
        Self::EnvironmentEdit,
        Self::TeamEdit,
    ];

    /// What a person without the right is told they can't do.
    fn words(self) -> &'static str {
        match self {
            Self::Read => "look at this",
            Self::Deploy => "deploy this service",
            Self::Rollback => "roll this release back",
            Self::Uninstall => "uninstall this release",
            Self::ReleaseRepair => "repair this release",
            Self::OperationCancel => "cancel this operation",
            Self::ServiceEdit => "change this service",
            Self::EnvironmentEdit => "change this environment",
            Self::TeamEdit => "change teams",
        }
    }
}

/// Allows or refuses. `owner` is the team that owns the object, where it has one.
pub fn decide(actor: &Actor, use_case: UseCase, owner: Option<&TeamName>) -> Result<(), AppError> {
    let owns = owner.is_some_and(|team| actor.teams.contains(team));
    let allowed = match (actor.role, use_case) {
        (_, UseCase::Read) | (Role::Platform, _) => true,
        (Role::Developer, UseCase::TeamEdit) | (Role::Viewer, _) => false,
        (Role::Developer, _) => owns,
    };
    if allowed {
        return Ok(());
    }
    let message = format!("{} may not {}.", actor.user, use_case.words());
    Err(match (actor.role, owner) {
        (Role::Developer, Some(team)) => {
            AppError::forbidden(message).hint(format!("It belongs to team {team}: ask one of its members, or a platform engineer."))
        }
        _ => AppError::forbidden(message).hint("Ask a platform engineer for the right."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::UserName;

    /// The whole table: role × use case × whether the actor's team owns the object.
    #[test]
    fn the_table_of_roles_and_use_cases() {
        let ours = TeamName::new("talent").unwrap();
        let theirs = TeamName::new("edge").unwrap();
        let mut table = String::new();
        for role in [Role::Viewer, Role::Developer, Role::Platform] {
            let actor = Actor { user: UserName::new("ada").unwrap(), role, teams: vec![ours.clone()] };
            for use_case in UseCase::ALL {
                let word = |owner| if decide(&actor, use_case, owner).is_ok() { "yes" } else { "no" };
                table += &format!(
                    "{:9} {:15} own {:3} other {:3} nobody's {}\n",
                    role.as_str(),
                    format!("{use_case:?}"),
                    word(Some(&ours)),
                    word(Some(&theirs)),
                    word(None)
                );
            }
        }
        insta::assert_snapshot!(table, @r"
        viewer    Read            own yes other yes nobody's yes
        viewer    Deploy          own no  other no  nobody's no
        viewer    Rollback        own no  other no  nobody's no
        viewer    Uninstall       own no  other no  nobody's no
        viewer    ReleaseRepair   own no  other no  nobody's no
        viewer    OperationCancel own no  other no  nobody's no
        viewer    ServiceEdit     own no  other no  nobody's no
        viewer    EnvironmentEdit own no  other no  nobody's no
        viewer    TeamEdit        own no  other no  nobody's no
        developer Read            own yes other yes nobody's yes
        developer Deploy          own yes other no  nobody's no
        developer Rollback        own yes other no  nobody's no
        developer Uninstall       own yes other no  nobody's no
        developer ReleaseRepair   own yes other no  nobody's no
        developer OperationCancel own yes other no  nobody's no
        developer ServiceEdit     own yes other no  nobody's no
        developer EnvironmentEdit own yes other no  nobody's no
        developer TeamEdit        own no  other no  nobody's no
        platform  Read            own yes other yes nobody's yes
        platform  Deploy          own yes other yes nobody's yes
        platform  Rollback        own yes other yes nobody's yes
        platform  Uninstall       own yes other yes nobody's yes
        platform  ReleaseRepair   own yes other yes nobody's yes
        platform  OperationCancel own yes other yes nobody's yes
        platform  ServiceEdit     own yes other yes nobody's yes
        platform  EnvironmentEdit own yes other yes nobody's yes
        platform  TeamEdit        own yes other yes nobody's yes
        ");
    }

    #[test]
    fn a_refusal_names_the_owner_to_ask() {
        let actor = Actor { user: UserName::new("ada").unwrap(), role: Role::Developer, teams: vec![] };
        let error = decide(&actor, UseCase::Deploy, Some(&TeamName::new("edge").unwrap())).unwrap_err();
        assert_eq!(error.to_string(), "ada may not deploy this service. It belongs to team edge: ask one of its members, or a platform engineer.");
    }
}
