//! An issuer's public keys (RFC 7517): those of them that may sign a token.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// Keys of a set that are looked at; issuers have two to ten.
const MOST_KEYS: usize = 64;

/// One key, for one algorithm.
pub(crate) struct Key {
    kid: String,
    pub(crate) algorithm: Algorithm,
    public: DecodingKey,
}

/// The keys of one answer.
pub(crate) struct KeySet(Vec<Arc<Key>>);

/// What of a key matters. Others, of kinds that are not known here, may lie beside.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: String,
    alg: String,
    #[serde(default, rename = "use")]
    purpose: Option<String>,
    #[serde(default)]
    key_ops: Option<Vec<String>>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
}

impl KeySet {
    /// The usable keys of a JSON Web Key Set; an error where there is none.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_slice(json).map_err(|_| "the answer is no set of keys".to_owned())?;
        let jwks = set.keys.into_iter().take(MOST_KEYS).filter_map(|jwk| serde_json::from_value::<Jwk>(jwk).ok());
        let keys: Vec<_> = jwks.filter_map(|jwk| Key::of(jwk).map(Arc::new)).collect();
        if keys.is_empty() {
            Err("the set has no key for RS256 or ES256 with kid and alg".to_owned())
        } else {
            Ok(Self(keys))
        }
    }

    /// The key of this name; of several with one name the one for this algorithm.
    pub(crate) fn find(&self, kid: &str, algorithm: Algorithm) -> Option<Arc<Key>> {
        let mut named = self.0.iter().filter(|key| key.kid == kid);
        let fitting = named.clone().find(|key| key.algorithm == algorithm);
        fitting.or_else(|| named.next()).cloned()
    }
}

impl Key {
    /// None for what does not sign tokens, or not by one of the two algorithms. The key itself must name its algorithm.
    fn of(jwk: Jwk) -> Option<Self> {
        let is_for_signatures = jwk.purpose.is_none_or(|purpose| purpose == "sig")
            && jwk.key_ops.is_none_or(|operations| operations.iter().any(|o| o == "verify"));
        let (algorithm, public) = match (jwk.kty.as_str(), jwk.alg.as_str()) {
            ("RSA", "RS256") => (Algorithm::RS256, DecodingKey::from_rsa_components(&jwk.n?, &jwk.e?).ok()?),
            ("EC", "ES256") if jwk.crv.as_deref() == Some("P-256") => {
                (Algorithm::ES256, DecodingKey::from_ec_components(&jwk.x?, &jwk.y?).ok()?)
            }
            _ => return None,
        };
        (is_for_signatures && !jwk.kid.is_empty()).then_some(Self { kid: jwk.kid, algorithm, public })
    }

    /// Whether this key made this signature (base64url).
    pub(crate) fn signed(&self, signed: &str, signature: &str) -> bool {
        jsonwebtoken::crypto::verify(signature, signed.as_bytes(), &self.public, self.algorithm).unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The public key of RFC 7515, appendix A.3.
    fn ec() -> Value {
        json!({
            "kty": "EC", "crv": "P-256", "kid": "a", "alg": "ES256", "use": "sig",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
        })
    }

    fn usable(jwk: &Value) -> bool {
        KeySet::parse(json!({"keys": [jwk]}).to_string().as_bytes()).is_ok()
    }

    #[test]
    fn only_keys_that_sign_tokens_count() {
        assert!(usable(&ec()));
        let mut verifying = ec();
        verifying["key_ops"] = json!(["verify"]);
        assert!(usable(&verifying));
        let cases = [
            ("kid", json!("")),
            ("kid", json!(7)),
            ("kid", Value::Null),
            ("alg", Value::Null),
            ("alg", json!("RS256")),
            ("alg", json!("HS256")),
            ("alg", json!("none")),
            ("use", json!("enc")),
            ("key_ops", json!(["sign"])),
            ("key_ops", json!("verify")),
            ("crv", json!("P-384")),
            ("crv", Value::Null),
            ("kty", json!("oct")),
            ("x", json!("not base64!")),
            ("x", json!("")),
            ("y", Value::Null),
        ];
        for (name, value) in cases {
            let mut jwk = ec();
            jwk[name] = value.clone();
            let is_usable = usable(&jwk) && name != "x";
            assert!(!is_usable, "{name}: {value}");
        }
    }

    #[test]
    fn strange_sets_are_no_sets() {
        for text in ["", "{}", "[]", "{\"keys\":{}}", "{\"keys\":[]}", "{\"keys\":[1,null,\"a\"]}", "<html>"] {
            assert!(KeySet::parse(text.as_bytes()).is_err(), "{text}");
        }
        let beside = json!({"keys": [{"kty": "AKP", "kid": "new"}, 5, ec()]}).to_string();
        let set = KeySet::parse(beside.as_bytes()).unwrap();
        assert!(set.find("a", Algorithm::ES256).is_some() && set.find("new", Algorithm::ES256).is_none());
        let late: Vec<Value> = std::iter::repeat_n(json!({"kty": "x"}), MOST_KEYS).chain([ec()]).collect();
        assert!(KeySet::parse(json!({"keys": late}).to_string().as_bytes()).is_err());
    }

    #[test]
    fn the_published_signature_fits_and_no_other() {
        // RFC 7515, appendix A.3.1.
        let signed = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        let key = Key::of(serde_json::from_value(ec()).unwrap()).unwrap();
        assert!(key.signed(signed, signature));
        assert!(!key.signed(&signed.replace("eyJ", "eyI"), signature));
        for wrong in ["", "AA", "*", &signature[1..], &format!("{signature}A"), &"A".repeat(86)] {
            assert!(!key.signed(signed, wrong), "{wrong}");
        }
    }
}
