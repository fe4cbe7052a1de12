//! `downstream replay --decision`: what was decided, decided again from its record.

use contracts::decision::{DecisionRecord, Replayed};
use contracts::{BlobKey, RunId};
use git::Git;
use relationships::Relationships;
use serde_json::{Value, json};
use stage::{ProgressHandle, Stage};
use syntax::Parsers;

use crate::cli::Common;
use crate::exit::{Exit, Failure};
use crate::home::{self, Home};
use crate::show::{Paint, inert};

/// Differences that are shown of one verdict.
const SHOWN: usize = 20;

/// One decision and what came of making it again.
struct Compared {
    key: BlobKey,
    record: DecisionRecord,
    /// Where the two differ; nothing where they are equal byte by byte.
    differences: Vec<String>,
}

pub async fn run(common: &Common, what: &str) -> Result<Exit, Failure> {
    let home_path = common.home.clone().map_or_else(home::default_path, Ok)?;
    let home = Home::open(&home_path, runtime::clock::system()).await?;
    let again = Again::over(&home)?;
    let mut all = Vec::new();
    for key in keys(&home, what).await? {
        all.push(again.compare(key).await?);
    }
    print(common, &all);
    let equal = all.iter().all(|compared| compared.differences.is_empty());
    Ok(if equal { Exit::Ok } else { Exit::Findings })
}

/// The key itself, or those of a run's verdicts.
async fn keys(home: &Home, what: &str) -> Result<Vec<BlobKey>, Failure> {
    if let Ok(run) = what.parse::<RunId>() {
        let records = home.store.verdicts(&run).await?;
        let keys: Vec<BlobKey> = records.into_iter().filter_map(|record| record.decision).collect();
        return match keys.is_empty() {
            true => Err(Failure::Usage(format!("run {run} has no recorded decision in {}", home.path.display()))),
            false => Ok(keys),
        };
    }
    let key: BlobKey =
        what.parse().map_err(|_| Failure::Usage(format!("{what:?} is neither a run nor a decision's key")))?;
    let is_decision = key.as_str().split_once('/').is_some_and(|(kind, _)| kind == DecisionRecord::KIND);
    if !is_decision || !home.blobs.exists(&key).await? {
        return Err(Failure::Usage(format!("no decision {key} in {}", home.path.display())));
    }
    Ok(vec![key])
}

/// What both triages may ask when they decide again: storage and parsers, no repository and no configuration of today.
struct Again {
    consumer: consumer_triage::Deps,
    template: template_triage::Deps,
}

impl Again {
    fn over(home: &Home) -> Result<Self, Failure> {
        let (blobs, store) = (home.blobs.clone(), home.store.clone());
        let git = Git::open(home.repositories(), git::Settings::default());
        let relationships = std::sync::Arc::new(Relationships::empty());
        let parsers = Parsers::new(syntax::Settings::of(syntax::Worker {
            program: std::env::current_exe()?,
            args: vec![crate::PARSE_WORKER.to_owned()],
        }));
        let progress = ProgressHandle::silent();
        let template = template_triage::Deps {
            blobs: blobs.clone(),
            store: store.clone(),
            git: git.clone(),
            relationships: relationships.clone(),
            progress: progress.clone(),
        };
        let consumer = consumer_triage::Deps { blobs, store, git, parsers, relationships, adviser: None, progress };
        Ok(Self { consumer, template })
    }

    async fn compare(&self, key: BlobKey) -> Result<Compared, Failure> {
        let bytes = self.consumer.blobs.get(&key).await?;
        let record: DecisionRecord = serde_json::from_slice(&bytes)?;
        let again = match record.stage.as_str() {
            consumer_triage::ConsumerTriage::NAME => consumer_triage::replay(&record, &self.consumer).await?,
            template_triage::TemplateTriage::NAME => template_triage::replay(&record, &self.template).await?,
            other => {
                return Err(Failure::Usage(format!(
                    "{key} was decided by {other:?}, which this version does not know"
                )));
            }
        };
        let mut differences = inputs(&record, &again);
        if blobs::key_of(DecisionRecord::KIND, &bytes) != key {
            differences.insert(0, "the record was altered: its bytes no longer give its key".to_owned());
        }
        if serde_json::to_vec(&again.verdict)? != serde_json::to_vec(&record.verdict)? {
            verdicts(&serde_json::to_value(&record.verdict)?, &serde_json::to_value(&again.verdict)?, &mut differences);
        } else {
            // The same answer from other inputs is the same answer.
            differences.retain(|difference| difference.starts_with("the record was altered"));
        }
        Ok(Compared { key, record, differences })
    }
}

/// What is not as it was, beside the verdict.
fn inputs(record: &DecisionRecord, again: &Replayed) -> Vec<String> {
    let mut all = Vec::new();
    for (part, version) in &record.inputs.versions {
        let now = again.versions.get(part).map_or("absent", String::as_str);
        if now != version {
            all.push(format!("{part} are of version {}, were {}", short(now), short(version)));
        }
    }
    if again.reading_hash != record.inputs.reading_hash {
        all.push("other files of the dependent were read".to_owned());
    }
    all
}

fn short(version: &str) -> String {
    inert(&version.chars().take(40).collect::<String>())
}

/// Places where two documents differ, walked without recursion.
fn verdicts(was: &Value, is: &Value, differences: &mut Vec<String>) {
    let mut open = vec![(String::new(), was, is)];
    while let Some((at, was, is)) = open.pop() {
        match (was, is) {
            _ if was == is => {}
            (Value::Object(a), Value::Object(b)) => {
                let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
                keys.sort();
                keys.dedup();
                let of = |key: &&String| {
                    (format!("{at}/{key}"), a.get(*key).unwrap_or(&Value::Null), b.get(*key).unwrap_or(&Value::Null))
                };
                open.extend(keys.iter().rev().map(of));
            }
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                open.extend(a.iter().zip(b).enumerate().rev().map(|(n, (a, b))| (format!("{at}/{n}"), a, b)));
            }
            _ => differences.push(format!("{at} is {}, was {}", shown(is), shown(was))),
        }
        if differences.len() > SHOWN {
            differences.push("…and more".to_owned());
            return;
        }
    }
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::Array(items) => format!("a list of {}", items.len()),
        other => other.to_string(),
    };
    let cut: String = text.chars().take(200).collect();
    inert(&cut)
}

fn print(common: &Common, all: &[Compared]) {
    if common.json {
        let one = |c: &Compared| json!({ "decision": c.key, "equal": c.differences.is_empty(), "differences": c.differences, "record": c.record });
        println!("{}", json!({ "decisions": all.iter().map(one).collect::<Vec<_>>() }));
        return;
    }
    let paint = Paint::of_stdout();
    for Compared { key, record, differences } in all {
        let said = if differences.is_empty() { paint.green("equal") } else { paint.red("differs") };
        let DecisionRecord { stage, inputs, verdict, .. } = record;
        println!("{said}  {}  {}", paint.bold(inputs.target.as_str()), answer(verdict));
        println!(
            "  {}",
            paint.dim(&format!(
                "{stage} · {} facts considered · {} uses · {} files read · {} questions to a model",
                record.considered.len(),
                record.uses.len(),
                record.cost.files_read,
                record.cost.model_calls
            ))
        );
        println!("  {}", paint.dim(key.as_str()));
        for difference in differences {
            println!("  {difference}");
        }
    }
}

fn answer(verdict: &contracts::verdict::Verdict) -> String {
    use contracts::verdict::Answer;
    match &verdict.answer {
        Answer::Affected => format!("affected, {} findings", verdict.findings.len()),
        Answer::NotAffected(why) => format!("not affected: {}", inert(why)),
        Answer::Unknown(why) => format!("unknown: {}", inert(why)),
    }
}
