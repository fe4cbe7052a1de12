//! Large files with the name of code: tables of literals, and texts that name nothing of what changed.

use aho_corasick::AhoCorasick;
use contracts::manifest::Entry;
use outline::code;
use snapshot::Snapshot;
use stage::Fault;

use crate::gather::Case;
use crate::unread::Unread;
use crate::{contact, relevance, uses};

/// Files beyond what is read for uses are searched for names up to this sum.
const MAX_SEARCHED: u64 = 64 << 20;

/// Shorter files are read by their trees.
const LARGE: usize = 200 << 10;

/// Code has one of its words far more often than once in so many bytes.
const BYTES_A_WORD: usize = 8 << 10;

/// Words without which nobody calls, decides or defines anything.
const WORDS: &[&str] = &[
    "def ", "fn ", "func ", "fun ", "function", "=>", "return", "class ", "import ", "require", "if (", "if ", "for ",
    "for(", "if(", "while", "void ", "public ", "lambda",
];

/// What is left unread of files that are too large to be read for uses: those that name nothing of what changed hide none.
pub(crate) async fn unread(
    snapshot: &Snapshot,
    files: Vec<(&Entry, Unread)>,
    case: &Case,
) -> Result<Vec<Unread>, Fault> {
    let names = names(case);
    let (mut room, mut out) = (MAX_SEARCHED, Vec::new());
    for (entry, mut file) in files {
        let declared = case.consumer.interface_files.contains(&entry.path);
        if file.may_hide_a_use && !declared && entry.size <= room {
            room -= entry.size;
            let bytes = snapshot.read_many(&[entry]).await?.into_iter().next().flatten().unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            if !bytes.is_empty() && names.as_ref().is_some_and(|names| !names.is_match(text.as_ref())) {
                continue;
            }
            file.may_hide_a_use = !is_table(&text);
        }
        out.push(file);
    }
    Ok(out)
}

/// A large file that is nothing but values: hardly a word of code in it.
pub(crate) fn is_table(text: &str) -> bool {
    let Ok(words) = AhoCorasick::new(WORDS) else { return false };
    if text.len() < LARGE {
        return false;
    }
    let text = without_texts(text);
    let filled = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
    let few = filled / BYTES_A_WORD;
    filled >= LARGE / 8 && words.find_iter(&text).take(few + 1).count() <= few
}

/// What stands outside of quotes; a sign for each text.
fn without_texts(text: &str) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len() / 2), 0);
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let skipped = matches!(c, '"' | '\'').then(|| code::skipped(text, at, true)).flatten();
        out.push(c);
        at = skipped.unwrap_or(at + c.len_utf8());
    }
    out
}

/// Names that a text must hold to use one of the facts; none where a use needs no name.
fn names(case: &Case) -> Option<AhoCorasick> {
    let mut all = contact::names(&case.change.repo);
    for fact in relevance::asked_for(case) {
        let needles = uses::needles(fact);
        if needles.iter().all(String::is_empty) || uses::concerns_every_call(fact) {
            return None;
        }
        all.extend(needles.into_iter().filter(|needle| !needle.is_empty()));
    }
    AhoCorasick::builder().ascii_case_insensitive(true).build(all).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_table() {
        let rows = |row: &str| format!("TABLE = {{\n{}}}\n", row.repeat(400_000 / row.len()));
        assert!(is_table(&rows("    \"if it is\": [\"return \", 'class of \\' import '],\n")));
        assert!(is_table(&rows("    \"some_key\": [1, 2, 0x3, \"ä word\"],\n")));
        assert!(!is_table(&rows("def f(a):\n    return g(a, 1, 2, \"text\")\n\n\n")));
        assert!(!is_table(&rows("x=function(a){return a?b(a):c}")));
        assert!(!is_table(&format!("TABLE = {{1: 2}}\n{}", "\n".repeat(400_000))));
        assert!(!is_table(""));
    }
}
