//! A service.
#![forbid(unsafe_code)]

use std::collections::{BTreeMap, HashMap as Map};
use std::env;
use crate::config::{self, Settings};
pub use self::inner::Thing;
use anyhow::*;
use super::other as renamed;
extern crate serde;

mod inner;
pub mod routes {
    pub const PREFIX: &str = "/api/v1";

    pub(crate) fn inside() {}
}

/// The limit.
pub const MAX_BODY: usize = 25 << 20;
static COUNTER: AtomicU64 = AtomicU64::new(0);
pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, Clone, clap::Parser)]
#[command(name = "service")]
pub struct Args {
    /// Where to listen.
    #[arg(long, env = "LISTEN_ADDR", default_value = "127.0.0.1:8080")]
    pub listen: String,
    secret: Option<String>,
}

#[derive(thiserror::Error)]
pub enum Error {
    #[error("not found: {0}")]
    NotFound(String),
    Io { source: std::io::Error },
}

pub trait Store: Send + Sync {
    const NAME: &'static str;
    fn get(&self, key: &str) -> Option<Vec<u8>>;
    fn put(&self, key: &str) {
        drop(key);
    }
}

pub struct Memory<T>(T);

impl<T: Clone> Memory<T> {
    pub const fn new(inner: T) -> Self {
        Self(inner)
    }

    fn private(&self) {}
}

impl<T> Store for Memory<T>
where
    T: Send + Sync,
{
    const NAME: &'static str = "memory";
    fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.map.lock().unwrap().get(key).cloned()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let url = env::var("DATABASE_URL")?;
    let level = std::env::var("LOG_LEVEL").unwrap_or_else(|_| "info".to_string());
    let port = std::env::var("PORT").unwrap_or("8080".into());
    let home = env::var_os("HOME_DIR");
    let version = env!("CARGO_PKG_VERSION");
    let built = option_env!("BUILD_ID").unwrap_or("dev");
    let client = reqwest::Client::new();
    let body = client
        .post(format!("{url}/v1/chat/completions"))
        .header("X-Request-Id", "abc")
        .json(&serde_json::json!({ "model": "gpt-4o-mini" }))
        .send()
        .await?;
    println!("{}", body.text().await?);
    Vec::<u8>::with_capacity(10);
    Ok(())
}

macro_rules! local {
    ($x:expr) => { $x };
}

#[macro_export]
macro_rules! exported {
    () => {};
}

unsafe extern "C" fn raw(_: *const u8) {}

union Bits {
    a: u32,
}

#[cfg(test)]
mod tests {
    #[test]
    fn works() {}
}
