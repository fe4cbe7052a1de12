//! Who may call: headers and schemes that a service asks for, routes behind a check, public access of a deployment.

mod guard;
mod headers;

use contracts::fact::{Element, Fact, Impact, Span};

use self::headers::{Place, located, names, refuses, spellings};
use crate::comparison::{Comparison, Side};
use crate::facts::Rule;
use crate::facts::deploy::{self, Setting};
use crate::facts::http::{self, Served};

const HEADER_REMOVED: Rule = Rule {
    id: "auth.header.removed",
    sees: "server code no longer looks at a header that carried a credential",
    impact: Impact::Breaking,
    triggers: &["authentication", "api_contract"],
};

const HEADER_REQUIRED: Rule = Rule {
    id: "auth.header.required",
    sees: "server code that refuses requests looks at a header it did not look at before",
    impact: Impact::Breaking,
    triggers: &["authentication", "api_contract"],
};

const ROUTE_PROTECTED: Rule = Rule {
    id: "auth.route.protected",
    sees: "a route got a check of the caller that it did not have",
    impact: Impact::Breaking,
    triggers: &["authentication", "api_contract", "endpoints"],
};

const PUBLIC_REMOVED: Rule = Rule {
    id: "auth.public_access.removed",
    sees: "a deployment no longer lets callers in without an identity (`--allow-unauthenticated` is gone or denied)",
    impact: Impact::Breaking,
    triggers: &["authentication", "deployment"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&HEADER_REMOVED, &HEADER_REQUIRED, &ROUTE_PROTECTED, &PUBLIC_REMOVED];

/// Header names that server code no longer has in the changed files.
pub(crate) fn gone(c: &Comparison) -> Vec<String> {
    let after = names(c.afters());
    names(c.befores()).into_iter().filter(|name| !after.contains(name)).flat_map(spellings).collect()
}

/// Facts about authentication.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = header_facts(c);
    out.extend(guard::protected(c, &ROUTE_PROTECTED));
    out.extend(public_access(c));
    out
}

fn header_facts(c: &Comparison) -> Vec<Fact> {
    let before = located(c.befores());
    let after = located(c.afters());
    let standing = located(c.standing());
    let mut out = Vec::new();
    for (name, places) in &before {
        if !standing.contains_key(name) {
            let shown = &places[0].2;
            let summary = format!("header `{shown}` is no longer accepted");
            let after = heir_line(c, places[0].0);
            out.push(HEADER_REMOVED.fact(
                Element::Header { name: shown.clone() },
                summary,
                cut(c, &places[0], true),
                after,
            ));
        }
    }
    for (name, places) in &after {
        let refusing = places.iter().find(|(side, _, _)| refuses(side) && served_before(c, side));
        if let Some(place) = refusing.filter(|_| !before.contains_key(name) && !stood_before(c, name)) {
            let summary = format!("header `{}` is required", place.2);
            out.push(HEADER_REQUIRED.fact(
                Element::Header { name: place.2.clone() },
                summary,
                None,
                cut(c, place, false),
            ));
        }
    }
    out
}

/// The file serves a route that was served before: a header of new routes alone concerns nobody yet.
fn served_before(c: &Comparison, side: &Side) -> bool {
    let old: Vec<Served<'_>> = c.befores().flat_map(http::routes).collect();
    let modified =
        c.looked_at().any(|file| file.before.is_some() && file.after.as_ref().is_some_and(|a| a.path == side.path));
    let now = http::routes(side);
    if now.is_empty() { modified } else { now.iter().any(|now| old.iter().any(|old| guard::same_route(old, now))) }
}

/// A header that unchanged files name was asked for before.
fn stood_before(c: &Comparison, name: &str) -> bool {
    c.kept.iter().any(|side| located(std::iter::once(side)).contains_key(name))
}

fn cut(c: &Comparison, place: &Place<'_>, before: bool) -> Option<Span> {
    let (side, line, _) = place;
    if before { c.before_span(side, *line, *line) } else { c.after_span(side, *line, *line) }
}

/// The line of the same file that speaks of authentication now, as the other half of the evidence.
fn heir_line(c: &Comparison, old: &Side) -> Option<Span> {
    let now = c.files.iter().find(|file| file.before.as_ref().is_some_and(|b| b.path == old.path))?.after.as_ref()?;
    let line = now.text().lines().position(|line| {
        let line = line.to_ascii_lowercase();
        line.contains("authorization") || line.contains("identity token") || line.contains("bearer")
    })?;
    let line = u32::try_from(line + 1).ok()?;
    c.after_span(now, line, line)
}

fn public_access(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for file in c.looked_at() {
        let (Some(before), Some(after)) = (&file.before, &file.after) else { continue };
        let (old, new) = (deploy::flags(before), deploy::flags(after));
        let open = |flags: &[Setting]| flags.iter().find(|flag| flag.name == "allow-unauthenticated").cloned();
        let closed = |flags: &[Setting]| flags.iter().find(|flag| flag.name == "no-allow-unauthenticated").cloned();
        let (Some(was), None) = (open(&old), open(&new)) else { continue };
        let deploys = closed(&new).or_else(|| new.first().cloned());
        let Some(now) = deploys.filter(|_| closed(&old).is_none()) else { continue };
        let summary = "callers without an identity are no longer let in".to_owned();
        let element = Element::Deploy { setting: "public_access".to_owned() };
        let spans = (c.before_span(before, was.line, was.line), c.after_span(after, now.line, now.line));
        out.push(PUBLIC_REMOVED.fact(element, summary, spans.0, spans.1));
    }
    out
}
