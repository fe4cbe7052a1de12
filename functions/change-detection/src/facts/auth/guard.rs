//! Routes that got a check of the caller.

use contracts::fact::{Element, Fact};

use crate::comparison::Comparison;
use crate::facts::Rule;
use crate::facts::http::{self, Served};

/// Words by which code says that a caller is checked.
const CHECKS: &[&str] = &[
    "verify",
    "authenticat",
    "authoriz",
    "require_auth",
    "requires_auth",
    "login_required",
    "current_user",
    "api_key",
    "apikey",
    "check_token",
    "validate_token",
    "security(",
    "jwt_required",
    "permission_required",
    "preauthorize",
];

/// Facts of `rule` for every route that nobody checked before.
pub(super) fn protected(c: &Comparison, rule: &Rule) -> Vec<Fact> {
    let mut out = Vec::new();
    for file in c.looked_at() {
        let (Some(before), Some(after)) = (&file.before, &file.after) else { continue };
        let old = http::routes(before);
        for now in http::routes(after) {
            let Some(was) = old.iter().find(|old| same_route(old, &now)) else { continue };
            if check_of(was).is_some() {
                continue;
            }
            let Some(check) = check_of(&now) else { continue };
            let Served { route, .. } = &now;
            let summary = format!("`{} {}` is behind a check of the caller: `{check}`", route.method, route.path);
            let element = Element::Route { method: route.method.clone(), path: route.path.clone(), moved_to: None };
            let spans = (
                c.before_span(before, was.route.start, was.route.end),
                c.after_span(after, route.start, declaration_end(&now)),
            );
            out.push(rule.fact(element, summary, spans.0, spans.1));
        }
    }
    out
}

pub(super) fn same_route(a: &Served<'_>, b: &Served<'_>) -> bool {
    a.route.method == b.route.method && http::normal(&a.route.path) == http::normal(&b.route.path)
}

/// What checks the caller in a route's declaration or its handler's signature.
fn check_of(served: &Served<'_>) -> Option<String> {
    let lines = served.side.text().lines().skip(served.route.start.saturating_sub(1) as usize);
    let count = declaration_end(served).saturating_sub(served.route.start) as usize + 1;
    let found = lines.take(count).find(|line| {
        let lower = line.to_ascii_lowercase();
        let asks = lower.contains("depends(")
            || lower.contains("security(")
            || lower.trim_start().starts_with('@')
            || lower.contains("middleware")
            || lower.contains("(req");
        asks && CHECKS.iter().any(|word| lower.contains(word))
            && !lower.contains(&served.route.path.to_ascii_lowercase())
    })?;
    Some(found.trim().chars().take(80).collect())
}

/// The end of the handler's signature: the declaration and at most ten lines of parameters.
fn declaration_end(served: &Served<'_>) -> u32 {
    let handler = served.route.handler.as_deref().unwrap_or("");
    let lines: Vec<&str> = served.side.text().lines().skip(served.route.end as usize).take(10).collect();
    let owns = lines.first().is_some_and(|line| !handler.is_empty() && line.contains(handler));
    if !owns {
        return served.route.end;
    }
    let signature = lines.iter().position(|line| line.trim_end().ends_with([':', '{'])).unwrap_or(0);
    served.route.end.saturating_add(u32::try_from(signature + 1).unwrap_or(1))
}
