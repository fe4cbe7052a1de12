//! Registering a GitHub App from a manifest: what is asked for, and what GitHub gives for the code it sends back.
//!
//! <https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest>

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api::Api;
use crate::{Credentials, Error, app_permissions};

/// What the App hears of. That it is installed or taken away is told to every App and cannot be asked for.
pub const EVENTS: [&str; 4] = ["push", "pull_request", "issues", "issue_comment"];
/// An address that GitHub takes and nobody answers at, for an App that is not to be called.
const NOWHERE: &str = "https://example.com/webhooks/github";

/// What an App is to be.
#[derive(Debug, Clone)]
pub struct Manifest<'a> {
    /// Its name; GitHub knows a name only once. None has GitHub ask for one.
    pub name: Option<&'a str>,
    /// Its page for people.
    pub homepage: &'a str,
    /// Where events are delivered to; none has them not delivered at all.
    pub hook_url: Option<&'a str>,
    /// Where GitHub leads the browser back to.
    pub redirect_url: &'a str,
}

impl Manifest<'_> {
    /// As GitHub takes it: not for others, with the permissions that are needed and no other.
    pub fn to_json(&self) -> Value {
        let permissions: Map<String, Value> =
            app_permissions().iter().map(|p| (p.name.to_owned(), json!(p.level.as_str()))).collect();
        let mut manifest = json!({
            "url": self.homepage,
            "hook_attributes": { "url": self.hook_url.unwrap_or(NOWHERE), "active": self.hook_url.is_some() },
            "redirect_url": self.redirect_url,
            "public": false,
            "default_permissions": permissions,
            "default_events": EVENTS,
        });
        if let Some(name) = self.name {
            manifest["name"] = json!(name);
        }
        manifest
    }
}

/// An App that was just registered. Its secrets do not print.
#[derive(Clone, Deserialize)]
pub struct NewApp {
    /// Its number.
    pub id: u64,
    /// Its short name.
    pub slug: String,
    /// Its page.
    pub html_url: String,
    /// Its private key, PEM.
    pub pem: String,
    /// What deliveries are signed with.
    #[serde(default)]
    pub webhook_secret: Option<String>,
}

impl fmt::Debug for NewApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewApp({}, {}, secrets hidden)", self.id, self.slug)
    }
}

/// Where people are in the browser, by the API's address: `https://github.com`, or an Enterprise server.
///
/// # Errors
/// [`Error::Settings`] for an address that is none.
pub fn web_url(api_url: &str) -> Result<String, Error> {
    Ok(Api::open(api_url, Credentials::None)?.web_url())
}

/// The App that GitHub's code stands for. A code is good once and for one hour.
///
/// # Errors
/// See [`Error`]; [`Error::Missing`] and [`Error::Refused`] for a code that is used, too old or none.
pub async fn convert(api_url: &str, code: &str) -> Result<NewApp, Error> {
    let plain = !code.is_empty()
        && code.len() <= 200
        && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if !plain {
        let what = "POST /app-manifests".to_owned();
        return Err(Error::Refused { what, status: 422, why: "this is no code of GitHub's".to_owned() });
    }
    Api::open(api_url, Credentials::None)?.convert(code).await
}
