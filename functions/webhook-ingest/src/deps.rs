//! Everything this service may ask.

use std::fmt;
use std::sync::Arc;

use contracts::RepoName;
use relationships::Relationships;

use crate::actions::Actions;
use crate::inbox::Inbox;
use crate::signature::SigningKey;

/// The setting that holds the secret shared with GitHub; refusals name it.
pub const WEBHOOK_SECRET_SETTING: &str = "GITHUB_WEBHOOK_SECRET";

/// Where a repository is fetched from.
type WhereIs = dyn Fn(&RepoName) -> String + Send + Sync;

/// What the service is made of. The composing program fills it.
#[derive(Clone)]
pub struct Deps {
    /// Keeps what is accepted.
    pub inbox: Arc<dyn Inbox>,
    /// Who depends on whom.
    pub relationships: Arc<Relationships>,
    /// Shared with GitHub; without it every delivery is refused, unless `unsigned_ok`.
    pub webhook_secret: Option<Secret>,
    /// Deliveries without a signature are taken while there is no secret. For a loopback address only: whoever reaches
    /// the port can then report changes.
    pub unsigned_ok: bool,
    /// Asked for in `X-API-Key` of everything under `/api`, where it is set.
    pub api_key: Option<Secret>,
    /// Knows workflows of GitHub Actions by their tokens. With it a notification needs a token or the key.
    pub actions: Option<Actions>,
    /// The clone address of a repository. Addresses in payloads are never used.
    pub where_is: Arc<WhereIs>,
    /// Milliseconds since the Unix epoch.
    pub now_ms: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// This program's version, for `/`.
    pub version: &'static str,
}

/// A text that is never printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// None for an empty or blank text: a key that everybody knows is no key.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        (!text.trim().is_empty()).then_some(Self(text))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The deps with what is worked out once instead of for every request.
pub(crate) struct App {
    pub(crate) deps: Deps,
    pub(crate) signing: Option<SigningKey>,
    pub(crate) api_key: Option<SigningKey>,
}

impl App {
    pub(crate) fn new(deps: Deps) -> Self {
        let signing = deps.webhook_secret.as_ref().and_then(SigningKey::new);
        let api_key = deps.api_key.as_ref().and_then(SigningKey::new);
        Self { deps, signing, api_key }
    }

    pub(crate) fn now_ms(&self) -> i64 {
        (self.deps.now_ms)()
    }

    pub(crate) fn where_is(&self, repo: &RepoName) -> String {
        (self.deps.where_is)(repo)
    }
}
