//! From a text to a place: a remote URL or a folder on this machine.

use std::path::PathBuf;

use url::Url;

use crate::{Error, Settings};

/// Longer than any real address; a limit keeps errors and cache names small.
const MAX_URL: usize = 2_000;

/// Where a repository is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    /// Behind http or https. No credentials, no query, no fragment, no slash at the end.
    Remote(Url),
    /// A folder of this machine.
    Local(PathBuf),
}

impl Location {
    /// Understands `text`, or says why not.
    pub fn parse(text: &str, settings: &Settings) -> Result<Self, Error> {
        let shown = || text.chars().take(200).collect::<String>();
        let refuse = |why: &str| Error::UnsupportedUrl { url: shown(), why: why.to_owned() };
        if text.len() > MAX_URL || text.contains(char::is_control) {
            return Err(refuse("too long, or with control characters in it"));
        }
        if text.starts_with('/') {
            return local(PathBuf::from(text), &shown(), settings);
        }
        let url = Url::parse(text).map_err(|e| refuse(&e.to_string()))?;
        match url.scheme() {
            "file" => {
                let path = url.to_file_path().map_err(|()| refuse("it names another machine"))?;
                local(path, &shown(), settings)
            }
            "http" | "https" => remote(url),
            other => Err(refuse(&format!("{other:?} is not a way to fetch that is supported"))),
        }
    }
}

fn local(path: PathBuf, shown: &str, settings: &Settings) -> Result<Location, Error> {
    if settings.allow_private {
        return Ok(Location::Local(path));
    }
    Err(Error::PrivateAddress { url: shown.to_owned(), address: "a folder of this machine".to_owned() })
}

fn remote(mut url: Url) -> Result<Location, Error> {
    if !url.username().is_empty() || url.password().is_some() {
        // Neither of these setters fails on a URL that has a host.
        let _ = (url.set_username(""), url.set_password(None));
        return Err(Error::CredentialsInUrl { url: url.to_string() });
    }
    if url.query().is_some() {
        url.set_query(None);
        return Err(Error::UnsupportedUrl { url: url.to_string(), why: "it has a query".to_owned() });
    }
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(Location::Remote(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anywhere() -> Settings {
        Settings { allow_private: true, ..Settings::default() }
    }

    #[test]
    fn places_are_understood() {
        let remote = |text: &str| Location::Remote(Url::parse(text).unwrap());
        let cases = [
            ("https://github.com/o/r", remote("https://github.com/o/r")),
            ("https://github.com/o/r/", remote("https://github.com/o/r")),
            ("HTTPS://GitHub.com/o/r.git#readme", remote("https://github.com/o/r.git")),
            ("http://127.0.0.1:1/r", remote("http://127.0.0.1:1/r")),
            ("/srv/git/r.git", Location::Local("/srv/git/r.git".into())),
            ("file:///srv/git/a%20b", Location::Local("/srv/git/a b".into())),
            ("file://localhost/srv/git", Location::Local("/srv/git".into())),
        ];
        for (text, expected) in cases {
            assert_eq!(Location::parse(text, &anywhere()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        let cases = [
            ("", "cannot fetch"),
            ("github.com/o/r", "cannot fetch"),
            ("./r", "cannot fetch"),
            ("git@github.com:o/r.git", "cannot fetch"),
            ("ssh://git@github.com/o/r", "\"ssh\""),
            ("git://github.com/o/r", "\"git\""),
            ("ext::sh -c id", "\"ext\""),
            ("file://server/share", "another machine"),
            ("https://", "cannot fetch"),
            ("https://h/r?x=1", "query"),
            ("https://h/r\nx", "control characters"),
            ("https://user@h/r", "credentials"),
        ];
        for (text, part) in cases {
            let error = Location::parse(text, &anywhere()).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
        assert!(Location::parse(&format!("https://h/{}", "x".repeat(3_000)), &anywhere()).is_err());
    }

    #[test]
    fn a_password_in_a_url_is_not_repeated() {
        let error = Location::parse("https://user:hunter2@h/r", &anywhere()).unwrap_err();
        assert!(matches!(error, Error::CredentialsInUrl { .. }));
        assert!(!error.to_string().contains("hunter2") && !error.to_string().contains("user"), "{error}");
    }

    #[test]
    fn strangers_get_no_files() {
        for text in ["/etc", "file:///etc"] {
            assert!(matches!(Location::parse(text, &Settings::default()), Err(Error::PrivateAddress { .. })));
        }
    }
}
