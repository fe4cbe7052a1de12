//! `downstream explain`: a finding by its fingerprint, or a rule by its id.

use contracts::Fingerprint;
use contracts::record::FindingRecord;

use crate::cli::Common;
use crate::exit::{Exit, Failure};
use crate::home::{self, Home};
use crate::show::{self, Paint, inert};

pub async fn run(common: &Common, what: &str) -> Result<Exit, Failure> {
    match what.parse::<Fingerprint>() {
        Ok(fingerprint) => finding(common, &fingerprint).await,
        Err(_) => rule(common, what),
    }
}

async fn finding(common: &Common, fingerprint: &Fingerprint) -> Result<Exit, Failure> {
    let home_path = common.home.clone().map_or_else(home::default_path, Ok)?;
    let home = Home::open(&home_path, runtime::clock::system()).await?;
    let Some(record) = home.store.finding(fingerprint).await? else {
        return Err(Failure::Usage(format!("no finding {fingerprint} in {}", home_path.display())));
    };
    let notice = home.store.notice(fingerprint).await?;
    if common.json {
        println!("{}", serde_json::json!({ "finding": record, "notice": notice }));
        return Ok(Exit::Ok);
    }
    let paint = Paint::of_stdout();
    print!("{}", show::finding(paint, &record.target, &record.finding));
    println!("\n{}", story(&record));
    if let Some(notice) = notice {
        println!("told at     {} ({})", inert(&notice.location), notice.state);
    }
    if let Some(text) = explained(&record.finding.rule) {
        println!("\n{text}");
    }
    Ok(Exit::Ok)
}

fn story(record: &FindingRecord) -> String {
    let FindingRecord { state, source, relationship, recheck, .. } = record;
    let commit = recheck.change.after.as_ref().map_or("a reported diff", |c| c.short());
    format!("state       {state:?}\nbecause     {source}@{commit} is declared as a {relationship} relationship")
}

fn rule(common: &Common, id: &str) -> Result<Exit, Failure> {
    let Some(text) = explained(id) else {
        let rules = change_detection::rules().chain(template_triage::rules());
        let near = rules.min_by_key(|rule| strsim::levenshtein(rule, id));
        let hint = near.map(|rule| format!("; did you mean {rule}?")).unwrap_or_default();
        return Err(Failure::Usage(format!("{id:?} is neither a fingerprint nor a rule{hint}")));
    };
    if common.json {
        println!("{}", serde_json::json!({ "rule": id, "text": text }));
    } else {
        println!("{text}");
    }
    Ok(Exit::Ok)
}

fn explained(rule: &str) -> Option<String> {
    change_detection::explain(rule).or_else(|| template_triage::explain(rule))
}
