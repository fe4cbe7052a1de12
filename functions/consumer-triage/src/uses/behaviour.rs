//! The consumer's own numbers and names beside those that changed in the provider.

use contracts::fact::{Fact, Span};
use outline::settings::{Kind, value_in};

use crate::dependent::{File, Place};
use crate::uses::waits::{Wait, waits};
use crate::uses::{Asked, Certainty, Found, Use, text};

/// A client that waits less than this does not wait for a start.
const START: u64 = 60_000;

/// Files that deal with the provider, tests left out.
pub(crate) fn near<'a>(asked: &Asked<'a>) -> impl Iterator<Item = &'a File> {
    let (dependent, contact) = (asked.dependent, asked.contact);
    dependent.files.iter().filter(|file| file.place != Place::Test && contact.is_near(file))
}

fn amount(kind: Kind, span: Option<&Span>) -> Option<u64> {
    kind.amount(&value_in(kind, &span?.quote)?)
}

fn told(wait: &Wait<'_>, what: String) -> Use {
    let certainty = Certainty::CheckFirst("compares this repository's time limit with the service's");
    let mut place = Use::at(&wait.file.path, wait.line).but(certainty);
    place.consequence = Some(what);
    place
}

/// `1.5` of 1,500 milliseconds.
fn seconds(milliseconds: u64) -> String {
    match milliseconds % 1_000 {
        0 => (milliseconds / 1_000).to_string(),
        rest => format!("{}.{rest:03}", milliseconds / 1_000).trim_end_matches('0').to_owned(),
    }
}

/// Callers that wait longer than the service now may answer.
pub(crate) fn timeout(fact: &Fact, asked: &Asked<'_>) -> Found {
    let (Some(old), Some(new)) =
        (amount(Kind::Timeout, fact.before.as_ref()), amount(Kind::Timeout, fact.after.as_ref()))
    else {
        return Found::default();
    };
    let (was, now) = (seconds(old), seconds(new));
    if new >= old {
        return Found {
            uses: Vec::new(),
            note: Some(format!("the service's time limit grew from {was} s to {now} s")),
        };
    }
    let longer = waits(asked).into_iter().filter(|wait| wait.milliseconds > new);
    let uses = longer.map(|wait| {
        let waits = seconds(wait.milliseconds);
        told(&wait, format!("Waits up to {waits} s here; the service gives up after {now} s now, before {was} s."))
    });
    Found { uses: uses.collect(), note: None }
}

/// Scale to zero: the first call pays for the start, and these callers wait for seconds only.
pub(crate) fn scale_to_zero(fact: &Fact, asked: &Asked<'_>) -> Found {
    let (old, new) =
        (amount(Kind::MinInstances, fact.before.as_ref()), amount(Kind::MinInstances, fact.after.as_ref()));
    if old.is_none_or(|old| old == 0) || new.is_some_and(|new| new > 0) {
        return Found::default();
    }
    let short = waits(asked).into_iter().filter(|wait| wait.milliseconds < START);
    let uses = short.map(|wait| {
        let waits = seconds(wait.milliseconds);
        let what =
            format!("Waits {waits} s here; the service scales to zero now, and its first answer waits for a start.");
        told(&wait, what).but(Certainty::CheckFirst("depends on how long the service takes to start"))
    });
    Found { uses: uses.collect(), note: None }
}

/// Callers whose limit was enough for the old longest start and is not for the new one.
pub(crate) fn cold_start(fact: &Fact, asked: &Asked<'_>) -> Found {
    let limit = |span: Option<&Span>| span.and_then(|span| outline::settings::start_limit(&span.quote));
    let (Some(old), Some(new)) = (limit(fact.before.as_ref()), limit(fact.after.as_ref())) else {
        return Found::default();
    };
    let (was, now) = (seconds(old), seconds(new));
    let short = waits(asked).into_iter().filter(|wait| wait.milliseconds >= old && wait.milliseconds < new);
    let uses = short.map(|wait| {
        let waits = seconds(wait.milliseconds);
        told(&wait, format!("Waits {waits} s here; the service may take {now} s to start now, before {was} s."))
    });
    Found { uses: uses.collect(), note: None }
}

/// Numbers of one kind in files that deal with the provider that are more than it takes now.
pub(crate) fn beyond(fact: &Fact, kind: Kind, asked: &Asked<'_>) -> Found {
    let (Some(old), Some(new)) = (amount(kind, fact.before.as_ref()), amount(kind, fact.after.as_ref())) else {
        return Found::default();
    };
    let (what, unit, certainty) = match kind {
        Kind::Context => {
            ("Asks for", "tokens", Certainty::Likely("the number here is more than the service takes now"))
        }
        _ => {
            ("Allows", "requests at once", Certainty::CheckFirst("depends on how many instances the service may have"))
        }
    };
    let mut found = Found::default();
    for file in near(asked) {
        for (line, here) in numbers(file, kind).filter(|(_, here)| *here > new && new < old) {
            let mut place = Use::at(&file.path, line).but(certainty);
            place.consequence = Some(format!("{what} {here} {unit} here; the service takes {new} now, before {old}."));
            found.uses.push(place);
        }
    }
    found
}

/// Lines that set a number of this kind.
fn numbers(file: &File, kind: Kind) -> impl Iterator<Item = (u32, u64)> {
    let lines = file.lines().filter(|(_, line)| line.len() <= 2_000 && !text::is_comment(file, line));
    lines.filter_map(move |(number, line)| {
        let own = if kind == Kind::Concurrency { parallel(line) } else { None };
        let here = own.or_else(|| kind.amount(&value_in(kind, line)?))?;
        Some((number, here))
    })
}

/// How code says how many requests it makes at once.
fn parallel(line: &str) -> Option<u64> {
    ["max_workers=", "Semaphore(", "max_connections=", "concurrency:", "pLimit("].iter().find_map(|word| {
        let rest = &line[line.find(word)? + word.len()..];
        let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).take(9).collect();
        digits.parse().ok()
    })
}

/// Callers that try once where the service itself tried more often.
pub(crate) fn retries(fact: &Fact, asked: &Asked<'_>) -> Found {
    let (Some(old), Some(new)) =
        (amount(Kind::Retries, fact.before.as_ref()), amount(Kind::Retries, fact.after.as_ref()))
    else {
        return Found::default();
    };
    let mut found = Found::default();
    for file in near(asked).filter(|_| new < old) {
        for (line, here) in numbers(file, Kind::Retries).filter(|(_, here)| *here <= 1) {
            let certainty = Certainty::CheckFirst("depends on how often the service fails inside");
            let mut place = Use::at(&file.path, line).but(certainty);
            place.consequence =
                Some(format!("Tries {here} times more here; the service tries {new} times now, before {old}."));
            found.uses.push(place);
        }
    }
    found
}

/// Places that ask for the old model by its id.
pub(crate) fn model(fact: &Fact, asked: &Asked<'_>) -> Found {
    let id = |span: Option<&Span>| {
        let quote = &span?.quote;
        value_in(Kind::ServedModel, quote).or_else(|| value_in(Kind::Model, quote))
    };
    let (Some(old), Some(new)) = (id(fact.before.as_ref()), id(fact.after.as_ref())) else { return Found::default() };
    let mut found = Found::default();
    for file in near(asked).filter(|file| file.text().contains(&old)) {
        for (number, line) in file.lines_with(&old).filter(|(_, line)| !text::is_comment(file, line)) {
            // What loads a model itself asks nobody for it.
            let loads = ["from_pretrained", "snapshot_download", "hf_hub", "ollama pull"];
            if !is_id_at(line, &old) || loads.iter().any(|word| line.contains(word)) {
                continue;
            }
            let certainty = Certainty::Likely("the old id is written in a file that deals with the service");
            let mut place = Use::at(&file.path, number).but(certainty);
            place.consequence = Some(format!("Asks for the model `{old}` here; the service has `{new}` now."));
            found.uses.push(place);
        }
    }
    found
}

/// The id, not inside a longer one.
fn is_id_at(line: &str, id: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':');
    line.match_indices(id).any(|(at, _)| {
        let after = line[at + id.len()..].trim_start_matches(':');
        !line[..at].chars().next_back().is_some_and(part) && !after.chars().next().is_some_and(part)
    })
}
