//! Writing the lower half of the index: ReplicaSets and pods, linked to their owners by name.

use std::collections::{BTreeSet, HashMap};

use domain::Namespace;
use domain::live::WorkloadKind;

use crate::index::{Index, PodSeen, ReleaseRef};

impl Index {
    /// A ReplicaSet was seen, or is gone (`deployment` is `None`).
    pub(crate) fn replica_set_put(&mut self, namespace: &Namespace, name: &str, deployment: Option<String>) -> Option<ReleaseRef> {
        let index = self.namespace_mut(namespace);
        let before = index.replica_sets.get(name).cloned();
        if before == deployment {
            self.namespace_forget_if_empty(namespace);
            return None;
        }
        if let Some(old) = &before {
            index.replica_sets.remove(name);
            unlink(&mut index.replica_sets_of, old, name);
        }
        if let Some(new) = &deployment {
            index.replica_sets.insert(name.to_owned(), new.clone());
            index.replica_sets_of.entry(new.clone()).or_default().insert(name.to_owned());
        }
        let named = deployment.or(before)?;
        let release = index.workloads.get(&(WorkloadKind::Deployment, named)).map(|seen| seen.release.clone());
        self.namespace_forget_if_empty(namespace);
        release
    }

    /// A pod was seen.
    pub(crate) fn pod_put(&mut self, namespace: &Namespace, seen: PodSeen) -> Option<ReleaseRef> {
        let index = self.namespace_mut(namespace);
        let name = seen.pod.name.clone();
        match index.pods.get(&name) {
            Some(before) if *before == seen => return None,
            Some(PodSeen { owner: Some(before), .. }) if seen.owner.as_ref() != Some(before) => {
                let before = before.clone();
                unlink(&mut index.pods_of, &before, &name);
            }
            _ => {}
        }
        if let Some(owner) = &seen.owner {
            index.pods_of.entry(owner.clone()).or_default().insert(name.clone());
        }
        let release = index.release_of_pod(&seen);
        index.pods.insert(name, seen);
        release
    }

    /// A pod is gone.
    pub(crate) fn pod_remove(&mut self, namespace: &Namespace, name: &str) -> Option<ReleaseRef> {
        let index = self.namespaces.get_mut(namespace)?;
        let seen = index.pods.remove(name)?;
        if let Some(owner) = &seen.owner {
            unlink(&mut index.pods_of, owner, name);
        }
        let release = index.release_of_pod(&seen);
        self.namespace_forget_if_empty(namespace);
        release
    }
}

fn unlink<K: std::hash::Hash + Eq>(links: &mut HashMap<K, BTreeSet<String>>, from: &K, name: &str) {
    if let Some(names) = links.get_mut(from) {
        names.remove(name);
        if names.is_empty() {
            links.remove(from);
        }
    }
}
