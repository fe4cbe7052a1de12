//! What a function without a stage remembers from one round to the next.
//!
//! What every adapter owes: the last answered write wins. Whoever remembers here may lose nothing when it is lost.

use crate::apply::Op;
use crate::{Error, Store};

impl Store {
    /// What was last kept under `name`, if anything.
    pub async fn memo(&self, name: &str) -> Result<Option<String>, Error> {
        let memo = sqlx::query_scalar("select body from memo where name = $1");
        Ok(memo.bind(name).fetch_optional(self.file.readers()).await?)
    }

    /// Keeps `body` under `name`, instead of what was there.
    pub async fn keep_memo(&self, name: &str, body: &str) -> Result<(), Error> {
        let (name, body) = (name.to_owned(), body.to_owned());
        self.file.write(Op::KeepMemo { name, body }).await.map(drop).map_err(Error::from)
    }
}
