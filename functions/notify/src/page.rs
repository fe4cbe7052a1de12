//! The issue: a pure function of a verdict and one of its findings.

mod change;
pub(crate) mod head;
mod owners;
mod place;
mod search;
mod template;
mod why;

use contracts::RunId;
use contracts::messages::Change;
use contracts::metadata::OwnerRule;
use contracts::verdict::{Finding, Verdict};

use crate::inert;
use crate::links::Links;
use crate::marker::Marker;

/// GitHub takes 65,536 characters; what is above this is left for a note that it is over.
pub(crate) const LONGEST: usize = 57_000;
/// A comment is read beside the issue, not instead of it.
const EXPLAINED: usize = 20_000;

/// An issue's text, ready to be filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// At most 72 characters.
    pub title: String,
    /// Markdown with the hidden marker, at most 58,000 characters.
    pub body: String,
    /// Names of labels.
    pub labels: Vec<String>,
}

/// Where the text belongs.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The run that led here.
    pub run: &'a RunId,
    /// The provider's change, with its own words.
    pub change: &'a Change,
    /// When a body that was there before is written anew, in milliseconds since the Unix epoch; none for a new issue.
    pub updated_at: Option<i64>,
    /// What can be linked.
    pub links: &'a Links,
    /// Labels of the finding's urgency.
    pub labels: &'a [String],
    /// Where people read `relationships.json`.
    pub config_url: Option<&'a str>,
    /// The dependent's CODEOWNERS, in file order.
    pub owners: &'a [OwnerRule],
}

/// The issue about `finding`. Everything in it that comes from outside is inert: no mention, reference, link or markup
/// of theirs comes alive.
pub fn render(verdict: &Verdict, finding: &Finding, frame: &Frame<'_>) -> Body {
    let marker = Marker::of(finding, frame.run).to_string();
    let foot = why::foot(verdict, finding, frame.config_url);
    let mut page = Page { text: String::new(), room: LONGEST - marker.chars().count() - foot.chars().count() - 200 };
    page.add(&head::alert(verdict, finding));
    page.add(&head::tier(finding));
    if let Some(at) = frame.updated_at {
        page.add(&head::updated(verdict, at, frame.links));
    }
    if is_template(finding) {
        template::table(&mut page, verdict, finding);
    } else {
        page.add(&head::checklist(verdict, finding));
    }
    if !template::conflict(&mut page, verdict, finding) {
        place::add(&mut page, verdict, finding, frame.links);
    }
    change::add(&mut page, verdict, finding, frame);
    why::add(&mut page, verdict, finding);
    owners::add(&mut page, verdict, finding, frame.owners);
    page.text.push_str(&foot);
    page.text.push_str(&marker);
    page.text.push('\n');
    let mut labels = frame.labels.to_vec();
    labels.push("downstream".to_owned());
    Body { title: inert::title(&finding.title), body: page.text, labels }
}

/// Why a finding stands, for a comment: at most 20,000 characters, as inert as an issue.
pub fn explain(verdict: &Verdict, finding: &Finding, links: &Links) -> String {
    let mut page = Page { text: String::new(), room: EXPLAINED };
    page.add(&head::alert(verdict, finding));
    page.add(&head::tier(finding));
    why::add(&mut page, verdict, finding);
    place::add(&mut page, verdict, finding, links);
    page.text
}

/// A template's improvement reads differently from a provider's breakage.
pub(crate) fn is_template(finding: &Finding) -> bool {
    finding.rule.starts_with("template.")
}

/// Text that does not grow beyond its room.
pub(crate) struct Page {
    text: String,
    room: usize,
}

impl Page {
    /// A page that is still empty.
    pub(crate) fn with_room(room: usize) -> Self {
        Self { text: String::new(), room }
    }

    /// Keeps room for what comes last.
    pub(crate) fn reserve(&mut self, section: &str) {
        self.room = self.room.saturating_sub(section.chars().count());
    }

    /// What stands on it.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// Adds a section, whole or not at all; false if it had no room.
    pub(crate) fn add(&mut self, section: &str) -> bool {
        let length = section.chars().count();
        if length > self.room {
            return false;
        }
        self.room -= length;
        self.text.push_str(section);
        true
    }
}
