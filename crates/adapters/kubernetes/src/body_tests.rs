//! Bodies as Helm writes them, and as nobody should.

use std::io::Read;

use super::*;

const RELEASE: &str = r#"{"name":"api","info":{"first_deployed":"2026-11-01T10:00:00.5+01:00","last_deployed":"2026-11-02T10:00:00.5+01:00","status":"pending-upgrade","description":"Preparing upgrade","notes":"a\u00e9"},"chart":{"metadata":{"name":"microservice","version":"1.4.0","appVersion":"2.0","keywords":["x"]},"templates":[{"name":"t","data":"e30="}],"values":{"big":12345678901234567890123,"float":1.0,"exp":1e3}},"config":{"password":"hunter2"},"manifest":"---","version":7}"#;

fn packed(json: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(json.as_bytes()).unwrap();
    STANDARD.encode(encoder.finish().unwrap()).into_bytes()
}

fn unpacked(stored: &[u8]) -> String {
    let mut json = String::new();
    GzDecoder::new(STANDARD.decode(stored).unwrap().as_slice()).read_to_string(&mut json).unwrap();
    json
}

#[test]
fn four_strings_are_kept_of_a_body() {
    let body = body_read(&packed(RELEASE)).unwrap();
    assert_eq!(body.chart.as_deref(), Some("microservice"));
    assert_eq!(body.chart_version.as_deref(), Some("1.4.0"));
    assert_eq!(body.app_version.as_deref(), Some("2.0"));
    assert_eq!(body.deployed_at.unwrap().to_string(), "2026-11-02T09:00:00.5Z");
    assert!(!format!("{body:?}").contains("hunter2"));
}

#[test]
fn a_body_without_chart_or_info_is_read_as_unknown() {
    assert_eq!(body_read(&packed("{}")).unwrap(), Body::default());
    assert_eq!(body_read(&packed(r#"{"info":{"last_deployed":"never"},"chart":{}}"#)).unwrap(), Body::default());
}

#[test]
fn what_is_not_a_body_is_malformed() {
    for bad in [b"%%%".to_vec(), STANDARD.encode("no gzip").into_bytes(), packed("[1"), packed("{\"info\":3}")] {
        assert_eq!(body_read(&bad).unwrap_err(), BodyError::Malformed);
        assert_eq!(body_mark_failed(&bad, "why").unwrap_err(), BodyError::Malformed);
    }
}

#[test]
fn a_body_that_unpacks_beyond_the_limit_is_refused() {
    let bomb = packed(&format!("{{\"manifest\":\"{}\"}}", "a".repeat(usize::try_from(UNPACKED_BYTES_MAX).unwrap() + 1)));
    assert!(bomb.len() < STORED_BYTES_MAX);
    assert_eq!(body_read(&bomb).unwrap_err(), BodyError::TooLarge);
    assert_eq!(body_mark_failed(&bomb, "why").unwrap_err(), BodyError::TooLarge);
    assert_eq!(body_read(&vec![b'A'; STORED_BYTES_MAX + 1]).unwrap_err(), BodyError::TooLarge);
}

#[test]
fn marking_as_failed_changes_status_and_description_and_not_a_byte_else() {
    let marked = unpacked(&body_mark_failed(&packed(RELEASE), "Slipway was \"cut off\"").unwrap());
    for kept in
        [r#""big":12345678901234567890123,"float":1.0,"exp":1e3"#, r#""notes":"a\u00e9""#, r#""config":{"password":"hunter2"}"#, r#""version":7"#]
    {
        assert!(marked.contains(kept), "{kept} in {marked}");
    }
    let json: serde_json::Value = serde_json::from_str(&marked).unwrap();
    assert_eq!(json["info"]["status"], "failed");
    assert_eq!(json["info"]["description"], "Slipway was \"cut off\"");
    assert_eq!(json["info"]["first_deployed"], "2026-11-01T10:00:00.5+01:00");
    assert_eq!(json.as_object().unwrap().len(), 6);
}
