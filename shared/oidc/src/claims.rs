//! What every token must say (RFC 7519, section 4.1), held against the settings and the time.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::{Refused, Settings, quoted};

/// Longest that a token may be good for, in seconds; GitHub's and Google's are for an hour at most.
const MOST_LIFETIME: i64 = 86_400;

/// The registered claims, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registered {
    pub(crate) issuer: String,
    pub(crate) expires_at: i64,
}

/// A JSON object that says nothing twice: two readers of a repeated key may each see another value.
pub(crate) fn object(json: &[u8], what: &str) -> Result<Map<String, Value>, Refused> {
    let wrong = |e: serde_json::Error| {
        let why = e.to_string();
        let repeated = why.strip_prefix(REPEATED).map(|_| "says something twice");
        Refused::token(format!("the token's {what} {}", repeated.unwrap_or("is not a JSON object")))
    };
    serde_json::from_slice::<Unique>(json).map(|unique| unique.0).map_err(wrong)
}

const REPEATED: &str = "a repeated key";

struct Unique(Map<String, Value>);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OfUnique)
    }
}

struct OfUnique;

impl<'de> Visitor<'de> for OfUnique {
    type Value = Unique;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Unique, A::Error> {
        let mut map = Map::new();
        while let Some((key, value)) = entries.next_entry::<String, Value>()? {
            if map.insert(key, value).is_some() {
                return Err(serde::de::Error::custom(REPEATED));
            }
        }
        Ok(Unique(map))
    }
}

/// Whether a token is of our issuer, for us, and good at this time.
pub(crate) fn check(claims: &Map<String, Value>, settings: &Settings, now_ms: i64) -> Result<Registered, Refused> {
    let issuer = issuer(claims, settings)?;
    audience(claims, settings)?;
    let expires_at = times(claims, settings.leeway_seconds, now_ms.div_euclid(1000))?;
    Ok(Registered { issuer, expires_at })
}

fn issuer(claims: &Map<String, Value>, settings: &Settings) -> Result<String, Refused> {
    let expected = quoted(settings.issuers.first().map(String::as_str).unwrap_or_default());
    match claims.get("iss") {
        Some(Value::String(issuer)) if settings.issuers.contains(issuer) => Ok(issuer.clone()),
        Some(Value::String(other)) => Err(Refused::token(format!("expected issuer {expected}, got {}", quoted(other)))),
        _ => Err(Refused::token(format!("expected issuer {expected}, the token names none"))),
    }
}

/// A token for others, too, could have been sent to us by one of them.
fn audience(claims: &Map<String, Value>, settings: &Settings) -> Result<(), Refused> {
    let expected = quoted(settings.audiences.first().map(String::as_str).unwrap_or_default());
    let wrong = |got: &str| Err(Refused::token(format!("expected audience {expected}, got {got}")));
    let said = match claims.get("aud") {
        Some(Value::String(audience)) => audience,
        Some(Value::Array(several)) => match several.as_slice() {
            [Value::String(audience)] => audience,
            [_, _, ..] => return wrong("several: a token for others, too, is not accepted"),
            _ => return wrong("none"),
        },
        _ => return wrong("none"),
    };
    if settings.audiences.contains(said) { Ok(()) } else { wrong(&quoted(said)) }
}

/// Answers until when it is good, in seconds since the Unix epoch.
fn times(claims: &Map<String, Value>, leeway: i64, now: i64) -> Result<i64, Refused> {
    let seconds = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => match value.as_i64() {
            Some(seconds) => Ok(Some(seconds)),
            None => Err(Refused::token(format!("{name} is not a time in whole seconds"))),
        },
    };
    let needed = |name: &str| seconds(name)?.ok_or_else(|| Refused::token(format!("the token does not say {name}")));
    let (expires, issued, not_before) = (needed("exp")?, needed("iat")?, seconds("nbf")?);
    if expires.saturating_add(leeway) <= now {
        let ago = now.saturating_sub(expires);
        return Err(Refused::token(format!("the token expired {ago} s ago: ask for one right before it is sent")));
    }
    if issued.saturating_sub(leeway) > now || not_before.is_some_and(|from| from.saturating_sub(leeway) > now) {
        return Err(Refused::token("the token is from the future: do both clocks say the same?"));
    }
    if !(1..=MOST_LIFETIME).contains(&expires.saturating_sub(issued)) {
        return Err(Refused::token("the token is good for longer than a day, or for no time at all (exp, iat)"));
    }
    Ok(expires)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_says_nothing_twice() {
        assert!(object(br#"{"iss":"a","aud":{"iss":"b"}}"#, "claims").is_ok());
        let bad = [
            r#"{"iss":"a","iss":"a"}"#,
            r#"{"iss":"a","\u0069ss":"b"}"#,
            r#"{"iss":"a"} {}"#,
            r#"{"iss":"a""#,
            r#"["iss","a"]"#,
            "null",
            "",
            "\u{feff}{}",
        ];
        for text in bad {
            assert!(object(text.as_bytes(), "claims").is_err(), "{text}");
        }
        assert!(object(b"{\"iss\":\"\xff\"}", "claims").is_err(), "not UTF-8");
        assert!(object("[".repeat(10_000).as_bytes(), "claims").is_err(), "deep");
        let deep = format!("{{\"a\":{}", "[".repeat(10_000));
        assert!(object(deep.as_bytes(), "claims").is_err(), "deep inside");
    }

    #[test]
    fn edges_of_time() {
        let good = |exp: i64, iat: i64, nbf: i64, now: i64| {
            let claims = serde_json::json!({"exp": exp, "iat": iat, "nbf": nbf});
            times(claims.as_object().unwrap(), 60, now).is_ok()
        };
        let cases = [
            ("in its time", 2000, 1000, 1000, 1500, true),
            ("the leeway's last second", 2000, 1000, 1000, 2059, true),
            ("right after", 2000, 1000, 1000, 2060, false),
            ("issued ahead of us", 2000, 1060, 1000, 1000, true),
            ("issued too far ahead", 2000, 1061, 1000, 1000, false),
            ("begins ahead of us", 2000, 1000, 1060, 1000, true),
            ("begins too far ahead", 2000, 1000, 1061, 1000, false),
            ("a whole day", 87_400, 1000, 1000, 1500, true),
            ("a second more", 87_401, 1000, 1000, 1500, false),
            ("ends before it begins", 1500, 1501, 1000, 1500, false),
            ("the end of time", i64::MAX, i64::MIN, i64::MIN, 1500, false),
            ("the beginning of time", i64::MIN, i64::MAX, i64::MAX, i64::MIN, false),
        ];
        for (case, exp, iat, nbf, now, is_good) in cases {
            assert_eq!(good(exp, iat, nbf, now), is_good, "{case}");
        }
    }
}
