//! Who looks after the lines that are hit. At most one team is really called, and only where it is urgent.

use contracts::metadata::OwnerRule;
use contracts::verdict::{Finding, Urgency, Verdict};

use super::Page;
use crate::inert::code;
use crate::owners;

/// Files and owners beyond these are not named.
const FILES: usize = 30;
const SHOWN: usize = 8;

pub(super) fn add(page: &mut Page, verdict: &Verdict, finding: &Finding, rules: &[OwnerRule]) {
    let mut paths: Vec<&str> = Vec::new();
    for span in &finding.dependent {
        if !paths.contains(&span.path.as_str()) && paths.len() < FILES {
            paths.push(&span.path);
        }
    }
    let owners = owners::of(rules, &paths);
    if owners.is_empty() {
        return;
    }
    let called = owners::team(&owners, verdict.target.owner()).filter(|_| finding.urgency >= Urgency::High);
    let more = if owners.len() > SHOWN { ", …" } else { "" };
    let names: Vec<String> = owners.iter().take(SHOWN).map(|owner| code(owner, 120)).collect();
    let call = called.map(|team| format!(" {team}: please have a look.")).unwrap_or_default();
    page.add(&format!("Owners of these files by CODEOWNERS: {}{more}.{call}\n\n", names.join(", ")));
}
