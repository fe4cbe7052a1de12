//! Operations, each in a transaction of its own: what a writer's memory and queue do for one file, keys and locks do here.

use std::collections::HashSet;

use contracts::record::Record;
use sqlx::PgConnection;

use super::{accept, index};
use crate::apply::{self, Op, Out, STATEMENTS, memo, model_call, prune};
use crate::undecided::Undecided;
use crate::{Decision, Pruned, Reserve, Settle};

/// The statement that keeps a decision.
const KEEP: usize = 3;
/// Those that write events.
const EVENTS: [usize; 2] = [6, 7];

pub(super) async fn apply(on: &mut PgConnection, op: &Op) -> Result<Out, sqlx::Error> {
    Ok(match op {
        Op::Accept(report) => Out::Accepted(accept::accept(on, report).await?),
        Op::Decide(decision) => Out::Decided(decide(on, decision).await?),
        Op::Save(records) => save(on, &[], records).await.map(|_| Out::Done)?,
        Op::PutAnalyses(rows) => put_analyses(on, rows).await.map(|()| Out::Done)?,
        Op::UpdateIndex(update) => Out::Indexed(index::update(on, update).await?),
        Op::Reserve(wanted) => Out::Reserved(reserve(on, wanted).await?),
        Op::Settle(settled) => settle(on, settled).await.map(|()| Out::Done)?,
        Op::Prune(before) => Out::Pruned(prune(on, *before).await?),
        Op::KeepMemo { name, body } => {
            sqlx::query(memo::KEEP).persistent(false).bind(name).bind(body).execute(on).await?;
            Out::Done
        }
    })
}

/// Whoever keeps a decision about the message first has decided; the others wait for its commit and are refused.
async fn decide(on: &mut PgConnection, decision: &Decision) -> Result<bool, sqlx::Error> {
    if !save(on, std::slice::from_ref(decision), &decision.save).await? {
        return Ok(false);
    }
    if decision.is_first() {
        sqlx::query("delete from inbox where report->>1 = $1")
            .persistent(false)
            .bind(decision.run.as_str())
            .execute(on)
            .await?;
    }
    Ok(true)
}

/// Keeps decisions and records; `false`, and nothing of it, where the decision was made before.
async fn save(on: &mut PgConnection, decisions: &[Decision], records: &[Record]) -> Result<bool, sqlx::Error> {
    for (round, records) in rounds(records).iter().enumerate() {
        let decisions = if round == 0 { decisions } else { &[] };
        if !write(on, decisions, records).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// One statement cannot write a row twice, so a second record of the same thing waits for the next round. At least one.
fn rounds(records: &[Record]) -> Vec<Vec<&Record>> {
    let mut rounds: Vec<(HashSet<String>, Vec<&Record>)> = vec![Default::default()];
    // What came later is written later: it goes behind the last round that has its like.
    for record in records {
        let key = key(record);
        let at = rounds.iter().rposition(|(keys, _)| keys.contains(&key)).map_or(0, |last| last + 1);
        if at == rounds.len() {
            rounds.push(Default::default());
        }
        rounds[at].0.insert(key);
        rounds[at].1.push(record);
    }
    rounds.into_iter().map(|(_, records)| records).collect()
}

/// The row that a record is written to.
fn key(record: &Record) -> String {
    let key = match record {
        Record::Repository(r) => format!("repository {}", r.repo),
        Record::Index(i) => format!("index {}", i.repo),
        Record::Verdict(v) => format!("verdict {} {} {}", v.run, v.verdict.target, v.verdict.relationship),
        Record::Finding(f) => format!("finding {}", f.finding.fingerprint),
        Record::Notice(n) => format!("notice {}", n.fingerprint),
        Record::Wish(w) => format!("wish {}", w.fingerprint),
        Record::Checked(c) => format!("checked {} {} {}", c.target, c.source, c.relationship),
    };
    // Two relationships that differ in case only share a round needlessly often; names of repositories must.
    key.to_ascii_lowercase()
}

async fn write(on: &mut PgConnection, decisions: &[Decision], records: &[&Record]) -> Result<bool, sqlx::Error> {
    let rows = apply::rows(&Default::default(), decisions, &Undecided::default(), records.iter().copied());
    let rows = rows.map_err(|e| sqlx::Error::Encode(e.into()))?;
    let mut ordered = false;
    for (parameter, text) in STATEMENTS {
        let Some(rows) = rows.get(parameter - 1).filter(|rows| *rows != "[]") else { continue };
        // Who reads on after an event must not miss a smaller one that is committed later; and of two who land a run's last
        // flights, the second has to see the first.
        if EVENTS.contains(&parameter) && !std::mem::replace(&mut ordered, true) {
            super::lock(on, "order", "event").await?;
        }
        let mut query = sqlx::query(text).persistent(false);
        for _ in 1..parameter {
            query = query.bind("");
        }
        let done = query.bind(rows).execute(&mut *on).await?;
        if parameter == KEEP && done.rows_affected() == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// In the order of their keys, so that two who put the same ones do not wait for each other.
async fn put_analyses(on: &mut PgConnection, rows: &[(String, Vec<u8>)]) -> Result<(), sqlx::Error> {
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_unstable();
    for rows in rows.chunks(apply::ROWS_A_STATEMENT) {
        let mut query = sqlx::query(apply::put_text(rows.len())).persistent(false);
        for (key, body) in rows {
            query = query.bind(key).bind(body);
        }
        query.execute(&mut *on).await?;
    }
    Ok(())
}

/// One at a time for a repository's day: the sum that a statement sees must be the sum that stands.
async fn reserve(on: &mut PgConnection, wanted: &Reserve) -> Result<Option<i64>, sqlx::Error> {
    let purse = format!("{} {}", wanted.repo.as_str().to_ascii_lowercase(), wanted.day);
    super::lock(on, "purse", &purse).await?;
    sqlx::query_scalar(model_call::RESERVE)
        .persistent(false)
        .bind(&wanted.input)
        .bind(wanted.repo.as_str())
        .bind(wanted.day)
        .bind(&wanted.model)
        .bind(wanted.micro_usd)
        .bind(wanted.budget)
        .fetch_optional(on)
        .await
}

/// Postgres' text cannot hold the character 0.
async fn settle(on: &mut PgConnection, settled: &Settle) -> Result<(), sqlx::Error> {
    sqlx::query(model_call::SETTLE)
        .persistent(false)
        .bind(settled.reserved)
        .bind(settled.answer.replace('\0', "\u{fffd}"))
        .bind(settled.micro_usd)
        .execute(on)
        .await
        .map(drop)
}

async fn prune(on: &mut PgConnection, before: i64) -> Result<Pruned, sqlx::Error> {
    let mut rows = [0; 3];
    for (text, rows) in prune::STATEMENTS.into_iter().zip(&mut rows) {
        *rows = sqlx::query(text).persistent(false).bind(before).execute(&mut *on).await?.rows_affected();
    }
    Ok(Pruned::of(rows))
}
