//! Objects looked at and tried: what the cluster would do, without doing it.

use domain::manifest::{MergeKind, ObjectId, merge_patch};
use domain::ports::{Clusters, FieldConflict, ObjectDeed, ObjectRefusal, ObjectTried, ObjectTry};
use k8s_openapi::api::core::v1::Namespace as KubeNamespace;
use kube::Api;
use kube::api::{DynamicObject, ObjectMeta, Patch, PatchParams, PostParams};
use kube::core::GroupVersionKind;
use kube::discovery::ApiResource;
use serde_json::{Value, json};

use crate::lab::{Lab, until_answer};

/// A lab whose namespace is made.
async fn open(stem: &str) -> Lab {
    let lab = Lab::open(stem).await;
    let metadata = ObjectMeta { name: Some(lab.namespace.to_string()), ..ObjectMeta::default() };
    let namespace = KubeNamespace { metadata, ..KubeNamespace::default() };
    Api::all(lab.client.clone()).create(&PostParams::default(), &namespace).await.unwrap();
    lab
}

fn deployment() -> Value {
    json!({ "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "api" }, "spec": {
        "replicas": 0, "selector": { "matchLabels": { "app": "api" } },
        "template": { "metadata": { "labels": { "app": "api" } }, "spec": { "containers": [{
            "name": "main", "image": "registry.example/acme/sample:1",
            "env": [{ "name": "A", "value": "1" }, { "name": "B", "value": "2" }],
            "ports": [{ "containerPort": 80 }, { "containerPort": 90 }],
        }] } },
    } })
}

/// Applies the manifest for good, under this name.
async fn put(lab: &Lab, manager: &str, manifest: &Value) {
    let (api_version, kind) = (manifest["apiVersion"].as_str().unwrap(), manifest["kind"].as_str().unwrap());
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
    let api: Api<DynamicObject> = Api::namespaced_with(lab.client.clone(), lab.namespace.as_str(), &resource);
    api.patch(manifest["metadata"]["name"].as_str().unwrap(), &PatchParams::apply(manager).force(), &Patch::Apply(manifest)).await.unwrap();
}

async fn tried(lab: &Lab, id: ObjectId, deed: ObjectDeed) -> ObjectTried {
    lab.clusters.objects_try(&lab.cluster, &lab.namespace, vec![ObjectTry { id, deed }]).await.unwrap().remove(0)
}

async fn look(lab: &Lab, manifest: &Value) -> Option<Value> {
    tried(lab, ObjectId::of(manifest).unwrap(), ObjectDeed::Look).await.live
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_tells_what_would_be_made_and_makes_nothing() {
    let lab = open("try-create").await;
    let (wanted, id) = (deployment(), ObjectId::of(&deployment()).unwrap());
    assert_eq!(tried(&lab, id.clone(), ObjectDeed::Look).await, ObjectTried { live: None, after: None, refused: None, conflicts: vec![] });

    let made = tried(&lab, id, ObjectDeed::Create(wanted.clone())).await;

    assert_eq!((made.live, made.refused, made.conflicts), (None, None, vec![]));
    let after = made.after.unwrap();
    assert_eq!(after["spec"]["strategy"]["type"], "RollingUpdate", "with what the cluster fills in");
    assert_eq!(look(&lab, &wanted).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strategic_merge_takes_away_what_the_new_manifest_leaves_out() {
    let lab = open("try-merge").await;
    let old = deployment();
    put(&lab, "helm", &old).await;
    let mut new = old.clone();
    let main = &mut new["spec"]["template"]["spec"]["containers"][0];
    main["env"] = json!([{ "name": "B", "value": "3" }]);
    main["ports"] = json!([{ "containerPort": 80 }]);

    let patch = merge_patch(MergeKind::Strategic, Some(&old), &new);
    let found = tried(&lab, ObjectId::of(&old).unwrap(), ObjectDeed::Merge(MergeKind::Strategic, patch)).await;

    let (live, after) = (found.live.unwrap(), found.after.unwrap());
    let container = |object: &Value| object["spec"]["template"]["spec"]["containers"][0].clone();
    assert_eq!(container(&after)["env"], json!([{ "name": "B", "value": "3" }]));
    assert_eq!(container(&after)["ports"], json!([{ "containerPort": 80, "protocol": "TCP" }]));
    assert_eq!(container(&live)["env"].as_array().unwrap().len(), 2);
    assert_eq!(container(&look(&lab, &old).await.unwrap())["env"].as_array().unwrap().len(), 2, "nothing was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_custom_resource_is_merged_with_its_lists_replaced() {
    let lab = open("try-custom").await;
    let group = format!("{}.slipway.test", lab.namespace);
    let definition = json!({ "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": { "name": format!("things.{group}") }, "spec": { "group": group, "scope": "Namespaced",
        "names": { "plural": "things", "singular": "thing", "kind": "Thing" },
        "versions": [{ "name": "v1", "served": true, "storage": true,
            "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } } }] } });
    let old = json!({ "apiVersion": format!("{group}/v1"), "kind": "Thing", "metadata": { "name": "a" },
        "spec": { "env": [{ "name": "A" }, { "name": "B" }], "gone": 1 } });
    let id = ObjectId::of(&old).unwrap();
    assert_eq!(tried(&lab, id.clone(), ObjectDeed::Look).await.refused, Some(ObjectRefusal::UnknownKind));
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("apiextensions.k8s.io", "v1", "CustomResourceDefinition"));
    let definitions: Api<DynamicObject> = Api::all_with(lab.client.clone(), &resource);
    definitions.create(&PostParams::default(), &serde_json::from_value(definition).unwrap()).await.unwrap();
    let created = until_answer("the new kind", async || tried(&lab, id.clone(), ObjectDeed::Create(old.clone())).await.after).await;
    assert_eq!(created["spec"], old["spec"], "a kind that came meanwhile is found");
    put(&lab, "helm", &old).await;
    let mut new = old.clone();
    new["spec"] = json!({ "env": [{ "name": "C" }] });

    let found = tried(&lab, id, ObjectDeed::Merge(MergeKind::Json, merge_patch(MergeKind::Json, Some(&old), &new))).await;

    definitions.delete(&format!("things.{group}"), &kube::api::DeleteParams::default()).await.unwrap();
    assert_eq!(found.after.unwrap()["spec"], new["spec"]);
    assert_eq!(found.live.unwrap()["spec"], old["spec"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_of_somebody_else_is_a_conflict_that_names_them() {
    let lab = open("try-apply").await;
    let mut theirs = deployment();
    put(&lab, "helm", &theirs).await;
    theirs["spec"]["replicas"] = 3.into();
    put(&lab, "kubectl", &theirs).await;
    let mut ours = deployment();
    ours["spec"]["replicas"] = 2.into();

    let found = tried(&lab, ObjectId::of(&ours).unwrap(), ObjectDeed::Apply(ours.clone())).await;

    assert_eq!(found.conflicts, [FieldConflict { manager: "kubectl".into(), field: ".spec.replicas".into() }]);
    assert_eq!((found.refused, found.after.unwrap()["spec"]["replicas"].as_i64()), (None, Some(2)), "what forcing it would do");
    assert_eq!(look(&lab, &ours).await.unwrap()["spec"]["replicas"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_can_not_be_changed_is_told_in_the_clusters_words() {
    let lab = open("try-fixed").await;
    let old = deployment();
    put(&lab, "helm", &old).await;
    let mut new = old.clone();
    new["spec"]["selector"]["matchLabels"]["app"] = "other".into();
    new["spec"]["template"]["metadata"]["labels"]["app"] = "other".into();

    for deed in [ObjectDeed::Merge(MergeKind::Strategic, merge_patch(MergeKind::Strategic, Some(&old), &new)), ObjectDeed::Apply(new.clone())] {
        let found = tried(&lab, ObjectId::of(&old).unwrap(), deed).await;
        let Some(ObjectRefusal::Invalid(words)) = &found.refused else { panic!("{found:?}") };
        assert!(words.contains("immutable"), "{words}");
        assert!(found.live.is_some() && found.after.is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_or_a_namespace_that_is_not_there_is_told_apart() {
    let lab = Lab::open("try-nowhere").await; // its namespace is not made
    let map = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "a" } });
    assert_eq!(look(&lab, &map).await, None);
    assert_eq!(tried(&lab, ObjectId::of(&map).unwrap(), ObjectDeed::Create(map)).await.refused, Some(ObjectRefusal::NoNamespace));
    for (api_version, kind) in [("unknown.example/v1", "Thing"), ("v1", "Thing"), ("v9", "ConfigMap"), ("apps/v1", "Thing")] {
        let id = ObjectId { api_version: api_version.into(), kind: kind.into(), namespace: None, name: "a".into() };
        assert_eq!(tried(&lab, id, ObjectDeed::Look).await.refused, Some(ObjectRefusal::UnknownKind), "{api_version} {kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_reach_nothing() {
    let lab = open("try-names").await;
    let spaces = [None, Some("../kube-system"), Some("kube-system/configmaps/x?"), Some("a%2fb")];
    let names = ["..", ".", "", "a/b", "a%2f..%2fb", "a?dryRun=None", "a#b", "a b", "ä", "a\nb"];
    let pairs = names.iter().map(|name| (None, *name)).chain(spaces.iter().skip(1).map(|space| (*space, "a")));
    for (space, name) in pairs {
        let id = ObjectId { api_version: "v1".into(), kind: "ConfigMap".into(), namespace: space.map(Into::into), name: name.into() };
        let found = tried(&lab, id, ObjectDeed::Look).await;
        assert!(matches!(found.refused, Some(ObjectRefusal::Invalid(_))), "{space:?} {name}: {found:?}");
    }
    for api_version in ["../../api/v1", "apps/../v1", "v1/configmaps?x=", "a b/v1"] {
        let id = ObjectId { api_version: api_version.into(), kind: "ConfigMap".into(), namespace: None, name: "a".into() };
        let answer = lab.clusters.objects_try(&lab.cluster, &lab.namespace, vec![ObjectTry { id, deed: ObjectDeed::Look }]).await;
        assert_eq!(answer.unwrap().remove(0).refused, Some(ObjectRefusal::UnknownKind), "{api_version}");
    }
}
