//! Workflows report with tokens: the whole program, an issuer that we did not write, the machine's clock.

use std::net::SocketAddr;
use std::path::Path;

use issuer_stand_in::actions_claims;
use serde_json::{Value, json};

use crate::process::{Dev, downstream, run};

const URL: &str = "https://downstream.example";

fn ask(url: &str, token: Option<&str>, body: &Value) -> (u16, Value) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut request = reqwest::Client::new().post(url).body(body.to_string());
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.expect("answers");
        let (status, text) = (answer.status().as_u16(), answer.text().await.expect("is text"));
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    })
}

fn notify(address: SocketAddr, token: Option<&str>, body: &Value) -> (u16, Value) {
    ask(&format!("http://{address}/api/webhook/change-notification"), token, body)
}

fn start(home: &Path, issuer: &str) -> Dev {
    let mut command = downstream(home);
    command.args(["--relationships", "relationships.json", "--git-base-url", "http://127.0.0.1:1"]);
    command.env("ORCHESTRATOR_URL", URL).env("ORCHESTRATOR_ACTIONS_ISSUER", issuer);
    Dev::start(&mut command)
}

#[test]
fn a_workflow_reports_once_whatever_happens_to_the_program() {
    let server = counterparts::oidc_issuer();
    let home = tempfile::tempdir().expect("a folder");
    let declared = json!({"relationships": {"acme/Api": {"consumers": [{"repo": "acme/shop"}]}}});
    std::fs::write(home.path().join("relationships.json"), declared.to_string()).expect("writes");
    let sign = |audience: &str| {
        let mut claims = actions_claims(&server.url(), audience, 0);
        // The issuer's own clock says since when and until when.
        claims.as_object_mut().expect("claims").retain(|name, _| !["iat", "nbf", "exp"].contains(&name.as_str()));
        let (status, token) = ask(&format!("{}/sign", server.url()), None, &json!({ "claims": claims }));
        assert_eq!(status, 200, "{token}");
        token.as_str().expect("a token").to_owned()
    };
    let body = json!({"source_repo": "acme/api", "branch": "main", "commit_message": "first"});
    let dev = start(home.path(), &server.url());
    let (status, problem) = notify(dev.address, None, &body);
    assert_eq!((status, problem["detail"].as_str().is_some_and(|d| d.contains(URL))), (401, true), "{problem}");
    assert_eq!(notify(dev.address, Some(&sign("https://other.example")), &body).0, 401);
    let token = sign(URL);
    let (status, first) = notify(dev.address, Some(&token), &body);
    assert_eq!((status, &first["duplicate"]), (202, &json!(false)), "{first}");
    dev.kill();
    let dev = start(home.path(), &server.url());
    let other = json!({"source_repo": "acme/api", "branch": "main", "commit_message": "another"});
    let (status, replayed) = notify(dev.address, Some(&token), &other);
    assert_eq!((status, &replayed["duplicate"], &replayed["run"]), (202, &json!(true), &first["run"]), "{replayed}");
    dev.stop();
}

#[test]
fn settings_that_cannot_be_meant_keep_it_from_starting() {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = downstream(home.path());
    command
        .args(["dev", "--port", "0"])
        .env("ORCHESTRATOR_URL", URL)
        .env("ORCHESTRATOR_ALLOWED_WORKFLOWS", "notify.yml");
    let said = run(&mut command);
    assert_eq!(said.code, Some(2), "{}{}", said.out, said.err);
    assert!(said.err.contains("ORCHESTRATOR_ALLOWED_WORKFLOWS"), "{}", said.err);
}
