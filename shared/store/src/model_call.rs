//! Questions to a model: what they may cost a day, and what was answered.
//!
//! What every adapter owes beside the rest: [`Store::reserve`] never lets the sum of a repository's day go above the
//! budget, however many ask at once and however often; an answer that is kept is never replaced. What was sent and not
//! answered counts as if it had cost the most: it may have been billed.

use contracts::RepoName;
use sqlx::FromRow;

use crate::apply::{Op, Out};
use crate::db::{Db, ask};
use crate::{Error, Store};

/// A question that is about to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserve {
    /// Digest of everything that is asked.
    pub input: String,
    /// The repository whose money it is.
    pub repo: RepoName,
    /// Days since the Unix epoch, in UTC.
    pub day: i64,
    /// Which model.
    pub model: String,
    /// The most that it can cost, in millionths of a US dollar.
    pub micro_usd: i64,
    /// What the repository may cost that day, in the same unit.
    pub budget: i64,
}

/// A question that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settle {
    /// What [`Store::reserve`] answered.
    pub reserved: i64,
    /// What was answered.
    pub answer: String,
    /// What it cost, in millionths of a US dollar.
    pub micro_usd: i64,
}

/// An answer that was given before.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Answered {
    /// Which model.
    pub model: String,
    /// What it answered, word for word.
    pub answer: String,
    /// What it cost, in millionths of a US dollar.
    pub micro_usd: i64,
}

impl Store {
    /// The answer to a question that was asked before, by the digest of everything that was asked.
    pub async fn answered(&self, input: &str) -> Result<Option<Answered>, Error> {
        let text = "select model, answer, micro_usd from model_call
                    where input = $1 and answer is not null order by seq limit 1";
        ask!(self, fetch_optional, sqlx::query_as(text).bind(input))
    }

    /// Sets aside what sending a question can cost; none where the day's budget has no room for it.
    pub async fn reserve(&self, wanted: Reserve) -> Result<Option<i64>, Error> {
        match self.write(Op::Reserve(Box::new(wanted))).await? {
            Out::Reserved(reserved) => Ok(reserved),
            _ => Err(Error::confused()),
        }
    }

    /// Keeps what a question cost and what was answered.
    pub async fn settle(&self, settled: Settle) -> Result<(), Error> {
        self.write(Op::Settle(Box::new(settled))).await.map(drop)
    }

    /// What questions of a repository cost on a day, in millionths of a US dollar, reservations included.
    pub async fn spent(&self, repo: &RepoName, day: i64) -> Result<i64, Error> {
        let text =
            "select cast(coalesce(sum(micro_usd), 0) as bigint) from model_call where repo = lower($1) and day = $2";
        ask!(self, fetch_one, sqlx::query_scalar(text).bind(repo.as_str()).bind(day))
    }
}
