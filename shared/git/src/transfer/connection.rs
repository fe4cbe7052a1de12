//! The two ends of a conversation: the cache's repository and the connection to the server.

use std::sync::{Arc, Mutex};

use gix::protocol::transport::client::blocking_io::{Transport as Wire, http};
use gix::remote::fetch::Tags;
use gix::remote::{Connection, Direction};

use super::Transfer;
use crate::Error;
use crate::endpoint::USER_AGENT;
use crate::local::text;
use crate::repository::isolated;

/// A connection to a server, nothing said yet.
pub(super) type Connected<'a, 'r> = Connection<'a, 'static, 'r, Box<dyn Wire + Send>>;

impl Transfer {
    /// The cache's repository, made anew if it is not there or cannot be opened.
    pub(super) fn repository(&self) -> Result<gix::ThreadSafeRepository, Error> {
        let dir = &self.place.git_dir;
        let options = || isolated(self.limits.max_object_bytes).open_path_as_is(true);
        if let Ok(repository) = options().open(dir) {
            return Ok(repository);
        }
        self.place.discard()?;
        let failed = |why: String| Error::Cache { path: dir.clone(), why };
        gix::create::into(dir, gix::create::Kind::Bare, gix::create::Options::default())
            .map_err(|e| failed(text(&e)))?;
        options().open(dir).map_err(|e| failed(text(&e)))
    }

    pub(super) fn remote<'r>(&self, repo: &'r gix::Repository, specs: &[String]) -> Result<gix::Remote<'r>, Error> {
        let address = self.endpoint.url.as_str();
        let unfit = |e: gix::Error| Error::UnsupportedUrl { url: self.name.clone(), why: text(&e) };
        let remote = repo.remote_at_without_url_rewrite(address).map_err(unfit)?.with_fetch_tags(Tags::None);
        remote.with_refspecs(specs.iter().map(String::as_str), Direction::Fetch).map_err(unfit)
    }

    /// Connects without credential helpers, without redirects, and only to the addresses that were checked.
    pub(super) fn connect<'a, 'r>(&self, remote: &'a gix::Remote<'r>) -> Result<Connected<'a, 'r>, Error> {
        let connection = remote.connect(Direction::Fetch).map_err(|e| self.network(&e))?;
        let (pin, silence) = (self.endpoint.pin.clone(), self.endpoint.silence);
        let authorization = self.endpoint.authorization.clone();
        let backend = http::reqwest::Options {
            configure_client: Some(Box::new(move |mut builder| {
                builder = builder.timeout(silence).user_agent(USER_AGENT);
                if let Some(pin) = &pin {
                    builder = builder.no_proxy().resolve_to_addrs(&pin.host, &pin.addresses);
                }
                Ok(builder)
            })),
            configure_request: Some(Box::new(move |request| {
                if let Some(value) = &authorization {
                    request.headers_mut().insert(reqwest::header::AUTHORIZATION, value.clone());
                }
                Ok(())
            })),
        };
        let options = http::Options {
            follow_redirects: http::options::FollowRedirects::None,
            backend: Some(Arc::new(Mutex::new(backend))),
            ..http::Options::default()
        };
        Ok(connection.with_credentials(|_| Ok(None)).with_transport_options(Box::new(options)))
    }
}
