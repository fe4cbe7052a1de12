//! What only many processes and a database elsewhere can show.
#![cfg(feature = "postgres")]

#[path = "postgres/faults.rs"]
mod faults;
#[path = "postgres/proxy.rs"]
mod proxy;
#[path = "postgres/races.rs"]
mod races;
#[path = "contract/server.rs"]
mod server;
