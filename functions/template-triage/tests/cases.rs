//! Cases as folders: `before/` and `after/` are the template, `here/` is the derivative, `case.json` says the rest and
//! what is expected. `then/`, where it is there, is the derivative after the patches; `now/` is the template's branch, where
//! it went on.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use contracts::fact::FileStatus;
use contracts::messages::Change;
use contracts::verdict::{Answer, Finding, Verdict};
use contracts::{CommitId, RepoName};
use serde::Deserialize;
use template_triage::{Case, Changed, Concerns, Now, Reading, Twin, apply, candidates, decide};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    #[serde(default = "template")]
    source: String,
    #[serde(default = "derivative")]
    target: String,
    #[serde(default)]
    shared: Vec<String>,
    #[serde(default)]
    divergent: Vec<String>,
    #[serde(default)]
    summary: String,
    /// Lines of files after the change that declare routes: path to `[first, last]`.
    #[serde(default)]
    routes: BTreeMap<String, (u32, u32)>,
    /// Why the derivative cannot be read.
    unreadable: Option<String>,
    /// Files of the derivative whose contents are not kept.
    #[serde(default)]
    not_kept: Vec<String>,
    /// `affected`, or `not affected: …` and `unknown: …` with a part of the reason.
    answer: String,
    #[serde(default)]
    findings: Vec<Expected>,
}

#[derive(Deserialize, PartialEq, Debug)]
#[serde(deny_unknown_fields)]
struct Expected {
    rule: String,
    element: String,
    urgency: String,
    tier: String,
    concerns: Vec<String>,
    /// `path:first-last` in the derivative.
    lines: Vec<String>,
    patch: bool,
}

fn template() -> String {
    "acme/template".to_owned()
}

fn derivative() -> String {
    "acme/derivative".to_owned()
}

#[test]
fn every_case_is_decided_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 15, "the cases are gone");
    let wrong: Vec<String> = names.iter().filter_map(|folder| check(folder).err()).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
}

fn check(folder: &Path) -> Result<(), String> {
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    let told: Told = serde_json::from_slice(&fs::read(folder.join("case.json")).unwrap()).unwrap();
    let here = tree(&folder.join("here"));
    let (case, reading) = arrange(&told, folder, &here);
    let verdict = decide(&case, &reading);
    let wrong = |what: String| format!("{name}: {what}\n{:#?}", verdict.trace);
    if !answers(&verdict, &told.answer) {
        return Err(wrong(format!("{:?}, expected {:?}", verdict.answer, told.answer)));
    }
    let found: Vec<Expected> = verdict.findings.iter().map(shown).collect();
    if found != told.findings {
        return Err(wrong(format!("{found:#?}, expected {:#?}", told.findings)));
    }
    let text = |repo: &RepoName, commit: &Option<CommitId>, path: &str| {
        let side = match (repo == &case.target, commit == &case.change.after) {
            (true, _) => "here",
            (_, true) => "after",
            _ => "before",
        };
        fs::read_to_string(folder.join(side).join(path)).unwrap()
    };
    for finding in &verdict.findings {
        assert!(finding.title.chars().count() <= 72, "{name}: {}", finding.title);
        for span in finding.provider.iter().chain(&finding.dependent) {
            assert!(span.stands_in(&text(&span.repo, &span.commit, &span.path)), "{name}: {span:?}");
        }
    }
    patched(&verdict, here, &folder.join("then")).map_err(wrong)
}

fn arrange(told: &Told, folder: &Path, here: &BTreeMap<String, String>) -> (Case, Reading) {
    let (source, target): (RepoName, RepoName) = (told.source.parse().unwrap(), told.target.parse().unwrap());
    let commit = |digit: &str| Some(digit.repeat(40).parse().unwrap());
    let (before, after) = (tree(&folder.join("before")), tree(&folder.join("after")));
    let now = tree(&folder.join("now"));
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changed = |path: &&String| before.get(*path) != after.get(*path);
    let files: Vec<Changed> = paths
        .into_iter()
        .filter(changed)
        .map(|path| {
            let (before, after) = (before.get(path).cloned(), after.get(path).cloned());
            let status = match (&before, &after) {
                (None, _) => FileStatus::Added,
                (_, None) => FileStatus::Removed,
                _ => FileStatus::Modified,
            };
            let routes = told.routes.get(path).copied().into_iter().collect();
            let now = match now.get(path) {
                _ if now.is_empty() || now.get(path) == after.as_ref() => Now::AsItWas,
                Some(text) => Now::Text(text.clone()),
                None => Now::Gone,
            };
            Changed { path: path.clone(), from: path.clone(), status, before, after, routes, now, began: None }
        })
        .collect();
    let all: Vec<&str> = here.keys().map(String::as_str).chain(told.not_kept.iter().map(String::as_str)).collect();
    let twin = |path: String| Twin { text: here.get(&path).cloned(), path };
    let twins = |file: &Changed| candidates(&file.from, &source, &target, &all).into_iter().map(twin).collect();
    let reading = match &told.unreadable {
        Some(why) => Reading::Unreadable(why.clone()),
        None => Reading::Read { commit: commit("3"), twins: files.iter().map(twins).collect() },
    };
    let change = Change {
        repo: source.clone(),
        url: format!("https://github.com/{source}"),
        git_ref: "refs/heads/main".to_owned(),
        before: commit("1"),
        after: commit("2"),
        summary: told.summary.clone(),
        reported_at: 0,
        seq: 1,
        dry_run: false,
        only: Vec::new(),
        pinned: std::collections::BTreeMap::new(),
        partial: false,
    };
    let case = Case {
        change,
        target,
        relationship: "template_fork".to_owned(),
        upward: false,
        concerns: Concerns { shared: told.shared.clone(), divergent: told.divergent.clone() },
        files,
        blind: Vec::new(),
        recheck: None,
        known: Vec::new(),
        taken_back: Vec::new(),
        open: Vec::new(),
        later: None,
    };
    (case, reading)
}

/// Every file under a folder, by its path.
fn tree(folder: &Path) -> BTreeMap<String, String> {
    let (mut files, mut left) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = left.pop() {
        for path in fs::read_dir(&next).into_iter().flatten().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                left.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

fn answers(verdict: &Verdict, expected: &str) -> bool {
    match (&verdict.answer, expected.split_once(": ")) {
        (Answer::Affected, None) => expected == "affected",
        (Answer::NotAffected(why), Some(("not affected", part))) => why.contains(part),
        (Answer::Unknown(why), Some(("unknown", part))) => why.contains(part),
        _ => false,
    }
}

fn shown(finding: &Finding) -> Expected {
    let lines = finding.dependent.iter().map(|span| format!("{}:{}-{}", span.path, span.start, span.end));
    Expected {
        rule: finding.rule.clone(),
        element: finding.element.clone(),
        urgency: finding.urgency.as_str().to_owned(),
        tier: finding.tier.as_str().to_owned(),
        concerns: finding.triggers.clone(),
        lines: lines.collect(),
        patch: finding.patch.is_some(),
    }
}

/// Applies every patch and compares with the folder that shows the result.
fn patched(verdict: &Verdict, mut here: BTreeMap<String, String>, then: &Path) -> Result<(), String> {
    for patch in verdict.findings.iter().filter_map(|finding| finding.patch.as_ref()) {
        let named = patch.lines().nth(1).and_then(|line| line.strip_prefix("+++ b/")).unwrap();
        let old = here.get(named).cloned().unwrap_or_default();
        let new = apply(patch, &old).ok_or_else(|| format!("the patch does not apply:\n{patch}"))?;
        here.insert(named.to_owned(), new);
    }
    match then.exists() {
        true if here != tree(then) => Err(format!("after the patches: {here:#?}")),
        _ => Ok(()),
    }
}
