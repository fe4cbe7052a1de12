//! Writes, as the writer's task applies them: a batch in one transaction that is one text.
//!
//! Rows travel as JSON arrays that `json_each` unfolds, for a statement costs a round trip to the database's thread and
//! under load there are hundreds of rows a commit.

mod accept;
mod decide;
mod index;
mod record;

use contracts::record::Record;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnection;

use crate::inbox::Inbox;
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

/// What of a batch goes into its one transaction.
#[derive(Default)]
struct Batch {
    accepts: Vec<(usize, Box<Accept>)>,
    decisions: Vec<(usize, Decision)>,
    records: Vec<Record>,
}

/// Rare and large operations have a transaction of their own, after the batch's. If one fails, the others are answered
/// with its error although they are kept, which is as harmless as a lost answer: a repeat is recognised.
pub(crate) async fn apply(
    connection: &mut SqliteConnection,
    inbox: Inbox,
    ops: Vec<Op>,
) -> Result<Vec<Out>, sqlx::Error> {
    let mut outs: Vec<Out> = ops.iter().map(|_| Out::Done).collect();
    let mut batch = Batch::default();
    let mut alone = Vec::new();
    for (at, op) in ops.into_iter().enumerate() {
        match op {
            Op::Accept(accept) => batch.accepts.push((at, accept)),
            Op::Decide(decision) => batch.decisions.push((at, *decision)),
            Op::Save(records) => batch.records.extend(records),
            Op::PutAnalyses(_) | Op::UpdateIndex(_) => alone.push((at, op)),
        }
    }
    commit(connection, &inbox, batch, &mut outs).await?;
    for (at, op) in alone {
        sqlx::query("begin immediate").execute(&mut *connection).await?;
        match op {
            Op::PutAnalyses(rows) => put_analyses(connection, rows).await?,
            Op::UpdateIndex(update) => outs[at] = Out::Indexed(index::update(connection, &update).await?),
            Op::Accept(_) | Op::Decide(_) | Op::Save(_) => {}
        }
        sqlx::query("commit").execute(&mut *connection).await?;
    }
    Ok(outs)
}

/// Decisions and records first said, then written: `$1` the inbox's new rows, `$2` its rows that were decided about,
/// `$3` decisions, `$4` flights that landed, `$5` new flights, `$6` events, `$7` runs that may be over, `$8` to `$12`
/// records by kind.
const TRANSACTION: &str = "
begin immediate;
insert into inbox (seq, run, id, repo, reported_at, envelope)
    select value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 from json_each($1);
insert or ignore into delivery (run, id, repo, reported_at)
    select run, id, repo, reported_at from inbox where seq in (select value from json_each($2));
delete from inbox where seq in (select value from json_each($2));
insert into decision (message, stage, run, status, body, started_at, ended_at, attempts)
    select value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7 from json_each($3);
delete from flight where (run, message, stage) in (select value->>0, value->>1, value->>2 from json_each($4));
insert or ignore into flight (run, message, stage) select value->>0, value->>1, value->>2 from json_each($5);
insert into event (kind, run, at, data) select value->>0, value->>1, value->>2, value->>3 from json_each($6);
insert into event (kind, run, at, data)
    select 'repository.processing.' ||
           case when exists (select 1 from decision where run = ended.value->>0 and status = 'failed')
                then 'failed' else 'completed' end,
           value->>0, max(value->>1), '{}'
    from json_each($7) as ended
    where not exists (select 1 from flight where run = ended.value->>0)
    group by value->>0;
insert into repository (repo, seq, body) select value->>0, value->>1, value->>2 from json_each($8) where true
    on conflict (repo) do update set seq = excluded.seq, body = excluded.body where excluded.seq >= repository.seq;
insert into document_index (repo, seq, body) select value->>0, value->>1, value->>2 from json_each($9) where true
    on conflict (repo) do update set seq = excluded.seq, body = excluded.body where excluded.seq >= document_index.seq;
insert into verdict (run, target, relationship, body)
    select value->>0, value->>1, value->>2, value->>3 from json_each($10) where true
    on conflict (run, target, relationship) do update set body = excluded.body;
insert into finding (fingerprint, source, target, state, seq, body)
    select value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 from json_each($11) where true
    on conflict (fingerprint) do update set state = excluded.state, seq = excluded.seq, body = excluded.body
    where excluded.seq >= finding.seq;
insert into notice (fingerprint, body) select value->>0, value->>1 from json_each($12) where true
    on conflict (fingerprint) do update set body = excluded.body;
commit";

async fn commit(
    connection: &mut SqliteConnection,
    inbox: &Inbox,
    batch: Batch,
    outs: &mut [Out],
) -> Result<(), sqlx::Error> {
    let Batch { accepts, decisions, mut records } = batch;
    if accepts.is_empty() && decisions.is_empty() && records.is_empty() {
        return Ok(());
    }
    let known = known(connection, &accepts, &decisions).await?;
    let new = accept::sort(inbox, &known, accepts, outs);
    let mut kept = decide::sort(&known, decisions, outs);
    records.extend(kept.iter_mut().flat_map(|decision| std::mem::take(&mut decision.save)));
    let decided = decide::Rows::of(&kept, inbox)?;
    let saved = record::Rows::of(&records)?;
    let written = sqlx::query(TRANSACTION)
        .bind(serde_json::to_string(&new.rows).map_err(|e| sqlx::Error::Encode(e.into()))?)
        .bind(decided.inbox)
        .bind(decided.decisions)
        .bind(decided.landed)
        .bind(decided.flights)
        .bind(decided.events)
        .bind(decided.ended)
        .bind(saved.repositories)
        .bind(saved.indexes)
        .bind(saved.verdicts)
        .bind(saved.findings)
        .bind(saved.notices)
        .execute(connection)
        .await;
    match written {
        Ok(_) => kept.iter().filter(|d| d.is_first()).for_each(|d| inbox.remove(&d.run)),
        // Not written, so a repeat of it is none.
        Err(_) => new.runs.iter().for_each(|run| inbox.remove(run)),
    }
    written.map(drop)
}

/// What is there already of what a batch brings: `(kind, …)` rows.
async fn known(
    connection: &mut SqliteConnection,
    accepts: &[(usize, Box<Accept>)],
    decisions: &[(usize, Decision)],
) -> Result<Vec<(String, String, Option<String>)>, sqlx::Error> {
    let runs = Value::from_iter(accepts.iter().map(|(_, a)| json!(a.run)));
    let deliveries = Value::from_iter(accepts.iter().filter_map(|(_, a)| a.delivery.as_ref()).map(|d| json!(d)));
    let messages = Value::from_iter(decisions.iter().map(|(_, d)| json!([d.message, d.stage])));
    sqlx::query_as(
        "select 'delivery', run, id from delivery where run in (select value from json_each($1));
         select 'delivery', run, id from delivery where id in (select value from json_each($2));
         select 'decision', message, stage from decision
             where (message, stage) in (select value->>0, value->>1 from json_each($3))",
    )
    .bind(runs.to_string())
    .bind(deliveries.to_string())
    .bind(messages.to_string())
    .fetch_all(connection)
    .await
}

/// Rows that share a statement, which on its own costs a round trip to the database's thread.
const ROWS_A_STATEMENT: usize = 64;

async fn put_analyses(connection: &mut SqliteConnection, rows: Vec<(String, Vec<u8>)>) -> Result<(), sqlx::Error> {
    for rows in rows.chunks(ROWS_A_STATEMENT) {
        let values: Vec<String> = (0..rows.len()).map(|n| format!("(${}, ${})", 2 * n + 1, 2 * n + 2)).collect();
        // The text is ours: as many pairs of parameters as there are rows.
        let text = format!("insert or ignore into analysis (key, body) values {}", values.join(", "));
        let mut query = sqlx::query(sqlx::AssertSqlSafe(text));
        for (key, body) in rows {
            query = query.bind(key).bind(body);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}
