//! A web server on a free port of loopback that answers what it is told, and archives to serve.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, header};
use domain::catalog::ChartRef;
use sha2::{Digest, Sha256};

#[derive(Clone, Default)]
struct Answer {
    status: u16,
    body: Vec<u8>,
    headers: Vec<(String, String)>,
    hangs: bool,
    /// The `Authorization` it wants to see; without it 401 and the challenge.
    guard: Option<(String, String)>,
}

#[derive(Default)]
struct Book {
    answers: HashMap<String, Answer>,
    /// What is answered first, each once.
    first: HashMap<String, Vec<Answer>>,
    requests: Vec<String>,
    /// Path and `Authorization` of each request that had one.
    shown: Vec<(String, String)>,
}

pub(crate) struct Server {
    host: String,
    book: Arc<Mutex<Book>>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let book = Arc::new(Mutex::new(Book::default()));
        let router = axum::Router::new().fallback(answer).with_state(Arc::clone(&book));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { host, book }
    }

    /// A port that nobody listens on: bound and given back.
    pub(crate) async fn port_of_nobody() -> u16 {
        tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    pub(crate) fn put(&self, path: &str, status: u16, body: &str) {
        self.put_bytes(path, status, body.as_bytes().to_vec());
    }

    pub(crate) fn put_bytes(&self, path: &str, status: u16, body: Vec<u8>) {
        self.book.lock().unwrap().answers.insert(path.to_owned(), Answer { status, body, ..Answer::default() });
    }

    pub(crate) fn header(&self, path: &str, name: &str, value: &str) {
        self.book.lock().unwrap().answers.get_mut(path).unwrap().headers.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn redirect(&self, path: &str, to: &str) {
        self.put(path, 302, "");
        self.header(path, "location", to);
    }

    pub(crate) fn hang(&self, path: &str) {
        self.book.lock().unwrap().answers.insert(path.to_owned(), Answer { hangs: true, ..Answer::default() });
    }

    /// Answers only who shows this `Authorization`; others get 401 and the challenge.
    pub(crate) fn guard(&self, path: &str, authorization: &str, challenge: &str) {
        self.book.lock().unwrap().answers.get_mut(path).unwrap().guard = Some((authorization.to_owned(), challenge.to_owned()));
    }

    /// The next request is answered so, and only that.
    pub(crate) fn once(&self, path: &str, status: u16, headers: &[(&str, &str)]) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.book.lock().unwrap().first.entry(path.to_owned()).or_default().push(Answer { status, headers, ..Answer::default() });
    }

    /// Path and `Authorization` of each request that had one.
    pub(crate) fn shown(&self) -> Vec<(String, String)> {
        self.book.lock().unwrap().shown.clone()
    }

    /// Status and path of each request so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.book.lock().unwrap().requests.clone()
    }
}

async fn answer(State(book): State<Arc<Mutex<Book>>>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let whole = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let headers = request.into_parts().0.headers;
    let text = |name| headers.get(name).map(|value: &header::HeaderValue| value.to_str().unwrap().to_owned());
    let known = text(header::IF_NONE_MATCH).or(text(header::IF_MODIFIED_SINCE));
    let shown = text(header::AUTHORIZATION);
    let mut answer = {
        let mut book = book.lock().unwrap();
        book.shown.extend(shown.clone().map(|shown| (path.clone(), shown)));
        let first = book.first.get_mut(&path).filter(|first| !first.is_empty()).map(|first| first.remove(0));
        first.or_else(|| book.answers.get(&whole).or(book.answers.get(&path)).cloned()).unwrap_or(Answer { status: 404, ..Answer::default() })
    };
    if answer.hangs {
        std::future::pending::<()>().await;
    }
    if let Some((_, challenge)) = answer.guard.take().filter(|(wanted, _)| shown.as_ref() != Some(wanted)) {
        answer = Answer { status: 401, headers: vec![("www-authenticate".to_owned(), challenge)], ..Answer::default() };
    }
    if known.is_some_and(|known| answer.headers.iter().any(|(_, value)| *value == known)) {
        answer.status = 304;
        answer.body.clear();
    }
    book.lock().unwrap().requests.push(format!("{} {path}", answer.status));
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.body)).unwrap()
}

pub(crate) fn chart(repository: &str, name: &str) -> ChartRef {
    ChartRef { repository: repository.to_owned(), name: name.to_owned() }
}

pub(crate) fn index_of(chart: &str, version: &str, url: &str, digest: &str) -> String {
    format!("entries: {{{chart}: [{{version: {version}, digest: '{digest}', urls: ['{url}']}}]}}")
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// A header written byte by byte, because `tar::Builder` refuses the paths we want to see refused.
fn entry(path: &str, kind: tar::EntryType, link: &str, content: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.as_mut_bytes()[..path.len().min(100)].copy_from_slice(&path.as_bytes()[..path.len().min(100)]);
    header.as_mut_bytes()[157..157 + link.len()].copy_from_slice(link.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_size(content.len() as u64);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn pack(mut tar: Vec<u8>) -> Vec<u8> {
    tar.extend_from_slice(&[0; 1024]);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&tar).unwrap();
    gzip.finish().unwrap()
}

pub(crate) fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = Vec::new();
    for (path, content) in files {
        if path.len() > 100 {
            tar.extend(entry("././@LongLink", tar::EntryType::GNULongName, "", format!("{path}\0").as_bytes()));
        }
        tar.extend(entry(path, tar::EntryType::Regular, "", content.as_bytes()));
    }
    pack(tar)
}

pub(crate) fn archive_with_link(path: &str, target: &str) -> Vec<u8> {
    let mut tar = entry("api/Chart.yaml", tar::EntryType::Regular, "", b"name: api");
    tar.extend(entry(path, tar::EntryType::Symlink, target, b""));
    pack(tar)
}
