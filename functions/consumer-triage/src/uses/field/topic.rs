//! Messages: the name of a topic or handler and the field beside it on one line.

use super::names::is_telling;
use super::{Wanted, files, index};
use crate::dependent::Place;
use crate::uses::{Certainty, Use, text};
use outline::code;

const BESIDE: Certainty = Certainty::Likely("the field is named beside the message that carried it");

/// Lines that name both. The repository must name the provider somewhere.
pub(super) fn find(wanted: &Wanted<'_, '_>) -> Vec<Use> {
    let by_name = wanted.owner.is_distinctive();
    if !by_name || !wanted.asked.contact.mentioned || wanted.is_whole() {
        return Vec::new();
    }
    let mut out = Vec::new();
    for file in
        files(wanted.asked).filter(|file| file.analysis.is_some() && !file.is_data() && file.place != Place::Test)
    {
        if !index(wanted.asked).holds(file, wanted.key) {
            continue;
        }
        for (number, line) in file.lines_with(wanted.key) {
            let whole = code::words(line, wanted.key).next().is_some();
            if whole && !text::is_comment(file, line) && is_beside(wanted, line) {
                out.push(Use::at(&file.path, number).but(BESIDE));
            }
        }
    }
    out
}

/// The owner is a name of its own on the line, and the key is the key of something.
fn is_beside(wanted: &Wanted<'_, '_>, line: &str) -> bool {
    let keyed = code::words(line, wanted.key).any(|at| {
        let (before, after) = (line[..at].trim_end(), line[at + wanted.key.len()..].trim_start());
        let member = before.ends_with('.') && !after.starts_with('(');
        let in_braces = before.ends_with(['{', ',']) && after.starts_with([':', ',', '}']);
        let quoted = before.ends_with(['"', '\'']) && after.starts_with(['"', '\'']);
        member || in_braces || quoted
    });
    // The key may be a part of the owner's own name.
    let rest = if is_telling(wanted.key) { line.to_owned() } else { line.replacen(&format!(".{}", wanted.key), "", 1) };
    keyed && wanted.owner.stands_in(&rest)
}
