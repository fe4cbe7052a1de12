//! Metrics that a service gives out under a name, for Prometheus and its like: what dashboards and alerts ask for.

use std::collections::{BTreeMap, BTreeSet};

use contracts::fact::{Element, Fact, Impact};
use outline::code;

use crate::comparison::{Comparison, Side};
use crate::facts::Rule;

const REMOVED: Rule = Rule {
    id: "metrics.removed",
    sees: "a metric is given out under this name nowhere in the repository any more",
    impact: Impact::Risky,
    triggers: &["api_contract"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&REMOVED];

/// What makes a metric, up to the bracket of what it is given.
const MAKERS: &[&str] = &[
    "Counter(",
    "Gauge(",
    "Histogram(",
    "Summary(",
    "CounterVec(",
    "GaugeVec(",
    "HistogramVec(",
    "SummaryVec(",
    "MetricFamily(",
    "CounterOpts{",
    "GaugeOpts{",
    "HistogramOpts{",
    "SummaryOpts{",
    "NewDesc(",
    "BuildFQName(",
    "counter!(",
    "gauge!(",
    "histogram!(",
    "Counter::new(",
    "Gauge::new(",
];

/// What a metric is given is looked at so far.
const MAX_REGION: usize = 800;

/// More metrics of one kind in one file are a table of them.
const MAX_METRICS: usize = 200;

/// A change that drops more metrics than this drops none in particular.
const MAX_LOST: usize = 100;

/// Names that unchanged files may still give out.
pub(crate) fn gone(c: &Comparison) -> Vec<String> {
    lost(c).into_iter().map(|(metric, _)| metric.written).collect()
}

/// Facts about metrics.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for (metric, side) in lost(c) {
        let quoted =
            |side: &Side| ['"', '\''].iter().any(|q| side.text().contains(&format!("{q}{}{q}", metric.written)));
        if c.kept.iter().any(quoted) {
            continue;
        }
        let element = Element::ConfigKey { file: side.path.clone(), key: metric.name.clone() };
        let summary = format!("the metric `{}` is gone", metric.name);
        out.push(REMOVED.fact(element, summary, c.before_span(side, metric.line, metric.line), None));
    }
    out
}

fn lost(c: &Comparison) -> Vec<(Metric, &Side)> {
    let after: BTreeSet<String> = c.afters().flat_map(metrics).map(|metric| metric.name).collect();
    // A name that a changed file still spells out is given out some other way.
    let spelt = |metric: &Metric| c.afters().any(|side| code::words(side.text(), &metric.written).next().is_some());
    let mut out: BTreeMap<String, (Metric, &Side)> = BTreeMap::new();
    for side in c.befores() {
        for metric in metrics(side).into_iter().filter(|metric| !after.contains(&metric.name)) {
            out.entry(metric.name.clone()).or_insert((metric, side));
        }
    }
    if out.len() > MAX_LOST {
        return Vec::new();
    }
    out.into_values().filter(|(metric, _)| !spelt(metric)).collect()
}

#[derive(Debug, PartialEq, Eq)]
struct Metric {
    /// As it is given out.
    name: String,
    /// The part of it that stands in one text.
    written: String,
    line: u32,
}

/// The metrics that a file makes.
fn metrics(side: &Side) -> Vec<Metric> {
    let is_code = side.analysis.as_ref().is_some_and(|tree| {
        ["python", "go", "javascript", "typescript", "rust", "java", "kotlin"].contains(&tree.language.as_str())
    });
    let text = side.text();
    if !is_code || !["prom", "Prom", "metric", "Metric"].iter().any(|word| text.contains(word)) {
        return Vec::new();
    }
    let breaks: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let mut out = Vec::new();
    for maker in MAKERS {
        for (at, _) in text.match_indices(maker).take(MAX_METRICS) {
            let open = at + maker.len() - 1;
            let end = code::closing(text, open, true);
            let region = code::cut(text.get(open..end).unwrap_or(""), MAX_REGION);
            if let Some((name, written)) = named(region, text) {
                let place = open + region.find(&written).unwrap_or(0);
                let line = breaks.partition_point(|at| *at < place) + 1;
                out.push(Metric { name, written, line: u32::try_from(line).unwrap_or(u32::MAX) });
            }
        }
    }
    out
}

/// The name in what a metric is given, with what is put in front of it; none where that is not told in the file.
fn named(region: &str, text: &str) -> Option<(String, String)> {
    let given = |words: &[&str]| words.iter().find_map(|word| value(region, word));
    let Some(own) = given(&["Name:", "name:"]) else {
        let first = region.split(['"', '\'']).nth(1)?;
        let before = region.split(['"', '\'']).next().unwrap_or("");
        // Behind a variable it is the help, or a part of the name.
        let alone = before.trim_matches(['(', '{', '[', ' ', '\n', '\t', '\r']).is_empty();
        return (alone && is_metric(first)).then(|| (first.to_owned(), first.to_owned()));
    };
    let own = quoted(own)?;
    let mut name = String::new();
    for word in [&["Namespace:", "namespace:"], &["Subsystem:", "subsystem:"]] {
        let Some(part) = given(word) else { continue };
        name.push_str(&quoted(part).or_else(|| constant(part, text))?);
        name.push('_');
    }
    name.push_str(&own);
    is_metric(&name).then_some((name, own))
}

/// What stands behind a name with a colon.
fn value<'a>(region: &'a str, word: &str) -> Option<&'a str> {
    let at = region.match_indices(word).map(|(at, _)| at).find(|at| !region[..*at].ends_with(code::is_name))?;
    let rest = region[at + word.len()..].trim_start();
    Some(rest.split(['\n', ',', '}']).next().unwrap_or(rest).trim())
}

fn quoted(value: &str) -> Option<String> {
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The text of a constant of the file.
fn constant(name: &str, text: &str) -> Option<String> {
    let plain = !name.is_empty() && name.chars().all(code::is_name);
    let mut places = code::words(text, name).filter(|_| plain);
    places.find_map(|at| quoted(text[at + name.len()..].trim_start().strip_prefix('=')?.trim_start()))
}

/// Two words at least, joined by `_`.
fn is_metric(name: &str) -> bool {
    name.len() >= 8
        && name.contains('_')
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b':')
        && name.split('_').filter(|part| !part.is_empty()).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_what_a_metric_is_given() {
        for (region, text, expected) in [
            ("(\"jobs_done\", \"Done.\")", "", Some("jobs_done")),
            ("(\n    'jobs_done', 'x')", "", Some("jobs_done")),
            ("({ name: 'jobs_done', help: 'x' })", "", Some("jobs_done")),
            ("{\n\tNamespace: \"shop\",\n\tName: \"jobs_done\",\n}", "", Some("shop_jobs_done")),
            ("{Namespace: space, Subsystem: \"a\", Name: \"done\"}", "const space = \"shop\"", Some("shop_a_done")),
            ("{Namespace: other.Space, Name: \"jobs_done\"}", "", None),
            ("(NAME, \"jobs_done\")", "", None),
            ("(\"words\")", "", None),
            ("(\"two words\")", "", None),
            ("(", "", None),
            ("({ name: ", "", None),
        ] {
            assert_eq!(named(region, text).map(|(name, _)| name).as_deref(), expected, "{region}");
        }
    }
}
