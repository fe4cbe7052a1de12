//! Newtypes for everything that is a string on the wire and an identity inside.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Why a string is not the identity it claims to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    what: &'static str,
    input: String,
    rule: &'static str,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, input, rule } = self;
        write!(f, "{input:?} is not a {what}: {rule}")
    }
}

impl std::error::Error for InvalidId {}

/// A string newtype that is checked where it enters and trusted from there on.
macro_rules! checked_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schemars(with = "String")]
        pub struct $name(String);

        impl $name {
            /// The text as it stands on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    let input = text.chars().take(120).collect();
                    Err(InvalidId { what: $what, input, rule: $rule })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

checked_id!(
    /// `owner/name`, the way GitHub writes it and `relationships.json` keys it.
    RepoName,
    "repository name",
    "expected owner/name from letters, digits, '-', '_' and '.'",
    |text| {
        let part = |p: &str| {
            !p.is_empty()
                && p.len() <= 100
                && p != "."
                && p != ".."
                && p.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        };
        text.split_once('/').is_some_and(|(owner, name)| part(owner) && part(name))
    }
);

impl RepoName {
    /// The part before the slash.
    pub fn owner(&self) -> &str {
        self.0.split_once('/').map_or("", |(owner, _)| owner)
    }

    /// The part after the slash.
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, name)| name)
    }
}

checked_id!(
    /// A git commit: 40 lower-case hexadecimal digits (SHA-1 object format).
    CommitId,
    "commit id",
    "expected 40 lower-case hexadecimal digits",
    is_sha1_hex
);

impl CommitId {
    /// The first seven digits, the way people quote a commit.
    pub fn short(&self) -> &str {
        &self.0[..7]
    }
}

checked_id!(
    /// A git object (here: a blob or a tree): 40 lower-case hexadecimal digits.
    ObjectId,
    "git object id",
    "expected 40 lower-case hexadecimal digits",
    is_sha1_hex
);

fn is_sha1_hex(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

checked_id!(
    /// Where a blob lies in object storage: `<kind>/<digest>`, legal as a path and as an object name.
    BlobKey,
    "blob key",
    "expected lower-case segments of letters, digits, '-', '_' and '.', joined by '/'",
    |text| {
        text.len() <= 512
            && text.split('/').all(|s| {
                !s.is_empty()
                    && !s.starts_with('.')
                    && s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b))
            })
    }
);

checked_id!(
    /// Names one message. Derived, never drawn: the same cause gives the same id, so a duplicate is
    /// recognised wherever it turns up.
    MessageId,
    "message id",
    "expected 32 lower-case hexadecimal digits",
    is_half_digest
);

checked_id!(
    /// Names everything that one reported change sets in motion; equal to its first message's id.
    RunId,
    "run id",
    "expected 32 lower-case hexadecimal digits",
    is_half_digest
);

checked_id!(
    /// Names one finding for ever: 16 hexadecimal digits, without commit, line number or prose.
    Fingerprint,
    "fingerprint",
    "expected 16 lower-case hexadecimal digits",
    |text| text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
);

fn is_half_digest(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

impl MessageId {
    /// The id that follows from its parts. Parts are length-prefixed, so no two lists collide.
    pub fn derive(parts: &[&str]) -> Self {
        Self(digest_hex(parts, 32))
    }

    /// The id of the `position`th message of `topic` that this message caused.
    pub fn child(&self, topic: &str, position: usize) -> Self {
        Self::derive(&[self.as_str(), topic, &position.to_string()])
    }

    /// The run that this message starts.
    pub fn run(&self) -> RunId {
        RunId(self.0.clone())
    }
}

impl Fingerprint {
    /// How the hidden line begins by which an issue is found again; the fingerprint follows.
    pub const MARK: &str = "<!-- downstream:v1 fp=";

    /// What the last hidden line of an issue's body says it is about. Anybody can write one.
    pub fn marked_in(body: &str) -> Option<Self> {
        let line = body.get(body.rfind(Self::MARK)? + Self::MARK.len()..)?;
        line.split([' ', '\n']).next()?.parse().ok()
    }

    /// Names what is told on a pull request, and what is wished about it, for ever.
    pub fn of_pull_request(repo: &RepoName, number: u64) -> Self {
        Self::derive(repo, repo, "pull_request", "preview", &format!("#{number}"))
    }

    /// `v1 | source | target | relationship | rule | element key`, first 16 hex digits of SHA-256.
    pub fn derive(source: &RepoName, target: &RepoName, relationship: &str, rule: &str, element: &str) -> Self {
        Self(digest_hex(&["v1", source.as_str(), target.as_str(), relationship, rule, element], 16))
    }
}

/// The first `digits` of the SHA-256 over length-prefixed parts.
pub fn digest_hex(parts: &[&str], digits: usize) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    let mut text = hex::encode(hash.finalize());
    text.truncate(digits);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_at_the_door() {
        for good in ["a/b", "patelmm79/vllm-container-ngc", "o/.github", "A_1/x.y-z"] {
            assert!(good.parse::<RepoName>().is_ok(), "{good}");
        }
        for bad in ["", "a", "/b", "a/", "a/..", "a/b/c", "a b/c", "a/b\n", "ä/b", "../x"] {
            assert!(bad.parse::<RepoName>().is_err(), "{bad}");
        }
        for bad in ["", "../etc/passwd", "a//b", "/a", "a/.b", "A/b", "a/b "] {
            assert!(bad.parse::<BlobKey>().is_err(), "{bad}");
        }
        let head = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(head.parse::<CommitId>().map(|c| c.short().to_owned()), Ok("0123456".to_owned()));
        assert!(head.to_uppercase().parse::<CommitId>().is_err());
    }

    #[test]
    fn derived_ids_depend_on_every_part_and_its_place() {
        let id = MessageId::derive(&["a", "bc"]);
        assert_ne!(id, MessageId::derive(&["ab", "c"]));
        assert_ne!(id.child("t", 0), id.child("t", 1));
        assert_eq!(id.child("t", 0), MessageId::derive(&["a", "bc"]).child("t", 0));
    }
}
