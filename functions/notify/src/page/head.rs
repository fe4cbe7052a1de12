//! What happened, how sure, and how to tell whether it matters.

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
    if let Some(needle) = needle(&finding.element) {
        let places = match finding.dependent.len() {
            0 | 1 => "the place".to_owned(),
            n => format!("the {n} places"),
        };
        list = format!("{list}- [ ] {} finds {places} below\n", code(&format!("git grep -nF -e '{needle}'"), 200));
    }
    format!(
        "{list}- [ ] the code below really depends on {source}: if not, close this as *not planned* and it will not come back\n\n"
    )
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
}
