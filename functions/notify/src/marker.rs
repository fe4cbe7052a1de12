//! The hidden line by which an issue is found again, and what it remembers.

use std::fmt;

use contracts::verdict::{Finding, Urgency};
use contracts::{Fingerprint, RunId};

/// What the hidden line says. Digests and words of ours only: nothing in it comes from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marker {
    pub(crate) fingerprint: String,
    pub(crate) run: String,
    /// Digest of the evidence that the body shows.
    pub(crate) evidence: String,
    pub(crate) urgency: String,
    /// Short digests of the dependent's files that are named.
    pub(crate) files: Vec<String>,
    /// `fixed` or `reverted`, once it is over: who closes an issue otherwise is a person.
    pub(crate) over: Option<String>,
}

const START: &str = "<!-- downstream:v1 ";
const END: &str = " -->";

impl Marker {
    pub(crate) fn of(finding: &Finding, run: &RunId) -> Self {
        Self {
            fingerprint: finding.fingerprint.to_string(),
            run: run.to_string(),
            evidence: crate::evidence::digest(finding),
            urgency: finding.urgency.as_str().to_owned(),
            files: crate::evidence::files(finding),
            over: None,
        }
    }

    /// For a body that lost its marker.
    pub(crate) fn bare(fingerprint: &Fingerprint) -> Self {
        Self {
            fingerprint: fingerprint.to_string(),
            run: String::new(),
            evidence: String::new(),
            urgency: String::new(),
            files: Vec::new(),
            over: None,
        }
    }

    /// What an issue about this finding contains, whatever else changes.
    pub(crate) fn needle(fingerprint: &Fingerprint) -> String {
        format!("{START}fp={fingerprint} ")
    }

    /// The last marker of a body, if it has one.
    pub(crate) fn read(body: &str) -> Option<Self> {
        let line = body.get(body.rfind(START)? + START.len()..)?;
        let line = line.get(..line.find(END)?)?;
        let value = |key: &str| {
            let found = line.split(' ').find_map(|pair| pair.split_once('=').filter(|(k, _)| *k == key));
            found.map(|(_, v)| v.to_owned())
        };
        let files = value("files").unwrap_or_default();
        Some(Self {
            fingerprint: value("fp")?,
            run: value("run").unwrap_or_default(),
            evidence: value("ev").unwrap_or_default(),
            urgency: value("urgency").unwrap_or_default(),
            files: files.split(',').filter(|f| !f.is_empty()).map(str::to_owned).collect(),
            over: value("over"),
        })
    }

    /// Whether a person should hear of the finding again: it got more urgent, or a new file is hit.
    pub(crate) fn is_worse_than(&self, before: &Self) -> bool {
        rank(&self.urgency) > rank(&before.urgency) || self.files.iter().any(|f| !before.files.contains(f))
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fingerprint, run, evidence, urgency, files, over } = self;
        write!(f, "{START}fp={fingerprint} run={run} ev={evidence} urgency={urgency} files={}", files.join(","))?;
        if let Some(over) = over {
            write!(f, " over={over}")?;
        }
        f.write_str(END)
    }
}

fn rank(urgency: &str) -> usize {
    let all = [Urgency::Low, Urgency::Medium, Urgency::High, Urgency::Critical];
    all.iter().position(|u| u.as_str() == urgency).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker() -> Marker {
        let text = |t: &str| t.to_owned();
        Marker {
            fingerprint: text("5b1e0c9a77d2f403"),
            run: text("0123456789abcdef0123456789abcdef"),
            evidence: text("00112233"),
            urgency: text("high"),
            files: vec![text("aa"), text("bb")],
            over: None,
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for over in [None, Some("fixed".to_owned())] {
            let marker = Marker { over, ..marker() };
            let fingerprint = marker.fingerprint.parse().unwrap();
            let body = format!("<!-- downstream:v1 fp=ffffffffffffffff run=x -->\ntext\n{marker}\n");
            assert!(body.contains(&Marker::needle(&fingerprint)));
            assert_eq!(Marker::read(&body), Some(marker));
        }
    }

    #[test]
    fn a_body_without_a_whole_marker_has_none() {
        for body in ["", "<!-- downstream:v1 ", "<!-- downstream:v1 run=x -->", "<!-- downstream:v2 fp=1 -->", "é -->"]
        {
            assert_eq!(Marker::read(body), None, "{body}");
        }
    }

    #[test]
    fn worse_means_more_urgent_or_a_new_file() {
        let (text, before) = (|t: &str| t.to_owned(), marker());
        for (urgency, files, worse) in [
            ("high", vec!["aa", "bb"], false),
            ("low", vec!["aa"], false),
            ("critical", vec!["aa"], true),
            ("low", vec!["cc"], true),
        ] {
            let now = Marker { urgency: text(urgency), files: files.into_iter().map(text).collect(), ..marker() };
            assert_eq!(now.is_worse_than(&before), worse, "{now}");
        }
    }
}
