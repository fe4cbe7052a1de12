//! Values of the provider's variables that it takes no more.

use super::{Blocks, blocks_by, configures, is_inside, sets_variables};
use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, text};

const OF_THE_IMAGE: Certainty = Certainty::Certain("the value is refused there and given to its image here");
const OF_THE_ACCOUNT: Certainty =
    Certainty::Likely("the value is refused there and given to an image of the same account here");
const IN_A_NEAR_FILE: Certainty =
    Certainty::Likely("the value is refused there and set in a file that configures this service");

/// Places that give the variable this value: `NAME=value`.
pub(crate) fn find(pair: &str, asked: &Asked<'_>) -> Found {
    let mut found = Found::default();
    let Some((name, value)) = pair.split_once('=').filter(|_| configures(asked)) else { return found };
    for file in asked.dependent.files.iter().filter(|file| file.place != Place::Test && sets_variables(file)) {
        let lines = lines(file, name, value);
        if lines.is_empty() {
            continue;
        }
        let named = blocks_by(file, &|image| asked.contact.is_named_in(image) && !is_pinned(image, asked)).0;
        let (account, others) = blocks_by(file, &|image| is_of_account(image, asked) && !is_pinned(image, asked));
        for line in lines {
            let certainty = match () {
                () if is_inside(&named, line) => OF_THE_IMAGE,
                () if is_inside(&account, line) => OF_THE_ACCOUNT,
                () if stands_alone(&others, line) && asked.contact.is_near(file) && name.contains('_') => {
                    IN_A_NEAR_FILE
                }
                () => continue,
            };
            found.uses.push(Use::at(&file.path, line).but(certainty));
        }
    }
    found
}

/// In no block of a service that says what it runs.
fn stands_alone(others: &Blocks, line: u32) -> bool {
    !is_inside(others, line)
}

/// Lines that set it, also as `name: NAME` with `value: …` below.
fn lines(file: &File, name: &str, value: &str) -> Vec<u32> {
    let here = file.lines_with(name).filter(|(_, line)| !text::is_comment(file, line));
    let mut out = Vec::new();
    for (number, line) in here {
        let Some(at) = text::word_at(line, name) else { continue };
        let rest = line[at + name.len()..].trim_start_matches(['"', '\'']).trim_start();
        let given = rest.strip_prefix(['=', ':']).map(bare);
        if given == Some(value) {
            out.push(number);
        } else if rest.is_empty() && line[..at].trim_end().ends_with("name:") {
            let below = number.saturating_add(1);
            let next = file.line(below).trim();
            if next.strip_prefix("value:").map(bare) == Some(value) {
                out.push(below);
            }
        }
    }
    out
}

/// A value without quotes and without what follows it.
fn bare(text: &str) -> &str {
    let text = text.trim().trim_end_matches(',');
    let text = text.split(" #").next().unwrap_or(text).trim();
    text.trim_matches(['"', '\''])
}

/// The part of an image's name before the last is the provider's owner.
fn is_of_account(image: &str, asked: &Asked<'_>) -> bool {
    let owner = asked.case.change.repo.as_str().split('/').next().unwrap_or("").to_ascii_lowercase();
    let image = image.trim_matches(['"', '\'']).to_ascii_lowercase();
    let mut parts = image.split('/').rev().skip(1);
    parts.next() == Some(owner.as_str())
}

/// A version or a digest that is written out.
fn is_pinned(image: &str, asked: &Asked<'_>) -> bool {
    let image = image.trim_matches(['"', '\'']);
    let tag = image.rsplit_once(':').map(|(_, tag)| tag).filter(|tag| !tag.contains('/'));
    let version = tag.is_some_and(|tag| tag.trim_start_matches(['v', 'V']).starts_with(|c: char| c.is_ascii_digit()));
    let released = asked.case.change.git_ref.strip_prefix("refs/tags/");
    image.contains("@sha") || (version && tag != released)
}
