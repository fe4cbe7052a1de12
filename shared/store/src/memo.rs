//! What a function without a stage remembers from one round to the next.
//!
//! What every adapter owes: the last answered write wins. Whoever remembers here may lose nothing when it is lost.

use crate::apply::Op;
use crate::db::{Db, ask};
use crate::{Error, Store};

impl Store {
    /// What was last kept under `name`, if anything.
    pub async fn memo(&self, name: &str) -> Result<Option<String>, Error> {
        ask!(self, fetch_optional, sqlx::query_scalar("select body from memo where name = $1").bind(name))
    }

    /// Keeps `body` under `name`, instead of what was there.
    pub async fn keep_memo(&self, name: &str, body: &str) -> Result<(), Error> {
        let (name, body) = (name.to_owned(), body.to_owned());
        self.write(Op::KeepMemo { name, body }).await.map(drop)
    }
}
