//! Reusable workflows and actions: what other repositories' workflows call.

use std::collections::BTreeMap;

use contracts::fact::{Element, Fact, FileStatus, Impact};
use outline::{Format, Key};

use crate::comparison::{Changed, Comparison, Side};
use crate::facts::Rule;

const TRIGGERS: &[&str] = &["api_contract", "deployment", "configuration", "workflow"];

const MOVED: Rule = Rule {
    id: "ci.workflow.moved",
    sees: "a reusable workflow or an action lies at another path",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const REMOVED: Rule = Rule {
    id: "ci.workflow.removed",
    sees: "a reusable workflow or an action is gone, or can no longer be called",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const INPUT_REMOVED: Rule = Rule {
    id: "ci.input.removed",
    sees: "a reusable workflow no longer declares an input; callers that pass it are refused",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const INPUT_REQUIRED: Rule = Rule {
    id: "ci.input.required",
    sees: "callers of a reusable workflow or an action must pass an input that they did not have to pass",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const SECRET_REMOVED: Rule = Rule {
    id: "ci.secret.removed",
    sees: "a reusable workflow no longer declares a secret; callers that pass it are refused",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const SECRET_REQUIRED: Rule = Rule {
    id: "ci.secret.required",
    sees: "callers of a reusable workflow must pass a secret that they did not have to pass",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const OUTPUT_REMOVED: Rule = Rule {
    id: "ci.output.removed",
    sees: "a reusable workflow or an action no longer gives an output",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const INPUT_ADDED: Rule = Rule {
    id: "ci.input.added",
    sees: "a reusable workflow or an action takes one more input, and need not get it",
    impact: Impact::Additive,
    triggers: TRIGGERS,
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[
    &MOVED,
    &REMOVED,
    &INPUT_REMOVED,
    &INPUT_REQUIRED,
    &SECRET_REMOVED,
    &SECRET_REQUIRED,
    &OUTPUT_REMOVED,
    &INPUT_ADDED,
];

/// What callers see of a workflow or an action.
#[derive(Debug, Default)]
struct Interface {
    line: u32,
    inputs: BTreeMap<String, Part>,
    secrets: BTreeMap<String, Part>,
    outputs: BTreeMap<String, Part>,
}

/// One input, secret or output.
#[derive(Debug, Clone, Default)]
struct Part {
    line: u32,
    required: bool,
}

/// Facts about reusable workflows and actions.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for file in c.files.iter().filter(|file| file.noise.is_none()) {
        let Some(before) = &file.before else { continue };
        let Some(old) = interface(before) else { continue };
        match (&file.after, file.after.as_ref().and_then(interface)) {
            (Some(after), Some(new)) => {
                if file.status == FileStatus::Renamed && callable(&before.path) != callable(&after.path) {
                    out.push(moved(c, before, after, &old, &new));
                }
                parts(c, before, after, &old, &new, &mut out);
            }
            _ => out.push(removed(c, file, before, &old)),
        }
    }
    out
}

/// An action is called by its folder, a workflow by its file.
fn callable(path: &str) -> String {
    let folder = path.strip_suffix("/action.yml").or_else(|| path.strip_suffix("/action.yaml"));
    folder.unwrap_or(path).to_owned()
}

fn moved(c: &Comparison, before: &Side, after: &Side, old: &Interface, new: &Interface) -> Fact {
    let summary = format!("`{}` moved to `{}`", before.path, after.path);
    let element = Element::Workflow { path: before.path.clone(), input: None, moved_to: Some(after.path.clone()) };
    MOVED.fact(element, summary, c.before_span(before, old.line, old.line), c.after_span(after, new.line, new.line))
}

fn removed(c: &Comparison, file: &Changed, before: &Side, old: &Interface) -> Fact {
    let summary = match &file.after {
        Some(after) if after.path == before.path => format!("`{}` can no longer be called", before.path),
        _ => format!("`{}` was removed", before.path),
    };
    let element = Element::Workflow { path: before.path.clone(), input: None, moved_to: None };
    REMOVED.fact(element, summary, c.before_span(before, old.line, old.line), None)
}

fn parts(c: &Comparison, before: &Side, after: &Side, old: &Interface, new: &Interface, out: &mut Vec<Fact>) {
    let about =
        |name: &str| Element::Workflow { path: before.path.clone(), input: Some(name.to_owned()), moved_to: None };
    let was = |part: &Part| c.before_span(before, part.line, part.line);
    let now = |part: &Part| c.after_span(after, part.line, part.line.saturating_add(3));
    let mut gone = |rule: &Rule, word: &str, old: &BTreeMap<String, Part>, new: &BTreeMap<String, Part>| {
        for (name, part) in old.iter().filter(|(name, _)| !has(new, name)) {
            let summary = format!("the {word} `{name}` of `{}` was removed", before.path);
            out.push(rule.fact(about(name), summary, was(part), None));
        }
    };
    gone(&INPUT_REMOVED, "input", &old.inputs, &new.inputs);
    gone(&SECRET_REMOVED, "secret", &old.secrets, &new.secrets);
    gone(&OUTPUT_REMOVED, "output", &old.outputs, &new.outputs);
    for (rule, word, old, new) in
        [(&INPUT_REQUIRED, "input", &old.inputs, &new.inputs), (&SECRET_REQUIRED, "secret", &old.secrets, &new.secrets)]
    {
        for (name, part) in new {
            let before_part = get(old, name);
            if part.required && !before_part.is_some_and(|old| old.required) {
                let summary = format!("the {word} `{name}` of `{}` must be passed now", after.path);
                out.push(rule.fact(about(name), summary, before_part.and_then(was), now(part)));
            } else if before_part.is_none() {
                let summary = format!("the {word} `{name}` of `{}` may be passed now", after.path);
                out.push(INPUT_ADDED.fact(about(name), summary, None, now(part)));
            }
        }
    }
}

/// GitHub does not tell capitals from small letters in these names.
fn get<'a>(parts: &'a BTreeMap<String, Part>, name: &str) -> Option<&'a Part> {
    parts.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, part)| part)
}

fn has(parts: &BTreeMap<String, Part>, name: &str) -> bool {
    get(parts, name).is_some()
}

fn interface(side: &Side) -> Option<Interface> {
    let name = side.path.rsplit('/').next().unwrap_or("");
    let action = matches!(name, "action.yml" | "action.yaml");
    let workflow = side.path.starts_with(".github/workflows/") && outline::format_of(&side.path) == Some(Format::Yaml);
    if !action && !workflow {
        return None;
    }
    let keys = outline::keys(Format::Yaml, side.text());
    let root: &[&str] = if action { &[] } else { &["on", "workflow_call"] };
    let line = if action { 1 } else { call_line(&keys)? };
    let part = |section: &str| parts_below(&keys, root, section);
    Some(Interface { line, inputs: part("inputs"), secrets: part("secrets"), outputs: part("outputs") })
}

/// The line of `workflow_call`, written as a key, an item or the only word.
fn call_line(keys: &[Key]) -> Option<u32> {
    let key = keys.iter().find(|key| {
        let under_on = key.path.first().is_some_and(|part| part == "on");
        under_on && (key.is(&["on", "workflow_call"]) || (key.path.len() <= 2 && key.value == "workflow_call"))
    })?;
    Some(key.line)
}

fn parts_below(keys: &[Key], root: &[&str], section: &str) -> BTreeMap<String, Part> {
    let mut out: BTreeMap<String, Part> = BTreeMap::new();
    let mut has_default: Vec<String> = Vec::new();
    for key in keys {
        let Some(rest) = below(key, root, section) else { continue };
        match rest {
            [name] => {
                out.entry(name.clone()).or_default().line = key.line;
            }
            [name, setting] if setting == "required" => {
                out.entry(name.clone()).or_default().required = key.value == "true"
            }
            [name, setting] if setting == "default" => has_default.push(name.clone()),
            _ => {}
        }
    }
    for name in has_default {
        // A default fills in for callers, whatever `required` says.
        out.entry(name).or_default().required = false;
    }
    out
}

fn below<'a>(key: &'a Key, root: &[&str], section: &str) -> Option<&'a [String]> {
    let prefix = root.len() + 1;
    let matches = key.path.len() > prefix
        && key.path.iter().zip(root.iter().chain([&section])).all(|(part, wanted)| part == wanted);
    matches.then(|| &key.path[prefix..])
}
