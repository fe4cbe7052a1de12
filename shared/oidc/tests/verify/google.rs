//! Pub/Sub pushes: who is let in.

use issuer_stand_in::{Issuer, push_claims};
use oidc::{GooglePush, KeySource, Refused, Settings, google_push};
use serde_json::{Value, json};

use crate::world::{GONE, NOW, patched};

const AUDIENCE: &str = "https://worker.example/metadata";
const ACCOUNT: &str = "push@project.iam.gserviceaccount.com";

async fn push() -> (Issuer, GooglePush) {
    let issuer = Issuer::start().await.unwrap();
    // Both spellings of an issuer, as Google has them.
    let issuers = vec![issuer.url().to_owned(), issuer.url().replace("http://", "")];
    let settings = Settings { issuers, keys: KeySource::At(issuer.jwks_url()), ..Settings::google(AUDIENCE) };
    let push = GooglePush::open(settings, ACCOUNT).unwrap();
    (issuer, push)
}

#[tokio::test]
async fn only_the_subscription_is_let_in() {
    let (issuer, push) = push().await;
    let token = |patch: &Value| issuer.token(&patched(push_claims(issuer.url(), AUDIENCE, ACCOUNT, NOW), patch));
    let short = issuer.url().replace("http://", "");
    for right in [json!({}), json!({"iss": short}), json!({"aud": [AUDIENCE]}), json!({"azp": "another"})] {
        let header = format!("Bearer {}", token(&right));
        assert_eq!(push.verify(Some(&header), NOW * 1000).await, Ok(()), "{right}");
    }
    let wrong = [
        (json!({"email_verified": false}), "not verified"),
        (json!({"email_verified": "true"}), "another type"),
        (json!({"email_verified": GONE}), "email_verified"),
        (json!({"email": "push@other.iam.gserviceaccount.com"}), "got \"push@other"),
        (json!({"email": ACCOUNT.to_uppercase()}), "expected service account"),
        (json!({"email": format!("{ACCOUNT}.evil.example")}), "expected service account"),
        (json!({"email": ACCOUNT.replace('o', "\u{43e}")}), "\\u{43e}"),
        (json!({"email": GONE}), "email"),
        (json!({"email": [ACCOUNT]}), "another type"),
        (json!({"aud": "https://worker.example/notify"}), "expected audience"),
        (json!({"aud": format!("{AUDIENCE}/")}), "expected audience"),
        (json!({"iss": "https://accounts.google.com.evil.example"}), "expected issuer"),
        (json!({"iss": oidc::ACTIONS_ISSUER}), "expected issuer"),
        (json!({"exp": NOW - 60}), "expired"),
    ];
    for (patch, says) in wrong {
        let header = format!("Bearer {}", token(&patch));
        let refused = push.verify(Some(&header), NOW * 1000).await.expect_err(says).to_string();
        assert!(refused.contains(says), "{patch}: {refused}");
    }
    for header in [None, Some(String::new()), Some(token(&json!({}))), Some(format!("Basic {}", token(&json!({}))))] {
        let refused = push.verify(header.as_deref(), NOW * 1000).await.unwrap_err();
        assert!(matches!(refused, Refused::Token(why) if why.contains("Authorization: Bearer")));
    }
}

#[test]
fn what_a_subscription_needs() {
    assert!(google_push(AUDIENCE, ACCOUNT).is_ok());
    for (audience, account) in [("", ACCOUNT), (AUDIENCE, ""), (AUDIENCE, "push"), (AUDIENCE, "a @b"), (" ", ACCOUNT)] {
        assert!(google_push(audience, account).is_err(), "{audience:?} {account:?}");
    }
}
