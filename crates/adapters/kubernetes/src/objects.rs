//! Looking at objects of any kind, and trying what would become of them. Every write here is a dry run.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::Namespace;
use domain::manifest::{MergeKind, ObjectId};
use domain::ports::{FieldConflict, ObjectDeed, ObjectRefusal, ObjectTried, ObjectTry};
use futures::StreamExt;
use futures::stream;
use kube::api::{ApiResource, DynamicObject, Patch, PatchParams, PostParams};
use kube::core::GroupVersion;
use kube::{Api, Client};
use serde_json::Value;

use crate::error::KubernetesError;
use crate::reason::short;
use crate::state::Cluster;

/// Limit of one call.
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// Calls of one request at the same time.
const CALLS_AT_ONCE: usize = 12;
/// Kinds of an API group are asked for again after this.
const KINDS_FRESH_FOR: Duration = Duration::from_mins(5);
/// Helm's field manager (`pkg/kube/client.go`: the name of the program).
const FIELD_MANAGER: &str = "helm";

/// A kind as the cluster serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kind {
    resource: ApiResource,
    namespaced: bool,
}

/// The kinds of one API version by name, and when they were asked for.
type Known = (Instant, HashMap<String, Kind>);

/// The kinds of each API version, as last asked.
#[derive(Debug, Default)]
pub(crate) struct Kinds(Mutex<HashMap<String, Known>>);

impl Kinds {
    /// The kind, if the cluster was asked lately and has it.
    fn known(&self, id: &ObjectId) -> Option<Kind> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, kinds) = all.get(&id.api_version).filter(|(at, _)| at.elapsed() < KINDS_FRESH_FOR)?;
        kinds.get(&id.kind).cloned()
    }

    fn learn(&self, api_version: &str, kinds: HashMap<String, Kind>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(api_version.to_owned(), (Instant::now(), kinds));
    }
}

impl Cluster {
    /// The outcome of each try, in order.
    pub(crate) async fn objects_try(&self, namespace: &Namespace, tries: Vec<ObjectTry>) -> Result<Vec<ObjectTried>, KubernetesError> {
        let client = self.client()?;
        for id in tries.iter().map(|object| &object.id) {
            // A kind that was not there may have come with a definition installed meanwhile.
            if self.kinds.known(id).is_none() {
                self.kinds_learn(&client, &id.api_version).await?;
            }
        }
        let outcomes = tries.into_iter().map(|object| self.object_try(&client, namespace, object));
        stream::iter(outcomes).buffered(CALLS_AT_ONCE).collect::<Vec<_>>().await.into_iter().collect()
    }

    async fn kinds_learn(&self, client: &Client, api_version: &str) -> Result<(), KubernetesError> {
        let deed = format!("list the kinds of {api_version}");
        let listed = match group_version(api_version) {
            Some(version) if version.group.is_empty() => self.call(&deed, CALL_TIMEOUT, client.list_core_api_resources(&version.version)).await,
            Some(_) => self.call(&deed, CALL_TIMEOUT, client.list_api_group_resources(api_version)).await,
            None => return Ok(()),
        };
        let kinds = match listed {
            Ok(list) => list.resources.into_iter().filter(|resource| !resource.name.contains('/')).collect::<Vec<_>>(),
            Err(KubernetesError::NotFound { .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        let kinds = kinds.into_iter().map(|resource| {
            let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
            let found = ApiResource {
                group: group.to_owned(),
                version: version.to_owned(),
                api_version: api_version.to_owned(),
                kind: resource.kind.clone(),
                plural: resource.name,
            };
            (resource.kind, Kind { resource: found, namespaced: resource.namespaced })
        });
        self.kinds.learn(api_version, kinds.collect());
        Ok(())
    }

    async fn object_try(&self, client: &Client, namespace: &Namespace, ObjectTry { id, deed }: ObjectTry) -> Result<ObjectTried, KubernetesError> {
        let Some(kind) = self.kinds.known(&id) else { return Ok(refused(ObjectRefusal::UnknownKind)) };
        let space = id.namespace.as_deref().unwrap_or(namespace.as_str());
        if !is_path_segment(&id.name) || !is_path_segment(space) {
            return Ok(refused(ObjectRefusal::Invalid(format!("“{}” is no name of an object.", id.name))));
        }
        let api: Api<DynamicObject> =
            if kind.namespaced { Api::namespaced_with(client.clone(), space, &kind.resource) } else { Api::all_with(client.clone(), &kind.resource) };
        let live = match self.asked(&format!("read {id}"), api.get_opt(&id.name)).await? {
            Ok(live) => live.map(to_json),
            Err(refusal) => return Ok(refused(refusal)),
        };
        let mut tried = ObjectTried { live, after: None, refused: None, conflicts: Vec::new() };
        match self.deed_try(&api, &id, deed, &mut tried).await? {
            Ok(after) => tried.after = after,
            Err(refusal) => tried.refused = Some(refusal),
        }
        Ok(tried)
    }

    async fn deed_try(
        &self,
        api: &Api<DynamicObject>,
        id: &ObjectId,
        deed: ObjectDeed,
        tried: &mut ObjectTried,
    ) -> Result<Result<Option<Value>, ObjectRefusal>, KubernetesError> {
        let words = format!("try {id}");
        let params = PatchParams { dry_run: true, field_manager: Some(FIELD_MANAGER.to_owned()), ..PatchParams::default() };
        let answer = match deed {
            ObjectDeed::Look => return Ok(Ok(None)),
            ObjectDeed::Create(manifest) => {
                let Ok(object) = serde_json::from_value::<DynamicObject>(manifest) else {
                    return Ok(Err(ObjectRefusal::Invalid("It is no object of Kubernetes.".to_owned())));
                };
                let params = PostParams { dry_run: true, field_manager: Some(FIELD_MANAGER.to_owned()) };
                self.asked(&words, api.create(&params, &object)).await?
            }
            ObjectDeed::Merge(MergeKind::Strategic, patch) => self.asked(&words, api.patch(&id.name, &params, &Patch::Strategic(patch))).await?,
            ObjectDeed::Merge(MergeKind::Json, patch) => self.asked(&words, api.patch(&id.name, &params, &Patch::Merge(patch))).await?,
            ObjectDeed::Apply(manifest) => {
                let gentle = api.patch(&id.name, &params, &Patch::Apply(&manifest)).await;
                match gentle {
                    Err(kube::Error::Api(status)) if status.code == 409 => {
                        tried.conflicts = conflicts(&status);
                        self.asked(&words, api.patch(&id.name, &params.force(), &Patch::Apply(&manifest))).await?
                    }
                    answer => self.asked(&words, std::future::ready(answer)).await?,
                }
            }
        };
        Ok(answer.map(|object| Some(to_json(object))))
    }

    /// A call whose refusal belongs to the object; a cluster that is away is an error of the whole request.
    async fn asked<T>(&self, deed: &str, request: impl Future<Output = kube::Result<T>> + Send) -> Result<Result<T, ObjectRefusal>, KubernetesError> {
        // Looked at before the adapter's own error drops the words.
        let mut words = String::new();
        let request = async {
            request.await.inspect_err(|error| {
                if let kube::Error::Api(status) = error {
                    words = short(&status.message);
                }
            })
        };
        let answer = self.call(deed, CALL_TIMEOUT, request).await;
        match answer {
            Ok(found) => Ok(Ok(found)),
            Err(KubernetesError::NotFound { .. }) if words.contains("namespaces ") => Ok(Err(ObjectRefusal::NoNamespace)),
            Err(KubernetesError::NotFound { .. } | KubernetesError::Conflict { .. }) => Ok(Err(ObjectRefusal::Other(words))),
            Err(error @ KubernetesError::Forbidden { .. }) => Ok(Err(ObjectRefusal::Forbidden(error.sentence()))),
            Err(KubernetesError::Rejected { code: 400 | 413 | 422, why, .. }) => Ok(Err(ObjectRefusal::Invalid(why))),
            Err(error) => Err(error),
        }
    }
}

/// A name that can stand in an address (`IsValidPathSegmentName` in apimachinery, `pkg/api/validation/path`) as it is
/// (`pchar` in RFC 3986): the client does not escape it, and an address it can't build looks like a cluster that is away.
fn is_path_segment(name: &str) -> bool {
    let stands = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:@!$&'()*+,;=".contains(&byte);
    !matches!(name, "" | "." | "..") && name.bytes().all(stands)
}

fn to_json(object: DynamicObject) -> Value {
    serde_json::to_value(object).unwrap_or_default()
}

fn refused(refusal: ObjectRefusal) -> ObjectTried {
    ObjectTried { live: None, after: None, refused: Some(refusal), conflicts: Vec::new() }
}

/// The owners a server-side apply stops at: causes `conflict with "kubectl" using apps/v1` with their field.
fn conflicts(status: &kube::core::Status) -> Vec<FieldConflict> {
    let causes = status.details.iter().flat_map(|details| &details.causes);
    let of_field = causes.filter(|cause| cause.reason == "FieldManagerConflict");
    of_field
        .map(|cause| FieldConflict { manager: cause.message.split('"').nth(1).unwrap_or("somebody else").to_owned(), field: cause.field.clone() })
        .collect()
}

/// `group/version` or `version`, if it can stand in an address.
fn group_version(text: &str) -> Option<GroupVersion> {
    let parsed: GroupVersion = text.parse().ok()?;
    (is_path_segment(&parsed.version) && (parsed.group.is_empty() || is_path_segment(&parsed.group))).then_some(parsed)
}
