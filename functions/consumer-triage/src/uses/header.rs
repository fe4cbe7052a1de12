//! Credentials that the consumer sends, or fails to send.

use aho_corasick::AhoCorasick;
use contracts::fact::Fact;

use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, text};

/// How code reads a header of a request that it serves.
const READING: &[&str] = &[
    "headers.get",
    "header(",
    "getheader",
    "apikeyheader",
    "alias=",
    "req.headers",
    "request.headers",
    "allow_headers",
];

/// Places that the change of a header breaks.
pub(crate) fn find(fact: &Fact, name: &str, asked: &Asked<'_>) -> Found {
    if fact.rule == "auth.header.required" {
        return required(name, asked);
    }
    let mut found = Found::default();
    let lower = name.to_ascii_lowercase();
    let Ok(searcher) = AhoCorasick::builder().ascii_case_insensitive(true).build([name]) else { return found };
    let naming = |file: &&File| file.place != Place::Test && searcher.is_match(file.text());
    for file in asked.dependent.files.iter().filter(naming) {
        for (number, line) in file.lines().filter(|(_, line)| line.len() <= 2_000) {
            if text::name_at(&line.to_ascii_lowercase(), &lower).is_some() && is_sent(file, number, line, &lower) {
                found.uses.extend(judged(file, number, line, &lower, asked));
            }
        }
    }
    without_comments(&mut found.uses, asked);
    found
}

/// A comment tells what to send; it is worth a line only where nothing else is seen to send it.
fn without_comments(uses: &mut Vec<Use>, asked: &Asked<'_>) {
    let is_comment = |found: &Use| {
        let file = asked.dependent.files.iter().find(|file| file.path == found.path);
        file.is_some_and(|file| text::is_comment(file, file.line(found.start)))
    };
    if !uses.iter().all(is_comment) {
        uses.retain(|found| !is_comment(found));
    }
}

/// A header that everybody sends to everybody proves nothing outside of the files that deal with the provider.
fn judged(file: &File, number: u32, line: &str, lower: &str, asked: &Asked<'_>) -> Option<Use> {
    let near = asked.contact.is_near(file);
    let found = Use::at(&file.path, number);
    if near && !text::is_comment(file, line) && !file.is_data() {
        return Some(found.but(Certainty::Certain("the provider no longer reads the header and it is sent here")));
    }
    let common = matches!(lower, "authorization" | "proxy-authorization");
    match (near, common) {
        (true, _) if text::is_comment(file, line) => Some(found.but(Certainty::CheckFirst(
            "a comment where this service is configured names the header; nothing is seen to send it",
        ))),
        (true, _) => Some(found.but(Certainty::Likely("the header is named where this service is configured"))),
        (false, false) if asked.contact.mentioned && !text::is_comment(file, line) => {
            Some(found.but(Certainty::Likely(
                "the header is sent here, and this repository names the provider; the address is set at run time",
            )))
        }
        _ => None,
    }
}

fn is_sent(file: &File, number: u32, line: &str, name: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let assigned = lower.replace(' ', "").contains("]=");
    if READING.iter().any(|word| lower.contains(word)) && !assigned {
        return false;
    }
    match &file.analysis {
        // A docstring that speaks of the header sends nothing.
        Some(analysis) if !file.is_data() => {
            let named = |text: &str| text.split(':').next().is_some_and(|head| head.trim().eq_ignore_ascii_case(name));
            analysis.routes.is_empty() && analysis.literals.iter().any(|l| l.line == number && named(&l.text))
        }
        _ => true,
    }
}

/// The consumer calls the service and nothing in it sends the header.
fn required(name: &str, asked: &Asked<'_>) -> Found {
    let lower = name.to_ascii_lowercase();
    let snake = lower.replace('-', "_");
    let sends = asked.dependent.files.iter().filter(|file| file.place != Place::Test).find(|file| {
        file.lines().any(|(_, line)| {
            let line = line.to_ascii_lowercase();
            !text::is_comment(file, &line)
                && (text::name_at(&line, &lower).is_some() || text::name_at(&line, &snake).is_some())
        })
    });
    if let Some(file) = sends {
        let note = format!("`{name}` is sent already ({})", file.path);
        return Found { uses: Vec::new(), note: Some(note) };
    }
    let near = asked.dependent.files.iter().filter(|file| asked.contact.is_near(file) && file.place != Place::Test);
    let certainty = Certainty::Likely("the service is called here and nothing in this repository sends the header");
    let mut uses = Vec::new();
    for file in near {
        uses.extend(client_calls(file).into_iter().map(|line| Use::at(&file.path, line).but(certainty)));
    }
    Found { uses, note: None }
}

/// Lines that call an HTTP client.
pub(crate) fn client_calls(file: &File) -> Vec<u32> {
    let Some(analysis) = &file.analysis else { return Vec::new() };
    let client = [
        "requests.",
        "httpx.",
        "http.",
        "axios",
        "fetch",
        "client.",
        "session.",
        "aiohttp",
        "urlopen",
        "reqwest",
        "openai",
    ];
    let verbs = ["get", "post", "put", "patch", "delete", "request", "fetch", "create", "send", "urlopen"];
    let is_client = |callee: &str| {
        let callee = callee.to_ascii_lowercase();
        let last = callee.rsplit('.').next().unwrap_or("");
        client.iter().any(|word| callee.contains(word))
            && (verbs.contains(&last) || callee == "fetch" || callee == "axios")
    };
    analysis.calls.iter().filter(|call| is_client(&call.callee)).map(|call| call.line).collect()
}
