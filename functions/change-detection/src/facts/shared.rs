//! What others take over as it is: hooks of pre-commit, and configurations of compilers and linters that others extend.

use std::collections::BTreeMap;

use contracts::fact::{Element, Fact, FileStatus, Impact};
use outline::{Format, Key};

use crate::comparison::{Comparison, Side};
use crate::facts::Rule;

const HOOK_REMOVED: Rule = Rule {
    id: "shared.hook.removed",
    sees: "a hook that others run by its id is gone, or says now that it was removed",
    impact: Impact::Breaking,
    triggers: &["configuration", "api_contract"],
};

const PRESET_REMOVED: Rule = Rule {
    id: "shared.preset.removed",
    sees: "a configuration that others extend is gone or called otherwise",
    impact: Impact::Breaking,
    triggers: &["configuration", "api_contract"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&HOOK_REMOVED, &PRESET_REMOVED];

/// Where a repository lists its hooks (<https://pre-commit.com/#creating-new-hooks>).
const HOOKS: &str = ".pre-commit-hooks.yaml";

/// Keys of a file that make it a configuration of a compiler, a linter, a formatter or a bot.
const OF_PRESETS: &[&str] =
    &["compilerOptions", "rules", "extends", "overrides", "plugins", "presets", "packageRules", "printWidth"];

/// Parts of paths of those that are meant for others.
const FOR_OTHERS: &[&str] =
    &["tsconfig", "eslint", "prettier", "renovate", "babel", "stylelint", "preset", "config", "bases"];

/// Facts about hooks and presets.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = hooks(c);
    out.extend(presets(c));
    out
}

fn hooks(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for file in c.looked_at() {
        let Some(before) = file.before.as_ref().filter(|side| side.path == HOOKS) else { continue };
        let was = ids(before);
        let now = file.after.as_ref().filter(|side| side.path == HOOKS).map(ids).unwrap_or_default();
        for (id, hook) in &was {
            let summary = match now.get(id) {
                None => format!("the hook `{id}` was removed"),
                Some(left) if left.says_removed && !hook.says_removed => {
                    format!("the hook `{id}` only says that it was removed")
                }
                Some(_) => continue,
            };
            let element = Element::ConfigKey { file: HOOKS.to_owned(), key: id.clone() };
            let after =
                file.after.as_ref().zip(now.get(id)).and_then(|(side, left)| c.after_span(side, left.line, left.line));
            out.push(HOOK_REMOVED.fact(element, summary, c.before_span(before, hook.line, hook.line), after));
        }
    }
    out
}

struct Hook {
    line: u32,
    /// What it is called or runs says so.
    says_removed: bool,
}

fn ids(side: &Side) -> BTreeMap<String, Hook> {
    let keys = outline::keys(Format::Yaml, side.text());
    let of = |key: &Key| {
        let id = key.value.clone();
        let at = key.path.first()?.clone();
        let says =
            |other: &&Key| other.path.first() == Some(&at) && ["name", "entry", "description"].contains(&other.name());
        let says_removed = keys.iter().filter(says).any(|other| says_removed(&other.value));
        Some((id, Hook { line: key.line, says_removed }))
    };
    keys.iter().filter(|key| key.is(&["*", "id"])).filter_map(of).collect()
}

/// `(removed)`, `hook-removed x`: a word of its own, for a hook may well remove something.
fn says_removed(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.contains("(removed)") || lower.split_whitespace().next().is_some_and(|first| first.ends_with("-removed"))
}

fn presets(c: &Comparison) -> Vec<Fact> {
    let gone = c.looked_at().filter(|file| matches!(file.status, FileStatus::Removed | FileStatus::Renamed));
    let mut out = Vec::new();
    for file in gone {
        let Some(before) = file.before.as_ref().filter(|side| is_preset(side)) else { continue };
        let element = Element::ConfigKey { file: before.path.clone(), key: before.path.clone() };
        let summary = match file.after.as_ref() {
            Some(now) => format!("the configuration `{}` is `{}` now", before.path, now.path),
            None => format!("the configuration `{}` was removed", before.path),
        };
        out.push(PRESET_REMOVED.fact(element, summary, c.before_span(before, 1, 3), None));
    }
    out
}

/// A file of options that lies or is called as those for others are; what begins with a dot is the repository's own.
fn is_preset(side: &Side) -> bool {
    let own = side.path.split('/').any(|part| part.starts_with('.'));
    let lower = side.path.to_ascii_lowercase();
    let for_others = FOR_OTHERS.iter().any(|part| lower.contains(part)) || lower == "default.json";
    if own || !for_others || lower.ends_with("package.json") {
        return false;
    }
    let is_option = |key: &Key| key.path.first().is_some_and(|top| OF_PRESETS.contains(&top.as_str()));
    match outline::format_of(&side.path) {
        Some(format @ (Format::Json | Format::Yaml)) => outline::keys(format, side.text()).iter().any(is_option),
        Some(_) => false,
        None => is_exported(&lower, side.text()),
    }
}

/// A module of JavaScript that is nothing but options.
fn is_exported(path: &str, text: &str) -> bool {
    let code = [".js", ".cjs", ".mjs"].iter().any(|end| path.ends_with(end));
    let tool = ["eslint", "prettier", "babel", "stylelint", "commitlint"].iter().any(|tool| path.contains(tool));
    let exports = ["module.exports = {", "module.exports = [", "export default {", "export default ["];
    let options = ["rules", "extends", "presets", "printWidth"];
    code && tool
        && exports.iter().any(|start| text.contains(start))
        && options.iter().any(|name| outline::code::words(text, name).next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_that_a_hook_was_removed() {
        for (text, expected) in [
            ("check-x (removed)", true),
            ("(removed) use y instead", true),
            ("hooks-removed check-x y", true),
            ("checks that removed files are removed", false),
            ("removed-lines", false),
            ("", false),
        ] {
            assert_eq!(says_removed(text), expected, "{text}");
        }
    }
}
