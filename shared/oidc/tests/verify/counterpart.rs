//! Tokens of an issuer that we did not write: discovery, both algorithms, a key that appears later.

use futures::future::join_all;
use issuer_stand_in::actions_claims;
use oidc::{ActionsClaims, Settings, Verifier};
use serde_json::{Value, json};

use crate::world::{AUDIENCE, NOW, patched};

async fn post(url: String, body: &Value) -> String {
    let answer = reqwest::Client::new().post(url).body(body.to_string()).send().await.unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn real_tokens() {
    let server = tokio::task::spawn_blocking(counterparts::oidc_issuer).await.unwrap();
    let verifier = Verifier::open(Settings::discovered(server.url(), AUDIENCE)).unwrap();
    let claims = actions_claims(&server.url(), AUDIENCE, NOW);
    let sign = async |kid: &str, patch: &Value| {
        let asked = json!({"kid": kid, "claims": patched(claims.clone(), patch)});
        post(format!("{}/sign", server.url()), &asked).await
    };
    let verify = async |token: &str, now: i64| verifier.verify::<ActionsClaims>(token, now * 1000).await;
    let token = sign("first", &json!({})).await;
    let all = join_all((0..50).map(|_| verify(&token, NOW))).await;
    assert!(all.iter().all(Result::is_ok), "{:?}", all.iter().find(|one| one.is_err()));
    let wrong = [
        json!({"aud": "https://other.example"}),
        json!({"aud": [AUDIENCE, "https://other.example"]}),
        json!({"iss": "https://token.actions.githubusercontent.com"}),
        json!({"exp": NOW - 60}),
        json!({"exp": null}),
        json!({"iat": NOW + 61}),
        json!({"nbf": NOW + 61}),
        json!({"repository": null}),
        json!({"jti": null}),
    ];
    for patch in wrong {
        assert!(verify(&sign("first", &patch).await, NOW).await.is_err(), "{patch}");
    }
    post(format!("{}/keys", server.url()), &json!({"alg": "ES256", "kid": "second"})).await;
    let second = sign("second", &json!({})).await;
    assert!(verify(&second, NOW + 1).await.is_err(), "the keys were asked for a second ago");
    assert_eq!(verify(&second, NOW + 10).await.unwrap().own.repository, "acme/Api");
    post(format!("{}/keys", server.url()), &json!({"alg": "PS256", "kid": "third"})).await;
    let third = sign("third", &json!({})).await;
    assert!(verify(&third, NOW + 20).await.unwrap_err().to_string().contains("PS256"));
    drop(server);
    assert!(verify(&token, NOW + 30).await.is_ok(), "the issuer is gone, and its key is known");
}
