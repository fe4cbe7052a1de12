//! The door's requests against a server that checks them by GitHub's own OpenAPI document (Prism). It keeps no state.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "the server's address is the test's only setting")]

#[expect(dead_code, reason = "what checks signatures is for the tests of Apps")]
#[path = "app/key.rs"]
mod key;

use github::deliveries::{Asked, Delivery, Hook};
use github::{Annotation, Check, Checked, CloseReason, Conclusion, Draft, Github, Reaction, Settings, Token};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
#[ignore = "needs a schema-checking GitHub mock; set GITHUB_API_MOCK to its address"]
async fn github_would_accept_every_request() {
    let api_url = std::env::var("GITHUB_API_MOCK").unwrap_or_else(|_| "http://127.0.0.1:4010".to_owned());
    assert_eq!(status_of_a_bad_request(&api_url).await, "422", "a server that accepts everything proves nothing");
    let settings = Settings { credentials: Token::new("x").into(), api_url, outbox: "unused".into() };
    let github = Github::open(settings).unwrap();
    let repo = "acme/caller".parse().unwrap();
    let labels = vec!["dependency".to_owned(), "downstream".to_owned()];
    let body = "text\n<!-- downstream:v1 fp=5b1e0c9a77d2f403 run=1 -->\n";
    let draft = Draft { title: "GET /health moved".to_owned(), body: body.to_owned(), labels };

    let issue = github.create_issue(&repo, &draft).await.unwrap().issue;
    github.find_issue(&repo, "<!-- downstream:v1 fp=5b1e0c9a77d2f403 ").await.unwrap();
    github.update_issue(&repo, issue.number, &draft.title, body).await.unwrap();
    github.close_issue(&repo, issue.number, CloseReason::Completed, body, Some("fixed")).await.unwrap();
    github.close_issue(&repo, issue.number, CloseReason::NotPlanned, body, None).await.unwrap();
    github.edit_body(&repo, issue.number, body).await.unwrap();
    github.comment(&repo, issue.number, "worse").await.unwrap();
    for reaction in [Reaction::Eyes, Reaction::Rocket, Reaction::Confused] {
        github.react(&repo, issue.number, 77, reaction).await.unwrap();
    }
    // Reading one issue, the repository or who may write is left out: the document's own example answers break its schema.
}

#[tokio::test]
#[ignore = "needs a schema-checking GitHub mock; set GITHUB_API_MOCK to its address"]
async fn github_would_accept_what_is_said_on_a_pull_request() {
    let api_url = std::env::var("GITHUB_API_MOCK").unwrap_or_else(|_| "http://127.0.0.1:4010".to_owned());
    let bad_run = r#"{"head_sha":"x","output":{"title":"t"}}"#;
    let bad_status = r#"{"state":"neutral"}"#;
    for (path, body) in [("check-runs", bad_run), ("statuses/abc", bad_status), ("issues/7/comments", "{}")] {
        assert_eq!(status_of(&api_url, path, body).await, "422", "{path}: accepting everything proves nothing");
    }
    let settings = Settings { credentials: Token::new("x").into(), api_url, outbox: "unused".into() };
    let (github, repo) = (Github::open(settings).unwrap(), "acme/api".parse().unwrap());
    let comment = github.create_sticky(&repo, 7, "text").await.unwrap();
    github.edit_sticky(&repo, 7, comment.id, "other text").await.unwrap().unwrap();
    github.sticky_comment(&repo, 7, Some(comment.id), "<!-- downstream:v1 preview=7 ").await.unwrap();
    let annotation = Annotation {
        path: "app.py".to_owned(),
        start_line: 6,
        end_line: 6,
        annotation_level: "warning",
        title: "acme/shop".to_owned(),
        message: "1 call there will get 404.".to_owned(),
    };
    for conclusion in [Conclusion::Success, Conclusion::Neutral, Conclusion::Failure] {
        let check = Check {
            name: "Downstream impact".to_owned(),
            head: "2".repeat(40).parse().unwrap(),
            external_id: "5b1e0c9a77d2f403".to_owned(),
            conclusion,
            title: "1 breaking".to_owned(),
            summary: "text".to_owned(),
            annotations: vec![annotation.clone(); 120],
            details_url: Some("https://github.com/acme/api/pull/7".to_owned()),
        };
        assert!(matches!(github.check(&repo, &check).await.unwrap(), Checked::Run(_)));
    }
    // Reading a pull request, or those of a commit, is left out: the document's own example answers break its schema.
}

#[tokio::test]
#[ignore = "needs a schema-checking GitHub mock; set GITHUB_API_MOCK to its address"]
async fn github_would_accept_what_an_app_asks() {
    let api_url = std::env::var("GITHUB_API_MOCK").unwrap_or_else(|_| "http://127.0.0.1:4010".to_owned());
    let bad = status_at(&api_url, "/app/installations/1/access_tokens", r#"{"permissions":{"issues":"some"}}"#).await;
    assert_eq!(bad, "422", "a server that accepts everything proves nothing");
    let app = github::App::new("77", &key::OURS.private_pem, std::sync::Arc::new(|| 1_790_000_000_000)).unwrap();
    let settings = Settings { credentials: app.into(), api_url: api_url.clone(), outbox: "unused".into() };
    let (github, repo) = (Github::open(settings).unwrap(), "acme/api".parse().unwrap());
    assert!(github.app().await.unwrap().is_some());
    // The document's example lacks what we need; what counts is that it was understood.
    assert!(!github.lacking(&repo).await.unwrap().is_empty());
    assert!(github.fetch_token(&repo).await.unwrap().is_some());
    let asked = Asked { repositories: &[], hook_url: None, since_ms: 0, at_most: 10 };
    assert!(!github.deliveries_since(&asked).await.unwrap().found.is_empty());
    // Asking for a delivery again is left out (the document's own example answer breaks its schema), and so is a branch's
    // head (the server takes no slash in the name of a ref).
    github::manifest::convert(&api_url, "0123abc").await.unwrap();
}

#[tokio::test]
#[ignore = "needs a schema-checking GitHub mock; set GITHUB_API_MOCK to its address"]
async fn github_would_accept_how_hooks_are_asked_about() {
    let api_url = std::env::var("GITHUB_API_MOCK").unwrap_or_else(|_| "http://127.0.0.1:4010".to_owned());
    let settings = Settings { credentials: Token::new("x").into(), api_url, outbox: "unused".into() };
    let (github, repositories) = (Github::open(settings).unwrap(), ["acme/api".parse().unwrap()]);
    let asked = Asked { repositories: &repositories, hook_url: None, since_ms: 0, at_most: 10 };
    let Delivery { hook, .. } = github.deliveries_since(&asked).await.unwrap().found.remove(0);
    assert!(matches!(hook, Hook::Repository { .. }));
}

async fn status_of_a_bad_request(api_url: &str) -> String {
    status_of(api_url, "issues", r#"{"body":"an issue without a title"}"#).await
}

async fn status_of(api_url: &str, path: &str, body: &str) -> String {
    status_at(api_url, &format!("/repos/acme/caller/{path}"), body).await
}

async fn status_at(api_url: &str, path: &str, body: &str) -> String {
    let host = api_url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer x\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}
