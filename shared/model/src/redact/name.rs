//! What a name says of its value.

use crate::redact::words::pieces;

/// How sure a name is that its value is secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// A password: what people make up.
    Password,
    /// A token, secret or key: what machines draw.
    Secret(&'static str),
    /// Some key: secret if it looks like nothing else.
    Perhaps,
}

/// What a piece must end with to name something secret, with its kind.
const SECRETS: &[(&str, &str)] = &[
    ("token", "token"),
    ("secret", "secret"),
    ("secrets", "secret"),
    ("apikey", "api key"),
    ("accesskey", "access key"),
    ("secretkey", "secret key"),
    ("privatekey", "private key"),
    ("accountkey", "account key"),
    ("credential", "credential"),
    ("credentials", "credential"),
    ("creds", "credential"),
    ("authkey", "auth key"),
    ("passkey", "token"),
];
const PASSWORDS: &[&str] = &["password", "passwd", "passphrase", "passwort", "passcode"];
const SHORT_PASSWORDS: &[&str] =
    &["pass", "pwd", "pw", "userpass", "dbpass", "adminpass", "rootpass", "keypass", "storepass"];
/// What stands before "key" when the key is a secret.
const KEYS: &[&str] = &[
    "api",
    "access",
    "secret",
    "private",
    "signing",
    "signature",
    "encryption",
    "encrypt",
    "auth",
    "account",
    "master",
    "shared",
    "preshared",
    "license",
    "stream",
    "service",
    "admin",
    "app",
    "client",
    "deploy",
    "ssh",
    "consumer",
    "subscription",
    "storage",
    "ingest",
    "integration",
    "routing",
    "webhook",
    "hmac",
    "jwt",
    "crypto",
    "io",
    "server",
    "write",
    "device",
    "pat",
];
/// What may follow the word that says "secret": which of several, or how it is written.
const SUFFIXES: &[&str] = &[
    "value",
    "val",
    "string",
    "str",
    "b64",
    "base64",
    "hex",
    "plain",
    "plaintext",
    "text",
    "raw",
    "prod",
    "production",
    "dev",
    "development",
    "staging",
    "live",
    "test",
    "default",
    "old",
    "new",
    "current",
    "primary",
    "secondary",
    "base",
    "encoded",
];
/// What makes a "key" or "token" no secret.
const HARMLESS: &[&str] =
    &["public", "pub", "next", "page", "continuation", "cursor", "cache", "primary", "partition", "sort"];

/// What `name` says of the value assigned to it; none when it speaks of something else.
pub(super) fn says(name: &str) -> Option<Says> {
    let lower: Vec<String> = pieces(name).iter().map(|piece| piece.to_ascii_lowercase()).collect();
    let mut end = lower.len();
    while end > 1 && is_suffix(&lower[end - 1]) {
        end -= 1;
    }
    let last = lower.get(end.checked_sub(1)?)?.trim_end_matches(|c: char| c.is_ascii_digit());
    let before = end.checked_sub(2).map_or("", |at| lower[at].as_str());
    if PASSWORDS.iter().any(|word| last.ends_with(word)) || SHORT_PASSWORDS.contains(&last) {
        return Some(Says::Password);
    }
    if HARMLESS.contains(&before) {
        return None;
    }
    match last {
        "key" if KEYS.contains(&before) => Some(Says::Secret("key")),
        "key" | "auth" | "pat" | "salt" | "login" if end > 1 || last != "key" => Some(Says::Perhaps),
        _ if last.ends_with("auth") && last != "oauth" => Some(Says::Perhaps),
        _ => SECRETS.iter().find(|(word, _)| last.ends_with(word)).map(|(_, kind)| Says::Secret(kind)),
    }
}

fn is_suffix(piece: &str) -> bool {
    SUFFIXES.contains(&piece) || piece.bytes().all(|byte| byte.is_ascii_digit())
}
