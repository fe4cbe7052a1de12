//! One request to an issuer, bounded in every way.

use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;
use serde::Deserialize;
use tokio::sync::OnceCell;
use url::Url;

use crate::keys::KeySet;
use crate::settings::address;
use crate::{KeySource, Misconfigured, Settings, quoted};

/// Largest answer that is read, in bytes; real key sets have 2 to 20 KB.
const MOST_ANSWER_BYTES: usize = 256 << 10;

/// The way to one issuer's keys.
pub(crate) struct Wire {
    issuer: String,
    begin: Url,
    is_discovered: bool,
    timeout: Duration,
    /// Made for the first request: reading the machine's certificates takes longer than a function may take to start.
    client: OnceCell<Client>,
}

/// What of a discovery document matters.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    jwks_uri: String,
}

impl Wire {
    pub(crate) fn open(settings: &Settings) -> Result<Self, Misconfigured> {
        Ok(Self {
            issuer: settings.issuers.first().cloned().unwrap_or_default(),
            begin: settings.key_address()?,
            is_discovered: settings.keys == KeySource::Discovered,
            timeout: settings.timeout,
            client: OnceCell::new(),
        })
    }

    /// The issuer's keys as they are now; an error says why there are none.
    pub(crate) async fn fetch(&self) -> Result<KeySet, String> {
        let said = match tokio::time::timeout(self.timeout, self.keys()).await {
            Ok(said) => said,
            Err(_) => Err(format!("no answer within {} s", self.timeout.as_secs_f32())),
        };
        said.map_err(|why| format!("the keys of {} cannot be had: {why}", quoted(&self.issuer)))
    }

    async fn keys(&self) -> Result<KeySet, String> {
        if !self.is_discovered {
            return KeySet::parse(&self.get(&self.begin).await?);
        }
        let document = self.get(&self.begin).await?;
        let document: Document =
            serde_json::from_slice(&document).map_err(|_| format!("{} is no discovery document", self.begin))?;
        if document.issuer != self.issuer {
            return Err(format!("{} is about the issuer {}", self.begin, quoted(&document.issuer)));
        }
        // Who is asked by https is not believed when it sends us on to something else.
        let keys = address(&document.jwks_uri, self.begin.scheme() == "http")?;
        KeySet::parse(&self.get(&keys).await?)
    }

    async fn get(&self, url: &Url) -> Result<Vec<u8>, String> {
        let client = self.client.get_or_try_init(|| async { self.connect() }).await?;
        let unreachable = |e: reqwest::Error| format!("no answer from {url}: {}", e.without_url());
        let mut response = client.get(url.clone()).send().await.map_err(unreachable)?;
        let status = response.status();
        if status.is_redirection() {
            return Err(format!("{url} answers with a redirect ({status}), which is not followed"));
        }
        if !status.is_success() {
            return Err(format!("{url} answers {status}"));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > MOST_ANSWER_BYTES {
                return Err(format!("{url} answers with more than {MOST_ANSWER_BYTES} bytes"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn connect(&self) -> Result<Client, String> {
        let mut client = Client::builder()
            .redirect(Policy::none())
            .user_agent(concat!("downstream/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(self.timeout);
        if self.begin.scheme() == "http" {
            // A proxy would be asked for its own loopback address.
            client = client.no_proxy();
        }
        client.build().map_err(|e| format!("no connection can be made: {e}"))
    }
}
