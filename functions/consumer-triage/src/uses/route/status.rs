//! Calls of a route whose answer is held against the status code that it had.

use contracts::fact::Fact;

use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use};

/// Lines below a call in which its answer is looked at.
const BELOW: usize = 15;

/// Names of codes that clients compare with.
const NAMES: &[(&str, &[&str])] = &[
    ("200", &["HTTP_200_OK", "StatusOK", "StatusCode::OK", "HttpStatus.OK", "HTTPStatus.OK"]),
    ("201", &["HTTP_201_CREATED", "StatusCreated", "StatusCode::CREATED", "HttpStatus.CREATED", "HTTPStatus.CREATED"]),
    (
        "202",
        &["HTTP_202_ACCEPTED", "StatusAccepted", "StatusCode::ACCEPTED", "HttpStatus.ACCEPTED", "HTTPStatus.ACCEPTED"],
    ),
    ("204", &["HTTP_204_NO_CONTENT", "StatusNoContent", "StatusCode::NO_CONTENT", "HttpStatus.NO_CONTENT"]),
    ("400", &["HTTP_400_BAD_REQUEST", "StatusBadRequest", "StatusCode::BAD_REQUEST", "HttpStatus.BAD_REQUEST"]),
    ("401", &["HTTP_401_UNAUTHORIZED", "StatusUnauthorized", "StatusCode::UNAUTHORIZED", "HttpStatus.UNAUTHORIZED"]),
    ("403", &["HTTP_403_FORBIDDEN", "StatusForbidden", "StatusCode::FORBIDDEN", "HttpStatus.FORBIDDEN"]),
    ("404", &["HTTP_404_NOT_FOUND", "StatusNotFound", "StatusCode::NOT_FOUND", "HttpStatus.NOT_FOUND"]),
    ("409", &["HTTP_409_CONFLICT", "StatusConflict", "StatusCode::CONFLICT", "HttpStatus.CONFLICT"]),
    ("422", &["HTTP_422_UNPROCESSABLE_ENTITY", "StatusUnprocessableEntity", "StatusCode::UNPROCESSABLE_ENTITY"]),
];

/// Beginnings of another function.
const FUNCTIONS: &[&str] = &["def ", "async def ", "func ", "fn ", "pub fn ", "function ", "it(", "test(", "describe("];

/// Calls of others.
const CALLS: &[&str] = &[".get(\"", ".post(\"", ".put(\"", ".delete(\"", ".patch(\"", "fetch(", "axios(", ".request("];

const COMPARED: Certainty = Certainty::Likely("the answer of this route is held against the code that it had");
const TESTED: Certainty =
    Certainty::CheckFirst("a test holds the answer against the old code; it may be a made-up server's");

/// Of the calls of a route those that compare their answer with the old code.
pub(super) fn compared(fact: &Fact, calls: Vec<Use>, asked: &Asked<'_>) -> Found {
    let mut found = Found::default();
    let Some((new, old)) = codes(&fact.summary) else { return found };
    for call in calls {
        let Some(file) = asked.dependent.files.iter().find(|file| file.path == call.path && !file.is_data()) else {
            continue;
        };
        let Some(line) = comparison(file, call.start, old, new) else { continue };
        let mut place = Use::at(&file.path, line).but(if file.place == Place::Test { TESTED } else { COMPARED });
        place.consequence = Some(format!("The answer is compared with {old} here; it is {new} now."));
        found.uses.push(place);
    }
    found
}

/// `… answers 201 instead of 200`.
fn codes(summary: &str) -> Option<(&str, &str)> {
    let (head, old) = summary.rsplit_once(" instead of ")?;
    Some((head.rsplit(' ').next()?, old))
}

/// The line after a call that compares its answer with the old code, and not with the new one, too.
fn comparison(file: &File, call: u32, old: &str, new: &str) -> Option<u32> {
    let depth = indent(file.line(call));
    let mut skipped = file.lines().skip(call.saturating_sub(1) as usize);
    let first = skipped.next().filter(|(_, line)| compares(line, old));
    let below = skipped.take(BELOW).take_while(|(_, line)| {
        let plain = line.trim_start();
        let leaves = !plain.is_empty() && indent(line) < depth && FUNCTIONS.iter().any(|word| plain.starts_with(word));
        let calls = CALLS.iter().any(|word| line.contains(word));
        !leaves
            && !calls
            && !(indent(line) == 0 && (plain.starts_with('}') || FUNCTIONS.iter().any(|word| plain.starts_with(word))))
    });
    let lines: Vec<(u32, &str)> = first.into_iter().chain(below).collect();
    if lines.iter().any(|(_, line)| compares(line, new)) {
        return None;
    }
    lines.iter().find(|(_, line)| compares(line, old)).map(|(number, _)| *number)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The line holds a status against this one code.
fn compares(line: &str, code: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let names = NAMES.iter().find(|(known, _)| *known == code).map_or(&[][..], |(_, names)| names);
    let named = names.iter().any(|name| outline::code::words(line, name).next().is_some());
    let numbered = outline::code::words(line, code).next().is_some()
        && (lower.contains("status") || lower.contains(".code") || lower.contains("expect("));
    let held = ["==", "!=", " in (", " in [", " in {", "expect(", "assert", "case ", "match ", "=>", "eq("];
    // `>= 200` is a range.
    let range = line.contains(">=") || line.contains("<=") || line.contains(&format!("< {code}"));
    (named || numbered)
        && !range
        && held.iter().any(|word| lower.contains(word))
        && !line.trim_start().starts_with(['#', '*'])
}
