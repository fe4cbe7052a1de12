//! Verdicts as the triages reach them.

use contracts::fact::Span;
use contracts::messages::Change;
use contracts::metadata::OwnerRule;
use contracts::verdict::{Answer, Finding, Step, Tier, Urgency, Verdict};
use contracts::{CommitId, Fingerprint, RepoName, RunId};
use notify::Links;

pub const BEFORE: &str = "1111111111111111111111111111111111111111";
pub const AFTER: &str = "1865d05c8a2f1b0a9e7d6c5b4a39281706f5e4d3";
pub const TARGET: &str = "9f2c1abd00112233445566778899aabbccddeeff";

pub fn run() -> RunId {
    "0123456789abcdef0123456789abcdef".parse().unwrap()
}

pub fn change() -> Change {
    Change {
        repo: "acme/inference".parse().unwrap(),
        url: "https://github.com/acme/inference".to_owned(),
        git_ref: "refs/heads/main".to_owned(),
        before: Some(BEFORE.parse().unwrap()),
        after: Some(AFTER.parse().unwrap()),
        summary: "Add API key authentication with @octocat's gateway, see #12".to_owned(),
        reported_at: 1_795_077_060_000,
        seq: 1,
        dry_run: false,
        only: Vec::new(),
        pinned: std::collections::BTreeMap::new(),
        partial: false,
    }
}

pub fn github() -> Links {
    Links { web: "https://github.com".to_owned(), source: true, target: true }
}

pub fn owners() -> Vec<OwnerRule> {
    let rule = |pattern: &str, owners: &[&str]| OwnerRule {
        pattern: pattern.to_owned(),
        owners: owners.iter().map(|o| (*o).to_owned()).collect(),
    };
    vec![rule("*", &["@acme/reviewers"]), rule("/deploy/", &["@ann", "ops@acme.example"])]
}

pub fn span(repo: &str, commit: &str, path: &str, (start, end): (u32, u32), quote: &str) -> Span {
    let (repo, commit) = (repo.parse().unwrap(), Some(commit.parse().unwrap()));
    Span { repo, commit, path: path.to_owned(), start, end, quote: quote.to_owned() }
}

fn steps(steps: &[(&str, &str)]) -> Vec<Step> {
    steps.iter().map(|(step, result)| Step { step: (*step).to_owned(), result: (*result).to_owned() }).collect()
}

fn verdict(relationship: &str, finding: Finding, trace: &[(&str, &str)]) -> Verdict {
    let (source, target): (RepoName, RepoName) = ("acme/inference".parse().unwrap(), "acme/resumes".parse().unwrap());
    let fingerprint = Fingerprint::derive(&source, &target, relationship, &finding.rule, &finding.element);
    let commit = |id: &str| Some(id.parse::<CommitId>().unwrap());
    Verdict {
        source,
        target,
        relationship: relationship.to_owned(),
        source_commit: commit(AFTER),
        target_commit: commit(TARGET),
        answer: Answer::Affected,
        findings: vec![Finding { fingerprint, ..finding }],
        resolved: Vec::new(),
        trace: steps(trace),
    }
}

fn unnamed() -> Fingerprint {
    "0000000000000000".parse().unwrap()
}

pub fn moved_route() -> Verdict {
    let (before, after) = ("@app.get(\"/health\")\ndef health():", "@app.get(\"/v1/health\")\ndef health():");
    let call = "        r = self.http.get(\n            f\"{self.base}/health\",\n            timeout=2)";
    let finding = Finding {
        fingerprint: unnamed(),
        rule: "http.route.moved".to_owned(),
        element: "http:GET /health".to_owned(),
        title: "inference: GET /health moved to /v1/health, 2 calls here will 404".to_owned(),
        change: "`GET /health` moved to `GET /v1/health`.".to_owned(),
        consequence: "2 places in this repository call the old path; they break when that service is deployed."
            .to_owned(),
        urgency: Urgency::Critical,
        tier: Tier::Confirmed,
        tier_reason: "route removed in the provider and the call found here".to_owned(),
        provider: vec![
            span("acme/inference", BEFORE, "app.py", (10, 11), before),
            span("acme/inference", AFTER, "app.py", (10, 11), after),
        ],
        dependent: vec![
            span("acme/resumes", TARGET, "utils/llm_client.py", (41, 43), call),
            span("acme/resumes", TARGET, "deploy/my compose.yml", (18, 18), "    test: curl -f http://vllm:8000/health"),
        ],
        patch: Some(
            "--- a/utils/llm_client.py\n+++ b/utils/llm_client.py\n@@ -42 +42 @@\n-            f\"{self.base}/health\",\n+            f\"{self.base}/v1/health\",\n"
                .to_owned(),
        ),
        triggers: vec!["api_contract".to_owned(), "endpoints".to_owned()],
    };
    let trace = [
        ("Provider routes before and after", "`GET /health` removed, `GET /v1/health` added (same handler `health`)"),
        ("Calls found here", "2 exact, 0 fuzzy"),
        ("Not checked", "other branches; URLs built at run time"),
    ];
    verdict("api_consumer", finding, &trace)
}

pub fn renamed_variable() -> Verdict {
    let finding = Finding {
        fingerprint: unnamed(),
        rule: "env.renamed".to_owned(),
        element: "env:MODEL_NAME".to_owned(),
        title: "inference: MODEL_NAME is now MODEL_ID; check what you set".to_owned(),
        change: "`MODEL_NAME` is now read as `MODEL_ID`.".to_owned(),
        consequence: "If the value set here is meant for that service, it is ignored from now on.".to_owned(),
        urgency: Urgency::High,
        tier: Tier::CheckFirst,
        tier_reason: "depends on which service this compose file starts".to_owned(),
        provider: vec![
            span("acme/inference", BEFORE, "src/settings.py", (7, 7), "MODEL = os.environ[\"MODEL_NAME\"]"),
            span("acme/inference", AFTER, "src/settings.py", (7, 7), "MODEL = os.environ[\"MODEL_ID\"]"),
        ],
        dependent: vec![span("acme/resumes", TARGET, "docker-compose.yml", (12, 12), "      MODEL_NAME: tiny")],
        patch: None,
        triggers: vec!["configuration".to_owned()],
    };
    verdict("api_consumer", finding, &[("Environment reads before and after", "`MODEL_NAME` → `MODEL_ID`")])
}

pub fn template_fix() -> Verdict {
    let finding = Finding {
        fingerprint: unnamed(),
        rule: "template.hunk.applies".to_owned(),
        element: "file:docker-compose.yml".to_owned(),
        title: "Template inference: a change to docker-compose.yml applies here".to_owned(),
        change: "changed `docker-compose.yml`: Reserve the GPU".to_owned(),
        consequence: "The change applies cleanly here; nothing is broken if you skip it.".to_owned(),
        urgency: Urgency::Medium,
        tier: Tier::Likely,
        tier_reason: "1 of 1 hunks applies to this repository's own file".to_owned(),
        provider: vec![span(
            "acme/inference",
            AFTER,
            "docker-compose.yml",
            (9, 11),
            "    deploy:\n      resources:\n        reservations: {devices: [{driver: nvidia, count: 1}]}",
        )],
        dependent: vec![span("acme/resumes", TARGET, "docker-compose.yml", (8, 8), "    shm_size: 1gb")],
        patch: Some(
            "--- a/docker-compose.yml\n+++ b/docker-compose.yml\n@@ -8,0 +9,3 @@\n+    deploy:\n+      resources:\n+        reservations: {devices: [{driver: nvidia, count: 1}]}\n"
                .to_owned(),
        ),
        triggers: vec!["docker".to_owned(), "gpu_configuration".to_owned()],
    };
    verdict("template_fork", finding, &[("`docker-compose.yml`, 1 hunk", "applies cleanly")])
}

/// A hunk that does not fit, beside a file that applies and one that diverges by declaration.
pub fn template_conflict() -> Verdict {
    let mut verdict = template_fix();
    let mut finding = verdict.findings[0].clone();
    finding.rule = "template.hunk.conflicts".to_owned();
    finding.element = "file:entrypoint.sh".to_owned();
    finding.title = "Template inference: entrypoint.sh needs a look".to_owned();
    finding.change = "changed `entrypoint.sh`: Reserve the GPU".to_owned();
    finding.consequence = "It does not apply as it is; look whether the same lines need the same cure here.".to_owned();
    finding.tier = Tier::CheckFirst;
    finding.tier_reason = "most of the old lines stand here, with changes between them".to_owned();
    finding.patch = None;
    finding.triggers = vec!["deployment".to_owned()];
    finding.provider = vec![
        span("acme/inference", BEFORE, "entrypoint.sh", (20, 20), "exec vllm serve"),
        span("acme/inference", AFTER, "entrypoint.sh", (20, 20), "exec vllm serve --gpus all"),
    ];
    finding.dependent =
        vec![span("acme/resumes", TARGET, "entrypoint.sh", (22, 23), "cd /app\nexec vllm serve --port 80")];
    finding.fingerprint =
        Fingerprint::derive(&verdict.source, &verdict.target, "template_fork", "template.hunk", &finding.element);
    verdict.findings.insert(0, finding);
    verdict.trace = steps(&[
        ("`docker-compose.yml` line 9", "applies cleanly"),
        ("`entrypoint.sh` line 20", "conflicts with lines 22-23 here"),
        ("`app/models.py` line 4", "skipped: `model_specific` diverges by declaration"),
        ("Cost", "rules only, no model call"),
        ("not checked", "other branches"),
    ]);
    verdict
}
