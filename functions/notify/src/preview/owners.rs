//! Who owns the affected files, as the dependent's CODEOWNERS says at the commit that was looked at.

use blobs::Blobs;
use contracts::decision::DecisionRecord;
use contracts::metadata::OwnerRule;
use contracts::record::VerdictRecord;
use snapshot::Snapshot;
use stage::Fault;

/// Where GitHub looks, in this order (<https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners>).
const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];
/// GitHub ignores a larger file.
const LARGEST: u64 = 3 << 20;
/// More owners than this are not named.
const MOST: usize = 4;

/// Owners of the files that a verdict's findings rest on, each once; none where that is not known.
///
/// # Errors
///
/// Retry where storage fails for now. What is no longer kept is no error: then nobody is named.
pub async fn owners(record: &VerdictRecord, blobs: &Blobs) -> Result<Vec<String>, Fault> {
    match codeowners(record, blobs).await {
        Ok(text) => Ok(text.map_or_else(Vec::new, |text| of(&text, &paths(record)))),
        Err(Fault::Reject { why }) => {
            tracing::info!(target = %record.verdict.target, why, "its owners are not known");
            Ok(Vec::new())
        }
        Err(retry) => Err(retry),
    }
}

async fn codeowners(record: &VerdictRecord, blobs: &Blobs) -> Result<Option<String>, Fault> {
    let Some(key) = &record.decision else { return Ok(None) };
    let decision: DecisionRecord = blobs.get_json(key).await?;
    let Some(dependent) = decision.inputs.dependent else { return Ok(None) };
    let snapshot = Snapshot::open(blobs, &dependent).await?;
    for place in PLACES {
        if snapshot.manifest().entry(place).is_some_and(|entry| entry.size <= LARGEST) {
            return Ok(snapshot.text(place).await?);
        }
    }
    Ok(None)
}

fn paths(record: &VerdictRecord) -> Vec<&str> {
    let target = &record.verdict.target;
    let spans = record.verdict.findings.iter().flat_map(|finding| &finding.dependent);
    spans.filter(|span| span.repo == *target).map(|span| span.path.as_str()).collect()
}

/// The first few owners of the paths.
fn of(text: &str, paths: &[&str]) -> Vec<String> {
    let rules: Vec<OwnerRule> = text.lines().filter_map(rule).collect();
    crate::owners::of(&rules, paths).into_iter().take(MOST).map(str::to_owned).collect()
}

fn rule(line: &str) -> Option<OwnerRule> {
    let line = line.split(" #").next().unwrap_or(line).trim();
    if line.is_empty() || line.starts_with(['#', '[', '!']) {
        return None;
    }
    let mut words = line.split_whitespace();
    let pattern = words.next()?.to_owned();
    Some(OwnerRule { pattern, owners: words.filter(|word| word.len() <= 100).map(str::to_owned).collect() })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_last_rule_that_matches_counts() {
        let text = "* @org/all\n*.js @js # all of it\n/build/ @build\ndocs/* docs@example.org\napps/ @octocat\n\
                    /scripts @ops\n**/logs @logs\n/apps/github\n# none\n[Section]\n!x @x\n\\ broken[ @b\n";
        let cases: &[(&[&str], &str)] = &[
            (&["src/a.py"], "@org/all"),
            (&["src/a.js"], "@js"),
            (&["build/logs/x"], "@logs"),
            (&["build/x"], "@build"),
            (&["other/build/x"], "@org/all"),
            (&["docs/a.md"], "docs@example.org"),
            (&["docs/b/a.md"], "@org/all"),
            (&["a/apps/x"], "@octocat"),
            (&["apps/github/x"], ""),
            (&["scripts/x/y"], "@ops"),
            (&["src/a.py", "src/a.js", "src/b.py"], "@org/all @js"),
            (&[], ""),
        ];
        for (paths, owners) in cases {
            assert_eq!(of(text, paths).join(" "), *owners, "{paths:?}");
        }
        assert_eq!(of("* @a @b @c @d @e", &["x"]).len(), 4);
        assert_eq!(of("", &["x"]), Vec::<String>::new());
    }
}
