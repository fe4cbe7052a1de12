//! Asking as an App: its signature gets it a token for one repository and one permission, and that token asks.
//!
//! <https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app>

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use contracts::RepoName;
use http::HeaderValue;
use moka::future::Cache;
use moka::ops::compute::Op;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::OnceCell;

use super::answer::Answer;
use super::installation::Installation;
use super::{Api, Verb, Who, bearer};
use crate::permission::Call;
use crate::{App, AppInfo, Error, Permission, Token};

/// A token that ends sooner is not used any more: a request takes its time, and clocks differ.
const SPARE_MS: i64 = 5 * 60 * 1000;
/// Clocks that differ by less are in time.
const SKEW_S: i64 = 30;
/// GitHub's tokens live for an hour; where an App is installed is looked up as often.
const AN_HOUR: Duration = Duration::from_secs(3600);
/// Repositories and tokens that are remembered.
const REMEMBERED: u64 = 10_000;

/// An App and what it knows.
#[derive(Debug)]
pub(super) struct AppDoor {
    app: App,
    /// Seconds that GitHub's clock is ahead of ours, once GitHub refused a signature for its time.
    skew_s: AtomicI64,
    /// By the repository's lower-case name.
    pub(super) installations: Cache<String, Installation>,
    tokens: Cache<(String, Permission), Arc<Held>>,
    myself: OnceCell<AppInfo>,
}

/// A token and its end, epoch milliseconds.
#[derive(Debug)]
struct Held {
    token: Token,
    header: HeaderValue,
    ends_ms: i64,
}

#[derive(Deserialize)]
struct TokenAnswer {
    token: String,
    expires_at: jiff::Timestamp,
}

#[derive(Deserialize)]
struct MyselfAnswer {
    slug: String,
    #[serde(default)]
    name: String,
    html_url: String,
}

impl AppDoor {
    pub(super) fn new(app: App) -> Self {
        Self {
            app,
            skew_s: AtomicI64::new(0),
            installations: Cache::builder().max_capacity(REMEMBERED).time_to_live(AN_HOUR).build(),
            tokens: Cache::builder().max_capacity(REMEMBERED).time_to_live(AN_HOUR).build(),
            myself: OnceCell::new(),
        }
    }

    /// GitHub's time as far as we know it, epoch milliseconds.
    fn now_ms(&self) -> i64 {
        (self.app.clock)() + self.skew_s.load(Ordering::Relaxed) * 1000
    }

    /// Forgets a token if it is still the one that `is_bad` means: somebody else may have got a new one meanwhile.
    async fn forget(&self, key: &(String, Permission), is_bad: impl Fn(&Held) -> bool) {
        let judge = |entry: Option<moka::Entry<_, Arc<Held>>>| {
            let bad = entry.is_some_and(|entry| is_bad(entry.value()));
            std::future::ready(if bad { Op::Remove } else { Op::Nop })
        };
        self.tokens.entry(key.clone()).and_compute_with(judge).await;
    }
}

impl Api {
    /// One call. Where its token is refused (revoked, or its time misjudged) once more, with a new one: nothing was done.
    pub(super) async fn ask_as_app(
        &self,
        door: &AppDoor,
        call: Call,
        repo: &RepoName,
        verb: &Verb<'_>,
        path: &str,
    ) -> Result<Answer, Error> {
        let Some(permission) = call.permission() else {
            let what = format!("{} {}", verb.name(), path.split('?').next().unwrap_or(path));
            return Err(Error::Denied { what, why: "a GitHub App does not ask for this".to_owned() });
        };
        let held = self.token(door, repo, permission).await?;
        let answer = self.exchange(verb, path, Some(&held.header)).await?;
        if answer.status() != 401 {
            return self.judge(answer);
        }
        door.forget(&key(repo, permission), |now| now.token == held.token).await;
        let held = self.token(door, repo, permission).await?;
        self.judge(self.exchange(verb, path, Some(&held.header)).await?)
    }

    /// The token for one repository and one permission; many callers at once are one request.
    async fn token(&self, door: &AppDoor, repo: &RepoName, permission: Permission) -> Result<Arc<Held>, Error> {
        let key = key(repo, permission);
        let fresh = |held: &Held| held.ends_ms - SPARE_MS > door.now_ms();
        match door.tokens.get(&key).await {
            Some(held) if fresh(&held) => return Ok(held),
            Some(_) => door.forget(&key, |held| !fresh(held)).await,
            None => {}
        }
        let made = door.tokens.try_get_with(key, self.make_token(door, repo, permission)).await;
        made.map_err(Arc::unwrap_or_clone)
    }

    async fn make_token(&self, door: &AppDoor, repo: &RepoName, permission: Permission) -> Result<Arc<Held>, Error> {
        let (answer, installation) = self.ask_for_token(door, repo, permission).await?;
        // Installed anew since it was looked up: its number is another one.
        let (answer, installation) = match answer.status() {
            404 => {
                door.installations.invalidate(&lower(repo)).await;
                self.ask_for_token(door, repo, permission).await?
            }
            _ => (answer, installation),
        };
        if answer.status() == 201 {
            let TokenAnswer { token, expires_at } = answer.parse()?;
            let (header, token) = (bearer(&token)?, Token::new(&token));
            let token = token.ok_or_else(|| Error::Settings("github gave an empty token".to_owned()))?;
            return Ok(Arc::new(Held { token, header, ends_ms: expires_at.as_millisecond() }));
        }
        // What is changed at GitHub is to be seen at the next try.
        door.installations.invalidate(&lower(repo)).await;
        Err(self.why_no_token(&installation, repo, permission, answer).await)
    }

    async fn ask_for_token(
        &self,
        door: &AppDoor,
        repo: &RepoName,
        permission: Permission,
    ) -> Result<(Answer, Installation), Error> {
        let installation = self.installation(door, repo).await?;
        let mut request = json!({ "permissions": { permission.name: permission.level.as_str() } });
        match installation.repository {
            Some(id) => request["repository_ids"] = json!([id]),
            None => request["repositories"] = json!([repo.name()]),
        }
        let path = format!("/app/installations/{}/access_tokens", installation.id);
        Ok((self.as_app(door, &Verb::Post(&request), &path).await?, installation))
    }

    async fn why_no_token(
        &self,
        installation: &Installation,
        repo: &RepoName,
        permission: Permission,
        answer: Answer,
    ) -> Error {
        let (status, words) = (answer.status(), answer.words().to_ascii_lowercase());
        let granted = installation.permissions.get(permission.name).map(String::as_str);
        match self.judge(answer).err() {
            Some(Error::Denied { .. }) if words.contains("suspended") => Error::Suspended { repo: repo.to_string() },
            Some(Error::Refused { .. })
                if status == 422 && (words.contains("permission") || !permission.is_covered_by(granted)) =>
            {
                Error::NotGranted { repo: repo.to_string(), permission: permission.to_string() }
            }
            // The repository was taken out of the installation since it was looked up.
            Some(Error::Refused { .. } | Error::Missing { .. }) => self.not_installed(repo).await,
            Some(Error::Unauthorized { why, .. }) => Error::AppRefused { why },
            Some(other) => other,
            None => Error::Malformed { what: format!("a token for {repo}"), why: format!("status {status}") },
        }
    }

    /// A request by the App's own signature. A clock that is wrong is found out by GitHub's, and allowed for.
    pub(super) async fn as_app(&self, door: &AppDoor, verb: &Verb<'_>, path: &str) -> Result<Answer, Error> {
        let signed = || bearer(&door.app.sign(door.now_ms().div_euclid(1000))?);
        let answer = self.exchange(verb, path, Some(&signed()?)).await?;
        let ahead = answer.date().map(|date| date - (door.app.clock)().div_euclid(1000));
        let known = door.skew_s.load(Ordering::Relaxed);
        match ahead.filter(|ahead| answer.status() == 401 && (ahead - known).abs() > SKEW_S) {
            Some(ahead) => {
                tracing::warn!(seconds = ahead, "this machine's clock differs from github's; set it");
                door.skew_s.store(ahead, Ordering::Relaxed);
                self.exchange(verb, path, Some(&signed()?)).await
            }
            None => Ok(answer),
        }
    }

    pub(crate) async fn app(&self) -> Result<Option<AppInfo>, Error> {
        let Who::App(door) = &self.who else { return Ok(None) };
        let ask = || async {
            match self.judge(self.as_app(door, &Verb::Get, "/app").await?) {
                Ok(answer) => {
                    let MyselfAnswer { slug, name, html_url } = answer.parse()?;
                    Ok(AppInfo { slug, name, html_url })
                }
                // "Integration not found", "a JSON web token could not be decoded".
                Err(Error::Missing { why, .. } | Error::Unauthorized { why, .. }) => Err(Error::AppRefused { why }),
                Err(error) => Err(error),
            }
        };
        door.myself.get_or_try_init(ask).await.cloned().map(Some)
    }

    pub(crate) async fn fetch_token(&self, repo: &RepoName) -> Result<Option<Token>, Error> {
        let (door, permission) = match (&self.who, Call::Fetch.permission()) {
            (Who::App(door), Some(permission)) => (door, permission),
            (Who::Token { token, .. }, _) => return Ok(Some(token.clone())),
            (Who::Nobody | Who::App(_), _) => return Ok(None),
        };
        match self.token(door, repo, permission).await {
            Ok(held) => Ok(Some(held.token.clone())),
            Err(Error::NotInstalled { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

pub(super) fn lower(repo: &RepoName) -> String {
    repo.as_str().to_ascii_lowercase()
}

fn key(repo: &RepoName, permission: Permission) -> (String, Permission) {
    (lower(repo), permission)
}
