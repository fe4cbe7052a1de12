//! A run as the store knows it, a GitHub, and the stage.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use blobs::Blobs;
use contracts::fact::Span;
use contracts::messages::{Change, IssueAct, IssueTouched, PreviewAdvanced, TriageConsumer};
use contracts::record::{Record, VerdictRecord};
use contracts::verdict::{Answer, Finding, Tier, Urgency, Verdict};
use contracts::{BlobKey, Envelope, Fingerprint, Message, MessageId, RepoName};
use github::{Github, Settings, Token};
use notify::{Looks, Preview, PreviewDeps, Shown};
use stage::{Fault, Outcome, Stage};
use store::{Decided, Decision, Emitted, Store};

use crate::fake::{self, Fake};

pub const HEAD: &str = "2222222222222222222222222222222222222222";
pub const OTHER: &str = "3333333333333333333333333333333333333333";

pub struct World {
    deps: PreviewDeps,
    folder: Arc<tempfile::TempDir>,
    fake: Arc<Fake>,
    number: u64,
    stores: RefCell<u32>,
}

/// A run that was asked for.
pub struct Run {
    message: Envelope<PreviewAdvanced>,
    asked: BTreeMap<String, MessageId>,
}

impl World {
    pub async fn new() -> Self {
        let fake = Arc::new(Fake::start().await);
        let token = Token::new("secret");
        Self::with(token, Arc::new(tempfile::tempdir().unwrap()), fake, "store").await
    }

    pub async fn in_outbox() -> Self {
        Self::with(None, Arc::new(tempfile::tempdir().unwrap()), Arc::new(Fake::start().await), "store").await
    }

    /// The same GitHub; everything else forgotten.
    pub async fn with_empty_store(&self) -> Self {
        *self.stores.borrow_mut() += 1;
        let name = format!("{}-{}", self.folder.path().display().to_string().len(), self.stores.borrow());
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self::with(Token::new("secret"), folder, self.fake.clone(), &name).await
    }

    async fn with(token: Option<Token>, folder: Arc<tempfile::TempDir>, fake: Arc<Fake>, store: &str) -> Self {
        let at = |name: &str| folder.path().join(name);
        let settings = Settings { credentials: token.into(), api_url: fake.url.clone(), outbox: at("outbox") };
        let deps = PreviewDeps {
            github: Github::open(settings).unwrap(),
            store: Store::open(&format!("sqlite:{}", at(store).display())).await.unwrap(),
            blobs: Blobs::open(&format!("dir:{}", at("blobs").display())).await.unwrap(),
            fail_on: None,
            asks: vec!["change_detection", "consumer_triage"],
            looks: Looks::default(),
        };
        Self { deps, folder, fake, number: 7, stores: RefCell::default() }
    }

    pub fn failing_from(mut self, fail_on: Option<Urgency>) -> Self {
        self.deps.fail_on = fail_on;
        self
    }

    /// The same world, about another pull request.
    pub fn on(mut self, number: u64) -> Self {
        self.number = number;
        self
    }

    pub fn github<T>(&self, job: impl FnOnce(&mut fake::World) -> T) -> T {
        self.fake.with(job)
    }

    /// Somebody pushed to the pull request's branch.
    pub fn moves_to(&self, head: &str) {
        self.fake.with(|world| world.head = head.to_owned());
    }

    /// A run in which these are asked; the `seq`th of this installation.
    pub async fn asks(&self, seq: i64, head: &str, targets: &[&str]) -> Run {
        self.asks_with(seq, head, targets, None).await
    }

    async fn asks_with(&self, seq: i64, head: &str, targets: &[&str], problem: Option<&str>) -> Run {
        let change = self.change(seq, head);
        let id = MessageId::derive(&["run", &seq.to_string(), &self.number.to_string()]);
        let body = PreviewAdvanced { change: change.clone(), problem: problem.map(str::to_owned) };
        let message = Envelope::first(id.clone(), body);
        let key: BlobKey = "facts/0".parse().unwrap();
        let mut asked = BTreeMap::new();
        let mut said = Vec::new();
        for (position, target) in targets.iter().enumerate() {
            let child = id.child(TriageConsumer::TOPIC, position);
            let (target_name, (facts, after, before)) =
                (target.parse().unwrap(), (key.clone(), key.clone(), key.clone()));
            let body = TriageConsumer {
                change: change.clone(),
                facts,
                after,
                before,
                target: target_name,
                target_url: String::new(),
                recheck: None,
            };
            said.push(emitted(TriageConsumer::TOPIC, child.clone(), &message, &body));
            asked.insert((*target).to_owned(), child);
        }
        let last = id.child(PreviewAdvanced::TOPIC, targets.len());
        said.push(emitted(PreviewAdvanced::TOPIC, last, &message, &message.body));
        self.decide(&message, id, "change_detection", Decided::Emit(said), Vec::new(), asked.values().cloned()).await;
        Run { message, asked }
    }

    /// The triage of `target` ends: with a verdict, or given up.
    pub async fn answers(&self, run: &Run, target: &str, verdict: Option<Verdict>) {
        let id = run.asked[target].clone();
        let Some(verdict) = verdict else {
            let why = "consumer_triage gave up".to_owned();
            return self.decide(&run.message, id, "consumer_triage", Decided::Rejected(why), Vec::new(), []).await;
        };
        let (run_id, reported_at) = (run.message.run.clone(), 0);
        let record = VerdictRecord { run: run_id, verdict, reported_at, decision: None };
        let save = vec![Record::Verdict(record)];
        self.decide(&run.message, id, "consumer_triage", Decided::Emit(Vec::new()), save, []).await;
    }

    /// The triage of `target` is given up, and says so.
    pub async fn gives_up(&self, run: &Run, target: &str, why: &str) {
        let verdict = verdict(target, Answer::Unknown(format!("given up: {why}")));
        let record = VerdictRecord { run: run.message.run.clone(), verdict, reported_at: 0, decision: None };
        let id = run.asked[target].clone();
        let say = vec![emitted(PreviewAdvanced::TOPIC, id.child("x", 0), &run.message, &run.message.body)];
        let decided = Decided::GivenUp { why: why.to_owned(), say };
        self.decide(&run.message, id, "consumer_triage", decided, vec![Record::Verdict(record)], []).await;
    }

    /// A member says it on the pull request.
    pub async fn says(&self, act: IssueAct) {
        let repo: RepoName = "acme/api".parse().unwrap();
        let at = self.stores.replace_with(|at| *at + 1);
        let (fingerprint, by) = (Fingerprint::of_pull_request(&repo, self.number), "ann".to_owned());
        let (number, at) = (self.number, i64::from(at));
        let said = IssueTouched { repo, number, fingerprint, by, act, comment: None, ticked: false, at };
        let message = Envelope::first(MessageId::derive(&["says", &at.to_string()]), said);
        let deps = notify::Deps {
            github: self.deps.github.clone(),
            store: self.deps.store.clone(),
            blobs: self.deps.blobs.clone(),
            announce: notify::Announcer::open("", &self.deps.github).unwrap(),
            settings: relationships::NotificationSettings::default(),
            config_url: None,
            where_is: Arc::new(|repo| format!("https://github.com/{repo}")),
            clock: Arc::new(|| 0),
            watched: Arc::new(|_| Vec::new()),
        };
        let outcome = notify::IssueCommands::handle(&message, &deps).await.unwrap();
        self.deps.store.save(outcome.save).await.unwrap();
    }

    async fn decide(
        &self,
        of: &Envelope<PreviewAdvanced>,
        message: MessageId,
        stage: &str,
        verdict: Decided,
        save: Vec<Record>,
        asked: impl IntoIterator<Item = MessageId>,
    ) {
        let (stage, run) = (stage.to_owned(), of.run.clone());
        let children = asked.into_iter().map(|id| (id, "consumer_triage".to_owned())).collect();
        let (started_at, ended_at, attempts) = (0, 0, 1);
        let decision = Decision { message, stage, run, verdict, children, save, started_at, ended_at, attempts };
        assert!(self.deps.store.decide(decision).await.unwrap(), "decided twice");
    }

    pub async fn try_hear(&self, run: &Run) -> Result<Outcome<Shown>, Fault> {
        Preview::handle(&run.message, &self.deps).await
    }

    /// What was done, after the records were kept as the runtime keeps them.
    pub async fn hear(&self, run: &Run) -> Vec<String> {
        let Outcome { save, emit, .. } = self.try_hear(run).await.unwrap();
        self.deps.store.save(save).await.unwrap();
        emit.into_iter().map(|Shown::NoticeDelivered(notice)| notice.action).collect()
    }

    /// All are asked and answer, and then it is heard.
    pub async fn whole_run(&self, seq: i64, head: &str, verdicts: Vec<Verdict>) -> Vec<String> {
        self.run_with(seq, head, verdicts, None).await
    }

    pub async fn run_with(&self, seq: i64, head: &str, verdicts: Vec<Verdict>, problem: Option<&str>) -> Vec<String> {
        let targets: Vec<String> = verdicts.iter().map(|verdict| verdict.target.to_string()).collect();
        let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
        let run = self.asks_with(seq, head, &targets, problem).await;
        for verdict in verdicts {
            let target = verdict.target.to_string();
            self.answers(&run, &target, Some(verdict)).await;
        }
        self.hear(&run).await
    }

    /// A push, which is told elsewhere.
    pub async fn pushed(&self) -> Vec<String> {
        let mut run = self.asks(1, HEAD, &["acme/shop"]).await;
        self.answers(&run, "acme/shop", Some(affected("acme/shop", HEAD))).await;
        run.message.body.change.dry_run = false;
        self.hear(&run).await
    }

    pub fn outbox_comment(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("outbox/acme__api/pulls/7.md")).unwrap()
    }

    fn change(&self, seq: i64, head: &str) -> Change {
        Change {
            repo: "acme/api".parse().unwrap(),
            url: "https://github.com/acme/api".to_owned(),
            git_ref: format!("refs/pull/{}/head", self.number),
            before: Some("1".repeat(40).parse().unwrap()),
            after: Some(head.parse().unwrap()),
            summary: "Move health".to_owned(),
            reported_at: 0,
            seq,
            dry_run: true,
            only: Vec::new(),
            pinned: BTreeMap::new(),
            partial: false,
        }
    }
}

fn emitted<T: serde::Serialize>(topic: &str, id: MessageId, of: &Envelope<PreviewAdvanced>, body: &T) -> Emitted {
    let envelope = serde_json::json!({ "id": id, "run": of.run, "body": body }).to_string();
    Emitted { topic: topic.to_owned(), id, envelope }
}

fn verdict(target: &str, answer: Answer) -> Verdict {
    Verdict {
        source: "acme/api".parse().unwrap(),
        target: target.parse().unwrap(),
        relationship: "api_consumer".to_owned(),
        source_commit: Some(HEAD.parse().unwrap()),
        target_commit: Some("9".repeat(40).parse().unwrap()),
        answer,
        findings: Vec::new(),
        resolved: Vec::new(),
        trace: Vec::new(),
    }
}

pub fn calm(target: &str) -> Verdict {
    verdict(target, Answer::NotAffected("uses none of the changed elements".to_owned()))
}

pub fn unknown(target: &str) -> Verdict {
    verdict(target, Answer::Unknown(format!("{target} could not be read: not found")))
}

/// A confirmed finding of urgency high, about a line as it is at `head`.
pub fn affected(target: &str, head: &str) -> Verdict {
    let span = |repo: &str, commit: &str, path: &str| Span {
        repo: repo.parse().unwrap(),
        commit: Some(commit.parse().unwrap()),
        path: path.to_owned(),
        start: 6,
        end: 6,
        quote: "x".to_owned(),
    };
    let plain = verdict(target, Answer::Affected);
    let (rule, element) = ("http.route.moved".to_owned(), "http:GET /health".to_owned());
    let finding = Finding {
        fingerprint: Fingerprint::derive(&plain.source, &plain.target, "api_consumer", &rule, &element),
        title: "api: GET /health moved".to_owned(),
        change: "`GET /health` moved to `/v1/health`.".to_owned(),
        consequence: "1 call there will get 404.".to_owned(),
        urgency: Urgency::High,
        tier: Tier::Confirmed,
        tier_reason: "both sides".to_owned(),
        provider: vec![span("acme/api", &"1".repeat(40), "app.py"), span("acme/api", head, "app.py")],
        dependent: vec![span(target, &"9".repeat(40), "client.py")],
        patch: None,
        triggers: Vec::new(),
        rule,
        element,
    };
    Verdict { findings: vec![finding], source_commit: Some(head.parse().unwrap()), ..plain }
}
