//! The local queue: one SQLite table, woken in the process instead of polled.
//!
//! Not synced commit by commit: what a power cut takes from it, the intake makes again from the store at the next start,
//! which knows every message that is in the air.

use std::collections::{BTreeMap, BTreeSet, HashMap};
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
        let file = sqlite::File::open(path, include_str!("schema.sql"), sqlite::Survives::Kill, apply).await?;
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

    pub(crate) async fn lengths(&self) -> Result<BTreeMap<String, u64>, Error> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("select stage, count(*) from message group by stage").fetch_all(self.file.readers()).await?;
        Ok(rows.into_iter().map(|(stage, count)| (stage, count.unsigned_abs())).collect())
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

/// What a batch writes before it receives: `$1` messages that are done, `$2` new ones, `$3` the time, `$4` messages to be
/// tried again later, `$5` dead letters, `$6` whether a former process's leases end.
const WRITES: &str = "
begin immediate;
delete from message where (stage, id) in (select value->>0, value->>1 from json_each($1));
insert or ignore into message (stage, id, envelope, visible_at)
    select value->>0, value->>1, value->>2, $3 from json_each($2);
update message set visible_at = later.at, leased = 0
    from (select value->>0 as stage, value->>1 as id, value->>2 as at from json_each($4)) as later
    where message.stage = later.stage and message.id = later.id;
insert into dead_letter (stage, id, envelope, why, at)
    select value->>0, value->>1, value->>2, value->>3, $3 from json_each($5) where true
    on conflict (stage, id) do update set why = excluded.why, at = excluded.at;
update message set visible_at = $3, leased = 0, attempts = attempts - 1, crashes = crashes + 1
    where $6 and leased = 1;
";

/// What a batch asks of the table.
#[derive(Default)]
struct Batch {
    done: Vec<Value>,
    sent: Vec<Value>,
    later: Vec<Value>,
    dead: Vec<Value>,
    is_restart: bool,
    /// By their place in the batch.
    receives: Vec<(usize, Receive)>,
}

struct Receive {
    stage: String,
    most: i64,
    until: i64,
}

/// All of a batch in one transaction that is one text: a statement on its own costs a round trip to the database's
/// thread. Sends and completions come first, so that a receipt of the same batch finds their messages already.
async fn apply(connection: &mut SqliteConnection, ops: Vec<Op>, now: i64) -> Result<Vec<Vec<Received>>, sqlx::Error> {
    let mut outs: Vec<Vec<Received>> = ops.iter().map(|_| Vec::new()).collect();
    let batch = Batch::of(ops, now);
    let text = batch.text();
    // The text is ours: the statements above and numbers of parameters.
    let mut query = sqlx::query_as::<_, (i64, String, String, u32, u32)>(sqlx::AssertSqlSafe(text))
        .bind(Value::from(batch.done).to_string())
        .bind(Value::from(batch.sent).to_string())
        .bind(now)
        .bind(Value::from(batch.later).to_string())
        .bind(Value::from(batch.dead).to_string())
        .bind(batch.is_restart);
    for (_, Receive { stage, most, until }) in &batch.receives {
        query = query.bind(stage).bind(most).bind(until);
    }
    for (number, id, envelope, attempts, crashes) in query.fetch_all(connection).await? {
        let receive = usize::try_from(number).ok().and_then(|number| batch.receives.get(number));
        let Some((at, Receive { stage, .. })) = receive else { continue };
        // Ids were checked when they were written.
        let Ok(id) = id.parse() else { continue };
        outs[*at].push(Received { parcel: Parcel { stage: stage.clone(), id, envelope }, attempts, crashes });
    }
    Ok(outs)
}

impl Batch {
    fn of(ops: Vec<Op>, now: i64) -> Self {
        let mut batch = Self::default();
        let row = |p: &Parcel| json!([p.stage, p.id, p.envelope]);
        for (at, op) in ops.into_iter().enumerate() {
            match op {
                Op::Send(parcels) => batch.sent.extend(parcels.iter().map(row)),
                Op::Complete { done, children } => {
                    batch.sent.extend(children.iter().map(row));
                    batch.done.push(json!([done.stage, done.id]));
                }
                Op::Receive { stage, most, lease_ms } => {
                    let most = i64::try_from(most).unwrap_or(i64::MAX);
                    batch.receives.push((at, Receive { stage, most, until: now + lease_ms }));
                }
                Op::Retry { parcel, after_ms } => batch.later.push(json!([parcel.stage, parcel.id, now + after_ms])),
                Op::Bury { parcel, why } => {
                    batch.done.push(json!([parcel.stage, parcel.id]));
                    batch.dead.push(json!([parcel.stage, parcel.id, parcel.envelope, why]));
                }
                Op::ReleaseAll => batch.is_restart = true,
            }
        }
        batch
    }

    fn text(&self) -> String {
        let mut text = WRITES.to_owned();
        for number in 0..self.receives.len() {
            let [stage, most, until] = [7, 8, 9].map(|first| first + 3 * number);
            text += &format!(
                "update message set attempts = attempts + 1, leased = 1, visible_at = ${until}
                 where stage = ${stage} and id in
                     (select id from message where stage = ${stage} and visible_at <= $3
                      order by visible_at limit ${most})
                 returning {number}, id, envelope, attempts, crashes;\n"
            );
        }
        text + "commit"
    }
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
