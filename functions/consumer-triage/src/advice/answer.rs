//! Reads what a model answered, as one reads anything from outside.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::error::Category;

/// Longest sentence of a model that anybody is shown, in characters.
const WORDS: usize = 240;

/// What was said about one open change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ruling {
    /// Which of the open changes.
    pub fact: usize,
    /// What about it.
    pub said: Said,
    /// Why, in one plain sentence.
    pub words: String,
}

/// The three values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// These places use it.
    Affected(Vec<usize>),
    /// None does.
    NotAffected,
    /// The lines do not tell.
    CannotTell,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    verdicts: Vec<One>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    fact: String,
    answer: Value,
    #[serde(default)]
    evidence: Vec<String>,
    reason: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Value {
    Affected,
    NotAffected,
    CannotTell,
}

/// One ruling for each open change, in their order. `places` is how many places each was shown with.
///
/// # Errors
///
/// What is wrong, in words that whoever answered can mend it by.
pub(super) fn read(text: &str, places: &[usize]) -> Result<Vec<Ruling>, String> {
    let Document { verdicts } = serde_json::from_str(text).map_err(|e| unfit(&e))?;
    let mut seen = HashSet::new();
    let mut out: Vec<Ruling> = Vec::new();
    for one in verdicts {
        let fact =
            number(&one.fact, 'F').filter(|fact| *fact < places.len()).ok_or("a fact was named that was not given")?;
        if !seen.insert(fact) {
            return Err(format!("F{} was answered twice", fact + 1));
        }
        out.push(ruling(fact, one, places.get(fact).copied().unwrap_or(0))?);
    }
    if out.len() < places.len() {
        return Err(format!("{} of {} facts were answered", out.len(), places.len()));
    }
    out.sort_by_key(|ruling| ruling.fact);
    Ok(out)
}

/// Without a word of the answer's own, for this is shown to people.
fn unfit(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        Category::Data => "it has not the form that was asked for",
        Category::Eof => "it ends too early",
        Category::Io | Category::Syntax => "it is not JSON",
    };
    format!("{what} (line {}, column {})", error.line(), error.column())
}

fn ruling(fact: usize, one: One, shown: usize) -> Result<Ruling, String> {
    // A citation of anything that was not given for this change is dropped.
    let mut cited: Vec<usize> =
        one.evidence.iter().filter_map(|id| place(id, fact)).filter(|place| *place < shown).collect();
    cited.sort_unstable();
    cited.dedup();
    let said = match one.answer {
        Value::Affected if cited.is_empty() => {
            return Err(format!("F{} was called affected without a place that was given for it", fact + 1));
        }
        Value::Affected => Said::Affected(cited),
        Value::NotAffected => Said::NotAffected,
        Value::CannotTell => Said::CannotTell,
    };
    Ok(Ruling { fact, said, words: words(&one.reason) })
}

/// `F3` is 2.
fn number(id: &str, letter: char) -> Option<usize> {
    let digits = id.strip_prefix(letter)?;
    let plain = digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse::<usize>().ok()?.checked_sub(1)).flatten()
}

/// `F3.D2` of the third change is its second place.
fn place(id: &str, fact: usize) -> Option<usize> {
    let (of, place) = id.split_once('.')?;
    (number(of, 'F')? == fact).then(|| number(place, 'D')).flatten()
}

/// One line of plain words: nothing that any of the places where it will be shown takes for a link, a mention or markup.
fn words(text: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || " .,;:'()_/+=%!?-".contains(c) { c } else { ' ' };
    let spaced: String = text.chars().take(4 * WORDS).map(plain).collect();
    // `www.x.org` and `x://y` become links in one place or another.
    let parted = spaced.replace("://", ": ").replace("//", "/ ");
    let mut out = String::new();
    for word in parted.split_whitespace() {
        let word = unlinked(word);
        if out.chars().count() + word.chars().count() + 1 > WORDS {
            out.push('…');
            break;
        }
        out.push_str(if out.is_empty() { "" } else { " " });
        out.push_str(&word);
    }
    if out.is_empty() { "no reason was given".to_owned() } else { out }
}

/// A word in which no dot stands between two letters, as in the name of a host.
fn unlinked(word: &str) -> String {
    let chars: Vec<char> = word.chars().collect();
    let between = |at: usize| {
        let beside = |n: Option<usize>| n.and_then(|n| chars.get(n)).is_some_and(|c| c.is_alphanumeric());
        beside(at.checked_sub(1)) && beside(at.checked_add(1))
    };
    let part = |(at, c): (usize, &char)| if *c == '.' && between(at) { ". ".to_owned() } else { c.to_string() };
    chars.iter().enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_words() {
        let cases = [
            ("It calls the old path.", "It calls the old path."),
            ("see https://evil.example/x?y", "see https: evil. example/x?y"),
            ("@admin #1 <b>now</b> [x](y) `code` *b*", "admin 1 b now /b x (y) code b"),
            ("www.evil.example", "www. evil. example"),
            ("a\u{202e}b\nc\0d\u{200b}", "a b c d"),
            ("", "no reason was given"),
            ("@@@", "no reason was given"),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected, "{text}");
        }
        assert!(words(&"long ".repeat(500)).chars().count() <= WORDS + 1);
        assert!(words(&"x".repeat(5_000)).chars().count() <= WORDS + 1);
    }

    #[test]
    fn ids_are_those_that_were_given() {
        let cases = [
            ("F1", Some(0)),
            ("F12", Some(11)),
            ("F0", None),
            ("F", None),
            ("F+1", None),
            ("D1", None),
            ("F1111", None),
        ];
        for (id, expected) in cases {
            assert_eq!(number(id, 'F'), expected, "{id}");
        }
        assert_eq!((place("F2.D3", 1), place("F2.D3", 0), place("D3", 1)), (Some(2), None, None));
    }
}
