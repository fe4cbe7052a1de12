//! Tokens that Google signs for a service account: a Pub/Sub subscription that pushes says with which it does.

use std::time::Duration;

use serde::Deserialize;

use crate::{KeySource, Misconfigured, Refused, Settings, Verifier, bearer, quoted};

/// Verifies the requests of Pub/Sub subscriptions
/// (<https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions>).
#[derive(Debug, Clone)]
pub struct GooglePush {
    verifier: Verifier,
    service_account: String,
}

#[derive(Deserialize)]
struct PushClaims {
    email: String,
    email_verified: bool,
}

/// Push requests for `audience` by `service_account`, an e-mail address: what the subscription was made with.
///
/// # Errors
/// [`Misconfigured`] for an audience or account that cannot be one.
pub fn google_push(audience: &str, service_account: &str) -> Result<GooglePush, Misconfigured> {
    GooglePush::open(Settings::google(audience), service_account)
}

impl GooglePush {
    /// The same for another issuer than Google.
    ///
    /// # Errors
    /// [`Misconfigured`] for settings that make no sense.
    pub fn open(settings: Settings, service_account: &str) -> Result<Self, Misconfigured> {
        if !service_account.contains('@') || service_account.chars().any(char::is_whitespace) {
            let shown = quoted(service_account);
            return Err(Misconfigured(format!("{shown} is no service account: an e-mail address is expected")));
        }
        Ok(Self { verifier: Verifier::open(settings)?, service_account: service_account.to_owned() })
    }

    /// Whether the value of a request's `Authorization` header was given to our subscription, and is good at `now_ms`
    /// (milliseconds since the Unix epoch).
    ///
    /// # Errors
    /// [`Refused::Token`] for a request of somebody else, [`Refused::Unreachable`] while that cannot be told.
    pub async fn verify(&self, authorization: Option<&str>, now_ms: i64) -> Result<(), Refused> {
        let claims = self.verifier.verify::<PushClaims>(bearer(authorization)?, now_ms).await?;
        let PushClaims { email, email_verified } = claims.own;
        if !email_verified {
            return Err(Refused::token("the token's e-mail address is not verified"));
        }
        if email != self.service_account {
            let (expected, got) = (quoted(&self.service_account), quoted(&email));
            return Err(Refused::token(format!("expected service account {expected}, got {got}")));
        }
        Ok(())
    }
}

impl Settings {
    /// Google's accounts; `audience` is what the token was asked for.
    pub fn google(audience: &str) -> Self {
        Self {
            // Google documents both (OpenID Connect, "Validating an ID token").
            issuers: vec!["https://accounts.google.com".to_owned(), "accounts.google.com".to_owned()],
            keys: KeySource::At("https://www.googleapis.com/oauth2/v3/certs".to_owned()),
            audiences: vec![audience.to_owned()],
            leeway_seconds: 60,
            timeout: Duration::from_secs(5),
        }
    }
}
