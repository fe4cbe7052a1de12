//! Files of protocol buffers, which others compile by their path.

use contracts::fact::{Element, Fact, FileStatus, Impact};

use super::files;
use crate::comparison::Comparison;
use crate::facts::Rule;

const REMOVED: Rule = Rule {
    id: "spec.proto.file_removed",
    sees: "a file of messages or services is gone, or lies elsewhere",
    impact: Impact::Breaking,
    triggers: &["api_contract"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&REMOVED];

/// Facts about the files themselves.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let gone = files(c).filter(|file| matches!(file.status, FileStatus::Removed | FileStatus::Renamed));
    let fact = |file: &crate::Changed| {
        let before = file.before.as_ref().filter(|side| side.path.ends_with(".proto"))?;
        let moved_to = file.after.as_ref().map(|side| side.path.clone());
        let summary = match &moved_to {
            Some(now) => format!("`{}` is `{now}` now", before.path),
            None => format!("`{}` was removed", before.path),
        };
        // Its first lines are a license; the package says what it was.
        let line = before.text().lines().position(|line| line.starts_with("package ")).unwrap_or(0);
        let line = u32::try_from(line + 1).unwrap_or(1);
        let element = Element::File { path: before.path.clone(), moved_to };
        Some(REMOVED.fact(element, summary, c.before_span(before, line, line), None))
    };
    gone.filter_map(fact).collect()
}
