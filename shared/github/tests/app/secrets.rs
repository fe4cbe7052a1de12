//! How an App is set, and that it does not print.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use github::{App, Clock, Credentials, Error, Given};

use super::key::OURS;

fn clock() -> Clock {
    Arc::new(|| 0)
}

fn read(token: &str, id: &str, key: &str) -> Result<Credentials, Error> {
    let set = |text: &str| (text != "-").then(|| text.to_owned());
    Credentials::read(&Given { token: set(token), app_id: set(id), private_key: set(key) }, &clock())
}

#[test]
fn a_key_is_taken_in_each_form_that_people_have_it() {
    let pem = &OURS.private_pem;
    let forms = [
        pem.clone(),
        format!("\n  {pem}\n"),
        pem.replace('\n', "\\n"),
        format!("\"{}\"", pem.replace('\n', "\\n")),
        pem.replace('\n', "\r\n"),
        STANDARD.encode(pem),
        STANDARD.encode(pem).as_bytes().chunks(76).map(|c| String::from_utf8_lossy(c) + "\n").collect(),
    ];
    for form in forms {
        let read = read("-", "77", &form);
        assert!(matches!(&read, Ok(Credentials::App(app)) if app.id() == "77"), "{form}: {read:?}");
    }
    assert!(App::new("Iv23liABCdef", pem, clock()).is_ok(), "a client id does too");
}

#[test]
fn what_is_no_key_is_said_so_without_showing_it() {
    let pem = &OURS.private_pem;
    let halved = pem.split_at(pem.len() / 2).0.to_owned();
    let public = "-----BEGIN PUBLIC KEY-----\nc2VjcmV0\n-----END PUBLIC KEY-----\n".to_owned();
    let long = format!("-----BEGIN {}", "secret".repeat(20_000));
    let nonsense = "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----".to_owned();
    for key in ["secret".to_owned(), STANDARD.encode("secret"), "é".to_owned(), halved, public, long, nonsense] {
        let error = read("-", "77", &key).unwrap_err().to_string();
        assert!(
            error.contains("GITHUB_APP_PRIVATE_KEY") && !error.contains("secret") && !error.contains("c2Vj"),
            "{error}"
        );
    }
    for id in ["7 7", "77/../1", "é", &"7".repeat(101), "7\n7"] {
        assert!(read("-", id, pem).unwrap_err().to_string().contains("GITHUB_APP_ID"), "{id}");
    }
}

#[test]
fn half_an_app_is_an_error_that_names_the_other_half() {
    let pem = &OURS.private_pem;
    let cases = [
        ("-", "-", "-", "none"),
        ("", " ", "", "none"),
        ("t", "-", "-", "token"),
        ("t", "77", pem, "app"),
        ("-", "77", pem, "app"),
        ("t", "77", "-", "GITHUB_APP_PRIVATE_KEY is not"),
        ("-", "77", " ", "GITHUB_APP_PRIVATE_KEY is not"),
        ("-", "-", pem, "GITHUB_APP_ID is not"),
    ];
    for (token, id, key, expected) in cases {
        let found = match read(token, id, key) {
            Ok(Credentials::None) => "none".to_owned(),
            Ok(Credentials::Token(_)) => "token".to_owned(),
            Ok(Credentials::App(_)) => "app".to_owned(),
            Err(error) => error.to_string(),
        };
        assert!(found.contains(expected), "{token} {id}: {found}");
    }
}

#[test]
fn nothing_of_it_prints() {
    let given =
        Given { token: Some("hush".into()), app_id: Some("77".into()), private_key: Some(OURS.private_pem.clone()) };
    let read = Credentials::read(&given, &clock()).unwrap();
    let printed = format!("{given:?} {read:?} {read:#?}");
    assert!(!printed.contains("hush") && !printed.contains(&OURS.private_pem[40..60]), "{printed}");
}
