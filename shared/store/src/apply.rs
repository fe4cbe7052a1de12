//! Writes, as the writer's task applies them: a batch in one transaction, rows of a kind in one statement.
//!
//! Rows travel as one JSON array that `json_each` unfolds: a statement costs a round trip to the database's
//! thread, and under load there are hundreds of rows a commit.

mod decision;
mod index;
mod record;

use std::collections::HashSet;

use contracts::RunId;
use contracts::record::Record;
use serde_json::json;
use sqlx::sqlite::SqliteConnection;

use crate::{Accept, Accepted, Decision, IndexUpdate};

#[derive(Debug)]
pub(crate) enum Op {
    Accept(Box<Accept>),
    Decide(Box<Decision>),
    Save(Vec<Record>),
    PutAnalyses(Vec<(String, Vec<u8>)>),
    UpdateIndex(Box<IndexUpdate>),
}

#[derive(Debug)]
pub(crate) enum Out {
    Accepted(Accepted),
    Decided(bool),
    Indexed(bool),
    Done,
}

pub(crate) async fn apply(connection: &mut SqliteConnection, ops: Vec<Op>) -> Result<Vec<Out>, sqlx::Error> {
    let mut outs: Vec<Option<Out>> = (0..ops.len()).map(|_| None).collect();
    let (mut accepts, mut decisions) = (Vec::new(), Vec::new());
    for (at, op) in ops.into_iter().enumerate() {
        match op {
            Op::Accept(accept) => accepts.push((at, accept)),
            Op::Decide(decision) => decisions.push((at, decision)),
            Op::Save(records) => {
                record::save(connection, &records).await?;
                outs[at] = Some(Out::Done);
            }
            Op::PutAnalyses(rows) => {
                put_analyses(connection, rows).await?;
                outs[at] = Some(Out::Done);
            }
            Op::UpdateIndex(update) => outs[at] = Some(Out::Indexed(index::update(connection, &update).await?)),
        }
    }
    if !accepts.is_empty() {
        accept(connection, accepts, &mut outs).await?;
    }
    if !decisions.is_empty() {
        decision::decide(connection, decisions, &mut outs).await?;
    }
    Ok(outs.into_iter().map(|out| out.unwrap_or(Out::Done)).collect())
}

async fn accept(
    connection: &mut SqliteConnection,
    accepts: Vec<(usize, Box<Accept>)>,
    outs: &mut [Option<Out>],
) -> Result<(), sqlx::Error> {
    let row = |a: &Accept| json!([a.run.as_str(), a.delivery, a.repo.as_str(), a.reported_at]);
    let rows = serde_json::Value::from_iter(accepts.iter().map(|(_, a)| row(a))).to_string();
    let new = sqlx::query_scalar::<_, String>(
        "insert or ignore into delivery (run, id, repo, reported_at)
         select value->>0, value->>1, value->>2, value->>3 from json_each($1) returning run",
    )
    .bind(rows)
    .fetch_all(&mut *connection)
    .await?;
    let mut new: HashSet<String> = new.into_iter().collect();
    let mut inbox = Vec::new();
    for (at, accept) in accepts {
        // Removed as it is met: of two equal reports in one batch, the first is new and the second a repeat.
        let accepted = if new.remove(accept.run.as_str()) {
            inbox.push(json!([accept.run.as_str(), accept.envelope]));
            Accepted::New
        } else {
            Accepted::Duplicate(known_run(connection, &accept).await?)
        };
        outs[at] = Some(Out::Accepted(accepted));
    }
    sqlx::query("insert into inbox (run, envelope) select value->>0, value->>1 from json_each($1)")
        .bind(serde_json::Value::from(inbox).to_string())
        .execute(connection)
        .await?;
    Ok(())
}

async fn known_run(connection: &mut SqliteConnection, accept: &Accept) -> Result<RunId, sqlx::Error> {
    let run: Option<String> = sqlx::query_scalar("select run from delivery where id = $1 and run <> $2")
        .bind(accept.delivery.as_deref())
        .bind(accept.run.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(run.and_then(|run| run.parse().ok()).unwrap_or_else(|| accept.run.clone()))
}

async fn put_analyses(connection: &mut SqliteConnection, rows: Vec<(String, Vec<u8>)>) -> Result<(), sqlx::Error> {
    for (key, body) in rows {
        sqlx::query("insert or ignore into analysis (key, body) values ($1, $2)")
            .bind(key)
            .bind(body)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
