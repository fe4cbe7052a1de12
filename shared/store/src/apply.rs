//! Writes, as the writer's task applies them: a batch in one transaction that is one text.
//!
//! Rows travel as JSON arrays that `json_each` unfolds, for a statement costs a round trip to the database's thread and
//! under load there are hundreds of rows a commit.

pub(crate) mod accept;
pub(crate) mod decide;
mod index;
pub(crate) mod memo;
pub(crate) mod model_call;
pub(crate) mod prune;
mod record;

use contracts::record::Record;
use serde_json::json;
use sqlx::sqlite::SqliteConnection;

use crate::undecided::Undecided;
use crate::{Accept, Accepted, Decision, IndexUpdate, Pruned, Reserve, Settle};

#[derive(Debug)]
pub(crate) enum Op {
    Accept(Box<Accept>),
    Decide(Box<Decision>),
    Save(Vec<Record>),
    PutAnalyses(Vec<(String, Vec<u8>)>),
    UpdateIndex(Box<IndexUpdate>),
    Reserve(Box<Reserve>),
    Settle(Box<Settle>),
    KeepMemo {
        name: String,
        body: String,
    },
    /// Decided before this time, in milliseconds since the Unix epoch.
    Prune(i64),
}

#[derive(Debug)]
pub(crate) enum Out {
    Accepted(Accepted),
    Decided(bool),
    Indexed(bool),
    Reserved(Option<i64>),
    Pruned(Pruned),
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
    undecided: Undecided,
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
            Op::PutAnalyses(_)
            | Op::UpdateIndex(_)
            | Op::Reserve(_)
            | Op::Settle(_)
            | Op::Prune(_)
            | Op::KeepMemo { .. } => alone.push((at, op)),
        }
    }
    commit(connection, &undecided, batch, &mut outs).await?;
    for (at, op) in alone {
        sqlx::query("begin immediate").execute(&mut *connection).await?;
        match op {
            Op::PutAnalyses(rows) => put_analyses(connection, rows).await?,
            Op::UpdateIndex(update) => outs[at] = Out::Indexed(index::update(connection, &update).await?),
            Op::Reserve(wanted) => outs[at] = Out::Reserved(model_call::reserve(connection, &wanted).await?),
            Op::Settle(settled) => model_call::settle(connection, &settled).await?,
            Op::KeepMemo { name, body } => memo::keep(connection, &name, &body).await?,
            Op::Prune(before) => outs[at] = Out::Pruned(prune::here(connection, before).await?),
            Op::Accept(_) | Op::Decide(_) | Op::Save(_) => {}
        }
        sqlx::query("commit").execute(&mut *connection).await?;
    }
    Ok(outs)
}

/// What a transaction does: each statement with the number of its parameter, an array of rows. `$1` new reports, `$2` rows
/// of the inbox that were decided about, `$3` decisions, `$4` flights that landed, `$5` new flights, `$6` events, `$7`
/// runs that may be over, `$8` to `$14` records by kind. A statement without rows is left out; the first answers which
/// reports were decided about long ago. Events come last: where many processes write, their order is a lock.
pub(crate) const STATEMENTS: [(usize, &str); 16] = [
    (
        1,
        "select value->>1, delivery.run from json_each($1), delivery
             where delivery.run = value->>1 or delivery.id = value->>2",
    ),
    (
        1,
        "insert into inbox (seq, report) select cast(value->>0 as bigint), value from json_each($1)
             where not exists (select 1 from delivery where run = value->>1 or id = value->>2)",
    ),
    (
        2,
        "insert into delivery (run, id, repo, reported_at)
             select report->>1, report->>2, report->>3, cast(report->>4 as bigint) from inbox
             where seq in (select cast(value as bigint) from json_each($2)) on conflict do nothing",
    ),
    (2, "delete from inbox where seq in (select cast(value as bigint) from json_each($2))"),
    (
        3,
        "insert into decision (message, stage, run, status, body, started_at, ended_at, attempts)
                 select value->>0, value->>1, value->>2, value->>3, value->>4, cast(value->>5 as bigint),
                        cast(value->>6 as bigint), cast(value->>7 as bigint)
                 from json_each($3) where true on conflict do nothing",
    ),
    (
        4,
        "delete from flight where (run, message, stage) in
              (select value->>0, value->>1, value->>2 from json_each($4))",
    ),
    (
        5,
        "insert into flight (run, message, stage)
               select value->>0, value->>1, value->>2 from json_each($5) where true on conflict do nothing",
    ),
    (
        8,
        "insert into repository (repo, seq, body)
                    select value->>0, cast(value->>1 as bigint), value->>2 from json_each($8) where true
                    on conflict (repo) do update set seq = excluded.seq, body = excluded.body
                    where excluded.seq >= repository.seq",
    ),
    (
        9,
        "insert into document_index (repo, seq, body)
               select value->>0, cast(value->>1 as bigint), value->>2 from json_each($9) where true
               on conflict (repo) do update set seq = excluded.seq, body = excluded.body
               where excluded.seq >= document_index.seq",
    ),
    (
        10,
        "insert into verdict (run, target, relationship, body)
                select value->>0, value->>1, value->>2, value->>3 from json_each($10) where true
                on conflict (run, target, relationship) do update set body = excluded.body",
    ),
    (
        11,
        "insert into finding (fingerprint, source, target, state, seq, body)
                select value->>0, value->>1, value->>2, value->>3, cast(value->>4 as bigint), value->>5
                from json_each($11) where true
                on conflict (fingerprint) do update
                set state = excluded.state, seq = excluded.seq, body = excluded.body
                where excluded.seq >= finding.seq",
    ),
    (
        12,
        "insert into notice (fingerprint, body) select value->>0, value->>1 from json_each($12) where true
               on conflict (fingerprint) do update set body = excluded.body",
    ),
    (
        13,
        "insert into wish (fingerprint, at, until, body)
             select value->>0, cast(value->>1 as bigint), cast(value->>2 as bigint), value->>3 from json_each($13) where true
             on conflict (fingerprint) do update set at = excluded.at, until = excluded.until, body = excluded.body
             where excluded.at >= wish.at",
    ),
    (
        14,
        "insert into checked (target, source, relationship, seq, body)
                select value->>0, value->>1, value->>2, cast(value->>3 as bigint), value->>4 from json_each($14) where true
                on conflict (target, source, relationship) do update set seq = excluded.seq, body = excluded.body
                where excluded.seq >= checked.seq",
    ),
    (
        6,
        "insert into event (kind, run, at, data)
              select value->>0, value->>1, cast(value->>2 as bigint), value->>3 from json_each($6)",
    ),
    (
        7,
        "insert into event (kind, run, at, data)
             select 'repository.processing.' ||
                    case when exists (select 1 from decision where run = ended.run and status = 'failed')
                         then 'failed' else 'completed' end,
                    ended.run, ended.at, '{}'
             from (select value->>0 as run, max(cast(value->>1 as bigint)) as at
                   from json_each($7) group by value->>0) as ended
             where not exists (select 1 from flight where run = ended.run)",
    ),
];

async fn commit(
    connection: &mut SqliteConnection,
    undecided: &Undecided,
    batch: Batch,
    outs: &mut [Out],
) -> Result<(), sqlx::Error> {
    let Batch { accepts, decisions, mut records } = batch;
    if accepts.is_empty() && decisions.is_empty() && records.is_empty() {
        return Ok(());
    }
    let made = made(connection, undecided, &decisions).await?;
    let mut kept = decide::sort(made, decisions, outs);
    records.extend(kept.iter_mut().flat_map(|decision| std::mem::take(&mut decision.save)));
    let reports = accept::Reports::of(accepts, undecided);
    let rows = rows(&reports, &kept, undecided, &records);
    let written = match rows {
        Ok(rows) => write(connection, &rows).await,
        Err(error) => Err(sqlx::Error::Encode(error.into())),
    };
    match &written {
        Ok(repeats) => {
            undecided.follow(&kept);
            reports.answer(repeats, undecided, outs);
        }
        Err(_) => reports.forget(undecided),
    }
    written.map(drop)
}

/// Parameters of [`STATEMENTS`].
pub(crate) fn rows<'r>(
    reports: &accept::Reports,
    kept: &[Decision],
    undecided: &Undecided,
    records: impl IntoIterator<Item = &'r Record>,
) -> Result<[String; 14], serde_json::Error> {
    let inbox = serde_json::to_string(&reports.rows)?;
    let [first, decisions, landed, flights, events, ended] = decide::rows(kept, undecided)?;
    let [repositories, indexes, verdicts, findings, notices, wishes, checked] = record::rows(records)?;
    Ok([
        inbox,
        first,
        decisions,
        landed,
        flights,
        events,
        ended,
        repositories,
        indexes,
        verdicts,
        findings,
        notices,
        wishes,
        checked,
    ])
}

/// Writes rows in one transaction; answers the reports that repeat what was decided about long ago.
async fn write(connection: &mut SqliteConnection, rows: &[String; 14]) -> Result<Vec<(String, String)>, sqlx::Error> {
    let has_rows = |parameter: usize| rows.get(parameter - 1).is_some_and(|rows| rows != "[]");
    let wanted = STATEMENTS.iter().filter(|(parameter, _)| has_rows(*parameter)).map(|(_, text)| *text);
    let text: Vec<&str> = ["begin immediate"].into_iter().chain(wanted).chain(["commit"]).collect();
    // The text is ours: some of the statements above.
    let mut query = sqlx::query_as(sqlx::AssertSqlSafe(text.join(";\n")));
    for rows in rows {
        query = query.bind(rows);
    }
    query.fetch_all(connection).await
}

/// Decisions that are there already, by message and stage, of those that are not known to be undecided.
async fn made(
    connection: &mut SqliteConnection,
    undecided: &Undecided,
    decisions: &[(usize, Decision)],
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let doubtful = decisions.iter().filter(|(_, d)| !undecided.holds(&d.message, &d.stage));
    let doubtful: Vec<_> = doubtful.map(|(_, d)| (&d.message, &d.stage)).collect();
    if doubtful.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query_as(
        "select message, stage from decision
         where (message, stage) in (select value->>0, value->>1 from json_each($1))",
    )
    .bind(json!(doubtful).to_string())
    .fetch_all(connection)
    .await
}

/// Rows that share a statement, which on its own costs a round trip to the database's thread.
pub(crate) const ROWS_A_STATEMENT: usize = 64;

async fn put_analyses(connection: &mut SqliteConnection, rows: Vec<(String, Vec<u8>)>) -> Result<(), sqlx::Error> {
    for rows in rows.chunks(ROWS_A_STATEMENT) {
        let mut query = sqlx::query(put_text(rows.len()));
        for (key, body) in rows {
            query = query.bind(key).bind(body);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Keeps so many analyses, two parameters each.
pub(crate) fn put_text(rows: usize) -> sqlx::AssertSqlSafe<String> {
    let values: Vec<String> = (0..rows).map(|n| format!("(${}, ${})", 2 * n + 1, 2 * n + 2)).collect();
    // The text is ours: as many pairs of parameters as there are rows.
    let text = format!("insert into analysis (key, body) values {} on conflict do nothing", values.join(", "));
    sqlx::AssertSqlSafe(text)
}
