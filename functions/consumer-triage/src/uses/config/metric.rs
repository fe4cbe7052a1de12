//! Metrics of the provider that the consumer asks for: in dashboards, alerts and queries.

use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, text};

const ASKED: Certainty = Certainty::Likely("the metric is gone there and asked for here");

/// What collectors and their formats put behind a name.
const ENDINGS: &[&str] = &["", "_total", "_bucket", "_count", "_sum"];

/// Lines of one file that are shown; more are the same story.
const MAX_A_FILE: usize = 10;

/// Lines that name the metric, in data that asks for it and in code that deals with the provider.
pub(crate) fn find(name: &str, asked: &Asked<'_>) -> Found {
    let mut found = Found::default();
    let spelt: Vec<String> = ENDINGS.iter().map(|ending| format!("{name}{ending}")).collect();
    for file in asked.dependent.files.iter().filter(|file| file.place != Place::Test) {
        // A name of two words may be that of another service's metric.
        let telling = file.is_data() && name.split('_').count() >= 3;
        if !(telling || asked.contact.is_near(file)) || makes(file, name) {
            continue;
        }
        let names = |line: &str| spelt.iter().any(|name| text::word_at(line, name).is_some());
        let lines = file.lines_with(name).filter(|(_, line)| names(line) && !text::is_comment(file, line));
        found.uses.extend(lines.take(MAX_A_FILE).map(|(number, _)| Use::at(&file.path, number).but(ASKED)));
    }
    found
}

/// The file gives out a metric of this name itself.
fn makes(file: &File, name: &str) -> bool {
    let makers = ["Counter", "Gauge", "Histogram", "Summary", "NewDesc", "MetricFamily"];
    let calls = |line: &str| makers.iter().any(|maker| line.contains(maker)) && line.contains(['(', '{']);
    !file.is_data()
        && file.lines_with(name).any(|(number, line)| calls(line) || calls(file.line(number.saturating_sub(1))))
}
