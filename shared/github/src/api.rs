//! The real API, over octocrab.

mod answer;
mod app;
mod deliveries;
mod installation;
mod issue;
mod manifest;
mod pace;
mod pull;

use std::time::Duration;

use contracts::RepoName;
use http::HeaderValue;
use http::header::AUTHORIZATION;
use octocrab::Octocrab;
use octocrab::service::middleware::retry::RetryConfig;
use serde_json::Value;
use tokio::sync::OnceCell;
use url::Url;

use crate::permission::Call;
use crate::{Credentials, Error, Permissions, Token};
use answer::{Answer, MemberAnswer, RepoAnswer, UserAnswer};
use app::AppDoor;
use pace::Pace;

/// Nothing that this door asks takes longer on a healthy day.
const PATIENCE: Duration = Duration::from_secs(30);
const PAGE: usize = 100;
/// 1,000 issues a listing: enough to find ours, few enough not to burn the hourly limit of requests.
const PAGES: usize = 10;

#[derive(Debug)]
pub(crate) struct Api {
    client: Octocrab,
    base: Url,
    pace: Pace,
    who: Who,
    /// The token's or the App's own account; an issue by somebody else is not ours, whatever its body says.
    login: OnceCell<Option<String>>,
}

/// Who asks.
#[derive(Debug)]
enum Who {
    Nobody,
    Token { token: Token, header: HeaderValue },
    App(Box<AppDoor>),
}

/// What a request is.
enum Verb<'a> {
    Get,
    Post(&'a Value),
    /// A POST that says nothing more.
    Ask,
    Patch(&'a Value),
}

impl Api {
    pub(crate) fn open(api_url: &str, credentials: Credentials) -> Result<Self, Error> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(Error::Settings("it must be opened inside a tokio runtime".to_owned()));
        }
        let base = Url::parse(api_url).map_err(|e| Error::Settings(format!("{api_url:?} is no address: {e}")))?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(Error::Settings(format!("{api_url:?} is neither http nor https")));
        }
        let client = Octocrab::builder()
            .base_uri(base.as_str().trim_end_matches('/'))
            .map_err(|e| Error::Settings(format!("{api_url:?} is no address: {e}")))?
            // A write that octocrab repeats on its own may be a second issue.
            .add_retry_config(RetryConfig::None)
            .set_connect_timeout(Some(Duration::from_secs(10)))
            .set_read_timeout(Some(PATIENCE))
            .set_write_timeout(Some(PATIENCE))
            .build()
            .map_err(|e| Error::Settings(e.to_string()))?;
        Ok(Self { client, base, pace: Pace::default(), who: Who::of(credentials)?, login: OnceCell::new() })
    }

    fn is_app(&self) -> bool {
        matches!(self.who, Who::App(_))
    }

    pub(crate) fn web_url(&self) -> String {
        let host = self.base.host_str().unwrap_or("github.com");
        if host == "api.github.com" {
            return "https://github.com".to_owned();
        }
        let port = self.base.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{host}{port}", self.base.scheme())
    }

    pub(crate) async fn permissions(&self, repo: &RepoName) -> Result<Permissions, Error> {
        let told = self.repository(repo).await?.permissions();
        match &self.who {
            // What GitHub tells there is what a person may; an App has what it was granted.
            Who::App(_) => {
                let triage = self.lacking(repo).await?.iter().all(|lacking| lacking.name != "issues");
                Ok(Permissions { triage, push: false, ..told })
            }
            Who::Token { .. } | Who::Nobody => Ok(told),
        }
    }

    async fn repository(&self, repo: &RepoName) -> Result<RepoAnswer, Error> {
        self.ask(Call::ReadRepository, repo, Verb::Get, &format!("/repos/{repo}")).await?.parse()
    }

    pub(crate) async fn pushed_at(&self, repo: &RepoName) -> Result<Option<i64>, Error> {
        Ok(self.repository(repo).await?.pushed_at())
    }

    pub(crate) async fn is_member(&self, repo: &RepoName, login: &str) -> Result<bool, Error> {
        // Anything else is no account, and would ask something else.
        let plain = !login.is_empty() && login.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if !plain || login.len() > 100 {
            return Ok(false);
        }
        let path = format!("/repos/{repo}/collaborators/{login}/permission");
        match self.ask(Call::ReadMember, repo, Verb::Get, &path).await {
            Ok(answer) => Ok(answer.parse::<MemberAnswer>()?.may_command()),
            Err(Error::Missing { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Our own account; none for tokens that belong to no account (somebody else's app's).
    async fn login(&self) -> Result<Option<String>, Error> {
        let ask = || async {
            let header = match &self.who {
                Who::App(_) => return Ok(self.app().await?.map(|app| format!("{}[bot]", app.slug))),
                Who::Token { header, .. } => Some(header),
                Who::Nobody => None,
            };
            match self.judge(self.exchange(&Verb::Get, "/user", header).await?) {
                Ok(answer) => Ok(Some(answer.parse::<UserAnswer>()?.login)),
                Err(Error::Denied { .. } | Error::Missing { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        };
        self.login.get_or_try_init(ask).await.cloned()
    }

    /// A request that makes or changes something: takes its turn first.
    async fn write(&self, call: Call, repo: &RepoName, verb: Verb<'_>, path: &str) -> Result<Answer, Error> {
        self.pace.turn(path).await?;
        self.ask(call, repo, verb, path).await
    }

    async fn ask(&self, call: Call, repo: &RepoName, verb: Verb<'_>, path: &str) -> Result<Answer, Error> {
        match &self.who {
            Who::Nobody => self.judge(self.exchange(&verb, path, None).await?),
            Who::Token { header, .. } => self.judge(self.exchange(&verb, path, Some(header)).await?),
            Who::App(app) => self.ask_as_app(app, call, repo, &verb, path).await,
        }
    }

    /// One request, and where it leads.
    async fn exchange(&self, verb: &Verb<'_>, path: &str, who: Option<&HeaderValue>) -> Result<Answer, Error> {
        self.pace.open(path)?;
        let answer = self.send(verb, path, who).await?;
        // A renamed repository: github has done nothing yet and says where to go. One step, same host only.
        match answer.moved_to(&self.base, matches!(verb, Verb::Get)) {
            Some(path) => self.send(verb, &path, who).await,
            None => Ok(answer),
        }
    }

    fn judge(&self, answer: Answer) -> Result<Answer, Error> {
        let checked = answer.check();
        if let Err(Error::Later { after, .. }) = &checked {
            self.pace.close_for(*after);
        }
        checked
    }

    async fn send(&self, verb: &Verb<'_>, path: &str, who: Option<&HeaderValue>) -> Result<Answer, Error> {
        let (name, plain) = (verb.name(), path.split('?').next().unwrap_or(path));
        let what = format!("{name} {plain}");
        let exchange = async {
            let failed = |e: octocrab::Error| Error::Unreachable { what: what.clone(), why: chain(&e) };
            let mut request = http::Request::builder().method(name).uri(path);
            if let Some(who) = who {
                request = request.header(AUTHORIZATION, who);
            }
            let request = self.client.build_request(request, verb.body()).map_err(failed)?;
            let response = self.client.execute(request).await.map_err(failed)?;
            Answer::read(what.clone(), response).await
        };
        match tokio::time::timeout(PATIENCE, exchange).await {
            Ok(answer) => answer,
            Err(_) => Err(Error::Unreachable { what, why: format!("nothing within {} s", PATIENCE.as_secs()) }),
        }
    }
}

impl Who {
    fn of(credentials: Credentials) -> Result<Self, Error> {
        Ok(match credentials {
            Credentials::None => Self::Nobody,
            Credentials::Token(token) => Self::Token { header: bearer(token.secret())?, token },
            Credentials::App(app) => Self::App(Box::new(AppDoor::new(app))),
        })
    }
}

/// A secret as a header that does not print.
fn bearer(secret: &str) -> Result<HeaderValue, Error> {
    let header = HeaderValue::from_str(&format!("Bearer {secret}"));
    let mut header = header.map_err(|_| Error::Settings("the token has characters that no token has".to_owned()))?;
    header.set_sensitive(true);
    Ok(header)
}

impl Verb<'_> {
    fn body(&self) -> Option<&Value> {
        match self {
            Self::Get | Self::Ask => None,
            Self::Post(body) | Self::Patch(body) => Some(body),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post(_) | Self::Ask => "POST",
            Self::Patch(_) => "PATCH",
        }
    }
}

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// An error with its causes: octocrab's own message alone often says no more than "service error".
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text.chars().take(500).collect()
}
