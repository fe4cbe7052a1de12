//! `downstream backtest`: recorded changes of real repositories, held against what was decided by hand.

mod settled;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use contracts::decision::{Cost, DecisionRecord};
use contracts::fact::Span;
use contracts::messages::ChangeReported;
use contracts::verdict::{Answer, Verdict};
use contracts::{CommitId, RepoName};
use relationships::Relationships;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cli::{Backtest, Common};
use crate::commands::index::first_failure;
use crate::exit::{Exit, Failure};
use crate::river::{Plan, River};
use crate::show::Paint;
use crate::watch::{self, Shown};

/// A quoted line this near to a recorded one is the same evidence.
const NEAR_LINES: u32 = 3;

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    provider_repo: RepoName,
    provider_commit: CommitId,
    provider_parent: CommitId,
    relationship: String,
    affected_repo: RepoName,
    affected_asof_commit: CommitId,
    family: String,
    expected: Expected,
    #[serde(default)]
    provider_evidence: Vec<Line>,
    #[serde(default)]
    affected_evidence: Vec<Line>,
}

#[derive(Deserialize)]
struct Expected {
    requires_action: bool,
    #[serde(default)]
    acceptable_urgency: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    path: String,
    line: u32,
}

/// What became of a case.
#[derive(Serialize)]
struct Outcome {
    id: String,
    family: String,
    expected: &'static str,
    got: &'static str,
    /// Why not affected, or why unknown; the rules that fired where affected.
    why: String,
    /// Whether the worst finding's urgency is one that was accepted by hand; none without a finding.
    urgency_accepted: Option<bool>,
    provider_hit: Option<bool>,
    dependent_hit: Option<bool>,
    model_calls: u32,
    /// In millionths of a US dollar.
    model_cost: u64,
    seconds: f64,
}

pub async fn run(common: &Common, args: &Backtest) -> Result<Exit, Failure> {
    let text = std::fs::read_to_string(&args.cases).with_context(|| format!("cannot read {}", args.cases.display()))?;
    let Cases { mut cases } =
        serde_json::from_str(&text).with_context(|| format!("{} holds no cases", args.cases.display()))?;
    if let Some(only) = &args.only {
        cases.retain(|case| case.id.contains(only));
    }
    let folder = tempfile::tempdir()?;
    let plan = Plan {
        relationships: relationships(&cases)?,
        addresses: addresses(&cases, &args.repositories)?,
        sends_nothing: true,
        asks_a_model: args.with_model,
        settles: false,
    };
    let river = River::start(common, folder.path().to_owned(), plan).await?;
    let mut outcomes = Vec::new();
    for case in &cases {
        let outcome = judge(&river, case).await?;
        if !common.json {
            print_case(&outcome);
        }
        outcomes.push(outcome);
    }
    river.drain().await;
    if common.json {
        println!("{}", json!({ "cases": outcomes, "total": Sum::of(outcomes.iter()) }));
    } else {
        print_sums(&outcomes);
    }
    Ok(Exit::Ok)
}

fn addresses(cases: &[Case], folder: &Path) -> anyhow::Result<HashMap<String, String>> {
    let folder = folder.canonicalize().with_context(|| format!("cannot open {}", folder.display()))?;
    let repos = cases.iter().flat_map(|case| [&case.provider_repo, &case.affected_repo]);
    let address = |repo: &RepoName| format!("file://{}", folder.join(repo.as_str()).display());
    Ok(repos.map(|repo| (repo.as_str().to_ascii_lowercase(), address(repo))).collect())
}

/// Consumers and derivatives of a provider, as a file lists them.
type Dependents<'c> = (BTreeMap<&'c RepoName, Value>, BTreeMap<&'c RepoName, Value>);

/// What the cases say about who depends on whom, as a file would.
fn relationships(cases: &[Case]) -> Result<Relationships, Failure> {
    let mut declared: BTreeMap<&RepoName, Dependents> = BTreeMap::new();
    for case in cases {
        let (consumers, derivatives) = declared.entry(&case.provider_repo).or_default();
        let mut dependent = json!({ "repo": case.affected_repo, "relationship_type": case.relationship });
        if case.relationship == "template_fork" {
            dependent["shared_concerns"] = json!([
                "infrastructure",
                "docker",
                "deployment",
                "gpu_configuration",
                "health_checks",
                "logging",
                "monitoring"
            ]);
            dependent["divergent_concerns"] = json!(["application_logic", "model_specific", "business_logic"]);
            derivatives.insert(&case.affected_repo, dependent);
        } else {
            consumers.insert(&case.affected_repo, dependent);
        }
    }
    let declared: BTreeMap<&str, Value> = declared
        .into_iter()
        .map(|(repo, (consumers, derivatives))| {
            let list = |of: BTreeMap<&RepoName, Value>| of.into_values().collect::<Vec<_>>();
            let value =
                json!({ "type": "service_provider", "consumers": list(consumers), "derivatives": list(derivatives) });
            (repo.as_str(), value)
        })
        .collect();
    Relationships::parse(&json!({ "relationships": declared }).to_string()).map_err(Failure::environment)
}

async fn judge(river: &River, case: &Case) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let settled = settled::settled(&river.git, &(river.where_is)(&case.provider_repo), &case.provider_commit).await;
    let run = river
        .report(ChangeReported {
            before: Some(case.provider_parent.clone()),
            dry_run: true,
            only: vec![case.affected_repo.clone()],
            pinned: [
                (case.provider_repo.clone(), settled),
                (case.affected_repo.clone(), case.affected_asof_commit.clone()),
            ]
            .into(),
            ..ChangeReported::of(
                case.provider_repo.clone(),
                (river.where_is)(&case.provider_repo),
                Some(case.provider_commit.clone()),
            )
        })
        .await?;
    watch::until_finished(river, &[(run.clone(), case.provider_repo.clone())], Shown::Nothing).await?;
    let verdicts = river.world.store.verdicts(&run).await?;
    let is_template = case.relationship == "template_fork";
    let of_kind = |v: &&Verdict| (v.relationship == "template_fork") == is_template;
    let record = verdicts.iter().find(|record| of_kind(&&record.verdict));
    let failure = first_failure(river, &run).await?;
    let cost = match record.and_then(|record| record.decision.as_ref()) {
        Some(key) => river.world.blobs.get_json::<DecisionRecord>(key).await?.cost,
        None => Cost::default(),
    };
    let outcome = outcome(case, record.map(|record| &record.verdict), failure, started.elapsed().as_secs_f64());
    Ok(Outcome { model_calls: cost.model_calls, model_cost: cost.micro_usd, ..outcome })
}

fn outcome(case: &Case, verdict: Option<&Verdict>, failure: Option<String>, seconds: f64) -> Outcome {
    let (got, why) = match (verdict.map(|v| &v.answer), failure) {
        (Some(Answer::Affected), _) => ("affected", rules(verdict)),
        (Some(Answer::Unknown(why)), _) => ("unknown", why.clone()),
        (Some(Answer::NotAffected(why)), _) => ("not affected", why.clone()),
        (None, Some(failure)) => ("unknown", failure),
        (None, None) => ("not affected", "the change holds no fact that anybody could rely on".to_owned()),
    };
    let findings = verdict.map(|v| v.findings.as_slice()).unwrap_or_default();
    let worst = findings.iter().map(|f| f.urgency).max();
    let accepted =
        |urgency: contracts::verdict::Urgency| case.expected.acceptable_urgency.iter().any(|a| a == urgency.as_str());
    let hit = |lines: &[Line], spans: Vec<&Span>| {
        let near =
            |s: &Span, l: &Line| s.path == l.path && l.line + NEAR_LINES >= s.start && l.line <= s.end + NEAR_LINES;
        (!lines.is_empty() && got == "affected").then(|| spans.iter().any(|s| lines.iter().any(|l| near(s, l))))
    };
    Outcome {
        id: case.id.clone(),
        family: case.family.clone(),
        expected: if case.expected.requires_action { "affected" } else { "not affected" },
        got,
        why,
        urgency_accepted: worst.map(accepted),
        provider_hit: hit(&case.provider_evidence, findings.iter().flat_map(|f| &f.provider).collect()),
        dependent_hit: hit(&case.affected_evidence, findings.iter().flat_map(|f| &f.dependent).collect()),
        model_calls: 0,
        model_cost: 0,
        seconds,
    }
}

fn rules(verdict: Option<&Verdict>) -> String {
    let mut rules: Vec<&str> = verdict.iter().flat_map(|v| &v.findings).map(|f| f.rule.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    rules.join(", ")
}

/// Counts over outcomes.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Sum {
    cases: usize,
    affected: usize,
    found: usize,
    not_affected: usize,
    false_alarms: usize,
    unknown: usize,
    provider_hits: usize,
    dependent_hits: usize,
    model_calls: u32,
    /// In millionths of a US dollar.
    model_cost: u64,
}

impl Sum {
    fn of<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Self {
        let mut sum = Self::default();
        for o in outcomes {
            let is_expected = o.expected == "affected";
            let is_found = o.got == "affected";
            sum.cases += 1;
            sum.affected += usize::from(is_expected);
            sum.not_affected += usize::from(!is_expected);
            sum.found += usize::from(is_expected && is_found);
            sum.false_alarms += usize::from(!is_expected && is_found);
            sum.unknown += usize::from(o.got == "unknown");
            sum.model_calls += o.model_calls;
            sum.model_cost += o.model_cost;
            sum.provider_hits += usize::from(is_expected && o.provider_hit == Some(true));
            sum.dependent_hits += usize::from(is_expected && o.dependent_hit == Some(true));
        }
        sum
    }

    /// A line of the table, the name `width` wide.
    fn row(&self, name: &str, width: usize) -> String {
        let Self {
            cases,
            affected,
            found,
            not_affected,
            false_alarms,
            unknown,
            provider_hits,
            dependent_hits,
            model_calls,
            model_cost,
        } = self;
        let usd = *model_cost as f64 / 1e6;
        format!(
            "{name:<width$}  {cases:>5}  {found:>3} of {affected:<3}  {false_alarms:>5} of {not_affected:<3}  {unknown:>7}  {provider_hits:>15} {dependent_hits:>5}  {model_calls:>11}  {usd:>6.4}"
        )
    }
}

fn print_case(outcome: &Outcome) {
    let paint = Paint::of_stdout();
    let Outcome { id, expected, got, why, seconds, .. } = outcome;
    let mark = match (*expected, *got) {
        ("affected", "affected") => paint.green("found      "),
        ("affected", "not affected") => paint.red("missed     "),
        ("not affected", "affected") => paint.red("false alarm"),
        (_, "unknown") => paint.yellow("unknown    "),
        _ => paint.green("silent     "),
    };
    let hits = match (outcome.provider_hit, outcome.dependent_hit) {
        (None, None) => String::new(),
        (p, d) => format!(" [evidence there {}, here {}]", hit(p), hit(d)),
    };
    println!("{mark} {id:<44} {seconds:>5.1} s  {}{hits}", crate::show::inert(why));
}

fn hit(hit: Option<bool>) -> &'static str {
    match hit {
        Some(true) => "hit",
        Some(false) => "missed",
        None => "not recorded",
    }
}

fn print_sums(outcomes: &[Outcome]) {
    println!();
    let mut families: Vec<&str> = outcomes.iter().map(|o| o.family.as_str()).collect();
    families.sort_unstable();
    families.dedup();
    let width = families.iter().map(|family| family.len()).max().unwrap_or(0).max("family".len());
    println!(
        "{:<width$}  cases       found  false alarms  unknown  evidence: there  here  model calls     USD",
        "family"
    );
    for family in families {
        println!("{}", Sum::of(outcomes.iter().filter(|o| o.family == family)).row(family, width));
    }
    println!("{}", Sum::of(outcomes.iter()).row("all", width));
}
