//! When a service says that it is ready: its probes, what it waits for, and what its code does before it answers.

mod code;

use std::collections::BTreeMap;

use contracts::fact::Fact;
use outline::{Format, Key};

use super::{READINESS, element};
use crate::comparison::{Comparison, Side};

/// Checks that are compared in one file: more of them are data.
const MAX_CHECKS: usize = 500;

/// What asks, and where it stands.
struct Check {
    asks: String,
    line: u32,
}

pub(super) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for file in c.looked_at() {
        let (Some(before), Some(after)) = (&file.before, &file.after) else { continue };
        if outline::format_of(&before.path) == Some(Format::Yaml) {
            out.extend(checks_changed(c, before, after));
        } else if before.path.ends_with(".sh") {
            out.extend(no_longer_waits(c, before, after));
        } else {
            out.extend(code::moved_behind(before, after).and_then(|(was, now, what)| {
                let spans = (c.before_span(before, was, was), c.after_span(after, now, now));
                (spans.0.is_some() && spans.1.is_some()).then(|| {
                    let summary =
                        format!("`{what}` ran before the service answered and runs {} now", later(after, now));
                    READINESS.fact(element("readiness"), summary, spans.0, spans.1)
                })
            }));
        }
    }
    out
}

fn later(side: &Side, line: u32) -> &'static str {
    if code::is_background(code::line_of(side, line)) { "in the background" } else { "with a request" }
}

fn checks_changed(c: &Comparison, before: &Side, after: &Side) -> Vec<Fact> {
    let new_keys = outline::keys(Format::Yaml, after.text());
    let (old, new) = (checks(&outline::keys(Format::Yaml, before.text())), checks(&new_keys));
    let mut out = Vec::new();
    for (owner, was) in old.iter().take(MAX_CHECKS) {
        let now = new.get(owner);
        // A container that is gone answers nobody.
        let stands = new_keys.iter().any(|key| owner.starts_with(&key.path) && key.path.len() + 1 == owner.len());
        if now.is_some_and(|now| now.asks == was.asks) || !stands {
            continue;
        }
        let summary = match now {
            Some(now) => format!("ready meant `{}`, now `{}`", was.asks, now.asks),
            None => format!("ready meant `{}`, now nothing is asked", was.asks),
        };
        let line = |check: &Check| check.line;
        let after_span = now.and_then(|now| c.after_span(after, line(now), line(now)));
        let before_span = c.before_span(before, line(was), line(was));
        out.push(READINESS.fact(element("readiness"), summary, before_span, after_span));
    }
    out
}

/// By the place of the check: what a readiness probe asks, and what a service of a compose file waits for.
fn checks(keys: &[Key]) -> BTreeMap<Vec<String>, Check> {
    let mut out: BTreeMap<Vec<String>, Check> = BTreeMap::new();
    for key in keys.iter().filter(|key| !key.value.is_empty()) {
        let probe = key.path.iter().position(|part| part == "readinessProbe");
        if let Some(depth) = probe {
            let asks = match key.path[depth + 1..].iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["httpGet", "path"] | ["exec", "command", ..] | ["grpc", "service"] => key.value.clone(),
                ["tcpSocket", "port"] => format!("port {}", key.value),
                _ => continue,
            };
            let owner = key.path[..=depth].to_vec();
            let check = out.entry(owner).or_insert(Check { asks: String::new(), line: key.line });
            check.asks = format!("{} {asks}", check.asks).trim().to_owned();
        } else if key.is(&["services", "*", "depends_on", "*", "condition"]) && key.value == "service_healthy" {
            let asks = format!("{} is healthy", key.path[3]);
            out.insert(key.path[..4].to_vec(), Check { asks, line: key.line });
        }
    }
    out
}

/// A loop of a start script that waited for an answer is gone, and nothing like it is there instead.
fn no_longer_waits(c: &Comparison, before: &Side, after: &Side) -> Option<Fact> {
    let (was, line) = waiting(before)?;
    if waiting(after).is_some() || after.text().trim().is_empty() {
        return None;
    }
    let summary = format!("the start waited with `{}`, now it does not", was.chars().take(80).collect::<String>());
    Some(READINESS.fact(element("readiness"), summary, c.before_span(before, line, line), None))
}

fn waiting(side: &Side) -> Option<(&str, u32)> {
    let asks = |line: &str| ["curl ", "wget ", "nc -z", "wait-for"].iter().any(|word| line.contains(word));
    let loops =
        |line: &str| ["until ", "while "].iter().any(|word| line.starts_with(word)) || line.contains("wait-for-");
    let mut lines = side.text().lines().enumerate().map(|(at, line)| (line.trim(), u32::try_from(at + 1).unwrap_or(0)));
    lines.find(|(line, number)| *number > 0 && !line.starts_with('#') && loops(line) && asks(line))
}
