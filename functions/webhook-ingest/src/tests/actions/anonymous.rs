use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use super::*;
use crate::Secret;

type Headers<'a> = &'a [(&'a str, &'a str)];

#[tokio::test]
async fn who_has_neither_token_nor_key() {
    let set = Set::new().await;
    let free = Set::with(|settings| settings.unauthenticated_ok = true).await;
    let ask = async |world: &World, headers: Headers<'_>| {
        let mut request = Request::post(NOTIFY);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        world.ask(request.body(Body::from(report().to_string())).unwrap()).await
    };
    let keyed = |set: &Set| {
        World::with(|deps| (deps.actions, deps.api_key) = (Some(set.actions.clone()), Secret::new("k-123")))
    };
    let local = World::with(|deps| (deps.actions, deps.unsigned_ok) = (Some(set.actions.clone()), true));
    let good = format!("Bearer {}", set.token(&json!({})));
    let good = good.as_str();
    let refused: [(&str, &World, Headers<'_>, u16, &str); 13] = [
        ("nothing", &set.world(), &[], 401, "no-token"),
        ("nothing, from this machine, behind a public address", &local, &[], 401, "no-token"),
        ("nothing, where a key is set, too", &keyed(&set), &[], 401, "no-token"),
        ("a key where none is set", &set.world(), &[("x-api-key", "k-123")], 401, "no-token"),
        ("a wrong key", &keyed(&set), &[("x-api-key", "k-124")], 401, "bad-api-key"),
        (
            "a bad token beside a good key",
            &keyed(&set),
            &[("authorization", "Bearer a.b.c"), ("x-api-key", "k-123")],
            401,
            "bad-token",
        ),
        ("a password", &set.world(), &[("authorization", "Basic YTpi")], 401, "bad-token"),
        ("a token twice", &set.world(), &[("authorization", good), ("authorization", good)], 401, "bad-token"),
        (
            "a bad token where nothing is asked for",
            &free.world(),
            &[("authorization", "Bearer a.b.c")],
            401,
            "bad-token",
        ),
        (
            "a web page where nothing is asked for",
            &free.world(),
            &[("origin", "https://evil.example")],
            403,
            "foreign-page",
        ),
        ("a wrong key where nothing is asked for", &keyed(&free), &[("x-api-key", "k-124")], 401, "bad-api-key"),
        (
            "a token where none are looked at",
            &World::with(|deps| deps.api_key = Secret::new("k")),
            &[("authorization", good)],
            401,
            "bad-api-key",
        ),
        (
            "a web page where there is nothing",
            &World::new(),
            &[("origin", "https://evil.example")],
            403,
            "foreign-page",
        ),
    ];
    for (case, world, headers, status, slug) in refused {
        ask(world, headers).await.assert_problem(status, slug, case);
        assert_eq!(world.accepted(), 0, "{case}");
    }
    let taken: [(&str, &World, Headers<'_>); 6] = [
        ("a token", &set.world(), &[("authorization", good)]),
        ("a token, the scheme in small letters", &set.world(), &[("authorization", &good.replace("Bearer", "bearer"))]),
        ("the key", &keyed(&set), &[("x-api-key", "k-123")]),
        ("nothing, where that is said to be enough", &free.world(), &[]),
        ("nothing, where nothing is set", &World::new(), &[]),
        ("a token that nobody looks at", &World::new(), &[("authorization", good)]),
    ];
    for (case, world, headers) in taken {
        let answer = ask(world, headers).await;
        assert_eq!((answer.status.as_u16(), world.accepted()), (202, 1), "{case}: {}", answer.text);
    }
    assert!(ask(&set.world(), &[]).await.text.contains(URL), "says what the token must be made for");
}
