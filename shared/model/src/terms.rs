//! Words, and the parts of identifiers.

/// A longer run of letters is no word: encoded data, a minified line.
const LONGEST: usize = 40;

/// Calls `each` with every term of `text` in order, lower case: words and identifiers of two characters or more, and
/// after an identifier of several parts (`getUserName`, `user_id`) each part.
pub fn for_each_term(text: &str, each: &mut dyn FnMut(&str)) {
    let mut lower = String::new();
    for word in text.split(|c: char| !is_of_word(c)) {
        let word = word.trim_matches('_');
        if word.len() < 2 || word.len() > LONGEST {
            continue;
        }
        say(word, &mut lower, each);
        let mut rest = word;
        let mut is_first = true;
        while let Some(at) = part_end(rest) {
            let (part, after) = rest.split_at(at);
            say_part(part, &mut lower, each);
            rest = after.trim_start_matches('_');
            is_first = false;
        }
        if !is_first {
            say_part(rest, &mut lower, each);
        }
    }
}

fn say_part(part: &str, lower: &mut String, each: &mut dyn FnMut(&str)) {
    if part.len() >= 2 {
        say(part, lower, each);
    }
}

fn say(term: &str, lower: &mut String, each: &mut dyn FnMut(&str)) {
    lower.clear();
    if term.is_ascii() {
        lower.push_str(term);
        lower.make_ascii_lowercase();
    } else {
        lower.extend(term.chars().flat_map(char::to_lowercase));
    }
    each(lower);
}

fn is_of_word(c: char) -> bool {
    // Nearly all of code is ASCII, for which no table is needed.
    if c.is_ascii() { c.is_ascii_alphanumeric() || c == '_' } else { c.is_alphanumeric() }
}

/// Where the first part of an identifier ends; none if it is the last.
fn part_end(word: &str) -> Option<usize> {
    let bytes = word.as_bytes();
    for at in 1..bytes.len() {
        let (before, here) = (bytes[at - 1], bytes[at]);
        let is_hump = before.is_ascii_lowercase() && here.is_ascii_uppercase();
        // The last capital of a run belongs to the next part: HTTP|Server.
        let is_run_end = before.is_ascii_uppercase()
            && here.is_ascii_uppercase()
            && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        if here == b'_' || is_hump || is_run_end {
            return Some(at);
        }
    }
    None
}
