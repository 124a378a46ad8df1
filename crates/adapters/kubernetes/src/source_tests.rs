//! Clusters from kubeconfig files, good and bad.

use super::*;

const TWO: &str = "apiVersion: v1\nkind: Config\nclusters:\n- name: k\n  cluster: {server: 'https://me:hunter2@k.example:6443'}\nusers:\n- name: u\n  user: {token: hunter2}\n- name: program\n  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: /no/such/program, interactiveMode: Never}}\ncontexts:\n- name: first\n  context: {cluster: k, user: u}\n- name: second\n  context: {cluster: k, user: program}\n";

fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}
fn names(found: &[Configured]) -> Vec<&str> {
    found.iter().map(|c| c.name.as_str()).collect()
}

#[test]
fn all_contexts_of_all_files_are_clusters_the_earlier_file_wins() {
    let (one, two) = (file(TWO), file(&TWO.replace("first", "third")));
    let options = ClustersOptions { kubeconfigs: vec![one.path().into(), two.path().into()], in_cluster: true, ..ClustersOptions::default() };
    let found = sources(&options);
    assert_eq!(names(&found), ["first", "second", "third", "in-cluster"]);
    assert_eq!(found[0].server, "https://k.example:6443", "without user and password");
}

#[test]
fn only_named_contexts_are_clusters_and_a_missing_one_says_so() {
    let one = file(TWO);
    let options = ClustersOptions { kubeconfigs: vec![one.path().into()], contexts: vec!["second".into(), "none".into()], in_cluster: false };
    let found = sources(&options);
    assert_eq!(names(&found), ["second", "none"]);
    assert!(matches!(&found[1].source, Source::Broken(why) if why == "no kubeconfig has a context of this name"));
}

#[test]
fn a_file_that_cannot_be_read_is_a_cluster_that_says_so() {
    let found = sources(&ClustersOptions { kubeconfigs: vec!["/no/such/kubeconfig".into()], ..ClustersOptions::default() });
    assert_eq!(names(&found), ["kubeconfig"]);
    assert!(matches!(&found[0].source, Source::Broken(why) if why.contains("/no/such/kubeconfig") && why.contains("No such file")));
}

#[tokio::test]
async fn a_missing_credentials_program_is_told_in_words() {
    let one = file(TWO);
    let options = ClustersOptions { kubeconfigs: vec![one.path().into()], contexts: vec!["second".into()], in_cluster: false };
    let error = sources(&options)[0].client().await.err().unwrap();
    assert_eq!(
        error.to_string(),
        "there are no credentials for cluster “second”: the credentials program of the kubeconfig is not installed on Slipway's host"
    );
}

#[tokio::test]
async fn the_output_of_a_failing_credentials_program_is_not_shown() {
    let script = TWO.replace(
        "/no/such/program, interactiveMode: Never",
        "/bin/sh, args: ['-c', 'echo hunter2; echo hunter2 >&2; exit 3'], interactiveMode: Never",
    );
    let one = file(&script);
    let options = ClustersOptions { kubeconfigs: vec![one.path().into()], contexts: vec!["second".into()], in_cluster: false };
    let error = sources(&options)[0].client().await.err().unwrap();
    let app = domain::AppError::from(error);
    assert!(app.message.contains("failed (exit status: 3)"), "{app}");
    assert!(!format!("{app:?}").contains("hunter2"), "{app:?}");
}
