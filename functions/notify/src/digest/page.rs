//! The digest's text.

use contracts::RepoName;
use contracts::ids::digest_hex;
use contracts::verdict::Finding;

use crate::inert::{code, one_line, prose};
use crate::links::Links;
use crate::page::{Body, LONGEST, Page};

/// More lines than this are counted, not shown.
const SHOWN: usize = 100;

/// One line of a digest.
#[derive(Debug, Clone)]
pub struct Item {
    /// The provider.
    pub source: RepoName,
    /// What was found.
    pub finding: Finding,
    /// What can be linked.
    pub links: Links,
}

/// The issue that lists `items`, as inert as every other. `marker` is its last line.
pub fn digest(repo: &RepoName, items: &[Item], marker: &str, labels: &[String]) -> Body {
    let head = format!(
        "What changed upstream and concerns {}, and is not urgent or was one issue too many. Nothing here needs an \
         answer.\n\n",
        code(repo.as_str(), 210)
    );
    let foot = "\n---\n<sub>Filed by downstream, which updates it in place by `digest_schedule` and closes it when nothing \
                is left. Close it as *not planned* and it will not come back; or comment `/downstream help`.</sub>\n";
    let mut page = Page::with_room(LONGEST - marker.chars().count() - 1_000);
    page.add(&head);
    let shown = items.iter().take(SHOWN).take_while(|item| page.add(&line(item))).count();
    if shown < items.len() {
        page.add(&format!("\n…and {} more.\n", items.len() - shown));
    }
    let mut labels = labels.to_vec();
    labels.push("downstream".to_owned());
    let title = crate::inert::title("downstream digest: changes upstream that can wait");
    Body { title, body: format!("{}{foot}{marker}\n", page.into_text()), labels }
}

/// Digest of what the lines show.
pub(crate) fn evidence(items: &[Item]) -> String {
    let parts: Vec<String> = items
        .iter()
        .flat_map(|item| [item.finding.fingerprint.to_string(), crate::evidence::digest(&item.finding)])
        .collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    digest_hex(&parts, 16)
}

fn line(item: &Item) -> String {
    let Finding { urgency, title, dependent, rule, .. } = &item.finding;
    let place = dependent.first().map(|span| {
        let text = code(&format!("{}:{}", one_line(&span.path, 200), span.start), 230);
        item.links.blob(span, item.links.target).map_or(text.clone(), |url| format!("[{text}]({url})"))
    });
    let place = place.map(|place| format!(" · {place}")).unwrap_or_default();
    let (source, rule) = (code(item.source.as_str(), 210), code(rule, 100));
    format!("- **{}** {} · {source}{place} · {rule}\n", urgency.as_str(), prose(title, 120))
}
