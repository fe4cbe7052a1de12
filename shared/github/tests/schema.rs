//! The door's requests against a server that checks them by GitHub's own OpenAPI document (Prism). It keeps no state.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "the server's address is the test's only setting")]

use github::{CloseReason, Draft, Github, Reaction, Settings, Token};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
#[ignore = "needs a schema-checking GitHub mock; set GITHUB_API_MOCK to its address"]
async fn github_would_accept_every_request() {
    let api_url = std::env::var("GITHUB_API_MOCK").unwrap_or_else(|_| "http://127.0.0.1:4010".to_owned());
    assert_eq!(status_of_a_bad_request(&api_url).await, "422", "a server that accepts everything proves nothing");
    let settings = Settings { token: Token::new("x"), api_url, outbox: "unused".into() };
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
    github.comment(&repo, issue.number, "worse").await.unwrap();
    for reaction in [Reaction::Eyes, Reaction::Rocket, Reaction::Confused] {
        github.react(&repo, issue.number, 77, reaction).await.unwrap();
    }
    // Reading one issue or the repository is left out: the document's own example answers break its schema.
}

async fn status_of_a_bad_request(api_url: &str) -> String {
    let host = api_url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).await.unwrap();
    let body = r#"{"body":"an issue without a title"}"#;
    let request = format!(
        "POST /repos/acme/caller/issues HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer x\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}
