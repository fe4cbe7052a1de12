//! Real servers that the doors are proved against.
//!
//! A server is installed once, into a cache folder, and says so; it listens on a free port of 127.0.0.1 and ends with the
//! process that started it, even if that is killed. All of this panics where it cannot do its job: it is for tests, and a
//! test without its counterpart has failed.

mod gcs;
mod install;
mod lambda_api;
mod localstack;
mod moto;
mod oidc_issuer;
mod postgres;
mod pstest;
mod queues;
mod server;

pub use gcs::gcs;
pub use lambda_api::{lambda_api, lambda_runtime_address};
pub use localstack::localstack;
pub use moto::moto;
pub use oidc_issuer::oidc_issuer;
pub use postgres::{postgres, postgres_url, programs as postgres_programs};
pub use pstest::pstest;
pub use queues::sqs_queues;
pub use server::Server;
