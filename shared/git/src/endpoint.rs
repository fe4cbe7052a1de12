//! Where a repository really answers: redirects followed by hand, every address looked at before it is talked to.
//!
//! The address that was checked is pinned for the requests that follow, so a name that resolves differently a moment later
//! (DNS rebinding) leads nowhere else. What is left: with `allow_private` nothing is checked or pinned, and a proxy from the
//! environment is used; without it no proxy is used at all, because behind one the checked address would not be the one used.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};
use url::Url;

use crate::{Error, Settings};
use permission::{authorization, checked};

mod permission;

/// Redirects that are followed; real forges need one or two.
const MAX_REDIRECTS: usize = 5;
/// A server that is silent for longer is taken for dead.
const MAX_SILENCE: Duration = Duration::from_secs(60);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// Forges tell git from browsers by the first word.
pub(crate) const USER_AGENT: &str = concat!("git/2.0 downstream/", env!("CARGO_PKG_VERSION"));
const SERVICE: &str = "service=git-upload-pack";

/// A repository's last address, after redirects.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    /// The repository's URL there.
    pub url: Url,
    /// The checked addresses of its host; none where nothing is checked.
    pub pin: Option<Pin>,
    /// What to show at the door, where this host may see it.
    pub authorization: Option<HeaderValue>,
    /// Whether the server speaks protocol version 2, in which every commit can be asked for.
    pub version2: bool,
    /// How long the server may be silent.
    pub silence: Duration,
}

/// A host name and the addresses it had when they were checked.
#[derive(Debug, Clone)]
pub(crate) struct Pin {
    pub host: String,
    pub addresses: Vec<SocketAddr>,
}

impl Endpoint {
    /// Asks `url` the first question of a fetch, follows its redirects, and answers where git answered.
    pub async fn find(url: &Url, settings: &Settings) -> Result<Self, Error> {
        let mut at = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let endpoint = Self::at(at, settings).await.map_err(|e| name_first(e, url))?;
            let response = endpoint.ask(url).await?;
            if response.status().is_redirection() {
                at = redirected(url, &endpoint.url, &response)?;
            } else {
                return endpoint.judge(url, response).await;
            }
        }
        Err(Error::NotARepository { url: url.to_string(), why: format!("more than {MAX_REDIRECTS} redirects") })
    }

    async fn at(url: Url, settings: &Settings) -> Result<Self, Error> {
        let pin = if settings.allow_private { None } else { checked(&url, settings).await? };
        let authorization = authorization(&url, settings).await?;
        // Longer than the whole may last, so that the whole ends first and is named.
        let silence = (settings.limits.timeout * 3 / 2).min(MAX_SILENCE);
        Ok(Self { url, pin, authorization, version2: false, silence })
    }

    /// The first request of every fetch; `asked` names the repository in errors.
    async fn ask(&self, asked: &Url) -> Result<Response, Error> {
        let mut builder = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(self.silence);
        if let Some(pin) = &self.pin {
            builder = builder.no_proxy().resolve_to_addrs(&pin.host, &pin.addresses);
        }
        let failed = |e: reqwest::Error| unreachable(asked, with_causes(&e.without_url()), None);
        let client = builder.build().map_err(failed)?;
        let mut headers = HeaderMap::new();
        headers.insert("Git-Protocol", HeaderValue::from_static("version=2"));
        if let Some(value) = &self.authorization {
            headers.insert(AUTHORIZATION, value.clone());
        }
        client.get(question(&self.url)).headers(headers).send().await.map_err(failed)
    }

    /// Turns an answer that is no redirect into an endpoint or an error.
    async fn judge(mut self, asked: &Url, mut response: Response) -> Result<Self, Error> {
        let status = response.status();
        let url = asked.to_string();
        let on_github = self.url.host_str() == Some("github.com");
        match status {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(Error::NeedsAccess { url, status: status.as_u16() });
            }
            StatusCode::NOT_FOUND if on_github => return Err(Error::NeedsAccess { url, status: status.as_u16() }),
            _ if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                return Err(unreachable(asked, format!("the server answered {status}"), retry_after(&response)));
            }
            _ => return Err(Error::NotARepository { url, why: format!("the server answered {status}") }),
        }
        let kind = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("nothing").to_owned();
        if kind != "application/x-git-upload-pack-advertisement" {
            let kind = kind.chars().take(80).collect::<String>();
            let why = format!("its server answered with {kind:?} instead of git's smart protocol");
            return Err(Error::NotARepository { url, why });
        }
        let first = response.chunk().await;
        let first = first.map_err(|e| unreachable(asked, with_causes(&e.without_url()), None))?;
        self.version2 = first.is_some_and(|bytes| speaks_version2(&bytes));
        Ok(self)
    }
}

/// `<url>/info/refs?service=git-upload-pack`.
fn question(url: &Url) -> Url {
    let mut question = url.clone();
    question.set_path(&format!("{}/info/refs", url.path().trim_end_matches('/')));
    question.set_query(Some(SERVICE));
    question
}

/// Where a redirect leads, if it leads to a git server's first question again.
fn redirected(asked: &Url, from: &Url, response: &Response) -> Result<Url, Error> {
    let refuse = |why: String| Error::NotARepository { url: asked.to_string(), why };
    let target = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let shown = target.chars().take(200).collect::<String>();
    let Ok(mut to) = question(from).join(target) else {
        return Err(refuse(format!("it redirects to {shown:?}, which is no address")));
    };
    let path = to.path().strip_suffix("/info/refs").map(str::to_owned);
    let (Some(path), Some(SERVICE)) = (path, to.query()) else {
        return Err(refuse(format!("it redirects to {shown:?}, which is no git repository")));
    };
    if !matches!((from.scheme(), to.scheme()), ("http", "http" | "https") | ("https", "https")) {
        return Err(refuse(format!("it redirects from {} to {}, which is refused", from.scheme(), to.scheme())));
    }
    if !to.username().is_empty() || to.password().is_some() {
        return Err(refuse("it redirects to an address with credentials, which is refused".to_owned()));
    }
    to.set_path(&path);
    to.set_query(None);
    to.set_fragment(None);
    Ok(to)
}

/// Version 2 announces itself in the first lines of the answer; older ones list references.
fn speaks_version2(body: &[u8]) -> bool {
    let start = &body[..body.len().min(200)];
    String::from_utf8_lossy(start).contains("version 2\n")
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    // Nobody is waited for longer than an hour, whatever they say.
    Some(Duration::from_secs(std::cmp::min(seconds, 3_600)))
}

fn unreachable(url: &Url, why: String, after: Option<Duration>) -> Error {
    Error::Unreachable { url: url.to_string(), why, after }
}

/// Names the URL that was asked for in front of a redirect's target, so that both are seen.
fn name_first(error: Error, asked: &Url) -> Error {
    match error {
        Error::PrivateAddress { url, address } if url != asked.as_str() => {
            Error::PrivateAddress { url: asked.to_string(), address: format!("{url} ({address})") }
        }
        Error::Unreachable { why, after, .. } => unreachable(asked, why, after),
        Error::NoToken { why, .. } => Error::NoToken { url: asked.to_string(), why },
        other => other,
    }
}

/// An error with its causes, for the outermost message of an HTTP client says nothing.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text.chars().take(500).collect()
}
