//! The local queue: one SQLite table, woken in the process instead of polled.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnection;
use tokio::sync::Notify;

use crate::{Clock, DeadLetter, Error, Parcel, Received};

/// How long a receiver sleeps at most: the bound on how late a message is found whose wake-up got lost.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub(crate) struct SqliteQueue {
    file: sqlite::File<Op, Vec<Received>>,
    clock: Clock,
    bells: Arc<Mutex<HashMap<String, Arc<Notify>>>>,
}

enum Op {
    Send(Vec<Parcel>),
    Receive { stage: String, most: usize, lease_ms: i64 },
    Complete { done: Parcel, children: Vec<Parcel> },
    Retry { parcel: Parcel, after_ms: i64 },
    Bury { parcel: Parcel, why: String },
    ReleaseAll,
}

impl SqliteQueue {
    pub(crate) async fn open(path: &Path, clock: Clock) -> Result<Self, Error> {
        let now = clock.clone();
        let apply: sqlite::Apply<Op, Vec<Received>> = Box::new(move |c, ops| Box::pin(apply(c, ops, now())));
        let file = sqlite::File::open(path, include_str!("schema.sql"), apply).await?;
        file.write(Op::ReleaseAll).await?;
        Ok(Self { file, clock, bells: Arc::default() })
    }

    pub(crate) async fn send(&self, parcels: Vec<Parcel>) -> Result<(), Error> {
        let stages = stages(&parcels);
        self.file.write(Op::Send(parcels)).await?;
        self.ring(stages);
        Ok(())
    }

    pub(crate) async fn receive(&self, stage: &str, most: usize, lease: Duration) -> Result<Vec<Received>, Error> {
        let bell = self.bell(stage);
        let lease_ms = millis(lease);
        loop {
            let received = self.file.write(Op::Receive { stage: stage.to_owned(), most, lease_ms }).await?;
            if !received.is_empty() {
                return Ok(received);
            }
            let nap = self.until_next(stage).await?;
            // A timeout and a bell are the same here: look again.
            drop(tokio::time::timeout(nap, bell.notified()).await);
        }
    }

    pub(crate) async fn complete(&self, parcel: &Parcel, children: Vec<Parcel>) -> Result<(), Error> {
        let stages = stages(&children);
        self.file.write(Op::Complete { done: parcel.clone(), children }).await?;
        self.ring(stages);
        Ok(())
    }

    pub(crate) async fn retry(&self, parcel: &Parcel, after: Duration) -> Result<(), Error> {
        self.file.write(Op::Retry { parcel: parcel.clone(), after_ms: millis(after) }).await?;
        self.ring([parcel.stage.clone()].into());
        Ok(())
    }

    pub(crate) async fn bury(&self, parcel: &Parcel, why: &str) -> Result<(), Error> {
        self.file.write(Op::Bury { parcel: parcel.clone(), why: why.to_owned() }).await?;
        Ok(())
    }

    pub(crate) async fn dead_letters(&self, limit: u32) -> Result<Vec<DeadLetter>, Error> {
        let rows: Vec<(String, String, String, String, i64)> =
            sqlx::query_as("select stage, id, envelope, why, at from dead_letter order by at desc, id limit $1")
                .bind(limit)
                .fetch_all(self.file.readers())
                .await?;
        let letter =
            |(stage, id, envelope, why, at)| Some(DeadLetter { parcel: parcel(stage, id, envelope)?, why, at });
        Ok(rows.into_iter().filter_map(letter).collect())
    }

    pub(crate) async fn length(&self) -> Result<u64, Error> {
        let length: i64 = sqlx::query_scalar("select count(*) from message").fetch_one(self.file.readers()).await?;
        Ok(length.unsigned_abs())
    }

    /// How long nothing can become visible by the passing of time alone.
    async fn until_next(&self, stage: &str) -> Result<Duration, Error> {
        let next: Option<i64> = sqlx::query_scalar("select min(visible_at) from message where stage = $1")
            .bind(stage)
            .fetch_one(self.file.readers())
            .await?;
        let wait = next.map_or(i64::MAX, |at| at - (self.clock)());
        Ok(Duration::from_millis(u64::try_from(wait).unwrap_or(0)).min(LONGEST_SLEEP))
    }

    fn bell(&self, stage: &str) -> Arc<Notify> {
        let mut bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        bells.entry(stage.to_owned()).or_default().clone()
    }

    fn ring(&self, stages: BTreeSet<String>) {
        for stage in stages {
            self.bell(&stage).notify_one();
        }
    }
}

/// Sends and completions first, so that a receive of the same batch finds their messages already.
async fn apply(connection: &mut SqliteConnection, ops: Vec<Op>, now: i64) -> Result<Vec<Vec<Received>>, sqlx::Error> {
    let (mut sent, mut done) = (Vec::new(), Vec::new());
    let mut receives = Vec::new();
    let mut outs: Vec<Vec<Received>> = ops.iter().map(|_| Vec::new()).collect();
    for (at, op) in ops.into_iter().enumerate() {
        match op {
            Op::Send(parcels) => sent.extend(parcels),
            Op::Complete { done: parcel, children } => {
                sent.extend(children);
                done.push(parcel);
            }
            Op::Receive { stage, most, lease_ms } => receives.push((at, stage, most, now + lease_ms)),
            Op::Retry { parcel, after_ms } => hide(connection, &parcel, now + after_ms).await?,
            Op::Bury { parcel, why } => {
                bury(connection, &parcel, &why, now).await?;
                done.push(parcel);
            }
            Op::ReleaseAll => release_all(connection, now).await?,
        }
    }
    remove(connection, &done).await?;
    insert(connection, &sent, now).await?;
    for (at, stage, most, until) in receives {
        outs[at] = receive(connection, stage, most, now, until).await?;
    }
    Ok(outs)
}

async fn insert(connection: &mut SqliteConnection, parcels: &[Parcel], now: i64) -> Result<(), sqlx::Error> {
    if parcels.is_empty() {
        return Ok(());
    }
    let rows = parcels.iter().map(|p| json!([p.stage, p.id, p.envelope]));
    sqlx::query(
        "insert or ignore into message (stage, id, envelope, visible_at)
         select value->>0, value->>1, value->>2, $2 from json_each($1)",
    )
    .bind(Value::from_iter(rows).to_string())
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

async fn remove(connection: &mut SqliteConnection, parcels: &[Parcel]) -> Result<(), sqlx::Error> {
    if parcels.is_empty() {
        return Ok(());
    }
    let rows = parcels.iter().map(|p| json!([p.stage, p.id]));
    sqlx::query("delete from message where (stage, id) in (select value->>0, value->>1 from json_each($1))")
        .bind(Value::from_iter(rows).to_string())
        .execute(connection)
        .await
        .map(drop)
}

async fn receive(
    connection: &mut SqliteConnection,
    stage: String,
    most: usize,
    now: i64,
    until: i64,
) -> Result<Vec<Received>, sqlx::Error> {
    let rows: Vec<(String, String, u32, u32)> = sqlx::query_as(
        "update message set attempts = attempts + 1, leased = 1, visible_at = $4 where stage = $1 and id in
         (select id from message where stage = $1 and visible_at <= $2 order by visible_at limit $3)
         returning id, envelope, attempts, crashes",
    )
    .bind(&stage)
    .bind(now)
    .bind(i64::try_from(most).unwrap_or(i64::MAX))
    .bind(until)
    .fetch_all(connection)
    .await?;
    let received = |(id, envelope, attempts, crashes)| {
        Some(Received { parcel: parcel(stage.clone(), id, envelope)?, attempts, crashes })
    };
    Ok(rows.into_iter().filter_map(received).collect())
}

async fn hide(connection: &mut SqliteConnection, parcel: &Parcel, until: i64) -> Result<(), sqlx::Error> {
    sqlx::query("update message set visible_at = $3, leased = 0 where stage = $1 and id = $2")
        .bind(&parcel.stage)
        .bind(parcel.id.as_str())
        .bind(until)
        .execute(connection)
        .await
        .map(drop)
}

async fn bury(connection: &mut SqliteConnection, parcel: &Parcel, why: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into dead_letter (stage, id, envelope, why, at) values ($1, $2, $3, $4, $5)
         on conflict (stage, id) do update set why = excluded.why, at = excluded.at",
    )
    .bind(&parcel.stage)
    .bind(parcel.id.as_str())
    .bind(&parcel.envelope)
    .bind(why)
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

async fn release_all(connection: &mut SqliteConnection, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update message set visible_at = $1, leased = 0, attempts = attempts - 1, crashes = crashes + 1
         where leased = 1",
    )
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

fn stages(parcels: &[Parcel]) -> BTreeSet<String> {
    parcels.iter().map(|parcel| parcel.stage.clone()).collect()
}

/// Ids were checked when they were written; a row that is none any more is left where it is.
fn parcel(stage: String, id: String, envelope: String) -> Option<Parcel> {
    Some(Parcel { stage, id: id.parse().ok()?, envelope })
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
