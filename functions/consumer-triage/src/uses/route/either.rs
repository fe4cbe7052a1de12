//! Clients that know the old path and the new one, and choose.

use contracts::fact::{Element, Fact};

use super::fit::{fit, segments};
use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found};

/// Lines between two paths of one choice.
const BESIDE: u32 = 8;

/// It depends on the server which of both is called.
const CHOOSES: Certainty =
    Certainty::CheckFirst("the new path stands here, too; which one is called is decided at run time");

/// Uses of the old path, as sure as they are: no more than worth a look where the same file names the new path.
pub(super) fn weigh(found: &mut Found, (path, moved_to): (&str, Option<&str>), asked: &Asked<'_>) {
    if found.uses.is_empty() {
        return;
    }
    let successors: Vec<&str> = moved_to.into_iter().chain(added_like(path, asked)).collect();
    if successors.is_empty() {
        return;
    }
    let knows = |file: &&File| {
        file.place != Place::Test && successors.iter().any(|new| names(file, new) && distinct(path, new))
    };
    let (mut uses, mut chosen) = (Vec::new(), None);
    for mut place in std::mem::take(&mut found.uses) {
        let file = asked.dependent.files.iter().find(|file| file.path == place.path).filter(&knows);
        let Some(file) = file else {
            uses.push(place);
            continue;
        };
        let line = file.line(place.start);
        let decided = |new: &str| is_alternative(file, place.start, new) || is_below_a_choice(file, line, path, new);
        if successors.iter().any(|new| decided(new)) {
            chosen = Some(format!("{}:{} chooses between the old path and the new one", place.path, place.start));
            continue;
        }
        if !matches!(place.certainty, Certainty::CheckFirst(_)) {
            (place.certainty, place.replace) = (CHOOSES, None);
        }
        uses.push(place);
    }
    found.uses = uses;
    found.note = chosen.or(found.note.take());
}

/// The new path stands some lines beside the old one, and what is between them is a choice.
fn is_alternative(file: &File, line: u32, new: &str) -> bool {
    let head = new.strip_suffix("/**").unwrap_or(new);
    let literals = file.analysis.iter().flat_map(|analysis| &analysis.literals);
    let mut beside = literals.filter(|literal| {
        literal.line != line
            && literal.line.abs_diff(line) <= BESIDE
            && (fit(&literal.text, head).is_some() || begins(&literal.text, head))
    });
    beside.any(|literal| {
        let (first, last) = (literal.line.min(line).saturating_sub(2), literal.line.max(line));
        (first..=last).any(|number| chooses(file.line(number)))
    })
}

/// The line only has the end of the path, and its beginning is chosen elsewhere in the file.
fn is_below_a_choice(file: &File, line: &str, old: &str, new: &str) -> bool {
    let literals = file.analysis.iter().flat_map(|analysis| &analysis.literals);
    let mut heads = literals.filter(|literal| begins(&literal.text, old) && !line.contains(&literal.text));
    heads.any(|literal| !begins(&literal.text, new) && is_alternative(file, literal.line, new))
}

/// A line that decides: a condition, or what follows a failure.
fn chooses(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches(['}', ' ']);
    let words = ["if ", "if(", "elif ", "else", "except", "catch", "rescue", "match ", "switch", "case ", "when "];
    words.iter().any(|word| line.starts_with(word))
        || line.contains(" ? ")
        || line.contains(" if ")
        || line.contains(" or ")
        || line.contains(" || ")
}

/// New routes of the same change that end as this one does: the same thing below another prefix.
fn added_like<'a>(path: &'a str, asked: &'a Asked<'_>) -> impl Iterator<Item = &'a str> {
    let wanted = segments(path);
    let last = wanted.last().copied().unwrap_or("");
    let added = |fact: &&Fact| fact.rule == "http.route.added";
    asked.case.sheet.facts.iter().filter(added).filter_map(move |fact| match &fact.element {
        Element::Route { path: new, .. }
            if segments(new).len() >= 2 && segments(new).last() == Some(&last) && last.len() > 3 =>
        {
            Some(new.as_str())
        }
        _ => None,
    })
}

/// A text of the file is the new path, or what lies below the new prefix.
fn names(file: &File, new: &str) -> bool {
    let head = new.strip_suffix("/**").unwrap_or(new);
    match &file.analysis {
        Some(analysis) if !file.is_data() => {
            analysis.literals.iter().any(|literal| fit(&literal.text, head).is_some() || begins(&literal.text, head))
        }
        _ => file.text().contains(head),
    }
}

/// `api/v2/` of a text that ends there, where the rest is put behind it.
fn begins(text: &str, path: &str) -> bool {
    let (there, wanted) = (segments(text), segments(path));
    text.ends_with('/') && there.len() >= 2 && there.len() <= wanted.len() && there == wanted[..there.len()]
}

/// The new path is no part of the old one: what names the old one would always name it, too.
fn distinct(old: &str, new: &str) -> bool {
    let (old, new) = (segments(old), segments(new));
    !old.is_empty() && old != new && !old.ends_with(&new)
}
