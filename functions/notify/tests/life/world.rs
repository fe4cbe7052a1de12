//! A store, an outbox and the stage.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use contracts::fact::Element;
use contracts::fact::Span;
use contracts::messages::{Change, DashboardDue, DigestDue, IssueAct, IssueTouched, VerdictReached};
use contracts::metadata::{Metadata, OwnerRule};
use contracts::record::{FindingRecord, FindingState, Index, Recheck, Record, WishKind};
use contracts::verdict::{Answer, Finding, Resolved, Tier, Urgency, Verdict};
use contracts::{BlobKey, CommitId, Envelope, Fingerprint, MessageId, RepoName};
use github::{Github, Issue, Settings, Token};
use notify::{Announcer, Dashboard, Deps, Digest, IssueCommands, Notify, Out, Said};
use relationships::NotificationSettings;
use stage::{Fault, Outcome, Stage};
use store::Store;

pub struct World {
    pub deps: Deps,
    webhook: String,
    folder: Arc<tempfile::TempDir>,
    now: Arc<AtomicI64>,
}

/// When changes are reported, and what the clock shows at first.
pub const NOW: i64 = 1_700_000_000_000;

impl World {
    pub async fn new(webhook: &str) -> Self {
        Self::on(Arc::new(tempfile::tempdir().unwrap()), webhook, "store").await
    }

    /// The same outbox; everything else forgotten.
    pub async fn with_empty_store(&self) -> Self {
        Self::on(Arc::clone(&self.folder), &self.webhook, "another").await
    }

    /// Issues are really filed, at `api_url`.
    pub async fn filing(api_url: &str, webhook: &str) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let outbox = folder.path().join("outbox");
        let settings = Settings { credentials: Token::new("secret").into(), api_url: api_url.to_owned(), outbox };
        Self::with(Github::open(settings).unwrap(), folder, webhook, "store").await
    }

    async fn on(folder: Arc<tempfile::TempDir>, webhook: &str, store: &str) -> Self {
        let outbox = folder.path().join("outbox");
        let github =
            Github::open(Settings { credentials: github::Credentials::None, api_url: String::new(), outbox }).unwrap();
        Self::with(github, folder, webhook, store).await
    }

    async fn with(github: Github, folder: Arc<tempfile::TempDir>, webhook: &str, store: &str) -> Self {
        let url = format!("sqlite:{}", folder.path().join(store).display());
        let now = Arc::new(AtomicI64::new(NOW));
        let deps = Deps {
            announce: Announcer::open(webhook, &github).unwrap(),
            store: Store::open(&url).await.unwrap(),
            settings: NotificationSettings::default(),
            config_url: None,
            blobs: blobs::Blobs::open(&format!("dir:{}", folder.path().join("objects").display())).await.unwrap(),
            where_is: Arc::new(|repo| format!("https://github.com/{repo}")),
            clock: Arc::new({
                let now = Arc::clone(&now);
                move || now.load(Ordering::Relaxed)
            }),
            watched: Arc::new(|_| vec![(source(), "api_consumer".to_owned())]),
            github,
        };
        Self { deps, webhook: webhook.to_owned(), folder, now }
    }

    /// Time goes by.
    pub fn pass(&self, milliseconds: i64) {
        self.now.fetch_add(milliseconds, Ordering::Relaxed);
    }

    pub async fn act(&self, number: u64, act: IssueAct) -> Result<Outcome<Said>, Fault> {
        self.act_on(number, &verdict(1).findings[0].fingerprint, act).await
    }

    pub async fn act_on(&self, number: u64, on: &Fingerprint, act: IssueAct) -> Result<Outcome<Said>, Fault> {
        let at = self.now.fetch_add(1, Ordering::Relaxed);
        let (fingerprint, by) = (on.clone(), "ann @octocat".to_owned());
        let said = IssueTouched { repo: target(), number, fingerprint, by, act, comment: Some(77), ticked: false, at };
        let id = MessageId::derive(&["touch", &at.to_string()]);
        let outcome = IssueCommands::handle(&Envelope::first(id, said), &self.deps).await?;
        self.deps.store.save(outcome.save.clone()).await.unwrap();
        Ok(outcome)
    }

    /// Somebody ticks a box of an issue, which carries no more than the edit itself.
    pub async fn tick(&self, number: u64, on: &Fingerprint, act: IssueAct, by: &str) -> Result<Outcome<Said>, Fault> {
        let at = self.now.fetch_add(1, Ordering::Relaxed);
        let (fingerprint, by) = (on.clone(), by.to_owned());
        let said = IssueTouched { repo: target(), number, fingerprint, by, act, comment: None, ticked: true, at };
        self.touch(said).await
    }

    /// Something happens on a pull request of the provider.
    pub async fn on_pull_request(&self, number: u64, act: IssueAct) -> Outcome<Said> {
        let at = self.now.fetch_add(1, Ordering::Relaxed);
        let (fingerprint, by) = (Fingerprint::of_pull_request(&source(), number), "ann".to_owned());
        let said = IssueTouched { repo: source(), number, fingerprint, by, act, comment: Some(77), ticked: false, at };
        self.touch(said).await.unwrap()
    }

    async fn touch(&self, said: IssueTouched) -> Result<Outcome<Said>, Fault> {
        let id = MessageId::derive(&["touch", &said.at.to_string()]);
        let outcome = IssueCommands::handle(&Envelope::first(id, said), &self.deps).await?;
        self.deps.store.save(outcome.save.clone()).await.unwrap();
        Ok(outcome)
    }

    /// The dashboard is brought up to date.
    pub async fn dashboard(&self) -> Vec<String> {
        let at = self.now.fetch_add(1, Ordering::Relaxed);
        let message =
            Envelope::first(MessageId::derive(&["dashboard", &at.to_string()]), DashboardDue { repo: target() });
        let Outcome { save, emit, .. } = Dashboard::handle(&message, &self.deps).await.unwrap();
        self.deps.store.save(save).await.unwrap();
        emit.into_iter().map(|notify::Shown::NoticeDelivered(notice)| notice.action).collect()
    }

    pub async fn digest(&self, period: &str) -> Vec<String> {
        let due = DigestDue { repo: target(), period: period.to_owned() };
        let id = MessageId::derive(&["digest", period]);
        let Outcome { save, emit, .. } = Digest::handle(&Envelope::first(id, due), &self.deps).await.unwrap();
        self.deps.store.save(save).await.unwrap();
        emit.into_iter().filter_map(action).collect()
    }

    /// The dependent is indexed, with one rule in its CODEOWNERS.
    pub async fn index_with_owners(&self, pattern: &str, owners: &[&str]) {
        let owners = owners.iter().map(|o| (*o).to_owned()).collect();
        let owners = vec![OwnerRule { pattern: pattern.to_owned(), owners }];
        let metadata = Metadata { owners, ..Metadata::default() };
        self.index(self.deps.blobs.put_json("metadata", &metadata).await.unwrap()).await;
    }

    pub async fn index_without_documents(&self) {
        self.index("metadata/ffff".parse().unwrap()).await;
    }

    async fn index(&self, metadata: BlobKey) {
        let (snapshot, structure, code) = (key(), key(), key());
        let index = Index { repo: target(), snapshot, metadata, structure, code, digest: String::new(), seq: 1 };
        self.deps.store.save(vec![Record::Index(index)]).await.unwrap();
    }

    pub async fn wish(&self) -> Option<WishKind> {
        Some(self.deps.store.wish(&verdict(1).findings[0].fingerprint).await.unwrap()?.kind)
    }

    pub fn reactions(&self, number: u64) -> Vec<String> {
        let file = self.folder.path().join(format!("outbox/acme__resumes/{number}.json"));
        let issue: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let reactions = issue["reactions"].as_array().cloned().unwrap_or_default();
        reactions.iter().map(|r| r[1].as_str().unwrap().to_owned()).collect()
    }

    pub async fn hear(&self, verdict: &Verdict, seq: i64, dry_run: bool) -> Result<Outcome<Out>, Fault> {
        let id = MessageId::derive(&["verdict", &seq.to_string()]);
        let change = Change { dry_run, ..change(seq) };
        let (key, verdict) = (key(), verdict.clone());
        let body = VerdictReached { change, facts: key.clone(), before: key.clone(), after: key, verdict };
        Notify::handle(&Envelope::first(id, body), &self.deps).await
    }

    /// What was said was done, after the records were kept as the runtime keeps them.
    pub async fn hear_and_save(&self, verdict: &Verdict, seq: i64) -> Vec<String> {
        let Outcome { save, emit, .. } = self.hear(verdict, seq, false).await.unwrap();
        self.deps.store.save(save).await.unwrap();
        emit.into_iter().filter_map(action).collect()
    }

    pub async fn remember(&self, verdict: &Verdict, state: FindingState, seq: i64) {
        self.remember_finding(verdict, &verdict.findings[0], state, seq).await;
    }

    pub async fn remember_finding(&self, verdict: &Verdict, finding: &Finding, state: FindingState, seq: i64) {
        let recheck = Recheck {
            fingerprint: finding.fingerprint.clone(),
            change: change(seq),
            facts: key(),
            before: key(),
            after: key(),
            rule: finding.rule.clone(),
            element: Element::Header { name: "x".to_owned() },
        };
        let record = FindingRecord {
            state,
            finding: finding.clone(),
            source: verdict.source.clone(),
            target: verdict.target.clone(),
            relationship: verdict.relationship.clone(),
            recheck,
            seq,
        };
        self.deps.store.save(vec![Record::Finding(Box::new(record))]).await.unwrap();
    }

    pub async fn state(&self, verdict: &Verdict) -> Option<FindingState> {
        let fingerprint = &verdict.findings[0].fingerprint;
        Some(self.deps.store.finding(fingerprint).await.unwrap()?.state)
    }

    pub async fn issues(&self) -> Vec<Issue> {
        let mut issues = Vec::new();
        for number in 1.. {
            match self.deps.github.issue(&target(), number).await.unwrap() {
                Some(issue) => issues.push(issue),
                None => break,
            }
        }
        issues
    }

    pub fn comments(&self, number: u64) -> Vec<String> {
        let file = self.folder.path().join(format!("outbox/acme__resumes/{number}.json"));
        let issue: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let comments = issue["comments"].as_array().cloned().unwrap_or_default();
        comments.iter().map(|c| c.as_str().unwrap().to_owned()).collect()
    }

    /// Files of the dependent's outbox folder whose path starts so, with their texts.
    pub fn files(&self, prefix: &str) -> Vec<(String, String)> {
        let root = self.folder.path().join("outbox/acme__resumes");
        let mut found = Vec::new();
        for folder in [root.clone(), root.join("digest")] {
            let Ok(listing) = std::fs::read_dir(&folder) else { continue };
            for path in listing.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
                let name = path.strip_prefix(&root).unwrap_or(Path::new("")).display().to_string();
                if name.starts_with(prefix) {
                    found.push((name, std::fs::read_to_string(&path).unwrap()));
                }
            }
        }
        found.sort();
        found
    }
}

fn action(out: Out) -> Option<String> {
    match out {
        Out::NoticeDelivered(notice) => Some(notice.action),
        Out::DashboardDue(_) => None,
    }
}

fn key() -> BlobKey {
    "facts/0".parse().unwrap()
}

pub fn source() -> RepoName {
    "acme/inference".parse().unwrap()
}

pub fn target() -> RepoName {
    "acme/resumes".parse().unwrap()
}

fn commit(digit: char) -> Option<CommitId> {
    Some(digit.to_string().repeat(40).parse().unwrap())
}

fn change(seq: i64) -> Change {
    Change {
        repo: source(),
        url: "https://github.com/acme/inference".to_owned(),
        git_ref: "refs/heads/main".to_owned(),
        before: commit('1'),
        after: commit('2'),
        summary: "Move health".to_owned(),
        reported_at: NOW,
        seq,
        dry_run: false,
        only: Vec::new(),
        pinned: std::collections::BTreeMap::new(),
        partial: false,
    }
}

/// An affected consumer with so many findings.
pub fn verdict(findings: usize) -> Verdict {
    Verdict {
        source: source(),
        target: target(),
        relationship: "api_consumer".to_owned(),
        source_commit: commit('2'),
        target_commit: commit('3'),
        answer: Answer::Affected,
        findings: (0..findings).map(finding).collect(),
        resolved: Vec::new(),
        trace: Vec::new(),
    }
}

fn finding(number: usize) -> Finding {
    let (rule, element) = ("http.route.removed".to_owned(), format!("http:GET /path/{number}"));
    let span = |repo, commit, path: &str, quote: &str| Span {
        repo,
        commit,
        path: path.to_owned(),
        start: 3,
        end: 3,
        quote: quote.to_owned(),
    };
    Finding {
        fingerprint: Fingerprint::derive(&source(), &target(), "api_consumer", &rule, &element),
        title: format!("inference: GET /path/{number} was removed"),
        change: format!("`GET /path/{number}` was removed."),
        consequence: "1 call here will get 404.".to_owned(),
        urgency: Urgency::Critical,
        tier: Tier::Confirmed,
        tier_reason: "both sides".to_owned(),
        provider: vec![span(source(), commit('1'), "app.py", "@app.get('/path')")],
        dependent: vec![span(target(), commit('3'), "client.py", &format!("get('/path/{number}')"))],
        patch: None,
        triggers: vec!["endpoints".to_owned()],
        rule,
        element,
    }
}

pub fn resolved(verdict: &Verdict, how: &str) -> Verdict {
    resolved_one(verdict, &verdict.findings[0], how)
}

pub fn resolved_one(verdict: &Verdict, finding: &Finding, how: &str) -> Verdict {
    let over = Resolved { fingerprint: finding.fingerprint.clone(), how: how.to_owned(), commit: commit('4') };
    Verdict {
        answer: Answer::NotAffected("it is over".to_owned()),
        findings: Vec::new(),
        resolved: vec![over],
        ..verdict.clone()
    }
}
