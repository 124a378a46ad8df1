//! Answers of an API server as people read them.

use domain::ErrorKind;
use kube::error::Status;

use super::*;

fn answered(code: u16, message: &str) -> AppError {
    let error = kube::Error::Api(Status::failure(message, "").with_code(code).boxed());
    let cluster = ClusterName::new("one").unwrap();
    KubernetesError::from_kube(&cluster, "https://one:6443", "read namespace “x”", &error).into()
}

#[test]
fn a_refusal_says_what_slipway_may_not_do_and_how_to_allow_it() {
    let error = answered(403, "namespaces \"x\" is forbidden");
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert_eq!(
        error.to_string(),
        "Slipway's credentials for cluster “one” may not read namespace “x”. Grant it with the ClusterRole of Slipway's chart."
    );
}

#[test]
fn every_answer_has_a_kind_and_names_cluster_and_object() {
    for (code, kind) in [
        (401, ErrorKind::Unavailable),
        (404, ErrorKind::NotFound),
        (409, ErrorKind::Conflict),
        (422, ErrorKind::Invalid),
        (500, ErrorKind::Unavailable),
    ] {
        let error = answered(code, "etcd is slow");
        assert_eq!(error.kind, kind, "{code}");
        assert!(error.message.contains("“one”"), "{error}");
        assert!(matches!(code, 401 | 500) || error.message.contains("namespace “x”"), "{error}");
    }
}

#[test]
fn a_namespace_of_another_environment_is_a_conflict_that_names_it() {
    let cluster = ClusterName::new("one").unwrap();
    let error = AppError::from(KubernetesError::NamespaceTaken { cluster, namespace: "shop".into(), owner: "shop-staging".into() });
    assert_eq!(error.kind, ErrorKind::Conflict);
    assert_eq!(error.message, "Namespace “shop” of cluster “one” belongs to environment “shop-staging”.");
}
