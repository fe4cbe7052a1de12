//! What rules leave open, and the lines at which somebody who reads code could settle it.
//!
//! Open is a change that breaks its users, where the dependent names the changed thing beside the provider and no rule
//! made a use of it; and a change of which a rule says that it cannot tell. What nobody could read stays unknown:
//! lines that are not there settle nothing.

use contracts::analysis::ParseStatus;
use contracts::fact::{Element, Fact, Impact};
use contracts::verdict::Answer;

use crate::dependent::{Dependent, File, Place};
use crate::uses::{self, Asked, field, text};

/// Changed things that one question may be about.
const MAX_FACTS: usize = 6;

/// Places that one changed thing is shown with.
const MAX_PLACES: usize = 4;

/// Places of one file.
const MAX_A_FILE: usize = 3;

/// Lines shown before and after a place.
const AROUND: u32 = 6;

/// Lines from the first of a place that names the thing to the last.
const MAX_LINES: u32 = 20;

/// Characters of a line that are shown.
const MAX_WIDTH: usize = 200;

/// One changed thing of which rules cannot tell whether it is used.
#[derive(Debug, Clone)]
pub(crate) struct Open<'a> {
    /// What changed.
    pub fact: &'a Fact,
    /// Where it is named; never empty.
    pub places: Vec<Named<'a>>,
}

/// Lines that name what changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named<'a> {
    /// The file.
    pub file: &'a File,
    /// First line that names it.
    pub start: u32,
    /// Last line that does.
    pub end: u32,
}

impl Named<'_> {
    /// The lines and those around them, numbered. `text` is the file's, with the lines where they are.
    pub fn shown(&self, text: &str) -> String {
        let first = self.start.saturating_sub(AROUND).max(1);
        let count = self.end.saturating_add(AROUND).saturating_sub(first).saturating_add(1);
        let lines = (first..).zip(text.lines().skip(first as usize - 1)).take(count as usize);
        lines
            .map(|(number, line)| format!("{number}: {}\n", line.chars().take(MAX_WIDTH).collect::<String>()))
            .collect()
    }
}

/// What is left open after rules gave `answer`.
pub(crate) fn open<'a>(
    facts: &[&'a Fact],
    dependent: &'a Dependent,
    asked: &Asked<'_>,
    answer: &Answer,
) -> Vec<Open<'a>> {
    if *answer == Answer::Affected || !asked.case.sheet.blind.is_empty() || is_out_of_sight(asked) {
        return Vec::new();
    }
    let is_unclear = |fact: &Fact| matches!(answer, Answer::Unknown(_)) && uses::unclear(fact, asked).is_some();
    let wanted = facts.iter().filter(|fact| fact.impact == Impact::Breaking || is_unclear(fact));
    let open = wanted.filter_map(|fact| {
        let places = places(fact, dependent, asked);
        (!places.is_empty()).then_some(Open { fact, places })
    });
    open.take(MAX_FACTS).collect()
}

/// Something that may hold a use has no text that could be shown.
fn is_out_of_sight(asked: &Asked<'_>) -> bool {
    let shown = |path: &str| asked.dependent.files.iter().any(|file| file.path == path);
    let interface = |path: &String| asked.case.consumer.interface_files.contains(path);
    asked.dependent.unread.iter().any(|one| (one.may_hide_a_use || interface(&one.path)) && !shown(&one.path))
}

fn places<'a>(fact: &Fact, dependent: &'a Dependent, asked: &Asked<'_>) -> Vec<Named<'a>> {
    let Some(name) = own_name(fact) else { return Vec::new() };
    let mut out = Vec::new();
    for file in dependent.files.iter().filter(|file| file.place != Place::Test && !file.is_data()) {
        let unparsed = file.analysis.as_ref().is_some_and(|tree| matches!(tree.status, ParseStatus::Failed(_)));
        if out.len() < MAX_PLACES && may_use(fact, file) && (unparsed || asked.contact.is_near(file)) {
            out.extend(named(file, &name).into_iter().take(MAX_A_FILE));
        }
    }
    out.truncate(MAX_PLACES);
    out
}

/// A program is linked with what is written in its own language; addresses, headers and fields are for all.
fn may_use(fact: &Fact, file: &File) -> bool {
    let provider = fact.before.as_ref().or(fact.after.as_ref()).and_then(|span| syntax::language_of(&span.path, b""));
    !matches!(fact.element, Element::Symbol { .. })
        || provider.is_none_or(|language| family(language) == family(file.language()))
}

/// Languages that call each other by name count as one.
fn family(language: &str) -> &str {
    match language {
        "typescript" | "tsx" => "javascript",
        "kotlin" | "scala" => "java",
        "cpp" => "c",
        other => other,
    }
}

/// The name that code which uses the thing has to hold, where it is one that says which thing is meant. Settings and files are
/// found by their text alone: of those, rules leave nothing open.
fn own_name(fact: &Fact) -> Option<String> {
    let name = match &fact.element {
        Element::Symbol { name, .. } | Element::Field { name, .. } => {
            name.rsplit('.').next().unwrap_or(name).to_owned()
        }
        Element::Route { path, .. } => uses::route::needle(path),
        Element::Header { name } => name.clone(),
        _ => return None,
    };
    field::is_telling(&name).then_some(name)
}

/// Lines of a file that hold the name as a word, those near each other as one place.
fn named<'a>(file: &'a File, name: &str) -> Vec<Named<'a>> {
    let mut out: Vec<Named<'a>> = Vec::new();
    if !file.text().contains(name) {
        return out;
    }
    let holds = |line: &str| text::word_at(line, name).is_some();
    for (number, line) in file.lines() {
        if line.len() > 2_000 || !holds(line) || text::is_comment(file, line) {
            continue;
        }
        let joins = |last: &&mut Named<'_>| number <= last.end + AROUND && number < last.start + MAX_LINES;
        match out.last_mut().filter(joins) {
            Some(last) => last.end = number,
            None => out.push(Named { file, start: number, end: number }),
        }
    }
    out
}
