//! Images that are made from the provider's, and stand on another base now.

use contracts::fact::{Fact, Span};

use crate::uses::runs::{self, How, Part, Run};
use crate::uses::{Asked, Certainty, Found, Use, text};

/// Programs that install packages, and the names of bases that have them.
const MANAGERS: &[(&[&str], &[&str])] = &[
    (&["apt-get", "apt"], &["debian", "ubuntu", "bookworm", "bullseye", "trixie", "slim", "jammy", "noble", "focal"]),
    (&["apk"], &["alpine"]),
    (&["yum", "dnf", "microdnf"], &["centos", "fedora", "rocky", "almalinux", "amazonlinux", "ubi", "ubi8", "ubi9"]),
];

/// Bases that have no shell and no package manager.
const BARE: &[&str] = &["scratch", "distroless", "static", "chainguard"];

/// Places that the other base breaks, or may break.
pub(crate) fn find(fact: &Fact, asked: &Asked<'_>) -> Found {
    let (Some(old), Some(new)) = (base(fact.before.as_ref()), base(fact.after.as_ref())) else {
        return Found::default();
    };
    let places = runs::find(asked);
    let mut found = Found { uses: Vec::new(), note: places.note.clone() };
    for run in places.runs.iter().filter(|run| run.how != How::Container) {
        let before = found.uses.len();
        for part in &run.made_with {
            found.uses.extend(broken(run, part, &old, &new));
        }
        found.uses.extend(by_version(run, &old, &new));
        if found.uses.len() == before && !run.made_with.is_empty() && differs_much(&old, &new) {
            let certainty = Certainty::CheckFirst("depends on what the build takes from the base");
            let mut place = Use::at(&run.file.path, run.line).but(certainty);
            place.consequence = Some(format!(
                "An image is made from it here with steps of its own; its base was `{old}`, now `{new}`."
            ));
            found.uses.push(place);
        }
    }
    found
}

/// `name:tag` of a `FROM` line.
fn base(span: Option<&Span>) -> Option<String> {
    let instructions = outline::instructions(&span?.quote);
    let from = instructions.iter().rev().find(|found| found.name == "FROM")?;
    from.arguments.split_whitespace().find(|word| !word.starts_with("--")).map(|word| {
        let word = word.split('@').next().unwrap_or(word);
        word.to_ascii_lowercase()
    })
}

/// A step that calls a package manager of the old base's family.
fn broken(run: &Run<'_>, part: &Part, old: &str, new: &str) -> Option<Use> {
    let new_family = family(new);
    let bare = tokens(new).any(|word| BARE.contains(&word));
    let (program, own) = MANAGERS.iter().enumerate().find_map(|(at, (programs, _))| {
        let called = programs.iter().find(|program| text::name_at(&part.text, program).is_some())?;
        Some((*called, at))
    })?;
    let gone = bare || new_family.is_some_and(|family| family != own);
    gone.then(|| {
        let mut place = Use::at(&run.file.path, part.line)
            .but(Certainty::Certain("the step calls a program that the new base does not have"));
        place.consequence = Some(format!("Calls `{program}` while it is built; the base was `{old}`, now `{new}`."));
        place
    })
}

fn family(base: &str) -> Option<usize> {
    MANAGERS.iter().position(|(_, names)| tokens(base).any(|word| names.contains(&word)))
}

fn tokens(base: &str) -> impl Iterator<Item = &str> {
    base.split(['/', ':', '-', '.'])
}

/// `python3.9` in a path, where the base was `python:3.9` and is no more.
fn by_version(run: &Run<'_>, old: &str, new: &str) -> Vec<Use> {
    let (Some((name, was)), Some((_, now))) = (version(old), version(new)) else { return Vec::new() };
    let spelt = [format!("{name}{was}"), format!("{name}-{was}"), format!("{name}@{was}")];
    if was == now || !was.contains('.') {
        return Vec::new();
    }
    let certainty = Certainty::Certain("the version of the old base is written here");
    let lines = run.lines().filter(|(_, line)| {
        let line = line.to_ascii_lowercase();
        spelt.iter().any(|spelt| ends_at(&line, spelt)) && !line.trim_start().starts_with(['#', 'f'])
    });
    let place = |(line, _): (u32, &str)| {
        let mut place = Use::at(&run.file.path, line).but(certainty);
        place.consequence = Some(format!("Names `{name}{was}`; the base was `{old}`, now `{new}`."));
        place
    };
    lines.map(place).collect()
}

/// The text, and no digit after it.
fn ends_at(line: &str, text: &str) -> bool {
    line.match_indices(text).any(|(at, _)| !line[at + text.len()..].starts_with(|c: char| c.is_ascii_digit()))
}

/// Name and the first two numbers of a tag: `python`, `3.9`.
fn version(base: &str) -> Option<(&str, String)> {
    let (path, tag) = base.rsplit_once(':')?;
    let numbers: Vec<&str> = tag.split(['.', '-']).take_while(|part| part.parse::<u32>().is_ok()).take(2).collect();
    (!numbers.is_empty()).then(|| (path.rsplit('/').next().unwrap_or(path), numbers.join(".")))
}

/// Another image, another system, or another version by its first two numbers.
fn differs_much(old: &str, new: &str) -> bool {
    let name = |base: &str| base.rsplit_once(':').map_or(base, |(name, _)| name).to_owned();
    name(old) != name(new) || family(old) != family(new) || version(old) != version(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_that_differ() {
        for (old, new, expected) in [
            ("python:3.9", "python:3.12", true),
            ("python:3.9.1", "python:3.9.2", false),
            ("python:3.9-slim", "python:3.9-alpine", true),
            ("debian:12", "ubuntu:24.04", true),
            ("a", "a", false),
            ("ä:ö", "ä:ö", false),
        ] {
            assert_eq!(differs_much(old, new), expected, "{old} {new}");
        }
        assert_eq!(version("x/python:3.9.1-slim"), Some(("python", "3.9".to_owned())));
        assert!(ends_at("/usr/lib/python3.9/x", "python3.9") && !ends_at("python3.91", "python3.9"));
    }
}
