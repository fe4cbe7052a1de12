//! What the door may do, and how much.

use std::fmt;
use std::time::Duration;

use crate::TokenSource;

/// Where this door may go and with what in its hands.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Sent as a password to [`Settings::token_hosts`].
    pub token: Option<Token>,
    /// Asked for a token of each repository there, instead of sending [`Settings::token`] to all of them.
    pub tokens: Option<TokenSource>,
    /// Hosts that may see the token, over https only; over http only where the host is this machine itself.
    pub token_hosts: Vec<String>,
    /// May fetch from loopback and private addresses and read `file://`: right for a program that its user runs, wrong for a
    /// service that strangers give URLs to.
    pub allow_private: bool,
    /// Hosts (`name` or `name:port`) that may be fetched from although their address is private: one's own git server.
    pub private_hosts: Vec<String>,
    /// How much and how long.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            token: None,
            tokens: None,
            token_hosts: vec!["github.com".to_owned()],
            allow_private: false,
            private_hosts: Vec::new(),
            limits: Limits::default(),
        }
    }
}

/// How much is taken of one repository, and how long it may last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Paths listed of one commit; the rest is left out with a note.
    pub max_files: usize,
    /// A file above this many bytes is listed but not kept.
    pub max_file_bytes: u64,
    /// Bytes of text kept of one commit.
    pub max_total_bytes: u64,
    /// Bytes of one fetch on the wire.
    pub max_pack_bytes: u64,
    /// Bytes of one object in memory while a fetch is being unpacked.
    pub max_object_bytes: u64,
    /// One whole fetch, waiting for one's turn included.
    pub timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // 100,000 files is what is promised; the slack keeps a repository of just that size whole.
            max_files: 110_000,
            max_file_bytes: 1 << 20,
            max_total_bytes: 1 << 30,
            max_pack_bytes: 2 << 30,
            max_object_bytes: 512 << 20,
            timeout: Duration::from_secs(300),
        }
    }
}

/// A secret that no log line shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes a secret in.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_shown() {
        let settings = Settings { token: Some(Token::new("ghp_secret")), ..Settings::default() };
        assert!(!format!("{settings:?}").contains("secret"));
    }
}
