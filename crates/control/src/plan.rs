//! What would become of a release: the chart is rendered by Helm, each object that differs is tried on the cluster without
//! applying it, and what a person should know is put into sentences.
//!
//! The order of questions keeps it about as quick as the render alone: what is live is looked at while Helm renders, and
//! only objects of which applying could change something are tried.

use std::collections::HashMap;
use std::time::Duration;

use domain::diff::TextDiff;
use domain::environment::Environment;
use domain::manifest::{ObjectId, has_removals, install_place, is_covered, is_kept_by_policy, merge_kind, merge_patch, shown_alone, shown_pair};
use domain::plan::{Finding, HookChange, ObjectChange, ObjectFate, PlanSide, ReleasePlan};
use domain::ports::{HelmUpgrade, ObjectDeed, ObjectTried, ObjectTry};
use domain::release::{ApplyMethod, ReleaseBody, ReleaseHook, ReleaseKey, ReleaseRevision, ReleaseStatus};
use domain::{AppError, OperationId};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::Control;
use crate::findings;
use crate::manifest::{Rendered, by_identity, identity, is_relabelled, objects_diff, objects_read, owner_mark};

/// Plans made at the same time: each runs Helm and asks a cluster many things.
pub(crate) const PLANS_AT_ONCE: usize = 4;
/// How long one more is kept waiting.
const PLAN_WAIT_MAX: Duration = Duration::from_secs(20);
/// What Helm may take to render.
const RENDER_TIMEOUT_MS: u64 = 60_000;

/// What a plan starts from.
pub(crate) struct Base {
    pub(crate) revision: u32,
    /// The newest revision of all; what the next one is counted from.
    pub(crate) newest: ReleaseRevision,
    pub(crate) body: ReleaseBody,
}

/// What a plan leads to.
pub(crate) struct Target<'a> {
    /// The revision it would be rendered from, if it is an earlier one.
    pub(crate) revision: Option<u32>,
    pub(crate) body: &'a ReleaseBody,
    /// Helm's word for what is done, the second half of its hooks' events: `upgrade`.
    pub(crate) deed: &'static str,
    /// `sha256` of the chart's archive, where there is one.
    pub(crate) chart_digest: Option<&'a str>,
}

/// Which of Helm's revisions an upgrade or a look starts from (`pkg/action/upgrade.go`, `prepareUpgrade`): the one in
/// force, else the newest. One that was uninstalled with its history kept counts as not there.
fn base_revision(revisions: &[ReleaseRevision]) -> Option<&ReleaseRevision> {
    let newest = revisions.iter().max_by_key(|r| r.revision).filter(|r| r.status != ReleaseStatus::Uninstalled)?;
    let deployed = revisions.iter().filter(|r| r.status == ReleaseStatus::Deployed).max_by_key(|r| r.revision);
    Some(deployed.unwrap_or(newest))
}

impl Control {
    /// What is in force of a release, read whole.
    pub(crate) async fn release_base(&self, key: &ReleaseKey) -> Result<Option<Base>, AppError> {
        let revisions = self.ports.clusters.release_revisions(key).await?;
        let Some(base) = base_revision(&revisions) else { return Ok(None) };
        let newest = revisions.iter().max_by_key(|r| r.revision).unwrap_or(base).clone();
        let body = self.ports.clusters.release_body(key, base.revision).await?;
        let revision = base.revision;
        Ok(body.map(|body| Base { revision, newest, body }))
    }

    /// The plan of a deploy: `upgrade` as the operation would run it.
    pub(crate) async fn plan_upgrade(&self, environment: Environment, upgrade: HelmUpgrade, chart_digest: &str) -> Result<ReleasePlan, AppError> {
        let Ok(Ok(_permit)) = tokio::time::timeout(PLAN_WAIT_MAX, self.plans.acquire()).await else {
            let message = format!("No plan of {} can be made now: {PLANS_AT_ONCE} others are under way.", upgrade.key.name);
            return Err(AppError::unavailable(message).hint("Try again in a moment. Deploying does not need it."));
        };
        let upgrade = HelmUpgrade { operation: OperationId(0), timeout_ms: RENDER_TIMEOUT_MS, ..upgrade };
        let looked = async {
            let Some(base) = self.release_base(&upgrade.key).await? else { return Ok((None, HashMap::new())) };
            let live = self.objects_live(&upgrade.key, &objects_of(&base.body, &upgrade.key)?).await?;
            Ok::<_, AppError>((Some(base), live))
        };
        let (rendered, looked) = tokio::join!(self.ports.helm.render(&upgrade), looked);
        let ((base, live), rendered) = (looked?, rendered?);
        let deed = if base.is_some() { "upgrade" } else { "install" };
        let target = Target { revision: None, body: &rendered, deed, chart_digest: Some(chart_digest) };
        self.plan_make(environment, &upgrade.key, base, live, target).await
    }

    /// The plan of going from what is in force to what `target` holds. `live` are the objects of the base as they are.
    pub(crate) async fn plan_make(
        &self,
        environment: Environment,
        key: &ReleaseKey,
        base: Option<Base>,
        mut live: HashMap<ObjectId, ObjectTried>,
        target: Target<'_>,
    ) -> Result<ReleasePlan, AppError> {
        let old = base.as_ref().map_or(Ok(Vec::new()), |base| objects_of(&base.body, key))?;
        let new = objects_of(target.body, key)?;
        let missing: Vec<Rendered> = new.iter().filter(|rendered| !live.contains_key(&rendered.id)).cloned().collect();
        live.extend(self.objects_live(key, &missing).await?);
        let known = by_identity(&old);
        let wanted: Vec<ObjectTry> =
            new.iter().filter_map(|rendered| try_of(rendered, known.get(&identity(&rendered.id)).copied(), &live, target.body.apply)).collect();
        let ids: Vec<ObjectId> = wanted.iter().map(|object| object.id.clone()).collect();
        let tried: HashMap<ObjectId, ObjectTried> =
            ids.into_iter().zip(self.ports.clusters.objects_try(&key.cluster, &key.namespace, wanted).await?).collect();

        let mut plan = ReleasePlan {
            environment,
            release: key.name.clone(),
            target: PlanSide { revision: target.revision, ..side(target.body) },
            objects: Vec::new(),
            unchanged: 0,
            hooks: hooks_of(base.as_ref().map(|base| &base.body), target.body, target.deed, key)?,
            values: values_diff(base.as_ref().map(|base| &base.body.values), &target.body.values),
            findings: findings::of_release(base.as_ref().map(|base| &base.newest), key),
            apply: target.body.apply,
            helm_version: self.ports.helm.version().await?,
            digest: digest_of(&target, base.as_ref(), key),
            base: base.as_ref().map(|base| PlanSide { revision: Some(base.revision), ..side(&base.body) }),
            now: self.now(),
        };
        for rendered in &new {
            let before = known.get(&identity(&rendered.id)).copied();
            let found = tried.get(&rendered.id).or_else(|| live.get(&rendered.id));
            let (change, told) = change_of(rendered, before, found, &new);
            plan.findings.extend(told);
            match change {
                Some(change) => plan.objects.push(change),
                None => plan.unchanged += 1,
            }
        }
        let coming = by_identity(&new);
        for gone in old.iter().filter(|rendered| !coming.contains_key(&identity(&rendered.id))) {
            if let Some(found) = live.get(&gone.id).and_then(|found| found.live.as_ref()) {
                let change = removal_of(gone, found);
                plan.findings.extend(findings::of_removal(&change, found));
                plan.objects.push(change);
            }
        }
        plan.objects.sort_by_key(|change| (change.fate == ObjectFate::Relabelled, install_place(&change.id.kind)));
        plan.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        Ok(plan)
    }

    /// The objects as they are.
    pub(crate) async fn objects_live(&self, key: &ReleaseKey, objects: &[Rendered]) -> Result<HashMap<ObjectId, ObjectTried>, AppError> {
        let looks = objects.iter().map(|rendered| ObjectTry { id: rendered.id.clone(), deed: ObjectDeed::Look }).collect();
        let found = self.ports.clusters.objects_try(&key.cluster, &key.namespace, looks).await?;
        Ok(objects.iter().map(|rendered| rendered.id.clone()).zip(found).collect())
    }
}

/// The objects of a release's manifest, as Helm sends them: with the marks of their owner.
pub(crate) fn objects_of(body: &ReleaseBody, key: &ReleaseKey) -> Result<Vec<Rendered>, AppError> {
    let mut objects = objects_read(&body.manifest, &key.namespace, &format!("{} {}", key.name, body.chart_version))?;
    for rendered in &mut objects {
        owner_mark(&mut rendered.object, key);
    }
    Ok(objects)
}

/// A release's body as one side of a plan.
pub(crate) fn side(body: &ReleaseBody) -> PlanSide {
    PlanSide { revision: None, chart: body.chart.clone(), chart_version: body.chart_version.clone(), app_version: body.app_version.clone() }
}

/// How the values given to Helm differ, secrets hidden.
pub(crate) fn values_diff(before: Option<&Value>, after: &Value) -> TextDiff {
    objects_diff(before.cloned(), Some(after.clone()))
}

/// What has to be tried of an object; `None` where applying it would change nothing.
fn try_of(rendered: &Rendered, old: Option<&Rendered>, live: &HashMap<ObjectId, ObjectTried>, apply: ApplyMethod) -> Option<ObjectTry> {
    let found = live.get(&rendered.id)?;
    if found.refused.is_some() {
        return None;
    }
    let kind = merge_kind(&rendered.id);
    let deed = match &found.live {
        None => ObjectDeed::Create(rendered.object.clone()),
        Some(now) if is_covered(&rendered.object, now) && old.is_none_or(|old| !has_removals(kind, &old.object, &rendered.object)) => return None,
        Some(_) if apply == ApplyMethod::ServerSide => ObjectDeed::Apply(rendered.object.clone()),
        Some(_) => ObjectDeed::Merge(kind, merge_patch(kind, old.map(|old| &old.object), &rendered.object)),
    };
    Some(ObjectTry { id: rendered.id.clone(), deed })
}

/// What becomes of a rendered object, and what to know about it.
fn change_of(rendered: &Rendered, old: Option<&Rendered>, found: Option<&ObjectTried>, new: &[Rendered]) -> (Option<ObjectChange>, Vec<Finding>) {
    let Some(found) = found else { return (None, Vec::new()) };
    let mut told = findings::of_try(&rendered.id, found);
    let id = rendered.id.clone();
    let Some(live) = &found.live else {
        let diff = objects_diff(None, Some(shown_alone(&rendered.object)));
        return (Some(ObjectChange { id, fate: ObjectFate::Added, diff }), told);
    };
    let Some(after) = &found.after else {
        // Refused: what the manifest asks for is shown all the same.
        let refused = found.refused.as_ref().map(|_| {
            let (before, after) = (old.map(|old| shown_alone(&old.object)), shown_alone(&rendered.object));
            ObjectChange { id, fate: ObjectFate::Changed, diff: objects_diff(before, Some(after)) }
        });
        return (refused, told);
    };
    let (mut before, after) = shown_pair(live, after, &rendered.object);
    told.extend(findings::of_replicas(rendered, old, &mut before, &after, new));
    let fate = if is_relabelled(&before, &after) { ObjectFate::Relabelled } else { ObjectFate::Changed };
    let diff = objects_diff(Some(before), Some(after));
    if diff.is_empty() {
        return (None, told);
    }
    if old.is_some_and(|old| old.object == rendered.object) {
        told.push(findings::changed_by_hand(&id));
    }
    (Some(ObjectChange { id, fate, diff }), told)
}

/// What becomes of an object that leaves the release. Shown is what people wrote of it, not what the cluster filled in.
fn removal_of(gone: &Rendered, live: &Value) -> ObjectChange {
    let kept = is_kept_by_policy(live) || is_kept_by_policy(&gone.object);
    let (fate, shown) = if kept { (ObjectFate::Kept, None) } else { (ObjectFate::Removed, Some(shown_pair(live, live, &gone.object).0)) };
    ObjectChange { id: gone.id.clone(), fate, diff: objects_diff(shown, None) }
}

/// The hooks that will run, in their order, beside those of the same object before.
fn hooks_of(base: Option<&ReleaseBody>, target: &ReleaseBody, deed: &str, key: &ReleaseKey) -> Result<Vec<HookChange>, AppError> {
    let read = |hook: &ReleaseHook| objects_read(&hook.manifest, &key.namespace, &format!("a hook of {}", key.name));
    let mut before = Vec::new();
    for hook in base.iter().flat_map(|body| &body.hooks) {
        before.extend(read(hook)?);
    }
    let mut hooks = Vec::new();
    for hook in &target.hooks {
        let events: Vec<String> =
            hook.events.iter().filter(|event| event.strip_prefix("pre-").or(event.strip_prefix("post-")) == Some(deed)).cloned().collect();
        if events.is_empty() {
            continue;
        }
        for rendered in read(hook)? {
            let known = before.iter().find(|other| identity(&other.id) == identity(&rendered.id)).map(|other| shown_alone(&other.object));
            let diff = objects_diff(known, Some(shown_alone(&rendered.object)));
            hooks.push(HookChange { id: rendered.id, events: events.clone(), weight: hook.weight, diff });
        }
    }
    hooks.sort_by_key(|hook| (hook.events.iter().all(|event| event.starts_with("post-")), hook.weight));
    Ok(hooks)
}

/// The seal: what would run, and on what.
fn digest_of(target: &Target<'_>, base: Option<&Base>, key: &ReleaseKey) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    part(&format!("{}/{}/{}", key.cluster, key.namespace, key.name));
    part(&base.map_or(0, |base| base.newest.revision).to_string());
    part(target.chart_digest.unwrap_or_default());
    part(&target.body.values.to_string());
    part(&target.body.manifest);
    for hook in &target.body.hooks {
        part(&hook.manifest);
    }
    format!("{:x}", hash.finalize())
}
