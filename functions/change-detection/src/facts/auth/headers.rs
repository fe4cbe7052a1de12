//! Headers that carry credentials, in code that serves.

use std::collections::{BTreeMap, BTreeSet};

use crate::comparison::Side;

/// Parts of a framework's import that make a file part of a server.
const SERVERS: &[&str] = &[
    "fastapi",
    "starlette",
    "flask",
    "django",
    "rest_framework",
    "aiohttp.web",
    "express",
    "koa",
    "fastify",
    "hono",
    "nestjs",
    "axum",
    "actix_web",
    "rocket",
    "warp",
    "tower",
    "gin-gonic",
    "labstack/echo",
    "go-chi",
    "gorilla/mux",
    "net/http",
    "springframework",
    "javax.servlet",
    "jakarta.servlet",
    "sinatra",
    "rails",
    "grpc",
];

/// A file, a line of it, and the name as written there.
pub(super) type Place<'a> = (&'a Side, u32, String);

pub(super) fn names<'a>(sides: impl Iterator<Item = &'a Side>) -> BTreeSet<String> {
    located(sides).into_keys().collect()
}

/// Credential headers that server code names, by their lower-case name.
pub(super) fn located<'a>(sides: impl Iterator<Item = &'a Side>) -> BTreeMap<String, Vec<Place<'a>>> {
    let mut out: BTreeMap<String, Vec<Place<'a>>> = BTreeMap::new();
    for side in sides.filter(|side| is_server(side)) {
        let Some(analysis) = &side.analysis else { continue };
        for literal in &analysis.literals {
            if is_credential_header(&literal.text) && !lists_headers_to_drop(side, literal.line) {
                let name = literal.text.to_ascii_lowercase();
                out.entry(name).or_default().push((side, literal.line, literal.text.clone()));
            }
        }
        for (line, name) in parameter_headers(side.text()) {
            out.entry(name.clone()).or_default().push((side, line, name));
        }
    }
    out
}

/// FastAPI's way: `x_api_key: str = Header(…)` reads `x-api-key`.
fn parameter_headers(text: &str) -> Vec<(u32, String)> {
    let mut out = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let Some((left, right)) = line.split_once("Header(") else { continue };
        if right.contains("alias") {
            continue;
        }
        let name = left.split([':', '=']).next().unwrap_or("").trim_start_matches([' ', '(', ',']);
        let name = name.rsplit([' ', ',', '(']).next().unwrap_or("").replace('_', "-").to_ascii_lowercase();
        if is_credential_header(&name) {
            out.push((u32::try_from(at + 1).unwrap_or(u32::MAX), name));
        }
    }
    out
}

/// A line that names the header to strip, hide or log it, or to let browsers send it, does not ask for it.
fn lists_headers_to_drop(side: &Side, line: u32) -> bool {
    let line = side.text().lines().nth(line.saturating_sub(1) as usize).unwrap_or("").to_ascii_lowercase();
    let drops = [
        "not in",
        "!==",
        "del ",
        ".pop(",
        ".remove(",
        "exclude",
        "skip",
        "strip",
        "redact",
        "allow_headers",
        "allowed_headers",
        "allowedheaders",
        "allow-headers",
    ];
    drops.iter().any(|word| line.contains(word)) || line.trim_start().starts_with(['#', '*'])
}

/// Carries a credential, by its name.
fn is_credential_header(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let shape = !lower.is_empty() && lower.len() <= 60 && lower.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let custom =
        lower.starts_with("x-") && ["key", "token", "auth", "secret", "signature"].iter().any(|w| lower.contains(w));
    shape && (lower == "authorization" || lower == "proxy-authorization" || lower == "api-key" || custom)
}

fn is_server(side: &Side) -> bool {
    if outline::role::is_test(&side.path) {
        return false;
    }
    side.analysis.as_ref().is_some_and(|analysis| {
        !analysis.routes.is_empty()
            || analysis.imports.iter().any(|import| SERVERS.iter().any(|server| import.module.contains(server)))
    })
}

/// The file answers 401 or 403 somewhere.
pub(super) fn refuses(side: &Side) -> bool {
    let text = side.text();
    ["401", "403", "UNAUTHORIZED", "Unauthorized", "FORBIDDEN", "Forbidden"].iter().any(|word| text.contains(word))
}

/// The ways in which people write a header's name.
pub(super) fn spellings(name: String) -> Vec<String> {
    let title: Vec<String> = name
        .split('-')
        .map(|part| {
            let mut letters = part.chars();
            letters.next().map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + letters.as_str())
        })
        .collect();
    let title = title.join("-");
    let api = title.replace("Api", "API");
    vec![name, title, api]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_carry_credentials() {
        for good in ["X-API-Key", "x-api-key", "Authorization", "X-Auth-Token", "X-Hub-Signature-256"] {
            assert!(is_credential_header(good), "{good}");
        }
        for bad in ["", "X-Request-Id", "Content-Type", "authorization failed", "/x-api-key", "Ä"] {
            assert!(!is_credential_header(bad), "{bad}");
        }
    }

    #[test]
    fn parameters_that_are_headers() {
        let text = "def a(x_api_key: str = Header(None), b=1):\n    q: int = Query(1)\ndef c(\n    authorization: str = Header(...),\n";
        assert_eq!(parameter_headers(text), [(1, "x-api-key".to_owned()), (4, "authorization".to_owned())]);
    }
}
