//! What a body shows, as digests: equal means that there is nothing to rewrite.

use contracts::fact::Span;
use contracts::ids::digest_hex;
use contracts::verdict::Finding;

/// Digest of everything that a reader sees of a finding. Commits are left out: the same lines at a newer commit are no
/// news.
pub(crate) fn digest(finding: &Finding) -> String {
    let Finding { rule, element, title, change, consequence, urgency, tier, tier_reason, .. } = finding;
    let mut parts = vec![rule.clone(), element.clone(), title.clone(), change.clone(), consequence.clone()];
    parts.extend([urgency.as_str().to_owned(), tier.as_str().to_owned(), tier_reason.clone()]);
    parts.extend(finding.provider.iter().map(span));
    parts.push("dependent".to_owned());
    parts.extend(finding.dependent.iter().map(span));
    parts.push(finding.patch.clone().unwrap_or_default());
    parts.extend(finding.triggers.iter().cloned());
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    digest_hex(&parts, 16)
}

/// Short digests of the dependent's files, each once, at most thirty.
pub(crate) fn files(finding: &Finding) -> Vec<String> {
    let mut files: Vec<String> = finding.dependent.iter().map(|span| digest_hex(&[&span.path], 8)).collect();
    files.sort_unstable();
    files.dedup();
    files.truncate(30);
    files
}

fn span(span: &Span) -> String {
    let Span { repo, path, start, end, quote, commit: _ } = span;
    digest_hex(&[repo.as_str(), path, &start.to_string(), &end.to_string(), quote], 32)
}
