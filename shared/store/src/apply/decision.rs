//! Decisions with all that belongs to them.

use std::collections::HashSet;

use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnection;

use super::{Out, record};
use crate::{Decided, Decision};

pub(super) async fn decide(
    connection: &mut SqliteConnection,
    decisions: Vec<(usize, Box<Decision>)>,
    outs: &mut [Option<Out>],
) -> Result<(), sqlx::Error> {
    let mut first = insert(connection, &decisions).await?;
    let mut kept = Vec::new();
    for (at, decision) in decisions {
        let is_first = first.remove(&(decision.message.to_string(), decision.stage.clone()));
        outs[at] = Some(Out::Decided(is_first));
        if is_first {
            kept.push(decision);
        }
    }
    for decision in &kept {
        record::save(connection, &decision.save).await?;
    }
    land(connection, &kept).await?;
    tell(connection, &kept).await
}

/// The decisions that are the first about their message.
async fn insert(
    connection: &mut SqliteConnection,
    decisions: &[(usize, Box<Decision>)],
) -> Result<HashSet<(String, String)>, sqlx::Error> {
    let mut rows = Vec::new();
    for (_, d) in decisions {
        let body = serde_json::to_string(&d.verdict).map_err(|e| sqlx::Error::Encode(e.into()))?;
        let status = status(d);
        rows.push(json!([d.message, d.stage, d.run, status, body, d.started_at, d.ended_at, d.attempts]));
    }
    let first = sqlx::query_as::<_, (String, String)>(
        "insert or ignore into decision (message, stage, run, status, body, started_at, ended_at, attempts)
         select value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7
         from json_each($1) returning message, stage",
    )
    .bind(Value::from(rows).to_string())
    .fetch_all(connection)
    .await?;
    Ok(first.into_iter().collect())
}

/// Takes the decided messages out of the air and puts their children into it.
async fn land(connection: &mut SqliteConnection, kept: &[Box<Decision>]) -> Result<(), sqlx::Error> {
    let landed = kept.iter().map(|d| json!([d.run, d.message, d.stage]));
    sqlx::query(
        "delete from flight where (run, message, stage) in
         (select value->>0, value->>1, value->>2 from json_each($1))",
    )
    .bind(Value::from_iter(landed).to_string())
    .execute(&mut *connection)
    .await?;
    // A run's first message waits in the inbox until it is decided about; its id is the run's.
    let first = kept.iter().filter(|d| d.message.as_str() == d.run.as_str()).map(|d| json!(d.run));
    sqlx::query("delete from inbox where run in (select value from json_each($1))")
        .bind(Value::from_iter(first).to_string())
        .execute(&mut *connection)
        .await?;
    let children = kept.iter().flat_map(|d| d.children.iter().map(|(id, stage)| json!([d.run, id, stage])));
    sqlx::query(
        "insert or ignore into flight (run, message, stage)
         select value->>0, value->>1, value->>2 from json_each($1)",
    )
    .bind(Value::from_iter(children).to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// One event a decision, and one for each run that is over with it.
async fn tell(connection: &mut SqliteConnection, kept: &[Box<Decision>]) -> Result<(), sqlx::Error> {
    let events = kept.iter().map(|d| {
        let mut data = json!({ "stage": d.stage, "duration_ms": d.ended_at - d.started_at, "attempts": d.attempts });
        if let Decided::Rejected(why) = &d.verdict {
            data["error"] = json!(why);
        }
        json!([format!("processing.stage.{}", status(d)), d.run, d.ended_at, data.to_string()])
    });
    sqlx::query(
        "insert into event (kind, run, at, data)
         select value->>0, value->>1, value->>2, value->>3 from json_each($1)",
    )
    .bind(Value::from_iter(events).to_string())
    .execute(&mut *connection)
    .await?;
    let ended = kept.iter().map(|d| json!([d.run, d.ended_at]));
    sqlx::query(
        "insert into event (kind, run, at, data)
         select 'repository.processing.' ||
                case when exists (select 1 from decision where run = ended.value->>0 and status = 'failed')
                     then 'failed' else 'completed' end,
                value->>0, max(value->>1), '{}'
         from json_each($1) as ended
         where not exists (select 1 from flight where run = ended.value->>0)
         group by value->>0",
    )
    .bind(Value::from_iter(ended).to_string())
    .execute(connection)
    .await?;
    Ok(())
}

fn status(decision: &Decision) -> &'static str {
    match decision.verdict {
        Decided::Emit(_) => "completed",
        Decided::Rejected(_) => "failed",
    }
}
