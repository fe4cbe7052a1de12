//! Records: each kind in its table, the newer one staying.

use contracts::record::{FindingState, Record};
use serde::Serialize;
use sqlx::sqlite::SqliteConnection;

pub(super) async fn save(connection: &mut SqliteConnection, records: &[Record]) -> Result<(), sqlx::Error> {
    for record in records {
        save_one(connection, record).await?;
    }
    Ok(())
}

async fn save_one(connection: &mut SqliteConnection, record: &Record) -> Result<(), sqlx::Error> {
    let query = match record {
        Record::Repository(r) => sqlx::query(
            "insert into repository (repo, seq, body) values (lower($1), $2, $3)
             on conflict (repo) do update set seq = excluded.seq, body = excluded.body
             where excluded.seq >= repository.seq",
        )
        .bind(r.repo.as_str())
        .bind(r.seq)
        .bind(json(r)?),
        Record::Index(i) => sqlx::query(
            "insert into document_index (repo, seq, body) values (lower($1), $2, $3)
             on conflict (repo) do update set seq = excluded.seq, body = excluded.body
             where excluded.seq >= document_index.seq",
        )
        .bind(i.repo.as_str())
        .bind(i.seq)
        .bind(json(i)?),
        Record::Verdict(v) => sqlx::query(
            "insert into verdict (run, target, relationship, body) values ($1, lower($2), $3, $4)
             on conflict (run, target, relationship) do update set body = excluded.body",
        )
        .bind(v.run.as_str())
        .bind(v.verdict.target.as_str())
        .bind(&v.verdict.relationship)
        .bind(json(v)?),
        Record::Finding(f) => sqlx::query(
            "insert into finding (fingerprint, source, target, state, seq, body)
             values ($1, lower($2), lower($3), $4, $5, $6)
             on conflict (fingerprint) do update set state = excluded.state, seq = excluded.seq, body = excluded.body
             where excluded.seq >= finding.seq",
        )
        .bind(f.finding.fingerprint.as_str())
        .bind(f.source.as_str())
        .bind(f.target.as_str())
        .bind(state(f.state))
        .bind(f.seq)
        .bind(json(f)?),
        Record::Notice(n) => sqlx::query(
            "insert into notice (fingerprint, body) values ($1, $2)
             on conflict (fingerprint) do update set body = excluded.body",
        )
        .bind(n.fingerprint.as_str())
        .bind(json(n)?),
    };
    query.execute(connection).await.map(drop)
}

fn json(value: &impl Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|e| sqlx::Error::Encode(e.into()))
}

fn state(state: FindingState) -> &'static str {
    match state {
        FindingState::Open => "open",
        FindingState::Resolved => "resolved",
        FindingState::Muted => "muted",
    }
}
