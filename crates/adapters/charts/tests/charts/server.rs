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
}

#[derive(Default)]
struct Book {
    answers: HashMap<String, Answer>,
    requests: Vec<String>,
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

    /// Status and path of each request so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.book.lock().unwrap().requests.clone()
    }
}

async fn answer(State(book): State<Arc<Mutex<Book>>>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let headers = request.into_parts().0.headers;
    let known = headers.get(header::IF_NONE_MATCH).or(headers.get(header::IF_MODIFIED_SINCE)).map(|value| value.to_str().unwrap().to_owned());
    let mut answer = book.lock().unwrap().answers.get(&path).cloned().unwrap_or(Answer { status: 404, ..Answer::default() });
    if answer.hangs {
        std::future::pending::<()>().await;
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
