//! The dashboard's text: a pure function of what it shows.

use contracts::RepoName;
use contracts::tick::Tick;
use contracts::verdict::Answer;

use super::view::{Line, Shown, View, Watched};
use crate::inert::{cell, code, code_cell, prose};
use crate::page::head::day;
use crate::page::{Body, LONGEST, Page};

/// More lines of a section than this are counted, not shown.
const SHOWN: usize = 50;

/// The issue that shows `view`, as inert as every other. `marker` is its last line.
pub fn dashboard(repo: &RepoName, view: &View, marker: &str) -> Body {
    let foot = "---\n<sub>Kept by downstream because `dashboard` is switched on in `relationships.json`; rewritten in place, \
                without a word. Close it as *not planned* and it will not come back.</sub>\n";
    let mut page = Page::with_room(LONGEST - marker.chars().count() - foot.chars().count() - 200);
    page.add(&format!("What changed upstream and concerns {}, all in one place.\n\n", code(repo.as_str(), 210)));
    section(&mut page, "Needs a decision", "Tick one to have it filed as an issue.", &view.waiting);
    section(&mut page, "Open", "", &view.open);
    section(&mut page, "Snoozed / ignored", "Tick one to hear of it again.", &view.away);
    watched(&mut page, &view.watched);
    blind(&mut page, view);
    if view.is_calm() {
        page.add("Nothing is open.\n\n");
    }
    let title = crate::inert::title("downstream dashboard: changes upstream");
    let labels = vec!["downstream".to_owned()];
    Body { title, body: format!("{}{foot}{marker}\n", page.into_text()), labels }
}

fn section(page: &mut Page, title: &str, how: &str, lines: &[Line]) {
    if lines.is_empty() {
        return;
    }
    let how = if how.is_empty() { String::new() } else { format!("{how}\n\n") };
    page.add(&format!("### {title}\n{how}"));
    let shown = lines.iter().take(SHOWN).take_while(|one| page.add(&line(one))).count();
    if shown < lines.len() {
        page.add(&format!("\n…and {} more.\n", lines.len() - shown));
    }
    page.add("\n");
}

fn line(line: &Line) -> String {
    let (finding, source) = (line.finding.fingerprint.clone(), code(line.source.as_str(), 210));
    let what = format!("{} · {source}", prose(&line.finding.title, 120));
    let urgency = line.finding.urgency.as_str();
    let by = |by: &str| if by.is_empty() { String::new() } else { format!(" by {}", code(by, 100)) };
    match &line.shown {
        Shown::Waits => Tick::File { finding }.line(&format!("**{urgency}** {what}")),
        // A relative address: a whole one would be noted on the issue each time this is written.
        Shown::Issue(Some(number)) => format!("- **{urgency}** [issue {number}](../issues/{number}) {what}\n"),
        Shown::Issue(None) => format!("- **{urgency}** {what}\n"),
        Shown::Ignored(who) => Tick::Revive { finding }.line(&format!("ignored{}: {what}", by(who))),
        Shown::Snoozed(until, who) => {
            Tick::Revive { finding }.line(&format!("snoozed until {until}{}: {what}", by(who)))
        }
    }
}

fn watched(page: &mut Page, all: &[Watched]) {
    if all.is_empty() {
        return;
    }
    let head = "| Repository | Kind | Last checked | Last finding |\n|---|---|---|---|\n";
    let mut rows: Vec<String> = all.iter().take(SHOWN).map(row).collect();
    if all.len() > SHOWN {
        rows.push(format!("| {} more | | | |\n", all.len() - SHOWN));
    }
    page.add(&format!("### Relationships watched\n{head}{}\n", rows.concat()));
}

fn row(watched: &Watched) -> String {
    let Watched { source, kind, last, finding } = watched;
    let last = last.as_ref().map_or_else(
        || "not yet".to_owned(),
        |last| {
            let at = last.commit.as_ref().map(|commit| format!(" at {}", code_cell(commit.short(), 7)));
            let answer = match last.answer {
                Answer::Affected => "affected",
                Answer::NotAffected(_) => "not affected",
                Answer::Unknown(_) => "unknown",
            };
            format!("{}{}: {answer}", day(last.at), at.unwrap_or_default())
        },
    );
    let finding =
        finding.as_ref().map_or_else(|| "—".to_owned(), |(title, day)| format!("{day}: {}", cell(title, 120)));
    format!("| {} | {} | {last} | {finding} |\n", code_cell(source.as_str(), 210), code_cell(kind, 60))
}

fn blind(page: &mut Page, view: &View) {
    let lines: Vec<String> = view
        .blind()
        .take(SHOWN)
        .map(|(watched, why)| format!("- {}: {}\n", code(watched.source.as_str(), 210), prose(why, 300)))
        .collect();
    if !lines.is_empty() {
        page.add(&format!("### Could not check\n{}\n", lines.concat()));
    }
}
