//! What Helm makes of an unquoted scalar.
//!
//! Helm reads values with `sigs.k8s.io/yaml` 1.6, that is `go.yaml.in/yaml/v2` and its `resolve.go`: YAML 1.1 booleans
//! (`yes`, `on`, `y`), octal `014` and `0o14`, `0b11`, `1_000`, but no base 60, and dates stay text. The values then pass
//! through JSON, where `1.0` becomes `1`. `helm_yaml.tsv` holds answers of that library.

use serde_json::{Number, Value};

/// What an unquoted scalar means; `None` for the numbers that JSON can't hold (`.inf`, `.nan`).
pub(in crate::values) fn resolve_plain(text: &str) -> Option<Value> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Value::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return Some(Value::Bool(true)),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => return Some(Value::Bool(false)),
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF" => return None,
        _ => {}
    }
    let number = match text.bytes().next() {
        Some(b'.') => separated_float(text),
        Some(b'0'..=b'9' | b'+' | b'-') => {
            let plain = text.replace('_', "");
            integer(&plain).or_else(|| is_float(&plain).then(|| float(&plain)).flatten())
        }
        _ => None,
    };
    Some(number.map_or_else(|| Value::String(text.to_owned()), Value::Number))
}

/// `strconv.ParseInt(text, 0, 64)`, then `ParseUint`.
fn integer(text: &str) -> Option<Number> {
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (digits, radix) = match unsigned.get(..2) {
        Some("0x" | "0X") => (unsigned.get(2..)?, 16),
        Some("0o" | "0O") => (unsigned.get(2..)?, 8),
        Some("0b" | "0B") => (unsigned.get(2..)?, 2),
        _ if unsigned.len() > 1 && unsigned.starts_with('0') => (unsigned, 8),
        _ => (unsigned, 10),
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let size = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        return 0i64.checked_sub_unsigned(size).map(Number::from);
    }
    // `ParseUint` knows no sign, so `+18446744073709551615` falls through to the floats.
    (size <= i64::MAX.unsigned_abs() || !text.starts_with('+')).then(|| Number::from(size))
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`, the expression of `resolve.go`.
fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (unsigned.get(..at).unwrap_or(""), unsigned.get(at + 1..)),
        None => (unsigned, None),
    };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => is_digits(fraction),
        Some((whole, fraction)) => is_digits(whole) && (fraction.is_empty() || is_digits(fraction)),
        None => is_digits(mantissa),
    };
    mantissa_fits && exponent.is_none_or(|part| is_digits(part.strip_prefix(['-', '+']).unwrap_or(part)))
}

/// `strconv.ParseFloat` of a text that begins with a point: underscores may stand between digits.
fn separated_float(text: &str) -> Option<Number> {
    let is_separated = text.split('_').all(|part| part.bytes().any(|byte| byte.is_ascii_digit()));
    let plain = text.replace('_', "");
    (is_separated && is_float(&plain)).then(|| float(&plain)).flatten()
}

/// The number, unless it is beyond what a double holds: Go leaves such a text as it is.
fn float(text: &str) -> Option<Number> {
    text.parse::<f64>().ok().filter(|number| number.is_finite()).and_then(number_of)
}

/// A double as JSON passes it on: whole numbers without a fraction.
pub(in crate::values) fn number_of(number: f64) -> Option<Number> {
    // 2^63: every whole double below it is an i64.
    const WHOLE_MAX: f64 = 9_223_372_036_854_775_808.0;
    if number.fract() == 0.0 && number.abs() < WHOLE_MAX {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and within the bounds of i64")]
        return Some(Number::from(number as i64));
    }
    Number::from_f64(number)
}

/// The name that a plain key has in JSON: `yes: 1` sets `true`. `None` where Helm refuses it, as for `~`.
pub(super) fn key_name(text: &str) -> Option<String> {
    match resolve_plain(text)? {
        Value::String(name) => Some(name),
        Value::Bool(true) => Some("true".to_owned()),
        Value::Bool(false) => Some("false".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
