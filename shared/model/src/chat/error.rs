use std::time::Duration;

/// Why there is no answer, named by what helps. The words are for people: at most 300 characters of them are the
/// server's own, with nothing in them that a terminal or a page could act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The same question will do later: the provider is busy or in trouble, or there was no connection, or not in time.
    #[error("{why}")]
    Busy {
        /// What happened.
        why: String,
        /// Not before this, where the provider said so.
        after: Option<Duration>,
    },
    /// The same question will fail again: the settings or the question are wrong, or the answer is none.
    #[error("{0}")]
    Refused(String),
}

/// Characters of a server's words that are kept.
const MOST_WORDS: usize = 300;

/// Text from outside as it may stand in an error: cut, and without control characters and those that hide or reorder text.
pub(super) fn inert(text: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    let kept = text.trim().chars().take(MOST_WORDS);
    kept.map(|c| if is_hidden(c) { ' ' } else { c }).collect()
}
