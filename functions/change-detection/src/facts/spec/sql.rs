//! SQL: tables and columns that migrations drop, rename or make a must, and that a schema no longer creates.

mod embedded;
mod migration;
mod statement;

use std::collections::{BTreeMap, BTreeSet};

use contracts::fact::{Fact, Impact};

use self::statement::{Effect, Step, steps};
use super::{field, files, renamed};
use crate::comparison::{Comparison, Side};
use crate::facts::Rule;

const TRIGGERS: &[&str] = &["api_contract", "configuration"];

const TABLE_REMOVED: Rule = Rule {
    id: "spec.sql.table_removed",
    sees: "a migration drops a table, or a schema no longer creates it",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const TABLE_RENAMED: Rule = Rule {
    id: "spec.sql.table_renamed",
    sees: "a migration gives a table another name",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const COLUMN_REMOVED: Rule = Rule {
    id: "spec.sql.column_removed",
    sees: "a migration drops a column, or a schema no longer has it",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const COLUMN_RENAMED: Rule = Rule {
    id: "spec.sql.column_renamed",
    sees: "a migration gives a column another name",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const COLUMN_REQUIRED: Rule = Rule {
    id: "spec.sql.column_required",
    sees: "a column may no longer be null and has no default",
    impact: Impact::Risky,
    triggers: TRIGGERS,
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&TABLE_REMOVED, &TABLE_RENAMED, &COLUMN_REMOVED, &COLUMN_RENAMED, &COLUMN_REQUIRED];

/// Facts about tables.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let is_read = |side: &&Side| (is_sql(side) || migration::is_one(&side.path)) && !undoes(&side.path);
    let mut out = Vec::new();
    for file in files(c) {
        let Some(after) = file.after.as_ref().filter(is_read) else { continue };
        let new = all_steps(after);
        let old = file.before.as_ref().map(all_steps).unwrap_or_default();
        let known: BTreeSet<&Effect> = old.iter().map(|step| &step.effect).collect();
        let made = made(&new);
        for step in new.iter().filter(|step| !known.contains(&step.effect) && !is_internal(&step.effect, &made)) {
            out.extend(fact(c, after, step));
        }
        if let Some(before) = file.before.as_ref().filter(|side| is_sql(side)) {
            out.extend(schema(c, (before, &old), (after, &new)));
        }
    }
    out
}

fn is_sql(side: &Side) -> bool {
    side.path.to_ascii_lowercase().ends_with(".sql")
}

/// What a file does to tables: by its own statements, by those in bodies of functions, by the words of a tool.
fn all_steps(side: &Side) -> Vec<Step> {
    if !is_sql(side) {
        return migration::steps(side);
    }
    let mut out = steps(side.text());
    out.extend(embedded::steps(side.text()));
    out
}

/// The way back of a migration, which nobody goes.
fn undoes(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower.split('/').any(|part| matches!(part, "down" | "undo" | "rollback" | "rollbacks" | "revert"))
        || [".down.", "_down.", ".undo.", "_undo.", "rollback", "-down."].iter().any(|mark| lower.contains(mark))
}

/// Names that a file creates or gives: dropping or renaming them is its own business.
fn made(steps: &[Step]) -> BTreeSet<String> {
    let name = |step: &Step| match &step.effect {
        Effect::Created(table, _) => Some(table.clone()),
        Effect::TableRenamed(_, to) => Some(to.clone()),
        _ => None,
    };
    steps.iter().filter_map(name).collect()
}

fn is_internal(effect: &Effect, made: &BTreeSet<String>) -> bool {
    made.contains(effect.table())
}

fn fact(c: &Comparison, side: &Side, step: &Step) -> Option<Fact> {
    let span = c.after_span(side, step.start, step.end);
    Some(match &step.effect {
        Effect::Created(..) => return None,
        Effect::TableDropped(table) => {
            TABLE_REMOVED.fact(field(table, "*"), format!("the table `{table}` is dropped"), None, span)
        }
        Effect::TableRenamed(table, to) => {
            let element = renamed(table, "*", Some(to.clone()));
            TABLE_RENAMED.fact(element, format!("the table `{table}` is called `{to}` now"), None, span)
        }
        Effect::ColumnDropped(table, column) => {
            COLUMN_REMOVED.fact(field(table, column), format!("`{column}` of `{table}` is dropped"), None, span)
        }
        Effect::ColumnRenamed(table, column, to) => {
            let element = renamed(table, column, Some(to.clone()));
            COLUMN_RENAMED.fact(element, format!("`{column}` of `{table}` is called `{to}` now"), None, span)
        }
        Effect::ColumnRequired(table, column) => COLUMN_REQUIRED.fact(
            field(table, column),
            format!("`{column}` of `{table}` may no longer be null"),
            None,
            span,
        ),
    })
}

/// A schema that is kept as a whole: what it created before and creates no more.
fn schema(c: &Comparison, (before, old): (&Side, &[Step]), (after, new): (&Side, &[Step])) -> Vec<Fact> {
    let created = |steps: &[Step]| -> BTreeMap<String, (BTreeSet<String>, u32)> {
        let of = |step: &Step| match &step.effect {
            Effect::Created(table, columns) => Some((table.clone(), (columns.iter().cloned().collect(), step.start))),
            _ => None,
        };
        steps.iter().filter_map(of).collect()
    };
    let (was, now) = (created(old), created(new));
    let mut out = Vec::new();
    for (table, (columns, line)) in &was {
        let span = c.before_span(before, *line, *line);
        let Some((left, at)) = now.get(table) else {
            // A file that creates nothing any more was emptied or could not be read.
            if !now.is_empty() && !after.text().contains(table.as_str()) {
                let summary = format!("the schema no longer has the table `{table}`");
                out.push(TABLE_REMOVED.fact(field(table, "*"), summary, span, None));
            }
            continue;
        };
        for column in columns.difference(left).filter(|_| !left.is_empty()) {
            let summary = format!("`{table}` no longer has the column `{column}`");
            let line = column_line(before, *line, column);
            let place = c.before_span(before, line, line);
            out.push(COLUMN_REMOVED.fact(field(table, column), summary, place, c.after_span(after, *at, *at)));
        }
    }
    out
}

/// The line of a column in the statement that starts at `from`.
fn column_line(side: &Side, from: u32, column: &str) -> u32 {
    let lines = side.text().lines().skip(from.saturating_sub(1) as usize).take(2_000);
    let names = |line: &str| {
        line.trim_start()
            .trim_start_matches(['"', '`', '['])
            .to_ascii_lowercase()
            .starts_with(&column.to_ascii_lowercase())
    };
    let at = lines.enumerate().find(|(_, line)| names(line)).map_or(0, |(at, _)| at);
    from.saturating_add(u32::try_from(at).unwrap_or(0))
}
