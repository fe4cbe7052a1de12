//! How a consumer's files show that they deal with this provider and not with another service.

use std::collections::HashSet;

use aho_corasick::AhoCorasick;
use contracts::RepoName;

use crate::dependent::{Dependent, File, Place};

/// The names of a provider and the files that use one.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Lower-case spellings of the repository's name.
    names: Vec<String>,
    /// Paths of files that mention one, or are declared as the interface.
    files: HashSet<String>,
    /// Somewhere in the consumer, not only in a declaration.
    pub mentioned: bool,
}

impl Contact {
    /// Finds them.
    pub fn of(source: &RepoName, dependent: &Dependent) -> Self {
        let names = names(source);
        let searcher = AhoCorasick::builder().ascii_case_insensitive(true).build(&names).ok();
        let (mut files, mut mentioned) = (HashSet::new(), false);
        for file in &dependent.files {
            let mentions = searcher.as_ref().is_some_and(|searcher| is_mentioned(searcher, file.text()));
            mentioned |= mentions;
            if mentions || file.place == Place::Interface {
                files.insert(file.path.clone());
            }
        }
        Self { names, files, mentioned }
    }

    /// This file is declared as the interface or mentions the provider.
    pub fn is_near(&self, file: &File) -> bool {
        self.files.contains(&file.path)
    }

    /// A text that holds one of the provider's names.
    pub fn is_named_in(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        self.names.iter().any(|name| contains_word(&text, name))
    }
}

/// `my-service`, `my_service`, `myservice`, and `owner/my-service` with them.
pub(crate) fn names(source: &RepoName) -> Vec<String> {
    let name = source.name().to_ascii_lowercase();
    let mut names = vec![name.clone()];
    for other in [name.replace('-', "_"), name.replace('_', "-"), name.replace(['-', '_'], "")] {
        // A short run of letters is a part of many words.
        if !names.contains(&other) && other.len() >= 5 {
            names.push(other);
        }
    }
    names
}

/// Whether a text holds one of the provider's names (`my-service`, `my_service`) as a word.
pub fn is_named(source: &RepoName, text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    names(source).iter().any(|name| contains_word(&text, name))
}

/// One of the names as a word of its own.
fn is_mentioned(searcher: &AhoCorasick, text: &str) -> bool {
    searcher.find_iter(text).any(|found| {
        let before = text.get(..found.start()).and_then(|before| before.chars().next_back());
        let after = text.get(found.end()..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// `name` in `text`, not inside a longer run of letters.
fn contains_word(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
