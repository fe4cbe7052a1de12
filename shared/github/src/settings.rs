use std::fmt;
use std::path::PathBuf;

use crate::Credentials;

/// Where issues go.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who asks; with none nothing is sent and everything lands in the outbox.
    pub credentials: Credentials,
    /// Base of the REST API: [`Settings::PUBLIC_API`], or `https://<host>/api/v3` of an Enterprise server.
    pub api_url: String,
    /// The outbox folder; made when the first thing is put there.
    pub outbox: PathBuf,
}

impl Settings {
    /// The public API.
    pub const PUBLIC_API: &str = "https://api.github.com";
}

/// A secret that does not print itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes the secret; none where it is empty or white space.
    pub fn new(secret: &str) -> Option<Self> {
        let secret = secret.trim();
        (!secret.is_empty()).then(|| Self(secret.to_owned()))
    }

    /// The secret itself, for whoever sends it.
    pub fn secret(&self) -> &str {
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
    fn a_token_hides_itself_everywhere_it_is_printed() {
        let settings = Settings {
            credentials: Token::new(" ghp_secret\n").into(),
            api_url: Settings::PUBLIC_API.to_owned(),
            outbox: "o".into(),
        };
        let printed = format!("{settings:?} {settings:#?}");
        assert!(!printed.contains("ghp_secret"), "{printed}");
        assert!(matches!(settings.credentials, Credentials::Token(token) if token.secret() == "ghp_secret"));
        assert_eq!(Token::new("  "), None);
    }
}
