//! What was delivered, by the App's own hook and by those of repositories, and where branches stand.

use std::sync::{Arc, Mutex};

use axum::extract::{Path as At, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, post};
use axum::{Json, Router};
use contracts::RepoName;
use github::deliveries::{Asked, Hook};
use github::{Credentials, Error, Github, Settings};
use serde_json::{Value, json};

use super::fake::START_MS;
use super::{World, repo};

fn delivery(id: u64, status: u16) -> Value {
    let at = jiff::Timestamp::from_millisecond(START_MS - i64::try_from(id).unwrap() * 1000).unwrap().to_string();
    json!({ "id": id, "guid": format!("g{}", id / 2), "delivered_at": at, "redelivery": id.is_multiple_of(2), "duration": 0.1,
        "status": "x", "status_code": status, "event": "push", "action": null, "installation_id": 5, "repository_id": 1 })
}

fn asked(since_ms: i64, at_most: usize) -> Asked<'static> {
    Asked { repositories: &[], hook_url: None, since_ms, at_most }
}

#[tokio::test]
async fn the_apps_own_deliveries_are_read_page_by_page() {
    let world = World::new().await;
    // Every fifth attempt failed; an event is tried twice.
    let deliveries = (0..450).map(|id| delivery(id, if id % 5 == 0 { 502 } else { 202 })).collect();
    world.fake.with(|w| w.deliveries = deliveries);
    for (since_s, at_most, found, cut) in [
        (1_000, 1_000, 450, false),
        (250, 1_000, 251, false),
        (99, 1_000, 100, false),
        (1_000, 120, 120, true),
        (0, 10, 1, false),
        (1_000, 0, 0, true),
    ] {
        let got = world.github.deliveries_since(&asked(START_MS - since_s * 1000, at_most)).await.unwrap();
        assert_eq!((got.found.len(), got.cut), (found, cut), "{since_s} {at_most}");
        assert!(got.found.iter().all(|d| d.hook == Hook::App && d.event == "push"));
    }
    let got = world.github.deliveries_since(&asked(0, 1_000)).await.unwrap();
    assert_eq!(got.missed(), Vec::<&github::deliveries::Delivery>::new(), "the other attempt of each event arrived");
    world.fake.with(|w| w.deliveries = vec![delivery(2, 502), delivery(3, 0), delivery(4, 202)]);
    let got = world.github.deliveries_since(&asked(0, 1_000)).await.unwrap();
    let missed = got.missed();
    assert_eq!(missed.iter().map(|d| (d.id, d.guid.as_str())).collect::<Vec<_>>(), [(2, "g1")]);
    world.github.redeliver(missed[0]).await.unwrap();
    assert_eq!(world.fake.tokens(), 0, "the App's own hook is asked about by its signature");
}

#[tokio::test]
async fn deliveries_that_make_no_sense_are_an_error() {
    for bad in
        [json!({ "id": -1 }), json!([1]), json!({ "id": 1, "guid": "g", "delivered_at": "soon", "event": "push" })]
    {
        let world = World::new().await;
        world.fake.with(|w| w.deliveries = vec![bad]);
        let error = world.github.deliveries_since(&asked(0, 10)).await.unwrap_err();
        assert!(matches!(error, Error::Malformed { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn where_a_branch_stands() {
    let world = World::new().await;
    let head = async |branch: &str| world.github.head(&repo(), branch).await.unwrap().map(|id| id.to_string());
    assert_eq!(head("trunk").await, Some("4".repeat(40)));
    for none in ["gone", "empty", "a/b", "é ?#%", "..", "../../issues", "a//b", "", "a\nb", &"x".repeat(501)] {
        assert_eq!(head(none).await, None, "{none:?}");
    }
    world
        .fake
        .with(|w| assert!(w.calls.iter().all(|(_, path, _)| path.starts_with("/repos/acme/caller/git/ref/heads/"))));
}

#[tokio::test]
async fn the_outbox_has_no_deliveries_and_no_branches() {
    let settings = Settings { credentials: Credentials::None, api_url: String::new(), outbox: "/nowhere".into() };
    let github = Github::open(settings).unwrap();
    let repositories: [RepoName; 1] = [repo()];
    let got = github.deliveries_since(&Asked { repositories: &repositories, ..asked(0, 10) }).await.unwrap();
    assert!(got.found.is_empty() && got.unread.is_empty() && !got.cut);
    assert_eq!(
        (github.head(&repo(), "main").await.unwrap(), github.default_branch(&repo()).await.unwrap()),
        (None, None)
    );
}

/// Hooks of repositories, for a token: `acme/caller` has two, `acme/hidden` shows none.
#[expect(clippy::disallowed_methods, reason = "the server is a task of the test and ends with its runtime")]
async fn with_hooks() -> (Github, Arc<Mutex<Vec<String>>>) {
    let redelivered = Arc::<Mutex<Vec<String>>>::default();
    let hooks = json!([
        { "id": 1, "active": true, "config": { "url": "https://river.example.com/webhooks/github" } },
        { "id": 2, "active": true, "config": { "url": "https://elsewhere.example/x" } },
        { "id": 3, "active": true },
    ]);
    let deliveries = |At((_, _, id)): At<(String, String, u64)>| async move {
        Json(json!([delivery(id * 10, 202), delivery(id * 10 + 1, 500)]))
    };
    let attempts = |uri: Uri, State(seen): State<Arc<Mutex<Vec<String>>>>| async move {
        seen.lock().unwrap().push(uri.path().to_owned());
        (StatusCode::ACCEPTED, Json(json!({})))
    };
    let app = Router::new()
        .route("/repos/acme/caller/hooks", get(async || Json(hooks)))
        .route("/repos/{owner}/{name}/hooks/{id}/deliveries", get(deliveries))
        .route("/repos/{owner}/{name}/hooks/{id}/deliveries/{delivery}/attempts", post(attempts))
        .with_state(redelivered.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let credentials = github::Token::new("secret").into();
    (Github::open(Settings { credentials, api_url, outbox: "/nowhere".into() }).unwrap(), redelivered)
}

#[tokio::test]
async fn with_a_token_the_hooks_of_each_repository_are_read() {
    let (github, redelivered) = with_hooks().await;
    let repositories: [RepoName; 2] = ["acme/hidden".parse().unwrap(), repo()];
    let all = Asked { repositories: &repositories, ..asked(0, 10) };
    let got = github.deliveries_since(&all).await.unwrap();
    assert_eq!(got.found.iter().map(|d| d.id).collect::<Vec<_>>(), [10, 11, 20, 21, 30, 31]);
    let [(unread, Error::Missing { .. })] = &got.unread[..] else { panic!("{:?}", got.unread) };
    assert_eq!(unread.as_str(), "acme/hidden");
    let ours = Asked { hook_url: Some("https://river.example.com/webhooks/github"), ..all };
    let got = github.deliveries_since(&ours).await.unwrap();
    assert_eq!(got.found.iter().map(|d| d.id).collect::<Vec<_>>(), [10, 11], "only those that deliver here");
    github.redeliver(&got.found[1]).await.unwrap();
    assert_eq!(*redelivered.lock().unwrap(), ["/repos/acme/caller/hooks/1/deliveries/11/attempts"]);
    // A delivery of another installation's App is none that a token can ask for.
    let foreign = github::deliveries::Delivery { hook: Hook::App, ..got.found[0].clone() };
    assert!(matches!(github.redeliver(&foreign).await, Err(Error::Settings(_))));
}
