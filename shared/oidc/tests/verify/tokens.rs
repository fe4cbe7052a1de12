//! Tokens that must not be accepted, each beside its twin that must be.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use issuer_stand_in::{How, Signer, jws};
use serde_json::{Value, json};

use crate::world::*;

/// What is wrong with the claims, what is right instead, and what the refusal says.
fn claims(issuer: &str) -> Vec<(&'static str, Value, Value, &'static str)> {
    let right = || json!({});
    let cyrillic = AUDIENCE.replace('e', "\u{435}");
    vec![
        ("another audience", json!({"aud": "https://other.example"}), right(), "got \"https://other.example\""),
        ("our audience and more", json!({"aud": format!("{AUDIENCE}.evil")}), right(), "expected audience"),
        (
            "a path below ours",
            json!({"aud": format!("{AUDIENCE}/x")}),
            json!({"aud": format!("{AUDIENCE}/")}),
            "audience",
        ),
        ("two slashes", json!({"aud": format!("{AUDIENCE}//")}), right(), "expected audience"),
        ("http instead of https", json!({"aud": AUDIENCE.replace("https", "http")}), right(), "expected audience"),
        ("audience in capitals", json!({"aud": AUDIENCE.to_uppercase()}), right(), "expected audience"),
        ("audience with a look-alike", json!({"aud": cyrillic}), right(), "\\u{435}"),
        ("audience with a blank", json!({"aud": format!(" {AUDIENCE}")}), right(), "expected audience"),
        ("audience with a zero byte", json!({"aud": format!("{AUDIENCE}\0")}), right(), "expected audience"),
        (
            "ours and another",
            json!({"aud": [AUDIENCE, "https://other.example"]}),
            json!({"aud": [AUDIENCE]}),
            "several",
        ),
        ("ours twice", json!({"aud": [AUDIENCE, AUDIENCE]}), right(), "several"),
        ("a list of another", json!({"aud": ["https://other.example"]}), right(), "expected audience"),
        ("an empty list", json!({"aud": []}), right(), "got none"),
        ("a list in a list", json!({"aud": [[AUDIENCE]]}), right(), "got none"),
        ("an audience that is a number", json!({"aud": 5}), right(), "got none"),
        ("an audience that is an object", json!({"aud": {AUDIENCE: true}}), right(), "got none"),
        ("an empty audience", json!({"aud": ""}), right(), "expected audience"),
        ("no audience", json!({"aud": GONE}), right(), "got none"),
        ("another issuer", json!({"iss": "https://evil.example"}), right(), "got \"https://evil.example\""),
        ("the issuer with a slash", json!({"iss": format!("{issuer}/")}), right(), "expected issuer"),
        ("the issuer in capitals", json!({"iss": issuer.to_uppercase()}), right(), "expected issuer"),
        ("an enterprise's issuer", json!({"iss": format!("{issuer}/acme")}), right(), "expected issuer"),
        ("a list of issuers", json!({"iss": [issuer]}), right(), "names none"),
        ("no issuer", json!({"iss": GONE}), right(), "names none"),
        ("the issuer null", json!({"iss": null}), right(), "names none"),
        ("expired", json!({"exp": NOW - 60}), json!({"exp": NOW - 59, "iat": NOW - 300}), "expired 60 s ago"),
        ("expired long ago", json!({"exp": 1}), right(), "expired"),
        ("not yet valid", json!({"nbf": NOW + 61}), json!({"nbf": NOW + 60}), "from the future"),
        ("issued in the future", json!({"iat": NOW + 61}), json!({"iat": NOW + 60}), "from the future"),
        ("good for a year", json!({"exp": NOW + 31_536_000}), json!({"exp": NOW + 86_400}), "longer than a day"),
        ("good for no time", json!({"iat": NOW, "exp": NOW}), json!({"exp": NOW + 1}), "for no time"),
        ("good for ever", json!({"exp": i64::MAX}), right(), "longer than a day"),
        ("exp beyond all numbers", json!({"exp": u64::MAX}), right(), "exp is not a time"),
        ("exp a fraction", json!({"exp": 1_700_000_300.5}), right(), "exp is not a time"),
        ("exp a text", json!({"exp": (NOW + 300).to_string()}), right(), "exp is not a time"),
        ("exp null", json!({"exp": null}), right(), "exp is not a time"),
        ("exp true", json!({"exp": true}), right(), "exp is not a time"),
        ("no exp", json!({"exp": GONE}), right(), "does not say exp"),
        ("iat a text", json!({"iat": "now"}), right(), "iat is not a time"),
        ("no iat", json!({"iat": GONE}), right(), "does not say iat"),
        ("nbf a list", json!({"nbf": [NOW]}), json!({"nbf": GONE}), "nbf is not a time"),
        ("no jti", json!({"jti": GONE}), right(), "jti"),
        ("no repository", json!({"repository": GONE}), right(), "repository"),
        ("no repository_id", json!({"repository_id": GONE}), right(), "repository_id"),
        ("no repository_owner", json!({"repository_owner": GONE}), right(), "repository_owner"),
        ("no ref", json!({"ref": GONE}), right(), "ref"),
        ("no sha", json!({"sha": GONE}), right(), "sha"),
        ("no event_name", json!({"event_name": GONE}), right(), "event_name"),
        ("no job_workflow_ref", json!({"job_workflow_ref": GONE}), json!({"workflow_ref": GONE}), "job_workflow_ref"),
        ("repository a list", json!({"repository": ["acme/Api"]}), right(), "of another type"),
        ("repository_id a number", json!({"repository_id": 74}), right(), "of another type"),
        ("sha null", json!({"sha": null}), right(), "of another type"),
    ]
}

#[tokio::test]
async fn claims_that_are_not_accepted() {
    let world = World::new().await;
    let cases = claims(world.issuer.url());
    assert!(cases.len() >= 50);
    for (case, wrong, right, says) in cases {
        let bad = world.issuer.token(&world.claims_with(&wrong));
        let refused = world.verify(&bad).await.expect_err(case).to_string();
        assert!(refused.contains(says), "{case}: {refused}");
        assert_harmless(&refused, &bad, case);
        let good = world.issuer.token(&world.claims_with(&right));
        assert!(world.verify(&good).await.is_ok(), "{case}: the twin is refused");
    }
    let accepted = world.verify(&world.token()).await.unwrap();
    assert_eq!((accepted.own.repository.as_str(), accepted.own.git_ref.as_str()), ("acme/Api", "refs/heads/main"));
    assert_eq!((accepted.issuer.as_str(), accepted.expires_at), (world.issuer.url(), NOW + 300));
    assert_eq!(world.issuer.asked(), 1);
}

/// A refusal is short, one line of ASCII quotes and the project's own words, and never holds the token.
fn assert_harmless(refused: &str, token: &str, case: &str) {
    assert!(refused.len() < 400 && !refused.chars().any(char::is_control), "{case}: {refused}");
    let parts = token.split('.').filter(|part| part.len() > 20);
    assert!(!parts.into_iter().any(|part| refused.contains(part)), "{case}: {refused}");
}

fn header(alg: &str, kid: &str) -> Value {
    json!({"alg": alg, "kid": kid, "typ": "JWT"})
}

fn header_with(name: &str, value: Value) -> Value {
    let mut header = header("RS256", "rsa");
    header[name] = value;
    header
}

#[tokio::test]
async fn headers_and_signatures_that_are_not_accepted() {
    let world = World::new().await;
    let (rsa, ec) = (&world.issuer.rsa, &world.issuer.ec);
    let stranger = Signer::rsa("rsa");
    let claims = world.claims().to_string();
    let made = |header: Value, signer: &Signer, how: How| jws(&header.to_string(), &claims, signer, how);
    let by_rsa = made(header("RS256", "rsa"), rsa, How::Rs256);
    let by_ec = made(header("ES256", "ec"), ec, How::Es256);
    let with = |name: &str, value: Value, signer: &Signer| made(header_with(name, value), signer, How::Rs256);
    let evil = "https://evil.example/jwks";
    let cases: Vec<(&str, String, &str, &str)> = vec![
        (
            "a stranger's key under a known name",
            made(header("RS256", "rsa"), &stranger, How::Rs256),
            &by_rsa,
            "signature",
        ),
        ("alg none, signed", made(header("none", "rsa"), rsa, How::Rs256), &by_rsa, "got \"none\""),
        ("alg nOnE", made(header("nOnE", "rsa"), rsa, How::As(vec![0])), &by_rsa, "got \"nOnE\""),
        (
            "HS256 with the public key",
            made(header("HS256", "rsa"), rsa, How::Hs256(rsa.public_bytes())),
            &by_rsa,
            "HS256",
        ),
        (
            "RS256 that is HS256",
            made(header("RS256", "rsa"), rsa, How::Hs256(rsa.public_bytes())),
            &by_rsa,
            "signature",
        ),
        ("RS256 over the P-256 key", made(header("RS256", "ec"), rsa, How::Rs256), &by_ec, "not for the algorithm"),
        ("ES256 over the RSA key", made(header("ES256", "rsa"), ec, How::Es256), &by_rsa, "not for the algorithm"),
        ("PS256", made(header("PS256", "rsa"), rsa, How::Ps256), &by_rsa, "got \"PS256\""),
        ("RS256 that is PS256", made(header("RS256", "rsa"), rsa, How::Ps256), &by_rsa, "signature"),
        ("RS512", made(header("RS512", "rsa"), rsa, How::Rs256), &by_rsa, "got \"RS512\""),
        ("EdDSA", made(header("EdDSA", "ec"), ec, How::Es256), &by_ec, "got \"EdDSA\""),
        ("alg in small letters", made(header("rs256", "rsa"), rsa, How::Rs256), &by_rsa, "got \"rs256\""),
        ("alg a list", with("alg", json!(["RS256"]), rsa), &by_rsa, "how it is signed"),
        ("no alg", made(json!({"kid": "rsa"}), rsa, How::Rs256), &by_rsa, "how it is signed"),
        ("another key's name", made(header("ES256", "rsa"), rsa, How::Rs256), &by_rsa, "not for the algorithm"),
        ("an unknown key's name", made(header("RS256", "other"), rsa, How::Rs256), &by_rsa, "no key \"other\""),
        ("a path as a name", made(header("RS256", "../../rsa"), rsa, How::Rs256), &by_rsa, "no key"),
        ("no name of a key", made(json!({"alg": "RS256"}), rsa, How::Rs256), &by_rsa, "which key"),
        ("an empty name", made(header("RS256", ""), rsa, How::Rs256), &by_rsa, "which key"),
        ("a number as a name", with("kid", json!(1), rsa), &by_rsa, "which key"),
        ("an endless name", made(header("RS256", &"k".repeat(300)), rsa, How::Rs256), &by_rsa, "which key"),
        ("a P-256 signature of zeros", made(header("ES256", "ec"), ec, How::As(vec![0; 64])), &by_ec, "signature"),
        ("crit", with("crit", json!(["exp"]), rsa), &by_rsa, "crit"),
        ("b64", with("b64", json!(false), rsa), &by_rsa, "b64"),
        ("another kind of token", with("typ", json!("logout+jwt"), rsa), &by_rsa, "another kind"),
    ];
    for (case, bad, good, says) in cases {
        let refused = world.verify(&bad).await.expect_err(case).to_string();
        assert!(refused.contains(says), "{case}: {refused}");
        assert_harmless(&refused, &bad, case);
        assert!(world.verify(good).await.is_ok(), "{case}: the twin is refused");
    }
    // A key that travels in the header is not looked at: it neither helps a stranger nor harms the issuer.
    let carried = [
        ("jku", json!(evil)),
        ("x5u", json!(evil)),
        ("jwk", stranger.jwk()),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("a")),
    ];
    for (name, value) in carried {
        let refused = world.verify(&with(name, value.clone(), &stranger)).await.expect_err(name).to_string();
        assert!(refused.contains("signature does not fit"), "{name}: {refused}");
        assert!(world.verify(&with(name, value, rsa)).await.is_ok(), "{name}: the twin is refused");
    }
    assert_eq!(world.issuer.asked(), 1, "an unknown name asks again only after a pause");
}

#[tokio::test]
async fn texts_that_are_no_token() {
    let world = World::new().await;
    let good = world.token();
    assert!(world.verify(&good).await.is_ok());
    let parts: Vec<&str> = good.split('.').collect();
    let [header, claims, signature] = parts[..] else { panic!("three parts") };
    let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let twice = world.claims().to_string().replacen('{', "{\"repository\":\"evil/evil\",", 1);
    let signed = |header: &str, claims: &str| jws(header, claims, &world.issuer.rsa, How::Rs256);
    let usual = r#"{"alg":"RS256","kid":"rsa"}"#;
    let cases: Vec<(&str, String)> = vec![
        ("empty", String::new()),
        ("dots alone", "..".to_owned()),
        ("one part", header.to_owned()),
        ("cut in its claims", good[..good.len() / 2].to_owned()),
        ("cut in its signature", good[..good.len() - 1].to_owned()),
        ("signature stripped", format!("{header}.{claims}.")),
        ("signature and dot stripped", format!("{header}.{claims}")),
        ("four parts", format!("{good}.{signature}")),
        ("five parts, as an encrypted one", format!("{good}.a.b")),
        ("huge", format!("{header}.{}.{signature}", "A".repeat(oidc::MOST_TOKEN_BYTES))),
        ("padded", format!("{good}==")),
        ("base64, not base64url", format!("{header}.{claims}.+/{}", &signature[2..])),
        ("not base64", format!("{header}.{claims}.*{}", &signature[1..])),
        ("a blank in front", format!(" {good}")),
        ("a line end behind", format!("{good}\n")),
        ("the word Bearer", format!("Bearer {good}")),
        ("header no JSON", format!("{}.{claims}.{signature}", encoded("RS256"))),
        ("claims no object", signed(usual, "[]")),
        ("claims of another token", format!("{header}.{}.{signature}", encoded(&twice))),
        ("a claim twice", signed(usual, &twice)),
        ("a header field twice", signed(r#"{"alg":"RS256","kid":"rsa","alg":"RS256"}"#, &world.claims().to_string())),
        ("more behind the claims", signed(usual, &format!("{} {{}}", world.claims()))),
        ("not ASCII", format!("{header}.{claims}.\u{feff}{signature}")),
    ];
    for (case, text) in cases {
        let refused = world.verify(&text).await.expect_err(case).to_string();
        assert_harmless(&refused, &text, case);
    }
    // Any one character of the signed part or of the signature that is another.
    for at in (0..good.len()).step_by(7).filter(|at| good.as_bytes()[*at] != b'.') {
        let other = if good.as_bytes()[at] == b'A' { "B" } else { "A" };
        let altered = format!("{}{other}{}", &good[..at], &good[at + 1..]);
        assert!(world.verify(&altered).await.is_err(), "character {at}");
    }
    assert!(world.verify(&good).await.is_ok(), "and the good one still is");
}
