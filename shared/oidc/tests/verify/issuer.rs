//! When the issuer is asked for its keys, and what happens while it does not answer.

use std::time::Duration;

use futures::future::join_all;
use issuer_stand_in::{Answer, How, Issuer, Signer, jws};
use oidc::{KeySource, Refused, Settings, Verifier};
use serde_json::json;

use crate::world::*;

const HOUR: i64 = 3600;

fn by(signer: &Signer, kid: &str, world: &World, now: i64) -> String {
    let claims = world.claims_with(&json!({"iat": now, "nbf": now, "exp": now + 300}));
    jws(&json!({"alg": "RS256", "kid": kid}).to_string(), &claims.to_string(), signer, How::Rs256)
}

#[tokio::test]
async fn fifty_first_requests_ask_once() {
    let world = World::new().await;
    let token = world.token();
    let all = join_all((0..50).map(|_| world.verify(&token))).await;
    assert_eq!(all.iter().filter(|one| one.is_ok()).count(), 50, "{:?}", all.iter().find(|one| one.is_err()));
    assert_eq!(world.issuer.asked(), 1);
}

#[tokio::test]
async fn fifty_first_requests_to_nobody_ask_once_and_are_told_to_come_again() {
    let world = World::new().await;
    world.issuer.answer(Answer::Status(503));
    let token = world.token();
    let all = join_all((0..50).map(|_| world.verify(&token))).await;
    assert!(all.iter().all(|one| matches!(one, Err(Refused::Unreachable(why)) if why.contains("503"))), "{all:?}");
    assert_eq!(world.issuer.asked(), 1);
    world.issuer.answer(Answer::Keys(vec![world.issuer.rsa.jwk()]));
    assert!(matches!(world.at(&token, NOW + 9).await, Err(Refused::Unreachable(_))), "not asked again so soon");
    assert!(world.at(&token, NOW + 10).await.is_ok());
    assert_eq!(world.issuer.asked(), 2);
}

#[tokio::test]
async fn a_token_that_cannot_be_good_asks_nobody() {
    let world = World::new().await;
    for patch in [json!({"aud": "https://other.example"}), json!({"iss": "x"}), json!({"exp": 1})] {
        let token = world.issuer.token(&world.claims_with(&patch));
        assert!(world.verify(&token).await.is_err());
    }
    assert_eq!(world.issuer.asked(), 0);
}

#[tokio::test]
async fn a_new_key_is_found_and_an_old_one_forgotten() {
    let world = World::new().await;
    assert!(world.verify(&world.token()).await.is_ok());
    let next = Signer::rsa("next");
    world.issuer.answer(Answer::Keys(vec![next.jwk()]));
    let early = world.at(&by(&next, "next", &world, NOW), NOW + 5).await;
    assert!(matches!(early, Err(Refused::Token(_))), "the issuer was asked 5 s ago: {early:?}");
    assert!(world.at(&by(&next, "next", &world, NOW), NOW + 10).await.is_ok());
    assert_eq!(world.issuer.asked(), 2);
    let withdrawn = world.at(&world.token(), NOW + 11).await.unwrap_err().to_string();
    assert!(withdrawn.contains("no key \"rsa\""), "{withdrawn}");
}

#[tokio::test]
async fn a_key_that_was_withdrawn_is_forgotten_within_an_hour() {
    let world = World::new().await;
    assert!(world.verify(&world.token()).await.is_ok());
    world.issuer.answer(Answer::Keys(vec![world.issuer.ec.jwk()]));
    let just_before = NOW + HOUR - 1;
    assert!(world.at(&world.token_at(just_before), just_before).await.is_ok());
    assert!(world.at(&world.token_at(NOW + HOUR), NOW + HOUR).await.is_err());
}

#[tokio::test]
async fn made_up_names_of_keys_do_not_make_us_ask() {
    let world = World::new().await;
    for number in 0..300 {
        let token = by(&world.issuer.rsa, &format!("made-up-{number}"), &world, NOW);
        assert!(world.verify(&token).await.is_err());
    }
    assert_eq!(world.issuer.asked(), 1);
    assert!(world.verify(&world.token()).await.is_ok(), "and who has a real one is not kept from it");
}

#[tokio::test]
async fn what_is_known_stays_good_while_the_issuer_is_away() {
    let world = World::new().await;
    assert!(world.verify(&world.token()).await.is_ok());
    world.issuer.answer(Answer::Status(500));
    for hours in [1, 2, 23] {
        let now = NOW + hours * HOUR;
        let both = join_all([world.at(&world.token_at(now), now), world.at(&world.token_at(now), now)]).await;
        assert!(both.iter().all(Result::is_ok), "{hours} h: {both:?}");
    }
    assert_eq!(world.issuer.asked(), 4, "once for each");
    let now = NOW + 24 * HOUR;
    assert!(matches!(world.at(&world.token_at(now), now).await, Err(Refused::Unreachable(_))), "but not for ever");
    world.issuer.answer(Answer::Keys(vec![world.issuer.rsa.jwk()]));
    assert!(world.at(&world.token_at(now), now + 10).await.is_ok());
}

#[tokio::test]
async fn one_waits_for_a_slow_issuer_and_nobody_else_does() {
    let world = World::new().await;
    assert!(world.verify(&world.token()).await.is_ok());
    world.issuer.answer(Answer::Late(Duration::from_millis(300)));
    let now = NOW + HOUR;
    let token = world.token_at(now);
    let first = async { (world.at(&token, now).await.is_ok(), world.issuer.asked()) };
    let second = async {
        tokio::task::yield_now().await;
        world.at(&token, now).await.is_ok()
    };
    tokio::pin!(first);
    let second = tokio::select! {
        biased;
        _ = &mut first => panic!("the issuer answers late"),
        second = second => second,
    };
    assert!(second, "whose key is known does not wait");
    assert_eq!(first.await, (true, 2));
}

#[tokio::test]
async fn answers_that_are_not_taken() {
    let elsewhere = Issuer::start().await.unwrap();
    let rsa = |issuer: &Issuer| issuer.rsa.jwk().to_string();
    type Says<'a> = Box<dyn Fn(&Issuer) -> Answer + 'a>;
    let cases: Vec<(&str, Says<'_>, &str)> = vec![
        (
            "huge",
            Box::new(|i| Answer::Text(format!("{{\"keys\":[{}],\"x\":\"{}\"}}", rsa(i), "x".repeat(300_000)))),
            "more than",
        ),
        ("a redirect", Box::new(|_| Answer::Redirect(elsewhere.url().to_owned())), "redirect"),
        ("slow", Box::new(|_| Answer::Late(Duration::from_secs(60))), "no answer within"),
        ("a web page", Box::new(|_| Answer::Text("<html>hello</html>".to_owned())), "no set of keys"),
        ("no keys", Box::new(|_| Answer::Keys(Vec::new())), "no key for"),
        (
            "a secret as a key",
            Box::new(|_| Answer::Keys(vec![json!({"kty": "oct", "alg": "HS256", "kid": "rsa", "k": "AAAA"})])),
            "no key for",
        ),
        (
            "a key for encryption",
            Box::new(|i| Answer::Text(format!("{{\"keys\":[{}]}}", rsa(i).replace("\"sig\"", "\"enc\"")))),
            "no key for",
        ),
        (
            "a key that names no algorithm",
            Box::new(|i| Answer::Text(format!("{{\"keys\":[{}]}}", rsa(i).replace("\"alg\":\"RS256\",", "")))),
            "no key for",
        ),
        ("gone", Box::new(|_| Answer::Status(404)), "404"),
    ];
    for (case, answer, says) in cases {
        let world = World::with(|settings| settings.timeout = Duration::from_millis(500)).await;
        world.issuer.answer(answer(&world.issuer));
        let refused = world.verify(&world.token()).await.expect_err(case);
        assert!(matches!(&refused, Refused::Unreachable(why) if why.contains(says)), "{case}: {refused}");
        world.issuer.answer(Answer::Keys(vec![world.issuer.rsa.jwk()]));
        assert!(world.at(&world.token(), NOW + 10).await.is_ok(), "{case}: and well again");
    }
    assert_eq!(elsewhere.asked(), 0, "nobody follows");
}

#[tokio::test]
async fn nobody_listens() {
    let mut settings = Settings::github_actions(AUDIENCE);
    let issuer = Issuer::start().await.unwrap();
    let token = issuer.token(&issuer_stand_in::actions_claims(issuer.url(), AUDIENCE, NOW));
    settings.issuers = vec![issuer.url().to_owned()];
    settings.keys = KeySource::At("http://127.0.0.1:1/jwks".to_owned());
    let verifier = Verifier::open(settings).unwrap();
    let refused = verifier.verify::<serde_json::Value>(&token, NOW * 1000).await.unwrap_err();
    assert!(matches!(&refused, Refused::Unreachable(why) if why.contains("no answer from")), "{refused}");
}
