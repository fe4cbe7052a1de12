//! The local queue: messages in memory, woken in the process instead of polled, and a SQLite table that follows them.
//!
//! The table lags by [`LINGER`], so that a message which is sent and completed within it costs no write at all. What a
//! kill or a power cut takes from the table, the intake makes again from the store at the next start, which knows every
//! message that is in the air. Dead letters, and receipts of messages that a former process may have ended by, are
//! written before they are answered.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use contracts::MessageId;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnection;
use tokio::sync::Notify;

use crate::line::{Line, Message};
use crate::{Clock, DeadLetter, Error, Parcel, Received};

/// How long a receiver sleeps at most: the bound on how late a message is found whose wake-up got lost.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);
/// How far the table may lag behind.
const LINGER: Duration = Duration::from_millis(20);
/// How soon a failed write is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub(crate) struct SqliteQueue(Arc<Shared>);

struct Shared {
    file: sqlite::File<Batch, ()>,
    clock: Clock,
    state: Mutex<State>,
    bells: Mutex<HashMap<String, Arc<Notify>>>,
    /// Rings when the table lags, and when the queue is closed.
    lags: Arc<Notify>,
    /// Held while the table is brought up to date, so that an older state never follows a newer one.
    keeping: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    lines: BTreeMap<String, Line>,
    /// What is in the table otherwise than here, by stage and id.
    changed: HashSet<(String, MessageId)>,
    /// Dead letters that are not in the table yet.
    dead: Vec<DeadLetter>,
}

/// What the table lacks, each as a JSON array of rows.
struct Batch {
    gone: String,
    put: String,
    dead: String,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.lags.notify_one();
    }
}

impl SqliteQueue {
    pub(crate) async fn open(path: &Path, clock: Clock) -> Result<Self, Error> {
        let apply: sqlite::Apply<Batch, ()> = Box::new(|c, batches| Box::pin(apply(c, batches)));
        let file = sqlite::File::open(path, include_str!("schema.sql"), sqlite::Survives::Kill, apply).await?;
        let state = State::load(&file, clock()).await?;
        let lags = Arc::new(Notify::new());
        lags.notify_one();
        let (bells, keeping) = (Mutex::default(), tokio::sync::Mutex::default());
        let shared = Arc::new(Shared { file, clock, state: Mutex::new(state), bells, lags: lags.clone(), keeping });
        #[expect(clippy::disallowed_methods, reason = "the keeper ends with the queue's last handle")]
        tokio::spawn(keep(Arc::downgrade(&shared), lags));
        Ok(Self(shared))
    }

    /// Memory and disk have room for whatever is JSON.
    pub(crate) fn most_bytes(&self) -> Option<usize> {
        None
    }

    pub(crate) fn bytes(&self, envelope: &str) -> usize {
        envelope.len()
    }

    pub(crate) async fn send(&self, parcels: Vec<Parcel>) -> Result<(), Error> {
        let stages = self.0.with(|state| state.add(parcels, (self.0.clock)(), false));
        self.0.ring(stages);
        Ok(())
    }

    pub(crate) async fn send_again(&self, parcels: Vec<Parcel>) -> Result<(), Error> {
        let stages = self.0.with(|state| state.add(parcels, (self.0.clock)(), true));
        self.0.ring(stages);
        Ok(())
    }

    pub(crate) async fn receive(&self, stage: &str, most: usize, lease: Duration) -> Result<Vec<Received>, Error> {
        let bell = self.0.bell(stage);
        loop {
            let now = (self.0.clock)();
            let (received, suspect) = self.0.with(|state| state.receive(stage, most, now, now + millis(lease)));
            if suspect {
                self.0.bring_up_to_date().await?;
            }
            if !received.is_empty() {
                self.0.lags.notify_one();
                return Ok(received);
            }
            let next = self.0.with(|state| state.lines.get(stage).and_then(Line::next));
            let wait = next.map_or(i64::MAX, |at| at - now);
            let nap = Duration::from_millis(u64::try_from(wait).unwrap_or(0)).min(LONGEST_SLEEP);
            // A timeout and a bell are the same here: look again.
            drop(tokio::time::timeout(nap, bell.notified()).await);
        }
    }

    pub(crate) async fn complete(&self, received: &Received, children: Vec<Parcel>) -> Result<(), Error> {
        let now = (self.0.clock)();
        let stages = self.0.with(|state| {
            let stages = state.add(children, now, false);
            state.remove(&received.parcel);
            stages
        });
        self.0.ring(stages);
        Ok(())
    }

    pub(crate) async fn retry(&self, Received { parcel, .. }: &Received, after: Duration) -> Result<(), Error> {
        let until = (self.0.clock)() + millis(after);
        self.0.with(|state| {
            let hidden = state.lines.get_mut(&parcel.stage).and_then(|line| line.hide(&parcel.id, until, false));
            if hidden.is_some() {
                state.changed.insert((parcel.stage.clone(), parcel.id.clone()));
            }
        });
        self.0.ring([parcel.stage.clone()].into());
        Ok(())
    }

    pub(crate) async fn bury(&self, Received { parcel, .. }: &Received, why: &str) -> Result<(), Error> {
        let letter = DeadLetter { parcel: parcel.clone(), why: why.to_owned(), at: (self.0.clock)() };
        self.0.with(|state| {
            state.remove(parcel);
            state.dead.push(letter);
        });
        self.0.bring_up_to_date().await
    }

    pub(crate) async fn dead_letters(&self, limit: u32) -> Result<Vec<DeadLetter>, Error> {
        let rows: Vec<(String, String, String, String, i64)> =
            sqlx::query_as("select stage, id, envelope, why, at from dead_letter order by at desc, id limit $1")
                .bind(limit)
                .fetch_all(self.0.file.readers())
                .await?;
        // Ids were checked when they were written; a row that is none any more is left where it is.
        let letter = |(stage, id, envelope, why, at): (String, String, String, String, i64)| {
            Some(DeadLetter { parcel: Parcel { stage, id: id.parse().ok()?, envelope }, why, at })
        };
        Ok(rows.into_iter().filter_map(letter).collect())
    }

    pub(crate) async fn lengths(&self) -> Result<BTreeMap<String, u64>, Error> {
        Ok(self.0.with(|state| {
            let filled = state.lines.iter().filter(|(_, line)| line.len() > 0);
            filled.map(|(stage, line)| (stage.clone(), line.len() as u64)).collect()
        }))
    }

    pub(crate) async fn settle(&self) -> Result<(), Error> {
        self.0.bring_up_to_date().await
    }
}

impl Shared {
    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn bell(&self, stage: &str) -> Arc<Notify> {
        let mut bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bell) = bells.get(stage) {
            return bell.clone();
        }
        bells.entry(stage.to_owned()).or_default().clone()
    }

    fn ring(&self, stages: BTreeSet<String>) {
        for stage in stages {
            self.bell(&stage).notify_one();
        }
        self.lags.notify_one();
    }

    /// Writes what the table lacks, and returns when it is there.
    async fn bring_up_to_date(&self) -> Result<(), Error> {
        let _one_at_a_time = self.keeping.lock().await;
        let (changed, dead) = self.with(|state| (std::mem::take(&mut state.changed), std::mem::take(&mut state.dead)));
        if changed.is_empty() && dead.is_empty() {
            return Ok(());
        }
        let batch = self.with(|state| state.rows(&changed, &dead));
        let written = self.file.write(batch).await;
        if written.is_err() {
            self.with(|state| {
                state.changed.extend(changed);
                state.dead.extend(dead);
            });
        }
        Ok(written?)
    }
}

/// Lets the table follow, until the queue is closed.
async fn keep(shared: Weak<Shared>, lags: Arc<Notify>) {
    loop {
        lags.notified().await;
        tokio::time::sleep(LINGER).await;
        let Some(shared) = shared.upgrade() else { return };
        if let Err(error) = shared.bring_up_to_date().await {
            tracing::error!("the queue's file lags behind: {error}");
            drop(shared);
            tokio::time::sleep(TRY_AGAIN).await;
            lags.notify_one();
        }
    }
}

impl State {
    /// What a former process left. Whatever it had received and not finished is visible again at once.
    async fn load(file: &sqlite::File<Batch, ()>, now: i64) -> Result<Self, Error> {
        let rows: Vec<(String, String, String, i64, u32, bool, u32)> =
            sqlx::query_as("select stage, id, envelope, visible_at, attempts, leased, crashes from message")
                .fetch_all(file.readers())
                .await?;
        let mut state = Self::default();
        for (stage, id, envelope, visible_at, attempts, leased, crashes) in rows {
            // Ids were checked when they were written; a row that is none any more is left where it is.
            let Ok(id) = id.parse::<MessageId>() else { continue };
            let message = Message {
                envelope,
                visible_at: if leased { now } else { visible_at },
                attempts: attempts.saturating_sub(u32::from(leased)),
                crashes: crashes + u32::from(leased),
                leased: false,
                suspect: true,
                kept: true,
            };
            if leased {
                state.changed.insert((stage.clone(), id.clone()));
            }
            state.lines.entry(stage).or_default().add(id, message);
        }
        Ok(state)
    }

    /// Adds what is not there yet; answers the stages that have something new.
    fn add(&mut self, parcels: Vec<Parcel>, now: i64, suspect: bool) -> BTreeSet<String> {
        let mut stages = BTreeSet::new();
        for Parcel { stage, id, envelope } in parcels {
            let key = (stage, id);
            // Changed, and not here: its removal has not reached the table.
            let kept = self.changed.contains(&key);
            let message = Message { envelope, visible_at: now, attempts: 0, crashes: 0, leased: false, suspect, kept };
            if self.lines.entry(key.0.clone()).or_default().add(key.1.clone(), message) {
                stages.insert(key.0.clone());
                self.changed.insert(key);
            }
        }
        stages
    }

    /// Leases messages; says whether one of them must be on the disk before it is handled.
    fn receive(&mut self, stage: &str, most: usize, now: i64, until: i64) -> (Vec<Received>, bool) {
        let Some(line) = self.lines.get_mut(stage) else { return (Vec::new(), false) };
        let mut received = Vec::new();
        let mut suspect = false;
        for id in line.ready(now, most) {
            let Some(message) = line.hide(&id, until, true) else { continue };
            message.attempts += 1;
            suspect |= message.suspect;
            let (attempts, crashes, envelope) = (message.attempts, message.crashes, message.envelope.clone());
            self.changed.insert((stage.to_owned(), id.clone()));
            let parcel = Parcel { stage: stage.to_owned(), id, envelope };
            received.push(Received { parcel, attempts, crashes, receipt: String::new() });
        }
        (received, suspect)
    }

    fn remove(&mut self, parcel: &Parcel) {
        let Some(message) = self.lines.get_mut(&parcel.stage).and_then(|line| line.remove(&parcel.id)) else { return };
        let key = (parcel.stage.clone(), parcel.id.clone());
        // What never got into the table need not leave it.
        if message.kept {
            self.changed.insert(key);
        } else {
            self.changed.remove(&key);
        }
    }

    fn rows(&mut self, changed: &HashSet<(String, MessageId)>, dead: &[DeadLetter]) -> Batch {
        let (mut gone, mut put) = (Vec::new(), Vec::new());
        for (stage, id) in changed {
            let Some(line) = self.lines.get_mut(stage) else { continue };
            // From now on: a message that is removed while it is being written must be taken out again.
            line.is_kept(id);
            match line.get(id) {
                None => gone.push(json!([stage, id])),
                Some(Message { envelope, visible_at, attempts, leased, crashes, .. }) => {
                    put.push(json!([stage, id, envelope, visible_at, attempts, u8::from(*leased), crashes]));
                }
            }
        }
        let dead = Value::from_iter(dead.iter().map(|letter| {
            let DeadLetter { parcel: Parcel { stage, id, envelope }, why, at } = letter;
            json!([stage, id, envelope, why, at])
        }));
        Batch { gone: Value::from(gone).to_string(), put: Value::from(put).to_string(), dead: dead.to_string() }
    }
}

/// What follows a state of the queue: `$1` messages that are gone, `$2` messages as they are, `$3` dead letters.
const FOLLOW: &str = "
begin immediate;
delete from message where (stage, id) in (select value->>0, value->>1 from json_each($1));
insert or replace into message (stage, id, envelope, visible_at, attempts, leased, crashes)
    select value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6 from json_each($2);
insert into dead_letter (stage, id, envelope, why, at)
    select value->>0, value->>1, value->>2, value->>3, value->>4 from json_each($3) where true
    on conflict (stage, id) do update set why = excluded.why, at = excluded.at;
commit";

async fn apply(connection: &mut SqliteConnection, batches: Vec<Batch>) -> Result<Vec<()>, sqlx::Error> {
    for Batch { gone, put, dead } in &batches {
        sqlx::query(FOLLOW).bind(gone).bind(put).bind(dead).execute(&mut *connection).await?;
    }
    Ok(vec![(); batches.len()])
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
