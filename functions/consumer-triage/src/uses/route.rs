//! Calls of a route: literal paths in clients, URLs, configuration and scripts.

mod below;
mod either;
mod fit;
mod joined;
mod proxied;
mod status;

use contracts::analysis::Literal;
use contracts::fact::Fact;

pub(crate) use self::fit::needle;
use self::fit::{Fit, fit, is_parameter, normal_template, same, segments};
use crate::contact::Contact;
use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, text};

/// Words in a callee that make it the call of an HTTP client.
const CLIENTS: &[&str] = &[
    "http", "client", "session", "request", "axios", "fetch", "api", "url", "curl", "ajax", "rest", "upload",
    "download",
];

/// Callees that register a route here or look at one, and call nobody.
const SERVERS: &[&str] = &["app", "router", "route", "blueprint", "bp", "server", "mux", "path", "re_path", "include"];

const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options"];

/// Calls of `method path` that the change breaks.
pub(crate) fn find(fact: &Fact, (method, path, moved_to): (&str, &str, Option<&str>), asked: &Asked<'_>) -> Found {
    if segments(path).iter().all(|part| is_parameter(part)) {
        let note = format!("`{path}` has no fixed part; calls of it cannot be told from others");
        return Found { uses: Vec::new(), note: Some(note) };
    }
    if let Some(head) = path.strip_suffix("/**") {
        let mut found = below::find(head, asked);
        either::weigh(&mut found, (path, moved_to), asked);
        return found;
    }
    let mut found = Found::default();
    let own = serves_itself(path, asked);
    let versioned = segments(path).first().is_some_and(|part| is_version(part));
    for file in asked.dependent.files.iter().filter(|file| !is_description(file)) {
        let puts_version = !versioned && puts_version_in_front(file);
        let candidates = if file.is_data() || file.analysis.is_none() {
            in_text(file, path)
        } else {
            called(file, path, method, asked)
        };
        for (line, fit, text) in candidates {
            if other_host(&text, asked.contact) {
                found.note = Some(format!("{}:{line} calls another host", file.path));
                continue;
            }
            if puts_version && fit == Fit::Whole {
                found.note = Some(format!("{}:{line} is called below a version of its own", file.path));
                continue;
            }
            if let Some(mut place) = judged(file, line, fit, path, own, &text, asked) {
                place.replace = replacement(fact, file, line, path, moved_to, fit);
                found.uses.push(place);
            }
        }
    }
    if fact.rule == "http.status.changed" {
        return status::compared(fact, found.uses, asked);
    }
    either::weigh(&mut found, (path, moved_to), asked);
    found
}

/// Places of code that name the path as a whole, or put it together.
fn called(file: &File, path: &str, method: &str, asked: &Asked<'_>) -> Vec<(u32, Fit, String)> {
    let mut out = in_code(file, path, method);
    for (line, fit, text) in
        joined::in_code(file, path, method).into_iter().chain(joined::below_a_base(file, path, method, asked))
    {
        if !out.iter().any(|(known, ..)| *known == line) {
            out.push((line, fit, text));
        }
    }
    out
}

/// How sure a fitting text is a call of the provider; none where it is more likely a call of somebody else.
fn judged(file: &File, line: u32, fit: Fit, path: &str, own: bool, text: &str, asked: &Asked<'_>) -> Option<Use> {
    let near = asked.contact.is_near(file) || asked.contact.is_named_in(text);
    let common = is_common(path);
    let found = Use::at(&file.path, line);
    if own && !near {
        // Its own tests and health checks call its own route of the same name.
        return None;
    }
    Some(match (fit, near) {
        (Fit::Based | Fit::Whole, true) => {
            found.but(Certainty::Certain("route changed in the provider and called here"))
        }
        (Fit::Based | Fit::Whole, false) if !common => {
            found.but(Certainty::Certain("route changed in the provider and the same path is called here"))
        }
        (Fit::Open, true) => {
            found.but(Certainty::CheckFirst("what is handed on here may be below the path that is gone"))
        }
        (Fit::Open, false) => return None,
        (Fit::Tail, false) if fit::is_script(path) && !names_the_owner(file, asked) => return None,
        (Fit::Tail, _) if !common => {
            found.but(Certainty::Likely("the end of the path is the same; the prefix is set elsewhere"))
        }
        (Fit::Based | Fit::Whole, false) if file.place != Place::Test && is_client_declared(asked) => {
            found.but(Certainty::CheckFirst("many services have this path; the address decides which one is called"))
        }
        _ => return None,
    })
}

/// The file deals with the provider's owner: a script's name alone is that of many services.
fn names_the_owner(file: &File, asked: &Asked<'_>) -> bool {
    let letters = |text: &str| text.to_ascii_lowercase().replace(['-', '_', ' '], "");
    let owner = letters(asked.case.change.repo.as_str().split('/').next().unwrap_or(""));
    owner.len() >= 5 && (letters(file.text()).contains(&owner) || letters(&file.path).contains(&owner))
}

/// A description of an interface (OpenAPI, Swagger) lists routes and calls none.
fn is_description(file: &File) -> bool {
    let head: String = file.text().chars().take(400).collect();
    file.is_data() && ["\"openapi\"", "\"swagger\"", "openapi:", "swagger:"].iter().any(|key| head.contains(key))
}

/// The client joins every path to an address that ends in a version (`{base}/v1{path}`), so that a path without one is
/// another route than the provider's of the same name.
fn puts_version_in_front(file: &File) -> bool {
    let ends_in_version = |text: &str| {
        let text = text.strip_suffix("{}").unwrap_or(text).trim_end_matches('/');
        text.len() > 3 && text.rsplit_once('/').is_some_and(|(_, last)| is_version(last))
    };
    file.analysis.iter().flat_map(|analysis| &analysis.literals).any(|literal| ends_in_version(&literal.text))
}

/// `v1`, `v{}`.
fn is_version(part: &str) -> bool {
    let number = part.strip_prefix('v').unwrap_or("");
    number == "{}" || (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Declared as a caller of the provider's API.
fn is_client_declared(asked: &Asked<'_>) -> bool {
    asked.case.consumer.relationship_type.contains("api")
}

/// A path that half of all services have.
fn is_common(path: &str) -> bool {
    let parts = segments(path);
    let known = [
        "health", "healthz", "ready", "readyz", "live", "livez", "status", "metrics", "ping", "version", "info",
        "login", "logout", "docs", "users", "items", "search", "api", "v1", "v2", "auth", "token", "config", "events",
        "jobs",
    ];
    parts.iter().filter(|part| !is_parameter(part)).all(|part| known.contains(part) || part.len() <= 2)
}

fn serves_itself(path: &str, asked: &Asked<'_>) -> bool {
    let wanted = segments(path);
    asked
        .dependent
        .files
        .iter()
        .filter_map(|file| file.analysis.as_ref())
        .flat_map(|analysis| &analysis.routes)
        .any(|route| same(&segments(&route.path), &wanted))
}

fn in_code(file: &File, path: &str, method: &str) -> Vec<(u32, Fit, String)> {
    let Some(analysis) = &file.analysis else { return Vec::new() };
    let mut out = Vec::new();
    for literal in &analysis.literals {
        let Some(fit) = fit(&literal.text, path) else { continue };
        let served = analysis.routes.iter().any(|route| route.start <= literal.line && literal.line <= route.end);
        if served || text::is_comment(file, file.line(literal.line)) || !is_called(literal, method, fit) {
            continue;
        }
        out.push((literal.line, fit, literal.text.clone()));
    }
    out
}

/// A literal is a call unless its callee says otherwise.
fn is_called(literal: &Literal, method: &str, fit: Fit) -> bool {
    let Some(callee) = literal.call.as_deref().map(str::to_ascii_lowercase) else { return true };
    let last = callee.rsplit(['.', ':']).next().unwrap_or("");
    let head = callee.split(['.', ':', '(']).next().unwrap_or("");
    if METHODS.contains(&last) {
        let fits = method == "ANY" || last == method.to_ascii_lowercase() || last == "request";
        let registers = SERVERS.contains(&head) && callee.contains('.') && fit != Fit::Based;
        return fits && !registers;
    }
    let tests_text =
        ["startswith", "endswith", "contains", "includes", "match", "print", "log", "info", "debug", "warn", "error"];
    !tests_text.contains(&last) && (!SERVERS.contains(&last) || CLIENTS.iter().any(|word| callee.contains(word)))
}

/// Texts without a tree: the run of URL characters around each occurrence of the path's rarest part.
fn in_text(file: &File, path: &str) -> Vec<(u32, Fit, String)> {
    let needle = needle(path);
    let mut out = Vec::new();
    for (number, line) in file.lines_with(&needle) {
        if text::is_comment(file, line) {
            continue;
        }
        let Some(at) = line.find(&needle) else { continue };
        let url = around(line, at);
        if let Some(fit) = fit(&normal_template(url), path).filter(|fit| *fit != Fit::Tail || url.contains('/')) {
            out.push((number, fit, url.to_owned()));
        }
    }
    out
}

/// The longest run without white space and quotes around `at`.
fn around(line: &str, at: usize) -> &str {
    let stops = |c: char| c.is_whitespace() || "\"'`,;|<>()[]".contains(c);
    let start =
        line[..at].rfind(stops).map_or(0, |before| before + line[before..].chars().next().map_or(1, char::len_utf8));
    let end = line[at..].find(stops).map_or(line.len(), |after| at + after);
    &line[start..end]
}

/// A full public host name that is not the provider's.
fn other_host(text: &str, contact: &Contact) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    let name = host.split(':').next().unwrap_or(host);
    let placeholder = name.contains(['{', '$', '<']) || name.contains("example") || name.contains("your");
    let inside = !name.contains('.')
        || name.parse::<std::net::Ipv4Addr>().is_ok()
        || [".run.app", ".internal", ".local", ".svc", ".localhost", ".test"]
            .iter()
            .any(|end| name.ends_with(end) || name.contains(".svc."));
    !placeholder && !inside && !contact.is_named_in(name)
}

fn replacement(
    fact: &Fact,
    file: &File,
    line: u32,
    path: &str,
    moved_to: Option<&str>,
    fit: Fit,
) -> Option<(String, String)> {
    let new = moved_to.filter(|_| fact.rule == "http.route.moved" && fit != Fit::Tail)?;
    let whole = !path.contains(['{', ':', '<', '*']) && !new.contains(['{', ':', '<', '*']);
    (whole && file.line(line).matches(path).count() == 1).then(|| (path.to_owned(), new.to_owned()))
}
