//! Whose tokens are accepted, and for whom they must be.

use std::time::Duration;

use url::{Host, Url};

use crate::Misconfigured;

/// An issuer, and what its tokens must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What `iss` may be, to the letter. The first is where its keys are discovered.
    pub issuers: Vec<String>,
    /// Where its keys are.
    pub keys: KeySource,
    /// What `aud` may be, to the letter. A token names one of them and nothing else.
    pub audiences: Vec<String>,
    /// Seconds by which the issuer's clock may differ from ours.
    pub leeway_seconds: i64,
    /// How long the issuer may take to answer.
    pub timeout: Duration,
}

/// Where an issuer's public keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A JSON Web Key Set (RFC 7517) at this address.
    At(String),
    /// Where the issuer's `/.well-known/openid-configuration` says (OpenID Connect Discovery 1.0).
    Discovered,
}

impl Settings {
    /// Any issuer that can be discovered.
    pub fn discovered(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self {
            issuers: vec![issuer.into()],
            keys: KeySource::Discovered,
            audiences: vec![audience.into()],
            leeway_seconds: 60,
            timeout: Duration::from_secs(5),
        }
    }

    pub(crate) fn check(&self) -> Result<(), Misconfigured> {
        let wrong = |why: String| Err(Misconfigured(why));
        let is_word = |text: &String| !text.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if self.issuers.is_empty() || !self.issuers.iter().all(is_word) {
            return wrong(
                "the issuer of tokens is empty or not one word: name the address that stands in iss".to_owned(),
            );
        }
        if self.audiences.is_empty() || !self.audiences.iter().all(is_word) {
            return wrong("the audience of tokens is empty or not one word: name what stands in aud".to_owned());
        }
        if !(0..=600).contains(&self.leeway_seconds) {
            return wrong("clocks may differ by 0 to 600 seconds".to_owned());
        }
        self.key_address().map(drop)
    }

    /// Where to begin: the key set, or the document that names it.
    pub(crate) fn key_address(&self) -> Result<Url, Misconfigured> {
        let text = match &self.keys {
            KeySource::At(text) => text.clone(),
            KeySource::Discovered => {
                let issuer = self.issuers.first().map(String::as_str).unwrap_or_default();
                format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
            }
        };
        address(&text, true).map_err(Misconfigured)
    }
}

/// An address that keys may be had from: https; where `http_ok`, plain http on a loopback address, too.
pub(crate) fn address(text: &str, http_ok: bool) -> Result<Url, String> {
    let shown = crate::quoted(text);
    let url = Url::parse(text).map_err(|e| format!("{shown} is no address to have keys from: {e}"))?;
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("{shown} holds a name or password: keys are public, leave it away"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if http_ok && is_loopback => Ok(url),
        _ => Err(format!("keys are had by https only (http on a loopback address), not from {shown}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_by_https_or_from_this_machine() {
        let good = ["https://a.example/jwks", "http://127.0.0.1:8/k", "http://[::1]:8/k", "http://localhost:1/k"];
        for text in good {
            assert!(address(text, true).is_ok(), "{text}");
            assert_eq!(address(text, false).is_ok(), text.starts_with("https"), "{text}");
        }
        let bad = [
            "http://a.example/k",
            "http://10.0.0.1/k",
            "http://127.0.0.1.example/k",
            "http://localhost.example/k",
            "file:///etc/passwd",
            "ftp://localhost/k",
            "https://u:p@a.example/k",
            "https://",
            "",
            "jwks",
        ];
        for text in bad {
            assert!(address(text, true).is_err(), "{text}");
        }
    }

    #[test]
    fn settings_without_meaning_are_refused() {
        let good = Settings::discovered("https://issuer.example", "https://us.example");
        assert_eq!(good.check(), Ok(()));
        type Change = fn(&mut Settings);
        let cases: [(&str, Change); 7] = [
            ("no issuer", |s| s.issuers.clear()),
            ("empty issuer", |s| s.issuers = vec![String::new()]),
            ("no audience", |s| s.audiences.clear()),
            ("blank audience", |s| s.audiences = vec![" ".to_owned()]),
            ("one good audience, one blank", |s| s.audiences.push("a\n".to_owned())),
            ("a leeway of a day", |s| s.leeway_seconds = 86_400),
            ("plain http", |s| s.keys = KeySource::At("http://issuer.example/jwks".to_owned())),
        ];
        for (case, change) in cases {
            let mut settings = good.clone();
            change(&mut settings);
            assert!(settings.check().is_err(), "{case}");
        }
    }
}
