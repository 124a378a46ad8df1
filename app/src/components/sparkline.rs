//! Figures with a small picture of their last hour. Numbers follow sentences; pictures come after that.

use std::fmt::Write as _;

use leptos::prelude::*;

use super::{panel::Panel, status::Tone};

const WIDTH: f64 = 260.0;
const HEIGHT: f64 = 56.0;

/// The line as an SVG path: the lowest value near the ground, the highest near the top.
pub fn sparkline_path(values: &[f64]) -> String {
    let lowest = values.iter().copied().filter(|value| value.is_finite()).fold(f64::INFINITY, f64::min);
    let highest = values.iter().copied().filter(|value| value.is_finite()).fold(f64::NEG_INFINITY, f64::max);
    if values.len() < 2 || lowest > highest {
        return String::new();
    }
    let span = if highest > lowest { highest - lowest } else { 1.0 };
    let mut path = String::new();
    for (index, value) in values.iter().enumerate() {
        let value = if value.is_finite() { *value } else { lowest };
        let x = WIDTH * index as f64 / (values.len() - 1) as f64;
        let y = HEIGHT - 6.0 - (value - lowest) / span * (HEIGHT - 16.0);
        let command = if index == 0 { 'M' } else { 'L' };
        // Writing to a String can't fail.
        let _ = write!(path, "{command}{x:.1} {y:.1}");
    }
    path
}

/// A small line without axes. The words beside it say what it shows.
#[component]
pub fn Sparkline(
    /// The values, in equal steps of time.
    values: Vec<f64>,
    /// Coloured only if it says a status.
    #[prop(optional)]
    tone: Tone,
) -> impl IntoView {
    let line = sparkline_path(&values);
    let area = if line.is_empty() { String::new() } else { format!("{line}L{WIDTH} {HEIGHT}L0 {HEIGHT}Z") };
    let class = match tone {
        Tone::Bad => "spark bad",
        Tone::Warn => "spark warn",
        _ => "spark",
    };
    view! {
        <svg class=class viewBox="0 0 260 56" preserveAspectRatio="none" aria-hidden="true">
            <path d=area fill="currentColor" opacity=".09"></path>
            <path d=line fill="none" stroke="currentColor" stroke-width="1.5" vector-effect="non-scaling-stroke"></path>
        </svg>
    }
}

/// A figure, its unit, its last hour.
#[component]
pub fn Metric(
    /// What is measured.
    #[prop(into)]
    name: String,
    /// The figure now.
    #[prop(into)]
    value: String,
    /// "per s", "ms", "%".
    #[prop(optional, into)]
    unit: String,
    /// Coloured only if it says a status.
    #[prop(optional)]
    tone: Tone,
    /// The values, in equal steps of time.
    #[prop(optional)]
    values: Vec<f64>,
    /// The words under the picture's left end.
    #[prop(optional, into)]
    from: String,
    /// The words under its right end.
    #[prop(optional, into)]
    to: String,
) -> impl IntoView {
    let class = if tone == Tone::None { "num".to_owned() } else { format!("num {}", tone.class()) };
    view! {
        <Panel class="metric">
            <h3>{name}</h3>
            <div class=class>{value}<small>{unit}</small></div>
            <Sparkline values=values tone=tone/>
            <small class="metric-ends"><span>{from}</span><span>{to}</span></small>
        </Panel>
    }
}

#[cfg(test)]
mod tests {
    use super::sparkline_path;

    #[test]
    fn the_line_runs_from_edge_to_edge() {
        assert_eq!(sparkline_path(&[1.0, 3.0, 2.0]), "M0.0 50.0L130.0 10.0L260.0 30.0");
    }

    #[test]
    fn one_value_or_none_draws_nothing() {
        assert_eq!(sparkline_path(&[]), "");
        assert_eq!(sparkline_path(&[1.0]), "");
        assert_eq!(sparkline_path(&[f64::NAN, f64::NAN]), "");
    }
}
