//! What is special about a template's change: what became of its files here, how to take it, and both sides of a conflict.

use contracts::fact::Span;
use contracts::verdict::{Finding, Verdict};

use super::place::short;
use super::search::quoted;
use super::{Frame, Page};
use crate::inert::{cell, code, code_cell, fence, one_line};

/// Rows of the table.
const ROWS: usize = 12;
/// Sides of a conflict that are shown.
const SIDES: usize = 3;

/// The table of files: this one first, then what else the same change did.
pub(super) fn table(page: &mut Page, verdict: &Verdict, finding: &Finding) {
    let others = verdict.findings.iter().filter(|other| other.fingerprint != finding.fingerprint);
    let others: Vec<&Finding> = others.filter(|other| super::is_template(other)).collect();
    let mut rows = vec![row(finding, "")];
    rows.extend(others.iter().map(|other| row(other, "; told on its own")));
    // What the trace says of other files, such as those that diverge by declaration.
    let named = |step: &str| verdict.findings.iter().any(|f| step.contains(&format!("`{}`", path(f))));
    let rest = verdict.trace.iter().filter(|step| step.step.starts_with('`') && !named(&step.step));
    rows.extend(rest.map(|step| format!("| {} | — | — | {} |\n", cell(&step.step, 150), cell(&step.result, 200))));
    let more = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    if more > 0 {
        rows.push(format!("| {more} more | | | |\n"));
    }
    page.add(&format!("| Template file | Concern | Here | Result |\n|---|---|---|---|\n{}\n", rows.concat()));
}

fn path(finding: &Finding) -> &str {
    finding.element.strip_prefix("file:").unwrap_or(&finding.element)
}

fn row(finding: &Finding, more: &str) -> String {
    let concerns: Vec<String> = finding.triggers.iter().take(4).map(|concern| code_cell(concern, 40)).collect();
    let concerns = if concerns.is_empty() { "—".to_owned() } else { concerns.join(", ") };
    let here = match finding.dependent.first() {
        None => "not here".to_owned(),
        Some(span) if span.path == path(finding) => "same file".to_owned(),
        Some(span) => code_cell(&span.path, 150),
    };
    let result = match (is_conflict(finding), finding.patch.is_some()) {
        (true, _) => "⚠️ conflict",
        (false, true) => "✅ applies cleanly",
        (false, false) => "needs a look",
    };
    format!("| {} | {concerns} | {here} | {result}{more} |\n", code_cell(path(finding), 150))
}

fn is_conflict(finding: &Finding) -> bool {
    finding.rule == "template.hunk.conflicts"
}

/// Commands that take this file's part of the change, where git can fetch both of its commits: a conflict is left in the file
/// with its markers. Every name in them is quoted for a shell.
pub(super) fn commands(verdict: &Verdict, finding: &Finding, frame: &Frame<'_>) -> Option<String> {
    let (before, after) = (frame.change.before.as_ref()?, frame.change.after.as_ref()?);
    let path = path(finding);
    let same = finding.dependent.iter().all(|span| span.path == path);
    let whole = !path.is_empty() && !path.starts_with(':') && one_line(path, 300) == path && !path.contains('\\');
    if !same || !whole || !frame.links.source || frame.change.partial {
        return None;
    }
    let url = quoted(&format!("{}/{}", frame.links.web, verdict.source));
    let (branch, file) = (branch(path), quoted(path));
    let conflict = if is_conflict(finding) { "   # leaves the conflict in the file, with markers" } else { "" };
    Some(fence(
        "sh",
        &format!(
            "git fetch -q {url} {before} {after}\ngit checkout -b {branch}\n\
             git diff {before} {after} -- {file} | git apply --3way --index{conflict}"
        ),
    ))
}

/// `backport/docker-compose-yml`: letters and digits of the file's name.
fn branch(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let words: String = words.join("-").chars().take(40).collect();
    if words.is_empty() { "backport/template".to_owned() } else { format!("backport/{words}") }
}

/// Both sides of a conflict; false where there is none.
pub(super) fn conflict(page: &mut Page, verdict: &Verdict, finding: &Finding) -> bool {
    let theirs = finding.provider.iter().filter(|span| span.commit == verdict.source_commit);
    let theirs: Vec<&Span> = theirs.take(SIDES).collect();
    let yours: Vec<&Span> = finding.dependent.iter().take(SIDES).collect();
    if !is_conflict(finding) || yours.is_empty() || theirs.is_empty() {
        return false;
    }
    let side = |name: &str, spans: &[&Span]| {
        let shown = |span: &&Span| {
            let place = format!("{}:{}", one_line(&span.path, 200), span.start);
            format!("{name}, {}\n{}\n", code(&place, 230), fence("", &short(&span.quote)))
        };
        spans.iter().map(shown).collect::<String>()
    };
    let sides = format!("{}{}", side("Yours", &yours), side("Theirs", &theirs));
    page.add(&format!("<details><summary>Yours and theirs</summary>\n\n{sides}</details>\n\n"))
}

#[cfg(test)]
mod tests {
    use super::branch;

    #[test]
    fn a_branch_is_made_of_words() {
        for (path, expected) in [
            ("deploy/docker-compose.yml", "backport/docker-compose-yml"),
            ("Dockerfile", "backport/dockerfile"),
            ("a/$(reboot); x", "backport/reboot-x"),
            ("..", "backport/template"),
            ("é/漢", "backport/template"),
            ("", "backport/template"),
        ] {
            assert_eq!(branch(path), expected);
        }
        assert!(branch(&"x".repeat(999)).len() < 60);
    }
}
