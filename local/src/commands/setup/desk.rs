//! What the set-up is about, and how far it is.

use std::net::SocketAddr;

use github::manifest::{Manifest, NewApp};
use github::{App, AppInfo, Error};
use rustls::crypto::aws_lc_rs;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, Notify};
use url::Url;

use crate::app_file::{Draft, SavedApp};
use crate::cli::{Common, SetupGithub};
use crate::exit::Failure;

/// What is wanted, checked.
#[derive(Debug)]
pub(super) struct Wish {
    pub api_url: String,
    /// Where people are: `https://github.com`.
    pub web_url: String,
    org: Option<String>,
    name: Option<String>,
    /// Public address of the deployed service.
    service: Option<String>,
}

/// The one set-up that this process is for.
pub(super) struct Desk {
    pub wish: Wish,
    address: SocketAddr,
    /// Part of the page's address, so that nobody else on this machine finds it.
    key: String,
    /// Given to GitHub and expected back.
    state: String,
    /// Given to the browser that saw the page, and expected from the one that comes back.
    pub cookie: String,
    progress: Mutex<Progress>,
    done: Notify,
}

struct Progress {
    /// None once it is saved, or nothing came of it.
    draft: Option<Draft>,
    end: Option<End>,
}

struct End {
    /// The code that ended it, as a digest.
    code: [u8; 32],
    outcome: Result<AppInfo, String>,
}

/// What somebody who comes back is told.
#[derive(Debug)]
pub(super) enum Told {
    Done(AppInfo),
    /// This return is not ours, or not this browser's.
    NotOurs,
    /// It ended before, with another code.
    Over,
    /// GitHub does not answer; the same once more may do.
    Again(String),
    Failed(String),
}

impl Wish {
    pub(super) fn new(common: &Common, args: &SetupGithub) -> Result<Self, Failure> {
        let usage = |why: String| Err(Failure::Usage(why));
        let login = |text: &String| text.len() <= 39 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if let Some(org) = args.org.as_ref().filter(|org| org.is_empty() || !login(org)) {
            return usage(format!("{org:?} is no organization's name"));
        }
        let named = |text: &String| (1..=34).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if let Some(name) = args.name.as_ref().filter(|name| !named(name)) {
            return usage(format!("{name:?} is no name for an App: it has one to 34 characters"));
        }
        let service = match args.url.as_deref().filter(|_| args.app_id.is_none()).map(Url::parse) {
            None => None,
            Some(Ok(url))
                if matches!(url.scheme(), "https" | "http")
                    && url.query().is_none()
                    && url.fragment().is_none()
                    && url.username().is_empty()
                    && url.password().is_none() =>
            {
                Some(url.as_str().trim_end_matches('/').to_owned())
            }
            Some(_) => return usage("--url is no plain http or https address".to_owned()),
        };
        let web_url = github::manifest::web_url(&common.github_api_url).map_err(|e| Failure::Usage(e.to_string()))?;
        Ok(Self {
            api_url: common.github_api_url.clone(),
            web_url,
            org: args.org.clone(),
            name: args.name.clone(),
            service,
        })
    }
}

impl Desk {
    pub(super) fn new(address: SocketAddr, wish: Wish, draft: Draft) -> Result<Self, Failure> {
        let progress = Mutex::new(Progress { draft: Some(draft), end: None });
        let (key, state, cookie) = (secret()?, secret()?, secret()?);
        Ok(Self { wish, address, key, state, cookie, progress, done: Notify::new() })
    }

    pub(super) fn start_url(&self) -> String {
        format!("http://{}/start/{}", self.address, self.key)
    }

    /// Whether a request was meant for this server: a name that somebody else's DNS leads here is none of ours.
    pub(super) fn is_host(&self, host: &str) -> bool {
        host == self.address.to_string() || host == format!("localhost:{}", self.address.port())
    }

    pub(super) fn is_key(&self, key: &str) -> bool {
        same(key, &self.key)
    }

    /// Where the button leads.
    pub(super) fn action(&self) -> String {
        let Wish { web_url, org, .. } = &self.wish;
        match org {
            Some(org) => format!("{web_url}/organizations/{org}/settings/apps/new?state={}", self.state),
            None => format!("{web_url}/settings/apps/new?state={}", self.state),
        }
    }

    pub(super) fn manifest(&self) -> Value {
        let hook_url = self.wish.service.as_ref().map(|url| format!("{url}/webhooks/github"));
        let redirect_url = format!("http://{}/callback", self.address);
        Manifest {
            name: self.wish.name.as_deref(),
            homepage: self.wish.service.as_deref().unwrap_or(&self.wish.web_url),
            hook_url: hook_url.as_deref(),
            redirect_url: &redirect_url,
        }
        .to_json()
    }

    /// Somebody comes back from GitHub. One at a time, and the code counts once.
    pub(super) async fn returned(&self, state: &str, code: &str, cookie: &str) -> Told {
        let mut progress = self.progress.lock().await;
        if !same(state, &self.state) || !same(cookie, &self.cookie) {
            return Told::NotOurs;
        }
        let digest: [u8; 32] = Sha256::digest(code).into();
        if let Some(End { code, outcome }) = &progress.end {
            return match outcome {
                // A second click, or the page once more.
                Ok(app) if *code == digest => Told::Done(app.clone()),
                _ => Told::Over,
            };
        }
        let outcome = match github::manifest::convert(&self.wish.api_url, code).await {
            Ok(app) => self.save(progress.draft.take(), app),
            Err(error @ (Error::Unreachable { .. } | Error::Server { .. } | Error::Later { .. })) => {
                return Told::Again(error.to_string());
            }
            Err(Error::Missing { .. } | Error::Refused { .. }) => {
                Err("github no longer takes its code: it is good once and for one hour".to_owned())
            }
            Err(error) => Err(error.to_string()),
        };
        progress.draft = None;
        progress.end = Some(End { code: digest, outcome: outcome.clone() });
        self.done.notify_one();
        outcome.map_or_else(Told::Failed, Told::Done)
    }

    /// What GitHub gave is looked at before it is believed.
    fn save(&self, draft: Option<Draft>, app: NewApp) -> Result<AppInfo, String> {
        let plain = |text: &str| {
            !text.is_empty() && text.len() <= 100 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let at_github = Url::parse(&app.html_url).is_ok_and(|url| {
            Url::parse(&self.wish.web_url).is_ok_and(|web| web.origin() == url.origin()) && url.query().is_none()
        });
        if !plain(&app.slug) || !at_github {
            return Err("github's answer makes no sense: it names no App of its own".to_owned());
        }
        let id = app.id.to_string();
        App::new(&id, &app.pem, runtime::clock::system()).map_err(|_| "github's answer holds no key".to_owned())?;
        let saved = SavedApp { app_id: Some(id), private_key: Some(app.pem), webhook_secret: app.webhook_secret };
        let lost = |failure| {
            format!("{failure}; the key is lost: delete the App at {}, then run the command again", app.html_url)
        };
        let mut draft = draft.ok_or("the set-up is over")?;
        draft.save(&saved).map_err(lost)?;
        Ok(AppInfo { name: app.slug.clone(), slug: app.slug, html_url: app.html_url.trim_end_matches('/').to_owned() })
    }

    /// Waits for the end.
    pub(super) async fn done(&self) {
        self.done.notified().await;
    }

    /// How it ended, if it did. From here on nothing is saved any more.
    pub(super) async fn outcome(&self) -> Option<Result<AppInfo, Failure>> {
        let mut progress = self.progress.lock().await;
        // Whoever still holds a connection holds this desk too, so the file is not left to them.
        progress.draft = None;
        progress.end.as_ref().map(|end| end.outcome.clone().map_err(Failure::Environment))
    }
}

/// 32 bytes that nobody guesses.
fn secret() -> Result<String, Failure> {
    let mut bytes = [0; 32];
    let filled = aws_lc_rs::default_provider().secure_random.fill(&mut bytes);
    filled.map_err(|_| Failure::Environment("the system gives no random bytes".to_owned()))?;
    Ok(hex::encode(bytes))
}

/// Compared by digest, so that the time it takes says nothing.
fn same(given: &str, expected: &str) -> bool {
    Sha256::digest(given) == Sha256::digest(expected)
}
