//! Who asks: a token, or a GitHub App by its own signature.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use crate::{Error, Token};

/// Milliseconds since the Unix epoch.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// No key that GitHub makes is nearly as long.
const LONGEST_KEY: usize = 64 << 10;
/// GitHub refuses a signature of the future, and clocks differ.
const BACK_DATED_S: i64 = 60;
/// GitHub refuses signatures that live longer than ten minutes.
const LIFE_S: i64 = 600;

/// Who asks.
#[derive(Debug, Clone, Default)]
pub enum Credentials {
    /// Nobody: nothing is sent, everything lands in the outbox.
    #[default]
    None,
    /// A token, the same for every repository.
    Token(Token),
    /// An App: each call gets a token of its own, for the one repository and the one permission it needs.
    App(App),
}

/// What was set, as it was set; nothing of it prints.
#[derive(Clone, Default)]
pub struct Given {
    /// `GITHUB_TOKEN`.
    pub token: Option<String>,
    /// `GITHUB_APP_ID`: the App's id or its client id.
    pub app_id: Option<String>,
    /// `GITHUB_APP_PRIVATE_KEY`: the PEM file's text, also with `\n` for line ends, or that text in Base64.
    pub private_key: Option<String>,
}

/// A GitHub App: its id and its private key, which does not print.
#[derive(Clone)]
pub struct App {
    id: String,
    key: EncodingKey,
    pub(crate) clock: Clock,
}

impl Credentials {
    /// Understands what was set. An App goes before a token.
    ///
    /// # Errors
    /// [`Error::Settings`] if one half of an App is missing, or its key is none.
    pub fn read(given: &Given, clock: &Clock) -> Result<Self, Error> {
        let set = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let missing = |name: &str, other: &str| {
            Err(Error::Settings(format!("{other} is set and {name} is not; set both for a GitHub App, or neither")))
        };
        match (set(&given.app_id), set(&given.private_key)) {
            (Some(id), Some(key)) => Ok(Self::App(App::new(&id, &key, clock.clone())?)),
            (Some(_), None) => missing("GITHUB_APP_PRIVATE_KEY", "GITHUB_APP_ID"),
            (None, Some(_)) => missing("GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY"),
            (None, None) => Ok(given.token.as_deref().and_then(Token::new).into()),
        }
    }

    /// Whether nothing is to be sent.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

impl From<Option<Token>> for Credentials {
    fn from(token: Option<Token>) -> Self {
        token.map_or(Self::None, Self::Token)
    }
}

impl From<App> for Credentials {
    fn from(app: App) -> Self {
        Self::App(app)
    }
}

#[derive(Serialize)]
struct Claims<'a> {
    iat: i64,
    exp: i64,
    iss: &'a str,
}

impl App {
    /// An App by its id (or client id) and its key: PEM, PEM with `\n` for line ends, or PEM in Base64.
    ///
    /// # Errors
    /// [`Error::Settings`] for an id or a key that is none.
    pub fn new(id: &str, key: &str, clock: Clock) -> Result<Self, Error> {
        let id = id.trim();
        let plain = !id.is_empty() && id.len() <= 100 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
        if !plain {
            return Err(Error::Settings("GITHUB_APP_ID is neither an App's id nor its client id".to_owned()));
        }
        let no_key = |why: &str| Error::Settings(format!("GITHUB_APP_PRIVATE_KEY is no RSA private key: {why}"));
        let pem = pem(key).ok_or_else(|| no_key("give the PEM file that GitHub made, or its text in Base64"))?;
        let key = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| no_key("its PEM text cannot be read"))?;
        let app = Self { id: id.to_owned(), key, clock };
        // A key that signs nothing is found now, not at the first push.
        app.sign(0).map_err(|_| no_key("nothing can be signed with it"))?;
        Ok(app)
    }

    /// The App's id, as it was given.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What shows GitHub that this is the App: a JSON web token, for the next nine minutes from `now_s` (epoch seconds).
    pub(crate) fn sign(&self, now_s: i64) -> Result<String, Error> {
        let iat = now_s - BACK_DATED_S;
        let claims = Claims { iat, exp: iat + LIFE_S, iss: &self.id };
        let signed = jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &self.key);
        signed.map_err(|_| Error::Settings("nothing can be signed with GITHUB_APP_PRIVATE_KEY".to_owned()))
    }
}

/// The PEM text in what was given.
fn pem(given: &str) -> Option<String> {
    const START: &str = "-----BEGIN";
    let given = given.trim().trim_matches(['"', '\'']);
    if given.len() > LONGEST_KEY {
        return None;
    }
    if given.starts_with(START) {
        return Some(given.replace("\\n", "\n"));
    }
    let packed: String = given.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let text = String::from_utf8(STANDARD.decode(packed).ok()?).ok()?;
    text.trim_start().starts_with(START).then_some(text)
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "App({}, key hidden)", self.id)
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given(hidden)")
    }
}
