//! Keys of a program's own configuration file, as the types say that it is read into.

mod named;
mod structs;

use std::collections::BTreeSet;

use contracts::fact::{Element, Fact, Impact};

use self::structs::{Field, Structs};
use crate::comparison::{Changed, Comparison, Side};
use crate::facts::Rule;

const REMOVED: Rule = Rule {
    id: "config.setting.removed",
    sees: "the type that a configuration file is read into no longer has a key",
    impact: Impact::Risky,
    triggers: &["configuration"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&REMOVED];

/// More files than these are no one configuration.
const MAX_FILES: usize = 4;

/// Names that the configuration file may have, by which the file that opens it is found.
pub(crate) fn gone(c: &Comparison) -> Vec<String> {
    let any = c.looked_at().any(|file| sides(file).is_some_and(|sides| !removed(&sides).is_empty()));
    if any { named::needles(&c.repo) } else { Vec::new() }
}

/// Facts about keys that types no longer have.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for file in c.looked_at() {
        let Some(sides) = sides(file) else { continue };
        let gone = removed(&sides);
        if gone.is_empty() {
            continue;
        }
        let files = named::files(c, sides.before, sides.old.format);
        for (path, field) in gone {
            for name in files.iter().take(MAX_FILES) {
                let element = Element::ConfigKey { file: name.clone(), key: path.clone() };
                let summary = format!("`{name}` has no key `{path}` any more");
                out.push(REMOVED.fact(element, summary, c.before_span(sides.before, field.line, field.line), None));
            }
        }
    }
    out
}

/// A file with types on both sides.
struct Sides<'a> {
    before: &'a Side,
    after: &'a Side,
    old: Structs,
    new: Structs,
}

fn sides(file: &Changed) -> Option<Sides<'_>> {
    let (before, after) = (file.before.as_ref()?, file.after.as_ref()?);
    let path = before.path.to_ascii_lowercase();
    let configures = ["config", "settings"].iter().any(|word| path.contains(word));
    let (old, new) = (structs::read(before).filter(|_| configures)?, structs::read(after)?);
    Some(Sides { before, after, old, new })
}

/// Keys with their places in the file, of types that are still there without them.
fn removed<'a>(sides: &'a Sides<'_>) -> BTreeSet<(String, &'a Field)> {
    let mut out = BTreeSet::new();
    for (name, fields) in &sides.old.types {
        if !sides.new.types.contains_key(name) {
            continue;
        }
        let now = sides.new.all_keys(name);
        let gone = fields.iter().filter(|field| !field.inline && !now.contains(field.key.as_str()));
        for field in gone.filter(|field| !is_still_read(sides.after, &field.key)) {
            let paths = sides.old.paths(name).into_iter();
            let paths = paths.map(|mut path| {
                path.push(&field.key);
                path.join(".")
            });
            // The same key may have moved to another type that stands at the same place.
            out.extend(paths.map(|path| (path, field)));
        }
    }
    out
}

/// Code beside the types still knows the key by name: it reads the file itself, or says what took its place.
fn is_still_read(after: &Side, key: &str) -> bool {
    let quoted = format!("\"{key}\"");
    after.text().lines().any(|line| !line.contains('`') && line.contains(&quoted))
}
