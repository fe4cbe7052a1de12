//! Whether a text comes from somebody who knows the secret.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::deps::Secret;

/// A secret, made ready once for all requests.
#[derive(Clone)]
pub(crate) struct SigningKey(Hmac<Sha256>);

impl SigningKey {
    pub(crate) fn new(secret: &Secret) -> Option<Self> {
        // HMAC takes keys of any length; the error cannot happen.
        Hmac::new_from_slice(secret.bytes()).ok().map(Self)
    }

    /// Whether `header` is `sha256=` and the HMAC of `body` in hexadecimal.
    ///
    /// Takes the same time for a missing, a malformed and a wrong signature: the HMAC is always worked out and always
    /// compared whole.
    pub(crate) fn signed(&self, body: &[u8], header: Option<&[u8]>) -> bool {
        let mut claimed = [0_u8; 32];
        let digits = header.and_then(|h| h.strip_prefix(b"sha256=")).unwrap_or_default();
        let well_formed = hex::decode_to_slice(digits, &mut claimed).is_ok();
        let mut mac = self.0.clone();
        mac.update(body);
        let equal = mac.verify_slice(&claimed).is_ok();
        well_formed & equal
    }

    /// Whether `text` is the secret itself. Both are hashed under the key, so neither content nor length shows in time.
    pub(crate) fn is(&self, secret: &Secret, text: &[u8]) -> bool {
        let mut said = self.0.clone();
        said.update(text);
        let mut meant = self.0.clone();
        meant.update(secret.bytes());
        meant.verify(&said.finalize().into_bytes()).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GitHub publishes this vector in "Validating webhook deliveries".
    const SECRET: &str = "It's a Secret to Everybody";
    const BODY: &[u8] = b"Hello, World!";
    const SIGNATURE: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    fn key(secret: &str) -> SigningKey {
        SigningKey::new(&Secret::new(secret).unwrap()).unwrap()
    }

    #[test]
    fn only_the_published_signature_fits() {
        let upper = format!("sha256={}", SIGNATURE["sha256=".len()..].to_uppercase());
        let zeros = format!("sha256={}", "0".repeat(64));
        let longer = format!("{SIGNATURE}00");
        let cases: [(&str, Option<&str>, bool); 12] = [
            ("published", Some(SIGNATURE), true),
            ("upper case", Some(&upper), true),
            ("missing", None, false),
            ("empty", Some(""), false),
            ("prefix alone", Some("sha256="), false),
            ("no prefix", Some(&SIGNATURE[7..]), false),
            ("other hash", Some("sha1=757107ea0eb2509fc211221cce984b8a37570b6d"), false),
            ("cut", Some(&SIGNATURE[..SIGNATURE.len() - 2]), false),
            ("odd", Some(&SIGNATURE[..SIGNATURE.len() - 1]), false),
            ("longer", Some(&longer), false),
            ("zeros", Some(&zeros), false),
            ("not hexadecimal", Some("sha256=zz7107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"), false),
        ];
        for (name, header, fits) in cases {
            assert_eq!(key(SECRET).signed(BODY, header.map(str::as_bytes)), fits, "{name}");
        }
        assert!(!key(SECRET).signed(b"Hello, World?", Some(SIGNATURE.as_bytes())), "another body");
        assert!(!key("another secret").signed(BODY, Some(SIGNATURE.as_bytes())), "another secret");
    }

    #[test]
    fn a_key_is_equal_to_itself_alone() {
        let secret = Secret::new("k-123").unwrap();
        for (said, same) in [("k-123", true), ("k-12", false), ("k-1234", false), ("", false), ("K-123", false)] {
            assert_eq!(key("k-123").is(&secret, said.as_bytes()), same, "{said}");
        }
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert!(Secret::new("").is_none() && Secret::new(" \n").is_none());
    }
}
