//! Checks of what people type that more than one use case needs.

use domain::AppError;
use domain::chart_source::{ChartSource, ChartSourceError};
use serde_norway::Value;

/// Longest values text, in bytes. Helm keeps values in the release Secret, which holds 1 MiB in all.
const VALUES_BYTES_MAX: usize = 256 * 1024;

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

/// A chart's source in its shortest form: a repository, a registry or a folder, without credentials.
pub(crate) fn repository_check(text: &str) -> Result<String, AppError> {
    let hint = |why| match why {
        ChartSourceError::Credentials => {
            "Leave user and password out; the portal finds them in the files of `--registry-config` and `--repository-config`."
        }
        ChartSourceError::RegistryPath => "Write for example oci://registry.example.com/charts; the chart's name has a field of its own.",
        ChartSourceError::FolderPath => "Write for example file:///srv/charts, a folder on the portal's server.",
        ChartSourceError::Text | ChartSourceError::Scheme | ChartSourceError::Host => {
            "Write the address of the folder that holds index.yaml, such as https://charts.example.com, or of a registry, such as \
             oci://registry.example.com/charts."
        }
    };
    ChartSource::parse(text).map(|source| source.to_string()).map_err(|why| {
        // What can't be read may hold a password all the same, so it is not repeated.
        AppError::invalid(format!("The chart source's address is not usable: {why}.")).hint(hint(why)).field("repository")
    })
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
    fn a_source_is_kept_in_its_shortest_form_and_a_bad_one_says_what_to_write() {
        assert_eq!(repository_check(" https://charts.example.com/a/ ").unwrap(), "https://charts.example.com/a");
        assert_eq!(repository_check("oci://registry.example.com/charts/").unwrap(), "oci://registry.example.com/charts");
        for bad in ["", "ftp://x", "https://", "https://u:secret@x/", "file://etc", "oci://x/charts:1", "https://a b"] {
            let error = repository_check(bad).unwrap_err();
            assert_eq!(error.field.as_deref(), Some("repository"), "{bad}");
            assert!(error.hint.is_some() && !error.to_string().contains("secret"), "{error}");
        }
    }
}
