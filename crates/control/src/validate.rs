//! Checks of what people type that more than one use case needs.

use domain::AppError;
use serde_norway::Value;

/// Longest values text, in bytes. Helm keeps values in the release Secret, which holds 1 MiB in all.
const VALUES_BYTES_MAX: usize = 256 * 1024;
/// Longest address of a chart repository.
const URL_BYTES_MAX: usize = 2_000;

/// Values must be a YAML mapping, or nothing.
pub(crate) fn values_check(text: &str, field: &str) -> Result<(), AppError> {
    if text.len() > VALUES_BYTES_MAX {
        return Err(AppError::too_large(format!("The values are {} KiB long; {} KiB is the most.", text.len() / 1024, VALUES_BYTES_MAX / 1024))
            .hint("Keep large files in a ConfigMap of their own.")
            .field(field));
    }
    match serde_norway::from_str::<Value>(text) {
        Ok(Value::Mapping(_) | Value::Null) => Ok(()),
        Ok(_) => Err(AppError::invalid("The values are YAML, but no mapping of names to values.")
            .hint("Write lines such as `replicaCount: 3`.")
            .field(field)),
        Err(error) => {
            Err(AppError::invalid(format!("The values are not valid YAML: {error}.")).hint("Correct that line and try again.").field(field))
        }
    }
}

/// A chart repository is an `http` or `https` address without credentials.
pub(crate) fn repository_check(url: &str) -> Result<String, AppError> {
    let url = url.trim().trim_end_matches('/');
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host_ok = rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        !host.is_empty() && !host.contains('@') && !rest.chars().any(|c| c.is_whitespace() || c.is_control())
    });
    if host_ok && url.len() <= URL_BYTES_MAX {
        return Ok(url.to_owned());
    }
    Err(AppError::invalid("The chart repository's address is not usable.")
        .hint("Write the address of the folder that holds index.yaml, such as https://charts.example.com, without user or password.")
        .field("repository"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_no_yaml_name_the_line() {
        let error = values_check("a: 1\nb: [", "values").unwrap_err();
        assert!(error.message.contains("line 2") || error.message.contains("line 3"), "{}", error.message);
        assert_eq!(values_check("- a\n- b", "values").unwrap_err().field.as_deref(), Some("values"));
        assert!(values_check("", "values").is_ok());
        assert!(values_check("# nothing but a comment", "values").is_ok());
    }

    #[test]
    fn an_anchor_bomb_is_refused() {
        let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for i in 1..12 {
            let previous = format!("*a{}", i - 1);
            bomb += &format!("a{i}: &a{i} [{}]\n", vec![previous; 10].join(","));
        }
        assert!(values_check(&bomb, "values").is_err());
    }

    #[test]
    fn a_repository_address_has_a_host_and_no_password() {
        assert_eq!(repository_check(" https://charts.example.com/a/ ").unwrap(), "https://charts.example.com/a");
        for bad in ["", "ftp://x", "https://", "https://u:p@x/", "file:///etc", "https://a b"] {
            assert!(repository_check(bad).is_err(), "{bad}");
        }
    }
}
