//! What happened, how sure, and how to tell whether it matters.

use contracts::fact::Span;
use contracts::verdict::{Finding, Tier, Urgency, Verdict};

use super::is_template;
use crate::inert::{code, prose};

pub(super) fn alert(verdict: &Verdict, finding: &Finding) -> String {
    let kind = match (finding.tier, finding.urgency) {
        _ if is_template(finding) => "NOTE",
        (Tier::CheckFirst, _) => "IMPORTANT",
        (_, Urgency::Critical | Urgency::High) => "WARNING",
        _ => "NOTE",
    };
    let source = code(verdict.source.as_str(), 210);
    let change = prose(&finding.change, 600);
    let consequence = prose(&finding.consequence, 600);
    let introduced = if is_template(finding) { format!("The template {source}") } else { source };
    format!("> [!{kind}]\n> **{introduced}:** {change}\n> {consequence}\n\n")
}

pub(super) fn tier(finding: &Finding) -> String {
    let tier = match finding.tier {
        Tier::Confirmed => "Confirmed",
        Tier::Likely => "Likely",
        Tier::CheckFirst => "Check first",
    };
    let reason = prose(&finding.tier_reason, 300);
    let reason = if reason.is_empty() { reason } else { format!(" ({reason})") };
    let mut line = format!("**{tier}**{reason} · Urgency **{}**", finding.urgency.as_str());
    if !finding.triggers.is_empty() {
        let what = if is_template(finding) { "concerns" } else { "triggers" };
        let triggers: Vec<String> = finding.triggers.iter().take(8).map(|t| code(t, 40)).collect();
        line = format!("{line} · {what} {}", triggers.join(", "));
    }
    line + "\n\n"
}

pub(super) fn checklist(verdict: &Verdict, finding: &Finding) -> String {
    let source = code(verdict.source.name(), 110);
    let mut list = "### Are you affected?\n".to_owned();
    if let Some(search) = search(&finding.element, &finding.dependent) {
        let places = match finding.dependent.len() {
            0 | 1 => "the place".to_owned(),
            n => format!("the {n} places"),
        };
        list = format!("{list}- [ ] {} finds {places} below\n", code(&search, 200));
    }
    format!(
        "{list}- [ ] the code below really depends on {source}: if not, close this as *not planned* and it will not come back\n\n"
    )
}

/// A search that finds every quoted place: by the whole name or its last part, by any case where it must be.
fn search(element: &str, places: &[Span]) -> Option<String> {
    let whole = needle(element)?;
    let last = whole.rsplit('.').next().filter(|last| last.len() > 2).unwrap_or(whole);
    let all = |holds: &dyn Fn(&str) -> bool| places.iter().all(|span| holds(&span.quote));
    for word in [whole, last] {
        let lower = word.to_ascii_lowercase();
        if all(&|quote| quote.contains(word)) {
            return Some(format!("git grep -nF -e '{word}'"));
        }
        if all(&|quote| quote.to_ascii_lowercase().contains(&lower)) {
            return Some(format!("git grep -inF -e '{word}'"));
        }
    }
    None
}

/// What to search for. Plain characters only: people paste this into a shell.
fn needle(element: &str) -> Option<&str> {
    let (kind, rest) = element.split_once(':')?;
    let needle = match kind {
        "http" => rest.split_once(' ')?.1,
        "symbol" | "config" => rest.rsplit_once('#')?.1,
        "header" | "env" | "image" | "port" | "file" => rest,
        "workflow" => rest.split('#').next()?,
        _ => return None,
    };
    // A parameter stands for something else in the caller's code.
    let needle = needle.split(['{', '<', ':', '*']).next()?.trim_end_matches('/');
    let plain = |c: char| c.is_ascii_alphanumeric() || "/_.-".contains(c);
    (needle.len() > 1 && needle.len() <= 120 && needle.chars().all(plain)).then_some(needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_safe_in_a_shell_is_offered_for_a_search() {
        for (element, expected) in [
            ("http:GET /health", Some("/health")),
            ("http:GET /users/{id}/posts", Some("/users")),
            ("http:GET /", None),
            ("http:GET /:id", None),
            ("env:API_KEY", Some("API_KEY")),
            ("env:$(rm -rf)", None),
            ("env:x'; rm y; '", None),
            ("header:x-api-key", Some("x-api-key")),
            ("symbol:lib/a.py#Client.send", Some("Client.send")),
            ("workflow:.github/workflows/x.yml#token", Some(".github/workflows/x.yml")),
            ("deploy:timeout", None),
            ("nonsense", None),
            ("", None),
        ] {
            assert_eq!(needle(element), expected, "{element}");
        }
    }

    #[test]
    fn a_search_is_offered_only_if_it_finds_every_place() {
        let of = |element: &str, quotes: &[&str]| {
            let span = |quote: &&str| Span {
                repo: "o/n".parse().unwrap(),
                commit: None,
                path: "a".to_owned(),
                start: 1,
                end: 1,
                quote: (*quote).to_owned(),
            };
            let spans: Vec<Span> = quotes.iter().map(span).collect();
            search(element, &spans)
        };
        for (element, quotes, expected) in [
            ("http:GET /health", &["get('/health')", "curl x/health"][..], Some("-nF -e '/health'")),
            ("header:x-api-key", &["X-API-Key: 1", "x-api-key"], Some("-inF -e 'x-api-key'")),
            ("symbol:m#Client.wait", &["client.wait()", "c.wait()"], Some("-nF -e 'wait'")),
            ("symbol:m#Client.wait", &["Client.wait()"], Some("-nF -e 'Client.wait'")),
            ("config:f#--use-x", &["SERVICE_USE_X: 1"], None),
            ("http:GET /a", &["get('/a')", "get(base + path)"], None),
        ] {
            assert_eq!(of(element, quotes), expected.map(|rest| format!("git grep {rest}")), "{element} {quotes:?}");
        }
    }
}
