//! How a consumer's files show that they deal with this provider and not with another service.

use contracts::RepoName;

use crate::dependent::{Dependent, File, Place};

/// The names of a provider and the files that use one.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Lower-case spellings of the repository's name.
    names: Vec<String>,
    /// Paths of files that mention one, or are declared as the interface.
    files: Vec<String>,
    /// Somewhere in the consumer, not only in a declaration.
    pub mentioned: bool,
}

impl Contact {
    /// Finds them.
    pub fn of(source: &RepoName, dependent: &Dependent) -> Self {
        let names = names(source);
        let mentions = |file: &&File| is_mentioned(&names, file);
        let mentioned = dependent.files.iter().any(|file| mentions(&file));
        let near = dependent.files.iter().filter(|file| file.place == Place::Interface || mentions(file));
        let files = near.map(|file| file.path.clone()).collect();
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

/// `my-service`, `my_service`, and `owner/my-service` with it.
pub(crate) fn names(source: &RepoName) -> Vec<String> {
    let name = source.name().to_ascii_lowercase();
    let mut names = vec![name.clone()];
    for other in [name.replace('-', "_"), name.replace(['-', '_'], "")] {
        // A short run of letters is a part of many words.
        if !names.contains(&other) && other.len() >= 5 {
            names.push(other);
        }
    }
    names
}

fn is_mentioned(names: &[String], file: &File) -> bool {
    let text = file.text().to_ascii_lowercase();
    names.iter().any(|name| contains_word(&text, name))
}

/// `name` in `text`, not inside a longer run of letters.
fn contains_word(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
