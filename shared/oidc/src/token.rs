//! A token's three parts (RFC 7515), read without believing anything.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use crate::claims::object;
use crate::{Refused, quoted};

/// Longest token that is read, in bytes; GitHub's have about 1,500.
pub const MOST_TOKEN_BYTES: usize = 16 << 10;
/// Longest name of a key, in bytes.
const MOST_KID_BYTES: usize = 256;

/// The token in the value of an `Authorization` header (RFC 6750): `Bearer`, in any case, one space, the token.
///
/// # Errors
/// [`Refused::Token`] for another scheme or none.
pub fn bearer(authorization: Option<&str>) -> Result<&str, Refused> {
    let missing = || Refused::token("there is no token: send the header Authorization: Bearer <token>");
    let (scheme, token) = authorization.and_then(|value| value.split_once(' ')).ok_or_else(missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(missing());
    }
    Ok(token)
}

/// A token that has the form of one.
pub(crate) struct Token<'t> {
    /// How it says that it is signed.
    pub(crate) algorithm: Algorithm,
    /// Which key it says that it is signed with.
    pub(crate) kid: String,
    /// What it says.
    pub(crate) claims: Map<String, Value>,
    /// The bytes that are signed.
    pub(crate) signed: &'t str,
    /// The signature, still in base64url.
    pub(crate) signature: &'t str,
}

impl<'t> Token<'t> {
    pub(crate) fn parse(text: &'t str) -> Result<Self, Refused> {
        if text.len() > MOST_TOKEN_BYTES {
            return Err(Refused::token(format!("the token has more than {MOST_TOKEN_BYTES} bytes")));
        }
        let parts: Vec<&str> = text.split('.').collect();
        let [header, claims, signature] = parts[..] else {
            return Err(Refused::token("the token is not three parts with dots between: is it cut, or no JWT?"));
        };
        if header.is_empty() || claims.is_empty() || signature.is_empty() {
            return Err(Refused::token("a part of the token is empty: a token without a signature is not accepted"));
        }
        let signed = &text[..header.len() + 1 + claims.len()];
        let (header, claims) = (decoded(header, "header")?, decoded(claims, "claims")?);
        decoded(signature, "signature")?;
        let header = object(&header, "header")?;
        let (algorithm, kid) = (algorithm(&header)?, kid(&header)?);
        Ok(Self { algorithm, kid, claims: object(&claims, "claims")?, signed, signature })
    }
}

fn decoded(part: &str, what: &str) -> Result<Vec<u8>, Refused> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused::token(format!("the token's {what} is not base64url")))
}

/// What is left of the header is not looked at: a key in it, or the address of one, is the sender's word.
fn algorithm(header: &Map<String, Value>) -> Result<Algorithm, Refused> {
    for name in ["crit", "b64"] {
        if header.contains_key(name) {
            return Err(Refused::token(format!("the token's header has {name}, which is not understood here")));
        }
    }
    match header.get("typ") {
        None => {}
        Some(Value::String(typ)) if typ.eq_ignore_ascii_case("jwt") => {}
        Some(_) => return Err(Refused::token("the token's header says that it is another kind of token (typ)")),
    }
    match header.get("alg").and_then(Value::as_str) {
        Some("RS256") => Ok(Algorithm::RS256),
        Some("ES256") => Ok(Algorithm::ES256),
        Some(other) => Err(Refused::token(format!("expected alg RS256 or ES256, got {}", quoted(other)))),
        None => Err(Refused::token("the token's header does not say how it is signed (alg)")),
    }
}

fn kid(header: &Map<String, Value>) -> Result<String, Refused> {
    match header.get("kid").and_then(Value::as_str) {
        Some(kid) if (1..=MOST_KID_BYTES).contains(&kid.len()) => Ok(kid.to_owned()),
        _ => Err(Refused::token("the token's header does not say which key it is signed with (kid)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_is_one_word_after_the_scheme() {
        for good in ["Bearer a.b.c", "bearer a.b.c", "BEARER a.b.c"] {
            assert_eq!(bearer(Some(good)), Ok("a.b.c"), "{good}");
        }
        for bad in [None, Some(""), Some("Bearer"), Some("Bearer "), Some("Basic a.b.c"), Some("a.b.c")] {
            assert!(bearer(bad).is_err(), "{bad:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in ".{0,200}", header in "\\{.{0,60}\\}", claims in ".{0,60}") {
            let _ = Token::parse(&text);
            let encode = |part: &str| URL_SAFE_NO_PAD.encode(part);
            let _ = Token::parse(&format!("{}.{}.{}", encode(&header), encode(&claims), "AAAA"));
        }
    }
}
