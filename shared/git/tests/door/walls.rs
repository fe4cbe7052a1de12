//! What is refused, given up or tried again, and with which words.

use std::fs;
use std::time::Duration;

use git::{Error, Limits, Rev, Settings};
use stage::Fault;

use crate::Door;
use crate::origin::{Origin, noise};
use crate::server::Server;

async fn serve(origin: &Origin) -> Server {
    Server::start(origin.path().parent().unwrap()).await
}

#[tokio::test]
async fn each_misbehaviour_has_its_name() {
    let origin = Origin::with(&[("a", "1\n")]);
    let server = serve(&origin).await;
    // Path, words in the error, tried again.
    let cases = [
        ("missing/origin", "is not a git repository: the server answered 404", false),
        ("git/nowhere", "is not a git repository: the server answered 404", false),
        ("forbidden/origin", "needs a token with access to it (the server answered 403)", false),
        ("private/origin", "needs a token with access to it (the server answered 401)", false),
        ("html/origin", "is not a git repository: its server answered with \"text/html\"", false),
        ("login/origin", "it redirects to \"/users/sign_in\", which is no git repository", false),
        ("files/origin", "it redirects from http to file, which is refused", false),
        ("loop/origin", "more than 5 redirects", false),
        ("busy/origin", "cannot be reached at the moment: the server answered 503", true),
        ("limited/origin", "cannot be reached at the moment: the server answered 429", true),
        ("garbage/origin", "cannot be reached at the moment", true),
    ];
    for (path, words, again) in cases {
        let error = Door::open().head(&server.url(path)).await.unwrap_err();
        assert!(error.to_string().contains(words), "{path}: {error}");
        assert!(error.to_string().contains(path) || path.contains(' '), "{path}: {error}");
        assert_eq!(matches!(Fault::from(error), Fault::Retry { .. }), again, "{path}");
    }
    let busy = Door::open().head(&server.url("busy/origin")).await.unwrap_err();
    assert!(matches!(busy, Error::Unreachable { after: Some(wait), .. } if wait == Duration::from_secs(7)));
}

#[tokio::test]
async fn a_redirect_is_followed() {
    let origin = Origin::with(&[("a", "1\n")]);
    let server = serve(&origin).await;
    let fetched = Door::open().head(&server.url("moved/origin")).await.unwrap();
    assert_eq!(fetched.after, origin.head());
}

#[tokio::test]
async fn nothing_private_is_reached_by_strangers() {
    let origin = Origin::with(&[("a", "1\n")]);
    let server = serve(&origin).await;
    let strict = || Door::with(Settings::default());
    // This server's own address may be used, so that its redirects are met.
    let named = || Door::with(Settings { private_hosts: vec![server.address.to_string()], ..Settings::default() });
    assert_eq!(named().head(&server.url("git/origin")).await.unwrap().after, origin.head());
    assert_eq!(named().head(&server.url("moved/origin")).await.unwrap().after, origin.head());

    let port = server.address.port();
    let cases = [
        (strict(), server.url("git/origin"), "127.0.0.1"),
        (strict(), format!("http://localhost:{port}/git/origin"), "localhost"),
        (strict(), origin.path().display().to_string(), "a folder of this machine"),
        (strict(), format!("file://{}", origin.path().display()), "a folder of this machine"),
        (strict(), "https://[::1]/x".to_owned(), "::1"),
        (strict(), "http://2130706433/x".to_owned(), "127.0.0.1"),
        (named(), format!("http://localhost:{port}/git/origin"), "localhost"),
        (named(), server.url("inside/origin"), "127.0.0.1:1"),
        (named(), server.url("metadata/origin"), "169.254.169.254"),
        (named(), server.url("other/origin"), "localhost"),
    ];
    let before = server.asked().len();
    for (door, url, words) in cases {
        let error = door.head(&url).await.unwrap_err();
        assert!(matches!(error, Error::PrivateAddress { .. }), "{url}: {error}");
        assert!(error.to_string().contains(words), "{url}: {error}");
        assert!(matches!(Fault::from(error), Fault::Reject { .. }));
    }
    assert_eq!(server.asked().len() - before, 3, "only the three redirects were asked for");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up() {
    let origin = Origin::with(&[("a", "1\n")]);
    let server = serve(&origin).await;
    let limits = Limits { timeout: Duration::from_millis(400), ..Limits::default() };
    for path in ["silent/origin", "stalls/origin"] {
        let door = Door::with(Settings { allow_private: true, limits: limits.clone(), ..Settings::default() });
        let error = door.head(&server.url(path)).await.unwrap_err();
        assert!(matches!(error, Error::Timeout { .. }), "{path}: {error}");
        assert!(matches!(Fault::from(error), Fault::Retry { .. }));
    }
}

#[tokio::test]
async fn nobody_listens() {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = Door::open().head(&format!("http://{address}/r")).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    assert!(error.to_string().to_lowercase().contains("refused"), "{error}");
}

#[tokio::test]
async fn a_fetch_has_a_size_at_most() {
    let origin = Origin::new();
    origin.write("big.bin", &noise(1, 3_000_000));
    origin.commit_all("big");
    let server = serve(&origin).await;
    let limits = Limits { max_pack_bytes: 100_000, ..Limits::default() };
    let door = Door::with(Settings { allow_private: true, limits, ..Settings::default() });
    let error = door.head(&server.url("git/origin")).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }), "{error}");
    assert!(error.to_string().contains("100000 bytes"), "{error}");
    // The next door may: nothing of the attempt stands in its way.
    assert!(Door::open().head(&server.url("git/origin")).await.is_ok());
}

#[tokio::test]
async fn a_cache_that_cannot_be_written_is_named() {
    let origin = Origin::with(&[("a", "1\n")]);
    let server = serve(&origin).await;
    let door = Door::open();
    fs::write(door.cache.path().join("cache"), "a file, not a folder").unwrap();
    let error = door.head(&server.url("git/origin")).await.unwrap_err();
    assert!(matches!(error, Error::Cache { .. }), "{error}");
    assert!(error.to_string().contains("free space or check its permissions"), "{error}");
    assert!(matches!(Fault::from(error), Fault::Retry { .. }));
    assert!(door.git.resolve(&server.url("git/origin"), &Rev::Head).await.is_err());
}
