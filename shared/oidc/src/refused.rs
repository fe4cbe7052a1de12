//! Why a token is not accepted, for whoever set things up.

/// Longest text that is quoted from a token, in characters.
const MOST_QUOTED: usize = 120;

/// Why a token is not accepted. Never holds the token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is not good, or not meant for us: the same token will never be accepted.
    #[error("{0}")]
    Token(String),
    /// The issuer's keys cannot be had at the moment: the same token may be accepted later.
    #[error("{0}")]
    Unreachable(String),
}

impl Refused {
    pub(crate) fn token(why: impl Into<String>) -> Self {
        Self::Token(why.into())
    }
}

/// Settings with which no token could be verified; says which.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Misconfigured(pub(crate) String);

/// A text from a token as it may stand in a message: short, in quotation marks, and whatever is not ASCII by its code, for
/// letters of other scripts look like ours.
pub fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(MOST_QUOTED).flat_map(char::escape_default).collect();
    format!("\"{shown}{}\"", more(text))
}

/// What a reader of JSON said about a claim, which may repeat the claim.
pub(crate) fn inert(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let shown: String = text.chars().take(MOST_QUOTED).filter(|c| !c.is_control()).collect();
    format!("{shown}{}", more(&text))
}

fn more(text: &str) -> &'static str {
    if text.chars().nth(MOST_QUOTED).is_some() { "…" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn what_is_quoted_is_inert_and_short() {
        let cases = [
            ("acme/api", "\"acme/api\""),
            ("\u{430}cme", "\"\\u{430}cme\""),
            ("a\nb\u{1b}[31m\"", "\"a\\nb\\u{1b}[31m\\\"\""),
            ("", "\"\""),
        ];
        for (text, shown) in cases {
            assert_eq!(quoted(text), shown);
        }
        assert_eq!(quoted(&"x".repeat(500)), format!("\"{}…\"", "x".repeat(120)));
    }
}
