//! An issuer of our own, and a verifier that trusts it.

use issuer_stand_in::{Issuer, actions_claims};
use oidc::{ActionsClaims, Claims, KeySource, Refused, Settings, Verifier};
use serde_json::{Value, json};

pub const AUDIENCE: &str = "https://downstream.example";
/// Seconds since the Unix epoch.
pub const NOW: i64 = 1_700_000_000;
/// In a patch: this claim is not there at all.
pub const GONE: &str = "<gone>";

pub struct World {
    pub issuer: Issuer,
    pub verifier: Verifier,
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// With other settings than usual.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let issuer = Issuer::start().await.unwrap();
        let mut settings = settings(&issuer);
        change(&mut settings);
        Self { issuer, verifier: Verifier::open(settings).unwrap() }
    }

    pub async fn verify(&self, token: &str) -> Result<Claims<ActionsClaims>, Refused> {
        self.at(token, NOW).await
    }

    pub async fn at(&self, token: &str, now: i64) -> Result<Claims<ActionsClaims>, Refused> {
        self.verifier.verify(token, now * 1000).await
    }

    pub fn claims(&self) -> Value {
        actions_claims(self.issuer.url(), AUDIENCE, NOW)
    }

    /// The claims with some set to something else, or gone.
    pub fn claims_with(&self, patch: &Value) -> Value {
        patched(self.claims(), patch)
    }

    pub fn token(&self) -> String {
        self.issuer.token(&self.claims())
    }

    /// A token that is good around `now`.
    pub fn token_at(&self, now: i64) -> String {
        self.issuer.token(&self.claims_with(&json!({"iat": now, "nbf": now, "exp": now + 300})))
    }
}

pub fn settings(issuer: &Issuer) -> Settings {
    let mut settings = Settings::github_actions(AUDIENCE);
    settings.issuers = vec![issuer.url().to_owned()];
    settings.keys = KeySource::At(issuer.jwks_url());
    settings
}

pub fn patched(mut claims: Value, patch: &Value) -> Value {
    let all = claims.as_object_mut().unwrap();
    for (name, value) in patch.as_object().unwrap() {
        if value == GONE {
            all.remove(name);
        } else {
            all.insert(name.clone(), value.clone());
        }
    }
    claims
}
