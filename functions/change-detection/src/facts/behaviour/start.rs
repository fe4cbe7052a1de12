//! How long a start may take: start-up probes and the start periods of health checks.

use std::collections::BTreeMap;

use contracts::fact::Fact;
use outline::Format;
use outline::settings::start_limit;

use super::{COLD_START, element};
use crate::comparison::{Comparison, Side};
use crate::facts::deploy::is_dockerfile;

/// A limit, where it stands.
struct Limit {
    milliseconds: u64,
    line: u32,
    end: u32,
}

pub(super) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for file in c.looked_at() {
        let (Some(before), Some(after)) = (&file.before, &file.after) else { continue };
        let (old, new) = (limits(before), limits(after));
        for (owner, was) in &old {
            let Some(now) = new.get(owner).filter(|now| now.milliseconds > was.milliseconds) else { continue };
            let seconds = |limit: &Limit| limit.milliseconds / 1_000;
            let summary = format!("a start may take `{} s`, before `{} s`", seconds(now), seconds(was));
            let spans = (c.before_span(before, was.line, was.end), c.after_span(after, now.line, now.end));
            out.push(COLD_START.fact(element("cold_start"), summary, spans.0, spans.1));
        }
    }
    out
}

fn limits(side: &Side) -> BTreeMap<String, Limit> {
    if is_dockerfile(&side.path) {
        return of_image(side);
    }
    if outline::format_of(&side.path) == Some(Format::Yaml) { of_yaml(side) } else { BTreeMap::new() }
}

fn of_image(side: &Side) -> BTreeMap<String, Limit> {
    let mut checks = outline::instructions(side.text()).into_iter().filter(|found| found.name == "HEALTHCHECK");
    let last = checks.next_back().and_then(|found| {
        let milliseconds = start_limit(&found.arguments)?;
        Some(("image".to_owned(), Limit { milliseconds, line: found.line, end: found.end }))
    });
    last.into_iter().collect()
}

/// Blocks called `startupProbe`, and `start_period` lines.
fn of_yaml(side: &Side) -> BTreeMap<String, Limit> {
    let mut lines: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for key in outline::keys(Format::Yaml, side.text()) {
        let depth = key.path.iter().position(|part| part == "startupProbe");
        let owner = match depth {
            Some(depth) => key.path[..=depth].join("."),
            None if key.name() == "start_period" => key.dotted(),
            None => continue,
        };
        let block = lines.entry(owner).or_insert((key.line, key.end));
        *block = (block.0.min(key.line), block.1.max(key.end));
    }
    let text: Vec<&str> = side.text().lines().collect();
    let limit = |(owner, (line, end)): (String, (u32, u32))| {
        // As much as evidence can show.
        let block = text.get(line.checked_sub(1)? as usize..(end as usize).min(text.len()))?;
        let milliseconds = start_limit(&block.iter().take(20).copied().collect::<Vec<_>>().join("\n"))?;
        Some((owner, Limit { milliseconds, line, end }))
    };
    lines.into_iter().filter_map(limit).collect()
}
