use issuer_stand_in::{How, Signer, actions_claims, jws};
use serde_json::{Value, json};

use super::*;

const BAD: (u16, &str) = (401, "bad-token");
const FOREIGN: (u16, &str) = (403, "token-not-for-this");
const UNFIT: (u16, &str) = (422, "invalid-content");

/// Patches of the claims and of the body, and how it is refused.
type Wrong = (&'static str, Value, Value, (u16, &'static str));

fn of_token(issuer: &str) -> Vec<Wrong> {
    let no = || json!({});
    let wrong = |case, claims| (case, claims, json!({}), BAD);
    vec![
        wrong("another audience", json!({"aud": "https://other.example"})),
        wrong("another port", json!({"aud": format!("{URL}:8443")})),
        wrong("our address with a path", json!({"aud": format!("{URL}/api")})),
        wrong("ours and another", json!({"aud": [URL, "https://other.example"]})),
        wrong("an empty list", json!({"aud": []})),
        wrong("GitHub's default audience", json!({"aud": "https://github.com/acme"})),
        wrong("audience with a look-alike", json!({"aud": URL.replace('o', "\u{43e}")})),
        wrong("audience in capitals", json!({"aud": URL.to_uppercase()})),
        wrong("no audience", json!({"aud": GONE})),
        wrong("audience null", json!({"aud": null})),
        wrong("another issuer", json!({"iss": "https://token.actions.githubusercontent.com"})),
        wrong("issuer with a slash", json!({"iss": format!("{issuer}/")})),
        wrong("issuer in capitals", json!({"iss": issuer.to_uppercase()})),
        wrong("no issuer", json!({"iss": GONE})),
        wrong("expired", json!({"exp": NOW - 60})),
        wrong("not yet valid", json!({"nbf": NOW + 61})),
        wrong("issued in the future", json!({"iat": NOW + 61})),
        wrong("good for a year", json!({"exp": NOW + 31_536_000})),
        wrong("exp a text", json!({"exp": "1700000300"})),
        wrong("no exp", json!({"exp": GONE})),
        wrong("no iat", json!({"iat": GONE})),
        wrong("no jti", json!({"jti": GONE})),
        wrong("jti a number", json!({"jti": 5})),
        wrong("no repository", json!({"repository": GONE})),
        wrong("repository a list", json!({"repository": ["acme/Api"]})),
        wrong("no repository_id", json!({"repository_id": GONE})),
        wrong("repository_id a number", json!({"repository_id": 74})),
        wrong("no repository_owner", json!({"repository_owner": GONE})),
        wrong("no ref", json!({"ref": GONE})),
        wrong("no sha", json!({"sha": GONE})),
        wrong("no event_name", json!({"event_name": GONE})),
        wrong("no run_id", json!({"run_id": GONE})),
        wrong("no job_workflow_ref", json!({"job_workflow_ref": GONE})),
        ("nothing but what every token says", json!({"repository": GONE, "ref": GONE, "sha": GONE}), no(), BAD),
    ]
}

fn of_report() -> Vec<Wrong> {
    let no = || json!({});
    let other = "1234567890123456789012345678901234567890";
    let workflow = |file: &str| json!({"job_workflow_ref": file});
    let notify = "acme/downstream/.github/workflows/notify.yml";
    vec![
        ("another repository", json!({"repository": "acme/shop"}), no(), FOREIGN),
        ("a body about another", no(), json!({"source_repo": "acme/shop"}), FOREIGN),
        ("another owner", json!({"repository": "evil/Api", "repository_owner": "evil"}), no(), FOREIGN),
        ("an owner that is not the repository's", json!({"repository_owner": "evil"}), no(), FOREIGN),
        ("a longer name", json!({"repository": "acme/Api2"}), no(), FOREIGN),
        ("a name with more in front", json!({"repository": "evil/acme/Api"}), no(), FOREIGN),
        ("a look-alike in the token", json!({"repository": "\u{430}cme/Api"}), no(), FOREIGN),
        ("a dotless i, that is an I in capitals", json!({"repository": "acme/Ap\u{131}"}), no(), FOREIGN),
        ("a look-alike in the body", no(), json!({"source_repo": "acme/\u{410}pi"}), UNFIT),
        ("a blank behind the name", no(), json!({"source_repo": "acme/Api "}), UNFIT),
        ("the name of a key of JSON", no(), json!({"source_repo": ["acme/Api"]}), UNFIT),
        ("the id of a repository that had the name before", json!({"repository_id": "75"}), no(), FOREIGN),
        ("an id with a zero in front", json!({"repository_id": "074"}), no(), FOREIGN),
        ("another branch in the token", json!({"ref": "refs/heads/feature"}), no(), FOREIGN),
        ("another branch in the body", no(), json!({"branch": "feature"}), FOREIGN),
        ("a branch in capitals", no(), json!({"branch": "Main"}), FOREIGN),
        ("a branch of the same end", no(), json!({"branch": "x/main"}), FOREIGN),
        ("no branch that git allows", no(), json!({"branch": "ma in"}), FOREIGN),
        ("a tag of the same name", json!({"ref": "refs/tags/main"}), no(), FOREIGN),
        ("a tag, and no branch named", json!({"ref": "refs/tags/v1"}), json!({"branch": GONE}), FOREIGN),
        ("a ref in short", json!({"ref": "main"}), no(), FOREIGN),
        ("an empty ref", json!({"ref": ""}), json!({"branch": GONE}), FOREIGN),
        ("a pull request in the body alone", no(), json!({"branch": "refs/pull/7/head"}), FOREIGN),
        ("a pull request that says it is main", pull("7"), no(), FOREIGN),
        ("another pull request", pull("7"), json!({"branch": "refs/pull/8/head"}), FOREIGN),
        ("a pull request without a number", pull("x"), json!({"branch": GONE}), FOREIGN),
        (
            "the head of a pull request",
            json!({"event_name": "pull_request", "ref": "refs/pull/7/head"}),
            json!({"branch": GONE}),
            FOREIGN,
        ),
        ("a push at a pull request's ref", json!({"ref": "refs/pull/7/merge"}), json!({"branch": GONE}), FOREIGN),
        ("a pull request at a branch", json!({"event_name": "pull_request"}), no(), FOREIGN),
        ("pull_request_target", json!({"event_name": "pull_request_target"}), no(), FOREIGN),
        ("a stranger's comment", json!({"event_name": "issue_comment"}), no(), FOREIGN),
        ("another commit in the token", json!({"sha": other}), no(), FOREIGN),
        ("another commit in the body", no(), json!({"commit_sha": other}), FOREIGN),
        ("the commit before", no(), json!({"commit_sha": BEFORE}), FOREIGN),
        ("a sha that is none", json!({"sha": "2222222"}), json!({"commit_sha": GONE}), FOREIGN),
        ("a sha that is a branch", json!({"sha": "main"}), no(), FOREIGN),
        ("another workflow", workflow("acme/Api/.github/workflows/other.yml@refs/heads/main"), no(), FOREIGN),
        (
            "a stranger's workflow",
            workflow("evil/downstream/.github/workflows/notify.yml@refs/heads/main"),
            no(),
            FOREIGN,
        ),
        ("the workflow on another branch", workflow(&format!("{notify}@refs/heads/feature")), no(), FOREIGN),
        (
            "the workflow on a branch like the right ref",
            workflow(&format!("{notify}@refs/heads/x@refs/heads/main")),
            no(),
            FOREIGN,
        ),
        ("the workflow without a ref", workflow(notify), no(), FOREIGN),
        ("no workflow at all", workflow(""), no(), FOREIGN),
    ]
}

#[tokio::test]
async fn what_is_not_accepted_and_its_twin_that_is() {
    let set = Set::with(|settings| {
        settings.workflows = "acme/downstream/.github/workflows/notify.yml@refs/heads/main".to_owned();
        settings.repository_ids = "ACME/api=74".to_owned();
    })
    .await;
    let cases = [of_token(set.issuer.url()), of_report()].concat();
    assert!(cases.len() >= 60, "{}", cases.len());
    for (number, (case, claims, body, (status, slug))) in cases.iter().enumerate() {
        let world = set.world();
        // Refused or not, each token is another one.
        let token = set.token_called(&format!("bad-{number}"), claims);
        let answer = send(&world, &token, &patched(report(), body)).await;
        answer.assert_problem(*status, slug, case);
        assert!(!token.split('.').any(|part| answer.text.contains(part)), "{case}: {}", answer.text);
        assert_eq!(world.accepted(), 0, "{case}");
        let twin = send(&world, &set.token_called(&format!("good-{number}"), &json!({})), &report()).await;
        assert_eq!((twin.status.as_u16(), world.accepted()), (202, 1), "{case}: {}", twin.text);
    }
    assert_eq!(set.issuer.asked(), 1);
}

#[tokio::test]
async fn tokens_that_no_issuer_makes() {
    let set = Set::new().await;
    let (rsa, ec, stranger) = (&set.issuer.rsa, &set.issuer.ec, Signer::rsa("rsa"));
    let claims = actions_claims(set.issuer.url(), URL, NOW).to_string();
    let made = |header: Value, signer: &Signer, how: How| jws(&header.to_string(), &claims, signer, how);
    let good = set.token(&json!({}));
    let unsigned = good.rsplit_once('.').unwrap().0.to_owned();
    let twice = claims.replacen('{', "{\"repository\":\"acme/Api\",", 1);
    let cases = [
        ("alg none", made(json!({"alg": "none", "kid": "rsa"}), rsa, How::As(vec![0]))),
        ("HS256 with the public key", made(json!({"alg": "HS256", "kid": "rsa"}), rsa, How::Hs256(rsa.public_bytes()))),
        ("RS256 over the P-256 key", made(json!({"alg": "RS256", "kid": "ec"}), rsa, How::Rs256)),
        ("ES256 over the RSA key", made(json!({"alg": "ES256", "kid": "rsa"}), ec, How::Es256)),
        ("PS256", made(json!({"alg": "PS256", "kid": "rsa"}), rsa, How::Ps256)),
        ("no kid", made(json!({"alg": "RS256"}), rsa, How::Rs256)),
        ("unknown kid", made(json!({"alg": "RS256", "kid": "new"}), &stranger, How::Rs256)),
        ("a stranger's key", made(json!({"alg": "RS256", "kid": "rsa"}), &stranger, How::Rs256)),
        ("its own jwk", made(json!({"alg": "RS256", "kid": "rsa", "jwk": stranger.jwk()}), &stranger, How::Rs256)),
        (
            "its own jku",
            made(json!({"alg": "RS256", "kid": "rsa", "jku": "https://evil.example"}), &stranger, How::Rs256),
        ),
        ("its own x5c", made(json!({"alg": "RS256", "kid": "rsa", "x5c": ["MIIB"]}), &stranger, How::Rs256)),
        ("crit", made(json!({"alg": "RS256", "kid": "rsa", "crit": ["exp"]}), rsa, How::Rs256)),
        ("a claim twice", jws(r#"{"alg":"RS256","kid":"rsa"}"#, &twice, rsa, How::Rs256)),
        ("signature stripped", format!("{unsigned}.")),
        ("signature and dot stripped", unsigned),
        ("cut", good[..good.len() - 5].to_owned()),
        ("four parts", format!("{good}.AAAA")),
        ("empty", String::new()),
        ("huge", "A".repeat(60_000)),
        ("no base64", good.replace('.', ".*")),
    ];
    for (case, token) in cases {
        let world = set.world();
        send(&world, &token, &report()).await.assert_problem(401, "bad-token", case);
        assert_eq!(world.accepted(), 0, "{case}");
    }
    let by_ec = made(json!({"alg": "ES256", "kid": "ec"}), ec, How::Es256);
    for good in [by_ec, good] {
        assert_eq!(send(&set.world(), &good, &report()).await.status, 202);
    }
}
