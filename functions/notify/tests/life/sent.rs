//! With a token: issues at a GitHub, announcements at a channel, both on this machine.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use contracts::record::Record;
use serde_json::{Value, json};
use stage::Fault;

use super::world::{World, verdict};

type Status = (u16, Option<&'static str>);

#[derive(Default)]
struct Server {
    /// What the channel answers, the last one for ever.
    channel: Vec<Status>,
    /// What a new issue is answered with instead of itself.
    issues: Option<Status>,
    issue: Option<Value>,
    told: Vec<Value>,
    ids: Vec<String>,
}

#[tokio::test]
async fn an_announcement_never_stands_in_the_way_of_an_issue() {
    // What the channel answers, and how often it is asked.
    for (channel, asked) in [
        (vec![(200, None)], 1),
        (vec![(429, Some("0.01")), (204, None)], 2),
        (vec![(429, Some("0.01"))], 2),
        (vec![(429, Some("86400"))], 1),
        (vec![(500, None)], 1),
        (vec![(302, None)], 1),
    ] {
        let (url, server) = start(Server { channel: channel.clone(), ..Server::default() }).await;
        let world = World::filing(&url, &format!("{url}/hook")).await;
        assert_eq!(world.hear_and_save(&verdict(1), 1).await, ["created"], "{channel:?}");
        assert_eq!(world.hear_and_save(&verdict(1), 1).await, ["unchanged"]);
        // A crash before the record: the issue is found by its marker, and nobody is told twice.
        let crashed = World::filing(&url, &format!("{url}/hook")).await;
        assert_eq!(crashed.hear_and_save(&verdict(1), 1).await, ["unchanged"]);
        let server = server.lock().unwrap();
        assert_eq!(server.told.len(), asked, "{channel:?}");
        assert_eq!(server.told[0]["data"]["issue"], "https://github.com/acme/resumes/issues/57");
        assert!(server.ids.iter().all(|id| *id == server.ids[0] && id.starts_with("msg_")), "{:?}", server.ids);
    }
}

#[tokio::test]
async fn a_real_issue_has_a_number_and_an_address() {
    let (url, server) = start(Server { channel: vec![(200, None)], ..Server::default() }).await;
    let world = World::filing(&url, "").await;
    let outcome = world.hear(&verdict(1), 1, false).await.unwrap();
    let [Record::Checked(_), Record::Notice(notice)] = &outcome.save[..] else { panic!("{:?}", outcome.save) };
    assert_eq!(notice.number, Some(57));
    assert_eq!(notice.location, "https://github.com/acme/resumes/issues/57");
    assert!(server.lock().unwrap().told.is_empty(), "no channel, no announcement");
}

#[tokio::test]
async fn a_limit_is_a_retry_and_a_ban_is_an_end() {
    for (status, expected) in [((429, Some("17")), Some(17)), ((403, None), None), ((410, None), None)] {
        let (url, server) =
            start(Server { issues: Some(status), channel: vec![(200, None)], ..Server::default() }).await;
        let world = World::filing(&url, &format!("{url}/hook")).await;
        let fault = world.hear(&verdict(1), 1, false).await.unwrap_err();
        match expected {
            Some(seconds) => assert!(matches!(fault, Fault::Retry { after: Some(a), .. } if a.as_secs() == seconds)),
            None => assert!(matches!(fault, Fault::Reject { .. }), "{fault:?}"),
        }
        assert!(server.lock().unwrap().told.is_empty(), "without an issue there is no news");
    }
}

#[expect(clippy::disallowed_methods, reason = "the server is a task of the test and ends with its runtime")]
async fn start(server: Server) -> (String, Arc<Mutex<Server>>) {
    let server = Arc::new(Mutex::new(server));
    let app = Router::new().fallback(answer).with_state(Arc::clone(&server));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, server)
}

async fn answer(State(server): State<Arc<Mutex<Server>>>, request: Request) -> Response<String> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let mut server = server.lock().unwrap();
    let path = parts.uri.path();
    match (parts.method.as_str(), path) {
        (_, "/hook") => {
            server.ids.push(parts.headers["webhook-id"].to_str().unwrap().to_owned());
            server.told.push(body);
            let status = if server.channel.len() > 1 { server.channel.remove(0) } else { server.channel[0] };
            respond(status, String::new())
        }
        ("POST", "/repos/acme/resumes/issues") => {
            if let Some(status) = server.issues {
                return respond(status, "{}".to_owned());
            }
            assert!(server.issue.is_none(), "filed twice");
            let url = "https://github.com/acme/resumes/issues/57";
            let issue = json!({ "number": 57, "html_url": url, "state": "open", "title": "t", "body": body["body"] });
            server.issue = Some(issue.clone());
            respond((201, None), issue.to_string())
        }
        ("GET", "/repos/acme/resumes/issues") => respond((200, None), json!(server.issue.as_slice()).to_string()),
        _ => respond((404, None), "{}".to_owned()),
    }
}

fn respond((status, retry_after): Status, body: String) -> Response<String> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    if let Some(after) = retry_after {
        response.headers_mut().insert("retry-after", after.parse().unwrap());
    }
    response
}
