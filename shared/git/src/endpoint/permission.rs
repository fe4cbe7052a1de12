//! What one address may be asked, and with what in hand.

use std::net::{IpAddr, SocketAddr};

use reqwest::Client;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use stage::Fault;
use url::{Host, Url};

use super::{Pin, unreachable};
use crate::address::is_public;
use crate::{Error, Settings, Token};

/// The host's addresses, if all of them are public or the host is named in the settings.
pub(super) async fn checked(url: &Url, settings: &Settings) -> Result<Option<Pin>, Error> {
    let private = |address: String| Error::PrivateAddress { url: url.to_string(), address };
    let port = url.port_or_known_default().unwrap_or(443);
    let allowed = is_allowed(url, port, settings);
    let name = match url.host() {
        Some(Host::Domain(name)) => name,
        Some(Host::Ipv4(v4)) if allowed || is_public(IpAddr::V4(v4)) => return Ok(None),
        Some(Host::Ipv6(v6)) if allowed || is_public(IpAddr::V6(v6)) => return Ok(None),
        other => return Err(private(other.map_or_else(|| "no host".to_owned(), |host| host.to_string()))),
    };
    let found = tokio::net::lookup_host((name, port)).await;
    let addresses: Vec<SocketAddr> =
        found.map_err(|e| unreachable(url, format!("its host name cannot be resolved: {e}"), None))?.collect();
    if let Some(bad) = addresses.iter().find(|address| !allowed && !is_public(address.ip())) {
        return Err(private(format!("{name} = {}", bad.ip())));
    }
    Ok(Some(Pin { host: name.to_owned(), addresses }))
}

fn is_allowed(url: &Url, port: u16, settings: &Settings) -> bool {
    let host = url.host_str().unwrap_or_default();
    let with_port = format!("{host}:{port}");
    settings.private_hosts.iter().any(|allowed| allowed == host || *allowed == with_port)
}

/// The token as a header, for hosts that may see it, over a connection that nobody else can read.
pub(super) async fn authorization(url: &Url, settings: &Settings) -> Result<Option<HeaderValue>, Error> {
    if !may_see_a_token(url, settings) {
        return Ok(None);
    }
    let token = match &settings.tokens {
        Some(source) => source.of(url).await.map_err(|fault| no_token(url, fault))?,
        None => settings.token.clone(),
    };
    Ok(token.and_then(|token| header(url, &token)))
}

fn may_see_a_token(url: &Url, settings: &Settings) -> bool {
    let host = url.host_str().unwrap_or_default();
    let listed = settings.token_hosts.iter().any(|known| known.eq_ignore_ascii_case(host));
    listed && (url.scheme() == "https" || is_this_machine(url))
}

fn no_token(url: &Url, fault: Fault) -> Error {
    match fault {
        Fault::Retry { why, after } => unreachable(url, why, after),
        Fault::Reject { why } => Error::NoToken { url: url.to_string(), why },
    }
}

fn header(url: &Url, token: &Token) -> Option<HeaderValue> {
    // Built by the client so that its encoding and its mark as sensitive are the client's own.
    let request = Client::new().get(url.clone()).basic_auth("x-access-token", Some(token.reveal())).build().ok()?;
    request.headers().get(AUTHORIZATION).cloned()
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(v4)) => v4.is_loopback(),
        Some(Host::Ipv6(v6)) => v6.is_loopback(),
        // A name is only as local as its resolver says, so no name counts.
        Some(Host::Domain(_)) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TokenSource;

    #[tokio::test]
    async fn the_token_goes_only_where_it_may() {
        let settings = Settings {
            token: Some(Token::new("secret")),
            token_hosts: vec!["github.com".into(), "127.0.0.1".into(), "localhost".into(), "10.0.0.1".into()],
            ..Settings::default()
        };
        let cases = [
            ("https://github.com/o/r", true),
            ("https://GITHUB.com/o/r", true),
            ("http://github.com/o/r", false),
            ("https://github.com.evil.org/o/r", false),
            ("https://evil.org/github.com", false),
            ("https://api.github.com/o/r", false),
            ("http://127.0.0.1:8080/r", true),
            ("http://localhost:8080/r", false),
            ("http://10.0.0.1/r", false),
            ("https://10.0.0.1/r", true),
        ];
        for (url, shown) in cases {
            let header = authorization(&Url::parse(url).unwrap(), &settings).await.unwrap();
            assert_eq!(header.is_some(), shown, "{url}");
            assert!(header.is_none_or(|value| value.is_sensitive()));
        }
        let none = authorization(&Url::parse("https://github.com/r").unwrap(), &Settings::default()).await;
        assert!(none.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_source_is_asked_for_the_repository_and_only_where_its_token_may_go() {
        let asked = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let heard = asked.clone();
        let source = TokenSource::new(move |repo| {
            heard.lock().unwrap().push(repo.to_string());
            let answer = match repo.name() {
                "public" => Ok(None),
                "later" => Err(Fault::Retry { why: "busy".into(), after: None }),
                "never" => Err(Fault::reject("suspended")),
                name => Ok(Some(Token::new(name))),
            };
            std::future::ready(answer)
        });
        let settings = Settings { token: Some(Token::new("x")), tokens: Some(source), ..Settings::default() };
        let ask = async |url: &str| authorization(&Url::parse(url).unwrap(), &settings).await;
        let (one, other) = (ask("https://github.com/o/one").await, ask("https://github.com/o/two.git").await);
        assert_ne!(one.unwrap().unwrap(), other.unwrap().unwrap(), "each repository its own");
        // The fixed token is not sent in its stead.
        assert!(ask("https://github.com/o/public").await.unwrap().is_none());
        assert!(matches!(ask("https://github.com/o/later").await, Err(Error::Unreachable { .. })));
        let never = ask("https://github.com/o/never").await.unwrap_err();
        assert!(matches!(never, Error::NoToken { .. }) && !never.is_transient(), "{never}");
        for elsewhere in
            ["https://evil.org/o/r", "http://github.com/o/r", "https://github.com/o", "https://github.com/a/b/c"]
        {
            assert!(ask(elsewhere).await.unwrap().is_none(), "{elsewhere}");
        }
        assert_eq!(*asked.lock().unwrap(), ["o/one", "o/two", "o/public", "o/later", "o/never"]);
    }

    #[tokio::test]
    async fn private_addresses_are_refused_unless_named() {
        let settings =
            Settings { private_hosts: vec!["10.0.0.1".into(), "127.0.0.1:81".into()], ..Settings::default() };
        let cases = [
            ("http://127.0.0.1/r", false),
            ("http://127.0.0.1:81/r", true),
            ("http://10.0.0.1:9/r", true),
            ("http://10.0.0.2/r", false),
            ("http://0x7f000001/r", false),
            ("http://2130706433/r", false),
            ("http://0177.1/r", false),
            ("http://[::1]/r", false),
            ("http://[::ffff:169.254.169.254]/r", false),
            ("http://169.254.169.254/latest", false),
            ("http://localhost/r", false),
            ("http://8.8.8.8/r", true),
        ];
        for (url, allowed) in cases {
            let result = checked(&Url::parse(url).unwrap(), &settings).await;
            assert_eq!(result.is_ok(), allowed, "{url}: {result:?}");
            assert!(allowed || matches!(result, Err(Error::PrivateAddress { .. })), "{url}");
        }
    }
}
