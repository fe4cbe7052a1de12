//! Tells a channel: best effort, at most once, and never in the way of an issue.
//!
//! What is to be told follows from what was done to the issue; a repeat finds the issue as it should be and tells
//! nothing. A channel that fails is a warning in the log.

mod discord;
mod plain;
mod slack;

use std::path::{Path, PathBuf};
use std::time::Duration;

use contracts::fact::Span;
use contracts::verdict::Finding;
use contracts::{Fingerprint, RepoName};
use github::Github;
use serde_json::Value;
use stage::Fault;
use url::Url;

use crate::effect::Context;
use crate::page::Body;

const PATIENCE: Duration = Duration::from_secs(10);
/// A channel that wants more time than this gets nothing: an issue waits behind it.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// The channel, if there is one.
#[derive(Debug, Clone)]
pub struct Announcer {
    channel: Option<Channel>,
    /// Everything lands here instead of being sent.
    outbox: Option<PathBuf>,
}

#[derive(Clone)]
struct Channel {
    kind: Kind,
    /// A secret: whoever knows it can post.
    url: Url,
    client: reqwest::Client,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Discord,
    Slack,
    Other,
}

impl std::fmt::Debug for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Channel({:?}, hidden)", self.kind)
    }
}

/// What is worth telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    New,
    Worse,
    Resolved,
}

/// Everything that an announcement says.
pub(crate) struct Told<'a> {
    pub(crate) news: News,
    pub(crate) context: &'a Context<'a>,
    pub(crate) finding: &'a Finding,
    /// The issue's address, or its file.
    pub(crate) issue: Option<&'a str>,
}

impl<'a> Told<'a> {
    pub(crate) fn new(context: &'a Context<'a>, finding: &'a Finding) -> Self {
        Self { news: News::New, context, finding, issue: None }
    }

    fn source(&self) -> &'a RepoName {
        &self.context.verdict().source
    }

    fn target(&self) -> &'a RepoName {
        &self.context.verdict().target
    }

    /// "resource: title", at most 200 characters.
    fn headline(&self) -> String {
        let prefix = match self.news {
            News::New => "",
            News::Worse => "worse: ",
            News::Resolved => "resolved: ",
        };
        crate::inert::one_line(&format!("{}: {prefix}{}", self.target().name(), self.finding.title), 200)
    }

    /// The issue's address, if it can be opened.
    fn issue_url(&self) -> Option<&'a str> {
        self.issue.filter(|issue| issue.starts_with("https://") || issue.starts_with("http://"))
    }

    /// The first few of the dependent's lines, with their addresses.
    fn places(&self) -> impl Iterator<Item = (String, Option<String>)> {
        let place = |span: &Span| {
            let text = crate::inert::one_line(&format!("{}:{}", span.path, span.start), 120);
            (text, self.context.links.blob(span, self.context.links.target))
        };
        self.finding.dependent.iter().take(5).map(place)
    }

    fn commit(&self) -> Option<(String, Option<String>)> {
        let commit = self.context.verdict().source_commit.as_ref()?;
        let links = &self.context.links;
        Some((commit.short().to_owned(), links.commit(self.source(), commit, links.source)))
    }
}

impl Announcer {
    /// The channel at `webhook` (empty or `not-configured` for none), kept back where `github` is an outbox.
    ///
    /// # Errors
    /// A webhook that is no http(s) address.
    pub fn open(webhook: &str, github: &Github) -> Result<Self, String> {
        let outbox = github.outbox().map(Path::to_owned);
        let webhook = webhook.trim();
        if webhook.is_empty() || webhook == "not-configured" {
            return Ok(Self { channel: None, outbox });
        }
        let url = Url::parse(webhook).map_err(|e| format!("WEBHOOK_URL is no address: {e}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("WEBHOOK_URL is neither http nor https but {}", url.scheme()));
        }
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|e| format!("cannot make an http client for announcements: {e}"))?;
        Ok(Self { channel: Some(Channel { kind: Kind::of(&url), url, client }), outbox })
    }

    /// Tells, or writes down what would be told.
    pub(crate) async fn send(&self, told: &Told<'_>) {
        let Some(channel) = &self.channel else { return };
        let payload = match channel.kind {
            Kind::Discord => discord::payload(told),
            Kind::Slack => slack::payload(told),
            Kind::Other => plain::payload(told),
        };
        let sent = match &self.outbox {
            Some(outbox) => keep(outbox, told, &payload).await,
            None => channel.post(told, &payload).await,
        };
        if let Err(why) = sent {
            let finding = &told.finding.fingerprint;
            tracing::warn!(%finding, why, "an announcement was not delivered; the issue is not affected");
        }
    }

    /// Keeps a body that is not worth an issue; answers where it waits.
    pub(crate) async fn digest(&self, target: &RepoName, finding: &Fingerprint, body: &Body) -> Result<String, Fault> {
        let Some(outbox) = &self.outbox else { return Ok("digest".to_owned()) };
        let file = folder(outbox, target).join("digest").join(format!("{finding}.md"));
        let text = format!("# {}\n\n{}", body.title, body.body);
        write(&file, text.as_bytes()).await.map_err(Fault::retry)?;
        Ok(file.display().to_string())
    }
}

impl Kind {
    fn of(url: &Url) -> Self {
        let host = url.host_str().unwrap_or_default();
        let is = |name: &str| host == name || host.strip_suffix(name).is_some_and(|sub| sub.ends_with('.'));
        match () {
            () if is("discord.com") || is("discordapp.com") => Self::Discord,
            () if host == "hooks.slack.com" || host == "hooks.slack-gov.com" => Self::Slack,
            () => Self::Other,
        }
    }
}

impl Channel {
    async fn post(&self, told: &Told<'_>, payload: &Value) -> Result<(), String> {
        for _ in 0..2 {
            let request = self.client.post(self.url.clone()).json(payload);
            let request = if self.kind == Kind::Other { plain::headers(request, told) } else { request };
            // The address is a secret; an error would print it.
            let response = request.send().await.map_err(|e| e.without_url().to_string())?;
            let status = response.status();
            if status.is_success() {
                return Ok(());
            }
            let after = response.headers().get("retry-after").and_then(|v| v.to_str().ok()?.parse::<f64>().ok());
            let after = after.and_then(|s| Duration::try_from_secs_f64(s).ok()).filter(|d| *d <= LONGEST_WAIT);
            match after {
                Some(after) if status.as_u16() == 429 => tokio::time::sleep(after).await,
                _ => return Err(format!("the channel answered {status}")),
            }
        }
        Err("the channel asked to wait twice".to_owned())
    }
}

/// Writes the announcement beside the issue's file, once for each state of the evidence.
async fn keep(outbox: &Path, told: &Told<'_>, payload: &Value) -> Result<(), String> {
    let news = match told.news {
        News::New => "new",
        News::Worse => "worse",
        News::Resolved => "resolved",
    };
    let evidence = crate::evidence::digest(told.finding);
    let name = format!("announce-{}-{evidence}-{news}.json", told.finding.fingerprint);
    let file = folder(outbox, told.target()).join(name);
    write(&file, format!("{payload:#}\n").as_bytes()).await
}

fn folder(outbox: &Path, target: &RepoName) -> PathBuf {
    outbox.join(format!("{}__{}", target.owner(), target.name()))
}

async fn write(file: &Path, bytes: &[u8]) -> Result<(), String> {
    let wrong = |e: std::io::Error| format!("cannot write {}: {e}", file.display());
    if let Some(parent) = file.parent() {
        tokio::fs::create_dir_all(parent).await.map_err(wrong)?;
    }
    let draft = file.with_extension("draft");
    tokio::fs::write(&draft, bytes).await.map_err(wrong)?;
    tokio::fs::rename(&draft, file).await.map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_channel_is_known_by_its_host() {
        for (url, kind) in [
            ("https://discord.com/api/webhooks/1/x", Kind::Discord),
            ("https://ptb.discord.com/api/webhooks/1/x", Kind::Discord),
            ("https://discordapp.com/api/webhooks/1/x", Kind::Discord),
            ("https://hooks.slack.com/services/T/B/x", Kind::Slack),
            ("https://evil-discord.com/api", Kind::Other),
            ("https://example.org/discord.com", Kind::Other),
        ] {
            assert_eq!(Kind::of(&Url::parse(url).unwrap()), kind, "{url}");
        }
    }
}
