//! Callers of reusable workflows and actions: `uses: owner/name/path@ref`.

use contracts::fact::Fact;
use outline::{Format, Key};

use crate::dependent::File;
use crate::uses::{Asked, Certainty, Found, Use};

/// A `uses:` line that names the provider's workflow.
struct Caller<'a> {
    file: &'a File,
    /// Path of the key that holds `uses`, without it.
    job: Vec<String>,
    line: u32,
    reference: String,
}

/// Workflows that the change breaks.
pub(crate) fn find(
    fact: &Fact,
    (path, input, moved_to): (&str, Option<&str>, Option<&str>),
    asked: &Asked<'_>,
) -> Found {
    let mut found = Found::default();
    for file in asked.dependent.files.iter().filter(|file| is_workflow(&file.path)) {
        let keys = outline::keys(Format::Yaml, file.text());
        for caller in callers(file, &keys, path, asked) {
            if let Some(note) = pinned(&caller, asked) {
                found.note = Some(note);
                continue;
            }
            found.uses.extend(match input {
                None => vec![whole(&caller, path, moved_to)],
                Some(input) => part(fact, &caller, &keys, input),
            });
        }
    }
    found
}

fn is_workflow(path: &str) -> bool {
    let action = path.ends_with("/action.yml")
        || path.ends_with("/action.yaml")
        || path == "action.yml"
        || path == "action.yaml";
    action || (path.starts_with(".github/") && outline::format_of(path) == Some(Format::Yaml))
}

fn callers<'a>(file: &'a File, keys: &[Key], path: &str, asked: &Asked<'_>) -> Vec<Caller<'a>> {
    let folder = path.strip_suffix("/action.yml").or_else(|| path.strip_suffix("/action.yaml")).unwrap_or(path);
    let root_action = matches!(path, "action.yml" | "action.yaml");
    let source = asked.case.change.repo.as_str();
    let wanted = if root_action { source.to_owned() } else { format!("{source}/{folder}") };
    let uses = keys.iter().filter(|key| key.name() == "uses");
    let named = uses.filter_map(|key| {
        let (name, reference) = key.value.trim().split_once('@')?;
        let job = key.path[..key.path.len() - 1].to_vec();
        name.eq_ignore_ascii_case(&wanted).then(|| Caller {
            file,
            job,
            line: key.line,
            reference: reference.to_owned(),
        })
    });
    named.collect()
}

/// A commit or a tag stays what it was; only a branch moves with the change.
fn pinned(caller: &Caller<'_>, asked: &Asked<'_>) -> Option<String> {
    let reference = caller.reference.as_str();
    let place = format!("{}:{}", caller.file.path, caller.line);
    let change = &asked.case.change;
    let branch = change.git_ref.strip_prefix("refs/heads/").unwrap_or(&change.git_ref);
    let tag = change.git_ref.strip_prefix("refs/tags/");
    let is_commit = reference.len() >= 7 && reference.bytes().all(|b| b.is_ascii_hexdigit());
    if is_commit {
        return Some(format!("{place} is pinned to the commit {}", reference.chars().take(12).collect::<String>()));
    }
    let is_version = reference.trim_start_matches(['v', 'V']).starts_with(|c: char| c.is_ascii_digit());
    if is_version && tag != Some(reference) && branch != reference {
        return Some(format!("{place} is pinned to the tag {reference}"));
    }
    let default = matches!(reference, "main" | "master" | "HEAD");
    let follows =
        reference == branch || (default && (matches!(branch, "main" | "master" | "HEAD") || branch.is_empty()));
    (!follows).then(|| format!("{place} follows `{reference}`, the change is on `{branch}`"))
}

fn whole(caller: &Caller<'_>, path: &str, moved_to: Option<&str>) -> Use {
    let mut found = Use::at(&caller.file.path, caller.line)
        .but(Certainty::Certain("the called file is gone from the branch that is followed here"));
    let line = caller.file.line(caller.line);
    found.replace = moved_to.filter(|_| line.matches(path).count() == 1).map(|new| (path.to_owned(), new.to_owned()));
    found
}

fn part(fact: &Fact, caller: &Caller<'_>, keys: &[Key], name: &str) -> Vec<Use> {
    let certain = |line| {
        Use::at(&caller.file.path, line).but(Certainty::Certain("changed in the called file and relied on here"))
    };
    match fact.rule.as_str() {
        "ci.input.removed" => passed(caller, keys, "with", name).map(certain).into_iter().collect(),
        "ci.secret.removed" => passed(caller, keys, "secrets", name).map(certain).into_iter().collect(),
        "ci.input.required" if passed(caller, keys, "with", name).is_none() => vec![certain(caller.line)],
        "ci.secret.required" if passed(caller, keys, "secrets", name).is_none() && !inherits(caller, keys) => {
            vec![certain(caller.line)]
        }
        "ci.output.removed" => {
            let ending = format!("outputs.{name}");
            let lines = caller.file.lines().filter(|(_, line)| crate::uses::text::name_at(line, &ending).is_some());
            lines
                .map(|(line, _)| {
                    Use::at(&caller.file.path, line).but(Certainty::Likely("an output of this name is read here"))
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The line on which the caller passes `name` below `section`.
fn passed(caller: &Caller<'_>, keys: &[Key], section: &str, name: &str) -> Option<u32> {
    let depth = caller.job.len();
    let found = keys.iter().find(|key| {
        key.path.len() == depth + 2
            && key.path.starts_with(&caller.job)
            && key.path[depth] == section
            && key.path[depth + 1].eq_ignore_ascii_case(name)
    });
    found.map(|key| key.line)
}

fn inherits(caller: &Caller<'_>, keys: &[Key]) -> bool {
    let depth = caller.job.len();
    keys.iter().any(|key| {
        key.path.len() == depth + 1
            && key.path.starts_with(&caller.job)
            && key.path[depth] == "secrets"
            && key.value == "inherit"
    })
}
