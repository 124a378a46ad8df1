//! What a person should read in a plan before going on, as sentences.

use domain::manifest::ObjectId;
use domain::plan::{Finding, ObjectChange, ObjectFate, Severity};
use domain::ports::{ObjectRefusal, ObjectTried};
use domain::release::{ReleaseKey, ReleaseRevision};
use serde_json::Value;

use crate::manifest::Rendered;

fn finding(severity: Severity, object: Option<&ObjectId>, sentence: impl Into<String>, hint: Option<&str>) -> Finding {
    Finding { severity, object: object.cloned(), sentence: sentence.into(), hint: hint.map(str::to_owned) }
}

/// What the state of the release itself bars.
pub(crate) fn of_release(newest: Option<&ReleaseRevision>, key: &ReleaseKey) -> Vec<Finding> {
    let pending = newest.filter(|newest| newest.status.is_pending());
    let words = |newest: &ReleaseRevision| {
        let status = newest.status.as_str();
        format!("Release {} is {status} at revision {}: another run of Helm is at work, or was cut off.", key.name, newest.revision)
    };
    let hint = "Wait for its end. If nobody runs Helm, repair the release on its history page.";
    pending.map(|newest| finding(Severity::Blocker, None, words(newest), Some(hint))).into_iter().collect()
}

/// What the cluster said of an object.
pub(crate) fn of_try(id: &ObjectId, tried: &ObjectTried) -> Vec<Finding> {
    let mut found = Vec::new();
    match &tried.refused {
        Some(ObjectRefusal::Invalid(words)) => {
            let hint = words
                .contains("immutable")
                .then_some("Such a field is only set when the object is made: delete the object first, or keep the field.");
            found.push(finding(Severity::Blocker, Some(id), format!("The cluster refuses {id}: {words}."), hint));
        }
        Some(ObjectRefusal::UnknownKind) => {
            let words = format!("The cluster does not know the kind {} of {}.", id.kind, id.api_version);
            found.push(finding(Severity::Blocker, Some(id), words, Some("Its CustomResourceDefinition has to be installed first.")));
        }
        Some(ObjectRefusal::Forbidden(words)) => {
            found.push(finding(Severity::Warning, Some(id), format!("{id} could not be tried: {words}"), None));
        }
        Some(ObjectRefusal::Other(words)) => {
            found.push(finding(Severity::Warning, Some(id), format!("{id} could not be tried: {words}."), None));
        }
        // The deploy makes the namespace.
        Some(ObjectRefusal::NoNamespace) | None => {}
    }
    let mut managers: Vec<&str> = tried.conflicts.iter().map(|conflict| conflict.manager.as_str()).collect();
    managers.sort_unstable();
    managers.dedup();
    for manager in managers {
        let fields: Vec<&str> = tried.conflicts.iter().filter(|c| c.manager == manager).map(|c| c.field.as_str()).collect();
        let words = format!("{id}: {} was last set by {manager}, so Helm will stop there. Below is what forcing it would do.", fields.join(", "));
        found.push(finding(Severity::Blocker, Some(id), words, Some("Leave the field out of the chart's values, or have the other give it up.")));
    }
    found
}

/// What goes for good with an object that leaves the release.
pub(crate) fn of_removal(change: &ObjectChange, live: &Value) -> Option<Finding> {
    let id = &change.id;
    if change.fate == ObjectFate::Kept {
        return Some(finding(Severity::Note, Some(id), format!("{id} leaves the release and stays in the cluster: it asks to be kept."), None));
    }
    match id.kind.as_str() {
        "PersistentVolumeClaim" => Some(finding(
            Severity::Warning,
            Some(id),
            format!("{id} is deleted, and what is stored on it with it, unless its storage class retains volumes."),
            Some("Make a backup first, or annotate it with helm.sh/resource-policy: keep."),
        )),
        "Service" if live["spec"]["type"] == "LoadBalancer" => {
            let address = &live["status"]["loadBalancer"]["ingress"][0];
            let address = address["hostname"].as_str().or(address["ip"].as_str()).map(|text| format!(" {text}")).unwrap_or_default();
            Some(finding(Severity::Warning, Some(id), format!("{id} gives up its load balancer{address}; a new one gets another address."), None))
        }
        "CustomResourceDefinition" => {
            Some(finding(Severity::Warning, Some(id), format!("{id} is deleted, and all objects of its kind in the whole cluster with it."), None))
        }
        "Namespace" => Some(finding(Severity::Warning, Some(id), format!("{id} is deleted with everything in it."), None)),
        _ => None,
    }
}

/// The plan sets what somebody changed outside Helm.
pub(crate) fn changed_by_hand(id: &ObjectId) -> Finding {
    finding(
        Severity::Warning,
        Some(id),
        format!("{id} was changed outside Helm; this sets it back."),
        Some("Put the change into the values to keep it."),
    )
}

/// Replicas that an autoscaler sets are not part of the plan: where the manifest names a number too, both sides are made
/// the same and the reader is told.
pub(crate) fn of_replicas(rendered: &Rendered, old: Option<&Rendered>, before: &mut Value, after: &Value, all: &[Rendered]) -> Option<Finding> {
    let id = &rendered.id;
    let (live, planned) = (before["spec"]["replicas"].as_i64()?, after["spec"]["replicas"].as_i64()?);
    let scaled = all.iter().any(|other| {
        let target = &other.object["spec"]["scaleTargetRef"];
        other.id.kind == "HorizontalPodAutoscaler" && target["kind"] == id.kind.as_str() && target["name"] == id.name.as_str()
    });
    let asked_anew = old.is_some_and(|old| old.object["spec"]["replicas"] != rendered.object["spec"]["replicas"]);
    if !scaled || live == planned || asked_anew {
        return None;
    }
    before["spec"]["replicas"] = planned.into();
    let words = format!("An autoscaler runs {live} pods of {id}; the chart also sets {planned}, which holds until the autoscaler looks again.");
    Some(finding(Severity::Warning, Some(id), words, Some("Leave the number of replicas out of the values while autoscaling is on.")))
}
