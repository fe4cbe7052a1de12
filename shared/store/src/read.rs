//! Reads. Each is one statement against what is committed.

use std::collections::HashMap;

use contracts::analysis::FileAnalysis;
use contracts::record::{Checked, FindingRecord, Index, Notice, Repository, VerdictRecord, Wish};
use contracts::{Fingerprint, MessageId, RepoName, RunId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::FromRow;

use crate::db::{Db, ask};
use crate::{Decided, Error, Store};

/// One stage's work on one message of a run.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, Serialize)]
pub struct StageRun {
    /// The message.
    pub message: String,
    /// The stage.
    pub stage: String,
    /// `completed` or `failed`.
    pub status: String,
    /// Milliseconds since the Unix epoch.
    pub started_at: i64,
    /// The same.
    pub ended_at: i64,
    /// Tries, the last included.
    #[sqlx(try_from = "i64")]
    pub attempts: u32,
    /// What was decided, as JSON.
    pub body: String,
}

/// An event with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, Serialize)]
pub struct StoredEvent {
    /// Place in the log; grows.
    pub seq: i64,
    /// `processing.stage.completed`, ….
    pub kind: String,
    /// The run.
    pub run: String,
    /// Milliseconds since the Unix epoch.
    pub at: i64,
    /// The rest, as JSON.
    pub data: String,
}

impl Store {
    /// What `stage` decided about `message`, if it has.
    pub async fn decision(&self, message: &MessageId, stage: &str) -> Result<Option<Decided>, Error> {
        if self.undecided.holds(message, stage) {
            return Ok(None);
        }
        let body: Option<String> = ask!(
            self,
            fetch_optional,
            sqlx::query_scalar("select body from decision where message = $1 and stage = $2")
                .bind(message.as_str())
                .bind(stage)
        )?;
        body.map(|body| parse("decision", &body)).transpose()
    }

    /// Accepted reports that nobody has decided about, in the order they came: `(row, run, topic, envelope)` after row `after`,
    /// at most `limit`.
    pub async fn waiting(&self, after: i64, limit: u32) -> Result<Vec<(i64, String, String, String)>, Error> {
        // Rows of an older version name no topic.
        ask!(
            self,
            fetch_all,
            sqlx::query_as(
                "select seq, report->>1, coalesce(report->>6, 'change-reported.v1'), report->>5
             from inbox where seq > $1 order by seq limit $2",
            )
            .bind(after)
            .bind(i64::from(limit))
        )
    }

    /// The newest row of [`Store::waiting`]; 0 where none waits.
    pub async fn last_waiting(&self) -> Result<i64, Error> {
        ask!(self, fetch_one, sqlx::query_scalar("select coalesce(max(seq), 0) from inbox"))
    }

    /// Every message that was said and is not decided about: `(stage, message, envelope)`. To be sent again where a queue
    /// lost it.
    pub async fn in_flight(&self) -> Result<Vec<(String, String, String)>, Error> {
        ask!(
            self,
            fetch_all,
            sqlx::query_as(
                "select flight.stage, flight.message, said.value->>'envelope'
             from flight join decision on decision.run = flight.run,
                  json_each(coalesce(decision.body->'emit', decision.body->'given_up'->'say', '[]')) as said
             where said.value->>'id' = flight.message",
            )
        )
    }

    /// Whether everything that a run set in motion has been decided; none for a run that was neither accepted nor decided
    /// about.
    pub async fn finished(&self, run: &RunId) -> Result<Option<bool>, Error> {
        let text = match &self.db {
            // Memory knows the row; whether it still stands there is asked, for another process may own the file.
            Db::Sqlite(_) => {
                "select false from inbox where seq = $2 and report->>1 = $1
                 union all
                 select not exists (select 1 from flight where run = $1) from delivery where run = $1
                 union all
                 select false from inbox where report->>1 = $1
                 union all
                 select not exists (select 1 from flight where run = $1) from decision where message = $1
                 limit 1"
            }
            // A report is a delivery from the first, and one whose run began in a queue never becomes one.
            #[cfg(feature = "postgres")]
            Db::Postgres(_) => {
                "select not exists (select 1 from flight where run = $1)
                        and not exists (select 1 from inbox where report->>1 = $1)
                 from (select run from delivery where run = $1
                       union all
                       select run from decision where message = $1) as known
                 where $2 is null limit 1"
            }
        };
        let row = self.undecided.row(run);
        ask!(self, fetch_optional, sqlx::query_scalar(text).bind(run.as_str()).bind(row))
    }

    /// Whether anything that a run set in motion is still to be decided by one of these stages.
    pub async fn is_moving(&self, run: &RunId, stages: &[&str]) -> Result<bool, Error> {
        let text = "select exists (select 1 from flight where run = $1 and stage in (select value from json_each($2)))";
        let stages = serde_json::Value::from(stages).to_string();
        ask!(self, fetch_one, sqlx::query_scalar(text).bind(run.as_str()).bind(&stages))
    }

    /// All that a run's stages did, oldest first.
    pub async fn stage_runs(&self, run: &RunId) -> Result<Vec<StageRun>, Error> {
        ask!(
            self,
            fetch_all,
            sqlx::query_as(
                "select message, stage, status, started_at, ended_at, attempts, body
             from decision where run = $1 order by started_at, ended_at, stage",
            )
            .bind(run.as_str())
        )
    }

    /// Events after `seq`, at most `limit`.
    pub async fn events(&self, after: i64, limit: u32) -> Result<Vec<StoredEvent>, Error> {
        ask!(
            self,
            fetch_all,
            sqlx::query_as("select seq, kind, run, at, data from event where seq > $1 order by seq limit $2")
                .bind(after)
                .bind(i64::from(limit))
        )
    }

    /// The verdicts of a run, by dependent.
    pub async fn verdicts(&self, run: &RunId) -> Result<Vec<VerdictRecord>, Error> {
        let bodies = ask!(
            self,
            fetch_all,
            sqlx::query_scalar("select body from verdict where run = $1 order by target, relationship")
                .bind(run.as_str())
        )?;
        parse_all("verdict", bodies)
    }

    /// What is known about a repository.
    pub async fn repository(&self, repo: &RepoName) -> Result<Option<Repository>, Error> {
        let body: Option<String> = ask!(
            self,
            fetch_optional,
            sqlx::query_scalar("select body from repository where repo = lower($1)").bind(repo.as_str())
        )?;
        body.map(|body| parse("repository", &body)).transpose()
    }

    /// Every known repository, by name.
    pub async fn repositories(&self) -> Result<Vec<Repository>, Error> {
        let bodies = ask!(self, fetch_all, sqlx::query_scalar("select body from repository order by repo"))?;
        parse_all("repository", bodies)
    }

    /// The documents of a repository's newest index.
    pub async fn index(&self, repo: &RepoName) -> Result<Option<Index>, Error> {
        let body: Option<String> = ask!(
            self,
            fetch_optional,
            sqlx::query_scalar("select body from document_index where repo = lower($1)").bind(repo.as_str())
        )?;
        body.map(|body| parse("index", &body)).transpose()
    }

    /// One finding.
    pub async fn finding(&self, fingerprint: &Fingerprint) -> Result<Option<FindingRecord>, Error> {
        let body: Option<String> = ask!(
            self,
            fetch_optional,
            sqlx::query_scalar("select body from finding where fingerprint = $1").bind(fingerprint.as_str())
        )?;
        body.map(|body| parse("finding", &body)).transpose()
    }

    /// Findings that `target` was or is affected by, in every state.
    pub async fn findings_against(&self, target: &RepoName) -> Result<Vec<FindingRecord>, Error> {
        let bodies = ask!(
            self,
            fetch_all,
            sqlx::query_scalar("select body from finding where target = lower($1) order by fingerprint")
                .bind(target.as_str())
        )?;
        parse_all("finding", bodies)
    }

    /// Findings that changes of `source` led to, in every state.
    pub async fn findings_from(&self, source: &RepoName) -> Result<Vec<FindingRecord>, Error> {
        let bodies = ask!(
            self,
            fetch_all,
            sqlx::query_scalar("select body from finding where source = lower($1) order by fingerprint")
                .bind(source.as_str())
        )?;
        parse_all("finding", bodies)
    }

    /// Every finding, by fingerprint.
    pub async fn findings(&self) -> Result<Vec<FindingRecord>, Error> {
        let bodies = ask!(self, fetch_all, sqlx::query_scalar("select body from finding order by fingerprint"))?;
        parse_all("finding", bodies)
    }

    /// What was told about a finding.
    pub async fn notice(&self, fingerprint: &Fingerprint) -> Result<Option<Notice>, Error> {
        let body: Option<String> = ask!(
            self,
            fetch_optional,
            sqlx::query_scalar("select body from notice where fingerprint = $1").bind(fingerprint.as_str())
        )?;
        body.map(|body| parse("notice", &body)).transpose()
    }

    /// Notices in this state that were noted before `before` (milliseconds since the Unix epoch).
    pub async fn notices_in(&self, state: &str, before: i64) -> Result<Vec<Notice>, Error> {
        let bodies = ask!(self, fetch_all, sqlx::query_scalar(
            "select body from notice where body->>'state' = $1 and coalesce(cast(body->>'at' as bigint), 0) < $2 order by fingerprint",
        )
        .bind(state)
        .bind(before))?;
        parse_all("notice", bodies)
    }

    /// What a person asked for about a finding.
    pub async fn wish(&self, fingerprint: &Fingerprint) -> Result<Option<Wish>, Error> {
        let body: Option<String> = ask!(
            self,
            fetch_optional,
            sqlx::query_scalar("select body from wish where fingerprint = $1").bind(fingerprint.as_str())
        )?;
        body.map(|body| parse("wish", &body)).transpose()
    }

    /// Everything that people asked for in a repository: on its issues and on its pull requests.
    pub async fn wishes_in(&self, repo: &RepoName) -> Result<Vec<Wish>, Error> {
        let bodies = ask!(
            self,
            fetch_all,
            sqlx::query_scalar("select body from wish where lower(body->>'target') = lower($1) order by fingerprint")
                .bind(repo.as_str())
        )?;
        parse_all("wish", bodies)
    }

    /// The last look at each relationship of `target`, by provider.
    pub async fn checked(&self, target: &RepoName) -> Result<Vec<Checked>, Error> {
        let bodies = ask!(
            self,
            fetch_all,
            sqlx::query_scalar("select body from checked where target = lower($1) order by source, relationship")
                .bind(target.as_str())
        )?;
        parse_all("last look", bodies)
    }

    /// Snoozes that ended by `now` (milliseconds since the Unix epoch) and have not been taken back.
    pub async fn ended_snoozes(&self, now: i64) -> Result<Vec<Wish>, Error> {
        let bodies = ask!(
            self,
            fetch_all,
            sqlx::query_scalar("select body from wish where until <= $1 order by fingerprint").bind(now)
        )?;
        parse_all("wish", bodies)
    }

    /// Analyses by key; keys that are not there are absent from the answer. Of those whose bytes `in_full` does not want,
    /// only the head is read.
    pub async fn analyses(
        &self,
        keys: &[String],
        in_full: &(dyn Fn(&str, &[u8]) -> bool + Sync),
    ) -> Result<HashMap<String, FileAnalysis>, Error> {
        let wanted = serde_json::Value::from(keys).to_string();
        let rows: Vec<(String, Vec<u8>)> = ask!(
            self,
            fetch_all,
            sqlx::query_as("select key, body from analysis where key in (select value from json_each($1))")
                .bind(&wanted)
        )?;
        let read = |key: &str, body: &[u8]| match in_full(key, body) {
            true => FileAnalysis::from_bytes(body),
            false => FileAnalysis::head_from_bytes(body),
        };
        let decode = |(key, body): (String, Vec<u8>)| match read(&key, &body) {
            Some(analysis) => Ok((key, analysis)),
            None => Err(Error::Malformed { what: "file analysis".to_owned(), why: format!("the bytes of {key}") }),
        };
        rows.into_iter().map(decode).collect()
    }
}

fn parse<T: DeserializeOwned>(what: &str, body: &str) -> Result<T, Error> {
    serde_json::from_str(body).map_err(|e| Error::Malformed { what: what.to_owned(), why: e.to_string() })
}

/// Every body as what it is.
pub(crate) fn parse_all<T: DeserializeOwned>(what: &str, bodies: Vec<String>) -> Result<Vec<T>, Error> {
    bodies.iter().map(|body| parse(what, body)).collect()
}
