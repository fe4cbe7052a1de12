//! One request, one answer, both bounded.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;
use url::Url;

use super::dialect::Dialect;
use super::error::inert;
use super::settings::{Key, Provider, Settings};
use super::{Error, MOST_ANSWER_BYTES, anthropic};

/// Bytes of an answer with an error in it that are read.
const MOST_ERROR_BYTES: usize = 16 << 10;
/// A connection that takes longer is none.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Nobody is waited for longer than this without being asked again.
const AN_HOUR: Duration = Duration::from_secs(3600);
/// A shorter key is no secret (`none`, `ollama`), and may well stand in an honest answer.
const SHORTEST_SECRET: usize = 16;
/// Stands where a server repeats the key.
const HIDDEN: &str = "[key]";

/// The way to one provider.
pub(super) struct Wire {
    name: String,
    provider: Provider,
    client: Client,
    url: Url,
    headers: HeaderMap,
    timeout: Duration,
    key: Option<Key>,
}

impl Wire {
    pub(super) fn open(settings: &Settings, name: &str, dialect: &Dialect) -> Result<Self, Error> {
        let refused = |why: String| Error::Refused(format!("{name}: {why}"));
        let base = settings.base()?;
        let url = base.join(dialect.path()).map_err(|e| refused(format!("model.base_url is no address: {e}")))?;
        let mut client = Client::builder()
            // An address that moved is told to the person who wrote it; the key does not follow.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("downstream/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT.min(settings.timeout));
        if url.scheme() == "http" {
            // A proxy would read the key, and be asked for its own loopback address.
            client = client.no_proxy();
        }
        let client = client.build().map_err(|e| refused(with_causes(&e)))?;
        let headers = headers(settings.key.as_ref(), dialect)
            .ok_or_else(|| refused("the key has characters that no key has; set it again".to_owned()))?;
        let (provider, timeout) = (settings.provider, settings.timeout);
        Ok(Self { name: name.to_owned(), provider, client, url, headers, timeout, key: settings.key.clone() })
    }

    /// The bytes of a good answer.
    pub(super) async fn post(&self, request: Vec<u8>) -> Result<Vec<u8>, Error> {
        match tokio::time::timeout(self.timeout, self.exchange(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(self.busy(&format!("no answer within {} s", self.timeout.as_secs_f32()), None)),
        }
    }

    async fn exchange(&self, request: Vec<u8>) -> Result<Vec<u8>, Error> {
        let sent = self.client.post(self.url.clone()).headers(self.headers.clone()).body(request).send().await;
        let response = sent.map_err(|e| self.unreachable(e))?;
        let status = response.status();
        if !status.is_success() {
            return Err(self.judge(status, response).await);
        }
        match self.body(response, MOST_ANSWER_BYTES).await? {
            (answer, true) => Ok(answer),
            (_, false) => {
                let why = format!("{}: the answer has more than {MOST_ANSWER_BYTES} bytes", self.name);
                Err(Error::Refused(why))
            }
        }
    }

    /// At most so many bytes, and whether these are all.
    async fn body(&self, mut response: Response, most: usize) -> Result<(Vec<u8>, bool), Error> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| self.unreachable(e))? {
            if body.len() + chunk.len() > most {
                body.extend_from_slice(&chunk[..most - body.len()]);
                return Ok((body, false));
            }
            body.extend_from_slice(&chunk);
        }
        Ok((body, true))
    }

    /// What an answer that is an error asks for.
    async fn judge(&self, status: StatusCode, response: Response) -> Error {
        let after = retry_after(response.headers());
        // An error that is cut off is that error still.
        let body = self.body(response, MOST_ERROR_BYTES).await.map(|(body, _)| body).unwrap_or_default();
        let body: Result<Value, Vec<u8>> = serde_json::from_slice(&body).map_err(|_| body);
        let words = self.inert(&words(&body));
        let status_code = status.as_u16();
        let said = format!("status {status_code}: {words}");
        let refused = |what: &str, help: &str| Error::Refused(format!("{} {what} ({said}); {help}", self.name));
        match status_code {
            429 if is_out_of_credit(&body) => refused("has no credit left", "add credit to its account"),
            408 | 425 | 429 => self.busy(&format!("asks to wait ({said})"), after),
            500..=599 => self.busy(&format!("is in trouble or overloaded ({said})"), after),
            300..=399 => refused("is somewhere else", "correct model.base_url"),
            401 | 403 => refused("refused the key", &format!("set a valid {}", self.provider.key_variable())),
            402 => refused("asks for payment", "add credit to its account"),
            404 => refused("is not there", "check model.name and model.base_url"),
            413 => refused("found the question too long", "ask with less data"),
            _ => refused("refused the question", "check model.name and what this model takes"),
        }
    }

    fn unreachable(&self, error: reqwest::Error) -> Error {
        let host = self.url.host_str().unwrap_or_default();
        let why = with_causes(&error.without_url());
        self.busy(&format!("no answer from {host}: {}", self.inert(&why)), None)
    }

    fn busy(&self, why: &str, after: Option<Duration>) -> Error {
        Error::Busy { why: format!("{} {why}", self.name), after }
    }

    /// Text from outside as it may stand in an error.
    pub(super) fn inert(&self, text: &str) -> String {
        let Some(key) = &self.key else { return inert(text) };
        // Twice: what is hidden in between may have kept the key from being seen at first.
        inert(&text.replace(key.secret(), HIDDEN)).replace(key.secret(), HIDDEN)
    }

    /// An answer without the key, for a server that repeats it would have it published.
    pub(super) fn without_key(&self, text: String) -> String {
        match &self.key {
            Some(key) if key.secret().len() >= SHORTEST_SECRET => text.replace(key.secret(), HIDDEN),
            _ => text,
        }
    }
}

/// None where the key cannot be sent.
fn headers(key: Option<&Key>, dialect: &Dialect) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let is_anthropic = matches!(dialect, Dialect::Anthropic(_));
    if is_anthropic {
        headers.insert("anthropic-version", HeaderValue::from_static(anthropic::VERSION));
    }
    if let Some(key) = key {
        let secret = if is_anthropic { key.secret().to_owned() } else { format!("Bearer {}", key.secret()) };
        let mut value = HeaderValue::try_from(secret).ok()?;
        value.set_sensitive(true);
        if is_anthropic {
            headers.insert("x-api-key", value);
        } else {
            headers.insert(AUTHORIZATION, value);
        }
    }
    Some(headers)
}

/// Seconds, or a date that is compared with the server's own clock; ours is not asked.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let date = |text: &str| jiff::fmt::rfc2822::parse(text).ok().map(|date| date.timestamp().as_second());
    let asked = text(RETRY_AFTER)?.trim();
    let seconds = asked.parse::<u64>().ok().or_else(|| {
        let wait = date(asked)?.saturating_sub(date(text(DATE)?)?);
        u64::try_from(wait).ok()
    })?;
    Some(Duration::from_secs(seconds).clamp(Duration::from_secs(1), AN_HOUR))
}

/// A limit that waiting does not lift (<https://platform.openai.com/docs/guides/error-codes>).
fn is_out_of_credit(body: &Result<Value, Vec<u8>>) -> bool {
    let Ok(body) = body else { return false };
    let says = |place: &str| body.pointer(place).and_then(Value::as_str) == Some("insufficient_quota");
    says("/error/code") || says("/error/type")
}

/// The server's own words.
fn words(body: &Result<Value, Vec<u8>>) -> String {
    let places = ["/error/message", "/0/error/message", "/error", "/message", "/detail"];
    let words = match body {
        Ok(body) => places.iter().find_map(|place| body.pointer(place)?.as_str()).unwrap_or_default().to_owned(),
        Err(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    };
    if words.trim().is_empty() { "no reason given".to_owned() } else { words }
}

fn with_causes(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
