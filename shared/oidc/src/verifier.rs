//! One token, all checks.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::keyring::Keyring;
use crate::refused::inert;
use crate::token::Token;
use crate::{Misconfigured, Refused, Settings, claims, quoted};

/// Verifies the tokens of one issuer. Cheap to clone; clones share what they know of its keys.
#[derive(Clone)]
pub struct Verifier {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    keyring: Keyring,
}

/// What an accepted token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims<T> {
    /// Who signed it.
    pub issuer: String,
    /// Until when it is good, in seconds since the Unix epoch.
    pub expires_at: i64,
    /// What this issuer's tokens say beside that.
    pub own: T,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Verifier").field(&self.inner.settings).finish()
    }
}

impl Verifier {
    /// Makes ready. Nothing is asked of the issuer before the first token. TLS takes the process's default crypto provider.
    ///
    /// # Errors
    /// [`Misconfigured`] for settings that make no sense; it says which.
    pub fn open(settings: Settings) -> Result<Self, Misconfigured> {
        settings.check()?;
        let keyring = Keyring::open(&settings)?;
        Ok(Self { inner: Arc::new(Inner { settings, keyring }) })
    }

    /// What it was opened with.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// What `token` says, if it is good at `now_ms` (milliseconds since the Unix epoch).
    ///
    /// # Errors
    /// [`Refused::Token`] for a token that is not good, [`Refused::Unreachable`] while that cannot be told.
    pub async fn verify<T: DeserializeOwned>(&self, token: &str, now_ms: i64) -> Result<Claims<T>, Refused> {
        let token = Token::parse(token)?;
        // What can be told without the issuer is told first: nobody makes us ask it with a token that is for others.
        let registered = claims::check(&token.claims, &self.inner.settings, now_ms)?;
        let key = self.inner.keyring.find(&token.kid, token.algorithm, now_ms).await?;
        if key.algorithm != token.algorithm {
            let why = format!("the key {} is not for the algorithm that the token names", quoted(&token.kid));
            return Err(Refused::token(why));
        }
        if !key.signed(token.signed, token.signature) {
            return Err(Refused::token("the signature does not fit: the token was altered, or somebody else made it"));
        }
        let own = serde_json::from_value(Value::Object(token.claims));
        let own = own.map_err(|e| Refused::token(format!("a claim is missing or of another type: {}", inert(&e))))?;
        let claims::Registered { issuer, expires_at } = registered;
        Ok(Claims { issuer, expires_at, own })
    }
}
