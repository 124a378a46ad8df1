//! Kubernetes quantities: `500m`, `512Mi`, `1e3`.

use serde_json::Value;

use super::super::path::{Path, Segment};

/// The suffixes of `k8s.io/apimachinery/pkg/api/resource/suffix.go`.
const SUFFIXES: [&str; 16] = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// Whether a text is a quantity.
pub(super) fn is_quantity(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = unsigned.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(end);
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let is_exponent = suffix.strip_prefix(['e', 'E']).is_some_and(|exponent| exponent.parse::<i32>().is_ok());
    digits > 0 && number.len() - digits <= 1 && (SUFFIXES.contains(&suffix) || is_exponent)
}

/// What a text that is no quantity was likely meant to be.
pub(super) fn meant(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|character| !character.is_whitespace()).collect::<String>().replace(',', ".");
    let end = compact.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(compact.len());
    let (number, suffix) = compact.split_at_checked(end)?;
    let suffix = match suffix.to_ascii_lowercase().as_str() {
        "" => "",
        "m" | "mb" | "mib" | "mi" | "meg" if suffix != "m" => "Mi",
        "m" | "milli" | "millicores" | "mcpu" => "m",
        "k" | "kb" | "kib" | "ki" => "Ki",
        "g" | "gb" | "gib" | "gi" => "Gi",
        "t" | "tb" | "tib" | "ti" => "Ti",
        "core" | "cores" | "cpu" | "cpus" | "b" | "bytes" => "",
        _ => return None,
    };
    let meant = format!("{number}{suffix}");
    (is_quantity(&meant) && meant != text).then_some(meant)
}

/// The sentence for a text that is no quantity.
pub(super) fn words(text: &str) -> String {
    let example = meant(text).unwrap_or_else(|| "a number with a unit, as 500m or 512Mi".to_owned());
    format!("“{text}” is not a quantity. Write {example}.")
}

/// Whether Kubernetes takes the setting for a quantity: `….limits.*` and `….requests.*` of resources.
pub(super) fn is_expected(path: &Path) -> bool {
    let keys: Vec<&str> =
        path.segments().iter().filter_map(|segment| if let Segment::Key(key) = segment { Some(key.as_str()) } else { None }).collect();
    matches!(keys.as_slice(), [.., resources, "limits" | "requests", _] if resources.to_ascii_lowercase().ends_with("resources"))
}

/// A quantity that Kubernetes would refuse, in words; `None` if the value is fine or none of our business.
pub(super) fn refused(path: &Path, value: &Value) -> Option<String> {
    let text = value.as_str().filter(|text| !text.contains("{{") && !text.contains("$("))?;
    (is_expected(path) && !is_quantity(text)).then(|| words(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_those_of_kubernetes() {
        for text in ["1", "0.5", "100m", "512Mi", "1e3", "1E6", "-1", ".5", "1.", "2Ei"] {
            assert!(is_quantity(text), "{text}");
        }
        for text in ["", "Mi", "512M i", "512MB", "1.2.3", "1 Gi", "m100", "1e"] {
            assert!(!is_quantity(text), "{text}");
        }
    }

    #[test]
    fn the_sentence_names_what_was_meant() {
        assert_eq!(words("512M i"), "“512M i” is not a quantity. Write 512Mi.");
        assert_eq!(words("512MB"), "“512MB” is not a quantity. Write 512Mi.");
        assert_eq!(words("0,5"), "“0,5” is not a quantity. Write 0.5.");
        assert_eq!(words("lots"), "“lots” is not a quantity. Write a number with a unit, as 500m or 512Mi.");
    }
}
